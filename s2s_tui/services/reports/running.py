"""Running a report: its rows a page at a time or all in a stream, its sums, its picture, the files behind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from s2s_tui.base.errors import NotAllowed, Refused
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, listing
from s2s_tui.services.listing import Item
from s2s_tui.services.reports import asking, long
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.model import Asked, Cells, Column, Picture, Step
from s2s_tui.services.site import Site
from s2s_tui.store import stream
from s2s_tui.store.models import Authority
from s2s_tui.store.statements import tuples

RECORDED_AT_ONCE = 500
"""Pupils that one entry of the audit log names."""


def nothing(_done: int, _total: int) -> None:
    """A step of which nobody wants to hear."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a report on screen.

    Attributes:
        cells: one a column: text, whole numbers, days as `2026-11-24`, None.
    """

    cells: Cells


@dataclass(slots=True)
class _Held:
    lock: Lock = field(default_factory=Lock)
    lines: list[Line] | None = None
    in_order: dict[tuple[str, bool], list[Line]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A report with its parameters, checked. It reads when asked; it may be asked from any thread.

    What it shows stays as it was read first (`again` makes a fresh one).
    """

    actor: Actor
    site: Site
    asked: Asked
    wanted: Wanted
    step: Step = nothing
    _held: _Held = field(default_factory=_Held, compare=False, repr=False)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Of its rows."""
        return self.asked.report.columns_of(self.asked)

    @property
    def is_long(self) -> bool:
        """Whether it is read a page at a time; else all its rows are at hand after the first page."""
        return self.asked.report.is_long and self.asked.leavers is None

    def count(self) -> int:
        """How many rows there are.

        Raises:
            Refused: `report-csv-only`, it is too long for a screen.
            NotLoggedOn: `session-ended`.
        """
        self._require_screen()
        if not self.is_long:
            return len(self._lines())
        with stream.snapshot(self.site.store, self._still):
            return long.count(self.asked)

    def page(
        self, offset: int = 0, limit: int | None = None, sort: str = "", descending: bool = False
    ) -> tuple[Line, ...]:
        """A stretch of the rows.

        Args:
            offset: how many come before it.
            limit: at most so many; None is all.
            sort: a column's id; empty is the report's own order.
            descending: the last first.

        Where pupils are named, that is put on record before they are given out (R-SYS-3).

        Raises:
            Refused, NotLoggedOn: as `count`.
        """
        self._require_screen()
        if not self.is_long:
            ordered = self._in_order(sort, descending)
            held = tuple(ordered[offset : None if limit is None else offset + limit])
            self._record(line.cells for line in held)
            return held
        with stream.snapshot(self.site.store, self._still):
            found = long.blocks(self.asked, sort, descending, offset, limit)
            lines = tuple(Line(row[:-1]) for rows in found for row in rows)
        self._record(line.cells for line in lines)
        return lines

    def position(self, line: Line, sort: str = "", descending: bool = False) -> int | None:
        """Where a row stands, from 0; None where that isn't known (a long report's)."""
        access.require_live(self.actor, self.site)
        if self.is_long:
            return None
        lines = self._in_order(sort, descending)
        return lines.index(line) if line in lines else None

    def totals(self) -> Cells:
        """The sums of the columns of numbers, None for the others; of a short report."""
        access.require_live(self.actor, self.site)
        lines = [] if self.is_long else self._lines()
        return tuple(
            sum(line.cells[at] or 0 for line in lines) if column.sums else None
            for at, column in enumerate(self.columns)
        )

    def cells(self, step: Step = nothing) -> Iterator[Cells]:
        """All rows in the report's own order, one by one; see `blocks`."""
        for block in self.blocks(step):
            yield from block

    def blocks(self, step: Step = nothing) -> Iterator[Sequence[Cells]]:
        """All rows in the report's own order, some at a time, never all in memory: for a CSV or JSON.

        Where pupils are named, that is on record before they are given out (R-SYS-3), some at a time.

        Args:
            step: told after each authority how many of how many are done; what it raises ends the report.

        Raises:
            NotLoggedOn: `session-ended`.
        """
        access.require_live(self.actor, self.site)
        at, store = self._upn_at(), self.site.store
        with stream.beside(store) as write, stream.snapshot(store, lambda: step(0, 0)):
            for block in self._all(step):
                if at is not None:
                    self._record_upns([cells[at] for cells in block], write)
                yield block

    def _all(self, step: Step) -> Iterator[Sequence[Cells]]:
        parts, names = self._parts(), long.Names(self.site.store, self.asked.language)
        for done, part in enumerate(parts):
            step(done, len(parts))
            if self.is_long:
                yield from map(long.without_ids, long.blocks(part, names=names))
            else:
                yield _worked_out(part)
        step(len(parts), len(parts))

    def _upn_at(self) -> int | None:
        ids = [column.id for column in self.columns]
        return ids.index("upn") if "upn" in ids else None

    def _record(self, rows: Iterable[Cells]) -> None:
        at = self._upn_at()
        if at is not None:
            self._record_upns([cells[at] for cells in rows], self.site.store.write)

    def _record_upns(self, upns: Iterable[str], write: stream.Write) -> None:
        """Put on record who is about to be shown; those of a school together, so that few entries name it."""
        ordered = sorted(set(upns) - {""}, key=lambda upn: (upn[1:], upn))
        key, parts = self.asked.report.key, range(0, len(ordered), RECORDED_AT_ONCE)

        def change() -> None:
            for start in parts:
                part = ordered[start : start + RECORDED_AT_ONCE]
                audit.record(self.site, self.actor, "report-pupils", key, among=part)

        if ordered:
            write(change)

    def picture(self) -> Picture | None:
        """Its picture; None where the report has none."""
        report = self.asked.report
        if report.shape is None or self.asked.leavers is not None:
            return None
        self._require_screen()
        with stream.snapshot(self.site.store, self._still):
            picture: Picture = report.work.picture(self.asked)
            return picture

    def again(self) -> "Run":
        """The same, read anew."""
        return ask(self.actor, self.site, self.asked.report.key, self.wanted, self.step)

    def _parts(self) -> list[Asked]:
        asked = self.asked
        if not asked.report.by_authority or asked.leavers is not None or not asked.is_whole:
            return [asked]
        codes = asked.authorities or tuple(
            code for (code,) in tuples(Authority.select(Authority.code).order_by(Authority.code))
        )
        return [asked.of(code) for code in codes]

    def _require_screen(self) -> None:
        access.require_live(self.actor, self.site)
        if self.asked.is_whole:
            raise Refused("report-csv-only")

    def _still(self) -> None:
        self.step(0, 0)

    def _lines(self) -> list[Line]:
        with self._held.lock:
            if self._held.lines is None:
                with stream.snapshot(self.site.store, self._still):
                    self._held.lines = [Line(cells) for cells in _worked_out(self.asked)]
            return self._held.lines

    def _in_order(self, sort: str, descending: bool) -> list[Line]:
        if not sort:
            return self._lines()
        key = (sort, descending)
        if key not in self._held.in_order:
            at = [column.id for column in self.columns].index(sort)
            # None, which says nothing, comes after all that says something.
            self._held.in_order[key] = sorted(
                self._lines(),
                key=lambda line: (line.cells[at] is None, _folded(line.cells[at])),
                reverse=descending,
            )
        return self._held.in_order[key]


def ask(actor: Actor, site: Site, key: str, wanted: Wanted, step: Step = nothing) -> Run:
    """A report, once it is known that the actor may run it, so.

    Args:
        actor: who asks.
        site: the site.
        key: a key of `registry.REPORTS`.
        wanted: its parameters as they were given.
        step: told now and then while something is worked out, from whatever thread does it; what it raises
            ends that. Its two numbers say how far it has come, `0, 0` where nobody knows.

    Raises:
        WrongUse, NotAllowed, Refused: as `asking.check`.
    """
    asked = asking.check(actor, site, key, wanted)
    told: dict[str, Any] = {"from": asked.start.isoformat() if asked.start else ""}
    told |= {"to": asked.end.isoformat(), "la": list(asked.authorities)[:30]}
    told |= {"schools": len(asked.schools)} if asked.schools else {}
    site.store.write(lambda: audit.record(site, actor, "report", key, **told))
    if asked.report.is_prepared:
        asked.report.work.prepare(site, step)
    return Run(actor, site, asked, wanted, step)


@dataclass(frozen=True, slots=True)
class FileList:
    """The transfers that a number of a report counts; read a page at a time."""

    run: Run
    query: Any

    def count(self) -> int:
        """How many there are."""
        access.require_live(self.run.actor, self.run.site)
        with self.run.site.store.connection():
            return int(self.query.count(self.run.site.store.database))

    def page(self, offset: int = 0, limit: int | None = None) -> tuple[Item, ...]:
        """A stretch of them, the first uploaded first; without their pupils."""
        access.require_live(self.run.actor, self.run.site)
        query = self.query.offset(offset)
        if limit is not None:
            query = query.limit(limit)
        with self.run.site.store.connection():
            ids = [found[0] for found in query.tuples().execute(self.run.site.store.database)]
            return listing.items(self.run.site, ids)


def files_behind(run: Run, line: Line, column: str) -> FileList:
    """The files behind a number.

    Args:
        run: the report.
        line: a row of it.
        column: the id of a column whose `files` says that it leads there.

    Raises:
        Refused: `report-no-files`, the column counts no files.
        NotAllowed: `report-counts-only`: beyond the own authority there are numbers only.
        NotLoggedOn: `session-ended`.
    """
    access.require(run.actor, run.site, run.asked.report.permission, subject=run.asked.report.key)
    row = dict(zip((one.id for one in run.columns), line.cells, strict=True))
    leads = {one.id for one in run.columns if one.files}
    if column not in leads or run.asked.leavers is not None:
        raise Refused("report-no-files")
    query = run.asked.report.work.behind(run.asked, row, column)
    if query is None:
        access.refused(run.actor, run.site, "report-files", run.asked.report.key, "report-counts-only")
        raise NotAllowed("report-counts-only")
    told: dict[str, Any] = {"row": [str(cell) for cell in line.cells[:3]], "column": column}
    run.site.store.write(
        lambda: audit.record(run.site, run.actor, "report-files", run.asked.report.key, **told)
    )
    return FileList(run, query)


def _worked_out(asked: Asked) -> Sequence[Cells]:
    report = asked.report
    work = report.work.compare if asked.leavers is not None else report.work.rows
    return [tuple(cells) for cells in work(asked)]


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def named(run: Run, line: Line) -> Mapping[str, Any]:
    """A row's cells by the ids of their columns."""
    return dict(zip((column.id for column in run.columns), line.cells, strict=True))
