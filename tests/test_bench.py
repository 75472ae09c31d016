"""The measurements run: what they print is for people, and depends on the machine."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOUNDATION = (
    "check",
    "uploads",
    "memory",
    "startup",
    "paint",
    "keys",
    "rows",
    "split",
    "register",
    "messages",
    "reports",
)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FOUNDATION)
def test_each_measurement_runs_small(name):
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "at most" in done.stdout or "at least" in done.stdout


def test_a_name_that_is_no_measurement_is_refused_with_those_that_are():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "speed"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert set(FOUNDATION) <= set(done.stderr.replace(",", " ").replace(";", " ").split())
