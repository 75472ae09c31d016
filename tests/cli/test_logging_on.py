"""Who runs a command: password, first entry, the session's beginning and end (R-LOG, R-SYS-4)."""

import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from making import PASSWORD
from waiting import LONG

from s2s_tui.services import accounts
from s2s_tui.services.sessions import end_sessions
from s2s_tui.store.models import AuditEntry, Session, User

NEW = "quite another secret"


def sessions(shell):
    with shell.site().store.connection():
        return [(row.origin, row.face, row.end_reason, row.ended_at is not None) for row in Session.select()]


def fresh(shell, before):
    return sessions(shell)[len(before) :]


@pytest.mark.requirement("R-LOG-1")
@pytest.mark.parametrize(
    ("user", "password"), [("nobody", PASSWORD), ("s6804012", "wrong"), ("S6804012", PASSWORD)]
)
def test_wrong_details_get_one_message_whichever_was_wrong(shell, user, password):
    ran = shell("files", user=user, password=password)
    ran.refused(3, "That username and password don't belong together.")
    assert ran.out == ""


def test_the_password_comes_from_the_environment_or_standard_input(shell):
    assert shell("files", user="s6804012").code == 0
    ran = shell("files", "--password-stdin", user="s6804012", password=None, stdin=b"three quiet words\n")
    assert ran.code == 0
    ran = shell(
        "files", "--password-stdin", user="s6804012", password=None, stdin=b"three quiet words\r\nmore"
    )
    assert ran.code == 0


def test_standard_input_comes_before_the_environment(shell):
    ran = shell("files", "--password-stdin", user="s6804012", password=PASSWORD, stdin=b"wrong\n")
    assert ran.code == 3


def test_the_users_option_comes_before_the_environment(shell):
    ran = shell("files", "--tab", "incoming", "--user", "680user", user="s6804012")
    assert ran.code == 0


def test_a_password_is_never_an_options_value(shell):
    shell("files", "--password", PASSWORD, user="s6804012").refused(2, "No such option")
    shell("files", f"--password-stdin={PASSWORD}", user="s6804012").refused(2, "does not take a value")


@pytest.mark.parametrize("stdin", [b"", b"\xff\xfe\x00\n", b"x" * 100_000])
def test_without_a_usable_password_it_is_exit_code_3(shell, stdin):
    ran = shell("files", "--password-stdin", user="s6804012", password=None, stdin=stdin)
    assert (ran.code, ran.out) == (3, "")
    assert len(ran.err.splitlines()) == 1


def test_who_and_password_are_not_asked_for_without_a_terminal(shell):
    shell.process("files").refused(3, "--user or S2S_USER")
    shell.process("files", user="s6804012", password=None).refused(3, "S2S_PASSWORD or --password-stdin")


class Terminal:
    """A command on a terminal, talked with."""

    def __init__(self, shell, *arguments, user=None):
        self.child, self.side = pty.fork()
        if self.child == 0:
            os.chdir(shell.folder)
            os.execve(sys.executable, shell.line(*arguments), shell.env(user, None, None))
        self.shown = b""

    def answer(self, asked, typed, *, hidden=False):
        while asked not in self.shown:
            self.shown += os.read(self.side, 1000)
        # The echo is turned off just after the question is shown; what was typed before is thrown away.
        while hidden and termios.tcgetattr(self.side)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(self.side, typed)

    def end(self):
        try:
            while data := os.read(self.side, 1000):
                self.shown += data
        except OSError:
            pass  # how Linux tells that the other side is closed
        os.close(self.side)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


def test_who_and_password_are_asked_for_on_a_terminal_and_the_password_is_not_shown(shell):
    terminal = Terminal(shell, "files", "--tab", "sent")
    terminal.answer(b"Username: ", b"s6804012\n")
    terminal.answer(b"Password: ", PASSWORD.encode() + b"\n", hidden=True)
    assert terminal.end() == 0
    assert b"6804012_CTF_6814053_001.XML" in terminal.shown
    assert PASSWORD.encode() not in terminal.shown


def test_a_new_password_is_asked_for_twice_on_a_terminal_and_not_shown(shell):
    terminal = Terminal(shell, "password", user="660user")
    terminal.answer(b"Password: ", PASSWORD.encode() + b"\n", hidden=True)
    terminal.answer(b"New password: ", NEW.encode() + b"\n", hidden=True)
    terminal.answer(b"Again: ", NEW.encode() + b"\n", hidden=True)
    assert terminal.end() == 0
    assert NEW.encode() not in terminal.shown
    assert shell("files", user="660user", password=NEW).code == 0


@pytest.mark.parametrize(
    ("typed", "code", "said"), [(b"\x03", 1, b"Stopped."), (b"\x04", 3, b"S2S_PASSWORD")]
)
def test_ctrl_c_and_ctrl_d_leave_the_question_for_the_password(shell, typed, code, said):
    terminal = Terminal(shell, "files", user="s6804012")
    terminal.answer(b"Password: ", typed, hidden=True)
    assert terminal.end() == code
    assert said in terminal.shown
    assert b"Traceback" not in terminal.shown


@pytest.mark.requirement("R-LOG-2")
def test_a_first_entry_must_set_a_password_before_anything_else(shell):
    ran = shell("files", user="660user")
    ran.refused(3, "s2s-tui password")
    with shell.site().store.connection():
        user = User.get(User.username == "660user")
        assert not Session.select().where(Session.user == user.id).exists()


@pytest.mark.requirement("R-LOG-2")
def test_the_password_command_does_the_first_entry(shell):
    lines = f"{PASSWORD}\n{NEW}\n{NEW}\n".encode()
    ran = shell("password", "--password-stdin", "--json", user="660user", password=None, stdin=lines)
    assert ran.data == {"user": "660user", "changed": True}
    assert shell("files", user="660user", password=NEW).code == 0
    assert shell("files", user="660user").code == 3


@pytest.mark.requirement("R-LOG-2")
def test_a_temporary_password_that_has_run_out_is_refused(shell):
    shell("files", user="660plasc").refused(3, "This temporary password has expired")


def test_one_can_change_ones_own_password(shell):
    lines = f"{PASSWORD}\n{NEW}\n{NEW}".encode()
    ran = shell("password", "--password-stdin", user="s6804012", password=None, stdin=lines)
    assert (ran.code, ran.out) == (0, "The password of s6804012 is changed.\n")
    assert shell("files", user="s6804012", password=NEW).code == 0


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        (f"{PASSWORD}\n{NEW}\nother words here\n", 1, "The two new passwords differ"),
        (f"{PASSWORD}\n{PASSWORD}\n{PASSWORD}\n", 1, "differs from the one it replaces"),
        (f"{PASSWORD}\nab\nab\n", 1, "at least"),
        (f"wrong\n{NEW}\n{NEW}\n", 3, "don't belong together"),
        (f"{PASSWORD}\n{NEW}\n", 2, "three lines"),
        (f"{PASSWORD}\n", 2, "three lines"),
        ("", 3, "password"),
    ],
)
def test_a_bad_new_password_changes_nothing(shell, lines, code, said):
    ran = shell("password", "--password-stdin", user="s6804012", password=None, stdin=lines.encode())
    ran.refused(code, said)
    assert shell("files", user="s6804012").code == 0


def test_a_password_is_not_changed_without_a_terminal_or_lines(shell):
    shell.process("password", user="s6804012").refused(3, "--password-stdin")


def test_a_command_is_a_session_of_its_own_that_ends_with_it(shell):
    before = sessions(shell)
    assert shell("files", user="s6804012").code == 0
    assert shell("confirm", "999", user="s6804012").code == 1
    assert shell("files", "--tab", "within", user="s6804012").code == 2
    assert fresh(shell, before) == [("", "cli", "logoff", True)] * 3


@pytest.mark.requirement("R-SYS-3")
def test_where_the_person_sits_is_on_record(shell):
    before = sessions(shell)
    shell("files", user="s6804012", env={"SSH_CONNECTION": "10.1.4.20 51000 10.0.0.1 22"})
    assert fresh(shell, before)[0][0] == "10.1.4.20"
    with shell.site().store.connection():
        actions = [row.action for row in AuditEntry.select().where(AuditEntry.chain == "6804012")][-2:]
    assert actions == ["logon", "logoff"]


def test_a_session_that_others_end_stops_the_command(shell, monkeypatch):
    finish = accounts.finish

    def ended(site, logon):
        actor = finish(site, logon)
        site.store.write(lambda: end_sessions(site, actor.user, "reset"))
        return actor

    monkeypatch.setattr(accounts, "finish", ended)
    shell("files", user="s6804012").refused(3, "was reset")


SLOW = """
import sys, time
from s2s_tui.cli import main
from s2s_tui.services import directory
def slow(*_a, **_o):
    print("working", file=sys.stderr, flush=True)
    time.sleep(60)
directory.find = slow
sys.exit(main.run(None, ["find", "x"]))
"""


@pytest.mark.parametrize(
    ("number", "reason"),
    [(signal.SIGINT, "terminated"), (signal.SIGTERM, "terminated"), (signal.SIGHUP, "hang-up")],
)
@pytest.mark.requirement("R-LOG-5")
def test_a_command_that_is_stopped_ends_its_session(shell, number, reason):
    before = sessions(shell)
    with subprocess.Popen(
        [sys.executable, "-c", SLOW], env=shell.env("s6804012", PASSWORD, None), stderr=subprocess.PIPE
    ) as process:
        assert process.stderr.readline() == b"working\n"
        process.send_signal(number)
        said = process.stderr.read()
        assert process.wait(LONG) == 1
    assert said == b"Stopped.\n"
    assert fresh(shell, before) == [("", "cli", reason, True)]


def test_what_nohup_ignores_stays_ignored(shell):
    process = subprocess.Popen(
        ["nohup", sys.executable, "-c", SLOW.replace("60", "0.5")],
        env=shell.env("s6804012", PASSWORD, None),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=shell.folder,
    )
    with process:
        while b"working" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGHUP)
        assert b"Stopped" not in process.stderr.read()


def test_the_language_is_the_users_own_unless_another_is_asked_for(shell):
    with shell.site().store.connection():
        assert User.get(User.username == "s6804012").language in ("", "en", "cy")
    for language in ("en", "cy"):
        assert shell("files", "--language", language, user="s6804012").code == 0


@pytest.mark.requirement("R-SYS-5", "R-SYS-4")
def test_the_own_language_is_chosen_and_kept(shell):
    assert (
        shell("language", "cy", user="s6804012").out
        == "O hyn ymlaen bydd y rhaglen yn siarad Cymraeg â chi.\n"
    )
    shell("recall", "999", "--reason", "x", user="s6804012").refused(1, "Nid oes")
    shell("language", "fr", user="s6804012").refused(2, "fr")
    assert shell("language", "en", "--json", user="s6804012").data == {"user": "s6804012", "language": "en"}
    shell("recall", "999", "--reason", "x", user="s6804012").refused(1, "There is no file")


def test_settings_are_read_from_the_users_own_file(shell):
    folder = Path(shell.environ["HOME"]) / ".config" / "s2s-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("wrong = 1\n")
    shell("files", user="s6804012").refused(2, "unknown setting, wrong")
