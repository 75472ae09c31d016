"""A real terminal for tests: a process in a pty, its screen kept by pyte, its bytes counted."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest
from waiting import LONG

HOSTS = Path(__file__).parent / "hosts"
KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "enter": "\r",
    "escape": "\x1b",
    "space": " ",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "f1": "\x1bOP",
    "tab": "\t",
}


class Terminal:
    """One process in a pty of its own."""

    def __init__(self, argv: list[str], columns: int, rows: int, env: dict[str, str]) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.output = b""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("TEXTUAL", "S2S"))}
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            close_fds=True,
            env=kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"} | env,
        )
        self.slave = slave

    def read(self, seconds: float = 0.0) -> bytes:
        """What comes within some time, or at once what is there."""
        got = b""
        end = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                break
            try:
                chunk = os.read(self.master, 65536)
            except OSError:
                break
            if not chunk:
                break
            got += chunk
        self.output += got
        # pyte takes the private `CSI > … u` and `CSI ? … $p` for text.
        self._stream.feed(_without_queries(got))
        return got

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = LONG) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)
            if wanted(self.text) if callable(wanted) else wanted in self.text:
                return
        raise AssertionError(f"never saw {wanted!r} in:\n{self.text}")

    def quiet(self, still: float = 0.25) -> None:
        """Read until nothing has come for a while."""
        while self.read(still):
            pass

    def is_still(self, seconds: float = 0.7, patience: float = LONG) -> bool:
        """Whether a while comes in which nothing is sent; what was begun before may still come first."""
        end = time.monotonic() + patience
        while self.read(seconds):
            if time.monotonic() > end:
                return False
        return True

    def cost(self, *keys: str) -> int:
        """Bytes that pressing keys sends: from the first on, until the screen is still."""
        self.quiet()
        self.press(*keys)
        end = time.monotonic() + LONG
        while not (got := self.read(0.05)):
            assert time.monotonic() < end, f"{keys} sent nothing"
        total = len(got)
        while got := self.read(0.25):
            total += len(got)
        return total

    def leaves(self) -> int:
        """The exit code, once it has left."""
        code = self.leaves_within(LONG)
        assert code is not None, "it still runs"
        return code

    def leaves_within(self, seconds: float) -> int | None:
        """The exit code, or None if it still runs after that time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.master >= 0:
                self.read(0.02)
            else:
                time.sleep(0.02)
            if self.process.poll() is not None:
                if self.master >= 0:
                    self.read(0.05)
                return self.process.returncode
        return None

    def hang_up(self) -> None:
        """Close the terminal, as a lost connection does."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(LONG)
        for fd in (self.master, self.slave):
            if fd >= 0:
                os.close(fd)
        self.master = self.slave = -1


def _without_queries(data: bytes) -> bytes:
    import re

    return re.sub(rb"\x1b\[[<>=?][0-9;]*(?:u|\$p)|\x1b\[\?2026[hl]", b"", data)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Start a host of `tests/tui/hosts` in a terminal: `terminal("table", "1000", columns=80, rows=24)`."""
    opened: list[Terminal] = []

    def start(
        host: str, *args: str, columns: int = 80, rows: int = 24, code: str = "", **env: str
    ) -> Terminal:
        run = ["-c", code] if code else [str(HOSTS / f"{host}.py"), *args]
        made = Terminal([sys.executable, *run], columns, rows, env)
        opened.append(made)
        return made

    yield start
    for made in opened:
        made.close()


HOSTILE = (
    "O'Brien [/nothing]",
    "[/]",
    "[@click=app.quit]quit[/]",
    "[bold red]x",
    "\x1b[31mred\x1b]0;title\x07",
    "\x9b2J",
    "\u202etxt.XML",
    "a\x00b\nc\td",
    "{braces} %s \\",
    "x" * 300,
    "漢字" * 60,
    "e\u0301" * 40,
)


@pytest.fixture(params=HOSTILE, ids=lambda text: repr(text[:12]))
def hostile(request: pytest.FixtureRequest) -> str:
    """Text from outside that means harm, or is only long or wide."""
    return str(request.param)


def plain_screen(app: object) -> str:
    """What an app under test shows, as lines."""
    width, _height = app.size  # type: ignore[attr-defined]
    strips = app.screen._compositor.render_strips(app.size)  # type: ignore[attr-defined]
    assert all(strip.cell_length == width for strip in strips)
    return "\n".join(strip.text for strip in strips)


@pytest.fixture
def seen() -> Callable[[object], str]:
    """Gives what an app under test shows."""
    return plain_screen
