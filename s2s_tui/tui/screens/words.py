"""How screens write days, sizes, schools and paths."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from s2s_tui.base import reach
from s2s_tui.base.clock import local_date, to_local
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.rules.mailboxes import LEFT, LOST
from s2s_tui.tui.text import cut, shown, width_of

MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
LOST_NAMES: Mapping[str, str] = {LOST: N_("Lost Pupils (?)"), LEFT: N_("Lost Pupils (M)")}
"""What the two addresses of the Lost Pupil Database are called in a list."""
LOST_RULES: Mapping[str, str] = {
    LOST: N_("the destination is unknown."),
    LEFT: N_(
        "gone to an independent school, emigrated, home educated, or somewhere that can't receive a CTF."
    ),
}
"""The rule of the notes, §1.3."""


def day(moment: datetime, now: datetime) -> str:
    """The London day of a naive UTC moment, short: `12 Oct`; of another year `Oct 2025`."""
    that, today = local_date(moment), local_date(now)
    month = _(MONTHS[that.month - 1])
    return f"{that.day:02} {month}" if that.year == today.year else f"{month} {that.year}"


def whole_day(that: date) -> str:
    """A day in full: `12 Oct 2026`."""
    return f"{that.day} {_(MONTHS[that.month - 1])} {that.year}"


def whole_moment(moment: datetime) -> str:
    """A naive UTC moment by London's clock: `12 Oct 2026 14:05`."""
    local = to_local(moment)
    return f"{whole_day(local.date())} {local:%H:%M}"


def born(that: date) -> str:
    """A date of birth: `12.03.2014`."""
    return f"{that:%d.%m.%Y}"


def size(count: int) -> str:
    """A number of bytes: `812 bytes`, `210 kB`, `1.4 MB` (1024² bytes)."""
    if count < 1024:
        return ngettext("{count} byte", "{count} bytes", count).format(count=count)
    if count < 1024 * 1024:
        return _("{count} kB").format(count=round(count / 1024))
    return _("{count} MB").format(count=f"{count / 1024**2:.1f}")


def pupils(count: int) -> str:
    """`1 pupil`, `30 pupils`."""
    return ngettext("{count} pupil", "{count} pupils", count).format(count=f"{count:,}")


def who(mailbox: str, name: str) -> str:
    """A school or authority, number first; raw."""
    if mailbox in LOST_NAMES:
        return _(LOST_NAMES[mailbox])
    return f"{mailbox} {name}".rstrip()


def short_path(path: Path, width: int) -> str:
    """A folder's path as its person knows it, `~` for home; where it is too long, its end is what stays."""
    text = reach.told(path)
    home = str(Path.home())
    if text == home or text.startswith(home + "/"):
        text = "~" + text[len(home) :]
    text = shown(text)
    if width_of(text) <= width:
        return text
    while width_of(text) > width - 2 and "/" in text[1:]:
        text = text[text.index("/", 1) :]
    return cut("…" + text, width)
