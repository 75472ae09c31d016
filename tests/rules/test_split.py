"""Bulk CTFs taken apart by pupil and put together by school: every pupil arrives unchanged (R-PHA-1)."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import making
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from s2s_tui.base.errors import Refused
from s2s_tui.rules import ctf, split

TODAY = date(2026, 7, 6)
WRITTEN = datetime(2026, 7, 1, 9, 30)
XML = "{http://www.w3.org/XML/1998/namespace}"
MARKS = {"utf-8-bom": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}
ENCODINGS = ["utf-8", "utf-8-bom", "utf-16-le", "utf-16-be", "iso-8859-1", "windows-1252"]


@dataclass(frozen=True)
class Bulk:
    """A bulk file as its parts: text of each pupil's element, what stands around, how it is written."""

    pupils: tuple[str, ...]
    root: str = ""
    data: str = ""
    prefix: str = ""
    encoding: str = "utf-8"
    ends: str = "\n"

    def content(self) -> bytes:
        p = self.prefix
        head = "".join(
            f"<{p}{name}>{text}</{p}{name}>\n"
            for name, text in (
                ("DocumentName", "Common Transfer File"),
                ("CTFversion", "25.0"),
                ("DateTime", "2026-07-01T09:30:00"),
                ("DocumentQualifier", "full"),
                ("SourceSchool", f"<{p}LEA>680</{p}LEA><{p}Estab>2310</{p}Estab>"),
                ("DestSchool", f"<{p}LEA>680</{p}LEA><{p}Estab>LLLL</{p}Estab>"),
            )
        )
        said = MARKS.get(self.encoding, self.encoding)
        text = (
            f'<?xml version="1.0" encoding="{said}"?>\n<!-- <Pupil> -->\n<{p}CTfile{self.root}>\n'
            f"<{p}Header>\n{head}</{p}Header>\n<{p}CTFpupilData{self.data}>\n<!-- </Pupil> -->\n"
            + "\n".join(self.pupils)
            + f"\n</{p}CTFpupilData>\n</{p}CTfile>\n"
        ).replace("\n", self.ends)
        marked = text if self.encoding not in (*MARKS, "utf-8-bom") else "\ufeff" + text
        codec = {"utf-8-bom": "utf-8", "windows-1252": "cp1252"}.get(self.encoding, self.encoding)
        return marked.encode(codec, "xmlcharrefreplace")


def joined(pieces: Iterable[split.Piece], destination: str = "6814053", **more: str) -> bytes:
    return split.put_together(
        pieces,
        source="680LLLL",
        source_name="Cyngor & <Dinas>",
        destination=destination,
        written=WRITTEN,
        school_year=2025,
        **more,
    )


def read(content: bytes, source: str = "680LLLL", destination: str = "6814053") -> ctf.Ctf:
    return ctf.read(content, source=source, destination=destination, today=TODAY)


def refusals(found: ctf.Ctf) -> list[str]:
    return [problem.code for problem in found.problems if problem.severity == "refuse"]


def canonical(content: bytes) -> list[tuple[bytes, tuple[tuple[str, str], ...]]]:
    """Each pupil's canonical XML, as a subset of its document would have it, and the namespaces in scope.

    What `xml:` attributes an element inherits is written into the apex, as inclusive C14N says.
    """
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    out = []
    for element in root.xpath("/*/*[local-name()='CTFpupilData']/*[local-name()='Pupil']"):
        apex = copy.deepcopy(element)
        apex.tail = None
        for above in element.iterancestors():
            for name, value in above.attrib.items():
                if name.startswith(XML) and name != f"{XML}id" and name not in apex.attrib:
                    apex.set(name, value)
        scope = sorted((prefix or "", uri) for prefix, uri in element.nsmap.items())
        out.append((etree.tostring(apex, method="c14n", exclusive=True), tuple(scope)))
    return out


def plain(pupils: Sequence[ctf.Pupil]) -> list[tuple[object, ...]]:
    return [tuple(getattr(pupil, name) for name in ctf.Pupil.__slots__ if name != "line") for pupil in pupils]


NAMESPACES = ["", ' xmlns="urn:cbds"', ' xmlns:c="urn:c"', ' xmlns="urn:d" xmlns:c="urn:other"']
AROUND = ["", ' xml:lang="cy"', ' xml:space="preserve"', ' xmlversion="26"', ' more="a&lt;&#10;&quot;b"']
WORDS = st.text(
    st.characters(exclude_categories=("C",), exclude_characters="&<>'\"\ufffe\uffff"), min_size=1, max_size=8
).filter(str.strip)
EXTRA = st.sampled_from(
    [
        "",
        "<!-- </Pupil> > -->",
        "<![CDATA[</Pupil><Pupil>&amp;]]>",
        "<?system </Pupil> ?>",
        "<Unknown a='1' b=\"2>3\"><Pupil><UPN>Z</UPN></Pupil></Unknown>",
        "<Empty/><Empty />",
        "<Note>&#13;&#x9;&amp;lt; &#8364; &apos;</Note>",
        "\n\t  \n",
        '<Note xml:lang="en" xmlns:q="urn:q" q:kind="&#10;">x</Note>',
        '<Plain xmlns=""><UPN>none</UPN></Plain>',
    ]
)


@st.composite
def bulks(draw: st.DrawFn) -> Bulk:
    root = draw(st.sampled_from(NAMESPACES)) + draw(st.sampled_from(AROUND))
    prefix = "c:" if "xmlns:c" in root and draw(st.booleans()) else ""
    data = draw(st.sampled_from(["", ' xml:lang="en"', ' xmlns:e="urn:e"', "\n"]))
    pupils = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        own = draw(
            st.sampled_from(["", ' xml:lang="gd"', ' xmlns:e="urn:mine" e:a="1"', " ", ' status="new"'])
        )
        p = prefix
        serial = draw(st.integers(1, 3)) if draw(st.booleans()) else number
        upn = draw(st.sampled_from(["{}", " {} ", "<![CDATA[{}]]>", "<!-- no -->{}", "{}\n"]))
        before = draw(st.sampled_from(["", f"<{p}UPN/>", f"<{p}UPN></{p}UPN>", "text"]))
        pupils.append(
            f"<{p}Pupil{own}>{before}<{p}UPN>{upn.format(making.upn(serial))}</{p}UPN>"
            f"<{p}Surname>{draw(WORDS)}</{p}Surname>{draw(EXTRA)}<{p}Forename>{draw(WORDS)}</{p}Forename>"
            f"<{p}DOB>2015-02-1{number}</{p}DOB><{p}Gender>F</{p}Gender>{draw(EXTRA)}{draw(EXTRA)}"
            f"</{p}Pupil{draw(st.sampled_from(['', ' ']))}>"
        )
    ends, encoding = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(ENCODINGS))
    return Bulk(tuple(pupils), root, data, prefix, encoding, ends)


@pytest.mark.requirement("R-PHA-1")
@settings(max_examples=150, deadline=None)
@given(st.lists(bulks(), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_splitting_bulk_files_and_joining_the_parts_gives_the_same_pupils(bulk: list[Bulk], luck) -> None:
    contents = [one.content() for one in bulk]
    given_pupils = []
    for content in contents:
        found = read(content, "6802310", "680LLLL")
        assert not refusals(found)
        given_pupils += found.pupils
    apart = [split.take_apart(content) for content in contents]
    pieces = [piece for parts in apart for piece in parts.pieces]
    assert [piece.upn for piece in pieces] == [pupil.upn.upper() for pupil in given_pupils]
    expected = [pupil for content in contents for pupil in canonical(content)]

    # Into three schools by chance, and all of them together again: what each was is what it is.
    schools: dict[int, list[int]] = {}
    for place in range(len(pieces)):
        schools.setdefault(luck.randrange(3), []).append(place)
    back: list[split.Piece | None] = [None] * len(pieces)
    for places in schools.values():
        content = joined(pieces[place] for place in places)
        again = read(content)
        assert not refusals(again)
        assert plain(again.pupils) == plain([given_pupils[place] for place in places])
        assert canonical(content) == [expected[place] for place in places]
        for place, piece in zip(places, split.take_apart(content).pieces, strict=True):
            back[place] = piece
    whole = joined(piece for piece in back if piece is not None)
    assert canonical(whole) == expected
    assert plain(read(whole).pupils) == plain(given_pupils)


def pupil(upn: str = making.upn(1), more: str = "", inside: str = "") -> str:
    return (
        f"<Pupil{more}><UPN>{upn}</UPN><Surname>Llwyd</Surname><Forename>Siân</Forename>"
        f"<DOB>2015-02-11</DOB><Gender>F</Gender>{inside}</Pupil>"
    )


@pytest.mark.requirement("R-PHA-1")
def test_a_pupils_element_is_cut_out_byte_for_byte() -> None:
    text = pupil(inside="<X  a = '1'\n/><!-- é -->&#233;<![CDATA[>]]>\r\n")
    (piece,) = split.take_apart(Bulk((text,)).content()).pieces
    assert piece == split.Piece(1, making.upn(1), text.encode())


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize("around", [' xmlversion="26"', ' xml:id="a"', ' status="x"'])
def test_attributes_that_do_not_count_for_the_elements_within_stay_where_they_are(around: str) -> None:
    text = pupil()
    (piece,) = split.take_apart(Bulk((text,), root=around).content()).pieces
    assert piece.xml == text.encode()


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize(
    ("upn", "meant"),
    [
        ("<UPN/><UPN>h6804012 0001</UPN>", "H6804012 0001"),
        ("<UPN>H1<x>2</x>3</UPN>", "H1"),
        ("<UPN>H1</UPN><UPN>H2</UPN>", "H1"),
        ("<X><UPN>H9</UPN></X><UPN>H1</UPN>", "H1"),
        ("<UPN>H<!-- x -->1</UPN>", "H1"),
        ("<UPN>&#x48;<![CDATA[1]]></UPN>", "H1"),
    ],
)
def test_a_piece_is_known_by_the_upn_that_reading_the_file_gives(upn: str, meant: str) -> None:
    text = f"<Pupil>{upn}<Surname>L</Surname><Forename>S</Forename><DOB>2015-02-11</DOB></Pupil>"
    content = Bulk((text,)).content()
    assert [piece.upn for piece in split.take_apart(content).pieces] == [meant]
    assert [one.upn.upper() for one in read(content, "6802310", "680LLLL").pupils] == [meant]


@pytest.mark.requirement("R-PHA-1")
def test_only_pupils_of_the_pupil_data_count() -> None:
    decoy = "<Other>" + pupil(making.upn(9)) + "<Header><Pupil/></Header></Other>"
    content = Bulk((pupil(making.upn(1)), "<Pupils>" + pupil(making.upn(8)) + "</Pupils>")).content()
    content = content.replace(b"<CTFpupilData>", decoy.encode() + b"<CTFpupilData>")
    parts = split.take_apart(content)
    assert [piece.upn for piece in parts.pieces] == [making.upn(1)]
    assert [one.upn for one in read(content, "6802310", "680LLLL").pupils] == [making.upn(1)]


@pytest.mark.requirement("R-PHA-1")
def test_a_pupil_closed_in_its_own_start_tag_ends_there() -> None:
    content = Bulk(("<Pupil a='>'/><Pupil />", pupil())).content()
    assert [piece.xml for piece in split.take_apart(content).pieces][:2] == [b"<Pupil a='>'/>", b"<Pupil />"]


@pytest.mark.requirement("R-PHA-1")
def test_the_header_names_the_authority_as_source_and_the_school_as_destination() -> None:
    parts = split.take_apart(Bulk((pupil(),)).content())
    assert (parts.version, parts.qualifier) == ("25.0", "full")
    found = read(joined(parts.pieces, version=parts.version, qualifier="partial"))
    assert found.header is not None
    assert (found.header.source, found.header.destination) == ("680LLLL", "6814053")
    assert (found.header.version, found.header.qualifier) == ("25.0", "partial")
    assert found.header.school_name == "Cyngor & <Dinas>"
    assert not found.problems


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize("destination", ["XXXXXXX", "MMMMMMM"])
def test_a_file_for_the_lost_pupil_database_can_be_written_too(destination: str) -> None:
    parts = split.take_apart(Bulk((pupil(),)).content())
    assert not refusals(read(joined(parts.pieces, destination), destination=destination))


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize(
    ("versions", "newest"),
    [
        ([], split.VERSION),
        (["9.0", "25.1", "25.0"], "25.1"),
        (["", "none", "²"], split.VERSION),
        (["17"], "17"),
        (["1.2.3", "24.0"], "24.0"),
    ],
)
def test_the_newest_of_the_versions_is_said(versions: list[str], newest: str) -> None:
    assert split.newest(versions) == newest


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"<CTfile>", b"<CTfile><a></CTfile>", b"<!DOCTYPE x><CTfile/>"]
)
def test_what_is_no_ctf_after_all_is_refused_with_a_code(content: bytes) -> None:
    with pytest.raises(Refused):
        split.take_apart(content)
