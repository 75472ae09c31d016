"""Message Report (R-REP-7): its numbers against a walk over the messages."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

import events
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from s2s_tui.services.reports import running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.store.models import Message, MessageCopy
from s2s_tui.store.statements import insert

pytestmark = pytest.mark.requirement("R-REP-7")
INBOXES = ("6804012", "6804031", "680/user", "680/dba", "680/lost-pupil", "6814053", "681/user", "WG")
NUMBERS = ("received", "read", "unread", "unread_elsewhere", "expired")


@dataclass(frozen=True)
class Came:
    """A message in an inbox, and what became of it."""

    sender: str
    inbox: str
    at: datetime
    read: datetime | None
    gone: datetime | None
    why: str


@st.composite
def came(draw):
    at = draw(events.moments)
    read = draw(st.none() | events.moments)
    read = read and max(at, read)
    gone = draw(st.none() | events.moments)
    gone = gone and max(read or at, gone)
    sender, inbox = draw(st.sampled_from((*INBOXES, "S2S"))), draw(st.sampled_from(INBOXES))
    why = draw(st.sampled_from(("deleted", "expired", "recalled"))) if gone else ""
    return Came(sender, inbox, at, read, gone, why)


def put(site, messages):
    def change():
        for model in (MessageCopy, Message):
            model.delete().execute()
        due = date(2027, 1, 1)
        ids = insert(
            Message,
            [
                {
                    "sender": one.sender,
                    "sent_by": "somebody",
                    "subject": "S",
                    "subject_key": "s",
                    "text": "T",
                    "sent_at": one.at,
                    "recipients": 1,
                    "due_on": due,
                }
                for one in messages
            ],
        )
        insert(
            MessageCopy,
            [
                {
                    "message": key,
                    "inbox": one.inbox,
                    "addressed": one.inbox,
                    "sender": one.sender,
                    "subject_key": "s",
                    "received_at": one.at,
                    "is_read": one.read is not None,
                    "read_at": one.read,
                    "due_on": due,
                    "gone_at": one.gone,
                    "gone": one.why,
                }
                for key, one in zip(ids, messages, strict=True)
            ],
        )

    site.store.write(change)


def recount(messages, first, last):
    """Inbox → number; the day of the oldest unread one beside it."""
    found, oldest = Counter(), {}
    by_then = lambda moment: moment is not None and events.london(moment) <= last  # noqa: E731
    for one in messages:
        if one.inbox[:3] != "680":
            continue
        within = one.sender[:3] == "680"
        if within and events.inside(one.at, first, last):
            found[one.inbox, "received"] += 1
            found[one.inbox, "read"] += by_then(one.read)
        if by_then(one.at) and not by_then(one.read) and not by_then(one.gone):
            found[one.inbox, "unread" if within else "unread_elsewhere"] += 1
            day = str(events.london(one.at))
            oldest[one.inbox] = min(oldest.get(one.inbox, day), day)
        if one.why == "expired" and one.read is None and events.inside(one.gone, first, last):
            found[one.inbox, "expired"] += 1
    return +found, oldest


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(came(), max_size=20), st.none() | events.days, events.days, st.booleans())
def test_messages_count_by_inbox_as_a_walk_over_them_counts(site, on, messages, first, last, chosen):
    if first is not None and first > last:
        first, last = last, first
    put(site, messages)
    schools = ("6804012",) if chosen else ()
    wanted = Wanted(start=str(first or ""), end=str(last), schools=schools)
    run = running.ask(on("dba", "680"), site, "messages", wanted)
    ids = [column.id for column in run.columns]
    rows = [dict(zip(ids, line.cells, strict=True)) for line in run.page()]
    if chosen:
        messages = [one for one in messages if one.inbox in schools]
        assert [row["inbox"] for row in rows] == list(schools)
    numbers, oldest = recount(messages, first, last)
    assert +Counter({(row["inbox"], name): row[name] for row in rows for name in NUMBERS}) == numbers
    assert {row["inbox"]: row["oldest"] for row in rows if row["oldest"]} == oldest
    totals = dict(zip(ids, run.totals(), strict=True))
    assert totals["unread"] == sum(number for (_, name), number in numbers.items() if name == "unread")
