"""The form and check letter of UPNs (R-UPL-2)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.rules.upn import LETTERS, check_letter, upn_problem

pytestmark = pytest.mark.requirement("R-UPL-2")

RIGHT = ["B801200005001", "R201100018042", "T20110001804V", "R674123101121", "P207000016049", "V680401220001"]
bodies = st.from_regex(rf"[0-9]{{11}}[0-9{LETTERS}]", fullmatch=True)


@pytest.mark.parametrize("upn", RIGHT)
def test_a_right_upn_is_without_a_problem(upn: str) -> None:
    assert check_letter(upn) == upn[0]
    assert upn_problem(upn) is None


def test_a_wrong_check_letter_is_told_with_the_right_one() -> None:
    assert upn_problem("B680401220001") == ("upn-check-letter", {"upn": "B680401220001", "expected": "V"})


@pytest.mark.parametrize("letter", "IOS")
def test_a_letter_outside_the_alphabet_is_a_wrong_check_letter(letter: str) -> None:
    wrong = upn_problem(f"{letter}680401220001")
    assert wrong is not None
    assert wrong[0] == "upn-check-letter"
    assert wrong[1]["expected"] == "V"


@pytest.mark.parametrize(
    "upn",
    [
        "V68040122000",
        "V6804012200011",
        "v680401220001",
        "V68040122000I",
        "V6804A1220001",
        "1680401220001",
        "V680401220001\n",
        "V68040122٠٠٠١",
        "V 680401220001",
        "?",
    ],
)
def test_another_form_is_told(upn: str) -> None:
    assert upn_problem(upn) == ("upn-form", {"upn": upn})


def test_a_check_letter_of_another_form_is_an_error() -> None:
    with pytest.raises(ValueError, match="form"):
        check_letter("V68040122")


@settings(max_examples=200, deadline=None)
@given(bodies)
def test_exactly_one_letter_is_right_for_any_number(body: str) -> None:
    right = [letter for letter in LETTERS if upn_problem(letter + body) is None]
    assert right == [check_letter("A" + body)]


@settings(max_examples=200, deadline=None)
@given(bodies, st.integers(0, 10), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(body: str, place: int, shift: int) -> None:
    digit = str((int(body[place]) + shift) % 10)
    assert upn_problem(check_letter("A" + body) + body[:place] + digit + body[place + 1 :]) is not None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20))
def test_any_text_has_an_answer(text: str) -> None:
    upn_problem(text)
