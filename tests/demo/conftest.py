"""Worlds that several tests look at: made once, opened by each."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import making
import pytest

from s2s_tui.base.settings import Settings
from s2s_tui.demo import world
from s2s_tui.demo.world import World
from s2s_tui.services.site import Site, open_site

CHEAP = Settings(argon2_memory_kib=8, argon2_passes=1)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The small world, as it stands on 24 November 2026."""
    return world.make(CHEAP, "small", making.Clock(), folder=tmp_path_factory.mktemp("demo") / "small")


@pytest.fixture
def demo(small: World) -> Iterator[Site]:
    """The small world, open; its clock stands."""
    site = replace(open_site(small.settings), clock=making.Clock())
    yield site
    site.store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test makes its own."""
    return tmp_path / "demo"
