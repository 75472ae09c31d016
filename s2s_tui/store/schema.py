"""Making the tables and bringing them up to date: only `init` and `migrate` do; everything else compares."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from s2s_tui.base.errors import Unreachable
from s2s_tui.store.database import Store, without_password

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_NUMBER = 680_4012


def known() -> tuple[str, ...]:
    """The names of this program's migrations, in order."""
    return tuple(sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py")))


def applied(store: Store) -> tuple[str, ...]:
    """The names of the migrations that the database has had."""
    with store.connection():
        return tuple(sorted(_runner(store).applied()))


def migrate(store: Store) -> tuple[str, ...]:
    """Apply what is missing, under a lock of our own: several starters at once take turns.

    Returns:
        The names of those applied now.

    Raises:
        Unreachable: `database-newer`, a later version of the program made it.
    """
    with _alone(store), store.connection():
        _refuse_newer(store, tuple(_runner(store).applied()))
        return tuple(_runner(store).up())


def check(store: Store) -> None:
    """Compare the database's version with the program's.

    Raises:
        Unreachable: `database-unmade`, `database-older` or `database-newer`.
    """
    had = applied(store)
    shown = without_password(store.url)
    if not had:
        raise Unreachable("database-unmade", database=shown)
    _refuse_newer(store, had)
    if set(had) != set(known()):
        raise Unreachable("database-older", database=shown)


def _refuse_newer(store: Store, had: tuple[str, ...]) -> None:
    if set(had) - set(known()):
        raise Unreachable("database-newer", database=without_password(store.url))


def _runner(store: Store) -> Runner:
    return Runner(store.database, str(MIGRATIONS))


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    if store.path is not None:
        # Its owner's alone: whoever else could open it could lock it.
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(store.path.with_name(store.path.name + ".migrate"), flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
        return
    with store.connection():
        store.database.execute_sql("SELECT pg_advisory_lock(%s)", (_LOCK_NUMBER,))
        try:
            yield
        finally:
            store.database.execute_sql("SELECT pg_advisory_unlock(%s)", (_LOCK_NUMBER,))
