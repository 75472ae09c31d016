"""Opening, closing and merging schools (R-SCH-3): what waits at a merged school goes to its successor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import fn

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.text import storable
from s2s_tui.rules.mailboxes import authority_of, is_school
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import access, audit, message_moves, notify, school_changes, transfers
from s2s_tui.services.checking import AWAITING
from s2s_tui.services.site import Site
from s2s_tui.services.user_reach import recorded
from s2s_tui.store.models import Allocation, Authority, Establishment, Transfer, User
from s2s_tui.store.statements import insert

OPENED = ("name", "name_cy", "town", "phone", "email", "language", "phase")
"""What may be said of a school when it opens; its name must be."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A school that was opened, and the account that was made with it.

    Attributes:
        username: of the account, which has no password until its first reset.
        again: whether the school had been closed before.
    """

    number: str
    username: str
    again: bool


def open_school(
    actor: Actor, site: Site, number: str, typed: Mapping[str, str], on: date | None = None
) -> Opened:
    """Open a school, with its account (R-SCH-3); one that has closed opens again, with its own account.

    Args:
        actor: WG.
        site: the site.
        number: its establishment number; the authority must be there and open.
        typed: fields of `OPENED` and what was typed.
        on: the day of opening; None: today.

    Raises:
        NotAllowed: only WG opens schools.
        NotFound: `authority-unknown`.
        Refused: `school-number`, `school-exists`, `la-closed`, or what is wrong with a field (`field`).
    """
    access.require(actor, site, "schools.open", subject=number[:100])

    def change() -> Opened:
        if not is_school(number):
            raise Refused("school-number", number=storable(number[:40]), field="number")
        _open_authority(number[:3])
        values = {what: school_changes.checked(site, what, text) for what, text in typed.items()}
        known = Establishment.get_or_none(Establishment.number == number)
        if known is not None and known.closed is None:
            raise Refused("school-exists", number=number, name=known.name, field="number")
        day = on or local_date(site.clock())
        if known is not None:
            reopen(actor, site, number, values)
        else:
            if not values.get("name"):
                raise Refused("school-name", field="name")
            insert(Establishment, [{"number": number, "authority": number[:3], "opened": day, **values}])
        username = account(actor, site, number)
        audit.record(site, actor, "school-open", number, on=day.isoformat(), again=known is not None)
        return Opened(number, username, known is not None)

    return recorded(actor, site, "school-open", number, lambda: site.store.write(change))


def close(actor: Actor, site: Site, number: str, on: date) -> None:
    """Close a school: nothing is sent to it any more; what waits stays for its authority to clear.

    Raises:
        NotAllowed: only WG closes schools.
        NotFound: `school-unknown`.
        Refused: `school-closed`, it was before; `school-closing`, the day lies in the future.
    """
    access.require(actor, site, "schools.open", of=authority_of(number) or None)

    def change() -> None:
        _open_school(number)
        close_row(actor, site, number, on)
        audit.record(site, actor, "school-close", number, on=on.isoformat())

    recorded(actor, site, "school-close", number, lambda: site.store.write(change))


def merge(actor: Actor, site: Site, number: str, into: str, on: date) -> int:
    """Close a school and give its waiting files to the one that takes it over, which is told of each.

    The messages in its inbox go there, too.

    Returns:
        How many files moved on.

    Raises:
        NotAllowed: only WG merges schools.
        NotFound: `school-unknown`, one of them.
        Refused: `school-closed`, one of them is; `merge-itself`; `school-closing`.
    """
    access.require(actor, site, "schools.open", of=authority_of(number) or None)

    def change() -> int:
        if number == into:
            raise Refused("merge-itself", number=number)
        _open_school(number)
        _open_school(into)
        return merge_row(actor, site, number, into, on)

    return recorded(actor, site, "school-merge", number, lambda: site.store.write(change))


def waiting(actor: Actor, site: Site, number: str) -> int:
    """How many files wait for a school: what closing it leaves to its authority, and a merger moves on.

    Raises:
        NotAllowed: only WG closes and merges schools.
        NotFound: `school-unknown`.
    """
    access.require(actor, site, "schools.open", of=authority_of(number) or None)
    with site.store.connection():
        _open_school(number)
        return int(_waiting(number).count())


# What an import does, too: within its transaction


def reopen(actor: Actor, site: Site, number: str, values: Mapping[str, Any]) -> None:
    """A school that had closed is open again; the files that a successor took over stay there."""
    Establishment.update(**values, closed=None, successor=None, active=True, **_changed(actor, site)).where(
        Establishment.number == number
    ).execute()
    school_changes.shut(actor, site, number, "", active=True)


def close_row(actor: Actor, site: Site, number: str, on: date, successor: str | None = None) -> None:
    """Close an open school and shut its account.

    Raises:
        Refused: `school-closing`.
    """
    if on > local_date(site.clock()):
        raise Refused("school-closing", day=on.isoformat())
    Establishment.update(closed=on, successor=successor, **_changed(actor, site)).where(
        Establishment.number == number
    ).execute()
    school_changes.shut(actor, site, number, "school-closed")


def merge_row(actor: Actor, site: Site, number: str, into: str, on: date) -> int:
    """Close an open school for another that is open, which gets what waits; how many files."""
    close_row(actor, site, number, on, into)
    # Schools that merged into this one before lead on to the successor too.
    Establishment.update(successor=into).where(Establishment.successor == number).execute()
    # Nor may a pupil whom an authority has allocated there be left without a school.
    Allocation.update(school=into).where(
        (Allocation.school == number) & Allocation.sent_as.is_null()
    ).execute()
    files = list(_waiting(number))
    for row in files:
        Transfer.update(**_readdressed(row, into)).where(Transfer.id == row.id).execute()
        notify.moved(site, transfers.fields(row), row.id, into)
    written = message_moves.move(site, number, into)
    audit.record(site, actor, "school-merge", number, into=into, files=len(files), messages=written)
    return len(files)


def account_row(site: Site, number: str, taken: Any) -> dict[str, Any]:
    """The account of a new school: it can't be used until its DBA gives it a password.

    Args:
        site: the site.
        number: the school's.
        taken: usernames in small letters that somebody has or had, of those that begin as this one's.
    """
    name = f"s{number}"
    while name in taken:
        name += "a"
    return {
        "username": name,
        "role": str(Role.SCHOOL),
        "organisation": number,
        "created_at": site.clock(),
    }


def account(actor: Actor, site: Site, number: str) -> str:
    """A school's account, made where it has none."""
    mine: Any = (User.organisation == number) & (User.role == str(Role.SCHOOL)) & User.deleted_at.is_null()
    known = User.get_or_none(mine)
    if known is not None:
        return str(known.username)
    lower = fn.LOWER(User.username)
    taken = {row.username.lower() for row in User.select().where(lower.startswith(f"s{number}"))}
    row = account_row(site, number, taken)
    insert(User, [row])
    audit.record(site, actor, "user-add", row["username"], role=row["role"], organisation=number, told=[])
    return str(row["username"])


def _open_authority(code: str) -> None:
    authority = Authority.get_or_none(Authority.code == code)
    if authority is None:
        raise NotFound("authority-unknown", la=code)
    if authority.closed is not None:
        raise Refused("la-closed", la=code, name=authority.name)


def _open_school(number: str) -> Any:
    known = is_school(number)
    school = Establishment.get_or_none(Establishment.number == number) if known else None
    if school is None:
        raise NotFound("school-unknown", number=number)
    if school.closed is not None:
        raise Refused("school-closed", number=number, name=school.name)
    return school


def _waiting(number: str) -> Any:
    return Transfer.select().where((Transfer.destination == number) & (Transfer.state == AWAITING))


def _changed(actor: Actor, site: Site) -> dict[str, Any]:
    return {"changed_at": site.clock(), "changed_by": actor.user[:40]}


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
