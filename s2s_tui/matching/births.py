"""The different dates of birth held, and how each resembles a typed one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from s2s_tui.matching import strings
from s2s_tui.matching.fields import Born, DateLevel


@dataclass(frozen=True, slots=True)
class BirthList:
    """Different dates of birth, the earliest first; the first of all (0, 0, 0) stands for none.

    Attributes:
        days: a row for each date: year, month, day.
        digits: each date's YYYYMMDD, four bits a digit.
    """

    days: NDArray[np.int16]
    digits: NDArray[np.uint32]

    @property
    def size(self) -> int:
        """How many different dates, with the one for none."""
        return len(self.days)

    def held(self, code: int) -> str:
        """A date as YYYY-MM-DD."""
        year, month, day = self.days[code].tolist()
        return f"{year:04}-{month:02}-{day:02}"

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it as arrays by name."""
        return {"days": self.days}


def from_arrays(arrays: strings.Arrays) -> BirthList:
    """The list that `BirthList.arrays` came from."""
    return _made(arrays["days"])  # type: ignore[arg-type]


def make(dates: Iterable[date | Born | None]) -> tuple[BirthList, dict[date | Born | None, int]]:
    """A list of the dates, and each date's code; 0 for those of which a part is unknown."""
    known = {day: parts(day) for day in dates}
    whole = sorted({born for born in known.values() if None not in born and _fits(born)})
    places = {born: code for code, born in enumerate(whole, 1)}
    codes = {day: places.get(born, 0) for day, born in known.items()}
    return _made(np.array([(0, 0, 0), *whole], np.int16)), codes


def _made(days: NDArray[np.int16]) -> BirthList:
    year, month, day = (days[:, part].astype(np.uint32) for part in range(3))
    whole = year * 10000 + month * 100 + day
    digits = np.zeros(len(days), np.uint32)
    for place in range(8):
        digits |= whole // np.uint32(10**place) % np.uint32(10) << np.uint32(4 * place)
    return BirthList(days, digits)


def _fits(born: Born) -> bool:
    return all(part is not None and 0 <= part < 10_000 for part in born) and any(born)


def parts(born: date | Born | None) -> Born:
    """A date as its parts."""
    if born is None:
        return Born()
    return born if isinstance(born, Born) else Born(born.year, born.month, born.day)


def written(born: Born) -> str:
    """A date as YYYY-MM-DD, unknown parts as question marks."""
    whole = f"{born.year:04}" if born.year is not None else "????"
    rest = (f"{part:02}" if part is not None else "??" for part in (born.month, born.day))
    return "-".join([whole, *rest])


def levels(births: BirthList, born: Born) -> NDArray[np.uint8]:
    """How each date resembles the typed one.

    Args:
        births: the dates held.
        born: what was typed; at least one part of it is known.

    Returns:
        A `DateLevel` for each date; that of the first, which stands for none, means nothing.
    """
    year, month, day = (births.days[:, at] for at in range(3))
    found = np.full(births.size, DateLevel.DIFFERENT, np.uint8)
    if born.year is None or born.month is None or born.day is None:
        return _partial(found, (year, month, day), born)
    same_year, same_month, same_day = year == born.year, month == born.month, day == born.day
    year_near = (year == born.year - 1) | (year == born.year + 1)
    turned = (month == born.day) & (day == born.month)
    typed = f"{born.year:04}{born.month:02}{born.day:02}"[:8]
    wrong = births.digits ^ np.uint32(int(typed, 16))
    wrong |= wrong >> 1
    wrong |= wrong >> 2
    wrong = np.bitwise_count(wrong & np.uint32(0x11111111))
    crossed = np.zeros(births.size, np.bool_)
    for at in (2, 4, 6):  # within the year's end, the month, the day: 12 typed as 21
        if typed[at] != typed[at + 1]:
            crossed |= births.digits == int(typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :], 16)
    month_near, day_near = np.abs(month - born.month) == 1, np.abs(day - born.day) == 1
    # From what says least to what says most: the later one stays.
    for level, those in (
        (DateLevel.YEAR, same_year),
        (DateLevel.SWAPPED_NEAR, turned & year_near),
        (DateLevel.TWO_DIGITS, wrong == 2),
        (DateLevel.YEAR_DIFFERS, same_month & same_day),
        (DateLevel.MONTH_DIFFERS, same_year & same_day),
        (DateLevel.DAY_DIFFERS, same_year & same_month),
        (DateLevel.DIGIT, wrong == 1),
        (DateLevel.DIGITS_SWAPPED, crossed),
        (DateLevel.MONTH_NEAR, same_year & month_near & same_day),
        (DateLevel.DAY_NEAR, same_year & same_month & day_near | _beside(births, born)),
        (DateLevel.YEAR_NEAR, year_near & same_month & same_day),
        (DateLevel.SWAPPED, turned & same_year),
        (DateLevel.SAME, same_year & same_month & same_day),
    ):
        np.copyto(found, np.uint8(level), where=those)
    return found


def _beside(births: BirthList, born: Born) -> NDArray[np.bool_]:
    """The days before and after the typed one, also where another month or year begins between them."""
    beside = np.zeros(births.size, np.bool_)
    for step in (-1, 1):
        try:
            other = date(*born) + timedelta(step)  # type: ignore[arg-type]
        except (ValueError, OverflowError):  # no day that there is
            continue
        beside |= births.digits == int(other.isoformat().replace("-", ""), 16)
    return beside


_NEAR = (DateLevel.YEAR_NEAR, DateLevel.MONTH_NEAR, DateLevel.DAY_NEAR)


def _partial(
    found: NDArray[np.uint8], columns: tuple[NDArray[np.int16], ...], born: Born
) -> NDArray[np.uint8]:
    """Levels where only some parts were typed.

    All of them agree, one of them is one out, day and month are swapped, or only the year agrees.
    """
    typed = [
        (column, part, near)
        for column, part, near in zip(columns, born, _NEAR, strict=True)
        if part is not None
    ]
    agree = [column == part for column, part, _near in typed]
    if born.year is not None and len(typed) > 1:
        found[agree[0]] = DateLevel.YEAR
    # The year last: it is the likeliest to be one out.
    for at in reversed(range(len(typed))):
        column, part, near = typed[at]
        rest = np.logical_and.reduce([np.abs(column - part) == 1, *agree[:at], *agree[at + 1 :]])
        found[rest] = near
    if born.year is None and born.month is not None and born.day is not None:
        found[(columns[1] == born.day) & (columns[2] == born.month)] = DateLevel.SWAPPED
    found[np.logical_and.reduce(agree)] = DateLevel.SAME
    return found
