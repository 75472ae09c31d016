"""E-mail addresses (R-USR-4)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused
from s2s_tui.rules import emails

pytestmark = pytest.mark.requirement("R-USR-4")


def said(text: str, banned=()) -> str:
    try:
        emails.address(text, banned)
    except Refused as error:
        return error.code if error.params["field"] == "email" else "field"
    return ""


@pytest.mark.parametrize(
    "text",
    [
        "x@hotmail.com",
        "x@HOTMAIL.co.uk",
        "x@hotmail.be",
        "x@yahoo.com",
        "x@yahoo.fr",
        "x@yahoo.com.br",
        "x@hotmail.co.zz",
        "x@post.gmail.com.zz",
        "x@gmail.com",
        "x@googlemail.com",
        "x@mail.gmail.com",
        "x@live.co.uk",
        "x@outlook.com",
        "x@icloud.com",
        "x@btinternet.com",
        "x@proton.me",
        " x@gmail.com ",
    ],
)
def test_personal_domains_are_refused(text):
    assert said(text) == "email-personal"


@pytest.mark.parametrize(
    "text",
    [
        "bethan.jones@newport.gov.uk",
        "office@s6804012.example",
        "680user@680.example",
        "o'brien+s2s@ysgol.cymru",
        "x@hwbcymru.net",
        "x@live.newport.gov.uk",
        "x@live.sch.uk",
        "x@com.zz",
        "x@outlook.wales",
        "a@" + "b" * 63 + ".uk",
    ],
)
def test_addresses_of_offices_are_kept(text):
    assert said(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "bethan",
        "@newport.gov.uk",
        "bethan@",
        "bethan@newport",
        "a@b@newport.gov.uk",
        "a b@newport.gov.uk",
        "a@new port.gov.uk",
        "a@newport..uk",
        ".a@newport.gov.uk",
        "a.@newport.gov.uk",
        "a..b@newport.gov.uk",
        "a@-newport.gov.uk",
        "a@newport.gov.1",
        "a@newport.gov.uk\nBcc: x@y.uk",
        "a@newport.gov.uk\0",
        "<a@newport.gov.uk>",
        "a@newport.gov.uk, b@newport.gov.uk",
        "é@newport.gov.uk",
        "a@ẃ.cymru",
        "a" * 65 + "@newport.gov.uk",
    ],
)
def test_what_is_no_address_is_refused(text):
    assert said(text) == "email-form"


def test_one_longer_than_any_address_is_refused():
    assert said("a" * 10_000 + "@newport.gov.uk") == "email-long"


def test_the_councils_own_list_counts_too_with_what_is_under_it():
    banned = emails.listed("old-school.example, @mail.example ;x.example")
    assert banned == ("old-school.example", "@mail.example", "x.example")
    assert said("a@old-school.example", banned) == "email-personal"
    assert said("a@office.mail.example", banned) == "email-personal"
    assert said("a@school.example", banned) == ""


def test_the_domain_is_kept_in_small_letters_and_the_name_as_it_is():
    assert emails.address(" B.Jones@Newport.GOV.uk ") == "B.Jones@newport.gov.uk"
    assert emails.address("  ") == ""


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_kept_as_one_plain_address_or_refused(text):
    for typed in (text, f"{text}@newport.gov.uk", f"a@{text}.uk"):
        if said(typed) == "" and typed.strip():
            kept = emails.address(typed)
            assert kept.isascii()
            assert kept.isprintable()
            assert " " not in kept
            assert kept.count("@") == 1
