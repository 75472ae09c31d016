"""Setting up and changing accounts, and looking at them (R-USR)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import making
import pytest
import steps
from hostile import HOSTILE

from s2s_tui.base.errors import NotAllowed, NotFound, NotLoggedOn, Refused, S2SError, WrongUse
from s2s_tui.rules.roles import ROLES, WALES, Role
from s2s_tui.services import access, accounts, home, lockout, sessions, user_changes, user_passwords, users
from s2s_tui.services.user_changes import NewUser
from s2s_tui.services.wording import say
from s2s_tui.store.models import Establishment, Session, User
from s2s_tui.store.statements import insert

EMAIL = "bethan.jones@newport.gov.uk"
INJECTIONS = [
    *HOSTILE,
    "'; DROP TABLE user; --",
    "' OR '1'='1",
    '"><script>alert(1)</script>',
    "[@click=app.quit]x[/]",
    "x" * 10_000,
    "a\0b",
    "👩‍👩‍👧 Siân",
    "\u202eזהו\u202c",
    "%s %(x)s {0} {braces}",
]


def new(username="680bethan", role="user", organisation="680", **more) -> NewUser:
    return NewUser(username=username, role=role, organisation=organisation, **({"email": EMAIL} | more))


def code_of(act) -> str:
    try:
        act()
    except S2SError as error:
        return error.code if say(error) != error.code else f"{error.code} has no sentence"
    return ""


def kept(site, username):
    with site.store.connection():
        return User.get(User.username == username)


def open_sessions(site, username):
    with site.store.connection():
        query = Session.select().join(User).where(User.username == username)
        return query.where(Session.ended_at.is_null()).count()


def a_school(site, number="6805555", **fields):
    row = {
        "number": number,
        "authority": number[:3],
        "name": "Ysgol Newydd",
        "email": "office@newydd.example",
    }
    site.store.write(lambda: insert(Establishment, [row | fields]))
    return number


# Adding


@pytest.mark.requirement("R-USR-1")
def test_a_dba_adds_a_user_who_logs_on_with_the_temporary_password_and_owes_another(site, on):
    dba = on("dba", "680")
    done = user_changes.add(dba, site, new(contact="Bethan Jones", phone="01633 656656"))
    account = done.account
    assert (account.username, account.role, account.organisation) == ("680bethan", "user", "680")
    assert (account.contact, account.email, account.phone) == ("Bethan Jones", EMAIL, "01633 656656")
    assert (account.password, account.temporary_until) == ("temporary", site.clock() + timedelta(days=14))
    assert account.created_at == site.clock()
    assert steps.last_entry(site, "680") == ("user-add", "680bethan", "done")
    logon = accounts.begin(site, "680bethan", done.password)
    assert logon.owed
    assert done.password not in repr(done)
    assert all(done.password not in row for rows in steps.everything(site).values() for row in rows)


@pytest.mark.requirement("R-USR-1")
def test_a_typed_password_is_typed_twice_and_must_be_good(site, on):
    dba = on("dba", "680")
    for password, again, code in (
        ("seven green bottles", "seven green bottle", "password-differs"),
        ("short", "short", "password-short"),
        ("password1234", "password1234", "password-plain"),
        ("BethanJones1", "BethanJones1", "password-plain"),
        ("680bethan here", "680bethan here", "password-name"),
    ):
        typed = {"password": password, "again": again}
        person = new(contact="Bethan Jones")
        assert code_of(lambda p=person, t=typed: user_changes.add(dba, site, p, **t)) == code
    done = user_changes.add(dba, site, new(), password="seven green bottles", again="seven green bottles")
    assert done.password == "seven green bottles"
    assert accounts.begin(site, "680bethan", "seven green bottles").owed


@pytest.mark.requirement("R-USR-1")
@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"username": ""}, "username-missing", "username"),
        ({"username": "b.jones"}, "username-form", "username"),
        ({"username": "x" * 41}, "username-long", "username"),
        ({"username": "680user"}, "username-taken", "username"),
        ({"username": "680USER"}, "username-taken", "username"),
        ({"username": "681user"}, "username-taken", "username"),
        ({"email": ""}, "email-missing", "email"),
        ({"email": "bethan"}, "email-form", "email"),
        ({"email": "bethan@gmail.com"}, "email-personal", "email"),
        ({"contact": "x" * 101}, "text-long", "contact"),
        ({"contact": "a\0b"}, "text-unseen", "contact"),
        ({"phone": "ring me"}, "phone-form", "phone"),
        ({"role": "la-school"}, "la-school-taken", "role"),
        ({"role": "school"}, "role-school", "role"),
        ({"role": "nothing"}, "role-unknown", None),
        ({"role": "system"}, "role-unknown", None),
        ({"role": "wg"}, "role-unknown", None),
        ({"role": "dba"}, "dbas-only", None),
        ({"organisation": ""}, "organisation-missing", "organisation"),
        ({"organisation": "681"}, "authority-unknown", None),
        ({"organisation": "6814053", "role": "school"}, "school-unknown", None),
        ({"organisation": "6809999", "role": "school"}, "school-unknown", None),
        ({"organisation": "680LLLL", "role": "school"}, "school-unknown", None),
        ({"organisation": "6804012", "role": "school"}, "school-account", "organisation"),
        ({"organisation": "6804012", "role": "user"}, "role-school", "role"),
    ],
)
def test_what_can_not_be_added_is_refused_with_a_word_and_nothing_is_kept(lite, fields, code, field):
    dba = making.logged_on(lite, "dba", "680")
    with lite.store.connection():
        before = User.select().count()
    with pytest.raises(S2SError) as caught:
        user_changes.add(dba, lite, new(**fields))
    assert caught.value.code == code
    assert say(caught.value) != code
    assert caught.value.params.get("field") == field
    assert steps.audited(lite, "680")[-1].outcome in (code, "not-found")
    with lite.store.connection():
        assert User.select().count() == before


@pytest.mark.requirement("R-USR-1")
def test_a_schools_account_is_made_for_a_school_that_has_none(site, on):
    dba = on("dba", "680")
    number = a_school(site)
    done = user_changes.add(dba, site, new("s6805555", "school", number, email=""), tell=("password",))
    assert (done.account.role, done.account.organisation_name) == ("school", "Ysgol Newydd")
    assert done.told == ("office@newydd.example",)
    again = new("another", "school", number)
    assert code_of(lambda: user_changes.add(dba, site, again)) == "school-account"
    a_school(site, "6805556", email="")
    nowhere = new("s6805556", "school", "6805556", email="")
    assert code_of(lambda: user_changes.add(dba, site, nowhere)) == "email-missing"
    a_school(site, "6805557", closed=making.past(3))
    closed = new("s6805557", "school", "6805557")
    assert code_of(lambda: user_changes.add(dba, site, closed)) == "school-closed"


@pytest.mark.requirement("R-USR-1")
def test_the_roles_to_choose_from_leave_out_what_can_not_be_given(site, on):
    dba = on("dba", "680")
    given = users.roles_for(dba, site)
    assert not {Role.WG, Role.DBA, Role.SCHOOL, Role.SYSTEM, Role.LA_SCHOOL} & set(given)
    assert len(given) == 6
    user_changes.delete(dba, site, "680laschool")
    assert Role.LA_SCHOOL in users.roles_for(dba, site)
    assert users.roles_for(dba, site, "6804012") == (Role.SCHOOL,)
    assert users.roles_for(on("wg", WALES), site) == (Role.DBA,)


@pytest.mark.requirement("R-USR-1")
def test_the_username_of_one_who_is_gone_is_not_used_again(site, on):
    dba = on("dba", "680")
    user_changes.delete(dba, site, "680plasc")
    assert code_of(lambda: user_changes.add(dba, site, new("680plasc"))) == "username-used"


@pytest.mark.requirement("R-USR-5")
def test_of_two_at_once_one_makes_the_la_school_account(site, on):
    dba, other = on("dba", "680"), on("dba", "680")
    user_changes.delete(dba, site, "680laschool")
    start = threading.Barrier(2)

    def make(actor, name) -> str:
        start.wait()
        return code_of(lambda: user_changes.add(actor, site, new(name, "la-school")))

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(make, (dba, other), ("680one", "680two")))
    assert said == ["", "la-school-taken"]


# Changing


@pytest.mark.requirement("R-USR-2")
def test_contact_address_and_telephone_may_be_corrected_each_by_itself(site, on, clock):
    dba = on("dba", "680")
    user_changes.update(dba, site, "680user", contact="  Siân   Prŷs ")
    clock.forward(minutes=1)
    done = user_changes.update(dba, site, "680user", email=" S.Prys@Newport.GOV.uk", phone="01633 1")
    account = done.account
    assert (account.contact, account.email, account.phone) == (
        "Siân Prŷs",
        "S.Prys@newport.gov.uk",
        "01633 1",
    )
    assert (account.changed_by, account.changed_at) == ("680dba", clock())
    entry = steps.audited(site, "680")[-1]
    assert (entry.action, entry.subject) == ("user-update", "680user")
    assert '"fields": ["email", "phone"]' in entry.details
    assert "Prys" not in entry.details
    count = len(steps.audited(site, "680"))
    assert user_changes.update(dba, site, "680user", phone="01633 1").account == account
    assert len(steps.audited(site, "680")) == count, "nothing was changed"
    for field, value, code in (
        ("email", "", "email-missing"),
        ("email", "x@yahoo.co.uk", "email-personal"),
        ("phone", "x" * 300, "phone-form"),
        ("contact", "\x1b[2J", "text-unseen"),
    ):
        assert code_of(lambda f=field, v=value: user_changes.update(dba, site, "680user", **{f: v})) == code


@pytest.mark.requirement("R-USR-2")
def test_another_role_ends_the_sessions_and_the_next_logon_has_it(site, on):
    dba, user = on("dba", "680"), on("user", "680")
    done = user_changes.set_role(dba, site, "680user", "lost-pupil")
    assert done.account.role == "lost-pupil"
    with pytest.raises(NotLoggedOn) as caught:
        access.require(user, site, "account")
    assert say(caught.value).startswith("Your role was changed")
    assert open_sessions(site, "680user") == 0
    assert accounts.log_on(site, "680user", making.PASSWORD).role == Role.LOST_PUPIL
    assert '"was": "user"' in steps.audited(site, "680")[-2].details
    for role, code in (
        ("lost-pupil", "role-same"),
        ("dba", "dbas-only"),
        ("wg", "role-unknown"),
        ("school", "role-school"),
        ("la-school", "la-school-taken"),
        ("x\0", "role-unknown"),
    ):
        assert code_of(lambda r=role: user_changes.set_role(dba, site, "680user", r)) == code
    assert code_of(lambda: user_changes.set_role(dba, site, "s6804012", "user")) == "role-school"


@pytest.mark.requirement("R-USR-2")
def test_a_deleted_user_is_out_at_once_and_the_history_stays(site, on):
    dba, user = on("dba", "680"), on("user", "680")
    done = user_changes.delete(dba, site, "680user")
    assert done.account.username == "680user"
    assert open_sessions(site, "680user") == 0
    with pytest.raises(NotLoggedOn, match="session-ended"):
        access.require(user, site, "account")
    with pytest.raises(NotLoggedOn, match="logon-wrong"):
        accounts.begin(site, "680user", making.PASSWORD)
    row = kept(site, "680user")
    assert (row.deleted_at, row.password, row.contact) == (site.clock(), "", row.contact)
    assert any(entry.username == "680user" for entry in steps.audited(site, "680"))
    assert code_of(lambda: users.show(dba, site, "680user")) == "user-unknown"
    assert code_of(lambda: user_changes.delete(dba, site, "680user")) == "user-unknown"


@pytest.mark.requirement("R-USR-2")
def test_a_dba_can_not_delete_demote_or_shut_itself_out(site, on):
    dba = on("dba", "680")
    for act, code in (
        (lambda: user_changes.delete(dba, site, "680dba"), "user-self-delete"),
        (lambda: user_changes.set_role(dba, site, "680dba", "user"), "user-self-role"),
        (lambda: user_changes.set_active(dba, site, "680dba", False), "user-self-off"),
        (lambda: user_passwords.reset(dba, site, "680dba"), "user-self-password"),
    ):
        assert code_of(act) == code
        assert steps.audited(site, "680")[-1].outcome == code
    access.require(dba, site, "account")
    assert user_changes.update(dba, site, "680dba", contact="A. Price").account.contact == "A. Price"


@pytest.mark.requirement("R-USR-2")
def test_an_inactive_account_is_out_until_it_is_active_again(site, on):
    dba, user = on("dba", "680"), on("user", "680")
    assert not user_changes.set_active(dba, site, "680user", False).account.active
    assert open_sessions(site, "680user") == 0
    with pytest.raises(NotLoggedOn, match="session-ended"):
        access.require(user, site, "account")
    with pytest.raises(NotLoggedOn, match="logon-wrong"):
        accounts.begin(site, "680user", making.PASSWORD)
    user_changes.set_active(dba, site, "680user", True)
    assert accounts.log_on(site, "680user", making.PASSWORD)


# Passwords and locks


@pytest.mark.requirement("R-USR-3")
@pytest.mark.parametrize("username", ["680user", "s6804012"])
def test_a_reset_ends_sessions_unlocks_and_owes_a_new_password(site, on, username):
    dba = on("dba", "680")
    theirs = accounts.log_on(site, username, making.PASSWORD)
    for _ in range(lockout.FREE_TRIES):
        assert code_of(lambda: accounts.begin(site, username, "wrong wrong")) == "logon-wrong"
    assert code_of(lambda: accounts.begin(site, username, making.PASSWORD)) == "logon-wait"
    done = user_passwords.reset(dba, site, username)
    with pytest.raises(NotLoggedOn) as caught:
        access.require(theirs, site, "account")
    assert caught.value.params["reason"] == "reset"
    logon = accounts.begin(site, username, done.password)
    assert logon.owed
    assert done.account.temporary_until == site.clock() + timedelta(days=14)
    entries = [(e.action, e.subject, e.outcome) for e in steps.audited(site, "680")]
    assert ("user-password", username, "done") in entries
    assert code_of(lambda: accounts.begin(site, username, making.PASSWORD)) == "logon-wrong"


@pytest.mark.requirement("R-USR-3")
def test_a_typed_reset_must_match(site, on):
    dba = on("dba", "680")
    reset = user_passwords.reset
    assert (
        code_of(lambda: reset(dba, site, "680user", password="seven green bottles", again=""))
        == "password-differs"
    )
    assert code_of(lambda: reset(dba, site, "680user", password="x", again="x")) == "password-short"
    assert accounts.log_on(site, "680user", making.PASSWORD)
    reset(dba, site, "680user", password="seven green bottles", again="seven green bottles")
    assert accounts.begin(site, "680user", "seven green bottles").owed


@pytest.mark.requirement("R-USR-3")
def test_a_locked_account_is_seen_and_unlocked(site, on, clock):
    dba = on("dba", "680")
    for _ in range(lockout.LOCKED_AFTER):
        clock.forward(minutes=16)
        lockout.count_try(site, lockout.NAME, "680user")
    assert users.show(dba, site, "680user").is_locked
    assert code_of(lambda: accounts.begin(site, "680user", making.PASSWORD)) == "logon-locked"
    assert user_passwords.unlock(dba, site, "680user")
    assert not users.show(dba, site, "680user").is_locked
    assert accounts.log_on(site, "680user", making.PASSWORD)
    assert not user_passwords.unlock(dba, site, "680user")


@pytest.mark.requirement("R-USR-2")
def test_what_is_said_of_a_password_is_its_state(site, on, clock):
    dba = on("dba", "680")
    assert users.show(dba, site, "680user").password == "own"
    user_passwords.reset(dba, site, "680user")
    assert users.show(dba, site, "680user").password == "temporary"
    clock.forward(days=15)
    assert users.show(on("dba", "680"), site, "680user").password == "expired"
    site.store.write(lambda: User.update(password="").where(User.username == "680user").execute())
    account = users.show(dba, site, "680user")
    assert (account.password, account.password_at) == ("none", None)
    assert "argon2" not in repr(account)


# Two at once


@pytest.mark.requirement("R-USR-2")
@pytest.mark.parametrize(
    ("first", "what"),
    [
        (lambda dba, site: user_changes.set_role(dba, site, "680user", "plasc"), "role"),
        (
            lambda dba, site: user_changes.update(dba, site, "680user", email=EMAIL, phone="1"),
            "e-mail address, telephone number",
        ),
        (lambda dba, site: user_changes.set_active(dba, site, "680user", False), "active or inactive"),
        (lambda dba, site: user_passwords.reset(dba, site, "680user"), "password"),
    ],
)
def test_the_second_of_two_is_told_what_the_first_changed_and_overwrites_nothing(
    site, on, clock, first, what
):
    one, two = on("dba", "680"), on("dba", "680")
    seen = users.show(two, site, "680user")
    clock.forward(minutes=5)
    first(one, site)
    now = users.show(one, site, "680user")
    clock.forward(minutes=5)
    for second in (
        lambda: user_changes.update(two, site, "680user", contact="Other", seen=seen),
        lambda: user_changes.set_role(two, site, "680user", "admissions", seen=seen),
        lambda: user_changes.delete(two, site, "680user", seen=seen),
        lambda: user_changes.set_active(two, site, "680user", False, seen=seen),
        lambda: user_passwords.reset(two, site, "680user", seen=seen),
    ):
        with pytest.raises(Refused) as caught:
            second()
        assert caught.value.code == "user-changed"
        assert say(caught.value).startswith(f"680dba changed 680user meanwhile (10:35): {what}. ")
    assert users.show(one, site, "680user") == now
    fresh = users.show(two, site, "680user")
    assert user_changes.update(two, site, "680user", contact="Other", seen=fresh).account.contact == "Other"


@pytest.mark.requirement("R-USR-2")
def test_who_changes_one_that_is_gone_hears_who_deleted_it(site, on):
    one, two = on("dba", "680"), on("dba", "680")
    seen = users.show(two, site, "680user")
    user_changes.delete(one, site, "680user")
    with pytest.raises(Refused) as caught:
        user_changes.update(two, site, "680user", contact="Other", seen=seen)
    assert say(caught.value) == "680user was deleted meanwhile: 680dba, 10:30. Nothing was changed."


@pytest.mark.requirement("R-USR-2")
def test_of_two_who_save_at_once_one_holds_and_the_other_is_told(site, on):
    one, two = on("dba", "680"), on("dba", "680")
    seen = users.show(one, site, "680user")
    start = threading.Barrier(2)

    def save(actor, text) -> str:
        start.wait()
        return code_of(lambda: user_changes.update(actor, site, "680user", contact=text, seen=seen))

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(save, (one, two), ("First", "Second")))
    assert sorted(said) == ["", "user-changed"]
    assert users.show(one, site, "680user").contact == ("First", "Second")[said.index("")]


# WG and the DBAs


@pytest.mark.requirement("R-USR-5")
def test_wg_sets_up_the_dba_of_an_authority_that_has_none_and_nobody_else(site, on):
    wg = on("wg", WALES)
    assert code_of(lambda: user_changes.add(wg, site, new("680dba2", "dba"))) == "dba-one"
    made = user_changes.add(wg, site, new("669dba", "dba", "669"))
    assert accounts.begin(site, "669dba", made.password).role == Role.DBA
    for role in ("user", "la-school", "school"):
        assert code_of(lambda r=role: user_changes.add(wg, site, new("x1", r, "669"))) == "dbas-only"
    assert code_of(lambda: user_changes.add(wg, site, new("x1", "dba", "000"))) == "authority-unknown"
    assert code_of(lambda: user_changes.add(wg, site, new("x1", "dba", "6804012"))) == "role-school"
    for act in (
        lambda: user_changes.update(wg, site, "680user", phone="1"),
        lambda: user_changes.set_role(wg, site, "680user", "plasc"),
        lambda: user_changes.delete(wg, site, "680user"),
        lambda: user_changes.set_active(wg, site, "s6804012", False),
        lambda: user_passwords.reset(wg, site, "680user"),
        lambda: user_passwords.unlock(wg, site, "680user"),
        lambda: user_passwords.reset(wg, site, "wg"),
    ):
        with pytest.raises(NotAllowed, match="dbas-only"):
            act()
        assert steps.audited(site, WALES)[-1].outcome == "dbas-only"
    assert user_passwords.reset(wg, site, "680dba").password
    assert user_changes.update(wg, site, "680dba", phone="1").account.phone == "1"
    user_changes.delete(wg, site, "680dba")


@pytest.mark.requirement("R-USR-5")
def test_a_new_dba_takes_the_place_of_the_former_who_is_out_at_once(site, on):
    wg, former = on("wg", WALES), on("dba", "680")
    done = user_changes.add(wg, site, new("680dba2", "dba"), replace=True)
    assert done.replaced == "680dba"
    with pytest.raises(NotLoggedOn):
        access.require(former, site, "account")
    assert not kept(site, "680dba").active
    assert [name.code for name in users.without_dba(wg, site) if name.code == "680"] == []
    assert code_of(lambda: user_changes.set_active(wg, site, "680dba", True)) == "dba-one"
    promoted = user_changes.set_role(wg, site, "680user", "dba", replace=True)
    assert (promoted.account.role, promoted.replaced) == ("dba", "680dba2")
    assert accounts.log_on(site, "680user", making.PASSWORD).role == Role.DBA


@pytest.mark.requirement("R-USR-5")
def test_home_warns_wg_of_authorities_without_an_active_dba(site, on):
    wg = on("wg", WALES)

    def need():
        return next((need for need in home.overview(wg, site).needs if need.what == "no-dba"), None)

    count = need().count
    assert count == 22 - 3
    assert len(users.without_dba(wg, site)) == count
    user_changes.set_active(wg, site, "680dba", False)
    assert need().count == count + 1
    assert "Newport" in [one.name for one in users.without_dba(wg, site)]
    for one in users.without_dba(wg, site):
        user_changes.add(wg, site, new(f"{one.code}new", "dba", one.code))
    assert need() is None
    assert all(need.what != "no-dba" for need in home.overview(on("user", "681"), site).needs)


@pytest.mark.requirement("R-USR-5")
def test_which_authorities_have_no_dba_is_told_to_wg_only(lite):
    for role in ("dba", "dba-view"):
        assert users.without_dba(making.logged_on(lite, role, "680"), lite) == ()


# Looking


@pytest.mark.requirement("R-USR-1")
def test_a_dba_sees_its_authority_and_its_schools_and_nobody_else(site, on):
    for role in ("dba", "dba-view"):
        actor = on(role, "680")
        assert users.lists(actor) == ("authority", "schools")
        own = users.accounts(actor, site)
        assert {account.organisation for account in own.page()} == {"680"}
        assert own.count() == len(own.page()) == 8
        schools = users.accounts(actor, site, "schools")
        assert [account.username for account in schools.page()] == ["s6802310", "s6804012", "s6804031"]
        assert code_of(lambda a=actor: users.accounts(a, site, "dbas")) == "user-list-unknown"
        for hidden in ("681user", "s6814053", "wg", "nobody", "", "x" * 500, "680user\0", "\ud800"):
            with pytest.raises(NotFound) as caught:
                users.show(actor, site, hidden)
            assert caught.value.code == "user-unknown"
    wg = on("wg", WALES)
    assert [users.accounts(wg, site, which).count() for which in users.lists(wg)] == [3, 25, 7]
    assert users.show(wg, site, "s6814053").organisation_name == "Ysgol Bro Glan"


@pytest.mark.requirement("R-USR-1")
def test_the_list_is_sorted_filtered_and_paged_alike(site, on, clock):
    dba = on("dba", "680")
    user_changes.update(dba, site, "680user", contact="Siân Prŷs-Jones")
    user_changes.update(dba, site, "680plasc", contact="Aled Rees")
    for text in ("", "680"):
        listed = users.accounts(dba, site, "authority", text)
        for sort in users.SORTS:
            whole = [account.username for account in listed.page(sort=sort)]
            assert len(whole) == listed.count() == 8
            paged = [account.username for start in (0, 5) for account in listed.page(start, 5, sort)]
            assert paged == whole
            assert listed.position(whole[6], sort) == 6
            assert [account.username for account in listed.page(0, 9, sort, True)] == whole[::-1]
            assert listed.position(whole[6], sort, True) == 1
    for text, found in (
        ("sian prys", ["680user"]),
        ("PRŶS", ["680user"]),
        ("rees aled", ["680plasc"]),
        ("680user@680", ["680user"]),
        ("view only", ["680dbaview"]),
        ("%", 8),
        ("_", 8),
        ("zzz", []),
        ("'; DROP TABLE user --", []),
        ("x" * 10_000, []),
    ):
        usernames = [account.username for account in users.accounts(dba, site, text=text).page()]
        assert (len(usernames) if isinstance(found, int) else usernames) == found, text
    assert [a.username for a in users.accounts(dba, site, "schools", "st woolos").page()] == ["s6804031"]
    assert users.accounts(dba, site).position("s6804012") is None
    assert users.accounts(dba, site).position("nobody") is None
    assert code_of(lambda: users.accounts(dba, site).page(sort="password")) == "sort-unknown"
    last = users.accounts(dba, site).page(sort="last", descending=True)[0]
    assert last.username == "680dba"


@pytest.mark.requirement("R-USR-1")
def test_a_list_that_is_open_gives_nothing_out_once_the_session_has_ended(site, on):
    dba = on("dba", "680")
    listed = users.accounts(dba, site)
    sessions.log_off(dba, site)
    for act in (listed.count, listed.page, lambda: listed.position("680user")):
        with pytest.raises(NotLoggedOn):
            act()


@pytest.mark.slow
@pytest.mark.requirement("R-USR-1")
def test_24_000_accounts_are_listed_and_filtered_quickly(lite):
    row = {"role": "school", "created_at": making.NOW, "contact": "Pennaeth Siân", "email": "x@y.example"}
    lite.store.write(
        lambda: insert(
            User, [{"username": f"t{n}", "organisation": f"{n}", **row} for n in range(6800000, 6824000)]
        )
    )
    wg = making.logged_on(lite, "wg", WALES)
    began = time.perf_counter()
    listed = users.accounts(wg, lite, "schools")
    assert listed.count() == 24_007
    assert len(listed.page(20_000, 200)) == 200
    assert time.perf_counter() - began < 2
    users.accounts(wg, lite, "schools", "sian").count()
    began = time.perf_counter()
    assert users.accounts(wg, lite, "schools", "sian 68123").count() == 100
    assert time.perf_counter() - began < 1


# Words that mean no good


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("text", INJECTIONS)
def test_any_text_in_any_field_is_kept_as_it_is_or_refused_with_a_word(lite, text):
    dba = making.logged_on(lite, "dba", "680")
    before = steps.everything(lite)["User"]
    for field in ("username", "role", "organisation", "email", "contact", "phone"):
        if code_of(lambda f=field: user_changes.add(dba, lite, new(**{f: text}))) == "":
            assert getattr(users.show(dba, lite, "680bethan"), field) == " ".join(text.split())
            user_changes.delete(dba, lite, "680bethan")
            lite.store.write(lambda: User.delete().where(User.username == "680bethan").execute())
    assert steps.everything(lite)["User"] == before
    for field in ("email", "contact", "phone"):
        code_of(lambda f=field: user_changes.update(dba, lite, "680user", **{f: text}))
    for act in (
        lambda: user_changes.set_role(dba, lite, "680user", text),
        lambda: user_changes.set_role(dba, lite, text, "plasc"),
        lambda: user_changes.delete(dba, lite, text),
        lambda: user_changes.update(dba, lite, text, phone="1"),
        lambda: user_passwords.unlock(dba, lite, text),
        lambda: user_passwords.reset(dba, lite, text),
        lambda: users.show(dba, lite, text),
        lambda: users.accounts(dba, lite, text),
    ):
        assert code_of(act) != ""
    code_of(lambda: user_passwords.reset(dba, lite, "680user", password=text, again=text))
    users.accounts(dba, lite, text=text).page()
    assert not steps.broken(lite)


def test_every_role_but_those_who_look_after_accounts_is_refused(lite):
    for role in ROLES:
        if role in (Role.DBA, Role.WG):
            continue
        actor = making.logged_on(lite, role, "6804012" if role is Role.SCHOOL else "680")
        for act in (
            lambda: user_changes.add(actor, lite, new()),  # noqa: B023
            lambda: user_changes.delete(actor, lite, "680user"),  # noqa: B023
            lambda: user_passwords.reset(actor, lite, "680user"),  # noqa: B023
            lambda: users.roles_for(actor, lite),  # noqa: B023
        ):
            with pytest.raises(NotAllowed):
                act()


def test_a_role_that_is_none_is_wrong_use(lite):
    with pytest.raises(WrongUse, match="role-unknown"):
        user_changes.set_role(making.logged_on(lite, "dba", "680"), lite, "680user", "boss")
