"""Changing what is held of a school (R-SCH-2): its details, its account's name, whether it is active.

A change that comes from a form hands in the school as the form showed it (`seen`): what somebody else has
changed meanwhile is told, and nothing is overwritten.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from s2s_tui.base.errors import Refused, WrongUse
from s2s_tui.base.translation import LANGUAGES
from s2s_tui.rules import contacts, emails
from s2s_tui.rules.registers import LONGEST_NAME, LONGEST_PHASE, LONGEST_TOWN
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, notify, sessions, user_letters, usernames
from s2s_tui.services.schools import School, reached, school_of
from s2s_tui.services.site import Site
from s2s_tui.services.user_reach import moment, recorded
from s2s_tui.services.wording.schools import fields as in_words
from s2s_tui.store.models import Establishment, MessageDraft, SavedReport, User
from s2s_tui.store.statements import tuples

EDITED = ("name", "name_cy", "town", "phone", "email", "language", "username")
"""What can be changed of a school (R-SCH-2), in the order of forms."""


@dataclass(frozen=True, slots=True)
class Change:
    """One detail: what it was, and what it is to be or is now."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved of a school: as it is now, and what is other than before; nothing if all is the same.

    Attributes:
        shut: the username of its account where that was made inactive by itself, and stays so though the
            school was made active.
    """

    school: School
    changes: tuple[Change, ...]
    shut: str = ""


def preview(
    actor: Actor, site: Site, number: str, typed: Mapping[str, str], seen: School | None = None
) -> tuple[Change, ...]:
    """What an update would change, for the person to see before it is saved; raises as `update`."""
    access.require(actor, site, "schools.update")

    def look() -> tuple[Change, ...]:
        with site.store.connection():
            return _changes(site, _to_change(actor, site, number, seen), typed)

    return recorded(actor, site, "schools.update", number, look)


def update(
    actor: Actor, site: Site, number: str, typed: Mapping[str, str], seen: School | None = None
) -> Saved:
    """Change details of a school (R-SCH-2); what isn't among `typed` stays.

    Args:
        actor: a DBA, for a school of its authority; WG.
        site: the site.
        number: which school.
        typed: fields of `EDITED` and what was typed.
        seen: the school as the actor saw it.

    Raises:
        NotAllowed: the role changes no schools.
        NotFound: `school-unknown`.
        Refused: what is wrong with a field (`field` names it); `school-closed`; `school-changed`, somebody
            else was faster: who, when and what.
        WrongUse: `field-unknown`.
    """

    def change() -> Saved:
        row = _to_change(actor, site, number, seen)
        changes = _changes(site, row, typed)
        for one in changes:
            if one.field == "username":
                _rename(actor, site, row.number, one)
        _keep(actor, site, row, {one.field: one.after for one in changes if one.field != "username"}, changes)
        return Saved(school_of(site, reached(actor, number)), changes)

    access.require(actor, site, "schools.update", subject=number[:100])
    return recorded(actor, site, "school-update", number, lambda: site.store.write(change))


def set_active(actor: Actor, site: Site, number: str, active: bool, seen: School | None = None) -> Saved:
    """Let a school use s2s, or not (R-SCH-2): to an inactive one nothing is sent, and its account is shut.

    With the school its account can be used again, unless somebody had made that inactive by itself.

    Use of s2s is a statutory requirement, so no school should need to be inactive (notes, §3.8).

    Raises:
        NotAllowed: the role changes no schools.
        NotFound: `school-unknown`.
        Refused: `school-closed`, `school-changed`.
    """

    def change() -> Saved:
        row = _to_change(actor, site, number, seen)
        if bool(row.active) == active:
            return Saved(school_of(site, row), ())
        before, after = ("inactive", "open") if active else ("open", "inactive")
        changes = (Change("state", before, after),)
        shut(actor, site, row.number, "deactivated", active=active)
        _keep(actor, site, row, {"active": active}, changes)
        school = school_of(site, reached(actor, number))
        still: Any = (User.username == school.username) & ~User.active
        stays = active and User.select().where(still).exists()
        return Saved(school, changes, school.username if stays else "")

    access.require(actor, site, "schools.update", subject=number[:100])
    return recorded(actor, site, "school-active", number, lambda: site.store.write(change))


def tell(actor: Actor, site: Site, saved: Saved) -> tuple[str, ...]:
    """E-mail a school which of its details were changed (R-SCH-2); at its address of before, too.

    Returns:
        The addresses.

    Raises:
        NotAllowed: the role changes no schools.
        NotFound: `school-unknown`.
        Refused: `school-no-address`.
    """
    access.require(actor, site, "schools.update")

    def change() -> tuple[str, ...]:
        row = reached(actor, saved.school.number)
        former = [one.before for one in saved.changes if one.field == "email"]
        addresses = tuple(dict.fromkeys(address for address in (row.email, *former) if address))
        if not addresses:
            raise Refused("school-no-address", number=row.number, name=row.name)
        states = [one.after for one in saved.changes if one.field == "state"]
        about = {"open": "school-on", "inactive": "school-off"}[states[0]] if states else "school-changed"
        fields = [one.field for one in saved.changes]
        notify.school_changed(site, about, row.number, addresses, fields, actor.organisation)
        audit.record(site, actor, "school-tell", row.number, fields=fields)
        return addresses

    return recorded(actor, site, "school-tell", saved.school.number, lambda: site.store.write(change))


# What other services of schools ask, within a transaction


def shut(actor: Actor, site: Site, number: str, reason: str, *, active: bool = False) -> None:
    """Make a school's account inactive, its sessions ended; or, with `active`, one that can be used again.

    What somebody made inactive by itself stays so.
    """
    mine: Any = (User.organisation == number) & User.deleted_at.is_null()
    mine &= User.shut_with if active else User.active
    if not active:
        for (username,) in tuples(User.select(User.username).where(mine)):
            sessions.end_sessions(site, username, reason)
    User.update(
        active=active, shut_with=not active, changed_at=site.clock(), changed_by=actor.user[:40]
    ).where(mine).execute()


def redirect_letters(site: Site, number: str, before: str, after: str) -> None:
    """Letters to a school's account that wait go to the address that the school has now."""
    mine: Any = (User.organisation == number) & User.deleted_at.is_null()
    for key, own in tuples(User.select(User.id, User.email).where(mine)):
        user_letters.redirect(site, key, before or own, after or own)


def checked(site: Site, what: str, text: str) -> str:
    """A detail as it is kept.

    Raises:
        Refused: what is wrong with it, with its `field`.
        WrongUse: `field-unknown`.
    """
    checks: dict[str, Callable[[str], str]] = {
        "name": lambda text: contacts.contact(text, "name", LONGEST_NAME),
        "name_cy": lambda text: contacts.contact(text, "name_cy", LONGEST_NAME),
        "town": lambda text: contacts.contact(text, "town", LONGEST_TOWN),
        "phone": contacts.phone,
        "email": lambda text: emails.address(text, emails.listed(site.settings.banned_email_domains)),
        "language": typed_language,
        "phase": lambda text: contacts.contact(text, "phase", LONGEST_PHASE),
        "username": contacts.username,
    }
    if what not in checks:
        raise WrongUse("field-unknown", field=what, allowed=", ".join(checks))
    plain = checks[what](text)
    if what == "name" and not any(character.isalnum() for character in plain):
        raise Refused("school-name", field="name")
    return plain


def typed_language(text: str) -> str:
    """`en` or `cy`; raises `language-unknown`."""
    plain = text.strip().casefold()
    if plain not in LANGUAGES:
        raise Refused("language-unknown", language=text[:40], allowed=", ".join(LANGUAGES), field="language")
    return plain


def _to_change(actor: Actor, site: Site, number: str, seen: School | None) -> Any:
    row = reached(actor, number)
    if seen is not None:
        _compare(site, seen, school_of(site, row))
    if row.closed is not None:
        raise Refused("school-closed", number=number, name=row.name)
    return row


def _compare(site: Site, seen: School, now: School) -> None:
    names = [name for name in (*EDITED, "state") if getattr(seen, name) != getattr(now, name)]
    if names or seen.changed_at != now.changed_at:
        raise Refused(
            "school-changed",
            number=now.number,
            by=now.changed_by,
            when=moment(site, now.changed_at or site.clock()),
            what=in_words(names),
        )


def _changes(site: Site, row: Any, typed: Mapping[str, str]) -> tuple[Change, ...]:
    now = school_of(site, row)
    wanted = {what: checked(site, what, text) for what, text in typed.items()}
    if "username" in wanted and wanted["username"] != now.username:
        if not now.username:
            raise Refused("school-without-account", number=now.number, field="username")
        usernames.check_free(wanted["username"], but=now.username, former_of=now.number)
    other = [what for what in EDITED if what in wanted and wanted[what] != getattr(now, what)]
    return tuple(Change(what, getattr(now, what), wanted[what]) for what in other)


def _keep(actor: Actor, site: Site, row: Any, values: Mapping[str, Any], changes: Sequence[Change]) -> None:
    if not changes:
        return
    Establishment.update(**values, changed_at=site.clock(), changed_by=actor.user[:40]).where(
        Establishment.number == row.number
    ).execute()
    details = {one.field: [one.before, one.after] for one in changes}
    if "email" in details:
        redirect_letters(site, row.number, *details["email"])
    audit.record(site, actor, "school-update", row.number, changes=details)


def _rename(actor: Actor, site: Site, number: str, change: Change) -> None:
    """Whoever is logged on with the account logs on anew, by its new name; the old one stays the school's.

    What is kept by username goes along.
    """
    sessions.end_sessions(site, change.before, "role")
    for model in (MessageDraft, SavedReport):
        model.update(username=change.after).where(model.username == change.before).execute()
    former = User.get_or_none(User.username == change.after)
    if former is not None and usernames.is_former(former):
        former.delete_instance()
    User.update(username=change.after, changed_at=site.clock(), changed_by=actor.user[:40]).where(
        (User.username == change.before) & (User.organisation == number)
    ).execute()
    usernames.keep_former(site, actor, number, change.before)
