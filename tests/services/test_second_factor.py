"""A code as the second step of logging on (R-LOG-7)."""

import contextlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, timedelta

import making
import pyotp
import pytest
import steps
from steps import code_of

from s2s_tui.base.errors import NotLoggedOn
from s2s_tui.services import access, accounts, authorities, lockout, second_factor, sessions, user_passwords
from s2s_tui.services.second_factor import CODE, ENROL
from s2s_tui.store.models import Authority, RecoveryCode, SecondFactor, User

pytestmark = pytest.mark.requirement("R-LOG-7")


def demand(site, code: str = "680", on: bool = True) -> None:
    site.store.write(lambda: Authority.update(second_factor=on).where(Authority.code == code).execute())


def begun(site, username: str = "680user"):
    return accounts.begin(site, username, making.PASSWORD)


def shown(site, secret: str, steps_on: int = 0) -> str:
    """What the app on the telephone shows."""
    now = site.clock().replace(tzinfo=UTC) + timedelta(seconds=30 * steps_on)
    return pyotp.TOTP(secret.replace(" ", "")).at(now)


def enrolled(site, username: str = "680user") -> tuple[str, tuple[str, ...]]:
    """The secret and the recovery codes of an account that has set its second factor up."""
    demand(site)
    logon = begun(site, username)
    assert logon.owed == (ENROL,)
    given = second_factor.enrol(site, logon)
    logon, codes = second_factor.prove(site, logon, shown(site, given.secret))
    sessions.log_off(accounts.finish(site, logon), site)
    site.clock.forward(seconds=60)
    return given.secret, codes


@pytest.mark.parametrize(
    ("username", "owed"),
    [("680user", (ENROL,)), ("s6804012", (ENROL,)), ("681user", ()), ("s6814053", ()), ("wg", ())],
)
def test_who_belongs_to_an_authority_that_asks_for_it_sets_it_up_at_the_next_logon(lite, username, owed):
    demand(lite)
    logon = begun(lite, username)
    assert logon.owed == owed
    if owed:
        assert code_of(lambda: accounts.finish(lite, logon)) == "logon-step"


def test_a_dba_asks_for_it_for_the_own_authority(site, on):
    dba = on("dba", "680")
    authorities.update(dba, site, "", {"second_factor": "on"})
    access.require_live(dba, site)
    assert begun(site).owed == (ENROL,)
    assert begun(site, "681user").owed == ()
    assert authorities.update(dba, site, "", {"second_factor": "off"}).changes[0].before == "on"
    assert begun(site).owed == ()


def test_it_is_neither_set_up_nor_proved_before_the_first_password_is_set(lite):
    reset = user_passwords.reset(making.logged_on(lite, "dba", "680"), lite, "680user")
    demand(lite)
    logon = accounts.begin(lite, "680user", reset.password)
    assert logon.owed == (accounts.NEW_PASSWORD, ENROL)
    assert code_of(lambda: second_factor.enrol(lite, logon)) == "logon-step"
    assert code_of(lambda: second_factor.prove(lite, logon, "123456")) == "logon-step"


def test_from_then_on_every_logon_needs_a_code(site):
    secret, _codes = enrolled(site)
    logon = begun(site)
    assert logon.owed == (CODE,)
    assert code_of(lambda: accounts.finish(site, logon)) == "logon-step"
    assert code_of(lambda: second_factor.check(site, logon, "000000")) == "code-wrong"
    typed = shown(site, secret)
    actor = accounts.finish(site, second_factor.check(site, logon, f" {typed[:3]} {typed[3:]}"))
    access.require_live(actor, site)
    assert [entry.outcome for entry in steps.audited(site, "680") if entry.action == "code"] == [
        "code-wrong",
        "done",
    ]
    demand(site, on=False)
    assert begun(site).owed == ()


def test_a_right_code_forgets_the_wrong_ones_before_it(lite):
    secret, _codes = enrolled(lite)
    logon = begun(lite)
    for _again in range(2):
        for _wrong in range(lockout.FREE_TRIES - 1):
            assert code_of(lambda: second_factor.check(lite, logon, "000000")) == "code-wrong"
        second_factor.check(lite, logon, shown(lite, secret))
        lite.clock.forward(seconds=60)


@pytest.mark.parametrize("typed", ["²³¹²³¹", "١٢٣٤٥٦", "", "\udc80" * 6])
def test_what_only_looks_like_digits_is_a_wrong_code(lite, typed):
    demand(lite)
    logon = begun(lite)
    second_factor.enrol(lite, logon)
    assert code_of(lambda: second_factor.prove(lite, logon, typed)) == "code-first-wrong"


def test_what_was_never_begun_or_is_set_up_already_is_not_proved(lite):
    demand(lite)
    logon = begun(lite)
    assert code_of(lambda: second_factor.prove(lite, logon, "123456")) == "session-ended"
    enrolled(lite)
    assert code_of(lambda: second_factor.prove(lite, logon, "123456")) == "session-ended"


def test_a_code_works_once_and_so_does_none_before_it(site):
    secret, _codes = enrolled(site)
    logon = begun(site)
    earlier, now = shown(site, secret, -1), shown(site, secret)
    second_factor.check(site, logon, now)
    for replayed in (now, earlier):
        assert code_of(lambda replayed=replayed: second_factor.check(site, logon, replayed)) == "code-wrong"
    second_factor.check(site, logon, shown(site, secret, 1))
    assert code_of(lambda: second_factor.check(site, logon, shown(site, secret, 2))) == "code-wrong"


def given_at_once(site, logon, code: str) -> list[str]:
    """What becomes of one code that four give at the same moment."""
    start = threading.Barrier(4)

    def give(code: str) -> str:
        start.wait()
        try:
            second_factor.check(site, logon, code)
        except NotLoggedOn as error:
            return error.code
        return "taken"

    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(give, [code] * 4))


def test_of_one_code_typed_twice_at_once_one_is_taken(site):
    secret, codes = enrolled(site)
    logon = begun(site)
    for code in (shown(site, secret), codes[0]):
        assert given_at_once(site, logon, code).count("taken") == 1


def test_recovery_codes_work_once_each_and_are_kept_as_digests(site):
    _secret, codes = enrolled(site)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    with site.store.connection():
        kept = [row.digest for row in RecoveryCode.select()]
    assert len(kept) == len(codes)
    assert not any(code.replace("-", "") in digest for code in codes for digest in kept)
    logon = begun(site)
    for used, code in enumerate((codes[3], codes[0].upper().replace("-", " ")), 1):
        assert second_factor.check(site, logon, code).recovery_left == len(codes) - used
        assert code_of(lambda code=code: second_factor.check(site, logon, code)) == "code-wrong"
    _secret, others = enrolled(site, "680dba")
    assert code_of(lambda: second_factor.check(site, begun(site), others[0])) == "code-wrong", "another's"


def test_guessing_codes_locks_and_a_right_password_in_between_helps_nothing(site):
    secret, _codes = enrolled(site)
    for guess in range(lockout.LOCKED_AFTER):
        assert (
            code_of(lambda guess=guess: second_factor.check(site, begun(site), f"{guess:06}")) == "code-wrong"
        )
        site.clock.forward(minutes=15)
    logon = begun(site)
    assert code_of(lambda: second_factor.check(site, logon, shown(site, secret))) == "logon-locked"
    with site.store.connection():
        assert lockout.is_locked(site, "680user")
    site.store.write(lambda: lockout.unlock(site, "680user"))
    assert second_factor.check(site, logon, shown(site, secret)).owed == ()


def test_a_temporary_password_is_replaced_after_the_code_and_before_the_first_one(site):
    demand(site)
    until = site.clock() + timedelta(days=14)
    site.store.write(lambda: User.update(temporary_until=until).where(User.username == "680user").execute())
    logon = begun(site)
    assert logon.owed == (accounts.NEW_PASSWORD, ENROL)
    assert code_of(lambda: second_factor.enrol(site, logon)) == "logon-step"
    enrolled_logon = accounts.set_first_password(site, logon, "seven green bottles", "seven green bottles")
    given = second_factor.enrol(site, enrolled_logon)
    second_factor.prove(site, enrolled_logon, shown(site, given.secret))
    site.store.write(lambda: User.update(temporary_until=until).where(User.username == "680user").execute())
    logon = accounts.begin(site, "680user", "seven green bottles")
    assert logon.owed == (CODE, accounts.NEW_PASSWORD)
    assert code_of(lambda: accounts.set_first_password(site, logon, "x" * 20, "x" * 20)) == "logon-step"


def test_setting_it_up_needs_a_first_right_code_and_begun_anew_the_old_secret_is_worth_nothing(site):
    demand(site)
    logon = begun(site)
    old = second_factor.enrol(site, logon)
    new = second_factor.enrol(site, logon)
    assert old.secret != new.secret
    assert new.uri == f"otpauth://totp/s2s:680user?secret={new.secret.replace(' ', '')}"
    for wrong in ("", "12345", "abcdef", "１２３４５６", "\udc80", shown(site, old.secret)):
        assert code_of(lambda wrong=wrong: second_factor.prove(site, logon, wrong)) in (
            "code-first-wrong",
            "logon-wait",
        )
        site.clock.forward(minutes=15)
    assert begun(site).owed == (ENROL,), "nothing is asked for that nobody can give"
    second_factor.prove(site, logon, shown(site, new.secret))
    assert code_of(lambda: second_factor.enrol(site, begun(site))) == "logon-step"


def test_a_reset_takes_all_of_it_away(site):
    secret, codes = enrolled(site)
    logon = second_factor.check(site, begun(site), shown(site, secret))
    token = second_factor.remember(site, logon)
    assert site.store.write(lambda: second_factor.reset(site, "680user")) is True
    assert site.store.write(lambda: second_factor.reset(site, "680user")) is False
    logon = begun(site)
    assert logon.owed == (ENROL,)
    assert second_factor.recall(site, logon, token) == logon
    assert second_factor.enrol(site, logon).secret != secret
    assert code_of(lambda: second_factor.check(site, logon, codes[0])) == "session-ended"
    with site.store.connection():
        assert SecondFactor.select().where(SecondFactor.proved_at.is_null(False)).count() == 0


def test_neither_database_nor_audit_log_hold_the_secret(site):
    secret, codes = enrolled(site)
    token = second_factor.remember(site, begun(site))
    with site.store.connection():
        assert SecondFactor.select().count() == 1
    kept = str(steps.everything(site))
    for hidden in (secret.replace(" ", ""), token, *codes):
        assert hidden not in kept


def test_a_code_on_the_command_line_counts_for_a_while_for_its_account_alone(site):
    secret, _codes = enrolled(site)
    token = second_factor.remember(site, second_factor.check(site, begun(site), shown(site, secret)))
    site.clock.forward(minutes=14)
    assert second_factor.recall(site, begun(site), token).owed == ()
    assert second_factor.recall(site, begun(site), token[:-1]).owed == (CODE,)
    enrolled(site, "680dba")
    assert second_factor.recall(site, begun(site, "680dba"), token).owed == (CODE,)
    site.clock.forward(minutes=1)
    assert second_factor.recall(site, begun(site), token).owed == (CODE,)
    fresh = second_factor.remember(site, begun(site))
    site.store.write(lambda: sessions.end_sessions(site, "680user", "reset"))
    assert second_factor.recall(site, begun(site), fresh).owed == (CODE,), "a reset ends it"


# The machine's clock


def taken(site, logon, code: str) -> bool:
    given = contextlib.suppress(NotLoggedOn)
    with given:
        second_factor.check(site, logon, code)
        return True
    site.store.write(lambda: lockout.unlock(site, "680user"))
    return False


def test_a_clock_that_was_set_back_keeps_nobody_out_and_it_is_on_record(site):
    secret, _codes = enrolled(site)
    site.clock.forward(days=30)
    second_factor.check(site, begun(site), shown(site, secret))
    site.clock.forward(days=-20)
    code, logon = shown(site, secret), begun(site)
    assert taken(site, logon, code)
    assert not taken(site, logon, code), "once, as ever"
    assert not taken(site, logon, shown(site, secret, -1))
    (*_, entry) = [
        one for one in steps.audited(site, "680") if one.action == "code" and one.outcome == "done"
    ]
    assert json.loads(entry.details)["clock_back"] == 20 * 86_400
    site.clock.forward(seconds=60)
    assert taken(site, logon, shown(site, secret))


def test_a_clock_that_was_set_back_makes_no_code_good_again_that_was_used(site):
    secret, _codes = enrolled(site)
    used, logon = [], begun(site)
    for _ in range(3):
        site.clock.forward(seconds=60)
        used.append(shown(site, secret))
        assert taken(site, logon, used[-1])
    site.clock.forward(seconds=-3 * 60)
    for seconds in range(0, 4 * 60, 30):
        assert [code for code in used if taken(site, logon, code)] == [], seconds
        # Its holder goes on with those that were not used.
        assert taken(site, logon, shown(site, secret)) == (shown(site, secret) not in used)
        site.clock.forward(seconds=30)


def test_of_one_code_typed_twice_at_once_after_the_clock_was_set_back_one_is_taken(site):
    secret, _codes = enrolled(site)
    site.clock.forward(days=-10)
    logon = begun(site)
    assert given_at_once(site, logon, shown(site, secret)).count("taken") == 1


# The Welsh Government's account


def test_wg_may_choose_to_have_one_and_is_asked_for_it_from_then_on(site, on):
    wg = on("wg", "WG")
    assert code_of(lambda: accounts.again(wg, site, "another")) == "unlock-wrong"
    logon = second_factor.choose(site, accounts.again(wg, site, making.PASSWORD))
    given = second_factor.enrol(site, logon)
    assert begun(site, "wg").owed == (), "nothing is asked for that nobody can give"
    second_factor.prove(site, logon, shown(site, given.secret))
    site.clock.forward(minutes=1)
    logon = begun(site, "wg")
    assert logon.owed == (CODE,)
    assert code_of(lambda: second_factor.choose(site, logon)) == "logon-step"
    logon = second_factor.check(site, logon, shown(site, given.secret))
    assert code_of(lambda: second_factor.choose(site, logon)) == "enrol-needless"
    assert code_of(lambda: second_factor.choose(site, begun(site))) == "enrol-needless", (
        "the authority decides"
    )


def test_a_setting_demands_one_of_wg(lite):
    site = replace(lite, settings=replace(lite.settings, wg_second_factor=True))
    logon = begun(site, "wg")
    assert logon.owed == (ENROL,)
    assert second_factor.choose(site, logon) == logon
    assert begun(site).owed == (), "of nobody else"


def test_who_looks_after_the_server_takes_away_that_of_wg_and_of_nobody_else(site, on):
    wg = on("wg", "WG")
    logon = second_factor.choose(site, begun(site, "wg"))
    second_factor.prove(site, logon, shown(site, second_factor.enrol(site, logon).secret))
    enrolled(site, "680dba")
    for name in ("680dba", "nobody", "\udc80"):
        assert code_of(lambda name=name: second_factor.forget(site, name)) == "wg-unknown"
    assert second_factor.forget(site, "wg") is True
    assert second_factor.forget(site, "wg") is False
    assert begun(site, "wg").owed == ()
    assert code_of(lambda: access.require_live(wg, site)) == "session-ended"
    assert [one.action for one in steps.audited(site, "WG")][-1] == "user-factor"
