"""What the board of phase transfers asks before it acts, and says afterwards (R-PHA)."""

from collections.abc import Iterator, Sequence

from s2s_tui.base.translation import _, ngettext
from s2s_tui.services import uploads
from s2s_tui.services.phase import Allocated, Step
from s2s_tui.tui.messages import Kind
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.outcomes import reasons
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.phase_rows import Seats, Tally, twice
from s2s_tui.tui.text import REFUSED

Said = tuple[str, Kind, list[Para]]
"""A sentence, how it looks, and what stands in the details, if anything."""


def schools(count: int) -> str:
    """`1 school`, `6 schools`."""
    return ngettext("{count} school", "{count} schools", count).format(count=f"{count:,}")


def send_question(tally: Tally) -> str:
    """What is asked before sending, such as “Send 150 pupils to 6 schools? 3 unallocated stay”."""
    asked = _("Send {pupils} to {schools}?").format(
        pupils=words.pupils(tally.waiting), schools=schools(tally.schools)
    )
    more = []
    if tally.nowhere:
        more.append(
            ngettext("{count} unallocated stays", "{count} unallocated stay", tally.nowhere).format(
                count=f"{tally.nowhere:,}"
            )
        )
    if tally.twice:
        more.append(twice(tally))
    return f"{asked} {', '.join(more)}." if more else asked


def assigned(count: int, school: str, skipped: int) -> str:
    """After an assignment."""
    said = ngettext(
        "{count} pupil goes to {school}. z undoes it.", "{count} pupils go to {school}. z undoes it.", count
    ).format(count=f"{count:,}", school=school)
    return said + _skipped(skipped)


def unassigned(count: int, skipped: int) -> str:
    """After taking an allocation back."""
    said = ngettext(
        "{count} pupil has no school now. z undoes it.",
        "{count} pupils have no school now. z undoes it.",
        count,
    ).format(count=f"{count:,}")
    return said + _skipped(skipped)


def _skipped(count: int) -> str:
    if not count:
        return ""
    return " " + ngettext(
        "{count} was sent on already and stays.", "{count} were sent on already and stay.", count
    ).format(count=f"{count:,}")


def undone(count: int, sent: int, changed: int) -> str:
    """After an undo: pupils put back, sent on since, changed by a colleague since."""
    said = _("Nothing was undone.")
    if count:
        said = ngettext(
            "Undone: {count} pupil is where it was.", "Undone: {count} pupils are where they were.", count
        ).format(count=f"{count:,}")
    if changed:
        said += " " + ngettext(
            "{count} was changed by a colleague since and stays.",
            "{count} were changed by colleagues since and stay.",
            changed,
        ).format(count=f"{changed:,}")
    return said + _skipped(sent)


def imported(done: Allocated, name: str, moved: int) -> Said:
    """After an allocation list: what it did, and each of its lines that did nothing."""
    said = ngettext(
        "{name}: {count} pupil has its school.", "{name}: {count} pupils have their schools.", done.done
    ).format(name=name, count=f"{done.done:,}")
    if moved:
        said += " " + _("z undoes it.")
    if not (done.unknown or done.wrong):
        return said, "done" if done.done else "warning", []
    lines = len(done.unknown) + len(done.wrong)
    left = ngettext("{count} line did nothing.", "{count} lines did nothing.", lines).format(
        count=f"{lines:,}"
    )
    return f"{said} {left}", "warning", [Para(left, style="head"), *_lines(done)]


def _lines(done: Allocated) -> Iterator[Para]:
    found = [
        (line, _("no pupil on the board that could be sent has the UPN {upn}"), upn)
        for line, upn in done.unknown
    ]
    found += [
        (line, _("no open school, no UPN, or two schools for one: {upn}"), text) for line, text in done.wrong
    ]
    for line, text, upn in sorted(found):
        where = _("line {line}").format(line=line)
        yield Para(f"{where}: {text.format(upn=upn)}", REFUSED, "error")


def after_sending(steps: Sequence[Step], total: int, stopped: bool, seats: Seats) -> Said:
    """After sending.

    Args:
        steps: the schools that were tried.
        total: how many there were.
        stopped: whether the person stopped it.
        seats: the board as it is now.
    """
    went = [step for step in steps if step.receipt.status == uploads.SENT]
    refused = [step for step in steps if step.receipt.status != uploads.SENT]
    count = sum(step.pupils for step in went)
    said = ""
    if went:
        said = _("{pupils} sent to {schools}, e-mails on their way.").format(
            pupils=words.pupils(count), schools=schools(len(went))
        )
    left = seats.tally()
    if stopped and len(steps) < total:
        said += " " + _("Stopped: {pupils} for {schools} remain; u goes on with them.").format(
            pupils=words.pupils(left.waiting), schools=schools(left.schools)
        )
    if not steps and not stopped:
        said = _("Nothing was left to send: a colleague was first.")
    kind: Kind = (
        "done" if went and not refused and not stopped else "warning" if went or not refused else "error"
    )
    if not refused:
        return said.strip(), kind, []
    failed = ngettext("{count} school was refused.", "{count} schools were refused.", len(refused)).format(
        count=len(refused)
    )
    paras = [Para(failed, style="head")]
    for step in refused:
        paras += [Para(f"{seats.school(step.school)} · {words.pupils(step.pupils)}"), *reasons(step.receipt)]
    return f"{said} {failed}".strip(), kind, paras
