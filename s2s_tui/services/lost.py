"""What is done with a lost pupil's record (R-LPD): shown, downloaded, forwarded, put back, removed.

Its state is apart from the transfer's: `lost` until a confirmed download or a forward resolves it, or the
uploading authority removes it. A resolved one leaves the search unless asked for.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused, S2SError
from s2s_tui.rules import names
from s2s_tui.rules.dates import youngest_leaver
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.roles import Actor, owns
from s2s_tui.services import access, audit, files, forwarding, notify, transfers, uploads
from s2s_tui.services.checking import AWAITING, COLLECTED, DELETED
from s2s_tui.services.forwarding import NotSent, download_row, record_unsent
from s2s_tui.services.lost_records import Record, State, records
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import Outcome, required_reason
from s2s_tui.services.uploads import Receipt
from s2s_tui.store import content
from s2s_tui.store.models import Download, LostPupil, Transfer
from s2s_tui.store.statements import insert, tuples

__all__ = [
    "Record",
    "SavedRecord",
    "State",
    "confirm",
    "download",
    "forward",
    "past_leaving_age",
    "put_back",
    "records",
    "remove",
    "show",
]


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A downloaded record's file, waiting for "downloaded correctly?"."""

    id: int
    path: Path


def show(actor: Actor, site: Site, lost_id: int) -> Record:
    """A record with all its details (R-LPD-2); who looked is put on record.

    Raises:
        NotAllowed: the role may not search the lost pupil database.
        NotFound: `lost-unknown`; so answers one that was removed, but to the authority that it belongs to.
    """
    access.require(actor, site, "lost.search")
    row = _row(actor, site, lost_id, "lost-show")
    if row.state == State.REMOVED and not owns(actor.organisation, row.authority):
        access.refused(actor, site, "lost-show", str(lost_id), "lost-unknown")
        raise NotFound("lost-unknown", id=lost_id)
    site.store.write(lambda: audit.record(site, actor, "lost-show", row.upn, about=[row.upn], id=lost_id))
    return records(site, [lost_id])[0]


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
    row = _row(actor, site, lost_id, "lost-download")

    def change() -> int:
        _require_tick(on_roll)
        _require_state(actor, row, State.LOST)
        return _record_download(actor, site, row, confirmed=False)

    with _refusals(actor, site, "lost-download", row.upn):
        given = site.store.write(change)

    def write(file: BinaryIO) -> None:
        with site.store.connection():
            file.write(content.fetch(row.transfer.content_id))

    try:
        path = files.save(folder, row.transfer.name, write)
    except S2SError as error:
        site.store.write(partial(_take_back, actor, site, row, given, error.code))
        raise
    return SavedRecord(lost_id, path)


def confirm(actor: Actor, site: Site, lost_id: int) -> None:
    """Say yes to "downloaded correctly?": the record is resolved, the uploading authority is told (R-LPD-10).

    Raises:
        NotAllowed, NotFound: as `download`.
        Refused: `not-downloaded`, or `lost-moved` with what became of it.
    """
    access.require(actor, site, "lost.download")
    row = _row(actor, site, lost_id, "lost-confirm")

    def change() -> None:
        confirmed = (
            Download.update(confirmed_at=site.clock())
            .where(_own_downloads(actor, row) & Download.confirmed_at.is_null())
            .execute()
        )
        if not confirmed:
            # Where a colleague was first, all the authority's downloads are confirmed.
            if _has_confirmed(actor, row):
                _require_state(actor, row, State.LOST)
            raise Refused("not-downloaded", file=row.transfer.name)
        _move(actor, site, row, (State.LOST,), State.DOWNLOADED)
        notify.lost(
            site, transfers.fields(row.transfer), row.transfer.id, "lost-downloaded", actor.organisation
        )
        audit.record(site, actor, "lost-confirm", row.upn, about=[row.upn], id=lost_id)

    with _refusals(actor, site, "lost-confirm", row.upn):
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
        NotFound: `lost-unknown`, or `forward-own`: the school is not of the own authority.
        Refused: as `download`.
    """
    access.require(actor, site, "lost.forward")
    if not names.is_school(school):
        raise Refused("forward-school", school=school)
    try:
        access.require(actor, site, "lost.forward", of=school)
    except NotFound as error:
        # Who a school belongs to is no secret: the finder tells everybody.
        raise NotFound("forward-own", school=school) from error
    row = _row(actor, site, lost_id, "lost-forward")

    def change() -> Receipt:
        _require_tick(on_roll)
        _require_state(actor, row, State.LOST, State.DOWNLOADED)
        _record_download(actor, site, row, confirmed=True)
        receipt = forwarding.pass_on(actor, site, row.transfer.name, row.transfer.content_id, school)
        if receipt.status != uploads.SENT:
            raise NotSent(receipt)
        _move(actor, site, row, (State.LOST, State.DOWNLOADED), State.FORWARDED, school)
        notify.lost(
            site, transfers.fields(row.transfer), row.transfer.id, "lost-forwarded", actor.organisation
        )
        audit.record(
            site, actor, "lost-forward", row.upn, about=[row.upn], id=lost_id, to=school, file=receipt.file
        )
        return receipt

    try:
        with _refusals(actor, site, "lost-forward", row.upn):
            return site.store.write(change)
    except NotSent as stopped:
        record_unsent(actor, site, "lost-forward", row.upn, stopped.receipt)
        return stopped.receipt


def put_back(actor: Actor, site: Site, lost_id: int) -> None:
    """Put a record that the own authority took by mistake back among the lost (R-LPD-10).

    One that it forwarded goes back once the school hasn't got the file any more: rejected, deleted, recalled.

    Raises:
        NotAllowed: the role may not download.
        NotFound: `lost-unknown`.
        Refused: `lost-moved`, it isn't one that the own authority has taken; `lost-at-school`.
    """
    access.require(actor, site, "lost.download")
    row = _row(actor, site, lost_id, "lost-put-back")

    def change() -> None:
        if not _has_confirmed(actor, row):
            now = LostPupil.get(LostPupil.id == row.id)
            raise Refused("lost-moved", name=_name(now), state=now.state)
        _require_not_at_school(actor, row)
        _move(actor, site, row, (State.DOWNLOADED, State.FORWARDED), State.LOST)
        # What was had by mistake stays on record, as a copy: it is no download to confirm or to pass on.
        Download.update(is_copy=True).where(_own_downloads(actor, row)).execute()
        notify.lost(
            site, transfers.fields(row.transfer), row.transfer.id, "lost-put-back", actor.organisation
        )
        audit.record(site, actor, "lost-put-back", row.upn, about=[row.upn], id=lost_id)

    with _refusals(actor, site, "lost-put-back", row.upn):
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
            row = _row(actor, site, lost_id, "lost-remove")
            access.require(actor, site, "lost.remove", of=row.authority, subject=str(lost_id))
            name = _name(row)
            with _refusals(actor, site, "lost-remove", row.upn):
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
        rows = LostPupil.select(LostPupil.id).where(
            (LostPupil.authority == actor.organisation)
            & LostPupil.state.in_((State.LOST, State.DOWNLOADED))
            & (LostPupil.born <= youngest_leaver(today))
        )
        past = [found for (found,) in tuples(rows.order_by(LostPupil.born, LostPupil.id))]
    found = records(site, past)
    about = [record.upn for record in found]
    site.store.write(lambda: audit.record(site, actor, "lost-past-leaving-age", about=about, found=len(past)))
    return found


@contextmanager
def _refusals(actor: Actor, site: Site, action: str, subject: str) -> Iterator[None]:
    """Put on record what a rule refuses within."""
    try:
        yield
    except Refused as error:
        access.refused(actor, site, action, subject, error.code)
        raise


def _row(actor: Actor, site: Site, lost_id: int, action: str) -> Any:
    row = None
    if 0 < lost_id <= transfers.LARGEST_ID:
        with site.store.connection():
            row = LostPupil.select(LostPupil, Transfer).join(Transfer).where(LostPupil.id == lost_id).first()
    if row is None:
        access.refused(actor, site, action, str(lost_id), "lost-unknown")
        raise NotFound("lost-unknown", id=lost_id)
    return row


def _name(row: Any) -> str:
    return f"{row.forename} {row.surname}"


def _require_tick(on_roll: bool) -> None:
    if not on_roll:
        raise Refused("on-roll")


def _require_state(actor: Actor, row: Any, *states: State) -> None:
    """Whether it is still to be had, within the transaction; what another has downloaded is resolved."""
    now = LostPupil.get(LostPupil.id == row.id)
    if now.state == State.DOWNLOADED and State.DOWNLOADED in states and _has_confirmed(actor, row):
        return
    if now.state != State.LOST:
        raise Refused("lost-moved", name=_name(now), state=now.state)


def _require_not_at_school(actor: Actor, row: Any) -> None:
    """Whether the school that a record was forwarded to, or its successor, has the file no more."""
    if LostPupil.get(LostPupil.id == row.id).state != State.FORWARDED:
        return
    sent = Transfer.get_or_none(
        (Transfer.content == row.transfer.content_id)
        & (Transfer.sender == actor.organisation)
        & Transfer.destination.not_in((LOST, LEFT))
        & Transfer.state.in_((AWAITING, COLLECTED))
        & Transfer.recalled_at.is_null()
    )
    if sent is not None:
        raise Refused("lost-at-school", file=sent.name, school=sent.destination)


def _own_downloads(actor: Actor, row: Any) -> Any:
    mine: Any = (Download.transfer == row.transfer.id) & (Download.organisation == actor.organisation)
    return mine & (Download.is_copy == False)  # noqa: E712


def _has_confirmed(actor: Actor, row: Any) -> bool:
    confirmed = _own_downloads(actor, row) & Download.confirmed_at.is_null(False)
    return bool(Download.select().where(confirmed).exists())


def _record_download(actor: Actor, site: Site, row: Any, *, confirmed: bool) -> int:
    (given,) = insert(Download, [download_row(actor, site, row.transfer.id, confirmed=confirmed)])
    audit.record(site, actor, "lost-download", row.upn, about=[row.upn], id=row.id, on_roll=True)
    return int(given)


def _take_back(actor: Actor, site: Site, row: Any, given: int, code: str) -> None:
    """Nothing was saved: there is nothing to confirm. The audit log keeps both, the try and why it failed."""
    Download.delete().where(Download.id == given).execute()
    audit.record(site, actor, "lost-download", row.upn, code, about=[row.upn], id=row.id)


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
    audit.record(site, actor, "lost-remove", row.upn, about=[row.upn], id=row.id, reason=reason)
