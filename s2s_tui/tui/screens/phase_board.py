"""The board of phase transfers: the list of pupils, narrowed, counted, read again (R-PHA)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base.translation import N_, _
from s2s_tui.services import phase, transfers
from s2s_tui.services.phase import Seat
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import phase_rows, words
from s2s_tui.tui.screens.download_rows import paragraphs
from s2s_tui.tui.screens.list_pane import NarrowedPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.phase_rows import Seats
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.source import PAGE, Key
from s2s_tui.tui.widgets.virtual_table import VirtualTable

NOBODY = N_("Nobody yet: no school has sent your authority a CTF.")
NOT_FOUND = N_("Nobody like that is on the board.")
TOP = "top"
"""Asks `PhaseBoard.load` to put the cursor on the first pupil."""


class PhaseBoard(NarrowedPane[Seat]):
    """The list and its details; what can be done to the pupils is `phase.PhasePane`'s."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="counts",
            key="p",
            title=N_("per school"),
            help=N_("How many pupils go to each school, and how many were sent."),
            rank=32,
        ),
        Action(
            id="filter",
            key="slash",
            title=N_("find"),
            help=N_("Show only some: by name, UPN, or a school's number or name."),
            rank=31,
        ),
        Action(
            id="again",
            key="r",
            title=N_("again"),
            help=N_("Take in what came meanwhile, and what colleagues did."),
            rank=60,
        ),
    )
    DEFAULT_CSS = "PhaseBoard > .phase--state { text-style: bold; }"
    FILTERS = N_("Name, UPN or school")

    def __init__(self) -> None:
        super().__init__()
        self.seats: Seats | None = None
        self._turn = 0
        self._counting = False
        """Whether that is the counts per school, which follow the board."""

    def compose(self) -> ComposeResult:
        """How many there are, the filter, the list, the details."""
        self.state_line = Line(classes="phase--state")
        yield self.state_line
        yield from self.lay_filter()
        yield self.lay(VirtualTable(phase_rows.COLUMNS, markable=True, flagged=True, empty=NOBODY))

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Take in what came, and read the board; `wish` may name a `text` to look for."""
        if "text" in wish:
            self.filter = str(wish["text"])
        if self.seats is None:
            self.state_line.say(_("Looking…"))
        self.reload()

    async def read(self) -> None:
        """What came, then the board."""
        try:
            await self.take_in()
        except Exception:
            if self.seats is None:
                self.state_line.say(_("The board can't be read just now. r tries again."))
            raise

    async def take_in(self) -> int:
        """Put the pupils of new files on the board and show it; says how many came."""
        new = await in_thread(phase.take_in, self.actor, self.site)
        await self.load()
        if new:
            self.tell(_("{pupils} came in.").format(pupils=words.pupils(new)))
        return new

    # The list

    async def load(self, to: Key | None = None) -> Seats:
        """Read the board as it is now and show it.

        Args:
            to: the pupil to put the cursor on; `TOP`: the first; None: where it is.

        Returns:
            What was read.
        """
        self._turn += 1
        turn, table = self._turn, self.table
        sort, descending = table.sort, table.descending

        def read() -> Seats:
            seats = phase_rows.read(self.actor, self.site, self.filter)
            seats.position(None, sort, descending)
            return seats

        seats = await in_thread(read)
        if turn == self._turn:
            self._show_seats(seats, to)
        return seats

    def _show_seats(self, seats: Seats, to: Key | None) -> None:
        table = self.table
        sort, descending = table.sort, table.descending
        key = to if to is not None else table.row.key if table.row else None
        place = seats.position(key, sort, descending) if key is not None else None
        total = seats.count()
        if place is None:
            place = 0 if to == TOP else min(table.cursor, max(0, total - 1))
        self.seats, self.records = seats, seats.seats
        table.empty = NOT_FOUND if self.filter else NOBODY
        table.set_marks(key for key in table.marked if key in seats.seats)
        # The table reads again from its cursor's row on; it is put there first.
        table.pages.clear()
        if total:
            number = place // PAGE
            table.pages.put(number, seats.page(number * PAGE, PAGE, sort, descending))
        table.cursor, table.total = place, total
        table.show(seats, keep_marks=True)
        self._say_state()
        self.tell_details()
        self.refresh_bindings()

    def _say_state(self) -> None:
        seats = self.seats
        if seats is None:
            return
        tally = seats.tally()
        marked = len(self.table.marked)
        right = _("{count} marked").format(count=f"{marked:,}") if marked else phase_rows.twice(tally)
        self.state_line.say(phase_rows.state_of(tally), right)
        found = _("Only “{text}”: {pupils}").format(text=self.filter, pupils=words.pupils(seats.count()))
        self.say_filter(found if self.filter else "")

    def next_after(self, gone: Collection[Key]) -> Key | None:
        """Where the cursor goes when some pupils move away: to the nearest that stays, rather below."""
        if self.seats is None or not self.table.total:
            return None
        keys = self.seats.keys(self.table.sort, self.table.descending)
        at = self.table.cursor
        below = (key for key in keys[at:] if key not in gone)
        return next(below, next((key for key in reversed(keys[:at]) if key not in gone), None))

    # The details

    def on_virtual_table_marks_changed(self) -> None:
        """The line above counts the marks, too."""
        self._say_state()

    def details_of(self, record: Seat) -> Iterator[Para]:
        """Who it is; the counts per school stand below where there is room."""
        if self.seats is not None:
            yield from phase_rows.pupil(record, self.seats)
        yield from self.details_of_none()

    def details_of_none(self) -> Iterator[Para]:
        """The counts."""
        if self.is_wide and self.seats is not None and self.seats.seats:
            yield Para("")
            yield from phase_rows.by_school(self.seats)

    def tell_details(self) -> None:
        """Where the counts are held, they follow the board."""
        if self.is_held and self._counting and self.seats is not None:
            self.beside.panel.show(phase_rows.by_school(self.seats))
        super().tell_details()

    def hold(self, paras: Iterable[Para]) -> None:
        """Show something at length, until Esc."""
        self._counting = False
        super().hold(paras)

    async def on_virtual_table_opened(self) -> None:
        """Enter: all of the pupil; of one that was sent, what became of the file."""
        seat = self.here
        if seat is None or self.seats is None:
            return
        paras = [*phase_rows.pupil(seat, self.seats)]
        if seat.sent_as is not None:
            sent = await in_thread(transfers.show, self.actor, self.site, seat.sent_as)
            paras += [Para(""), *paragraphs(sent, "")]
        self.hold(paras)

    def do_counts(self) -> None:
        """The counts, with the room of both where the terminal is narrow."""
        if self.seats is not None:
            self.hold([*phase_rows.by_school(self.seats)])
            self._counting = True

    def narrow(self) -> None:
        """The marks stay, so that pupils can be gathered by several searches."""
        self.reload()

    async def do_again(self) -> None:
        """Take in, and read again."""
        if not await self.take_in():
            self.tell(_("Read again; no new pupils."))
