"""The cover over the app, and sessions that others end (R-LOG-6)."""

import asyncio

import making
import pytest

from s2s_tui.services import lockout, sessions
from s2s_tui.store.models import User
from s2s_tui.tui import attending
from s2s_tui.tui.screens.lock import LockScreen
from s2s_tui.tui.screens.logon import LogonScreen
from s2s_tui.tui.shell import Shell

pytestmark = pytest.mark.requirement("R-LOG-6")
WRONG = "three noisy words"
SIZE = (80, 24)


@pytest.fixture
def here(portal):
    """The app over the small world."""
    return portal()


def idle_for(app, minutes: int) -> None:
    """As if nobody had been there for so long."""
    app._idle = 30 * 60
    app._last_key -= minutes * 60
    app._covered_at -= minutes * 60
    app._look_for_idleness()


async def covered(here, pilot) -> None:
    idle_for(here.app, 30)
    await here.until(pilot, lambda: isinstance(here.app.screen, LockScreen) and here.app.focused)


async def test_the_cover_shows_nothing_of_the_screen_and_gives_it_back_as_it_was(here):
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await here.app.open("home.find")
        await pilot.press(*"glan")
        await here.until(pilot, "6804012")
        before, shell = here.screen, here.app.screen
        idle_for(here.app, 29)
        assert here.app.screen is shell
        await covered(here, pilot)
        assert "Locked" in here.screen
        assert "680user" in here.screen
        assert "glan" not in here.screen
        await pilot.press("f1", "ctrl+p", "tab", *WRONG.replace(" ", "_"), "enter")
        await here.until(pilot, "That is not your password")
        here.app.tell("Llwyd, Siân was found")
        await pilot.pause()
        assert "Llwyd" not in here.screen
        here.app.screen.query_one("#password").value = making.PASSWORD
        await pilot.press("enter")
        await here.until(pilot, lambda: here.app.screen is shell)
        here.app.screen.query_one("Status").clear()
        await pilot.pause()
        assert here.screen.replace("Llwyd, Siân was found", "") == before
        await pilot.press("e")
        await pilot.pause()
        assert "glane" in here.screen, "typing goes on where it was"


async def test_under_the_cover_questions_wait_and_after_an_hour_the_session_ends(here):
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await covered(here, pilot)
        asking = asyncio.ensure_future(here.app.ask("Reject 2 files?"))
        await pilot.pause()
        assert isinstance(here.app.screen, LockScreen)
        assert "Reject" not in here.screen
        await pilot.press("y")
        await pilot.pause()
        assert not asking.done(), "a key under the cover answers nothing"
        idle_for(here.app, 59)
        assert here.app.session is not None
        idle_for(here.app, 2)
        await here.until(pilot, "No key was pressed for too long")
        assert here.sessions("680user")[0].end_reason == "idle"
        asking.cancel()


async def test_esc_under_the_cover_logs_off_after_asking(here):
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await covered(here, pilot)
        await pilot.press("a", "escape")
        await pilot.pause()
        assert "Log off?" not in here.screen, "first what was typed is taken back"
        await pilot.press("escape")
        await here.until(pilot, "Log off?")
        await pilot.press("y")
        await here.until(pilot, "You are logged off.")
        assert here.sessions("680user")[0].end_reason == "logoff"


async def test_wrong_passwords_under_the_cover_count_and_at_last_end_the_session(here):
    site = here.site
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await covered(here, pilot)
        for _ in range(lockout.LOCKED_AFTER):
            lockout.count_try(site, lockout.NAME, "680user")
            site.clock.forward(minutes=15)
        here.app.screen.query_one("#password").value = making.PASSWORD
        await pilot.press("enter")
        await here.until(pilot, lambda: isinstance(here.app.screen, LogonScreen))
        await here.until(pilot, "the account is")
        assert here.sessions("680user")[0].end_reason == "locked"


ENDED = {
    "deleted": ({"deleted_at": making.NOW}, "can't be used any more"),
    "deactivated": ({"active": False}, "can't be used at present"),
    "role": ({"role": "plasc"}, "Your role was changed"),
    "organisation": ({"organisation": "681"}, "another organisation"),
    "reset": ({}, "Your password was reset"),
}


@pytest.mark.parametrize("why", ENDED)
async def test_who_was_deleted_deactivated_moved_or_reset_is_sent_away_at_the_next_key(
    here, monkeypatch, why
):
    monkeypatch.setattr(attending, "LOOK_AGAIN", 0.05)
    fields, said = ENDED[why]
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")

        def change() -> None:
            if fields:
                User.update(**fields).where(User.username == "680user").execute()
            else:
                sessions.end_sessions(here.site, "680user", "reset")

        here.site.store.write(change)
        await asyncio.sleep(0.1)
        assert isinstance(here.app.screen, Shell), "nothing happens before a key"
        await pilot.press("down")
        await here.until(pilot, said)
        assert isinstance(here.app.screen, LogonScreen)
