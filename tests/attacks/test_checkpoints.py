"""The file of checkpoints in the hands of whoever can write to its folder, and on a disk that is full."""

import os
import subprocess
import sys
from pathlib import Path

import making
import pytest
from watching import at_once, errors

from s2s_tui.base.errors import S2SError, Unreachable
from s2s_tui.services import checkpoints, upkeep
from s2s_tui.services.checkpoints import Written

pytestmark = pytest.mark.requirement("R-SYS-3")

LINES = {
    "nested without end": "[" * 100_000,
    "a number without end": '{"line":1,"heads":{"680":[Infinity,"x"]},"seal":"x"}',
    "a number too long": '{"line":1,"heads":{"680":["%s","x"]},"seal":"x"}' % ("5" * 5000),
    "no object": "5",
    "nothing": "null",
    "a time of a zone": '{"at":"2026-11-24T10:00:00+05:00","line":1,"heads":{},"seal":"x"}',
    "no time": '{"at":5}',
    "the first of all times": '{"at":"0001-01-01T00:00:00"}',
    "the last of all times": '{"at":"9999-12-31T23:59:59","line":1,"heads":{},"seal":"x"}',
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_of_any_make_is_told_of_and_keeps_no_look_from_happening(lite, name):
    """One dated ahead would put an end to all later ones, in silence."""
    lite.settings.checkpoint_path.write_text(LINES[name] + "\n")
    assert "checkpoint-changed" in [code for code, _params in upkeep.verify(lite).problems]
    assert checkpoints.is_due(lite)
    with pytest.raises(S2SError, match="checkpoint-changed"):
        checkpoints.write(lite)


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "link"])
def test_a_trap_in_its_place_is_neither_waited_for_nor_followed(lite, tmp_path, kind):
    path, elsewhere = lite.settings.checkpoint_path, tmp_path / "elsewhere"
    make = {
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "device": lambda: path.symlink_to("/dev/zero"),
        "link": lambda: path.symlink_to(elsewhere),
    }
    make[kind]()
    checkpoints.is_due(lite)
    if kind != "link":
        assert [code for code, _params in upkeep.verify(lite).problems] == ["disk"]
    with pytest.raises(Unreachable, match="disk"):
        checkpoints.write(lite)
    assert not elsewhere.exists()


def test_a_full_disk_takes_no_part_of_a_line(lite):
    """The first part of a line fits: the system calls that a success."""
    for code in ("680", "681"):
        making.logged_on(lite, "dba", code)
    checkpoints.write(lite)
    before = lite.settings.checkpoint_path.read_bytes()
    for code in ("680", "681"):
        making.logged_on(lite, "dba", code)
    settings = lite.settings
    code = f"""
import os, resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from s2s_tui.base.errors import Unreachable
from s2s_tui.base.settings import Settings
from s2s_tui.services import checkpoints, site
where = Settings(database={settings.database!r}, key_file={settings.key_file!r},
                 checkpoint_file={settings.checkpoint_file!r})
found, write = site.open_site(where), os.write
def on_a_full_disk(file, line):
    resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 50}, resource.RLIM_INFINITY))
    try:
        return write(file, line)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
os.write = on_a_full_disk
try:
    checkpoints.write(found)
except Unreachable as error:
    print(error.code)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "disk"
    assert Path(settings.checkpoint_path).read_bytes() == before
    assert upkeep.verify(lite).ok


def test_of_several_writers_each_adds_a_line_of_its_own(lite):
    written = at_once(lite, *(lambda: checkpoints.write(lite) for _ in range(8)))
    assert errors(written) == []
    assert sorted(one.line for one in written if isinstance(one, Written)) == list(range(1, 9))
    assert upkeep.verify(lite).ok
