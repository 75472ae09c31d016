"""What was sent from an inbox, a page at a time: to how many, and how many have yet to read it (R-MSG-3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from s2s_tui.base.text import storable
from s2s_tui.rules.inboxes import inbox_of
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access
from s2s_tui.services.inbox import AT_A_TIME, before_in, days_left, label, stretch, subject_like
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import LARGEST_ID
from s2s_tui.store.models import Message, MessageCopy
from s2s_tui.store.statements import tuples

SORTS = ("sent", "subject")

_ORDERS: dict[str, tuple[Any, ...]] = {
    "sent": (Message.sent_at, Message.id),
    "subject": (Message.subject_key, Message.id),
}


@dataclass(frozen=True, slots=True)
class SentItem:
    """A message that was sent from an inbox.

    Attributes:
        first: the inbox it was sent to first; `first_name` its organisation's name.
        recipients: how many inboxes it went to.
        unread: how many of them have yet to read it; those from which it was recalled don't count.
        sent_by: the username.
        recalled: when the unread ones were recalled, or None.
        days_left: London days until the sender's copy goes.
    """

    id: int
    subject: str
    sent: datetime
    sent_by: str
    first: str
    first_name: str
    recipients: int
    unread: int
    recalled: datetime | None
    days_left: int


@dataclass(frozen=True, slots=True)
class Sent:
    """The messages sent from an inbox, by anybody of it. It reads when asked, from any thread."""

    actor: Actor
    site: Site
    text: str = ""

    def count(self) -> int:
        """How many there are now."""
        access.require_live(self.actor, self.site)
        with self.site.store.connection():
            return int(Message.select().where(self._where()).count())

    def page(
        self, offset: int = 0, limit: int | None = None, sort: str = "sent", descending: bool = True
    ) -> tuple[SentItem, ...]:
        """A stretch of the list; `sort` is one of `SORTS`. Else as `inbox.Inbox.page`."""
        access.require_live(self.actor, self.site)
        found = Message.select(Message.id).where(self._where())
        with self.site.store.connection():
            return _sent_items(self.site, stretch(found, _ORDERS, sort, descending, offset, limit))

    def position(self, message_id: int, sort: str = "sent", descending: bool = True) -> int | None:
        """Where a message stands in the list, from 0; None if it isn't in it."""
        access.require_live(self.actor, self.site)
        if not 0 < message_id <= LARGEST_ID:
            return None
        with self.site.store.connection():
            row = Message.get_or_none((Message.id == message_id) & self._where())
            if row is None:
                return None
            before = before_in(row, _ORDERS, sort, descending)
            return int(Message.select().where(self._where() & before).count())

    def _where(self) -> Any:
        where = (Message.sender == inbox_of(self.actor)) & Message.dropped_at.is_null()
        if self.text:
            where &= subject_like(self.text)
        return where


def sent(actor: Actor, site: Site, text: str = "") -> Sent:
    """What was sent from the actor's inbox; `text` is looked for in the subject.

    Raises:
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages")
    return Sent(actor, site, storable(text))


def _sent_items(site: Site, keys: Sequence[int]) -> tuple[SentItem, ...]:
    if len(keys) > AT_A_TIME:
        parts = [keys[start : start + AT_A_TIME] for start in range(0, len(keys), AT_A_TIME)]
        return tuple(item for part in parts for item in _sent_items(site, part))
    if not keys:
        return ()
    rows = {row.id: row for row in _without_text().where(Message.id.in_(keys))}
    firsts = MessageCopy.select(fn.MIN(MessageCopy.id)).where(MessageCopy.message.in_(keys))
    first = dict(
        tuples(
            MessageCopy.select(MessageCopy.message, MessageCopy.addressed).where(
                MessageCopy.id.in_(firsts.group_by(MessageCopy.message))
            )
        )
    )
    waiting = unread_counts(keys)
    named = label(site, list(first.values()))
    return tuple(
        SentItem(
            id=key,
            subject=rows[key].subject,
            sent=rows[key].sent_at,
            sent_by=rows[key].sent_by,
            first=first.get(key, ""),
            first_name=named.get(first.get(key, ""), ""),
            recipients=rows[key].recipients,
            unread=waiting.get(key, 0),
            recalled=rows[key].recalled_at,
            days_left=days_left(rows[key].due_on, site),
        )
        for key in keys
        if key in rows
    )


def _without_text() -> Any:
    return Message.select(
        Message.id,
        Message.subject,
        Message.sent_at,
        Message.sent_by,
        Message.recipients,
        Message.recalled_at,
        Message.due_on,
    )


def unread_counts(message_ids: Sequence[int]) -> dict[int, int]:
    """How many inboxes have yet to read each of some messages; none is left out. Needs a connection."""
    waits = MessageCopy.message.in_(message_ids) & (MessageCopy.is_read == False)  # noqa: E712
    query = MessageCopy.select(MessageCopy.message, fn.COUNT(MessageCopy.id)).where(
        waits & (MessageCopy.gone != "recalled")
    )
    return {key: int(count) for key, count in tuples(query.group_by(MessageCopy.message))}
