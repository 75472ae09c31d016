"""R-UPL-2: what any bytes do: encodings, other files, limits, truncation, memory."""

import codecs
import subprocess
import sys
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.rules.ctf import Ctf, elements, read
from s2s_tui.rules.problems import refused

pytestmark = pytest.mark.requirement("R-UPL-2")

SAMPLES = Path(__file__).parent.parent / "samples"
TODAY = date(2026, 11, 24)
GOOD = (SAMPLES / "good" / "6804012_CTF_6814053_001.XML").read_text("utf-8")
WESTERN = GOOD.replace("ŷ", "&#375;")
DATA = GOOD.encode()
START, END = DATA.index(b"    <Pupil>"), DATA.index(b"  </CTFpupilData>")


def check(data: bytes) -> Ctf:
    return read(data, source="6804012", destination="6814053", today=TODAY)


def codes(ctf: Ctf) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in ctf.problems]


def saying(encoding: str, text: str = GOOD) -> str:
    return text.replace('"UTF-8"', f'"{encoding}"', 1)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (DATA, "utf-8"),
        (codecs.BOM_UTF8 + DATA, "utf-8"),
        (saying("utf8").encode(), "utf-8"),
        (saying("UTF-16").encode("utf-16"), "utf-16"),
        (saying("utf-16").encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + saying("UTF-16").encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF16_LE + saying("UTF-16LE").encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_LE + GOOD.replace(' encoding="UTF-8"', "").encode("utf-16-le"), "utf-16"),
        (saying("ISO-8859-1", WESTERN).encode("latin-1"), "iso-8859-1"),
        (saying("iso-8859-1", WESTERN).encode("latin-1"), "iso-8859-1"),
        (saying("Windows-1252", WESTERN).encode("cp1252"), "windows-1252"),
    ],
)
def test_the_four_encodings_are_read(data: bytes, encoding: str) -> None:
    ctf = check(data)
    assert ctf.problems == ()
    assert ctf.encoding == encoding
    assert ctf.pupils == check(DATA).pupils


LATIN = DATA.replace(b"Tomos", b"Si\xe2n")


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (saying("UTF-7").encode(), "ctf-encoding", 1),
        (saying("US-ASCII", WESTERN).encode(), "ctf-encoding", 1),
        (saying("ISO-8859-15", WESTERN).encode("latin-1", "ignore"), "ctf-encoding", 1),
        (saying("Shift_JIS").encode("ascii", "ignore"), "ctf-encoding", 1),
        (saying("EBCDIC-CP-GB", WESTERN).encode("cp037", "ignore"), "ctf-encoding", None),
        (GOOD.encode("utf-32"), "ctf-encoding", None),
        (GOOD.encode("utf-32-be"), "ctf-encoding", None),
        (saying("UTF-7").encode("utf-16"), "ctf-encoding", 1),
        (b'<?xml version="1.0"' + b" " * 5000 + b'encoding="UTF-7"?><CTfile/>', "ctf-encoding", 1),
        (saying("UTF-16").encode("utf-16-le"), "ctf-utf16-no-bom", None),
        (saying("UTF-16").encode("utf-16-be"), "ctf-utf16-no-bom", None),
        (saying("UTF-16").encode(), "ctf-encoding-false", 1),
        (GOOD.encode("utf-16"), "ctf-encoding-false", 1),
        (codecs.BOM_UTF8 + saying("ISO-8859-1").encode(), "ctf-encoding-false", 1),
        (codecs.BOM_UTF16_LE + saying("UTF-16").encode("utf-16-be"), "ctf-not-xml", 1),
        (codecs.BOM_UTF16_LE + b"<\x00\x00\xdc>\x00", "ctf-encoding-false", None),
        (
            saying("Windows-1252", WESTERN).encode("cp1252").replace(b"Tomos", b"T\x81"),
            "ctf-encoding-false",
            24,
        ),
        (LATIN, "ctf-encoding-false", 24),
        (codecs.BOM_UTF8 + LATIN, "ctf-encoding-false", 24),
        (LATIN.replace(b' encoding="UTF-8"', b""), "ctf-encoding-unsaid", 24),
        (DATA.replace(b"Tomos", b"\xed\xa0\x80"), "ctf-encoding-false", 24),
        (DATA.replace(b"Tomos", b"\xc0\xbc"), "ctf-encoding-false", 24),
    ],
)
def test_any_other_encoding_and_a_false_one_is_refused(data: bytes, code: str, line: int | None) -> None:
    assert codes(check(data)) == [(code, line)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "ctf-empty"),
        (b" \r\n", "ctf-empty"),
        (codecs.BOM_UTF8, "ctf-empty"),
        ((SAMPLES / "good" / "6804012_680LLLL_attendance.zip").read_bytes(), "ctf-is-zip"),
        (b"PK\x05\x06" + bytes(18), "ctf-is-zip"),
        (b"%PDF-1.7\n%\xe2\xe3", "ctf-is-pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ctf-is-office"),
        (b"<!DOCTYPE html>\n<html><body>Log in", "ctf-is-html"),
        (b"\n<!doctype HTML PUBLIC '-'><p>", "ctf-is-html"),
        (b"<html><br></html>", "ctf-is-html"),
        (b"<?xml version='1.0'?><!-- x --><HTML/>", "ctf-is-html"),
        (b"<ATfile/>", "ctf-is-admissions"),
        (b"<Message><Header/></Message>", "ctf-root"),
        (b"upn,surname\nV680401220001,Llwyd\n", "ctf-not-xml"),
        (b"+ADw-CTfile+AD4-", "ctf-not-xml"),
        (b"\x89PNG\r\n\x1a\n", "ctf-not-xml"),
        (b"{\\rtf1}", "ctf-not-xml"),
        (b"\x1f\x8b\x08\0\0\0", "ctf-not-xml"),
        (b"\n<CTfile>\0", "ctf-nul"),
        (b"<ASLfile></ASLfile>", "ctf-is-admissions"),
    ],
)
def test_it_is_said_what_the_file_is_instead(data: bytes, code: str) -> None:
    assert [found for found, _ in codes(check(data))] == [code]


DOCTYPES = [
    '<!DOCTYPE CTfile [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "<!DOCTYPE CTfile>",
    "<!DOCTYPE[<!ENTITY a 'b'>]>",
    "<!DOCTYPE\nCTfile SYSTEM 'http://127.0.0.1/x.dtd'>",
    "<!-- > --><?a ?> <!DOCTYPE CTfile>",
]


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_any_doctype_is_refused_before_it_is_read(doctype: str, encoding: str) -> None:
    text = saying(encoding.removesuffix("-sig").upper(), WESTERN).replace("<CTfile>", doctype + "<CTfile>")
    assert [code for code, _ in codes(check(text.encode(encoding)))] == ["ctf-doctype"]


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_taken() -> None:
    kept = {"source": "6804012", "destination": "6814053", "today": TODAY}
    assert read(DATA, limit=len(DATA), **kept).problems == ()  # type: ignore[arg-type]
    assert codes(read(DATA, limit=len(DATA) - 1, **kept)) == [("ctf-too-big", None)]  # type: ignore[arg-type]


def put(inside: str) -> bytes:
    return GOOD.replace("<BasicDetails>", f"<BasicDetails>\n{inside}", 1).encode()


def nested(deep: int) -> bytes:
    # The pupil's details are the fourth level.
    return put("<x>" * (deep - 4) + "</x>" * (deep - 4))


def attributes(count: int, name: str = "a{}") -> bytes:
    return put("<x " + " ".join(f"{name.format(n)}='>'" for n in range(count)) + "/>")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (nested(51), "ctf-too-deep"),
        (nested(300), "ctf-too-deep"),
        (attributes(101), "ctf-too-many-attributes"),
        (attributes(101, "xmlns:a{}"), "ctf-too-many-attributes"),
        (attributes(300_000), "ctf-too-many-attributes"),
        (put(f"<{'n' * 101}/>"), "ctf-long-name"),
        (put(f"<{'n' * 101}></{'n' * 101}>"), "ctf-long-name"),
        (put(f"<a b='>' {'n' * 101}='1'/>"), "ctf-long-name"),
        (put(f"<a b='>' {'n' * 101} = '1'/>"), "ctf-long-name"),
        (put(f"<a xmlns:{'n' * 101}='urn:x'/>"), "ctf-long-name"),
    ],
)
def test_what_no_ctf_has_is_refused_with_its_line(data: bytes, code: str) -> None:
    assert codes(check(data)) == [(code, 28)]


@pytest.mark.parametrize(
    "data",
    [
        nested(50),
        attributes(100),
        put(f"<{'n' * 100} {'m' * 100}='{'v' * 1000}'/>"),
        put(f"<x>{'=' * 200} {'w' * 500} a = b</x>"),
    ],
)
def test_what_is_at_a_limit_is_taken(data: bytes) -> None:
    assert check(data).problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_cut_anywhere_is_refused(encoding: str) -> None:
    data = saying(encoding.upper()).encode(encoding)
    for length in range(len(data.rstrip(b"\n\0"))):
        ctf = check(data[:length])
        assert refused(ctf.problems), length
        assert ctf.pupils == ()


@pytest.mark.parametrize(
    "start", ["<Estab>", "<Pupil>", "<Surname>Pr", "ŷs-Jones", "</DOB>", "<Sex>", "</Pupil>"]
)
@pytest.mark.parametrize("size", [elements.TREE_BYTES, 0])
def test_a_file_cut_short_is_said_to_be(start: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "TREE_BYTES", size)
    at = DATA.index(start.encode())
    for length in range(at, at + len(start.encode())):
        assert codes(check(DATA[:length])) == [("ctf-incomplete", DATA.count(b"\n", 0, length) + 1)]


@pytest.mark.parametrize("lines", [0, 65_500, 65_534, 65_535, 65_536, 70_000, 200_000])
def test_lines_are_right_however_many_there_are(lines: int) -> None:
    bad = (
        b"<Pupil><!-- a\nb -->\n<UPN/>\n\n<Surname/>\n<Forename>A</Forename><DOB>\n2014-02-31</DOB>\n"
        b"<Sex>\nQ</Sex></Pupil><Pupil/>\n"
    )
    data = DATA[:START] + b"\n" * lines + bad + DATA[START:END] + bad + DATA[END:]
    first = 21 + lines
    pupil = first + bad.count(b"\n")
    last = pupil + DATA.count(b"\n", START, END)
    relative = [
        ("pupil-no-upn", 2), ("pupil-no-surname", 4), ("born-not-a-date", 5), ("gender-unknown", 7),
        ("pupil-no-born", 8), ("pupil-no-upn", 8), ("pupil-no-surname", 8), ("pupil-no-forename", 8),
        ("gender-missing", 8),
    ]  # fmt: skip
    ctf = check(data)
    assert codes(ctf) == [(code, start + line) for start in (first, last) for code, line in relative]
    assert [found.line for found in ctf.pupils] == [pupil]


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\r\r\n", b"\n\r"])
def test_lines_are_counted_alike_whatever_ends_them(end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old Macintoshes end lines with a return alone (XML 1.0, 2.11)."""
    factor = 1 if end in (b"\r\n", b"\r") else 2
    for fault in (DATA.replace(b"<DOB>", b"<DOB>x"), DATA.replace(b"Tomos", b"T\0"), DATA[:END]):
        ends = fault.replace(b"\n", end)
        wanted = [(code, line and factor * (line - 1) + 1) for code, line in codes(check(fault))]
        assert wanted
        for tree_bytes in (elements.TREE_BYTES, 0):
            monkeypatch.setattr(elements, "TREE_BYTES", tree_bytes)
            assert codes(check(ends)) == wanted
        monkeypatch.undo()
    odd = DATA.replace(b"Casnewydd", b"Casnew\xffydd")
    (code, line), *_ = codes(check(odd))
    assert codes(check(odd.replace(b"\n", end))) == [(code, factor * ((line or 0) - 1) + 1)]


def test_the_line_of_a_fault_is_right_past_65535() -> None:
    assert codes(check(DATA[:START] + b"\n" * 100_000 + b"<a></b>" + DATA[END:])) == [
        ("ctf-not-well-formed", 100_021)
    ]


@pytest.mark.parametrize("size", [elements.TREE_BYTES, 0], ids=["tree", "stream"])
@pytest.mark.parametrize(
    ("surname", "text"),
    [
        ("<Surname/><Surname>A</Surname><Surname>B</Surname>", "A"),
        ("<Surname>A</Surname><Surname>B</Surname><Surname/>", "A"),
        ("<Surname>Pr<b>x</b>ys</Surname>", "Pr"),
        ("<Surname>P<!-- x -->r<?y?><![CDATA[&]]>&#375;s</Surname>", "Pr&ŷs"),
        ("<x:Surname xmlns:x='urn:x'>A</x:Surname>", "A"),
        ("<Details><Surname>B</Surname></Details><Surname>A</Surname>", "A"),
    ],
)
def test_a_text_is_the_first_filled_one_up_to_its_first_child(
    surname: str, text: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elements, "TREE_BYTES", size)
    ctf = check(GOOD.replace("<Surname>Prŷs-Jones</Surname>", surname, 1).encode())
    assert [pupil.surname for pupil in ctf.pupils] == [text]


names = st.text(
    st.sampled_from("abcyzABCLÂÊÎÔÛŴŶâêîôûŵŷáéíóúàèìòùäëïöüñçøßŁžİ'’- &<>\"[]{}王😀"), min_size=1, max_size=20
).map(str.strip).filter(bool)  # fmt: skip
optional = st.one_of(st.just(""), names)
people = st.fixed_dictionaries(
    {
        "UPN": st.from_regex(r"[A-HJ-NP-RT-Z][0-9]{12}", fullmatch=True),
        "Surname": names,
        "Forename": names,
        "DOB": st.dates(date(2004, 1, 1), date(2025, 1, 1)).map(str),
        "Gender": st.sampled_from(["M", "F"]),
        "MiddleNames": optional,
        "Town": optional,
    }
)
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "latin-1": "ISO-8859-1",
    "cp1252": "Windows-1252",
}


def written(pupils: list[dict[str, str]], declared: str) -> str:
    body = "".join(
        "<Pupil>"
        + "".join(
            f"<{key}>{escape(pupil[key])}</{key}>\n"
            for key in ("UPN", "Surname", "Forename", "DOB", "Gender")
        )
        + f"<BasicDetails><MiddleNames>{escape(pupil['MiddleNames'])}</MiddleNames></BasicDetails>"
        + f"<Address><BS7666Address><Town>{escape(pupil['Town'])}</Town></BS7666Address></Address></Pupil>"
        for pupil in pupils
    )
    head = GOOD[: GOOD.index("    <Pupil>")].replace("UTF-8", declared, 1)
    return head + body + "</CTFpupilData></CTfile>"


@settings(max_examples=150, deadline=None)
@given(st.lists(people, min_size=1, max_size=4), st.sampled_from(list(ENCODINGS)), st.booleans())
def test_any_ctf_is_accepted_and_its_pupils_come_out_as_they_went_in(
    pupils: list[dict[str, str]], encoding: str, tree: bool
) -> None:
    data = written(pupils, ENCODINGS[encoding]).encode(encoding, "xmlcharrefreplace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elements, "TREE_BYTES", elements.TREE_BYTES if tree else 0)
        ctf = check(data)
    assert not refused(ctf.problems)
    assert [
        {
            "UPN": found.upn,
            "Surname": found.surname,
            "Forename": found.forename,
            "DOB": str(found.born),
            "Gender": found.gender,
            "MiddleNames": found.middle_names,
            "Town": found.town,
        }
        for found in ctf.pupils
    ] == pupils


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", DATA[:60], DATA[:START], codecs.BOM_UTF16_LE, codecs.BOM_UTF8]),
)
def test_no_bytes_raise_and_none_by_chance_are_a_ctf(data: bytes, before: bytes) -> None:
    assert refused(check(before + data).problems)


damage = st.lists(
    st.tuples(st.integers(0, len(DATA) - 1), st.binary(max_size=3), st.integers(0, 40)),
    min_size=1,
    max_size=3,
)


@settings(max_examples=400, deadline=None)
@given(damage)
def test_a_damaged_file_reads_alike_as_a_tree_and_as_a_stream(wounds: list[tuple[int, bytes, int]]) -> None:
    data = DATA
    for place, put_in, taken_out in wounds:
        data = data[:place] + put_in + data[place + taken_out :]
    tree = check(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elements, "TREE_BYTES", 0)
        stream = check(data)
    assert tree == stream
    try:
        data.decode()
    except UnicodeDecodeError:
        assert refused(tree.problems)


MEASURE = """
import re, sys
from datetime import date
from pathlib import Path
from s2s_tui.rules.ctf import read
read(Path(sys.argv[1]).read_bytes(), source="6804012", destination="6814053", today=date(2026, 11, 24))
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.parametrize(
    ("before", "piece", "after", "most"),
    [
        (DATA[:END], DATA[START:END], DATA[END:], 150),
        pytest.param(DATA[: END - 13], b"<a/>", DATA[END - 13 :], 300, marks=pytest.mark.slow),
        (DATA[: END - 13], b"x", DATA[END - 13 :], 300),
        (DATA[:START] + b"<Pupil><Surname>", b"x", b"</Surname></Pupil>" + DATA[END:], 300),
        (DATA[:START] + b"<Pupil a='", b"x", b"'></Pupil>" + DATA[END:], 300),
        (DATA[:START], b"<a>", b"", 300),
    ],
    ids=["pupils", "elements", "text", "surname", "attribute", "depth"],
)
def test_25_mb_take_little_memory_whatever_is_in_them(
    before: bytes, piece: bytes, after: bytes, most: int, tmp_path: Path
) -> None:
    room = 25 * 1024 * 1024 - len(before) - len(after)
    path = tmp_path / "big.xml"
    path.write_bytes(before + piece * (room // len(piece)) + after)
    done = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, check=True)
    assert int(done.stdout) / 1024 < most


def test_millions_of_attributes_take_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.xml"
    path.write_bytes(DATA[:START] + b"<Pupil" + b"".join(b" a%d=''" % n for n in range(2_000_000)) + b"/>")
    done = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, check=True)
    assert int(done.stdout) / 1024 < 300
