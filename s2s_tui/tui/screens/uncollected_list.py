"""The list of files that nobody collects: narrowed by age and school, with the pupils (R-DWN-5)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base.translation import N_, _
from s2s_tui.rules.names import Kind
from s2s_tui.services import listing
from s2s_tui.services.listing import UNCOLLECTED, Filter, Item
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import uncollected_rows
from s2s_tui.tui.screens.download_lists import FileTable
from s2s_tui.tui.screens.panel import Beside, Para
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.screens.uncollected_rows import AGES, Uncollected
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.line import Line

NOTHING = N_("Nothing waits: every file has been collected.")
NONE_SUCH = N_("No file like that waits.")


class UncollectedList(Pane):
    """The list and its details; what can be done to the files is `uncollected.UncollectedPane`'s."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="older", key="o", title=N_("older"), help=N_("Only what waits longer."), rank=28),
        Action(id="filter", key="slash", title=N_("filter"), help=N_("By file, school or number."), rank=35),
        Action(id="again", key="r", title=N_("again"), help=N_("Read the list again."), rank=60),
    )
    DEFAULT_CSS = """
    UncollectedList > .uncollected--filter { color: $accent; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.days = 0
        self.filter = ""
        self.source: Uncollected | None = None
        self._counts: tuple[int, ...] = ()
        self._held = False
        """Whether the details show something that the cursor must not replace."""

    def compose(self) -> ComposeResult:
        """Ages, filter, list, details."""
        self.tabs_line = Tabs()
        yield self.tabs_line
        self.filter_line = Line(classes="uncollected--filter")
        self.filter_line.display = False
        yield self.filter_line
        self.table = FileTable(
            uncollected_rows.COLUMNS, markable=True, flagged=True, empty=NOTHING, sort="uploaded"
        )
        self.beside = Beside(self.table)
        yield self.beside

    def start(self) -> Widget:
        """The list."""
        return self.table

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Read again; `wish` may name a `text` to filter by and how old files are (`days`)."""
        before = (self.days, self.filter)
        days = wish.get("days", self.days)
        self.days = days if days in AGES else 0
        self.filter = str(wish.get("text", self.filter))
        if self.source is None or before != (self.days, self.filter):
            self._show()
        else:
            self.reload()

    # The list

    def _show(self) -> None:
        """Show the list that age and filter say; the marks stay with another list's files."""
        self._close()
        self.table.clear_marks()
        self._say_tabs()
        self.run_worker(self._read(), group="lists", exclusive=True, exit_on_error=False)

    async def _read(self) -> None:
        days, text = self.days, self.filter
        try:
            found = await in_thread(
                partial(
                    listing.files,
                    self.actor,
                    self.site,
                    Kind.CTF,
                    UNCOLLECTED,
                    narrowed=Filter(text=text, older_than=days),
                    with_pupils=True,
                )
            )
            self.source = Uncollected(found)
            self.table.empty = NONE_SUCH if days or text else NOTHING
            self.beside.show(self.source)
            await self._count()
        except Exception as error:
            self.app.fail(error)

    def reload(self) -> None:
        """Read the list again; cursor and marks stay where they are."""
        if self.source is not None:
            self.table.reload()
            self.run_worker(self._counting(), group="lists", exclusive=True, exit_on_error=False)

    async def _counting(self) -> None:
        try:
            await self._count()
        except Exception as error:
            self.app.fail(error)

    async def _count(self) -> None:
        text = self.filter

        def counts() -> tuple[int, ...]:
            return tuple(
                listing.files(
                    self.actor,
                    self.site,
                    Kind.CTF,
                    UNCOLLECTED,
                    narrowed=Filter(text=text, older_than=days),
                ).count()
                for days in AGES
            )

        self._counts = await in_thread(counts)
        self._say_tabs()

    def _say_tabs(self) -> None:
        self.tabs_line.say(uncollected_rows.tabs_of(self._counts), str(self.days), "")
        self.filter_line.display = bool(self.filter)
        self.filter_line.say(_("Only with “{text}”").format(text=self.filter), _("Esc shows all"))

    @property
    def item(self) -> Item | None:
        """The transfer under the cursor."""
        row = self.table.row
        return self.source.items.get(row.key) if row is not None and self.source is not None else None

    def chosen(self) -> list[Item]:
        """The files that an act is about: the marked, or the one under the cursor."""
        if self.source is None:
            return []
        found = (self.source.items.get(key) for key in self.table.chosen)
        return [item for item in found if item is not None]

    def on_virtual_table_highlighted(self) -> None:
        """Say what is under the cursor."""
        self._details()
        self.refresh_bindings()

    def _details(self) -> None:
        if not self._held:
            item = self.item
            self.beside.panel.show(uncollected_rows.details(item) if item is not None else ())

    def on_virtual_table_marks_changed(self) -> None:
        """The foot counts the marks."""
        self.refresh_bindings()

    def on_virtual_table_opened(self) -> None:
        """Enter: the details with all of the room, and all pupils."""
        if self.item is not None:
            self.hold([*uncollected_rows.details(self.item)])

    def hold(self, paras: Sequence[Para]) -> None:
        """Show something at length, which the cursor does not replace, until Esc."""
        self._held = True
        self.beside.panel.show(paras)
        self.beside.open()

    def _close(self) -> bool:
        if not self._held:
            return False
        self._held = False
        self.beside.close()
        self._details()
        return True

    def step_back(self) -> bool:
        """Close the details, then drop the marks, then the filters."""
        if self._close():
            return True
        if self.table.marked:
            self.table.clear_marks()
            return True
        if self.filter or self.days:
            self.filter, self.days = "", 0
            self._show()
            return True
        return False

    def _next_age(self) -> int:
        return AGES[(AGES.index(self.days) + 1) % len(AGES)]

    def do_older(self) -> None:
        """All, then older than 7, 30, 60 days."""
        self.days = self._next_age()
        self._show()

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        """A click on an age."""
        if int(message.tab) != self.days:
            self.days = int(message.tab)
            self._show()

    async def do_filter(self) -> None:
        """Narrow the list by part of a file's name, a school's name or number."""
        text = await self.app.prompt(_("File, school or number"), self.filter)
        if text is not None and text.strip() != self.filter:
            self.filter = text.strip()
            self._show()

    def do_again(self) -> None:
        """Read again."""
        self.reload()
