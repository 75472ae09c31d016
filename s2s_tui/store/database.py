"""Connecting by URL, and transactions that are tried again where the engine says so.

SQLite: WAL, synchronous FULL, every transaction IMMEDIATE, reads outside one. PostgreSQL (and CockroachDB
by the same path): SERIALIZABLE, tried again from its start on 40001 and 40P01. Nothing above this floor
knows which.
"""

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import peewee

from s2s_tui.base.errors import S2SError, Unreachable, WrongUse
from s2s_tui.store import models

Result = TypeVar("Result")

RETRIES = 40
"""Tries of a transaction that others keep getting in the way of, before giving up."""
ALONE_AFTER = 8
"""Tries after which the next ones keep all other writers out on PostgreSQL: a long transaction would lose to
many short ones for ever."""
KEY_RETRIES = 5
"""Further tries where a server says that a key was taken meanwhile."""
BUSY_SECONDS = 30
"""How long SQLite waits for another writer."""
CHECKPOINT_WAIT_MS = 200
"""How long writing the log back waits for others, in milliseconds."""
_SQLITE = "sqlite:///"
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cache_size": -16_000,
    "temp_store": "memory",
}
_AGAIN = {"40001", "40P01"}
_TAKEN = "23505"
_USERS = re.compile(r"(://[^:@/?#]*:).*@", re.DOTALL)
_QUERYS = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.IGNORECASE)


class Store:
    """An open database. The models are bound to the store opened last: one a process."""

    def __init__(self, url: str, database: Any, path: Path | None) -> None:
        self.url = url
        self.database = database
        self.path = path
        """The file of a SQLite database; None on a server."""
        self._server = path is None
        self._locks = type(database) is peewee.PostgresqlDatabase  # CockroachDB knows no such locks

    @contextmanager
    def connection(self) -> Iterator[None]:
        """A connection for this thread: the one that is open, or one for the time of the block.

        Raises:
            Unreachable: the database can't be used, and why.
        """
        opened = False
        try:
            if self.database.is_closed():
                self.database.connect()
                opened = True
            yield
        except peewee.PeeweeException as error:
            raise _said(error, self.url) from error
        finally:
            if opened:
                self.database.close()

    def write(self, change: Callable[[], Result]) -> Result:
        """Run a change in one transaction, again from its start where the engine asks for it.

        Args:
            change: reads and writes; called again after a retry, so it must keep nothing from before. Inside
                another `write` it joins that transaction.

        Raises:
            Unreachable: nothing was changed.
        """
        if self.database.in_transaction():
            return change()
        for attempt in range(RETRIES):
            try:
                with self.connection(), self.database.atomic():
                    if attempt >= ALONE_AFTER:
                        self._keep_others_out()
                    return change()
            except Unreachable as error:
                if error.code != "database-again" or attempt == RETRIES - 1:
                    raise
            except peewee.IntegrityError as error:
                # Two may find a key missing and both write it; the second finds it at the next try.
                if _state(error) != _TAKEN or attempt >= KEY_RETRIES:
                    raise
            time.sleep(random.uniform(0, min(0.002 * 2**attempt, 0.5)))  # noqa: S311 - not a secret
        raise AssertionError("unreachable")

    def _keep_others_out(self) -> None:
        """Wait until nobody writes, and let nobody until this transaction ends: each puts itself on record.

        Only before the transaction's first statement: what it sees is as of the next one.
        """
        if self._locks:
            table = models.AuditHead._meta.table_name
            self.database.execute_sql(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')

    def checkpoint(self) -> bool:
        """Write SQLite's log of changes back into its file and empty it, where nobody reads it just now.

        Returns:
            Whether all was written back; True on a server, which sees to that itself.
        """
        if self._server:
            return True
        with self.connection():
            # While it waits for a reader to end nobody can write: a long report must not hold up all others.
            self.database.execute_sql(f"PRAGMA busy_timeout = {CHECKPOINT_WAIT_MS}")
            try:
                busy, *_pages = self.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self.database.execute_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        return not busy

    def close(self) -> None:
        """Close this thread's connection."""
        if not self.database.is_closed():
            self.database.close()


def open_store(url: str, *, create: bool = False) -> Store:
    """Open the database at a URL and bind the models to it; looks at no schema.

    Args:
        url: `sqlite:///PATH`, `postgresql://…` or `cockroachdb://…`.
        create: make the SQLite file (mode 0600) and its folder where they are missing.

    Raises:
        WrongUse: `database-url`, nothing is known of such a URL.
        Unreachable: `database-missing`, or why it can't be opened.
    """
    scheme = _scheme(url)
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        store = _open_sqlite(url, Path(url[len(_SQLITE) :]), create=create)
    elif scheme in ("postgresql", "postgres"):
        store = Store(url, _server(peewee.PostgresqlDatabase, "postgresql" + url[len(scheme) :]), None)
    elif scheme == "cockroachdb":
        from playhouse.cockroachdb import CockroachDatabase

        store = Store(url, _server(CockroachDatabase, "postgresql" + url[len(scheme) :]), None)
    else:
        raise WrongUse("database-url", url=without_password(url))
    models.database.initialize(store.database)
    return store


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:  # brackets of an address that aren't closed
        return ""


def without_password(url: str) -> str:
    """The URL as it may be shown; also where a password has a `/`, `#` or `@` in it that was not escaped.

    It would rather hide too much than too little.
    """
    return _QUERYS.sub(r"\1…", _USERS.sub(r"\1…@", url))


def _open_sqlite(url: str, path: Path, *, create: bool) -> Store:
    try:
        if create:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        elif not path.exists():
            raise Unreachable("database-missing", database=str(path))
    except OSError as error:
        raise Unreachable("database-unusable", database=str(path), reason=error.strerror or "") from error
    database = peewee.SqliteDatabase(
        str(path), pragmas=_PRAGMAS, timeout=BUSY_SECONDS, lock_type="immediate", autoconnect=False
    )
    return Store(url, database, path)


def _server(kind: Any, dsn: str) -> Any:
    try:
        from psycopg import IsolationLevel
    except ImportError as error:
        raise Unreachable("database-driver") from error
    return kind(
        dsn,
        autoconnect=False,
        prefer_psycopg3=True,
        isolation_level=IsolationLevel.SERIALIZABLE,
        connect_timeout=10,
    )


def _state(error: peewee.PeeweeException) -> str | None:
    """The server's code for an error, as SQL names it; None on SQLite."""
    origin = getattr(error, "orig", None) or error.__cause__ or error
    return getattr(origin, "sqlstate", None)


def _first(error: peewee.PeeweeException) -> peewee.PeeweeException:
    """What went wrong at first: SQLite has undone by itself what is then to be rolled back."""
    before: BaseException | None = error
    while before is not None and "cannot rollback" in str(before):
        before = before.__context__
    return before if isinstance(before, peewee.PeeweeException) else error


def _said(error: peewee.PeeweeException, url: str) -> S2SError:
    """What a driver's error means to a person."""
    error = _first(error)
    state = _state(error)
    text = str(error)
    shown = without_password(url)
    if state in _AGAIN:
        return Unreachable("database-again", database=shown)
    known = {
        "database is locked": "database-busy",
        "disk is full": "database-full",
        "readonly database": "database-readonly",
        "not a database": "database-damaged",
        "malformed": "database-damaged",
        # Mostly a quota that is used up: whoever restored a backup then would lose what is whole.
        "disk I/O error": "database-disk",
        "interrupted": "database-interrupted",
        "no such table": "database-unmade",
    }
    for part, code in known.items():
        if part in text:
            return Unreachable(code, database=shown)
    if state == "42P01":
        return Unreachable("database-unmade", database=shown)
    if isinstance(error, peewee.OperationalError | peewee.InterfaceError):
        return Unreachable(
            "database-unusable", database=shown, reason=text.strip().splitlines()[0] if text else ""
        )
    raise error
