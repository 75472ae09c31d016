"""A school's leavers, as its own system lists them, and the days in which their files are due (R-REP-5)."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from s2s_tui.base.errors import Refused
from s2s_tui.base.text import storable
from s2s_tui.rules.allocations import cells_of
from s2s_tui.rules.mailboxes import is_school
from s2s_tui.rules.typed import typed_date

COLUMNS = ("upn", "surname", "forename", "dob", "school", "leaving date")
"""In any order and case; `leaving_date` and `left` will do for the last. Others are passed over."""
ALSO = {"leaving_date": "leaving date", "left": "leaving date", "date of birth": "dob"}
NEEDED = ("upn", "school", "leaving date")
MOST = 100_000
"""Rows of one list."""
DUE_DAYS, LATE_DAYS = 15, 20
"""School days: a file is due within the first, and seriously late past the second."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """A pupil who left; `line` is where it stands in the list."""

    line: int
    upn: str
    surname: str
    forename: str
    born: date | None
    school: str
    left: date


def read(lines: Iterable[str], today: date) -> tuple[Leaver, ...]:
    """A list of leavers, a header row first.

    Args:
        lines: of the CSV, with commas, semicolons or tabs.
        today: the day from which two digits of a year are understood.

    Raises:
        Refused: `leavers-columns`, `leavers-unreadable`, `leavers-long`; `leavers-row`, a row has no UPN, no
            establishment number, or a date that is none.
    """
    try:
        rows = cells_of(lines)
        header = [ALSO.get(name.lower(), name.lower()) for name in next(rows, (0, []))[1]]
        if missing := [name for name in NEEDED if name not in header]:
            raise Refused("leavers-columns", missing=", ".join(missing))
        places = {name: header.index(name) for name in COLUMNS if name in header}
        found: list[Leaver] = []
        for line, cells in rows:
            if len(found) == MOST:
                raise Refused("leavers-long", most=MOST)
            given = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
            found.append(_leaver(line, given, today))
    except Refused as error:
        if error.code == "allocation-unreadable":
            raise Refused("leavers-unreadable", **error.params) from error
        raise
    return tuple(found)


def _leaver(line: int, given: dict[str, str], today: date) -> Leaver:
    left, born = _day(line, given["leaving date"], today), _day(line, given.get("dob", ""), today)
    upn = "".join(given["upn"].split()).upper()
    if not upn or left is None or not is_school(given["school"]):
        what = "upn" if not upn else "leaving date" if left is None else "school"
        raise Refused("leavers-row", line=line, what=what)
    surname, forename = (storable(given.get(name, "")) for name in ("surname", "forename"))
    return Leaver(line, storable(upn), surname, forename, born, given["school"], left)


def _day(line: int, text: str, today: date) -> date | None:
    try:
        typed = typed_date(text, today)
        if typed is None:
            return None
        if typed.year is None or typed.month is None or typed.day is None:
            raise Refused("date-unclear", typed=text)
        return date(typed.year, typed.month, typed.day)
    except Refused as error:
        raise Refused("leavers-row", line=line, what=text[:20]) from error


class Calendar:
    """The school days of an authority: Monday to Friday, holidays apart.

    Args:
        holidays: first and last days, both within, in any order; they may overlap.
    """

    def __init__(self, holidays: Iterable[tuple[date, date]]) -> None:
        merged: list[tuple[date, date]] = []
        for first, last in sorted(holidays):
            if merged and first <= merged[-1][1] + timedelta(days=1):
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            elif first <= last:
                merged.append((first, last))
        self._holidays: Sequence[tuple[date, date]] = merged
        self._firsts = [first for first, _ in merged]

    def between(self, after: date, until: date) -> int:
        """School days after a day, up to another, that one included; 0 where there are none."""
        if until <= after:
            return 0
        first = after + timedelta(days=1)
        start = max(0, bisect_right(self._firsts, first) - 1)
        days = _weekdays(first, until)
        for begins, ends in self._holidays[start:]:
            if begins > until:
                break
            if ends >= first:
                days -= _weekdays(max(begins, first), min(ends, until))
        return days


def _weekdays(first: date, last: date) -> int:
    """Mondays to Fridays from a day to another, both within."""
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * 5 + sum((first.weekday() + offset) % 7 < 5 for offset in range(rest))
