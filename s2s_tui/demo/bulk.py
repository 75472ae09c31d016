"""Making a past of millions of files: several processes make rows, one writes them (`store.loading`)."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from peewee import fn

from s2s_tui.base.errors import Unreachable
from s2s_tui.demo import boxes, chains, past, plan
from s2s_tui.demo.chains import Events
from s2s_tui.demo.ledger import Entry, Heads, head_rows
from s2s_tui.demo.past import Numbers, Teller
from s2s_tui.demo.plan import Plan
from s2s_tui.demo.scales import Scale
from s2s_tui.demo.schools import School
from s2s_tui.services.site import Site
from s2s_tui.store import models
from s2s_tui.store.loading import Load, loading
from s2s_tui.store.models import AuditEntry, AuditHead, AuditMention, Counter, LostPupil, Transfer
from s2s_tui.store.statements import insert, tuples

Job = TypeVar("Job")
Done = TypeVar("Done")

TABLES = (models.Content, Transfer, models.Pupil, models.Download, LostPupil, AuditEntry, AuditMention)
STRETCH = 2_000
"""Files whose rows are made at a time."""
ENTRIES = 8_000
"""Entries of the audit log that are sealed at a time, roughly."""
SHARES = (0.04, 0.5, 0.86)
"""Of the whole time: until it is planned, the files are written, the log is; then come the indexes."""


def make(
    site: Site,
    scale: Scale,
    made: Sequence[School],
    titles: Mapping[str, str],
    entries: Sequence[Entry],
    taken: Mapping[tuple[str, str], int],
    seed: int,
    told: Callable[[float], None] = lambda _share: None,
) -> None:
    """Write a scale's past, and the whole audit log.

    Args:
        site: where to; what is told one by one is in it already, but for the audit log.
        scale: how much.
        made: the schools.
        titles: code → an authority's name.
        entries: of the audit log, of what was told one by one.
        taken: names that are used (`traffic.Traffic.taken`).
        seed: the same one gives the same past.
        told: hears which share of it is done, from 0 to 1.
    """
    heads: Heads = {}
    with tempfile.TemporaryDirectory(dir=site.settings.home, prefix="plan-") as name:
        planned = _planned(Path(name), scale, made, site.clock(), seed, taken)
        told(SHARES[0])
        digests = np.memmap(Path(name) / "digests", np.uint8, "w+", shape=(planned.count, 32))
        teller = Teller(planned, _numbers(site), titles, digests)
        site.store.close()
        with loading(site.store, TABLES, lambda done, of: told(_between(2, 3, done, of))) as load:
            _write_files(load, teller, lambda done, of: told(_between(0, 1, done, of)))
            parts = _apart(Path(name), lambda: chains.events(planned).columns())
            happened = Events(**parts, names=planned.places.organisations)
            _write_log(
                load,
                teller,
                happened,
                entries,
                site.key,
                heads,
                lambda done, of: told(_between(1, 2, done, of)),
            )
    change = teller.after.change + scale.past_lost

    def finish() -> None:
        insert(AuditHead, head_rows(heads))
        Counter.update(value=change).where(Counter.name == "lost").execute()

    site.store.write(finish)
    told(1.0)


def _planned(
    folder: Path,
    scale: Scale,
    made: Sequence[School],
    now: datetime,
    seed: int,
    taken: Mapping[tuple[str, str], int],
) -> Plan:
    """The plan, its columns in files that all processes map."""
    where = boxes.places(made, list(scale.schools))
    parts = _apart(folder, lambda: plan.plan(where, scale.past, scale.past_lost, now, seed, taken).columns())
    return Plan.of(where, parts, now)


def _apart(folder: Path, work: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """Arrays that a process of its own makes, mapped from files: making them takes far more memory."""

    def save(_job: int) -> list[str]:
        arrays = work()
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array)
        return list(arrays)

    (names,) = in_turn([0], save)
    return {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in names}


def _between(begin: int, end: int, done: int, of: int) -> float:
    marks = (*SHARES, 1.0)
    return marks[begin] + (marks[end] - marks[begin]) * done / max(of, 1)


def _numbers(site: Site) -> Numbers:
    def highest(column: Any) -> int:
        ((found,),) = tuples(column.model.select(fn.MAX(column)))
        return int(found or 0)

    with site.store.connection():
        return Numbers(highest(Transfer.id), highest(LostPupil.id), highest(LostPupil.change))


def _write_files(load: Load, teller: Teller, told: Callable[[int, int], None]) -> None:
    _insert(load, past.shared())
    count = teller.plan.count
    jobs = [(begin, min(begin + STRETCH, count)) for begin in range(0, count, STRETCH)]
    for job, written in zip(jobs, in_turn(jobs, lambda job: teller.stretch(*job)), strict=True):
        _insert(load, written)
        told(job[1], count)


def _insert(load: Load, written: past.Written) -> None:
    for name, (fields, rows) in written.items():
        load.insert(getattr(models, name), fields, rows)


def _write_log(
    load: Load,
    teller: Teller,
    happened: Events,
    entries: Sequence[Entry],
    key: bytes,
    heads: Heads,
    told: Callable[[int, int], None],
) -> None:
    others: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.at):
        others.setdefault(entry.by.organisation, []).append(entry)
    number = 0
    jobs = list(_stretches(happened.begins))
    work = in_turn(jobs, lambda job: chains.stretch(teller, happened, others, key, *job))
    for job, (rows, found) in zip(jobs, work, strict=True):
        number = _insert_log(load, rows, number)
        heads.update(found)
        told(int(happened.begins[job[1]]), len(happened.file))
    for chain in sorted(set(others) - set(happened.names)):
        number = _insert_log(load, chains.written(others[chain], key, heads), number)


def _insert_log(load: Load, rows: Sequence[chains.Sealed], number: int) -> int:
    """Entries and whom they are about; returns the last one's id, which goes on from the one before."""
    first = number + 1
    load.insert(AuditEntry, chains.FIELDS, ((key, *row) for key, (row, _) in enumerate(rows, first)))
    load.insert(
        AuditMention,
        ("entry", "thing"),
        ((key, thing) for key, (_, about) in enumerate(rows, first) for thing in about),
    )
    return number + len(rows)


def _stretches(begins: Any) -> Iterator[tuple[int, int]]:
    """Chains in stretches of about as many entries."""
    first, count = 0, len(begins) - 1
    while first < count:
        last = int(np.searchsorted(begins, begins[first] + ENTRIES, side="left"))
        last = min(max(last, first + 1), count)
        yield first, last
        first = last


def in_turn(jobs: Sequence[Job], work: Callable[[Job], Done], workers: int = 0) -> Iterator[Done]:
    """What work makes of each job, in their order, by processes that share all there is now.

    Each process does every so-manieth job and waits until its result is taken: little waits in memory.
    They end with this one, however it ends.

    Args:
        jobs: what is to be done.
        work: a function; it may use open arrays, but no database.
        workers: how many processes; 0 is one for each processor.
    """
    workers = min(workers or len(os.sched_getaffinity(0)), len(jobs))
    context = get_context("fork")
    ends: list[Connection] = []
    processes = []
    try:
        for number in range(workers):
            here, there = context.Pipe(duplex=False)
            ends.append(here)
            process = context.Process(
                target=_serve, args=(ends, there, jobs[number::workers], work), daemon=True
            )
            process.start()
            processes.append(process)
            there.close()
        for number in range(len(jobs)):
            try:
                done = ends[number % workers].recv()
            except EOFError:
                raise Unreachable("demo-worker") from None
            if isinstance(done, BaseException):
                raise done
            yield done
    finally:
        for end in ends:
            end.close()
        for process in processes:
            process.join(5)
            process.kill()


def _serve(
    ends: Sequence[Connection], there: Connection, jobs: Sequence[Job], work: Callable[[Job], Done]
) -> None:
    """The work of one process."""
    for end in ends:  # so that nobody but the writer holds them, and this one ends when that one does
        end.close()
    try:
        for job in jobs:
            there.send(work(job))
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)
    except BaseException as error:
        with contextlib.suppress(OSError):
            there.send(error)
