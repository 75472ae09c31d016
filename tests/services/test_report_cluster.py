"""LEA Cluster and WG's usage (R-REP-3, R-REP-8): numbers between and of authorities."""

from collections import Counter
from datetime import datetime

import events
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s2s_tui.base.errors import NotAllowed, Refused
from s2s_tui.services.reports import counting, output, running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.running import files_behind
from s2s_tui.store.models import CountedMonth, MonthCount, Transfer

few = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
lives_of = st.lists(events.events(), max_size=25)


@pytest.fixture
def user(on):
    return on("user", "680")


@pytest.fixture
def wg(on):
    return on("wg", "WG")


EVENTS = ("uploaded", "downloaded", "awaiting", "rejected")


def happened(life, first, last):
    return {
        "uploaded": events.inside(life.uploaded, first, last),
        "downloaded": life.at("collected", first, last),
        "awaiting": life.waits(last),
        "rejected": life.at("rejected", first, last),
    }


def shown(run, keys):
    ids = [column.id for column in run.columns]
    found = Counter()
    for line in run.page():
        row = dict(zip(ids, line.cells, strict=True))
        for event in EVENTS:
            key = tuple(row[name] for name in keys)
            found[*key, event] += row[event]
            found[*key, f"{event}_pupils"] += row[f"{event}_pupils"]
    return +found


@pytest.mark.requirement("R-REP-3")
@few
@given(lives_of, st.none() | events.days, events.days)
def test_transfers_count_between_each_two_of_the_authorities(site, user, lives, first, last):
    if first is not None and first > last:
        first, last = last, first
    events.put(site, lives)
    chosen = ("680", "681", "873")
    run = running.ask(
        user, site, "cluster", Wanted(start=str(first or ""), end=str(last), authorities=chosen)
    )
    expected = Counter()
    for life in lives:
        pair = (life.source[:3], life.destination[:3])
        if set(pair) <= set(chosen):
            for event, is_so in happened(life, first, last).items():
                expected[*pair, event] += is_so
                expected[*pair, f"{event}_pupils"] += is_so * life.pupils
    assert shown(run, ("from_la", "to_la")) == +expected
    assert run.count() == 9
    picture = run.picture()
    assert picture.labels == chosen
    assert sum(sum(values) for _, values in picture.series) == sum(
        number for (*_, event), number in expected.items() if event == "uploaded"
    )


@pytest.mark.requirement("R-REP-3")
def test_beyond_the_own_authority_there_are_numbers_only(site, on):
    lives = [
        events.Event("6804012", "6814053", datetime(2026, 5, 1, 9)),
        events.Event("6814053", "6604025", datetime(2026, 5, 1, 9)),
    ]
    ids = events.put(site, lives)
    run = running.ask(on("user", "680"), site, "cluster", Wanted(authorities=("680", "681", "660")))
    lines = {(line.cells[0], line.cells[2]): line for line in run.page()}
    assert lines["681", "660"].cells[4] == 1
    assert [item.id for item in files_behind(run, lines["680", "681"], "uploaded").page()] == ids[:1]
    with pytest.raises(NotAllowed, match="report-counts-only"):
        files_behind(run, lines["681", "660"], "uploaded")


@pytest.mark.requirement("R-REP-3")
def test_all_of_wales_is_a_csv_only(site, on, tmp_path):
    events.put(site, events.SOME)
    run = running.ask(on("user", "680"), site, "cluster", Wanted(all_wales=True))
    for look in (run.page, run.count, run.picture):
        with pytest.raises(Refused, match="report-csv-only"):
            look()
    assert output.save_csv(run, tmp_path / "wales.csv") == 22 * 22


def national(lives, first, last):
    found = Counter()
    months = sorted({f"{events.london(life.uploaded):%Y-%m}" for life in lives}) or [f"{last:%Y-%m}"]
    begin, end = months[0], f"{last:%Y-%m}"
    for life in lives:
        for owner, moment, event in (
            (life.uploader[:3], life.uploaded, "uploaded"),
            *([(life.destination[:3], life.moved, "downloaded")] if life.state == "collected" else []),
            *([(life.destination[:3], life.moved, "rejected")] if life.state == "rejected" else []),
        ):
            if events.inside(moment, first, last):
                month = f"{events.london(moment):%Y-%m}"
                found[owner, month, event] += 1
                found[owner, month, f"{event}_pupils"] += life.pupils
    year, month = map(int, begin.split("-"))
    while f"{year}-{month:02}" <= end:
        label = f"{year}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        if first is None or label >= f"{first:%Y-%m}":
            month_end = (datetime(year, month, 1) - events.DAY).date()
            for life in lives:
                if life.waits(min(last, month_end)):
                    found[life.destination[:3], label, "awaiting"] += 1
                    found[life.destination[:3], label, "awaiting_pupils"] += life.pupils
    return +found


@pytest.mark.requirement("R-REP-8")
@settings(few, max_examples=4)
@given(lives_of, st.none() | events.days, events.days, st.booleans())
def test_usage_counts_by_authority_and_month(site, wg, lives, first, last, kept):
    if first is not None and first > last:
        first, last = last, first
    events.put(site, lives)
    if not kept:
        # Without what is kept of past months the numbers are the same.
        site.store.write(lambda: [model.delete().execute() for model in (CountedMonth, MonthCount)])
    run = running.ask(wg, site, "national", Wanted(start=str(first or ""), end=str(last)))
    if not kept:
        site.store.write(lambda: CountedMonth.delete().execute())
    assert shown(run, ("la", "month")) == national(lives, first, last)
    ids = [column.id for column in run.columns]
    for line in run.page():
        for event in EVENTS:
            assert files_behind(run, line, event).count() == line.cells[ids.index(event)]


@pytest.mark.requirement("R-REP-8")
def test_a_month_into_which_something_is_written_later_is_counted_anew(site, wg):
    ids = events.put(site, events.SOME)
    assert counting.settle(site, running.nothing) == 8
    assert counting.settle(site, running.nothing) == 0

    def uploaded() -> int:
        run = running.ask(wg, site, "national", Wanted(authorities=("680",)))
        return sum(line.cells[3] for line in run.page())

    before = uploaded()
    late = events.rows_of([events.Event("6804012", "6814053", datetime(2026, 4, 1, 9))])
    site.store.write(lambda: Transfer.insert_many(late).execute())
    assert uploaded() == before + 1
    site.store.write(lambda: Transfer.delete().where(Transfer.id == ids[1]).execute())
    assert uploaded() == before
    site.store.write(lambda: Transfer.update(source_authority="681").where(Transfer.id == ids[0]).execute())
    assert uploaded() == before - 1


@pytest.mark.requirement("R-REP-8")
def test_who_sends_now_touches_no_count(site, on, clock):
    import making
    import steps

    school = on("school", "6804012")
    events.put(site, events.SOME)
    counting.settle(site, running.nothing)
    steps.sent(school, site, making.offered(number=9))
    assert counting.settle(site, running.nothing) == 0
