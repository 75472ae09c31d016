"""A table of the person's own disk, before its rows are read: its bytes, and how its text is written."""

import codecs
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

from s2s_tui.base import reach
from s2s_tui.base.errors import Refused
from s2s_tui.services.files import unreadable

LARGEST = 2 << 30
"""Bytes of a table: all pupils of England and Wales are a quarter of that."""
LONGEST_LINE = 1 << 20
"""Bytes: a line is held in memory whole, and what has none that end is no table."""
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class TableFile:
    """What is known of a file before its rows are.

    Attributes:
        digest: SHA-256 of its bytes.
        encoding: what its text is in.
        lines: how many, about: line ends in it.
        stamp: which file it was, of what size and time.
    """

    path: Path
    digest: str
    encoding: str
    lines: int
    stamp: tuple[int, ...] = field(default=(), repr=False, compare=False)


def look_at(path: Path, largest: int = LARGEST) -> TableFile:
    """Read a file through once: its digest, and how its text is written.

    UTF-8 with or without a mark, UTF-16, and Windows-1252 where it is neither.

    Args:
        path: where it is; a link to a file will do unless confined, a pipe or a device is neither waited
            for nor read.
        largest: bytes that it may have.

    Raises:
        Refused: `file-irregular`, `file-unreadable` or `file-large`; as `reach.open_file`.
    """
    digest, lines, line, first = hashlib.sha256(), 0, 0, b""
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    try:
        with _regular(path) as file:
            stamp = _stamp(file)
            size = 0
            while block := file.read(_BLOCK):
                size += len(block)
                if max(size, stamp[2]) > largest:
                    raise Refused("file-large", size=max(size, stamp[2]) >> 20, limit=largest >> 20)
                first = first or block[:4]
                digest.update(block)
                lines += block.count(b"\n")
                line = _left_open(path, block, line)
                utf8 = _still(utf8, block)
            utf8 = _still(utf8, b"", final=True)
    except OSError as error:
        raise Refused(unreadable(error), file=reach.told(path), reason=error.strerror or "") from error
    return TableFile(path, digest.hexdigest(), _encoding(first, is_utf8=utf8 is not None), lines, stamp)


@contextmanager
def opened(file: TableFile) -> Iterator[TextIO]:
    """Its text, for the time of the block; bytes that are none of it become U+FFFD.

    Raises:
        Refused: `file-irregular` or `file-unreadable`; `roll-changed`, it is not as it was looked at.
    """
    try:
        with _regular(file.path) as source:
            _require_same(file, source)
            with io.TextIOWrapper(source, encoding=file.encoding, errors="replace", newline="") as text:
                yield text
                _require_same(file, source)
    except OSError as error:
        raise Refused(unreadable(error), file=reach.told(file.path), reason=error.strerror or "") from error


@contextmanager
def _regular(path: Path) -> Iterator[BinaryIO]:
    """A file, open: what is none is found out on what was opened, which nothing can take the place of."""
    try:
        descriptor = reach.open_file(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a NUL, pasted into a path
        raise Refused("file-unreadable", file=reach.told(path), reason="NUL") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Refused("file-irregular", file=reach.told(path))
    with os.fdopen(descriptor, "rb") as file:
        yield file


def _stamp(file: BinaryIO) -> tuple[int, ...]:
    found = os.fstat(file.fileno())
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _require_same(file: TableFile, source: BinaryIO) -> None:
    """What is read is what its digest says, as far as size and time tell."""
    if file.stamp and _stamp(source) != file.stamp:
        raise Refused("roll-changed", file=file.path.name)


def _left_open(path: Path, block: bytes, begun: int) -> int:
    """How long the line is that a block leaves open, of which so much was in those before it."""
    ends = block.replace(b"\r", b"\n")
    first = ends.find(b"\n")
    if begun + (len(block) if first < 0 else first) > LONGEST_LINE:
        raise Refused("file-unreadable", file=reach.told(path), reason="line > 1 MB")
    return begun + len(block) if first < 0 else len(block) - 1 - ends.rfind(b"\n")


def _still(
    decoder: codecs.IncrementalDecoder | None, block: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """The decoder, while all that it was given is in its encoding."""
    if decoder is not None:
        try:
            decoder.decode(block, final)
        except UnicodeDecodeError:
            return None
    return decoder


def _encoding(first: bytes, *, is_utf8: bool) -> str:
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(first) >= 2 and 0 in first[:2]:
        return "utf-16-be" if first[0] == 0 else "utf-16-le"
    return "utf-8-sig" if is_utf8 else "windows-1252"
