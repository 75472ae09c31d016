"""Sending files (R-UPL)."""

import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import making
import pytest
import steps
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from s2s_tui.base.errors import Unreachable
from s2s_tui.services import files, transfers, uploads
from s2s_tui.services.files import Offered
from s2s_tui.services.uploads import ALREADY_SENT, REFUSED, SENT
from s2s_tui.store import content
from s2s_tui.store.models import (
    Authority,
    Content,
    Establishment,
    LostPupil,
    Mail,
    Pupil,
    Transfer,
)
from s2s_tui.store.statements import insert, tuples

SAMPLES = Path(__file__).parent.parent / "samples"
GOOD = sorted((SAMPLES / "good").iterdir())
TABLES = ("content", "transfer", "pupil", "mail", "audit_entry", "audit_head", "lost_pupil", "counter")


def codes(receipt) -> list[str]:
    return [problem.code for problem in receipt.problems]


def set_rows(site, model, where, **fields) -> None:
    site.store.write(lambda: model.update(**fields).where(where).execute())


# --- what an upload writes


@pytest.mark.requirement("R-UPL-8")
def test_an_upload_writes_the_file_its_pupils_its_bytes_its_record_and_its_mails(site, on):
    school = on("school", "6804012")
    children = [making.Child(making.upn(number), surname=f"Prŷs{number}") for number in (1, 2, 3)]
    offered = making.offered(children=children)
    receipt = uploads.upload(school, site, offered)
    assert (receipt.status, receipt.ok, receipt.kind, receipt.pupils) == (SENT, True, "ctf", 3)
    row = steps.transfer(site, receipt.id)
    assert (row.name, row.source, row.destination, row.sender) == (
        offered.name,
        "6804012",
        "6814053",
        "6804012",
    )
    assert (row.state, row.pupil_count, row.size, row.school_year) == (
        "awaiting",
        3,
        len(offered.content),
        2026,
    )
    assert (row.uploaded_at, row.uploaded_by, row.on_behalf_of) == (making.NOW, "s6804012", None)
    with site.store.connection():
        assert content.fetch(row.content_id) == offered.content
        pupils = list(Pupil.select().order_by(Pupil.position))
        assert [(pupil.upn, pupil.surname) for pupil in pupils] == [
            (child.upn, child.surname) for child in children
        ]
        assert LostPupil.select().count() == 0
    entry = steps.audited(site, "6804012")[-1]
    assert (entry.action, entry.subject, entry.outcome) == ("upload", offered.name, "done")
    assert row.content_id in entry.details
    assert len(steps.mails(site)) == 4
    assert not steps.broken(site)


@pytest.mark.requirement("R-UPL-10")
@pytest.mark.parametrize(("destination", "left"), [("XXXXXXX", False), ("MMMMMMM", True)])
def test_a_file_to_the_lost_pupil_database_makes_its_entry(site, on, destination, left):
    more = "<FormerUPN>B680401220001</FormerUPN>"
    child = making.Child(making.upn(7), "Llwyd", "Siân", "2014-03-02", more=more)
    transfer = steps.sent(
        on("school", "6804012"), site, making.offered(destination=destination, children=[child])
    )
    with site.store.connection():
        (lost,) = list(LostPupil.select())
    assert (lost.transfer_id, lost.left_sector, lost.state) == (transfer, left, "lost")
    assert (lost.upn, lost.surname, lost.forename, lost.authority) == (child.upn, "Llwyd", "Siân", "680")
    assert (lost.school, str(lost.born), lost.change) == ("6804012", "2014-03-02", 1)


@pytest.mark.requirement("R-UPL-10")
def test_changes_of_the_lost_pupil_database_are_numbered(site, on):
    school = on("school", "6804012")
    for number in (1, 2, 3):
        steps.sent(school, site, making.offered(destination="XXXXXXX", number=number))
    with site.store.connection():
        assert [
            change for (change,) in tuples(LostPupil.select(LostPupil.change).order_by(LostPupil.id))
        ] == [1, 2, 3]


# --- all or nothing


def break_table(site, table: str, act: str) -> None:
    """Make every write to a table fail, as a full or broken one does."""
    with site.store.connection():
        run = site.store.database.execute_sql
        if site.store.path is not None:
            run(f"CREATE TRIGGER broken BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END")
            return
        run(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'broken'; END $$"
        )
        run(f"CREATE TRIGGER broken BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION broken()")


def mend_table(site, table: str) -> None:
    with site.store.connection():
        run = site.store.database.execute_sql
        if site.store.path is not None:
            run("DROP TRIGGER broken")
        else:
            run(f"DROP TRIGGER broken ON {table}")
            run("DROP FUNCTION broken()")


@pytest.mark.requirement("R-UPL-8")
def test_when_any_step_fails_nothing_is_left(site, on):
    school = on("school", "6804012")
    steps.sent(school, site, making.offered(destination="XXXXXXX", number=9))
    offered = making.offered(destination="XXXXXXX", children=[making.Child(making.upn(8))])
    before = steps.everything(site)
    for table in TABLES:
        for act in ("INSERT", "UPDATE"):
            if (act == "UPDATE") != (table in ("audit_head", "counter")):
                continue
            break_table(site, table, act)
            with pytest.raises(Exception, match="broken"):
                uploads.upload(school, site, offered)
            mend_table(site, table)
            assert steps.everything(site) == before, f"{act} of {table} failed, and something was left"
    assert uploads.upload(school, site, offered).status == SENT


@pytest.mark.requirement("R-UPL-8")
def test_when_the_disk_is_full_nothing_is_left_and_it_is_said(lite):
    school = making.logged_on(lite, "school", "6804012")
    before = steps.everything(lite)
    children = [
        making.Child(making.upn(number), surname=f"{number * 7919 % 9973:x}{number}") for number in range(900)
    ]
    with lite.store.connection():
        run = lite.store.database.execute_sql
        (pages,) = run("PRAGMA page_count").fetchone()
        run(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(Unreachable) as caught:
            uploads.upload(school, lite, making.offered(children=children))
    assert caught.value.code == "database-full"
    assert steps.everything(lite) == before
    assert uploads.upload(school, lite, making.offered(children=children)).status == SENT


@pytest.mark.requirement("R-UPL-8")
def test_when_the_servers_line_drops_nothing_is_left_and_it_is_said(postgres, settings, clock):
    from s2s_tui.services import upkeep

    site = upkeep.bare(replace(settings, database=postgres()), clock)
    making.fill(site)
    school = making.logged_on(site, "school", "6804012")
    before = steps.everything(site)
    with site.store.connection():
        site.store.database.execute_sql(
            "CREATE FUNCTION dropped() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$"
        )
        site.store.database.execute_sql(
            "CREATE TRIGGER dropped BEFORE INSERT ON mail FOR EACH ROW EXECUTE FUNCTION dropped()"
        )
    with pytest.raises(Unreachable) as caught:
        uploads.upload(school, site, making.offered())
    assert caught.value.code == "database-unusable"
    assert steps.everything(site) == before
    with site.store.connection():
        site.store.database.execute_sql("DROP TRIGGER dropped ON mail")
    assert uploads.upload(school, site, making.offered()).status == SENT
    site.store.close()


# --- who is told

OFFICE = "office@s{}.example".format
DATA = "data@la{}.example".format
TO, FROM, LA_TO, LA_FROM = OFFICE("6814053"), OFFICE("6804012"), DATA("681"), DATA("680")


def generic(source: str, destination: str) -> Offered:
    return Offered(f"{source}_{destination}_text.ZIP", steps.zipped())


def plasc(source: str, destination: str) -> Offered:
    return Offered(f"{source}_PLA_{destination}_001.ZIP", steps.zipped())


def admissions(source: str, destination: str) -> Offered:
    return Offered(f"{source}_ADM_{destination}_001.ZIP", steps.zipped())


TOLD = {
    "school to a school of another authority": (
        ("school", "6804012"),
        making.offered(),
        [("arrived", TO), ("confirmed", FROM), ("copy", LA_FROM), ("copy", LA_TO)],
    ),
    "school to a school of the same authority": (
        ("school", "6804012"),
        making.offered(destination="6804031"),
        [("arrived", OFFICE("6804031")), ("confirmed", FROM), ("copy", LA_FROM)],
    ),
    "school to its authority": (
        ("school", "6804012"),
        making.offered(destination="680LLLL"),
        [("arrived", LA_FROM), ("confirmed", FROM)],
    ),
    "school to another authority": (
        ("school", "6804012"),
        making.offered(destination="681LLLL"),
        [("arrived", LA_TO), ("confirmed", FROM), ("copy", LA_FROM)],
    ),
    "authority to its school": (
        ("user", "680"),
        making.offered("680LLLL", "6804031"),
        [("arrived", OFFICE("6804031")), ("confirmed", LA_FROM)],
    ),
    "authority to a school elsewhere": (
        ("dba", "680"),
        making.offered("680LLLL"),
        [("arrived", TO), ("confirmed", LA_FROM), ("copy", LA_TO)],
    ),
    "on behalf of a school": (
        ("la-school", "680"),
        making.offered(),
        [("arrived", TO), ("confirmed", LA_FROM), ("copy", LA_TO)],
    ),
    "school to the lost pupils": (
        ("school", "6804012"),
        making.offered(destination="XXXXXXX"),
        [("confirmed-lost", FROM)],
    ),
    "school to those who left": (
        ("school", "6804012"),
        making.offered(destination="MMMMMMM"),
        [("confirmed-lost", FROM)],
    ),
    "authority to the lost pupils": (
        ("la-school", "680"),
        making.offered("680LLLL", "XXXXXXX"),
        [("confirmed-lost", LA_FROM)],
    ),
    "generic to a school": (("school", "6804012"), generic("6804012", "6814053"), [("confirmed", FROM)]),
    "generic to the authority": (("school", "6804012"), generic("6804012", "680LLLL"), [("confirmed", FROM)]),
    "generic from the authority": (("user", "680"), generic("680LLLL", "6804012"), [("confirmed", LA_FROM)]),
    "PLASC to the authority": (
        ("school", "6804012"),
        plasc("6804012", "680PLAS"),
        [("arrived", LA_FROM), ("confirmed", FROM)],
    ),
    "PLASC from the authority": (
        ("plasc", "680"),
        plasc("680PLAS", "6804012"),
        [("arrived", FROM), ("confirmed", LA_FROM)],
    ),
    "admissions to the authority": (
        ("school", "6804012"),
        admissions("6804012", "680ADMS"),
        [("arrived", "admissions@la680.example"), ("confirmed", FROM)],
    ),
}


@pytest.mark.requirement("R-UPL-7")
@pytest.mark.requirement("R-LEA-2")
@pytest.mark.parametrize("case", TOLD)
@pytest.mark.parametrize(
    "off", [(), ("680",), ("681",), ("680", "681")], ids=lambda off: "off " + " ".join(off)
)
def test_who_is_told_of_an_upload(lite, case, off):
    (role, organisation), offered, expected = TOLD[case]
    set_rows(lite, Authority, Authority.code == "680", admissions_email="admissions@la680.example")
    if off:
        set_rows(lite, Authority, Authority.code.in_(off), copies=False)
    transfer = steps.sent(making.logged_on(lite, role, organisation), lite, offered)
    silent = [("copy", DATA(code)) for code in off]
    assert steps.told(lite, transfer) == sorted(told for told in expected if told not in silent)


@pytest.mark.requirement("R-UPL-7")
def test_who_has_no_address_is_told_nothing_and_holds_nobody_up(site, on):
    set_rows(site, Establishment, Establishment.number.in_(["6814053", "6804012"]), email="")
    set_rows(site, Authority, Authority.code == "680", email="")
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    assert steps.told(site, transfer) == [("copy", LA_TO)]


@pytest.mark.requirement("R-UPL-7")
def test_two_with_one_address_get_one_letter(site, on):
    set_rows(site, Authority, Authority.code.in_(["680", "681"]), email="shared@data.example")
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    assert steps.told(site, transfer) == [
        ("arrived", TO),
        ("confirmed", FROM),
        ("copy", "shared@data.example"),
    ]


@pytest.mark.requirement("R-SYS-5")
def test_a_letter_is_in_its_readers_language(site, on):
    set_rows(site, Establishment, Establishment.number == "6814053", language="cy")
    steps.sent(on("school", "6804012"), site, making.offered())
    assert {(mail.about, mail.language) for mail in steps.mails(site)} >= {
        ("arrived", "cy"),
        ("confirmed", "en"),
    }


def typed_words():
    letters = st.characters(categories=["L", "N"], exclude_characters="<&")
    return st.text(letters, min_size=9, max_size=20).map(lambda text: f"Zq{text}")


@pytest.mark.requirement("R-UPL-7")
@given(surname=typed_words(), forename=typed_words())
@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_personal_is_in_any_mail(lite, tmp_path, surname, forename):
    school, other = making.logged_on(lite, "school", "6804012"), making.logged_on(lite, "school", "6814053")
    child = making.Child(making.upn(99), surname, forename, "2013-07-19")
    number = 1 + count_of(lite)
    wait = steps.sent(school, lite, making.offered(number=number, children=[child]))
    steps.sent(school, lite, making.offered(destination="XXXXXXX", number=number, children=[child]))
    transfers.reject(other, lite, [wait], "Not ours.")
    for mail in steps.mails(lite):
        for personal in (surname, forename, child.upn, child.born, "19/07/2013"):
            assert personal not in f"{mail.subject}{mail.body}"


def count_of(site) -> int:
    with site.store.connection():
        return Transfer.select().count()


# --- names and numbers


@pytest.mark.requirement("R-UPL-6")
def test_the_same_file_is_not_sent_twice(site, on, clock):
    school = on("school", "6804012")
    first = steps.sent(school, site, making.offered())
    for days in (0, 400):
        clock.forward(days=days)
        again = uploads.upload(school, site, making.offered())
        assert (again.status, again.id, again.ok) == (ALREADY_SENT, first, True)
        lower = replace(making.offered(), name="6804012_ctf_6814053_001.xml")
        assert uploads.upload(school, site, lower).status == ALREADY_SENT, "names compare without case"
    assert count_of(site) == 1
    assert steps.last_entry(site, "6804012")[2] == ALREADY_SENT


STATES = {
    # state of the first, school years between → what becomes of other content and of the same
    ("awaiting", 0): (REFUSED, ALREADY_SENT),
    ("awaiting", 1): (REFUSED, ALREADY_SENT),
    ("collected", 0): (REFUSED, ALREADY_SENT),
    ("collected", 1): (SENT, ALREADY_SENT),
    ("rejected", 0): (SENT, SENT),
    ("rejected", 1): (SENT, SENT),
    ("deleted", 0): (SENT, SENT),
}


@pytest.mark.requirement("R-UPL-6")
@pytest.mark.parametrize("other", [True, False], ids=["other content", "same content"])
def test_a_name_is_free_again_by_state_and_school_year(site, on, clock, tmp_path, other):
    school, receiver = on("school", "6804012"), on("school", "6814053")
    for number, ((state, years), outcomes) in enumerate(STATES.items(), 1):
        clock.now = making.NOW
        first = steps.sent(school, site, making.offered(number=number))
        if state == "collected":
            steps.collected(receiver, site, first, tmp_path)
        elif state == "rejected":
            transfers.reject(receiver, site, [first], "Not ours.")
        elif state == "deleted":
            transfers.recall(school, site, first, "Sent in error.")
        clock.forward(days=365 * years)
        child = making.Child(making.upn(500 + number)) if other else making.Child(making.upn(1))
        receipt = uploads.upload(school, site, making.offered(number=number, children=[child]))
        assert (state, years, receipt.status) == (state, years, outcomes[0 if other else 1])
        if receipt.status == REFUSED:
            assert codes(receipt)[0] == "name-taken"
            assert receipt.problems[0].params["day"] == "2026-11-24"


@pytest.mark.requirement("R-UPL-6")
def test_a_school_year_starts_on_the_first_of_september_in_london(site, on, clock, tmp_path):
    school, receiver = on("school", "6804012"), on("school", "6814053")
    steps.collected(receiver, site, steps.sent(school, site, making.offered()), tmp_path)
    other = making.offered(children=[making.Child(making.upn(2))])
    clock.now = making.NOW.replace(year=2027, month=8, day=31, hour=22, minute=59)
    assert uploads.upload(school, site, other).status == REFUSED
    clock.forward(minutes=1)
    assert uploads.upload(school, site, other).status == SENT


@pytest.mark.requirement("R-UPL-6")
def test_the_next_free_name_is_told(site, on):
    school = on("school", "6804012")
    for number in (1, 2, 3, 999):
        steps.sent(school, site, making.offered(number=number))
    for number, free in ((1, "004"), (3, "004"), (999, "004")):
        other = making.offered(number=number, children=[making.Child(making.upn(50))])
        receipt = uploads.upload(school, site, other)
        assert (receipt.status, receipt.id) == (REFUSED, None)
        assert receipt.problems[0].params["free"] == f"6804012_CTF_6814053_{free}.XML"


@pytest.mark.requirement("R-UPL-6")
def test_when_all_999_names_are_taken_none_is_offered(lite):
    school = making.logged_on(lite, "school", "6804012")
    first = steps.transfer(lite, steps.sent(school, lite, making.offered()))
    with lite.store.connection():
        row = {name: value for name, value in first.__data__.items() if name != "id"}
    rows = []
    for number in range(2, 1000):
        name = f"6804012_CTF_6814053_{number:03}.XML"
        rows.append(row | {"name": name, "name_key": name})
    lite.store.write(lambda: insert(Transfer, rows))
    receipt = uploads.upload(school, lite, making.offered(children=[making.Child(making.upn(50))]))
    assert codes(receipt)[0] == "name-taken-text"


@pytest.mark.requirement("R-UPL-6")
def test_a_generic_name_that_is_taken_is_refused_without_a_number(site, on):
    school = on("school", "6804012")
    steps.sent(school, site, generic("6804012", "6814053"))
    receipt = uploads.upload(
        school, site, replace(generic("6804012", "6814053"), content=steps.zipped("other"))
    )
    assert receipt.status == REFUSED
    assert "name-taken-text" in codes(receipt)


# --- pupils sent before


@pytest.mark.requirement("R-UPL-6")
@pytest.mark.parametrize(
    ("role", "organisation", "offered", "knows"),
    [
        ("school", "6804012", making.offered("6804012", "6804031", 2), {"6804012"}),
        ("school", "6804031", making.offered("6804031", "6814053", 2), {"6804031"}),
        ("school", "6814053", making.offered("6814053", "6804012", 2), set()),
        ("user", "680", making.offered("680LLLL", "6814053", 2), {"6804012", "6804031"}),
        ("user", "681", making.offered("681LLLL", "6804012", 2), set()),
        ("user", "660", making.offered("660LLLL", "6814053", 2), {"6604025"}),
        (
            "lost-pupil-transfer",
            "681",
            making.offered("681LLLL", "6804012", 2),
            {"6804012", "6804031", "6604025"},
        ),
    ],
)
def test_of_a_pupil_sent_before_each_hears_what_it_may_know(site, on, role, organisation, offered, knows):
    for school in ("6804012", "6804031", "6604025"):
        steps.sent(on("school", school), site, making.offered(school, "6814060"))
    checked = uploads.check(on(role, organisation), site, offered)
    warned = [problem for problem in checked.problems if problem.code == "pupil-sent-before"]
    assert {str(problem.params["file"])[:7] for problem in warned} == knows
    assert checked.ok
    assert all(problem.params["upn"] == making.upn(1) and problem.line for problem in warned)


# --- from whom and to whom


@pytest.mark.requirement("R-UPL-3")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"active": False}, "destination-inactive"),
        ({"closed": making.NOW.date()}, "destination-closed"),
        ({"closed": making.NOW.date(), "successor": "6814060"}, "destination-merged"),
    ],
)
def test_a_destination_that_takes_no_files_is_refused(site, on, fields, code):
    set_rows(site, Establishment, Establishment.number == "6814053", **fields)
    receipt = uploads.upload(on("school", "6804012"), site, making.offered())
    assert (receipt.status, codes(receipt)) == (REFUSED, [code])
    if code == "destination-merged":
        assert receipt.problems[0].params["successor"] == "6814060"


@pytest.mark.requirement("R-UPL-3")
@pytest.mark.parametrize("destination", ["6819999", "1234567", "123LLLL"])
def test_a_destination_that_there_is_not_is_refused(site, on, destination):
    receipt = uploads.upload(on("school", "6804012"), site, making.offered(destination=destination))
    assert receipt.status == REFUSED
    assert "destination-unknown" in codes(receipt)
    assert steps.last_entry(site, "6804012")[1:] == (receipt.file, REFUSED)


@pytest.mark.requirement("R-UPL-3")
def test_a_destination_that_closes_between_check_and_sending_is_refused(site, on, monkeypatch):
    school = on("school", "6804012")
    real = content.pack

    def closing(bytes_):
        set_rows(site, Establishment, Establishment.number == "6814053", closed=making.NOW.date())
        return real(bytes_)

    monkeypatch.setattr(content, "pack", closing)
    receipt = uploads.upload(school, site, making.offered())
    assert (receipt.status, codes(receipt)) == (REFUSED, ["destination-closed"])
    assert count_of(site) == 0


@pytest.mark.requirement("R-UPL-3")
@pytest.mark.parametrize(
    ("role", "organisation", "source", "code"),
    [
        ("school", "6804012", "6804031", "source-not-own"),
        ("school", "6804012", "680LLLL", "source-not-own"),
        ("user", "680", "681LLLL", "source-not-own"),
        ("user", "680", "6804012", "source-not-own"),
        ("la-school", "680", "6604025", "source-not-own"),
        ("la-school", "680", "6809999", "source-unknown"),
    ],
)
def test_a_file_of_a_source_that_is_not_the_senders_is_refused(site, on, role, organisation, source, code):
    receipt = uploads.upload(on(role, organisation), site, making.offered(source))
    assert (receipt.status, codes(receipt)) == (REFUSED, [code])
    assert count_of(site) == 0


@pytest.mark.requirement("R-UPL-3")
def test_the_lea_school_role_sends_in_the_name_of_a_school_of_its_authority(site, on):
    row = steps.transfer(site, steps.sent(on("la-school", "680"), site, making.offered()))
    assert (row.source, row.sender, row.on_behalf_of) == ("6804012", "680", "6804012")
    assert '"on_behalf_of": "6804012"' in steps.audited(site, "680")[-1].details


@pytest.mark.requirement("R-UPL-4")
def test_the_largest_ctf_is_a_setting(lite):
    small = replace(lite, settings=replace(lite.settings, ctf_limit_mb=1))
    school = making.logged_on(lite, "school", "6804012")
    children = [making.Child(making.upn(number), more="<x>" + "y" * 2000 + "</x>") for number in range(700)]
    offered = making.offered(children=children)
    assert not uploads.check(school, small, offered).ok
    assert uploads.check(school, lite, offered).ok


# --- forwarding


@pytest.mark.requirement("R-UPL-5")
def test_an_authority_forwards_what_it_downloaded_and_nothing_else(site, on, tmp_path):
    bulk = making.offered(destination="680LLLL")
    onward = replace(bulk, name="6804012_CTF_6814053_001.XML")
    dba, other = on("dba", "680"), on("dba", "681")
    came = steps.sent(on("school", "6804012"), site, bulk)
    assert "source-not-own" in codes(uploads.upload(dba, site, onward)), "not downloaded yet"
    steps.collected(dba, site, came, tmp_path)
    assert "source-not-own" in codes(uploads.upload(other, site, onward)), "another authority"
    changed = replace(onward, content=bulk.content.replace(b"Llwyd", b"Lloyd"))
    assert uploads.upload(dba, site, changed).status == REFUSED, "not byte for byte"
    row = steps.transfer(site, steps.sent(dba, site, onward))
    assert (row.source, row.sender, row.forwarded_from, row.on_behalf_of) == ("6804012", "680", came, None)
    told = steps.told(site, row.id)
    assert ("arrived", TO) in told
    assert ("confirmed", LA_FROM) in told
    steps.collected(on("school", "6814053"), site, row.id, tmp_path)
    final = [mail for mail in steps.told(site, row.id) if mail[0] == "collected"]
    assert final == [("collected", LA_FROM), ("collected", FROM)], "to the forwarder and to the source"


# --- many at once, and whatever the file


@pytest.mark.requirement("R-UPL-9")
def test_a_folder_goes_in_order_and_each_file_for_itself(site, on, tmp_path):
    school, folder = on("school", "6804012"), tmp_path / "leavers"
    (folder / "deeper").mkdir(parents=True)
    for number in (3, 1, 2):
        offered = making.offered(number=number)
        (folder / offered.name).write_bytes(offered.content)
    (folder / "6804012_CTF_6814053_000.XML").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"")
    receipts = list(uploads.upload_all(school, site, files.listed([folder])))
    assert [(receipt.file[-7:-4], receipt.status) for receipt in receipts] == [
        ("000", REFUSED),
        ("001", SENT),
        ("002", SENT),
        ("003", SENT),
    ]
    again = [receipt.status for receipt in uploads.upload_all(school, site, files.listed([folder]))]
    assert again == [REFUSED, ALREADY_SENT, ALREADY_SENT, ALREADY_SENT]


@pytest.mark.requirement("R-UPL-9")
def test_stopped_in_the_middle_what_went_is_sent_and_the_rest_is_not(site, on, tmp_path):
    school, folder = on("school", "6804012"), tmp_path / "leavers"
    folder.mkdir()
    for number in range(1, 6):
        offered = making.offered(number=number)
        (folder / offered.name).write_bytes(offered.content)
    going = uploads.upload_all(school, site, files.listed([folder]))
    assert [next(going).status for _ in range(2)] == [SENT, SENT]
    going.close()
    assert count_of(site) == 2
    assert site.store.database.is_closed()
    again = [receipt.status for receipt in uploads.upload_all(school, site, files.listed([folder]))]
    assert again == [ALREADY_SENT] * 2 + [SENT] * 3


@pytest.mark.requirement("R-UPL-6")
@pytest.mark.parametrize("same", [True, False], ids=["same content", "other content"])
def test_of_two_sending_one_name_at_once_one_sends(site, on, same):
    school = on("school", "6804012")
    for number in range(1, 6):
        offers = [
            making.offered(number=number, children=[making.Child(making.upn(1 if same else 100 + place))])
            for place in range(4)
        ]
        start = threading.Barrier(len(offers))

        def send(offered, start=start):
            start.wait()
            return uploads.upload(school, site, offered).status

        with ThreadPoolExecutor(len(offers)) as pool:
            statuses = sorted(pool.map(send, offers))
        assert statuses == sorted([SENT] + [ALREADY_SENT if same else REFUSED] * 3)
    assert count_of(site) == 5
    assert not steps.broken(site)


SENDER = """
import sys
sys.path.insert(0, sys.argv[1])
import making
from s2s_tui.base.settings import Settings
from s2s_tui.services import site as sites, uploads
place = int(sys.argv[4])
database, key = sys.argv[2:4]
site = sites.open_site(Settings(database=database, key_file=key, argon2_memory_kib=8, argon2_passes=1))
actor = making.logged_on(site, "school", "6804012")
print("ready", flush=True)
sys.stdin.readline()
for number in range(1, 11):
    offered = making.offered(number=number, children=[making.Child(making.upn(place))])
    print(uploads.upload(actor, site, offered).status)
"""


@pytest.mark.requirement("R-UPL-6")
def test_of_two_programs_sending_one_name_at_once_one_sends(lite):
    tests = str(Path(__file__).parent.parent)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SENDER, tests, lite.settings.database, lite.settings.key_file, str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in (1, 2)
    ]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    first, second = (process.communicate(timeout=60)[0].split() for process in running)
    assert [sorted(pair) for pair in zip(first, second, strict=True)] == [[REFUSED, SENT]] * 10
    assert count_of(lite) == 10
    assert not steps.broken(lite)


@pytest.mark.requirement("R-UPL-2")
@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_a_file_comes_out_as_it_went_in(lite, tmp_path, path):
    source, destination = path.name[:7], path.name.split("_")[-2 if path.suffix.lower() == ".zip" else 2][:7]
    for number in (source, destination):
        with lite.store.connection():
            known = number[:3] == "XXX" or number[:3] == "MMM" or not number.isdigit()
            known = known or Establishment.get_or_none(Establishment.number == number) is not None
        if not known:
            row = {"number": number, "authority": number[:3], "name": f"School {number}"}
            lite.store.write(lambda row=row: insert(Establishment, [row]))
    if source.isdigit():
        account = {
            "username": f"s{source}",
            "role": "school",
            "organisation": source,
            "created_at": making.NOW,
        }
        account |= {"password": steps.any_password(lite), "password_at": making.NOW}
        if source not in making.SCHOOLS:
            from s2s_tui.store.models import User

            lite.store.write(lambda: insert(User, [account]))
        actor = making.logged_on(lite, "school", source)
    else:
        actor = making.logged_on(lite, "user", source[:3])
    receipt = uploads.upload(actor, lite, files.read(path))
    assert receipt.status == SENT, receipt
    with lite.store.connection():
        assert content.fetch(steps.transfer(lite, receipt.id).content_id) == path.read_bytes()


@pytest.mark.requirement("R-UPL-8")
@given(chunks=st.lists(st.binary(max_size=2000), min_size=1, max_size=8))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_come_out_as_they_went_in(site, chunks):
    def keep() -> None:
        for chunk in chunks:
            content.keep(content.digest_of(chunk), len(chunk), content.pack(chunk))

    site.store.write(keep)
    with site.store.connection():
        for chunk in chunks:
            assert content.fetch(content.digest_of(chunk)) == chunk
            assert Content.get_by_id(content.digest_of(chunk)).size == len(chunk)


@pytest.mark.requirement("R-UPL-8")
def test_damaged_content_is_noticed_and_never_given_out(site, on):
    school = on("school", "6804012")
    row = steps.transfer(site, steps.sent(school, site, making.offered()))
    for packed in (b"", b"no zlib", content.pack(b"other")):
        set_rows(site, Content, Content.digest == row.content_id, packed=packed)
        with site.store.connection(), pytest.raises(Unreachable, match="content-damaged"):
            content.fetch(row.content_id)


# --- reading from the person's disk


@pytest.mark.requirement("R-UPL-1")
def test_what_is_no_plain_file_is_refused_and_not_waited_for(lite, tmp_path):
    import os

    school = making.logged_on(lite, "school", "6804012")
    real = tmp_path / "6804012_CTF_6814053_001.XML"
    real.write_bytes(making.ctf())
    (tmp_path / "6804012_CTF_6814053_002.XML").symlink_to(real)
    os.mkfifo(tmp_path / "6804012_CTF_6814053_003.XML")
    (tmp_path / "6804012_CTF_6814053_004.XML").mkdir()
    with (tmp_path / "6804012_CTF_6814053_005.XML").open("wb") as large:
        large.truncate(files.LARGEST + 1)
    expected = {
        1: None,
        2: "file-link",
        3: "file-irregular",
        4: "file-irregular",
        5: "file-large",
        6: "file-unreadable",
    }
    for number, code in expected.items():
        offered = files.read(tmp_path / f"6804012_CTF_6814053_{number:03}.XML")
        assert (offered.problem.code if offered.problem else None) == code
        if code:
            assert codes(uploads.upload(school, lite, offered)) == [code]


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize(
    "name", ["a\0b.xml", "a\udc80b.xml", "\x1b[2J.xml", "x" * 300, "", "../../x.xml", "[/]"]
)
def test_a_file_of_any_name_is_refused_and_on_record(site, on, name):
    receipt = uploads.upload(on("school", "6804012"), site, Offered(name, making.ctf()))
    assert receipt.status == REFUSED
    assert steps.last_entry(site, "6804012")[2] == REFUSED
    assert not steps.broken(site)


def test_a_folder_that_vanishes_is_said(lite, tmp_path):
    school = making.logged_on(lite, "school", "6804012")
    folder = tmp_path / "gone"
    folder.mkdir()
    shutil.rmtree(folder)
    (receipt,) = uploads.upload_all(school, lite, files.listed([folder]))
    assert receipt.status == REFUSED
    with lite.store.connection():
        assert Mail.select().count() == 0
