"""Long reports: read from the database a stretch at a time, names looked up beside it, moments made days."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import peewee

from s2s_tui.base.clock import local_date
from s2s_tui.services.reports.counts import name_in
from s2s_tui.services.reports.model import Asked, Cells, Of
from s2s_tui.store import stream
from s2s_tui.store.database import Store
from s2s_tui.store.models import Authority, Establishment

AT_A_TIME = 500
"""Names that one statement asks for."""

Row = tuple[Any, ...]
"""The cells, and the transfer's id as a last one."""


class Names:
    """The names of schools and authorities by their mailboxes, each looked up once.

    Cheaper than a join a row: many rows are of few mailboxes.

    Args:
        store: the open database.
        language: of the names.
    """

    def __init__(self, store: Store, language: str) -> None:
        self._store, self._language = store, language
        self._known: dict[str, str] = {}

    def of(self, boxes: Iterable[str]) -> list[str]:
        """The names, one a mailbox; a school's that isn't known is its authority's, else empty."""
        boxes = list(boxes)
        new = list(set(boxes) - self._known.keys())
        for at in range(0, len(new), AT_A_TIME):
            part = new[at : at + AT_A_TIME]
            schools = self._named(Establishment, Establishment.number, part)
            codes = sorted({box[:3] for box in part if box not in schools})
            authorities = self._named(Authority, Authority.code, codes) if codes else {}
            self._known |= {box: schools.get(box, authorities.get(box[:3], "")) for box in part}
        return list(map(self._known.__getitem__, boxes))

    def _named(self, model: Any, key: Any, keys: list[str]) -> dict[str, str]:
        query = model.select(key, name_in(self._language, model)).where(key.in_(keys))
        return dict(stream.rows(self._store, query))


class _Days(dict[str, str | None]):
    """The first 13 letters of a moment, `2026-11-24 10`, → its day in London: an hour is of one day."""

    def __missing__(self, hour: str) -> str | None:
        # A moment that is None is written so.
        day = None if hour == "None" else local_date(datetime.fromisoformat(f"{hour}:00")).isoformat()
        self[hour] = day
        return day


def count(asked: Asked) -> int:
    """How many rows there are; within `stream.snapshot`."""
    return int(asked.report.work.query(asked, names=False).count(asked.site.store.database))


def blocks(
    asked: Asked,
    sort: str = "",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
    names: Names | None = None,
) -> Iterator[list[Row]]:
    """Rows in an order, some at a time; within `stream.snapshot`.

    Args:
        asked: of which report, and what.
        sort: a column's id; empty is the report's own order.
        descending: the last first.
        offset: how many come before the first.
        limit: at most so many; None is all.
        names: keeps the names for a further call.
    """
    columns = asked.report.columns
    ids = [column.id for column in columns]
    beside = {at: ids.index(column.names) for at, column in enumerate(columns) if column.names}
    by_name = bool(sort) and ids.index(sort) in beside
    query = ordered(asked, asked.report.work.query(asked, names=by_name), sort, descending)
    query = query.offset(offset) if offset else query
    query = query if limit is None else query.limit(limit)
    moments = [at for at, column in enumerate(columns) if column.of is Of.MOMENT]
    days = [at for at, column in enumerate(columns) if column.of is Of.DAY]
    day_of, names = _Days(), names or Names(asked.site.store, asked.language)
    for found in stream.blocks(asked.site.store, query):
        cells: list[Any] = list(zip(*found, strict=True))
        for at in moments:
            cells[at] = [day_of[str(value)[:13]] for value in cells[at]]
        for at in days:
            cells[at] = [None if value is None else str(value)[:10] for value in cells[at]]
        for at, box in () if by_name else beside.items():
            cells[at] = names.of(cells[box])
        yield list(zip(*cells, strict=True))


def without_ids(rows: list[Row]) -> list[Cells]:
    """The cells alone."""
    return [row[:-1] for row in rows]


def ordered(asked: Asked, query: Any, sort: str, descending: bool) -> Any:
    """The query in an order; the transfer's id, its last column, keeps equals apart."""
    ids = [column.id for column in asked.report.columns]
    order = [f"{ids.index(name) + 1} ASC" for name in asked.report.sorted_by if name != sort]
    if sort:
        # None comes after all that says something, on each engine.
        order.insert(0, f"{ids.index(sort) + 1} {'DESC NULLS FIRST' if descending else 'ASC NULLS LAST'}")
    return query.order_by(*map(peewee.SQL, (*order, f"{len(ids) + 1} ASC")))
