"""How a typed date of birth resembles a held one; UPNs and postcodes as numbers."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.matching import births, postcodes, upns
from s2s_tui.matching.fields import Born, DateLevel
from s2s_tui.rules.upn import check_letter

pytestmark = pytest.mark.requirement("R-LPD-5")

HELD = date(2012, 3, 14)


def level(typed: Born, held: date = HELD) -> DateLevel:
    made, codes = births.make([held])
    return DateLevel(births.levels(made, typed)[codes[held]])


@pytest.mark.parametrize(
    ("typed", "held", "expected"),
    [
        ((2012, 3, 14), HELD, "SAME"),
        ((2012, 4, 3), date(2012, 3, 4), "SWAPPED"),
        ((2013, 3, 14), HELD, "YEAR_NEAR"),
        ((2011, 3, 14), HELD, "YEAR_NEAR"),
        ((2012, 3, 21), date(2012, 3, 12), "DIGITS_SWAPPED"),
        ((2012, 3, 15), HELD, "DAY_NEAR"),
        ((2012, 3, 13), HELD, "DAY_NEAR"),
        ((2012, 3, 10), date(2012, 3, 9), "DAY_NEAR"),
        ((2012, 2, 29), date(2012, 3, 1), "DAY_NEAR"),
        ((2012, 12, 31), date(2013, 1, 1), "DAY_NEAR"),
        ((2012, 2, 30), date(2012, 2, 29), "DAY_NEAR"),
        ((2012, 2, 30), date(2012, 3, 1), "YEAR"),
        ((9999, 12, 31), date(9999, 12, 30), "DAY_NEAR"),
        ((2012, 2, 14), HELD, "MONTH_NEAR"),
        ((2012, 10, 14), date(2012, 9, 14), "MONTH_NEAR"),
        ((2012, 4, 3), date(2012, 3, 3), "MONTH_NEAR"),
        ((2012, 3, 16), HELD, "DIGIT"),
        ((2012, 8, 14), HELD, "DIGIT"),
        ((2015, 3, 14), HELD, "DIGIT"),
        ((2021, 3, 14), HELD, "DIGITS_SWAPPED"),
        ((2012, 3, 29), HELD, "DAY_DIFFERS"),
        ((2012, 12, 14), HELD, "MONTH_DIFFERS"),
        ((2009, 3, 14), HELD, "YEAR_DIFFERS"),
        ((2013, 3, 15), HELD, "TWO_DIGITS"),
        ((2013, 4, 3), date(2012, 3, 4), "SWAPPED_NEAR"),
        ((2012, 11, 30), HELD, "YEAR"),
        ((2009, 11, 30), HELD, "DIFFERENT"),
        ((2012, None, None), HELD, "SAME"),
        ((2013, None, None), HELD, "YEAR_NEAR"),
        ((2009, None, None), HELD, "DIFFERENT"),
        ((2012, 3, None), HELD, "SAME"),
        ((2012, 4, None), HELD, "MONTH_NEAR"),
        ((2012, 2, None), HELD, "MONTH_NEAR"),
        ((2012, 5, None), HELD, "YEAR"),
        ((2013, 4, None), HELD, "DIFFERENT"),
        ((2012, None, 15), HELD, "DAY_NEAR"),
        ((None, 4, None), HELD, "MONTH_NEAR"),
        ((None, 3, 4), date(2012, 4, 3), "SWAPPED"),
        ((None, 3, 3), date(2012, 3, 3), "SAME"),
        ((None, 4, 14), HELD, "MONTH_NEAR"),
        ((2013, 3, None), HELD, "YEAR_NEAR"),
        ((None, 3, 14), HELD, "SAME"),
        ((None, 3, 15), HELD, "DAY_NEAR"),
        ((None, 3, 16), HELD, "DIFFERENT"),
    ],
)
def test_a_date_of_birth_is_compared_by_the_slips_people_make(typed, held, expected):
    assert level(Born(*typed), held) is DateLevel[expected]


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_the_level_of_two_dates_is_the_same_either_way(one, other):
    assert level(Born(one.year, one.month, one.day), other) is level(
        Born(other.year, other.month, other.day), one
    )


upn_texts = st.builds(
    lambda letter, digits, last: letter + digits + last,
    st.sampled_from(upns.LETTERS),
    st.text("0123456789", min_size=11, max_size=11),
    st.sampled_from("0123456789" + upns.LETTERS),
)


@given(upn_texts)
def test_a_upn_as_a_number_is_itself_again(upn):
    assert upns.text(upns.number(upn)) == upn
    assert upns.numbers([upn, f" {upn.lower()} ", "", None]).tolist() == [upns.number(upn)] * 2 + [0, 0]


@given(st.text(max_size=30))
def test_what_is_no_upn_is_kept_apart(text):
    number = upns.number(upns.normal(text))
    assert number < 0 or upns.text(number) == upns.normal(text)
    assert upns.numbers([text]).tolist() == [number]


@given(st.text("0123456789", min_size=12, max_size=12), st.sampled_from(upns.LETTERS))
def test_only_a_permanent_upn_with_the_right_check_letter_lasts(digits, letter):
    right = check_letter("A" + digits)
    made = upns.numbers([right + digits, letter + digits, right + digits[:11] + "A", ""])
    assert upns.lasting(made).tolist() == [True, letter == right, False, False]


@given(upn_texts, st.integers(0, 12), st.integers(0, 9))
def test_a_upn_with_one_slip_is_found_again(upn, at, digit):
    place = 1 + at % 11
    wrong = upn[:place] + str(digit) + upn[place + 1 :]
    swapped = upn[:place] + upn[place + 1] + upn[place] + upn[place + 2 :]
    for typed in {wrong, swapped, upn[:at] + upn[at + 1 :], upn[:at] + str(digit) + upn[at:]} - {upn}:
        assert upns.number(upn) in upns.slips(typed) or not upns._in_form(upn)


@pytest.mark.parametrize("at", range(13))
@pytest.mark.parametrize("wrong", "O*a1A")
def test_many_upns_at_once_are_the_numbers_they_are_one_by_one(at, wrong):
    upn = "B801200005001"
    typed = upn[:at] + wrong + upn[at + 1 :]
    one = upns.number(upns.normal(typed))
    assert upns.numbers([upn, typed, None, typed[:-1]]).tolist()[:3] == [upns.number(upn), one, 0]
    assert (one > 0) == upns._in_form(typed.upper())


@given(upn_texts, st.sampled_from(upns.LETTERS), st.sampled_from("0123456789" + upns.LETTERS))
def test_a_upn_with_its_first_or_last_character_wrong_is_found_again(upn, letter, last):
    if upns._in_form(upn):
        for typed in {letter + upn[1:], upn[:-1] + last} - {upn}:
            assert upns.number(upn) in upns.slips(typed)


def test_postcodes_are_the_same_of_one_sector_or_different():
    held = postcodes.numbers(["CF10 1AA", "cf101aa", "CF10 1ZZ", "CF10 2AA", "CF1 1AA", "", "☃"])
    assert postcodes.compare(held, "cf10 1aa").tolist() == [1, 1, 2, 3, 3, 0, 0]
    assert postcodes.text(int(held[1])) == "CF10 1AA"
    assert held.dtype == np.uint64


@pytest.mark.parametrize(
    ("typed", "held", "how"),
    [
        ("CF10 1AA", "cf101aa", postcodes.SAME),
        ("CF10 1AA", "CF10 1ZZ", postcodes.NEAR),
        ("CF10 1AA", "CF10 2AA", postcodes.DIFFERENT),
        ("CF1 1AA", "CF1 1ZZ", postcodes.NEAR),
        ("M1 1AA", "M1 1AB", postcodes.NEAR),
        ("CF10", "CF10", postcodes.SAME),
        ("CF10", "CF11", postcodes.DIFFERENT),
        ("ABCDE", "ABCXY", postcodes.NEAR),
        ("CF10 1AA", "CF10 1", postcodes.NEAR),
        ("CF10 1AA", "", 0),
        ("CF10 1AA", "–", 0),
    ],
)
def test_a_postcode_is_compared_by_its_sector(typed, held, how):
    assert postcodes.compare(postcodes.numbers([held]), typed).tolist() == [how]


def test_a_postcode_is_kept_as_a_number_and_shown_spaced():
    for typed, shown in (("cf10-1aa", "CF10 1AA"), ("M11AA", "M1 1AA"), ("CF10", "CF10"), ("", "")):
        assert postcodes.text(postcodes.number(typed)) == shown
    assert postcodes.number("") == 0
    assert postcodes.number("CF10 1AA Cymru") == postcodes.number("CF101AAC")
    assert postcodes.numbers([None, "M1 1AA"]).tolist() == [0, postcodes.number("M1 1AA")]


def test_dates_are_listed_in_order_each_once_and_those_with_a_part_unknown_are_none():
    days = [date(2012, 3, 4), None, Born(2012), Born(2010, 12, 31), date(2010, 12, 31), Born(0, 0, 0)]
    held, codes = births.make([*days, Born(10_000, 1, 1)])
    assert held.days.tolist() == [[0, 0, 0], [2010, 12, 31], [2012, 3, 4]]
    assert [codes[day] for day in days] == [2, 0, 0, 1, 1, 0]
    assert codes[Born(10_000, 1, 1)] == 0
    assert [held.held(code) for code in range(1, held.size)] == ["2010-12-31", "2012-03-04"]
    assert [f"{digits:08x}" for digits in held.digits.tolist()] == ["00000000", "20101231", "20120304"]
    assert np.array_equal(births.from_arrays(held.arrays()).digits, held.digits)
