"""Durable uploads a second, against sqlite3's own commits of the same rows and bytes, one a file.

Both write to the same disk with the same settings (WAL, synchronous FULL) into the same tables, indexes and
triggers. The bare side has every row ready: it reads no file, checks nothing, packs nothing.
"""

import sqlite3
from pathlib import Path
from typing import Any

from bench import made
from bench.measuring import folder, of_pairs, say, size, timed

BATCH = 50
BATCHES = 40
_TABLES = ("content", "transfer", "pupil", "audit_entry", "mail")


class Bare:
    """A database of the same schema, and what is put into it."""

    def __init__(self, path: Path, like: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        run = self.connection.execute
        for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = 1", "cache_size = -16000"):
            run(f"PRAGMA {pragma}")
        run("ATTACH ? AS other", (str(like),))
        schema = run("SELECT sql FROM other.sqlite_master WHERE sql NOT NULL ORDER BY type = 'table' DESC")
        for (sql,) in schema.fetchall():
            if not sql.startswith("CREATE TABLE sqlite_"):
                run(sql)
        run("PRAGMA foreign_keys = 0")
        for (table,) in run("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            run(f"INSERT INTO main.{table} SELECT * FROM other.{table}")
        run("PRAGMA foreign_keys = 1")
        run("DETACH other")

    def commit(self, files: list[list[tuple[str, list[Any]]]]) -> None:
        """Commit files, each in a transaction of its own."""
        cursor = self.connection.cursor()
        for statements in files:
            cursor.execute("BEGIN IMMEDIATE")
            for sql, rows in statements:
                cursor.executemany(sql, rows)
            cursor.execute("COMMIT")


def statements(path: Path, after: int) -> list[list[tuple[str, list[Any]]]]:
    """What was written for each transfer after one: statements with their rows."""
    connection = sqlite3.connect(path)
    run = connection.execute
    files = []
    for transfer, digest in run(
        "SELECT id, content_id FROM transfer WHERE id > ? ORDER BY id", (after,)
    ).fetchall():
        (entry,) = run(
            "SELECT id FROM audit_entry WHERE action = 'upload' AND details LIKE ?", (f'%"id": {transfer},%',)
        ).fetchone()
        keys = {
            "content": ("digest", digest),
            "transfer": ("id", transfer),
            "pupil": ("transfer_id", transfer),
            "audit_entry": ("id", entry),
            "mail": ("transfer", transfer),
        }
        done = []
        for table, (column, key) in keys.items():
            rows = run(f"SELECT * FROM {table} WHERE {column} = ?", (key,)).fetchall()
            assert rows, (table, transfer)
            done.append((f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows))
        head = run("SELECT number, seal, chain FROM audit_entry WHERE id = ?", (entry,)).fetchall()
        done.append(("UPDATE audit_head SET number = ?, seal = ? WHERE chain = ?", head))
        files.append(done)
    connection.close()
    return files


def run() -> None:
    """Print the figures."""
    from s2s_tui.services import accounts, uploads

    batch, batches = size(BATCH, 10), size(BATCHES, 2)
    # Both sides keep their connection, as the app does while it is open.
    with folder() as place, made.site(place) as site, site.store.connection():
        inbox = place / "files"
        inbox.mkdir()
        paths = made.written(inbox, made.ctfs(batch * (batches + 1), made.SOURCE))
        database = site.store.path
        assert database is not None
        actor = accounts.log_on(site, f"s{made.SOURCE}", made.PASSWORD)
        # One before, so that the audit chain has begun in both.
        (first,) = made.written(place, made.ctfs(1, "6604025"))
        sender = accounts.log_on(site, "s6604025", made.PASSWORD)
        assert uploads.upload(sender, site, _read(first)).status == uploads.SENT
        bare = Bare(place / "bare.sqlite", database)
        place_in = iter(range(0, len(paths), batch))
        sent: list[int] = []

        def ours() -> float:
            start = next(place_in)
            receipts, taken = timed(
                lambda: list(uploads.upload_all(actor, site, paths[start : start + batch]))
            )
            assert all(receipt.status == uploads.SENT for receipt in receipts), receipts[0].problems
            sent.append(receipts[0].id or 0)
            return taken

        def theirs() -> float:
            ready = statements(database, sent[-1] - 1)
            assert len(ready) == batch
            return timed(lambda: bare.commit(ready))[1]

        mine, other, times = of_pairs(ours, theirs, batches)
        bare.connection.close()
    say("bare commits of the same rows and bytes", batch / other, "/s")
    say("uploads, from the file on", batch / mine, "/s")
    say("  of the bare commits", 1 / times, "", "at least 0.5")


def _read(path: Path) -> Any:
    from s2s_tui.services import files

    return files.read(path)
