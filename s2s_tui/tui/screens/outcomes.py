"""Acting on many files with a bar that Esc stops, and summing up what became of them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from s2s_tui.base.errors import Refused
from s2s_tui.base.translation import _, ngettext
from s2s_tui.services import checking
from s2s_tui.services.transfers import Outcome
from s2s_tui.services.uploads import Receipt
from s2s_tui.services.wording import say
from s2s_tui.tui.messages import Kind
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import REFUSED

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp

AT_ONCE = 5
"""Files that one step of the progress acts on."""


async def in_steps(
    app: "S2SApp",
    title: str,
    ids: Sequence[int],
    act: Callable[[Sequence[int]], Awaitable[Sequence[Outcome]]],
    at_once: int = AT_ONCE,
) -> list[Outcome]:
    """Act on some files at a time; Esc stops between them.

    Args:
        app: has the foot that shows the progress.
        title: what is done; translated.
        ids: the files.
        act: does it to some of them.
        at_once: to how many.

    Returns:
        What became of each that was begun.
    """
    outcomes: list[Outcome] = []
    with app.progress(title, len(ids)) as progress:
        for start in range(0, len(ids), at_once):
            if progress.cancelled:
                break
            outcomes += await act(ids[start : start + at_once])
            progress.step(len(outcomes))
    return outcomes


def summed_up(outcomes: Sequence[Outcome], said: str) -> tuple[str, Kind, list[Para]]:
    """What is said of some outcomes: one refusal in the sentence, several as paragraphs.

    Args:
        outcomes: what became of each file.
        said: what went well, translated; empty where nothing did.

    Returns:
        The sentence, how it looks, and the paragraphs for the details (none, where the sentence says all).
    """
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    kind: Kind = "done" if not errors else "warning" if said else "error"
    if not errors:
        return said, kind, []
    if len(errors) == 1:
        return f"{said} {say(errors[0])}".strip(), kind, []
    text = ngettext("{count} was refused.", "{count} were refused.", len(errors)).format(count=len(errors))
    rows = [Para(say(error), REFUSED, "error") for error in errors]
    return f"{said} {text}".strip(), kind, [Para(text, style="head"), *rows]


def why_not(receipt: Receipt) -> Refused:
    """The first reason why a file was refused, as an error that can be said."""
    for problem in checking.visible(receipt.problems):
        if problem.severity == "refuse":
            return Refused(problem.code, **problem.params)
    return Refused(receipt.status)


def reasons(receipt: Receipt) -> list[Para]:
    """All reasons why a file was refused."""
    problems = [each for each in checking.visible(receipt.problems) if each.severity == "refuse"]
    return [Para(say(problem), REFUSED, "error", indent=2) for problem in problems] or [
        Para(_("No reason is known."), REFUSED, "error", indent=2)
    ]
