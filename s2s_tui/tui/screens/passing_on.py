"""Passing files on to a school from a list (R-UPL-5): which one, whether, and one after the other."""

from collections.abc import Sequence

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.translation import _, ngettext
from s2s_tui.services import forwarding, uploads
from s2s_tui.services.listing import Item
from s2s_tui.services.transfers import Outcome
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.screens.outcomes import in_steps, why_not
from s2s_tui.tui.screens.school_finder import School, SchoolFinder
from s2s_tui.tui.threads import in_thread


def question(items: Sequence[Item], school: School) -> str:
    """What is asked before files are passed on; first that they go back to their sender, if they do."""
    count = len(items)
    text = ngettext("Send {count} file to {school}?", "Send {count} files to {school}?", count)
    asked = text.format(count=f"{count:,}", school=school)
    back = sum(item.source == school.number for item in items)
    if not back:
        return asked
    said = ngettext("{count} was sent by that school.", "{count} were sent by that school.", back)
    back_to_it = _("That school sent it.") if count == 1 else said.format(count=f"{back:,}")
    return f"{back_to_it} {asked}"


async def asked_school(pane: Pane, items: Sequence[Item]) -> School | None:
    """The school that files are to go to; None where the person leaves it."""
    count = len(items)
    title = ngettext(
        "Which school is the file passed on to?",
        "Which school are the {count} files passed on to?",
        count,
    ).format(count=f"{count:,}")
    finder = SchoolFinder(pane.site, pane.actor, title, likely={}, near=(pane.actor.organisation,))
    school = await pane.app.push_screen_wait(finder)
    if school is None:
        return None
    return school if await pane.app.ask(question(items, school)) else None


async def pass_on(pane: Pane, items: Sequence[Item], school: School) -> list[Outcome]:
    """Pass files on, each on its own; Esc stops between two."""
    names = {item.id: item.name for item in items}

    def one(part: Sequence[int]) -> list[Outcome]:
        outcomes = []
        for file_id in part:
            error: Refused | NotFound | None = None
            try:
                receipt = forwarding.forward(pane.actor, pane.site, file_id, school.number)
                if receipt.status != uploads.SENT:
                    error = why_not(receipt)
            except (Refused, NotFound) as refused:
                error = refused
            outcomes.append(Outcome(file_id, names[file_id], error))
        return outcomes

    return await in_steps(pane.app, _("Passing on"), [*names], lambda part: in_thread(one, part), 1)


def said_of(outcomes: Sequence[Outcome], school: School) -> str:
    """What went well, in a sentence; nothing where nothing did."""
    done = sum(outcome.ok for outcome in outcomes)
    text = ngettext(
        "{count} passed on to {school}, e-mails on their way.",
        "{count} passed on to {school}, e-mails on their way.",
        done,
    )
    return text.format(count=f"{done:,}", school=school) if done else ""
