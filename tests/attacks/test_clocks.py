"""A clock that goes wrong, rows that other rules kept: nothing goes before its time, all else goes on."""

import json
from datetime import timedelta

import making
import pytest
import steps

from s2s_tui.services import clock_watch, housekeeping, message_sending, messages, standing
from s2s_tui.services.search import LookedFor
from s2s_tui.store.models import AuditEntry, CountedMonth, MessageCopy, StandingSearch


@pytest.mark.requirement("R-MSG-1")
@pytest.mark.parametrize("days", [-1, -400, -9000])
def test_a_message_opened_while_the_clock_was_set_back_stays_its_fortnight(lite, clock, days):
    message = message_sending.send(
        making.logged_on(lite, "user", "681"), lite, ["680/user"], "An enquiry", "x"
    ).id
    reader = making.logged_on(lite, "user", "680")
    clock.forward(days=days)
    assert messages.show(reader, lite, message).is_received
    clock.forward(days=13 - days)
    housekeeping.tidy(lite)
    assert messages.show(reader, lite, message).days_left == 1


@pytest.fixture
def waiting(lite):
    """A message that 680's LEA User hasn't opened; housekeeping runs."""
    housekeeping.tidy(lite)
    message_sending.send(making.logged_on(lite, "user", "681"), lite, ["680/user"], "An enquiry", "x")
    return kept(lite)


def kept(site):
    with site.store.connection():
        return MessageCopy.select().where(MessageCopy.gone_at.is_null()).count()


def run(site, clock, days, times=1):
    """Housekeeping, after so many days each time; until when it held back, each time."""
    held = []
    for _ in range(times):
        clock.forward(days=days)
        held.append(housekeeping.tidy(site).held_until)
    return held


@pytest.mark.requirement("R-MSG-1")
@pytest.mark.parametrize("days", [32, 400, 3000])
def test_a_clock_set_far_ahead_and_put_right_again_deletes_nothing(lite, clock, days, waiting):
    before = clock.now
    clock.forward(days=days)
    until = f"{clock.now + clock_watch.WAIT:%Y-%m-%dT%H:%M:%SZ}"
    assert housekeeping.tidy(lite).held_until == until
    assert not housekeeping.expire(lite).any, "nor does a start of the app"
    assert run(lite, clock, 1, 2) == [until] * 2
    with lite.store.connection():
        assert CountedMonth.select().count() == 0
    clock.now = before
    assert run(lite, clock, 1) == [""]
    assert kept(lite) == waiting == 1
    assert set(run(lite, clock, 6, 6)) == {""}
    assert kept(lite) == 0, "what is due goes"


@pytest.mark.requirement("R-MSG-1")
def test_after_a_long_pause_what_is_due_goes_once_the_clock_has_gone_on_for_three_days(lite, clock, waiting):
    held = run(lite, clock, 40) + run(lite, clock, 1, 2)
    assert all(held)
    assert kept(lite) == waiting == 1
    assert run(lite, clock, 1) == [""]
    assert kept(lite) == 0
    assert run(lite, clock, 7, 3) == [""] * 3, "once a week is often enough"


@pytest.mark.requirement("R-MSG-1")
def test_where_housekeeping_runs_once_a_month_everything_still_goes_in_the_end(lite, clock, waiting):
    assert run(lite, clock, 30, 2) == [f"{clock.now - timedelta(days=27):%Y-%m-%dT%H:%M:%SZ}", ""]
    assert kept(lite) < waiting


@pytest.mark.requirement("R-MSG-1")
def test_an_operator_says_that_the_clock_is_right(lite, clock, waiting):
    assert all(run(lite, clock, 40))
    assert housekeeping.tidy(lite, clock_is_right=True).expired == waiting
    assert run(lite, clock, 1) == [""]


@pytest.mark.requirement("R-LPD-6")
@pytest.mark.parametrize(
    "query",
    [
        json.dumps({"dob": "31/2/2014"}),
        json.dumps({"surname": "!"}),
        json.dumps({"surname": "Llwyd", "height": "tall"}),
        json.dumps({"surname": 7}),
        "[]",
        "{",
        "",
    ],
)
def test_a_kept_search_that_nobody_understands_keeps_no_other_from_being_compared(lite, query):
    clerk = making.logged_on(lite, "lost-pupil", "681")
    spoilt = standing.keep(clerk, lite, LookedFor(surname="Llwyd"))
    kept = standing.keep(clerk, lite, LookedFor(surname="Llwyd", forename="Siân", dob="19/8/2016"))
    lite.store.write(lambda: StandingSearch.update(query=query).where(StandingSearch.id == spoilt).execute())
    sender = making.logged_on(lite, "school", "6804012")
    steps.sent(sender, lite, making.offered("6804012", "XXXXXXX"))
    assert housekeeping.tidy(lite).found == 1
    with lite.store.connection():
        assert StandingSearch.get_by_id(kept).found is not None
        assert AuditEntry.select().where(AuditEntry.action == "housekeeping").count() == 1
