"""Ids on the command line: opaque strings (decision 5), numbers below."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from s2s_tui.base.errors import NotFound, S2SError
from s2s_tui.base.translation import _
from s2s_tui.cli.parts import Asked

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


def show_each(
    asked: Asked, wanted: dict[str, int], outcomes: "Iterable[Outcome]", title: str, done: str
) -> int:
    """Show what became of each thing, in the order of the ids as given; how many were not done is said last.

    Args:
        asked: what was asked for.
        wanted: from `numbers`.
        outcomes: what a service did.
        title: of the names' column.
        done: the word where it went well.

    Returns:
        The exit code.
    """
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.services.wording import say

    by_number = {outcome.id: outcome for outcome in outcomes}
    result: list[dict[str, Any]] = []
    for given, key in wanted.items():
        outcome = by_number[key]
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
    if asked.as_json:
        out.document(result)
    else:
        columns = (Column(_("Id"), right=True), Column(title), Column(_("Is")))
        out.table(columns, [(one["id"], one["name"] or "-", one["message"] or done) for one in result])
    failed = sum(not one["ok"] for one in result)
    if failed:
        out.complain(_("{failed} of {total} could not be done.").format(failed=failed, total=len(result)))
    return 1 if failed else 0
