"""What a round of the annual user audit looks like: how far it is, its authorities' parts, its accounts."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from s2s_tui.base.translation import language
from s2s_tui.rules.roles import TITLES, Role
from s2s_tui.services import directory
from s2s_tui.services.site import Site
from s2s_tui.store.models import User, UserAudit, UserAuditAnswer, UserAuditPart
from s2s_tui.store.statements import tuples

CONFIRMED, REMOVED, GONE = "confirmed", "removed", "gone"
"""What was said of an account; `gone`: it was deleted otherwise. Nothing was said yet: empty."""
CERTIFICATE = (
    *("round", "deadline", "authority", "authority_name", "username", "role", "organisation"),
    *("organisation_name", "contact", "answer", "answered_by", "answered_at"),
)
"""The columns of a certificate."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round.

    Attributes:
        closed_at: None while it is open.
        users: accounts in it; `waiting`: those that nothing was said of yet.
        authorities: how many it asks; `late`: how many have something to answer.
    """

    id: int
    name: str
    deadline: date
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    users: int
    waiting: int
    authorities: int
    late: int


@dataclass(frozen=True, slots=True)
class Part:
    """An authority's part of a round.

    Attributes:
        name: in the reader's language.
        dba: the username of its active DBA, or empty.
        told_at: when it was last told; None: no address is known.
        answered_at: the latest answer.
    """

    code: str
    name: str
    dba: str
    users: int
    confirmed: int
    removed: int
    gone: int
    waiting: int
    told_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An account in a round.

    Attributes:
        username: as it is now; the rest as it was when the round began.
        answer: `confirmed`, `removed`, `gone`, or empty.
        last_on: when it was last used.
    """

    username: str
    role: Role
    authority: str
    organisation: str
    organisation_name: str
    contact: str
    last_on: datetime | None
    answer: str
    answered_at: datetime | None
    answered_by: str


def round_of(site: Site, round_id: int) -> Round:
    """A round that there is; within a connection."""
    row = UserAudit.get(UserAudit.id == round_id)
    shares = parts_of(site, round_id)
    return Round(
        id=row.id,
        name=row.name,
        deadline=row.deadline,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        users=sum(part.users for part in shares),
        waiting=sum(part.waiting for part in shares),
        authorities=len(shares),
        late=sum(part.waiting > 0 for part in shares),
    )


def parts_of(site: Site, round_id: int) -> tuple[Part, ...]:
    """Each authority's part, those with most to answer first; within a connection."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    latest: dict[str, datetime] = {}
    columns = (UserAuditAnswer.authority, UserAuditAnswer.answer, UserAuditAnswer.answered_at)
    query = UserAuditAnswer.select(*columns, User.deleted_at).join(User)
    for code, answer, at, deleted in tuples(query.where(UserAuditAnswer.round == round_id)):
        counts[code][answer or (GONE if deleted else "")] += 1
        if at is not None:
            latest[code] = max(at, latest.get(code, at))
    active: Any = User.active & User.deleted_at.is_null() & (User.role == str(Role.DBA))
    dbas = dict(tuples(User.select(User.organisation, User.username).where(active)))
    told = dict(
        tuples(
            UserAuditPart.select(UserAuditPart.authority, UserAuditPart.told_at).where(
                UserAuditPart.round == round_id
            )
        )
    )
    names = directory.names(site, told, language())
    shares = [
        Part(
            code=code,
            name=names[code],
            dba=dbas.get(code, ""),
            users=sum(counts[code].values()),
            confirmed=counts[code][CONFIRMED],
            removed=counts[code][REMOVED],
            gone=counts[code][GONE],
            waiting=counts[code][""],
            told_at=at,
            answered_at=latest.get(code),
        )
        for code, at in told.items()
    ]
    return tuple(sorted(shares, key=lambda part: (-part.waiting, part.code)))


def left_of(code: str) -> tuple[int, datetime | None]:
    """How many accounts an authority has to answer for in the open round, and since when; in a connection."""
    one = UserAudit.get_or_none(UserAudit.closed_at.is_null())
    if one is None:
        return 0, None
    mine: Any = (UserAuditAnswer.round == one.id) & (UserAuditAnswer.authority == code)
    query = UserAuditAnswer.select().join(User)
    left = query.where(mine & (UserAuditAnswer.answer == "") & User.deleted_at.is_null()).count()
    return int(left), one.opened_at


def entries_of(site: Site, round_id: int, code: str) -> tuple[Entry, ...]:
    """The accounts of a round, of one authority or all: staff first, then schools; within a connection."""
    where: Any = UserAuditAnswer.round == round_id
    if code:
        where &= UserAuditAnswer.authority == code
    rows = list(UserAuditAnswer.select(UserAuditAnswer, User).join(User).where(where))
    organisations = sorted({row.organisation for row in rows})
    names: dict[str, str] = {}
    for start in range(0, len(organisations), 500):
        names |= directory.names(site, organisations[start : start + 500], language())
    found = [
        Entry(
            username=row.user.username,
            role=Role(row.role),
            authority=row.authority,
            organisation=row.organisation,
            organisation_name=names[row.organisation],
            contact=row.contact,
            last_on=row.user.last_on_at,
            answer=row.answer or (GONE if row.user.deleted_at else ""),
            answered_at=row.answered_at,
            answered_by=row.answered_by,
        )
        for row in rows
    ]
    return tuple(
        sorted(found, key=lambda one: (one.authority, len(one.organisation), one.organisation, one.username))
    )


def certified(site: Site, round_id: int, code: str) -> Iterator[tuple[str, ...]]:
    """The rows of a certificate, in the order of `CERTIFICATE`; within a connection."""
    row = UserAudit.get(UserAudit.id == round_id)
    entries = entries_of(site, round_id, code)
    names = directory.names(site, {entry.authority for entry in entries}, language())
    for entry in entries:
        yield (
            *(row.name, row.deadline.isoformat(), entry.authority, names[entry.authority], entry.username),
            *(TITLES[entry.role], entry.organisation, entry.organisation_name, entry.contact, entry.answer),
            entry.answered_by,
            entry.answered_at.isoformat(timespec="seconds") + "Z" if entry.answered_at else "",
        )
