"""The Welsh catalogue: what is compiled is what is kept, and what has to be translated is (decision 24)."""

import string
from pathlib import Path

import pytest
from tools import tool

from s2s_tui.base import translation
from s2s_tui.base.translation import in_language, ngettext
from s2s_tui.services.wording import errors

catalogue = tool("catalogue")
PO = catalogue.catalogue_path()
TUI = catalogue.PACKAGE / "tui"
DONE = [
    TUI / "menu_entries.py",
    TUI / "shell.py",
    TUI / "help.py",
    TUI / "form.py",
    *(TUI / "widgets" / f"{name}.py" for name in ("head", "menu")),
    *(
        TUI / "screens" / f"{name}.py"
        for name in ("logon", "first_password", "forgotten", "home", "home_words", "needs", "account")
    ),
]
LOGGING_ON = ("logon-", "session-", "password-", "language-", "not-allowed", "not-found")


@pytest.mark.requirement("R-SYS-5")
def test_the_compiled_catalogue_is_what_the_kept_one_compiles_to():
    kept = catalogue.read(PO)
    assert PO.with_suffix(".mo").read_bytes() == catalogue.compiled(kept), "run: make catalogue"
    assert PO.read_bytes() == catalogue.as_text(kept)


@pytest.mark.requirement("R-SYS-5")
def test_sidebar_logon_home_and_account_are_all_in_welsh():
    wanted = list(catalogue.sentences(DONE))
    wanted += [text for code, text in errors.SENTENCES.items() if code.startswith(LOGGING_ON)]
    assert len(wanted) > 120
    assert catalogue.missing(catalogue.read(PO), wanted) == []


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
