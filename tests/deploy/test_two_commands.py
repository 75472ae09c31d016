"""`make demo` and `make test` from a fresh clone, with the Python that Debian has."""

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

NEEDS = ("debian", "git", "make", "system python")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PIP = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE", "PIP_FIND_LINKS", "PIP_CERT", "HOME")
"""What says where packages come from; the rest of the environment is a bare machine's."""


class Clone:
    """A fresh clone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder.parent / "data"

    def make(self, *words: str) -> "subprocess.CompletedProcess[str]":
        environ = {name: os.environ[name] for name in PIP if name in os.environ}
        environ |= {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "XDG_DATA_HOME": str(self.data)}
        return subprocess.run(
            ["make", *words],
            cwd=self.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=800,
        )


@pytest.fixture(scope="module")
def clone(deploy: Path, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    target = tmp_path_factory.mktemp("fresh") / "s2s-tui"
    line = ["git", "-c", "safe.directory=*", "clone", "-q", str(deploy.parent), str(target)]
    subprocess.run(line, check=True, capture_output=True, timeout=120)
    return Clone(target)


def python(tmp_path: Path, lacks: str) -> str:
    """The machine's Python, but for what it lacks."""
    path = tmp_path / "python3"
    path.write_text(f'#!/bin/sh\ncase "$*" in *{lacks}*) exit 1 ;; esac\nexec /usr/bin/python3 "$@"\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("command", ["demo", "test", "lint"])
@pytest.mark.parametrize(
    ("lacks", "line"),
    [
        ("ensurepip", "Python's venv module is missing. Install it with:  sudo apt-get install python3-venv"),
        ("version_info", "s2s-tui needs Python 3.11 or newer: apt-get install python3"),
    ],
)
def test_what_python_lacks_is_said_in_one_line_and_nothing_is_done(clone, tmp_path, command, lacks, line):
    before = sorted(clone.folder.iterdir())
    done = clone.make(command, f"PYTHON={python(tmp_path, lacks)}", f"VENV={tmp_path}/venv")
    assert done.returncode != 0
    assert done.stdout.splitlines() == [line]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "venv").exists()
    assert sorted(clone.folder.iterdir()) == before


def test_make_alone_lists_the_commands(clone):
    done = clone.make()
    assert done.returncode == 0
    assert {"demo", "test"} <= {line.split()[1] for line in done.stdout.splitlines() if "make " in line}


def test_the_two_commands_work_one_after_the_other(clone):
    demo = clone.make("demo", "ARGS=--no-app")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert (clone.folder / ".venv" / "bin" / "python").resolve().parent == Path("/usr/bin")
    (database,) = clone.data.rglob("*.sqlite")
    assert str(database) in demo.stdout
    assert sqlite3.connect(database).execute("SELECT count(*) > 100 FROM transfer").fetchone() == (1,)

    test = clone.make("test", "ARGS=tests/rules/test_roles.py")
    assert test.returncode == 0, test.stdout + test.stderr
    assert " passed" in test.stdout

    again = clone.make("demo", "ARGS=--no-app")
    assert again.returncode == 0
    assert "Installing" not in again.stdout
