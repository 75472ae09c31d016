"""Inboxes: where messages arrive, and how one is named (R-MSG-2, R-MSG-6).

A school's is its number (`6804012`), that of an authority's role is `680/user`, Welsh Government's is `WG`.
"""

import re
from collections.abc import Iterable

from s2s_tui.base.errors import WrongUse
from s2s_tui.rules.roles import TITLES, WALES, Actor, Role, scope

AUTOMATIC = "S2S"
"""The sender of what the program itself tells; nothing can be sent there."""

SHARED = {Role.LOST_PUPIL_TRANSFER: Role.LOST_PUPIL}
"""Lost Pupil and Lost Pupil Transfer share one inbox (R-MSG-6)."""

ROLES = tuple(
    role
    for role in TITLES
    if role not in (Role.SCHOOL, Role.WG, Role.SYSTEM, *SHARED) and scope(role, "messages") is not None
)
"""The roles of an authority that have an inbox each, in the order in which they are offered."""

LONGEST = 28
"""Characters of an inbox's name at most."""

_INBOX = re.compile(r"(?P<school>[0-9]{7})|(?P<wg>wg)|(?P<la>[0-9]{3})/(?P<role>[a-z-]{2,24})", re.ASCII)


def inbox_of(actor: Actor) -> str:
    """The inbox of an account: its school's, that of its authority's role, or WG's.

    Whether the role has one at all is the permission `messages`.
    """
    if actor.role in (Role.SCHOOL, Role.WG, Role.SYSTEM):
        return AUTOMATIC if actor.role is Role.SYSTEM else actor.organisation
    return of_role(actor.organisation, actor.role)


def of_role(authority: str, role: Role) -> str:
    """The inbox of an authority's role: `680/lost-pupil` for both of the Lost Pupil roles."""
    return f"{authority}/{SHARED.get(role, role)}"


def organisation_of(inbox: str) -> str:
    """Whose inbox it is: an authority's code, an establishment number or `WG`."""
    return inbox.partition("/")[0]


def role_title(inbox: str) -> str:
    """The role of an authority's inbox as the portal names it; empty for the others."""
    return TITLES[Role(inbox.partition("/")[2])] if "/" in inbox else ""


def parse(typed: str) -> str:
    """The inbox that was typed or picked: `681/user`, `681/lost-pupil-transfer`, `6814053`, `wg`.

    Raises:
        WrongUse: `recipient-form`, it is none; `recipient-role`, the role has no inbox.
    """
    match = _INBOX.fullmatch(typed.strip().lower())
    if match is None:
        raise WrongUse("recipient-form", typed=typed)
    if match["school"]:
        return match["school"]
    if match["wg"]:
        return WALES
    allowed = {str(role): role for role in (*ROLES, *SHARED)}
    if match["role"] not in allowed:
        raise WrongUse("recipient-role", typed=typed, allowed=", ".join(map(str, ROLES)))
    return of_role(match["la"], allowed[match["role"]])


def unique(inboxes: Iterable[str]) -> tuple[str, ...]:
    """Inboxes, each once, in the order in which they came."""
    return tuple(dict.fromkeys(inboxes))
