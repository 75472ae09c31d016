"""Ranges of days that move with the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.rules.ranges import RANGES, days_of, months_between

pytestmark = pytest.mark.requirement("R-REP-1")


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", date(2027, 3, 1), date(2027, 3, 1)),
        ("yesterday", date(2027, 2, 28), date(2027, 2, 28)),
        ("last-7-days", date(2027, 2, 23), date(2027, 3, 1)),
        ("last-30-days", date(2027, 1, 31), date(2027, 3, 1)),
        ("this-month", date(2027, 3, 1), date(2027, 3, 1)),
        ("last-month", date(2027, 2, 1), date(2027, 2, 28)),
        ("this-year", date(2027, 1, 1), date(2027, 3, 1)),
        ("last-year", date(2026, 1, 1), date(2026, 12, 31)),
        ("this-school-year", date(2026, 9, 1), date(2027, 3, 1)),
        ("last-school-year", date(2025, 9, 1), date(2026, 8, 31)),
    ],
)
def test_each_range_on_the_first_of_march(name, first, last):
    assert days_of(name, date(2027, 3, 1)) == (first, last)


def test_every_range_has_a_name_and_another_name_is_none():
    assert len({days_of(name, date(2026, 11, 24)) for name in RANGES}) == len(RANGES) == 10
    with pytest.raises(KeyError):
        days_of("next-month", date(2026, 11, 24))


@given(st.dates(date(1999, 1, 1), date(2099, 1, 1)), st.integers(-40, 1500))
def test_the_months_of_a_range_are_the_months_of_its_days(first, length):
    last = first + timedelta(days=length)
    days = (first + timedelta(days=n) for n in range(length + 1))
    assert months_between(first, last) == sorted({day.replace(day=1) for day in days}) or (
        # Turned round within one month: the month is still one that both lie in.
        length < 0 and months_between(first, last) == [last.replace(day=1)] == [first.replace(day=1)]
    )
