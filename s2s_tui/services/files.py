"""Files of the person's own disk: read once and safely, written whole and never over another (R-DWN-6)."""

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

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
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:  # a NUL, pasted into a path
        return Offered(path.name, problem=refuse("file-unreadable", file=path.name, reason="NUL"))
    except OSError as error:
        code = "file-link" if error.errno == errno.ELOOP else "file-unreadable"
        return Offered(path.name, problem=refuse(code, file=path.name, reason=error.strerror or ""))
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
        # os.path's answers, as pathlib's raise where a folder above may not be entered or a name is too long.
        if os.path.islink(path) or not os.path.isdir(path):  # noqa: PTH112, PTH114
            yield path
            continue
        try:
            with os.scandir(path) as entries:
                inside = sorted(entry.name for entry in entries if not _is_left_out(entry))
        except OSError as error:
            raise Refused("folder-unreadable", folder=str(path), reason=error.strerror or "") from error
        if len(inside) > TOO_MANY:
            raise Refused("folder-large", folder=str(path), count=len(inside), limit=TOO_MANY)
        yield from (path / name for name in inside)


def _is_left_out(entry: "os.DirEntry[str]") -> bool:
    """Hidden ones and folders; the entry itself mostly knows, without another look at the disk."""
    if entry.name.startswith("."):
        return True
    return os.path.isdir(entry) if entry.is_symlink() else entry.is_dir()  # noqa: PTH112


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
    if not folder.is_dir():
        raise Refused("folder-missing", folder=str(folder))
    target = folder / name
    if os.path.lexists(target):
        raise Refused("file-exists", path=str(target))
    try:
        descriptor, part = tempfile.mkstemp(prefix=".s2s-", suffix=".part", dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                write(file)
                file.flush()
                os.fsync(descriptor)
            give_name(Path(part), target)
        finally:
            with suppress(FileNotFoundError):
                Path(part).unlink()
        _sync_folder(folder)
    except FileExistsError as error:
        raise Refused("file-exists", path=str(target)) from error
    except OSError as error:
        raise Unreachable("disk", path=str(target), reason=error.strerror or str(error)) from error
    return target


def _sync_folder(folder: Path) -> None:
    # The file is whole already; a share that can't sync a folder is no reason to say that it is not.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
