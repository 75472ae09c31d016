"""Slow work beside the screen.

Textual's thread workers and asyncio's executor are waited for at exit, so a slow query would hold
up quitting. These threads are daemons: leaving the app never waits for one. A write is safe: what
was not committed is rolled back with the process.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.worker import WorkType

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking call in a thread of its own and wait for it without holding up the screen.

    Args:
        work: what to run; it must not touch widgets. Database connections are opened and closed in it.
        args: its arguments.
        kwargs: its keyword arguments.

    Returns:
        What it returned.

    Raises:
        Exception: what it raised. Cancelling the wait leaves the thread to end by itself.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    context = copy_context()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = context.run(work, *args, **kwargs)
        except BaseException as raised:
            # A future can't carry StopIteration, and SystemExit in a thread is nobody's wish to leave.
            fits = isinstance(raised, Exception) and not isinstance(raised, StopIteration)
            error = raised if fits else RuntimeError(repr(raised))
        try:
            loop.call_soon_threadsafe(settle, result, error)
        except RuntimeError:
            return  # the loop is closed: the app has left

    threading.Thread(target=run, name=f"s2s-{getattr(work, '__name__', 'work')}", daemon=True).start()
    return await future


def instead(
    node: "DOMNode",
    group: str,
    work: Callable[P, Coroutine[Any, Any, None]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Work in the background on a widget, in place of what its group is still at; what it raises is its own.

    It is begun only when it is its turn: a coroutine that another takes the place of before that would never
    be awaited, and Python says so in the middle of the screen.

    Args:
        node: the widget whose work it is.
        group: of which there is one at a time.
        work: what to await.
        args: its arguments.
        kwargs: its keyword arguments.
    """
    begun: WorkType[None] = partial(work, *args, **kwargs)
    node.run_worker(begun, group=group, exclusive=True, exit_on_error=False)
