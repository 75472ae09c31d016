"""Leavers compared with what was sent (R-REP-5), against a walk over the files and the calendar."""

from datetime import date, datetime, timedelta

import events
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s2s_tui.services.reports import running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.store.models import SchoolHoliday
from s2s_tui.store.statements import insert

pytestmark = pytest.mark.requirement("R-REP-5")
SCHOOLS = ("6804012", "6804031")
UPNS = tuple(f"A68040122000{last}" for last in range(2))
NAMES = (("Llwyd", "Siân"), ("Quill", "Huw"))
BIRTHS = (date(2015, 3, 1), date(2016, 2, 29))
TODAY = date(2026, 11, 24)
days = st.dates(date(2026, 8, 1), TODAY)


@st.composite
def sent(draw):
    """A file with one pupil in it, as a school sent it."""
    day, hour = draw(days), draw(st.sampled_from(events.HOURS))
    moment = datetime(day.year, day.month, day.day, *hour)
    to = draw(st.sampled_from((events.LOST, events.LEFT, "6814053", "6604025")))
    is_lost = to in (events.LOST, events.LEFT)
    state = draw(
        st.sampled_from(("awaiting", "deleted") if is_lost else ("awaiting", "collected", "rejected"))
    )
    surname, forename = draw(st.sampled_from(NAMES))
    source = draw(st.sampled_from((*SCHOOLS, "6814053" if to != "6814053" else "6804012")))
    return events.Event(
        source,
        to,
        moment,
        state,
        None if state == "awaiting" else moment,
        sender=draw(st.sampled_from((source, source[:3]))),
        forwarded=not is_lost and draw(st.booleans()),
        upn=draw(st.sampled_from(UPNS)),
        former=draw(st.sampled_from(("", UPNS[0]))),
        surname=surname,
        forename=forename,
        born=draw(st.sampled_from(BIRTHS)),
    )


leavers = st.tuples(
    st.sampled_from((*UPNS, "T680401220009")),
    st.sampled_from(NAMES),
    st.none() | st.sampled_from(BIRTHS),
    st.sampled_from(SCHOOLS),
    days,
)
holidays = st.lists(st.tuples(st.sampled_from(("680", "681")), days, st.integers(4, 30)), max_size=4)


def school_days(free, after, until):
    walk = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(day.weekday() < 5 and not any(first <= day <= last for first, last in free) for day in walk)


def chosen(lives, left):
    """Of the files that hold a pupil the one that counts: to the lost pupil database, else the first."""
    fitting = [life for life in lives if events.london(life.uploaded) >= left - timedelta(days=60)]
    key = lambda life: (not life.is_lost, events.london(life.uploaded), life.destination)  # noqa: E731
    return min(fitting, key=key, default=None)


def recount(lives, listed, free, first, last):
    mine = [
        life
        for life in lives
        if life.source[:3] == "680"
        and events.london(life.uploaded) <= last
        and not life.forwarded
        and (life.is_lost or life.state in ("awaiting", "collected"))
    ]
    for upn, (surname, forename), born, school, left in listed:
        if left > last or (first is not None and left < first):
            continue
        file, by = chosen([one for one in mine if upn in (one.upn, one.is_lost and one.former)], left), "upn"
        if file is None and born is not None:
            same = [one for one in mine if (one.surname, one.forename, one.born) == (surname, forename, born)]
            file, by = chosen(same, left), "name"
        until = last if file is None else events.london(file.uploaded)
        gone = school_days(free, left, until)
        if file is None:
            yield (
                school,
                upn,
                "not-uploaded",
                "",
                None,
                "",
                gone,
                "20" if gone > 20 else "15" if gone > 15 else "",
            )
        else:
            outcome = "uploaded" if file.is_lost else "elsewhere"
            yield (school, upn, outcome, file.destination, str(until), by, gone, "")


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(sent(), min_size=4, max_size=9),
    st.lists(leavers, min_size=4, max_size=8),
    holidays,
    st.none() | days,
    days,
)
def test_leavers_are_compared_as_a_walk_over_the_files_does(site, on, lives, listed, given_days, first, last):
    if first is not None and first > last:
        first, last = last, first
    events.put(site, lives)
    rows = [
        {"authority": code, "first": start, "last": start + timedelta(days=length)}
        for code, start, length in given_days
    ]
    site.store.write(lambda: (SchoolHoliday.delete().execute(), insert(SchoolHoliday, rows)))
    lines = ["upn,surname,forename,dob,school,leaving date\n"]
    lines += [
        f"{upn},{who[0].upper()},{who[1]},{born or ''},{at},{left}\n" for upn, who, born, at, left in listed
    ]
    wanted = Wanted(start=str(first or ""), end=str(last), leavers=tuple(lines))
    run = running.ask(on("user", "680"), site, "lost-details", wanted)
    ids = [column.id for column in run.columns]
    told = ("school", "upn", "outcome", "to", "uploaded", "matched", "school_days", "overdue")
    shown = [tuple(line.cells[ids.index(name)] for name in told) for line in run.page()]
    free = [(row["first"], row["last"]) for row in rows if row["authority"] == "680"]
    assert shown == list(recount(lives, listed, free, first, last))
