"""Entries, actions and keys: each said once; and themes that can be read."""

import pytest
from rich.color import Color, ColorSystem
from textual.color import Color as TextualColor

from s2s_tui.rules.roles import PERMISSIONS, ROLES, Actor, Role, may
from s2s_tui.tui.help import KEYS, help_parts
from s2s_tui.tui.menu_entries import ENTRIES
from s2s_tui.tui.registry import (
    SHELL_KEYS,
    TABLE_KEYS,
    Action,
    Entry,
    clashes,
    find,
    key_name,
    opens,
    visible,
    walk,
)
from s2s_tui.tui.shell import Shell
from s2s_tui.tui.themes import THEMES
from s2s_tui.tui.widgets.menu import Menu
from s2s_tui.tui.widgets.virtual_table import VirtualTable


def menu_of(role):
    actor = Actor("u", role, "680")
    return [
        e.title_for(lambda p: may(actor, p)) for e, d in visible(ENTRIES, lambda p: may(actor, p)) if d == 0
    ]


@pytest.mark.requirement("R-LOG-4")
def test_the_menu_follows_the_portals_order_and_the_role():
    assert menu_of(Role.DBA) == [
        "Home",
        "DBA",
        "Upload",
        "Download",
        "Messaging",
        "Reports",
        "Account",
        "Logoff",
    ]
    assert menu_of(Role.WG) == [
        "Home", "Administration", "Lost Pupil", "Messaging", "Reports", "Account", "Logoff",
    ]  # fmt: skip
    assert menu_of(Role.LOST_PUPIL) == [
        "Home", "Upload", "Download", "Lost Pupil", "Messaging", "Reports", "Account", "Logoff",
    ]  # fmt: skip
    assert menu_of(Role.DBA_VIEW) == ["Home", "DBA", "Reports", "Account", "Logoff"]
    assert menu_of(Role.SCHOOL) == ["Home", "Upload", "Download", "Messaging", "Reports", "Account", "Logoff"]


def test_every_permission_of_the_menu_is_in_the_table_and_every_id_is_used_once():
    entries = list(walk(ENTRIES))
    assert {p for entry in entries for p in entry.permission} <= set(PERMISSIONS)
    assert len({entry.id for entry in entries}) == len(entries)


@pytest.mark.parametrize("role", ROLES)
def test_an_entry_shown_opens_something_the_role_may_see(role):
    actor = Actor("u", role, "680")

    def asked(permission):
        return may(actor, permission)

    for entry, _ in visible(ENTRIES, asked):
        assert opens(entry, asked).allowed(asked)
        if entry.id != "logoff":
            assert opens(entry, asked).pane or opens(entry, asked).later


@pytest.mark.parametrize("role", ROLES)
def test_no_two_entries_a_role_sees_share_a_letter(role):
    actor = Actor("u", role, "680")
    keys = [entry.key for entry, _ in visible(ENTRIES, lambda p: may(actor, p)) if entry.key]
    assert len(set(keys)) == len(keys)


def test_clashes_are_found():
    twice = (Action(id="a", key="d", title="a"), Action(id="b", key="d", title="b"))
    assert clashes(twice) == ["d: both a and b"]
    assert clashes((Action(id="a", key="space", title="a"),))
    assert clashes((Action(id="a", key="ctrl+s", title="a"),))
    assert clashes((Action(id="a", key="ctrl+e", title="a"),))
    assert not clashes((Action(id="a", key="x", title="a"), Action(id="b", key="slash", title="b")))


def test_the_ground_itself_has_no_clash_and_every_action_has_its_method():
    assert clashes(VirtualTable.ACTIONS, SHELL_KEYS) == []
    assert clashes(Menu.ACTIONS, SHELL_KEYS) == []
    assert clashes(Shell.ACTIONS, TABLE_KEYS) == []
    for owner in (VirtualTable, Menu, Shell):
        for action in owner.ACTIONS:
            assert hasattr(owner, f"action_{action.run}" if action.run else action.method), action.id
            assert action.help


def test_panes_of_the_menu_have_no_clash_and_every_action_has_its_method():
    for entry in walk(ENTRIES):
        if entry.pane is None:
            continue
        actions = getattr(entry.pane(), "ACTIONS", ())
        assert clashes(actions) == [], entry.id
        for action in actions:
            assert hasattr(entry.pane(), f"action_{action.run}" if action.run else action.method), action.id


def test_entries_are_found_and_parents_open_their_first_child():
    entry = find(ENTRIES, "upload")
    assert entry is not None
    assert opens(entry, lambda permission: permission == "generic.upload").id == "upload.generic"
    assert find(ENTRIES, "nothing") is None
    held = Entry(id="x", title="X", children=(Entry(id="y", title="Y", permission=("messages",)),))
    assert not held.allowed(lambda _: False)


@pytest.mark.parametrize(
    ("key", "written"),
    [("ctrl+p,f2", "Ctrl+P"), ("slash", "/"), ("escape", "Esc"), ("d", "d"), ("A,ctrl+a", "A"), ("f1", "F1")],
)
def test_keys_are_written_as_on_keyboards(key, written):
    assert key_name(key) == written


def contrast(one, other):
    def light(rgb):
        parts = [c / 255 for c in rgb]
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


SIXTEEN = [tuple(Color.from_ansi(number).get_truecolor()) for number in range(16)]


def pairs(theme):
    inks = ["foreground", "primary", "accent", "warning", "error", "success"]
    for ground in ("background", "surface", "panel"):
        for ink in inks:
            yield ink, getattr(theme, ink), ground, getattr(theme, ground)
        yield "text-muted", theme.variables["text-muted"], ground, getattr(theme, ground)
    yield "cursor", theme.background, "primary", theme.primary


@pytest.mark.requirement("R-SYS-1")
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_can_be_read_on_every_ground(theme):
    for ink, colour, ground, under in pairs(theme):
        found = contrast(TextualColor.parse(colour).rgb, TextualColor.parse(under).rgb)
        assert found >= 4.5, f"{ink} on {ground}: {found:.2f}"


@pytest.mark.requirement("R-SYS-1")
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_can_be_read_in_sixteen_colours(theme):
    for ink, colour, ground, under in pairs(theme):
        ink16, under16 = (Color.parse(c).downgrade(ColorSystem.STANDARD).number for c in (colour, under))
        found = contrast(SIXTEEN[ink16], SIXTEEN[under16])
        assert found >= 3, f"{ink} ({ink16}) on {ground} ({under16}): {found:.2f}"


@pytest.mark.requirement("R-SYS-1")
def test_the_second_line_of_a_help_stands_under_its_first():
    action = Action(
        id="x", key="x", title="reject", help="Send files back, with a reason that is told to all."
    )
    said = help_parts("Here", "", [("Keys", [action])], 60)
    text = "".join(part if isinstance(part, str) else part[0] for part in said)
    first, second = text.splitlines()[3:5]
    assert first == "  " + "x".ljust(KEYS) + "Send files back, with a reason"
    assert second == " " * (KEYS + 2) + "that is told to all."
