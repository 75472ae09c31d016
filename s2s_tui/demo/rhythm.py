"""When things happen at schools: by the school year, on working days, in school hours; for many at once.

Moments are whole seconds of naive UTC since 1970, in arrays.
"""

from datetime import date, datetime, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Seconds: TypeAlias = NDArray[np.int64]

DAY = 86_400
OPENS, CLOSES = 8 * 3600, 16 * 3600
GROWTH = 1.12
"""From one school year to the next."""

_MONTHS = (1.1, 0.8, 0.8, 0.8, 0.8, 1.2, 2.0, 0.1, 2.4, 1.2, 0.9, 0.6)
"""How busy each month is, January first: pupils leave in July and are missed in September."""
_HOLIDAYS = ((12, 22, 1, 3), (2, 14, 2, 20), (4, 3, 4, 16), (5, 27, 6, 1), (7, 22, 8, 31), (10, 26, 10, 31))
"""First and last month and day of the holidays, every year the same."""
_IN_HOLIDAYS = 0.04
"""How much is done then, by offices that stay open."""
_EPOCH = date(1970, 1, 1)
_SATURDAY, _SUNDAY = 5, 6


def seconds(moment: datetime) -> int:
    """A naive UTC moment in whole seconds."""
    return int((moment - datetime(1970, 1, 1)).total_seconds())


def weights(first: date, last: date, months: tuple[float, ...] = _MONTHS) -> NDArray[np.float64]:
    """How busy each day is, from one to another.

    Args:
        first: a day.
        last: a later one; it counts.
        months: how busy each month is, January first.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return np.array([_weight(day, first, months) for day in days])


def moments(
    rng: np.random.Generator, count: int, first: date, now: datetime, months: tuple[float, ...] = _MONTHS
) -> Seconds:
    """So many moments between a day and now, in no order."""
    busy = weights(first, now.date(), months)
    share = (now.hour * 3600 + now.minute * 60 - OPENS) / (CLOSES - OPENS)
    busy[-1] *= min(max(share, 0.0), 1.0)
    begins = (first - _EPOCH).days
    days = begins + np.searchsorted(np.cumsum(busy) / busy.sum(), rng.random(count), side="right")
    at = days * DAY + rng.integers(OPENS, CLOSES, count)
    # Of today there are only the hours so far.
    late = at >= seconds(now)
    at[late] -= DAY * np.where((days[late] + 3) % 7 == 0, 3, 1)
    return np.asarray(at, np.int64)


def later(rng: np.random.Generator, at: Seconds, hours: float, now: int) -> Seconds:
    """Working moments up to so many hours after others; 0 where that would be yet to come."""
    about = at + (rng.uniform(0.3, hours, len(at)) * 3600).astype(np.int64)
    day, time = np.divmod(about, DAY)
    evening = time >= CLOSES
    outside = evening | (time < OPENS) | ((day + 3) % 7 >= _SATURDAY)
    day = _on_weekday(day + evening)
    time = np.where(outside, rng.integers(OPENS, CLOSES, len(at)), time)
    found = day * DAY + time
    return np.where((found > at) & (found < now), found, 0)


def _on_weekday(day: NDArray[np.int64]) -> NDArray[np.int64]:
    of_week = (day + 3) % 7
    return np.asarray(day + np.where(of_week == _SATURDAY, 2, np.where(of_week == _SUNDAY, 1, 0)))


def _weight(day: date, first: date, months: tuple[float, ...]) -> float:
    if day.weekday() >= _SATURDAY:
        return 0.0
    grown = GROWTH ** ((day - first).days / 365.25)
    return float(months[day.month - 1] * grown * (_IN_HOLIDAYS if _is_holiday(day) else 1.0))


def _is_holiday(day: date) -> bool:
    at = (day.month, day.day)
    for from_month, from_day, to_month, to_day in _HOLIDAYS:
        begins, ends = (from_month, from_day), (to_month, to_day)
        if (begins <= at <= ends) if begins <= ends else (at >= begins or at <= ends):
            return True
    return False
