"""Lost Pupil › Kept: searches that found nothing and are kept until a file arrives that fits (R-LPD-6)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.rules.roles import Actor
from s2s_tui.services import standing
from s2s_tui.services.site import Site
from s2s_tui.services.standing import Kept
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import lost_fields, lost_words, words
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.panel import Para
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


class KeptPane(ListPane[Kept]):
    """The own authority's kept searches, those that found something first."""

    TITLE = N_("Kept searches")
    HELP = N_(
        "Searches that found nobody and are kept. When a file arrives that fits, your authority gets a "
        "secure message, and ● marks the search here. Enter makes it again, to see whom it finds; where "
        "that isn't the pupil, n lets it look on."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="on",
            key="n",
            title=N_("not the pupil"),
            help=N_("Whom the marked searches, or this one, found isn't the pupil: they look on."),
            permission="lost.search",
            rank=11,
        ),
        Action(
            id="end",
            key="x",
            title=N_("end"),
            help=N_("Keep the marked searches, or this one, no longer."),
            permission="lost.search",
            rank=12,
        ),
    )

    COUNTED = frozenset({"on", "end"})

    def compose(self) -> ComposeResult:
        """List and panel."""
        empty = N_("No search is kept. Where a search finds nobody, k keeps it.")
        yield self.lay(KeptTable(COLUMNS, markable=True, flagged=True, empty=empty))

    async def read(self) -> None:
        """The searches of the authority."""
        found = await in_thread(standing.kept, self.actor, self.site)
        rows = ListSource([_row(one) for one in found], [column.id for column in COLUMNS], self._order)
        self.show(rows, {one.id: one for one in found}, again=True)

    def _order(self, row: Row, column: str) -> object:
        one = self.records[row.key]
        dates = {"made": one.made, "found": one.found_at}
        return str(dates[column] or "") if column in dates else row.cells[0 if column == "looked" else 2]

    def details_of(self, record: Kept) -> Iterator[Para]:
        """What it looks for."""
        return _paragraphs(record)

    async def on_virtual_table_opened(self) -> None:
        """Enter: search. What it found may be resolved by now."""
        if self.here is not None:
            found = self.here.found is not None
            looked = replace(self.here.looked)
            await self.app.open("lost.search", looked=looked, resolved=found, back="lost.kept")

    def can(self, action: Action) -> bool:
        """Only what found something has anything to be wrong about."""
        if action.id != "on" or not self.is_mounted:
            return super().can(action)
        return any(one.found is not None for one in self.chosen)

    async def do_on(self) -> None:
        """Look on."""
        ids = [one.id for one in self.chosen if one.found is not None]
        await self._each(ids, standing.look_on)
        said = ngettext("{count} search looks on.", "{count} searches look on.", len(ids))
        self.tell(said.format(count=len(ids)), "done")

    async def do_end(self) -> None:
        """Keep searches no longer."""
        ids = self.chosen_ids
        question = ngettext("Keep this search no longer?", "Keep {count} searches no longer?", len(ids))
        if not await self.app.ask(question.format(count=len(ids))):
            return
        await self._each(ids, standing.remove)
        said = ngettext("{count} search ended.", "{count} searches ended.", len(ids))
        self.tell(said.format(count=len(ids)), "done")

    async def _each(self, ids: Sequence[int], act: Callable[[Actor, Site, int], None]) -> None:
        """Do an act to each; raises the last error once all were tried."""
        failed = None
        for standing_id in ids:
            try:
                await in_thread(act, self.actor, self.site, standing_id)
            except S2SError as error:
                failed = error
        self.table.clear_marks()
        await self.read()
        if failed is not None:
            raise failed


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
        yield Para(_("If that isn't the pupil: n, and the search looks on."))
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
