"""Passwords as hashes, so many at once on a machine and no more (R-LOG-6)."""

import fcntl
import time
from dataclasses import replace
from pathlib import Path

import pytest

from s2s_tui.services import hashing

pytestmark = pytest.mark.requirement("R-LOG-6")


def open_files() -> int:
    """How many files this process has open."""
    return sum(1 for _file in Path("/proc/self/fd").iterdir())


@pytest.mark.parametrize("password", ["three quiet words", "", "tŷ ŵyn 🙂", "half \udce9", "a\0b"])
def test_a_password_fits_its_own_hash_and_no_other(settings, password):
    digest = hashing.hashed(settings, password)
    assert digest.startswith("$argon2id$")
    assert hashing.fits(settings, digest, password)
    assert not hashing.fits(settings, digest, password + " ")
    assert hashing.hashed(settings, password) != digest


def test_nothing_fits_where_there_is_no_hash_or_a_broken_one(settings):
    assert not hashing.fits(settings, "", "")
    for broken in ("x", "$argon2id$v=19$m=8,t=1,p=1$AAAA", "$2b$12$" + "x" * 53):
        assert not hashing.fits(settings, broken, "")


def test_a_hash_of_another_cost_is_dated(settings):
    digest = hashing.hashed(settings, "x")
    assert not hashing.is_dated(settings, digest)
    assert hashing.is_dated(replace(settings, argon2_passes=2), digest)
    assert hashing.is_dated(replace(settings, argon2_memory_kib=16), digest)


def test_who_finds_all_places_taken_waits_for_one_but_not_for_ever(settings, monkeypatch):
    monkeypatch.setattr(hashing, "PATIENCE", 0.15)
    one = replace(settings, argon2_at_once=1)
    hashing.hashed(one, "x")
    (lock,) = (settings.home / "logons").iterdir()
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()
        assert hashing.hashed(one, "x")
        assert time.monotonic() - began >= 0.15
        # Where one would wait now, the test would never end.
        monkeypatch.setattr(hashing, "PATIENCE", 3600.0)
        # A second place is free.
        hashing.hashed(replace(settings, argon2_at_once=2), "x")
        # Without a limit nobody looks for a place.
        hashing.hashed(replace(settings, argon2_at_once=0), "x")
    assert sorted(path.name for path in (settings.home / "logons").iterdir()) == ["0.lock", "1.lock"]


def test_a_place_is_given_back(settings):
    one = replace(settings, argon2_at_once=1)
    hashing.hashed(one, "x")
    with (settings.home / "logons" / "0.lock").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    before = open_files()
    hashing.hashed(one, "x")
    assert open_files() == before


def test_where_places_can_not_be_shared_there_is_no_limit(settings):
    folder = settings.home / "logons"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder")
    assert hashing.fits(settings, hashing.hashed(settings, "x"), "x")
    folder.unlink()
    folder.mkdir()
    # The second of the places is somebody's link: the first is closed again.
    (folder / "1.lock").symlink_to(settings.home)
    before = open_files()
    assert hashing.fits(settings, hashing.hashed(settings, "x"), "x")
    assert open_files() == before
