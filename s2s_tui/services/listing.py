"""The lists of the Download screen (R-DWN-1), read a page at a time (decision 15)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from s2s_tui.base.clock import day_start, days_between, local_date
from s2s_tui.base.errors import WrongUse
from s2s_tui.base.text import storable
from s2s_tui.base.translation import language
from s2s_tui.rules.names import LEFT, LOST, Kind
from s2s_tui.rules.people import name_key
from s2s_tui.rules.roles import Actor, Role, mailboxes, may
from s2s_tui.services import access, audit, directory
from s2s_tui.services.checking import AWAITING, COLLECTED, DELETED, REJECTED
from s2s_tui.services.site import Site
from s2s_tui.store import models
from s2s_tui.store.models import Establishment, Transfer
from s2s_tui.store.statements import begins, tuples

MINE, SENT, WITHIN, INCOMING, OUTGOING = "mine", "sent", "within", "incoming", "outgoing"
TABS = (MINE, WITHIN, INCOMING, OUTGOING)
"""An authority's tabs; a school has `mine` and `sent`."""

CLOSED = "closed"
"""The third place of the switch: files that were rejected or deleted."""
VIEWS = {AWAITING: (AWAITING,), COLLECTED: (COLLECTED,), CLOSED: (REJECTED, DELETED)}

SORTS = ("uploaded", "name")
OVERDUE_DAYS = 7
LONGEST_AGO = 36_500
"""Days; nothing is older than a hundred years, and a clock can't go back much further."""
LONGEST_TEXT = 200
"""Characters that are looked for; a database refuses patterns that are far longer."""
LATE_DAYS = (7, 30, 60)
"""Past each of these a waiting file is marked more strongly."""
UNCOLLECTED = "uncollected"
"""Everything that waits at or from an authority's schools, and at the authority itself (R-DWN-5)."""
AT_A_TIME = 1000
"""Transfers that one statement asks for; engines take only so many values."""


@dataclass(frozen=True, slots=True)
class Person:
    """A pupil named in a file."""

    upn: str
    surname: str
    forename: str
    dob: date


@dataclass(frozen=True, slots=True)
class Item:
    """A transfer in a list.

    Attributes:
        sender: the organisation that sent it (`680`, `6804012`), also where it is in another's name (§7.4).
        waiting_days: London days since it was uploaded, while it awaits collection; else 0.
        chased: when the destination was last asked to collect it, and by whom (`chased_by`).
        people: its pupils, where they were asked for.
    """

    id: int
    name: str
    kind: str
    source: str
    source_name: str
    destination: str
    destination_name: str
    pupils: int
    size: int
    uploaded: datetime
    collected: datetime | None
    state: str
    state_at: datetime | None
    state_by: str
    reason: str
    waiting_days: int
    sender: str = ""
    chased: datetime | None = None
    chased_by: str = ""
    people: tuple[Person, ...] = ()

    @property
    def overdue(self) -> bool:
        """Whether it has waited past a week."""
        return self.waiting_days > OVERDUE_DAYS

    @property
    def lateness(self) -> int:
        """0 within a week, then 1, 2, 3 past 7, 30 and 60 days."""
        return sum(self.waiting_days > days for days in LATE_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to.

    Attributes:
        text: part of a file's name, of a school's name or number.
        pupil: a UPN or a pupil's name.
        school: an establishment number at either end.
        older_than: uploaded more than so many days ago, as `Item.waiting_days` counts them.
        at_own_schools: whether only what waits at the authority's schools is meant.
    """

    text: str = ""
    pupil: str = ""
    school: str = ""
    older_than: int = 0
    at_own_schools: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: a kind, a tab, a view and a filter. It reads when asked; it may be asked from any thread."""

    actor: Actor
    site: Site
    kind: str
    tab: str
    view: str = AWAITING
    narrowed: Filter = field(default_factory=Filter)
    with_pupils: bool = False

    def count(self) -> int:
        """How many transfers the list has now."""
        access.require_live(self.actor, self.site)
        with self.site.store.connection():
            return int(Transfer.select().where(self._where()).count())

    def page(
        self, offset: int = 0, limit: int | None = None, sort: str = "uploaded", descending: bool = False
    ) -> tuple[Item, ...]:
        """A stretch of the list.

        Args:
            offset: how many come before it.
            limit: at most so many; None is all.
            sort: `uploaded` or `name` (from, then to).
            descending: the last first.

        Where pupils are named, that is put on record before they are given out (R-SYS-3).

        Raises:
            NotLoggedOn: `session-ended`: a list that is open gives nothing out after that.
        """
        access.require_live(self.actor, self.site)
        ids = Transfer.select(Transfer.id).where(self._where()).order_by(*_order(sort, descending))
        if limit is not None:
            ids = ids.limit(limit)
        if offset:
            ids = ids.offset(offset)
        with self.site.store.connection():
            wanted = [found for (found,) in tuples(ids)]
            found = items(self.site, wanted, with_pupils=self.with_pupils)
        if self.with_pupils:
            self._record(found)
        return found

    def _record(self, shown: Sequence[Item]) -> None:
        pupils = sum(len(item.people) for item in shown)

        def record() -> None:
            told: dict[str, Any] = {"kind": self.kind, "tab": self.tab, "files": len(shown), "pupils": pupils}
            about = [audit.of_file(item.id) for item in shown if item.people]
            audit.record(self.site, self.actor, "list-pupils", about=about, **told)

        self.site.store.write(record)

    def position(self, transfer_id: int, sort: str = "uploaded", descending: bool = False) -> int | None:
        """Where a transfer stands in the list, from 0; None if it isn't in it."""
        access.require_live(self.actor, self.site)
        column = _column(sort)
        with self.site.store.connection():
            row = Transfer.get_or_none((Transfer.id == transfer_id) & self._where())
            if row is None:
                return None
            value = getattr(row, column.name)
            before: Any
            if descending:
                before = (column > value) | ((column == value) & (Transfer.id > row.id))
            else:
                before = (column < value) | ((column == value) & (Transfer.id < row.id))
            return int(Transfer.select().where(self._where() & before).count())

    def _where(self) -> Any:
        states = VIEWS[self.view]
        # One state as an equality: then the index gives the order too.
        state: Any = Transfer.state == states[0] if len(states) == 1 else Transfer.state.in_(states)
        owned = _owned(self.actor, self.kind, self.tab)
        return owned & (Transfer.kind == self.kind) & state & self._narrowing()

    def _narrowing(self) -> Any:
        narrowed, where = self.narrowed, Transfer.id.is_null(False)
        if narrowed.text:
            where &= self._like(narrowed.text)
        if narrowed.school:
            school = storable(narrowed.school)
            where &= (Transfer.source == school) | (Transfer.destination == school)
        if narrowed.older_than:
            # By London's days, as each file's own age is counted.
            day = local_date(self.site.clock()) - timedelta(days=min(narrowed.older_than, LONGEST_AGO))
            where &= Transfer.uploaded_at < day_start(day)
        if narrowed.at_own_schools:
            organisation = self.actor.organisation
            where &= (Transfer.within == organisation) | (Transfer.incoming == organisation)
        if narrowed.pupil:
            where &= Transfer.id.in_(holding(narrowed.pupil))
        return where

    def _like(self, text: str) -> Any:
        text = text[:LONGEST_TEXT]
        wanted = name_key(text)
        query = Establishment.select(Establishment.number, Establishment.name, Establishment.name_cy)
        with self.site.store.connection():
            named = tuples(query) if wanted else []
        schools = [number for number, *names in named if wanted in _school_key(*names)]
        where = Transfer.name_key.contains(storable(text).upper())
        if schools:
            where |= Transfer.source.in_(schools) | Transfer.destination.in_(schools)
        return where


def files(
    actor: Actor,
    site: Site,
    kind: str,
    tab: str,
    *,
    view: str = AWAITING,
    narrowed: Filter | None = None,
    with_pupils: bool = False,
) -> Listing:
    """A list of the Download screen, once it is known that the actor may see it.

    Args:
        actor: who looks.
        site: the site.
        kind: `ctf`, `generic`, `plasc` or `admissions`.
        tab: `mine`, `sent` (a school), `within`, `incoming`, `outgoing` (an authority), or `uncollected`
            (CTFs that wait, R-DWN-5).
        view: `awaiting`, `collected` or `closed` (rejected and deleted).
        narrowed: a filter.
        with_pupils: give each transfer's pupils too.

    Raises:
        NotAllowed: the role has no such files, or clears none.
        WrongUse: `tab-unknown`, an authority has no `sent`, a school no `within`…; `view-unknown`.
    """
    access.require(actor, site, f"{Kind(kind)}.download")
    if tab == UNCOLLECTED and kind == Kind.CTF:
        access.require(actor, site, "ctf.delete")
        if view != AWAITING:
            raise WrongUse("view-unknown", view=view, allowed=AWAITING)
    elif tab not in tabs(actor, kind):
        more = (UNCOLLECTED,) if kind == Kind.CTF and may(actor, "ctf.delete") else ()
        raise WrongUse("tab-unknown", tab=tab, allowed=", ".join((*tabs(actor, kind), *more)))
    if view not in VIEWS:
        raise WrongUse("view-unknown", view=view, allowed=", ".join(VIEWS))
    narrowed = narrowed or Filter()
    if narrowed.pupil:
        # A pupil is looked for: that is on record, as in the timeline; who is named, when a page is read.
        asked = storable(narrowed.pupil)[:100]
        site.store.write(lambda: audit.record(site, actor, "find-pupils", asked, kind=kind, tab=tab))
    return Listing(actor, site, kind, tab, view, narrowed, with_pupils)


def tabs(actor: Actor, kind: str) -> tuple[str, ...]:
    """The tabs that an actor's list of a kind of file has; the first is shown first."""
    if actor.role is Role.SCHOOL:
        return (MINE, SENT)
    return TABS if kind == Kind.CTF and may(actor, "ctf.monitor") else (MINE, SENT)


def items(site: Site, ids: Sequence[int], *, with_pupils: bool = False) -> tuple[Item, ...]:
    """Transfers by id, in that order, unknown ones left out; whether they may be seen is asked elsewhere."""
    if len(ids) > AT_A_TIME:
        parts = [ids[start : start + AT_A_TIME] for start in range(0, len(ids), AT_A_TIME)]
        with site.store.connection():
            return tuple(item for part in parts for item in items(site, part, with_pupils=with_pupils))
    if not ids:
        return ()
    with site.store.connection():
        rows = {row.id: row for row in Transfer.select().where(Transfer.id.in_(ids))}
        mailboxes_named = [mailbox for row in rows.values() for mailbox in (row.source, row.destination)]
        named = directory.names(site, mailboxes_named, language())
        people = _people(ids) if with_pupils else {}
    now = site.clock()
    return tuple(_item(rows[key], named, now, people.get(key, ())) for key in ids if key in rows)


def holding(pupil: str) -> Any:
    """A query for the ids of transfers that hold a pupil: by UPN, or by how surname and forename begin."""
    wanted = storable(pupil).strip()[:LONGEST_TEXT]
    if len(wanted) == 13 and any(character.isdigit() for character in wanted):
        return models.Pupil.select(models.Pupil.transfer).where(models.Pupil.upn == wanted.upper())
    key = name_key(wanted)
    # What holds no letter at all is nobody's name: it would be the beginning of everybody's.
    found = begins(models.Pupil.name_key, key) if key else models.Pupil.id.is_null()
    return models.Pupil.select(models.Pupil.transfer).where(found)


@lru_cache(maxsize=50_000)
def _school_key(*names: str) -> str:
    """A school's names made comparable; kept, as there may be all of Wales and England."""
    return name_key(*names)


def _owned(actor: Actor, kind: str, tab: str) -> Any:
    own = mailboxes(actor.role, actor.organisation, kind)
    if tab in (MINE, SENT):
        column = Transfer.destination if tab == MINE else Transfer.source
        where = column == own[0] if len(own) == 1 else column.in_(own)
        # What went to the lost pupil database waits for nobody: it is in no list (R-DWN-1).
        return where & Transfer.destination.not_in([LOST, LEFT]) if tab == SENT else where
    if tab == UNCOLLECTED:
        own_schools = (
            (Transfer.within == actor.organisation)
            | (Transfer.incoming == actor.organisation)
            | (Transfer.outgoing == actor.organisation)
        )
        return own_schools | Transfer.destination.in_(own)
    return getattr(Transfer, tab) == actor.organisation


def _column(sort: str) -> Any:
    if sort not in SORTS:
        raise WrongUse("sort-unknown", sort=sort, allowed=", ".join(SORTS))
    return Transfer.uploaded_at if sort == "uploaded" else Transfer.name_key


def _order(sort: str, descending: bool) -> tuple[Any, ...]:
    columns = (_column(sort), Transfer.id)
    return tuple(column.desc() if descending else column.asc() for column in columns)


def _people(ids: Sequence[int]) -> dict[int, tuple[Person, ...]]:
    people: dict[int, list[Person]] = {}
    query = (
        models.Pupil.select()
        .where(models.Pupil.transfer.in_(ids))
        .order_by(models.Pupil.transfer, models.Pupil.position)
    )
    for row in query:
        people.setdefault(row.transfer_id, []).append(Person(row.upn, row.surname, row.forename, row.born))
    return {key: tuple(persons) for key, persons in people.items()}


def _item(row: Transfer, named: dict[str, str], now: datetime, people: tuple[Person, ...]) -> Item:
    return Item(
        id=row.id,
        name=row.name,
        kind=row.kind,
        source=row.source,
        source_name=named[row.source],
        destination=row.destination,
        destination_name=named[row.destination],
        pupils=row.pupil_count,
        size=row.size,
        uploaded=row.uploaded_at,
        collected=row.state_at if row.state == COLLECTED else None,
        state=row.state,
        state_at=row.state_at,
        state_by=row.state_by,
        reason=row.state_reason,
        waiting_days=days_between(row.uploaded_at, now) if row.state == AWAITING else 0,
        sender=row.sender,
        chased=row.chased_at,
        chased_by=row.chased_by,
        people=people,
    )
