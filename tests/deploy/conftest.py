"""What tests of a server's pieces need of the machine; where it is missing they are left out, and it is said.

A test module, or a class of one, lists its needs in `NEEDS`: names of the table here.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from serving import server, terminal  # noqa: F401 - fixtures

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TUI = Path(__file__).parents[1] / "tui"

_left_out: dict[str, int] = {}


def _program(name: str) -> bool:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None


def _overlay() -> bool:
    """Whether this machine lets a throw-away copy of its own disk be mounted."""
    script = (
        "mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/m && "
        "mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/m"
    )
    if not _program("unshare"):
        return False
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, timeout=30)
    return done.returncode == 0


@cache
def common_python() -> str:
    """A Python of this environment's version that any account may run; empty where there is none."""
    version = ".".join(map(str, sys.version_info[:2]))
    for path in (f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        if Path(path).exists():
            return path
    return ""


NEEDS: dict[str, tuple[str, Callable[[], bool]]] = {
    "root": ("they must be run as root", lambda: os.geteuid() == 0),
    "sshd": ("there is no sshd; apt-get install openssh-server", lambda: _program("sshd")),
    "ssh": ("there is no ssh; apt-get install openssh-client", lambda: _program("ssh")),
    "sudo": ("there is no sudo; apt-get install sudo", lambda: _program("visudo")),
    "systemd": ("there is no systemd-analyze; apt-get install systemd", lambda: _program("systemd-analyze")),
    "python": (
        "the environment isn't made with a Python that other accounts may run; make it with /usr/bin/python3",
        lambda: bool(common_python()),
    ),
    "overlay": ("this machine mounts no overlay of its own disk", _overlay),
    "git": (
        "this is no git checkout, or there is no git",
        lambda: (ROOT / ".git").exists() and _program("git"),
    ),
    "make": ("there is no make; apt-get install make", lambda: _program("make")),
    "system python": (
        "Debian's Python has no venv; apt-get install python3-venv",
        lambda: (
            subprocess.run(
                ["/usr/bin/python3", "-c", "import ensurepip, venv"], capture_output=True
            ).returncode
            == 0
        ),
    ),
    "debian": ("this is no Debian", lambda: Path("/etc/debian_version").exists()),
}


@cache
def _missing(need: str) -> str:
    reason, there = NEEDS[need]
    return "" if there() else reason


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, visibly, what this machine can't run."""
    kept, left = [], []
    for item in items:
        place = getattr(item, "cls", None) or getattr(item, "module", None)
        needs = getattr(place, "NEEDS", ()) if _here(item) else ()
        reason = next(filter(None, map(_missing, needs)), "")
        (left if reason else kept).append(item)
        if reason:
            _left_out[reason] = _left_out.get(reason, 0) + 1
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _here(item: pytest.Item) -> bool:
    return Path(__file__).parent in item.path.parents


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, and why."""
    for reason, count in _left_out.items():
        terminalreporter.write_line(f"tests/deploy: {count} left out: {reason}", yellow=True, bold=True)


def module(path: Path) -> ModuleType:
    """A module of another test folder."""
    spec = importlib.util.spec_from_file_location(f"deploy_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="session")
def deploy() -> Path:
    """The folder of the server's pieces."""
    return DEPLOY


@pytest.fixture(scope="session")
def terminal_class() -> type:
    """A process in a pty with its screen: the one of the tests of the app."""
    kind: type = module(TUI / "conftest.py").Terminal
    return kind


@pytest.fixture(scope="session")
def python() -> str:
    """The machine's own Python, of the version of the tests'."""
    return common_python()
