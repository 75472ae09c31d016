"""A table of the person's own disk, before its rows are read: its bytes, and how its text is written."""

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from s2s_tui.base.errors import Refused

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class TableFile:
    """What is known of a file before its rows are.

    Attributes:
        digest: SHA-256 of its bytes.
        encoding: what its text is in.
        lines: how many, about: line ends in it.
    """

    path: Path
    digest: str
    encoding: str
    lines: int


def look_at(path: Path) -> TableFile:
    """Read a file through once: its digest, and how its text is written.

    UTF-8 with or without a mark, UTF-16, and Windows-1252 where it is neither.

    Raises:
        Refused: `file-irregular` or `file-unreadable`.
    """
    if path.exists() and not path.is_file():
        raise Refused("file-irregular", file=str(path))
    digest, lines, first = hashlib.sha256(), 0, b""
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                first = first or block[:4]
                digest.update(block)
                lines += block.count(b"\n")
                utf8 = _still(utf8, block)
            utf8 = _still(utf8, b"", final=True)
    except OSError as error:
        raise Refused("file-unreadable", file=str(path), reason=error.strerror or "") from error
    return TableFile(path, digest.hexdigest(), _encoding(first, is_utf8=utf8 is not None), lines)


@contextmanager
def opened(file: TableFile) -> Iterator[TextIO]:
    """Its text, for the time of the block; bytes that are none of it become U+FFFD.

    Raises:
        Refused: `file-unreadable`.
    """
    try:
        with file.path.open(encoding=file.encoding, errors="replace", newline="") as text:
            yield text
    except OSError as error:
        raise Refused("file-unreadable", file=str(file.path), reason=error.strerror or "") from error


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
