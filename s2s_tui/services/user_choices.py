"""Whose an account can be: what the forms' drop-downs offer (R-USR-1, R-USR-5)."""

from dataclasses import dataclass

from s2s_tui.base.translation import language
from s2s_tui.rules.roles import Actor, Role, Scope, scope
from s2s_tui.services import access, users
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Establishment, User
from s2s_tui.store.statements import tuples


@dataclass(frozen=True, slots=True)
class AuthorityChoice:
    """An open authority of Wales, and its active DBA's username, or nothing."""

    code: str
    name: str
    dba: str


@dataclass(frozen=True, slots=True)
class SchoolChoice:
    """An open school that has no account."""

    number: str
    name: str
    town: str


def authorities(actor: Actor, site: Site) -> tuple[AuthorityChoice, ...]:
    """The authorities that WG gives a DBA, those that have none first; nothing for a DBA.

    Raises:
        NotAllowed: the role sets up no accounts.
    """
    access.require(actor, site, "users.manage")
    if scope(actor.role, "users.manage") is not Scope.DBAS:
        return ()
    with site.store.connection():
        active = (User.role == str(Role.DBA)) & User.active & User.deleted_at.is_null()
        dbas = dict(tuples(User.select(User.organisation, User.username).where(active)))
        missing = users.missing_dbas()
        codes = [one.code for one in missing]
        others = Authority.select(Authority.code, Authority.name, Authority.name_cy).where(
            Authority.closed.is_null() & (Authority.country == "Wales") & Authority.code.not_in(codes)
        )
        rows = tuples(others.order_by(Authority.name))
    cy = language() == "cy"
    first = [AuthorityChoice(one.code, one.name, "") for one in missing]
    return (
        *first,
        *(
            AuthorityChoice(code, (name_cy or name) if cy else name, dbas[code])
            for code, name, name_cy in rows
        ),
    )


def schools(actor: Actor, site: Site) -> tuple[SchoolChoice, ...]:
    """The schools of the actor's authority that are open and have no account, by name; nothing for WG.

    Raises:
        NotAllowed: the role sets up no accounts.
    """
    access.require(actor, site, "users.manage")
    if scope(actor.role, "users.manage") is not Scope.OWN:
        return ()
    taken = User.select(User.organisation).where((User.role == str(Role.SCHOOL)) & User.deleted_at.is_null())
    query = Establishment.select(
        Establishment.number, Establishment.name, Establishment.name_cy, Establishment.town
    ).where(
        (Establishment.authority == actor.organisation)
        & Establishment.closed.is_null()
        & Establishment.number.not_in(taken)
    )
    with site.store.connection():
        rows = tuples(query.order_by(Establishment.name, Establishment.number))
    cy = language() == "cy"
    return tuple(
        SchoolChoice(number, (name_cy or name) if cy else name, town) for number, name, name_cy, town in rows
    )
