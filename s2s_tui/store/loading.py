"""Millions of rows into tables that nobody else uses yet: indexes and triggers away while they are written.

Only for a database that is still being made: while it is loaded it is kept by no log, so that a machine that
goes down leaves a broken one.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from s2s_tui.base.errors import Unreachable
from s2s_tui.store.database import Store

_FAST = {
    "journal_mode": "off",
    "synchronous": "off",
    "foreign_keys": 0,
    "cache_size": -128_000,
    # Sorting for an index takes a part of its size; in memory it would be all of it.
    "temp_store": "file",
}
_PATIENCE = 60.0
"""Seconds in which the file's log is waited for."""

Row = Sequence[Any]


class Load:
    """Writes rows as they will be read; made by `loading`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._made: dict[tuple[Any, tuple[str, ...]], str] = {}

    def insert(self, model: Any, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Write rows of a table but those whose key is there; columns that aren't named get the defaults.

        Args:
            model: the table.
            names: its fields, in the order of the values.
            rows: values as SQLite keeps them: moments and days as text, booleans as numbers.
        """
        key = (model, tuple(names))
        if key not in self._made:
            self._made[key] = _statement(model, tuple(names))
        self._connection.executemany(self._made[key], rows)


@contextmanager
def loading(
    store: Store, tables: Sequence[Any], told: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[Load]:
    """Write many rows within the block; at its end the indexes are built, and the file is whole on the disk.

    Args:
        store: a SQLite database that nobody else has open, with no connection of this thread.
        tables: the models that are written.
        told: hears how many indexes of how many were built.

    Raises:
        Unreachable: the disk is full, or the database can't be used.
    """
    if store.path is None:
        raise Unreachable("database-unusable", database=store.url, reason="not SQLite")
    connection = sqlite3.connect(store.path, timeout=_PATIENCE, isolation_level=None)
    try:
        for name, value in _FAST.items():
            connection.execute(f"PRAGMA {name} = {value}")
        # Triggers first: they look rows up by what the indexes find.
        aside = _taken_away(connection, tables)
        connection.execute("BEGIN")
        yield Load(connection)
        connection.execute("COMMIT")
        for done, statement in enumerate(aside):
            told(done, len(aside))
            connection.execute(statement)
        told(len(aside), len(aside))
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        full = "full" in str(error)
        code = "database-full" if full else "database-unusable"
        raise Unreachable(code, database=str(store.path), reason=str(error)) from error
    finally:
        connection.close()
    with store.path.open("rb+") as file:
        os.fsync(file.fileno())


def _taken_away(connection: sqlite3.Connection, tables: Sequence[Any]) -> list[str]:
    """Drop the tables' indexes and triggers; returns what makes them again, the triggers last."""
    aside = []
    for kind in ("trigger", "index"):
        for model in tables:
            found = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL",
                (kind, model._meta.table_name),
            ).fetchall()
            for name, sql in found:
                connection.execute(f'DROP {kind.upper()} "{name}"')
                aside.append((kind, sql))
    return [sql for kind, sql in aside if kind == "index"] + [sql for kind, sql in aside if kind == "trigger"]


def _statement(model: Any, names: tuple[str, ...]) -> str:
    meta = model._meta
    rest = {
        field.name: field.db_value(default() if callable(default) else default)
        for field, default in meta.defaults.items()
        if field.name not in names
    }
    columns = ", ".join(f'"{meta.fields[name].column_name}"' for name in (*names, *rest))
    values = ", ".join(["?"] * len(names) + [_literal(value) for value in rest.values()])
    return f'INSERT OR IGNORE INTO "{meta.table_name}" ({columns}) VALUES ({values})'  # noqa: S608 - the models' own


def _literal(value: Any) -> str:
    if isinstance(value, bool | int):
        return str(int(value))
    assert isinstance(value, str), value
    return "'" + value.replace("'", "''") + "'"
