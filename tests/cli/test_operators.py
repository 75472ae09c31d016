"""`init`, `migrate`, `backup`, `verify`, `mail`: no account, the machine is the right to them."""

import socket
import sqlite3
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from making import PASSWORD

from s2s_tui.store.models import AuditEntry, Property


@pytest.fixture
def new(shell):
    """A place without a database."""
    shell.environ["S2S_DATABASE"] = f"sqlite:///{shell.folder}/data/new.sqlite"
    return shell


def test_init_makes_a_database_whose_first_account_can_be_entered(new):
    ran = new("init", "--json")
    assert ran.code == 0
    assert set(ran.data) == {"database", "username", "password", "key"}
    made = ran.data
    assert made["database"] == new.environ["S2S_DATABASE"]
    assert Path(made["key"]).stat().st_mode & 0o777 == 0o600
    assert (new.folder / "data/new.sqlite").stat().st_mode & 0o777 == 0o600
    new("find", "newport", user=made["username"], password=made["password"]).refused(3, "s2s-tui password")
    lines = f"{made['password']}\n{PASSWORD}\n{PASSWORD}\n".encode()
    assert new("password", "--password-stdin", user="wgadmin", password=None, stdin=lines).code == 0
    assert new("find", "newport", user="wgadmin").code == 0


def test_init_prints_the_password_once_for_people_too(new):
    out = new("init").out
    assert "Username:  wgadmin" in out
    new("init").refused(1, "has been made already")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("S2S_DATABASE", "sqlite:////proc/x/s.sqlite"),
        ("S2S_KEY_FILE", "/proc/x"),
        ("S2S_KEY_FILE", "/proc/x/y"),
    ],
)
def test_a_disk_that_cannot_be_written_is_exit_code_4(new, setting, value):
    new("init", env={setting: value}).refused(4, "/proc/x")


@pytest.mark.requirement("R-MSG-1")
def test_housekeeping_that_has_not_run_for_a_week_deletes_nothing_until_told_that_the_clock_is_right(shell):
    assert shell("housekeeping", "--json").data["held_until"] == ""
    site = shell.site()
    site.store.write(
        lambda: Property.update(value="2020-01-01T00:00:00").where(Property.name == "clock-seen").execute()
    )
    for _ in range(2):
        ran = shell("housekeeping", "--json")
        assert (ran.code, ran.data["held_until"][-1]) == (1, "Z")
        assert "Nothing was deleted: housekeeping hasn't run for seven days" in ran.err
    assert shell("housekeeping", "--clock-is-right").code == 0
    assert shell("housekeeping").code == 0


def test_migrate_says_what_it_did(shell):
    assert shell("migrate", "--json").data == {"applied": []}
    assert shell("migrate").out == "It is up to date.\n"


def test_a_database_of_another_version_is_said(shell):
    url = shell.environ["S2S_DATABASE"]
    path = url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        (table,) = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%migrat%'"
        ).fetchone()
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        row = database.execute(f"SELECT * FROM {table}").fetchone()
        newer = [
            "9999_later" if isinstance(value, str) and value.startswith("0001") else value for value in row
        ]
        if columns[0] == "id":
            newer[0] = 99999
        marks = ", ".join("?" * len(newer))
        database.execute(f"INSERT INTO {table} VALUES ({marks})", newer)
    for command in (["files"], ["migrate"], ["verify"], ["remind"], ["check", "x", "--database", url]):
        shell(*command, user="s6804012").refused(4, "newer version")


def test_a_backup_is_a_whole_database(shell):
    ran = shell("backup", "copy.sqlite", "--json")
    assert ran.code == 0
    assert ran.data == {"path": "copy.sqlite", "size": (shell.folder / "copy.sqlite").stat().st_size}
    key = {"S2S_KEY_FILE": str(shell.settings.key_path)}
    listed = shell(
        "files", "--json", "--database", f"sqlite:///{shell.folder}/copy.sqlite", user="s6814053", env=key
    )
    assert len(listed.data) == 3
    shell("backup", "copy.sqlite").refused(1, "exists already")
    shell("backup", "no/copy.sqlite").refused(1, "There is no folder")
    assert shell("backup", "other.sqlite").out.startswith("Saved: other.sqlite, ")


def test_verify_says_that_all_is_as_it_was_written(shell):
    ran = shell("verify", "--json")
    assert ran.code == 0
    assert list(ran.data) == ["ok", "files", "audit_entries", "problems"]
    assert ran.data["ok"] is True
    assert ran.data["files"] == 7
    assert ran.data["audit_entries"] > 7
    assert ran.data["problems"] == []
    assert shell("verify").out.startswith("7 files and ")


def test_verify_finds_what_was_changed_behind_its_back(shell):
    path = shell.environ["S2S_DATABASE"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        table = AuditEntry._meta.table_name
        database.execute(f"UPDATE {table} SET subject = 'x' WHERE action = 'upload' AND chain = '6814053'")
    ran = shell("verify", "--json")
    assert ran.code == 1
    assert ran.data["ok"] is False
    assert [problem["code"] for problem in ran.data["problems"]] == ["audit-changed"]
    assert "6814053" in ran.data["problems"][0]["message"]
    assert "Audit log of 6814053" in shell("verify").out


def test_without_the_audit_key_nothing_that_is_recorded_is_done(shell):
    shell.settings.key_path.unlink()
    shell("verify").refused(4, "The audit key")
    shell("files", user="s6804012").refused(4, "The audit key")


def test_mails_are_listed_shown_and_sent_as_files_without_a_server(shell):
    listed = shell("mail", "list", "--json").data
    assert listed
    assert list(listed[0]) == [
        "id",
        "about",
        "to",
        "organisation",
        "language",
        "subject",
        "state",
        "created",
        "sent",
        "attempts",
        "error",
    ]
    assert {letter["state"] for letter in listed} == {"waiting"}
    shown = shell("mail", "show", listed[0]["id"], "--json").data
    assert shown["body"]
    assert shown["id"] == listed[0]["id"]
    ran = shell("mail", "send", "--json")
    assert ran.data == {
        "sent": len(listed),
        "retried": 0,
        "failed": 0,
        "to": str(shell.settings.mail_path),
    }
    written = sorted(shell.settings.mail_path.iterdir())
    assert len(written) == len(listed)
    message = message_from_bytes(written[0].read_bytes(), policy=default)
    assert message["Subject"] in [letter["subject"] for letter in listed]
    assert shell("mail", "list", "--json", "--state", "waiting").data == []
    assert len(shell("mail", "list", "--json", "--limit", "2").data) == 2
    assert shell("mail", "send").out.startswith("0 sent to ")


def test_mails_are_for_people_too(shell):
    out = shell("mail", "list").out
    assert out.splitlines()[0].split() == ["Id", "Written", "State", "To", "Subject", "Error"]
    number = out.splitlines()[2].split()[0]
    assert shell("mail", "show", number).out.startswith("To: ")
    assert shell("mail", "list", "--state", "failed").out == "No e-mails.\n"


@pytest.mark.parametrize("number", ["999999", "0", "x", "9" * 30])
def test_an_unknown_mail_is_exit_code_1(shell, number):
    shell("mail", "show", number).refused(1, f"There is no e-mail {number}.")


def test_a_mail_server_that_is_out_of_reach_is_exit_code_4(shell):
    shell("mail", "send", env={"S2S_SMTP_HOST": "127.0.0.1", "S2S_SMTP_PORT": "1"}).refused(4, "mail server")
    assert shell("mail", "list", "--json", "--state", "waiting").data


class Refusing:
    """A mail server's manners: the sender's own school is unknown there, who waits is put off."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == "office@s6804012.example":
            return "550 no such mailbox"
        if address.startswith("office@"):
            return "451 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def test_what_a_mail_server_refuses_is_exit_code_1_and_what_it_puts_off_waits(shell):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Refusing(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        settings = {"S2S_SMTP_HOST": "127.0.0.1", "S2S_SMTP_PORT": str(port), "S2S_SMTP_STARTTLS": "no"}
        ran = shell("mail", "send", "--json", env=settings)
    finally:
        server.stop()
    assert ran.code == 1
    assert min(ran.data["sent"], ran.data["retried"], ran.data["failed"]) > 0
    failed = shell("mail", "list", "--json", "--state", "failed").data
    assert {letter["to"] for letter in failed} == {"office@s6804012.example"}
    assert "550" in failed[0]["error"]
    assert {letter["attempts"] for letter in shell("mail", "list", "--json").data} == {1}
