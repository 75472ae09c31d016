"""Phase transfers (R-PHA): pupils of bulk CTFs sent to the authority, each allocated to a school and sent on.

The board is in `phase_board`; here is what sends from it. Sending that was stopped goes on with the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from s2s_tui.base.clock import local_date, to_local
from s2s_tui.base.errors import Refused
from s2s_tui.rules import names
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.names import Kind
from s2s_tui.rules.problems import Problem, Severity
from s2s_tui.rules.roles import Actor
from s2s_tui.rules.split import Parts, Piece, newest, put_together, take_apart
from s2s_tui.services import access, audit, checking, directory, notices, notify, transfers, uploads
from s2s_tui.services.checking import AWAITING, COLLECTED
from s2s_tui.services.files import Offered
from s2s_tui.services.forwarding import NotSent, download_row, record_unsent
from s2s_tui.services.phase_board import (
    Allocated,
    Board,
    Seat,
    allocate,
    assign,
    batches,
    board,
    is_open,
    is_there,
    refusals,
    require_open,
    require_there,
    restore,
    seat_of,
    take_in,
)
from s2s_tui.services.site import Site
from s2s_tui.services.uploads import Receipt
from s2s_tui.store import content
from s2s_tui.store.models import Allocation, Download, Transfer
from s2s_tui.store.statements import insert

__all__ = [
    "Allocated",
    "Board",
    "Seat",
    "Step",
    "allocate",
    "assign",
    "board",
    "bundled",
    "change_place",
    "is_open",
    "restore",
    "send",
    "take_in",
]


@dataclass(frozen=True, slots=True)
class Step:
    """A school's file, sent or refused."""

    school: str
    name: str
    pupils: int
    receipt: Receipt
    done: int
    total: int


def send(
    actor: Actor, site: Site, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[Step]:
    """Send one CTF to each school that pupils are allocated to; stop iterating to stop, begin again to go on.

    A school's file, its receipt and what the board says of its pupils commit together. One that is refused
    changes nothing, and stops none of the others.

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
        step: Step | None
        try:
            step = site.store.write(partial(_send_school, actor, site, school, kept, done, len(schools)))
        except NotSent as stopped:
            receipt = stopped.receipt
            record_unsent(actor, site, "phase-send", school, receipt)
            step = Step(school, receipt.file, receipt.pupils, receipt, done, len(schools))
        on_progress(done, len(schools))
        if step is not None:
            yield step


def change_place(actor: Actor, site: Site, seat: int, school: str) -> Receipt:
    """Send a pupil who has changed place to the new school, and tell the old one to discard (R-PHA-2).

    Raises:
        NotFound: `seat-unknown`, `school-unknown`.
        Refused: `seat-unsent`, it hasn't gone anywhere yet; `seat-same`; `file-gone`, the bulk file was
            called back; the school isn't open.
    """
    access.require(actor, site, "phase")
    require_open(site, school)

    def change() -> Receipt:
        row = seat_of(actor, seat)
        if row.sent_as is None:
            raise Refused("seat-unsent")
        if row.school == school:
            raise Refused("seat-same", school=school)
        old = Transfer.get(Transfer.id == row.sent_as)
        before = row.school
        require_there(row.transfer)
        receipt, _ = _upload(actor, site, school, [row], {})
        pupil = f"{row.forename} {row.surname} ({row.upn})"
        notices.discard(actor, site, old.name, old.destination, pupil)
        Allocation.update(
            school=school, sent_as=receipt.id, changed_by=actor.user, changed_at=site.clock()
        ).where(Allocation.id == seat).execute()
        told = {"before": before, "to": school, "old": old.name}
        audit.record(site, actor, "phase-change", receipt.file, about=[row.upn], **told)
        return receipt

    try:
        with refusals(actor, site, "phase-change"):
            return site.store.write(change)
    except NotSent as stopped:
        record_unsent(actor, site, "phase-change", school, stopped.receipt)
        return stopped.receipt


def _send_school(
    actor: Actor, site: Site, school: str, kept: dict[int, Parts], done: int, total: int
) -> Step | None:
    rows = list(
        Allocation.select()
        .join(Transfer)
        .where(
            (Allocation.authority == actor.organisation)
            & (Allocation.school == school)
            & Allocation.sent_as.is_null()
            & is_there()
        )
        .order_by(Allocation.surname, Allocation.forename, Allocation.id)
    )
    if not rows:  # a colleague was first
        return None
    receipt, name = _upload(actor, site, school, rows, kept)
    for part in batches([row.id for row in rows]):
        Allocation.update(sent_as=receipt.id).where(Allocation.id.in_(part)).execute()
    return Step(school, name, len(rows), receipt, done, total)


def _upload(
    actor: Actor, site: Site, school: str, rows: Sequence[Any], kept: dict[int, Parts]
) -> tuple[Receipt, str]:
    """Build a school's CTF from the pupils' own elements and upload it, within the current transaction.

    Raises:
        NotSent: it is refused; whatever was done for it is to be undone.
    """
    try:
        files = {row.transfer_id: None for row in rows}
        parts = {file: _parts(actor, site, file, kept) for file in files}
        used = [(_piece(row, parts[row.transfer_id]), parts[row.transfer_id]) for row in rows]
        name, bundle = bundled(actor, site, school, used)
    except Refused as error:
        params = {name: str(value) for name, value in error.params.items()}
        problem = Problem(Severity.REFUSE, error.code, params)
        source = f"{actor.organisation}LLLL"
        unsent = Receipt("", False, Kind.CTF, source, school, len(rows), None, uploads.REFUSED, (problem,))
        raise NotSent(unsent) from error
    receipt = uploads.upload(actor, site, Offered(name, bundle))
    if receipt.status != uploads.SENT:
        raise NotSent(receipt)
    return receipt, name


def _piece(row: Any, parts: Parts) -> Piece:
    """A pupil's element; never another pupil's, whatever the file turns out to be."""
    for piece in parts.pieces[row.position - 1 : row.position]:
        if piece.upn == row.upn:
            return piece
    raise Refused("seat-differs", upn=row.upn)


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
    require_there(transfer)
    if transfer_id not in kept:
        kept[transfer_id] = take_apart(content.fetch(transfer.content_id))
    # Asked of the database, not of `kept`: a transaction that is tried again must record it again.
    if transfer.state == AWAITING:
        insert(Download, [download_row(actor, site, transfer_id)])
        transfers.move(actor, site, transfer, COLLECTED)
        notify.closed(site, transfers.fields(transfer), transfer_id, "collected")
        about = [audit.of_file(transfer_id)]
        audit.record(
            site, actor, "download", transfer.name, about=about, id=transfer_id, copy=False, phase=True
        )
    return kept[transfer_id]
