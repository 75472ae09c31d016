"""A school's leavers as its own system lists them, and the school days in which files are due (R-REP-5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused
from s2s_tui.rules import leavers
from s2s_tui.rules.leavers import DUE_DAYS, LATE_DAYS, Calendar, Leaver

pytestmark = pytest.mark.requirement("R-REP-5")
TODAY = date(2026, 11, 24)
LLEW = Leaver(2, "H680401220001", "Llwyd", "Siân", date(2014, 3, 12), "6804031", date(2026, 7, 17))


def read(text: str) -> tuple[Leaver, ...]:
    return leavers.read(text.splitlines(keepends=True), TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "upn,surname,forename,dob,school,leaving date\n"
        "H680401220001,Llwyd,Siân,2014-03-12,6804031,2026-07-17\n",
        "Left;School;DOB;Forename;Surname;UPN\n17/7/26;6804031;12/03/2014;Siân;Llwyd;h68040 1220001\n",
        "UPN\tSurname\tYear\tForename\tDate of Birth\tSchool\tLeaving_Date\n"
        "H680401220001\tLlwyd\t9\tSiân\t12 Mawrth 2014\t6804031\t17 July 2026\n",
    ],
)
def test_a_list_of_leavers_is_read_whatever_the_order_of_its_columns(text):
    assert read(text) == (LLEW,)


def test_names_and_birth_dates_may_be_missing_and_short_rows_too():
    (one, other) = read("upn,school,left,surname,dob\nH1,6804031,2026-07-17\n\nH2,6804031,2026-07-18,P\0w,\n")
    assert one == Leaver(2, "H1", "", "", None, "6804031", date(2026, 7, 17))
    assert (other.line, other.surname, other.born) == (4, "P\ufffdw", None)
    assert read("upn,school,left\n") == ()


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (",6804031,2026-07-17,", "upn"),
        ("H1,680LLLL,2026-07-17,", "school"),
        ("H1,6804031,,", "leaving date"),
        ("H1,6804031,soon,", "soon"),
        ("H1,6804031,July 2026,", "July 2026"),
        ("H1,6804031,2026,", "2026"),
        ("H1,6804031,2026-02-30,", "2026-02-30"),
        ("H1,6804031,2026-07-17,when she was very small", "when she was very sm"),
    ],
)
def test_a_row_that_says_no_leaver_is_named_by_line_and_by_what_is_wrong(row, what):
    with pytest.raises(Refused) as told:
        read(f"upn,school,left,dob\nH0,6804031,2026-07-17,\n{row}\n")
    assert (told.value.code, told.value.params) == ("leavers-row", {"line": 3, "what": what})


def test_a_missing_column_is_named_and_what_is_no_csv_is_refused_with_its_line():
    for text, missing in (("", "upn, school, leaving date"), ("UPN,name,left\n", "school")):
        with pytest.raises(Refused) as told:
            read(text)
        assert (told.value.code, told.value.params["missing"]) == ("leavers-columns", missing)
    with pytest.raises(Refused) as told:
        read('upn,school,left\nH1,6804031,"2026-07-17\n')
    assert (told.value.code, told.value.params["line"]) == ("leavers-unreadable", 2)


def test_a_list_has_its_most_rows_and_not_one_more(monkeypatch):
    monkeypatch.setattr(leavers, "MOST", 3)
    row = "H1,6804031,2026-07-17\n"
    assert len(read("upn,school,left\n" + row * 3)) == 3
    with pytest.raises(Refused) as told:
        read("upn,school,left\n" + row * 4)
    assert (told.value.code, told.value.params["most"]) == ("leavers-long", 3)


def test_a_file_is_due_within_fifteen_school_days_and_late_past_twenty():
    assert (DUE_DAYS, LATE_DAYS, leavers.MOST) == (15, 20, 100_000)
    # From a Friday: three whole weeks on it is Friday again.
    assert Calendar([]).between(date(2026, 11, 6), date(2026, 11, 27)) == DUE_DAYS


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@settings(max_examples=150)
@given(
    st.lists(st.tuples(DAYS, st.integers(-3, 40)), max_size=6),
    DAYS,
    st.integers(-5, 200),
)
def test_school_days_are_counted_as_a_walk_over_the_days_counts_them(holidays, after, length):
    ranges = [(first, first + timedelta(days=days)) for first, days in holidays]
    free = {first + timedelta(days=n) for first, days in holidays for n in range(days + 1)}
    walk = [after + timedelta(days=n) for n in range(1, length + 1)]
    expected = sum(day.weekday() < 5 and day not in free for day in walk)
    assert Calendar(ranges).between(after, after + timedelta(days=length)) == expected
