"""`users …` (R-USR): the contract of the command line."""

import subprocess
import sys

import making
import pytest
from hostile import HOSTILE, harmless

from s2s_tui.services import lockout
from s2s_tui.store.models import Mail, User

EMAIL = "b.jones@newport.gov.uk"
NEW = "seven green bottles"
KEYS = {
    "username",
    "role",
    "organisation",
    "organisation_name",
    "contact",
    "email",
    "phone",
    "active",
    "locked",
    "password_state",
    "temporary_until",
    "password_set",
    "last_logon",
    "created",
    "changed",
    "changed_by",
}


def users(shell, *arguments, user="680dba", **more):
    return shell("users", *arguments, user=user, **more)


@pytest.mark.requirement("R-USR-1")
def test_a_user_is_added_and_logs_on_with_the_password_that_was_printed(shell):
    ran = shell.process(
        "users", "add", "680bethan", "--role", "user", "--email", EMAIL, "--contact", "Bethan", "--json",
        user="680dba",
    )  # fmt: skip
    assert ran.code == 0, ran
    made = ran.data
    assert set(made) == KEYS | {"password", "told"}
    assert (made["username"], made["role"], made["organisation"]) == ("680bethan", "user", "680")
    assert made["told"] == []
    first = made["password"]
    shell("find", "glan", user="680bethan", password=first).refused(3, "a new password must be set")
    lines = f"{first}\n{NEW}\n{NEW}\n".encode()
    assert shell("password", "--password-stdin", user="680bethan", password=None, stdin=lines).code == 0
    assert shell("find", "glan", user="680bethan", password=NEW).code == 0
    listed = users(shell, "list", "--json").data
    assert all(set(one) == KEYS for one in listed)
    assert next(one for one in listed if one["username"] == "680bethan")["password_state"] == "own"


@pytest.mark.requirement("R-USR-1")
def test_for_people_the_password_is_on_a_line_of_its_own(shell):
    ran = users(shell, "add", "680bethan", "--role", "plasc", "--email", EMAIL, "--mail", "name")
    assert ran.out.splitlines()[0] == "680bethan is added."
    assert "Temporary password, shown this once: " in ran.out
    assert f"E-mails go to {EMAIL}." in ran.out
    listed = users(shell, "list", "--text", "bethan")
    assert "LEA PLASC" in listed.out
    assert "temporary until" in listed.out
    assert len(listed.out.splitlines()) == 3
    assert "No accounts." in users(shell, "list", "--text", "nobody").out
    shown = users(shell, "show", "680bethan").out
    assert f"E-mail: {EMAIL}" in shown
    assert "Of: 680 Newport" in shown


@pytest.mark.requirement("R-USR-2")
def test_an_account_is_corrected_given_another_role_and_ended(shell):
    ran = users(shell, "update", "680user", "--contact", "Siân", "--phone", "01633 1", "--mail", "--json")
    assert (ran.data["contact"], ran.data["phone"]) == ("Siân", "01633 1")
    assert ran.data["told"] == ["680user@680.example"]
    assert users(shell, "update", "680user", "--active", "off", "--json").data["active"] is False
    assert "680user is up to date." in users(shell, "update", "680user", "--active", "on").out
    assert users(shell, "role", "680user", "admissions", "--json").data["role"] == "admissions"
    assert "680user has another role." in users(shell, "role", "680user", "user").out
    assert "680user is deleted." in users(shell, "delete", "680user").out
    users(shell, "delete", "680user").refused(1, "There is no user 680user of yours.")
    shell("find", "glan", user="680user").refused(3, "don't belong together")
    users(shell, "update", "680plasc").refused(2, "Say what is to be changed")


@pytest.mark.requirement("R-USR-3")
def test_a_schools_password_is_reset_typed_or_made(shell):
    made = users(shell, "password", "s6804012", "--mail", "password", "--json").data
    assert made["password_state"] == "temporary"
    assert made["told"] == ["office@s6804012.example"]
    assert len(made["password"].split("-")) == 4
    with shell.site().store.connection():
        mail = Mail.get(Mail.about == "user-password")
    assert made["password"] not in mail.body
    shown = shell("mail", "show", str(mail.id)).out + shell("mail", "show", str(mail.id), "--json").out
    assert made["password"] not in shown
    assert mail.secret not in shown
    lines = f"{making.PASSWORD}\n{NEW}\n{NEW}\n".encode()
    ran = users(shell, "password", "680user", "--typed", "--password-stdin", password=None, stdin=lines)
    assert f"shown this once: {NEW}" in ran.out
    lines = f"{making.PASSWORD}\n{NEW}\nsomething else\n".encode()
    ran = users(shell, "password", "680user", "--typed", "--password-stdin", password=None, stdin=lines)
    ran.refused(1, "The two new passwords differ")
    lines = f"{making.PASSWORD}\n{NEW}\n".encode()
    ran = users(shell, "password", "680user", "--typed", "--password-stdin", password=None, stdin=lines)
    ran.refused(2, "Give three lines")


@pytest.mark.requirement("R-USR-3")
def test_a_locked_account_is_unlocked(shell):
    site = shell.site()
    row = {"key": "user 680user", "failures": lockout.LOCKED_AFTER, "last_at": site.clock()}
    site.store.write(lambda: lockout.LogonFailure.insert(**row).execute())
    shell("find", "glan", user="680user").refused(3, "")
    assert users(shell, "show", "680user", "--json").data["locked"] is True
    assert users(shell, "unlock", "680user", "--json").data == {"username": "680user", "changed": True}
    assert "680user was not locked." in users(shell, "unlock", "680user").out
    assert shell("find", "glan", user="680user").code == 0
    assert "680user had no second factor." in users(shell, "unlock", "680user", "--second-factor").out


@pytest.mark.requirement("R-USR-5")
def test_wg_makes_an_authoritys_dba_and_a_second_takes_its_place(shell):
    add = ("add", "680dba2", "--role", "dba", "--la", "680", "--email", EMAIL)
    users(shell, *add, user="wg").refused(1, "680 has an active DBA already: 680dba.")
    ran = users(shell, *add, "--replace", "--json", user="wg")
    assert ran.data["replaced"] == "680dba"
    assert len(users(shell, "list", "--json", user="wg").data) == 4
    assert [one["active"] for one in users(shell, "list", "--text", "680", "--json", user="wg").data] == [
        False,
        True,
    ]


@pytest.mark.requirement("R-USR-1")
@pytest.mark.parametrize(
    ("arguments", "user", "code", "said"),
    [
        (["list"], "680user", 3, "may not do this"),
        (["add", "x1", "--role", "user", "--email", EMAIL], "680dbaview", 3, "may not do this"),
        (["add", "x1", "--role", "user", "--email", EMAIL, "--la", "680"], "wg", 3, "DBAs"),
        (["add", "x1", "--role", "boss", "--email", EMAIL], "680dba", 2, "There is no role"),
        (["add", "x1", "--role", "dba", "--email", EMAIL], "680dba", 3, "DBAs"),
        (["add", "x.1", "--role", "user", "--email", EMAIL], "680dba", 1, "letters A to Z"),
        (["add", "680plasc", "--role", "user", "--email", EMAIL], "680dba", 1, "680plasc already"),
        (["add", "x1", "--role", "user", "--email", "a@gmail.com"], "680dba", 1, "personal e-mail domain"),
        (["add", "x1", "--role", "user"], "680dba", 1, "e-mail address"),
        (["add", "x1", "--role", "la-school", "--email", EMAIL], "680dba", 1, "680laschool"),
        (["add", "x1", "--role", "user", "--email", EMAIL, "--la", "681"], "680dba", 1, "no authority 681"),
        (["add", "x1", "--role", "school", "--school", "6814053"], "680dba", 1, "no school 6814053"),
        (["add", "x1", "--role", "school", "--school", "6804012"], "680dba", 1, "s6804012"),
        (["add", "x1", "--role", "school", "--school", "6804012", "--la", "680"], "680dba", 2, "not both"),
        (["add", "x1", "--email", EMAIL], "680dba", 2, "--role"),
        (["role", "680dba", "user"], "680dba", 1, "your own role"),
        (["delete", "680dba"], "680dba", 1, "your own account"),
        (["password", "680dba"], "680dba", 1, "under Account"),
        (["password", "681user"], "680dba", 1, "no user 681user of yours"),
        (["unlock", "680user"], "wg", 3, "DBAs"),
        (["list", "--which", "dbas"], "680dba", 2, "authority, schools"),
    ],
)
def test_what_can_not_be_done_is_said_in_a_line_with_its_exit_code(shell, arguments, user, code, said):
    users(shell, *arguments, user=user).refused(code, said)


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("text", [*HOSTILE[:-2], "x" * 10_000, "'; DROP TABLE user; --"])
def test_any_text_in_any_argument_is_shown_harmlessly_and_breaks_nothing(shell, text):
    for arguments in (
        ["add", "--role", "user", "--email", EMAIL, "--", text],
        ["add", "x1", "--email", EMAIL, "--role", text],
        ["add", "x1", "--role", "user", "--email", text],
        ["add", "x1", "--role", "user", "--email", EMAIL, "--la", text],
        ["add", "x1", "--role", "school", "--school", text],
        ["update", "680user", "--contact", text],
        ["update", "680user", "--phone", text],
        ["list", "--text", text],
        ["show", "--", text],
        ["role", "680user", "--", text],
        ["list"],
        ["show", "680user"],
    ):
        ran = users(shell, *arguments)
        assert ran.code in (0, 1, 2), ran
        assert harmless(ran.out + ran.err), ran
        assert "Something went wrong" not in ran.err
    with shell.site().store.connection():
        assert User.get_or_none(User.username == "680user") is not None


def test_help_loads_no_database():
    code = (
        "import sys; from s2s_tui.cli import main; main.run(None, ['users', 'add', '--help']);"
        "print(sorted({'peewee', 'argon2', 'zxcvbn', 'textual'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
