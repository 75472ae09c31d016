"""Logging on and off (R-LOG)."""

import asyncio
import json
import threading
from datetime import timedelta

import making
import pytest
from waiting import LONG

from s2s_tui.base.errors import NotLoggedOn
from s2s_tui.base.translation import language
from s2s_tui.demo import world
from s2s_tui.services import accounts, lockout, passwords
from s2s_tui.store.models import Authority, Establishment, Property, User
from s2s_tui.tui.entering import Attempt, Door, origin_of
from s2s_tui.tui.screens.first_password import FirstPassword
from s2s_tui.tui.screens.logon import LogonScreen
from s2s_tui.tui.shell import Shell

SIZE = (80, 24)
WRONG = "That username and password don't belong together. Both are case-sensitive."


def change(site, username, **fields):
    site.store.write(lambda: User.update(**fields).where(User.username == username).execute())


def training(site):
    mark = json.dumps({"password": making.PASSWORD})
    site.store.write(lambda: Property.insert(name="demo", value=mark).execute())


@pytest.mark.requirement("R-LOG-1")
async def test_a_username_and_a_password_lead_to_home_and_the_session_says_from_where(portal, monkeypatch):
    monkeypatch.setenv("SSH_CONNECTION", "10.1.4.20 51022 10.0.0.1 22")
    here = portal(origin=origin_of())
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press(*"680user", "enter")
        assert here.app.focused.id == "password"
        await pilot.press(*making.PASSWORD.replace(" ", "_").replace("_", " "), "enter")
        await here.until(pilot, "Needs you")
        assert "680 Newport · LEA User · 680user" in here.screen
    (session,) = here.sessions("680user")
    assert (session.origin, session.face) == ("10.1.4.20", "tui")


@pytest.mark.requirement("R-LOG-1")
@pytest.mark.parametrize("username", ["680user", "nobody"])
async def test_wrong_details_get_one_sentence_that_does_not_say_which_was_wrong(portal, username):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press(*username, "enter", *"wrong", "enter")
        await here.until(pilot, WRONG)
        assert here.app.screen.query_one("#username").value == username
        assert here.app.screen.query_one("#password").value == ""
        assert here.app.focused.id == "password"
    assert not here.sessions("680user")


async def test_a_hostile_username_is_only_a_wrong_one(portal, hostile):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        here.app.screen.query_one("#username").value = hostile
        here.app.screen.query_one("#password").value = hostile
        here.app.screen.query_one("#password").focus()
        await pilot.press("enter")
        await here.until(pilot, WRONG)
        assert "\x1b" not in here.screen
        await pilot.press("f3")
        await here.until(pilot, "Your authority")
        here.app.focused.value = hostile
        await pilot.pause()
        await pilot.press("escape")
        await here.until(pilot, "Enter log on")


async def test_a_password_is_never_on_the_screen(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press(*"680user", "enter", *"secret")
        await pilot.pause()
        assert "secret" not in here.screen
        assert "••••••" in here.screen


async def test_nothing_typed_is_said_and_not_counted_as_a_failed_try(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press("tab", "enter")
        await here.until(pilot, "Type your username and password.")
        assert here.app.focused.id == "username"


@pytest.mark.requirement("R-LOG-6")
async def test_too_many_failures_are_told_how_long_to_wait(portal):
    here = portal()
    for _ in range(lockout.FREE_TRIES):
        with pytest.raises(NotLoggedOn):
            accounts.begin(here.site, "680user", "wrong")
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press(*"680user", "enter", *making.PASSWORD, "enter")
        await here.until(pilot, "Too many failed tries. Wait 1")


async def test_typing_goes_on_while_the_password_is_checked(portal, lite, monkeypatch):
    typed, begin = threading.Event(), accounts.begin

    def slow(*args, **options):
        assert typed.wait(LONG)
        return begin(*args, **options)

    monkeypatch.setattr(accounts, "begin", slow)
    here = portal(site=lite)
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press(*"nobody", "enter", "x")
        # Not by the pilot: it waits until the processor has nothing to do.
        for key in ("enter", "shift+tab", "end", *"other"):
            here.app.simulate_key(key)
            await asyncio.sleep(0.01)
        await here.until(pilot, "nobodyother")
        assert "Checking…" in here.screen
        assert WRONG not in here.screen
        typed.set()
        await here.until(pilot, WRONG)
        assert here.app.screen.query_one("#username").value == "nobodyother"


@pytest.mark.requirement("R-LOG-2")
async def test_at_first_entry_a_new_password_is_set_before_anything_else(portal, lite):
    change(lite, "680user", temporary_until=making.NOW + timedelta(days=14))
    here = portal(username="680user")
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press(*making.PASSWORD, "enter")
        await here.until(pilot, "Choose your own password")
        assert "At least 10 characters" in here.screen
        assert not here.sessions("680user")
        await pilot.press(*"four calm owls", "enter", *"other", "enter")
        await here.until(pilot, "The two new passwords differ.")
        for field, value in (("#new", "short"), ("#again", "short")):
            here.app.screen.query_one(field).value = value
        await pilot.press("f9")
        await here.until(pilot, "Choose a password of at least 10 characters")
        for field in ("#new", "#again"):
            here.app.screen.query_one(field).value = "four calm owls"
        await pilot.press("enter")
        await here.until(pilot, "Needs you")
    with pytest.raises(NotLoggedOn):
        accounts.begin(lite, "680user", making.PASSWORD)
    assert accounts.begin(lite, "680user", "four calm owls").owed == ()


@pytest.mark.requirement("R-LOG-2")
async def test_whoever_sets_no_new_password_is_not_logged_on(portal, lite):
    change(lite, "680user", temporary_until=making.NOW + timedelta(days=14))
    here = portal(username="680user")
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press(*making.PASSWORD, "enter")
        await here.until(pilot, lambda: isinstance(here.app.screen, FirstPassword))
        await pilot.press("escape")
        await here.until(pilot, "You are not logged on")
        assert isinstance(here.app.screen, LogonScreen)
    assert not here.sessions("680user")


@pytest.mark.requirement("R-LOG-2")
async def test_an_expired_temporary_password_names_the_dba(portal, lite):
    change(lite, "680user", temporary_until=making.NOW - timedelta(days=1))
    here = portal(username="680user")
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press(*making.PASSWORD, "enter")
        await here.until(pilot, "This temporary password has expired. Ask your DBA")


@pytest.mark.requirement("R-SYS-5")
async def test_f2_speaks_the_other_language_at_once_and_keeps_what_was_typed(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press(*"680user", "f2")
        await here.until(pilot, "Enw defnyddiwr")
        assert "trosglwyddo diogel ysgol i ysgol" in here.screen
        assert "Enter mewngofnodi" in here.foot
        assert "F2 English" in here.foot
        assert here.app.screen.query_one("#username").value == "680user"
        await pilot.press("f2")
        await here.until(pilot, "Username")


@pytest.mark.requirement("R-SYS-5")
@pytest.mark.parametrize(
    ("own", "pressed", "spoken"),
    [("cy", False, "cy"), ("", False, "en"), ("", True, "cy"), ("en", True, "en")],
)
async def test_the_language_is_the_users_own_else_the_one_of_the_logon_screen(
    portal, lite, own, pressed, spoken
):
    change(lite, "680user", language=own)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        if pressed:
            await pilot.press("f2")
        await here.log_on(pilot, "680user")
        assert language() == spoken
        assert ("Hafan" in here.screen) == (spoken == "cy")
        assert ("680 Casnewydd" in here.screen) == (spoken == "cy")
        await here.app.end("logoff")
        await here.until(pilot, lambda: isinstance(here.app.screen, LogonScreen))
        assert language() == ("cy" if pressed else "en")


@pytest.mark.requirement("R-LOG-3")
async def test_forgotten_details_lead_to_the_dbas_the_mailbox_and_the_form_and_ask_for_no_username(
    portal, lite
):
    change(lite, "680dba", contact="Mabli Jones", phone="01632 960342")
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3")
        await here.until(pilot, "Mabli Jones, 680dba@680.example, 01632 960342")
        assert lite.settings.national_mailbox in here.screen
        assert lite.settings.service_form in here.screen
        assert "660 Isle of Anglesey" in here.screen
        assert "682" not in here.screen  # nobody there is on s2s
        await pilot.press(*"casnewydd")
        await here.until(pilot, lambda: "660 Isle" not in here.screen)
        assert "680 Newport" in here.screen
        await pilot.press("escape")
        await here.until(pilot, "Username")


@pytest.mark.requirement("R-LOG-3")
async def test_an_authority_without_a_dba_is_named_with_its_own_address(portal, lite):
    change(lite, "680dba", active=False)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press("f3")
        await here.until(pilot, "680 Newport  data@la680.example")


@pytest.mark.requirement("R-SYS-5")
async def test_in_a_demo_an_account_is_picked_by_role_and_its_password_filled_in(portal, lite):
    training(lite)
    here = portal(training=True)
    async with here.app.run_test(size=SIZE) as pilot:
        assert "Training world. Nothing here is real." in here.screen
        await pilot.press("f4")
        await here.until(pilot, "▸ LEA DBA · Isle of Anglesey")
        assert "LEA Lost Pupil Transfer · Isle of Anglesey" in here.screen, "each role of one place first"
        await pilot.press(*"lost newp")
        await here.until(pilot, lambda: "LEA DBA" not in here.screen)
        assert "LEA Lost Pupil · Newport" in here.screen
        await pilot.press("down", "enter")
        await here.until(pilot, "Filled in.")
        assert here.app.screen.query_one("#username").value == "680lostpupiltransfer"
        await pilot.press("enter")
        await here.until(pilot, "Needs you")
        assert "Training world" in here.screen


@pytest.mark.requirement("R-SYS-5")
async def test_letters_typed_before_the_accounts_are_there_narrow_them_and_enter_waits(
    portal, lite, monkeypatch
):
    training(lite)
    known, waiting = world.accounts, threading.Event()

    def slowly(site):
        waiting.wait(LONG)
        return known(site)

    monkeypatch.setattr(world, "accounts", slowly)
    here = portal(training=True)
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press("f4", *"view newp", "enter")
        waiting.set()
        await here.until(pilot, "LEA DBA (View only) · Newport")
        assert "LEA User" not in here.screen
        await pilot.press("enter")
        await here.until(pilot, "Filled in.")
        assert here.app.screen.query_one("#username").value == "680dbaview"


async def test_outside_a_demo_there_are_no_accounts_to_pick(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        assert "Training world" not in here.screen
        assert "F4" not in here.foot
        assert not here.app.screen.query_one("Palette").display


async def test_esc_asks_before_it_leaves(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press("escape")
        await here.until(pilot, "Leave the program? y/n")
        await pilot.press("n")
        await here.until(pilot, "Enter log on")
        assert here.app.focused.id == "username"
        await pilot.press("escape", "y")
        await here.until(pilot, lambda: not here.app.is_running)
    assert here.app.return_code == 0


async def test_f1_says_what_can_be_done(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await pilot.press("f1")
        await here.until(pilot, "both are case-sensitive")
        await pilot.press("escape")
        await here.until(pilot, "Username")


@pytest.mark.requirement("R-LOG-5")
async def test_logoff_asks_once_ends_the_session_and_leads_back_to_the_logon_screen(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await pilot.press("escape", "o")
        await here.until(pilot, "Log off? y/n")
        await pilot.press("n")
        await here.until(pilot, lambda: "y/n" not in here.foot)
        assert here.sessions("680user")[0].ended_at is None
        await pilot.press("o", "y")
        await here.until(pilot, "You are logged off.")
        assert isinstance(here.app.screen, LogonScreen)
        await here.log_on(pilot, "s6804012")
        assert "6804012 Ysgol Uwchradd Glan-yr-Afon · School · s6804012" in here.screen
    (session,) = here.sessions("680user")
    assert (session.ended_at, session.end_reason) == (making.NOW, "logoff")


@pytest.mark.requirement("R-LOG-6")
async def test_a_session_that_others_ended_is_noticed_at_the_next_act_and_the_reason_is_said(portal, lite):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        other = accounts.log_on(lite, "680user", making.PASSWORD)
        passwords.change_password(other, lite, making.PASSWORD, "four calm owls", "four calm owls")
        await pilot.press("r")
        await here.until(pilot, "Your password was changed elsewhere")
        assert isinstance(here.app.screen, LogonScreen)
        assert here.app.session is None


@pytest.mark.requirement("R-LOG-6")
async def test_whoever_was_away_too_long_is_told_so(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await here.app.end("idle")
        await here.until(pilot, "No key was pressed for too long")
    assert here.sessions("680user")[0].end_reason == "idle"


async def test_names_from_outside_are_shown_literally(portal, lite, hostile):
    def rename():
        Authority.update(name=hostile.replace("\x00", "")).where(Authority.code == "680").execute()
        User.update(contact=hostile.replace("\x00", "")).where(User.username == "680dba").execute()
        Establishment.update(name=hostile.replace("\x00", "")).execute()

    lite.store.write(rename)
    training(lite)
    here = portal(training=True)
    async with here.app.run_test(size=SIZE) as pilot:
        for key in ("f3", "escape", "f4", "escape"):
            await pilot.press(key)
            await pilot.pause(0.05)
            assert "\x1b" not in here.screen
        await here.log_on(pilot, "680user")
        await pilot.press("escape", "c")
        await here.until(pilot, "Old password")
        assert "\x1b" not in here.screen
        assert "\u202e" not in here.screen


@pytest.mark.requirement("R-LOG-5")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_session_opened_for_somebody_who_has_gone_is_ended(lite, when):
    attempt = Attempt(Door(lite, lite.settings, origin=""))
    logon = attempt.check("680user", making.PASSWORD)
    if when == "before":
        attempt.abandon()
    actor, _organisation = attempt.finish(logon)
    if when == "after":
        attempt.abandon()
        for thread in threading.enumerate():
            if thread.daemon and thread is not threading.current_thread():
                thread.join(1)
    from s2s_tui.services import access

    with pytest.raises(NotLoggedOn):
        access.require_live(actor, lite)


@pytest.mark.parametrize("size", [(30, 8), (60, 15), (80, 24), (140, 40), (250, 60)])
async def test_the_logon_screen_holds_at_every_size(portal, size):
    here = portal(training=True)
    async with here.app.run_test(size=size) as pilot:
        await pilot.press(*"680user")
        await pilot.pause()
        assert "680user" in here.screen
        assert isinstance(here.app.screen, LogonScreen)
        assert not isinstance(here.app.screen, Shell)
