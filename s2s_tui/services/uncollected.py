"""Files that nobody collects (R-DWN-5): deleted by the authority, or the schools asked to collect them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from s2s_tui.base.clock import days_between
from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.translation import language
from s2s_tui.rules.mailboxes import is_school
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.roles import Actor
from s2s_tui.services import (
    access,
    audit,
    message_limits,
    message_recipients,
    notices,
    notify,
    ready_templates,
    templates,
    transfers,
)
from s2s_tui.services.checking import AWAITING, DELETED
from s2s_tui.services.site import Site
from s2s_tui.services.templates import Template
from s2s_tui.services.transfers import Concern, Outcome, required_reason
from s2s_tui.store.models import Transfer


@dataclass(frozen=True, slots=True)
class Chase:
    """What a chase did.

    Attributes:
        schools: the establishments that were written to.
        files: how many files they were asked to collect.
        without_address: establishments that no e-mail tells of it: none is held, or they have closed.
    """

    schools: tuple[str, ...]
    files: int
    without_address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a chase would send to the first of its schools: who that is, and the message as it would go."""

    school: str
    name: str
    subject: str
    text: str


def delete(actor: Actor, site: Site, ids: Sequence[int], reason: str) -> tuple[Outcome, ...]:
    """Delete files that wait: addressed to the own authority or its schools, or sent by its schools.

    The sender is told, with the reason. The file's history stays.

    Raises:
        NotAllowed: the role may not.
        Refused: `reason-missing` or `reason-long`.
    """
    access.require(actor, site, "ctf.delete")
    said = required_reason(reason)

    def one(transfer: Any, _found: Concern) -> None:
        _require_ctf(transfer)
        transfers.move(actor, site, transfer, DELETED, said)
        notify.deleted(site, transfers.fields(transfer), transfer.id, said)
        about = [audit.of_file(transfer.id)]
        audit.record(site, actor, "delete", transfer.name, about=about, id=transfer.id, reason=said)

    return transfers.each(actor, site, ids, "delete", one)


def preview(actor: Actor, site: Site, ids: Sequence[int], template: str = "") -> Preview | None:
    """The first message of a chase, to be seen before it is sent; None where nobody would be asked.

    Raises:
        As `chase`.
    """
    access.require(actor, site, "ctf.delete")
    words = _words(actor, site, template)
    found = [transfers.reach(actor, site, transfer_id, "download")[0] for transfer_id in dict.fromkeys(ids)]
    with site.store.connection():
        schools = _by_school([transfer.id for transfer in found])
        for school, rows in schools.items():
            for to in message_recipients.resolve(site, [school]).recipients:
                subject, text = notices.chasing(actor, site, to, _lines(site, rows), words)
                return Preview(school, to.name, subject, text)
    return None


def chase(actor: Actor, site: Site, ids: Sequence[int], template: str = "") -> Chase:
    """Ask the destinations of waiting files to collect them: one secure message a school (R-DWN-5).

    Args:
        actor: of the authority.
        site: the site.
        ids: the files.
        template: the id or title of the template that they are asked in, one of the authority's own or a
            ready one, which goes in each school's language; empty: the ready one for it.

    Raises:
        NotAllowed: the role may not.
        NotFound: one is none of the authority's concern; `template-unknown`.
        Refused: `chase-moved`, one doesn't wait any more; `message-long`; `messages-many`. Nobody
            is asked anything then.
    """
    access.require(actor, site, "ctf.delete")
    words = _words(actor, site, template)
    found = [transfers.reach(actor, site, transfer_id, "download")[0] for transfer_id in dict.fromkeys(ids)]

    def change() -> Chase:
        message_limits.require_room(actor, site)
        by_school = _by_school([transfer.id for transfer in found])
        asked, unknown = [], []
        for school, rows in by_school.items():
            told = notices.chased(actor, site, school, _lines(site, rows), words)
            if not told:
                unknown.append(school)
            if told is None:
                continue
            asked.append(school)
            for row in rows:
                Transfer.update(chased_at=site.clock(), chased_by=actor.user).where(
                    Transfer.id == row.id
                ).execute()
                audit.record(site, actor, "chase", row.name, id=row.id, template=words.title)
        files = sum(len(by_school[school]) for school in asked)
        return Chase(tuple(asked), files, tuple(unknown))

    try:
        return site.store.write(change)
    except (Refused, NotFound) as error:
        access.refused(actor, site, "chase", ", ".join(transfer.name for transfer in found)[:200], error.code)
        raise


def _words(actor: Actor, site: Site, template: str) -> Template:
    return templates.show(actor, site, template or f"{ready_templates.CHASE}.{language()}")


def _by_school(ids: Sequence[int]) -> dict[str, list[Any]]:
    """The files of each school, all of which must wait there. Needs a connection."""
    by_school: dict[str, list[Any]] = {}
    for transfer_id in ids:
        fresh = Transfer.get(Transfer.id == transfer_id)
        _require_ctf(fresh)
        if fresh.state != AWAITING or not is_school(fresh.destination):
            raise Refused("chase-moved", file=fresh.name, state=fresh.state)
        by_school.setdefault(fresh.destination, []).append(fresh)
    return by_school


def _lines(site: Site, rows: Sequence[Any]) -> list[str]:
    return [f"{row.name}  ({days_between(row.uploaded_at, site.clock())} d)" for row in rows]


def _require_ctf(transfer: Any) -> None:
    if transfer.kind != "ctf" or transfer.destination in (LOST, LEFT):
        raise NotFound("file-unknown", id=transfer.id)
