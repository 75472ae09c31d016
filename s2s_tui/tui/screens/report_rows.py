"""A report as a table shows it: its columns, a source over its rows, its sums."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from s2s_tui.base.translation import _, ngettext
from s2s_tui.services.reports.model import Column as ReportColumn
from s2s_tui.services.reports.model import Of
from s2s_tui.services.reports.running import Line, Run
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Key, Row

WIDE, BESIDE, ROOMY = 120, 190, 100
"""From how many columns of the terminal on those appear that are left out first, also `BESIDE` a picture;
and names beside many numbers."""
MOST_NARROW = 6
"""Columns beside which a narrow terminal has room for names."""
_WIDTHS = {Of.NUMBER: 8, Of.DAY: 10, Of.MOMENT: 10}


def columns_of(run: Run) -> tuple[Column, ...]:
    """The table's columns: numbers to the right, names grow."""
    many = sum(not one.extra for one in run.columns) > MOST_NARROW
    return tuple(
        _column(one, many=many, extra=BESIDE if run.asked.report.shape else WIDE) for one in run.columns
    )


def _column(one: ReportColumn, *, many: bool, extra: int) -> Column:
    title = _(one.title)
    width = _WIDTHS.get(one.of, 7)
    if one.of is Of.WORD:
        width = max([len(_(word)) for word in one.words.values() if word] or [6])
    elif one.of is Of.NUMBER:
        width = max(6, len(title))
    elif one.id == "file":
        width = 29
    elif one.id in ("upn", "inbox"):
        width = 13
    elif one.yields:
        width = 8
    return Column(
        id=one.id,
        title=one.title,
        width=max(width, min(len(title) + 1, 10)),
        grow=int(one.yields),
        align="right" if one.of is Of.NUMBER else "left",
        wide=extra if one.extra else ROOMY if many and one.yields else 0,
    )


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
