"""School Report and File Movement (R-REP-2, R-REP-6): their rows against a walk over what happened."""

from collections import Counter
from datetime import datetime

import events
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s2s_tui.rules.mailboxes import is_school
from s2s_tui.services.reports import running
from s2s_tui.services.reports.asking import Wanted

few = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def user(on):
    return on("user", "680")


lives_of = st.lists(events.events(), max_size=20)


def state(life, last):
    """How a file stood when a day ended."""
    if life.moved is not None and events.london(life.moved) <= last:
        return life.state
    return "lost" if life.is_lost else "awaiting"


def school_rows(lives, authority, first, last, schools):
    found = []
    for life in lives:
        near = life.source
        mine = is_school(near) and near[:3] == authority and (not schools or near in schools)
        if mine and not life.forwarded and events.inside(life.uploaded, first, last):
            day = events.london(life.uploaded)
            found.append((near, str(day), "sent", life.destination, life.pupils, state(life, last)))
        near = life.destination
        if not is_school(near) or near[:3] != authority or (schools and near not in schools):
            continue
        if life.at("collected", first, last):
            day = events.london(life.moved)
            found.append((near, str(day), "received", life.source, life.pupils, "collected"))
        if life.waits(last):
            day = events.london(life.uploaded)
            found.append((near, str(day), "awaiting", life.source, life.pupils, "awaiting"))
    return found


@pytest.mark.requirement("R-REP-2")
@few
@given(lives_of, st.none() | events.days, events.days, st.booleans())
def test_a_school_report_lists_each_file_on_its_own_day(site, user, lives, first, last, chosen):
    if first is not None and first > last:
        first, last = last, first
    events.put(site, lives)
    schools = ("6804031",) if chosen else ()
    run = running.ask(user, site, "school", Wanted(start=str(first or ""), end=str(last), schools=schools))
    rows = [line.cells for line in run.page()]
    shown = [(cells[0], cells[2], cells[3], cells[5], cells[7], cells[8]) for cells in rows]
    assert Counter(shown) == Counter(school_rows(lives, "680", first, last, schools))
    assert [row[:3] for row in shown] == sorted(row[:3] for row in shown)
    assert run.count() == len(rows)
    assert list(run.cells()) == rows
    # Page by page the same.
    assert [line.cells for at in range(0, len(rows), 4) for line in run.page(at, 4)] == rows


@pytest.mark.requirement("R-REP-6")
@few
@given(
    st.lists(events.events(("generic", "plasc", "admissions", "ctf"), events.BOXES), max_size=20),
    st.none() | events.days,
    events.days,
)
def test_files_that_moved_on_one_of_the_days_are_listed_with_both_their_dates(site, user, lives, first, last):
    if first is not None and first > last:
        first, last = last, first
    events.put(site, lives)
    run = running.ask(user, site, "movement", Wanted(start=str(first or ""), end=str(last)))
    expected = []
    for life in lives:
        taken = life.at("collected", first, last)
        if life.kind == "ctf" or life.source[:3] != "680":
            continue
        if taken or events.inside(life.uploaded, first, last):
            then = life.state == "collected" and events.london(life.moved) <= last
            expected.append(
                (
                    life.source,
                    life.kind,
                    life.destination,
                    str(events.london(life.uploaded)),
                    str(events.london(life.moved)) if then else None,
                    state(life, last),
                )
            )
    rows = [line.cells for line in run.page()]
    assert Counter((c[0], c[3], c[4], c[7], c[8], c[9]) for c in rows) == Counter(expected)


@pytest.mark.requirement("R-REP-2")
def test_names_stand_beside_numbers(site, on):
    life = events.Event("6804012", "681LLLL", datetime(2026, 5, 1, 9))
    events.put(site, [life])
    (line,) = running.ask(on("user", "680"), site, "school", Wanted()).page()
    assert (line.cells[1], line.cells[6]) == ("Ysgol Uwchradd Glan-yr-Afon", "Cardiff")
