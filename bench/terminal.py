"""A program in a real terminal: when its first full frame is there, and what it sends."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyte

COLUMNS, ROWS = 80, 24
STILL = 0.4
"""Seconds without a byte after which a screen is taken to have settled."""
PATIENCE = 30.0
DOWN = b"\x1b[B"

Timed = list[tuple[float, bytes]]
"""What came, each piece with the seconds since the start."""


class Terminal:
    """One process in a pty of 80 × 24."""

    def __init__(self, command: Sequence[str], **environment: str) -> None:
        self.master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "S2S"))}
        usual = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
            env=kept | usual | environment,
        )

    def settled(self, wanted: str = "") -> Timed:
        """What comes until the screen is still; until it shows a text, where one is given."""
        pieces: Timed = []
        screen = Screen()
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            if got := self.read(STILL):
                pieces.append(got)
                screen.feed(got[1])
            elif wanted in screen.text and (pieces or not wanted):
                return pieces
        raise AssertionError(f"never saw {wanted!r} in:\n{screen.text}")

    def read(self, seconds: float) -> tuple[float, bytes] | None:
        """The next piece, if one comes in time."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return None
        with contextlib.suppress(OSError):
            if piece := os.read(self.master, 65536):
                return time.perf_counter() - self.started, piece
        return None

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self.master, keys)

    def cost(self, keys: bytes) -> int:
        """Bytes that it sends for some keys, until the screen is still."""
        self.press(keys)
        return sum(len(piece) for _, piece in self.settled())

    def idle(self, seconds: float) -> int:
        """Bytes that it sends while nobody does anything."""
        end, sent = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            if got := self.read(left):
                sent += len(got[1])
        return sent

    def close(self) -> None:
        """End the process and close the terminal."""
        self.process.kill()
        self.process.wait(5)
        os.close(self._slave)
        os.close(self.master)


class Screen:
    """What a terminal shows after some bytes."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    def feed(self, piece: bytes) -> None:
        """Let it show more."""
        self._stream.feed(piece)

    @property
    def text(self) -> str:
        """Its lines."""
        return "\n".join(self._screen.display)


@contextlib.contextmanager
def terminal(command: Sequence[str], **environment: str) -> Iterator[Terminal]:
    """A program in a terminal for the time of the block."""
    opened = Terminal(command, **environment)
    try:
        yield opened
    finally:
        opened.close()


def first_frame(command: Sequence[str], wanted: str, **environment: str) -> float:
    """Seconds from a program's start until its screen first looks as it does once it has settled.

    Args:
        command: the program.
        wanted: what the settled screen shows, so that an error isn't taken for a quick start.
        environment: beside the usual.
    """
    with terminal(command, **environment) as opened:
        pieces = opened.settled(wanted)
    screen, shown = Screen(), []
    for _, piece in pieces:
        screen.feed(piece)
        shown.append(screen.text)
    return next(at for (at, _), text in zip(pieces, shown, strict=True) if text == shown[-1])


def python(*arguments: str) -> list[str]:
    """A command that runs this Python."""
    return [sys.executable, *arguments]


def table_host(rows: int) -> list[str]:
    """A list of so many made-up files in an app of its own."""
    return python(str(Path(__file__).parent.parent / "tests" / "tui" / "hosts" / "table.py"), str(rows))


TABLE_SHOWS = "01 Oct"
