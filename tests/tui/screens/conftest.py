"""The real app on a small world: logging on, looking, waiting."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import making
import pytest
from waiting import LONG

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import holds, read

from s2s_tui.services.site import Site
from s2s_tui.store.models import Session, User
from s2s_tui.tui.app import S2SApp
from s2s_tui.tui.entering import Door
from s2s_tui.tui.menu_entries import ENTRIES, TRAINING
from s2s_tui.tui.screens.logon import LogonScreen
from s2s_tui.tui.shell import Shell

SIZE = (80, 24)
PICTURED = (3, 11)
"""The Python that the pictures are made with; others may draw a path or two in another way."""
collect_ignore = [] if sys.version_info[:2] == PICTURED else ["test_pictures.py"]


class Portal:
    """The app over a site, and what tests do with it again and again."""

    def __init__(self, site: Site, seen: Callable[[object], str], **door: Any) -> None:
        self.site = site
        self.door = Door(site, site.settings, **({"origin": ""} | door))
        menu = TRAINING if self.door.training else ENTRIES
        self.app = S2SApp(
            site=site, settings=site.settings, logon=lambda: LogonScreen(self.door), entries=menu
        )
        self._seen = seen

    @property
    def screen(self) -> str:
        return self._seen(self.app)

    @property
    def foot(self) -> str:
        return self.screen.splitlines()[-1]

    async def until(self, pilot: Any, wanted: str | Callable[[], bool], seconds: float = LONG) -> None:
        end = time.monotonic() + seconds
        true = wanted if callable(wanted) else lambda: wanted in self.screen
        while not holds(true):
            if time.monotonic() > end:
                assert true(), f"never saw {wanted!r} in:\n{self.screen}"
            await asyncio.sleep(0.01)
        await pilot.pause()
        await read(pilot)

    async def log_on(self, pilot: Any, username: str, password: str = making.PASSWORD) -> None:
        await self.until(pilot, lambda: isinstance(self.app.screen, LogonScreen) and self.app.focused)
        self.app.screen.query_one("#username").value = username
        self.app.screen.query_one("#password").value = password
        self.app.screen.query_one("#password").focus()
        await pilot.press("enter")
        await self.until(pilot, lambda: isinstance(self.app.screen, Shell) and self.app.screen.current != "")
        await self.until(pilot, lambda: "…\n" not in self.screen and "Looking" not in self.screen)

    def sessions(self, username: str) -> list[Session]:
        with self.site.store.connection():
            return list(Session.select().join(User).where(User.username == username))


@pytest.fixture
def portal(lite: Site, seen: Callable[[object], str]) -> Callable[..., Portal]:
    """Makes the app over the small world: `portal(username="680user")`."""
    return lambda site=lite, **door: Portal(site, seen, **door)
