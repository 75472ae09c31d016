"""From XML to records: the header's and the pupils' named elements, with their lines (R-UPL-2).

Small files are parsed to a tree by lxml, fast. Big ones, and those of very many lines, stream through
expat: nothing but the current pupil is held whatever the file contains, and its line numbers are exact,
where those of a libxml2 tree stop counting at 65,535.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from s2s_tui.rules.problems import Problem, refuse

TREE_BYTES = 2 * 1024 * 1024
"""The largest text read as a tree."""
TREE_LINES = 65_000
_PIECE = 1024 * 1024
_PATIENCE = 100_000
"""How many `=` may follow one `<`: in a text harmless, in a start tag the attributes."""
_CUT_SHORT = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
}
_AMPERSAND = {
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY],
}

DEEPEST = 50
MOST_ATTRIBUTES = 100
LONGEST_NAME = 100

Shape = dict[str, Any]
"""Names of elements to keys of a record or to the shapes within; what is not named is passed over."""

_HEADER: Shape = {
    "DocumentName": "document_name",
    "CTFversion": "version",
    "CTFVersion": "version",
    "DateTime": "written",
    "DocumentQualifier": "qualifier",
    "SupplierID": "supplier",
    "SourceSchool": {
        "LEA": "source_lea",
        "Estab": "source_estab",
        "SchoolName": "school_name",
        "AcademicYear": "academic_year",
    },
    "DestSchool": {"LEA": "destination_lea", "Estab": "destination_estab"},
}
_PUPIL: Shape = {
    "UPN": "upn",
    "Surname": "surname",
    "Forename": "forename",
    "DOB": "born",
    "Gender": "gender",
    "Sex": "gender",
    "BasicDetails": {
        "FormerUPN": "former_upn",
        "FormerSurname": "former_surname",
        "FormerForename": "former_forename",
        "PreferredSurname": "preferred_surname",
        "PreferredForename": "preferred_forename",
        "MiddleNames": "middle_names",
    },
    "Address": {
        "PostCode": "postcode",
        "BS7666Address": {"Town": "town", "PostTown": "post_town"},
        "AddressLines": {f"AddressLine{n}": f"address_{n}" for n in range(1, 6)},
    },
}
_DOCUMENT: Shape = {"CTfile": {"Header": _HEADER, "CTFpupilData": {"Pupil": _PUPIL}}}

_LONG_ATTRIBUTE = re.compile(rb"=(?:(?<=[^ \t\r\n<]{%d}=)|(?<=[ \t\r\n]=))" % (LONGEST_NAME + 1))
# A long name of an element needs a long tag: looking for that takes a third of the time.
_LONG_TAG = re.compile(rb"<[^/][^>]{%d}" % LONGEST_NAME)
# libxml2 follows XML's fifth edition, expat the fourth, with fewer letters in names. What the door takes must
# be what `rules.split` can cut, so expat judges any name that isn't ASCII.
_FOREIGN_TAG = re.compile(rb"<(?!/)[!-;?-~]*+[\x80-\xff]")
_FOREIGN_ATTRIBUTE = re.compile(rb"[\x80-\xff][^ \t\r\n<>=\"']*[ \t\r\n]*\Z")


@dataclass(slots=True)
class Record:
    """The named elements of a header or a pupil.

    Attributes:
        texts: key to text without the spaces around it; of several elements the first that is filled.
        line: the line of the whole.
        line_of: the line of a key's element; of the whole where that is absent.
    """

    texts: Mapping[str, str]
    line: int
    line_of: Callable[[str], int]


Receiver = Callable[[Record], None]


def records(utf8: bytes, header: Receiver, pupil: Receiver) -> Problem | None:
    """Hand over the header and each pupil as they are met.

    Args:
        utf8: the text, without a DOCTYPE (`content.text_of` sees to that).
        header: is given each `Header`.
        pupil: is given each `Pupil` of `CTFpupilData`.

    Returns:
        What makes the whole unreadable; whatever was handed over before it doesn't count.
    """
    # A return alone ends a line, too (XML 1.0, 2.11): expat counts it, libxml2 doesn't.
    if utf8.count(b"\r") != utf8.count(b"\r\n"):
        utf8 = utf8.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if len(utf8) <= TREE_BYTES and not _many_lines(utf8) and not _suspect(utf8):
        return _from_tree(utf8, header, pupil)
    return _from_stream(utf8, header, pupil)


def _local(tag: str) -> str:
    """A name without its namespace or an undeclared prefix."""
    return tag[max(tag.rfind("}"), tag.rfind(":")) + 1 :]


# The tree


@lru_cache(maxsize=1)
def _lxml() -> tuple[Callable[[bytes], Any], Callable[[Any], Any], type[Exception]]:
    # Imported here, so that a start of the program doesn't pay for it.
    from lxml import etree

    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
    )
    too_deep = etree.XPath(f"boolean({'/*' * (DEEPEST + 1)})", regexp=False)
    return lambda utf8: etree.fromstring(utf8, parser), too_deep, etree.XMLSyntaxError


def _many_lines(utf8: bytes) -> bool:
    return len(utf8) > TREE_LINES and utf8.count(b"\n") > TREE_LINES


def _suspect(utf8: bytes) -> bool:
    """Whether a name or a number of attributes may be one that is refused: never no where one is."""
    is_ascii = utf8.isascii()
    if _LONG_TAG.search(utf8) or not (is_ascii or _FOREIGN_TAG.search(utf8) is None):
        return True
    # Most files have no attributes: their last = is in the XML declaration.
    if utf8.rfind(b"=") < utf8.find(b"?>"):
        return False
    if utf8.count(b"=") > MOST_ATTRIBUTES or _LONG_ATTRIBUTE.search(utf8):
        return True
    return not is_ascii and any(
        _FOREIGN_ATTRIBUTE.search(utf8, max(0, found.start() - LONGEST_NAME), found.start())
        for found in re.finditer(rb"=", utf8)
    )


def _from_tree(utf8: bytes, header: Receiver, pupil: Receiver) -> Problem | None:
    parse, too_deep, syntax_error = _lxml()
    try:
        root = parse(utf8)
    except syntax_error:
        root = None
    if root is None or too_deep(root):
        # The stream says what is wrong: it knows an end that came too soon from a fault.
        return _from_stream(utf8, header, pupil)
    for part in root:
        name = _local(part.tag)
        if name == "Header":
            header(_record(part, _HEADER))
        elif name == "CTFpupilData":
            for element in part:
                if _local(element.tag) == "Pupil":
                    pupil(_record(element, _PUPIL))
    return None


def _record(element: Any, shape: Shape) -> Record:
    texts: dict[str, str] = {}
    _gather(element, shape, texts)
    line: int = element.sourceline
    return Record(texts, line, lambda key: _line_of(key, element, shape) or line)


def _gather(element: Any, shape: Shape, texts: dict[str, str]) -> None:
    find = shape.get
    for child in element:
        tag = child.tag
        key = find(tag if tag[0] != "{" else _local(tag))
        if key is None:
            continue
        if key.__class__ is dict:
            _gather(child, key, texts)
        elif not texts.get(key):
            text = child.text
            texts[key] = text.strip() if text else ""


def _line_of(key: str, element: Any, shape: Shape) -> int:
    """The line of the element that gave a key its text, 0 where there is none; only problems ask."""
    line = 0
    for child in element:
        inner = shape.get(_local(child.tag))
        if isinstance(inner, dict):
            line = _line_of(key, child, inner) or line
        elif inner == key:
            line = int(child.sourceline)
            if (child.text or "").strip():
                break
    return line


# The stream


class _Excess(Exception):
    """A limit is passed; the code of the problem."""


def _from_stream(utf8: bytes, header: Receiver, pupil: Receiver) -> Problem | None:
    parser = expat.ParserCreate("utf-8", " ")
    _Stream(parser, header, pupil)
    position = opened = equals = 0
    try:
        while position < len(utf8):
            piece = utf8[position : position + _PIECE]
            # One start tag with millions of attributes would fill the memory before it is handed over.
            tag = piece.rfind(b"<")
            if tag >= 0:
                opened, equals = position + tag, 0
            equals += piece.count(b"=", max(tag, 0))
            if equals > _PATIENCE:
                line = utf8.count(b"\n", 0, opened) + 1
                return refuse("ctf-too-many-attributes", line=line, most=MOST_ATTRIBUTES)
            parser.Parse(piece, False)
            position += len(piece)
        parser.Parse(b"", True)
    except _Excess as excess:
        return excess.args[0]  # type: ignore[no-any-return]
    except expat.ExpatError as error:
        return _fault(error, utf8, parser.ErrorByteIndex)
    return None


def _fault(error: expat.ExpatError, utf8: bytes, position: int) -> Problem:
    if error.code in _CUT_SHORT:
        return refuse("ctf-incomplete", line=utf8.count(b"\n") + 1)
    before = utf8[max(0, position - LONGEST_NAME) : position + 1]
    ampersand = before.rfind(b"&")
    if error.code in _AMPERSAND and ampersand >= 0 and not re.search(rb"[<>;]", before[ampersand:-1]):
        return refuse("ctf-ampersand", line=error.lineno)
    return refuse("ctf-not-well-formed", line=error.lineno, reason=expat.ErrorString(error.code) or "")


class _Stream:
    """Follows the elements through the shapes and hands over what is complete.

    Below an element that isn't named, lighter handlers only watch the limits.
    """

    def __init__(self, parser: expat.XMLParserType, header: Receiver, pupil: Receiver) -> None:
        self._parser = parser
        self._receivers = {id(_HEADER): header, id(_PUPIL): pupil}
        # What each open element is: the shape of its children or the key of its text.
        self._open: list[Shape | str] = [_DOCUMENT]
        self._depth = 0
        self._declared = 0
        self._texts: dict[str, str] = {}
        self._lines: dict[str, int] = {}
        self._line = 0
        self._text: list[str] | None = None
        parser.buffer_text = True
        parser.StartNamespaceDeclHandler = self._declare
        self._watch()

    def _watch(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def _excess(self, code: str, most: int) -> _Excess:
        return _Excess(refuse(code, line=self._parser.CurrentLineNumber, most=most))

    def _declare(self, prefix: str | None, _uri: str) -> None:
        self._declared += 1
        if prefix and len(prefix) > LONGEST_NAME:
            raise self._excess("ctf-long-name", LONGEST_NAME)

    def _limit(self, tag: str, attributes: dict[str, str]) -> None:
        if self._depth > DEEPEST:
            raise self._excess("ctf-too-deep", DEEPEST)
        if len(attributes) + self._declared > MOST_ATTRIBUTES:
            raise self._excess("ctf-too-many-attributes", MOST_ATTRIBUTES)
        # A namespace stands before a name, with a space between.
        if any(len(name) - name.rfind(" ") - 1 > LONGEST_NAME for name in (tag, *attributes)):
            raise self._excess("ctf-long-name", LONGEST_NAME)
        self._declared = 0

    def _pass(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if attributes or self._declared or self._depth > DEEPEST or len(tag) > LONGEST_NAME:
            self._limit(tag, attributes)

    def _passed(self, _tag: str) -> None:
        self._depth -= 1
        if self._depth < len(self._open):
            self._watch()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._pass(tag, attributes)
        outer = self._open[-1]
        if isinstance(outer, str):
            # The text of an element ends at its first child, as in a tree.
            self._parser.CharacterDataHandler = None
            inner = None
        else:
            inner = outer.get(_local(tag[tag.rfind(" ") + 1 :]))
        if inner is None:
            self._parser.StartElementHandler = self._pass
            self._parser.EndElementHandler = self._passed
            return
        self._open.append(inner)
        if isinstance(inner, str):
            if not self._texts.get(inner):
                self._lines[inner] = self._parser.CurrentLineNumber
                self._text = []
                self._parser.CharacterDataHandler = self._text.append
        elif id(inner) in self._receivers:
            self._texts, self._lines = {}, {}
            self._line = self._parser.CurrentLineNumber

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        inner = self._open.pop()
        if isinstance(inner, str):
            if self._text is not None:
                self._parser.CharacterDataHandler = None
                self._texts[inner] = "".join(self._text).strip()
                self._text = None
        elif id(inner) in self._receivers:
            lines, line = self._lines, self._line
            self._receivers[id(inner)](Record(self._texts, line, lambda key: lines.get(key, line)))
