"""Messages go by themselves (R-MSG-1): unread ones after 31 days, read ones 14 days after the first reading.

Days are London's: what came on the 1st of a month of 31 days is deleted on the 1st of the next, whatever the
hour. The sender's copy goes 45 days after it was sent, when no recipient can have one any more.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

from peewee import fn

from s2s_tui.base.clock import local_date
from s2s_tui.rules.inboxes import AUTOMATIC
from s2s_tui.rules.roles import SYSTEM
from s2s_tui.services import audit, inbox_counts
from s2s_tui.services.messages import EXPIRED, clear
from s2s_tui.services.site import Site
from s2s_tui.store.models import Message, MessageCopy, MessageDraft
from s2s_tui.store.statements import Statement, tuples

AT_A_TIME = 20_000
"""Copies, or messages, from which on a transaction ends: others get their turn in between."""
KEYS = 1000
"""Keys that one statement takes."""


@dataclass(frozen=True, slots=True)
class Expired:
    """What was deleted.

    Attributes:
        unread: copies that nobody opened in 31 days.
        read: copies first opened 14 days ago.
        messages: messages that went altogether, with what was left of them.
        drafts: drafts not touched for 31 days.
    """

    unread: int = 0
    read: int = 0
    messages: int = 0
    drafts: int = 0

    @property
    def any(self) -> bool:
        """Whether anything was."""
        return bool(self.unread or self.read or self.messages or self.drafts)


def expire(site: Site) -> Expired:
    """Delete what is due on the clock's day; run by several at once, each thing is deleted and counted once.

    How much was deleted is on record, never what it said.
    """
    today = local_date(site.clock())
    total = Expired()
    while True:
        done = site.store.write(partial(_some, site, today))
        if not done.any:
            return total
        total = Expired(
            total.unread + done.unread,
            total.read + done.read,
            total.messages + done.messages,
            total.drafts + done.drafts,
        )


def _some(site: Site, today: date) -> Expired:
    # Whole messages first: their copies need no marking then.
    messages, read, unread = _messages(today)
    if not messages:
        read, unread = _copies(site, today)
    drafts = MessageDraft.delete().where(MessageDraft.due_on <= today).execute()
    done = Expired(unread, read, messages, int(drafts))
    if done.any:
        audit.record(
            site,
            SYSTEM,
            "message-expire",
            today.isoformat(),
            unread=done.unread,
            read=done.read,
            messages=done.messages,
            drafts=done.drafts,
        )
    return done


def _copies(site: Site, today: date) -> tuple[int, int]:
    """Take due copies from their inboxes; how many read and unread ones, both 0 when there are no more.

    Inbox by inbox: in each index they stand together then, and each of its pages is written once.
    """
    read = unread = 0
    counts = MessageCopy.select(MessageCopy.inbox, MessageCopy.is_read, fn.COUNT(MessageCopy.id)).where(
        MessageCopy.gone_at.is_null() & (MessageCopy.due_on <= today)
    )
    found: dict[str, dict[bool, int]] = {}
    for inbox, is_read, count in tuples(counts.group_by(MessageCopy.inbox, MessageCopy.is_read)):
        found.setdefault(inbox, {})[bool(is_read)] = int(count)
    now = site.clock()
    for inbox in sorted(found):
        unheld = [key for (key,) in _unheld.rows(inbox, today, AUTOMATIC)]
        _take.rows(EXPIRED, now, inbox, today)
        for start in range(0, len(unheld), KEYS):
            clear(unheld[start : start + KEYS])
        gone = found[inbox]
        inbox_counts.went((inbox, is_read, count) for is_read, count in gone.items())
        read, unread = read + gone.get(True, 0), unread + gone.get(False, 0)
        if read + unread >= AT_A_TIME:
            break
    return read, unread


_unheld = Statement(
    lambda inbox, today, automatic: (
        MessageCopy.select(MessageCopy.message)
        .join(Message)
        .where(
            (MessageCopy.inbox == inbox)
            & MessageCopy.gone_at.is_null()
            & (MessageCopy.due_on <= today)
            & (Message.dropped_at.is_null(False) | (Message.sender == automatic))
        )
    )
)
_take = Statement(
    lambda gone, now, inbox, today: MessageCopy.update(gone=gone, gone_at=now).where(
        (MessageCopy.inbox == inbox) & MessageCopy.gone_at.is_null() & (MessageCopy.due_on <= today)
    )
)


def _messages(today: date) -> tuple[int, int, int]:
    """Remove messages whose last day has come, with all copies; how many, and the copies still held."""
    ids = Message.select(Message.id).where(Message.due_on <= today).order_by(Message.due_on, Message.id)
    keys = [key for (key,) in tuples(ids.limit(AT_A_TIME))]
    read = unread = 0
    for start in range(0, len(keys), KEYS):
        of_them = MessageCopy.message.in_(keys[start : start + KEYS])
        copy = MessageCopy
        query = copy.select(copy.inbox, copy.is_read, fn.COUNT(copy.id)).where(
            of_them & copy.gone_at.is_null()
        )
        held = [
            (inbox, bool(is_read), int(count))
            for inbox, is_read, count in tuples(query.group_by(copy.inbox, copy.is_read))
        ]
        inbox_counts.went(held)
        read += sum(count for _inbox, is_read, count in held if is_read)
        unread += sum(count for _inbox, is_read, count in held if not is_read)
        MessageCopy.delete().where(of_them).execute()
        Message.delete().where(Message.id.in_(keys[start : start + KEYS])).execute()
    return len(keys), read, unread
