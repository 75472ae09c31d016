"""A pupil's timeline in the own organisation's files (R-DWN-8), and all that is held on one (R-SYS-7)."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from s2s_tui.base.errors import NotFound
from s2s_tui.base.text import cell_text, storable
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.people import name_key
from s2s_tui.rules.roles import Actor, Role, owns
from s2s_tui.rules.split import take_apart
from s2s_tui.services import access, audit, directory, files
from s2s_tui.services.listing import LONGEST_TEXT
from s2s_tui.services.site import Site
from s2s_tui.store import content, models
from s2s_tui.store.models import Download, Transfer
from s2s_tui.store.statements import begins, tuples

FOUND_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Known:
    """A pupil as the own files name it: one UPN, name and date of birth."""

    upn: str
    surname: str
    forename: str
    dob: date
    files: int
    latest: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A step of a file that held the pupil.

    Attributes:
        what: `uploaded`, `downloaded`, `copied`, `collected`, `rejected`, `deleted` or `recalled`.
        by: the user; empty where another organisation's users are nobody's business.
    """

    at: datetime
    what: str
    file: str
    file_id: int
    source: str
    source_name: str
    destination: str
    destination_name: str
    by: str
    reason: str


def find(actor: Actor, site: Site, text: str) -> tuple[Known, ...]:
    """Pupils of the own organisation's files, the latest first; at most 200.

    Args:
        actor: who looks.
        site: the site.
        text: a UPN, a date of birth (YYYY-MM-DD), an establishment number, a file's name, or the beginning
            of "surname forename", without regard to case and accents.

    Raises:
        NotAllowed: the role has no timeline.
    """
    access.require(actor, site, "pupil.timeline")
    wanted = storable(text).strip()[:LONGEST_TEXT]
    if not name_key(wanted):
        return ()
    pupil = models.Pupil
    query = (
        pupil.select(pupil.upn, pupil.surname, pupil.forename, pupil.born, Transfer.id, Transfer.uploaded_at)
        .join(Transfer)
        .where(_own(actor) & _meaning(wanted))
        .order_by(Transfer.uploaded_at.desc(), pupil.id)
        .limit(FOUND_AT_MOST * 5)
    )
    with site.store.connection():
        rows = tuples(query)
    groups: dict[tuple[Any, ...], list[datetime]] = {}
    for upn, surname, forename, born, _id, uploaded_at in rows:
        groups.setdefault((upn, surname, forename, born), []).append(uploaded_at)
    found = [
        Known(upn, surname, forename, born, len(times), max(times))
        for (upn, surname, forename, born), times in groups.items()
    ]
    about = [known.upn for known in found[:FOUND_AT_MOST]]
    site.store.write(
        lambda: audit.record(site, actor, "pupil-find", wanted[:100], about=about, found=len(found))
    )
    return tuple(found[:FOUND_AT_MOST])


def timeline(actor: Actor, site: Site, upn: str) -> tuple[Event, ...]:
    """What happened to every file of the own organisation that held a pupil, in order.

    Raises:
        NotAllowed: the role has no timeline.
        NotFound: `pupil-unknown`, no own file names such a UPN.
    """
    access.require(actor, site, "pupil.timeline")
    with site.store.connection():
        transfers = _holding(actor, upn)
        if not transfers:
            access.refused(actor, site, "pupil.timeline", upn.upper()[:100], "pupil-unknown")
            raise NotFound("pupil-unknown", upn=upn)
        named = directory.names(site, [box for row in transfers for box in (row.source, row.destination)])
        events = [event for row in transfers for event in _events(actor, row, named)]
    site.store.write(
        lambda: audit.record(
            site, actor, "pupil-show", upn.strip().upper(), about=[upn.strip().upper()], files=len(transfers)
        )
    )
    return tuple(sorted(events, key=lambda event: (event.at, event.file_id)))


def export(actor: Actor, site: Site, upn: str, target: Path) -> Path:
    """Save everything that the own organisation's files hold on a pupil (subject access, R-SYS-7).

    The zip holds `timeline.csv` and, for each file, the pupil's own element as it came, without the others'.

    Raises:
        NotFound: `pupil-unknown`.
        Refused: `file-exists`, `folder-missing`.
    """
    events = timeline(actor, site, upn)
    with site.store.connection():
        transfers = _holding(actor, upn)

        def write(file: BinaryIO) -> None:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
                bundle.writestr("timeline.csv", _as_csv(events))
                for row in transfers:
                    for piece in take_apart(content.fetch(row.content_id)).pieces:
                        if piece.upn == upn.strip().upper():
                            bundle.writestr(f"{row.id}-{piece.position}_{row.name}", piece.xml)

        path = files.save(target.parent, target.name, write)
    site.store.write(
        lambda: audit.record(
            site,
            actor,
            "pupil-export",
            upn.strip().upper(),
            about=[upn.strip().upper()],
            files=len(transfers),
        )
    )
    return path


def _own(actor: Actor) -> Any:
    """The own organisation's files, with what it or its schools sent to the lost pupil database."""
    if actor.role is Role.SCHOOL:
        # What others sent is a school's business once it is addressed to it, never through the lost pupils.
        return (Transfer.source == actor.organisation) | (Transfer.destination == actor.organisation)
    return (Transfer.source_authority == actor.authority) | (
        Transfer.destination_authority == actor.authority
    )


def _meaning(text: str) -> Any:
    pupil = models.Pupil
    try:
        return pupil.born == date.fromisoformat(text)
    except ValueError:
        pass
    if text.isdigit() and len(text) == 7:
        return (Transfer.source == text) | (Transfer.destination == text)
    if "_" in text:
        return Transfer.name_key == text.upper()
    if len(text) == 13 and any(character.isdigit() for character in text):
        return pupil.upn == text.upper()
    return begins(pupil.name_key, name_key(text))


def _holding(actor: Actor, upn: str) -> list[Any]:
    pupil = models.Pupil
    held = pupil.select(pupil.transfer).where(pupil.upn == storable(upn).strip().upper())
    return list(Transfer.select().where(_own(actor) & Transfer.id.in_(held)).order_by(Transfer.id))


def _events(actor: Actor, row: Any, named: dict[str, str]) -> list[Event]:
    def event(at: datetime, what: str, by: str, organisation: str, reason: str = "") -> Event:
        # Who ended the way of a file both its ends are told; who handles it elsewhere is the others' affair.
        shown = by if what == row.state or owns(actor.organisation, organisation) else ""
        return Event(
            at,
            what,
            row.name,
            row.id,
            row.source,
            named[row.source],
            row.destination,
            named[row.destination] if row.destination not in (LOST, LEFT) else "",
            shown,
            reason,
        )

    events = [event(row.uploaded_at, "uploaded", row.uploaded_by, row.sender)]
    for given in Download.select().where(Download.transfer == row.id).order_by(Download.id):
        if given.is_copy and given.organisation != actor.organisation:
            continue  # another authority's reading of its copy is its own affair
        events.append(
            event(given.at, "copied" if given.is_copy else "downloaded", given.username, given.organisation)
        )
    if row.state != "awaiting" and row.state_at:
        actor_of_state = row.sender if row.state == "deleted" else row.destination
        events.append(event(row.state_at, row.state, row.state_by, actor_of_state, row.state_reason))
    if row.recalled_at:
        events.append(event(row.recalled_at, "recalled", "", row.sender))
    return events


def _as_csv(events: Sequence[Event]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["at", "what", "file", "source", "destination", "by", "reason"])
    for event in events:
        # Reasons and users' names are others' words: no spreadsheet may take them for a formula.
        texts = (event.what, event.file, event.source, event.destination, event.by, event.reason)
        writer.writerow([event.at.isoformat(), *map(cell_text, texts)])
    return out.getvalue()
