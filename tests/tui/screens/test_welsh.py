"""The Welsh catalogue: what is compiled is what is kept, and what has to be translated is (decision 24)."""

import ast
import re
import string
from pathlib import Path

import pytest
from tools import tool

from s2s_tui.base import translation
from s2s_tui.base.translation import in_language, ngettext

catalogue = tool("catalogue")
PO = catalogue.catalogue_path()
SAME = {
    *(
        "?",
        "CSV",
        "CTF",
        "CTFs",
        "DBA",
        "DBA: {username}",
        "DBAs",
        "Id",
        "JSON",
        "PLASC",
        "SVG",
        "UPN",
        "tab",
    ),
    *("{band}, {percent}", "{count} kB", "{count} MB"),
}
"""What is the same in both languages: names of kinds, formats and units."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@pytest.mark.requirement("R-SYS-5")
def test_the_compiled_catalogue_is_what_the_kept_one_compiles_to():
    kept = catalogue.read(PO)
    assert PO.with_suffix(".mo").read_bytes() == catalogue.compiled(kept), "run: make catalogue"
    assert PO.read_bytes() == catalogue.as_text(kept)


@pytest.mark.requirement("R-SYS-5")
def test_every_sentence_is_in_welsh():
    wanted = [message.id for message in catalogue.template() if message.id]
    assert len(wanted) > 2400
    assert catalogue.missing(catalogue.read(PO), wanted) == [], "run: make catalogue, then translate"


@pytest.mark.requirement("R-SYS-5")
def test_no_sentence_is_marked_where_it_is_not_found():
    found: set[str] = set()
    for message in catalogue.sentences(sorted(catalogue.PACKAGE.rglob("*.py"))):
        found |= {message} if isinstance(message, str) else set(message)
    marked = [
        (file.name, call.lineno, call.args[0].value)
        for file in catalogue.PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in catalogue.KEYWORDS
        and isinstance(call.args[0], ast.Constant)
    ]
    assert len(marked) > 2400
    assert [each for each in marked if each[2] not in found] == [], "mark it outside of the f-string"


@pytest.mark.requirement("R-SYS-5")
def test_no_sentence_is_left_in_english():
    left = set()
    for message in catalogue.read(PO):
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        welsh = message.string if isinstance(message.string, tuple) else (message.string,)
        left |= {text for text in english if text and text in welsh}
    assert left - SAME == set()


@pytest.mark.requirement("R-SYS-5")
def test_welsh_keeps_what_is_typed_as_it_is():
    typed = re.compile(r"(?<![\w-])--[a-z][a-z-]*|S2S_[A-Z]+|\.[A-Z]{3}\b|\bF\d+\b|\bCtrl\+\w|[●✓✗⏎]")
    changed = []
    for message in catalogue.read(PO):
        english, welsh = message.id, message.string
        if isinstance(english, str) and sorted(typed.findall(english)) != sorted(typed.findall(welsh)):
            changed.append(english)
    assert changed == []


@pytest.mark.requirement("R-SYS-5")
def test_what_welsh_quotes_from_the_screen_is_called_so_there():
    # “list” is a command, which is typed in English.
    kept = catalogue.read(PO)
    wrong = []
    for message in kept:
        if isinstance(message.id, str):
            for quoted in re.findall("“([^”{}]+)”", message.id):
                there = kept.get(quoted)
                if quoted != "list" and there is not None and f"“{there.string}”" not in message.string:
                    wrong.append((quoted, message.string))
    assert wrong == []


def test_welsh_months_take_no_more_room_than_english_ones():
    with in_language("cy"):
        said = [translation._(month) for month in MONTHS]
    assert max(map(len, said)) == 3
    assert len(set(said)) == 12


@pytest.mark.requirement("R-SYS-5")
def test_every_translation_keeps_the_places_of_its_sentence():
    def places(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    for message in catalogue.read(PO):
        if not message.id or not message.string:
            continue
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        welsh = message.string if isinstance(message.string, tuple) else (message.string,)
        for form, text in enumerate(welsh):
            one = form == 1 and places(text) == places(english[0])
            assert one or not text or places(text) == places(english[-1]), text


@pytest.mark.parametrize(
    ("count", "said"), [(1, "ers 1 diwrnod"), (2, "ers 2 ddiwrnod"), (50, "ers 50 diwrnod")]
)
def test_welsh_numbers_change_the_word_that_follows(count, said):
    with in_language("cy"):
        assert ngettext("for {count} day", "for {count} days", count).format(count=count) == said


def test_the_catalogue_is_found_where_the_program_looks():
    assert Path(translation.__file__).parent.parent / "locale" == PO.parents[2]
