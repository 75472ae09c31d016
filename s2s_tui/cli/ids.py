"""Ids on the command line: opaque strings (decision 5), numbers below."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from s2s_tui.base.errors import NotFound, S2SError

if TYPE_CHECKING:
    from s2s_tui.services.transfers import Outcome

NOBODYS = 0
"""A number that no record has: what is no id is asked for as this, and answered as any unknown one."""
_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def number(given: str) -> int:
    """The number behind an id; `NOBODYS` where it can't be one."""
    return int(given) if _ID.fullmatch(given) else NOBODYS


def numbers(given: Iterable[str]) -> dict[str, int]:
    """The numbers behind ids, each id once, in order."""
    return {one: number(one) for one in given}


def as_given(error: S2SError, given: str) -> S2SError:
    """The error, speaking of the id that was given."""
    return NotFound(error.code, id=given) if error.params.get("id") == NOBODYS else error


def told(asked: dict[str, int], outcomes: "Iterable[Outcome]") -> tuple[list[dict[str, Any]], int]:
    """Outcomes in the order of the ids as given, as JSON has them, and the exit code.

    Args:
        asked: from `numbers`.
        outcomes: what a service did.
    """
    from s2s_tui.services.wording import say

    by_number = {outcome.id: outcome for outcome in outcomes}
    result = []
    for given, wanted in asked.items():
        outcome = by_number[wanted]
        error = outcome.error and as_given(outcome.error, given)
        result.append(
            {
                "id": given,
                "name": outcome.name,
                "ok": outcome.ok,
                "code": error.code if error else "",
                "message": say(error) if error else "",
            }
        )
    return result, 0 if all(one["ok"] for one in result) else 1
