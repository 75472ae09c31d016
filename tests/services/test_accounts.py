"""Logging on and off (R-LOG)."""

import contextlib
import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import argon2
import making
import pytest
import steps
from steps import code_of

from s2s_tui.base.errors import NotLoggedOn, Refused, S2SError, WrongUse
from s2s_tui.rules.roles import Role
from s2s_tui.services import access, accounts, hashing, lockout, passwords, sessions, user_passwords
from s2s_tui.store.models import LogonFailure, PastPassword, Session, User

WRONG = "three noisy words"
NEW = "seven green bottles"


def change_user(site, username="680dba", **fields):
    site.store.write(lambda: User.update(**fields).where(User.username == username).execute())


UNUSABLE = {
    "no such name": ("nobody", {}, making.PASSWORD),
    "wrong password": ("680dba", {}, WRONG),
    "name in capitals": ("680DBA", {}, making.PASSWORD),
    "password in capitals": ("680dba", {}, making.PASSWORD.upper()),
    "empty password": ("680dba", {}, ""),
    "deleted": ("680dba", {"deleted_at": making.NOW}, making.PASSWORD),
    "inactive": ("680dba", {"active": False}, making.PASSWORD),
    "no password yet": ("680dba", {"password": ""}, making.PASSWORD),
    "no password yet, none typed": ("680dba", {"password": ""}, ""),
    "damaged hash": ("680dba", {"password": "no hash"}, making.PASSWORD),
}


@pytest.mark.requirement("R-LOG-1")
@pytest.mark.parametrize("case", UNUSABLE)
def test_whatever_is_wrong_the_answer_is_the_same(site, case):
    username, fields, password = UNUSABLE[case]
    if fields:
        change_user(site, **fields)
    with pytest.raises(NotLoggedOn) as caught:
        accounts.begin(site, username, password)
    assert (caught.value.code, dict(caught.value.params)) == ("logon-wrong", {})
    with site.store.connection():
        assert Session.select().count() == 0


@pytest.mark.requirement("R-LOG-1")
@pytest.mark.parametrize("case", [case for case in UNUSABLE if case != "damaged hash"])
def test_whatever_is_wrong_one_hash_of_the_same_cost_is_worked_out(lite, monkeypatch, case):
    username, fields, password = UNUSABLE[case]
    if fields:
        change_user(lite, **fields)
    costs = []
    real = argon2.PasswordHasher.verify

    def watched(self, digest, typed):
        costs.append(argon2.extract_parameters(digest))
        return real(self, digest, typed)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", watched)
    with pytest.raises(NotLoggedOn):
        accounts.begin(lite, username, password)
    settings = lite.settings
    (cost,) = costs
    assert (cost.time_cost, cost.memory_cost, cost.parallelism, cost.type) == (
        settings.argon2_passes,
        settings.argon2_memory_kib,
        settings.argon2_lanes,
        argon2.Type.ID,
    )


@pytest.mark.requirement("R-LOG-1")
def test_a_hash_of_another_cost_is_brought_to_that_of_the_settings_at_logging_on(site):
    dearer = replace(site.settings, argon2_passes=2)
    change_user(site, password=hashing.hashed(dearer, making.PASSWORD))
    making.logged_on(site, "dba", "680")
    with site.store.connection():
        kept = User.get(User.username == "680dba").password
    assert argon2.extract_parameters(kept).time_cost == site.settings.argon2_passes
    making.logged_on(site, "dba", "680")


@pytest.mark.slow
@pytest.mark.requirement("R-LOG-1")
def test_a_wrong_name_takes_as_long_as_a_wrong_password(lite):
    settings = replace(lite.settings, argon2_memory_kib=19_456, argon2_passes=2)
    site = replace(lite, settings=settings)
    change_user(site, password=hashing.hashed(settings, making.PASSWORD))

    def ratio() -> float:
        times: dict[str, list[float]] = {"nobody": [], "680dba": []}
        for _ in range(15):
            for username, taken in times.items():
                site.store.write(lambda: LogonFailure.delete().execute())
                begun = time.perf_counter()
                with pytest.raises(NotLoggedOn):
                    accounts.begin(site, username, WRONG)
                taken.append(time.perf_counter() - begun)
        nobody, somebody = (statistics.median(taken) for taken in times.values())
        return nobody / somebody

    # What else the machine does may slow one of them once; a real difference is there each time.
    assert any(0.75 < ratio() < 1.33 for _ in range(4))


@pytest.mark.requirement("R-LOG-1")
def test_no_name_or_password_upsets_logging_on(site):
    names = [
        "",
        "wg\0",
        "\0",
        "\ud800",
        "wg\udfff",
        "x" * 10_000,
        "wg' OR 1=1 --",
        "%",
        "680d_a",
        " wg",
        "wg ",
    ]
    names += ["ẃg", "\x1b[2J", "wg\n", "ﬁ" * 50, "👩‍👩‍👧" * 20]
    for name in names:
        with pytest.raises(NotLoggedOn, match="logon-wrong"):
            accounts.begin(site, name, making.PASSWORD, origin=name)
    for password in ("\0", "\ud800", "x" * 100_000, "' OR 1=1 --"):
        with pytest.raises(NotLoggedOn, match="logon-wrong"):
            accounts.begin(site, "680dba", password)
    assert not steps.broken(site)


@pytest.mark.requirement("R-LOG-1")
def test_a_password_of_any_characters_can_be_set_and_used(site):
    odd = "pa\udc80ss \0 wörd ¿"
    actor = making.logged_on(site, "dba", "680")
    passwords.change_password(actor, site, making.PASSWORD, odd, odd)
    assert accounts.log_on(site, "680dba", odd).user == "680dba"


@pytest.mark.requirement("R-LOG-2")
def test_at_first_entry_nothing_goes_before_a_new_password_is_set(site, clock):
    change_user(site, temporary_until=clock() + timedelta(days=14))
    logon = accounts.begin(site, "680dba", making.PASSWORD)
    assert logon.owed == (accounts.NEW_PASSWORD,)
    assert code_of(lambda: accounts.finish(site, logon)) == "logon-step"
    assert code_of(lambda: accounts.log_on(site, "680dba", making.PASSWORD)) == "logon-step"
    for new, again, code in (
        (NEW, NEW + "!", "password-differs"),
        ("short", "short", "password-short"),
        (making.PASSWORD, making.PASSWORD, "password-same"),
        ("x" * 201, "x" * 201, "password-long"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "password-plain"),
        ("my 680DBA words", "my 680DBA words", "password-name"),
    ):
        assert (
            code_of(lambda new=new, again=again: accounts.set_first_password(site, logon, new, again)) == code
        )
    with site.store.connection():
        assert Session.select().count() == 0
    actor = accounts.finish(site, accounts.set_first_password(site, logon, NEW, NEW))
    access.require_live(actor, site)
    assert accounts.begin(site, "680dba", NEW).owed == ()


@pytest.mark.requirement("R-LOG-2")
@pytest.mark.parametrize(("seconds", "lasts"), [(-1, True), (0, True), (1, False)])
def test_a_temporary_password_lasts_fourteen_days(site, clock, seconds, lasts):
    change_user(site, temporary_until=clock() + timedelta(days=14))
    clock.forward(days=14, seconds=seconds)
    if lasts:
        assert accounts.begin(site, "680dba", making.PASSWORD).owed
    else:
        assert code_of(lambda: accounts.begin(site, "680dba", making.PASSWORD)) == "logon-expired"
        assert code_of(lambda: accounts.begin(site, "680dba", WRONG)) == "logon-wrong"


@pytest.mark.requirement("R-LOG-2")
def test_a_password_that_is_not_temporary_does_not_expire(site, clock):
    clock.forward(days=4000)
    assert accounts.log_on(site, "680dba", making.PASSWORD).user == "680dba"


@pytest.mark.requirement("R-LOG-6")
@pytest.mark.parametrize("username", ["680dba", "nobody"])
def test_after_five_failures_a_name_waits_whether_it_exists_or_not(site, clock, username):
    for _ in range(lockout.FREE_TRIES):
        assert code_of(lambda: accounts.begin(site, username, WRONG)) == "logon-wrong"
    with pytest.raises(NotLoggedOn) as caught:
        accounts.begin(site, username, making.PASSWORD)
    assert caught.value.code == "logon-wait"
    assert caught.value.params["seconds"] == 11
    clock.forward(seconds=10)
    assert code_of(lambda: accounts.begin(site, username, WRONG)) == "logon-wrong"
    with pytest.raises(NotLoggedOn) as caught:
        accounts.begin(site, username, WRONG)
    assert caught.value.params["seconds"] == 21, "each failure doubles the wait"


@pytest.mark.requirement("R-LOG-6")
def test_a_wait_never_grows_beyond_a_quarter_of_an_hour(site, clock):
    for _ in range(lockout.LOCKED_AFTER - 1):
        assert code_of(lambda: accounts.begin(site, "680dba", WRONG)) == "logon-wrong"
        clock.forward(minutes=15)
    assert accounts.log_on(site, "680dba", making.PASSWORD)


def lock(site, clock, username: str = "680dba") -> None:
    """Guess until the account is locked."""
    for _ in range(lockout.LOCKED_AFTER):
        assert code_of(lambda: accounts.begin(site, username, WRONG)) == "logon-wrong"
        clock.forward(minutes=15)


@pytest.mark.requirement("R-LOG-6")
@pytest.mark.parametrize("username", ["680dba", "nobody"])
def test_after_twenty_failures_a_name_is_locked_whether_it_exists_or_not(site, clock, username):
    lock(site, clock, username)
    clock.forward(minutes=44)
    for password in (WRONG, making.PASSWORD):
        assert code_of(lambda password=password: accounts.begin(site, username, password)) == "logon-locked"
    with site.store.connection():
        assert lockout.is_locked(site, username)
        assert lockout.locked(site, ["680user", username]) == {username}
        assert lockout.locked(site, []) == frozenset()


@pytest.mark.requirement("R-LOG-6")
def test_a_locked_account_opens_at_once_when_it_is_unlocked(site, clock):
    lock(site, clock)
    assert site.store.write(lambda: lockout.unlock(site, "680dba")) is True
    assert site.store.write(lambda: lockout.unlock(site, "680dba")) is False
    with site.store.connection():
        assert not lockout.is_locked(site, "680dba")
    assert accounts.log_on(site, "680dba", making.PASSWORD)


@pytest.mark.requirement("R-LOG-6")
def test_a_lock_ends_by_itself_after_an_hour_for_one_more_try(site, clock):
    lock(site, clock)
    with pytest.raises(NotLoggedOn) as caught:
        accounts.begin(site, "680dba", making.PASSWORD)
    assert (caught.value.code, caught.value.params["minutes"]) == ("logon-locked", 46)
    clock.forward(minutes=45)
    with site.store.connection():
        assert not lockout.is_locked(site, "680dba")
    assert code_of(lambda: accounts.begin(site, "680dba", WRONG)) == "logon-wrong"
    assert code_of(lambda: accounts.begin(site, "680dba", making.PASSWORD)) == "logon-locked"
    clock.forward(hours=1)
    assert accounts.log_on(site, "680dba", making.PASSWORD)


@pytest.mark.requirement("R-LOG-6")
def test_a_stranger_gets_few_guesses_a_day_and_after_a_hundred_one(lite):
    """Whoever never lets go, from as many addresses as there are."""
    guesses, began = [], lite.clock()
    for number in range(220):
        try:
            lockout.count_try(lite, lockout.NAME, "680user", f"192.0.2.{number % 250}")
            guesses.append((lite.clock() - began).days)
        except NotLoggedOn as error:
            wait = error.params
            lite.clock.forward(seconds=wait.get("seconds", 0), minutes=wait.get("minutes", 0))
    by_day = [guesses.count(day) for day in range(max(guesses))]
    assert by_day[0] < lockout.LOCKED_AFTER + 24
    assert max(by_day[1:]) <= 24
    assert by_day[-3:] == [1, 1, 1]


@pytest.mark.requirement("R-LOG-6")
def test_a_name_that_nobody_tried_for_two_days_starts_afresh(site, clock):
    lock(site, clock)
    clock.forward(days=2)
    for _ in range(lockout.FREE_TRIES - 1):
        assert code_of(lambda: accounts.begin(site, "680dba", WRONG)) == "logon-wrong"
    assert accounts.log_on(site, "680dba", making.PASSWORD)


HOME, ELSEWHERE = "192.0.2.1", "198.51.100.9"


@pytest.mark.requirement("R-LOG-6")
def test_who_knows_a_username_cannot_shut_its_holder_out_of_the_usual_place(site, clock):
    actor = accounts.log_on(site, "680dba", making.PASSWORD, origin=HOME)
    for _ in range(lockout.LOCKED_AFTER):
        assert code_of(lambda: accounts.begin(site, "680dba", WRONG, origin=ELSEWHERE)) == "logon-wrong"
        clock.forward(minutes=15)
    # Where a right password is as good as a wrong one, a guess tells nothing.
    begin = lambda origin: accounts.begin(site, "680dba", making.PASSWORD, origin=origin)  # noqa: E731
    assert code_of(lambda: begin(ELSEWHERE)) == "logon-locked"
    assert code_of(lambda: begin("")) == "logon-locked", "nor from any other"
    assert begin(HOME).owed == ()
    assert code_of(lambda: begin(ELSEWHERE)) == "logon-locked", "which opens nothing to the stranger"
    sessions.prove_again(actor, site, making.PASSWORD)
    passwords.change_password(actor, site, making.PASSWORD, NEW, NEW)
    with site.store.connection():
        assert lockout.locked(site, ["680dba", "680user"]) == {"680dba"}, "and the DBA sees it"
    entries = [entry for entry in steps.audited(site, "680") if entry.action == "lock"]
    assert [(entry.username, json.loads(entry.details)) for entry in entries] == [
        ("680dba", {"origin": ELSEWHERE, "what": "user"})
    ]


@pytest.mark.requirement("R-LOG-6")
def test_at_the_usual_place_guesses_are_counted_and_lock_too_and_lock_nobody_out_elsewhere(site, clock):
    accounts.log_on(site, "680dba", making.PASSWORD, origin=HOME)
    for _ in range(lockout.LOCKED_AFTER):
        assert code_of(lambda: accounts.begin(site, "680dba", WRONG, origin=HOME)) == "logon-wrong"
        clock.forward(minutes=15)
    assert code_of(lambda: accounts.begin(site, "680dba", making.PASSWORD, origin=HOME)) == "logon-locked"
    assert accounts.begin(site, "680dba", making.PASSWORD, origin=ELSEWHERE)
    with site.store.connection():
        assert lockout.is_locked(site, "680dba")
    assert site.store.write(lambda: lockout.unlock(site, "680dba")) is True
    with site.store.connection():
        assert not lockout.is_locked(site, "680dba")
    assert accounts.begin(site, "680dba", making.PASSWORD, origin=HOME)


@pytest.mark.requirement("R-LOG-6")
def test_a_place_is_known_to_its_own_account_and_for_ninety_days(site, clock):
    accounts.log_on(site, "680user", making.PASSWORD, origin=HOME)
    lock(site, clock)
    assert code_of(lambda: accounts.begin(site, "680dba", making.PASSWORD, origin=HOME)) == "logon-locked"
    site.store.write(lambda: lockout.unlock(site, "680dba"))
    accounts.log_on(site, "680dba", making.PASSWORD, origin=HOME)
    clock.forward(days=90)
    lock(site, clock)
    assert code_of(lambda: accounts.begin(site, "680dba", making.PASSWORD, origin=HOME)) == "logon-locked"


@pytest.mark.requirement("R-LOG-6")
def test_no_name_that_is_typed_counts_as_another_names_place(site, clock):
    accounts.log_on(site, "680dba", making.PASSWORD, origin=HOME)
    for _ in range(lockout.FREE_TRIES):
        assert code_of(lambda: accounts.begin(site, "680dba", WRONG, origin=HOME)) == "logon-wrong"
    with site.store.connection():
        (key,) = [row.key for row in LogonFailure.select() if row.key.endswith("680dba")]
    kept = key.removeprefix("user")
    for typed in (kept, kept.strip(), f"-{kept}", key):
        assert code_of(lambda typed=typed: accounts.begin(site, typed[:40], WRONG)) == "logon-wrong"
    with site.store.connection():
        assert LogonFailure.get(LogonFailure.key == key).failures == lockout.FREE_TRIES


@pytest.mark.requirement("R-LOG-6")
def test_a_colleagues_script_with_an_old_password_keeps_no_office_waiting(site, clock):
    accounts.log_on(site, "680dba", making.PASSWORD, origin=HOME)
    for number in range(lockout.FREE_TRIES * 10):
        with contextlib.suppress(NotLoggedOn):
            accounts.begin(site, f"name{number}", WRONG, origin=HOME)
    assert code_of(lambda: accounts.begin(site, "680user", making.PASSWORD, origin=HOME)) == "logon-wait"
    assert accounts.begin(site, "680dba", making.PASSWORD, origin=HOME)


@pytest.mark.requirement("R-LOG-6")
def test_a_wait_ends_although_the_clock_was_set_back(site, clock):
    lock(site, clock)
    clock.forward(days=-30)
    assert code_of(lambda: accounts.begin(site, "680dba", making.PASSWORD)) == "logon-locked"
    clock.forward(hours=1)
    assert accounts.begin(site, "680dba", making.PASSWORD)


@pytest.mark.requirement("R-LOG-6")
def test_guesses_at_the_old_password_are_counted_as_those_at_logging_on(site, on):
    actor = on("dba", "680")
    for _ in range(lockout.FREE_TRIES):
        assert code_of(lambda: passwords.change_password(actor, site, WRONG, NEW, NEW)) == "password-wrong"
    with pytest.raises(Refused, match="logon-wait"):
        passwords.change_password(actor, site, making.PASSWORD, NEW, NEW)
    assert code_of(lambda: accounts.begin(site, "680dba", making.PASSWORD)) == "logon-wait"


@pytest.mark.requirement("R-LOG-6")
def test_logging_on_resets_a_names_failures(site):
    for _ in range(3):
        for _ in range(lockout.FREE_TRIES - 1):
            assert code_of(lambda: accounts.begin(site, "680dba", WRONG)) == "logon-wrong"
        making.logged_on(site, "dba", "680")


@pytest.mark.requirement("R-LOG-6")
def test_an_origin_that_tries_many_names_waits_and_a_success_does_not_open_it(site, clock):
    free = lockout.FREE_TRIES * 10
    for number in range(free):
        assert (
            code_of(lambda n=number: accounts.begin(site, f"name{n}", WRONG, origin="10.0.0.1"))
            == "logon-wrong"
        )
        if number % 10 == 0:
            accounts.log_on(site, "wg", making.PASSWORD, origin="10.0.0.1")
    with pytest.raises(NotLoggedOn, match="logon-wait"):
        accounts.begin(site, "another", WRONG, origin="10.0.0.1")
    assert accounts.log_on(site, "680dba", making.PASSWORD, origin="10.0.0.2"), "others are not kept waiting"
    clock.forward(days=1)
    for _ in range(3):
        assert code_of(lambda: accounts.begin(site, "later", WRONG, origin="10.0.0.1")) == "logon-wrong"


@pytest.mark.requirement("R-LOG-6")
def test_guesses_made_at_once_all_count(site, monkeypatch):
    checked = []
    real = argon2.PasswordHasher.verify

    def watched(self, digest, typed):
        checked.append(typed)
        return real(self, digest, typed)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", watched)
    start = threading.Barrier(12)

    def guess(number: int) -> str:
        start.wait()
        return code_of(lambda: accounts.begin(site, "680dba", f"guess {number}"))

    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(guess, range(12)))
    assert len(checked) == lockout.FREE_TRIES
    assert sorted(codes) == ["logon-wait"] * 7 + ["logon-wrong"] * 5


@pytest.mark.requirement("R-SYS-3")
def test_failed_and_done_logons_are_audited_in_the_accounts_organisation(site):
    with pytest.raises(NotLoggedOn):
        accounts.begin(site, "680dba", WRONG, origin="10.0.0.1")
    with pytest.raises(NotLoggedOn):
        accounts.begin(site, "nobody", WRONG)
    accounts.log_on(site, "680dba", making.PASSWORD, origin="10.0.0.2")
    assert [(entry.action, entry.subject, entry.outcome) for entry in steps.audited(site, "680")] == [
        ("logon", "10.0.0.1", "logon-wrong"),
        ("logon", "10.0.0.2", "done"),
    ]
    assert [(entry.username, entry.outcome) for entry in steps.audited(site, "WG")] == [
        ("nobody", "logon-wrong")
    ]


@pytest.mark.requirement("R-LOG-6")
def test_a_session_ended_by_others_is_noticed_at_the_next_act(site, on):
    actor, other = on("dba", "680"), on("user", "680")
    assert site.store.write(lambda: sessions.end_sessions(site, actor.user, "deleted")) == 1
    with pytest.raises(NotLoggedOn) as caught:
        access.require(actor, site, "account")
    assert (caught.value.code, caught.value.params["reason"]) == ("session-ended", "deleted")
    access.require(other, site, "account")


@pytest.mark.requirement("R-LOG-6")
def test_an_actor_that_no_logon_made_can_do_nothing(site, on):
    actor = on("dba", "680")
    for made_up in ("", "0" * 32):
        with pytest.raises(NotLoggedOn):
            access.require(replace(actor, session=made_up), site, "account")


@pytest.mark.requirement("R-LOG-6")
@pytest.mark.parametrize("taken_away", [{"active": False}, {"deleted_at": making.NOW}])
def test_an_account_taken_away_between_the_steps_does_not_get_in(site, taken_away):
    logon = accounts.begin(site, "680dba", making.PASSWORD)
    change_user(site, **taken_away)
    assert code_of(lambda: accounts.finish(site, logon)) == "session-ended"
    with site.store.connection():
        assert Session.select().count() == 0


@pytest.mark.requirement("R-LOG-5")
def test_logging_off_twice_is_logging_off_once(site, on):
    actor = on("dba", "680")
    sessions.log_off(actor, site)
    sessions.log_off(actor, site, "hang-up")
    with pytest.raises(NotLoggedOn) as caught:
        access.require_live(actor, site)
    assert caught.value.params["reason"] == "logoff"
    offs = [entry.outcome for entry in steps.audited(site, "680") if entry.action == "logoff"]
    assert offs == ["logoff"]


@pytest.mark.requirement("R-LOG-6")
def test_the_logon_before_this_one_is_told(site, clock):
    first = accounts.log_on(site, "680dba", making.PASSWORD, origin="10.0.0.1")
    assert sessions.last_logon(first, site) is None
    began = clock()
    clock.forward(hours=5)
    second = accounts.log_on(site, "680dba", making.PASSWORD, origin="10.0.0.2")
    assert sessions.last_logon(second, site) == sessions.LastLogon(began, "10.0.0.1")


@pytest.mark.requirement("R-LOG-6")
def test_a_new_password_ends_the_other_sessions_and_not_ones_own(site, on):
    elsewhere, here, colleague = on("dba", "680"), on("dba", "680"), on("user", "680")
    passwords.change_password(here, site, making.PASSWORD, NEW, NEW)
    access.require_live(here, site)
    access.require_live(colleague, site)
    with pytest.raises(NotLoggedOn) as caught:
        access.require_live(elsewhere, site)
    assert caught.value.params["reason"] == "password-changed"
    assert code_of(lambda: accounts.begin(site, "680dba", making.PASSWORD)) == "logon-wrong"
    assert accounts.log_on(site, "680dba", NEW)


@pytest.mark.requirement("R-LOG-6")
def test_a_new_password_needs_the_old_one(site, on):
    actor = on("dba", "680")
    with pytest.raises(Refused, match="password-wrong"):
        passwords.change_password(actor, site, WRONG, NEW, NEW)
    assert steps.last_entry(site, "680") == ("password", "680dba", "password-wrong")
    with pytest.raises(Refused, match="password-same"):
        passwords.change_password(actor, site, making.PASSWORD, making.PASSWORD, making.PASSWORD)
    assert accounts.log_on(site, "680dba", making.PASSWORD)


@pytest.mark.requirement("R-LOG-6")
def test_of_two_password_changes_at_once_one_holds_and_the_other_is_told(site, on):
    actor = on("dba", "680")
    start = threading.Barrier(2)

    def change(new: str) -> str:
        start.wait()
        try:
            passwords.change_password(actor, site, making.PASSWORD, new, new)
        except S2SError as error:
            return error.code
        return new

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(change, (NEW, NEW + " more")))
    (held,) = [new for new in done if new.startswith(NEW)]
    assert accounts.log_on(site, "680dba", held)
    assert set(done) - {held} <= {"password-moved", "password-wrong"}


@pytest.mark.requirement("R-SYS-5")
def test_the_language_of_ones_own_choice_is_kept_and_audited(site, on):
    actor = on("school", "6804012")
    accounts.set_language(actor, site, "cy")
    assert accounts.begin(site, "s6804012", making.PASSWORD).language == "cy"
    assert steps.last_entry(site, "6804012") == ("language", "cy", "done")
    with pytest.raises(WrongUse, match="language-unknown"):
        accounts.set_language(actor, site, "fr")


def test_passwords_are_kept_as_argon2id_only(site):
    with site.store.connection():
        kept = [user.password for user in User.select()]
    assert all(digest.startswith("$argon2id$") for digest in kept)
    assert Role.SYSTEM not in {Role(user.role) for user in steps_users(site)}


def steps_users(site):
    with site.store.connection():
        return list(User.select())


@pytest.mark.requirement("R-LOG-6")
def test_the_last_five_passwords_are_not_taken_again(site, on):
    actor = on("dba", "680")
    owls = [f"{word} calm owls at night" for word in ("four", "nine", "many", "some", "odd")]
    for old, new in zip([making.PASSWORD, *owls], owls, strict=False):
        passwords.change_password(actor, site, old, new, new)
    for used in owls[:-1]:
        with pytest.raises(Refused, match="password-used"):
            passwords.change_password(actor, site, owls[-1], used, used)
    with pytest.raises(Refused, match="password-same"):
        passwords.change_password(actor, site, owls[-1], owls[-1], owls[-1])
    with site.store.connection():
        assert PastPassword.select().count() == passwords.NOT_AGAIN - 1
    passwords.change_password(actor, site, owls[-1], making.PASSWORD, making.PASSWORD)


@pytest.mark.requirement("R-LOG-2")
def test_after_a_reset_the_password_before_it_does_not_come_back_either(lite):
    done = user_passwords.reset(making.logged_on(lite, "dba", "680"), lite, "680user")
    logon = accounts.begin(lite, "680user", done.password)
    with pytest.raises(Refused, match="password-used"):
        accounts.set_first_password(lite, logon, making.PASSWORD, making.PASSWORD)
    assert accounts.set_first_password(lite, logon, NEW, NEW).owed == ()


@pytest.mark.requirement("R-LOG-6")
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"role": "plasc"}, "role"),
        ({"organisation": "681"}, "organisation"),
        ({"active": False}, "deactivated"),
        ({"deleted_at": making.NOW}, "deleted"),
    ],
)
def test_an_account_that_is_another_than_at_logging_on_can_do_nothing(site, on, fields, reason):
    actor = on("dba", "680")
    change_user(site, **fields)
    with pytest.raises(NotLoggedOn) as caught:
        access.require(actor, site, "account")
    assert caught.value.params["reason"] == reason


@pytest.mark.requirement("R-LOG-6")
def test_who_comes_back_to_a_covered_screen_proves_it_again_and_wrong_tries_count(site, on):
    actor = on("dba", "680")
    sessions.prove_again(actor, site, making.PASSWORD)
    assert steps.last_entry(site, "680") == ("unlock", "680dba", "done")
    for _ in range(lockout.FREE_TRIES):
        assert code_of(lambda: sessions.prove_again(actor, site, WRONG)) == "unlock-wrong"
    assert code_of(lambda: sessions.prove_again(actor, site, making.PASSWORD)) == "logon-wait"
    for _ in range(lockout.LOCKED_AFTER - lockout.FREE_TRIES):
        site.clock.forward(minutes=15)
        assert code_of(lambda: sessions.prove_again(actor, site, WRONG)) == "unlock-wrong"
    assert code_of(lambda: sessions.prove_again(actor, site, making.PASSWORD)) == "session-ended"
    with pytest.raises(NotLoggedOn):
        access.require_live(actor, site)
