"""Lost Pupil reports (R-REP-4, R-REP-5): numbers, details, and leavers compared with what was sent."""

import json
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import events
import making
import pytest
import steps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s2s_tui.base.errors import NotAllowed, NotFound, Refused
from s2s_tui.rules.dates import age
from s2s_tui.services import audit_log
from s2s_tui.services.reports import holidays, running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.running import files_behind
from s2s_tui.store import stream

few = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
lives_of = st.lists(events.lost(), max_size=20)


@pytest.fixture
def user(on):
    return on("user", "680")


def first_taken(life, authority=None):
    """When a record was first taken, by an authority or any, and by whom; mistakes apart."""
    times = [
        (at, code)
        for code, at, is_copy in life.downloads
        if at is not None and not is_copy and authority in (None, code)
    ]
    return min(times, default=(None, ""), key=lambda one: one[0])


def gender(life):
    return life.gender if life.gender in ("F", "M") else "-"


@pytest.mark.requirement("R-REP-4")
@few
@given(lives_of, st.none() | events.days, events.days)
def test_files_count_by_age_at_the_last_day_and_gender(site, user, lives, first, last):
    if first is not None and first > last:
        first, last = last, first
    ids = events.put(site, lives)
    expected = Counter()
    for life in lives:
        years = min(25, max(0, age(life.born, last)))
        if life.source[:3] in ("680", "681") and events.inside(life.uploaded, first, last):
            expected[life.source[:3], years, gender(life), "uploaded"] += 1
        for code in ("680", "681"):
            at, _ = first_taken(life, code)
            if at is not None and events.inside(at, first, last):
                expected[code, years, gender(life), "downloaded"] += 1
    wanted = Wanted(start=str(first or ""), end=str(last), authorities=("681", "680"))
    run = running.ask(user, site, "lost-numbers", wanted)
    lines = run.page()
    shown = Counter()
    for line in lines:
        code, _, years, sex, up, down = line.cells
        shown[code, years, sex, "uploaded"] += up
        shown[code, years, sex, "downloaded"] += down
        for column, cell in (("uploaded", up), ("downloaded", down)):
            if code == "680":
                found = files_behind(run, line, column)
                assert found.count() == cell
                assert {item.id for item in found.page()} <= set(ids)
            else:
                with pytest.raises(NotAllowed, match="report-counts-only"):
                    files_behind(run, line, column)
    assert +shown == +expected
    drawn = run.picture()
    assert sum(sum(values) for _, values in drawn.series) == sum(
        number for (*_, event), number in expected.items() if event == "uploaded"
    )


@pytest.mark.requirement("R-REP-5")
@few
@given(
    lives_of,
    st.none() | events.days,
    events.days,
    st.sampled_from(("missing", "left", "both")),
    st.booleans(),
)
def test_records_are_listed_as_they_stood_when_the_last_day_ended(
    site, user, lives, first, last, which, now_downloaded
):
    if first is not None and first > last:
        first, last = last, first
    events.put(site, lives)
    expected = []
    for life in lives:
        why = "left" if life.destination == events.LEFT else "missing"
        at, by = first_taken(life)
        taken = at is not None and events.london(at) <= last
        counted = at if now_downloaded else life.uploaded
        if life.source[:3] != "680" or which not in (why, "both") or counted is None:
            continue
        if events.inside(counted, first, last):
            ended = life.record_at is not None and events.london(life.record_at) <= last
            state = "downloaded" if taken else "lost"
            if ended and life.record in ("removed", "forwarded"):
                state = life.record
            day = str(events.london(at)) if taken else None
            uploaded = str(events.london(life.uploaded))
            expected.append((life.source, life.upn, why, uploaded, state, day, by if taken else ""))
    wanted = Wanted(start=str(first or ""), end=str(last), which=which, now_downloaded=now_downloaded)
    run = running.ask(user, site, "lost-details", wanted)
    rows = [line.cells for line in run.page()]
    shown = Counter((c[0], c[2], c[7], c[9], c[10], c[11], c[12]) for c in rows)
    assert {row[:5] for row in shown} == {row[:5] for row in expected}
    # Two who took it at the very same moment: either may be told.
    same = {life.upn for life in lives if len({at for _, at, _ in life.downloads}) < len(life.downloads)}
    keep = lambda rows: Counter(row for row in rows if row[1] not in same)  # noqa: E731
    assert keep(shown.elements()) == keep(expected)
    assert run.count() == len(rows)


LEAVERS = "upn,surname,forename,dob,school,leaving date\n"


def compared(site, actor, rows, **more):
    lines = (LEAVERS, *(f"{row}\n" for row in rows))
    run = running.ask(actor, site, "lost-details", Wanted(leavers=lines, **more))
    ids = [column.id for column in run.columns]
    return [dict(zip(ids, line.cells, strict=True)) for line in run.page()]


@pytest.mark.requirement("R-REP-5")
def test_leavers_are_uploaded_or_not_or_elsewhere_and_overdue_by_school_days(site, on):
    dba = on("dba", "680")
    sent = datetime(2026, 10, 5, 9)
    events.put(
        site,
        [
            events.Event("6804012", events.LOST, sent, upn="A680401220001"),
            events.Event("6804012", "6814053", sent, "collected", sent, upn="A680401220002"),
            events.Event("6804012", "6814053", sent, "rejected", sent, upn="A680401220003"),
            events.Event("6804012", events.LEFT, datetime(2025, 1, 9), upn="A680401220004"),
            events.Event(
                "6804012", events.LEFT, sent, upn="B680401220005", surname="Ôl", born=date(2015, 4, 5)
            ),
            events.Event("6814053", events.LOST, sent, upn="A680401220006"),
        ],
    )
    holidays.add(dba, site, "2026-10-26", "2026-10-30", "Half term")
    rows = compared(
        site,
        dba,
        [
            "A680401220001,Llwyd,Siân,2015-03-01,6804012,01/10/2026",
            "A680401220002,Llwyd,Siân,2015-03-01,6804012,2026-10-01",
            "A680401220003,X,Y,2014-03-01,6804012,2026-11-03",
            "A680401220004,X,Y,2014-03-01,6804012,2026-10-27",
            "T680401220005,ôl,Siân,5 April 2015,6804012,2026-10-01",
            "A680401220006,X,Y,2014-03-01,6804031,2026-10-20",
        ],
    )
    told = [(row["outcome"], row["to"], row["matched"], row["school_days"], row["overdue"]) for row in rows]
    assert told == [
        ("uploaded", "XXXXXXX", "upn", 2, ""),
        ("elsewhere", "6814053", "upn", 2, ""),
        # 4 to 24 November: 15 school days, and due within them.
        ("not-uploaded", "", "", 15, ""),
        # 28 to 30 October are holidays: 17 from 2 November on.
        ("not-uploaded", "", "", 17, "15"),
        ("uploaded", "MMMMMMM", "name", 2, ""),
        # 21 to 23 October, then 17 more: 20 are not past 20.
        ("not-uploaded", "", "", 20, "15"),
    ]
    (late,) = compared(site, dba, ["A680401220006,X,Y,2014-03-01,6804031,2026-10-19"])
    assert (late["school_days"], late["overdue"]) == (21, "20")


@pytest.mark.requirement("R-REP-5")
@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A680401220001,,,,6814053,2026-10-01", "leavers-school"),
        ("A680401220001,,,,6804012,31/2/2026", "leavers-row"),
        (",,,,6804012,2026-10-01", "leavers-row"),
        ("A680401220001,,,,12,2026-10-01", "leavers-row"),
    ],
)
def test_a_list_of_leavers_that_is_unclear_is_refused_at_its_field(lite, row, code):
    actor = making.logged_on(lite, "user", "680")
    with pytest.raises(Refused, match=code) as refused:
        compared(lite, actor, [row])
    assert refused.value.params["field"] == "leavers"
    assert refused.value.params["line"] == 2


def upn_of(number):
    return f"A6804012{20_000 + number}"


def lost_ones(count):
    return [events.Event("6804012", events.LOST, datetime(2026, 5, 1), upn=upn_of(at)) for at in range(count)]


def on_record(site, upn):
    """The names of the acts by which a DBA finds a pupil in the log."""
    site.clock.forward(seconds=1)
    dba = making.logged_on(site, "dba", "680")
    site.clock.forward(seconds=1)
    return [entry.action for entry in audit_log.pupil(dba, site, upn).page()]


@pytest.mark.requirement("R-REP-5", "R-SYS-3")
def test_who_saw_which_pupils_is_on_record(site, on):
    actor = on("user", "680")
    events.put(site, lost_ones(2))
    run = running.ask(actor, site, "lost-details", Wanted())
    run.page()
    entry = steps.audited(site, "680")[-1]
    assert entry.action == "report-pupils"
    assert upn_of(1) in entry.details
    before = len(steps.audited(site, "680"))
    list(run.cells())
    assert len(steps.audited(site, "680")) == before + 1
    assert on_record(site, upn_of(1)) == ["report-pupils"] * 2
    with pytest.raises(NotFound, match="pupil-unheard"):
        on_record(site, upn_of(2))
    assert not steps.broken(site)


@pytest.mark.requirement("R-REP-5", "R-SYS-3")
def test_a_report_that_is_left_midway_has_everybody_on_record_who_was_shown(site, on, monkeypatch):
    monkeypatch.setattr(stream, "AT_A_TIME", 3)
    monkeypatch.setattr(running, "RECORDED_AT_ONCE", 2)
    events.put(site, lost_ones(10))
    run = running.ask(on("user", "680"), site, "lost-details", Wanted())
    at = [column.id for column in run.columns].index("upn")
    blocks = run.blocks()
    shown = []
    for _ in range(2):
        shown += [cells[at] for cells in next(blocks)]
        # Seen by others already, while this thread still reads what was there at first.
        with ThreadPoolExecutor(1) as other:
            entries = other.submit(steps.audited, site, "680").result()
        recorded = [
            upn
            for entry in entries
            if entry.action == "report-pupils"
            for upn in json.loads(entry.details)["among"]
        ]
        assert sorted(shown) == sorted(recorded)
    blocks.close()
    assert len(shown) == 6
    assert {upn: on_record(site, upn) for upn in shown} == {upn: ["report-pupils"] for upn in shown}
    assert not steps.broken(site)


READER = """
import sys
sys.path.insert(0, sys.argv[1])
import making
from s2s_tui.base.settings import Settings
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import site as sites
from s2s_tui.services.reports import output, running
from s2s_tui.services.reports.asking import Wanted
database, key, session = sys.argv[2:]
site = sites.open_site(Settings(database=database, key_file=key), making.Clock())
run = running.ask(Actor("680user", Role.USER, "680", session), site, "lost-details", Wanted())
for text in output.json_blocks(run):
    print(text, flush=True)
"""


@pytest.mark.requirement("R-REP-5", "R-SYS-3")
def test_a_report_that_is_killed_has_everybody_on_record_who_was_shown(lite):
    actor = making.logged_on(lite, "user", "680")
    # More than a pipe holds, and than is written at once: it is killed while it writes.
    events.put(lite, lost_ones(1100))
    tests = str(Path(__file__).parent.parent)
    where = [tests, lite.settings.database, lite.settings.key_file, actor.session]
    process = subprocess.Popen([sys.executable, "-c", READER, *where], stdout=subprocess.PIPE, text=True)
    text = process.stdout.readline() + process.stdout.readline()
    process.kill()
    text += process.stdout.read()
    process.wait()
    process.stdout.close()
    shown = set(re.findall("A6804012[0-9]{5}", text))
    assert 0 < len(shown) < 1000
    recorded = "".join(entry.details for entry in steps.audited(lite, "680"))
    assert not [upn for upn in shown if upn not in recorded]
    assert on_record(lite, max(shown)) == ["report-pupils"]


def test_days_between_are_counted_as_a_walk_counts_them():
    from s2s_tui.rules.leavers import Calendar

    given_days = [(date(2026, 10, 26), date(2026, 10, 30)), (date(2026, 12, 21), date(2027, 1, 1))]
    given_days += [(date(2026, 12, 25), date(2026, 12, 28)), (date(2026, 5, 4), date(2026, 5, 4))]
    calendar = Calendar(given_days)
    start = date(2026, 4, 27)
    for length in range(0, 260, 7):
        for offset in range(9):
            after = start + timedelta(days=offset * 11)
            until = after + timedelta(days=length)
            walk = [after + timedelta(days=n) for n in range(1, length + 1)]
            free = lambda day: any(first <= day <= last for first, last in given_days)  # noqa: E731
            assert calendar.between(after, until) == sum(day.weekday() < 5 and not free(day) for day in walk)
