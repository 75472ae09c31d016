"""Reading much: one view of the database for several queries, rows that never lie in memory together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from s2s_tui.store.database import Store

AT_A_TIME = 2000
"""Rows that are fetched at once."""
LOOK = 50_000
"""Steps of SQLite's machine between two looks whether to go on: some milliseconds."""


@contextmanager
def snapshot(store: Store, still: Callable[[], None] | None = None) -> Iterator[None]:
    """Within the block every query sees what the first saw; nothing may be written.

    Args:
        store: the open database.
        still: called now and then while SQLite works on a query; what it raises ends the query and comes out
            here. A server's query is looked after between its rows only.
    """
    raised: list[BaseException] = []

    def look() -> int:
        try:
            if still is not None:
                still()
        except BaseException as error:
            raised.append(error)
        return bool(raised)

    database = store.database
    with store.connection():
        is_file = store.path is not None
        watched = database.connection() if is_file and still is not None else None
        try:
            if watched is not None:
                watched.set_progress_handler(look, LOOK)
            with database.atomic("DEFERRED" if is_file else _repeatable()):
                yield
        except Exception as error:
            if raised:
                raise raised[0] from error
            raise
        finally:
            if watched is not None:
                watched.set_progress_handler(None, 0)


def rows(store: Store, query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a query as the driver gives them; within `snapshot`. See `blocks`."""
    for found in blocks(store, query):
        yield from found


def blocks(store: Store, query: Any) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query as the driver gives them, a few at a time; within `snapshot`.

    Days and moments are text on SQLite (`2026-11-24 10:30:00`), objects on a server.
    """
    database = store.database
    sql, params = query.bind(database).sql()
    if store.path is not None:
        cursor = database.execute_sql(sql, params)
    else:
        cursor = database._adapter.server_side_cursor(database.connection())
        cursor.itersize = AT_A_TIME
        cursor.execute(sql, params)
    try:
        while found := cursor.fetchmany(AT_A_TIME):
            yield found
    finally:
        cursor.close()


def _repeatable() -> Any:
    from psycopg import IsolationLevel

    return IsolationLevel.REPEATABLE_READ
