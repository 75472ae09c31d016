"""R-UPL-4: a zip is really a zip, whole, not empty, and harmless."""

import csv
import inspect
import io
import os
import re
import struct
import time
import tracemalloc
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.text import printable
from s2s_tui.rules import zip_directory, zips
from s2s_tui.rules.problems import Severity
from s2s_tui.rules.zips import MB, check, limit_for
from s2s_tui.services.wording import say
from s2s_tui.services.wording.zips import SENTENCES

pytestmark = pytest.mark.requirement("R-UPL-4")
quick = settings(max_examples=200, deadline=None)
LIMIT = 10 * MB


@dataclass(frozen=True)
class Part:
    """An entry of a hand-made zip; what is None is told truly."""

    name: bytes = b"a.txt"
    data: bytes = b"bore da"
    method: int = 0
    flags: int = 0
    mode: int = 0
    packed: bytes | None = None
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    local_size: int | None = None
    local_name: bytes | None = None
    local_method: int | None = None
    local_flags: int | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    descriptor: bytes = b""
    offset: int | None = None
    disk: int = 0


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def told(*values):
    return next(value for value in values if value is not None)


def made(*parts, before=b"", between=b"", comment=b"", after=b"", end=None, gap=b"", record64=b"", shift=0):
    """A zip of the parts, with lies where they are asked for."""
    body, directory = before, b""
    for part in parts:
        packed = told(part.packed, deflated(part.data) if part.method == 8 else part.data)
        crc, size = told(part.crc, zlib.crc32(part.data)), told(part.size, len(part.data))
        packed_size = told(part.packed_size, len(packed))
        name = told(part.local_name, part.name)
        offset = told(part.offset, len(body) - shift)
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 0x314, 20, part.flags, part.method, 0, 0, crc, packed_size, size,
            len(part.name), len(part.extra), 0, part.disk, 0, part.mode << 16, offset,
        ) + part.name + part.extra  # fmt: skip
        flags = told(part.local_flags, part.flags)
        zero = bool(flags & 8)
        body += struct.pack(
            "<4s5H3L2H", b"PK\3\4", 20, flags, told(part.local_method, part.method), 0, 0, 0 if zero else crc,
            0 if zero else packed_size, 0 if zero else told(part.local_size, size),
            len(name), len(part.local_extra),
        ) + name + part.local_extra + packed + part.descriptor + between  # fmt: skip
    numbers = end or (0, 0, len(parts), len(parts), len(directory), len(body) - shift)
    ending = struct.pack("<4s4H2LH", b"PK\5\6", *numbers, len(comment))
    return body + gap + directory + record64 + ending + comment + after


def honest(files, method=zipfile.ZIP_DEFLATED, comment=b""):
    """A zip as Python's own library makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = comment
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def codes(content, severity=None, limit=LIMIT):
    return [p.code for p in check(content, limit=limit) if severity in (None, p.severity)]


def field(kind, data):
    return struct.pack("<2H", kind, len(data)) + data


GOOD = made(Part(), Part(b"b.txt", b"x" * 1000, method=8))
LOCKED = Part(b"b.csv", flags=1, packed=bytes(12) + b"\x91\x04\xf3\x18\xa2\x66\x71", method=0, size=7)
AES = Part(
    b"b.csv", flags=1, method=99, packed=os.urandom(60), size=900, extra=field(0x9901, b"\2\0AE\3\x08\0")
)

STALE = field(0x7075, b"\1" + zlib.crc32(b"before.txt").to_bytes(4, "little") + b"../a.txt")
REGISTER = b"".join(b"%07d,6804012,Ysgol y Llan,A9,/\\\n" % pupil * 12 for pupil in range(95_000))
ACCEPTED = {
    "stored and deflated": GOOD,
    "made by zipfile": honest({"a.csv": "x,y\n" * 50, "gwaith/b.txt": "bore da"}),
    "with a comment": honest({"a.csv": "x"}, comment=b"Ysgol y Llan"),
    "a comment of the longest": honest({"a.csv": "x"}, comment=b"x" * 65535),
    "a folder entry": honest({"gwaith/": b"", "gwaith/b.txt": "bore da"}),
    "accents as UTF-8": honest({"tŷ/gwŷdd.txt": "x"}),
    "accents without the UTF-8 flag": made(Part("tŷ.txt".encode())),
    "accents in code page 437": made(Part("café.txt".encode("cp437"))),
    "an emoji": honest({"❤️ 👩‍🏫.txt": "x"}),
    "descriptor with a signature": made(
        Part(flags=8, descriptor=b"PK\7\x08" + struct.pack("<3L", zlib.crc32(b"bore da"), 7, 7))
    ),
    "descriptor without": made(Part(flags=8, descriptor=struct.pack("<3L", zlib.crc32(b"bore da"), 7, 7))),
    "descriptor of zip64": made(
        Part(flags=8, descriptor=b"PK\7\x08" + struct.pack("<L2Q", zlib.crc32(b"bore da"), 7, 7))
    ),
    "zip64 without need": made(Part(extra=field(1, struct.pack("<2Q", 7, 7)))),
    "zip64 in the header": made(
        Part(
            size=0xFFFFFFFF,
            packed_size=0xFFFFFFFF,
            extra=field(1, struct.pack("<2Q", 7, 7)),
            local_extra=field(1, struct.pack("<2Q", 7, 7)),
        )
    ),
    "an office document": honest({"a.docx": honest({"word/document.xml": "<w/>"})}),
    "text that begins with MZ": honest({"a.csv": "MZ,name\n"}),
    "a blank picture, 1,000 to 1": honest({"a.bmp": bytes(20 * MB)}),
    "encrypted": made(LOCKED),
    "encrypted with AES": made(AES),
    "encrypted, packed by LZMA": made(replace(LOCKED, method=14)),
    "an inner zip's end record, stored": honest({"a.docx": honest({"b": "c"})}, zipfile.ZIP_STORED),
    "a Unicode path of another name, which nobody uses": made(Part(extra=STALE)),
    "a name in a Unicode path": made(
        Part(
            b"t_.txt",
            extra=field(0x7075, b"\1" + zlib.crc32(b"t_.txt").to_bytes(4, "little") + "tŷ.txt".encode()),
        )
    ),
}

END = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0, 0, 0, 0, 0)
ZEROS = deflated(bytes(100 * MB))
KERNEL = deflated(b"y" * 5000)


def quoted_overlap():
    """Fifield's bomb in small: each entry's data quotes those after it and shares a kernel."""
    inner = made(Part(b"z", b"y" * 5000, method=8, packed=KERNEL))
    header = inner[: inner.index(KERNEL) + len(KERNEL)]
    outer = Part(
        b"q", method=8, packed=b"\x00" + struct.pack("<2H", 31, 31 ^ 0xFFFF) + header, crc=1, size=5031
    )
    start = 30 + 1 + 5
    return made(
        outer, replace(Part(b"z", b"y" * 5000, method=8), packed=b"", packed_size=len(KERNEL), offset=start)
    )


def unicode_path(name, of=b"a.txt"):
    return field(0x7075, b"\1" + zlib.crc32(of).to_bytes(4, "little") + name)


def with_zip64(*, count=1, record_count=1, size=None, offset=None, record=None, locator=None, distance=44):
    """A zip with the end records of zip64."""
    plain = made(Part())
    at = plain.index(b"PK\1\2")
    length = plain.index(b"PK\5\6") - at
    body, directory = plain[:at], plain[at : at + length]
    record = record or struct.pack(
        "<4sQ2H2L4Q", b"PK\6\6", distance, 45, 45, 0, 0, record_count, record_count, length, at
    )
    locator = locator or struct.pack("<4sLQL", b"PK\6\7", 0, at + length, 1)
    end = (0, 0, count, count, told(size, length), told(offset, at))
    return body + directory + record + locator + struct.pack("<4s4H2LH", b"PK\5\6", *end, 0)


REFUSED = {
    # Not a zip.
    "nothing": (b"", "zip-no-content"),
    "text": (b"Presenoldeb / Attendance,1\r\n", "zip-is-text"),
    "a CTF": (b"\xef\xbb\xbf<?xml version='1.0'?><CTfile/>", "zip-is-xml"),
    "a web page": (b"\n<!DOCTYPE html><p>Log on", "zip-is-web-page"),
    "a PDF": (b"%PDF-1.7", "zip-is-pdf"),
    "RAR": (b"Rar!\x1a\x07\x01\x00", "zip-is-rar"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c\x00", "zip-is-7z"),
    "gzip": (b"\x1f\x8b\x08\x00", "zip-is-gzip"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "zip-is-office"),
    "a picture": (b"\x89PNG\r\n", "zip-is-picture"),
    "a program": (b"MZ\x90\x00", "zip-is-program"),
    "noise": (bytes(range(32)) * 40, "zip-not"),
    # Not whole.
    "no entries": (END, "zip-empty"),
    "only a folder": (made(Part(b"a/", b"")), "zip-empty"),
    "cut in the directory": (GOOD[:-30], "zip-truncated"),
    "cut in the data": (GOOD[:40], "zip-truncated"),
    "cut in the end record": (GOOD[:-1], "zip-truncated"),
    "cut in the comment": (honest({"a": "x"}, comment=b"0123456789")[:-4], "zip-truncated"),
    "its start cut off": (GOOD[10:], "zip-truncated"),
    "one part of several": (made(Part(), end=(1, 0, 1, 1, 51, 42)), "zip-split"),
    "an entry on another disk": (made(Part(disk=3)), "zip-split"),
    "a split one's first part": (b"PK\x07\x08" + GOOD[:60], "zip-split"),
    "a wrong checksum, stored": (made(Part(crc=5)), "zip-damaged"),
    "a wrong checksum, deflated": (made(Part(crc=5, method=8)), "zip-damaged"),
    "no deflate stream": (made(Part(method=8, packed=b"\xff" * 9)), "zip-damaged"),
    "a deflate stream without end": (made(Part(data=b"x" * 90, method=8, packed=KERNEL[:5])), "zip-damaged"),
    "a deflated entry of no bytes": (made(Part(method=8, packed=b"")), "zip-damaged"),
    # Not honest.
    "100 MB of zeros": (made(Part(data=b"", packed=ZEROS, method=8, size=100 * MB)), "zip-bomb"),
    "zeros said to be encrypted": (made(Part(flags=1, packed=ZEROS, method=8, size=100 * MB)), "zip-bomb"),
    "zeros beside pictures": (
        honest({"a.bmp": bytes(40 * MB), "a.jpg": os.urandom(MB)}),
        "zip-bomb",
    ),
    "zeros in many small entries": (honest({f"{n}.txt": bytes(20 * MB) for n in range(4)}), "zip-bomb"),
    "more than can be read": (
        made(*(Part(b"%d" % n, packed=b"", method=8, size=31 * MB) for n in range(11))),
        "zip-unpacks-too-large",
    ),
    "zeros said to be 7 bytes": (made(Part(packed=ZEROS, method=8)), "zip-false-sizes"),
    "said larger than it is": (made(Part(method=8, size=9)), "zip-false-sizes"),
    "stored, sizes apart": (made(Part(size=9)), "zip-false-sizes"),
    "encrypted, stored, sizes apart": (made(replace(LOCKED, size=900)), "zip-false-sizes"),
    "another size before the data": (made(Part(method=8, local_size=900)), "zip-false-sizes"),
    "larger than the zip": (made(Part(packed_size=9000, size=9000)), "zip-overlap"),
    "the same data twice": (made(Part(), Part(b"b.txt", packed=b"", packed_size=7, offset=0)), "zip-overlap"),
    "the same entry twice": (made(Part(), Part(packed=b"", packed_size=7, offset=0)), "zip-overlap"),
    "entries that quote others": (quoted_overlap(), "zip-overlap"),
    "an entry that starts in the directory": (made(Part(offset=10**6)), "zip-false-sizes"),
    "no header where the directory says": (GOOD.replace(b"PK\3\4", b"PK\3\5", 1), "zip-false-directory"),
    "a count too low": (made(Part(), Part(b"b"), end=(0, 0, 1, 1, 98, 80)), "zip-false-directory"),
    "a count too high": (made(Part(), end=(0, 0, 2, 2, 51, 42)), "zip-false-directory"),
    "counts apart": (made(Part(), end=(0, 0, 1, 2, 51, 42)), "zip-split"),
    "a method that differs": (made(Part(local_method=8)), "zip-false-directory"),
    "encrypted in one place only": (made(Part(local_flags=1)), "zip-false-directory"),
    "another name before the data": (made(Part(local_name=b"b.exe")), "zip-two-names"),
    "10,001 entries": (honest({str(n): b"" for n in range(10_001)}), "zip-too-many"),
    "a directory of 3 MB": (honest({f"{n}{'a' * 300}": b"" for n in range(9000)}), "zip-directory-too-large"),
    "two end records, one in the comment": (made(Part(), comment=END), "zip-two-directories"),
    "a false end in the comment": (made(Part(), comment=END + b"x"), "zip-two-directories"),
    "two zips, one after the other": (GOOD + GOOD, "zip-leading-data"),
    "two directories": (
        made(Part(), gap=GOOD[GOOD.index(b"PK\1\2") : -22], end=(0, 0, 1, 1, 51, 144)),
        "zip-hidden-data",
    ),
    "bytes between entries": (made(Part(), Part(b"b"), between=b"hidden"), "zip-hidden-data"),
    "a descriptor of something else": (made(Part(flags=8, descriptor=bytes(16))), "zip-hidden-data"),
    "bytes after a deflate stream": (
        made(Part(method=8, packed=deflated(b"bore da") + b"more")),
        "zip-hidden-data",
    ),
    "data in a folder": (made(Part(b"a/"), Part()), "zip-hidden-data"),
    "bytes after the end": (GOOD + b"\r\n", "zip-trailing-data"),
    "bytes before": (b"hello" + GOOD, "zip-leading-data"),
    "bytes before, offsets right": (made(Part(), before=b"hello"), "zip-leading-data"),
    "a program before": (b"MZ\x90\x00" + bytes(200) + GOOD, "zip-self-extracting"),
    "a script before, offsets right": (made(Part(), before=b"#!/bin/sh\nunzip $0\n"), "zip-self-extracting"),
    "bzip2": (honest({"a": "x" * 90}, zipfile.ZIP_BZIP2), "zip-method"),
    "LZMA": (honest({"a": "x" * 90}, zipfile.ZIP_LZMA), "zip-method"),
    "AES without encryption": (made(replace(AES, flags=0)), "zip-method"),
    "zip64 numbers that lie": (made(Part(extra=field(1, struct.pack("<2Q", 7, 8)))), "zip-false-sizes"),
    "zip64 numbers that lack": (made(Part(size=0xFFFFFFFF, packed_size=7)), "zip-false-sizes"),
    "zip64 numbers cut short": (
        made(Part(size=0xFFFFFFFF, packed_size=7, extra=field(1, b"\7\0"))),
        "zip-false-sizes",
    ),
    "zip64, two truths": (
        made(Part(extra=field(1, struct.pack("<2Q", 7, 7)) + field(1, struct.pack("<2Q", 8, 8)))),
        "zip-false-directory",
    ),
    "zip64 of 16 million TB": (
        made(Part(size=0xFFFFFFFF, packed_size=7, extra=field(1, b"\xff" * 8))),
        "zip-false-sizes",
    ),
    "zip64, another count": (with_zip64(record_count=2), "zip-false-directory"),
    "zip64, another size": (with_zip64(size=5), "zip-false-directory"),
    "zip64, another offset": (with_zip64(offset=5), "zip-false-directory"),
    "zip64, no record": (with_zip64(record=bytes(56)), "zip-false-directory"),
    "zip64, a record of odd length": (with_zip64(distance=99), "zip-false-directory"),
    "zip64, a record far away": (
        with_zip64(locator=struct.pack("<4sLQL", b"PK\6\7", 0, 2**64 - 1, 1)),
        "zip-false-directory",
    ),
    "zip64, the record is the locator's own": (
        with_zip64(record=b"PK\6\6" + bytes(30), distance=0),
        "zip-false-directory",
    ),
    "zip64, several disks": (with_zip64(locator=struct.pack("<4sLQL", b"PK\6\7", 0, 93, 2)), "zip-split"),
    "extra fields that overrun": (made(Part(extra=b"\1\0\xff\xffx")), "zip-false-directory"),
    "extra fields without number": (made(Part(extra=field(7, b"") * 100)), "zip-false-directory"),
    # Entries that must not travel.
    "up": (honest({"../../x.txt": "x"}), "zip-name-escapes"),
    "up, within": (honest({"a/../x.txt": "x"}), "zip-name-escapes"),
    "up, as Windows reads it": (honest({"a/.. /x.txt": "x"}), "zip-name-escapes"),
    "up, at the end": (made(Part(b"a/.."), Part()), "zip-name-escapes"),
    "absolute": (honest({"/etc/passwd": "x"}), "zip-name-escapes"),
    "a drive": (made(Part(b"C:x.txt")), "zip-name-escapes"),
    "a stream": (made(Part(b"a.txt:b.txt")), "zip-name-escapes"),
    "a share": (made(Part(b"//server/x.txt")), "zip-name-escapes"),
    "up, encrypted": (made(replace(LOCKED, name=b"../b.csv")), "zip-name-escapes"),
    "up, in the Unicode path": (made(Part(extra=unicode_path(b"../x.txt"))), "zip-name-escapes"),
    "up, in the Unicode path before the data": (
        made(Part(local_extra=unicode_path(b"../x.txt"))),
        "zip-name-escapes",
    ),
    "up, under a good Unicode path": (
        made(Part(b"../x", extra=unicode_path(b"x", b"../x"))),
        "zip-name-escapes",
    ),
    "a backslash": (made(Part(b"a\\b.txt")), "zip-name-backslash"),
    "up by backslash": (made(Part(b"..\\b.txt")), "zip-name-escapes"),
    "a device": (honest({"a/Con.txt": "x"}), "zip-name-device"),
    "no name": (made(Part(b"")), "zip-name-empty"),
    "a NUL": (made(Part(b"a.txt\0.pdf")), "zip-name-hidden"),
    "an escape": (made(Part(b"\x1b[2Ja.txt")), "zip-name-hidden"),
    "turned around": (honest({"a\u202efdp.txt": "x"}), "zip-name-hidden"),
    "false UTF-8": (made(Part(b"a\xc0\xaf.txt", flags=0x800)), "zip-name-garbled"),
    "a false Unicode path": (made(Part(extra=unicode_path(b"\xff"))), "zip-name-garbled"),
    "a name of 2,000 bytes": (honest({"a" * 2000: "x"}), "zip-name-too-long"),
    "60 folders deep": (honest({"a/" * 60 + "b": "x"}), "zip-name-too-deep"),
    "a link": (made(Part(b"link", b"/etc/passwd", mode=0o120777)), "zip-link"),
    "an encrypted link": (made(replace(LOCKED, mode=0o120777)), "zip-link"),
    "a pipe": (made(Part(mode=0o010644)), "zip-special"),
    "a disk": (made(Part(mode=0o060644)), "zip-special"),
    "a file said to be a folder": (made(Part(mode=0o040755)), "zip-special"),
    **{
        f"a program, {ending}": (honest({f"a{ending}": "x"}), "zip-program")
        for ending in (
            ".exe",
            ".BAT",
            ".cmd",
            ".com",
            ".scr",
            ".ps1",
            ".vbs",
            ".js",
            ".msi",
            ".jar",
            ".lnk",
            ".dll",
            ".sh",
            ".hta",
            ".exe.",
            ".exe ",
            ".exe. .",
            ".e\u200dxe",
        )
    },
    "a program, encrypted": (made(replace(LOCKED, name=b"a.exe")), "zip-program"),
    "a program, posing": (honest({"report.pdf.exe": "x"}), "zip-program-disguised"),
    "a program behind blanks": (honest({"report.pdf                .exe": "x"}), "zip-program-disguised"),
    "a program with nothing before the blanks": (
        honest({"report                .exe": "x"}),
        "zip-program-disguised",
    ),
    "a program by its bytes": (honest({"a.csv": b"MZ\x90\x00\x03" + bytes(99)}), "zip-program-inside"),
    "a program of Linux": (honest({"a.csv": b"\x7fELF\2"}), "zip-program-inside"),
    "a script by its bytes": (honest({"a.csv": b"#!/bin/sh\n"}, zipfile.ZIP_STORED), "zip-program-inside"),
    "a shortcut by its bytes": (honest({"a.csv": b"L\0\0\0\1\x14\2\0"}), "zip-program-inside"),
}

WARNED = {
    "a zip in a zip": (honest({"a.zip": honest({"b.txt": "x"})}), "zip-in-zip"),
    "a zip under another name": (honest({"a.dat": honest({"b.txt": "x"})}), "zip-in-zip"),
    "a 7-Zip archive": (honest({"a.7z": "x"}), "zip-in-zip"),
    "an encrypted zip in a zip": (made(replace(LOCKED, name=b"a.zip")), "zip-in-zip"),
    "names that differ in case": (honest({"A.txt": "x", "a.TXT": "y"}), "zip-names-clash"),
    "names that differ in composition": (
        honest({"t\u0177.txt": "x", "ty\u0302.txt": "y"}),
        "zip-names-clash",
    ),
    "names that differ in a joiner": (honest({"a\u200db.txt": "x", "ab.txt": "y"}), "zip-names-clash"),
    "names that differ in a dot at the end": (honest({"a.txt": "x", "a.txt.": "y"}), "zip-names-clash"),
    "the same name twice": (made(Part(), Part()), "zip-names-clash"),
    "a file where a folder is": (honest({"a": "x", "a/b.txt": "y"}), "zip-names-clash"),
    "a CTF by its name": (honest({"gwaith/6804012_CTF_6814053_001.xml": "<CTfile>"}), "zip-ctf"),
    "a CTF by an encrypted name": (made(replace(LOCKED, name=b"6804012_CTF_XXXXXXX_001.XML")), "zip-ctf"),
    "a CTF by its content": (honest({"a.txt": "<?xml version='1.0'?>\n<CTfile><Header/>"}), "zip-ctf"),
    "a CTF in UTF-16": (honest({"a.txt": "\ufeff<CTfile>".encode("utf-16-le")}), "zip-ctf"),
    "a CTF with a prefix": (honest({"a.txt": "<c:CTfile xmlns:c='x'>"}), "zip-ctf"),
    "a very long name": (honest({"a" * 201: "x"}), "zip-name-long"),
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED)
def test_an_honest_zip_is_taken(content):
    assert [p for p in check(content, limit=LIMIT) if p.severity is not Severity.HINT] == []


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_a_zip_that_may_do_harm_is_refused(content, code):
    assert code in codes(content, Severity.REFUSE)
    assert "zip-not-encrypted" not in codes(content)


@pytest.mark.parametrize(("content", "code"), WARNED.values(), ids=WARNED)
def test_a_zip_that_a_person_should_look_at_is_taken_with_a_warning(content, code):
    assert codes(content, Severity.WARN) == [code]
    assert codes(content, Severity.REFUSE) == []


@pytest.mark.parametrize(("content", "code"), [*REFUSED.values(), *WARNED.values()], ids=[*REFUSED, *WARNED])
def test_the_sentence_is_whole_and_the_entry_is_named(content, code):
    for problem in check(content, limit=LIMIT):
        wanted = {name for _, name, _, _ in Formatter().parse(SENTENCES[problem.code]) if name}
        assert wanted <= set(problem.params)
        said = say(problem)
        assert said == printable(said) != problem.code
        if problem.code.startswith(
            ("zip-name-e", "zip-name-h", "zip-program", "zip-link", "zip-in-zip", "zip-ctf")
        ):
            assert problem.entry is not None


def test_a_large_register_that_shrinks_sixty_times_is_no_bomb():
    content = honest({"a.csv": REGISTER})
    assert len(REGISTER) > zips.BOMB_FLOOR
    assert len(REGISTER) > 50 * len(content)
    assert codes(content) == ["zip-not-encrypted"]


SAMPLES = Path(__file__).parents[1] / "samples"
ROWS = csv.DictReader((SAMPLES / "INDEX.csv").read_text("utf-8").splitlines())
VERDICTS = {row["file"]: row["verdict"] for row in ROWS if row["file"].endswith(".zip")}
SAID = {"bomb": "zip-bomb", "updir": "zip-name-escapes", "symlink": "zip-link", "text": "zip-is-text"}


@pytest.mark.parametrize("file", VERDICTS)
def test_the_samples_get_the_verdict_of_their_index(file):
    found = codes((SAMPLES / file).read_bytes(), Severity.REFUSE)
    assert ("refuse" if found else "accept") == VERDICTS[file]
    assert SAID.get(Path(file).stem[16:]) in (found or [None])


def test_a_sample_that_is_encrypted_needs_no_hint_and_one_that_is_not_gets_it():
    assert codes((SAMPLES / "good/6804012_680LLLL_secret1.zip").read_bytes()) == []
    assert codes((SAMPLES / "good/6804012_680LLLL_attendance.zip").read_bytes()) == ["zip-not-encrypted"]


def test_the_limit_is_ten_mb_from_an_authority_and_four_from_a_school():
    assert limit_for("680LLLL") == limit_for("680PLAS") == limit_for("680ADMS") == 10 * 1024**2
    assert limit_for("6804012") == 4 * 1024**2


def test_a_zip_of_exactly_the_limit_passes_and_one_byte_more_does_not():
    assert codes(GOOD, limit=len(GOOD)) == ["zip-not-encrypted"]
    assert codes(GOOD, limit=len(GOOD) - 1) == ["zip-too-large"]
    exact = made(Part(b"a.jpg", b""), comment=b"")
    exact = made(Part(b"a.jpg", bytes(4 * MB - len(exact))))
    assert len(exact) == 4 * MB
    assert codes(exact, limit=limit_for("6804012")) == ["zip-not-encrypted"]
    (problem,) = check(exact + b"x", limit=limit_for("6804012"))
    assert say(problem).startswith("The zip has 4.01 MB; 4 MB is the most")


def test_a_zip_that_anyone_can_open_brings_the_hint_to_encrypt():
    assert codes(GOOD, Severity.HINT) == ["zip-not-encrypted"]
    assert codes(made(LOCKED, Part(b"c.txt")), Severity.HINT) == ["zip-not-encrypted"]
    assert codes(made(LOCKED), Severity.HINT) == codes(made(Part(b"a/", b""), AES), Severity.HINT) == []


def test_every_problem_is_listed_refusals_first_and_beyond_a_hundred_counted():
    found = check(honest({"a.zip": "x", "../b.exe": "x", "c.dll": "x"}), limit=LIMIT)
    assert [p.code for p in found] == ["zip-name-escapes", "zip-program", "zip-program", "zip-in-zip"]
    found = check(honest({f"{n}.exe": "x" for n in range(150)}), limit=LIMIT)
    assert len(found) == 101
    assert (found[-1].code, found[-1].params["count"]) == ("zip-more-problems", 50)
    found = check(honest({f"{n}.zip": "x" for n in range(150)}), limit=LIMIT)
    assert {p.severity for p in found} == {Severity.WARN}


def test_zip64_end_records_that_agree_are_taken():
    assert codes(with_zip64(), Severity.REFUSE) == []
    assert codes(with_zip64(count=0xFFFF, size=0xFFFFFFFF, offset=0xFFFFFFFF), Severity.REFUSE) == []


@pytest.mark.parametrize(
    "content",
    [
        made(Part(data=b"", packed=ZEROS, method=8, size=100 * MB)),
        made(*(Part(b"%d.txt" % n, packed=ZEROS, method=8) for n in range(90))),
        honest({f"{n}.bmp": bytes(30 * MB) for n in range(3)} | {"a.jpg": os.urandom(2 * MB)}),
    ],
    ids=["declared", "hidden", "just under"],
)
def test_a_bomb_costs_neither_memory_nor_time(content):
    tracemalloc.start()
    started = time.process_time()
    check(content, limit=LIMIT)
    spent = time.process_time() - started
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MB
    assert spent < 3  # 0.2 s on a quiet machine


def test_files_already_packed_are_read_through_quickly():
    content = honest({f"{n}.jpg": os.urandom(MB - 600) for n in range(10)})
    assert len(content) <= LIMIT
    started = time.process_time()
    assert codes(content) == ["zip-not-encrypted"]
    assert time.process_time() - started < 1  # 0.01 s on a quiet machine


def test_a_zip64_record_that_begins_at_the_very_end_is_no_way_to_crash():
    body = made(Part())
    at = body.index(b"PK\5\6")
    comment = b"PK\6\6"
    content = body[:at] + struct.pack("<4sLQL", b"PK\6\7", 0, at + 42, 1) + body[at:-2] + b"\4\0" + comment
    assert codes(content) == ["zip-false-directory"]


@quick
@given(st.binary(max_size=300))
def test_any_bytes_get_a_verdict(content):
    assert check(content, limit=LIMIT)
    check(b"PK\x03\x04" + content + END, limit=LIMIT)


BASES = [GOOD, with_zip64(), made(LOCKED, AES), quoted_overlap(), ACCEPTED["descriptor of zip64"],
         ACCEPTED["zip64 in the header"], ACCEPTED["a name in a Unicode path"]]  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(BASES),
    st.lists(
        st.tuples(st.integers(0, 400), st.binary(max_size=9), st.integers(0, 9)), min_size=1, max_size=4
    ),
)
def test_a_zip_with_any_bytes_changed_gets_a_verdict(content, changes):
    for at, new, dropped in changes:
        at %= len(content) + 1
        content = content[:at] + new + content[at + dropped :]
    for problem in check(content, limit=LIMIT):
        assert problem.code in SENTENCES
        say(problem)


@quick
@given(
    st.dictionaries(
        st.text("abcŵŷ019 _-()", min_size=1, max_size=12).map(lambda stem: f"f{stem}f.csv"),
        st.binary(max_size=200).map(lambda data: b"," + data),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_what_an_ordinary_program_zips_is_taken(files, method):
    assert codes(honest(files, method), Severity.REFUSE) == []


def test_every_code_is_worded_and_tested():
    source = "".join(map(inspect.getsource, (zips, zip_directory)))
    written = set(re.findall(r'"(zip-[a-z0-9-]+)"', source))
    assert written == set(SENTENCES)
    tested = {code for _, code in [*REFUSED.values(), *WARNED.values()]}
    assert written - tested == {"zip-too-large", "zip-not-encrypted", "zip-more-problems"}
