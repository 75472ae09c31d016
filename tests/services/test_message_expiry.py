"""Messages go by themselves, to the day: unread after 31, read 14 after the first reading (R-MSG-1)."""

from datetime import datetime, timedelta

import making
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watching import at_once, audited

from s2s_tui.base.clock import day_start, local_date
from s2s_tui.base.errors import NotFound
from s2s_tui.services import drafts, housekeeping, inbox, message_expiry, message_sending, messages
from s2s_tui.services import sent_messages as sent
from s2s_tui.services.drafts import Draft
from s2s_tui.store.models import Message, MessageCopy, MessageInbox, Session


def everything(site) -> int:
    with site.store.connection():
        return Message.select().count() + MessageCopy.select().count()


def send(site, to="6814053"):
    return message_sending.send(making.logged_on(site, "user", "680"), site, [to], "S", "T").id


def held(site, number="6814053") -> int:
    return inbox.received(making.logged_on(site, "school", number), site).count()


# A clock change lies within the 31 days before or after each of these.
ARRIVALS = [
    datetime(2026, 10, 24, 22, 59),
    datetime(2026, 10, 24, 23, 1),
    datetime(2026, 10, 25, 0, 30),
    datetime(2027, 3, 27, 23, 59),
    datetime(2027, 3, 28, 0, 59),
    datetime(2027, 3, 28, 23, 1),
    datetime(2026, 11, 24, 10, 30),
]


@pytest.mark.requirement("R-MSG-1")
@pytest.mark.parametrize("arrival", ARRIVALS)
def test_an_unread_message_goes_on_the_31st_day_in_london_not_before(lite, clock, arrival):
    clock.now = arrival
    send(lite)
    last = day_start(local_date(arrival) + timedelta(days=31))
    clock.now = last - timedelta(seconds=1)
    assert message_expiry.expire(lite) == message_expiry.Expired()
    (item,) = inbox.received(making.logged_on(lite, "school", "6814053"), lite).page()
    assert item.days_left == 1
    clock.now = last
    assert message_expiry.expire(lite) == message_expiry.Expired(unread=1)
    assert held(lite) == 0
    assert message_expiry.expire(lite) == message_expiry.Expired()


@pytest.mark.requirement("R-MSG-1")
@pytest.mark.parametrize("opened", ARRIVALS)
def test_a_read_message_goes_on_the_14th_day_after_its_first_reading(lite, clock, opened):
    clock.now = opened - timedelta(days=5)
    number = send(lite)
    clock.now = opened
    messages.show(making.logged_on(lite, "school", "6814053"), lite, number)
    clock.now = opened + timedelta(days=10)
    # Another look doesn't keep it longer.
    messages.show(making.logged_on(lite, "school", "6814053"), lite, number)
    last = day_start(local_date(opened) + timedelta(days=14))
    clock.now = last - timedelta(seconds=1)
    assert message_expiry.expire(lite) == message_expiry.Expired()
    clock.now = last
    assert message_expiry.expire(lite) == message_expiry.Expired(read=1)
    assert held(lite) == 0


@pytest.mark.requirement("R-MSG-1")
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    arrival=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    reads_after=st.none() | st.timedeltas(timedelta(0), timedelta(days=30)),
    looked_after=st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_a_message_is_there_until_its_day_and_not_after(lite, clock, arrival, reads_after, looked_after):
    def empty() -> None:
        for model in (MessageCopy, Message, MessageInbox, Session):
            model.delete().execute()

    lite.store.write(empty)
    clock.now = arrival
    number = send(lite)
    last = local_date(arrival) + timedelta(days=31)
    reading = None if reads_after is None else arrival + reads_after
    if reading is not None and local_date(reading) < last and reading <= arrival + looked_after:
        clock.now = reading
        messages.show(making.logged_on(lite, "school", "6814053"), lite, number)
        last = local_date(reading) + timedelta(days=14)
    clock.now = arrival + looked_after
    message_expiry.expire(lite)
    assert held(lite) == (local_date(clock.now) < last)
    kept = local_date(clock.now) < local_date(arrival) + timedelta(days=45)
    assert sent.sent(making.logged_on(lite, "user", "680"), lite).count() == kept
    assert bool(everything(lite)) == kept


@pytest.mark.requirement("R-MSG-1", "R-MSG-3")
def test_the_sender_still_sees_who_read_it_until_the_whole_message_goes(site, on, clock):
    clerk = on("user", "680")
    number = message_sending.send(clerk, site, ["6814053", "6604025"], "S", "T").id
    messages.show(on("school", "6814053"), site, number)
    clock.forward(days=31)
    message_expiry.expire(site)
    clerk = on("user", "680")
    (item,) = sent.sent(clerk, site).page()
    assert (item.recipients, item.unread, item.days_left) == (2, 1, 14)
    assert {one.inbox: (one.gone, one.read is None) for one in messages.readings(clerk, site, number)} == {
        "6814053": ("expired", False),
        "6604025": ("expired", True),
    }
    with pytest.raises(NotFound):
        messages.show(on("school", "6604025"), site, number)
    clock.forward(days=14)
    assert message_expiry.expire(site) == message_expiry.Expired(messages=1)
    assert everything(site) == 0


@pytest.mark.requirement("R-MSG-1")
def test_the_text_goes_with_the_last_copy_where_its_sender_has_deleted_his(site, on, clock):
    clerk = on("user", "680")
    number = message_sending.send(clerk, site, ["6814053"], "S", "T").id
    messages.delete(clerk, site, [number])
    clock.forward(days=31)
    message_expiry.expire(site)
    assert everything(site) == 0


@pytest.mark.requirement("R-MSG-1", "R-SYS-3")
def test_what_went_is_counted_in_the_audit_log_and_never_what_it_said(site, on, clock):
    clerk = on("user", "680")
    for to in ("6814053", "6604025"):
        message_sending.send(clerk, site, [to], "Rhys Llwyd", "Born 19/08/2016")
    drafts.save(clerk, site, Draft(text="Rhys"))
    clock.forward(days=32)
    done = housekeeping.tidy(site)
    assert done.expired == 2
    from s2s_tui.store.models import AuditEntry

    with site.store.connection():
        (entry,) = AuditEntry.select().where(AuditEntry.action == "message-expire")
        assert entry.details == '{"drafts": 1, "messages": 0, "read": 0, "unread": 2}'
        assert all("Rhys" not in row.details + row.subject for row in AuditEntry.select())


@pytest.mark.requirement("R-MSG-1")
def test_two_that_tidy_up_at_once_delete_and_count_each_message_once(site, on, clock, monkeypatch):
    monkeypatch.setattr(message_expiry, "AT_A_TIME", 2)
    clerk = on("user", "680")
    for _ in range(3):
        message_sending.send(clerk, site, ["6814053", "6604025", "wg", "681/user"], "S", "T")
    clock.forward(days=31)
    results = at_once(site, *[lambda: message_expiry.expire(site)] * 3)
    assert sum(one.unread for one in results) == 12, results
    assert len(audited(site, "message-expire")) >= 2, "in several transactions"
    with site.store.connection():
        assert all(row.held == row.unread == 0 for row in MessageInbox.select())
    clock.forward(days=14)
    results = at_once(site, *[lambda: message_expiry.expire(site)] * 3)
    assert sum(one.messages for one in results) == 3
    assert everything(site) == 0
