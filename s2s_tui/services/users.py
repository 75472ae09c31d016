"""Accounts as those who look after them see them (R-USR): lists, one account, which roles can be given.

A password is never among it: only whether it is a temporary one, until when, or set by its holder.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from peewee import JOIN, fn

from s2s_tui.base.errors import NotFound, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.base.translation import _, in_language, language
from s2s_tui.rules.people import name_key
from s2s_tui.rules.roles import TITLES, WALES, Actor, Role, Scope, owns, scope
from s2s_tui.services import access, directory, lockout
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Establishment, User
from s2s_tui.store.statements import tuples

AUTHORITIES, SCHOOLS, DBAS = "authority", "schools", "dbas"
SORTS = ("username", "contact", "role", "organisation", "last")
NONE, TEMPORARY, EXPIRED, OWN = "none", "temporary", "expired", "own"
"""States of a password: none yet, a temporary one, one whose time is over, one that its holder set."""
GIVEN = (
    Role.USER,
    Role.LA_SCHOOL,
    Role.LOST_PUPIL,
    Role.LOST_PUPIL_TRANSFER,
    Role.DBA_VIEW,
    Role.PLASC,
    Role.ADMISSIONS,
)
"""Roles that a DBA gives (R-USR-1)."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account, as lists and forms show it; also what a form hands back as what it saw.

    Attributes:
        organisation: an authority's code, an establishment number or `WG`; `organisation_name` in the
            reader's language.
        password: `none`, `temporary`, `expired` or `own`.
        temporary_until: until when a temporary password lasts.
        password_at: since when it has the one it has.
        is_locked: whether too many failures to log on have locked it.
        last_on: its latest logon.
        mail_to: where its letters go: its own address, of a school's account the school's; may be empty.
        changed_at: when others changed it last; `changed_by` who did.
    """

    username: str
    role: Role
    organisation: str
    organisation_name: str
    contact: str
    email: str
    phone: str
    language: str
    active: bool
    password: str
    temporary_until: datetime | None
    password_at: datetime | None
    is_locked: bool
    created_at: datetime
    last_on: datetime | None
    last_from: str
    mail_to: str
    changed_at: datetime | None
    changed_by: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An authority without an active DBA (R-USR-5)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class UserList:
    """Accounts that an actor may see, in any order, a page at a time; it may be asked from any thread."""

    actor: Actor
    site: Site
    which: str
    text: str = ""
    _found: dict[tuple[str, bool], list[int]] = field(default_factory=dict, repr=False, compare=False)
    """What the text was found in, in an order, since the last count."""

    def count(self) -> int:
        """How many there are now."""
        access.require_live(self.actor, self.site)
        self._found.clear()
        with self.site.store.connection():
            if self.text:
                return len(self._matching("username", False))
            return int(User.select().where(self._where()).count())

    def page(
        self, offset: int = 0, limit: int | None = None, sort: str = "username", descending: bool = False
    ) -> tuple[Account, ...]:
        """A stretch of the list.

        Raises:
            NotLoggedOn: `session-ended`.
            WrongUse: `sort-unknown`.
        """
        access.require_live(self.actor, self.site)
        order = _order(sort, descending)
        with self.site.store.connection():
            if self.text:
                ids = self._matching(sort, descending)[offset:][:limit]
            else:
                query = User.select(User.id).where(self._where()).order_by(*order)
                ids = [key for (key,) in tuples(query.offset(offset).limit(limit))]
            return _by_ids(self.site, ids)

    def position(self, username: str, sort: str = "username", descending: bool = False) -> int | None:
        """Where an account stands in that order, from 0; None where it isn't among them."""
        access.require_live(self.actor, self.site)
        order = _order(sort, descending)
        with self.site.store.connection():
            wanted = User.get_or_none(User.username == storable(username))
            if wanted is None:
                return None
            if self.text:
                ids = self._matching(sort, descending)
            else:
                ids = [key for (key,) in tuples(User.select(User.id).where(self._where()).order_by(*order))]
        return next((at for at, key in enumerate(ids) if key == wanted.id), None)

    def _matching(self, sort: str, descending: bool) -> list[int]:
        """The ids of the accounts in which every word of the text is found, accents and case apart."""
        known = self._found.get((sort, descending))
        if known is None:
            # Compared here: no engine's own comparing knows that Sian is Siân.
            query = (
                User.select(
                    User.id,
                    User.username,
                    User.contact,
                    User.email,
                    User.organisation,
                    User.role,
                    Establishment.name,
                    Establishment.name_cy,
                    Authority.name,
                    Authority.name_cy,
                )
                .join(Establishment, JOIN.LEFT_OUTER, on=(User.organisation == Establishment.number))
                .join_from(User, Authority, JOIN.LEFT_OUTER, on=(User.organisation == Authority.code))
                .where(self._where())
                .order_by(*_order(sort, descending))
            )
            words = _searched(self.text).split()
            known = [key for key, *texts in tuples(query) if all(word in _key(*texts) for word in words)]
            self._found[sort, descending] = known
        return known

    def _where(self) -> Any:
        where: Any = User.deleted_at.is_null() & _reached(self.actor)
        if self.which == SCHOOLS:
            return where & (User.role == str(Role.SCHOOL))
        if self.which == DBAS:
            return where & (User.role == str(Role.DBA))
        return where & (User.role != str(Role.SCHOOL))


def lists(actor: Actor) -> tuple[str, ...]:
    """The lists that an actor has; the first is shown first."""
    if scope(actor.role, "users.view") is Scope.ALL:
        return (DBAS, AUTHORITIES, SCHOOLS)
    return (AUTHORITIES, SCHOOLS)


def accounts(actor: Actor, site: Site, which: str = "", text: str = "") -> UserList:
    """The accounts of the own authority and its schools; WG's are all.

    Args:
        actor: who looks.
        site: the site.
        which: one of `lists`; empty for the first.
        text: words, each of which must be found in the username, contact, address, role or organisation.

    Raises:
        NotAllowed: the role sees no accounts.
        WrongUse: `user-list-unknown`.
    """
    access.require(actor, site, "users.view")
    which = which or lists(actor)[0]
    if which not in lists(actor):
        raise WrongUse("user-list-unknown", which=which, allowed=", ".join(lists(actor)))
    return UserList(actor, site, which, text[:200] if _searched(text) else "")


def show(actor: Actor, site: Site, username: str) -> Account:
    """One account.

    Raises:
        NotAllowed: the role sees no accounts.
        NotFound: `user-unknown`; so answers one of another authority, too.
    """
    access.require(actor, site, "users.view")
    with site.store.connection():
        row = reached(actor, site, username)
        found = _by_ids(site, [row.id]) if row is not None else ()
    if not found:
        access.refused(actor, site, "users.view", username[:100], "user-unknown")
        raise NotFound("user-unknown", username=username[:100])
    return found[0]


def without_dba(actor: Actor, site: Site) -> tuple[Missing, ...]:
    """The open authorities of Wales that have no active DBA (R-USR-5); nothing for those who see their own.

    Raises:
        NotAllowed: the role sees no accounts.
    """
    access.require(actor, site, "users.view")
    if scope(actor.role, "users.view") is not Scope.ALL:
        return ()
    with site.store.connection():
        return missing_dbas()


def missing_dbas() -> tuple[Missing, ...]:
    """The same, for who has asked for the permission; needs an open connection."""
    has_one = User.select(User.organisation).where(
        (User.role == str(Role.DBA)) & User.active & User.deleted_at.is_null()
    )
    query = Authority.select(Authority.code, Authority.name, Authority.name_cy).where(
        (Authority.country == "Wales") & Authority.closed.is_null() & Authority.code.not_in(has_one)
    )
    cy = language() == "cy"
    return tuple(
        Missing(code, (name_cy or name) if cy else name)
        for code, name, name_cy in tuples(query.order_by(Authority.name))
    )


def roles_for(actor: Actor, site: Site, organisation: str = "") -> tuple[Role, ...]:
    """The roles that an actor may give to an account of an organisation (R-USR-1).

    Args:
        actor: who gives it.
        site: the site.
        organisation: an authority's code or an establishment number; empty: the actor's own.

    Returns:
        For WG `dba`; for a DBA's own authority all but `dba` and an LA School role that is taken; for a
        school its own.

    Raises:
        NotAllowed: the role sets up no accounts.
    """
    access.require(actor, site, "users.manage")
    if scope(actor.role, "users.manage") is Scope.DBAS:
        return (Role.DBA,)
    organisation = storable(organisation) or actor.organisation
    if len(organisation) == 7:
        return (Role.SCHOOL,)
    with site.store.connection():
        taken = holder(organisation, Role.LA_SCHOOL)
    return tuple(role for role in GIVEN if role is not Role.LA_SCHOOL or taken is None)


def may_change(actor: Actor, account: Account) -> bool:
    """Whether an actor looks after an account at all; WG after the DBAs only."""
    reach = scope(actor.role, "users.manage")
    return reach is Scope.OWN or (reach is Scope.DBAS and account.role is Role.DBA)


def holder(organisation: str, role: Role, *, active: bool = False) -> str | None:
    """The username of an organisation's account of a role, or None; within a connection or transaction."""
    where: Any = (User.organisation == organisation) & (User.role == str(role)) & User.deleted_at.is_null()
    row = User.get_or_none(where & User.active if active else where)
    return row.username if row is not None else None


def reached(actor: Actor, site: Site, username: str, *, deleted: bool = False) -> Any:  # noqa: ARG001
    """An account's row, or None where there is none that the actor may know of; within a connection."""
    row = User.get_or_none(User.username == storable(username))
    if row is None or (row.deleted_at is not None and not deleted) or row.role == Role.SYSTEM:
        return None
    if scope(actor.role, "users.view") is Scope.OWN and not owns(actor.organisation, row.organisation):
        return None
    return row


def account_of(site: Site, user_id: int) -> Account:
    """An account by its row's id; whether it may be seen is asked elsewhere. Within a connection."""
    (found,) = _by_ids(site, [user_id])
    return found


def _reached(actor: Actor) -> Any:
    if scope(actor.role, "users.view") is Scope.ALL:
        return User.role != str(Role.SYSTEM)
    code = actor.organisation
    # A range, not a pattern: both engines look it up in the index.
    return (User.organisation == code) | User.organisation.between(f"{code}0000", f"{code}9999")


def _order(sort: str, descending: bool) -> tuple[Any, ...]:
    if sort not in SORTS:
        raise WrongUse("sort-unknown", sort=sort, allowed=", ".join(SORTS))
    name = fn.LOWER(User.username)
    columns: dict[str, tuple[Any, ...]] = {
        "username": (name, User.id),
        "contact": (fn.LOWER(User.contact), name, User.id),
        "role": (User.role, name, User.id),
        "organisation": (User.organisation, name, User.id),
        # Who never was there comes first on both engines.
        "last": (User.last_on_at.is_null(False), User.last_on_at, name, User.id),
    }
    return tuple(column.desc() if descending else column.asc() for column in columns[sort])


def _by_ids(site: Site, ids: Sequence[int]) -> tuple[Account, ...]:
    rows: dict[int, Any] = {}
    for start in range(0, len(ids), 500):
        rows |= {row.id: row for row in User.select().where(User.id.in_(ids[start : start + 500]))}
    locked = lockout.locked(site, (row.username for row in rows.values()))
    organisations = sorted({row.organisation for row in rows.values()})
    named: dict[str, str] = {}
    schools: dict[str, str] = {}
    for start in range(0, len(organisations), 500):
        part = organisations[start : start + 500]
        named |= directory.names(site, part, language())
        schools |= _school_emails(part)
    return tuple(
        _account(site, rows[key], named, schools, rows[key].username in locked) for key in ids if key in rows
    )


def _school_emails(organisations: Iterable[str]) -> dict[str, str]:
    numbers = [number for number in organisations if len(number) == 7]
    query = Establishment.select(Establishment.number, Establishment.email).where(
        Establishment.number.in_(numbers)
    )
    return dict(tuples(query)) if numbers else {}


def _account(
    site: Site, row: Any, named: dict[str, str], schools: dict[str, str], is_locked: bool
) -> Account:
    return Account(
        username=row.username,
        role=Role(row.role),
        organisation=row.organisation,
        organisation_name=named[row.organisation],
        contact=row.contact,
        email=row.email,
        phone=row.phone,
        language=row.language,
        active=row.active,
        password=_password(site, row),
        temporary_until=row.temporary_until,
        password_at=row.password_at if row.password else None,
        is_locked=is_locked,
        created_at=row.created_at,
        last_on=row.last_on_at,
        last_from=row.last_on_from,
        mail_to=schools.get(row.organisation, "") or row.email,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def _password(site: Site, row: Any) -> str:
    if not row.password:
        return NONE
    if row.temporary_until is None:
        return OWN
    return EXPIRED if row.temporary_until < site.clock() else TEMPORARY


def _searched(text: str) -> str:
    return name_key(text[:200])


@lru_cache(maxsize=50_000)
def _key(username: str, contact: str, email: str, organisation: str, role: str, *names: str | None) -> str:
    title = "WG" if organisation == WALES else ""
    with in_language("cy"):
        roles = (TITLES[Role(role)], _(TITLES[Role(role)]))
    return name_key(username, contact, email, organisation, *roles, title, *filter(None, names))
