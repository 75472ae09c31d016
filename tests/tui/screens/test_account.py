"""Account: one's own password and language."""

import making
import pytest

from s2s_tui.base.errors import NotLoggedOn
from s2s_tui.base.translation import language
from s2s_tui.services import access, accounts
from s2s_tui.store.models import User
from s2s_tui.tui.screens.account import AccountPane

SIZE = (80, 24)
NEW = "four calm owls"


async def at_account(here, pilot):
    await here.log_on(pilot, "680user")
    await here.app.open("account")
    await here.until(pilot, "Change your password")


async def typed(pilot, *passwords):
    for password in passwords:
        await pilot.press(*password, "enter")


@pytest.mark.requirement("R-LOG-2")
async def test_the_password_is_changed_and_other_sessions_end(portal, lite):
    other = accounts.log_on(lite, "680user", making.PASSWORD)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await at_account(here, pilot)
        await typed(pilot, making.PASSWORD, NEW, NEW)
        await here.until(pilot, "✓ Your password is changed.")
        assert {field.value for field in here.app.screen.query("Field")} == {""}
        access.require_live(here.app.session.actor, lite)
    with pytest.raises(NotLoggedOn):
        access.require_live(other, lite)
    accounts.begin(lite, "680user", NEW)


@pytest.mark.parametrize(
    ("passwords", "said"),
    [
        (("wrong", NEW, NEW), "The old password is not right."),
        ((making.PASSWORD, NEW, "another"), "The two new passwords differ."),
        ((making.PASSWORD, "short", "short"), "Choose a password of at least 10 characters"),
        ((making.PASSWORD, making.PASSWORD, making.PASSWORD), "Choose a password that differs"),
        ((making.PASSWORD, "680user is me", "680user is me"), "must not contain the username"),
        (("", "", ""), "First type your old password."),
    ],
)
async def test_what_is_wrong_with_a_password_is_said_and_nothing_changes(portal, lite, passwords, said):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await at_account(here, pilot)
        await typed(pilot, *passwords)
        await here.until(pilot, said)
        for password in passwords:
            assert not password or password not in here.screen
    accounts.begin(lite, "680user", making.PASSWORD)


async def test_esc_empties_the_fields_first_and_a_new_visit_finds_them_empty(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await at_account(here, pilot)
        await pilot.press(*"abc")
        await here.until(pilot, "•••")
        await pilot.press("escape")
        await here.until(pilot, "•••" and (lambda: "•••" not in here.screen))
        assert here.app.screen.current == "account"
        await pilot.press(*"abc")
        await here.app.open("home")
        await here.app.open("account")
        await here.until(pilot, lambda: "•••" not in here.screen)


@pytest.mark.requirement("R-SYS-5")
async def test_the_language_chosen_is_spoken_at_once_and_kept(portal, lite):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await at_account(here, pilot)
        await pilot.press("shift+tab")  # round to the last part
        here.app.screen.query_one("LanguageLine").focus()
        await pilot.press("right")
        await here.until(pilot, "▸ Cymraeg")
        assert "Uwchlwytho" not in here.screen
        await pilot.press("enter")
        await here.until(pilot, "O hyn ymlaen bydd y rhaglen yn siarad Cymraeg â chi.")
        assert "Uwchlwytho" in here.screen
        assert "680 Casnewydd" in here.screen
        assert here.app.screen.query(AccountPane)
        assert language() == "cy"
    with lite.store.connection():
        assert User.get(User.username == "680user").language == "cy"
