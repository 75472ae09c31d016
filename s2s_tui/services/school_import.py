"""Schools taken in from a register (R-SCH-3): what would change, and all of it at once, or nothing."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Refused
from s2s_tui.rules import emails, registers, tables
from s2s_tui.rules.registers import FIELDS, Listed, PassedOver, WrongCell
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, establishments, school_changes, table_files
from s2s_tui.services.school_changes import Change
from s2s_tui.services.site import Site
from s2s_tui.services.table_files import TableFile
from s2s_tui.services.user_reach import recorded
from s2s_tui.store.models import Authority, Establishment, User
from s2s_tui.store.statements import insert, tuples

OPEN, REOPEN, CHANGE, MERGE, CLOSE = "open", "reopen", "change", "merge", "close"
ACTS = (OPEN, REOPEN, CHANGE, MERGE, CLOSE)
"""What is done to a school, in this order: who takes another over is open by then."""
READING, WRITING = "reading", "writing"
WRONG_SHOWN = 100
"""Wrong cells that are named; of more only the number is told."""
BLOCK = 500

Progress = Callable[[str, int, int], None]
"""Told the stage, how many rows or schools are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to become of one school.

    Attributes:
        act: of `ACTS`.
        line: where the register has it; 0: nowhere, so it is closed.
        changes: details that are other than before.
        on: the day of opening or closing.
        into: who takes it over.
    """

    act: str
    number: str
    name: str
    line: int
    changes: tuple[Change, ...] = ()
    on: date | None = None
    into: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a register changes, or has changed.

    Attributes:
        file: its name.
        done: whether it has been done.
        same: schools of it that are as it says.
        missing: schools that are open here, and not in it, of the authorities that it has schools of.
        passed: rows that are no school of s2s, by why: `no-number`, `independent`, `coming`, `authority`,
            `closed` (and not known here).
        digest: SHA-256 of the file.
    """

    file: str
    done: bool
    items: tuple[Planned, ...]
    same: int
    missing: tuple[str, ...]
    passed: Mapping[str, int]
    digest: str = ""

    def of(self, act: str) -> tuple[Planned, ...]:
        """The schools of one act."""
        return tuple(item for item in self.items if item.act == act)


class RegisterWrong(Refused):
    """Some cells can't be used, so nothing was done.

    Attributes:
        cells: the first of them.
    """

    def __init__(self, cells: Sequence[WrongCell], count: int) -> None:
        super().__init__("register-rows", count=count, line=cells[0].line, column=cells[0].column)
        self.cells = tuple(cells)


@dataclass(frozen=True, slots=True)
class _Register:
    schools: Mapping[str, Listed]
    passed: Counter[str]


def bring_in(
    actor: Actor,
    site: Site,
    path: Path,
    *,
    dry_run: bool = False,
    close_missing: bool = False,
    seen: Plan | None = None,
    on_progress: Progress = lambda _stage, _done, _of: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Plan:
    """Open, change, close and merge schools as a register has them, each new one with its account.

    What is empty in the register says nothing: it changes nothing here.

    Args:
        actor: WG.
        site: the site.
        path: a CSV like the public registers' (`rules.registers`).
        dry_run: change nothing, only say what would be.
        close_missing: close the schools that are `Plan.missing`.
        seen: what a dry run showed the actor: only that is done.
        on_progress: told how far it has come.
        should_stop: asked again and again; once it says so, nothing has changed.

    Raises:
        NotAllowed: only WG brings schools in.
        NotLoggedOn: `session-ended`, before or meanwhile.
        RegisterWrong: `register-rows`, with the cells and what is wrong with each.
        Refused: `register-columns`, `register-unreadable`, `table-empty`, `register-nothing`, `stopped`;
            `file-irregular`, `file-unreadable`; `register-changed` and `register-moved`, the file or the
            schools are not as they were `seen`.
    """
    access.require(actor, site, "schools.open", subject=path.name)

    def step(stage: str, done: int, of: int) -> None:
        if should_stop():
            raise Refused("stopped")
        on_progress(stage, done, of)

    def bring() -> Plan:
        file = table_files.look_at(path)
        if seen is not None and seen.digest != file.digest:
            raise Refused("register-changed", file=path.name)
        with site.store.connection():
            codes = [code for (code,) in tuples(Authority.select(Authority.code))]
        banned = emails.listed(site.settings.banned_email_domains)
        register = _read(file, frozenset(codes), banned, local_date(site.clock()), step)
        if dry_run:
            with site.store.connection():
                return _plan(site, file, register, close_missing=close_missing, done=False)
        return site.store.write(lambda: _do(actor, site, file, register, close_missing, seen, step))

    return recorded(actor, site, "school-import", path.name, bring)


def _read(
    file: TableFile, codes: frozenset[str], banned: Sequence[str], today: date, step: Progress
) -> _Register:
    schools: dict[str, Listed] = {}
    passed: Counter[str] = Counter()
    wrong: list[WrongCell] = []
    count = 0
    with table_files.opened(file) as text:
        for found in registers.read(tables.rows(text, "register-unreadable"), codes, banned):
            if found.line % BLOCK == 0:
                step(READING, found.line, file.lines)
            if isinstance(found, PassedOver):
                passed[found.why] += 1
            elif isinstance(found, WrongCell):
                count += 1
                wrong.append(found)
            elif (twice := _take(schools, _as_of(found, today))) is not None:
                count += 1
                wrong.append(twice)
            del wrong[WRONG_SHOWN:]
    if wrong:
        raise RegisterWrong(wrong, count)
    if not schools:
        raise Refused("register-nothing")
    return _Register(schools, passed)


def _as_of(listed: Listed, today: date) -> Listed:
    """A school that is going to close is open until then."""
    if listed.is_open or listed.closed is None or listed.closed <= today:
        return listed
    return Listed(listed.line, listed.number, listed.fields, listed.language, True, listed.opened)


def _take(schools: dict[str, Listed], listed: Listed) -> WrongCell | None:
    """Keep a school. England's register has a number twice where an academy took the school over."""
    known = schools.get(listed.number)
    if known is not None and known.is_open and listed.is_open:
        error = Refused("register-twice", number=listed.number, other=known.line)
        return WrongCell(listed.line, "number", error)
    last = date.min
    if (
        known is None
        or listed.is_open
        or (not known.is_open and (listed.closed or last) > (known.closed or last))
    ):
        schools[listed.number] = listed
    return None


def _plan(site: Site, file: TableFile, register: _Register, *, close_missing: bool, done: bool) -> Plan:
    """What the register changes of what there is now; within a connection or transaction."""
    columns = [getattr(Establishment, name) for name in ("number", "closed", *FIELDS)]
    known = {number: (closed, values) for number, closed, *values in tuples(Establishment.select(*columns))}
    shut = dict(tuples(Authority.select(Authority.code, Authority.name).where(~Authority.closed.is_null())))
    today = local_date(site.clock())
    passed = Counter(register.passed)
    covered = {number[:3] for number in register.schools}
    items: list[Planned] = []
    wrong: list[WrongCell] = []
    same = 0
    for number, listed in register.schools.items():
        here = known.get(number)
        if here is None and not listed.is_open:
            passed["closed"] += 1
            continue
        item = _planned(number, listed, here, today)
        if item is None:
            same += 1
            continue
        if item.act in (OPEN, REOPEN) and number[:3] in shut:
            error = Refused("la-closed", la=number[:3], name=shut[number[:3]])
            wrong.append(WrongCell(listed.line, "number", error))
        gone = close_missing and item.into[:3] in covered and item.into not in register.schools
        if item.into and (gone or not _is_open(item.into, number, register, known)):
            error = Refused("register-successor", number=item.into)
            wrong.append(WrongCell(listed.line, "successor", error))
        items.append(item)
    if wrong:
        raise RegisterWrong(wrong[:WRONG_SHOWN], len(wrong))
    missing = sorted(
        number
        for number, (closed, _values) in known.items()
        if closed is None and number[:3] in covered and number not in register.schools
    )
    if close_missing:
        name = FIELDS.index("name")
        items += [Planned(CLOSE, number, known[number][1][name], 0, on=today) for number in missing]
    items.sort(key=lambda item: (ACTS.index(item.act), item.number))
    passed_over = dict(sorted(passed.items()))
    return Plan(file.path.name, done, tuple(items), same, tuple(missing), passed_over, file.digest)


def _planned(number: str, listed: Listed, here: Any, today: date) -> Planned | None:
    name = listed.fields["name"]
    if here is None:
        return Planned(OPEN, number, name, listed.line, on=listed.opened)
    closed, values = here
    if not listed.is_open:
        if closed is not None:
            return None
        act = MERGE if listed.successor else CLOSE
        return Planned(act, number, name, listed.line, on=listed.closed or today, into=listed.successor)
    changes = tuple(
        Change(what, before, after)
        for what, before in zip(FIELDS, values, strict=True)
        if (after := listed.fields.get(what, "")) and not _alike(what, before, after)
    )
    if closed is not None:
        return Planned(REOPEN, number, name, listed.line, changes)
    return Planned(CHANGE, number, name, listed.line, changes) if changes else None


def _alike(what: str, before: str, after: str) -> bool:
    """Telephone numbers are the same with other blanks."""
    if what == "phone":
        return re.sub(r"\D", "", before) == re.sub(r"\D", "", after)
    return before == after


def _is_open(number: str, other_than: str, register: _Register, known: Mapping[str, Any]) -> bool:
    if number == other_than:
        return False
    if number in register.schools:
        return register.schools[number].is_open
    return number in known and known[number][0] is None


def _do(
    actor: Actor,
    site: Site,
    file: TableFile,
    register: _Register,
    close_missing: bool,
    seen: Plan | None,
    step: Progress,
) -> Plan:
    plan = _plan(site, file, register, close_missing=close_missing, done=True)
    if seen is not None and seen.items != plan.items:
        raise Refused("register-moved", file=file.path.name)
    _open(actor, site, register, plan.of(OPEN), step)
    rest = [item for item in plan.items if item.act != OPEN]
    for at, item in enumerate(rest):
        if at % BLOCK == 0:
            step(WRITING, len(plan.items) - len(rest) + at, len(plan.items))
        values = {one.field: one.after for one in item.changes}
        details: dict[str, object] = {one.field: [one.before, one.after] for one in item.changes}
        if item.act == REOPEN:
            establishments.reopen(actor, site, item.number, values)
            establishments.account(actor, site, item.number)
            audit.record(site, actor, "school-open", item.number, again=True, changes=details)
        elif item.act == CHANGE:
            changed = {"changed_at": site.clock(), "changed_by": actor.user[:40]}
            Establishment.update(**values, **changed).where(Establishment.number == item.number).execute()
            for one in item.changes:
                if one.field == "email":
                    school_changes.redirect_letters(site, item.number, one.before, one.after)
            audit.record(site, actor, "school-update", item.number, changes=details)
        elif item.act == MERGE:
            establishments.merge_row(actor, site, item.number, item.into, item.on or local_date(site.clock()))
        else:
            on = item.on or local_date(site.clock())
            establishments.close_row(actor, site, item.number, on)
            audit.record(site, actor, "school-close", item.number, on=on.isoformat())
    # It took its time: whose account was ended meanwhile changes nothing.
    access.require_live(actor, site)
    counts: dict[str, object] = {act: len(plan.of(act)) for act in ACTS}
    audit.record(site, actor, "school-import", file.path.name, digest=file.digest, schools=counts)
    return plan


def _open(actor: Actor, site: Site, register: _Register, items: Sequence[Planned], step: Progress) -> None:
    """New schools, each with its account, in blocks."""
    if not items:
        return
    taken = {username.lower() for (username,) in tuples(User.select(User.username))}
    changed = {"changed_at": site.clock(), "changed_by": actor.user[:40]}
    for start in range(0, len(items), BLOCK):
        step(WRITING, start, len(items))
        block = [register.schools[item.number] for item in items[start : start + BLOCK]]
        insert(
            Establishment,
            [
                {
                    "number": listed.number,
                    "authority": listed.number[:3],
                    **{what: listed.fields.get(what, "") for what in FIELDS},
                    "language": listed.language,
                    "opened": listed.opened,
                    **changed,
                }
                for listed in block
            ],
        )
        accounts = [establishments.account_row(site, listed.number, taken) for listed in block]
        insert(User, accounts)
        for account in accounts:
            audit.record(site, actor, "school-open", account["organisation"], account=account["username"])
