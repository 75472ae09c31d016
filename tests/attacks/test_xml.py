"""XML that is meant to harm: what the door takes, everything behind it can take too."""

import gzip
from datetime import date

import making
import pytest

from s2s_tui.rules import ctf, xml_files
from s2s_tui.rules.ctf import elements
from s2s_tui.rules.problems import refused
from s2s_tui.rules.split import take_apart

SOURCE, DESTINATION, TODAY = "6804012", "6814053", date(2026, 11, 24)
PUPIL = b"<Pupil>"

PIECES = [
    # letters of XML's fifth edition that the fourth has not, in every place where a name stands
    *("<𐀀/>", "<\u0370/>", "<\u200d>1</\u200d>", "<?\u0370 x?>", "<x \u200c='1'/>", "<e\u2070/>"),
    *("<e xmlns:\U00010000='u'/>", "<e a='>' \U00010000='1'/>", "<!-- > --><\u037f/>"),
    *("<x:\u2c00 xmlns:x='u'/>", "<e \uf900 = '1'/>"),
    # what only one of two parsers might take
    *("<:a/>", "<a:/>", "<a:b:c/>", "<u:b/>", "<xmlns:e/>", "<xml:e/>", "<?xml version='1.0'?>", "<?XML a?>"),
    *("<e xmlns:xml='x'/>", "<e xmlns:xmlns='x'/>", "<e xmlns:q=''/>", "<!-- -- -->", "]]>", "<e a=''b=''/>"),
    *("<e xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>", "<e xml:space='foo'/>", "<e xml:base='../..'/>"),
    *("&#0;", "&#xFFFE;", "&#xD800;", "&#x110000;", "\ufffe", "\uffff", "\x01", "\x7f", "\x85", "&foo;"),
    *("<!DOCTYPE a>", "<!ENTITY a 'b'>", "<!ENTITY % a 'b'> %a;", "<!ELEMENT a>"),
    # what looks like a pupil or a UPN and may be none
    *("<Pupil/>", "<Pupil xmlns='urn:x'><UPN>A680401226001</UPN></Pupil>", "<x:UPN xmlns:x='u'>B1</x:UPN>"),
    "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/>",
]


def _with(piece: str, after: bytes) -> bytes:
    base = making.ctf(SOURCE, DESTINATION)
    place = base.index(after) + len(after)
    return base[:place] + piece.encode() + base[place:]


@pytest.mark.requirement("R-UPL-2")
@pytest.mark.parametrize("after", [b"<CTFpupilData>", PUPIL, b"</Surname>", b"<Header>", b"</Pupil>", b"?>"])
@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_what_the_door_takes_can_be_cut_into_the_same_pupils(piece: str, after: bytes) -> None:
    """A bulk file that can't be cut would stop an authority's phase transfer, and a pupil's export."""
    content = _with(piece, after)
    found = ctf.read(content, source=SOURCE, destination=DESTINATION, today=TODAY)
    if not refused(found.problems):
        assert [piece.upn for piece in take_apart(content).pieces] == [pupil.upn for pupil in found.pupils]


@pytest.mark.requirement("R-UPL-2")
@pytest.mark.parametrize("piece", PIECES[:11], ids=ascii)
def test_names_that_only_one_parser_takes_are_refused_at_the_door(piece: str) -> None:
    found = ctf.read(_with(piece, PUPIL), source=SOURCE, destination=DESTINATION, today=TODAY)
    assert [problem.code for problem in found.problems] == ["ctf-not-well-formed"]


@pytest.mark.parametrize("piece", ["<é/>", "<Ysgol ŵ='1'/>", "<e a='é=' b='ŷ'/>", "<x>é = 'ŵ'</x>"])
def test_welsh_letters_in_names_are_still_taken(piece: str) -> None:
    found = ctf.read(_with(piece, PUPIL), source=SOURCE, destination=DESTINATION, today=TODAY)
    assert found.problems == ()


def test_a_file_with_names_in_other_letters_is_read_as_a_tree_still() -> None:
    """The watch costs a file of Welsh pupils nothing: only names count, not texts."""
    assert not elements._suspect(making.ctf(children=[making.Child(making.upn(1), "Ŵyn", "Siân")]))
    assert not elements._suspect(_with("<e a='é'/>", PUPIL))


ENTITIES = (
    '<!DOCTYPE CTfile [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'
)


@pytest.mark.requirement("R-UPL-2")
@pytest.mark.parametrize("before", ["", "<!-- -->", "<?x y?>", "\n\n<!--<CTfile>-->\t<?x <CTfile> ?>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_document_type_is_found_wherever_it_hides(before: str, encoding: str) -> None:
    text = making.ctf(SOURCE, DESTINATION).decode()
    said = "utf-8" if encoding == "utf-8-sig" else encoding
    text = text.replace("utf-8", said, 1).replace("<CTfile>", before + ENTITIES + "<CTfile>", 1)
    found = ctf.read(text.encode(encoding), source=SOURCE, destination=DESTINATION, today=TODAY)
    assert [problem.code for problem in found.problems] == ["ctf-doctype"]
    others = [problem.code for problem in xml_files.check(text.encode(encoding), 10**6)]
    assert others == ["xml-doctype"] or encoding == "windows-1252"
    assert others


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(making.ctf()),
        making.ctf().decode().replace("utf-8", "utf-7", 1).encode("utf-7"),
        b"+ADw?xml version=+ACI-1.0+ACI-?+AD4-<CTfile/>",
        making.ctf().decode().replace("utf-8", "utf-32", 1).encode("utf-32"),
        making.ctf().decode().replace("utf-8", "cp037", 1).encode("cp037"),
        making.ctf().decode().replace("utf-8", "unicode_escape", 1).encode(),
        making.ctf().decode().replace("utf-8", "idna", 1).encode(),
    ],
    ids=["gzip", "utf-7", "utf-7 unsaid", "utf-32", "ebcdic", "unicode_escape", "idna"],
)
def test_xml_in_a_coat_that_a_parser_might_take_off_is_refused(content: bytes) -> None:
    assert refused(ctf.read(content, source=SOURCE, destination=DESTINATION, today=TODAY).problems)


@pytest.mark.requirement("R-UPL-2")
def test_no_inclusion_is_followed() -> None:
    """What stands in an element is kept as it is; no other file comes into a pupil's record."""
    include = "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/>"
    content = _with(include, b"<Surname>")
    found = ctf.read(content, source=SOURCE, destination=DESTINATION, today=TODAY)
    assert not any("root" in pupil.surname for pupil in found.pupils)
    assert include.encode() in take_apart(content).pieces[0].xml
