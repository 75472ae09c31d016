"""Ctrl+C, SIGTERM and a hang-up: they end a command where it stands, and what it opened is closed."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = {signal.SIGINT: "terminated", signal.SIGTERM: "terminated", signal.SIGHUP: "hang-up"}
"""What asks a command to end, and what its session's record says then."""


class Stopped(BaseException):
    """The command was asked to end; not an Exception, so that nothing on the way takes it for a fault.

    Attributes:
        reason: `terminated` or `hang-up`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block a signal raises `Stopped`."""
    with _handled(_raise):
        yield


@contextmanager
def held() -> Iterator[None]:
    """Within the block signals wait: for what must not be left half done."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


class Wish:
    """Whether an end was asked for; the second time it comes at once."""

    def __init__(self) -> None:
        self.reason = ""

    def note(self, number: int, frame: FrameType | None) -> None:
        """Remember the wish."""
        if self.reason:
            _raise(number, frame)
        self.reason = SIGNALS[signal.Signals(number)]


@contextmanager
def between() -> Iterator[Wish]:
    """Within the block a signal only notes a wish, for a loop to end between two files."""
    wish = Wish()
    with _handled(wish.note):
        yield wish


def _raise(number: int, _frame: FrameType | None) -> None:
    raise Stopped(SIGNALS[signal.Signals(number)])


@contextmanager
def _handled(handler: Any) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What was ignored stays ignored: `nohup` means it.
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        for number, was in before.items():
            if was != signal.SIG_IGN:
                signal.signal(number, handler)
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)
