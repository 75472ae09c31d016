"""The end of sessions, the one before, and coming back to a locked screen (R-LOG-5, R-LOG-6)."""

from dataclasses import replace

import making
import pytest
from watching import audited

from s2s_tui.base.errors import NotLoggedOn, Refused
from s2s_tui.services import access, hashing, sessions, transfers
from s2s_tui.store.models import LogonFailure, Session, User


@pytest.mark.requirement("R-LOG-5")
def test_a_session_ends_once_and_says_why(site, on):
    user = on("user", "680")
    sessions.log_off(user, site, "idle")
    sessions.log_off(user, site)
    assert audited(site, "logoff") == [("680user", "", "idle")]
    with pytest.raises(NotLoggedOn) as told:
        access.require_live(user, site)
    assert told.value.params["reason"] == "idle"
    with pytest.raises(NotLoggedOn) as told:
        access.require_live(replace(user, session="none"), site)
    assert told.value.params["reason"] == ""


@pytest.mark.requirement("R-USR-2")
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"deleted_at": making.NOW, "active": False}, "deleted"),
        ({"active": False}, "deactivated"),
        ({"role": "plasc"}, "role"),
        ({"organisation": "681"}, "organisation"),
    ],
)
def test_a_session_of_an_account_that_was_changed_is_over_even_where_nobody_ended_it(
    site, on, changed, reason
):
    user = on("user", "680")
    access.require_live(user, site)
    site.store.write(lambda: User.update(**changed).where(User.username == "680user").execute())
    with pytest.raises(NotLoggedOn) as told:
        access.require_live(user, site)
    assert told.value.params["reason"] == reason


@pytest.mark.requirement("R-LOG-6")
def test_all_sessions_of_a_user_end_but_one(site, on):
    one, two, other = on("user", "680"), on("user", "680"), on("dba", "680")
    assert site.store.write(lambda: sessions.end_sessions(site, "680user", "reset", but=two.session)) == 1
    with site.store.connection():
        ended = {row.id: row.end_reason for row in Session.select().where(Session.ended_at.is_null(False))}
    assert ended == {one.session: "reset"}
    access.require_live(two, site)
    access.require_live(other, site)


@pytest.mark.requirement("R-LOG-6")
def test_the_logon_before_is_told_but_not_this_one(site, on, clock):
    first = on("user", "680")
    assert sessions.last_logon(first, site) is None
    clock.forward(hours=2)
    on("dba", "680")
    second = on("user", "680")
    told = sessions.last_logon(second, site)
    assert told is not None
    assert told.at == making.NOW


@pytest.mark.requirement("R-LOG-6")
def test_a_locked_screen_opens_to_the_password_and_wrong_ones_count(site, on, clock):
    user = on("user", "680")
    sessions.prove_again(user, site, making.PASSWORD)
    with pytest.raises(Refused, match="unlock-wrong"):
        sessions.prove_again(user, site, "wrong")
    with site.store.connection():
        assert [row.failures for row in LogonFailure.select()] == [1]
    sessions.prove_again(user, site, making.PASSWORD)
    with site.store.connection():
        assert LogonFailure.select().count() == 0
    assert audited(site, "unlock") == [
        ("680user", "680user", "done"),
        ("680user", "680user", "unlock-wrong"),
        ("680user", "680user", "done"),
    ]


@pytest.mark.requirement("R-LOG-6")
def test_a_locked_screen_opens_to_the_password_of_its_own_account_only(lite):
    user = making.logged_on(lite, "user", "680")
    digest = hashing.hashed(lite.settings, "seven green bottles")
    lite.store.write(User.update(password=digest).where(User.username == user.user).execute)
    with pytest.raises(Refused, match="unlock-wrong"):
        sessions.prove_again(user, lite, making.PASSWORD)
    sessions.prove_again(user, lite, "seven green bottles")


@pytest.mark.requirement("R-LOG-6")
def test_who_is_no_longer_logged_on_is_not_even_told_that_there_is_no_such_file(lite):
    user = making.logged_on(lite, "user", "680")
    sessions.log_off(user, lite)
    with pytest.raises(NotLoggedOn, match="session-ended"):
        transfers.reach(user, lite, 987654, "download")


@pytest.mark.requirement("R-LOG-6")
def test_after_far_too_many_wrong_tries_at_a_locked_screen_the_session_is_over(lite, clock):
    user = making.logged_on(lite, "user", "680")
    said, ended = set(), None
    while ended is None:
        try:
            sessions.prove_again(user, lite, "wrong")
        except Refused as error:
            said.add(error.code)
            clock.forward(seconds=float(str(error.params.get("seconds", 0))))
        except NotLoggedOn as error:
            ended = error
    assert said == {"unlock-wrong", "logon-wait"}
    assert ended is not None
    assert (ended.code, ended.params["reason"]) == ("session-ended", "locked")
    with pytest.raises(NotLoggedOn):
        access.require_live(user, lite)
    # The right password comes too late.
    with pytest.raises(NotLoggedOn):
        sessions.prove_again(user, lite, making.PASSWORD)
