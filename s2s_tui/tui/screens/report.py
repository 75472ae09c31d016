"""Reports: the numbers of one as a table, its picture, the files behind a number, CSV (R-REP)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from s2s_tui.base import reach
from s2s_tui.base.errors import Refused
from s2s_tui.base.translation import N_, _
from s2s_tui.rules.roles import Role
from s2s_tui.services import files
from s2s_tui.services.reports import output, pictures, running, saved
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.model import Given, Picture, Step
from s2s_tui.services.reports.registry import REPORTS
from s2s_tui.services.reports.running import Line as ReportLine
from s2s_tui.services.reports.running import Run
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import saving
from s2s_tui.tui.screens.patience import patiently
from s2s_tui.tui.screens.picking import PickOne
from s2s_tui.tui.screens.report_files import FilesForm
from s2s_tui.tui.screens.report_form import Answered, ReportForm
from s2s_tui.tui.screens.report_rows import ReportRows, columns_of, least_width, rows_of, said, sums
from s2s_tui.tui.screens.report_table import ReportTable
from s2s_tui.tui.screens.report_words import RANGE_TITLES, asked
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.chart import LEAST_HEIGHT, Chart, width_for
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Line, Rule
from s2s_tui.tui.widgets.source import ListSource, Row

BETWEEN = 2
"""Cells between the rows and the picture beside them."""
EMPTY = N_("No rows for these days.")
WHOLE = N_("Too long to show: t or e asks for less, c saves a CSV.")
OTHER = "other"
"""The key of the line that leads from the words for days to the form, where days are typed."""
STOPPED = N_("Stopped. F5 or t runs it again.")
_ONE = (
    Column(id="title", title=N_("Choose"), width=40, grow=1),
    Column(id="note", title="", width=20, grow=1),
)


class ReportPane(Pane):
    """One report: parameters in a line, numbers, sums, picture.

    Args:
        key: a key of `REPORTS`.
    """

    TITLE = N_("Report")
    HELP = N_(
        "e changes what is asked (days, schools, authorities), t the time. Enter leads from a number to the "
        "files behind it. c saves all rows as a CSV, p the picture as SVG. * keeps what is asked under a "
        "name, o runs what you have kept: “last month” is as new each time."
    )
    DEFAULT_CSS = """
    ReportPane {
        & > .report--title { text-style: bold; }
        & > .report--asked { color: $accent; }
        & > Container { layout: vertical; height: 1fr; width: 1fr; }
        & > Container > VirtualTable { height: 1fr; width: 1fr; }
        & > Container > Chart { height: 50%; max-height: 20; width: 1fr; }
        & > Container.beside { layout: horizontal; }
        & > Container.beside > Rule { display: none; }
        & > Container.beside > Chart { height: 1fr; max-height: 24; margin-left: 2; }
        & > Container.plain > Chart { display: none; }
        & > Container.plain > Rule { display: none; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="ask", key="e", title=N_("change"), help=N_("Change what is asked."), rank=8),
        Action(
            id="span", key="t", title=N_("time"), help=N_("Choose the days: last month, this year…"), rank=9
        ),
        Action(id="csv", key="c", title=N_("CSV"), help=N_("Save all rows as a CSV."), rank=10),
        Action(id="svg", key="p", title=N_("SVG"), help=N_("Save the picture as an SVG file."), rank=30),
        Action(
            id="picture",
            key="g",
            title=N_("picture"),
            help=N_("Show the picture, or only the rows."),
            rank=32,
        ),
        Action(
            id="keep", key="asterisk", title=N_("keep"), help=N_("Keep what is asked, under a name."), rank=34
        ),
        Action(id="kept", key="o", title=N_("kept"), help=N_("Run a report that you have kept."), rank=36),
    )

    def __init__(self, key: str) -> None:
        super().__init__()
        self.report = REPORTS[key]
        self.answered = Answered(Wanted())
        self.run_: Run | None = None
        self.rows: ReportRows | None = None
        self._pictured = True
        self._has_picture = False

    def compose(self) -> ComposeResult:
        """Title, what is asked, the sums, the rows, the picture."""
        self.title_line = Line(_(self.report.title), classes="report--title")
        yield self.title_line
        self.asked_line = Line(classes="report--asked")
        yield self.asked_line
        self.sums_line = Line()
        self.sums_line.display = False
        yield self.sums_line
        self.box = Container(classes="plain")
        with self.box:
            self.table = ReportTable(columns=(), empty=EMPTY)
            yield self.table
            yield Rule("─")
            self.chart = Chart()
            yield self.chart

    def start(self) -> Widget:
        """The rows."""
        return self.table

    def about(self) -> str:
        """What the report answers, then the keys."""
        return f"{_(self.report.says)}\n\n{super().about()}"

    def on_resize(self) -> None:
        """Rows and picture share the room that there is now."""
        self._fit()

    def on_report_table_again(self) -> None:
        """F5."""
        self.reload()

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Run it: with `answered` where that is given, else as it was asked last."""
        if "answered" in wish:
            self.answered = wish["answered"]
        self._say_asked()
        self.reload()

    def reload(self) -> None:
        """Run it again in the background."""
        instead(self, "report", self._work)

    # Running

    async def _work(self) -> None:
        try:
            await self._read()
        except Exception as error:
            self.app.fail(error)

    async def _read(self) -> None:
        wanted = self.answered.wanted

        def first(step: Step) -> tuple[Run, int, str]:
            run = running.ask(self.actor, self.site, self.report.key, wanted, step)
            if run.asked.is_whole:
                return run, 0, ""
            return run, run.count(), sums(run)

        try:
            run, count, said_sums = await patiently(self.app, _("Counting"), first)
        except Refused as error:
            if error.code == "stopped":
                self._show(None, 0, "", STOPPED)
            raise
        self._show(run, count, said_sums, WHOLE if run.asked.is_whole else EMPTY)
        if not run.asked.is_whole:
            self._draw(await patiently(self.app, _("Drawing"), lambda _s: run.picture()))

    def _show(self, run: Run | None, count: int, said_sums: str, empty: str) -> None:
        """Show the rows of a run, or, of one that was stopped, why there are none."""
        has_rows = run is not None and not run.asked.is_whole
        self.run_, self.rows = run, ReportRows(run) if run is not None and has_rows else None
        self._draw(None)
        self.table.change(self.table.columns, anew=True)
        self.table.empty = empty
        self.table.has_files = (
            run is not None and run.asked.leavers is None and any(one.files for one in run.columns)
        )
        self._say_asked()
        self.title_line.say(_(self.report.title), rows_of(count) if has_rows else "")
        self.sums_line.say(said_sums)
        self.sums_line.display = bool(said_sums)
        self.table.pages.clear()
        self.table.cursor = 0
        self.table.show(self.rows if self.rows is not None else ListSource([], []))
        self.refresh_bindings()

    def _draw(self, picture: Picture | None) -> None:
        self._has_picture = picture is not None
        self.chart.show(picture)
        self._fit()
        self.refresh_bindings()

    def _fit(self) -> None:
        """Lay rows and picture side by side where both have room, else one under the other."""
        width, height = self.size.width, self.size.height - 2 - self.sums_line.display
        run, picture = self.run_, self.chart.picture if self._pictured else None
        columns = run.columns if run is not None else ()
        room = width
        if picture is not None and width - BETWEEN - width_for(picture, width) >= least_width(columns):
            room = width - BETWEEN - width_for(picture, width)
        beside = room < width
        self.box.set_class(beside, "beside")
        self.box.set_class(picture is None or not (beside or height // 2 >= LEAST_HEIGHT), "plain")
        self.table.styles.width = room if beside else "1fr"
        self.table.change(columns_of(columns, room))

    def _say_asked(self) -> None:
        parts = asked(self.answered, self.run_, self._takes, self.report.most, self.actor.authority or "WG")
        self.asked_line.say(" · ".join(parts))

    @property
    def _takes(self) -> tuple[Given, ...]:
        """What can be asked by this person: a school's report is of itself."""
        own = (Given.SCHOOLS, Given.AUTHORITIES)
        is_school = self.actor.role is Role.SCHOOL
        fixed = () if self.report.most > 1 or self.actor.role is Role.WG else (Given.AUTHORITIES,)
        return tuple(key for key in self.report.takes if key not in (own if is_school else fixed))

    # What can be done

    def can(self, action: Action) -> bool:
        """What is about a picture needs one."""
        if not self.is_mounted:
            return False
        if action.id in ("svg", "picture"):
            return self._has_picture
        return action.id != "csv" or self.run_ is not None

    @property
    def back_title(self) -> str:
        """Esc leads to all records first."""
        return "" if self.answered.wanted == Wanted() else _("all records")

    def step_back(self) -> bool:
        """Back to all records."""
        if self.answered.wanted == Wanted():
            return False
        self.answered = Answered(Wanted())
        self.reload()
        return True

    async def do_ask(self) -> None:
        """Ask otherwise."""
        form = ReportForm(self.site, self.actor, self.report, self.answered, self.app.settings, self._takes)
        answered = await self.app.push_screen_wait(form)
        if answered is not None:
            self.answered = answered
            self.reload()

    async def do_span(self) -> None:
        """Choose the days by a word that moves with the calendar."""
        rows = [Row(key, (_(title), "")) for key, title in RANGE_TITLES.items()]
        rows.append(Row(OTHER, (_("other days"), _("to be typed"))))
        form = PickOne(
            _("Which days?"), _ONE, rows, placeholder=_("part of its name"), empty=N_("Nothing is called so.")
        )
        span = await self.app.push_screen_wait(form)
        if span == OTHER:
            await self.do_ask()
        elif span is not None:
            wanted = replace(self.answered.wanted, span=str(span), start="", end="")
            self.answered = replace(self.answered, wanted=wanted)
            self.reload()

    def do_picture(self) -> None:
        """Rows and picture, or only rows."""
        self._pictured = not self._pictured
        self._fit()

    # Saving

    async def do_csv(self) -> None:
        """All rows, streamed, never over another file."""
        run = self.run_
        if run is None:
            return
        count = 0

        async def write(folder: Path) -> Path:
            nonlocal count
            path = folder / self._called(run, "csv")
            work: Callable[[Step], int] = partial(output.save_csv, run, path)
            count = await patiently(self.app, _("Saving"), work)
            return path

        path = await saving.save(self, _("Where is the CSV saved?"), write)
        if path is not None:
            told = _("{rows} saved as {path}.").format(rows=rows_of(count), path=reach.told(path))
            self.tell(told, "done")

    async def do_svg(self) -> None:
        """The picture as it is shown, for outside."""
        run, picture = self.run_, self.chart.picture
        if run is None or picture is None:
            return

        async def write(folder: Path) -> Path:
            drawing = pictures.svg(picture).encode()

            def put(file: BinaryIO) -> None:
                file.write(drawing)

            return await in_thread(files.save, folder, self._called(run, "svg"), put)

        path = await saving.save(self, _("Where is the picture saved?"), write)
        if path is not None:
            self.tell(_("Saved as {path}.").format(path=reach.told(path)), "done")

    def _called(self, run: Run, ending: str) -> str:
        start = run.asked.start.isoformat() if run.asked.start else "all"
        return f"{self.report.key}-{start}-{run.asked.end.isoformat()}.{ending}"

    # The files behind a number

    def on_virtual_table_opened(self) -> None:
        """Enter: choose one of the row's numbers, and see its files."""
        instead(self, "behind", self._behind)

    async def _behind(self) -> None:
        try:
            await self._choose_number()
        except Exception as error:
            self.app.fail(error)

    async def _choose_number(self) -> None:
        run, row = self.run_, self.table.row
        line = self.rows.lines.get(row.key) if self.rows is not None and row is not None else None
        if run is None or line is None:
            return
        counted = [
            (one, cell)
            for one, cell in zip(run.columns, line.cells, strict=True)
            if one.files and cell and run.asked.leavers is None
        ]
        if not counted:
            self.tell(_("There are no files behind this row."))
            return
        rows = [Row(one.id, (_(one.title), said(one, cell))) for one, cell in counted]
        column: Any = rows[0].key
        if len(rows) > 1:
            form = PickOne(
                _("Which files?"),
                _ONE,
                rows,
                placeholder=_("part of its name"),
                empty=N_("Nothing is called so."),
            )
            column = await self.app.push_screen_wait(form)
        if column is not None:
            await self._show_files(run, line, str(column))

    async def _show_files(self, run: Run, line: ReportLine, column: str) -> None:
        found = await in_thread(running.files_behind, run, line, column)
        title = " · ".join(str(cell) for cell in line.cells[:2] if cell is not None)
        named = next(_(one.title) for one in run.columns if one.id == column)
        await self.app.push_screen_wait(FilesForm(f"{_(self.report.title)}: {title} · {named}", found))

    # Kept reports

    async def do_keep(self) -> None:
        """Keep what is asked under a name."""
        name = await self.app.prompt(_("Keep it as"))
        if name is None:
            return
        kept = await in_thread(saved.save, self.actor, self.site, name, self.report.key, self.answered.wanted)
        self.tell(_("Kept as “{name}”; o runs it again.").format(name=kept.name), "done")

    async def do_kept(self) -> None:
        """Run one that was kept, of whichever report."""
        found = await in_thread(saved.listed, self.actor, self.site)
        rows = [Row(one.name, (one.name, _(REPORTS[one.report].title))) for one in found]
        form = PickOne(
            _("Which kept report?"),
            _ONE,
            rows,
            placeholder=_("part of its name"),
            empty=N_("None is kept so. * keeps the one that is shown."),
        )
        name = await self.app.push_screen_wait(form)
        one = next((one for one in found if one.name == name), None)
        if one is not None:
            await self.app.open(f"reports.{one.report}", answered=Answered(one.wanted))
