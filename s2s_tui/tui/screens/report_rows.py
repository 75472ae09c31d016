"""A report as a table shows it: its columns, a source over its rows, its sums."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from s2s_tui.base.translation import _, ngettext
from s2s_tui.services.reports.model import Column as ReportColumn
from s2s_tui.services.reports.model import Of
from s2s_tui.services.reports.running import Line, Run
from s2s_tui.tui.screens import words
from s2s_tui.tui.text import width_of
from s2s_tui.tui.widgets.columns import GAP, Column
from s2s_tui.tui.widgets.source import Key, Row

NAME, LEAST_NAME = 16, 8
"""Cells of a name: at least, where others share the room with it; and where there is no more."""
GUTTER = 2
"""Cells before the first column: the table's pointer."""
_NEVER = 1_000_000
_CODES = ("la", "from_la", "to_la")
_WIDTHS = {Of.DAY: 11, Of.MOMENT: 11}
_FIXED = {"file": 29, "upn": 13, "inbox": 14, "dob": 10}


def columns_of(columns: Sequence[ReportColumn], room: int) -> tuple[Column, ...]:
    """The table's columns; those that there is no room for are left out, names get what is left.

    First the columns that a report can't do without, names only if they get `LEAST_NAME` cells; then, in
    their order, those for which there is room beside names of `NAME` cells: words, other names, numbers.

    Args:
        columns: the report's.
        room: cells for the table.
    """
    kept = [one for one in columns if not one.extra]
    days = [one for one in kept if one.of in _WIDTHS]
    if _need(kept, LEAST_NAME) > room and len(days) > 1 and not any(one.id == "file" for one in kept):
        kept.remove(days[-1])  # a pupil's name says more than a second day
    while _need(kept, LEAST_NAME) > room and any(one.yields for one in kept):
        last = [one.title for one in kept if one.yields][-1]  # both ends' names go together
        kept = [one for one in kept if not (one.yields and one.title == last)]
    extras = [one for one in columns if one.extra]
    for one in sorted(extras, key=lambda column: (column.of is Of.NUMBER, column.yields)):
        if _need([*kept, one], NAME) <= room:
            kept.append(one)
    ids = {one.id for one in kept}
    return tuple(
        Column(
            id=one.id,
            title=one.title,
            width=_width(one, LEAST_NAME),
            grow=(2 if one.id == "file" else 1) if one.yields else 0,
            align="right" if one.of is Of.NUMBER else "left",
            wide=0 if one.id in ids else _NEVER,
        )
        for one in columns
    )


def least_width(columns: Sequence[ReportColumn]) -> int:
    """The cells that a report wants at least: what it can't do without, names not squeezed."""
    return _need([one for one in columns if not one.extra], NAME)


def _need(columns: Sequence[ReportColumn], name: int) -> int:
    return GUTTER + sum(_width(one, name) for one in columns) + GAP * max(0, len(columns) - 1)


def _width(one: ReportColumn, name: int) -> int:
    title = width_of(_(one.title))
    if one.yields:
        return _FIXED["file"] if one.id == "file" and name == NAME else name
    if one.of is Of.WORD:
        width = max([width_of(_(word)) for word in one.words.values() if word] or [6])
    elif one.of is Of.NUMBER:
        return max(6, title)
    else:
        width = _FIXED.get(one.id, 3 if one.id in _CODES else _WIDTHS.get(one.of, 7))
    return max(width, title if title >= 10 else title + 1)  # with its arrow where that costs little


@dataclass
class ReportRows:
    """A table's source over a report; the lines that it has read are kept by their keys."""

    run: Run
    lines: dict[Key, Line] = field(default_factory=dict)

    def count(self) -> int:
        """How many rows there are."""
        return self.run.count()

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[Row]:
        """A page of rows."""
        rows = []
        for at, line in enumerate(self.run.page(offset, limit, sort, descending), offset):
            # A short report's row is known by what it says, a long one's by its place.
            key: Key = line.cells if not self.run.is_long else (sort, descending, at)
            self.lines[key] = line
            rows.append(
                Row(
                    key,
                    tuple(said(one, cell) for one, cell in zip(self.run.columns, line.cells, strict=True)),
                )
            )
        return rows

    def position(self, key: Key, sort: str, descending: bool) -> int | None:
        """Where a row stands."""
        line = self.lines.get(key)
        return None if line is None else self.run.position(line, sort, descending)


def said(column: ReportColumn, cell: Any) -> str:
    """A cell as it is shown."""
    if cell is None:
        return ""
    if column.of is Of.NUMBER:
        return f"{cell:,}"
    if column.of is Of.WORD:
        word = column.words.get(str(cell), str(cell))
        return _(word) if word else ""
    if column.of in _WIDTHS:
        that = date.fromisoformat(str(cell)[:10])
        return words.born(that) if column.id == "dob" else words.whole_day(that).rjust(_WIDTHS[column.of])
    return str(cell)


def sums(run: Run) -> str:
    """The sums of a short report: `Uploaded 1,204 · Downloaded 1,100`; empty where there are none."""
    parts = [
        f"{_(column.title)} {total:,}"
        for column, total in zip(run.columns, run.totals(), strict=True)
        if total is not None and not column.extra
    ]
    return " · ".join(parts)


def rows_of(count: int) -> str:
    """`1 row`, `1,204 rows`."""
    return ngettext("{count} row", "{count} rows", count).format(count=f"{count:,}")
