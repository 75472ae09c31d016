"""Lost Pupil › Kept: searches that found nothing and are kept until a file arrives that fits (R-LPD-6)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import standing
from s2s_tui.services.standing import Kept
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import lost_fields, lost_words, words
from s2s_tui.tui.screens.panel import Beside, Para
from s2s_tui.tui.text import NEW
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column(id="looked", title=N_("Looked for"), width=20, grow=3),
    Column(id="made", title=N_("Kept"), width=11),
    Column(id="by", title=N_("By"), width=10, grow=1),
    Column(id="found", title=N_("Found"), width=11, tinted=True),
)


class KeptTable(VirtualTable):
    """The searches."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open", key="enter", title=N_("search"), help=N_("Make this search now."), rank=10, run="open"
        ),
    )


class KeptPane(Pane):
    """The own authority's kept searches, those that found something first."""

    TITLE = N_("Kept searches")
    HELP = N_(
        "Searches that found nobody and are kept. When a file arrives that fits, your authority gets an "
        "e-mail, and ● marks the search here. Enter makes it again, to see whom it finds."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="end",
            key="x",
            title=N_("end"),
            help=N_("Keep the marked searches, or this one, no longer."),
            permission="lost.search",
            rank=12,
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[object, Kept] = {}

    def compose(self) -> ComposeResult:
        """List and panel."""
        self.table = KeptTable(
            COLUMNS,
            markable=True,
            flagged=True,
            empty=N_("No search is kept. Where a search finds nobody, k keeps it."),
        )
        self.beside = Beside(self.table)
        yield self.beside

    def start(self) -> Widget:
        """The list."""
        return self.table

    def arrive(self, wish: Mapping[str, Any]) -> None:  # noqa: ARG002 - it has no wishes
        """Read again."""
        self.run_worker(self._read(), group="list", exclusive=True, exit_on_error=False)

    async def _read(self) -> None:
        try:
            found = await in_thread(standing.kept, self.actor, self.site)
        except Exception as error:
            self.app.fail(error)
            return
        self._kept = {one.id: one for one in found}
        rows = [_row(one) for one in found]
        self.table.source = ListSource(rows, [column.id for column in COLUMNS], self._order)
        self.table.reload()

    def _order(self, row: Row, column: str) -> object:
        one = self._kept[row.key]
        dates = {"made": one.made, "found": one.found_at}
        return str(dates[column] or "") if column in dates else row.cells[0 if column == "looked" else 2]

    @property
    def kept(self) -> Kept | None:
        """The search under the cursor."""
        return self._kept.get(self.table.row.key) if self.table.row else None

    def on_virtual_table_highlighted(self) -> None:
        """What it looks for."""
        self.beside.panel.show(_paragraphs(self.kept) if self.kept else ())
        self.refresh_bindings()

    def on_virtual_table_marks_changed(self) -> None:
        """The foot counts the marks."""
        self.refresh_bindings()

    async def on_virtual_table_opened(self) -> None:
        """Enter: search. What it found may be resolved by now."""
        if self.kept is not None:
            found = self.kept.found is not None
            await self.app.open("lost.search", looked=replace(self.kept.looked), resolved=found)

    def step_back(self) -> bool:
        """Drop the marks."""
        if self.table.marked:
            self.table.clear_marks()
            return True
        return False

    def can(self, action: Action) -> bool:  # noqa: ARG002 - it has one
        """There must be a search."""
        return self.is_mounted and self.table.row is not None

    def title_of(self, action: Action) -> str:
        """`end 3`."""
        marked = len(self.table.marked) if self.is_mounted else 0
        return f"{_(action.title)} {marked:,}" if marked else super().title_of(action)

    async def do_end(self) -> None:
        """Keep searches no longer."""
        ids = [int(str(key)) for key in self.table.chosen]
        question = ngettext("Keep this search no longer?", "Keep {count} searches no longer?", len(ids))
        if not await self.app.ask(question.format(count=len(ids))):
            return
        ended, failed = 0, None
        for standing_id in ids:
            try:
                await in_thread(standing.remove, self.actor, self.site, standing_id)
                ended += 1
            except S2SError as error:
                failed = error
        self.table.clear_marks()
        await self._read()
        if failed is not None:
            raise failed
        said = ngettext("{count} search ended.", "{count} searches ended.", ended)
        self.tell(said.format(count=ended), "done")


def _row(one: Kept) -> Row:
    return Row(
        one.id,
        (
            lost_words.said(one.looked),
            words.whole_day(one.made.date()),
            one.made_by,
            words.whole_day(one.found_at.date()) if one.found_at else "",
        ),
        style="new" if one.found is not None else "",
        flag=NEW if one.found is not None else "",
    )


def _paragraphs(one: Kept) -> Iterator[Para]:
    if one.found_at is not None:
        day = words.whole_day(one.found_at.date())
        yield Para(_("A file that fits arrived; found {day}. Enter shows it.").format(day=day), NEW, "done")
    else:
        yield Para(_("No file that fits has arrived yet."))
    for name, title in lost_fields.TITLES.items():
        text = getattr(one.looked, name).strip()
        if text:
            yield Para(f"{_(title)}: {text}")
    if one.looked.begins:
        yield Para(_("Only surnames that begin exactly so."))
    yield Para(
        _("Kept {day} by {name}").format(day=words.whole_day(one.made.date()), name=one.made_by), style="dim"
    )
