"""Starting: quick, one line for every error, exit codes as the contract has them."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from s2s_tui import __version__
from s2s_tui.cli.table import COMMANDS

HEAVY = ("peewee", "playhouse", "psycopg", "lxml", "numpy", "textual", "rich", "argon2", "rapidfuzz")
LOADED = """
import sys
from s2s_tui.cli import main
try:
    main.run(lambda *a, **o: 0, {arguments!r})
finally:
    print(*sorted(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], *([name, "--help"] for name in COMMANDS), ["mail", "send", "--help"]],
)
def test_version_and_help_load_nothing_heavy(arguments):
    code = LOADED.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout
    assert done.stderr.split() == []


def test_a_command_never_loads_the_screens(shell):
    code = LOADED.format(arguments=["check", str(shell.folder)], heavy=("textual", "rich", "numpy"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=shell.environ)
    assert done.stderr.split() == []


def test_a_start_costs_at_most_twice_that_of_click_alone():
    def seconds(*code: str) -> float:
        # The processor's time, not the clock's: others work on the machine too.
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *code], stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Taken in turn, the quickest of each: what others do on the machine falls out.
    pairs = [(seconds("-c", "import click"), seconds("-m", "s2s_tui", "--version")) for _ in range(9)]
    click, ours = (min(column) for column in zip(*pairs, strict=True))
    assert ours <= 2 * click


def test_the_version_is_shown(shell):
    assert shell.process("--version").out == f"s2s-tui {__version__}\n"


def test_help_lists_every_command_of_the_table(shell):
    listed = shell("--help").out
    for name in COMMANDS:
        assert f"\n  {name} " in listed


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_the_same_in_its_own_help_as_in_the_list(shell, name):
    said = " ".join(shell(name, "--help").out.split())
    assert COMMANDS[name].says in said


@pytest.mark.parametrize("name", ["nothing", "file", "phases"])
def test_what_does_not_exist_is_no_command(shell, name):
    shell(name).refused(2, f"No such command '{name}'")


def test_without_a_command_the_app_is_opened_on_the_configured_database(shell):
    assert shell(user="680user").code == 0
    ((settings,), options) = shell.opened[0]
    assert settings.database == shell.environ["S2S_DATABASE"]
    assert options == {"username": "680user"}


def test_without_a_terminal_the_app_says_what_does_the_same(shell):
    shell.process(user="680user").refused(2, "s2s-tui --help")


def test_the_apps_exit_code_is_the_programs(shell, monkeypatch):
    monkeypatch.setattr(shell, "_open", lambda *_a, **_o: 3)
    assert shell().code == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "s2s-tui: No such command 'nothing'"),
        (["files", "--nothing"], "s2s-tui files: No such option"),
        (["files", "--tab", "theirs"], "'theirs' is not one of"),
        (["files", "--older-than", "soon"], "'soon' is not a valid integer"),
        (["files", "--older-than", "-1"], "s2s-tui files: "),
        (["download"], "Missing argument 'ID...'"),
        (["reject", "1"], "Missing option '--reason'"),
        (["mail"], "Missing command"),
        (["check"], "Missing argument"),
        (["check", ""], "Name a file or a folder."),
        (["files", "--database", "mysql://x/y"], "Use sqlite:///PATH or postgresql://"),
        (["files", "--collected", "--view", "closed"], "--collected and --view"),
        (["--language", "fr", "files"], "'fr' is not one of"),
        (["files", "--database", ""], "Give a value, or leave the option out"),
        (["--user", "", "files"], "Give a value, or leave the option out"),
    ],
)
def test_wrong_use_is_exit_code_2_and_one_line(shell, arguments, said):
    ran = shell(*arguments, user="s6804012")
    ran.refused(2, said)
    assert ran.out == ""


@pytest.mark.parametrize("place", ["before", "after", "both"])
@pytest.mark.parametrize("command", [["files"], ["mail", "list"]])
def test_the_options_of_every_command_stand_before_it_or_after(shell, place, command):
    options = ["--json", "--user", "s6804012", "--database", shell.environ["S2S_DATABASE"]]
    before = options if place in ("before", "both") else []
    after = options if place in ("after", "both") else []
    ran = shell(*before, *command, *after, env={"S2S_DATABASE": "sqlite:////nowhere/s2s.sqlite"})
    assert ran.code == 0, ran.err
    assert isinstance(ran.data, list)


def test_the_option_nearer_to_the_command_holds(shell):
    ran = shell("--user", "nobody", "files", "--user", "s6804012", "--json")
    assert ran.code == 0


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("sqlite:////nowhere/s2s.sqlite", "There is no database at /nowhere/s2s.sqlite"),
        ("postgresql://u:secret@127.0.0.1:1/x", "can't be reached"),
    ],
)
def test_a_database_that_is_out_of_reach_is_exit_code_4(shell, database, said):
    for arguments in (["files"], ["verify"], ["check", "x.xml"], ["mail", "send"], ["migrate"]):
        ran = shell(*arguments, "--database", database, user="s6804012")
        ran.refused(4, said)
        assert "secret" not in ran.err


def test_a_file_that_is_no_database_is_exit_code_4(shell):
    (shell.folder / "x.sqlite").write_bytes(b"not a database" * 100)
    shell("files", "--database", f"sqlite:///{shell.folder}/x.sqlite", user="x").refused(4, "is damaged")


def test_a_bug_leaves_one_line_and_a_trace_that_only_the_owner_reads(shell, monkeypatch):
    from s2s_tui.services import listing

    def broken(*_a: object, **_o: object) -> None:
        raise ZeroDivisionError("pupil Llwyd")

    monkeypatch.setattr(listing, "files", broken)
    ran = shell("files", user="s6804012")
    log = Path(shell.settings.home) / "errors.log"
    ran.refused(1, str(log))
    assert log.stat().st_mode & 0o777 == 0o600
    reference = ran.err.split("Report ")[1].split(";")[0]
    text = log.read_text()
    assert reference in text
    assert "ZeroDivisionError" in text


def test_a_reader_that_has_gone_is_no_error(shell):
    with subprocess.Popen(
        shell.line("files", "--json", "--tab", "sent"),
        env=shell.env("s6804012", "three quiet words", None),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_output_that_cannot_be_written_is_said(shell):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            shell.line("files", "--tab", "sent"),
            env=shell.env("s6804012", "three quiet words", None),
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 1
    assert b"The output can't be written" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_closed_standard_output_is_no_error(shell):
    env = shell.env("s6804012", "three quiet words", None)
    line = " ".join(map(os.fsdecode, shell.line("files")))
    done = subprocess.run(["sh", "-c", f"{line} >&-"], env=env, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


def test_without_a_terminal_nothing_but_errors_is_on_standard_error(shell):
    ran = shell.process("files", "--tab", "sent", user="s6804012")
    assert ran.code == 0
    assert ran.err == ""
    assert "\x1b" not in ran.out
