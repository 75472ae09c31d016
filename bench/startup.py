"""`s2s-tui --version`, against Python with nothing but click imported."""

import os
import subprocess
import sys
from pathlib import Path

from bench.measuring import of_pairs, say, size

ROUNDS = 41


def run() -> None:
    """Print the figures."""
    script = Path(sys.executable).parent / "s2s-tui"
    ours = [str(script), "--version"] if script.exists() else [sys.executable, "-m", "s2s_tui", "--version"]
    theirs = [sys.executable, "-c", "import click"]
    mine, other, times = of_pairs(lambda: taken(ours), lambda: taken(theirs), size(ROUNDS, 2))
    say('python -c "import click"', other * 1000, "ms")
    say("s2s-tui --version", mine * 1000, "ms")
    say("  against it", times, "times", "at most 2")


def taken(command: list[str]) -> float:
    """CPU seconds of a process, start to end: it waits for nothing, and others' work doesn't count."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return usage.ru_utime + usage.ru_stime
