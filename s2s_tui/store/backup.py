"""A whole copy of a SQLite database, taken while others write, and checked before it gets its name."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from s2s_tui.base.disk import give_name
from s2s_tui.base.errors import Refused, Unreachable
from s2s_tui.store.database import Store, without_password


def write(store: Store, target: Path) -> int:
    """Copy the database to a file that isn't there yet.

    Args:
        store: the open database.
        target: where; its folder must exist.

    Returns:
        The copy's size in bytes.

    Raises:
        Refused: `file-exists`, `folder-missing` or `backup-server`; `backup-running`, another one writes it.
        Unreachable: `disk` or `backup-damaged`.
    """
    if store.path is None:
        raise Refused("backup-server", database=without_password(store.url))
    if os.path.lexists(target):
        raise Refused("file-exists", path=str(target))
    if not target.parent.is_dir():
        raise Refused("folder-missing", folder=str(target.parent))
    part = target.with_name(f".{target.name}.part")
    try:
        with _held(part) as file:
            with store.connection():
                store.database.execute_sql("VACUUM INTO ?", (str(part),))
            _require_sound(part)
            os.fsync(file)
            give_name(part, target)
    except FileExistsError as error:
        raise Refused("file-exists", path=str(target)) from error
    except OSError as error:
        raise Unreachable("disk", path=str(target), reason=error.strerror or "") from error
    return target.stat().st_size


@contextmanager
def _held(part: Path) -> Iterator[int]:
    """An empty file for a copy, its owner's alone, for one process at a time; gone afterwards.

    Of two that began at once the one would check and name what the other is still writing. What one that was
    killed has left is written over.

    Raises:
        Refused: `backup-running`.
    """
    while True:
        file = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_there = _is_at(part, file)  # another may have named or removed it just before
        except BaseException as error:
            os.close(file)
            if isinstance(error, BlockingIOError):
                raise Refused("backup-running", path=str(part)) from error
            raise
        if is_there:
            break
        os.close(file)
    try:
        os.fchmod(file, 0o600)
        os.ftruncate(file, 0)
        yield file
    finally:
        with suppress(OSError):
            if _is_at(part, file):
                part.unlink()
        os.close(file)


def _is_at(path: Path, file: int) -> bool:
    return os.path.lexists(path) and os.path.samestat(path.lstat(), os.fstat(file))


def unsound(store: Store) -> list[str]:
    """Codes of what the engine itself finds wrong with the database; needs an open connection."""
    if store.path is None:
        return []
    (answer,) = store.database.execute_sql("PRAGMA quick_check(1)").fetchone()
    return [] if answer == "ok" else ["database-damaged"]


def _require_sound(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        (answer,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if answer != "ok":
        raise Unreachable("backup-damaged", path=str(path), reason=answer)
