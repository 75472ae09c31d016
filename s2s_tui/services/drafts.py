"""Drafts: what somebody writes is saved as it is typed, and there after a lost line; its writer's alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.text import storable
from s2s_tui.rules import messages as rules
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import LARGEST_ID
from s2s_tui.store.models import MessageDraft
from s2s_tui.store.statements import insert

MOST = 100
"""Drafts of one person at most."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message being written.

    Attributes:
        id: None until it is saved for the first time.
        to: the inboxes picked so far.
        subject, text: as far as they are written; raw.
        template: the id of the template that it began with; empty for a blank one.
        answers: the message that it is a reply to, or None.
        saved: when it was last saved; None before.
    """

    to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    template: str = ""
    answers: int | None = None
    id: int | None = None
    saved: datetime | None = None


def save(actor: Actor, site: Site, draft: Draft) -> Draft:
    """Save a draft: a new one without an id, else over what is kept of it. Cheap enough for every pause.

    That a draft was begun is on record, not each saving of it.

    Returns:
        It, with its id.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `draft-unknown`, it was sent, dropped or saved otherwise meanwhile, elsewhere.
        Refused: `message-long`, `subject-long`, `drafts-many`.
    """
    access.require(actor, site, "messages")
    if len(draft.text) > rules.LONGEST_TEXT:
        raise Refused("message-long", most=rules.LONGEST_TEXT, length=len(draft.text))
    if len(draft.subject) > rules.LONGEST_SUBJECT:
        raise Refused("subject-long", most=rules.LONGEST_SUBJECT, length=len(draft.subject))

    def change() -> Draft:
        now = site.clock()
        fields: dict[str, Any] = {
            "recipients": storable("\n".join(draft.to)),
            "subject": storable(draft.subject),
            "text": storable(draft.text),
            "template": storable(draft.template[:24]),
            "answers": draft.answers,
            "saved_at": now,
            "due_on": rules.due_unread(local_date(now)),
        }
        key = draft.id
        if key is None:
            if MessageDraft.select().where(MessageDraft.username == actor.user).count() >= MOST:
                raise Refused("drafts-many", most=MOST)
            (key,) = insert(MessageDraft, [{"username": actor.user, **fields}])
            audit.record(site, actor, "draft-begin", str(key))
        elif not MessageDraft.update(**fields).where(_as_saved(actor, key, draft.saved)).execute():
            raise NotFound("draft-unknown", id=key)
        return Draft(draft.to, draft.subject, draft.text, draft.template, draft.answers, key, now)

    return site.store.write(change)


def drafts(actor: Actor, site: Site) -> tuple[Draft, ...]:
    """One's own drafts, the latest saved first.

    Raises:
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages")
    with site.store.connection():
        query = MessageDraft.select().where(MessageDraft.username == actor.user)
        return tuple(
            _draft(row) for row in query.order_by(MessageDraft.saved_at.desc(), MessageDraft.id.desc())
        )


def show(actor: Actor, site: Site, draft_id: int) -> Draft:
    """One of one's own drafts.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `draft-unknown`: there is none, or it is another's.
    """
    access.require(actor, site, "messages")
    with site.store.connection():
        row = MessageDraft.get_or_none(_own(actor, draft_id))
    if row is None:
        access.refused(actor, site, "draft-show", str(draft_id), "draft-unknown")
        raise NotFound("draft-unknown", id=draft_id)
    return _draft(row)


def drop(actor: Actor, site: Site, draft_ids: Sequence[int]) -> int:
    """Throw drafts of one's own away.

    Returns:
        How many there were.

    Raises:
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages")

    def change() -> int:
        count = 0
        for draft_id in dict.fromkeys(draft_ids):
            if MessageDraft.delete().where(_own(actor, draft_id)).execute():
                audit.record(site, actor, "draft-drop", str(draft_id))
                count += 1
        return count

    return site.store.write(change)


def _own(actor: Actor, draft_id: int) -> Any:
    known = draft_id if 0 < draft_id <= LARGEST_ID else 0
    return (MessageDraft.id == known) & (MessageDraft.username == actor.user)


def _as_saved(actor: Actor, draft_id: int, saved: datetime | None) -> Any:
    """A draft as it was saved last: another window's words are not written over."""
    same = _own(actor, draft_id)
    return same if saved is None else same & (MessageDraft.saved_at == saved)


def _draft(row: Any) -> Draft:
    return Draft(
        to=tuple(row.recipients.split("\n")) if row.recipients else (),
        subject=row.subject,
        text=row.text,
        template=row.template,
        answers=row.answers,
        id=row.id,
        saved=row.saved_at,
    )
