"""What is done with a lost pupil's record (R-LPD): shown, downloaded, forwarded, put back, removed.

Its state is apart from the transfer's: `lost` until a confirmed download or a forward resolves it, or the
uploading authority removes it. A resolved one leaves the search unless asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused, S2SError
from s2s_tui.rules import names
from s2s_tui.rules.dates import leaving_date
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, directory, files, forwarding, notify, transfers, uploads
from s2s_tui.services.checking import DELETED
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import Outcome, required_reason
from s2s_tui.services.uploads import Receipt
from s2s_tui.store import content
from s2s_tui.store.models import Download, LostPupil, Transfer
from s2s_tui.store.statements import insert

YOUNGEST_LEAVER = 15
"""Nobody younger has passed statutory leaving age: a coarse filter before the exact date."""


class State(StrEnum):
    """What has become of a lost pupil's record."""

    LOST = "lost"
    DOWNLOADED = "downloaded"
    FORWARDED = "forwarded"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Record:
    """A lost pupil's record.

    Attributes:
        la: the code of the uploading school's authority.
        left_sector: sent to `MMMMMMM`, not to `XXXXXXX`.
        leaves: when the pupil reaches statutory leaving age (R-LPD-7).
    """

    id: int
    file: str
    upn: str
    surname: str
    forename: str
    dob: date
    gender: str
    town: str
    la: str
    la_name: str
    school: str
    school_name: str
    uploaded: datetime
    former_upn: str
    former_surname: str
    middle_names: str
    preferred_surname: str
    preferred_forename: str
    left_sector: bool
    state: str
    state_at: datetime | None
    leaves: date


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A downloaded record's file, waiting for "downloaded correctly?"."""

    id: int
    path: Path


def show(actor: Actor, site: Site, lost_id: int) -> Record:
    """A record with all its details (R-LPD-2); who looked is put on record.

    Raises:
        NotAllowed: the role may not search the lost pupil database.
        NotFound: `lost-unknown`.
    """
    access.require(actor, site, "lost.search")
    row = _row(site, lost_id)
    site.store.write(lambda: audit.record(site, actor, "lost-show", row.upn, id=lost_id))
    return records(site, [lost_id])[0]


def records(site: Site, ids: Sequence[int]) -> tuple[Record, ...]:
    """Records by id, in that order; whether they may be seen is asked elsewhere."""
    if not ids:
        return ()
    with site.store.connection():
        rows = {
            row.id: row
            for row in LostPupil.select(LostPupil, Transfer).join(Transfer).where(LostPupil.id.in_(ids))
        }
        places = [place for row in rows.values() for place in (row.school, row.authority)]
        named = directory.names(site, places)
    return tuple(_record(rows[key], named) for key in ids if key in rows)


def download(actor: Actor, site: Site, lost_id: int, folder: Path, *, on_roll: bool) -> SavedRecord:
    """Save a record's file (R-LPD-3); only `confirm` resolves it.

    Args:
        actor: who downloads.
        site: the site.
        lost_id: the record.
        folder: where; it must exist.
        on_roll: the tick: reasonable steps show that the pupil is on roll at a school in the authority.

    Raises:
        NotAllowed: the role may not.
        NotFound: `lost-unknown`.
        Refused: `on-roll` without the tick, `lost-moved` where it is resolved or removed already, or the file
            can't be saved.
    """
    access.require(actor, site, "lost.download")
    row = _row(site, lost_id)
    _require_tick(actor, site, row, on_roll)
    _require_state(actor, site, row, State.LOST)
    site.store.write(partial(_record_download, actor, site, row, "lost-download"))

    def write(file: BinaryIO) -> None:
        with site.store.connection():
            file.write(content.fetch(row.transfer.content_id))

    try:
        path = files.save(folder, row.transfer.name, write)
    except S2SError as error:
        access.refused(actor, site, "lost-download", row.upn, error.code)
        raise
    return SavedRecord(lost_id, path)


def confirm(actor: Actor, site: Site, lost_id: int) -> None:
    """Say yes to "downloaded correctly?": the record is resolved, the uploading authority is told (R-LPD-10).

    Raises:
        NotAllowed, NotFound: as `download`.
        Refused: `not-downloaded`, or `lost-moved` with what became of it.
    """
    access.require(actor, site, "lost.download")
    row = _row(site, lost_id)

    def change() -> None:
        confirmed = (
            Download.update(confirmed_at=site.clock())
            .where(_own_downloads(actor, row) & Download.confirmed_at.is_null())
            .execute()
        )
        if not confirmed:
            raise Refused("not-downloaded", file=row.transfer.name)
        _move(actor, site, row, (State.LOST,), State.DOWNLOADED)
        notify.lost(
            site, transfers.fields(row.transfer), row.transfer.id, "lost-downloaded", actor.organisation
        )
        audit.record(site, actor, "lost-confirm", row.upn, id=lost_id)

    site.store.write(change)


def forward(actor: Actor, site: Site, lost_id: int, school: str, *, on_roll: bool) -> Receipt:
    """Send a record's file on to a school of the own authority, in one step (R-LPD-4).

    Args:
        actor: who forwards.
        site: the site.
        lost_id: the record.
        school: an establishment of the actor's authority.
        on_roll: the tick, as for `download`.

    Returns:
        The new transfer's receipt; where it is refused, nothing was changed.

    Raises:
        NotAllowed: the role may not forward.
        NotFound: `lost-unknown`, or the school is not of the own authority.
        Refused: as `download`.
    """
    access.require(actor, site, "lost.forward")
    if not names.is_school(school):
        raise Refused("forward-school", school=school)
    access.require(actor, site, "lost.forward", of=school)
    row = _row(site, lost_id)
    _require_tick(actor, site, row, on_roll)
    _require_state(actor, site, row, State.LOST, State.DOWNLOADED)

    def change() -> Receipt:
        _record_download(actor, site, row, "lost-download", confirmed=True)
        receipt = forwarding.pass_on(actor, site, row.transfer.name, row.transfer.content_id, school)
        if receipt.status != uploads.SENT:
            raise _NotSent(receipt)
        _move(actor, site, row, (State.LOST, State.DOWNLOADED), State.FORWARDED, school)
        notify.lost(
            site, transfers.fields(row.transfer), row.transfer.id, "lost-forwarded", actor.organisation
        )
        audit.record(site, actor, "lost-forward", row.upn, id=lost_id, to=school, file=receipt.file)
        return receipt

    try:
        return site.store.write(change)
    except _NotSent as stopped:
        access.refused(actor, site, "lost-forward", row.upn, stopped.receipt.status)
        return stopped.receipt


def put_back(actor: Actor, site: Site, lost_id: int) -> None:
    """Put a record that the own authority downloaded by mistake back among the lost (R-LPD-10).

    Raises:
        NotAllowed: the role may not download.
        NotFound: `lost-unknown`.
        Refused: `lost-moved`, it isn't one that the own authority has downloaded.
    """
    access.require(actor, site, "lost.download")
    row = _row(site, lost_id)

    def change() -> None:
        if (
            not Download.select()
            .where(_own_downloads(actor, row) & Download.confirmed_at.is_null(False))
            .exists()
        ):
            raise Refused("lost-moved", name=_name(row), state=row.state)
        _move(actor, site, row, (State.DOWNLOADED,), State.LOST)
        Download.update(confirmed_at=None).where(_own_downloads(actor, row)).execute()
        notify.lost(
            site, transfers.fields(row.transfer), row.transfer.id, "lost-put-back", actor.organisation
        )
        audit.record(site, actor, "lost-put-back", row.upn, id=lost_id)

    site.store.write(change)


def remove(actor: Actor, site: Site, ids: Sequence[int], reason: str) -> tuple[Outcome, ...]:
    """Remove records that the own authority's schools sent (R-LPD-9); their history stays.

    Returns:
        What became of each; another authority's answers as unknown.

    Raises:
        NotAllowed: the role may not.
        Refused: `reason-missing` or `reason-long`.
    """
    access.require(actor, site, "lost.remove")
    said = required_reason(reason)
    outcomes = []
    for lost_id in dict.fromkeys(ids):
        name = ""
        try:
            row = _row(site, lost_id)
            access.require(actor, site, "lost.remove", of=row.authority, subject=str(lost_id))
            name = _name(row)
            site.store.write(partial(_remove, actor, site, row, said))
            outcomes.append(Outcome(lost_id, name))
        except (Refused, NotFound) as error:
            code = NotFound("lost-unknown", id=lost_id) if isinstance(error, NotFound) else error
            outcomes.append(Outcome(lost_id, name, code))
    return tuple(outcomes)


def past_leaving_age(actor: Actor, site: Site) -> tuple[Record, ...]:
    """Records of the own authority's schools whose pupils have passed statutory leaving age (R-LPD-7)."""
    access.require(actor, site, "lost.remove")
    today = local_date(site.clock())
    with site.store.connection():
        rows = LostPupil.select(LostPupil.id, LostPupil.born).where(
            (LostPupil.authority == actor.organisation)
            & LostPupil.state.in_((State.LOST, State.DOWNLOADED))
            & (LostPupil.born <= today - timedelta(days=YOUNGEST_LEAVER * 365))
        )
        past = [
            row.id for row in rows.order_by(LostPupil.born, LostPupil.id) if leaving_date(row.born) < today
        ]
    site.store.write(lambda: audit.record(site, actor, "lost-past-leaving-age", found=len(past)))
    return records(site, past)


class _NotSent(Exception):
    """Rolls a forward back whose upload was refused."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt


def _row(site: Site, lost_id: int) -> Any:
    with site.store.connection():
        row = LostPupil.select(LostPupil, Transfer).join(Transfer).where(LostPupil.id == lost_id).first()
    if row is None:
        raise NotFound("lost-unknown", id=lost_id)
    return row


def _name(row: Any) -> str:
    return f"{row.forename} {row.surname}"


def _require_tick(actor: Actor, site: Site, row: Any, on_roll: bool) -> None:
    if not on_roll:
        access.refused(actor, site, "lost-download", row.upn, "on-roll")
        raise Refused("on-roll")


def _require_state(actor: Actor, site: Site, row: Any, *states: State) -> None:
    """Whether it is still to be had; what another authority has downloaded is resolved."""
    with site.store.connection():
        own = State.DOWNLOADED in states and Download.select().where(_own_downloads(actor, row)).exists()
    if row.state == State.DOWNLOADED and own:
        return
    if row.state != State.LOST:
        raise Refused("lost-moved", name=_name(row), state=row.state)


def _own_downloads(actor: Actor, row: Any) -> Any:
    return (Download.transfer == row.transfer.id) & (Download.organisation == actor.organisation)


def _record_download(actor: Actor, site: Site, row: Any, action: str, *, confirmed: bool = False) -> None:
    now = site.clock()
    download = {
        "transfer": row.transfer.id,
        "username": actor.user,
        "organisation": actor.organisation,
        "at": now,
        "is_copy": False,
        "confirmed_at": now if confirmed else None,
    }
    insert(Download, [download])
    audit.record(site, actor, action, row.upn, id=row.id, on_roll=True)


def _move(
    actor: Actor, site: Site, row: Any, before: tuple[State, ...], state: State, reason: str = ""
) -> None:
    """Move a record to another state, with a change number; whoever comes second is told what it is now."""
    moved = (
        LostPupil.update(
            state=state,
            state_at=site.clock(),
            state_by=actor.user,
            state_reason=reason,
            change=uploads.next_change(),
        )
        .where((LostPupil.id == row.id) & LostPupil.state.in_(before))
        .execute()
    )
    if not moved:
        now = LostPupil.get(LostPupil.id == row.id)
        raise Refused("lost-moved", name=_name(now), state=now.state)


def _remove(actor: Actor, site: Site, row: Any, reason: str) -> None:
    _move(actor, site, row, (State.LOST, State.DOWNLOADED, State.FORWARDED), State.REMOVED, reason)
    Transfer.update(state=DELETED, state_at=site.clock(), state_by=actor.user, state_reason=reason).where(
        Transfer.id == row.transfer.id
    ).execute()
    audit.record(site, actor, "lost-remove", row.upn, id=row.id, reason=reason)


def _record(row: Any, named: dict[str, str]) -> Record:
    return Record(
        id=row.id,
        file=row.transfer.name,
        upn=row.upn,
        surname=row.surname,
        forename=row.forename,
        dob=row.born,
        gender=row.gender,
        town=row.town,
        la=row.authority,
        la_name=named[row.authority],
        school=row.school,
        school_name=named[row.school],
        uploaded=row.uploaded_at,
        former_upn=row.former_upn,
        former_surname=row.former_surname,
        middle_names=row.middle_names,
        preferred_surname=row.preferred_surname,
        preferred_forename=row.preferred_forename,
        left_sector=row.left_sector,
        state=row.state,
        state_at=row.state_at,
        leaves=leaving_date(row.born),
    )
