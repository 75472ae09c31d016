"""Many guesses at once, from many processes (R-LOG-1, R-LOG-6)."""

import json
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import making
import pytest

from s2s_tui.base.errors import NotLoggedOn
from s2s_tui.base.settings import Settings
from s2s_tui.services import accounts, hashing, lockout, sessions
from s2s_tui.services.site import Site, open_site
from s2s_tui.store.models import LogonFailure, User

pytestmark = pytest.mark.slow
WRONG = "three noisy words"
PROCESSES, GUESSES = 20, 50
GUESSER = """
import json, sys, time
from collections import Counter
from pathlib import Path
from s2s_tui.base.errors import NotLoggedOn
from s2s_tui.base.settings import Settings
from s2s_tui.services import accounts
from s2s_tui.services.site import open_site
named, start, number, guesses = json.loads(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
site, told = open_site(Settings(**named)), Counter()
print("ready", flush=True)
while not start.exists():
    time.sleep(0.01)
for guess in range(guesses):
    while (start.parent / "rest").exists():
        time.sleep(0.05)
    try:
        accounts.begin(site, "680dba", f"guess {number} {guess} of many", origin=f"10.0.{number}.1")
        told["in"] += 1
    except NotLoggedOn as error:
        told[error.code] += 1
print(json.dumps(told))
"""


@pytest.fixture
def dear(lite: Site) -> Site:
    """The small world at the full cost of a password, by the real clock."""
    named = {
        "database": lite.settings.database,
        "key_file": lite.settings.key_file,
        "checkpoint_file": lite.settings.checkpoint_file,
    }
    site = open_site(Settings(**named))
    digest = hashing.hashed(site.settings, making.PASSWORD)
    site.store.write(lambda: User.update(password=digest).execute())
    return site


def logon(site: Site) -> float:
    """The seconds that a valid user's logon takes, elsewhere."""
    begun = time.perf_counter()
    actor = accounts.log_on(site, "681user", making.PASSWORD, origin="10.9.9.9")
    taken = time.perf_counter() - begun
    sessions.log_off(actor, site)
    return taken


@pytest.mark.requirement("R-LOG-6")
def test_a_thousand_guesses_from_twenty_processes_get_no_further_and_slow_nobody_down(dear, tmp_path):
    names = ("database", "key_file", "checkpoint_file")
    named = json.dumps({name: getattr(dear.settings, name) for name in names})
    start, rest = tmp_path / "start", tmp_path / "rest"
    guessers = [
        subprocess.Popen(
            [sys.executable, "-c", GUESSER, named, start, str(number), str(GUESSES)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    try:
        for one in guessers:
            assert one.stdout.readline() == "ready\n"
        begun = time.monotonic()
        start.touch()
        time.sleep(2)
        quiet, flooded = [], []
        # By turns: whatever else the machine does then slows both alike.
        for _ in range(15):
            rest.touch()
            time.sleep(0.7)
            quiet += [logon(dear), logon(dear)]
            rest.unlink()
            time.sleep(0.1)
            flooded += [logon(dear), logon(dear)]
        told: dict[str, int] = {}
        for one in guessers:
            for code, count in json.loads(one.communicate(timeout=120)[0]).items():
                told[code] = told.get(code, 0) + count
        lasted = time.monotonic() - begun
    finally:
        for one in guessers:
            one.kill()
    assert sum(told.values()) == PROCESSES * GUESSES
    assert set(told) <= {"logon-wrong", "logon-wait"}
    # Free tries, then one after each wait, which doubles.
    allowed = lockout.FREE_TRIES
    wait = lockout.FIRST_WAIT.total_seconds()
    while lasted > wait:
        allowed, lasted, wait = allowed + 1, lasted - wait, wait * 2
    assert told["logon-wrong"] <= allowed
    assert statistics.median(flooded) < 2 * statistics.median(quiet), (quiet, flooded)


@pytest.mark.requirement("R-LOG-1")
@pytest.mark.parametrize("pause", [0.0, accounts.PAUSE or 0.5])
def test_times_of_known_and_unknown_names_cannot_be_told_apart(dear, monkeypatch, pause):
    """By the best threshold between them a guess is right hardly more often than by a coin."""
    monkeypatch.setattr(accounts, "PAUSE", pause)
    # Of samples as small as these from one distribution nine in a thousand part farther; not three in a row.
    tries = []
    for _ in range(3):
        tries.append(_told_apart(dear, 40 if not pause else 12))
        share, limit, _seconds = tries[-1]
        if share < limit:
            return
    pytest.fail(f"told apart each time: {tries}")


def _told_apart(dear: Site, count: int) -> tuple[float, float, tuple[float, float]]:
    """How often the best guess is right, how often it may be, and both medians in seconds."""
    known, unknown = [], []
    for number in range(count):
        for username, taken in (("680user", known), (f"nobody{number}", unknown)):
            dear.store.write(lambda: LogonFailure.delete().execute())
            begun = time.perf_counter()
            with pytest.raises(NotLoggedOn):
                accounts.begin(dear, username, WRONG)
            taken.append(time.perf_counter() - begun)
    thresholds = sorted(known + unknown)
    right = max(
        max(share, 1 - share)
        for at in thresholds
        for share in [(sum(x <= at for x in known) + sum(x > at for x in unknown)) / (2 * count)]
    )
    # By Kolmogorov and Smirnov.
    return right, 0.5 + 1.65 * (2 / count) ** 0.5 / 2, (statistics.median(known), statistics.median(unknown))


@pytest.mark.requirement("R-LOG-6")
def test_few_passwords_are_checked_at_once_on_a_machine(dear, tmp_path):
    """Places are shared by processes; one that dies gives its place back."""
    settings = replace(dear.settings, argon2_at_once=1)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, os, sys, time\n"
            "file = os.open(sys.argv[1], os.O_RDWR)\n"
            "fcntl.flock(file, fcntl.LOCK_EX)\nprint('held', flush=True)\ntime.sleep(60)",
            str(Path(settings.home) / "logons" / "0.lock"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        begun = time.monotonic()
        holder_ends = 1.0
        subprocess.Popen(["/bin/sh", "-c", f"sleep {holder_ends}; kill -9 {holder.pid}"])
        assert hashing.fits(settings, "", WRONG) is False
        assert time.monotonic() - begun >= holder_ends * 0.9
    finally:
        holder.kill()
