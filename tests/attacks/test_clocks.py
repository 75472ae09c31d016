"""A clock that goes wrong, rows that other rules kept: nothing goes before its time, all else goes on."""

import json

import making
import pytest
import steps

from s2s_tui.services import housekeeping, message_sending, messages, standing
from s2s_tui.services.search import LookedFor
from s2s_tui.store.models import AuditEntry, StandingSearch


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
