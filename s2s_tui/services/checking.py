"""Checking a file as an upload would, before anything is sent (R-UPL-1)."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.rules import ctf, names, xml_files, zips
from s2s_tui.rules.ctf import Pupil
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.names import BadName, FileName, Kind
from s2s_tui.rules.problems import Problem, Severity, refuse, refused, warn
from s2s_tui.rules.roles import Actor, Role, mailboxes, may, owns
from s2s_tui.services import directory
from s2s_tui.services.files import LARGEST, Offered
from s2s_tui.services.site import Site
from s2s_tui.store import models
from s2s_tui.store.content import digest_of
from s2s_tui.store.models import Transfer
from s2s_tui.store.statements import Statement, tuples

AWAITING = "awaiting"
COLLECTED = "collected"
REJECTED = "rejected"
DELETED = "deleted"
"""The states of a transfer; a deleted one was withdrawn by its sender or cleared by an authority."""

TOLD_AT_MOST = 20
"""Pupils of one file of whom it is told that their CTF was sent before."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        file: the name as offered.
        name: the name taken apart; None where it is no allowed name.
        mended: the right name, where the slip can only mean one thing.
        pupils: those read from a CTF.
        problems: everything found, refusals, warnings and hints.
        digest: of the content.
        content: the bytes that were checked.
        sent_as: the id of the transfer with the same name and content, where there is one.
        forwarded_from: the id of the transfer that the actor's authority passes on with it (R-UPL-5).
    """

    file: str
    name: FileName | None
    problems: tuple[Problem, ...]
    pupils: tuple[Pupil, ...] = ()
    mended: str | None = None
    digest: str = ""
    content: bytes = field(default=b"", repr=False)
    sent_as: int | None = None
    forwarded_from: int | None = None

    @property
    def ok(self) -> bool:
        """Whether an upload would take it."""
        return not refused(self.problems)

    @property
    def kind(self) -> str:
        """`ctf`, `generic`, `plasc`, `admissions`; empty where the name tells nothing."""
        return str(self.name.kind) if self.name else ""

    @property
    def source(self) -> str:
        """The sender's mailbox, or empty."""
        return self.name.source if self.name else ""

    @property
    def destination(self) -> str:
        """The receiver's mailbox, or empty."""
        return self.name.destination if self.name else ""


_same_name = Statement(
    lambda key: (
        Transfer.select(
            Transfer.id, Transfer.content, Transfer.state, Transfer.school_year, Transfer.uploaded_at
        )
        .where((Transfer.name_key == key) & Transfer.state.in_([AWAITING, COLLECTED]))
        .order_by(Transfer.id.desc())
    )
)
_upn_seen = Statement(
    lambda upn: models.Pupil.select(models.Pupil.id).where(models.Pupil.upn == upn).limit(1)
)


def check(offered: Offered, today: date, site: Site | None = None, actor: Actor | None = None) -> Checked:
    """Check a file: its name, its content, and with a site whether it can be sent.

    Args:
        offered: the file, read.
        today: the day in London.
        site: where given, the destination must exist and be open, and the name must be free.
        actor: where given, the source must be its own, and pupils sent before are warned of.
    """
    checked = examine(offered, today, site, actor)
    return checked if site is None else complete(checked, site, today)


def examine(offered: Offered, today: date, site: Site | None = None, actor: Actor | None = None) -> Checked:
    """`check` without what others change: whether the destination is open, and the name free."""
    if offered.problem is not None:
        return Checked(offered.name, name_or_none(offered.name), (offered.problem,))
    try:
        name = names.parse(offered.name)
    except BadName as error:
        return Checked(offered.name, None, (error.problem,), mended=error.mended)
    digest = digest_of(offered.content)
    sources: list[Problem] = check_source(actor, name) if actor is not None else []
    origin = forwarded_from(site, actor, name, digest) if site and actor else None
    limit = LARGEST if site is None else min(LARGEST, site.settings.ctf_limit_mb * 1024 * 1024)
    problems, pupils = _check_content(name, offered.content, today, limit, forwarded=origin is not None)
    if site is None:
        return Checked(offered.name, name, problems, pupils, None, digest, offered.content)
    found = list(problems)
    if origin is None:
        found += sources
    if actor is not None and not sources and directory.address(site, name.source) is None:
        # LEA School may name any school of its authority, so also one that there isn't.
        found.append(refuse("source-unknown", source=name.source))
    if actor is not None:
        found += _sent_before(site, actor, pupils, origin)
    return Checked(
        file=offered.name,
        name=name,
        problems=tuple(found),
        pupils=pupils,
        digest=digest,
        content=offered.content,
        forwarded_from=origin,
    )


def complete(checked: Checked, site: Site, today: date) -> Checked:
    """What `examine` left out; within a transaction it holds until that ends (R-UPL-3, R-UPL-6)."""
    if checked.name is None or not checked.digest:
        return checked
    sent_as, taken = check_name_free(site, checked.name, checked.digest, school_year(today))
    found = [*checked.problems, *check_destination(site, checked.name), *taken]
    if sent_as is not None:
        # Of a file that is there already its own pupils would be the ones that were sent before.
        found = [problem for problem in found if problem.code != "pupil-sent-before"]
    return replace(checked, problems=tuple(found), sent_as=sent_as)


def check_source(actor: Actor, name: FileName) -> list[Problem]:
    """Whether the actor sends from this source (R-UPL-3): its mailbox, or a school it acts for (§7.4)."""
    own = mailboxes(actor.role, actor.organisation, name.kind)
    if name.source in own or is_on_behalf(actor, name):
        return []
    return [refuse("source-not-own", source=name.source, own=", ".join(own))]


def forwarded_from(site: Site, actor: Actor, name: FileName, digest: str) -> int | None:
    """The transfer that a CTF of another source passes on, byte for byte (R-UPL-5); None if it is none.

    An authority passes on what it has downloaded: from its own mailbox to any school, from the lost pupil
    database to a school of its own (where its role may). What was rejected, removed or called back since
    goes nowhere. The source may be the authority itself or a school that it acts for, too.
    """
    own = mailboxes(actor.role, actor.organisation, name.kind)
    if (
        name.kind is not Kind.CTF
        or actor.role is Role.SCHOOL
        or not own
        or not names.is_school(name.destination)
    ):
        return None
    places: Any = Transfer.destination.in_(own)
    if may(actor, "lost.forward") and owns(actor.organisation, name.destination):
        places |= Transfer.destination.in_((names.LOST, names.LEFT))
    with site.store.connection():
        found = (
            Transfer.select(Transfer.id)
            .join(models.Download)
            .where(
                (models.Download.organisation == actor.organisation)
                & (models.Download.is_copy == False)  # noqa: E712
                & (Transfer.content == digest)
                & (Transfer.source == name.source)
                & Transfer.state.in_([AWAITING, COLLECTED])
                & Transfer.recalled_at.is_null()
                & places
            )
            .order_by(Transfer.id.desc())
            .first()
        )
    return int(found.id) if found else None


def is_on_behalf(actor: Actor, name: FileName) -> bool:
    """Whether the LEA School role sends it in the name of a school of its authority."""
    return (
        actor.role is Role.LA_SCHOOL
        and name.kind is Kind.CTF
        and names.is_school(name.source)
        and owns(actor.organisation, name.source)
    )


def check_destination(site: Site, name: FileName) -> list[Problem]:
    """Whether the destination exists, is open and active (R-UPL-3)."""
    address = directory.address(site, name.destination)
    if address is None:
        return [refuse("destination-unknown", destination=name.destination)]
    if not address.is_open and address.successor:
        return [
            refuse(
                "destination-merged",
                destination=name.destination,
                name=address.name,
                successor=address.successor,
            )
        ]
    if not address.is_open:
        return [refuse("destination-closed", destination=name.destination, name=address.name)]
    if not address.is_active:
        return [refuse("destination-inactive", destination=name.destination, name=address.name)]
    return []


def check_name_free(site: Site, name: FileName, digest: str, year: int) -> tuple[int | None, list[Problem]]:
    """Whether the name was sent before (R-UPL-6).

    Args:
        site: the site.
        name: the name taken apart.
        digest: of the content.
        year: the school year that it is.

    Returns:
        The id of the transfer with the same name and content, or None; and the refusal, if the name belongs
        to other content that waits or was sent in this school year. The name of a rejected or deleted file
        is free.
    """
    with site.store.connection():
        same = _same_name.rows(name.key)
    for transfer_id, content, _state, _year, _at in same:
        if content == digest:
            return transfer_id, []
    for _id, _content, state, sent_year, at in same:
        if state == AWAITING or sent_year == year:
            free = free_name(site, name, year, name.serial) if name.serial else ""
            code = "name-taken" if free else "name-taken-text"
            return None, [refuse(code, file=name.text, day=_day(at), free=free)]
    return None, []


def _day(at: datetime | str) -> str:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return local_date(moment).isoformat()


def free_name(site: Site, name: FileName, year: int, after: int = 0, besides: Collection[str] = ()) -> str:
    """The first name of this sender and receiver that is free in a school year.

    Args:
        site: the site.
        name: a numbered name.
        year: the school year.
        after: begin after this number, and go round.
        besides: further names that are not free, in capitals.

    Returns:
        The name; empty where all 999 are taken.
    """
    candidates = [names.renumbered(name, number) for number in range(1, 1000)]
    keys = [candidate.upper() for candidate in candidates]
    with site.store.connection():
        taken = {
            key
            for (key,) in tuples(
                Transfer.select(Transfer.name_key).where(
                    Transfer.name_key.in_(keys)
                    & Transfer.state.in_([AWAITING, COLLECTED])
                    & ((Transfer.state == AWAITING) | (Transfer.school_year == year))
                )
            )
        }
    taken.update(besides)
    places = [*range(after, 999), *range(after)]
    return next((candidates[place] for place in places if keys[place] not in taken), "")


def name_or_none(text: str) -> FileName | None:
    """The name taken apart, or None where it is no allowed name."""
    try:
        return names.parse(text)
    except BadName:
        return None


def _check_content(
    name: FileName, content: bytes, today: date, limit: int, *, forwarded: bool
) -> tuple[tuple[Problem, ...], tuple[Pupil, ...]]:
    if name.kind is Kind.CTF:
        found = ctf.read(
            content,
            source=name.source,
            destination=name.destination,
            today=today,
            limit=limit,
            forwarded=forwarded,
        )
        return found.problems, found.pupils
    if name.extension == "ZIP":
        return zips.check(content, limit=zips.limit_for(name.source)), ()
    return xml_files.check(content, LARGEST), ()


def _sent_before(site: Site, actor: Actor, pupils: tuple[Pupil, ...], origin: int | None) -> list[Problem]:
    """Pupils whose CTF was sent before, as far as the actor may know (R-UPL-6).

    That is its own organisation's files; a role that searches the lost pupil database knows of all. What came
    to the authority itself is on its way through, and no reason to warn.
    """
    with site.store.connection():
        lines = {pupil.upn.upper(): pupil.line for pupil in pupils if pupil.upn}
        # The usual file holds one pupil whom nobody has sent before: one small statement tells.
        if not lines or (len(lines) == 1 and _upn_seen.row(*lines) is None):
            return []
        query = (
            models.Pupil.select(models.Pupil.upn, Transfer.name, Transfer.uploaded_at)
            .join(Transfer)
            .where(models.Pupil.upn.in_(list(lines)[:500]) & Transfer.state.in_([AWAITING, COLLECTED]))
            .order_by(Transfer.id.desc())
            .limit(TOLD_AT_MOST)
        )
        if origin is not None:
            query = query.where(Transfer.id != origin)
        if actor.role is not Role.SCHOOL:
            query = query.where(Transfer.destination != f"{actor.organisation}LLLL")
        if not may(actor, "lost.search"):
            own: Any = (
                Transfer.source == actor.organisation
                if actor.role is Role.SCHOOL
                else Transfer.source_authority == actor.authority
            )
            query = query.where(own)
        rows = tuples(query)
    return [
        warn("pupil-sent-before", line=lines[upn], upn=upn, file=name, day=_day(at)) for upn, name, at in rows
    ]


def visible(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems without the hints."""
    return tuple(problem for problem in problems if problem.severity is not Severity.HINT)
