"""Find: schools and authorities while one types."""

import sys
from pathlib import Path

import making
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, harmless, opened, settled, until

from s2s_tui.rules.roles import ROLES, Role
from s2s_tui.services import directory
from s2s_tui.store.models import Establishment
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens.find import FindPane

GLAN, BRO = "6804012", "6814053"


def hosted(site, role="user", organisation="680"):
    return Host(site, making.logged_on(site, role, organisation), FindPane, "home.find", "Find")


async def typed_in(pilot, text):
    pane = await opened(pilot)
    await until(pilot, lambda: pilot.app.focused is pane.start())
    before = pane.table.source
    await pilot.press(*("space" if c == " " else c for c in text))
    await until(pilot, lambda: pane.table.source is not before)
    await settled(pilot)
    return pane


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("6804", "6804012"),
        ("môn uwch", "6604025"),
        ("st wolos", "6804031"),
        ("cardif", "681"),
        ("680", "680"),
    ],
)
async def test_a_school_or_authority_is_found_by_number_or_name_and_small_slips(lite, seen, text, first):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await typed_in(pilot, text)
        assert pane.table.row.key == first
        assert app.focused is pane.start()


async def test_the_card_follows_the_cursor_and_says_how_to_reach_them(lite, seen):
    lite.store.write(
        lambda: (
            Establishment.update(name_cy="Ysgol y Bont", town="Pontypool", phone="01633 555 0100")
            .where(Establishment.number == GLAN)
            .execute()
        )
    )
    app = hosted(lite)
    async with app.run_test(size=WIDE) as pilot:
        await typed_in(pilot, "pontypool")
        await pilot.press("down")
        await until(pilot, lambda: app.focused is app.table)
        screen = seen(app)
        for said in ("Ysgol y Bont", "Pontypool · 680 Newport", "01633 555 0100 · office@s6804012.example"):
            assert said in screen
        await pilot.press("enter")
        await until(pilot, lambda: app.pane.beside.is_open)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.focused is app.pane.start())


async def test_a_closed_school_has_a_mark_and_names_its_successor(lite, seen):
    lite.store.write(
        lambda: (
            Establishment.update(closed=making.NOW.date(), successor="6804031")
            .where(Establishment.number == GLAN)
            .execute()
        )
    )
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await typed_in(pilot, GLAN)
        await until(pilot, lambda: "✗ closed; its files go to 6804031" in seen(app))


async def test_typing_is_never_held_up_and_only_the_last_text_is_looked_for(lite, monkeypatch):
    asked = []
    real = directory.find

    def counted(actor, site, text):
        asked.append(text)
        return real(actor, site, text)

    monkeypatch.setattr(directory, "find", counted)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await typed_in(pilot, "llanrumney")
        assert pane.start().value == "llanrumney"
        assert asked[-1] == "llanrumney"
        assert len(asked) < 5
        assert pane.table.row.key == "6814060"


async def test_nothing_found_says_so_and_keys_do_no_harm(lite, seen):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await typed_in(pilot, "zzzzzz")
        assert "No school or authority is called so." in seen(app)
        await pilot.press("enter", "down", "enter")
        await pilot.pause()
        assert app.focused is app.pane.start()


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_texts_and_names_are_shown_literally(lite, seen):
    name = "[/] \x1b[31m\u202e" + HOSTILE[2]
    lite.store.write(lambda: Establishment.update(name=name, town=HOSTILE[3], email=HOSTILE[6]).execute())
    app = hosted(lite)
    async with app.run_test(size=WIDE) as pilot:
        pane = await typed_in(pilot, "680")
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        harmless(seen(app))
        await pilot.press("slash")
        for text in HOSTILE:
            pane.start().value = text
            await pilot.pause(0.02)
            harmless(seen(app))
        await pilot.pause(0.3)
    assert not (lite.settings.home / "errors.log").exists()


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_may_look(lite, role):
    app = hosted(lite, role, {Role.SCHOOL: GLAN, Role.WG: "WG"}.get(role, "680"))
    async with app.run_test(size=NARROW) as pilot:
        pane = await typed_in(pilot, "bro glan")
        assert pane.table.row.key == BRO


def test_no_key_of_the_screen_is_taken_twice_or_dead():
    assert clashes(FindPane.all_actions()) == []
