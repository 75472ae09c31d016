"""What the bytes of a file are, before an XML parser sees them: another kind of file, encoding, DOCTYPE.

A document type can only stand before the root element, so looking there finds every one without
expanding anything; what follows is handed on as UTF-8, so that no parser chooses an encoding itself.
"""

import codecs
import re
from dataclasses import dataclass

from s2s_tui.rules.problems import Problem, refuse

_MEGABYTE = 1024 * 1024
_OTHER_FILES = (
    (b"PK\x03\x04", "ctf-is-zip"),
    (b"PK\x05\x06", "ctf-is-zip"),
    (b"%PDF", "ctf-is-pdf"),
    (b"\xd0\xcf\x11\xe0", "ctf-is-office"),
)
_OTHER_ENCODINGS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"<\0\0\0", "UTF-32"),
    (b"\0\0\0<", "UTF-32"),
    (b"\x4c\x6f\xa7\x94", "EBCDIC"),
)
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16",
    "utf-16be": "utf-16",
    "iso-8859-1": "iso-8859-1",
    "iso_8859-1": "iso-8859-1",
    "iso8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "windows-1252": "windows-1252",
    "cp1252": "windows-1252",
}
_CODECS = {"iso-8859-1": "latin-1", "windows-1252": "cp1252"}
_ADMISSIONS = re.compile(r"a(?:t|dt|sl|lt|ot|pt)f?(?:file)?", re.IGNORECASE)

_SAID = re.compile(rb"[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*[\"']([^\"'<>]*)")
_SPACE = re.compile(rb"[ \t\r\n]*")
_NAME = re.compile(rb"<([^ \t\r\n<>/!?&=\"']+)")
_DOCTYPE = re.compile(rb"<!DOCTYPE[ \t\r\n]*([^ \t\r\n<>\[\]]*)", re.IGNORECASE)


# How nearly every CTF starts; anything else is looked at step by step.
_USUAL = re.compile(
    rb"<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?i:utf-8)[\"'])?(?: standalone=[\"'](?:yes|no)[\"'])?"
    rb" ?\?>[ \t\r\n]*<CTfile[ \t\r\n>]"
)


@dataclass(slots=True)
class Text:
    """The file as text.

    Attributes:
        utf8: the text, maybe after a byte order mark; where it came as UTF-8, yet to be proven so.
        encoding: what it came in: `utf-8`, `utf-16`, `iso-8859-1` or `windows-1252`.
    """

    utf8: bytes
    encoding: str


def text_of(content: bytes, limit: int) -> Text | Problem:
    """The text of a file that may be a CTF, or why it is none (R-UPL-2)."""
    if len(content) > limit:
        return refuse("ctf-too-big", size=f"{len(content) / _MEGABYTE:.1f}", limit=f"{limit / _MEGABYTE:g}")
    if _USUAL.match(content):
        return _without_nul(Text(content, "utf-8"))
    if not content.startswith(b"<"):
        for mark, code in _OTHER_FILES:
            if content.startswith(mark):
                return refuse(code)
    text = _decoded(content)
    if isinstance(text, Problem):
        return text
    return _wrong_start(text.utf8) or _without_nul(text)


def not_utf8(content: bytes) -> Problem | None:
    """That a file taken for UTF-8 is not, for one that a parser refused; None where it is."""
    wrong = _first_not_utf8(content)
    if wrong is None:
        return None
    marked = content.startswith(codecs.BOM_UTF8)
    declared = _declared(content, len(codecs.BOM_UTF8) if marked else 0)
    code = "ctf-encoding-false" if declared or marked else "ctf-encoding-unsaid"
    return refuse(code, line=_line(content, wrong), encoding=declared or "UTF-8")


def _without_nul(text: Text) -> Text | Problem:
    nul = text.utf8.find(b"\0")
    return refuse("ctf-nul", line=_line(text.utf8, nul)) if nul >= 0 else text


def _decoded(content: bytes) -> Text | Problem:
    for mark, name in _OTHER_ENCODINGS:
        if content.startswith(mark):
            return refuse("ctf-encoding", encoding=name)
    if content.startswith((b"<\0", b"\0<")):
        return refuse("ctf-utf16-no-bom")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _from_utf16(content)
    marked = content.startswith(codecs.BOM_UTF8)
    declared = _declared(content, len(codecs.BOM_UTF8) if marked else 0)
    encoding = _ENCODINGS.get((declared or "utf-8").lower())
    if encoding is None:
        return refuse("ctf-encoding", line=1, encoding=(declared or "")[:60])
    if encoding == "utf-16" or (marked and encoding != "utf-8"):
        return refuse("ctf-encoding-false", line=1, encoding=declared or "")
    if encoding == "utf-8":
        return Text(content, encoding)
    try:
        return Text(content.decode(_CODECS[encoding]).encode(), encoding)
    except UnicodeDecodeError as error:
        return refuse("ctf-encoding-false", line=_line(content, error.start), encoding=declared or "")


def _from_utf16(content: bytes) -> Text | Problem:
    little = content.startswith(codecs.BOM_UTF16_LE)
    try:
        # Not final: half a character at the end is a file cut short, which the parser reports as such.
        decoder = codecs.getincrementaldecoder("utf-16-le" if little else "utf-16-be")()
        utf8 = decoder.decode(memoryview(content)[2:]).encode()
    except UnicodeError:
        return refuse("ctf-encoding-false", encoding="UTF-16")
    declared = _declared(utf8, 0)
    if declared and _ENCODINGS.get(declared.lower()) != "utf-16":
        code = "ctf-encoding-false" if declared.lower() in _ENCODINGS else "ctf-encoding"
        return refuse(code, line=1, encoding=declared[:60])
    return Text(utf8, "utf-16")


def _declared(content: bytes, start: int) -> str | None:
    if not content.startswith(b"<?xml", start):
        return None
    found = _SAID.search(content, start, content.find(b"?>", start))
    return found[1].decode("latin-1").strip() if found else None


def _first_not_utf8(content: bytes) -> int | None:
    """Where the bytes stop being UTF-8, or None; by the megabyte, so that a big file isn't held twice."""
    view = memoryview(content)
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(content), _MEGABYTE):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(view[start : start + _MEGABYTE])
        except UnicodeDecodeError as error:
            return start - pending + error.start
    return None


def _wrong_start(utf8: bytes) -> Problem | None:
    """What stands before or instead of the root element `CTfile`."""
    start = len(codecs.BOM_UTF8) if utf8.startswith(codecs.BOM_UTF8) else 0
    position = start
    while True:
        position = _after_space(utf8, position)
        if position == len(utf8):
            return (
                refuse("ctf-incomplete", line=_line(utf8, position))
                if utf8[start:].strip()
                else refuse("ctf-empty")
            )
        for opening, closing in ((b"<?", b"?>"), (b"<!--", b"-->")):
            if utf8.startswith(opening, position):
                end = utf8.find(closing, position + len(opening))
                if end < 0:
                    return refuse("ctf-incomplete", line=_line(utf8, len(utf8)))
                position = end + len(closing)
                break
        else:
            return _wrong_root(utf8, position)


def _wrong_root(utf8: bytes, position: int) -> Problem | None:
    line = _line(utf8, position)
    doctype = _DOCTYPE.match(utf8, position)
    if doctype:
        return (
            refuse("ctf-is-html", line=line)
            if doctype[1].lower() == b"html"
            else refuse("ctf-doctype", line=line)
        )
    found = _NAME.match(utf8, position)
    if found is None:
        # What starts like XML is the parser's to judge: it says where and what.
        return None if utf8.startswith(b"<", position) else refuse("ctf-not-xml", line=line)
    if found.end() == len(utf8):
        return refuse("ctf-incomplete", line=line)
    root = found[1].decode("utf-8", "replace").rpartition(":")[2]
    if root == "CTfile":
        return None
    if root.lower() == "html":
        return refuse("ctf-is-html", line=line)
    if _ADMISSIONS.fullmatch(root):
        return refuse("ctf-is-admissions", line=line, root=root[:60])
    return refuse("ctf-root", line=line, root=root[:60])


def _after_space(utf8: bytes, position: int) -> int:
    found = _SPACE.match(utf8, position)
    return found.end() if found else position


def _line(content: bytes, position: int) -> int:
    """The line of a place; lines end with a line feed, a return or both (XML 1.0, 2.11)."""
    lone_returns = content.count(b"\r", 0, position) - content.count(b"\r\n", 0, position + 1)
    return content.count(b"\n", 0, position) + lone_returns + 1
