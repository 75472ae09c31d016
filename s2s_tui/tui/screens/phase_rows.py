"""The board of phase transfers as a list: its columns, its rows, and what is said of a pupil (R-PHA)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.translation import N_, _, language, ngettext
from s2s_tui.rules.dates import year_group
from s2s_tui.rules.people import name_key
from s2s_tui.services import directory, phase
from s2s_tui.services.phase import Board, Seat
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE, LATE
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Key, ListSource, Row

NOWHERE = "–"
"""Stands in the list for a school that is still to be chosen."""

COLUMNS = (
    Column(id="surname", title=N_("Surname"), width=9, grow=1),
    Column(id="forename", title=N_("Forename"), width=8, grow=1),
    Column(id="born", title=N_("Born"), width=10),
    Column(id="year", title=N_("Year"), width=4, align="right"),
    Column(id="upn", title=N_("UPN"), width=13, wide=160),
    Column(id="from", title=N_("From"), width=7, wide=76),
    Column(id="to", title=N_("To"), width=12, grow=4, tinted=True),
    Column(id="file", title=N_("File"), width=27, wide=190),
)
_IDS = tuple(column.id for column in COLUMNS)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pupils are where.

    Attributes:
        nowhere: without a school.
        waiting: allocated and not sent.
        schools: how many schools these go to.
        sent: sent on.
        twice: UPNs of unsent pupils that several files hold.
    """

    nowhere: int
    waiting: int
    schools: int
    sent: int
    twice: int


class Seats(ListSource):
    """A `Source` over the board, narrowed to a text; the board's own order has the unallocated first.

    Args:
        board: all of it.
        named: establishment → name, in the reader's language, of schools at both ends.
        today: tells the year group, which the birth date belongs to.
        text: words; each is found in a pupil's name or UPN, or in a school's number or name.
    """

    def __init__(self, board: Board, named: Mapping[str, str], today: date, text: str = "") -> None:
        self.named = named
        self._today = today
        self.seats: dict[Key, Seat] = {seat.id: seat for seat in board.seats}
        self.counts = dict(board.counts)
        self.sent = Counter(seat.school for seat in board.seats if seat.sent_as is not None)
        self._twins: dict[str, list[Seat]] = {}
        for seat in board.seats:
            if seat.twice:
                self._twins.setdefault(seat.upn, []).append(seat)
        parts = name_key(text).split()
        kept = [seat for seat in board.seats if not parts or self._fits(seat, parts)]
        super().__init__([self._row(seat) for seat in kept], _IDS, self._order_of)
        self._places: dict[tuple[str, bool], dict[Key, int]] = {}

    def _fits(self, seat: Seat, parts: list[str]) -> bool:
        school, source = self.named.get(seat.school, ""), self.named.get(seat.source, "")
        heap = name_key(seat.surname, seat.forename, seat.upn, seat.school, school, seat.source, source)
        return all(part in heap for part in parts)

    def _row(self, seat: Seat) -> Row:
        style, flag = ("warning", LATE) if seat.twice else ("", "")
        if seat.sent_as is not None:
            style, flag = "done", DONE
        to = words.who(seat.school, self.named.get(seat.school, "")) if seat.school else NOWHERE
        return Row(
            seat.id,
            (
                seat.surname,
                seat.forename,
                words.born(seat.dob),
                self.year(seat),
                seat.upn,
                seat.source,
                to,
                seat.file,
            ),
            style,
            flag,
        )

    def year(self, seat: Seat) -> str:
        """The year group: a number, `R` for reception, `–` before that."""
        group = year_group(seat.dob, self._today)
        return str(group) if group > 0 else "–" if group else _("R")

    def _order_of(self, row: Row, column: str) -> object:
        seat = self.seats[row.key]
        if column in ("born", "year"):
            return seat.dob
        if column == "to":
            return (bool(seat.school), name_key(self.named.get(seat.school, "")), seat.school)
        text = row.cells[_IDS.index(column)]
        return name_key(text) if column in ("surname", "forename") else text

    def position(self, key: Key, sort: str, descending: bool) -> int | None:
        """Where a pupil stands; looked up, as many are asked for."""
        if (sort, descending) not in self._places:
            rows = self._in_order(sort, descending)
            self._places[sort, descending] = {row.key: index for index, row in enumerate(rows)}
        return self._places[sort, descending].get(key)

    def keys(self, sort: str, descending: bool) -> list[Key]:
        """The pupils shown, in an order."""
        return [row.key for row in self._in_order(sort, descending)]

    def tally(self) -> Tally:
        """How many pupils of the whole board are where."""
        waiting = sum(self.counts.values())
        sent = sum(self.sent.values())
        twice = sum(any(seat.sent_as is None for seat in twins) for twins in self._twins.values())
        return Tally(len(self.seats) - waiting - sent, waiting, len(self.counts), sent, twice)

    def school(self, number: str) -> str:
        """A school, number first."""
        return words.who(number, self.named.get(number, ""))

    def others(self, seat: Seat) -> list[Seat]:
        """The other places on the board with the same UPN."""
        return [twin for twin in self._twins.get(seat.upn, ()) if twin.id != seat.id]


def read(actor: Any, site: Any, text: str) -> Seats:
    """Read the board; runs in a thread.

    Raises:
        NotAllowed: the role may not.
    """
    board = phase.board(actor, site)
    numbers = {seat.school for seat in board.seats} | {seat.source for seat in board.seats}
    named = directory.names(site, numbers, language())
    return Seats(board, named, local_date(site.clock()), text)


def pupil(seat: Seat, seats: Seats) -> Iterator[Para]:
    """What the board knows of a pupil."""
    yield Para(named(seat), style="head")
    parts = [_("born {day}").format(day=words.born(seat.dob)), seat.gender, seat.upn]
    yield Para(" · ".join(part for part in parts if part), style="dim")
    yield Para(_("From {school}, in {file}").format(school=seats.school(seat.source), file=seat.file))
    if seat.sent_as is not None:
        yield Para(_("Sent on to {school}.").format(school=seats.school(seat.school)), DONE, "done")
    elif seat.school:
        yield Para(_("Goes to {school}.").format(school=seats.school(seat.school)), "→")
    else:
        yield Para(_("No school yet: a assigns one."), NOWHERE)
    for twin in seats.others(seat):
        said = (
            _("In another file too: {file}, to {school}.")
            if twin.school
            else _("In another file too: {file}.")
        )
        yield Para(said.format(file=twin.file, school=seats.school(twin.school)), LATE, "warning")


def by_school(seats: Seats) -> Iterator[Para]:
    """The counts: pupils to send and sent for each school, those without one first."""
    tally = seats.tally()
    width = max(6, len(_("to send")), len(_("sent")))
    yield Para(_("School"), f"{_('to send'):>{width}} {_('sent'):>{width}} ", "head")
    if tally.nowhere:
        yield Para(_("without a school"), f"{tally.nowhere:>{width},} {'':>{width}} ", "warning")
    for number in sorted({*seats.counts, *seats.sent}, key=lambda each: (seats.named.get(each, ""), each)):
        waiting, sent = seats.counts.get(number, 0), seats.sent.get(number, 0)
        mark = f"{waiting or '':>{width}} {sent or '':>{width}} "
        yield Para(seats.school(number), mark, "" if waiting else "dim")
    if tally.waiting or tally.sent:
        mark = f"{tally.waiting or '':>{width}} {tally.sent or '':>{width}} "
        yield Para(_("together"), mark, "head")


def named(seat: Seat) -> str:
    """Surname, forename."""
    return f"{seat.surname}, {seat.forename}"


def state_of(tally: Tally) -> str:
    """The line above the list: `153 pupils: 3 without a school, 120 to send, 30 sent`."""
    total = tally.nowhere + tally.waiting + tally.sent
    if total and total == tally.nowhere:
        return _("{pupils}, all without a school").format(pupils=words.pupils(total))
    parts = []
    if tally.nowhere:
        parts.append(_("{count} without a school").format(count=f"{tally.nowhere:,}"))
    if tally.waiting:
        parts.append(_("{count} to send").format(count=f"{tally.waiting:,}"))
    if tally.sent:
        parts.append(_("{count} sent").format(count=f"{tally.sent:,}"))
    pupils = words.pupils(total)
    return f"{pupils}: {', '.join(parts)}" if parts else pupils


def twice(tally: Tally) -> str:
    """How many are in two files; empty for none."""
    if not tally.twice:
        return ""
    return ngettext("{count} is in two files", "{count} are in two files", tally.twice).format(
        count=f"{tally.twice:,}"
    )
