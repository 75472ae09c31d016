"""The runs of the annual matching as WG looks them through, and publishes or discards them (R-LPD-8)."""

import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from peewee import fn

from s2s_tui.base.errors import NotFound, Refused, WrongUse
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, annual_work, audit, notices
from s2s_tui.services.finds import CERTAIN, CHECK, FindList, FindState
from s2s_tui.services.lost_records import AT_A_TIME
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import LARGEST_ID
from s2s_tui.store.models import Find, LostPupil, MatchRun
from s2s_tui.store.statements import tuples

SILENT = timedelta(minutes=2)
"""After so long without a word whoever works on a run is taken for dead, if it isn't known sooner."""

Result = TypeVar("Result")

working: set[str] = set()
"""The workers of this process, as `MatchRun.worker` names them: machine, process, token."""


@dataclass(frozen=True, slots=True)
class Run:
    """One matching.

    Attributes:
        roll: the roll's file name.
        finished: when all its finds were there; None while it is unfinished.
        published: when the authorities were told; None before.
        is_running: whether somebody works on it now.
        pupils: on the roll.
        records: lost pupils that they were compared with.
        certain, check: finds of each class.
        authorities: whose schools have them on roll: how many.
    """

    id: int
    roll: str
    made_by: str
    started: datetime
    finished: datetime | None
    published: datetime | None
    is_running: bool
    pupils: int
    records: int
    certain: int
    check: int
    authorities: int


def runs(actor: Actor, site: Site) -> tuple[Run, ...]:
    """All runs, the latest first."""
    access.require(actor, site, "matching.run")
    with site.store.connection():
        rows = list(MatchRun.select().order_by(MatchRun.id.desc()))
        query = Find.select(Find.run, Find.band, Find.authority, fn.COUNT(Find.id))
        counts = tuples(query.group_by(Find.run, Find.band, Find.authority))
    return tuple(_as_run(site, row, [count for count in counts if count[0] == row.id]) for row in rows)


def review(actor: Actor, site: Site, run_id: int, band: str = "") -> FindList:
    """The finds of a run, with their reasons, for WG to look through.

    Args:
        actor: WG.
        site: the site.
        run_id: the run.
        band: `certain` or `check`; empty for both.

    Raises:
        NotAllowed: the role may not.
        NotFound: `run-unknown`.
        WrongUse: `tab-unknown`.
    """
    access.require(actor, site, "matching.run")
    if band not in ("", CERTAIN, CHECK):
        raise WrongUse("tab-unknown", tab=band, allowed=f"{CERTAIN}, {CHECK}")
    run_of(site, run_id)
    where = Find.run == run_id
    return FindList(actor, site, f"run {run_id}", where & (Find.band == band) if band else where)


def drop(actor: Actor, site: Site, find_ids: Sequence[int]) -> int:
    """Take finds out of a run before it is published: they are not the pupils.

    Returns:
        How many were taken out.

    Raises:
        NotAllowed: the role may not.
        NotFound: `find-unknown`.
        Refused: `match-published` or `match-unfinished`; then none is taken out.
    """
    access.require(actor, site, "matching.run")

    def change() -> int:
        for find_id in dict.fromkeys(find_ids):
            known = 0 < find_id <= LARGEST_ID
            row = (
                Find.select(Find, LostPupil).join(LostPupil).where(Find.id == find_id).first()
                if known
                else None
            )
            if row is None:
                raise NotFound("find-unknown", id=find_id)
            run = MatchRun.get(MatchRun.id == row.run_id)
            if run.published_at is not None or run.finished_at is None:
                raise Refused("match-published" if run.published_at else "match-unfinished", roll=run.roll)
            # The row goes; who it was, and on whose roll, stays on record.
            row.delete_instance()
            audit.record(site, actor, "match-drop", row.lost.upn, run=run.id, school=row.school)
        return len(set(find_ids))

    return _put_on_record(actor, site, "match-drop", change)


def publish(actor: Actor, site: Site, run_id: int) -> tuple[str, ...]:
    """Show a run's finds to the authorities, and tell each that it concerns once, by secure message.

    What an authority has said of the same pupil before, in an earlier run, stands.

    Returns:
        The codes of the authorities that were told: those whose schools have pupils on roll, and those
        whose schools uploaded the records.

    Raises:
        NotAllowed: the role may not.
        NotFound: `run-unknown`.
        Refused: `match-unfinished`, or `match-published` already.
    """
    access.require(actor, site, "matching.run")

    def change() -> tuple[str, ...]:
        row = row_of(run_id)
        whole = (MatchRun.id == run_id) & MatchRun.finished_at.is_null(False)
        published = MatchRun.update(published_at=site.clock()).where(whole & MatchRun.published_at.is_null())
        if not published.execute():
            raise Refused("match-published" if row.published_at else "match-unfinished", roll=row.roll)
        query = Find.select(Find.authority, LostPupil.authority).join(LostPupil).where(Find.run == run_id)
        codes = tuple(sorted({code for pair in tuples(query.distinct()) for code in pair}))
        said = _said_before(run_id)
        for (state, by, at), ids in said.items():
            for start in range(0, len(ids), AT_A_TIME):
                few = Find.id.in_(ids[start : start + AT_A_TIME])
                Find.update(state=state, state_by=by, state_at=at).where(few).execute()
        notices.finds_published(actor, site, codes)
        audit.record(site, actor, "match-publish", row.roll, id=run_id, told=codes)
        return codes

    return _put_on_record(actor, site, "match-publish", change)


def _said_before(run_id: int) -> dict[tuple[Any, ...], list[int]]:
    """Finds of whom the latest published run before found the same, by what their authority said of that."""
    before, published = Find.alias(), MatchRun.select(MatchRun.id).where(MatchRun.published_at.is_null(False))
    same: Any = (before.lost == Find.lost) & (before.run != run_id) & before.run.in_(published)
    for name in ("authority", "upn", "surname", "forename"):
        same &= getattr(before, name) == getattr(Find, name)
    query = Find.select(Find.id, before.state, before.state_by, before.state_at).join(before, on=same)
    latest = {
        find: tuple(said) for find, *said in tuples(query.where(Find.run == run_id).order_by(before.id))
    }
    told: dict[tuple[Any, ...], list[int]] = {}
    for find, said in latest.items():
        if said[0] != FindState.NEW:
            told.setdefault(said, []).append(find)
    return told


def discard(actor: Actor, site: Site, run_id: int) -> None:
    """Throw a run away that is not published: of a wrong roll, or to match it afresh.

    Raises:
        NotAllowed: the role may not.
        NotFound: `run-unknown`.
        Refused: `match-published`, or `match-running` while somebody works on it.
    """
    access.require(actor, site, "matching.run")

    def change() -> Any:
        row = row_of(run_id)
        if row.published_at is not None:
            raise Refused("match-published", roll=row.roll)
        if is_running(site, row):
            raise Refused("match-running", roll=row.roll, by=row.made_by)
        Find.delete().where(Find.run == run_id).execute()
        MatchRun.delete().where(MatchRun.id == run_id).execute()
        audit.record(site, actor, "match-discard", row.roll, id=run_id)
        return row

    gone = _put_on_record(actor, site, "match-discard", change)
    annual_work.clear(site, annual_work.folder(site, gone))


def is_running(site: Site, row: Any) -> bool:
    """Whether somebody works on it: heard of lately, and, where it is of this machine, there still."""
    if not row.worker or row.worked_at is None or site.clock() - row.worked_at > SILENT:
        return False
    host, pid, _token = row.worker.split("/")
    if host != socket.gethostname():
        return True
    return row.worker in working if int(pid) == os.getpid() else Path(f"/proc/{pid}").exists()


def run_of(site: Site, run_id: int) -> Run:
    """A run by its id; whether it may be seen is asked elsewhere."""
    with site.store.connection():
        row = row_of(run_id)
        query = Find.select(Find.run, Find.band, Find.authority, fn.COUNT(Find.id)).where(Find.run == run_id)
        counts = tuples(query.group_by(Find.run, Find.band, Find.authority))
    return _as_run(site, row, counts)


def row_of(run_id: int) -> Any:
    """A run's row; raises `NotFound`: `run-unknown`. Needs an open connection."""
    row = MatchRun.get_or_none(MatchRun.id == run_id) if 0 < run_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("run-unknown", id=run_id)
    return row


def _as_run(site: Site, row: Any, counts: Sequence[tuple[Any, ...]]) -> Run:
    def of(band: str) -> int:
        return sum(count for _run, found, _authority, count in counts if found == band)

    return Run(
        id=row.id,
        roll=row.roll,
        made_by=row.made_by,
        started=row.started_at,
        finished=row.finished_at,
        published=row.published_at,
        is_running=row.finished_at is None and is_running(site, row),
        pupils=row.pupils,
        records=row.records,
        certain=of(CERTAIN),
        check=of(CHECK),
        authorities=len({authority for _run, _band, authority, _count in counts}),
    )


def _put_on_record(actor: Actor, site: Site, action: str, change: Callable[[], Result]) -> Result:
    try:
        return site.store.write(change)
    except (Refused, NotFound) as error:
        access.refused(actor, site, action, "", error.code)
        raise
