"""Who hears what (R-UPL-7, R-LEA-2): decided here alone, written to the outbox in the act's transaction."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from s2s_tui.rules.mailboxes import authority_of
from s2s_tui.rules.names import LEFT, LOST, Kind
from s2s_tui.rules.roles import Role
from s2s_tui.services import directory
from s2s_tui.services.directory import Address
from s2s_tui.services.letters import Facts, written
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Mail, User
from s2s_tui.store.statements import insert

Told = list[tuple[str, Address]]
"""What each is told, and who it is."""


def uploaded(site: Site, transfer: dict[str, Any], transfer_id: int) -> None:
    """Tell of an upload, within its transaction.

    The destination hears that a file awaits it, the sender that it went, and the authorities of both schools
    while their copies are on. A generic file sends the confirmation only; one for the lost pupil database is
    never copied.

    Args:
        site: the site.
        transfer: the row's fields, by name.
        transfer_id: the row's id.
    """
    source, destination = _known(site, transfer["source"]), _known(site, transfer["destination"])
    sender = source if transfer["sender"] == source.mailbox else _sender(site, transfer)
    lost = destination.mailbox in (LOST, LEFT)
    told: Told = []
    if not lost and transfer["kind"] != Kind.GENERIC:
        told.append(("arrived", destination))
    told.append(("confirmed-lost" if lost else "confirmed", sender))
    if not lost and transfer["kind"] == Kind.CTF:
        spoken_to = {address.organisation for _, address in told}
        for code in dict.fromkeys(authority_of(end.mailbox) for end in (source, destination)):
            authority = None if code in spoken_to else directory.authority(site, code)
            if authority and authority.copies:
                told.append(("copy", authority))
    _write(site, _facts(transfer, source, destination), transfer_id, told)


def closed(site: Site, transfer: dict[str, Any], transfer_id: int, about: str, reason: str = "") -> None:
    """Tell the sender that its file was collected or rejected: the final e-mail (R-UPL-7).

    One that an authority forwarded or sent on behalf of a school is told to both.
    """
    told = {address.organisation: (about, address) for address in _senders(site, transfer)}
    _post(site, transfer, transfer_id, told.values(), reason)


def withdrawn(site: Site, transfer: dict[str, Any], transfer_id: int, reason: str) -> None:
    """Tell the destination that a file it was told of is gone, and confirm it to the sender (R-SYS-7)."""
    told: Told = [("withdrawn", _known(site, transfer["destination"]))]
    told += [("withdrawn", address) for address in _senders(site, transfer)]
    _post(site, transfer, transfer_id, told, reason)


def recalled(site: Site, transfer: dict[str, Any], transfer_id: int, reason: str) -> None:
    """Tell both sides and the DBAs of their authorities that a collected file was sent in error (R-SYS-7)."""
    told: Told = [("recalled", _known(site, transfer["destination"]))]
    told += [("recalled", address) for address in _senders(site, transfer)]
    for code in dict.fromkeys((authority_of(transfer["source"]), authority_of(transfer["destination"]))):
        told += [("recalled", address) for address in _dbas(site, code)]
    _post(site, transfer, transfer_id, told, reason)


def deleted(site: Site, transfer: dict[str, Any], transfer_id: int, reason: str) -> None:
    """Tell the sender that an authority cleared its file, which nobody collected (R-DWN-5)."""
    closed(site, transfer, transfer_id, "deleted", reason)


def moved(site: Site, transfer: dict[str, Any], transfer_id: int, successor: str) -> None:
    """Tell a successor that a file of the school it took over awaits it (R-SCH-3)."""
    _post(site, transfer, transfer_id, [("moved", _known(site, successor))])


def discard(site: Site, transfer: dict[str, Any], transfer_id: int, position: int) -> None:
    """Tell a school that a pupil sent to it has accepted another place (R-PHA-2)."""
    _post(
        site, transfer, transfer_id, [("discard", _known(site, transfer["destination"]))], position=position
    )


def lost(site: Site, transfer: dict[str, Any], transfer_id: int, about: str, by: str) -> None:
    """Tell the authority whose school uploaded a lost pupil's file what another has done with it (R-LPD-10).

    Args:
        site: the site.
        transfer: the file's fields.
        transfer_id: its id.
        about: `lost-downloaded`, `lost-forwarded` or `lost-put-back`.
        by: the code of the authority that did it.
    """
    uploader = directory.authority(site, authority_of(transfer["source"]))
    doer = directory.authority(site, by)
    if uploader is None or doer is None:
        return
    source = _known(site, transfer["source"])
    facts = Facts(transfer["name"], source.mailbox, source.name, doer.organisation, doer.name)
    _write(site, facts, transfer_id, [(about, replace(uploader, email=_lost_email(uploader)))])


def standing_found(site: Site, code: str) -> None:
    """Tell an authority that a file has come that fits a search it kept (R-LPD-6)."""
    to_authority(site, code, "standing-found")


def to_authority(site: Site, code: str, about: str) -> None:
    """Tell an authority, at its address for lost pupils, something that needs no facts."""
    authority = directory.authority(site, code)
    if authority is not None:
        address = replace(authority, email=_lost_email(authority))
        _write(site, Facts("", "", "", code, authority.name), None, [(about, address)])


def _lost_email(authority: Address) -> str:
    """Where an authority hears of lost pupils: its own address for that, else its usual one."""
    row = Authority.get(Authority.code == authority.organisation)
    return row.lost_email or authority.email


def files_wait(site: Site, about: str, mailbox: str, files: Sequence[str], by: str = "") -> bool:
    """Ask a school or an authority to collect files: `chased` by its authority, or the weekly `reminder`.

    Args:
        site: the site.
        about: `chased` or `reminder`.
        mailbox: who is asked: an establishment number or an authority's mailbox.
        files: a line each.
        by: the code of the authority that asks, for a chase.

    Returns:
        Whether an address is known.
    """
    address = _known(site, mailbox)
    asking = directory.authority(site, by) if by else None
    facts = Facts(
        "", by, asking.name if asking else "", address.organisation, address.name, files=tuple(files)
    )
    return bool(_write(site, facts, None, [(about, address)]))


def _known(site: Site, mailbox: str) -> Address:
    address = directory.address(site, mailbox)
    assert address is not None, mailbox
    return address


def _sender(site: Site, transfer: dict[str, Any]) -> Address:
    """Who sent it: the source, or the authority that sent it in a school's name."""
    sender: str = transfer["sender"]
    return _known(site, sender if len(sender) == 7 else f"{sender}LLLL")


def _senders(site: Site, transfer: dict[str, Any]) -> tuple[Address, ...]:
    sender, source = _sender(site, transfer), _known(site, transfer["source"])
    return (sender,) if sender.organisation == source.organisation else (sender, source)


def _dbas(site: Site, code: str) -> Iterable[Address]:
    authority = directory.authority(site, code)
    if authority is None:
        return
    users = User.select().where(
        (User.organisation == code) & (User.role == Role.DBA) & User.active & User.deleted_at.is_null()
    )
    found = [user for user in users if user.email]
    for user in found:
        yield Address(
            "", code, authority.name, user.email, user.language or authority.language, True, True, "", False
        )
    if not found:
        yield authority


def _post(
    site: Site,
    transfer: dict[str, Any],
    transfer_id: int,
    told: Iterable[tuple[str, Address]],
    reason: str = "",
    position: int = 0,
) -> None:
    source, destination = _known(site, transfer["source"]), _known(site, transfer["destination"])
    _write(site, _facts(transfer, source, destination, reason, position), transfer_id, told)


def _facts(
    transfer: dict[str, Any], source: Address, destination: Address, reason: str = "", position: int = 0
) -> Facts:
    return Facts(
        file=transfer["name"],
        source=source.mailbox,
        source_name=source.name,
        destination=destination.mailbox,
        destination_name=destination.name,
        reason=reason,
        position=position,
    )


def _write(site: Site, facts: Facts, transfer_id: int | None, told: Iterable[tuple[str, Address]]) -> int:
    """Write letters to the outbox; those without an address are left out. Returns how many."""
    now = site.clock()
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for about, address in told:
        # Two addresses may be the same person's; one letter each is enough.
        if not address.email or (about, address.email) in rows:
            continue
        subject, body = written(about, facts, address.language)
        rows[about, address.email] = {
            "message_id": f"<{secrets.token_hex(16)}@{_domain(site)}>",
            "about": about,
            "transfer": transfer_id,
            "organisation": address.organisation,
            "recipient": address.email,
            "language": address.language,
            "subject": subject,
            "body": body,
            "created_at": now,
            "due_at": now,
        }
    insert(Mail, rows.values())
    return len(rows)


def _domain(site: Site) -> str:
    return site.settings.mail_from.rpartition("@")[2] or "s2s.example"
