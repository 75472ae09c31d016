"""Secure messages (R-MSG): shown, recalled, printed, deleted.

A message is known by its id; an inbox that neither sent nor received it hears `message-unknown`, as of one
that there is not. Sending is `message_sending`, lists are `inbox` and `sent_messages`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused, S2SError
from s2s_tui.rules import messages as rules
from s2s_tui.rules.inboxes import AUTOMATIC, inbox_of, role_title
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, files, inbox, inbox_counts, message_page, sent_messages
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import LARGEST_ID, Outcome
from s2s_tui.store.models import Message, MessageCopy
from s2s_tui.store.statements import tuples

DELETED, EXPIRED, RECALLED = "deleted", "expired", "recalled"
"""Why a copy is in its inbox no more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a recipient stands to a message.

    Attributes:
        inbox: it was sent there; `name` and `role` as in `message_recipients.Recipient`.
        lies_in: where it lies, the DBA's inbox where the role had nobody.
        read: when it was first opened; None while it has not been.
        read_by: who opened it; empty for all but the inbox's own accounts.
        gone: `deleted`, `expired` or `recalled` where it is in that inbox no more; else empty.
    """

    inbox: str
    lies_in: str
    name: str
    role: str
    read: datetime | None
    read_by: str
    gone: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message, opened.

    Attributes:
        sender: the inbox that it came from; `S2S` for an automatic one. Its name and role beside it.
        sent_by: who sent it, where the actor's own inbox did; else empty.
        subject, text: raw, just as they were sent.
        about: what an automatic one tells (`chased`…); else empty.
        answers: the message that it answers, where that can still be opened by this inbox; else None.
        is_received: it lies in the actor's inbox.
        is_sent: it was sent from there, and the sender's copy is kept.
        read: when somebody of the inbox first opened it, before now or now; None where it is only sent.
        read_by: who that was.
        days_left: London days until this inbox's copy is deleted.
        recipients: how many inboxes it went to; `unread` how many of them have yet to read it.
        to: the recipients: all of them, in the order in which they were picked; who has read is told to the
            sender only (R-MSG-3).
        may_answer: whether it can be replied to (not an automatic one, nor what this inbox only sent).
    """

    id: int
    sender: str
    sender_name: str
    sender_role: str
    sent_by: str
    subject: str
    text: str
    sent: datetime
    about: str
    answers: int | None
    is_received: bool
    is_sent: bool
    read: datetime | None
    read_by: str
    days_left: int
    recipients: int
    unread: int
    recalled: datetime | None
    to: tuple[Reading, ...]
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a recall did: from how many inboxes it was taken back, and how many had read it before."""

    recalled: int
    read: int


def show(actor: Actor, site: Site, message_id: int) -> Shown:
    """Open a message of one's own inbox, which marks it as read there, or one sent from it (R-MSG-1, 3).

    Each opening is on record, as a message may name a child.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `message-unknown`: there is none, it is another inbox's, or it has gone from this one.
    """
    message, copy = reach(actor, site, message_id, "message-show")

    def change() -> None:
        if copy is not None:
            now = site.clock()
            first = MessageCopy.update(
                is_read=True, read_at=now, read_by=actor.user, due_on=_due(copy, local_date(now))
            ).where(
                (MessageCopy.id == copy.id) & MessageCopy.gone_at.is_null() & (MessageCopy.is_read == False)  # noqa: E712
            )
            if first.execute():  # of two at once, one
                inbox_counts.was_read(copy.inbox)
        audit.record(site, actor, "message-show", str(message_id))

    site.store.write(change)
    message, copy = reach(actor, site, message_id, "message-show")
    return _shown(actor, site, message, copy)


def _due(copy: Any, today: date) -> date:
    """When a copy that is opened today goes; a clock that was set back shortens nobody's fortnight."""
    return rules.due_read(max(today, local_date(copy.received_at)))


def readings(actor: Actor, site: Site, message_id: int) -> tuple[Reading, ...]:
    """Who has read a message that was sent from the actor's inbox, and when (R-MSG-3), first who has not.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `message-unknown`, or it wasn't sent from there.
    """
    message, _ = reach(actor, site, message_id, "message-readings", sent_only=True)
    with site.store.connection():
        found = _readings(site, message, inbox_of(actor), is_sender=True)
    return tuple(sorted(found, key=lambda one: one.read is not None))


def recall(actor: Actor, site: Site, message_id: int) -> Recalled:
    """Take a message back from every inbox that has not opened it.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `message-unknown`, or it wasn't sent from the actor's inbox.
        Refused: `message-read`, there is none left that has not been opened.
    """
    reach(actor, site, message_id, "message-recall", sent_only=True)

    def change() -> Recalled:
        of_it = MessageCopy.message == message_id
        unread = of_it & MessageCopy.gone_at.is_null() & (MessageCopy.is_read == False)  # noqa: E712
        now = site.clock()
        lying = [
            (inbox, False, 1) for (inbox,) in tuples(MessageCopy.select(MessageCopy.inbox).where(unread))
        ]
        count = MessageCopy.update(gone=RECALLED, gone_at=now).where(unread).execute()
        read = MessageCopy.select().where(of_it & (MessageCopy.is_read == True)).count()  # noqa: E712
        if not count:
            raise Refused("message-read", read=read)
        inbox_counts.went(lying)
        Message.update(recalled_at=now).where(Message.id == message_id).execute()
        audit.record(site, actor, "message-recall", str(message_id), recalled=int(count), read=read)
        return Recalled(int(count), read)

    try:
        return site.store.write(change)
    except Refused as error:
        access.refused(actor, site, "message-recall", str(message_id), error.code)
        raise


def save_text(actor: Actor, site: Site, message_id: int, folder: Path, *, name: str = "") -> Path:
    """Print a message: save it as a plain text file, never over another, never half (R-MSG-1).

    Printing opens it. That it was printed is on record before the file is there.

    Args:
        actor: who prints.
        site: the site.
        message_id: the message.
        folder: where; it must exist.
        name: the file's name; empty for `message-ID.txt`.

    Raises:
        As `show` and `files.save`.
    """
    shown = show(actor, site, message_id)
    target = name or f"message-{message_id}.txt"
    content = message_page.page(shown).encode()
    site.store.write(lambda: audit.record(site, actor, "message-print", str(message_id)))
    try:
        return files.save(folder, target, lambda file: _write(file, content))
    except S2SError as error:
        access.refused(actor, site, "message-print", str(message_id), error.code)
        raise


def _write(file: Any, content: bytes) -> None:
    file.write(content)


def delete(actor: Actor, site: Site, ids: Sequence[int]) -> tuple[Outcome, ...]:
    """Delete this inbox's copies of messages: received ones, and those that it sent.

    Others' copies stay. A message of which nobody has a copy any more goes altogether.

    Returns:
        What became of each, by its subject; `message-unknown` where there was none.

    Raises:
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages")
    with site.store.connection():
        return tuple(_delete(actor, site, message_id) for message_id in dict.fromkeys(ids))


def _delete(actor: Actor, site: Site, message_id: int) -> Outcome:
    try:
        message, _ = reach(actor, site, message_id, "message-delete")
    except NotFound as error:
        return Outcome(message_id, "", error)
    site.store.write(partial(_drop, actor, site, message))
    return Outcome(message_id, message.subject)


def _drop(actor: Actor, site: Site, message: Any) -> None:
    own, now = inbox_of(actor), site.clock()
    held = (MessageCopy.message == message.id) & (MessageCopy.inbox == own) & MessageCopy.gone_at.is_null()
    for copy_id, is_read in tuples(MessageCopy.select(MessageCopy.id, MessageCopy.is_read).where(held)):
        if MessageCopy.update(gone=DELETED, gone_at=now).where(held & (MessageCopy.id == copy_id)).execute():
            inbox_counts.went([(own, is_read, 1)])
    Message.update(dropped_at=now).where(
        (Message.id == message.id) & (Message.sender == own) & Message.dropped_at.is_null()
    ).execute()
    clear([message.id])
    audit.record(site, actor, "message-delete", str(message.id))


def clear(message_ids: Sequence[int]) -> int:
    """Remove those of some messages that nobody has a copy of any more; within the current transaction."""
    kept = MessageCopy.select(MessageCopy.message).where(
        MessageCopy.message.in_(message_ids) & MessageCopy.gone_at.is_null()
    )
    gone: Any = Message.id.in_(message_ids) & Message.id.not_in(kept)
    # What the program itself sent has no sender who keeps a copy.
    gone &= Message.dropped_at.is_null(False) | (Message.sender == AUTOMATIC)
    found = [key for (key,) in tuples(Message.select(Message.id).where(gone))]
    if found:
        MessageCopy.delete().where(MessageCopy.message.in_(found)).execute()
        Message.delete().where(Message.id.in_(found)).execute()
    return len(found)


def reach(actor: Actor, site: Site, message_id: int, act: str, *, sent_only: bool = False) -> tuple[Any, Any]:
    """A message of the actor's inbox and its copy there; None for the copy where it was only sent.

    Raises:
        NotFound: `message-unknown`; audited.
    """
    access.require(actor, site, "messages", subject=str(message_id))
    own = inbox_of(actor)
    message = copy = None
    if 0 < message_id <= LARGEST_ID:
        with site.store.connection():
            message = Message.get_or_none(Message.id == message_id)
            copy = MessageCopy.get_or_none(
                (MessageCopy.message == message_id)
                & (MessageCopy.inbox == own)
                & MessageCopy.gone_at.is_null()
            )
    is_sent = message is not None and message.sender == own and message.dropped_at is None
    if message is None or not (is_sent or (copy is not None and not sent_only)):
        access.refused(actor, site, act, str(message_id), "message-unknown")
        raise NotFound("message-unknown", id=message_id)
    return message, copy


def _shown(actor: Actor, site: Site, message: Any, copy: Any) -> Shown:
    own = inbox_of(actor)
    is_sender = message.sender == own and message.dropped_at is None
    with site.store.connection():
        to = _readings(site, message, own, is_sender=is_sender)
        names = inbox.label(site, [message.sender])
        waiting = sent_messages.unread_counts([message.id]).get(message.id, 0) if is_sender else 0
        before = message.answers is not None and _is_withinreach(own, message.answers)
    return Shown(
        id=message.id,
        sender=message.sender,
        sender_name=names[message.sender],
        sender_role=role_title(message.sender),
        sent_by=message.sent_by if message.sender == own else "",
        subject=message.subject,
        text=message.text,
        sent=message.sent_at,
        about=message.about,
        answers=message.answers if before else None,
        is_received=copy is not None,
        is_sent=is_sender,
        read=copy.read_at if copy is not None else None,
        read_by=copy.read_by if copy is not None else "",
        days_left=inbox.days_left(copy.due_on if copy is not None else message.due_on, site),
        recipients=message.recipients,
        unread=waiting,
        recalled=message.recalled_at if is_sender else None,
        to=to,
        may_answer=message.sender != AUTOMATIC,
    )


def _is_withinreach(own: str, message_id: int) -> bool:
    """Whether an inbox can still open a message. Needs a connection."""
    copy = MessageCopy.select().where(
        (MessageCopy.message == message_id) & (MessageCopy.inbox == own) & MessageCopy.gone_at.is_null()
    )
    sent = Message.select().where(
        (Message.id == message_id) & (Message.sender == own) & Message.dropped_at.is_null()
    )
    return bool(copy.exists() or sent.exists())


def _readings(site: Site, message: Any, own: str, *, is_sender: bool) -> tuple[Reading, ...]:
    """The recipients; who has read is the sender's to know, and who opened it that inbox's alone."""
    copy = MessageCopy
    query = copy.select(copy.addressed, copy.inbox, copy.read_at, copy.read_by, copy.gone).where(
        copy.message == message.id
    )
    rows = tuples(query.order_by(copy.id))
    named = inbox.label(site, [row[0] for row in rows])
    return tuple(
        Reading(
            inbox=addressed,
            lies_in=lies_in,
            name=named[addressed],
            role=role_title(addressed),
            read=read_at if is_sender or lies_in == own else None,
            read_by=read_by if lies_in == own else "",
            gone=gone if is_sender else "",
        )
        for addressed, lies_in, read_at, read_by, gone in rows
    )
