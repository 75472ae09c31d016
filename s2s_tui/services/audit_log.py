"""Reading the audit log (R-SYS-3): the own authority's and its schools', WG all; who saw a pupil's file.

That it was read is itself on record.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from peewee import JOIN, fn

from s2s_tui.base.clock import day_end, day_start, local_date
from s2s_tui.base.errors import Mistyped, NotFound, WrongUse
from s2s_tui.base.text import cell_text, storable
from s2s_tui.rules.roles import Actor, Scope, scope
from s2s_tui.rules.typed import typed_date
from s2s_tui.services import access, audit, files
from s2s_tui.services.site import Site
from s2s_tui.services.wording import acts
from s2s_tui.store import models
from s2s_tui.store.models import AuditEntry, AuditHead, LostPupil
from s2s_tui.store.models.records import authority_of_entry
from s2s_tui.store.statements import begins, tuples

VIEW = "audit.view"
AT_A_TIME = 500
"""Entries that a CSV is made of at a time: it is never all in memory."""
COLUMNS = ("at", "username", "role", "organisation", "action", "subject", "outcome", "details")
"""Of a CSV."""
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One act, as it stands in the log.

    Attributes:
        id: of the entry; higher ones need not be later.
        at: when, naive UTC.
        outcome: `done`, or why not: a code.
        details: what else was kept, by name; raw.
    """

    id: int
    at: datetime
    username: str
    role: str
    organisation: str
    action: str
    subject: str
    outcome: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the log is narrowed to; what is empty narrows nothing.

    Attributes:
        since: the first London day, as people type it.
        until: the last one, likewise.
        user: a username.
        action: an act, or the beginning of its key (`lost` for all that was done with lost pupils); or words
            of what it is called in the reader's language.
        organisation: an authority's code (with its schools), an establishment number, or `WG`.
        pupil: a UPN: only what this pupil was shown or moved by.
    """

    since: str = ""
    until: str = ""
    user: str = ""
    action: str = ""
    organisation: str = ""
    pupil: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """The entries asked for, the latest first, as they were when asked; read a page at a time, in any thread.

    What is done meanwhile is not in it: rows keep their places.
    """

    actor: Actor
    site: Site
    wanted: Wanted
    asked_at: datetime
    since: date | None = None
    until: date | None = None
    upns: tuple[str, ...] = field(default=(), repr=False)
    """The pupil's."""
    files: tuple[str, ...] = field(default=(), repr=False)
    """Those that hold the pupil, as they stand in the log."""

    def count(self) -> int:
        """How many there are."""
        access.require_live(self.actor, self.site)
        with self.site.store.connection():
            if self._is_whole():
                return self._length()
            return int(self._keys().count(self.site.store.database))

    def page(
        self, offset: int = 0, limit: int | None = None, *, descending: bool = True
    ) -> tuple[Entry, ...]:
        """A stretch of it.

        Args:
            offset: how many come before it.
            limit: at most so many; None is all.
            descending: the latest first.

        Raises:
            NotLoggedOn: `session-ended`.
        """
        access.require_live(self.actor, self.site)
        # First the keys, which the index holds in order; then what belongs to them.
        order = (AuditEntry.at, AuditEntry.id)
        keys = self._keys().order_by(*(column.desc() if descending else column.asc() for column in order))
        with self.site.store.connection():
            keys = keys.offset(offset).limit(limit).bind(self.site.store.database)
            wanted = [key for (key,) in tuples(keys)]
            rows: dict[int, Any] = {}
            for start in range(0, len(wanted), AT_A_TIME):
                part = AuditEntry.select().where(AuditEntry.id.in_(wanted[start : start + AT_A_TIME]))
                rows |= {row.id: row for row in part}
        return tuple(_entry(rows[key]) for key in wanted if key in rows)

    def position(self, entry_id: int, *, descending: bool = True) -> int | None:
        """Where an entry stands in that order, from 0; None where it isn't in it."""
        access.require_live(self.actor, self.site)
        with self.site.store.connection():
            row = AuditEntry.get_or_none(AuditEntry.id == entry_id)
            database = self.site.store.database
            if row is None or not self._keys().where(AuditEntry.id == entry_id).count(database):
                return None
            at, key = AuditEntry.at, AuditEntry.id
            before: Any = (at < row.at) | ((at == row.at) & (key < row.id))
            if descending:
                before = (at > row.at) | ((at == row.at) & (key > row.id))
            return int(self._keys().where(before).count(database))

    def save(self, target: Path) -> Path:
        """Write it as a CSV, streamed; no cell can be taken for a formula. It is on record.

        Raises:
            Refused: `file-exists`, `folder-missing`, `save-name`.
            Unreachable: `disk`.
        """
        access.require_live(self.actor, self.site)
        _put_on_record(self.actor, self.site, "audit-save", self.wanted)

        def write(file: BinaryIO) -> None:
            for line in self.lines():
                file.write(line.encode("utf-8"))

        return files.save(target.parent, target.name, write)

    def lines(self) -> Iterator[str]:
        """The CSV, a few lines at a time, its header row first."""
        yield _row(COLUMNS)
        done = 0
        while found := self.page(done, AT_A_TIME):
            done += len(found)
            yield "".join(_row(_cells(entry)) for entry in found)

    def _is_whole(self) -> bool:
        """Whether all entries of some chains are asked for."""
        wanted = self.wanted
        # The last day is none to keep to where it hasn't ended.
        is_open = self.until is None or self.until >= local_date(self.asked_at)
        return is_open and not (wanted.user or wanted.action or wanted.pupil or self.since)

    def _length(self) -> int:
        """How many entries whole chains have, by their heads: millions needn't be counted one by one."""
        some, after = AuditHead.number > 0, AuditEntry.at > self.asked_at
        heads = AuditHead.select(fn.COALESCE(fn.SUM(AuditHead.number), 0))
        heads = heads.where(self._among(some, AuditHead.chain))
        later = AuditEntry.select(fn.COUNT(AuditEntry.id)).where(self._among(after, AuditEntry.chain))
        return int(heads.scalar()) - int(later.scalar())

    def _keys(self) -> Any:
        """The entries' ids, in no order."""
        if not self.wanted.pupil:
            return AuditEntry.select(AuditEntry.id).where(self._where())
        # From the few that are about the pupil to what else is asked of them: never through all of a log,
        # which SQLite takes for the shorter way where it is free to choose.
        named = audit.naming(self.upns, self.files).alias("named")
        both = named.join(AuditEntry, JOIN.CROSS)
        return both.select(AuditEntry.id).where((AuditEntry.id == named.c.entry_id) & self._where())

    def _where(self) -> Any:
        wanted = self.wanted
        where = self._among(AuditEntry.at <= self.asked_at, AuditEntry.chain)
        if self.since is not None:
            where &= AuditEntry.at >= day_start(self.since)
        if self.until is not None and self.until < local_date(self.asked_at):
            where &= AuditEntry.at < day_end(self.until)
        if wanted.user:
            where &= AuditEntry.username == storable(wanted.user)[:LONGEST]
        if wanted.action:
            keys = acts.meant(wanted.action[:LONGEST])
            begun = begins(AuditEntry.action, storable(wanted.action)[:LONGEST].lower())
            where &= (AuditEntry.action.in_(keys) | begun) if keys else begun
        return where

    def _among(self, where: Any, chain: Any) -> Any:
        """A condition, and that a chain is one of those that are asked for."""
        # As it stands in the index, where it has one.
        authority = authority_of_entry if chain is AuditEntry.chain else fn.SUBSTR(chain, 1, 3)
        if scope(self.actor.role, VIEW) is not Scope.ALL:
            where &= authority == self.actor.authority
        if self.wanted.organisation:
            asked = storable(self.wanted.organisation)
            where &= (authority if len(asked) == 3 else chain) == asked
        return where


def entries(actor: Actor, site: Site, wanted: Wanted | None = None) -> Log:
    """The audit log as the actor may see it; looking at it is on record.

    Args:
        actor: a DBA sees the own authority's and its schools', WG all.
        site: the site.
        wanted: a filter.

    Raises:
        NotAllowed: the role sees no log.
        NotFound: an organisation that is not one's own.
        Mistyped: `date-unclear`, `date-unreal`.
        WrongUse: `dates-order`, the last day is before the first.
    """
    wanted = wanted or Wanted()
    access.require(actor, site, VIEW, of=wanted.organisation or None, subject=wanted.organisation)
    return _asked(actor, site, wanted, "audit-view")


def pupil(actor: Actor, site: Site, upn: str, wanted: Wanted | None = None) -> Log:
    """Who looked for a child, saw the record or moved a file that holds it, by UPN; asking is on record.

    Source: R-DWN-8, R-SYS-3. Found are acts of the own authority's and its schools' users, of WG all.

    Raises:
        NotAllowed: the role sees no log.
        NotFound: `pupil-unheard`, no act of those is about such a UPN.
        WrongUse: `dates-order`.
    """
    wanted = wanted or Wanted()
    asked = storable(upn).strip().upper()[:LONGEST]
    narrowed = replace(wanted, pupil=asked)
    access.require(actor, site, VIEW, of=wanted.organisation or None, subject=asked)
    with site.store.connection():
        upns, held = _known_by(asked)
    log = _asked(actor, site, narrowed, "audit-pupil", upns, held)
    if not log.count():
        raise NotFound("pupil-unheard", upn=asked)
    return log


def _asked(
    actor: Actor,
    site: Site,
    wanted: Wanted,
    action: str,
    upns: tuple[str, ...] = (),
    held: tuple[str, ...] = (),
) -> Log:
    today = local_date(site.clock())
    since, until = _day(wanted.since, today), _day(wanted.until, today)
    if since and until and until < since:
        raise WrongUse("dates-order", since=since.isoformat(), until=until.isoformat())
    # What was looked at ends before this look.
    asked_at = site.clock() - timedelta(microseconds=1)
    log = Log(actor, site, wanted, asked_at, since, until, upns, held)
    _put_on_record(actor, site, action, wanted)
    return log


def _put_on_record(actor: Actor, site: Site, action: str, wanted: Wanted) -> None:
    names = ("since", "until", "user", "action", "organisation")
    asked = {name: value[:LONGEST] for name in names if (value := getattr(wanted, name))}
    site.store.write(lambda: audit.record(site, actor, action, wanted.pupil, asked_for=asked))


def _day(text: str, today: date) -> date | None:
    """A day as people type it; None where nothing was typed."""
    typed = typed_date(text, today)
    if typed is None:
        return None
    if typed.year is None or typed.month is None or typed.day is None:
        raise Mistyped("date-unclear", typed=text[:LONGEST])
    return date(typed.year, typed.month, typed.day)


def _known_by(upn: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands for a pupil: the UPN, others of the same lost record; and every file that holds one."""
    lost = LostPupil.select(LostPupil.upn, LostPupil.former_upn).where(
        (LostPupil.upn == upn) | (LostPupil.former_upn == upn)
    )
    upns = sorted({upn} | {known for row in tuples(lost) for known in row if known})
    held = models.Pupil.select(models.Pupil.transfer).where(models.Pupil.upn.in_(upns)).distinct()
    return tuple(upns), tuple(audit.of_file(transfer) for (transfer,) in tuples(held))


def _entry(row: Any) -> Entry:
    details = json.loads(row.details) if row.details else {}
    return Entry(
        row.id,
        row.at,
        row.username,
        row.role,
        row.organisation,
        row.action,
        row.subject,
        row.outcome,
        details,
    )


def _cells(entry: Entry) -> list[str]:
    details = json.dumps(entry.details, ensure_ascii=False) if entry.details else ""
    texts = (
        entry.username,
        entry.role,
        entry.organisation,
        entry.action,
        entry.subject,
        entry.outcome,
        details,
    )
    return [entry.at.isoformat(timespec="seconds") + "Z", *map(cell_text, texts)]


def _row(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
