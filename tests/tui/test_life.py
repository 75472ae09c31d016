"""Starting only where screens can be shown, and leaving in time; in real terminals."""

import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from waiting import LONG

from s2s_tui.base.errors import WrongUse
from s2s_tui.base.settings import Settings
from s2s_tui.services.wording import terminal as wording
from s2s_tui.tui.life import prepare, usable_terminal
from s2s_tui.tui.text import is_plain, use_plain


def logged_on(terminal, tmp_path, **env):
    ended = tmp_path / "ended"
    shell = terminal("portal", "user", str(ended), **env)
    shell.wait_for("Press Enter")
    shell.press("enter")
    shell.wait_for(lambda screen: "Logoff" in screen and "Needs you" in screen)
    shell.quiet(0.15)
    return shell, ended


@pytest.mark.requirement("R-LOG-5")
@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGTERM, "terminated"), (signal.SIGHUP, "hangup")], ids=["TERM", "HUP"]
)
def test_a_signal_ends_the_session_once_and_gives_the_terminal_back(terminal, tmp_path, number, reason):
    shell, ended = logged_on(terminal, tmp_path)
    before = len(shell.output)
    shell.process.send_signal(number)
    shell.process.send_signal(number)
    assert shell.leaves() == 128 + number
    assert ended.read_text() == f"{reason}\n"
    last = shell.output[before:]
    for given_back in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1003l"):
        assert given_back in last
    assert termios.tcgetattr(shell.slave)[3] == shell.before[3]


@pytest.mark.requirement("R-LOG-5")
def test_a_closed_terminal_ends_the_session(terminal, tmp_path):
    shell, ended = logged_on(terminal, tmp_path)
    shell.hang_up()
    shell.leaves()
    assert ended.read_text() in ("hangup\n", "terminal-gone\n")


@pytest.mark.requirement("R-LOG-5")
def test_a_closed_terminal_is_seen_without_any_signal(terminal, tmp_path):
    """As with sudo's own pty, or setsid: nobody sends SIGHUP."""
    ended = tmp_path / "ended"
    code = (
        "import os, sys, signal; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP});"
        f"sys.path.insert(0, {str(Path(__file__).parent / 'hosts')!r});"
        f"from portal import Portal; sys.exit(Portal('user', {str(ended)!r}).run_on_terminal())"
    )
    shell = terminal("portal", code=code)
    shell.wait_for("Press Enter")
    shell.press("enter")
    shell.wait_for("Logoff")
    shell.hang_up()
    shell.leaves()
    assert ended.read_text() == "terminal-gone\n"


@pytest.mark.requirement("R-LOG-5")
def test_a_terminal_that_takes_no_more_output_cant_keep_the_process(terminal, tmp_path):
    shell, ended = logged_on(terminal, tmp_path)
    shell.press("d")
    shell.wait_for("01 Oct")
    shell.quiet()
    end = time.monotonic() + 2
    while time.monotonic() < end:  # keys go in, nothing is read: the line is full, then the app's queue
        os.write(shell.master, b"\x1b[6~")
        time.sleep(0.02)
        os.write(shell.master, b"\x1b[5~")
        time.sleep(0.02)
    shell.process.send_signal(signal.SIGTERM)
    shell.process.wait(LONG)
    assert ended.read_text() == "terminated\n"


def test_leaving_asks_while_someone_is_logged_on_and_ends_the_session(terminal, tmp_path):
    shell, ended = logged_on(terminal, tmp_path)
    shell.press("ctrl+q")
    shell.wait_for("y/n")
    shell.press("y")
    assert shell.leaves() == 0
    assert ended.read_text() == "quit\n"


@pytest.mark.requirement("R-SYS-1")
def test_the_frame_sends_little_a_key_and_nothing_when_idle(terminal, tmp_path):
    shell, _ = logged_on(terminal, tmp_path)
    shell.quiet()
    assert shell.is_still()
    assert shell.cost("down") <= 400
    shell.press("d")
    shell.wait_for("01 Oct")
    assert shell.cost("down") <= 500
    assert shell.cost("x") <= 1500
    shell.wait_for("Reject 1 files? y/n")
    assert shell.cost("n") <= 2500
    assert shell.cost("ctrl+p") <= 15_000
    assert shell.cost("r") <= 4000
    assert shell.is_still()


@pytest.mark.requirement("R-SYS-1")
def test_slow_lines_get_sixteen_colours_and_fewer_bytes(terminal, tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent / 'hosts')!r});"
        "from s2s_tui.base.settings import Settings; from s2s_tui.tui.life import prepare;"
        f"settings = Settings(low_bandwidth=True, mouse=False, database='sqlite:///{tmp_path}/s.sqlite');"
        "prepare(settings); from portal import Portal;"
        "sys.exit(Portal('user', settings=settings).run_on_terminal())"
    )
    shell = terminal("portal", code=code)
    shell.wait_for("Press Enter")
    shell.press("enter")
    shell.wait_for(lambda screen: "Logoff" in screen and "Needs you" in screen)
    assert shell.cost("down") <= 250
    assert b"38;2;" not in shell.output
    assert b"\x1b[?1003h" not in shell.output


def test_without_utf8_the_screen_is_plain_ascii(terminal, tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent / 'hosts')!r});"
        "from s2s_tui.base.settings import Settings; from s2s_tui.tui.life import prepare;"
        "prepare(Settings()); from portal import Portal; sys.exit(Portal('user').run_on_terminal())"
    )
    shell = terminal("portal", code=code, LC_ALL="en_GB.ISO-8859-1", PYTHONIOENCODING="latin-1")
    shell.wait_for("Press Enter")
    shell.press("enter")
    shell.wait_for("Logoff")
    shell.press("d")
    shell.wait_for("01 Oct")
    shell.quiet()
    assert shell.text.isascii()
    assert "> " in shell.text
    shell.press("f1")
    shell.wait_for("Esc closes")
    assert shell.output.isascii()


@pytest.mark.parametrize(
    ("environ", "tty", "code"),
    [({"TERM": "xterm"}, False, "terminal-missing"), ({"TERM": "dumb"}, True, "terminal-dumb"),
     ({}, True, "terminal-dumb")],
)  # fmt: skip
def test_where_screens_cant_be_shown_the_command_that_does_the_job_is_named(environ, tty, code):
    with pytest.raises(WrongUse) as caught:
        usable_terminal(environ, lambda: tty, "s2s-tui transfers")
    assert caught.value.code == code
    assert "s2s-tui transfers" in wording.SENTENCES[code].format(**caught.value.params)


def test_a_proper_terminal_is_let_pass():
    usable_terminal({"TERM": "xterm-256color"}, lambda: True)


def test_slow_lines_are_prepared_before_textual_is_loaded():
    environ = {"LC_ALL": "C.UTF-8"}
    prepare(Settings(low_bandwidth=True), environ)
    assert environ["TEXTUAL_COLOR_SYSTEM"] == "standard"
    assert environ["TEXTUAL_ANIMATIONS"] == "none"
    prepare(Settings(), {"LC_ALL": "C"})
    assert is_plain()
    use_plain(False)


def test_what_runs_before_textual_does_not_load_it():
    code = "import sys, s2s_tui.tui.life; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_output_into_a_file_or_a_pipe_is_no_terminal():
    code = (
        "from s2s_tui.tui.life import usable_terminal\n"
        "try: usable_terminal({'TERM': 'xterm'})\n"
        "except Exception as error: print(error.code)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "terminal-missing\n"
