"""Logging on by halves: whoever stops before the last step gains nothing by it."""

import subprocess
import sys
from datetime import timedelta

import making
import pytest

from s2s_tui.base.errors import NotLoggedOn, Refused
from s2s_tui.services import accounts, hashing, passwords, sessions
from s2s_tui.store.models import Session, User

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
