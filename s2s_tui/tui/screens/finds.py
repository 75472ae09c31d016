"""Lost Pupil › Finds: whom the annual matching found, to work on or to close one's cases (R-LPD-8)."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import finds
from s2s_tui.services.finds import ELSEWHERE, OURS, WALES_WIDE, FindState, Found
from s2s_tui.services.lost import State
from s2s_tui.services.wording import matching
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import finds_rows, lost_words
from s2s_tui.tui.screens.finds_rows import COLUMNS, Finds
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.lost_acts import LostActs
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.virtual_table import VirtualTable

TABS = {OURS: N_("On roll with us"), ELSEWHERE: N_("Ours, elsewhere"), WALES_WIDE: N_("All")}
SAYS = {
    "has": FindState.SCHOOL_HAS,
    "not-ours": FindState.NOT_OURS,
    "new": FindState.NEW,
    "downloaded": FindState.DOWNLOADED,
    "forwarded": FindState.FORWARDED,
}
"""Actions that say how a find stands."""
EMPTY = {
    OURS: N_("Nobody: no matching has found a lost pupil at your schools."),
    ELSEWHERE: N_("Nobody whom your schools have lost was found elsewhere."),
    WALES_WIDE: N_("Nobody: nothing has been published yet."),
}


class FindsTable(VirtualTable):
    """The finds."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("details"),
            help=N_("All that is held on the pupil, and why it may be the one."),
            rank=30,
            run="open",
        ),
    )


def _says(action: str, key: str, title: str, text: str, rank: int = 99) -> Action:
    return Action(id=action, key=key, title=title, help=text, permission="matching.finds", rank=rank)


class FindsPane(LostActs, ListPane[Found]):
    """Published finds: what the own authority works on, and what became of its own uploads."""

    TITLE = N_("Finds")
    HELP = N_(
        "Once a year the lost pupils are matched with the roll of all schools. “On roll with us” lists "
        "those found at your schools: download or forward the record, or say how it stands (h: the school "
        "has it, n: not ours); what you download or forward shows that by itself. “Ours, elsewhere” lists "
        "pupils whom your schools lost and others have on roll, so that you can close the case. ● is new and "
        "as good as certain, ~ is to be checked, ✓ is dealt with."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="download",
            key="d",
            title=N_("download"),
            help=N_("Download the record; the pupil must be on roll at a school of yours."),
            permission="lost.download",
            rank=10,
        ),
        Action(
            id="forward",
            key="f",
            title=N_("forward"),
            help=N_("Send the record on to a school of yours."),
            permission="lost.forward",
            rank=12,
        ),
        Action(
            id="put-back",
            key="p",
            title=N_("put back"),
            help=N_("Put a record that your authority took by mistake back among the lost."),
            permission="lost.download",
            rank=13,
        ),
        _says("has", "h", N_("school has it"), N_("Say that the school has the pupil's file already."), 14),
        _says("not-ours", "n", N_("not ours"), N_("Say that it isn't the pupil, or not yours."), 16),
        _says("new", "z", N_("new again"), N_("Say that nothing has been done yet.")),
        _says("downloaded", "k", N_("downloaded"), N_("Say that the file was downloaded otherwise.")),
        _says("forwarded", "w", N_("forwarded"), N_("Say that the file was passed on otherwise.")),
        Action(
            id="tab",
            key="right,left,1,2",
            title=N_("other list"),
            help=N_("Those found at your schools, or your own found elsewhere."),
            rank=40,
        ),
    )

    COUNTED = frozenset(SAYS)

    def __init__(self) -> None:
        super().__init__()
        self.which = ""
        self._wanted = ""

    def compose(self) -> ComposeResult:
        """Tabs, list, panel."""
        self.tabs = Tabs()
        yield self.tabs
        yield self.lay(FindsTable(COLUMNS, markable=True, flagged=True))

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists that the person has."""
        return finds.lists(self.actor)

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Read again; `tab` may ask for one of the lists."""
        wanted = wish.get("tab", "")
        self._to_tab(wanted if wanted in self.lists else self.which or self.lists[0])

    def _to_tab(self, which: str) -> None:
        self._wanted = which
        self.reload()

    async def read(self) -> None:
        """The list that is wanted, and how many each has."""
        which = self._wanted or self.which
        listed = {one: await in_thread(finds.finds, self.actor, self.site, one) for one in self.lists}
        counts = {one: await in_thread(found.count) for one, found in listed.items()}
        again, self.which = which == self.which, which
        self.tabs.say([(one, f"{_(TABS[one])} {counts[one]:,}") for one in self.lists], which, "")
        self.table.empty = EMPTY[which]
        source = Finds(listed[which])
        self.show(source, source.found, again=again)

    def details_of(self, record: Found) -> Iterator[Para]:
        """Why, and how it stands."""
        return finds_rows.paragraphs(record, apart=self.is_wide)

    def on_virtual_table_opened(self) -> None:
        """Enter: all of it."""
        if self.here is not None:
            details = lost_words.details(self.here.record, whole=True)
            self.hold([*finds_rows.paragraphs(self.here, apart=True), *details])

    def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        """A click on a tab."""
        self._to_tab(event.tab)

    def can(self, action: Action) -> bool:
        """Only what is on roll at one's own schools is worked on."""
        if not self.is_mounted or self.app.session is None:
            return False
        if action.id == "tab":
            return len(self.lists) > 1
        if self.which != OURS or self.here is None:
            return False
        if action.id in ("download", "forward"):
            open_states = (State.LOST, State.DOWNLOADED) if action.id == "forward" else (State.LOST,)
            return self.here.record.state in open_states
        if action.id == "put-back":
            return bool(self.here.record.taken_by == self.actor.organisation)
        return True

    def do_tab(self) -> None:
        """The other list."""
        here = self.lists.index(self.which) if self.which in self.lists else 0
        self._to_tab(self.lists[(here + 1) % len(self.lists)])

    async def do_download(self) -> None:
        """Tick, save, "downloaded correctly?"; a yes resolves the record."""
        if self.here is not None and await self.download(self.here.record):
            await self.read()

    async def do_forward(self) -> None:
        """Tick, school, send."""
        if self.here is not None and await self.forward(self.here.record):
            await self.read()

    async def do_put_back(self) -> None:
        """Back among the lost (R-LPD-10)."""
        if self.here is not None and await self.put_back(self.here.record):
            await self.read()

    async def do_has(self) -> None:
        """The school has the file."""
        await self._say("has")

    async def do_not_ours(self) -> None:
        """It isn't ours."""
        await self._say("not-ours")

    async def do_new(self) -> None:
        """Nothing is done yet."""
        await self._say("new")

    async def do_downloaded(self) -> None:
        """It was downloaded otherwise."""
        await self._say("downloaded")

    async def do_forwarded(self) -> None:
        """It was passed on otherwise."""
        await self._say("forwarded")

    async def _say(self, action: str) -> None:
        ids = self.chosen_ids
        state = SAYS[action]
        question = ngettext("Say “{state}” of {count} find?", "Say “{state}” of {count} finds?", len(ids))
        said = question.format(state=matching.state(state), count=f"{len(ids):,}")
        if len(ids) > 1 and not await self.app.ask(said):
            return
        done = 0
        try:
            with self.app.progress(matching.state(state), len(ids)) as progress:
                for find_id in ids:
                    if progress.cancelled:
                        break
                    await in_thread(finds.set_state, self.actor, self.site, find_id, state)
                    done += 1
                    progress.step(done)
        finally:
            self.table.clear_marks()
            await self.read()
        text = ngettext("{count} find: {state}.", "{count} finds: {state}.", done)
        said = text.format(count=f"{done:,}", state=matching.state(state))
        self.tell(said, "done" if done == len(ids) else "warning")
