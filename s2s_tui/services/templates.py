"""Templates of messages (R-MSG-4): those of the own organisation, shared in it, and ready ones.

An organisation's template has a number for an id, a ready one a name with its language (`ctf-request.cy`).
Ready ones can be used and copied; to change one, copy it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.translation import LANGUAGES, in_language, language
from s2s_tui.rules import messages as rules
from s2s_tui.rules.inboxes import organisation_of
from s2s_tui.rules.problems import Problem, warn
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, directory, message_recipients, ready_templates
from s2s_tui.services.site import Site
from s2s_tui.services.user_reach import moment
from s2s_tui.store.models import MessageTemplate
from s2s_tui.store.statements import insert

MOST = 500
"""Templates that one organisation keeps."""
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Template:
    """A template.

    Attributes:
        id: opaque: a number as text, or a ready one's name.
        title, subject, text: raw; `{school}`, `{la}` and `{date}` fill themselves in, and `{files}` where
            schools are asked to collect files (R-DWN-5).
        is_ready: it comes with the program: it can be used and copied, not changed or deleted.
        language: of a ready one, `en` or `cy`; empty for others.
        changed: when it was made or last changed; None for a ready one. `changed_by` by whom.
    """

    id: str
    title: str
    subject: str
    text: str
    is_ready: bool = False
    language: str = ""
    changed: datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its fields filled in, to begin writing with.

    Attributes:
        problems: a `field-open` (warn) for each field whose value isn't known; it stands in the text still.
    """

    subject: str
    text: str
    problems: tuple[Problem, ...]


def templates(actor: Actor, site: Site) -> tuple[Template, ...]:
    """The organisation's templates by title, then the ready ones, those in the reader's language first.

    Raises:
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages")
    with site.store.connection():
        query = MessageTemplate.select().where(MessageTemplate.organisation == actor.organisation)
        own = [_template(row) for row in query.order_by(MessageTemplate.title_key, MessageTemplate.id)]
    order = sorted(LANGUAGES, key=lambda one: one != language())
    return (*own, *(_ready(name, one) for one in order for name in ready_templates.READY))


def show(actor: Actor, site: Site, template_id: str) -> Template:
    """One template, by its id or its title in any case.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `template-unknown`: there is none, or it is another organisation's.
    """
    access.require(actor, site, "messages")
    with site.store.connection():
        found = _find(actor, template_id)
    if found is None:
        access.refused(actor, site, "template-show", template_id[:60], "template-unknown")
        raise NotFound("template-unknown", id=template_id)
    return found


def add(actor: Actor, site: Site, title: str, subject: str, text: str) -> Template:
    """Add a template for the own organisation.

    Raises:
        NotAllowed: the role has no messages.
        Refused: `title-missing`, `title-long`, `template-taken`; `subject-long`, `message-long`,
            `message-nul`; `kept-many`.
    """
    access.require(actor, site, "messages")
    fields = _fields(title, subject, text)

    def change() -> Template:
        _require_free(actor, fields["title_key"])
        own = MessageTemplate.organisation == actor.organisation
        if MessageTemplate.select().where(own).count() >= MOST:
            raise Refused("kept-many", most=MOST)
        made = {"organisation": actor.organisation, **fields, **_changed(actor, site)}
        (key,) = insert(MessageTemplate, [made])
        audit.record(site, actor, "template-add", fields["title"], id=key)
        return _template(MessageTemplate.get_by_id(key))

    return site.store.write(change)


def update(
    actor: Actor,
    site: Site,
    template_id: str,
    *,
    title: str | None = None,
    subject: str | None = None,
    text: str | None = None,
    seen: Template | None = None,
) -> Template:
    """Change a template; what isn't given stays.

    Args:
        actor: who changes it.
        site: the site.
        template_id: which.
        title: in place of what there is, where it is given; likewise the others.
        subject: of the message that it begins.
        text: likewise.
        seen: the template as the actor saw it; None: whatever it is.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `template-unknown`.
        Refused: as `add`; `template-ready`, it comes with the program: copy it; `shared-changed`, a colleague
            was faster: who and when.
    """
    before = _own(actor, site, template_id, "template-update")

    def change() -> Template:
        row = MessageTemplate.get_or_none(_is(actor, before.id))
        if row is None:
            raise NotFound("template-unknown", id=template_id)
        if seen not in (None, _template(row)):
            raise changed_since(site, row)
        fields = _fields(
            row.title if title is None else title,
            row.subject if subject is None else subject,
            row.text if text is None else text,
        )
        _require_free(actor, fields["title_key"], besides=row.id)
        MessageTemplate.update(**fields, **_changed(actor, site)).where(_is(actor, before.id)).execute()
        audit.record(site, actor, "template-update", fields["title"], id=int(before.id))
        return _template(MessageTemplate.get_by_id(int(before.id)))

    return site.store.write(change)


def copy(actor: Actor, site: Site, template_id: str, title: str = "") -> Template:
    """Copy a template, a ready one too, into the own organisation's.

    Args:
        actor: who copies.
        site: the site.
        template_id: what is copied.
        title: of the copy; empty for the same with the next free number: `Request for a CTF (2)`.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `template-unknown`.
        Refused: as `add`.
    """
    found = show(actor, site, template_id)
    if title:
        return add(actor, site, title, found.subject, found.text)
    with site.store.connection():
        query = MessageTemplate.select(MessageTemplate.title_key).where(
            MessageTemplate.organisation == actor.organisation
        )
        taken = {row.title_key for row in query}
    return add(actor, site, free_title(found.title, taken), found.subject, found.text)


def delete(actor: Actor, site: Site, template_id: str) -> Template:
    """Delete a template: it can't be restored (§6.7), so the caller asks before.

    Returns:
        What it was.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `template-unknown`.
        Refused: `template-ready`.
    """
    before = _own(actor, site, template_id, "template-delete")

    def change() -> Template:
        if not MessageTemplate.delete().where(_is(actor, before.id)).execute():
            raise NotFound("template-unknown", id=template_id)
        audit.record(site, actor, "template-delete", before.title, id=int(before.id))
        return before

    return site.store.write(change)


def filled(actor: Actor, site: Site, template_id: str, to: Sequence[str]) -> Filled:
    """A template's subject and text to begin writing with.

    `{school}` is the school that is written to where it is one, else the school that writes; `{la}` the
    writer's authority, or Welsh Government; `{date}` today in London. What isn't known stays as it is.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `template-unknown`.
    """
    found = show(actor, site, template_id)
    with in_language(found.language or language()):
        fields = _values(actor, site, to)
        subject, text = rules.filled(found.subject, fields), rules.filled(found.text, fields)
    problems = tuple(warn("field-open", field=field) for field in rules.left_open(f"{subject}\n{text}"))
    return Filled(subject, text, problems)


def changed_since(site: Site, row: Any) -> Refused:
    """`shared-changed`: a colleague has changed what was seen otherwise, a template or a group."""
    when = moment(site, row.changed_at)
    return Refused("shared-changed", title=row.title, by=row.changed_by, when=when)


def free_title(title: str, taken: set[str]) -> str:
    """A title, with the first number after it that makes it free."""
    number, tried = 1, title
    while rules.sort_key(tried) in taken:
        number += 1
        ending = f" ({number})"
        tried = title[: rules.LONGEST_TITLE - len(ending)] + ending
    return tried


def worded(found: Template, spoken: str) -> tuple[str, str]:
    """A template's subject and text for a reader: a ready one in the reader's language, others as written."""
    if not found.is_ready:
        return found.subject, found.text
    _title, subject, text = ready_templates.worded(found.id.rpartition(".")[0], spoken)
    return subject, text


def values(actor: Actor, site: Site, schools: Sequence[str]) -> dict[str, str]:
    """What fills itself in, in the language that is spoken: `{school}` where it is one, `{la}`, `{date}`."""
    authority = actor.authority or organisation_of(actor.organisation)
    named = directory.names(site, [*schools[:1], authority], language())
    today = local_date(site.clock())
    return {
        "school": named[schools[0]] if len(schools) == 1 else "",
        "la": named[authority],
        "date": f"{today:%d/%m/%Y}",
    }


def _values(actor: Actor, site: Site, to: Sequence[str]) -> dict[str, str]:
    picked = [one.inbox for one in message_recipients.resolve(site, to).recipients]
    schools = [one for one in picked if len(one) == 7 and one.isdigit()]
    if len(schools) != 1 and len(actor.organisation) == 7:
        schools = [actor.organisation]
    return values(actor, site, schools)


def _fields(title: str, subject: str, text: str) -> dict[str, str]:
    said = rules.require_title(title)
    return {
        "title": said,
        "title_key": rules.sort_key(said),
        "subject": rules.require_subject(subject) if subject.strip() else "",
        "text": rules.require_text(text, may_be_empty=True),
    }


def _changed(actor: Actor, site: Site) -> dict[str, Any]:
    return {"changed_by": actor.user, "changed_at": site.clock()}


def _own(actor: Actor, site: Site, template_id: str, act: str) -> Template:
    found = show(actor, site, template_id)
    if found.is_ready:
        access.refused(actor, site, act, found.id, "template-ready")
        raise Refused("template-ready", title=found.title)
    return found


def _is(actor: Actor, template_id: str) -> Any:
    return (MessageTemplate.id == int(template_id)) & (MessageTemplate.organisation == actor.organisation)


def _require_free(actor: Actor, key: str, besides: int = 0) -> None:
    taken = (MessageTemplate.organisation == actor.organisation) & (MessageTemplate.title_key == key)
    found = MessageTemplate.get_or_none(taken & (MessageTemplate.id != besides))
    if found is not None:
        raise Refused("template-taken", title=found.title)


def _find(actor: Actor, wanted: str) -> Template | None:
    own: Any = MessageTemplate.organisation == actor.organisation
    row = None
    if _NUMBER.fullmatch(wanted):
        row = MessageTemplate.get_or_none(own & (MessageTemplate.id == int(wanted)))
    name, _dot, spoken = wanted.rpartition(".")
    if row is None and name in ready_templates.READY and spoken in LANGUAGES:
        return _ready(name, spoken)
    if row is None and rules.sort_key(wanted):
        row = MessageTemplate.get_or_none(own & (MessageTemplate.title_key == rules.sort_key(wanted)))
    if row is not None:
        return _template(row)
    for name in ready_templates.READY:
        for spoken in LANGUAGES:
            found = _ready(name, spoken)
            if found.title.casefold() == wanted.strip().casefold():
                return found
    return None


def _ready(name: str, spoken: str) -> Template:
    title, subject, text = ready_templates.worded(name, spoken)
    return Template(f"{name}.{spoken}", title, subject, text, is_ready=True, language=spoken)


def _template(row: Any) -> Template:
    return Template(
        str(row.id), row.title, row.subject, row.text, changed=row.changed_at, changed_by=row.changed_by
    )
