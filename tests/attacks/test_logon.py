"""Logging on by halves: whoever stops before the last step gains nothing by it."""

import subprocess
import sys
from datetime import timedelta

import making
import pyotp
import pytest
from watching import at_once, errors

from s2s_tui.base.errors import NotLoggedOn, Refused
from s2s_tui.services import (
    accounts,
    drafts,
    hashing,
    lockout,
    passwords,
    school_changes,
    second_factor,
    sessions,
    user_changes,
)
from s2s_tui.services.drafts import Draft
from s2s_tui.services.reports import saved
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.store.models import Authority, LogonFailure, Session, User

NEW = "four very quiet words"


def _changed(site, **fields):
    site.store.write(lambda: User.update(**fields).where(User.username == "680user").execute())


def _reset(site, password=NEW):
    """As a DBA does it."""
    until = making.NOW + timedelta(days=14)
    _changed(site, password=hashing.hashed(site.settings, password), temporary_until=until)
    site.store.write(lambda: sessions.end_sessions(site, "680user", "reset"))


def _sessions(site):
    with site.store.connection():
        return Session.select().where(Session.ended_at.is_null()).count()


@pytest.mark.requirement("R-LOG-2")
def test_who_knew_the_old_temporary_password_does_not_get_past_a_reset(site):
    """They wait at "choose a new password" while the DBA, warned, resets the account."""
    _reset(site, "the first temporary")
    waiting = accounts.begin(site, "680user", "the first temporary")
    _reset(site)
    with pytest.raises(NotLoggedOn, match="session-ended"):
        accounts.set_first_password(site, waiting, "chosen by the thief", "chosen by the thief")
    rightful = accounts.begin(site, "680user", NEW)
    assert rightful.owed == (accounts.NEW_PASSWORD,)
    accounts.finish(site, accounts.set_first_password(site, rightful, "quiet as a mouse", "quiet as a mouse"))
    assert _sessions(site) == 1


@pytest.mark.requirement("R-LOG-6")
@pytest.mark.parametrize(
    "change",
    [
        lambda site: _reset(site),
        lambda site: _changed(site, role="dba"),
        lambda site: _changed(site, organisation="681"),
        lambda site: _changed(site, active=False),
        lambda site: _changed(site, deleted_at=making.NOW),
    ],
    ids=["reset", "role", "organisation", "inactive", "deleted"],
)
def test_a_logon_from_before_a_change_of_the_account_opens_no_session(site, change):
    logon = accounts.begin(site, "680user", making.PASSWORD)
    change(site)
    with pytest.raises(NotLoggedOn, match="session-ended"):
        accounts.finish(site, logon)
    assert _sessions(site) == 0


def test_a_logon_whose_hash_was_brought_up_to_date_goes_on(site):
    old = hashing.argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(making.PASSWORD)
    _changed(site, password=old)
    accounts.finish(site, accounts.begin(site, "680user", making.PASSWORD))
    assert _sessions(site) == 1


def test_a_first_password_is_set_once(site):
    _reset(site)
    logon = accounts.begin(site, "680user", NEW)
    accounts.set_first_password(site, logon, "quiet as a mouse", "quiet as a mouse")
    with pytest.raises(NotLoggedOn, match="session-ended"):
        accounts.set_first_password(site, logon, "loud as a lion is", "loud as a lion is")


@pytest.mark.requirement("R-LOG-1")
def test_nothing_shows_what_is_kept_of_a_password(lite):
    logon = accounts.begin(lite, "680user", making.PASSWORD)
    assert logon.proved.startswith("$argon2id$")
    assert "argon2" not in repr(logon)
    assert lite.key.hex() not in repr(lite)
    assert repr(lite.key) not in repr(lite)


def test_a_wrong_old_password_is_refused_and_changes_nothing(lite):
    actor = making.logged_on(lite, "user", "680")
    with pytest.raises(Refused, match="password-wrong"):
        passwords.change_password(actor, lite, "guess", NEW, NEW)
    accounts.log_on(lite, "680user", making.PASSWORD)


@pytest.mark.parametrize("option", ["--password=x", "--password", "-p"])
def test_a_password_can_not_be_given_where_a_list_of_processes_shows_it(option):
    command = [sys.executable, "-m", "s2s_tui", option, "x", "files"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


@pytest.mark.requirement("R-SCH-2")
def test_a_logon_under_a_name_that_an_account_no_longer_has_leads_nowhere(site, on):
    """The school is renamed while its holder stands between two steps."""
    waiting = accounts.begin(site, "s6804012", making.PASSWORD)
    school_changes.update(on("dba", "680"), site, "6804012", {"username": "glanyrafon"})
    steps = (
        lambda: accounts.finish(site, waiting),
        lambda: second_factor.check(site, waiting, "123456"),
        lambda: second_factor.remember(site, waiting),
        lambda: second_factor.recall(site, waiting, "x"),
    )
    for step in steps:
        with pytest.raises(NotLoggedOn, match="session-ended"):
            step()
    accounts.log_on(site, "glanyrafon", making.PASSWORD)


@pytest.mark.requirement("R-SCH-2")
def test_nobody_is_given_a_schools_former_username_and_what_is_kept_by_it_goes_along(site, on):
    """Drafts of messages may name a child; they are kept by username."""
    school = on("school", "6804012")
    drafts.save(school, site, Draft(subject="Enquiry", text="Siân Llwyd, 19.08.2016"))
    saved.save(school, site, "mine", "school", Wanted())
    school_changes.update(on("dba", "680"), site, "6804012", {"username": "glanyrafon"})
    with pytest.raises(Refused, match="username-used"):
        school_changes.update(on("dba", "681"), site, "6814053", {"username": "s6804012"})
    own = accounts.log_on(site, "glanyrafon", making.PASSWORD)
    assert [len(drafts.drafts(own, site)), len(saved.listed(own, site))] == [1, 1]


def _with_factor(site):
    """An account with a second factor; its app, and its recovery codes."""
    site.store.write(lambda: Authority.update(second_factor=True).where(Authority.code == "680").execute())
    logon = accounts.begin(site, "680user", making.PASSWORD)
    app = pyotp.TOTP(second_factor.enrol(site, logon).secret.replace(" ", ""))
    _done, recovery = second_factor.prove(site, logon, app.at(site.clock()))
    site.clock.forward(minutes=5)
    return app, recovery


@pytest.mark.requirement("R-LOG-7")
@pytest.mark.parametrize("which", ["app", "recovery"])
def test_a_code_that_is_given_by_several_at_once_lets_one_in(site, which):
    app, recovery = _with_factor(site)
    code = app.at(site.clock()) if which == "app" else recovery[0]
    waiting = [accounts.begin(site, "680user", making.PASSWORD) for _ in range(4)]
    done = at_once(site, *(lambda one=one: second_factor.check(site, one, code) for one in waiting))
    assert errors(done) == ["code-wrong"] * 3
    assert [logon.owed for logon in done if not isinstance(logon, NotLoggedOn)] == [()]


@pytest.mark.requirement("R-LOG-6")
def test_guesses_that_come_all_at_once_are_each_counted(site):
    """Twenty processes must not get twenty times the free tries."""
    tries = at_once(
        site,
        *(lambda n=n: accounts.begin(site, "680user", f"guess {n}") for n in range(lockout.FREE_TRIES + 9)),
    )
    assert errors(tries) == ["logon-wait"] * 9 + ["logon-wrong"] * lockout.FREE_TRIES
    with site.store.connection():
        assert LogonFailure.get(LogonFailure.key == "user 680user").failures == lockout.FREE_TRIES


@pytest.mark.requirement("R-LOG-6")
def test_who_logs_on_while_the_account_is_ended_has_no_session_left(site, on):
    """Deleted, closed or renamed in the same moment: whichever is first, nobody stays on."""
    dba = on("dba", "680")
    ends = {
        "680user": lambda: user_changes.delete(dba, site, "680user"),
        "680plasc": lambda: user_changes.set_role(dba, site, "680plasc", "user"),
        "s6804012": lambda: school_changes.set_active(dba, site, "6804012", False),
        "s6804031": lambda: school_changes.update(dba, site, "6804031", {"username": "woolos"}),
    }
    for name, end in ends.items():
        logon = accounts.begin(site, name, making.PASSWORD)
        _ended, actor = at_once(site, end, lambda logon=logon: accounts.finish(site, logon))
        if isinstance(actor, NotLoggedOn):
            continue
        with pytest.raises(NotLoggedOn, match="session-ended"):
            accounts.set_language(actor, site, "cy")


@pytest.mark.requirement("R-LOG-6")
def test_a_clock_that_is_set_back_makes_nobody_wait(lite):
    """Nor does another machine's that is a little ahead: a slip, or a colleague's, was then yet to come."""
    for guess in range(lockout.FREE_TRIES - 1):
        with pytest.raises(NotLoggedOn, match="logon-wrong"):
            accounts.begin(lite, "680user", f"guess {guess}", origin="192.0.2.1")
    lite.clock.forward(days=-30)
    accounts.begin(lite, "680user", making.PASSWORD, origin="192.0.2.1")
    lite.clock.forward(days=30)
    for guess in range(lockout.FREE_TRIES):
        with pytest.raises(NotLoggedOn, match="logon-wrong"):
            accounts.begin(lite, "680user", f"guess {guess}")
    lite.clock.forward(days=-30)
    with pytest.raises(NotLoggedOn, match="logon-wait") as caught:
        accounts.begin(lite, "680user", making.PASSWORD)
    assert caught.value.params["seconds"] <= lockout.FIRST_WAIT.total_seconds() + 1
