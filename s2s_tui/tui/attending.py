"""Whether somebody is there: the cover after a while without a key, and sessions that others have ended."""

import asyncio
from time import monotonic
from typing import Any, TypeVar

from textual.app import App
from textual.screen import Screen

from s2s_tui.base.errors import NotLoggedOn, S2SError
from s2s_tui.base.settings import Settings
from s2s_tui.services.wording import say
from s2s_tui.tui.session import Reason, Session
from s2s_tui.tui.threads import in_thread

LOOK_AGAIN = 1.0
"""Seconds between two questions whether others have ended the session, while keys are pressed."""
T = TypeVar("T")


class Attended(App[None]):
    """The half of the app that looks after the session while screens come and go (R-LOG-6).

    Args:
        settings: when a cover becomes the session's end is read.
    """

    _idle: int

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.session: Session | None = None
        self._last_key = monotonic()
        self._cover: Screen[Any] | None = None
        self._covered_at = 0.0
        self._uncovered = asyncio.Event()
        self._looked_at = 0.0
        self._looking = False

    async def end(self, reason: Reason) -> None:
        """End the session; the app does."""

    async def _sent_away(self, why: str) -> None:
        """Others have ended it; the app says why."""

    def attend(self) -> None:
        """A session begins."""
        self._cover = None
        self._last_key = self._looked_at = monotonic()

    def _look_for_idleness(self) -> None:
        if self.session is None:
            return
        now = monotonic()
        if self._cover is not None:
            if now - self._covered_at >= self.settings.locked_minutes * 60:
                self.run_worker(self.end("idle"), exit_on_error=False)
        elif now - self._last_key >= self._idle:
            if self.session.prove is None or not self.settings.locked_minutes:
                self.run_worker(self.end("idle"), exit_on_error=False)
            else:
                self.cover()

    def cover(self) -> None:
        """Cover everything until the password is typed again; what lies beneath stays and goes on."""
        if self.session is None or self._cover is not None:
            return
        from s2s_tui.tui.screens.lock import LockScreen

        self._uncovered.clear()
        self._covered_at = monotonic()
        self._cover = LockScreen(self.session)
        self.push_screen(self._cover)

    def uncover(self) -> None:
        """The password was right: go on where it was."""
        if self._cover is not None and self.screen is self._cover:
            self._last_key = monotonic()
            self.pop_screen()
            self.uncovered()

    def uncovered(self) -> None:
        """There is no cover any more: what waited for that goes on."""
        self._cover = None
        self._uncovered.set()

    @property
    def front(self) -> Screen[Any]:
        """The screen that is worked with: the topmost beneath the cover."""
        return next(screen for screen in reversed(self.screen_stack) if screen is not self._cover)

    async def push_screen_wait(self, screen: Screen[T], *, mode: str | None = None) -> T:  # type: ignore[override]
        """As Textual's; nothing comes to lie over the cover."""
        while self._cover is not None:
            await self._uncovered.wait()
        return await super().push_screen_wait(screen, mode=mode)

    def somebody_is_there(self) -> None:
        """A key or a click."""
        self._last_key = monotonic()
        self._look_at_session()

    def _look_at_session(self) -> None:
        """Ask whether others have ended the session: at the next key, and at most once a second."""
        if self.session is None or self.session.check is None or self._looking:
            return
        self._looking = True
        wait = LOOK_AGAIN - (monotonic() - self._looked_at)
        self.run_worker(self._check_session(max(0.0, wait)), exit_on_error=False, group="session")

    async def _check_session(self, wait: float) -> None:
        try:
            await asyncio.sleep(wait)
            session = self.session
            if session is None or session.check is None:
                return
            self._looked_at = monotonic()
            try:
                await in_thread(session.check)
            except NotLoggedOn as error:
                if self.session is session:
                    await self._sent_away(say(error))
            except S2SError:
                return  # whatever is done next will say that the database can't be reached
        finally:
            self._looking = False
