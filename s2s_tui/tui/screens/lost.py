"""Lost Pupil › Search: ranked as one looks, with the reasons (R-LPD-1…5, 9, 10)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import WrongUse
from s2s_tui.base.translation import N_, _
from s2s_tui.services import lost, lost_index, search, standing
from s2s_tui.services.lost import Record, State
from s2s_tui.services.search import Found, Hit, LookedFor
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import lost_words
from s2s_tui.tui.screens.lost_acts import LostActs
from s2s_tui.tui.screens.lost_fields import SearchFields, Tick
from s2s_tui.tui.screens.panel import WIDE, Beside, Para
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.line import Rule
from s2s_tui.tui.widgets.source import ListSource
from s2s_tui.tui.widgets.virtual_table import VirtualTable

SHOWN, SHOWN_BEGINNING = 50, 200
"""The best so many; more where all that begin so are wanted."""
BEFORE = N_("Type above whom you look for, then Enter.")
_IDS = [column.id for column in lost_words.COLUMNS]


class ResultTable(VirtualTable):
    """The records found."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("details"),
            help=N_("All that is held on the pupil; that it was shown is on record."),
            rank=40,
            run="open",
        ),
    )


class LostSearchPane(LostActs):
    """Six fields, the records that may be the pupil, and why."""

    DEFAULT_CSS = "LostSearchPane Beside > Panel { min-height: 8; }"
    TITLE = N_("Lost Pupil search")
    HELP = N_(
        "Type what is known, even if it may be wrong, and Enter: slips, other spellings, Welsh and English "
        "forms, swapped days and months and former names are found, too; case and accents never matter. A "
        "date is 12/3/14, 12 March 2014 or just 2014. With “Surname begins” ticked only surnames that begin "
        "exactly so are listed. The % says how likely a record is the pupil: ✓ very likely, ~ possible. "
        "Before each value = is the same as typed, ~ alike, ✗ different. Every search is on record."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="download",
            key="d",
            title=N_("download"),
            help=N_("Save the pupil's file; only your yes to “downloaded correctly?” resolves the record."),
            permission="lost.download",
            rank=12,
        ),
        Action(
            id="forward",
            key="f",
            title=N_("forward"),
            help=N_("Send the file on to a school of your authority, in one step."),
            permission="lost.forward",
            rank=13,
        ),
        Action(
            id="keep",
            key="k",
            title=N_("keep search"),
            help=N_("Keep the search: your authority is told when a file arrives that fits."),
            permission="lost.search",
            rank=14,
        ),
        Action(id="new", key="n", title=N_("new"), help=N_("Empty the fields: a new search."), rank=16),
        Action(
            id="begins",
            key="b",
            title=N_("begins"),
            help=N_("Only surnames that begin exactly so, or all that are alike."),
            rank=30,
        ),
        Action(
            id="resolved",
            key="h",
            title=N_("resolved too"),
            help=N_("Downloaded and forwarded records too, or only those that are lost."),
            rank=32,
        ),
        Action(
            id="put-back",
            key="p",
            title=N_("put back"),
            help=N_("Put a record that your authority took by mistake back among the lost."),
            permission="lost.download",
            rank=15,
        ),
        Action(
            id="remove",
            key="x",
            title=N_("remove"),
            help=N_("Remove a record that a school of yours sent, with a reason."),
            permission="lost.remove",
            rank=26,
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: Found | None = None
        self.looked: LookedFor | None = None
        """What the list answers."""
        self.resolved = False
        self._back = ""
        self._kept: set[LookedFor] = set()
        self._hits: dict[object, Hit] = {}

    def compose(self) -> ComposeResult:
        """Fields, list, panel."""
        self.fields = SearchFields()
        yield self.fields
        yield Rule("─")
        self.table = ResultTable(
            lost_words.COLUMNS, flagged=True, empty=BEFORE, sort="score", descending=True
        )
        self.beside = Beside(self.table)
        yield self.beside

    def start(self) -> Widget:
        """Where one was: in the fields at first."""
        return self.table if self.found and self.found.hits else self.fields.last

    def on_mount(self) -> None:
        """Have the index ready before the first Enter."""
        self.table.show(ListSource([], _IDS))
        self.run_worker(self._warm(), group="warm", exit_on_error=False)

    async def _warm(self) -> None:
        try:
            await in_thread(lost_index.current, self.site)
        except Exception as error:
            self.app.fail(error)

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """`wish` may bring what to look for (`looked`), and where Esc leads then (`back`, an entry)."""
        self._back = str(wish.get("back", ""))
        looked = wish.get("looked")
        if isinstance(looked, LookedFor):
            self.resolved = bool(wish.get("resolved", self.resolved))
            # Whom an earlier search found must not stand below somebody else's name, should this one fail.
            self._empty()
            self.fields.fill(looked)
            self._begin()

    # Searching

    def on_search_fields_wanted(self) -> None:
        """Enter in a field: a search of one's own."""
        self._back = ""
        self._begin()

    def on_tick_ticked(self, _message: Tick.Ticked) -> None:
        """The box was turned over: what is listed changes with it."""
        if self.looked is not None:
            self._begin(to_list=False)

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """What was typed wrong is said as soon as one goes on."""
        name = self.fields.name_of(event.input)
        wrong = search.problems(self.fields.looked, local_date(self.site.clock()))
        self.fields.note(wrong, [name])

    def _begin(self, *, to_list: bool = True) -> None:
        looked = self.fields.looked
        wrong = search.problems(looked, local_date(self.site.clock()))
        self.fields.complain(wrong)
        if wrong:
            # What was said of the search before is past.
            self.tell("")
            return
        if not any(getattr(looked, name).strip() for name in lost_words.FIELDS):
            self.app.fail(WrongUse("search-empty"))
            return
        instead(self, "search", self._search, looked, to_list=to_list)

    async def _search(self, looked: LookedFor, *, to_list: bool, quietly: bool = False) -> None:
        limit = SHOWN_BEGINNING if looked.begins else SHOWN
        try:
            found = await in_thread(
                search.search,
                self.actor,
                self.site,
                looked,
                include_resolved=self.resolved,
                limit=limit,
            )
        except Exception as error:
            self.app.fail(error)
            return
        if looked != self.looked:
            # Whoever is looked for anew: the likeliest first, however the last list was sorted.
            self.table.sort, self.table.descending = "score", True
        self.found, self.looked = found, looked
        self._hits = {hit.record.id: hit for hit in found.hits}
        self.table.empty = N_("Nobody like that.")
        self.beside.close()
        if quietly:
            self.table.source = lost_words.source(found, self.site.clock())
            self.table.reload()
        else:
            self.beside.show(lost_words.source(found, self.site.clock()))
            self.tell(lost_words.summary(found, looked, limit))
        if not found.hits:
            self.beside.panel.show(lost_words.tries(looked, resolved=self.resolved, better_ones=found.better))
        if to_list and self.fields.focused:
            self.screen.set_focus(self.table)
        self.refresh_bindings()

    @property
    def hit(self) -> Hit | None:
        """The record under the cursor, and why it is there."""
        row = self.table.row
        return self._hits.get(row.key) if row is not None else None

    def on_virtual_table_highlighted(self) -> None:
        """Why, and the details."""
        hit = self.hit
        if hit is not None:
            wide = self.app.size.width >= WIDE
            details = lost_words.details(hit.record, whole=wide)
            gap = [Para("")] if wide else []
            self.beside.panel.show([*lost_words.reasons(hit, apart=wide), *gap, *details])
        elif self.found is None:
            self.beside.panel.show(())
        self.refresh_bindings()

    async def on_virtual_table_opened(self) -> None:
        """Enter: all of it; that it was shown is on record."""
        hit = self.hit
        if hit is None:
            return
        record = await in_thread(lost.show, self.actor, self.site, hit.record.id)
        reasons = lost_words.reasons(hit, apart=True)
        self.beside.panel.show([*lost_words.details(record, whole=True), Para(""), *reasons])
        self.beside.open()

    def on_key(self, event: events.Key) -> None:
        """Down goes from the fields to the list."""
        if event.key == "down" and self.fields.focused and self.table.total:
            event.stop()
            self.screen.set_focus(self.table)

    def step_back(self) -> bool:
        """From the details to the list, from there to where it was asked for, or to the fields."""
        if self.beside.close():
            self.on_virtual_table_highlighted()
            return True
        if self._back:
            self.app.call_later(self.app.open, self._back)
            return True
        if not self.fields.focused:
            self.screen.set_focus(self.fields.last)
            return True
        return False

    # What can be done

    def can(self, action: Action) -> bool:
        """What makes sense for the record under the cursor."""
        if not self.is_mounted or self.app.session is None:
            return False
        record = self.hit.record if self.hit else None
        match action.id:
            case "download":
                return record is not None and record.state == State.LOST
            case "forward":
                return record is not None and record.state in (State.LOST, State.DOWNLOADED)
            case "put-back":
                return record is not None and record.taken_by == self.actor.organisation
            case "remove":
                return record is not None and record.la == self.actor.organisation
            case "keep":
                return self._is_worth_keeping()
        return True

    def _is_worth_keeping(self) -> bool:
        if self.found is None or self.looked is None or self.looked in self._kept:
            return False
        best = max((hit.score for hit in self.found.hits), default=0)
        return best < standing.FITS

    def title_of(self, action: Action) -> str:
        """What `h` and `b` change to."""
        if action.id == "resolved" and self.resolved:
            return _("only lost")
        if action.id == "begins" and self.fields.tick.on:
            return _("alike")
        return super().title_of(action)

    def do_new(self) -> None:
        """Empty fields, an empty list."""
        self._empty()
        self.fields.fill(LookedFor())
        self.screen.set_focus(self.fields.query_one("#surname"))

    def _empty(self) -> None:
        """Nobody is listed."""
        self.tell("")
        self.found = self.looked = None
        self._hits = {}
        self.beside.close()
        self.table.empty = BEFORE
        self.beside.show(ListSource([], _IDS))
        self.beside.panel.show(())

    def do_begins(self) -> None:
        """Turn the box over, and search again."""
        self.fields.tick.action_tick()

    def do_resolved(self) -> None:
        """Resolved ones too, or not."""
        self.resolved = not self.resolved
        if self.looked is not None:
            self._begin()
        self.refresh_bindings()

    async def do_keep(self) -> None:
        """Keep the search (R-LPD-6)."""
        looked = self.looked
        if looked is None:
            return
        await in_thread(standing.keep, self.actor, self.site, looked)
        self._kept.add(looked)
        self.tell(_("Kept. Your authority is told when a file arrives that fits: see Kept."), "done")
        self.refresh_bindings()

    async def _with(self, act: Callable[[Record], Awaitable[bool]]) -> None:
        """Act on the record under the cursor; the list is read again where that changed anything."""
        hit, looked = self.hit, self.looked
        if hit is None or looked is None:
            return
        try:
            changed = await act(hit.record)
        except Exception:
            await self._search(looked, to_list=False, quietly=True)
            raise
        if changed:
            await self._search(looked, to_list=False, quietly=True)

    async def do_download(self) -> None:
        """Save, and confirm (R-LPD-3)."""
        await self._with(self.download)

    async def do_forward(self) -> None:
        """Send on (R-LPD-4)."""
        await self._with(self.forward)

    async def do_put_back(self) -> None:
        """Back among the lost (R-LPD-10)."""
        await self._with(self.put_back)

    async def do_remove(self) -> None:
        """Out of the search (R-LPD-9)."""
        await self._with(self.remove_own)
