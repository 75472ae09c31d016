"""Taking bulk CTFs apart by pupil and putting CTFs together, every pupil's element as it came (R-PHA-1).

An element is cut out of the text byte for byte: order, unknown elements, comments, spaces stay. What it
inherits from the elements around it (namespaces, `xml:` attributes) is written into its own start tag, so
that it means the same wherever it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from s2s_tui.base.errors import Refused
from s2s_tui.rules.ctf.content import text_of
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.problems import Problem

LIMIT = 25 * 1024 * 1024
VERSION = "26.0"
SUPPLIER = "S2STUI"
_PUPIL = ["CTfile", "CTFpupilData", "Pupil"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A pupil's element.

    Attributes:
        position: its place among the file's pupils, from 1.
        upn: its UPN, in capitals.
        xml: the whole element as UTF-8, complete in itself.
    """

    position: int
    upn: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """A file taken apart.

    Attributes:
        version: its `CTFversion`.
        qualifier: its `DocumentQualifier`.
        pieces: its pupils, in order.
    """

    version: str
    qualifier: str
    pieces: tuple[Piece, ...]


def take_apart(content: bytes) -> Parts:
    """Cut a CTF into its pupils.

    Args:
        content: a file that `ctf.read` accepts.

    Raises:
        Refused: it can't be read after all; with the problem's code.
    """
    text = text_of(content, LIMIT)
    if isinstance(text, Problem):
        raise Refused(text.code, **text.params)
    utf8 = text.utf8.removeprefix(b"\xef\xbb\xbf")
    cutter = _Cutter(utf8)
    try:
        cutter.parser.Parse(utf8, True)
    except expat.ExpatError as error:
        raise Refused("ctf-not-well-formed", reason=expat.ErrorString(error.code) or "") from error
    return Parts(
        cutter.header.get("CTFversion", ""), cutter.header.get("DocumentQualifier", ""), tuple(cutter.pieces)
    )


def put_together(
    pieces: Iterable[Piece],
    *,
    source: str,
    source_name: str,
    destination: str,
    written: datetime,
    school_year: int,
    version: str = VERSION,
    qualifier: str = "full",
) -> bytes:
    """A CTF of pupils' elements, as UTF-8.

    Args:
        pieces: the pupils, in the order they are to have.
        source: the sender's mailbox (`680LLLL`).
        source_name: the sender's name.
        destination: the receiver's mailbox, `XXXXXXX` or `MMMMMMM`.
        written: local time, for the header.
        school_year: the year in which the school year starts.
        version: for the header; the newest of the files that the pupils come from.
        qualifier: `full`, or `partial` where one of them was.
    """
    place = {LOST: ("XXX", "XXXX"), LEFT: ("MMM", "MMMM")}.get(
        destination, (destination[:3], destination[3:])
    )
    header = f"""<?xml version="1.0" encoding="UTF-8"?>
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName>
    <CTFversion>{escape(version)}</CTFversion>
    <DateTime>{written:%Y-%m-%dT%H:%M:%S}</DateTime>
    <DocumentQualifier>{escape(qualifier)}</DocumentQualifier>
    <SupplierID>{SUPPLIER}</SupplierID>
    <SourceSchool>
      <LEA>{source[:3]}</LEA>
      <Estab>{source[3:]}</Estab>
      <SchoolName>{escape(source_name)}</SchoolName>
      <AcademicYear>{school_year}</AcademicYear>
    </SourceSchool>
    <DestSchool>
      <LEA>{place[0]}</LEA>
      <Estab>{place[1]}</Estab>
    </DestSchool>
  </Header>
  <CTFpupilData>
"""
    body = b"".join(b"    " + piece.xml + b"\n" for piece in pieces)
    return header.encode() + body + b"  </CTFpupilData>\n</CTfile>\n"


def newest(versions: Iterable[str]) -> str:
    """The newest of some versions; those that are no numbers don't count."""
    known = [version for version in versions if version.replace(".", "", 1).isdecimal()]
    return max(known, key=float, default=VERSION)


class _Cutter:
    """Follows a CTF's elements, keeping where each pupil starts and ends and what it inherits.

    Two pairs of handlers: within a pupil, which is nearly all of a file, lighter ones only count the depth
    and gather the UPN.
    """

    def __init__(self, utf8: bytes) -> None:
        self._utf8 = utf8
        self._path: list[str] = []
        self._inherited: list[dict[str, str]] = []
        self._start = 0
        self._own: set[str] = set()
        self._inside = 0
        self._text: list[str] = []
        self._upn = ""
        self.header: dict[str, str] = {}
        self.pieces: list[Piece] = []
        # No namespace processing: declarations are attributes here, to be carried over as they are.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self._outside()

    def _outside(self) -> None:
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(_local(tag))
        depth = len(self._path)
        if depth <= 2:
            self._inherited.append({name: value for name, value in attributes.items() if _inherits(name)})
        elif depth == 3 and self._path == _PUPIL:
            self._start = self.parser.CurrentByteIndex
            self._own = set(attributes)
            self._upn = ""
            self._inside = 0
            self.parser.StartElementHandler = self._open_inside
            self.parser.EndElementHandler = self._close_inside
        elif depth == 3 and self._path[1] == "Header":
            self._gather()
        elif depth == 4:
            self.parser.CharacterDataHandler = None

    def _close(self, _tag: str) -> None:
        depth, name = len(self._path), self._path.pop()
        if depth == 2:
            self._inherited.pop()
        elif depth == 3 and self._path[1] == "Header":
            # Of several elements the first that is filled, as `ctf.read` has it.
            key = "CTFversion" if name == "CTFVersion" else name
            self.header[key] = self.header.get(key) or self._gathered()

    def _open_inside(self, tag: str, _attributes: dict[str, str]) -> None:
        self._inside += 1
        if self._inside == 1:
            if not self._upn and _local(tag) == "UPN":
                self._gather()
        elif self._inside == 2:
            # The text of an element ends at its first child.
            self.parser.CharacterDataHandler = None

    def _close_inside(self, _tag: str) -> None:
        self._inside -= 1
        if not self._inside:
            if self._text:
                self._upn = self._gathered().upper()
        elif self._inside < 0:
            # An element closed in its own start tag is reported at its end, another at its end tag.
            index = self.parser.CurrentByteIndex
            end = self._utf8.index(b">", index) + 1 if self._utf8.startswith(b"</", index) else index
            xml = self._complete(self._utf8[self._start : end])
            self.pieces.append(Piece(len(self.pieces) + 1, self._upn, xml))
            self._path.pop()
            self._outside()

    def _gather(self) -> None:
        self._text = []
        self.parser.CharacterDataHandler = self._text.append

    def _gathered(self) -> str:
        self.parser.CharacterDataHandler = None
        text, self._text = "".join(self._text).strip(), []
        return text

    def _complete(self, xml: bytes) -> bytes:
        """The element with what it inherits in its own start tag."""
        inherited = {name: value for level in self._inherited for name, value in level.items()}
        missing = "".join(
            f" {name}={quoteattr(value)}" for name, value in inherited.items() if name not in self._own
        )
        if not missing:
            return xml
        name_end = next(place for place in range(1, len(xml)) if xml[place : place + 1] in b" \t\r\n/>")
        return xml[:name_end] + missing.encode() + xml[name_end:]


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _inherits(name: str) -> bool:
    """Whether an attribute counts for the elements within: namespaces, `xml:lang`, but no `xml:id`."""
    return name == "xmlns" or (name.startswith(("xmlns:", "xml:")) and name != "xml:id")
