"""The app: one main screen after a logon screen; errors are said, and leaving is always possible."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from time import monotonic
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.worker import WorkerFailed

from s2s_tui.base import failures
from s2s_tui.base.errors import NotLoggedOn, S2SError
from s2s_tui.base.settings import Settings
from s2s_tui.base.translation import _, speak
from s2s_tui.services.wording import say
from s2s_tui.tui.acting import Sturdy
from s2s_tui.tui.attending import Attended
from s2s_tui.tui.life import Watch
from s2s_tui.tui.messages import Failed, Kind, Told
from s2s_tui.tui.registry import Entry
from s2s_tui.tui.session import Reason, Session
from s2s_tui.tui.shell import Shell
from s2s_tui.tui.themes import THEMES
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.foot import Check, Foot, Progress
from s2s_tui.tui.widgets.status import Status

SAME = 5.0
"""Seconds in which the same bug counts as one, so that a line that can't be drawn doesn't fill the log."""
TOO_OFTEN = 3
"""How often in that time before the pane is taken away."""


class WholeCells(ScrollBarRender):
    """A scroll bar of whole cells: no part of a block that a terminal without UTF-8 couldn't show."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


class S2SApp(Sturdy, Attended):
    """The terminal app.

    Args:
        site: what services work on; handed to the panes as it is.
        settings: theme, mouse and the home folder of the error log are read.
        logon: makes the screen before the first and after each session; it calls `begin`.
        entries: the menu.
        idle_minutes: after how long without a key or click the app is covered until the password is typed
            again; 0: never. `settings.locked_minutes` later the session ends.
    """

    TITLE = "s2s"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: $background; color: $foreground; overflow: hidden; }
    ModalScreen { background: $background; align: center middle; }
    """
    BINDINGS: ClassVar = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("f10", "quit", show=False),
        Binding("ctrl+c", "explain_quit", show=False),
    ]

    def __init__(
        self,
        *,
        site: Any,
        settings: Settings,
        logon: Callable[[], Screen[Any]],
        entries: Sequence[Entry],
        idle_minutes: int = 0,
    ) -> None:
        ScrollBar.renderer = WholeCells
        super().__init__(settings)
        self.site = site
        self.low_bandwidth = settings.low_bandwidth
        self._logon = logon
        self._entries = tuple(entries)
        self._idle = idle_minutes * 60
        self._leaving = False
        self._asking_to_quit = False
        self._bugs: dict[str, tuple[float, int]] = {}
        self._watch = Watch(self._told_to_leave, self._end_now)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme
        self.animation_level = "none"

    def run_on_terminal(self) -> int:
        """Run until it is left; returns the exit code for the process."""
        self._watch.keep_modes()
        try:
            self.run(mouse=self.settings.mouse)
        finally:
            self._watch.stop()
        self._end_now("quit")
        return self.return_code or 0

    async def on_mount(self) -> None:
        """Watch for signals, show the logon screen."""
        if not self.is_headless:
            self._watch.start()
        if self._idle:
            self.set_interval(15, self._look_for_idleness)
        await self.push_screen(self._logon())

    # Sessions

    def may(self, permission: str) -> bool:
        """Whether whoever is logged on has a permission."""
        return self.session is not None and self.session.may(permission)

    def begin(self, session: Session) -> None:
        """Start a session: the main screen takes the logon screen's place."""
        self.session = session
        self.attend()
        self._put(Shell(session, self._entries))

    async def end(self, reason: Reason) -> None:
        """End the session, if there is one, and go back to the logon screen."""
        session, self.session = self.session, None
        self.uncovered()
        if session is not None:
            try:
                await in_thread(session.on_end, reason)
            except Exception as error:
                self.fail(error)
            self._put(self._logon())

    async def _sent_away(self, why: str) -> None:
        # The session was ended by others (deleted, deactivated, reset): the logon screen says so.
        await self.end("ended")
        self.call_later(self.tell, why, "error")

    def _end_now(self, reason: Reason) -> None:
        session, self.session = self.session, None
        if session is not None:
            try:
                session.on_end(reason)
            except Exception as error:
                failures.keep(error, self.settings.home)

    def _put(self, screen: Screen[Any]) -> None:
        # Not awaited here: the caller may be a worker of the screen that goes, which would wait for itself.
        self.call_later(self._only, screen)

    async def _only(self, screen: Screen[Any]) -> None:
        while len(self.screen_stack) > 2:
            await self.pop_screen()
        await self.switch_screen(screen)

    async def open(self, entry_id: str, **wish: Any) -> None:
        """Show a menu entry's pane; `wish` goes to its `arrive`."""
        if isinstance(self.front, Shell):
            await self.front.open(entry_id, **wish)

    def change_language(self, language: str) -> None:
        """Speak another language from now on: the screen is made anew."""
        speak(language)
        if self.session is None:
            self._put(self._logon())
            return
        shell = Shell(self.session, self._entries)
        shell.first = next((s.current for s in self.screen_stack if isinstance(s, Shell)), "")
        self._put(shell)

    # Saying and asking

    def tell(self, text: str, kind: Kind = "said") -> None:
        """Show a sentence (translated, raw inside) in the status line of the topmost screen that has one."""
        for screen in reversed(self.screen_stack):
            # The cover says only what is its own: beneath there may be pupils' names.
            for status in screen.query(Status) if screen is not self._cover else ():
                status.tell(text, kind)
                return

    def notify(self, message: str, *, severity: str = "information", **_options: Any) -> None:
        """Textual's pop-ups are said in the status line, too."""
        kinds: dict[str, Kind] = {"warning": "warning", "error": "error"}
        self.tell(message, kinds.get(severity, "said"))

    def on_told(self, message: Told) -> None:
        """A widget says something."""
        self.tell(message.text, message.kind)

    def on_failed(self, message: Failed) -> None:
        """A widget could not."""
        self.fail(message.error)

    def fail(self, error: BaseException) -> None:
        """Say what was raised: an `S2SError` in words, a bug by the reference of its log entry."""
        if isinstance(error, WorkerFailed):
            error = error.error
        if isinstance(error, NotLoggedOn) and self.session is not None:
            self.run_worker(self._sent_away(say(error)), exit_on_error=False)
            return
        if isinstance(error, S2SError):
            self.tell(say(error), "error")
            return
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        same = f"{type(error).__name__} {place.tb_frame.f_code.co_filename if place else ''}"
        same += f":{place.tb_lineno if place else 0}"
        first, times = self._bugs.get(same, (0.0, 0))
        if monotonic() - first < SAME:
            self._bugs[same] = (first, times + 1)
            if times + 1 == TOO_OFTEN and isinstance(self.screen, Shell):
                self.call_later(self.screen.drop)
            return
        self._bugs[same] = (monotonic(), 1)
        name, path = failures.keep(error, self.settings.home)
        said = _("Something went wrong in the program; the rest goes on. Reference {name}, kept in {file}.")
        file = path or _("no file: none could be written")
        self.tell(said.format(name=name, file=file), "error")

    def _handle_exception(self, error: Exception) -> None:
        # Textual's end of the app, with the values of variables on the screen: only before there is a screen.
        if self._running and self.screen_stack:
            self.post_message(Failed(error))
        else:
            super()._handle_exception(error)

    async def ask(self, question: str) -> bool:
        """Ask a yes-or-no question in the foot; await it in a worker (`Foot.ask`)."""
        return await self.front.query_one(Foot).ask(question)

    async def prompt(
        self, label: str, value: str = "", *, password: bool = False, check: Check | None = None
    ) -> str | None:
        """Let a short text be typed in the foot; None: Esc (`Foot.prompt`)."""
        return await self.front.query_one(Foot).prompt(label, value, password=password, check=check)

    def progress(self, title: str, total: int = 0) -> AbstractContextManager[Progress]:
        """Show in the foot how far something is (`Foot.progress`)."""
        return self.front.query_one(Foot).progress(title, total)

    async def on_event(self, event: events.Event) -> None:
        """Keys and clicks count as being there, and clear a status line that has been read."""
        if isinstance(event, events.Key | events.MouseDown) and not event.is_forwarded:
            self.somebody_is_there()
            for status in self.screen.query(Status):
                status.clear_if_read()
        await super().on_event(event)

    # Leaving

    def action_explain_quit(self) -> None:
        """Ctrl+C ends nothing here."""
        self.tell(_("Ctrl+Q or F10 leaves the program."))

    async def action_quit(self) -> None:
        """Ctrl+Q or F10: asks while someone is logged on; pressed again it counts as a yes."""
        self.run_quit()

    def run_quit(self) -> None:
        """Leave, after asking where someone is logged on."""
        covered = self._cover is not None
        if self.session is None or covered or self._asking_to_quit or not self.screen.query(Foot):
            self._leave("quit", 0)
        else:
            self.run_worker(self._ask_to_quit(), exit_on_error=False)

    async def _ask_to_quit(self) -> None:
        self._asking_to_quit = True
        try:
            if await self.ask(_("Log off and leave the program?")):
                self._leave("quit", 0)
        finally:
            self._asking_to_quit = False

    def _told_to_leave(self, reason: Reason, code: int) -> None:
        self._leave(reason, code)

    def _leave(self, reason: Reason, code: int) -> None:
        if not self._leaving:
            self._leaving = True
            self.run_worker(self._go(reason, code), exit_on_error=False)

    async def _go(self, reason: Reason, code: int) -> None:
        try:
            await in_thread(self._end_now, reason)
        finally:
            self.exit(return_code=code)
