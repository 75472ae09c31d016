"""The directory of a zip, read by hand and believed in nothing (R-UPL-4).

Unpackers differ in what they trust: the end record, the central directory, the headers before each file.
A zip is taken only if all of them tell one story: every byte belongs to exactly one entry or record.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from s2s_tui.rules.problems import Problem, refuse

MOST_ENTRIES = 10_000
"""No school's zip comes near; a directory of millions of names is an attack on whoever lists it."""
LARGEST_DIRECTORY = 2 * 1024**2
"""Bytes of the list of contents: 200 for each of the most entries, three times what is usual."""
LONGEST_NAME = 1024
"""Bytes of a name; macOS takes no longer path, Windows a far shorter one."""
DEEPEST = 50
"""Folders within folders in a name, as deep as a CTF's elements may go."""
MOST_EXTRAS = 64
"""Extra fields of an entry. Real ones have under ten."""

STORED, DEFLATED = 0, 8

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_SIGN, _END64_SIGN, _LOCATOR64_SIGN = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_CENTRAL_SIGN, _LOCAL_SIGN, _DESCRIPTOR_SIGN = b"PK\x01\x02", b"PK\x03\x04", b"PK\x07\x08"
_IN_ZIP64, _IN_ZIP64_SHORT = 0xFFFFFFFF, 0xFFFF
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_ENCRYPTED, _DESCRIBED, _UTF8 = 0x1, 0x8, 0x800


class Broken(Exception):
    """The zip is not whole or not honest; nothing more is read.

    Attributes:
        problem: what is wrong.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder in a zip.

    Attributes:
        name: its path, decoded; raw, to be made printable when shown.
        other_names: further names that some unpackers use.
        encrypted: whether its content can't be read.
        method: how it is packed; 0 stored, 8 deflated.
        crc: the checksum that it says its content has.
        packed: bytes that it takes in the zip.
        size: bytes that it says it unpacks to.
        header: where it starts in the zip.
        data: where its packed content starts.
        mode: the Unix mode, 0 where none is kept.
    """

    name: str
    other_names: tuple[str, ...]
    encrypted: bool
    method: int
    crc: int
    packed: int
    size: int
    header: int
    data: int
    mode: int

    @property
    def folder(self) -> bool:
        """Whether it is a folder: its name ends in a slash."""
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class _Central:
    """An entry as the central directory tells it."""

    raw_name: bytes
    name: str
    extras: dict[int, bytes]
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int


def read_directory(content: bytes) -> tuple[Entry, ...]:
    """The entries of a zip, in the order of its directory.

    Raises:
        Broken: it is no zip, cut short, empty, split, or its parts contradict one another.
    """
    start, stop, count = _directory(content)
    centrals = tuple(_centrals(content, start, stop, count))
    entries: list[Entry | None] = [None] * len(centrals)
    order = sorted(range(len(centrals)), key=lambda at: centrals[at].offset)
    if centrals[order[0]].offset > 0:
        raise Broken(_before(content, centrals[order[0]].offset))
    for at, following in zip(order, [*order[1:], None], strict=True):
        limit = start if following is None else centrals[following].offset
        entries[at] = _entry(content, centrals[at], limit)
    return tuple(entry for entry in entries if entry is not None)


def _directory(content: bytes) -> tuple[int, int, int]:
    """Where the central directory starts and stops, and how many entries it has."""
    end = _end_record(content)
    _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(content, end)
    stop = end
    locator = end - _LOCATOR64.size
    if locator >= 0 and content.startswith(_LOCATOR64_SIGN, locator):
        _, record_disk, stop, disks = _LOCATOR64.unpack_from(content, locator)
        if not content.startswith(_END64_SIGN, stop) or stop + _END64.size > locator:
            raise Broken(refuse("zip-false-directory"))
        record = _END64.unpack_from(content, stop)
        if stop + 12 + record[1] != locator:
            raise Broken(refuse("zip-false-directory"))
        if record_disk or disks > 1 or record[4] or record[5]:
            raise Broken(refuse("zip-split"))
        for short, full, marker in (
            (here, record[6], _IN_ZIP64_SHORT),
            (count, record[7], _IN_ZIP64_SHORT),
            (size, record[8], _IN_ZIP64),
            (offset, record[9], _IN_ZIP64),
        ):
            # Two numbers for one thing: which is true depends on who reads.
            if short not in (full, marker):
                raise Broken(refuse("zip-false-directory"))
        here, count, size, offset = record[6:10]
    elif disk or first_disk:
        raise Broken(refuse("zip-split"))
    if here != count:
        raise Broken(refuse("zip-split"))
    if count > MOST_ENTRIES:
        raise Broken(refuse("zip-too-many", count=count, limit=MOST_ENTRIES))
    if size > LARGEST_DIRECTORY:
        raise Broken(refuse("zip-directory-too-large", size=size // 1024, limit=LARGEST_DIRECTORY // 1024))
    if size > stop or offset + size > stop:
        raise Broken(refuse("zip-truncated"))
    if offset + size < stop:
        # Offsets that count from a later start: something stands before the zip.
        moved = stop - size
        if size and content.startswith(_CENTRAL_SIGN, moved):
            raise Broken(_before(content, moved - offset))
        raise Broken(refuse("zip-hidden-data", count=stop - size - offset))
    if count == 0:
        raise Broken(refuse("zip-empty"))
    return offset, stop, count


def _end_record(content: bytes) -> int:
    """Where the one end record is whose comment ends with the content."""
    first = max(0, len(content) - _END.size - 0xFFFF)
    found = content.rfind(_END_SIGN, first)
    if found < 0:
        raise Broken(refuse("zip-truncated" if content.startswith(_LOCAL_SIGN) else _what_instead(content)))
    last, fitting = found, []
    while found >= 0:
        if found + _END.size <= len(content):
            comment = int.from_bytes(content[found + 20 : found + 22], "little")
            if found + _END.size + comment == len(content):
                fitting.append(found)
        found = content.rfind(_END_SIGN, first, found + 3)
    if len(fitting) > 1 or (fitting and fitting[0] != last):
        raise Broken(refuse("zip-two-directories"))
    if not fitting:
        size = _END.size + int.from_bytes(content[last + 20 : last + 22], "little")
        if last + size > len(content):
            raise Broken(refuse("zip-truncated"))
        raise Broken(refuse("zip-trailing-data", count=len(content) - last - size))
    return last


_BEGINNINGS = (
    (b"%PDF", "zip-is-pdf"),
    (b"Rar!", "zip-is-rar"),
    (b"7z\xbc\xaf\x27\x1c", "zip-is-7z"),
    (b"\x1f\x8b", "zip-is-gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "zip-is-office"),
    (b"\x89PNG", "zip-is-picture"),
    (b"\xff\xd8\xff", "zip-is-picture"),
    (b"GIF8", "zip-is-picture"),
    (b"MZ", "zip-is-program"),
    (b"\x7fELF", "zip-is-program"),
    (b"#!", "zip-is-program"),
    (b"PK\x07\x08", "zip-split"),
)


def _what_instead(content: bytes) -> str:
    """The code for what content that is no zip looks like."""
    if not content:
        return "zip-no-content"
    for beginning, code in _BEGINNINGS:
        if content.startswith(beginning):
            return code
    head = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "zip-is-web-page"
    if head.startswith(b"<"):
        return "zip-is-xml"
    # Text has no control bytes but tab, line ends and form feed.
    return "zip-not" if any(byte < 32 and byte not in b"\t\n\f\r" for byte in head) else "zip-is-text"


def _before(content: bytes, count: int) -> Problem:
    """What stands before the first entry."""
    if content.startswith((b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")):
        return refuse("zip-self-extracting")
    if content.startswith(_DESCRIPTOR_SIGN) or content.startswith(b"PK00"):
        return refuse("zip-split")
    return refuse("zip-leading-data", count=count)


def _centrals(content: bytes, start: int, stop: int, count: int) -> Iterator[_Central]:
    at = start
    for _ in range(count):
        if at + _CENTRAL.size > stop or not content.startswith(_CENTRAL_SIGN, at):
            raise Broken(refuse("zip-false-directory"))
        (_, _, _, flags, method, _, _, crc, packed, size, name_length, extra_length, comment_length,
         disk, _, attributes, offset) = _CENTRAL.unpack_from(content, at)  # fmt: skip
        at += _CENTRAL.size
        next_at = at + name_length + extra_length + comment_length
        if next_at > stop:
            raise Broken(refuse("zip-false-directory"))
        raw = content[at : at + name_length]
        name = _decoded(raw, flags)
        extras = _extras(content[at + name_length : at + name_length + extra_length], name)
        size, packed, offset, disk = _from_zip64(extras.get(_ZIP64), size, packed, offset, disk, name)
        if disk:
            raise Broken(refuse("zip-split"))
        if offset >= start:
            raise Broken(refuse("zip-false-sizes", entry=name))
        yield _Central(raw, name, extras, flags, method, crc, packed, size, offset, attributes >> 16)
        at = next_at
    if at != stop:
        raise Broken(refuse("zip-false-directory"))


def _decoded(raw: bytes, flags: int) -> str:
    """A name as text: UTF-8 where it says so or where it fits (macOS doesn't say so), else code page 437."""
    if len(raw) > LONGEST_NAME:
        raise Broken(refuse("zip-name-too-long", count=len(raw), limit=LONGEST_NAME))
    if raw.count(b"/") + raw.count(b"\\") > DEEPEST:
        raise Broken(refuse("zip-name-too-deep", limit=DEEPEST))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("cp437")
    if flags & _UTF8:
        raise Broken(refuse("zip-name-garbled", entry=name))
    return name


def _extras(data: bytes, name: str) -> dict[int, bytes]:
    """The extra fields of an entry by their kind; the same kind twice is refused where it matters."""
    fields: dict[int, bytes] = {}
    at = 0
    for _ in range(MOST_EXTRAS):
        # Fewer than four bytes left is padding, which aligning tools leave.
        if at + 4 > len(data):
            return fields
        kind, length = struct.unpack_from("<2H", data, at)
        at += 4
        if at + length > len(data) or (kind in fields and kind in (_ZIP64, _UNICODE_PATH)):
            break
        fields[kind] = data[at : at + length]
        at += length
    raise Broken(refuse("zip-false-directory", entry=name))


def _from_zip64(
    field: bytes | None, size: int, packed: int, offset: int, disk: int, name: str
) -> tuple[int, int, int, int]:
    """The numbers of a central header, those kept in the zip64 field filled in."""
    numbers = [size, packed, offset, disk]
    markers = [_IN_ZIP64, _IN_ZIP64, _IN_ZIP64, _IN_ZIP64_SHORT]
    wanted = [at for at in range(4) if numbers[at] == markers[at]]
    if not field:
        if wanted:
            raise Broken(refuse("zip-false-sizes", entry=name))
        return size, packed, offset, disk
    # A field that isn't needed may be there, but then it must say the same.
    places = wanted or [0, 1, 2, 3]
    at = 0
    for place in places:
        width = 4 if place == 3 else 8
        if at + width > len(field):
            if wanted:
                raise Broken(refuse("zip-false-sizes", entry=name))
            break
        value = int.from_bytes(field[at : at + width], "little")
        if not wanted and value != numbers[place]:
            raise Broken(refuse("zip-false-sizes", entry=name))
        numbers[place] = value
        at += width
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _entry(content: bytes, central: _Central, limit: int) -> Entry:
    """An entry whose own header agrees with the directory, and which fills the bytes up to `limit`."""
    at, name = central.offset, central.name
    if at + _LOCAL.size > limit or not content.startswith(_LOCAL_SIGN, at):
        raise Broken(refuse("zip-overlap" if at + _LOCAL.size > limit else "zip-false-directory", entry=name))
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(content, at)
    at += _LOCAL.size
    data = at + name_length + extra_length
    if content[at : at + name_length] != central.raw_name:
        raise Broken(refuse("zip-two-names", entry=name))
    extras = _extras(content[at + name_length : data], name)
    if method != central.method or (flags ^ central.flags) & (_ENCRYPTED | _DESCRIBED):
        raise Broken(refuse("zip-false-directory", entry=name))
    if _IN_ZIP64 in (size, packed):
        field = extras.get(_ZIP64, b"")
        if len(field) < 16:
            raise Broken(refuse("zip-false-sizes", entry=name))
        size, packed = struct.unpack_from("<2Q", field)
    described = bool(flags & _DESCRIBED)
    told = (crc, packed, size)
    true = (central.crc, central.packed, central.size)
    if any(here != there and not (described and here == 0) for here, there in zip(told, true, strict=True)):
        raise Broken(refuse("zip-false-sizes", entry=name))
    end = data + central.packed
    if end > limit:
        raise Broken(refuse("zip-overlap", entry=name))
    rest = content[end:limit] if limit - end <= 24 else None
    if rest is None or (rest and not (described and _describes(rest, true))):
        raise Broken(refuse("zip-hidden-data", entry=name, count=limit - end))
    names = [name]
    for fields in (central.extras, extras):
        names += _other_names(fields.get(_UNICODE_PATH), central.raw_name, name)
    shown = names[-1]
    others = tuple(dict.fromkeys(other for other in names if other != shown))
    encrypted = bool(flags & _ENCRYPTED)
    return Entry(shown, others, encrypted, method, *true, central.offset, data, central.mode)


def _describes(rest: bytes, true: tuple[int, int, int]) -> bool:
    """Whether the bytes after an entry are the descriptor of just that entry."""
    rest = rest.removeprefix(_DESCRIPTOR_SIGN) if len(rest) in (16, 24) else rest
    if len(rest) == 12:
        return rest == struct.pack("<3L", true[0], true[1] & _IN_ZIP64, true[2] & _IN_ZIP64)
    return len(rest) == 20 and rest == struct.pack("<L2Q", *true)


def _other_names(field: bytes | None, raw: bytes, name: str) -> list[str]:
    """The name in a Unicode path field, used instead of the first where its checksum is that of the first."""
    if field is None or field[1:5] != zlib.crc32(raw).to_bytes(4, "little"):
        return []
    try:
        return [_decoded(field[5:], _UTF8)]
    except Broken:
        raise Broken(refuse("zip-name-garbled", entry=name)) from None
