"""The board of phase transfers (R-PHA): each pupil of bulk CTFs sent to the authority, allocated to a school.

It is kept in the database, so that several clerks share it and it survives a crash.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from peewee import fn

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.rules import allocations, names
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.names import Kind
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, directory, transfers
from s2s_tui.services.checking import AWAITING, COLLECTED
from s2s_tui.services.site import Site
from s2s_tui.store import models
from s2s_tui.store.models import Allocation, Transfer
from s2s_tui.store.statements import insert, tuples

AT_A_TIME = 500
"""Seats that one statement asks for or changes; engines take only so many values."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A pupil on the board.

    Attributes:
        school: the establishment it is allocated to; empty until somebody does.
        sent_as: the transfer in which it went on; None until then.
        file: the bulk file that it came in.
        twice: another file on the board holds the same UPN.
    """

    id: int
    upn: str
    surname: str
    forename: str
    dob: date
    gender: str
    file: str
    source: str
    school: str
    sent_as: int | None
    twice: bool


@dataclass(frozen=True, slots=True)
class Board:
    """All pupils of the authority's bulk files, the unallocated first.

    A file that was rejected, deleted or called back takes along its pupils that have not been sent on.

    Attributes:
        counts: establishment → pupils allocated and not sent yet.
        names: establishment → its name, for those in `counts` and on seats.
    """

    seats: tuple[Seat, ...]
    counts: Mapping[str, int]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Allocated:
    """What an allocation list did.

    Attributes:
        done: pupils allocated.
        unknown: UPNs that no bulk file on the board holds, with the line of the list.
        wrong: lines with a school that isn't open, no UPN, or one with two schools, with what is wrong.
    """

    done: int
    unknown: tuple[tuple[int, str], ...]
    wrong: tuple[tuple[int, str], ...]


def take_in(actor: Actor, site: Site) -> int:
    """Put the pupils of CTFs that were sent to the authority on the board; those there stay as they are.

    Files that were forwarded whole are left out.

    Returns:
        How many pupils are new.
    """
    access.require(actor, site, "phase")
    year = school_year(local_date(site.clock()))
    forwarded = Transfer.alias()

    def change() -> int:
        new = list(
            Transfer.select()
            .where(
                (Transfer.destination == f"{actor.organisation}LLLL")
                & (Transfer.kind == Kind.CTF)
                & is_there()
                # What waits counts whenever it came; what was collected in an earlier year was dealt with.
                & ((Transfer.state == AWAITING) | (Transfer.school_year == year))
                & ~fn.EXISTS(Allocation.select().where(Allocation.transfer == Transfer.id))
                & ~fn.EXISTS(forwarded.select().where(forwarded.forwarded_from == Transfer.id))
            )
            .order_by(Transfer.id)
        )
        added = 0
        for transfer in new:
            pupils = list(models.Pupil.select().where(models.Pupil.transfer == transfer.id))
            insert(
                Allocation,
                [
                    {
                        "authority": actor.organisation,
                        "transfer": transfer.id,
                        "position": pupil.position,
                        "upn": pupil.upn,
                        "surname": pupil.surname,
                        "forename": pupil.forename,
                        "born": pupil.born,
                        "gender": pupil.gender,
                    }
                    for pupil in pupils
                ],
            )
            added += len(pupils)
        if added:
            about = [audit.of_file(transfer.id) for transfer in new]
            audit.record(site, actor, "phase-take-in", about=about, files=len(new), pupils=added)
        return added

    return site.store.write(change)


def board(actor: Actor, site: Site) -> Board:
    """The board as it is now; that its pupils were named is on record."""
    access.require(actor, site, "phase")
    with site.store.connection():
        rows = tuples(
            Allocation.select(
                Allocation.id,
                Allocation.upn,
                Allocation.surname,
                Allocation.forename,
                Allocation.born,
                Allocation.gender,
                Transfer.name,
                Transfer.source,
                Allocation.school,
                Allocation.sent_as,
                Transfer.id,
            )
            .join(Transfer)
            .where((Allocation.authority == actor.organisation) & _is_on_board())
            .order_by(Allocation.surname, Allocation.forename, Allocation.id)
        )
        times = Counter(upn for _id, upn, *_rest in rows)
        seats = [
            Seat(*row[:8], row[8] or "", row[9], times[row[1]] > 1)  # type: ignore[call-arg]
            for row in rows
        ]
        seats.sort(key=lambda seat: (bool(seat.school), seat.sent_as is not None))
        counts = Counter(seat.school for seat in seats if seat.school and seat.sent_as is None)
        named = directory.names(site, {seat.school for seat in seats})
    if seats:
        about = {audit.of_file(row[10]) for row in rows}
        site.store.write(lambda: audit.record(site, actor, "phase-board", about=about, pupils=len(seats)))
    return Board(tuple(seats), counts, named)


def assign(actor: Actor, site: Site, seats: Sequence[int], school: str | None) -> dict[int, str]:
    """Allocate pupils to a school, or to none again.

    Args:
        actor: of the authority.
        site: the site.
        seats: ids of pupils on the board.
        school: an open establishment of any authority; None takes the allocation back.

    Returns:
        Where each pupil was before (empty for nowhere): given to `restore`, it undoes this.

    Raises:
        NotFound: `seat-unknown`.
        Refused: `seat-sent`, one has gone on already (use `change_place`); `school-unknown`, `school-closed`.
    """
    access.require(actor, site, "phase")
    if school is not None:
        require_open(site, school)
    with refusals(actor, site, "phase-assign"):
        return site.store.write(partial(_assign, actor, site, dict.fromkeys(seats, school or "")))


def restore(actor: Actor, site: Site, before: Mapping[int, str]) -> None:
    """Undo an `assign`: each pupil back where it was, but those that a colleague has changed since."""
    access.require(actor, site, "phase")
    with refusals(actor, site, "phase-assign"):
        site.store.write(partial(_assign, actor, site, before, own_only=True))


def allocate(actor: Actor, site: Site, lines: Iterable[str]) -> Allocated:
    """Allocate by a list: CSV with the columns `upn` and `school`, a header row first (R-PHA-1).

    Raises:
        Refused: `allocation-columns`, a column is missing; `allocation-unreadable`.
    """
    access.require(actor, site, "phase")
    wanted, wrong = allocations.read(lines)
    open_schools: dict[str, bool] = {}
    places: dict[int, str] = {}
    unknown: list[tuple[int, str]] = []
    with site.store.connection():
        on_board: dict[str, list[int]] = {}
        for seat_id, upn in tuples(
            Allocation.select(Allocation.id, Allocation.upn)
            .join(Transfer)
            .where((Allocation.authority == actor.organisation) & Allocation.sent_as.is_null() & is_there())
        ):
            on_board.setdefault(upn, []).append(seat_id)
        for line, upn, school in wanted:
            if school not in open_schools:
                open_schools[school] = is_open(site, school)
            if not open_schools[school]:
                wrong.append((line, school))
            elif upn not in on_board:
                unknown.append((line, upn))
            else:
                places |= dict.fromkeys(on_board[upn], school)
    site.store.write(partial(_assign, actor, site, places))
    return Allocated(len(places), tuple(unknown), tuple(sorted(wrong)))


def is_there() -> Any:
    """Whether a bulk file may be used: it waits or was collected, and nobody called it back."""
    return Transfer.state.in_((AWAITING, COLLECTED)) & Transfer.recalled_at.is_null()


def _is_on_board() -> Any:
    return is_there() | Allocation.sent_as.is_null(False)


def require_there(transfer: Any) -> None:
    """Let pass a bulk file that may be used.

    Raises:
        Refused: `file-gone`.
    """
    if transfer.state not in (AWAITING, COLLECTED) or transfer.recalled_at is not None:
        state = "recalled" if transfer.recalled_at is not None else transfer.state
        raise Refused("file-gone", file=transfer.name, state=state)


def _assign(actor: Actor, site: Site, places: Mapping[int, str], *, own_only: bool = False) -> dict[int, str]:
    """Allocate within the current transaction, with few statements however many pupils they are."""
    rows = {row.id: row for part in batches(sorted(places)) for row in _seats(actor, part)}
    before: dict[int, str] = {}
    by_school: dict[str, list[int]] = {}
    for seat, school in places.items():
        row = rows.get(seat)
        if row is None:
            raise NotFound("seat-unknown", id=seat)
        if own_only and row.changed_by != actor.user:
            continue
        if row.sent_as is not None:
            raise Refused("seat-sent", name=f"{row.forename} {row.surname}")
        before[seat] = row.school or ""
        by_school.setdefault(school, []).append(seat)
    for school, seats in by_school.items():
        for part in batches(seats):
            Allocation.update(school=school or None, changed_by=actor.user, changed_at=site.clock()).where(
                Allocation.id.in_(part)
            ).execute()
    if before:
        about = {audit.of_file(rows[seat].transfer_id) for seat in before}
        audit.record(site, actor, "phase-assign", about=about, pupils=len(before), schools=sorted(by_school))
    return before


@contextmanager
def refusals(actor: Actor, site: Site, action: str) -> Iterator[None]:
    """Put on record what a rule refuses within, as that a pupil is on another's board."""
    try:
        yield
    except (NotFound, Refused) as error:
        access.refused(actor, site, action, str(error.params.get("id", "")), error.code)
        raise


def batches(seats: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids, as many at a time as a statement takes."""
    for start in range(0, len(seats), AT_A_TIME):
        yield seats[start : start + AT_A_TIME]


def _seats(actor: Actor, seats: Sequence[int]) -> Iterable[Any]:
    """The pupils of the actor's board with these ids, and the files that they came in."""
    known = [seat for seat in seats if 0 < seat <= transfers.LARGEST_ID]
    mine: Any = (Allocation.authority == actor.organisation) & Allocation.id.in_(known) & _is_on_board()
    return list(Allocation.select(Allocation, Transfer).join(Transfer).where(mine)) if known else []


def seat_of(actor: Actor, seat: int) -> Any:
    """A pupil on the actor's board, with the file that it came in as `transfer`.

    Raises:
        NotFound: `seat-unknown`.
    """
    for row in _seats(actor, [seat]):
        return row
    raise NotFound("seat-unknown", id=seat)


def is_open(site: Site, school: str) -> bool:
    """Whether there is such a school, open and active."""
    address = directory.address(site, school) if names.is_school(school) else None
    return address is not None and address.is_open and address.is_active


def require_open(site: Site, school: str) -> None:
    """Let pass an establishment that files can be sent to.

    Raises:
        NotFound: `school-unknown`.
        Refused: `school-closed`, `school-inactive`.
    """
    if not names.is_school(school) or directory.address(site, school) is None:
        raise NotFound("school-unknown", number=school)
    address = directory.address(site, school)
    if address is not None and not (address.is_open and address.is_active):
        code = "school-inactive" if address.is_open else "school-closed"
        raise Refused(code, number=school, name=address.name)
