"""`upload` (R-UPL-1, R-UPL-9, R-SYS-4)."""

import os
import signal
import subprocess
import sys

import making
import pytest
from making import PASSWORD, Child

from s2s_tui.store.models import AuditEntry, Session, Transfer


def offered(number, source="6804012", destination="6814053", serial=50):
    return making.offered(source, destination, number, [Child(making.upn(serial))])


def held(shell):
    with shell.site().store.connection():
        return Transfer.select().count()


def test_a_file_is_sent_and_listed(shell):
    shell.write(offered(11))
    ran = shell("upload", "6804012_CTF_6814053_011.XML", "--json", user="s6804012")
    assert ran.code == 0
    (receipt,) = ran.data
    assert (receipt["status"], receipt["ok"], receipt["problems"]) == ("sent", True, [])
    assert isinstance(receipt["id"], str)
    listed = shell("files", "--json", user="s6814053").data
    assert receipt["id"] in [item["id"] for item in listed]


@pytest.mark.requirement("R-UPL-9")
def test_a_folder_is_sent_and_the_sum_says_what_went(shell):
    for number in (11, 12):
        shell.write(offered(number, serial=number))
    shell.write(making.offered("6804012", "6814053", 1, [Child(making.upn(1), surname="Llwyd")]))
    shell.write(making.offered("6804012", "6814053", 13, [Child("")]))
    (shell.folder / "letter.doc").write_bytes(b"x")
    ran = shell("upload", ".", user="s6804012")
    assert ran.code == 1
    assert ran.out.splitlines()[-1] == "3 sent, 1 refused, 1 already sent."
    assert ran.err == ""


@pytest.mark.requirement("R-UPL-6")
def test_what_was_sent_is_not_sent_twice_and_keeps_its_id(shell):
    shell.write(offered(11))
    first = shell("upload", "--json", ".", user="s6804012").data[0]
    count = held(shell)
    again = shell("upload", "--json", ".", user="s6804012")
    assert again.code == 0
    assert (again.data[0]["status"], again.data[0]["id"]) == ("already-sent", first["id"])
    assert held(shell) == count


def test_a_dry_run_sends_nothing(shell):
    shell.write(offered(11))
    shell.write(offered(12, "6804031"))
    before = held(shell)
    ran = shell("upload", "--dry-run", "--json", ".", user="s6804012")
    assert ran.code == 1
    assert [(one["status"], one["id"]) for one in ran.data] == [("checked", None), ("refused", None)]
    assert held(shell) == before
    assert shell("upload", "--dry-run", ".", user="s6804012").out.splitlines()[-1] == "1 good, 1 refused."


@pytest.mark.requirement("R-UPL-3")
def test_another_schools_file_is_refused(shell):
    shell.write(offered(11, "6804031"))
    ran = shell("upload", "--json", ".", user="s6804012")
    assert ran.code == 1
    assert "source-not-own" in [problem["code"] for problem in ran.data[0]["problems"]]
    assert ran.err == "1 refused.\n"


@pytest.mark.parametrize("user", ["680dbaview", "680plasc", "680lostpupil", "680admissions", "wg"])
def test_a_role_that_sends_no_ctfs_is_not_allowed(shell, user):
    shell.write(offered(11))
    before = held(shell)
    for more in ([], ["--dry-run"]):
        ran = shell("upload", "--json", ".", *more, user=user)
        assert ran.code == 3
        assert ran.data[0]["status"] == "refused"
        assert [problem["code"] for problem in ran.data[0]["problems"]] == ["not-allowed"]
        assert "may not do this" in ran.err
        assert ran.err.count("\n") == 1
    assert held(shell) == before


def test_what_the_role_may_not_send_does_not_stop_the_rest(shell):
    shell.write(making.offered("680LLLL", "6814053", 1))
    shell.write(offered(11, "6804012", "XXXXXXX"))
    ran = shell("upload", "--json", ".", user="680user")
    assert ran.code == 3
    assert [one["status"] for one in ran.data] == ["refused", "sent"]


def test_a_folder_that_cannot_be_sent_whole_is_said(shell, monkeypatch):
    from s2s_tui.services import files

    monkeypatch.setattr(files, "TOO_MANY", 1)
    shell.write(offered(11))
    shell.write(offered(12))
    shell("upload", ".", user="s6804012").refused(1, "holds 2 files; send at most 1")


STOPPED = """
import os, signal, sys
from s2s_tui.cli import main
from s2s_tui.services import uploads
send = uploads.upload
def stopping(actor, site, offered):
    receipt = send(actor, site, offered)
    os.kill(os.getpid(), {number})
    return receipt
uploads.upload = stopping
sys.exit(main.run(None, ["upload", "--json", "."]))
"""


@pytest.mark.requirement("R-UPL-9")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_comes_between_two_files_and_is_told(shell, number):
    for serial in (11, 12, 13):
        shell.write(offered(serial, serial=serial))
    before = held(shell)
    done = subprocess.run(
        [sys.executable, "-c", STOPPED.format(number=int(number))],
        env=shell.env("s6804012", PASSWORD, None),
        cwd=shell.folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == "Stopped: 1 of 3 files were looked at. Run it again to go on.\n"
    assert '"status": "sent"' in done.stdout
    assert held(shell) == before + 1
    with shell.site().store.connection():
        last = Session.select().order_by(Session.started_at.desc()).first()
        assert last.ended_at is not None
    ran = shell("upload", ".", user="s6804012")
    assert ran.out.splitlines()[-1] == "2 sent, 1 already sent."


def test_a_database_lost_on_the_way_leaves_the_list_of_what_went(shell, monkeypatch):
    from s2s_tui.base.errors import Unreachable
    from s2s_tui.services import uploads

    send, sent = uploads.upload, []

    def losing(actor, site, one):
        if sent:
            raise Unreachable("database-busy", database="x")
        sent.append(one)
        return send(actor, site, one)

    monkeypatch.setattr(uploads, "upload", losing)
    shell.write(offered(11))
    shell.write(offered(12))
    ran = shell("upload", "--json", ".", user="s6804012")
    assert ran.code == 4
    assert [one["status"] for one in ran.data] == ["sent"]
    assert "in use by another program" in ran.err


@pytest.mark.requirement("R-SYS-3")
def test_an_upload_is_on_record(shell):
    shell.write(offered(11))
    shell.process("upload", ".", user="s6804012")
    with shell.site().store.connection():
        subjects = [row.subject for row in AuditEntry.select().where(AuditEntry.action == "upload")]
    assert "6804012_CTF_6814053_011.XML" in subjects


def test_progress_is_shown_on_a_terminal_and_the_bar_is_taken_away(shell):
    import pty

    shell.write(offered(11))
    master, terminal = pty.openpty()
    with subprocess.Popen(
        shell.line("upload", "--json", "."),
        env=shell.env("s6804012", PASSWORD, {"COLUMNS": "80"}),
        cwd=shell.folder,
        stdout=subprocess.PIPE,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        shown = b""
        try:
            while data := os.read(master, 1000):
                shown += data
        except OSError:
            pass
        assert process.stdout.read().startswith(b"[")
    assert b"1/1 6804012_CTF_6814053_011.XML" in shown
    assert shown.endswith(b"\r\x1b[K")
