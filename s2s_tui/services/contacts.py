"""Whom to ask when one can't log on (R-LOG-3); no account is needed, and none is looked up."""

from dataclasses import dataclass
from typing import Any

from s2s_tui.rules.roles import Role
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, User
from s2s_tui.store.statements import tuples


@dataclass(frozen=True, slots=True)
class Contact:
    """An authority and who looks after its users.

    Attributes:
        code: of the authority: `680`.
        name: its name.
        name_cy: its Welsh name; may be empty.
        person: its DBA's name; empty where it has none, or none is kept.
        email: the DBA's address, else the authority's; may be empty.
        phone: the DBA's; may be empty.
    """

    code: str
    name: str
    name_cy: str
    person: str
    email: str
    phone: str


def dba_contacts(site: Site) -> tuple[Contact, ...]:
    """Every open authority that is on s2s (one that has an active account), by name, with its DBA's contact.

    It says nothing about any other account: not a username, nor whether there is one.
    """
    active: Any = User.active & User.deleted_at.is_null()
    with site.store.connection():
        on_s2s = {code for (code,) in tuples(User.select(User.organisation).where(active).distinct())}
        dbas = {
            organisation: (contact, email, phone)
            for organisation, contact, email, phone in tuples(
                User.select(User.organisation, User.contact, User.email, User.phone).where(
                    active & (User.role == str(Role.DBA))
                )
            )
        }
        rows = list(
            tuples(
                Authority.select(Authority.code, Authority.name, Authority.name_cy, Authority.email)
                .where(Authority.closed.is_null())
                .order_by(Authority.name)
            )
        )
    return tuple(
        Contact(code, name, name_cy, *_of(dbas.get(code), email))
        for code, name, name_cy, email in rows
        if code in on_s2s
    )


def _of(dba: tuple[str, str, str] | None, email: str) -> tuple[str, str, str]:
    person, own, phone = dba or ("", "", "")
    return person, own or email, phone
