"""Bugs of a process: kept in a file of its owner's, under a reference that a person can name."""

import contextlib
import os
import re
import secrets
import traceback
from pathlib import Path

from s2s_tui.base.clock import utc_now
from s2s_tui.base.text import printable_lines

FILE = "errors.log"
_VALUES = re.compile(r"^(\W*(?:Params|DETAIL|CONTEXT):).*")
LARGEST = 1024 * 1024
"""Bytes after which the log is put aside as `errors.log.1`, in place of the last one put aside."""


def keep(error: BaseException, folder: Path) -> tuple[str, str]:
    """Append an error and where it happened to `errors.log` (mode 0600) in a folder.

    Values of variables are left out: they may be pupils'.

    Args:
        error: what was raised.
        folder: made where it is missing.

    Returns:
        The reference (`E-4F7A-0B2C`), and the file's path: empty where nothing could be written.
    """
    digits = secrets.token_hex(4).upper()
    reference = f"E-{digits[:4]}-{digits[4:]}"
    path = folder / FILE
    # What an error says may hold what somebody typed: nothing in it may act on the terminal of a reader.
    lines = printable_lines("".join(traceback.format_exception(error))).splitlines()
    # What a database says ends in the values that it was asked with or fell over.
    trace = "\n".join(_VALUES.sub(r"\1 (left out)", line) for line in lines) + "\n"
    written = ""
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LARGEST:
            path.replace(folder / f"{FILE}.1")
        # In a shared folder nobody else chooses where this goes (a link) or lets us wait (a pipe).
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        handle = os.open(path, flags, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{utc_now().isoformat(timespec='seconds')}Z {reference}\n{trace}\n")
        written = str(path)
    return reference, written
