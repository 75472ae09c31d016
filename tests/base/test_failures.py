"""Bugs are kept where their owner alone reads them, without anybody's data, and never stop a program."""

import re
import stat
from pathlib import Path

import pytest

from s2s_tui.base import failures


@pytest.fixture
def bug():
    """An error with a pupil among the variables of where it happened."""

    def fails(pupil):
        raise ValueError("no")

    name = "Rhys Llewellyn"
    with pytest.raises(ValueError, match="no") as caught:
        fails(name)
    return caught.value


@pytest.mark.requirement("R-SYS-2")
def test_the_error_log_is_private_and_names_no_variables_values(bug, tmp_path):
    name, path = failures.keep(bug, tmp_path / "new")
    log = Path(path)
    assert log == tmp_path / "new" / failures.FILE
    assert re.fullmatch(r"E-[0-9A-F]{4}-[0-9A-F]{4}", name)
    assert name in log.read_text()
    assert "Llewellyn" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_the_error_log_is_kept_small(bug, tmp_path):
    log = tmp_path / failures.FILE
    log.write_text("x" * (failures.LARGEST + 1))
    failures.keep(bug, tmp_path)
    assert log.stat().st_size < 5000
    assert (tmp_path / f"{failures.FILE}.1").exists()


def test_a_log_that_cannot_be_written_is_never_in_the_way(bug, tmp_path):
    name, path = failures.keep(bug, Path("/proc/nowhere"))
    assert (bool(name), path) == (True, "")
    (tmp_path / "target").write_text("mine")
    (tmp_path / failures.FILE).symlink_to(tmp_path / "target")
    assert failures.keep(bug, tmp_path)[1] == ""
    assert (tmp_path / "target").read_text() == "mine"
