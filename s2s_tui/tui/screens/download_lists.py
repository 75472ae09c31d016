"""The Download screen's lists: tabs, the switch, the filter, the details (R-DWN-1)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base.translation import N_, _
from s2s_tui.services import listing, transfers
from s2s_tui.services.checking import AWAITING
from s2s_tui.services.listing import MINE, Filter, Item, Listing
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.download_rows import (
    VIEWS,
    Transfers,
    columns,
    counted,
    paragraphs,
    pupils,
    tabs_of,
)
from s2s_tui.tui.screens.kinds import KINDS
from s2s_tui.tui.screens.list_pane import NarrowedPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.virtual_table import VirtualTable


class FileTable(VirtualTable):
    """A list whose columns change with the view."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("details"),
            help=N_("All of the file, with its pupils; that they were shown is on record."),
            rank=15,
            run="open",
        ),
    )

    def change(self, columns: Sequence[Column]) -> None:
        """Show other columns."""
        if tuple(columns) != self.columns:
            self.columns = tuple(columns)
            self._places = ()
            self.refresh()


class DownloadLists(NarrowedPane[Item]):
    """The lists of one kind of file; what can be done to the files is `download.DownloadPane`'s.

    Args:
        kind: a `rules.names.Kind`.
    """

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="view", key="w", title=N_("view"), help=N_("Awaiting, collected, or closed."), rank=28),
        Action(id="filter", key="slash", title=N_("filter"), help=N_("By file, school or number."), rank=35),
        Action(id="next", key="right", title=N_("tabs"), help=N_("The next list."), rank=38),
        Action(id="previous", key="left", title=N_("tab"), help=N_("The list before."), rank=99),
        *(
            Action(id=f"tab-{n}", key=str(n), title=N_("tab"), help=N_("A list by its number."), rank=99)
            for n in range(1, 5)
        ),
    )

    FILTERS = N_("File, school or number")

    def __init__(self, kind: str = "ctf") -> None:
        super().__init__()
        self.kind = kind
        self.words = KINDS[kind]
        self.tab = ""
        self.view = AWAITING
        self.days = 0
        """Only what was sent more than so many days ago."""
        self.source: Transfers | None = None
        self._counts: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        """Tabs, list, details."""
        self.tabs_line = Tabs()
        yield self.tabs_line
        yield from self.lay_filter()
        shape = columns(MINE, AWAITING, has_pupils=self.words.has_pupils)
        self.files = FileTable(
            shape, markable=True, flagged=True, empty=self.words.none_there, sort="uploaded"
        )
        yield self.lay(self.files)

    @property
    def tabs(self) -> tuple[str, ...]:
        """The tabs of this role and kind."""
        return listing.tabs(self.actor, self.kind)

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Read again; `wish` may name a `tab`, a `view`, a `text` and an age in `days` to narrow it by."""
        before = (self.tab, self.view, self.filter, self.days)
        tab = wish.get("tab", self.tab)
        self.tab = tab if tab in self.tabs else self.tabs[0]
        self._turn_to(wish.get("view", self.view) if wish.get("view", self.view) in VIEWS else AWAITING)
        self.filter = str(wish.get("text", self.filter if not wish else ""))
        self.days = int(wish.get("days", self.days if not wish else 0))
        if self.source is None or before != (self.tab, self.view, self.filter, self.days):
            self.narrow()
        else:
            self.reload()

    # The lists

    def narrow(self) -> None:
        """Show the list that tab, view and filter say; the marks stay with another list's files."""
        self.release()
        self.table.clear_marks()
        self.files.change(columns(self.tab, self.view, has_pupils=self.words.has_pupils))
        self._say_tabs()
        instead(self, "list", self._begin, self.tab, self.view, self._narrowed)

    @property
    def _narrowed(self) -> Filter:
        return Filter(text=self.filter, older_than=self.days)

    async def _begin(self, tab: str, view: str, narrowed: Filter) -> None:
        def lists() -> dict[str, Listing]:
            return {
                each: listing.files(self.actor, self.site, self.kind, each, view=view, narrowed=narrowed)
                for each in self.tabs
            }

        try:
            found = await in_thread(lists)
            self.source = Transfers(found[tab], self.words.has_pupils)
            self.show(self.source, self.source.found, again=False)
            self._counts = await in_thread(counted, found)
        except Exception as error:
            self.app.fail(error)
        self._say_tabs()
        self.refresh_bindings()

    def reload(self) -> None:
        """Read the list again; cursor and marks stay where they are."""
        if self.source is not None:
            self.table.reload()
            super().reload()

    async def read(self) -> None:
        """Count all lists; the one shown reads itself."""
        narrowed = self._narrowed
        lists = {
            each: Listing(self.actor, self.site, self.kind, each, self.view, narrowed) for each in self.tabs
        }
        self._counts = await in_thread(counted, lists)
        self._say_tabs()

    def _say_tabs(self) -> None:
        self.tabs_line.say(tabs_of(self.tabs, self._counts), self.tab, f"{_(VIEWS[self.view])}  w")
        if self.days:
            late = _("Only over {days} days, with “{text}”") if self.filter else _("Only over {days} days")
            self.say_filter(late.format(days=self.days, text=self.filter))
        else:
            self.say_filter()

    def details_of(self, record: Item) -> Iterator[Para]:
        """The file, its way, and how it stands."""
        return paragraphs(record, self.tab)

    async def on_virtual_table_opened(self) -> None:
        """Enter: the pupils of the file; that they were shown is on record."""
        if self.here is None:
            return
        shown = await in_thread(transfers.show, self.actor, self.site, self.here.id)
        self.hold([*paragraphs(shown, self.tab), Para(""), *pupils(shown)])

    def widen(self) -> bool:
        """Files of every age, with any text."""
        if not self.filter and not self.days:
            return False
        self.filter, self.days = "", 0
        self.narrow()
        return True

    # What can be done

    def can(self, action: Action) -> bool:
        """What makes sense in this list, for this role."""
        if not self.is_mounted or self.app.session is None:
            return False
        if action.id.startswith("tab-"):
            return int(action.id[-1]) <= len(self.tabs)
        return True

    def title_of(self, action: Action) -> str:
        """What `w` changes to."""
        if action.id == "view":
            return _(VIEWS[self._next_view()])
        return super().title_of(action)

    def _next_view(self) -> str:
        views = list(VIEWS)
        return views[(views.index(self.view) + 1) % len(views)]

    def do_view(self) -> None:
        """Awaiting, collected, closed."""
        self._turn_to(self._next_view())
        self.narrow()

    def _turn_to(self, view: str) -> None:
        """What waits has the oldest first, what is over the newest."""
        if view != self.view:
            self.view = view
            self.table.sort, self.table.descending = "uploaded", view != AWAITING

    def _to_tab(self, tab: str) -> None:
        if tab != self.tab:
            self.tab = tab
            self.narrow()

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        """A click on a tab."""
        self._to_tab(message.tab)

    def do_next(self) -> None:
        """The list to the right."""
        self._to_tab(self.tabs[(self.tabs.index(self.tab) + 1) % len(self.tabs)])

    def do_previous(self) -> None:
        """The list to the left."""
        self._to_tab(self.tabs[(self.tabs.index(self.tab) - 1) % len(self.tabs)])

    def do_tab_1(self) -> None:
        """The first list."""
        self._to_tab(self.tabs[0])

    def do_tab_2(self) -> None:
        """The second list."""
        self._to_tab(self.tabs[1])

    def do_tab_3(self) -> None:
        """The third list."""
        self._to_tab(self.tabs[2])

    def do_tab_4(self) -> None:
        """The fourth list."""
        self._to_tab(self.tabs[3])
