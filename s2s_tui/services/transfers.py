"""What becomes of a transfer: confirmed, rejected, recalled. The first to act wins (decision 6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotAllowed, NotFound, Refused, S2SError
from s2s_tui.base.text import storable
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.roles import Actor, mailboxes, may, owns
from s2s_tui.services import access, audit, listing, notify
from s2s_tui.services.checking import AWAITING, COLLECTED, DELETED, REJECTED
from s2s_tui.services.listing import Item
from s2s_tui.services.site import Site
from s2s_tui.store.models import Download, Transfer

LONGEST_REASON = 500
LARGEST_ID = 2**63 - 1
"""What the databases' keys reach to."""


class Concern(StrEnum):
    """What a transfer is to an organisation; the first that holds."""

    DESTINATION = "destination"
    SENDER = "sender"
    AUTHORITY = "authority"
    """It watches over the school at one end, or both (R-DWN-1)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did to one transfer; `error` says why nothing was done."""

    id: int
    name: str
    error: S2SError | None = None

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.error is None


def concern(actor: Actor, transfer: Any) -> Concern | None:
    """What a transfer is to the actor, or None where it is none of its concern."""
    kind = transfer.kind
    own = mailboxes(actor.role, actor.organisation, kind)
    if transfer.destination in own:
        return Concern.DESTINATION
    if transfer.source in own or (own and transfer.sender == actor.organisation):
        return Concern.SENDER
    return Concern.AUTHORITY if is_watched(actor, transfer) else None


def is_watched(actor: Actor, transfer: Any) -> bool:
    """Whether the actor watches over a school at either end, and has the right to copies (R-LEA-2)."""
    return (
        may(actor, "ctf.monitor")
        and transfer.kind == "ctf"
        and transfer.destination not in (LOST, LEFT)
        and actor.organisation in (transfer.source_authority, transfer.destination_authority)
    )


def reach(actor: Actor, site: Site, transfer_id: int, act: str) -> tuple[Any, Concern]:
    """A transfer that is of the actor's concern.

    Args:
        actor: who asks.
        site: the site.
        transfer_id: the transfer.
        act: `download` or `reject`; with the transfer's kind it names the permission.

    Raises:
        NotFound: `file-unknown`: there is none, or it is none of the actor's concern; audited.
        NotAllowed: the role has no such permission for this kind of file.
    """
    access.require_live(actor, site)
    with site.store.connection():
        known = 0 < transfer_id <= LARGEST_ID
        transfer = Transfer.get_or_none(Transfer.id == transfer_id) if known else None
    found = concern(actor, transfer) if transfer is not None else None
    if transfer is None or found is None:
        # A role without any files hears "not allowed", whether or not there is such a file.
        if not any(may(actor, f"{kind}.download") for kind in ("ctf", "generic", "plasc", "admissions")):
            access.require(actor, site, f"ctf.{act}", subject=str(transfer_id))
        if transfer is not None and _is_own(actor, transfer):
            access.require(actor, site, _permission(transfer, act), subject=transfer.name)
        access.refused(actor, site, act, str(transfer_id), "file-unknown")
        raise NotFound("file-unknown", id=transfer_id)
    access.require(actor, site, _permission(transfer, act), subject=transfer.name)
    return transfer, found


def _is_own(actor: Actor, transfer: Any) -> bool:
    return owns(actor.organisation, transfer.source) or owns(actor.organisation, transfer.destination)


def _permission(transfer: Any, act: str) -> str:
    """Only CTFs have a permission of their own for each act."""
    return f"{transfer.kind}.{act if transfer.kind == 'ctf' else 'download'}"


def show(actor: Actor, site: Site, transfer_id: int) -> Item:
    """One transfer, with its pupils; audited, as pupils are shown.

    Raises:
        NotFound: as `reach`.
    """
    transfer, _ = reach(actor, site, transfer_id, "download")
    about = [audit.of_file(transfer_id)]
    site.store.write(lambda: audit.record(site, actor, "show", transfer.name, about=about, id=transfer_id))
    return listing.items(site, [transfer_id], with_pupils=True)[0]


def confirm(actor: Actor, site: Site, ids: Sequence[int]) -> tuple[Outcome, ...]:
    """Say yes to "downloaded correctly?" (R-DWN-3): the destination's collects the file and tells the sender.

    An authority's confirmation of a copy is kept with its download and changes nothing else.

    Returns:
        What became of each; `file-moved` tells who was first, `not-downloaded` that none was taken.
    """

    def one(transfer: Any, found: Concern) -> None:
        downloads = Download.select().where(
            (Download.transfer == transfer.id) & (Download.organisation == actor.organisation)
        )
        if not downloads.exists():
            raise Refused("not-downloaded", file=transfer.name)
        if found is Concern.DESTINATION:
            move(actor, site, transfer, COLLECTED)
            notify.closed(site, fields(transfer), transfer.id, "collected")
        Download.update(confirmed_at=site.clock()).where(
            (Download.transfer == transfer.id)
            & (Download.organisation == actor.organisation)
            & Download.confirmed_at.is_null()
        ).execute()
        about, copy = [audit.of_file(transfer.id)], found is not Concern.DESTINATION
        audit.record(site, actor, "confirm", transfer.name, about=about, id=transfer.id, copy=copy)

    return each(actor, site, ids, "download", one)


def reject(actor: Actor, site: Site, ids: Sequence[int], reason: str) -> tuple[Outcome, ...]:
    """Reject files that were sent here, with a reason for the sender (R-DWN-4).

    Raises:
        Refused: `reason-missing` or `reason-long`.
    """
    said = required_reason(reason)

    def one(transfer: Any, found: Concern) -> None:
        if found is not Concern.DESTINATION:
            raise Refused("not-destination", file=transfer.name)
        move(actor, site, transfer, REJECTED, said)
        notify.closed(site, fields(transfer), transfer.id, "rejected", said)
        about = [audit.of_file(transfer.id)]
        audit.record(site, actor, "reject", transfer.name, about=about, id=transfer.id, reason=said)

    return each(actor, site, ids, "reject", one)


def recall(actor: Actor, site: Site, transfer_id: int, reason: str) -> bool:
    """Call back a file that this organisation sent to the wrong place (R-SYS-7).

    Before collection it is withdrawn; after it, both sides and the DBAs of their authorities are told.

    Returns:
        Whether it was withdrawn; False when it had been collected and everybody was told.

    Raises:
        Refused: a reason is missing, it is another's file, in the lost pupil database, gone or called back
            already.
        NotFound: there is none of the actor's concern.
    """
    said = required_reason(reason)
    transfer, found = reach(actor, site, transfer_id, "download")
    access.require(actor, site, f"{transfer.kind}.upload", subject=transfer.name)

    def change() -> bool:
        # Whoever sent to itself is first of all the destination; who only watches over it is neither.
        own = found is Concern.DESTINATION and transfer.source == transfer.destination
        if found is not Concern.SENDER and not own:
            raise Refused("not-sender", file=transfer.name)
        if transfer.destination in (LOST, LEFT):
            raise Refused("recall-lost", file=transfer.name)
        fresh = Transfer.get(Transfer.id == transfer_id)
        if fresh.recalled_at is not None:
            raise Refused("recalled-already", file=fresh.name, day=local_date(fresh.recalled_at).isoformat())
        if fresh.state == COLLECTED:
            Transfer.update(recalled_at=site.clock()).where(Transfer.id == transfer_id).execute()
            notify.recalled(site, fields(fresh), transfer_id, said)
        else:
            move(actor, site, fresh, DELETED, said)
            notify.withdrawn(site, fields(fresh), transfer_id, said)
        withdrawn: bool = fresh.state != COLLECTED
        told: dict[str, Any] = {"id": transfer_id, "reason": said, "withdrawn": withdrawn}
        audit.record(site, actor, "recall", fresh.name, about=[audit.of_file(transfer_id)], **told)
        return withdrawn

    try:
        return site.store.write(change)
    except Refused as error:
        access.refused(actor, site, "recall", transfer.name, error.code)
        raise


def required_reason(reason: str) -> str:
    """A reason as it is kept: one line of text.

    Raises:
        Refused: `reason-missing` or `reason-long`.
    """
    said = " ".join(storable(reason).split())
    if not said:
        raise Refused("reason-missing")
    if len(said) > LONGEST_REASON:
        raise Refused("reason-long", most=LONGEST_REASON)
    return said


def each(
    actor: Actor, site: Site, ids: Sequence[int], act: str, change: Callable[[Any, Concern], None]
) -> tuple[Outcome, ...]:
    """Do an act to each transfer, each in a transaction of its own; what is refused doesn't stop the rest.

    Raises:
        NotAllowed: the role may do it to none of them.
    """
    outcomes: list[Outcome] = []
    for transfer_id in dict.fromkeys(ids):
        name = ""
        try:
            transfer, found = reach(actor, site, transfer_id, act)
            name = transfer.name
            site.store.write(partial(change, transfer, found))
            outcomes.append(Outcome(transfer_id, name))
        except NotAllowed as error:
            outcomes.append(Outcome(transfer_id, name, error))
        except (Refused, NotFound) as error:
            if name:
                access.refused(actor, site, act, name, error.code)
            outcomes.append(Outcome(transfer_id, name, error))
    first = outcomes[0].error if outcomes else None
    if first is not None and all(isinstance(outcome.error, NotAllowed) for outcome in outcomes):
        raise first
    return tuple(outcomes)


def move(actor: Actor, site: Site, transfer: Any, state: str, reason: str = "") -> None:
    """Move an awaiting transfer to another state; whoever comes second is told who was first."""
    moved = (
        Transfer.update(state=state, state_at=site.clock(), state_by=actor.user, state_reason=reason)
        .where((Transfer.id == transfer.id) & (Transfer.state == AWAITING))
        .execute()
    )
    if not moved:
        now = Transfer.get(Transfer.id == transfer.id)
        raise Refused(
            "file-moved",
            file=now.name,
            state=now.state,
            by=now.state_by,
            day=local_date(now.state_at).isoformat() if now.state_at else "",
        )


def fields(transfer: Any) -> dict[str, Any]:
    """What `notify` wants to know of a transfer."""
    return {
        name: getattr(transfer, name)
        for name in ("name", "kind", "source", "destination", "sender", "pupil_count")
    }
