"""Dates as files write them, school years and the leaving date."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.rules.dates import age, leaving_date, parse_date, school_year, year_group, youngest_leaver


@pytest.mark.requirement("R-UPL-2")
@pytest.mark.parametrize(
    "text",
    ["", "2014-02-31", "2015-02-29", "20140203", "2014-W05-1", "3/2/2014", "2014-2-3", "2014-02-03T00:00:00",
     "2014-02-03 ", "2014–02–03", "0000-01-01", "２０１４-02-03", "2014-13-01", "2014-00-10"],
)  # fmt: skip
def test_only_a_real_date_in_its_one_form_is_a_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.requirement("R-UPL-2")
@settings(max_examples=100, deadline=None)
@given(st.dates())
def test_every_date_is_read_as_it_was_written(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@pytest.mark.requirement("R-UPL-2")
@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_a_date_or_none(text: str) -> None:
    day = parse_date(text)
    assert day is None or day.isoformat() == text


def test_a_school_year_starts_on_1_september() -> None:
    assert school_year(date(2026, 8, 31)) == 2025
    assert school_year(date(2026, 9, 1)) == 2026


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize(
    ("born", "group"),
    [
        (date(2015, 9, 1), 6),
        (date(2016, 8, 31), 6),
        (date(2015, 8, 31), 7),
        (date(2021, 9, 1), 0),
        (date(2022, 9, 1), -1),
    ],
)
def test_the_year_group_is_that_of_the_birth_date_in_this_school_year(born: date, group: int) -> None:
    assert year_group(born, date(2026, 11, 24)) == group
    assert year_group(born, date(2027, 8, 31)) == group
    assert year_group(born, date(2027, 9, 1)) == group + 1


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2010, 11, 24), date(2026, 11, 24), 16),
        (date(2010, 11, 25), date(2026, 11, 24), 15),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2027, 1, 1), date(2026, 11, 24), -1),
    ],
)
def test_age_counts_whole_years(born: date, day: date, years: int) -> None:
    assert age(born, day) == years


@pytest.mark.requirement("R-LPD-7")
@pytest.mark.parametrize(
    ("born", "leaves"),
    [
        (date(2010, 8, 31), date(2026, 6, 26)),
        (date(2010, 9, 1), date(2027, 6, 25)),
        (date(2010, 1, 5), date(2026, 6, 26)),
        (date(2008, 2, 29), date(2024, 6, 28)),
        (date(2007, 6, 30), date(2023, 6, 30)),
        (date(9999, 12, 31), date(9999, 6, 25)),
    ],
)
def test_leaving_is_the_last_friday_of_june_in_the_school_year_of_the_16th_birthday(
    born: date, leaves: date
) -> None:
    assert leaving_date(born) == leaves


@pytest.mark.requirement("R-LPD-7")
@settings(max_examples=200, deadline=None)
@given(st.dates(max_value=date(2080, 1, 1)).filter(lambda day: (day.month, day.day) != (2, 29)))
def test_the_leaving_date_is_a_last_friday_in_the_year_of_the_birthday(born: date) -> None:
    leaves = leaving_date(born)
    assert (leaves.weekday(), leaves.month) == (4, 6)
    assert (leaves + timedelta(days=7)).month == 7
    assert school_year(leaves) == school_year(born.replace(year=born.year + 16))


@pytest.mark.requirement("R-LPD-7")
@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_the_youngest_leaver_has_left_and_whoever_is_a_day_younger_has_not(day):
    youngest = youngest_leaver(day)
    assert leaving_date(youngest) < day
    assert leaving_date(youngest + timedelta(days=1)) >= day
