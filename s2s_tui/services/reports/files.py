"""What reports that list files share: how a file stood when the last day ended, and who is at its ends."""

from typing import Any

from peewee import JOIN, Case, Value, fn

from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.services.checking import AWAITING, COLLECTED
from s2s_tui.services.reports.counts import name_in
from s2s_tui.services.reports.model import Asked
from s2s_tui.store.models import Authority, Establishment, Transfer


def state_then(asked: Asked) -> Any:
    """A transfer's state when the last day ended: a key of `words.FILE_STATES`."""
    return Case(
        None,
        (
            (Transfer.state_at < asked.ends, Transfer.state),
            (Transfer.destination.in_([LOST, LEFT]), "lost"),
        ),
        AWAITING,
    )


def collected_then(asked: Asked) -> Any:
    """When a transfer had been collected, if it had been when the last day ended."""
    had = (Transfer.state == COLLECTED) & (Transfer.state_at < asked.ends)
    return Case(None, ((had, Transfer.state_at),), None)


class Ends:
    """The names of the two ends of each transfer of a query.

    Args:
        asked: in whose language.
        names: whether they are read at all; else they are empty.
    """

    def __init__(self, asked: Asked, names: bool) -> None:
        self._is_read = names
        self.near, self.far = Establishment.alias("near"), Establishment.alias("far")
        self.near_authority, self.far_authority = Authority.alias("near_la"), Authority.alias("far_la")
        if not names:
            self.near_name: Any = Value("")
            self.far_name: Any = self.near_name
            return
        language = asked.language
        self.near_name = fn.COALESCE(
            name_in(language, self.near), name_in(language, self.near_authority), Value("")
        )
        self.far_name = fn.COALESCE(
            name_in(language, self.far), name_in(language, self.far_authority), Value("")
        )

    def joined(self, query: Any, near: Any, far: Any, near_authority: Any, far_authority: Any) -> Any:
        """The query with what the names are read from.

        Args:
            query: of transfers.
            near: the mailbox that the row is about.
            far: the other one.
            near_authority: the column of the first one's authority.
            far_authority: that of the other one's.
        """
        if not self._is_read:
            return query
        for alias, on in (
            (self.near, self.near.number == near),
            (self.far, self.far.number == far),
            (self.near_authority, self.near_authority.code == near_authority),
            (self.far_authority, self.far_authority.code == far_authority),
        ):
            query = query.join_from(Transfer, alias, JOIN.LEFT_OUTER, on=on)
        return query
