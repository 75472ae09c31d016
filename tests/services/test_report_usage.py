"""General Usage/Volume (R-REP-1): its numbers against a walk over what happened."""

from collections import Counter
from datetime import datetime

import events
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from s2s_tui.services.reports import running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.running import files_behind

pytestmark = pytest.mark.requirement("R-REP-1")
few = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def recount(lives, authority, first, last, schools=()):
    """Organisation → column → number, by a walk over each life."""
    found = Counter()
    for life in lives:
        up, down = life.uploader, life.receiver
        if (
            up[:3] == authority
            and (not schools or up in schools)
            and events.inside(life.uploaded, first, last)
        ):
            found[up, "uploaded"] += 1
            found[up, "uploaded_pupils"] += life.pupils
            found[up, "lost"] += life.is_lost and not life.forwarded
        if life.is_lost or down[:3] != authority or (schools and down not in schools):
            continue
        for column, is_so in (
            ("downloaded", life.at("collected", first, last)),
            ("rejected", life.at("rejected", first, last)),
            ("awaiting", life.waits(last)),
        ):
            found[down, column] += is_so
            found[down, f"{column}_pupils"] += is_so * life.pupils
    return +found


def shown(run):
    ids = [column.id for column in run.columns]
    return +Counter(
        {
            (line.cells[0], name): cell
            for line in run.page()
            for name, cell in zip(ids[2:], line.cells[2:], strict=True)
        }
    )


@pytest.fixture
def dba(on):
    return on("dba", "680")


@few
@given(st.lists(events.events(), max_size=25), st.none() | events.days, events.days, st.booleans())
@example([], None, events.EDGES[0], False)
def test_each_event_counts_on_its_own_day(site, dba, lives, first, last, chosen):
    if first is not None and first > last:
        first, last = last, first
    ids = events.put(site, lives)
    schools = ("6804012",) if chosen else ()
    wanted = Wanted(start=str(first or ""), end=str(last), schools=schools)
    run = running.ask(dba, site, "usage", wanted)
    assert shown(run) == recount(lives, "680", first, last, schools)
    assert list(run.cells()) == [line.cells for line in run.page()]
    for line in run.page():
        for column, cell in zip(run.columns, line.cells, strict=True):
            if column.files:
                files = files_behind(run, line, column.id)
                assert files.count() == cell == len({item.id for item in files.page()} & set(ids))


def test_a_day_ends_at_midnight_in_london_also_in_summer(site, dba):
    late, early = datetime(2026, 7, 1, 22, 59, 59), datetime(2026, 7, 1, 23, 0)
    events.put(site, [events.Event("6804012", "6814053", when) for when in (late, early)])
    run = running.ask(dba, site, "usage", Wanted(start="2026-07-01", end="1/7/2026"))
    assert shown(run)["6804012", "uploaded"] == 1
