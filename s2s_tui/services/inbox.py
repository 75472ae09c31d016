"""What lies in an inbox, a page at a time, and what is new there (R-MSG-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import JOIN, fn

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import WrongUse
from s2s_tui.base.text import storable
from s2s_tui.base.translation import language
from s2s_tui.rules.inboxes import AUTOMATIC, inbox_of, organisation_of, role_title
from s2s_tui.rules.messages import LONGEST_SUBJECT, sort_key
from s2s_tui.rules.people import name_key
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, directory
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import LARGEST_ID
from s2s_tui.store.models import Authority, Establishment, Message, MessageCopy, MessageInbox, Session
from s2s_tui.store.statements import Statement, tuples

SORTS = ("received", "from", "subject", "read", "days")
"""Orders of an inbox; `read` has the unread first, `days` those that are deleted first."""
AT_A_TIME = 1000
"""Messages that one statement asks for; engines take only so many values."""

_ORDERS: dict[str, tuple[Any, ...]] = {
    "received": (MessageCopy.received_at, MessageCopy.id),
    "from": (MessageCopy.sender, MessageCopy.id),
    "subject": (MessageCopy.subject_key, MessageCopy.id),
    "read": (MessageCopy.is_read, MessageCopy.received_at, MessageCopy.id),
    "days": (MessageCopy.due_on, MessageCopy.id),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A message in an inbox.

    Attributes:
        id: the message's.
        sender: the inbox that it came from: `681/user`, `6814053`, `WG`, or `S2S` for an automatic one.
        sender_name: the organisation's name, in the reader's language; empty for an automatic one.
        sender_role: the role's title (`LEA User`); empty where a school or WG wrote.
        received: when it came, naive UTC.
        is_read: whether somebody of the inbox has opened it.
        read_by: who did first; `read` is when.
        days_left: London days until it is deleted; 1 is until tomorrow.
        addressed: the inbox that it was sent to, where that had nobody and it fell to the DBA; else empty.
    """

    id: int
    sender: str
    sender_name: str
    sender_role: str
    subject: str
    received: datetime
    is_read: bool
    read: datetime | None
    read_by: str
    days_left: int
    addressed: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What is new: how many messages are unread, and a number that grows with each that comes."""

    unread: int
    newest: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """The messages of an inbox. It reads when asked; it may be asked from any thread."""

    actor: Actor
    site: Site
    text: str = ""
    unread_only: bool = False

    def count(self) -> int:
        """How many messages there are now."""
        access.require_live(self.actor, self.site)
        with self.site.store.connection():
            if self.text:
                return int(MessageCopy.select().where(self._where()).count())
            held, unread = _counted.row(inbox_of(self.actor)) or (0, 0)
            return int(unread if self.unread_only else held)

    def page(
        self, offset: int = 0, limit: int | None = None, sort: str = "received", descending: bool = True
    ) -> tuple[Item, ...]:
        """A stretch of the list.

        Args:
            offset: how many come before it.
            limit: at most so many; None is all.
            sort: one of `SORTS`.
            descending: the last first; the newest, as a list of messages begins.

        Raises:
            NotLoggedOn: `session-ended`: a list that is open gives nothing out after that.
            WrongUse: `sort-unknown`.
        """
        access.require_live(self.actor, self.site)
        with self.site.store.connection():
            found = MessageCopy.select(MessageCopy.id).where(self._where())
            return _items(self.site, stretch(found, _ORDERS, sort, descending, offset, limit))

    def position(self, message_id: int, sort: str = "received", descending: bool = True) -> int | None:
        """Where a message stands in the list, from 0; None if it isn't in it."""
        access.require_live(self.actor, self.site)
        if not 0 < message_id <= LARGEST_ID:
            return None
        with self.site.store.connection():
            row = MessageCopy.get_or_none((MessageCopy.message == message_id) & self._where())
            if row is None:
                return None
            before = before_in(row, _ORDERS, sort, descending)
            return int(MessageCopy.select().where(self._where() & before).count())

    def _where(self) -> Any:
        own: Any = (MessageCopy.inbox == inbox_of(self.actor)) & MessageCopy.gone_at.is_null()
        where = own
        if self.unread_only:
            where &= MessageCopy.is_read == False  # noqa: E712 - SQL
        if self.text:
            senders = MessageCopy.sender.in_(_senders_like(self.text, own))
            about = Message.select(Message.id).where(
                (Message.id == MessageCopy.message) & subject_like(self.text)
            )
            where &= fn.EXISTS(about) | senders
        return where


def received(actor: Actor, site: Site, text: str = "", *, unread_only: bool = False) -> Inbox:
    """The actor's inbox, shared by all accounts of it.

    Args:
        actor: who looks.
        site: the site.
        text: only messages with this in the subject, the sender's name or number.
        unread_only: only those that nobody of the inbox has opened.

    Raises:
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages")
    return Inbox(actor, site, storable(text), unread_only)


_counted = Statement(
    lambda inbox: MessageInbox.select(MessageInbox.held, MessageInbox.unread).where(
        MessageInbox.inbox == inbox
    )
)
# From the session, which there is: of an inbox that nothing has come to there is no row.
_news = Statement(
    lambda inbox, session: (
        Session.select(MessageInbox.unread, MessageInbox.arrived)
        .join(MessageInbox, JOIN.LEFT_OUTER, on=(MessageInbox.inbox == inbox))
        .where((Session.id == session) & Session.ended_at.is_null())
    )
)


def news(actor: Actor, site: Site) -> News:
    """What is unread in the actor's inbox: one query, two rows by key, however many lie there.

    Raises:
        NotLoggedOn: `session-ended`.
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages", is_live=True)
    with site.store.connection():
        found = _news.row(inbox_of(actor), actor.session)
    if found is None:
        access.require_live(actor, site)
        return News(0, 0)
    unread, newest = found
    return News(int(unread or 0), int(newest or 0))


def unread(actor: Actor) -> tuple[int, datetime | None]:
    """How many messages of the actor's inbox are unread, and when the oldest came; needs a connection."""
    held = _counted.row(inbox_of(actor))
    if held is None or not held[1]:
        return 0, None
    waiting = (MessageCopy.inbox == inbox_of(actor)) & MessageCopy.gone_at.is_null()
    oldest = (
        MessageCopy.select(MessageCopy.received_at)
        .where(waiting & (MessageCopy.is_read == False))  # noqa: E712
        .order_by(MessageCopy.received_at, MessageCopy.id)
        .limit(1)
    )
    return int(held[1]), next((at for (at,) in tuples(oldest)), None)


def label(site: Site, inboxes: Sequence[str]) -> dict[str, str]:
    """The names of the organisations behind inboxes, in the reader's language; empty for automatic ones."""
    named = directory.names(site, {organisation_of(inbox) for inbox in inboxes}, language())
    return {inbox: named.get(organisation_of(inbox), "") for inbox in inboxes}


def days_left(due: date, site: Site) -> int:
    """London days until something is deleted; 0 where that is overdue."""
    return max(0, (due - local_date(site.clock())).days)


def stretch(
    query: Any,
    orders: dict[str, tuple[Any, ...]],
    sort: str,
    descending: bool,
    offset: int,
    limit: int | None,
) -> list[int]:
    """The keys of a stretch of a list in an order; needs a connection. `sort` is a key of `orders`."""
    query = query.order_by(*(column.desc() if descending else column for column in _order(orders, sort)))
    if limit is not None:
        query = query.limit(limit)
    if offset:
        query = query.offset(offset)
    return [key for (key,) in tuples(query)]


def _order(orders: dict[str, tuple[Any, ...]], sort: str) -> tuple[Any, ...]:
    if sort not in orders:
        raise WrongUse("sort-unknown", sort=sort, allowed=", ".join(orders))
    return orders[sort]


def before_in(row: Any, orders: dict[str, tuple[Any, ...]], sort: str, descending: bool) -> Any:
    """What stands before a row in an order."""
    before: Any = None
    same: Any = None
    for column in _order(orders, sort):
        value = getattr(row, column.name)
        nearer = column > value if descending else column < value
        before = nearer if same is None else before | (same & nearer)
        same = column == value if same is None else same & (column == value)
    return before


def subject_like(text: str) -> Any:
    """Where a message's subject has a text in it, in any case; accents don't matter in its beginning."""
    wanted = sort_key(text)
    # What holds no letter at all would be found everywhere.
    known = Message.subject_key.contains(wanted) if wanted else Message.subject_key.is_null()
    return known | Message.subject.contains(text[:LONGEST_SUBJECT])


def _senders_like(text: str, own: Any) -> list[str]:
    """Senders whose organisation's number begins so, or whose name has it in it."""
    wanted = name_key(text)
    if not wanted:
        return []
    senders = [sender for (sender,) in tuples(MessageCopy.select(MessageCopy.sender).where(own).distinct())]
    named = {
        number: name_key(en, cy)
        for model, key in ((Authority, Authority.code), (Establishment, Establishment.number))
        for number, en, cy in tuples(model.select(key, model.name, model.name_cy))
    }
    return [
        sender
        for sender in senders
        if sender.lower().startswith(wanted) or wanted in named.get(organisation_of(sender), "")
    ]


def _items(site: Site, keys: Sequence[int]) -> tuple[Item, ...]:
    if len(keys) > AT_A_TIME:
        parts = [keys[start : start + AT_A_TIME] for start in range(0, len(keys), AT_A_TIME)]
        return tuple(item for part in parts for item in _items(site, part))
    if not keys:
        return ()
    copy = MessageCopy
    query = (
        copy.select(
            copy.id,
            copy.message,
            copy.sender,
            Message.subject,
            copy.received_at,
            copy.is_read,
            copy.read_at,
            copy.read_by,
            copy.due_on,
            copy.inbox,
            copy.addressed,
        )
        .join(Message)
        .where(copy.id.in_(keys))
    )
    rows = {row[0]: row[1:] for row in tuples(query)}
    named = label(site, [row[1] for row in rows.values()])
    return tuple(_item(site, rows[key], named) for key in keys if key in rows)


def _item(site: Site, row: tuple[Any, ...], named: dict[str, str]) -> Item:
    message, sender, subject, received_at, is_read, read_at, read_by, due, inbox, addressed = row
    return Item(
        id=message,
        sender=sender,
        sender_name=named[sender],
        sender_role=role_title(sender) if sender != AUTOMATIC else "",
        subject=subject,
        received=received_at,
        is_read=bool(is_read),
        read=read_at,
        read_by=read_by,
        days_left=days_left(due, site),
        addressed=addressed if addressed != inbox else "",
    )
