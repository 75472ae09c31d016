"""Usernames: nobody gets one that somebody else has or had, so that the log never mixes two people up."""

from typing import Any

from peewee import fn

from s2s_tui.base.errors import Refused
from s2s_tui.rules import contacts
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services.site import Site
from s2s_tui.store.models import User
from s2s_tui.store.statements import insert


def check_free(username: str, but: str = "", former_of: str = "") -> None:
    """Nobody has or had the username; one that differs in capitals only would be mistaken for another's.

    Args:
        username: the new one.
        but: the one that it takes the place of; within a connection.
        former_of: the school that may have had it before.

    Raises:
        Refused: `username-taken` or `username-used`.
    """
    if username.lower() in contacts.RESERVED:
        raise Refused("username-taken", username=username, field="username")
    taken = User.get_or_none((fn.LOWER(User.username) == username.lower()) & (User.username != but))
    if taken is not None and not (former_of and taken.organisation == former_of and is_former(taken)):
        code = "username-taken" if taken.deleted_at is None else "username-used"
        raise Refused(code, username=taken.username, field="username")


def is_former(row: Any) -> bool:
    """Whether a row is no account that was, but a name that a school's account had (`keep_former`)."""
    return row.deleted_at is not None and row.deleted_at == row.created_at and row.last_on_at is None


def keep_former(site: Site, actor: Actor, organisation: str, username: str) -> None:
    """A school's account has another name: nobody else may have the old one, or the log would mix the two up.

    It stays taken as that of a deleted account does, by a row that has no password and never had; within a
    transaction, once the account has its new name.
    """
    now = site.clock()
    row = {
        "username": username,
        "role": str(Role.SCHOOL),
        "organisation": organisation,
        "active": False,
        "created_at": now,
        "deleted_at": now,
        "changed_at": now,
        "changed_by": actor.user[:40],
    }
    insert(User, [row])
