"""To whose e-mail addresses it is told that a message waits (R-MSG-5)."""

from collections.abc import Sequence
from typing import Any

from s2s_tui.rules import inboxes
from s2s_tui.rules.roles import WALES, Role
from s2s_tui.services.directory import Address
from s2s_tui.services.message_recipients import AT_A_TIME, Recipient
from s2s_tui.store.models import Authority, Establishment, User
from s2s_tui.store.statements import tuples


def addresses(recipients: Sequence[Recipient]) -> list[Address]:
    """Whom to tell that a message waits, an address each (R-MSG-5).

    A school's address; for an authority's role its active users' addresses, else the authority's; for WG its
    administrators'. In the language of whoever reads it. Needs a connection.
    """
    told: dict[str, Address] = {}
    lying = inboxes.unique(one.lies_in for one in recipients)
    people = _people(lying)
    places = _places(lying)
    for inbox in lying:
        organisation = inboxes.organisation_of(inbox)
        name, email, own_language = places.get(inbox) or places.get(organisation, ("", "", "en"))
        users = [] if len(organisation) == 7 else people.get(inbox, [])
        for to, language_of in users or [(email, own_language)]:
            if to:
                told.setdefault(
                    to,
                    Address(
                        inbox, organisation, name, to, language_of or own_language, True, True, "", False
                    ),
                )
    return list(told.values())


def _people(lying: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Inbox → the addresses and languages of its active users, authorities' and WG's only."""
    organisations = sorted({inboxes.organisation_of(inbox) for inbox in lying if len(inbox) != 7})
    found: dict[str, list[tuple[str, str]]] = {}
    active: Any = User.active & User.deleted_at.is_null() & (User.email != "")
    if organisations:
        query = User.select(User.organisation, User.role, User.email, User.language).where(
            active & User.organisation.in_(organisations)
        )
        for organisation, role, email, own in tuples(query.order_by(User.id)):
            inbox = organisation if organisation == WALES else inboxes.of_role(organisation, Role(role))
            found.setdefault(inbox, []).append((email, own))
    return found


def _places(lying: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Organisation, or an inbox with an address of its own (R-LEA-1) → name, address, language."""
    organisations = sorted({inboxes.organisation_of(inbox) for inbox in lying})
    numbers = [one for one in organisations if len(one) == 7]
    found: dict[str, tuple[str, str, str]] = {}
    for start in range(0, len(numbers), AT_A_TIME):
        query = Establishment.select(
            Establishment.number, Establishment.name, Establishment.email, Establishment.language
        ).where(Establishment.number.in_(numbers[start : start + AT_A_TIME]))
        found |= {number: (name, email, own) for number, name, email, own in tuples(query)}
    authorities = Authority.select(
        Authority.code,
        Authority.name,
        Authority.email,
        Authority.lost_email,
        Authority.admissions_email,
        Authority.language,
    )
    for code, name, email, lost_email, admissions_email, own in tuples(authorities):
        found[code] = name, email, own
        for role, purpose in ((Role.LOST_PUPIL, lost_email), (Role.ADMISSIONS, admissions_email)):
            found[inboxes.of_role(code, role)] = name, purpose or email, own
    return found
