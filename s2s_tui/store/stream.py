"""Reading much: one view of the database for several queries, rows that never lie in memory together."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from s2s_tui.store.database import Store

AT_A_TIME = 2000
"""Rows that are fetched at once."""
LOOK = 50_000
"""Steps of SQLite's machine between two looks whether to go on: some milliseconds."""
LOOK_SECONDS = 0.1
"""Between two such looks while a server works."""
CANCEL_SECONDS = 5.0
"""How long a server is waited for that is asked to give up a query."""

Write = Callable[[Callable[[], None]], None]


@contextmanager
def snapshot(store: Store, still: Callable[[], None] | None = None) -> Iterator[None]:
    """Within the block every query sees what the first saw; nothing may be written (but see `beside`).

    Args:
        store: the open database.
        still: called now and then while a query runs, on a server by another thread; what it raises ends the
            query and comes out here.
    """
    raised: list[BaseException] = []
    database = store.database
    with store.connection():
        is_file = store.path is not None
        watch = _watched_file if is_file else _watched_server
        try:
            with (
                database.atomic("DEFERRED" if is_file else _repeatable()),
                watch(database.connection(), still, raised) if still is not None else nullcontext(),
            ):
                yield
        except Exception as error:
            if raised:
                raise raised[0] from error
            raise
        if raised:
            raise raised[0]


@contextmanager
def _watched_file(connection: Any, still: Callable[[], None], raised: list[BaseException]) -> Iterator[None]:
    def looks() -> Iterator[bool]:
        # A signal's exception may come at once where this goes on, which is inside the `try`: at the head of
        # a function it would be lost. Once this has ended the next call fails, which ends the query.
        try:
            while True:
                yield False
                still()
        except GeneratorExit:
            raise
        except BaseException as error:
            raised.append(error)

    look = looks()
    next(look)
    connection.set_progress_handler(look.__next__, LOOK)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def _watched_server(
    connection: Any, still: Callable[[], None], raised: list[BaseException]
) -> Iterator[None]:
    ended = threading.Event()

    def watch() -> None:
        # Again and again: what is asked for between two queries reaches neither.
        while not ended.wait(LOOK_SECONDS):
            try:
                if not raised:
                    still()
            except BaseException as error:
                raised.append(error)
            if raised:
                _cancel(connection)

    thread = threading.Thread(target=watch, name="s2s-watch", daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        # A signal came while the server works: it would go on, and take nothing else from this connection.
        if connection.info.transaction_status.name == "ACTIVE":
            _cancel(connection)
            while connection.pgconn.get_result() is not None:
                pass
        raise
    finally:
        ended.set()
        thread.join()


def _cancel(connection: Any) -> None:
    """Ask a server to give up what a connection runs; it may be asked from any thread."""
    import psycopg

    # One that can't be reached any more runs nothing for us.
    with suppress(psycopg.Error):
        connection.cancel_safe(timeout=CANCEL_SECONDS)


@contextmanager
def beside(store: Store) -> Iterator[Write]:
    """Within the block: writes that are committed at once, also while this thread reads in a `snapshot`.

    Yields what does a change as `store.write`, by a thread and a connection of its own, made for the first
    one, and waits for it.
    """
    opened = False

    def change_so(change: Callable[[], None]) -> None:
        nonlocal opened
        if store.database.is_closed():
            store.database.connect()
            opened = True
        store.write(change)

    with ThreadPoolExecutor(1, "s2s-beside") as thread:
        try:
            yield lambda change: thread.submit(change_so, change).result()
        finally:
            # Of a reader that was left lying until the program ended the thread has ended before.
            with suppress(RuntimeError):
                if opened:
                    thread.submit(store.close).result()


def rows(store: Store, query: Any, at_a_time: int = 0) -> Iterator[tuple[Any, ...]]:
    """The rows of a query as the driver gives them; within `snapshot`. See `blocks`."""
    for found in blocks(store, query, at_a_time):
        yield from found


def blocks(store: Store, query: Any, at_a_time: int = 0) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query as the driver gives them, a few at a time; within `snapshot`.

    Days and moments are text on SQLite (`2026-11-24 10:30:00`), objects on a server.

    Args:
        store: the open database.
        query: a select.
        at_a_time: rows in memory; 0 is `AT_A_TIME`. Few where each may be large.
    """
    database, count = store.database, at_a_time or AT_A_TIME
    sql, params = query.bind(database).sql()
    if store.path is not None:
        cursor = database.execute_sql(sql, params)
    else:
        cursor = database._adapter.server_side_cursor(database.connection())
        cursor.itersize = count
        cursor.execute(sql, params)
    try:
        while found := cursor.fetchmany(count):
            yield found
    finally:
        cursor.close()


def _repeatable() -> Any:
    from psycopg import IsolationLevel

    return IsolationLevel.REPEATABLE_READ
