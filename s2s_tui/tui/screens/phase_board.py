"""The board of phase transfers: the list of pupils, narrowed, counted, read again (R-PHA)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base.translation import N_, _
from s2s_tui.services import phase, transfers
from s2s_tui.services.phase import Seat
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import phase_rows, words
from s2s_tui.tui.screens.download_rows import paragraphs
from s2s_tui.tui.screens.panel import WIDE, Beside, Para
from s2s_tui.tui.screens.phase_rows import Seats
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.source import PAGE, Key
from s2s_tui.tui.widgets.virtual_table import VirtualTable

NOBODY = N_("Nobody yet: no school has sent your authority a CTF.")
NOT_FOUND = N_("Nobody like that is on the board.")


TOP = "top"
"""Asks `PhaseBoard.load` to put the cursor on the first pupil."""


class PhaseBoard(Pane):
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
    DEFAULT_CSS = """
    PhaseBoard > .phase--state { text-style: bold; }
    PhaseBoard > .phase--filter { color: $accent; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.filter = ""
        self.seats: Seats | None = None
        self._turn = 0
        self._held = False
        """Whether the details show something that the cursor must not replace."""
        self._counting = False
        """Whether that is the counts per school, which follow the board."""

    def compose(self) -> ComposeResult:
        """How many there are, the filter, the list, the details."""
        self.state_line = Line(classes="phase--state")
        yield self.state_line
        self.filter_line = Line(classes="phase--filter")
        self.filter_line.display = False
        yield self.filter_line
        self.table = VirtualTable(phase_rows.COLUMNS, markable=True, flagged=True, empty=NOBODY)
        self.beside = Beside(self.table)
        yield self.beside

    def start(self) -> Widget:
        """The list."""
        return self.table

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Take in what came, and read the board; `wish` may name a `text` to look for."""
        if "text" in wish:
            self.filter = str(wish["text"])
        if self.seats is None:
            self.state_line.say(_("Looking…"))
        self.run_worker(self._arrive(), group="board", exclusive=True, exit_on_error=False)

    async def _arrive(self) -> None:
        try:
            await self.take_in()
        except Exception as error:
            self.app.fail(error)
            if self.seats is None:
                self.state_line.say(_("The board can't be read just now. r tries again."))

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
            self._show(seats, to)
        return seats

    def _show(self, seats: Seats, to: Key | None) -> None:
        table = self.table
        sort, descending = table.sort, table.descending
        key = to if to is not None else table.row.key if table.row else None
        place = seats.position(key, sort, descending) if key is not None else None
        total = seats.count()
        if place is None:
            place = 0 if to == TOP else min(table.cursor, max(0, total - 1))
        self.seats = seats
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
        self._details()
        self.refresh_bindings()

    def _say_state(self) -> None:
        seats = self.seats
        if seats is None:
            return
        tally = seats.tally()
        marked = len(self.table.marked)
        right = _("{count} marked").format(count=f"{marked:,}") if marked else phase_rows.twice(tally)
        self.state_line.say(phase_rows.state_of(tally), right)
        self.filter_line.display = bool(self.filter)
        found = _("Only “{text}”: {pupils}").format(text=self.filter, pupils=words.pupils(seats.count()))
        self.filter_line.say(found, _("Esc shows all"))

    def seat_here(self) -> Seat | None:
        """The pupil under the cursor."""
        row = self.table.row
        return self.seats.seats.get(row.key) if row is not None and self.seats is not None else None

    def chosen(self) -> list[Seat]:
        """The pupils that an act is about: the marked, or the one under the cursor."""
        if self.seats is None:
            return []
        found = (self.seats.seats.get(key) for key in self.table.chosen)
        return [seat for seat in found if seat is not None]

    def next_after(self, gone: Collection[Key]) -> Key | None:
        """Where the cursor goes when some pupils move away: to the nearest that stays, rather below."""
        if self.seats is None or not self.table.total:
            return None
        keys = self.seats.keys(self.table.sort, self.table.descending)
        at = self.table.cursor
        below = (key for key in keys[at:] if key not in gone)
        return next(below, next((key for key in reversed(keys[:at]) if key not in gone), None))

    # The details

    def on_virtual_table_highlighted(self) -> None:
        """Say who is under the cursor."""
        self._details()
        self.refresh_bindings()

    def on_virtual_table_marks_changed(self) -> None:
        """The foot and the line above count the marks."""
        self._say_state()
        self.refresh_bindings()

    def _details(self) -> None:
        if self._counting and self.seats is not None:
            self.beside.panel.show([*phase_rows.by_school(self.seats)])
        if self._held or self.seats is None:
            return
        seat = self.seat_here()
        paras: list[Para] = [*phase_rows.pupil(seat, self.seats)] if seat is not None else []
        if self.app.size.width >= WIDE and self.seats.seats:
            paras += [Para(""), *phase_rows.by_school(self.seats)]
        self.beside.panel.show(paras)

    def on_resize(self) -> None:
        """The counts stand beside where there is room."""
        self._details()

    def hold(self, paras: Sequence[Para]) -> None:
        """Show something at length, which the cursor does not replace, until Esc."""
        self._held, self._counting = True, False
        self.beside.panel.show(paras)
        self.beside.open()

    async def on_virtual_table_opened(self) -> None:
        """Enter: all of the pupil; of one that was sent, what became of the file."""
        seat = self.seat_here()
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

    async def do_filter(self) -> None:
        """Narrow the list; the marks stay, so that pupils can be gathered by several searches."""
        text = await self.app.prompt(_("Name, UPN or school"), self.filter)
        if text is not None and text.strip() != self.filter:
            self.filter = text.strip()
            await self.load()

    async def do_again(self) -> None:
        """Take in, and read again."""
        if not await self.take_in():
            self.tell(_("Read again; no new pupils."))

    def step_back(self) -> bool:
        """Close the details, then drop the marks, then the filter."""
        if self._held:
            self._held = self._counting = False
            self.beside.close()
            self._details()
            return True
        if self.table.marked:
            self.table.clear_marks()
            return True
        if self.filter:
            self.filter = ""
            self.run_worker(self._arrive(), group="board", exclusive=True, exit_on_error=False)
            return True
        return False
