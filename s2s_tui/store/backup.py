"""A whole copy of a SQLite database, taken while others write, and checked before it gets its name."""

import os
import sqlite3
from contextlib import closing, suppress
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
        Refused: `file-exists`, `folder-missing` or `backup-server`.
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
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with store.connection():
            store.database.execute_sql("VACUUM INTO ?", (str(part),))
        _require_sound(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        give_name(part, target)
    except FileExistsError as error:
        raise Refused("file-exists", path=str(target)) from error
    except OSError as error:
        raise Unreachable("disk", path=str(target), reason=error.strerror or "") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return target.stat().st_size


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
