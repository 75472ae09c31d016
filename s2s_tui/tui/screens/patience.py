"""Work that may take long: in a thread, with a bar as soon as it does, which Esc stops."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from s2s_tui.base.errors import Refused
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.foot import Progress

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp

T = TypeVar("T")
SOON = 0.4
"""Seconds after which it gets its bar."""


async def patiently(app: "S2SApp", title: str, work: Callable[[Callable[[int, int], None]], T]) -> T:
    """Do something in a thread.

    Args:
        app: has the foot that shows the bar.
        title: what is done; translated.
        work: is given a step to call now and then, with how many of how many are done (`0, 0` where nobody
            knows); it raises once the person has pressed Esc.

    Returns:
        What it returned.

    Raises:
        Refused: `stopped`.
        Exception: what it raised.
    """
    progress: Progress | None = None

    def step(done: int, total: int) -> None:
        if progress is not None:
            if progress.cancelled:
                raise Refused("stopped")
            if total:
                progress.step(done, total)

    waiting = asyncio.ensure_future(in_thread(work, step))
    try:
        await asyncio.wait({waiting}, timeout=SOON)
        if waiting.done():
            return await waiting
        with app.progress(title) as progress:
            return await waiting
    finally:
        waiting.cancel()
