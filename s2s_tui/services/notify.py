"""Who hears what (R-UPL-7, R-LEA-2): decided here alone, written to the outbox in the act's transaction."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from s2s_tui.base.translation import in_language
from s2s_tui.rules.mailboxes import authority_of
from s2s_tui.rules.names import LEFT, LOST, Kind
from s2s_tui.rules.roles import Role
from s2s_tui.services import directory
from s2s_tui.services.directory import Address
from s2s_tui.services.letters import Facts, written
from s2s_tui.services.sealing import seal
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
            authority = None if code in spoken_to else directory.address(site, f"{code}LLLL")
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


def _lost_email(authority: Address) -> str:
    """Where an authority hears of lost pupils: its own address for that, else its usual one."""
    row = Authority.get(Authority.code == authority.organisation)
    return row.lost_email or authority.email


def files_wait(site: Site, mailbox: str, files: Sequence[str]) -> bool:
    """Remind a school or an authority, weekly, of files that it has not downloaded (R-DWN-7).

    Args:
        site: the site.
        mailbox: who is reminded: an establishment number or an authority's mailbox.
        files: a line each.

    Returns:
        Whether an address is known.
    """
    address = _known(site, mailbox)
    facts = Facts("", "", "", address.organisation, address.name, files=tuple(files))
    return bool(_write(site, facts, None, [("reminder", address)]))


def message_waits(site: Site, addresses: Iterable[Address], about: str = "message") -> int:
    """Tell addresses that a secure message waits: nothing of what it says, nor whose it is (R-MSG-5).

    Args:
        site: the site.
        addresses: whom.
        about: `message`, or what an automatic one tells (`chased`…): for the outbox, the words are the same.

    Returns:
        How many e-mails were written; an address hears once of a message.
    """
    return _write(site, Facts("", "", "", "", ""), None, [(about, address) for address in addresses])


def school_changed(
    site: Site, about: str, number: str, addresses: Iterable[str], fields: Iterable[str], by: str
) -> int:
    """Tell a school that what is held of it was changed: which details, not what they are (R-SCH-2).

    Args:
        site: the site.
        about: `school-changed`, `school-off` or `school-on`.
        number: the school's.
        addresses: where: its own, and the one that it had before.
        fields: the details' names.
        by: the organisation that changed them.

    Returns:
        How many e-mails were written.
    """
    from s2s_tui.services.wording import schools

    school = _known(site, number)
    with in_language(school.language):
        what = schools.fields(fields)
    by_name = directory.names(site, [by], school.language)[by]
    facts = Facts("", by, by_name, number, school.name, what=what)
    return _write(site, facts, None, [(about, replace(school, email=address)) for address in addresses])


def user_audit(site: Site, about: str, code: str, until: str) -> int:
    """Ask an authority's DBA, or the authority where it has none, to answer the annual user audit (R-USR-6).

    Args:
        site: the site.
        about: `user-audit` or `user-audit-reminder`.
        code: of the authority.
        until: the day by which.

    Returns:
        How many e-mails were written; 0 where no address is known.
    """
    authority = directory.authority(site, code)
    assert authority is not None, code
    facts = Facts("", "", "", code, authority.name, until=until)
    return _write(site, facts, None, [(about, address) for address in _dbas(site, code)])


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
) -> None:
    source, destination = _known(site, transfer["source"]), _known(site, transfer["destination"])
    _write(site, _facts(transfer, source, destination, reason), transfer_id, told)


def _facts(transfer: dict[str, Any], source: Address, destination: Address, reason: str = "") -> Facts:
    return Facts(
        file=transfer["name"],
        source=source.mailbox,
        source_name=source.name,
        destination=destination.mailbox,
        destination_name=destination.name,
        reason=reason,
    )


def account(
    site: Site, about: str, address: Address, facts: Facts, *, password: str = "", user: int | None = None
) -> bool:
    """Tell the holder of an account what became of it (R-USR-2, R-USR-4).

    Args:
        site: the site.
        about: `user-name`, `user-password`, `user-role`…
        address: the holder's.
        facts: what it tells; never a username beside a password.
        password: kept sealed until the letter is sent.
        user: the id of whose password it is.

    Returns:
        Whether an address is known.
    """
    secret = seal(site, password) if password else ""
    return bool(_write(site, facts, None, [(about, address)], secret=secret, account=user))


def _write(
    site: Site,
    facts: Facts,
    transfer_id: int | None,
    told: Iterable[tuple[str, Address]],
    **more: object,
) -> int:
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
            **more,
        }
    insert(Mail, rows.values())
    return len(rows)


def _domain(site: Site) -> str:
    return site.settings.mail_from.rpartition("@")[2] or "s2s.example"
