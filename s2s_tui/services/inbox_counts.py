"""How many messages lie in each inbox, kept as they come and go, in the same transaction."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from peewee import EXCLUDED

from s2s_tui.store.models import MessageInbox

AT_A_TIME = 200
"""Inboxes that one statement changes."""


def came(inboxes: Iterable[str]) -> None:
    """A message has come to inboxes, unread."""
    _add([{"inbox": inbox, "held": 1, "unread": 1, "arrived": 1} for inbox in inboxes])


def was_read(inbox: str) -> None:
    """A message was opened for the first time."""
    _add([{"inbox": inbox, "held": 0, "unread": -1, "arrived": 0}])


def went(copies: Iterable[tuple[str, bool, int]]) -> None:
    """Messages have left inboxes: inbox, whether they were read, how many."""
    held: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    for inbox, is_read, count in copies:
        held[inbox] += count
        unread[inbox] += 0 if is_read else count
    _add([{"inbox": one, "held": -held[one], "unread": -unread[one], "arrived": 0} for one in held])


def moved_in(inbox: str, count: int, unread: int) -> None:
    """Messages have come from another inbox, so many of them unread."""
    _add([{"inbox": inbox, "held": count, "unread": unread, "arrived": unread}])


def _add(changes: list[dict[str, Any]]) -> None:
    # In one order, so that two who write to the same inboxes wait for each other instead of both.
    changes.sort(key=lambda change: str(change["inbox"]))
    box = MessageInbox
    for start in range(0, len(changes), AT_A_TIME):
        box.insert_many(changes[start : start + AT_A_TIME]).on_conflict(
            conflict_target=[box.inbox],
            update={
                box.held: box.held + EXCLUDED.held,
                box.unread: box.unread + EXCLUDED.unread,
                box.arrived: box.arrived + EXCLUDED.arrived,
            },
        ).execute()
