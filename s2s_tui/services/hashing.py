"""Passwords as argon2 hashes; few are worked out at once on a machine (R-LOG-6).

Each takes memory and all of a core for its time: a flood of guesses would take both from everybody. The
processes of a machine share so many places as files that they lock; a process that dies gives its place back.
"""

import base64
import contextlib
import fcntl
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import argon2
from argon2 import Type
from argon2.exceptions import InvalidHashError, VerificationError

from s2s_tui.base.settings import Settings

GLANCE = 0.003
"""Seconds between two looks for a free place, on average."""
PATIENCE = 20.0
"""Seconds after which a hash is worked out all the same: nobody is kept out for ever by what hangs."""


def hashed(settings: Settings, password: str) -> str:
    """The argon2 hash of a password, at the cost of the settings."""
    with _place(settings):
        return _hasher(settings).hash(_as_bytes(password))


def fits(settings: Settings, digest: str, password: str) -> bool:
    """Whether a password fits; takes as long where there is nothing to compare with (no `digest`)."""
    if not digest:
        blank = base64.b64encode(bytes(32)).decode().rstrip("=")
        cost = f"m={settings.argon2_memory_kib},t={settings.argon2_passes},p={settings.argon2_lanes}"
        digest = f"$argon2id$v=19${cost}${blank[:22]}${blank}"
    try:
        with _place(settings):
            return _hasher(settings).verify(digest, _as_bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def is_dated(settings: Settings, digest: str) -> bool:
    """Whether a hash is of another cost than that of the settings."""
    return _hasher(settings).check_needs_rehash(digest)


def _as_bytes(password: str) -> bytes:
    # A terminal gives bytes that are no UTF-8 as lone surrogates; they are somebody's password all the same.
    return password.encode("utf-8", "surrogatepass")


def _hasher(settings: Settings) -> argon2.PasswordHasher:
    return argon2.PasswordHasher(
        time_cost=settings.argon2_passes,
        memory_cost=settings.argon2_memory_kib,
        parallelism=settings.argon2_lanes,
        type=Type.ID,
    )


@contextlib.contextmanager
def _place(settings: Settings) -> Iterator[None]:
    """Wait for one of the machine's places; without a folder to share them in there is no limit."""
    if not settings.argon2_at_once:
        yield
        return
    try:
        files = _places(settings.home / "logons", settings.argon2_at_once)
    except OSError:
        yield
        return
    try:
        _wait_for_one(files)
        yield
    finally:
        # Closing gives the place back.
        for file in files:
            os.close(file)


def _places(folder: Path, count: int) -> list[int]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    files: list[int] = []
    try:
        for number in range(count):
            files.append(os.open(folder / f"{number}.lock", flags, 0o600))
    except OSError:
        for file in files:
            os.close(file)
        raise
    return files


def _wait_for_one(files: list[int]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for file in files:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            return
        time.sleep(random.uniform(0, 2 * GLANCE))  # noqa: S311 - not a secret
