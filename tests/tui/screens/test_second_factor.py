"""The second factor at the logon, as it is seen (R-LOG-7)."""

from datetime import UTC

import making
import pyotp
import pytest

from s2s_tui.services import accounts, second_factor
from s2s_tui.store.models import Authority
from s2s_tui.tui.screens.second_factor import CodeForm, EnrolForm, RecoveryCodes
from s2s_tui.tui.shell import Shell
from s2s_tui.tui.text import use_plain
from s2s_tui.tui.widgets.qr import QrCode

pytestmark = pytest.mark.requirement("R-LOG-7")
SIZE = (80, 24)


@pytest.fixture
def here(portal):
    """The app over the small world."""
    return portal()


def demand(site) -> None:
    site.store.write(lambda: Authority.update(second_factor=True).where(Authority.code == "680").execute())


def shown(site, secret: str) -> str:
    return pyotp.TOTP(secret.replace(" ", "")).at(site.clock().replace(tzinfo=UTC))


async def typed(here, pilot, code: str) -> None:
    here.app.screen.query_one("#code").value = code
    here.app.screen.query_one("#code").focus()
    await pilot.press("enter")


async def begun(here, pilot, form) -> None:
    await here.until(pilot, lambda: bool(here.app.screen.query("#username")) and here.app.focused)
    here.app.screen.query_one("#username").value = "680user"
    here.app.screen.query_one("#password").value = making.PASSWORD
    here.app.screen.query_one("#password").focus()
    await pilot.press("enter")
    await here.until(pilot, lambda: isinstance(here.app.screen, form) and here.app.focused)
    await pilot.pause()


async def test_it_is_set_up_with_a_picture_and_recovery_codes_and_asked_for_from_then_on(here):
    site = here.site
    demand(site)
    async with here.app.run_test(size=SIZE) as pilot:
        await begun(here, pilot, EnrolForm)
        form = here.app.screen
        secret = form._given.secret
        lines = here.screen.splitlines()
        assert secret.split()[0] in here.screen
        assert secret.split()[-1] in here.screen
        code = form.query_one(QrCode)
        assert code.size.height == len(code._rows) // 2, "the whole picture is seen"
        assert code.region.bottom <= form.query_one("Status").region.y
        assert any("go on" in line for line in lines)
        await typed(here, pilot, "000000")
        await here.until(pilot, "That code is not right")
        await typed(here, pilot, shown(site, secret))
        await here.until(pilot, lambda: isinstance(here.app.screen, RecoveryCodes))
        await pilot.pause()
        codes = here.app.screen._codes
        assert all(each in here.screen for each in codes)
        await pilot.press("enter", "escape")
        await here.until(pilot, "can't be shown again")
        await pilot.press("n")
        await pilot.press("w")
        await here.until(pilot, lambda: isinstance(here.app.screen, Shell) and here.app.screen.current != "")
        await here.app.end("logoff")
        site.clock.forward(seconds=60)

        await begun(here, pilot, CodeForm)
        await pilot.press("escape")
        await here.until(pilot, "a code is needed, too")
        await begun(here, pilot, CodeForm)
        await typed(here, pilot, codes[0])
        await here.until(pilot, "9 are left")
        assert isinstance(here.app.screen, Shell)


async def test_without_utf_8_there_is_the_secret_alone_and_without_a_code_nobody_gets_in(here):
    demand(here.site)
    use_plain(True)
    try:
        async with here.app.run_test(size=SIZE) as pilot:
            await begun(here, pilot, EnrolForm)
            assert not here.app.screen.query(QrCode)
            assert here.app.screen._given.secret.split()[0] in here.screen
            await pilot.press("enter")
            await here.until(pilot, "Type the code")
            await pilot.press("escape")
            await here.until(pilot, "has to be set up first")
    finally:
        use_plain(False)
    assert accounts.begin(here.site, "680user", making.PASSWORD).owed == (second_factor.ENROL,)


async def test_wg_may_choose_to_have_one_under_account(here):
    site = here.site
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "wg")
        await here.app.open("account")
        await here.until(pilot, "F4 second factor")
        await pilot.press("f4")
        await here.until(pilot, "Your password")
        await pilot.press(*"wrong", "enter")
        await here.until(pilot, "That is not your password.")
        await pilot.press("f4")
        await here.until(pilot, "Your password")
        await pilot.press(*making.PASSWORD, "enter")
        await here.until(pilot, lambda: isinstance(here.app.screen, EnrolForm) and here.app.focused)
        await pilot.press("escape")
        await here.until(pilot, "Nothing was changed.")
        assert accounts.begin(site, "wg", making.PASSWORD).owed == ()
        await pilot.press("f4")
        await here.until(pilot, "Your password")
        await pilot.press(*making.PASSWORD, "enter")
        await here.until(pilot, lambda: isinstance(here.app.screen, EnrolForm) and here.app.focused)
        await typed(here, pilot, shown(site, here.app.screen._given.secret))
        await here.until(pilot, lambda: isinstance(here.app.screen, RecoveryCodes))
        await pilot.press("w")
        await here.until(pilot, "From now on a code is asked for at each logon.")
        assert accounts.begin(site, "wg", making.PASSWORD).owed == (second_factor.CODE,)
        await pilot.press("f4")
        await here.until(pilot, "Your password")
        await pilot.press(*making.PASSWORD, "enter")
        await here.until(pilot, "You have your second factor")


async def test_where_an_authority_decides_account_offers_none(here):
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await here.app.open("account")
        await here.until(pilot, "F9 change password")
        assert "second factor" not in here.screen
