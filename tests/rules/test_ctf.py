"""R-UPL-2: what a CTF is checked for, rule by rule."""

import csv
import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from string import Formatter

import pytest

import s2s_tui.rules.ctf
from s2s_tui.rules import upn
from s2s_tui.rules.ctf import Ctf, Header, Pupil, read
from s2s_tui.rules.problems import Problem, Severity, refused
from s2s_tui.services.wording import say
from s2s_tui.services.wording.ctf import SENTENCES

pytestmark = pytest.mark.requirement("R-UPL-2")

SAMPLES = Path(__file__).parent.parent / "samples"
TODAY = date(2026, 11, 24)
GOOD = (SAMPLES / "good" / "6804012_CTF_6814053_001.XML").read_text("utf-8")
PUPIL = GOOD[GOOD.index("    <Pupil>") : GOOD.index("  </CTFpupilData>")]
UPN = "H680401219001"


def check(
    content: str | bytes, source: str = "6804012", destination: str = "6814053", *, forwarded: bool = False
) -> Ctf:
    data = content.encode() if isinstance(content, str) else content
    return read(data, source=source, destination=destination, today=TODAY, forwarded=forwarded)


def told(ctf: Ctf) -> list[tuple[Severity, str, int | None]]:
    return [(problem.severity, problem.code, problem.line) for problem in ctf.problems]


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def without(element: str) -> str:
    """The good file without the first element of that name; its line stays, empty."""
    return re.sub(rf"<{element}>.*?</{element}>", "", GOOD, count=1, flags=re.DOTALL)


with (SAMPLES / "INDEX.csv").open(encoding="utf-8", newline="") as index:
    CTFS = [
        (row["file"], row["verdict"])
        for row in csv.DictReader(index)
        if re.search(r"_CTF_\w{7}_[0-9]{3}\.xml$", row["file"], re.IGNORECASE)
    ]


@pytest.mark.parametrize(("file", "verdict"), CTFS)
def test_each_sample_gets_its_verdict(file: str, verdict: str) -> None:
    path = SAMPLES / file
    source, _, destination, _ = path.stem.split("_")
    ctf = check(path.read_bytes(), source, destination)
    found = {problem.severity for problem in ctf.problems} - {Severity.HINT}
    assert found == ({Severity(verdict)} if verdict != "accept" else set())
    assert (verdict == "refuse") == refused(ctf.problems)


def test_all_samples_of_ctfs_are_tried() -> None:
    assert len(CTFS) == 25


def test_header_and_pupil_are_kept() -> None:
    basics = """<FormerUPN>V680401220001</FormerUPN><PreferredSurname>Jones</PreferredSurname>
        <PreferredForename>Tom</PreferredForename><FormerSurname>Prŷs</FormerSurname>
        <FormerForename>Twm</FormerForename><MiddleNames> Siôn ap </MiddleNames>"""
    text = re.sub("<PreferredSurname>.*</PreferredForename>", basics, GOOD, flags=re.DOTALL)
    ctf = check(text)
    assert ctf.problems == ()
    assert ctf.encoding == "utf-8"
    assert ctf.header == Header(
        "24.0", datetime(2026, 11, 23, 9, 30), "full", "6804012", "6814053",
        "Ysgol Uwchradd Glan-yr-Afon", "2026", "MAKECTF",
    )  # fmt: skip
    assert ctf.pupils == (
        Pupil(
            UPN, "Prŷs-Jones", "Tomos", date(2015, 10, 31), "M", "V680401220001", "Prŷs", "Twm",
            "Jones", "Tom", "Siôn ap", "Casnewydd", "NP20 4PG", 21,
        ),
    )  # fmt: skip


def test_what_belongs_to_a_contact_is_not_taken_for_the_pupils() -> None:
    for element in ("Surname", "Forename"):
        text = without(element)
        assert f"<{element}>" in text
        assert [code for _, code, _ in told(check(text))] == [f"pupil-no-{element.lower()}"]


REFUSED: list[tuple[str, str, int | None]] = [
    (changed("Common Transfer File", "Admissions Transfer File"), "ctf-document-name", 4),
    (without("DocumentName"), "ctf-no-document-name", 3),
    (without("Header"), "header-missing", None),
    (changed("<LEA>680</LEA>", "<LEA>681</LEA>"), "header-source", 10),
    (changed("<Estab>4012</Estab>", "<Estab>LLLL</Estab>"), "header-source", 10),
    (without("SourceSchool"), "header-no-source", 3),
    (changed("<Estab>4053</Estab>", "<Estab>4054</Estab>"), "header-destination", 16),
    (without("DestSchool"), "header-no-destination", 3),
    (GOOD.replace(PUPIL, ""), "no-pupils", None),
    (without("CTFpupilData"), "no-pupils", None),
    (without("UPN"), "pupil-no-upn", 21),
    (changed(f"<UPN>{UPN}</UPN>", "<UPN>  </UPN>"), "pupil-no-upn", 22),
    (without("Surname"), "pupil-no-surname", 21),
    (without("Forename"), "pupil-no-forename", 21),
    (without("DOB"), "pupil-no-born", 21),
    (changed("2015-10-31", "2014-02-31"), "born-not-a-date", 25),
    (changed("2015-10-31", "31/10/2015"), "born-not-a-date", 25),
    (changed("<CTfile>", "<CTFile>").replace("</CTfile>", "</CTFile>"), "ctf-root", 2),
    (changed("<CTfile>", "<CTfileX>").replace("</CTfile>", "</CTfileX>"), "ctf-root", 2),
    (changed("<CTfile>", "<ATfile>").replace("</CTfile>", "</ATfile>"), "ctf-is-admissions", 2),
    (changed("<CTfile>", "<ADTfile>").replace("</CTfile>", "</ADTfile>"), "ctf-is-admissions", 2),
    (changed("Jones", "R & D"), "ctf-ampersand", 23),
    (changed("Jones", "&nbsp;"), "ctf-ampersand", 23),
    (changed("</Surname>", "</surname>"), "ctf-not-well-formed", 23),
    (changed("Jones", "a < b"), "ctf-not-well-formed", 23),
    (changed("Jones", "&#2;"), "ctf-not-well-formed", 23),
    (GOOD + "<CTfile/>", "ctf-not-well-formed", GOOD.count("\n") + 1),
    (" " + GOOD, "ctf-not-well-formed", 1),
    (changed("Jones", "Jo\0nes"), "ctf-nul", 23),
]


@pytest.mark.parametrize(("content", "code", "line"), REFUSED)
def test_it_is_refused_with_its_place(content: str, code: str, line: int | None) -> None:
    assert told(check(content)) == [(Severity.REFUSE, code, line)]


def test_a_pupil_that_refuses_the_file_is_not_handed_on() -> None:
    ctf = check(changed("  </CTFpupilData>", PUPIL.replace(UPN, "V680401220001") + "  </CTFpupilData>"))
    assert len(ctf.pupils) == 2
    ctf = check(changed("2015-10-31", "2015-10-32"))
    assert ctf.pupils == ()


WARNED: list[tuple[str, str, int]] = [
    (changed("24.0", "99.0"), "version-odd", 5),
    (changed("24.0", "9.0"), "version-odd", 5),
    (changed("24.0", "2024"), "version-odd", 5),
    (without("CTFversion"), "version-missing", 3),
    (changed("2026-11-23T09:30:00", "yesterday"), "written-odd", 6),
    (without("DateTime"), "written-missing", 3),
    (changed("2026-11-23T09:30:00", "2026-11-26T00:00:00"), "written-future", 6),
    (changed("2026-11-23T09:30:00", "2019-11-23T09:30:00"), "written-old", 6),
    (changed(UPN, "A680401219001"), "upn-check-letter", 22),
    (changed(UPN, "680401219001"), "upn-form", 22),
    (without("Sex"), "gender-missing", 21),
    (changed("<Sex>M", "<Sex>Q"), "gender-unknown", 26),
    (changed("2015-10-31", "2027-01-01"), "born-future", 25),
    (changed("2015-10-31", "1990-01-01"), "born-absurd", 25),
    (changed("2015-10-31", "2026-06-01"), "born-absurd", 25),
    (changed("Prŷs-Jones", "Pr\x9b31m"), "name-control", 23),
    (changed("Prŷs-Jones", "Pr\u202ejones"), "name-control", 23),
    (changed("Prŷs-Jones", "Pr\u200bjones"), "name-control", 23),
    (changed("Prŷs-Jones", "Pr\u00adjones"), "name-control", 23),
    (changed("Prŷs-Jones", "Prys\tJones"), "name-control", 23),
    (changed("Prŷs-Jones", "Pr\u3164jones"), "name-control", 23),
    (changed("Tomos", "SiÃ¢n"), "name-garbled", 24),
    (changed("Tomos", "LlÅ·r"), "name-garbled", 24),
    (changed("Tomos", "Oâ€™Brien"), "name-garbled", 24),
    (changed("Tomos", "Si?n"), "name-garbled", 24),
    (changed("Tomos", "Si\ufffdn"), "name-garbled", 24),
    (changed("Tomos", "Si&amp;#226;n"), "name-garbled", 24),
    (changed("<PreferredForename>Tomos", "<PreferredForename>T?m"), "name-garbled", 29),
]


@pytest.mark.parametrize(("content", "code", "line"), WARNED)
def test_it_is_warned_of_with_its_place_and_taken(content: str, code: str, line: int) -> None:
    ctf = check(content)
    assert told(ctf) == [(Severity.WARN, code, line)]
    assert len(ctf.pupils) == 1


TAKEN = [
    changed("<CTfile>", '<CTfile xmlns="http://www.dcsf.gov.uk/schemas/cbds">'),
    changed("<CTfile>", '<c:CTfile xmlns:c="urn:x">').replace("</CTfile>", "</c:CTfile>"),
    GOOD.replace("CTFversion", "CTFVersion"),
    GOOD.replace("Sex>", "Gender>"),
    changed("<Sex>M</Sex>", "<Sex/><Gender>m</Gender>"),
    changed("<LEA>680</LEA>", "<LEA> 680\n</LEA>"),
    changed("24.0", "10.0"),
    changed("24.0", "27.0"),
    changed("24.0", "25"),
    changed("2026-11-23T09:30:00", "2026-11-25T09:30:00"),
    changed("2026-11-23T09:30:00", "2026-11-23T09:30:00.123+00:00"),
    changed("full", "partial"),
    changed("Common Transfer File", " Common  transfer file "),
    changed("Prŷs-Jones", "Llwyd[/]"),
    changed("Prŷs-Jones", "O’Brien ap Gruffŷdd-Ó Sé"),
    changed("Prŷs-Jones", "ŞĞİ ÑÃO ÅÆØ"),
    changed("Prŷs-Jones", "王\u00a0小明"),
    changed("Prŷs-Jones", "<![CDATA[Prŷs]]><!-- a note -->-Jones"),
    changed("<Header>", "<!-- <!DOCTYPE x> --><?make it?><Header>"),
    changed("  <CTFpupilData>", "<Header/><CTFpupilData>"),
    changed("    <Pupil>", "    <Pupil new='1'><Unknown><UPN>?</UPN></Unknown>"),
    re.sub(r"<\?xml.*?\?>\n", "", GOOD),
    changed('<?xml version="1.0" encoding="UTF-8"?>', "<?xml version='1.0' standalone='yes' ?>"),
    GOOD.replace("\n", "\r\n"),
    GOOD.replace("\n", "\r"),
]


@pytest.mark.parametrize("content", TAKEN)
def test_what_occurs_in_the_wild_is_taken_without_a_word(content: str) -> None:
    ctf = check(content)
    assert told(ctf) == []
    assert [pupil.upn for pupil in ctf.pupils] == [UPN]
    assert ctf.header is not None
    assert ctf.header.version
    assert ctf.pupils[0].gender == "M"


def test_numbers_in_other_letters_still_agree_with_the_name() -> None:
    text = changed("<LEA>681</LEA>", "<LEA>xxx</LEA>").replace("4053", "xxxx")
    assert told(check(text, destination="XXXXXXX")) == []
    text = changed("<Estab>4012</Estab>", "<Estab>llll</Estab>")
    assert told(check(text, source="680llll")) == []


@pytest.mark.parametrize("where", ["XXXXXXX", "MMMMMMM"])
def test_a_lost_pupil_file_holds_one_pupil(where: str) -> None:
    second = PUPIL.replace(UPN, "V680401220001")
    text = changed("  </CTFpupilData>", second + "  </CTFpupilData>")
    text = text.replace("681<", f"{where[:3]}<", 1).replace("4053", where[3:], 1)
    line = 21 + PUPIL.count("\n")
    assert told(check(text, destination=where)) == [(Severity.REFUSE, "lpd-one-pupil", line)]
    assert check(text, destination=where).problems[0].params == {"count": 2}


def test_a_forwarded_file_may_have_another_destination_but_no_other_source() -> None:
    assert told(check(GOOD, destination="6604025", forwarded=True)) == []
    assert told(check(without("DestSchool"), destination="6604025", forwarded=True)) == []
    assert [code for _, code, _ in told(check(GOOD, source="6804013", forwarded=True))] == ["header-source"]


def test_the_same_upn_twice_tells_the_first_line() -> None:
    ctf = check(changed("  </CTFpupilData>", PUPIL + "  </CTFpupilData>"))
    assert told(ctf) == [(Severity.WARN, "upn-twice", 22 + PUPIL.count("\n"))]
    assert ctf.problems[0].params["first"] == 21
    assert len(ctf.pupils) == 2


def test_sender_and_receiver_may_not_well_be_the_same() -> None:
    text = GOOD.replace("681<", "680<", 1).replace("4053", "4012", 1)
    assert told(check(text, destination="6804012")) == [(Severity.WARN, "sender-is-receiver", None)]


def test_a_file_to_an_authority_gets_a_hint_and_no_warning() -> None:
    text = changed("<Estab>4053</Estab>", "<Estab>LLLL</Estab>")
    assert told(check(text, destination="681LLLL")) == [(Severity.HINT, "to-authority", None)]


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("<BS7666Address><Town>Y Bala</Town><PostTown>Dolgellau</PostTown></BS7666Address>", "Y Bala"),
        ("<BS7666Address><Town/><PostTown>Dolgellau</PostTown></BS7666Address>", "Dolgellau"),
        ("<AddressLines><AddressLine1>1 Lôn</AddressLine1><AddressLine3>Llanelli</AddressLine3>"
         "<AddressLine4> </AddressLine4></AddressLines>", "Llanelli"),
        ("<PostCode>LL23 7XX</PostCode>", ""),
    ],
)  # fmt: skip
def test_the_town_is_the_town_else_the_post_town_else_the_last_line(address: str, town: str) -> None:
    text = re.sub("<AddressLines>.*</AddressLines>", address, GOOD, flags=re.DOTALL)
    assert check(text).pupils[0].town == town


def test_a_file_of_many_faults_is_told_of_some_and_still_refused() -> None:
    warned = PUPIL.replace("<Sex>M", "<Sex>Q") * 300
    ctf = check(GOOD.replace(PUPIL, warned + PUPIL.replace("2015-10-31", "never")))
    assert len(ctf.problems) < 210
    assert [p.code for p in ctf.problems if p.severity is Severity.REFUSE] == ["born-not-a-date"]
    assert told(ctf)[-1] == (Severity.WARN, "more-problems", None)
    ctf = check(GOOD.replace(PUPIL, "<Pupil/>" * 5000))
    assert len(ctf.problems) < 150
    assert (Severity.REFUSE, "more-problems", None) in told(ctf)


def test_a_hostile_text_is_clipped_in_what_is_told() -> None:
    ctf = check(changed("<Sex>M", "<Sex>" + "Q" * 10_000))
    assert len(str(ctf.problems[0].params["gender"])) == 60
    assert ctf.pupils[0].gender == ""


def test_each_code_has_a_sentence_and_each_sentence_is_of_a_code() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(s2s_tui.rules.ctf.__file__).parent.glob("*.py"))
    source += Path(upn.__file__).read_text("utf-8")
    said = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', source)) - {"latin-1"}
    encodings = {name for name in said if re.match("utf-|iso|windows|cp", name)}
    roles = {f"{front}-{role}" for front in ("header", "header-no") for role in ("source", "destination")}
    missing = {f"pupil-no-{key}" for key in ("upn", "surname", "forename")}
    assert (said - encodings) | roles | missing == set(SENTENCES)


def _all_problems() -> dict[str, Problem]:
    contents: list[str | bytes] = [content for content, _, _ in (*REFUSED, *WARNED)]
    contents += [b"", b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0", b"<html>", b"upn,surname", GOOD[:900]]
    contents += [GOOD.encode("utf-16-le"), GOOD.encode("latin-1", "replace").replace(b"Tomos", b"Si\xe2n")]
    contents += [re.sub(r"<\?xml.*?\?>", "", GOOD).encode().replace(b"Tomos", b"Si\xe2n")]
    contents += [changed("UTF-8", "UTF-7"), "<!DOCTYPE a>", changed("<Pupil>", "<Pupil>" + "<a>" * 60)]
    contents += [changed("<Pupil>", f"<Pupil {'x' * 101}=''>"), GOOD.replace(PUPIL, PUPIL * 300)]
    contents += [changed("<Pupil>", "<Pupil " + " ".join(f"a{n}=''" for n in range(101)) + ">")]
    double = changed("  </CTFpupilData>", PUPIL + "  </CTFpupilData>")
    files = [check(content) for content in contents]
    files += [check(double, destination="XXXXXXX"), check(GOOD, destination="6804012")]
    files += [check(GOOD, destination="681LLLL"), read(b"<", source="", destination="", today=TODAY, limit=0)]
    return {problem.code: problem for ctf in files for problem in ctf.problems}


def test_each_code_is_met_and_its_sentence_gets_all_it_names() -> None:
    found = _all_problems()
    assert set(found) == set(SENTENCES)
    for code, problem in found.items():
        named = {name for _, name, _, _ in Formatter().parse(SENTENCES[code]) if name}
        assert named <= set(problem.params), code
        assert say(problem) != code
        assert "{" not in say(problem)


def test_lxml_is_not_loaded_before_a_file_is_read() -> None:
    code = "import sys, s2s_tui.rules.ctf; sys.exit('lxml' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
