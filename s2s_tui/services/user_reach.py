"""An account that is about to be changed: may the actor, and is it as the actor saw it?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from s2s_tui.base.clock import local_date, to_local
from s2s_tui.base.errors import NotAllowed, NotFound, Refused, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.rules.roles import Actor, Role, Scope, scope
from s2s_tui.services import access, users
from s2s_tui.services.site import Site
from s2s_tui.services.users import Account
from s2s_tui.services.wording.users import fields as in_words

T = TypeVar("T")

MANAGE = "users.manage"
_EDITED = ("role", "contact", "email", "phone", "active")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an account.

    Attributes:
        account: as it is now; of a deleted one as it was.
        password: the new, temporary one: shown once, kept nowhere.
        told: the addresses that e-mails go to; empty where nobody is told.
        replaced: the DBA whose place the account took.
    """

    account: Account
    password: str = field(default="", repr=False)
    told: tuple[str, ...] = ()
    replaced: str = ""


def to_change(
    actor: Actor, site: Site, username: str, seen: Account | None, *, makes_dba: bool = False
) -> Any:
    """The row of an account that the actor may change and that is as it was seen; within a transaction.

    Args:
        actor: who changes it; has the permission.
        site: the site.
        username: whose it is.
        seen: as the actor saw it; None: whatever it is.
        makes_dba: WG, which looks after DBAs only, is about to make it one.

    Raises:
        NotAllowed: `dbas-only`.
        NotFound: `user-unknown`.
        Refused: `user-changed`, `user-gone`: who, when and what.
    """
    row = users.reached(actor, site, username, deleted=seen is not None)
    if row is None:
        raise NotFound("user-unknown", username=username[:100])
    if row.deleted_at is not None:
        when = moment(site, row.deleted_at)
        raise Refused("user-gone", username=row.username, by=row.changed_by, when=when)
    if scope(actor.role, MANAGE) is Scope.DBAS and row.role != Role.DBA and not makes_dba:
        raise NotAllowed("dbas-only")
    if seen is not None:
        _compare(site, seen, row)
    return row


def _compare(site: Site, seen: Account, row: Any) -> None:
    names = [name for name in _EDITED if getattr(seen, name) != getattr(row, name)]
    if names or seen.changed_at != row.changed_at:
        raise Refused(
            "user-changed",
            username=row.username,
            by=row.changed_by,
            when=moment(site, row.changed_at or site.clock()),
            what=in_words(names or ["password"]),
        )


def recorded(actor: Actor, site: Site, action: str, subject: str, act: Callable[[], T]) -> T:
    """Do it; what it is refused for is put on record, after what it began was undone."""
    try:
        return act()
    except (NotAllowed, NotFound, Refused, WrongUse) as error:
        access.refused(actor, site, action, storable(subject[:100]), error.code)
        raise


def moment(site: Site, at: datetime) -> str:
    """When somebody else was faster: the time, of another day with the day; in London."""
    local = to_local(at)
    return f"{local:%H:%M}" if local_date(at) == local_date(site.clock()) else f"{local:%Y-%m-%d %H:%M}"
