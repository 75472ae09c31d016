"""A code of the second factor on the command line, once for a while (R-LOG-7)."""

from datetime import UTC

import making
import pyotp
import pytest

from s2s_tui.base.clock import utc_now
from s2s_tui.services import accounts, second_factor
from s2s_tui.store.models import Authority

pytestmark = pytest.mark.requirement("R-LOG-7")


def code(secret: str, ahead: int = 0) -> str:
    return pyotp.TOTP(secret.replace(" ", "")).at(utc_now().replace(tzinfo=UTC).timestamp() + 30 * ahead)


@pytest.fixture
def secret(shell):
    """Newport asks for a second factor, and 680user has one."""
    site = shell.site()
    site.store.write(lambda: Authority.update(second_factor=True).where(Authority.code == "680").execute())
    logon = accounts.begin(site, "680user", making.PASSWORD)
    given = second_factor.enrol(site, logon)
    second_factor.prove(site, logon, code(given.secret, -1))
    return given.secret


def test_a_script_gives_a_code_once_and_goes_on_without_it(shell, secret, tmp_path):
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    shell("files", user="680user", env=state).refused(3, "S2S_CODE")
    shell("files", user="680user", env=state | {"S2S_CODE": "000000"}).refused(3, "not right")
    assert shell("files", user="680user", env=state | {"S2S_CODE": code(secret)}).code == 0
    (kept,) = (tmp_path / "state").rglob("sessions/*")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert shell("files", user="680user", env=state).code == 0
    shell("files", user="680user", password="wrong", env=state).refused(3, "don't belong together")
    elsewhere = {"XDG_STATE_HOME": str(tmp_path / "other")}
    shell("files", user="680user", env=elsewhere | {"S2S_CODE": code(secret)}).refused(3, "used already")
    kept.chmod(0o644)
    shell("files", user="680user", env=state).refused(3, "S2S_CODE")


def test_who_has_none_yet_is_told_where_it_is_set_up(shell, secret):
    shell("files", user="680dba").refused(3, "second-factor")
    shell("second-factor", user="680dba").refused(3, "terminal")
    shell("second-factor", user="s6814053").refused(1, "asks for none")


def test_wg_may_choose_to_have_one_and_who_looks_after_the_server_takes_it_away(shell):
    shell("second-factor", user="wg").refused(3, "terminal")
    site = shell.site()
    logon = second_factor.choose(site, accounts.begin(site, "wg", making.PASSWORD))
    second_factor.prove(site, logon, code(second_factor.enrol(site, logon).secret, -1))
    shell("schools", "list", user="wg").refused(3, "S2S_CODE")
    shell("second-factor", "--forget", "680dba").refused(1, "its DBA resets")
    assert "no second factor any more" in shell("second-factor", "--forget", "wg").out
    assert shell("second-factor", "--forget", "wg", "--json").data == {"username": "wg", "changed": False}
    assert shell("schools", "list", user="wg").code == 0
