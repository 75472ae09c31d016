"""Administration › Matching: WG matches a roll, looks through what was found, publishes it (R-LPD-8)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import annual, annual_runs
from s2s_tui.services.annual_roll import RollWrong
from s2s_tui.services.annual_runs import Run
from s2s_tui.services.finds import CERTAIN, CHECK, Found
from s2s_tui.services.wording import matching
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import finds_rows, run_rows
from s2s_tui.tui.screens.finds import FindsTable
from s2s_tui.tui.screens.finds_rows import COLUMNS, Finds
from s2s_tui.tui.screens.folders import FolderPicker, remember, remembered
from s2s_tui.tui.screens.panel import WIDE, Beside
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.foot import Progress
from s2s_tui.tui.widgets.source import ListSource
from s2s_tui.tui.widgets.virtual_table import VirtualTable

BANDS = ("", CERTAIN, CHECK)
ALL = N_("All")


class RunsTable(VirtualTable):
    """The matchings."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("look through"),
            help=N_("Look through what the matching found."),
            rank=20,
            run="open",
        ),
    )


class ReviewPane(Pane):
    """The matchings; Enter shows one's finds."""

    TITLE = N_("Annual matching")
    HELP = N_(
        "g chooses the roll of all schools, a CSV, and matches the lost pupils with it; Esc stops that, and "
        "the same roll goes on with it. Enter looks through what was found, the likeliest first: t takes out "
        "those who are not the pupils. p publishes: each authority that is concerned gets a secure message "
        "and sees its finds. Before that nobody else sees anything."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="match",
            key="g",
            title=N_("match a roll"),
            help=N_("Choose a roll and match the lost pupils with it."),
            permission="matching.run",
            rank=10,
        ),
        Action(
            id="publish",
            key="p",
            title=N_("publish"),
            help=N_("Show the finds to the authorities, and tell each by secure message."),
            permission="matching.run",
            rank=12,
        ),
        Action(
            id="drop",
            key="t",
            title=N_("take out"),
            help=N_("Take the marked finds, or this one, out: they are not the pupils."),
            permission="matching.run",
            rank=11,
        ),
        Action(
            id="discard",
            key="x",
            title=N_("discard"),
            help=N_("Throw a matching away that is not published."),
            permission="matching.run",
            rank=30,
        ),
        Action(
            id="band",
            key="right,left",
            title=N_("class"),
            help=N_("All finds, the certain ones, or those to check."),
            rank=40,
        ),
    )
    DEFAULT_CSS = """
    ReviewPane > .finds { display: none; }
    ReviewPane.inside > .finds { display: block; }
    ReviewPane.inside > .runs { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.runs: dict[object, Run] = {}
        self.inside: Run | None = None
        self.band = ""
        self.source: Finds | None = None
        self._wrong = False
        """Whether the panel lists wrong rows, until Esc."""

    def compose(self) -> ComposeResult:
        """The matchings, and the finds of one."""
        self.run_table = RunsTable(
            run_rows.COLUMNS,
            flagged=True,
            empty=N_("Nothing has been matched yet. g chooses a roll (a CSV)."),
        )
        self.run_beside = Beside(self.run_table)
        self.run_beside.add_class("runs")
        yield self.run_beside
        self.tabs = Tabs()
        self.tabs.add_class("finds")
        yield self.tabs
        self.table = FindsTable(COLUMNS, markable=True, flagged=True, empty=N_("No finds."))
        self.beside = Beside(self.table)
        self.beside.add_class("finds")
        yield self.beside

    def start(self) -> Widget:
        """The list that is shown."""
        return self.table if self.inside else self.run_table

    def arrive(self, wish: Mapping[str, Any]) -> None:  # noqa: ARG002 - it has no wishes
        """Read again."""
        instead(self, "list", self._read)

    async def _read(self) -> None:
        try:
            found = await in_thread(annual_runs.runs, self.actor, self.site)
        except Exception as error:
            self.app.fail(error)
            return
        self.runs = {run.id: run for run in found}
        rows = [run_rows.row(run) for run in found]
        self.run_table.source = ListSource(rows, [column.id for column in run_rows.COLUMNS])
        self.run_table.reload()
        self._tell_run()
        if self.inside is not None:
            self.inside = self.runs.get(self.inside.id)
            await self._open(self.inside, self.band)

    @property
    def run(self) -> Run | None:
        """The matching that is looked through, or the one under the cursor."""
        if self.inside is not None:
            return self.inside
        row = self.run_table.row
        return self.runs.get(row.key) if row is not None else None

    @property
    def find(self) -> Found | None:
        """The find under the cursor."""
        row = self.table.row
        return self.source.found.get(row.key) if self.source is not None and row is not None else None

    def on_virtual_table_highlighted(self) -> None:
        """What is under the cursor."""
        if self.inside is not None:
            wide = self.app.size.width >= WIDE
            self.beside.panel.show(finds_rows.paragraphs(self.find, apart=wide) if self.find else ())
        else:
            self._tell_run()
        self.refresh_bindings()

    def _tell_run(self) -> None:
        if not self._wrong:
            first = () if self.runs else run_rows.first_words()
            self.run_beside.panel.show(run_rows.about(self.run) if self.run else first)

    def on_virtual_table_marks_changed(self) -> None:
        """The foot counts the marks."""
        self.refresh_bindings()

    async def on_virtual_table_opened(self) -> None:
        """Enter: into a matching; within it, a find's details."""
        if self.inside is None:
            await self._open(self.run, "")
        elif self.find is not None:
            self.beside.panel.show(finds_rows.paragraphs(self.find, apart=True))
            self.beside.open()

    async def _open(self, run: Run | None, band: str) -> None:
        """Look through a matching; None goes back to the list of them."""
        again = self.inside is not None and run is not None and band == self.band
        self.inside, self.band = run, band
        self.set_class(run is not None, "inside")
        if run is None:
            self.source = None
            self.screen.set_focus(self.run_table)
        else:
            counts = {"": run.certain + run.check, CERTAIN: run.certain, CHECK: run.check}
            named = {"": _(ALL), CERTAIN: matching.band(CERTAIN), CHECK: matching.band(CHECK)}
            shown = [(one or "all", f"{named[one]} {counts[one]:,}") for one in BANDS]
            self.tabs.say(shown, band or "all", run.roll)
            listed = await in_thread(annual_runs.review, self.actor, self.site, run.id, band)
            self.source = Finds(listed)
            if again:
                self.table.source = self.source
                self.table.reload()
            else:
                self.table.clear_marks()
                self.beside.panel.show(())
                self.beside.show(self.source)
            self.screen.set_focus(self.table)
        self.refresh_bindings()

    async def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        """A click on a class."""
        await self._open(self.inside, "" if event.tab == "all" else event.tab)

    async def do_band(self) -> None:
        """The next class."""
        await self._open(self.inside, BANDS[(BANDS.index(self.band) + 1) % len(BANDS)])

    def step_back(self) -> bool:
        """Close the details, drop the marks, back to the matchings."""
        if self.inside is None:
            was, self._wrong = self._wrong, False
            self._tell_run()
            return self.run_beside.close() or was
        if self.beside.close():
            return True
        if self.table.marked:
            self.table.clear_marks()
        else:
            instead(self, "list", self._open, None, "")
        return True

    def can(self, action: Action) -> bool:
        """Only a finished matching is published; nothing published is changed."""
        if not self.is_mounted or self.app.session is None:
            return False
        run = self.run
        if action.id == "match":
            return self.inside is None
        if action.id == "band":
            return self.inside is not None
        if run is None or run.published is not None:
            return False
        if action.id == "drop":
            return self.inside is not None and run.finished is not None and self.find is not None
        if action.id == "discard":
            return self.inside is None and not run.is_running
        return run.finished is not None

    def title_of(self, action: Action) -> str:
        """`take out 3`."""
        marked = len(self.table.marked) if self.is_mounted and action.id == "drop" else 0
        return f"{_(action.title)} {marked:,}" if marked else super().title_of(action)

    async def do_match(self) -> None:
        """Choose a roll, match it with a bar; Esc stops, and the same roll goes on."""
        folder = remembered(self.actor.session, "roll", self.app.settings)
        picker = FolderPicker(folder, _("Which roll?"), "", files=(".csv", ".txt"))
        chosen = await self.app.push_screen_wait(picker)
        if chosen is None:
            return
        path = Path(chosen)
        remember(self.actor.session, "roll", path.parent)
        try:
            with self.app.progress(matching.stage(annual.READING), 0) as progress:
                run = await in_thread(self._match, path, progress)
        except RollWrong as wrong:
            self._wrong = True
            self.run_beside.panel.show(run_rows.wrong_rows(wrong))
            self.run_beside.open()
            raise
        finally:
            await self._read()
        said = _("{certain} certain, {check} to check. Look them through, then publish.")
        self.tell(said.format(certain=f"{run.certain:,}", check=f"{run.check:,}"), "done")

    def _match(self, path: Path, progress: Progress) -> Run:
        def step(stage: str, done: int, of: int) -> None:
            progress.title = matching.stage(stage)
            progress.step(done, of)

        stop = lambda: progress.cancelled  # noqa: E731
        return annual.match(self.actor, self.site, path, on_progress=step, should_stop=stop)

    async def do_publish(self) -> None:
        """Ask, publish, say who is told."""
        run = self.run
        if run is None:
            return
        count = run.certain + run.check
        question = ngettext(
            "Publish {count} find? Its authorities are told.",
            "Publish {count} finds? Their authorities are told.",
            count,
        )
        if not await self.app.ask(question.format(count=f"{count:,}")):
            return
        try:
            told = await in_thread(annual_runs.publish, self.actor, self.site, run.id)
        finally:
            await self._read()
        said = ngettext(
            "Published; {count} authority is told.", "Published; {count} authorities are told.", len(told)
        )
        self.tell(said.format(count=len(told)), "done")

    async def do_drop(self) -> None:
        """Take finds out."""
        ids = [int(str(key)) for key in self.table.chosen]
        question = ngettext("Take {count} find out for good?", "Take {count} finds out for good?", len(ids))
        if not await self.app.ask(question.format(count=f"{len(ids):,}")):
            return
        try:
            dropped = await in_thread(annual_runs.drop, self.actor, self.site, ids)
        finally:
            self.table.clear_marks()
            await self._read()
        said = ngettext("{count} find taken out.", "{count} finds taken out.", dropped)
        self.tell(said.format(count=f"{dropped:,}"), "done")

    async def do_discard(self) -> None:
        """Throw a matching away."""
        run = self.run
        if run is None or not await self.app.ask(_("Discard the matching of {roll}?").format(roll=run.roll)):
            return
        try:
            await in_thread(annual_runs.discard, self.actor, self.site, run.id)
        finally:
            await self._read()
        self.tell(_("Discarded."), "done")
