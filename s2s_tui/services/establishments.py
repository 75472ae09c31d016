"""Closing and merging schools (R-SCH-3): a merged school's waiting files go to its successor."""

from datetime import date
from typing import Any

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.rules.mailboxes import authority_of, is_school
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, notify, transfers
from s2s_tui.services.checking import AWAITING
from s2s_tui.services.site import Site
from s2s_tui.store.models import Allocation, Establishment, Session, Transfer, User


def close(actor: Actor, site: Site, number: str, on: date) -> None:
    """Close a school: nothing is sent to it any more; what waits stays for its authority to clear.

    Raises:
        NotAllowed: only WG closes schools.
        NotFound: `school-unknown`.
        Refused: `school-closed`, it was before.
    """
    access.require(actor, site, "schools.open", of=authority_of(number) or None)

    def change() -> None:
        _close(site, _open_school(number), on, None)
        audit.record(site, actor, "school-close", number, on=on.isoformat())

    site.store.write(change)


def merge(actor: Actor, site: Site, number: str, into: str, on: date) -> int:
    """Close a school and give its waiting files to the one that takes it over, which is told of each.

    Returns:
        How many files moved on.

    Raises:
        NotAllowed: only WG merges schools.
        NotFound: `school-unknown`, one of them.
        Refused: `school-closed`, one of them is; `merge-itself`.
    """
    access.require(actor, site, "schools.open", of=authority_of(number) or None)
    if number == into:
        raise Refused("merge-itself", number=number)

    def change() -> int:
        school = _open_school(number)
        _open_school(into)
        _close(site, school, on, into)
        # Schools that merged into this one before lead on to the successor too.
        Establishment.update(successor=into).where(Establishment.successor == number).execute()
        # Nor may a pupil whom an authority has allocated there be left without a school.
        Allocation.update(school=into).where(
            (Allocation.school == number) & Allocation.sent_as.is_null()
        ).execute()
        waiting = list(
            Transfer.select().where((Transfer.destination == number) & (Transfer.state == AWAITING))
        )
        for row in waiting:
            Transfer.update(**_readdressed(row, into)).where(Transfer.id == row.id).execute()
            notify.moved(site, transfers.fields(row), row.id, into)
        audit.record(site, actor, "school-merge", number, into=into, files=len(waiting))
        return len(waiting)

    return site.store.write(change)


def _open_school(number: str) -> Any:
    known = is_school(number)
    school = Establishment.get_or_none(Establishment.number == number) if known else None
    if school is None:
        raise NotFound("school-unknown", number=number)
    if school.closed is not None:
        raise Refused("school-closed", number=number, name=school.name)
    return school


def _close(site: Site, school: Any, on: date, successor: str | None) -> None:
    Establishment.update(closed=on, successor=successor).where(
        Establishment.number == school.number
    ).execute()
    users = User.select(User.id).where(User.organisation == school.number)
    Session.update(ended_at=site.clock(), end_reason="school-closed").where(
        Session.user.in_(users) & Session.ended_at.is_null()
    ).execute()
    User.update(active=False).where(User.organisation == school.number).execute()


def _readdressed(row: Any, into: str) -> dict[str, Any]:
    """The columns by which a transfer is found under its new destination; its name stays as it came."""
    authority = authority_of(into)
    same = row.source_authority == authority
    return {
        "destination": into,
        "first_destination": row.first_destination or row.destination,
        "destination_authority": authority,
        "within": authority if same else None,
        "incoming": None if same else authority,
        "outgoing": None if same else row.source_authority,
    }
