"""`files` (R-DWN-1)."""

import json
import os
import pty
import re
import subprocess

import pytest
from making import PASSWORD, upn

KEYS = ["id", "name", "kind", "source", "destination", "pupils", "size", "uploaded", "collected", "state"]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def names(ran):
    assert ran.code == 0, ran
    return [item["name"] for item in ran.data]


def ctfs(*numbers, source="6804012", destination="6814053"):
    return [f"{source}_CTF_{destination}_{number:03}.XML" for number in numbers]


@pytest.mark.requirement("R-DWN-1")
def test_a_school_sees_first_what_came(shell):
    ran = shell("files", "--json", user="s6814053")
    assert names(ran) == ctfs(1, 2, 3)
    item = ran.data[0]
    assert list(item) == KEYS
    assert isinstance(item["id"], str)
    assert (item["kind"], item["source"], item["destination"]) == ("ctf", "6804012", "6814053")
    assert (item["pupils"], item["collected"], item["state"]) == (1, None, "awaiting")
    assert item["size"] > 0
    assert MOMENT.fullmatch(item["uploaded"])


@pytest.mark.parametrize(
    ("user", "options", "expected"),
    [
        ("s6804012", [], ctfs(7, source="6814053", destination="6804012")),
        ("s6804012", ["--tab", "sent"], ctfs(1, 2, 3)),
        ("s6604025", [], []),
        ("680user", [], []),
        ("680user", ["--tab", "within"], []),
        ("680user", ["--tab", "outgoing"], ctfs(1, 2, 3)),
        ("680user", ["--tab", "incoming"], ctfs(7, source="6814053", destination="6804012")),
        ("681dba", ["--tab", "incoming"], ctfs(1, 2, 3)),
        (
            "681dba",
            ["--tab", "outgoing", "--school", "6814053"],
            ctfs(7, source="6814053", destination="6804012"),
        ),
        ("681dba", ["--tab", "incoming", "--school", "6814060"], []),
        ("s6814053", ["--pupil", upn(2)], ctfs(2)),
        ("s6814053", ["--pupil", upn(2).lower()], ctfs(2)),
        ("s6814053", ["--pupil", "pugh"], ctfs(2)),
        ("s6814053", ["--pupil", "Pugh Siân"], ctfs(2)),
        ("s6814053", ["--older-than", "0"], ctfs(1, 2, 3)),
        ("s6814053", ["--older-than", "1"], []),
        ("s6814053", ["--collected"], []),
        ("s6814053", ["--view", "closed"], []),
        ("680user", ["--kind", "generic"], ["6804012_680LLLL_one.ZIP", "6804012_680LLLL_two.ZIP"]),
        ("680lostpupil", [], ["6804012_680LLLL_one.ZIP", "6804012_680LLLL_two.ZIP"]),
    ],
)
def test_each_list_holds_what_is_its_own(shell, user, options, expected):
    assert names(shell("files", "--json", *options, user=user)) == expected


def test_the_pupils_are_named_when_asked_for(shell):
    item = shell("files", "--json", "--with-pupils", user="s6814053").data[1]
    assert item["people"] == [{"upn": upn(2), "surname": "Pugh", "forename": "Siân", "dob": "2016-08-19"}]
    assert "Pugh" in shell("files", "--with-pupils", user="s6814053").out


@pytest.mark.parametrize(
    ("user", "options"),
    [
        ("680dbaview", []),
        ("wg", []),
        ("680plasc", ["--kind", "ctf"]),
        ("680dba", ["--kind", "plasc"]),
    ],
)
def test_a_role_without_such_files_is_not_allowed(shell, user, options):
    ran = shell("files", "--json", *options, user=user)
    ran.refused(3, "may not do this")
    assert ran.out == ""


@pytest.mark.parametrize(
    ("user", "options"),
    [
        ("s6804012", ["--tab", "within"]),
        ("680user", ["--tab", "sent"]),
        ("680user", ["--kind", "generic", "--tab", "within"]),
    ],
)
def test_a_tab_that_the_role_has_not_is_wrong_use(shell, user, options):
    shell("files", *options, user=user).refused(2, "Choose from: mine, ")


def test_states_are_told(shell):
    ids = [item["id"] for item in shell("files", "--json", user="s6814053").data]
    shell("download", ids[0], "--confirm", user="s6814053")
    shell("reject", ids[1], "--reason", "not ours", user="s6814053")
    collected = shell("files", "--json", "--collected", user="s6814053").data
    assert [(one["id"], one["state"]) for one in collected] == [(ids[0], "collected")]
    assert MOMENT.fullmatch(collected[0]["collected"])
    closed = shell("files", "--json", "--view", "closed", user="s6814053").data
    assert [(one["id"], one["state"], one["collected"]) for one in closed] == [(ids[1], "rejected", None)]
    assert "rejected 20" in shell("files", "--view", "closed", user="s6814053").out
    assert "collected 20" in shell("files", "--collected", user="s6814053").out


def test_people_get_a_table(shell):
    lines = shell("files", user="s6814053").out.splitlines()
    assert lines[0].split() == ["Id", "File", "From", "To", "Pupils", "Size", "Uploaded", "Days"]
    assert set(lines[1]) == {"-", " "}
    assert "Ysgol Uwchradd Glan-yr-Afon" in lines[2]
    assert len(lines) == 5
    assert shell("files", user="s6604025").out == "No files.\n"


@pytest.mark.parametrize(("columns", "with_size"), [(80, False), (100, False), (200, True)])
def test_on_a_terminal_the_table_fits_and_the_files_names_stay_whole(shell, columns, with_size):
    master, terminal = pty.openpty()
    with subprocess.Popen(
        shell.line("files", "--tab", "sent"),
        env=shell.env("s6804012", PASSWORD, {"COLUMNS": str(columns), "LINES": "24"}),
        stdout=terminal,
    ):
        os.close(terminal)
        shown = b""
        try:
            while data := os.read(master, 10_000):
                shown += data
        except OSError:
            pass
    lines = shown.decode().splitlines()
    assert max(map(len, lines)) <= columns
    assert any("6804012_CTF_6814053_001.XML" in line for line in lines)
    assert ("Size" in lines[0]) is with_size


def test_json_is_ascii_so_that_any_reader_takes_it(shell):
    ran = shell.process(
        "files", "--json", "--with-pupils", user="s6814053", env={"LANG": "C", "PYTHONUTF8": "0"}
    )
    assert ran.out.isascii()
    assert json.loads(ran.out)[0]["people"][0]["forename"] == "Siân"


def test_a_terminal_without_utf8_gets_what_it_can_show(shell):
    environ = shell.env("s6814053", PASSWORD, {"PYTHONIOENCODING": "latin-1"})
    done = subprocess.run(shell.line("find", "mon"), env=environ, capture_output=True)
    assert done.returncode == 0
    assert b"Uwchradd M\xf4n" in done.stdout


def test_the_same_lists_come_from_postgresql(shell, postgres):
    import making

    from s2s_tui.base.settings import Settings
    from s2s_tui.services import upkeep

    url = postgres()
    key = shell.folder / "pg.key"
    site = upkeep.bare(Settings(database=url, key_file=str(key), argon2_memory_kib=8, argon2_passes=1))
    making.fill(site)
    site.store.close()
    environ = {"S2S_DATABASE": url, "S2S_KEY_FILE": str(key)}
    shell.write(making.offered("6804012", "6814053", 1))
    sent = shell.process("upload", "--json", "6804012_CTF_6814053_001.XML", user="s6804012", env=environ)
    assert sent.data[0]["status"] == "sent", sent
    listed = shell.process("files", "--json", user="s6814053", env=environ)
    assert [item["id"] for item in listed.data] == [sent.data[0]["id"]]
    saved = shell.process(
        "download", sent.data[0]["id"], "--confirm", "--to", "/tmp/none", user="s6814053", env=environ
    )
    saved.refused(1, "There is no folder")
    assert shell.process("verify", "--json", env=environ).data["ok"] is True
    shell.process("backup", "x", env=environ).refused(1, "pg_dump")
