"""Setting up and changing accounts (R-USR): a DBA its authority's and its schools', WG the authorities' DBAs.

Each change is one transaction with its audit entry and, where the actor asks for it, the e-mails that tell
the account's holder. A change that comes from a form hands in the account as the form showed it (`seen`):
what somebody else has changed meanwhile is told, and nothing is overwritten.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from s2s_tui.base.errors import NotAllowed, NotFound, Refused, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.rules import contacts, emails
from s2s_tui.rules.roles import TITLES, Actor, Role, Scope, scope
from s2s_tui.services import access, audit, sessions, user_letters, user_passwords, usernames, users
from s2s_tui.services.site import Site
from s2s_tui.services.user_reach import MANAGE, Done, recorded, to_change
from s2s_tui.services.users import Account
from s2s_tui.store.models import Authority, Establishment, User
from s2s_tui.store.statements import insert


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """An account to make, as typed.

    Attributes:
        organisation: an authority's code or an establishment number.
        email: may be left out for a school that has one.
    """

    username: str
    role: str
    organisation: str
    email: str = ""
    contact: str = ""
    phone: str = ""


def add(
    actor: Actor,
    site: Site,
    new: NewUser,
    *,
    password: str = "",
    again: str = "",
    tell: Collection[str] = (),
    replace: bool = False,
) -> Done:
    """Make an account with a temporary password (R-USR-1, R-USR-5).

    Args:
        actor: a DBA, for its authority or one of its schools; WG, for an authority's DBA.
        site: the site.
        new: what was typed.
        password: the temporary password; empty: one is made.
        again: the same once more, where it was typed.
        tell: which e-mails go out: `name` and `password`, each by itself (R-USR-4).
        replace: the new DBA takes the place of the active one, whose account becomes inactive.

    Raises:
        NotAllowed: the role sets up no accounts; `dbas-only`, WG sets up DBAs only.
        NotFound: the organisation is another's, or there is none.
        Refused: what is wrong with a field (`field` names it), `username-taken`, `username-used`,
            `la-school-taken`, `dba-one`, `school-account`, `password-differs`, `user-no-address`…
        WrongUse: `role-unknown`.
    """
    try:
        access.require(actor, site, MANAGE, of=new.organisation or None, subject=new.username[:100])
    except NotFound as error:
        raise _unknown(new.organisation) from error

    def make() -> Done:
        _check_role(actor, site, new.role, new.organisation)
        checked = _checked(site, new)
        plain, digest = user_passwords.temporary(site, checked, password, again)

        def change() -> Done:
            access.require_live(actor, site)  # working out the hash takes its time
            organisation = _organisation(new.organisation)
            usernames.check_free(checked["username"])
            replaced = _make_room(actor, site, new.role, new.organisation, replace=replace)
            if not checked["email"] and not organisation:
                raise Refused("email-missing", field="email")
            now = site.clock()
            (key,) = insert(
                User,
                [
                    {
                        **checked,
                        "role": new.role,
                        "organisation": new.organisation,
                        "password": digest,
                        "password_at": now,
                        "temporary_until": user_passwords.lasts_until(site),
                        "created_at": now,
                        "changed_at": now,
                        "changed_by": actor.user,
                    }
                ],
            )
            audit.record(
                site,
                actor,
                "user-add",
                checked["username"],
                role=new.role,
                organisation=new.organisation,
                told=sorted(tell),
                **({"replaced": replaced} if replaced else {}),
            )
            account = users.account_of(site, key)
            told = user_letters.send(site, actor, account, key, tell, plain)
            return Done(account, plain, told, replaced)

        return site.store.write(change)

    return recorded(actor, site, "user-add", new.username, make)


def update(
    actor: Actor,
    site: Site,
    username: str,
    *,
    contact: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    seen: Account | None = None,
    tell: bool = False,
) -> Done:
    """Correct an account's contact name, e-mail address or telephone number (R-USR-2); None leaves one alone.

    Raises:
        NotAllowed: the role changes no accounts, or not this one.
        NotFound: `user-unknown`.
        Refused: what is wrong with a field, or `user-changed` and `user-gone`.
    """

    def change(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        banned = emails.listed(site.settings.banned_email_domains)
        wanted: dict[str, str] = {}
        if contact is not None:
            wanted["contact"] = contacts.contact(contact)
        if email is not None:
            wanted["email"] = emails.address(email, banned)
            if not wanted["email"] and row.role != Role.SCHOOL:
                raise Refused("email-missing", field="email")
        if phone is not None:
            wanted["phone"] = contacts.phone(phone)
        other = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        return other, {"fields": sorted(other)}

    return _changed(
        actor, site, "user-update", username, change, seen=seen, tell=user_letters.DETAILS if tell else ""
    )


def set_role(
    actor: Actor,
    site: Site,
    username: str,
    role: str,
    *,
    seen: Account | None = None,
    tell: bool = False,
    replace: bool = False,
) -> Done:
    """Give an account of an authority another role (R-USR-2); whoever is logged on with it logs on anew.

    Args:
        actor: a DBA; or WG, which makes an account a DBA's.
        site: the site.
        username: whose.
        role: a key of the table of roles.
        seen: the account as the actor saw it.
        tell: e-mail its holder.
        replace: as `add`.

    Raises:
        NotAllowed: the role changes no accounts; `dbas-only`.
        NotFound: `user-unknown`.
        Refused: `role-same`, `role-school`, `la-school-taken`, `dba-one`, `user-self-role`, `user-changed`…
        WrongUse: `role-unknown`.
    """

    def change(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if row.username == actor.user:
            raise Refused("user-self-role")
        if row.role == Role.SCHOOL or role == Role.SCHOOL:
            raise Refused("role-school")
        _check_role(actor, site, role, row.organisation)
        if row.role == role:
            raise Refused("role-same", username=row.username)
        replaced = _make_room(actor, site, role, row.organisation, replace=replace)
        sessions.end_sessions(site, row.username, "role")
        details = {"role": role, "was": row.role}
        return {"role": role}, details | ({"replaced": replaced} if replaced else {})

    letter = user_letters.ROLE if tell else ""
    makes_dba = role == Role.DBA
    return _changed(actor, site, "user-role", username, change, seen=seen, tell=letter, makes_dba=makes_dba)


def delete(
    actor: Actor, site: Site, username: str, *, seen: Account | None = None, tell: bool = False
) -> Done:
    """End an account for good (R-USR-2): its history stays, its sessions end, its username is not used again.

    Raises:
        NotAllowed: the role changes no accounts; `dbas-only`.
        NotFound: `user-unknown`.
        Refused: `user-self-delete`, `user-changed`, `user-gone`.
    """

    def change(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if row.username == actor.user:
            raise Refused("user-self-delete")
        sessions.end_sessions(site, row.username, "deleted")
        user_letters.withdraw(row.id)
        gone = {"deleted_at": site.clock(), "active": False, "password": "", "temporary_until": None}
        return gone, {"role": row.role, "organisation": row.organisation}

    letter = user_letters.DELETED if tell else ""
    return _changed(actor, site, "user-delete", username, change, seen=seen, tell=letter)


def set_active(
    actor: Actor,
    site: Site,
    username: str,
    active: bool,
    *,
    seen: Account | None = None,
    tell: bool = False,
) -> Done:
    """Let an account be used, or not for the time being; its open sessions end.

    Raises:
        NotAllowed: the role changes no accounts; `dbas-only`.
        NotFound: `user-unknown`.
        Refused: `user-self-off`, `user-changed`, `user-gone`; `dba-one`, there is another active DBA;
            `school-closed` or `la-closed`: with it its accounts were shut for good; `school-off`: the school
            is inactive, and making it active opens its account too.
    """

    def change(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if row.username == actor.user:
            raise Refused("user-self-off")
        if bool(row.active) == active:
            return {}, {}
        if active:
            _require_open(row.organisation)
            _make_room(actor, site, row.role if row.role == Role.DBA else "", row.organisation, replace=False)
        else:
            sessions.end_sessions(site, row.username, "deactivated")
        return {"active": active}, {"active": active}

    letter = (user_letters.ON if active else user_letters.OFF) if tell else ""
    return _changed(actor, site, "user-active", username, change, seen=seen, tell=letter)


# What the changes share


def _changed(
    actor: Actor,
    site: Site,
    action: str,
    username: str,
    change: Callable[[Any], tuple[dict[str, Any], dict[str, Any]]],
    *,
    seen: Account | None,
    tell: str,
    makes_dba: bool = False,
) -> Done:
    """Change one account; `change` takes its row and gives the other fields and the audit's details."""
    access.require(actor, site, MANAGE, subject=username[:100])

    def act() -> Done:
        row = to_change(actor, site, username, seen, makes_dba=makes_dba)
        before = users.account_of(site, row.id)
        other, details = change(row)
        if not other:
            return Done(before)
        told = user_letters.send(site, actor, before, row.id, [tell]) if tell == user_letters.DELETED else ()
        changes = {"changed_at": site.clock(), "changed_by": actor.user, **other}
        User.update(changes).where(User.id == row.id).execute()
        audit.record(site, actor, action, row.username, told=[tell] if tell else [], **details)
        if "deleted_at" in other:
            return Done(before, told=told)
        account = users.account_of(site, row.id)
        user_letters.redirect(site, row.id, before.mail_to, account.mail_to)
        if tell:
            told = user_letters.send(site, actor, account, row.id, [tell], before=before)
        return Done(account, told=told, replaced=str(details.get("replaced", "")))

    return recorded(actor, site, action, username, lambda: site.store.write(act))


def _checked(site: Site, new: NewUser) -> dict[str, str]:
    banned = emails.listed(site.settings.banned_email_domains)
    checked = {
        "username": contacts.username(new.username),
        "contact": contacts.contact(new.contact),
        "email": emails.address(new.email, banned),
        "phone": contacts.phone(new.phone),
    }
    if not checked["email"] and new.role != Role.SCHOOL:
        raise Refused("email-missing", field="email")
    return checked


def _check_role(actor: Actor, site: Site, role: str, organisation: str) -> None:
    """Whether the actor may give the role to an account of the organisation at all."""
    if role not in {str(known) for known in users.GIVEN} | {Role.DBA, Role.SCHOOL}:
        allowed = ", ".join(users.roles_for(actor, site, organisation))
        raise WrongUse("role-unknown", role=role, allowed=allowed)
    by_wg = scope(actor.role, MANAGE) is Scope.DBAS
    if by_wg != (role == Role.DBA):
        raise NotAllowed("dbas-only")
    if not organisation:
        raise Refused("organisation-missing", field="organisation")
    if (len(organisation) == 7) != (role == Role.SCHOOL):
        raise Refused("role-school", field="role")


def _organisation(organisation: str) -> str:
    """The e-mail address held of an organisation, which must be on s2s and open; within a transaction."""
    if len(organisation) == 7:
        school = Establishment.get_or_none(Establishment.number == storable(organisation))
        if school is None:
            raise _unknown(organisation)
        if school.closed is not None:
            raise Refused("school-closed", number=school.number, name=school.name, field="organisation")
        return str(school.email)
    authority = Authority.get_or_none(Authority.code == storable(organisation[:3]))
    if authority is None or authority.closed is not None or len(organisation) != 3:
        raise _unknown(organisation)
    return ""


def _require_open(organisation: str) -> None:
    """What WG has closed, or a DBA made inactive, no account of it opens by itself; within a transaction."""
    school = Establishment.get_or_none(Establishment.number == organisation)
    if school is not None and school.closed is not None:
        raise Refused("school-closed", number=organisation, name=school.name)
    if school is not None and not school.active:
        raise Refused("school-off", number=organisation, name=school.name)
    authority = Authority.get_or_none(Authority.code == organisation)
    if authority is not None and authority.closed is not None:
        raise Refused("la-closed", la=organisation, name=authority.name)


def _unknown(organisation: str) -> NotFound:
    if len(organisation) == 7:
        return NotFound("school-unknown", number=organisation)
    return NotFound("authority-unknown", la=organisation[:40])


def _make_room(actor: Actor, site: Site, role: str, organisation: str, *, replace: bool) -> str:
    """See that a role of which there is one is free; the DBA whose place is taken, or nothing."""
    if role == Role.SCHOOL:
        taken = users.holder(organisation, Role.SCHOOL)
        if taken is not None:
            raise Refused("school-account", number=organisation, username=taken, field="organisation")
    if role == Role.LA_SCHOOL:
        taken = users.holder(organisation, Role.LA_SCHOOL)
        if taken is not None:
            raise Refused("la-school-taken", la=organisation, username=taken, field="role")
    if role != Role.DBA:
        return ""
    former = users.holder(organisation, Role.DBA, active=True)
    if former is None:
        return ""
    if not replace:
        raise Refused("dba-one", la=organisation, username=former, field="organisation")
    sessions.end_sessions(site, former, "deactivated")
    changes = {"active": False, "changed_at": site.clock(), "changed_by": actor.user}
    User.update(changes).where(User.username == former).execute()
    audit.record(site, actor, "user-active", former, active=False, role=TITLES[Role.DBA])
    return former
