"""What people type into a search."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused
from s2s_tui.rules.typed import TypedDate, typed_date, typed_name, typed_upn

TODAY = date(2026, 11, 24)


@pytest.mark.requirement("R-LPD-1")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/3/14", (2014, 3, 12)),
        ("12.03.2014", (2014, 3, 12)),
        ("2014-03-12", (2014, 3, 12)),
        ("2014/3/12", (2014, 3, 12)),
        ("12 3 2014", (2014, 3, 12)),
        ("12032014", (2014, 3, 12)),
        ("20140312", (2014, 3, 12)),
        ("12 Mawrth 2014", (2014, 3, 12)),
        ("12fed Mawrth 2014", (2014, 3, 12)),
        ("12fed o Fawrth 2014", (2014, 3, 12)),
        ("3ydd o Fedi 2015", (2015, 9, 3)),
        ("1af o Orffennaf 14", (2014, 7, 1)),
        ("12th March 2014", (2014, 3, 12)),
        ("12th of March 2014", (2014, 3, 12)),
        ("120314", (2014, 3, 12)),
        ("2014-03-12 00:00:00", (2014, 3, 12)),
        ("12/03/2014 00:00", (2014, 3, 12)),
        ("March 12, 2014", (2014, 3, 12)),
        ("2 Chwefror 15", (2015, 2, 2)),
        ("Medi 2014", (2014, 9, None)),
        ("3/2014", (2014, 3, None)),
        ("2014-03", (2014, 3, None)),
        ("2014", (2014, None, None)),
        ("1/1/99", (1999, 1, 1)),
        ("1/1/26", (2026, 1, 1)),
        ("29/2/2016", (2016, 2, 29)),
        ("１２/３/２０１４", (2014, 3, 12)),
    ],
)
def test_a_date_is_understood_as_people_type_it(text, expected):
    assert typed_date(text, TODAY) == TypedDate(*expected)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("30 February 2014", "date-unreal"),
        ("29/2/2014", "date-unreal"),
        ("12/13/2014", "date-unreal"),
        ("0/1/2014", "date-unreal"),
        ("1/1/0000", "date-unreal"),
        ("300214", "date-unreal"),
        ("soon", "date-unclear"),
        ("12 Smarch 2014", "date-unclear"),
        ("1/2/3/4", "date-unclear"),
        ("14", "date-unclear"),
        ("12 March", "date-unclear"),
        ("1/1/201", "date-unclear"),
        ("'; DROP TABLE lost_pupil --", "date-unclear"),
        ("-", "date-unclear"),
        ("1" * 500, "date-unclear"),
    ],
)
def test_what_is_no_date_gets_a_word(text, code):
    with pytest.raises(Refused) as refusal:
        typed_date(text, TODAY)
    assert refusal.value.code == code


def test_nothing_typed_is_nothing_looked_for():
    assert typed_date("  ", TODAY) is None
    assert typed_upn(" ") == ""
    assert typed_name(" ", "surname") == ""


WAYS = ["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%y", "%d%m%Y", "%d%m%y"]


@given(st.dates(date(1990, 1, 1), TODAY), st.sampled_from(WAYS))
def test_every_real_date_comes_back_in_every_way_of_writing_it(day, form):
    assert typed_date(day.strftime(form), TODAY) == TypedDate(day.year, day.month, day.day)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text):
    with contextlib.suppress(Refused):
        typed_date(text, TODAY)


@pytest.mark.parametrize("text", ["V680401220001", " v6804 0122 0001 ", "680401220001", "T20110001804V"])
def test_a_upn_is_taken_as_people_copy_it(text):
    assert typed_upn(text) == "".join(text.split()).upper()


@pytest.mark.parametrize(
    ("text", "upn"),
    [
        ("V68O4O1220001", "V680401220001"),
        ("V68o40122000l", "V68040122000L"),
        ("V6804ol220001", "V680401220001"),
        ("V6804OI22000I", "V680401220001"),
        ("V68040122000O", "V680401220000"),
        ("V-680-4012-20001", "V680401220001"),
        ("V680.4012.20001", "V680401220001"),
        ("V680/401220001", "V680401220001"),
        ("V680–401–220001", "V680401220001"),
        ("O680401220001", "O680401220001"),
        ("V6804012-2000", "V68040122000"),
    ],
)
def test_what_is_misread_or_put_between_the_digits_of_a_upn_is_put_right(text, upn):
    assert typed_upn(text) == upn


@pytest.mark.parametrize(
    "text",
    [
        "V6804OI2200011",
        "---",
        "V68O4O12200",
        "V6804S1220001",
        "V6804012200011",
        "V68",
        "V68040122000é",
        "[/]V6804012200",
        "A" * 13,
    ],
)
def test_what_is_no_upn_gets_a_word(text):
    with pytest.raises(Refused, match="upn-typed"):
        typed_upn(text)


@pytest.mark.parametrize(("text", "code"), [("x" * 101, "text-long"), ("...", "text-blank")])
def test_what_is_no_name_gets_a_word(text, code):
    with pytest.raises(Refused, match=code):
        typed_name(text, "surname")
