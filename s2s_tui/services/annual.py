"""The annual matching (R-LPD-8, §1.4): WG matches the lost pupils with the PLASC roll, and publishes.

A run is its row and its finds. One that was stopped, or whose process was killed, is gone on with when the
same roll (by its digest) is matched again: what was computed is kept beside the database and read back, and
finds that were written are not written again. On another machine, or where the kept pieces are gone, only
the computing starts anew. Nobody but WG sees a find before the run is published.
"""

import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Refused, S2SError
from s2s_tui.matching.fields import Record
from s2s_tui.matching.index import Index
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, annual_roll, annual_work, audit, finds, lost_index, table_files
from s2s_tui.services.annual_roll import Line, Roll
from s2s_tui.services.annual_runs import Run, is_running, run_of, working
from s2s_tui.services.finds import CERTAIN, CHECK
from s2s_tui.services.lost_records import State
from s2s_tui.services.site import Site
from s2s_tui.services.table_files import TableFile
from s2s_tui.store.models import Establishment, Find, LostPupil, MatchRun
from s2s_tui.store.statements import insert, tuples

READING = "reading"
STAGES = (READING, annual_work.NAMES, annual_work.PUPILS, annual_work.WRITING)
"""What is being done, in order."""
AT_ONCE = 200
"""Finds that one transaction writes."""
_BEAT = timedelta(seconds=10)

Progress = Callable[[str, int, int], None]
"""Told a stage, how much of it is done, of how much."""


def match(
    actor: Actor,
    site: Site,
    path: Path,
    *,
    on_progress: Progress = lambda _stage, _done, _of: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Run:
    """Match the lost pupils with a roll, one to one; go on with it where it was stopped before.

    Args:
        actor: WG.
        site: the site.
        path: a CSV with the columns of `annual_roll.COLUMNS`.
        on_progress: told how far it has come.
        should_stop: asked now and then; what was computed until then stays.

    Returns:
        The finished run; nothing is published yet.

    Raises:
        NotAllowed: the role may not.
        RollWrong: `roll-rows`: rows that can't be used, by line; nothing was done.
        Refused: the roll is none (`annual_roll.read`); `match-running`, somebody else works on it;
            `match-waits`, its finished run waits to be published or discarded; `match-stopped`.
    """
    access.require(actor, site, "matching.run")
    try:
        file = table_files.look_at(path)
        roll = _read(site, file, on_progress, should_stop)
        with _claimed(actor, site, roll) as claim:
            lost = annual_work.lost_pupils(site, claim.place)
            _find(site, claim, roll, lost, on_progress, should_stop)
            site.store.write(partial(_finish, actor, site, claim, roll, lost))
    except Refused as error:
        access.refused(actor, site, "match-run", path.name, error.code)
        raise
    annual_work.clear(site, claim.place)
    return run_of(site, claim.run)


def _read(site: Site, file: TableFile, on_progress: Progress, should_stop: Callable[[], bool]) -> Roll:
    with site.store.connection():
        schools = frozenset(number for (number,) in tuples(Establishment.select(Establishment.number)))

    def step(line: int) -> None:
        on_progress(READING, min(line, file.lines), max(file.lines, 1))
        if should_stop():
            raise Refused("match-stopped")

    return annual_roll.read(file, schools, local_date(site.clock()), step)


@dataclass(slots=True)
class _Claim:
    """A run that this worker, and nobody else, works on."""

    site: Site
    run: int
    worker: str
    place: Path
    heard: datetime

    def held(self) -> None:
        """Say that it is still worked on, within a transaction.

        Raises:
            Refused: `match-taken`, another took it over meanwhile.
        """
        mine = (MatchRun.id == self.run) & (MatchRun.worker == self.worker)
        if not MatchRun.update(worked_at=self.site.clock()).where(mine).execute():
            raise Refused("match-taken")
        self.heard = self.site.clock()

    def beat(self) -> None:
        """Say so now and then."""
        if self.site.clock() - self.heard >= _BEAT:
            self.site.store.write(self.held)


@contextmanager
def _claimed(actor: Actor, site: Site, roll: Roll) -> Iterator[_Claim]:
    worker = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(8)}"
    file = roll.file

    def take() -> Any:
        same = MatchRun.select().where(MatchRun.digest == file.digest).order_by(MatchRun.id.desc())
        row = next((row for row in same if row.published_at is None), None)
        if row is None:
            made = MatchRun.create(
                roll=file.path.name,
                made_by=actor.user,
                started_at=site.clock(),
                digest=file.digest,
                worker=worker,
                worked_at=site.clock(),
                pupils=roll.index.size,
            )
            audit.record(site, actor, "match-run", file.path.name, id=made.id, digest=file.digest)
            return made
        if row.finished_at is not None:
            raise Refused("match-waits", roll=row.roll, id=row.id)
        if is_running(site, row):
            raise Refused("match-running", roll=row.roll, by=row.made_by)
        MatchRun.update(worker=worker, worked_at=site.clock()).where(MatchRun.id == row.id).execute()
        audit.record(site, actor, "match-resume", file.path.name, id=row.id)
        return row

    run = site.store.write(take)
    working.add(worker)
    try:
        yield _Claim(site, run.id, worker, annual_work.folder(site, run), site.clock())
    finally:
        working.discard(worker)
        with suppress(S2SError):
            mine = (MatchRun.id == run.id) & (MatchRun.worker == worker)
            site.store.write(lambda: MatchRun.update(worker=None).where(mine).execute())


def _find(
    site: Site,
    claim: _Claim,
    roll: Roll,
    lost: Index,
    on_progress: Progress,
    should_stop: Callable[[], bool],
) -> None:
    """Compute, then write the finds that are not there yet, the likeliest first."""

    def step(stage: str, done: int, of: int) -> None:
        on_progress(stage, done, of)
        claim.beat()
        if should_stop():
            raise Refused("match-stopped")

    if not lost.size:
        return
    links = annual_work.link(claim.place, lost, roll.index, step)
    classes = links.classes()
    order = np.lexsort((links.roll, -links.probability))
    chosen = order[np.isin(classes[order], (CERTAIN, CHECK))]
    had = _written(site, claim.run)
    rows = [int(at) for at in chosen if int(links.lost[at]) not in had]
    entries = annual_roll.at_lines(roll.file, {int(links.roll[at]) for at in rows}, local_date(site.clock()))
    for start in range(0, len(rows), AT_ONCE):
        step(annual_work.WRITING, start, len(rows))
        few = rows[start : start + AT_ONCE]
        with site.store.connection():
            held = lost_index.some([int(links.lost[at]) for at in few])
        part = [
            _find_row(claim.run, held[int(links.lost[at])], entries[int(links.roll[at])])
            | {"band": str(classes[at]), "probability": float(links.probability[at])}
            | {"bits": links.bits[at] / 100}
            for at in few
        ]
        site.store.write(partial(_write, claim, part))
    on_progress(annual_work.WRITING, len(rows), max(len(rows), 1))


def _find_row(run: int, held: Record, line: Line) -> dict[str, Any]:
    return {
        "run": run,
        "lost": held.id,
        "authority": line.school[:3],
        "school": line.school,
        "upn": line.upn,
        "surname": line.surname,
        "forename": line.forename,
        "born": line.born,
        "gender": line.gender,
        "town": line.town,
        "reasons": finds.reasons_json(annual_work.reasons(held, line)),
    }


def _written(site: Site, run: int) -> set[int]:
    with site.store.connection():
        return {lost for (lost,) in tuples(Find.select(Find.lost).where(Find.run == run))}


def _write(claim: _Claim, part: list[dict[str, Any]]) -> None:
    """Write some finds; of records that were resolved or removed meanwhile none."""
    claim.held()
    ids = [row["lost"] for row in part]
    still = tuples(
        LostPupil.select(LostPupil.id).where(LostPupil.id.in_(ids) & (LostPupil.state == State.LOST))
    )
    open_ones = {key for (key,) in still}
    insert(Find, [row for row in part if row["lost"] in open_ones])


def _finish(actor: Actor, site: Site, claim: _Claim, roll: Roll, lost: Index) -> None:
    claim.held()
    MatchRun.update(finished_at=site.clock(), pupils=roll.index.size, records=lost.size, worker=None).where(
        MatchRun.id == claim.run
    ).execute()
    count = Find.select().where(Find.run == claim.run).count()
    audit.record(site, actor, "match-finish", roll.file.path.name, id=claim.run, finds=count)
