"""The demo's files are whole, realistic and right: a check finds nothing wrong with them."""

import random
from collections import Counter
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from s2s_tui.base.clock import local_date
from s2s_tui.demo import names
from s2s_tui.demo.ctf import build_ctf
from s2s_tui.demo.pupils import Child, Register
from s2s_tui.demo.schools import NAMED, schools
from s2s_tui.demo.world import World
from s2s_tui.rules import ctf
from s2s_tui.rules.dates import age
from s2s_tui.rules.problems import Severity
from s2s_tui.rules.upn import upn_problem
from s2s_tui.services import accounts, checking, files
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site
from s2s_tui.store import content
from s2s_tui.store.models import Pupil, Transfer

WHEN = datetime(2026, 11, 23, 9, 30)
SCHOOL = next(school for school in NAMED if school.number == "6804012")
HINTS = Severity.HINT


def children(count: int, seed: int = 1) -> tuple[Child, ...]:
    register = Register(random.Random(seed))
    return tuple(register.child(SCHOOL, WHEN.date()) for _ in range(count))


def read(body: bytes) -> ctf.Ctf:
    return ctf.read(body, source="6804012", destination="6814053", today=WHEN.date())


@pytest.mark.requirement("R-UPL-2")
def test_every_file_of_the_small_world_passed_the_check_on_its_day(demo: Site) -> None:
    wrong = {}
    with demo.store.connection():
        for move in Transfer.select():
            offered = Offered(move.name, content.fetch(move.content_id))
            if move.forwarded_from:
                continue  # its header names the lost pupil database, as it must
            checked = checking.check(offered, local_date(move.uploaded_at))
            if checking.visible(checked.problems):
                wrong[move.name] = checked.problems
            assert len(checked.pupils) == move.pupil_count
    assert not wrong


def test_what_the_database_keeps_of_pupils_is_what_their_files_say(demo: Site) -> None:
    with demo.store.connection():
        for move in Transfer.select().where(Transfer.kind == "ctf"):
            found = ctf.read(
                content.fetch(move.content_id),
                source=move.source,
                destination=move.destination,
                today=local_date(move.uploaded_at),
                forwarded=True,
            )
            kept = Pupil.select().where(Pupil.transfer == move.id).order_by(Pupil.position)
            assert [(row.upn, row.surname, row.forename, row.born, row.gender) for row in kept] == [
                (pupil.upn, pupil.surname, pupil.forename, pupil.born, pupil.gender) for pupil in found.pupils
            ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [False, True])
def test_a_ctf_reads_back_as_it_was_meant_in_every_encoding(encoding: str, newline: str, bom: bool) -> None:
    class_of = children(60)
    body = build_ctf(
        "6804012",
        "6814053",
        class_of,
        WHEN,
        school_name="Ysgol y Tŵr & Co",
        encoding=encoding,
        newline=newline,
        bom=bom and encoding == "utf-8",
    )
    found = read(body)
    assert found.problems == ()
    assert [child.as_read(pupil.line) for child, pupil in zip(class_of, found.pupils, strict=True)] == list(
        found.pupils
    )
    assert found.header is not None
    assert found.header.school_name == "Ysgol y Tŵr & Co"
    assert (newline.encode(encoding.replace("utf-16", "utf-16-le")) in body) or encoding == "utf-16"


@settings(max_examples=60, deadline=None)
@given(
    surname=st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20),
    town=st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20),
)
def test_any_name_survives_its_markup(surname: str, town: str) -> None:
    child = Child("H680401219001", surname, "Siân", date(2015, 10, 31), "F", 6, town=town)
    (pupil,) = read(build_ctf("6804012", "6814053", [child], WHEN)).pupils
    assert (pupil.surname, pupil.town) == (surname, town)


def test_a_ctf_has_about_six_kilobytes_a_pupil_and_the_elements_of_a_real_one() -> None:
    body = build_ctf("6804012", "6814053", children(100), WHEN, school_name=SCHOOL.name)
    assert 4500 < len(body) / 100 < 7500
    pupil = etree.fromstring(body).findall(".//Pupil")[0]
    order = [element.tag for element in pupil]
    first = ["UPN", "Surname", "Forename", "DOB", "Sex", "BasicDetails", "FSMhistory", "NAWdetails"]
    then = ["LookedAfter", "Address", "Phones", "Contacts", "Attendance", "StageAssessments", "SchoolHistory"]
    assert [tag for tag in first + then if tag in order] == order
    assert {"NAWdetails", "Address", "Contacts", "Attendance", "SchoolHistory"} <= set(order)


@pytest.mark.parametrize("seed", range(5))
def test_upns_are_right_and_given_once(seed: int) -> None:
    class_of = children(3000, seed)
    assert all(upn_problem(child.upn) is None for child in class_of)
    assert len({child.upn for child in class_of}) == 3000
    former = [child.former_upn for child in class_of if child.former_upn]
    assert former
    assert all(upn_problem(upn) is None for upn in former)


@pytest.mark.parametrize("school", NAMED, ids=lambda school: school.number)
def test_pupils_are_of_an_age_that_their_school_has(school) -> None:  # type: ignore[no-untyped-def]
    register = Register(random.Random(3))
    youngest, oldest = school.ages
    for _ in range(300):
        child = register.child(school, WHEN.date())
        assert youngest <= age(child.born, date(2026, 8, 31)) <= oldest
        assert child.entered <= WHEN.date()


def test_jones_davies_and_williams_are_the_commonest() -> None:
    rng = random.Random(5)
    counted = Counter(names.surname(rng) for _ in range(20_000))
    assert {name for name, _ in counted.most_common(3)} == {"Jones", "Davies", "Williams"}
    together = "".join(counted) + "".join(names.GIRLS) + "".join(names.BOYS)
    assert set("âôŵŷëé'’- ") <= set(together)


def test_schools_have_names_of_their_own_in_each_authority() -> None:
    made = schools({"681": 130}, WHEN.date(), random.Random(2), {"681": "Cardiff"})
    cardiff = [school for school in made if school.authority == "681"]
    assert len({school.name for school in cardiff}) == len(cardiff) == 133
    assert sum(bool(school.name_cy) for school in cardiff) > 30
    assert any(school.language == "cy" for school in cardiff)


def test_an_authority_of_england_never_runs_out_of_school_names() -> None:
    made = schools({"201": 300}, WHEN.date(), random.Random(2), {"201": "City of London"})
    london = [school for school in made if school.authority == "201"]
    assert len({school.name for school in london}) == len(london) == 303
    assert not any(school.name_cy for school in london)


# The inbox


@pytest.mark.requirement("R-UPL-1")
@pytest.mark.parametrize(
    ("path", "verdict", "code"),
    [
        ("6804012/6804012_CTF_6814053_501.XML", "accept", ""),
        ("6804012/6804012_CTF_6604025_502.XML", "accept", ""),
        ("6804012/6804012_CTF_XXXXXXX_503.XML", "accept", ""),
        ("6804012/6804012_CTF_MMMMMMM_504.XML", "accept", ""),
        ("6804012/6804012_CTF_XXXXXXX_505.XML", "refuse", "lpd-one-pupil"),
        ("6804012/6804012_CTF_6814053_506 (1).XML", "refuse", "name-browser-copy"),
        ("6804012/6804012_CTF_6819999_507.XML", "refuse", "destination-unknown"),
        ("6804012/6804012_CTF_MERGED_508.XML", "refuse", "destination-merged"),
        ("6804012/6804012_CTF_6814053_509.XML", "refuse", "ctf-incomplete"),
        ("6804012/6804012_CTF_6814053_510.XML", "warn", "name-control"),
        ("6804012/6804012_CTF_6814053_511.XML", "warn", "upn-check-letter"),
        ("6804012/6804012_CTF_6814053_512.XML", "refuse", "born-not-a-date"),
        ("6804012/6804012_CTF_6814053_513.XML", "refuse", "header-source"),
        ("6804012/6804012_CTF_6814053_514.XML", "refuse", "ctf-encoding-false"),
        ("6804012/6804012_680LLLL_attendance_new.zip", "accept", ""),
        ("6804012/6804012_680LLLL_photos_new.zip", "refuse", "zip-is-text"),
        ("6804012/6804012_PLA_680PLAS_501.XML", "accept", ""),
        ("6814053/6814053_CTF_6804012_501.xml", "accept", ""),
        ("6814053/6814053_CTF_6804012_502.xml", "accept", ""),
        ("6814053/6814053_CTF_XXXXXXX_501.xml", "accept", ""),
        ("6602175/6602175_CTF_6604025_501.xml", "accept", ""),
        ("6602175/6602175_CTF_6604025_502.xml", "accept", ""),
        ("6602175/6602175_CTF_XXXXXXX_501.xml", "accept", ""),
        ("680/680LLLL_CTF_6804012_501.XML", "accept", ""),
        ("680/680LLLL_CTF_660LLLL_501.XML", "refuse", "name-authorities"),
        ("680/680LLLL_6804012_meals_new.zip", "accept", ""),
        ("681/681LLLL_CTF_6814053_501.XML", "accept", ""),
        ("681/681LLLL_CTF_660LLLL_501.XML", "refuse", "name-authorities"),
        ("681/681LLLL_6814053_meals_new.zip", "accept", ""),
    ],
)
def test_every_file_of_the_inboxes_gets_its_verdict(
    demo: Site, small: World, path: str, verdict: str, code: str
) -> None:
    owner, _, name = path.partition("/")
    (file,) = small.inbox(owner).glob(name.replace("MERGED", "???????"))
    username = f"s{owner}" if len(owner) == 7 else f"{owner}user"
    actor = accounts.log_on(demo, username, small.accounts[0].password)
    checked = checking.check(files.read(file), local_date(demo.clock()), demo, actor)
    severities = {problem.severity for problem in checked.problems} - {HINTS}
    found = "refuse" if not checked.ok else "warn" if severities else "accept"
    assert (found, code) == (verdict, next((p.code for p in checking.visible(checked.problems)), ""))


def test_the_inboxes_hold_nothing_else(small: World) -> None:
    found = [path for path in (small.folder / "inbox").rglob("*") if path.is_file()]
    assert Counter(path.parent.name for path in found) == {
        "6804012": 17,
        "6814053": 3,
        "6602175": 3,
        "680": 3,
        "681": 3,
    }
