"""The accounts of the made-up Wales: every role of its authorities, every school, the WG Administrator."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from s2s_tui.demo import names
from s2s_tui.demo.schools import School
from s2s_tui.rules.people import name_key
from s2s_tui.rules.roles import WALES, Actor, Role

PASSWORD = "croeso-i-gymru"  # noqa: S105 - everybody's password in a world where nothing is real
"""Every account's password: easy to type and to say."""

ADMINISTRATOR = "wgadmin"
FIRST_ENTRY = "680new"
"""An account with a temporary password, to show the first entry (R-LOG-2)."""

_ENDINGS = {
    Role.DBA: "dba",
    Role.USER: "user",
    Role.LA_SCHOOL: "school",
    Role.LOST_PUPIL: "lost",
    Role.LOST_PUPIL_TRANSFER: "transfer",
    Role.DBA_VIEW: "view",
    Role.PLASC: "plasc",
    Role.ADMISSIONS: "admissions",
}
"""What follows the authority's code in a username."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account to be.

    Attributes:
        state: `ready`, `first-entry` (a temporary password), `inactive` or `deleted`.
    """

    username: str
    role: Role
    organisation: str
    contact: str
    email: str
    phone: str
    state: str = "ready"


def username(role: Role, organisation: str) -> str:
    """The username of an organisation's account of a role: `680user`, `s6804012`, `wgadmin`."""
    if role is Role.WG:
        return ADMINISTRATOR
    return f"s{organisation}" if role is Role.SCHOOL else f"{organisation}{_ENDINGS[role]}"


def actor(role: Role, organisation: str) -> Actor:
    """Whoever the demo says did something; it opens no session, so no service takes it for logged on."""
    return Actor(username(role, organisation), role, organisation)


def domain(authority_name: str) -> str:
    """Where an authority's e-mails go: `isle-of-anglesey.example`."""
    return f"{name_key(authority_name).replace(' ', '-')}.example"


def staff(
    authorities: dict[str, str],
    full: Iterable[str],
    dba_only: Iterable[str],
    schools: Sequence[School],
    rng: Random,
) -> Iterator[Person]:
    """Everybody with an account.

    Args:
        authorities: code → name.
        full: the codes of those with an account of every role.
        dba_only: the codes of those with just a DBA.
        schools: one account each.
        rng: where chance comes from.
    """
    yield Person(ADMINISTRATOR, Role.WG, WALES, names.person(rng), "s2s@wg.example", _phone(rng))
    for code in full:
        for role in _ENDINGS:
            yield _officer(username(role, code), role, code, authorities, rng)
    for code in dba_only:
        yield _officer(username(Role.DBA, code), Role.DBA, code, authorities, rng)
    if "680" in full:
        yield _officer("680bjones", Role.USER, "680", authorities, rng, contact="Bethan Jones")
        yield _officer(FIRST_ENTRY, Role.USER, "680", authorities, rng, state="first-entry")
        yield _officer("680ghughes", Role.USER, "680", authorities, rng, "Gwyn Hughes", state="deleted")
    for school in schools:
        state = {"open": "ready", "inactive": "inactive"}.get(school.state, "deleted")
        yield Person(
            username(Role.SCHOOL, school.number),
            Role.SCHOOL,
            school.number,
            names.person(rng),
            school.email,
            _phone(rng),
            state,
        )


def _officer(
    name: str,
    role: Role,
    code: str,
    authorities: dict[str, str],
    rng: Random,
    contact: str = "",
    state: str = "ready",
) -> Person:
    contact = contact or names.person(rng)
    address = f"{name_key(contact).replace(' ', '.')}@{domain(authorities[code])}"
    return Person(name, role, code, contact, address, _phone(rng), state)


def _phone(rng: Random) -> str:
    return f"01632 960{rng.randrange(1000):03}"


def rows(people: Iterable[Person], digest: str, now: datetime, days: int) -> Iterator[dict[str, Any]]:
    """The rows of accounts.

    Args:
        people: the accounts.
        digest: the one hash that they share (decision 23).
        now: the moment.
        days: for how long a temporary password lasts.
    """
    made = now - timedelta(days=750)
    for person in people:
        first = person.state == "first-entry"
        gone = person.state == "deleted"
        yield {
            "username": person.username,
            "role": str(person.role),
            "organisation": person.organisation,
            "contact": person.contact,
            "email": person.email,
            "phone": person.phone,
            "password": "" if gone else digest,
            "password_at": now if first else made,
            "temporary_until": now + timedelta(days=days) if first else None,
            "active": person.state in ("ready", "first-entry"),
            "created_at": now if first else made,
            "deleted_at": now - timedelta(days=90) if gone else None,
        }
