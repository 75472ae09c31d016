"""Starting only where screens can be shown, and leaving in time when the terminal or the machine says so.

Nothing here imports Textual: `prepare` must run before it is loaded.
"""

import asyncio
import contextlib
import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from types import FrameType
from typing import Any

from s2s_tui.base.errors import WrongUse
from s2s_tui.base.settings import Settings
from s2s_tui.tui.session import Reason
from s2s_tui.tui.text import use_plain, utf8_terminal

LIMIT = 1.5
"""Seconds for leaving; after that the process ends as it is, the terminal put right."""
GLANCE = 1000
"""Milliseconds of one wait for a hang-up; it wakes at once when one comes."""

LEAVE_SCREEN = (
    b"\x1b[<u\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"
    b"\x1b[?2004l\x1b[?1004l\x1b[?2048l\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h"
)
"""Keys, mouse, paste and focus as a shell expects them; the first screen; a cursor."""


def usable_terminal(
    environ: Mapping[str, str] | None = None,
    is_tty: Callable[[], bool] = lambda: all(map(os.isatty, (0, 1, 2))),
    command: str = "s2s-tui --help",
) -> None:
    """Let pass where screens can be shown.

    Args:
        environ: the environment; None is the process's.
        is_tty: whether input and output are a terminal; standard error too, which Textual writes to.
        command: what does the same without screens, for the sentence.

    Raises:
        WrongUse: `terminal-missing` or `terminal-dumb`.
    """
    environ = os.environ if environ is None else environ
    if not is_tty():
        raise WrongUse("terminal-missing", command=command)
    term = environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        raise WrongUse("terminal-dumb", term=term or "?", command=command)


def prepare(settings: Settings, environ: MutableMapping[str, str] | None = None) -> None:
    """Set what Textual reads when it is imported, and the stand-ins for a terminal without UTF-8."""
    environ = os.environ if environ is None else environ
    environ["TEXTUAL_ANIMATIONS"] = "none"
    environ["TEXTUAL_SMOOTH_SCROLL"] = "0"
    if settings.low_bandwidth:
        environ["TEXTUAL_COLOR_SYSTEM"] = "standard"
        environ["TEXTUAL_FPS"] = "15"
    use_plain(not utf8_terminal(environ))


class Watch:
    """Sees SIGTERM, SIGHUP and a terminal that is gone, and makes sure that the process leaves.

    Signals are taken by `signal.signal`, not by the event loop: a loop that waits for a frozen
    terminal to take its output would never hear of them. SIGHUP doesn't always come (sudo with a pty of
    its own, setsid), so a thread waits for the hang-up of the input itself.

    Args:
        leave: called in the event loop with the reason and the exit code: ends the session, leaves the app.
        last: called in a thread when time is up: ends the session if that is still to be done.
    """

    def __init__(self, leave: Callable[[Reason, int], None], last: Callable[[Reason], None]) -> None:
        self._leave = leave
        self._last = last
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = threading.Event()
        self._begun = threading.Event()
        self._before: dict[int, Any] = {}
        self._modes: list[Any] | None = None

    def start(self) -> None:
        """Begin to watch; called from the running event loop, in the main thread."""
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._on_signal)
        threading.Thread(target=self._look, name="s2s-watch", daemon=True).start()

    def keep_modes(self) -> None:
        """Remember how the terminal was; called before the app changes it."""
        with contextlib.suppress(termios.error, OSError):
            self._modes = termios.tcgetattr(0)

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.begin("terminated" if number == signal.SIGTERM else "hangup", 128 + number)

    def begin(self, reason: Reason, code: int) -> None:
        """Leave, once: in good order if there is time, else as it is."""
        if self._begun.is_set():
            return
        self._begun.set()
        threading.Thread(target=self._time_out, args=(reason, code), name="s2s-limit", daemon=True).start()
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._leave, reason, code)

    def _look(self) -> None:
        poll = select.poll()
        poll.register(0, 0)  # a hang-up and errors are reported unasked
        while not self._stopped.is_set():
            try:
                found = poll.poll(GLANCE)
            except OSError:
                found = [(0, select.POLLNVAL)]
            if found and not self._stopped.is_set():
                self.begin("terminal-gone", 128 + signal.SIGHUP)
                return

    def _time_out(self, reason: Reason, code: int) -> None:
        time.sleep(LIMIT)
        if self._stopped.is_set():
            # The app has left; only threads or exit handlers could still hold the process up.
            time.sleep(LIMIT / 5)
        last = threading.Thread(target=self._last, args=(reason,), daemon=True)
        last.start()
        last.join(0.2)
        self.put_terminal_right()
        os._exit(code)

    def put_terminal_right(self) -> None:
        """Give the terminal back as it was, without waiting for it."""
        with contextlib.suppress(OSError, ValueError, termios.error):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
            if self._modes is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._modes)
            os.set_blocking(2, False)
            os.write(2, LEAVE_SCREEN)
