"""Bugs: written to a log with a reference, so that the person can name it and the app can go on."""

import os
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path

FILE = "errors.log"
LARGEST = 1024 * 1024
"""Bytes after which the log is put aside as `errors.log.1`, in place of the last one put aside."""


def reference() -> str:
    """A short name for one failure, easy to read out: `E-4F7A-0B2C`."""
    digits = secrets.token_hex(4).upper()
    return f"E-{digits[:4]}-{digits[4:]}"


def record(error: BaseException, folder: Path, *, name: str = "", moment: datetime | None = None) -> str:
    """Write an error to the log in a folder.

    The trace holds lines of code and the error's own text, no values of variables: they may be pupils'.

    Args:
        error: what was raised.
        folder: where the log lies; made if it is missing. The log is readable by its owner only.
        name: the reference, if it has one already.
        moment: when; None: now.

    Returns:
        The reference. Nothing is raised where the log can't be written: the person gets it all the same.
    """
    name = name or reference()
    moment = moment or datetime.now(UTC)
    trace = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / FILE
        if path.exists() and path.stat().st_size > LARGEST:
            path.replace(folder / f"{FILE}.1")
        # O_NOFOLLOW: in a shared folder nobody else chooses where this goes.
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{moment.isoformat(timespec='seconds')} {name}\n{trace}\n")
    except OSError:
        return name
    return name
