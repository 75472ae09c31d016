"""`screens.md` says what the registry says (decision 2)."""

import pytest
from tools import tool

from s2s_tui.tui.menu_entries import TRAINING
from s2s_tui.tui.registry import clashes, walk

screens = tool("screens")
PAGE = screens.PAGE.read_text("utf-8")


def test_every_screen_has_its_section_in_the_menus_order():
    assert [screen_id for screen_id, _ in screens.sections(PAGE)] == list(screens.known())


def test_titles_permissions_and_keys_are_the_registrys():
    assert screens.filled(PAGE) == PAGE, "run: python docs/screens.py"


@pytest.mark.parametrize(("screen_id", "facts"), list(screens.sections(PAGE)))
def test_each_screen_says_who_may_and_what_it_shows_when_empty_busy_or_broken(screen_id, facts):
    there = screens.known()[screen_id].keys is not None
    assert facts == (["Permission", "Keys", "Empty", "Busy", "Error"] if there else ["Permission"])


def test_no_key_of_a_pane_clashes():
    for entry in walk(TRAINING):
        if entry.pane is not None:
            pane = entry.pane()
            actions = [action for action in pane.ACTIONS if action.key != "enter"]
            assert clashes(actions) == [], entry.id
