"""Home's sentences and its picture of a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services.home import Need, Overview
from s2s_tui.tui.text import cell
from s2s_tui.tui.widgets.line import Part

WIDE = 96
"""Cells from which each day has its own numbers."""
LABEL = 12
_LEVELS = "▁▂▃▄▅▆▇"
_WEEKDAYS = N_("Mon Tue Wed Thu Fri Sat Sun")


@dataclass(frozen=True, slots=True)
class Jump:
    """Where a need leads: its letter and the menu entry; the list there is the need's `tab`.

    `late` narrows that list to what has waited past a week, as Home counts it.
    """

    letter: str
    entry: str
    late: bool = False


JUMPS: dict[tuple[str, str], Jump] = {
    ("to-us", "ctf"): Jump("d", "download.ctf"),
    ("to-us", "generic"): Jump("g", "download.generic"),
    ("to-us", "plasc"): Jump("p", "download.plasc"),
    ("to-us", "admissions"): Jump("a", "download.admissions"),
    ("uncollected", "ctf"): Jump("u", "download.uncollected", late=True),
    ("sent-waiting", "ctf"): Jump("s", "download.ctf", late=True),
    ("sent-waiting", "generic"): Jump("z", "download.generic", late=True),
    ("sent-waiting", "plasc"): Jump("l", "download.plasc", late=True),
    ("sent-waiting", "admissions"): Jump("n", "download.admissions", late=True),
    ("finds", "lost"): Jump("f", "lost.finds"),
    ("messages", "inbox"): Jump("m", "messaging.inbox"),
    ("no-dba", "users"): Jump("b", "dba.users"),
    ("locked", "users"): Jump("o", "dba.users"),
    ("user-audit", "users"): Jump("k", "dba.answers"),
}
"""Each need of `services.home` (what, kind) → where it leads. No letter is used twice, nor is `r`."""


def sentence(need: Need) -> str:
    """A need in words: `12 CTFs wait for you`."""
    count = need.count
    match need.what, need.kind:
        case "to-us", "ctf":
            text = ngettext("{count} CTF waits for you", "{count} CTFs wait for you", count)
        case "to-us", "generic":
            text = ngettext("{count} generic file waits for you", "{count} generic files wait for you", count)
        case "to-us", "plasc":
            text = ngettext("{count} PLASC file waits for you", "{count} PLASC files wait for you", count)
        case "to-us", _kind:
            text = ngettext(
                "{count} admissions file waits for you", "{count} admissions files wait for you", count
            )
        case "finds", _kind:
            text = ngettext(
                "{count} pupil found by annual matching", "{count} pupils found by annual matching", count
            )
        case "no-dba", _kind:
            text = ngettext(
                "{count} authority has no active DBA", "{count} authorities have no active DBA", count
            )
        case "locked", _kind:
            text = ngettext(
                "{count} account is locked: somebody guessed at it",
                "{count} accounts are locked: somebody guessed at them",
                count,
            )
        case "user-audit", _kind:
            text = ngettext("{count} account to confirm", "{count} accounts to confirm", count)
        case "messages", _kind:
            text = ngettext("{count} unread message", "{count} unread messages", count)
        case "uncollected", _kind:
            return _uncollected(need)
        case _what, "ctf":
            text = ngettext(
                "{count} CTF you sent is not collected", "{count} CTFs you sent are not collected", count
            )
        case _what, "generic":
            text = ngettext(
                "{count} generic file you sent is not collected",
                "{count} generic files you sent are not collected",
                count,
            )
        case _what, "plasc":
            text = ngettext(
                "{count} PLASC file you sent is not collected",
                "{count} PLASC files you sent are not collected",
                count,
            )
        case _:
            text = ngettext(
                "{count} admissions file you sent still waits",
                "{count} admissions files you sent still wait",
                count,
            )
    return text.format(count=f"{count:,}")


def _uncollected(need: Need) -> str:
    places = ngettext("{count} of your schools", "{count} of your schools", need.places)
    text = ngettext("{count} CTF waits at {places}", "{count} CTFs wait at {places}", need.count)
    return text.format(count=f"{need.count:,}", places=places.format(count=need.places))


def waiting(need: Need) -> str:
    """How long it has waited: `oldest 19 days`; nothing where that isn't known."""
    if need.what in ("no-dba", "locked"):
        return ""
    if need.oldest_days == 0:
        return _("since today")
    if need.count == 1:
        return ngettext("for {count} day", "for {count} days", need.oldest_days).format(
            count=need.oldest_days
        )
    text = ngettext("oldest {count} day", "oldest {count} days", need.oldest_days)
    return text.format(count=need.oldest_days)


def weekday(day: date) -> str:
    """A day of the week: `Tue 24`."""
    return f"{_(_WEEKDAYS).split()[day.weekday()]} {day.day}"


def picture(numbers: Sequence[int]) -> str:
    """Numbers as bars of seven heights, the highest for the largest; a nought is the lowest."""
    largest = max(numbers, default=0)
    if not largest:
        return _LEVELS[0] * len(numbers)
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[-(-number * top // largest)] for number in numbers)


def week(overview: Overview, width: int) -> list[Part]:
    """The last days: two lines of bars and sums, in a wide pane with each day's numbers.

    Args:
        overview: Home's contents.
        width: of the pane, in cells.
    """
    rows = ((_("sent"), overview.sent), (_("collected"), overview.collected))
    parts: list[Part] = []
    if width >= WIDE:
        days = "".join(cell(weekday(day), 8, "right") for day in overview.days)
        parts += [(cell("", LABEL + 12) + days + cell(_("all"), 8, "right") + "\n", "bold")]
    for label, numbers in rows:
        parts.append("  " + cell(label, LABEL) + picture(numbers))
        if width >= WIDE:
            parts.append("   " + "".join(cell(f"{number:,}", 8, "right") for number in numbers))
        parts.append(cell(f"{sum(numbers):,}", 8, "right") + "\n")
    others = (
        ngettext("{count} rejected", "{count} rejected", overview.rejected).format(count=overview.rejected),
        ngettext(
            "{count} to the Lost Pupil Database", "{count} to the Lost Pupil Database", overview.to_lost
        ).format(count=overview.to_lost),
    )
    return [*parts, "  " + " · ".join(others)]
