"""Message Report (R-REP-7, §7.7): which schools have unread messages; neither what they say nor from whom."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from peewee import Case, fn

from s2s_tui.base.clock import local_date
from s2s_tui.base.translation import _
from s2s_tui.rules.inboxes import ROLES, of_role
from s2s_tui.rules.roles import TITLES
from s2s_tui.services.reports import counts
from s2s_tui.services.reports.model import Asked, Cells
from s2s_tui.store.models import MessageCopy
from s2s_tui.store.statements import tuples

EXPIRED = "expired"
_AT_A_TIME = 500


def rows(asked: Asked) -> Iterator[Cells]:
    """A row an inbox: an authority's roles, then its schools.

    What came counts on its day; unread is what was when the last day ended, whenever it came. A message is
    within an authority where both its ends are.
    """
    inboxes = _inboxes(asked)
    numbers: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    keys = list(inboxes)
    for at in range(0, len(keys), _AT_A_TIME):
        _count(asked, keys[at : at + _AT_A_TIME], numbers)
    for inbox, name in inboxes.items():
        found = numbers[inbox]
        oldest = found.get("oldest")
        yield (
            inbox,
            name,
            found["received"],
            found["read"],
            found["unread"],
            found["unread_elsewhere"],
            _day(oldest),
            found["expired"],
        )


def _inboxes(asked: Asked) -> dict[str, str]:
    """The inboxes asked of, with their names."""
    found: dict[str, str] = {}
    if not asked.schools:
        for code, name in counts.authorities(asked).items():
            found |= {of_role(code, role): f"{name}, {_(TITLES[role])}" for role in ROLES}
    return found | {
        number: name for number, (name, is_open) in sorted(counts.schools(asked).items()) if is_open
    }


def _count(asked: Asked, inboxes: list[str], numbers: dict[str, dict[str, Any]]) -> None:
    came = asked.within(MessageCopy.received_at)
    was_read = MessageCopy.read_at < asked.ends
    is_within = fn.SUBSTR(MessageCopy.sender, 1, 3) == fn.SUBSTR(MessageCopy.inbox, 1, 3)
    here = MessageCopy.inbox.in_(inboxes)
    # Gone by then: deleted, expired or called back.
    there_then = MessageCopy.gone_at.is_null() | (MessageCopy.gone_at >= asked.ends)
    unread = (MessageCopy.received_at < asked.ends) & there_then
    unread &= MessageCopy.read_at.is_null() | (MessageCopy.read_at >= asked.ends)
    gone_unread = (MessageCopy.gone == EXPIRED) & MessageCopy.read_at.is_null()
    query = MessageCopy.select(
        MessageCopy.inbox,
        _sum(came & is_within),
        _sum(came & is_within & was_read),
        _sum(unread & is_within),
        _sum(unread & ~is_within),
        fn.MIN(Case(None, ((unread, MessageCopy.received_at),), None)).alias("oldest"),
        _sum(gone_unread & asked.within(MessageCopy.gone_at)),
    )
    for inbox, received, read, within, elsewhere, oldest, expired in tuples(
        query.where(here).group_by(MessageCopy.inbox)
    ):
        numbers[inbox] |= {
            "received": int(received),
            "read": int(read),
            "unread": int(within),
            "unread_elsewhere": int(elsewhere),
            "oldest": oldest,
            "expired": int(expired),
        }


def _sum(condition: Any) -> Any:
    return fn.COALESCE(fn.SUM(Case(None, ((condition, 1),), 0)), 0)


def _day(moment: Any) -> str | None:
    """The day in London of a moment as the driver gives it: text on SQLite."""
    if moment is None:
        return None
    return local_date(datetime.fromisoformat(str(moment))).isoformat()
