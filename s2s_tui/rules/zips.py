"""What a zip must be to travel: really a zip, whole, not empty, and harmless (R-UPL-4).

Nothing is unpacked to disk and nothing is kept: entries are read through in pieces of 64 kB, against the size
and the checksum that the zip declares. Encrypted entries can't be read; their names and headers are checked.

How far a zip may swell, and why:

- `MOST_UNPACKED` bounds the work: reading it through takes well under a second whatever it is.
- `BOMB_RATIO`, above `BOMB_FLOOR`: registers and exports as CSV shrink 20 to 60 times, hardly anything real
  shrinks 100 times, and deflate ends at 1,032. Below the floor not even a blank picture does harm.
"""

import re
import stat
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator

from s2s_tui.rules.mailboxes import is_authority
from s2s_tui.rules.names import HIDDEN
from s2s_tui.rules.problems import Problem, Severity, hint, refuse, refused, warn
from s2s_tui.rules.zip_directory import DEFLATED, STORED, Broken, Entry, read_directory

MB = 1024**2
AUTHORITY_LIMIT = 10 * MB
SCHOOL_LIMIT = 4 * MB
MOST_UNPACKED = 320 * MB
BOMB_FLOOR = 32 * MB
BOMB_RATIO = 100
LONG_NAME = 200
"""Windows stops at 260 characters, the folder that the zip is unpacked in included."""
MOST_PROBLEMS = 100
"""More are counted, not listed."""

_PIECE = 64 * 1024
_HEAD = 4096

_PROGRAM_ENDINGS = """
exe com scr pif bat cmd ps1 ps1xml psm1 psd1 psc1 vb vbs vbe js jse mjs wsf wsh wsc ws hta msi msp
mst msix msixbundle appx appxbundle appref-ms application gadget jar jnlp lnk url scf reg inf dll
sys ocx cpl drv xll sh bash zsh ksh csh command workflow scpt app pkg dmg deb rpm apk elf pyw pyz
iso vhd vhdx chm hlp msc settingcontent-ms library-ms search-ms
"""
_DOCUMENT_ENDINGS = """
pdf doc docx odt rtf txt csv xls xlsx ods ppt pptx xml htm html jpg jpeg png gif tif tiff bmp mp3
mp4
"""
_ARCHIVE_ENDINGS = """
zip zipx 7z rar tar gz tgz bz2 xz z zst cab arj lzh ace
"""
_ZIP_BY_NATURE_ENDINGS = """
docx docm dotx xlsx xlsm xltx pptx pptm ppsx odt ods odp odg epub kmz
"""
_PROGRAMS = frozenset(_PROGRAM_ENDINGS.split())
_DOCUMENTS = frozenset(_DOCUMENT_ENDINGS.split())
_ARCHIVES = frozenset(_ARCHIVE_ENDINGS.split())
_ZIPS_BY_NATURE = frozenset(_ZIP_BY_NATURE_ENDINGS.split())
_ARCHIVE_SIGNS = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")
_PROGRAM_SIGNS = (
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
# On whole paths: names of millions of parts must cost no more than they weigh.
_DEVICE = re.compile(
    r"(?:^|/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.[^/]*)?[. ]*(?:/|$)", re.IGNORECASE
)
# `..`, also as Windows reads it, which drops dots and blanks at the end.
_ABOVE = re.compile(r"(?:^|/) *\.[. ]+(?:/|$)")
_CTF_NAME = re.compile(
    r"[0-9]{3}[0-9L]{4}[ _-]?CTF[ _-]?(?:[0-9]{3}[0-9L]{4}|X{7}|M{7})[ _-]?[0-9]{1,3}(?![0-9])", re.IGNORECASE
)
_CTF_ROOT = re.compile(rb"<(?:[\w.-]+:)?CTfile[\s/>]")
# Joiners and the emoji selector are part of honest names; they count for nothing when names are compared.
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d\ufe0f"))


def limit_for(source: str) -> int:
    """The most bytes that a zip from this mailbox may have: 10 MB from an authority, 4 MB from a school."""
    return AUTHORITY_LIMIT if is_authority(source) else SCHOOL_LIMIT


def check(content: bytes, *, limit: int) -> tuple[Problem, ...]:
    """Everything wrong with a zip, refusals first (R-UPL-4); never raises, whatever the bytes.

    Args:
        content: the zip.
        limit: the most bytes it may have (`limit_for`); a larger one is not looked into.

    Returns:
        Problems, each naming its entry; a zip without refusal may carry warnings and the hint to encrypt it.
    """
    if len(content) > limit:
        size = -(-len(content) * 100 // MB)
        return (refuse("zip-too-large", size=f"{size // 100}.{size % 100:02}", limit=limit // MB),)
    try:
        entries = read_directory(content)
    except Broken as broken:
        return (broken.problem,)
    problems = [problem for entry in entries for problem in _check_header(entry)]
    problems += _clashes(entries)
    swollen = list(_bombs(entries))
    if not swollen:
        problems += _check_contents(content, entries)
    problems += swollen
    if all(entry.folder for entry in entries):
        problems.append(refuse("zip-empty"))
    if not refused(problems) and any(not entry.encrypted and not entry.folder for entry in entries):
        problems.append(hint("zip-not-encrypted"))
    return _worst_first(problems)


def _worst_first(problems: list[Problem]) -> tuple[Problem, ...]:
    ordered = sorted(problems, key=lambda problem: list(Severity).index(problem.severity))
    shown, rest = ordered[:MOST_PROBLEMS], ordered[MOST_PROBLEMS:]
    if not rest:
        return tuple(shown)
    say: Callable[..., Problem] = refuse if refused(rest) else warn
    return (*shown, say("zip-more-problems", count=len(rest)))


def _bombs(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Entries that swell beyond reason by their own declaration, and a whole that does."""
    total = packed = bombs = 0
    for entry in entries:
        total += entry.size
        packed += entry.packed
        if _swells(entry.size, entry.packed):
            bombs += 1
            yield refuse(
                "zip-bomb", entry=entry.name, size=entry.size // MB, ratio=_ratio(entry.size, entry.packed)
            )
    if total > MOST_UNPACKED:
        yield refuse("zip-unpacks-too-large", size=total // MB, limit=MOST_UNPACKED // MB)
    elif not bombs and _swells(total, packed):
        yield refuse("zip-bomb", size=total // MB, ratio=_ratio(total, packed))


def _swells(size: int, packed: int) -> bool:
    return size > BOMB_FLOOR and size > BOMB_RATIO * packed


def _ratio(size: int, packed: int) -> int:
    return size // max(packed, 1)


def _check_header(entry: Entry) -> Iterator[Problem]:
    """What an entry's name and header give away."""
    for name in (entry.name, *entry.other_names):
        yield from _check_name(name)
    kind = stat.S_IFMT(entry.mode)
    if kind == stat.S_IFLNK:
        yield refuse("zip-link", entry=entry.name)
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR and not entry.folder):
        yield refuse("zip-special", entry=entry.name)
    if entry.folder and (entry.size or entry.packed > 2) and not entry.encrypted:
        yield refuse("zip-hidden-data", entry=entry.name, count=entry.packed)
    if entry.encrypted:
        # A stored entry can't be larger than what is stored; what encryption adds is not taken off.
        if entry.method == STORED and entry.size > entry.packed:
            yield refuse("zip-false-sizes", entry=entry.name)
    elif entry.method not in (STORED, DEFLATED):
        yield refuse("zip-method", entry=entry.name, method=entry.method)
    elif entry.method == STORED and entry.size != entry.packed:
        yield refuse("zip-false-sizes", entry=entry.name)


def _check_name(name: str) -> Iterator[Problem]:
    """What is wrong with the path of an entry, wherever it were unpacked."""
    if not name.strip("/"):
        yield refuse("zip-name-empty", entry=name)
        return
    if hidden := HIDDEN.search(name.translate(_JOINERS)):
        yield refuse("zip-name-hidden", entry=name, found=f"U+{ord(hidden[0]):04X}")
    if "\\" in name:
        yield refuse("zip-name-backslash", entry=name)
    path = name.replace("\\", "/")
    # A colon makes a drive of the first part, and a hidden stream of any other.
    if path.startswith("/") or ":" in path or _ABOVE.search(path):
        yield refuse("zip-name-escapes", entry=name)
    if _DEVICE.search(path):
        yield refuse("zip-name-device", entry=name)
    if len(name) > LONG_NAME:
        yield warn("zip-name-long", entry=name, count=len(name), limit=LONG_NAME)
    if path.endswith("/"):
        return
    last = path.rpartition("/")[2]
    *before, ending = _endings(last)
    if ending in _PROGRAMS:
        disguised = bool(before and before[-1] in _DOCUMENTS) or "   " in last
        yield refuse("zip-program-disguised" if disguised else "zip-program", entry=name, found=f".{ending}")
    elif ending in _ARCHIVES:
        yield warn("zip-in-zip", entry=name)
    if ending == "xml" and _CTF_NAME.search(last):
        yield warn("zip-ctf", entry=name)


def _endings(last: str) -> list[str]:
    """The endings of a file name in small letters, what Windows drops taken off; one empty where none."""
    plain = last.translate(_JOINERS).rstrip(". \u00a0").lower()
    return [ending.strip() for ending in plain.split(".")[1:]][-2:] or [""]


def _clashes(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Names that are one and the same on Windows or macOS, or a file where a folder must be."""
    compared = [(entry, _comparable(entry.name)) for entry in entries]
    files: dict[str, str] = {}
    for entry, key in compared:
        if key in files:
            yield warn("zip-names-clash", entry=entry.name, other=files[key])
        elif not entry.folder:
            files[key] = entry.name
    for entry, key in compared:
        if (above := key.rpartition("/")[0]) in files:
            yield warn("zip-names-clash", entry=entry.name, other=files[above])


def _comparable(name: str) -> str:
    plain = unicodedata.normalize("NFC", name.translate(_JOINERS)).casefold()
    return "/".join(part.rstrip(". ") for part in plain.split("/") if part not in ("", "."))


def _check_contents(content: bytes, entries: Iterable[Entry]) -> Iterator[Problem]:
    """What is found by reading the entries that can be read."""
    view = memoryview(content)
    for entry in entries:
        if entry.encrypted or entry.method not in (STORED, DEFLATED):
            continue
        packed = view[entry.data : entry.data + entry.packed]
        head, problem = (_read_stored if entry.method == STORED else _read_deflated)(packed, entry)
        if problem:
            yield problem
        yield from _look(head, entry)


def _read_stored(packed: memoryview, entry: Entry) -> tuple[bytes, Problem | None]:
    damaged = zlib.crc32(packed) != entry.crc
    return bytes(packed[:_HEAD]), refuse("zip-damaged", entry=entry.name) if damaged else None


def _read_deflated(packed: memoryview, entry: Entry) -> tuple[bytes, Problem | None]:
    """The first bytes of an entry, and what went wrong on reading it to its end."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    head, size, crc, used = b"", 0, 0, 0
    try:
        while not unpacker.eof:
            # Small inputs: what is not used up is copied each time.
            source = unpacker.unconsumed_tail or packed[used : used + _PIECE // 4]
            if not unpacker.unconsumed_tail:
                used += len(source)
            piece = unpacker.decompress(source, _PIECE)
            if not piece and not len(source):
                return head, refuse("zip-damaged", entry=entry.name)
            size += len(piece)
            if size > entry.size:
                return head, refuse("zip-false-sizes", entry=entry.name)
            crc = zlib.crc32(piece, crc)
            if len(head) < _HEAD:
                head += piece[: _HEAD - len(head)]
    except zlib.error:
        return head, refuse("zip-damaged", entry=entry.name)
    left = len(packed) - used + len(unpacker.unused_data)
    if left:
        return head, refuse("zip-hidden-data", entry=entry.name, count=left)
    if size != entry.size:
        return head, refuse("zip-false-sizes", entry=entry.name)
    return head, refuse("zip-damaged", entry=entry.name) if crc != entry.crc else None


def _look(head: bytes, entry: Entry) -> Iterator[Problem]:
    """What the first bytes give away that the name didn't."""
    last = entry.name.rpartition("/")[2]
    ending = _endings(last)[-1]
    if ending not in _PROGRAMS and _runs(head):
        yield refuse("zip-program-inside", entry=entry.name)
    if head.startswith(_ARCHIVE_SIGNS) and ending not in _ARCHIVES | _ZIPS_BY_NATURE | _PROGRAMS:
        yield warn("zip-in-zip", entry=entry.name)
    named = ending == "xml" and _CTF_NAME.search(last)
    if not named and _CTF_ROOT.search(head.replace(b"\x00", b"")):
        yield warn("zip-ctf", entry=entry.name)


def _runs(head: bytes) -> bool:
    """Whether content is a program by its first bytes."""
    if head.startswith(b"MZ"):
        # A text may begin with MZ; the header of a program has zeros.
        return b"\x00" in head[:64]
    if head.startswith(b"#!"):
        return b"/" in head[:128].partition(b"\n")[0]
    return head.startswith(_PROGRAM_SIGNS)
