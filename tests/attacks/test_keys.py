"""The audit key: another's, anybody's, gone; and whose eyes the files beside the database are for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from s2s_tui.base.errors import Refused, Unreachable
from s2s_tui.services import site as sites
from s2s_tui.services import upkeep


@pytest.fixture
def made(settings):
    upkeep.init(settings)
    return settings


@pytest.mark.requirement("R-SYS-3")
def test_work_under_another_databases_key_does_not_begin(made):
    """What it sealed could never be verified, and nobody would notice before the next look."""
    key = made.key_path.read_text()
    assert upkeep.verify(sites.open_site(made)).ok
    made.key_path.write_text("ab" * 32 + "\n")
    with pytest.raises(Unreachable, match="key-other"):
        sites.open_site(made)
    made.key_path.write_text(key)
    assert upkeep.verify(sites.open_site(made)).ok


def test_a_key_that_init_makes_beside_an_old_database_is_not_taken_for_its_own(made):
    made.key_path.unlink()
    with pytest.raises(Refused, match="database-exists"):
        upkeep.init(made)
    with pytest.raises(Unreachable, match="key-"):
        sites.open_site(made)


def test_what_the_database_keeps_of_its_key_does_not_tell_it(made):
    site = sites.open_site(made)
    mark = sites.mark_of(site.key)
    assert mark not in site.key.hex()
    assert site.key.hex() not in made.key_path.with_name("s2s.sqlite").read_bytes().decode("latin-1")


@pytest.mark.parametrize("mask", ["000", "022", "077"])
def test_whatever_the_umask_nothing_beside_the_database_is_for_others(tmp_path: Path, mask: str) -> None:
    """Database, its log of changes, key, backup: pupils' data and what seals the audit log."""
    home = tmp_path / "home"
    code = f"""
import os
os.umask(0o{mask})
from pathlib import Path
from s2s_tui.base.settings import Settings
from s2s_tui.services import site, upkeep
home = Path({str(home)!r})
settings = Settings(database=f"sqlite:///{{home}}/s2s.sqlite", argon2_memory_kib=8, argon2_passes=1)
upkeep.init(settings)
open_one = site.open_site(settings)
with open_one.store.connection():
    upkeep.backup(settings, home / "backup.sqlite")
    for path in sorted(home.rglob("*")):
        print(f"{{path.stat().st_mode & 0o777:o}} {{path.stat().st_size}} {{path.name}}")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seen = [line.split() for line in ran.stdout.splitlines()]
    assert {"s2s.sqlite", "s2s.sqlite-wal", "audit.key", "backup.sqlite"} <= {name for *_, name in seen}
    open_to_others = [name for mode, _size, name in seen if int(mode, 8) & 0o077]
    assert open_to_others == []
    assert os.stat(home).st_mode & 0o077 == 0  # noqa: PTH116
