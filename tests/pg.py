"""Databases of a PostgreSQL server for tests: copies of a template, used again once what was done is undone.

A copy takes 10 MB and writes five hundred files; there are more than a thousand tests.
"""

import itertools
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

SHAPE = """
SELECT (SELECT md5(string_agg(oid || relname, ',' ORDER BY oid)) FROM pg_class WHERE relnamespace = here.oid),
       (SELECT md5(string_agg(oid || tgenabled::text, ',' ORDER BY oid)) FROM pg_trigger),
       (SELECT md5(string_agg(oid || conname, ',' ORDER BY oid)) FROM pg_constraint),
       (SELECT md5(string_agg(attrelid || attname, ',' ORDER BY attrelid, attnum)) FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = here.oid),
       (SELECT count(*) FROM pg_proc)
FROM pg_namespace here WHERE nspname = 'public'
"""
"""Which tables, indexes, triggers and rules there are: while that is as it was, only rows have changed."""
ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Server:
    """Hands out databases by URL.

    Args:
        base: the URL of the server's own database `postgres`.
        migrate: makes the tables in the database at a URL.
        fill: puts the small world into the migrated database at a URL.
    """

    def __init__(self, base: str, migrate: Callable[[str], None], fill: Callable[[str], None]) -> None:
        self._base = base
        self._fill = fill
        self._numbers = itertools.count()
        self._free: list[str] = []
        self._shape: Any = None
        self._undo = sql.Composed([])
        self._admin("CREATE DATABASE template_s2s")
        migrate(self.url("template_s2s"))

    def __call__(self, *, filled: bool = False) -> str:
        """A database of one's own, empty or with the small world."""
        if filled and self._shape is None:
            self._make_world()
        name = f"test{next(self._numbers)}"
        while filled and self._free:
            used = self._free.pop()
            if self._undone(used):
                # Under a name of its own: a process may remember things by the URL.
                self._admin(f"ALTER DATABASE {used} RENAME TO {name}")
                return self.url(name)
            self._admin(f"DROP DATABASE {used} WITH (FORCE)")
        template = "template_world" if filled else "template_s2s"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def give_back(self, url: str) -> None:
        """Nobody looks any more at a database that had the small world."""
        self._free.append(url.split("?")[0].rsplit("/", 1)[1])

    def url(self, name: str) -> str:
        """Where a database is."""
        return self._base.replace("/postgres?", f"/{name}?")

    def _admin(self, statement: str) -> None:
        with psycopg.connect(self._base, autocommit=True) as admin:
            admin.execute(statement.encode())

    def _make_world(self) -> None:
        self._admin("CREATE DATABASE template_world TEMPLATE template_s2s STRATEGY file_copy")
        self._fill(self.url("template_world"))
        undo = [sql.SQL("BEGIN; SET LOCAL session_replication_role = replica")]
        with psycopg.connect(self.url("template_world"), autocommit=True) as world:
            world.execute("CREATE SCHEMA kept")
            tables = world.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                names = {"here": sql.Identifier("public", table), "kept": sql.Identifier("kept", table)}
                world.execute(sql.SQL("CREATE TABLE {kept} AS TABLE {here}").format(**names))
                undo.append(sql.SQL("DELETE FROM {here}").format(**names))
                undo.append(
                    sql.SQL("INSERT INTO {here} OVERRIDING SYSTEM VALUE SELECT * FROM {kept}").format(**names)
                )
            counted = "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences"
            for sequence, last in world.execute(counted).fetchall():
                undo.append(
                    sql.SQL("SELECT setval({}, {}, {})").format(sequence, last or 1, last is not None)
                )
            self._undo = sql.SQL("; ").join([*undo, sql.SQL("COMMIT")])
            self._shape = world.execute(SHAPE).fetchone()

    def _undone(self, name: str) -> bool:
        """Whether the database has the small world again, and nothing else."""
        with psycopg.connect(self.url(name), autocommit=True) as used:
            used.execute(ALONE)
            if used.execute(SHAPE).fetchone() != self._shape:
                return False
            used.execute(self._undo)
            return True
