"""The first hour of a new installation by keyboard, as `docs/operators.md` tells it (R-USR-5, R-SCH-3)."""

from dataclasses import replace

import pytest

from s2s_tui.services import upkeep
from s2s_tui.services.site import open_site
from s2s_tui.store.models import Session
from s2s_tui.tui.screens.first_password import FirstPassword
from s2s_tui.tui.screens.folders import FolderPicker
from s2s_tui.tui.screens.school_forms import PlanForm
from s2s_tui.tui.screens.shown_once import ShownOnce
from s2s_tui.tui.screens.user_forms import AddUser
from s2s_tui.tui.shell import Shell

OWN = "nine blue lanterns shine"
REGISTER = "number,name,town\n6804012,Ysgol Glan-yr-Afon,Newport\n6804013,Ysgol Bryn,Newport\n{more}".format


@pytest.mark.requirement("R-USR-5", "R-USR-1", "R-SCH-3", "R-LOG-2")
async def test_from_init_to_a_user_who_is_logged_on_without_leaving_the_app(
    settings, clock, portal, tmp_path, monkeypatch
):
    (tmp_path / "new").mkdir()
    (tmp_path / "lists").mkdir()
    settings = replace(
        settings,
        database=f"sqlite:///{tmp_path}/new/s2s.sqlite",
        key_file=str(tmp_path / "new" / "audit.key"),
        checkpoint_file=str(tmp_path / "new" / "audit.checkpoints"),
    )
    made = upkeep.init(settings, clock)
    monkeypatch.chdir(tmp_path / "lists")
    (tmp_path / "lists" / "a-wrong.csv").write_text(REGISTER(more="68O4014,Ysgol Wen,Newport\n"), "utf-8")
    (tmp_path / "lists" / "register.csv").write_text(REGISTER(more=""), "utf-8")
    site = open_site(settings, clock)
    here = portal(site=site)
    app = here.app

    async def enter(username, temporary):
        here.app.screen.query_one("#username").value = username
        here.app.screen.query_one("#password").value = temporary
        here.app.screen.query_one("#password").focus()
        await pilot.press("enter")
        await here.until(pilot, lambda: isinstance(app.screen, FirstPassword) and app.focused)
        for _field in range(2):
            app.focused.value = f"{OWN} {username[:4]}"
            await pilot.press("tab")
        await pilot.press("f9")
        await here.until(pilot, lambda: isinstance(app.screen, Shell) and "Welcome" in here.screen)

    async def to(entry):
        await app.open(entry)
        await here.until(pilot, lambda: app.screen.current == entry and not app.screen.pane.table.busy)

    async def add(*values):
        """Add an account by the form's fields in turn; its temporary password is read from the screen."""
        await pilot.press("a")
        await here.until(pilot, lambda: isinstance(app.screen, AddUser) and app.focused)
        for value in values:
            app.focused.value = value
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
        await pilot.press("f9")
        await here.until(pilot, lambda: isinstance(app.screen, ShownOnce))
        lines = here.screen.splitlines()
        at = next(index for index, line in enumerate(lines) if "Temporary password of" in line)
        await pilot.press("w")
        await here.until(pilot, f"{values[0]} is added.")
        return lines[at + 2].strip()

    async def leave():
        await app.end("logoff")
        await here.until(pilot, "Username")

    async with app.run_test(size=(80, 24)) as pilot:
        await here.until(pilot, "Username")
        await enter("wgadmin", made.password)
        assert "22 authorities have no active DBA" in here.screen

        await to("dba.schools")
        assert "No schools yet. m imports a register (a CSV), o opens one." in here.screen
        for row in (0, 1):
            await pilot.press("m")
            await here.until(
                pilot, lambda: isinstance(app.screen, FolderPicker) and "register.csv" in here.screen
            )
            await pilot.press(*["down"] * row, "enter")
            if not row:
                await here.until(pilot, "Line 4, column number: “68O4014”")
                assert "Nothing was changed." in here.screen
                await pilot.press("escape")
        await here.until(pilot, lambda: isinstance(app.screen, PlanForm))
        assert "Opens 2" in here.screen
        await pilot.press("f9", "y")
        await here.until(pilot, "Opened 2")

        await to("dba.users")
        await here.until(pilot, "No authority has a DBA yet: a makes one.")
        password = await add("680dba", "newport", "M James", "mj@newport.gov.uk")
        assert "21 authorities have no active DBA" in here.screen
        await leave()

        await enter("680dba", password)
        await to("dba.users")
        password = await add("680bjones", "lea user", "B Jones", "b.jones@newport.gov.uk")
        await leave()
        await enter("680bjones", password)
        assert "680 Newport · LEA User · 680bjones" in here.screen
    with site.store.connection():
        assert Session.select().count() == 3
    assert upkeep.verify(site).ok
    site.store.close()
