"""The list of files that nobody collects: narrowed by age and school, with the pupils (R-DWN-5)."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base.translation import N_, _
from s2s_tui.rules.names import Kind
from s2s_tui.services import listing
from s2s_tui.services.listing import UNCOLLECTED, Filter, Item
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import uncollected_rows
from s2s_tui.tui.screens.download_lists import FileTable
from s2s_tui.tui.screens.list_pane import NarrowedPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.screens.uncollected_rows import AGES, Uncollected
from s2s_tui.tui.threads import in_thread, instead

NOTHING = N_("Nothing waits: every file has been collected.")
NONE_SUCH = N_("No file like that waits.")


class UncollectedList(NarrowedPane[Item]):
    """The list and its details; what can be done to the files is `uncollected.UncollectedPane`'s."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="older", key="o", title=N_("older"), help=N_("Only what waits longer."), rank=28),
        Action(id="filter", key="slash", title=N_("filter"), help=N_("By file, school or number."), rank=35),
        Action(id="again", key="r", title=N_("again"), help=N_("Read the list again."), rank=60),
    )
    FILTERS = N_("File, school or number")

    def __init__(self) -> None:
        super().__init__()
        self.days = 0
        self.at_own_schools = False
        self.source: Uncollected | None = None
        self._counts: tuple[int, ...] = ()

    def compose(self) -> ComposeResult:
        """Ages, filter, list, details."""
        self.tabs_line = Tabs()
        yield self.tabs_line
        yield from self.lay_filter()
        yield self.lay(
            FileTable(uncollected_rows.COLUMNS, markable=True, flagged=True, empty=NOTHING, sort="uploaded")
        )

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Read again; `wish` may narrow it by `text`, by age (`days`), or to `at_own_schools`."""
        before = (self.days, self.filter, self.at_own_schools)
        days = wish.get("days", self.days)
        self.days = days if days in AGES else 0
        self.filter = str(wish.get("text", self.filter))
        self.at_own_schools = bool(wish.get("at_own_schools", self.at_own_schools))
        if self.source is None or before != (self.days, self.filter, self.at_own_schools):
            self.narrow()
        else:
            self.reload()

    # The list

    def narrow(self) -> None:
        """Show the list that age and filter say; the marks stay with another list's files."""
        self.release()
        self.table.clear_marks()
        self._say_tabs()
        instead(self, "list", self._begin)

    async def _begin(self) -> None:
        days, text, at_own = self.days, self.filter, self.at_own_schools
        try:
            found = await in_thread(
                partial(
                    listing.files,
                    self.actor,
                    self.site,
                    Kind.CTF,
                    UNCOLLECTED,
                    narrowed=Filter(text=text, older_than=days, at_own_schools=at_own),
                    with_pupils=True,
                )
            )
            self.source = Uncollected(found)
            self.table.empty = NONE_SUCH if days or text or at_own else NOTHING
            self.show(self.source, self.source.found, again=False)
            await self.read()
        except Exception as error:
            self.app.fail(error)

    def reload(self) -> None:
        """Read the list again; cursor and marks stay where they are."""
        if self.source is not None:
            self.table.reload()
            super().reload()

    async def read(self) -> None:
        """Count by age; the list reads itself."""
        text, at_own = self.filter, self.at_own_schools

        def counts() -> tuple[int, ...]:
            return tuple(
                listing.files(
                    self.actor,
                    self.site,
                    Kind.CTF,
                    UNCOLLECTED,
                    narrowed=Filter(text=text, older_than=days, at_own_schools=at_own),
                ).count()
                for days in AGES
            )

        self._counts = await in_thread(counts)
        self._say_tabs()

    def _say_tabs(self) -> None:
        self.tabs_line.say(uncollected_rows.tabs_of(self._counts), str(self.days), "")
        if self.at_own_schools:
            ours = _("Only at your schools, with “{text}”") if self.filter else _("Only at your schools")
            self.say_filter(ours.format(text=self.filter))
        else:
            self.say_filter()

    def details_of(self, record: Item) -> Iterator[Para]:
        """The file and its pupils."""
        return uncollected_rows.details(record)

    def on_virtual_table_opened(self) -> None:
        """Enter: the details with all of the room, and all pupils."""
        if self.here is not None:
            self.hold(self.details_of(self.here))

    def widen(self) -> bool:
        """All files of every age."""
        if not self.filter and not self.days and not self.at_own_schools:
            return False
        self.filter, self.days, self.at_own_schools = "", 0, False
        self.narrow()
        return True

    def _next_age(self) -> int:
        return AGES[(AGES.index(self.days) + 1) % len(AGES)]

    def do_older(self) -> None:
        """All, then older than 7, 30, 60 days."""
        self.days = self._next_age()
        self.narrow()

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        """A click on an age."""
        if int(message.tab) != self.days:
            self.days = int(message.tab)
            self.narrow()

    def do_again(self) -> None:
        """Read again."""
        self.reload()
