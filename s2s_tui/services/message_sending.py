"""Sending messages and replying to them (R-MSG-1, R-MSG-2): all of it, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused, S2SError, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.rules import messages as rules
from s2s_tui.rules.inboxes import AUTOMATIC, inbox_of
from s2s_tui.rules.problems import Problem, refused
from s2s_tui.rules.roles import Actor
from s2s_tui.services import (
    access,
    audit,
    inbox_counts,
    message_addresses,
    message_limits,
    message_recipients,
    messages,
    notify,
)
from s2s_tui.services.message_recipients import Recipient
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import LARGEST_ID
from s2s_tui.services.user_reach import recorded
from s2s_tui.store.models import Message, MessageCopy, MessageDraft
from s2s_tui.store.statements import insert, tuples

CONFIRMATIONS = 2
"""How often a list of pupils to all authorities is to be confirmed (R-MSG-2, §4.2)."""
NAMED_IN_AUDIT = 50
"""Inboxes that an audit entry names; of more it has the number."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message that was sent.

    Attributes:
        id: its id.
        recipients: the inboxes that it went to.
        told: e-mail addresses to which a waiting e-mail goes.
        problems: warnings and hints, as they were before it went.
    """

    id: int
    recipients: tuple[Recipient, ...]
    told: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply to begin with.

    Attributes:
        to: the inboxes that it goes to.
        subject: `Re: …`.
        quoted: the text that it answers, each line after `> `, to put below what is written.
    """

    to: tuple[str, ...]
    subject: str
    quoted: str


def send(
    actor: Actor,
    site: Site,
    to: Sequence[str],
    subject: str,
    text: str,
    *,
    template: str = "",
    draft: int | None = None,
    confirmed: int = 0,
    answers: int | None = None,
) -> Receipt:
    """Send a message: all of it, or nothing (R-MSG-2).

    In one transaction: the message, a copy an inbox, an e-mail an address that says no more than that one
    waits (R-MSG-5), the audit entry, and the draft that it was written in gone.

    Args:
        actor: who writes.
        site: the site.
        to: inboxes (`681/user`, `6814053`, `wg`), as picked; those that fall together count once.
        subject: one line, at most 200 characters.
        text: at most 100,000 characters; kept just as it is.
        template: the id of the template it began with, for the record.
        draft: the draft that it was written in: a second message is not made of it.
        confirmed: how often it was confirmed; a list of pupils to all authorities needs two.
        answers: the message that it is a reply to, where its recipients were picked anew (`begin_answer`).

    Raises:
        NotAllowed: the role has no messages.
        Refused: `recipients-missing`, `recipient-closed`…; `subject-missing`, `subject-long`, `text-missing`,
            `message-long`, `message-nul`; `message-list-to-all` until it is confirmed twice;
            `messages-many`, with when the next can go.
        NotFound: `recipient-unknown`; `message-unknown`, the message answered; `draft-unknown`, it was sent
            or dropped meanwhile, elsewhere.
    """
    if answers is not None:
        messages.reach(actor, site, answers, "message-reply")
    return _dispatch(actor, site, to, subject, text, template, draft, confirmed, answers)


def _dispatch(
    actor: Actor,
    site: Site,
    to: Sequence[str],
    subject: str,
    text: str,
    template: str = "",
    draft: int | None = None,
    confirmed: int = 0,
    answers: int | None = None,
) -> Receipt:
    access.require(actor, site, "messages")

    def send_it() -> Receipt:
        said, kept = rules.require_subject(subject), rules.require_text(text)
        chosen = message_recipients.chosen(actor, site, to, said, kept)
        _require_sendable(chosen, confirmed)

        def change() -> Receipt:
            # Anew within the transaction: a school may have closed, a role have lost its last account, the
            # writer's own account have been taken away.
            access.require_live(actor, site)
            message_limits.require_room(actor, site)
            now = message_recipients.resolve(site, to)
            _require_sendable(now, CONFIRMATIONS)
            _take_draft(actor, draft)
            message_id, told = post(
                site,
                inbox_of(actor),
                actor.user,
                now.recipients,
                said,
                kept,
                template=template,
                answers=answers,
            )
            action = "message-send" if answers is None else "message-reply"
            _record(site, actor, action, message_id, now.recipients)
            return Receipt(message_id, now.recipients, told, chosen.problems)

        return site.store.write(change)

    return recorded(actor, site, "message-send", "", send_it)


def _take_draft(actor: Actor, draft: int | None) -> None:
    """The draft goes as its message does. Of two who send the same one, in two windows, one sends it."""
    if draft is None:
        return
    known = draft if 0 < draft <= LARGEST_ID else 0
    own = (MessageDraft.id == known) & (MessageDraft.username == actor.user)
    if not MessageDraft.delete().where(own).execute():
        raise NotFound("draft-unknown", id=draft)


def _require_sendable(chosen: message_recipients.Chosen, confirmed: int) -> None:
    for problem in chosen.problems:
        if refused([problem]):
            kind: type[S2SError] = NotFound if problem.code == "recipient-unknown" else Refused
            kind = WrongUse if problem.code in ("recipient-form", "recipient-role") else kind
            raise kind(problem.code, **problem.params)
        if problem.code == "message-list-to-all" and confirmed < CONFIRMATIONS:
            raise Refused(problem.code, **problem.params)
    if not chosen.recipients:
        raise Refused("recipients-missing")


def _record(site: Site, actor: Actor, action: str, message_id: int, recipients: Sequence[Recipient]) -> None:
    """Who wrote to whom; never what: a subject may name a child."""
    to = [one.inbox for one in recipients[:NAMED_IN_AUDIT]]
    audit.record(site, actor, action, str(message_id), to=to, recipients=len(recipients))


def post(
    site: Site,
    sender: str,
    sent_by: str,
    recipients: Sequence[Recipient],
    subject: str,
    text: str,
    *,
    about: str = "",
    template: str = "",
    answers: int | None = None,
) -> tuple[int, int]:
    """Write a message, its copies and its waiting e-mails, within the current transaction.

    Returns:
        Its id, and how many e-mails.
    """
    now = site.clock()
    today = local_date(now)
    key = rules.sort_key(subject)
    lying = {one.lies_in: one for one in reversed(recipients)}
    ordered = [one for one in recipients if lying[one.lies_in] is one]
    (message_id,) = insert(
        Message,
        [
            {
                "sender": sender,
                "sent_by": sent_by,
                "subject": subject,
                "subject_key": key,
                "text": text,
                "about": about,
                "sent_at": now,
                "recipients": len(ordered),
                "template": storable(template)[:24],
                "answers": answers,
                "due_on": rules.due_whole(today),
            }
        ],
    )
    due = rules.due_unread(today)
    insert(
        MessageCopy,
        [
            {
                "message": message_id,
                "inbox": one.lies_in,
                "addressed": one.inbox,
                "sender": sender,
                "subject_key": key,
                "received_at": now,
                "due_on": due,
            }
            for one in ordered
        ],
    )
    inbox_counts.came(one.lies_in for one in ordered)
    waits = notify.message_waits(site, message_addresses.addresses(ordered), about or "message")
    return message_id, waits


def begin_answer(actor: Actor, site: Site, message_id: int, *, to_all: bool = False) -> Answer:
    """What a reply begins with: whom it goes to, its subject, the text that it answers.

    Args:
        actor: who replies.
        site: the site.
        message_id: a message in the actor's inbox, or one that it sent.
        to_all: to the other recipients too.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `message-unknown`.
        Refused: `message-automatic`, nobody reads what is replied to it.
    """
    message, copy = messages.reach(actor, site, message_id, "message-reply")
    if message.sender == AUTOMATIC:
        access.refused(actor, site, "message-reply", str(message_id), "message-automatic")
        raise Refused("message-automatic")
    own = inbox_of(actor)
    with site.store.connection():
        everybody = [addressed for addressed, _lies_in in _addressed(message.id)]
    others = [one for one in everybody if one not in (own, copy.addressed if copy is not None else own)]
    if message.sender == own and copy is None:
        # To one's own message: another word to those it went to.
        to = tuple(everybody)
    else:
        to = tuple(dict.fromkeys((message.sender, *(others if to_all else ()))))
    quoted = "\n".join(f"> {line}" for line in message.text.splitlines())
    return Answer(to, rules.answered(message.subject), quoted)


def reply(
    actor: Actor,
    site: Site,
    message_id: int,
    text: str,
    *,
    to_all: bool = False,
    subject: str = "",
    draft: int | None = None,
    confirmed: int = 0,
) -> Receipt:
    """Reply to the sender, or to the sender and all other recipients (R-MSG-1).

    Args:
        actor: who replies.
        site: the site.
        message_id: the message that is answered.
        text: the reply, with or without the quoted text.
        to_all: to the other recipients too; those that have closed meanwhile are left out.
        subject: empty for `Re:` and the subject of the message.
        draft: the draft that it was written in.
        confirmed: as in `send`.

    Raises:
        As `send` and `begin_answer`.
    """
    answer = begin_answer(actor, site, message_id, to_all=to_all)
    to: Sequence[str] = answer.to
    if to_all:
        to = [one.inbox for one in message_recipients.resolve(site, to).recipients]
    return _dispatch(
        actor,
        site,
        to,
        subject or answer.subject,
        text,
        draft=draft,
        confirmed=confirmed,
        answers=message_id,
    )


def _addressed(message_id: int) -> list[tuple[str, str]]:
    query = MessageCopy.select(MessageCopy.addressed, MessageCopy.inbox).where(
        MessageCopy.message == message_id
    )
    return [(addressed, lies_in) for addressed, lies_in in tuples(query.order_by(MessageCopy.id))]
