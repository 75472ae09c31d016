"""Files of the person's own disk: read once and safely, written whole and never over another (R-DWN-6)."""

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from s2s_tui.base import reach
from s2s_tui.base.disk import give_name
from s2s_tui.base.errors import Refused, Unreachable, WrongUse
from s2s_tui.rules.problems import Problem, refuse

LARGEST = 25 * 1024 * 1024
"""Bytes; no kind of file may be larger, so that no more is ever read (R-UPL-4)."""
TOO_MANY = 10_000
"""Files in one folder upload."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that someone wants to send.

    Attributes:
        name: its name, without folders.
        content: its bytes; empty where it could not be read.
        problem: why it could not be read.
    """

    name: str
    content: bytes = field(default=b"", repr=False)
    problem: Problem | None = None


def read(path: Path) -> Offered:
    """Read a file once, so that what is checked is what is sent even if it changes meanwhile.

    A link, a pipe or a device is not followed or waited for: in a shared inbox it may lead anywhere.
    What is out of reach is a problem of the file, too.
    """
    try:
        descriptor = reach.open_file(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:  # a NUL, pasted into a path
        return Offered(path.name, problem=refuse("file-unreadable", file=path.name, reason="NUL"))
    except Refused as error:
        params: dict[str, Any] = dict(error.params)
        return Offered(path.name, problem=refuse(error.code, **params))
    except OSError as error:
        problem = refuse(unreadable(error), file=path.name, reason=error.strerror or "")
        return Offered(path.name, problem=problem)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return Offered(path.name, problem=refuse("file-irregular", file=path.name))
        if found.st_size > LARGEST:
            megabytes = found.st_size // (1024 * 1024)
            return Offered(path.name, problem=refuse("file-large", size=megabytes, limit=LARGEST // 1024**2))
        return Offered(path.name, _read_whole(descriptor, found.st_size))
    except OSError as error:
        problem = refuse("file-unreadable", file=path.name, reason=error.strerror or "")
        return Offered(path.name, problem=problem)
    finally:
        os.close(descriptor)


def unreadable(error: OSError) -> str:
    """The code for a file that can't be opened: `file-link`, `file-closed` or `file-unreadable`."""
    if error.errno == errno.ELOOP:
        return "file-link"
    # Some SFTP programs bring the rights along that a file had at home.
    closed = error.errno == errno.EACCES and reach.own() is not None
    return "file-closed" if closed else "file-unreadable"


def _read_whole(descriptor: int, size: int) -> bytes:
    """A file of a known size; what is added while it is read counts up to the limit."""
    content = os.read(descriptor, size + 1)
    if len(content) == size:
        return content
    while (more := os.read(descriptor, 64 * 1024)) and len(content) <= LARGEST:
        content += more
    return content


def listed(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that paths name: themselves, or what lies directly in a folder, by name, hidden ones apart.

    Raises:
        Refused: `folder-unreadable` or `folder-large`.
    """
    for path in paths:
        if reach.is_link(path) or not reach.is_folder(path):
            yield path
            continue
        try:
            found = reach.contents(path)
        except OSError as error:
            raise Refused(
                "folder-unreadable", folder=reach.told(path), reason=error.strerror or ""
            ) from error
        inside = sorted(found.files + found.others)
        if len(inside) > TOO_MANY:
            raise Refused("folder-large", folder=reach.told(path), count=len(inside), limit=TOO_MANY)
        yield from (path / name for name in inside)


def save(folder: Path, name: str, write: Callable[[BinaryIO], None]) -> Path:
    """Write a file whole, or not at all, under a name that nothing has yet.

    Args:
        folder: where; it must exist.
        name: what the file is called there.
        write: fills it.

    Raises:
        Refused: `file-exists` (with `path`), `folder-missing`.
        WrongUse: `save-name`, no file can be called so.
        Unreachable: `disk`, it can't be written there, and why.
    """
    if not name or Path(name).name != name or name == ".." or "\0" in name:
        raise WrongUse("save-name", name=name)
    target = folder / name
    try:
        with reach.folder(folder) as at:
            _save(at, target, write)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise Refused("folder-missing", folder=reach.told(folder)) from error
    except OSError as error:
        raise _no_disk(target, error) from error
    return target


def _save(at: int, target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Fill a file in an open folder, and give it its name."""
    if _is_taken(at, target.name):
        raise Refused("file-exists", path=reach.told(target))
    part = f".s2s-{secrets.token_hex(8)}.part"
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=at)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                write(file)
                file.flush()
                reach.hand_over(descriptor)
                os.fsync(descriptor)
            give_name(part, target.name, at)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part, dir_fd=at)
    except FileExistsError as error:
        raise Refused("file-exists", path=reach.told(target)) from error
    except OSError as error:
        raise _no_disk(target, error) from error
    # The file is whole already; a share that can't sync a folder is no reason to say that it is not.
    with suppress(OSError):
        handle = os.open(".", os.O_RDONLY | os.O_CLOEXEC, dir_fd=at)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _no_disk(target: Path, error: OSError) -> Unreachable:
    return Unreachable("disk", path=reach.told(target), reason=error.strerror or str(error))


def _is_taken(at: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=at, follow_symlinks=False)
    except OSError:
        return False
    return True
