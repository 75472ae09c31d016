"""Choosing a folder by keyboard."""

import os
import sys
from pathlib import Path

import making
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, Host, harmless, opened, settled, until

from s2s_tui.base.errors import Refused
from s2s_tui.base.settings import Settings
from s2s_tui.tui.pane import Later
from s2s_tui.tui.registry import SHELL_KEYS, TABLE_KEYS, clashes
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.folders import FolderPicker, folders_in, remember, remembered


@pytest.fixture
def tree(tmp_path):
    """Folders: `a`, `b/inner`, a hidden one, and a file."""
    top = tmp_path / "top"
    (top / "b" / "inner").mkdir(parents=True)
    (top / "a").mkdir()
    (top / ".hidden").mkdir()
    (top / "file.xml").write_text("x")
    return top


async def picking(pilot, start, **options):
    """Open the picker; what it gives comes into the list."""
    await opened(pilot)
    app, given = pilot.app, []
    picker = FolderPicker(start, "Where?", "Save here", **options)
    app.push_screen(picker, given.append)
    await until(pilot, lambda: app.screen is picker and app.has_rows)
    return given


def hosted(site):
    return Host(site, making.logged_on(site, "user", "680"), lambda: Later("Nothing."))


def shown(app):
    return [row.cells[0] for row in app.table.source._rows]


async def test_arrows_and_enter_go_in_out_and_take_the_folder(lite, tree, seen):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        given = await picking(pilot, tree)
        assert shown(app) == ["✓ Save here", "../", "a/", "b/"]
        await pilot.press("end", "enter")
        await until(pilot, lambda: app.screen.folder == tree / "b")
        await settled(pilot)
        # A long path shows its end, or its beginning while nobody types in it.
        assert app.screen._path.value == str(tree / "b")
        assert str(tree / "b")[:10] in seen(app) or "top/b" in seen(app)
        await pilot.press("left")
        await until(pilot, lambda: app.screen.folder == tree)
        await until(pilot, lambda: app.has_rows and app.table.row.key == "b")
        await pilot.press("home", "enter")
        await until(pilot, lambda: given == [tree])


async def test_a_path_can_be_typed_and_a_wrong_one_is_said(lite, tree):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        given = await picking(pilot, tree)
        for text in ("nowhere", "~nobody-at-all/x", "file.xml", "x" * 5000):
            await pilot.press("slash")
            app.focused.value = text
            await pilot.press("enter")
            await until(pilot, lambda: app.said)
            assert app.screen.folder == tree
            app.screen.query_one("Status").clear()
        await pilot.press("slash")
        app.focused.value = "b/inner"
        await pilot.press("f9")
        await until(pilot, lambda: given == [tree / "b" / "inner"])


async def test_what_is_typed_takes_the_paths_place(lite, tree, seen):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await picking(pilot, tree)
        assert "Enter open" in seen(app)
        await pilot.press("slash")
        await until(pilot, lambda: "Enter go there" in seen(app))
        await pilot.press(*"b/inner", "enter")
        await until(pilot, lambda: app.screen.folder == tree / "b" / "inner")
        await pilot.press("slash", "end", *"/..", "enter")
        await until(pilot, lambda: app.screen.folder == tree / "b" / "inner" / "..")


async def test_esc_takes_nothing(lite, tree):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        given = await picking(pilot, tree)
        await pilot.press("escape")
        await until(pilot, lambda: given == [None])


async def test_a_folder_that_is_gone_gives_way_to_the_one_above(lite, tree):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await picking(pilot, tree / "gone" / "too")
        assert app.screen.folder == tree


async def test_a_folder_can_be_made_where_that_makes_sense(lite, tree):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await picking(pilot, tree)
        await pilot.press("n")
        await pilot.pause()
        assert "make" not in {action.id for action in app.screen.offered()}
        await pilot.press("escape")
        await picking(pilot, tree, making=True)
        for name, true in [("../x", "can't be called"), ("a", "can't be written")]:
            await pilot.press("n")
            await until(pilot, lambda: app.focused is not app.table)
            app.focused.value = name
            await pilot.press("enter")
            await until(pilot, lambda true=true: true in app.said)
        await pilot.press("n")
        await until(pilot, lambda: app.focused is not app.table)
        await pilot.press(*"new", "enter")
        await until(pilot, lambda: app.screen.folder == tree / "new")


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_folders_are_shown_literally(lite, tree, seen):
    for text in HOSTILE:
        (tree / text.replace("\0", "").replace("/", "")).mkdir(exist_ok=True)
    (tree / os.fsdecode(b"bad\xff")).mkdir()
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await picking(pilot, tree)
        harmless(seen(app))
        for number in range(2, app.table.total):
            app.table.go_to(number)
            await pilot.press("enter")
            await until(pilot, lambda: app.screen.folder != tree)
            harmless(seen(app))
            await pilot.press("left")
            await until(pilot, lambda: app.screen.folder == tree)
            await settled(pilot)


def test_a_choice_is_remembered_for_one_session_and_purpose(tmp_path):
    settings = Settings(folder=str(tmp_path))
    assert remembered("one", "upload", settings) == tmp_path
    remember("one", "upload", tmp_path / "x")
    assert remembered("one", "upload", settings) == tmp_path / "x"
    assert remembered("one", "save", settings) == tmp_path
    assert remembered("two", "upload", settings) == tmp_path


def test_what_is_no_folder_is_refused(tree):
    for path in (tree / "file.xml", tree / "nowhere", Path("/nul\0")):
        with pytest.raises(Refused):
            folders_in(path)


def test_no_key_of_the_form_is_taken_twice_or_dead():
    kept = (SHELL_KEYS | TABLE_KEYS) - {"escape", "f1"}  # a form has its own of these
    assert clashes(FolderPicker.all_actions(), kept) == []


@pytest.mark.parametrize(
    ("path", "width", "said"),
    [
        ("/srv/inbox", 20, "/srv/inbox"),
        ("/srv/exports/of/a/school/inbox", 20, "…/of/a/school/inbox"),
        ("/averylongnameofafolderindeed", 10, "…/averylo…"),
    ],
)
def test_of_a_long_path_the_end_stays(path, width, said):
    assert words.short_path(Path(path), width) == said
