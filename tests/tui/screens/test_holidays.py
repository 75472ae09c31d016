"""DBA › Holidays, by keys: days without school, by which leavers are overdue (R-REP-5)."""

import sys
from datetime import date
from pathlib import Path

import making
import pytest
from textual import events

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, Host, asked, harmless, opened, plain, settled, until

from s2s_tui.rules.roles import WALES
from s2s_tui.services.reports import holidays
from s2s_tui.tui.screens.authorities import AuthoritiesPane
from s2s_tui.tui.screens.holidays import AddHoliday, HolidaysPane
from s2s_tui.tui.shell import Shell

pytestmark = pytest.mark.requirement("R-REP-5")


def hosted(site, role="dba", organisation="680", pane=HolidaysPane):
    return Host(site, making.logged_on(site, role, organisation), pane)


async def test_a_dba_gives_the_holidays_of_a_year_and_takes_one_back(lite):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await settled(pilot)
        assert "No holidays yet: only weekends are free." in plain(app)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AddHoliday))
        await pilot.press(*"26/10/2026", "enter", *"23/10/2026", "enter")
        app.screen.query_one("#title").value = "".join(HOSTILE)[:60]
        await pilot.press("f9")
        await until(pilot, lambda: "before the first" in plain(app))
        assert app.focused.id == "last"
        app.focused.value = "30 October 2026"
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, Shell) and pane.here is not None)
        assert "Free of school: 26 Oct 2026 – 30 Oct 2026." in app.said
        harmless(plain(app))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AddHoliday))
        await pilot.press(*"1.3.2027", "f9")
        await until(pilot, lambda: pane.table.total == 2 and pane.here.first == date(2027, 3, 1))
        await pilot.press("enter")
        await until(pilot, lambda: pane.beside.is_open)
        await pilot.press("escape", "x")
        await asked(pilot, "Remove 1 Mar 2027?")
        await pilot.press("y")
        await until(pilot, lambda: pane.table.total == 1)
        (left,) = holidays.listed(making.logged_on(lite, "dba", "680"), lite)
        assert (left.first, left.last) == (date(2026, 10, 26), date(2026, 10, 30))


async def test_who_may_only_look_sees_them_and_changes_none(lite):
    holidays.add(making.logged_on(lite, "dba", "680"), lite, "26/10/2026", "", "Half term")
    app = hosted(lite, "dba-view")
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await until(pilot, lambda: pane.here is not None)
        await pilot.press("a", "x")
        await pilot.pause()
        assert isinstance(app.screen, Shell)
        assert "Half term" in plain(app)
        assert not {"a add", "x remove"} & set(plain(app).split("  "))
        assert pane.table.total == 1


async def test_wales_chooses_the_authority_first(lite):
    holidays.add(making.logged_on(lite, "dba", "680"), lite, "26/10/2026", "", "Half term")
    app = hosted(lite, "wg", WALES)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await until(pilot, lambda: "Choose an authority under Authorities" in plain(app))
        pane.arrive({"of": "680"})
        await until(pilot, lambda: "Half term" in plain(app))
    app = hosted(lite, "wg", WALES, AuthoritiesPane)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await settled(pilot)
        assert "h holidays" in plain(app)


@pytest.mark.requirement("R-LOG-5")
async def test_once_the_session_has_ended_a_list_tells_nothing_and_fails_in_nothing(lite):
    holidays.add(making.logged_on(lite, "dba", "680"), lite, "26/10/2026", "", "Half term")
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await until(pilot, lambda: pane.here is not None)
        pane.beside.panel.show(())
        app.session = None
        pane.tell_details()
        await pilot.pause()
        assert "Authority 680" not in plain(app)
        assert not pane.can(next(one for one in pane.ACTIONS if one.id == "add"))


@pytest.mark.parametrize("on", ["enter", "tab"])
async def test_keys_that_come_in_one_burst_go_to_the_fields_they_were_typed_for(lite, on):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AddHoliday) and app.focused is not None)
        for key in (*"26.10.2026", on, *"30.10.2026", on, *"Half", "shift+tab", "backspace", "7"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: app.screen.query_one("#last").value == "30.10.2027")
        assert [app.screen.query_one(f"#{name}").value for name in ("first", "title")] == [
            "26.10.2026",
            "Half",
        ]
