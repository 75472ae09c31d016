"""Usernames, contacts' names and telephone numbers (R-USR-1)."""

import unicodedata

import pytest
from hostile import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused
from s2s_tui.rules import contacts

pytestmark = pytest.mark.requirement("R-USR-1")


def said(check, text) -> str:
    try:
        check(text)
    except Refused as error:
        return error.code if error.params["field"] in ("username", "contact", "phone") else "field"
    return ""


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("681bjones", ""),
        ("BJones", ""),
        ("x" * 40, ""),
        ("x" * 41, "username-long"),
        ("", "username-missing"),
        ("  ", "username-missing"),
        ("b.jones", "username-form"),
        ("b jones", "username-form"),
        ("b-jones", "username-form"),
        ("siân", "username-form"),
        ("b١", "username-form"),
        ("b\n", ""),
        ("b\nx", "username-form"),
        ("'; DROP TABLE user --", "username-form"),
        ("x" * 10_000, "username-long"),
    ],
)
def test_a_username_is_letters_and_digits(text, answer):
    assert said(contacts.username, text) == answer


@pytest.mark.parametrize(
    "text", ["Bethan Jones", "Siân Prŷs-O'Brien (dirprwy)", "[bold]x[/]", "☃ 漢字 {0} %s", "--"]
)
def test_any_visible_name_is_kept_as_it_is(text):
    assert contacts.contact(f"  {text} ") == text
    assert contacts.contact("a  \t b") == "a b"


@pytest.mark.parametrize(
    "text", ["a\0b", "a\x1b[2J", "a\nb", "\u202egnp", "a\u200bb", "a\u009b31m", "\ud800", "a\u2028b"]
)
def test_what_can_not_be_seen_is_refused_in_a_name(text):
    assert said(contacts.contact, text) == "text-unseen"


def test_a_name_of_ten_thousand_letters_is_refused():
    assert said(contacts.contact, "x" * 10_000) == "text-long"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", ""),
        ("01633 656 656", ""),
        ("+44 (0)1633 656-656 ext 12", ""),
        ("01633656656 x12", ""),
        ("(01633) 656.656", ""),
        ("call me", "phone-form"),
        ("01633 <b>", "phone-form"),
        ("0" * 41, "phone-form"),
        ("٠١٢٣", "phone-form"),
        ("01633\x1b[2J", "phone-form"),
    ],
)
def test_a_telephone_number_is_digits_and_what_parts_them(text, answer):
    assert said(contacts.phone, text) == answer


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(HOSTILE))
def test_any_text_is_kept_visible_or_refused(text):
    for check in (contacts.username, contacts.contact, contacts.phone):
        if said(check, text) == "":
            assert not any(unicodedata.category(letter)[0] == "C" for letter in check(text))
