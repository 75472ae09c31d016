"""Groups of recipients under one name (R-MSG-4), shared in the own authority, school or WG."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.rules import inboxes
from s2s_tui.rules import messages as rules
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, message_recipients, templates
from s2s_tui.services.site import Site
from s2s_tui.store.models import MessageGroup, MessageGroupMember
from s2s_tui.store.statements import insert, tuples

MOST = 500
"""Groups that one organisation keeps."""
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Group:
    """A group.

    Attributes:
        id: opaque: a number as text.
        title: its name.
        count: how many inboxes are in it.
        members: the inboxes, in the order in which they were put in; empty in a list of groups.
        changed: when it was made or last changed, by `changed_by`.
    """

    id: str
    title: str
    count: int
    members: tuple[str, ...]
    changed: datetime
    changed_by: str


def groups(actor: Actor, site: Site) -> tuple[Group, ...]:
    """The organisation's groups, by title; without their members.

    Raises:
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages")
    group = MessageGroup
    with site.store.connection():
        rows = list(
            group.select().where(group.organisation == actor.organisation).order_by(group.title_key, group.id)
        )
        member = MessageGroupMember
        query = member.select(member.group, fn.COUNT(member.id)).where(
            member.group.in_([row.id for row in rows])
        )
        counts = dict(tuples(query.group_by(member.group)))
    return tuple(
        Group(str(row.id), row.title, counts.get(row.id, 0), (), row.changed_at, row.changed_by)
        for row in rows
    )


def show(actor: Actor, site: Site, group_id: str) -> Group:
    """One group with its members, by its id or its title in any case.

    A member that has closed since is still in it: `message_recipients.chosen` says so.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `group-unknown`: there is none, or it is another organisation's.
    """
    access.require(actor, site, "messages")
    with site.store.connection():
        row = _find(actor, group_id)
        if row is not None:
            return _group(row)
    access.refused(actor, site, "group-show", group_id[:60], "group-unknown")
    raise NotFound("group-unknown", id=group_id)


def add(actor: Actor, site: Site, title: str, members: Sequence[str]) -> Group:
    """Add a group for the own organisation.

    Args:
        actor: who adds it.
        site: the site.
        title: its name.
        members: inboxes, as typed or picked; each counts once.

    Raises:
        NotAllowed: the role has no messages.
        Refused: `title-missing`, `title-long`, `group-taken`, `recipients-missing`, `recipient-closed`…;
            `kept-many`.
        NotFound: `recipient-unknown`.
        WrongUse: `recipient-form`, `recipient-role`.
    """
    access.require(actor, site, "messages")
    said, kept = rules.require_title(title), _members(site, members)

    def change() -> Group:
        _require_free(actor, said)
        if MessageGroup.select().where(MessageGroup.organisation == actor.organisation).count() >= MOST:
            raise Refused("kept-many", most=MOST)
        made = {"organisation": actor.organisation, **_titled(said), **_changed(actor, site)}
        (key,) = insert(MessageGroup, [made])
        insert(MessageGroupMember, [{"group": key, "inbox": inbox} for inbox in kept])
        audit.record(site, actor, "group-add", said, id=key, members=len(kept))
        return _group(MessageGroup.get_by_id(key))

    return site.store.write(change)


def update(
    actor: Actor,
    site: Site,
    group_id: str,
    *,
    title: str | None = None,
    members: Sequence[str] | None = None,
    seen: Group | None = None,
) -> Group:
    """Change a group; what isn't given stays.

    Args:
        actor: who changes it.
        site: the site.
        group_id: which.
        title: in place of what there is, where it is given.
        members: likewise, all of them.
        seen: the group as `show` gave it to the actor; None: whatever it is.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `group-unknown`; else as `add`.
        Refused: as `add`; `shared-changed`, a colleague was faster: who and when.
    """
    before = show(actor, site, group_id)
    kept = None if members is None or tuple(members) == before.members else _members(site, members)

    def change() -> Group:
        row = MessageGroup.get_or_none(_is(actor, before.id))
        if row is None:
            raise NotFound("group-unknown", id=group_id)
        if seen not in (None, _group(row)):
            raise templates.changed_since(site, row)
        said = row.title if title is None else rules.require_title(title)
        _require_free(actor, said, besides=row.id)
        changed = MessageGroup.update(**_titled(said), **_changed(actor, site))
        changed.where(_is(actor, before.id)).execute()
        if kept is not None:
            MessageGroupMember.delete().where(MessageGroupMember.group == int(before.id)).execute()
            insert(MessageGroupMember, [{"group": int(before.id), "inbox": inbox} for inbox in kept])
        found = _group(MessageGroup.get_by_id(int(before.id)))
        audit.record(site, actor, "group-update", said, id=int(before.id), members=found.count)
        return found

    return site.store.write(change)


def copy(actor: Actor, site: Site, group_id: str, title: str = "") -> Group:
    """Copy a group; `title` empty: the same one with the next free number. Closed members are left out.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `group-unknown`.
        Refused: as `add`.
    """
    found = show(actor, site, group_id)
    if not title:
        taken = {rules.sort_key(one.title) for one in groups(actor, site)}
        title = templates.free_title(found.title, taken)
    usable = message_recipients.resolve(site, found.members).recipients
    return add(actor, site, title, [one.inbox for one in usable])


def delete(actor: Actor, site: Site, group_id: str) -> Group:
    """Delete a group: it can't be restored, so the caller asks before.

    Returns:
        What it was.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `group-unknown`.
    """
    before = show(actor, site, group_id)

    def change() -> Group:
        MessageGroupMember.delete().where(MessageGroupMember.group == int(before.id)).execute()
        if not MessageGroup.delete().where(_is(actor, before.id)).execute():
            raise NotFound("group-unknown", id=group_id)
        audit.record(site, actor, "group-delete", before.title, id=int(before.id), members=before.count)
        return before

    return site.store.write(change)


def _members(site: Site, members: Sequence[str]) -> tuple[str, ...]:
    found = message_recipients.resolve(site, members)
    message_recipients.require_taken(found.problems)
    if not found.recipients:
        raise Refused("recipients-missing")
    return inboxes.unique(one.inbox for one in found.recipients)


def _titled(title: str) -> dict[str, str]:
    return {"title": title, "title_key": rules.sort_key(title)}


def _changed(actor: Actor, site: Site) -> dict[str, Any]:
    return {"changed_by": actor.user, "changed_at": site.clock()}


def _is(actor: Actor, group_id: str) -> Any:
    return (MessageGroup.id == int(group_id)) & (MessageGroup.organisation == actor.organisation)


def _require_free(actor: Actor, title: str, besides: int = 0) -> None:
    taken = (MessageGroup.organisation == actor.organisation) & (
        MessageGroup.title_key == rules.sort_key(title)
    )
    found = MessageGroup.get_or_none(taken & (MessageGroup.id != besides))
    if found is not None:
        raise Refused("group-taken", title=found.title)


def _find(actor: Actor, wanted: str) -> Any:
    own: Any = MessageGroup.organisation == actor.organisation
    row = None
    if _NUMBER.fullmatch(wanted):
        row = MessageGroup.get_or_none(own & (MessageGroup.id == int(wanted)))
    if row is None and rules.sort_key(wanted):
        row = MessageGroup.get_or_none(own & (MessageGroup.title_key == rules.sort_key(wanted)))
    return row


def _group(row: Any) -> Group:
    """A group with its members; needs a connection."""
    member = MessageGroupMember
    query = member.select(member.inbox).where(member.group == row.id).order_by(member.id)
    members = tuple(inbox for (inbox,) in tuples(query))
    return Group(str(row.id), row.title, len(members), members, row.changed_at, row.changed_by)
