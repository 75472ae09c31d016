"""The real program in a real terminal: starting, and ending with the session on record (R-LOG-5)."""

import os
import resource
import signal
import subprocess
import sys
import termios
from dataclasses import replace

import making
import pytest

from s2s_tui.store.models import Session
from s2s_tui.tui import life, start
from s2s_tui.tui.app import S2SApp

PROGRAM = "from s2s_tui.__main__ import main; main()"


def environment(settings):
    return {
        "S2S_DATABASE": settings.database,
        "S2S_KEY_FILE": settings.key_file,
        "S2S_EML_DIR": settings.eml_dir,
        "S2S_ARGON2_MEMORY_KIB": "8",
        "S2S_ARGON2_PASSES": "1",
        "SSH_CONNECTION": "10.1.4.20 51022 10.0.0.1 22",
        "HOME": str(settings.home),
    }


def logged_on(terminal, settings):
    shell = terminal("", code=PROGRAM, **environment(settings))
    shell.wait_for("Username")
    shell.press("680user", "enter", making.PASSWORD, "enter")
    shell.wait_for("Needs you")
    shell.quiet(0.15)
    return shell


def only_session(site):
    with site.store.connection():
        (session,) = Session.select()
    return session


@pytest.mark.requirement("R-LOG-5")
@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGTERM, "terminated"), (signal.SIGHUP, "hang-up")], ids=["TERM", "HUP"]
)
def test_a_signal_ends_the_session_in_the_database_in_time(terminal, lite, number, reason):
    shell = logged_on(terminal, lite.settings)
    assert only_session(lite).ended_at is None
    shell.process.send_signal(number)
    assert shell.leaves() == 128 + number
    assert termios.tcgetattr(shell.slave)[3] == shell.before[3]
    session = only_session(lite)
    assert session.ended_at is not None
    assert (session.end_reason, session.origin, session.face) == (reason, "10.1.4.20", "tui")


@pytest.mark.requirement("R-LOG-5")
def test_a_closed_terminal_ends_the_session_in_the_database(terminal, lite):
    shell = logged_on(terminal, lite.settings)
    shell.hang_up()
    shell.leaves()
    assert only_session(lite).end_reason == "hang-up"


@pytest.mark.requirement("R-LOG-5")
def test_leaving_the_program_ends_the_session(terminal, lite):
    shell = logged_on(terminal, lite.settings)
    shell.press("ctrl+q")
    shell.wait_for("Log off and leave the program?")
    shell.press("y")
    assert shell.leaves() == 0
    assert only_session(lite).end_reason == "quit"


def test_a_slip_corrected_within_one_burst_of_keys_is_corrected(terminal, lite):
    shell = terminal("", code=PROGRAM, **environment(lite.settings))
    shell.wait_for("Username")
    shell.quiet(0.15)
    shell.press("680usre\x7f\x7fer\x1b[D\x1b[D\x1b[Dx\x7f")
    shell.wait_for("680user ")
    shell.press("enter", making.PASSWORD, "enter")
    shell.wait_for("Needs you")


def test_the_language_is_the_environments_until_somebody_logs_on(terminal, lite):
    shell = terminal("", code=PROGRAM, LANG="cy_GB.UTF-8", LC_ALL="", **environment(lite.settings))
    shell.wait_for("Enw defnyddiwr")


def test_without_a_database_there_is_a_plain_sentence_and_exit_code_4(terminal, tmp_path):
    env = {"S2S_DATABASE": f"sqlite:///{tmp_path}/none.sqlite", "HOME": str(tmp_path)}
    shell = terminal("", code=PROGRAM, columns=200, **env)
    assert shell.leaves() == 4
    assert "There is no database at" in shell.text
    assert "s2s-tui init" in shell.text
    assert b"\x1b[?1049h" not in shell.output


def test_without_a_terminal_a_command_is_named(lite):
    env = {k: v for k, v in os.environ.items() if not k.startswith("S2S")} | environment(lite.settings)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env
    )
    assert done.returncode == 2
    assert "s2s-tui --help" in done.stderr


def test_nothing_loads_textual_before_it_is_known_that_there_is_a_screen():
    code = (
        "import sys, s2s_tui.tui.start; "
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('textual', 'peewee', 'lxml')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_panes_are_loaded_at_their_first_visit_only(lite):
    code = (
        "import sys\n"
        "import s2s_tui.tui.menu_entries, s2s_tui.tui.screens.logon\n"
        "print(sorted(n for n in sys.modules if n.startswith('s2s_tui.tui.screens.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in ("home", "upload", "download", "pupil", "find", "account"):
        assert f"s2s_tui.tui.screens.{name}'" not in done.stdout


def test_the_first_screen_comes_quickly(terminal, lite):
    """By the processor's time: a busy machine is no fault of the program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    shell = terminal("", code=PROGRAM, **environment(lite.settings))
    shell.wait_for("Username")
    shell.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert taken < 3  # about 0.6 s on a quiet machine


@pytest.mark.requirement("R-LOG-6")
def test_how_long_nobody_may_press_a_key_is_a_setting(lite, monkeypatch):
    seconds = []
    monkeypatch.setattr(life, "usable_terminal", lambda: None)
    monkeypatch.setattr(life, "prepare", lambda settings: None)
    monkeypatch.setattr(S2SApp, "run_on_terminal", lambda app: seconds.append(app._idle) or 0)
    for minutes in (30, 7, 0):
        assert start.run(replace(lite.settings, idle_minutes=minutes)) == 0
    assert seconds == [1800, 420, 0]
    assert lite.settings.idle_minutes == 30
