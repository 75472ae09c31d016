"""Phase transfers (R-PHA): pupils of bulk CTFs sent to the authority, each allocated to a school and sent on.

The board is kept in the database, so that several clerks share it, it survives a crash, and sending that was
stopped goes on with the rest.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from s2s_tui.base.clock import local_date, to_local
from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.rules import names
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.names import Kind
from s2s_tui.rules.roles import Actor
from s2s_tui.rules.split import Parts, Piece, newest, put_together, take_apart
from s2s_tui.services import access, audit, checking, directory, notify, transfers, uploads
from s2s_tui.services.checking import AWAITING, COLLECTED
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site
from s2s_tui.services.uploads import Receipt
from s2s_tui.store import content, models
from s2s_tui.store.models import Allocation, Download, Transfer
from s2s_tui.store.statements import insert, tuples


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
        wrong: lines with a school that isn't open, or no UPN, with what is wrong.
    """

    done: int
    unknown: tuple[tuple[int, str], ...]
    wrong: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A school's file, sent or refused."""

    school: str
    name: str
    pupils: int
    receipt: Receipt
    done: int
    total: int


def take_in(actor: Actor, site: Site) -> int:
    """Put the pupils of CTFs that were sent to the authority on the board; those there stay as they are.

    Returns:
        How many pupils are new.
    """
    access.require(actor, site, "phase")

    def change() -> int:
        new = list(
            Transfer.select()
            .where(
                (Transfer.destination == f"{actor.organisation}LLLL")
                & (Transfer.kind == Kind.CTF)
                & Transfer.state.in_((AWAITING, COLLECTED))
                & (Transfer.school_year == school_year(local_date(site.clock())))
                & Transfer.id.not_in(
                    Allocation.select(Allocation.transfer).where(Allocation.authority == actor.organisation)
                )
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
            audit.record(site, actor, "phase-take-in", files=len(new), pupils=added)
        return added

    return site.store.write(change)


def board(actor: Actor, site: Site) -> Board:
    """The board as it is now."""
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
            )
            .join(Transfer)
            .where(Allocation.authority == actor.organisation)
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
        _require_open(site, school)
    return site.store.write(partial(_assign, actor, site, dict.fromkeys(seats, school or "")))


def restore(actor: Actor, site: Site, before: Mapping[int, str]) -> None:
    """Undo an `assign`: each pupil back where it was."""
    access.require(actor, site, "phase")
    site.store.write(partial(_assign, actor, site, before))


def allocate(actor: Actor, site: Site, lines: Iterable[str]) -> Allocated:
    """Allocate by a list: CSV with the columns `upn` and `school`, a header row first (R-PHA-1).

    Raises:
        Refused: `allocation-columns`, a column is missing.
    """
    access.require(actor, site, "phase")
    wanted, wrong = read_allocation(lines)
    open_schools: dict[str, bool] = {}
    places: dict[int, str] = {}
    unknown: list[tuple[int, str]] = []
    with site.store.connection():
        on_board: dict[str, list[int]] = {}
        for seat_id, upn in tuples(
            Allocation.select(Allocation.id, Allocation.upn).where(
                (Allocation.authority == actor.organisation) & Allocation.sent_as.is_null()
            )
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
    return Allocated(len(places), tuple(unknown), tuple(wrong))


def read_allocation(lines: Iterable[str]) -> tuple[list[tuple[int, str, str]], list[tuple[int, str]]]:
    """An allocation list as (line, UPN, school), and the lines without one of them."""
    reader = csv.DictReader(lines)
    columns = {(name or "").strip().lower().lstrip("\ufeff"): name for name in reader.fieldnames or ()}
    missing = {"upn", "school"} - set(columns)
    if missing:
        raise Refused("allocation-columns", missing=", ".join(sorted(missing)))
    good: list[tuple[int, str, str]] = []
    wrong: list[tuple[int, str]] = []
    for row in reader:
        upn = (row[columns["upn"]] or "").strip().upper()
        school = (row[columns["school"]] or "").strip()
        if upn and names.is_school(school):
            good.append((reader.line_num, upn, school))
        else:
            wrong.append((reader.line_num, school or upn))
    return good, wrong


def send(
    actor: Actor, site: Site, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[Step]:
    """Send one CTF to each school that pupils are allocated to; stop iterating to stop, begin again to go on.

    A school's file, its receipt and what the board says of its pupils commit together.

    Args:
        actor: of the authority.
        site: the site.
        on_progress: told how many schools of how many are done.
    """
    access.require(actor, site, "phase")
    waiting = board(actor, site).counts
    schools = sorted(waiting)
    kept: dict[int, Parts] = {}
    for done, school in enumerate(schools, 1):
        step = site.store.write(partial(_send_school, actor, site, school, kept, done, len(schools)))
        on_progress(done, len(schools))
        if step is not None:
            yield step


def change_place(actor: Actor, site: Site, seat: int, school: str) -> Receipt:
    """Send a pupil who has changed place to the new school, and tell the old one to discard (R-PHA-2).

    Raises:
        NotFound: `seat-unknown`.
        Refused: `seat-unsent`, it hasn't gone anywhere yet; `seat-same`; the school isn't open.
    """
    access.require(actor, site, "phase")
    _require_open(site, school)

    def change() -> Receipt:
        row = _seat(actor, seat)
        if row.sent_as is None:
            raise Refused("seat-unsent")
        if row.school == school:
            raise Refused("seat-same", school=school)
        old = Transfer.get(Transfer.id == row.sent_as)
        before = row.school
        receipt, _ = _upload(actor, site, school, [row], {})
        if receipt.id is None:
            return receipt
        position = _position_in(old, row.upn)
        notify.discard(site, transfers.fields(old), old.id, position)
        Allocation.update(
            school=school, sent_as=receipt.id, changed_by=actor.user, changed_at=site.clock()
        ).where(Allocation.id == seat).execute()
        audit.record(site, actor, "phase-change", receipt.file, before=before, to=school, old=old.name)
        return receipt

    return site.store.write(change)


def _assign(actor: Actor, site: Site, places: Mapping[int, str]) -> dict[int, str]:
    before: dict[int, str] = {}
    for seat, school in places.items():
        row = _seat(actor, seat)
        if row.sent_as is not None:
            raise Refused("seat-sent", name=f"{row.forename} {row.surname}")
        before[seat] = row.school or ""
        Allocation.update(school=school or None, changed_by=actor.user, changed_at=site.clock()).where(
            Allocation.id == seat
        ).execute()
    if places:
        audit.record(site, actor, "phase-assign", pupils=len(places), schools=sorted(set(places.values())))
    return before


def _seat(actor: Actor, seat: int) -> Any:
    row = Allocation.get_or_none((Allocation.id == seat) & (Allocation.authority == actor.organisation))
    if row is None:
        raise NotFound("seat-unknown", id=seat)
    return row


def is_open(site: Site, school: str) -> bool:
    """Whether there is such a school, open and active."""
    address = directory.address(site, school) if names.is_school(school) else None
    return address is not None and address.is_open and address.is_active


def _require_open(site: Site, school: str) -> None:
    if not names.is_school(school) or directory.address(site, school) is None:
        raise NotFound("school-unknown", number=school)
    if not is_open(site, school):
        address = directory.address(site, school)
        raise Refused("school-closed", number=school, name=address.name if address else "")


def _send_school(
    actor: Actor, site: Site, school: str, kept: dict[int, Parts], done: int, total: int
) -> Step | None:
    rows = list(
        Allocation.select()
        .where(
            (Allocation.authority == actor.organisation)
            & (Allocation.school == school)
            & Allocation.sent_as.is_null()
        )
        .order_by(Allocation.surname, Allocation.forename, Allocation.id)
    )
    if not rows:  # a colleague was first
        return None
    receipt, name = _upload(actor, site, school, rows, kept)
    if receipt.id is not None:
        ids = [row.id for row in rows]
        Allocation.update(sent_as=receipt.id).where(Allocation.id.in_(ids)).execute()
    return Step(school, name, len(rows), receipt, done, total)


def _upload(
    actor: Actor, site: Site, school: str, rows: Sequence[Any], kept: dict[int, Parts]
) -> tuple[Receipt, str]:
    """Build a school's CTF from the pupils' own elements and upload it, within the current transaction."""
    used = [(row, _parts(actor, site, row.transfer_id, kept)) for row in rows]
    pieces = [(parts.pieces[row.position - 1], parts) for row, parts in used]
    name, bundle = bundled(actor, site, school, pieces)
    return uploads.upload(actor, site, Offered(name, bundle)), name


def bundled(
    actor: Actor, site: Site, school: str, pieces: Sequence[tuple[Piece, Parts]]
) -> tuple[str, bytes]:
    """A school's CTF from the authority: a free name, and the pupils' own elements under a header of ours.

    Args:
        actor: of the authority.
        site: the site.
        school: the establishment.
        pieces: each pupil's element with the file that it was cut from.

    Raises:
        Refused: `names-used-up`.
    """
    source = f"{actor.organisation}LLLL"
    authority = directory.authority(site, actor.organisation)
    year = school_year(local_date(site.clock()))
    name = checking.free_name(site, names.parse(names.build(Kind.CTF, source, school, 1)), year)
    if not name:
        raise Refused("names-used-up", source=source, destination=school)
    bundle = put_together(
        (piece for piece, _ in pieces),
        source=source,
        source_name=authority.name if authority else "",
        destination=school,
        written=to_local(site.clock()),
        school_year=year,
        version=newest(parts.version for _, parts in pieces),
        qualifier="partial" if any(parts.qualifier == "partial" for _, parts in pieces) else "full",
    )
    return name, bundle


def _parts(actor: Actor, site: Site, transfer_id: int, kept: dict[int, Parts]) -> Parts:
    """A bulk file taken apart. Sending a pupil on collects the file, as a download would."""
    transfer = Transfer.get(Transfer.id == transfer_id)
    if transfer_id not in kept:
        kept[transfer_id] = take_apart(content.fetch(transfer.content_id))
    # Asked of the database, not of `kept`: a transaction that is tried again must record it again.
    if transfer.state == AWAITING:
        now = site.clock()
        download = {
            "transfer": transfer_id,
            "username": actor.user,
            "organisation": actor.organisation,
            "at": now,
            "is_copy": False,
            "confirmed_at": now,
        }
        insert(Download, [download])
        transfers.move(actor, site, transfer, COLLECTED)
        notify.closed(site, transfers.fields(transfer), transfer_id, "collected")
        audit.record(site, actor, "download", transfer.name, id=transfer_id, copy=False, phase=True)
    return kept[transfer_id]


def _position_in(transfer: Any, upn: str) -> int:
    row = models.Pupil.get_or_none((models.Pupil.transfer == transfer.id) & (models.Pupil.upn == upn))
    return int(row.position) if row else 0
