"""Ranges of days that move with the calendar: `last-month` run in March is February (R-REP)."""

from datetime import date, timedelta

from s2s_tui.rules.dates import school_year

RANGES = (
    "today",
    "yesterday",
    "last-7-days",
    "last-30-days",
    "this-month",
    "last-month",
    "this-year",
    "last-year",
    "this-school-year",
    "last-school-year",
)


def days_of(name: str, today: date) -> tuple[date, date]:
    """The first and the last day of a range; no day is after today.

    `last-7-days` ends with today; school years start on 1 September.

    Args:
        name: one of `RANGES`.
        today: the day from which it counts.
    """
    yesterday = today - timedelta(days=1)
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    started = school_year(today)
    return {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "last-7-days": (today - timedelta(days=6), today),
        "last-30-days": (today - timedelta(days=29), today),
        "this-month": (month, today),
        "last-month": (before.replace(day=1), before),
        "this-year": (date(today.year, 1, 1), today),
        "last-year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "this-school-year": (date(started, 9, 1), today),
        "last-school-year": (date(started - 1, 9, 1), date(started, 8, 31)),
    }[name]


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months that hold the days of a range, in order."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return found
