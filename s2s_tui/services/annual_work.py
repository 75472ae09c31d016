"""The computing of the annual matching, piece by piece; each piece is kept, so that it can be gone on with.

A folder beside the database holds the lost pupils as they were at the start, and what each piece came to,
until the finds are written. Nothing in it is the only copy of anything: without it the work starts anew.
"""

import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from s2s_tui.matching import bulk, pairs, resemblance
from s2s_tui.matching import snapshot as matching_snapshot
from s2s_tui.matching.bulk import Links
from s2s_tui.matching.fields import Query, Reason, Record
from s2s_tui.matching.index import Index
from s2s_tui.matching.likeness import Likeness
from s2s_tui.services import lost_index
from s2s_tui.services.annual_roll import Line
from s2s_tui.services.site import Site
from s2s_tui.store import snapshots

KEPT_DAYS = 30
"""After so long the folder of a matching that nobody went on with is cleared away."""

NAMES, PUPILS, WRITING = "names", "pupils", "writing"
Step = Callable[[str, int, int], None]
"""Told what is being done (`NAMES`, `PUPILS`), how much of it is, of how much; it may raise to stop."""

Arrays = TypeVar("Arrays", Likeness, bulk.Pairs)


def folder(site: Site, run: Any) -> Path:
    """Where the pieces of a run lie; only that run of that database ever finds them again."""
    # A database made anew at the same place counts its runs from one again.
    known = f"{site.store.url} {run.digest} {run.id} {run.started_at.isoformat()}"
    return site.settings.home / f"matching-{hashlib.sha256(known.encode()).hexdigest()[:20]}"


def clear(site: Site, place: Path) -> None:
    """Clear a run's pieces away, and those that nobody went on with."""
    shutil.rmtree(place, ignore_errors=True)
    old = time.time() - KEPT_DAYS * 86_400
    for left in site.settings.home.glob("matching-*"):
        with suppress(OSError):
            if left.stat().st_mtime < old:
                shutil.rmtree(left, ignore_errors=True)


def lost_pupils(site: Site, place: Path) -> Index:
    """The lost pupils as they were when the work on this run began; now, where it begins.

    Raises:
        Unreachable: `disk`, they can't be kept.
    """
    kept = snapshots.read(place / "lost")
    if kept is not None:
        with suppress(ValueError):
            return matching_snapshot.from_arrays(kept.arrays, kept.facts)
        shutil.rmtree(place, ignore_errors=True)
    index = lost_index.whole(site)
    with suppress(OSError):  # `write` says what is wrong with the disk
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    arrays, about = matching_snapshot.arrays(index)
    snapshots.write(place / "lost", arrays, about)
    return index


def link(place: Path, lost: Index, roll: Index, step: Step) -> Links:
    """Each pupil of the roll with the lost pupil that it may be, one to one.

    Args:
        place: the run's folder; pieces that are in it are not made again.
        lost: from `lost_pupils` with that folder.
        roll: the roll's index.
        step: called after each piece.
    """
    works = bulk.name_work(roll)
    likenesses = []
    for done, work in enumerate(works, 1):
        compare = partial(bulk.compare_names, lost, roll, work)
        likenesses.append(_piece(place / f"names-{done:04}", Likeness, list(work), compare))
        step(NAMES, done, len(works))
    compared = bulk.gather(lost, roll, works, likenesses)
    held = pairs.prepare(lost)
    found = []
    parts = bulk.parts(roll)
    for done, part in enumerate(parts, 1):
        look = partial(bulk.look, held, roll, compared, part)
        found.append(_piece(place / f"pairs-{done:04}", bulk.Pairs, list(part), look))
        step(PUPILS, done, len(parts))
    return bulk.settle(lost, roll, found)


def _piece(place: Path, kind: type[Arrays], which: list[Any], make: Callable[[], Arrays]) -> Arrays:
    """A piece, which is arrays by name; from the disk where it was made before."""
    names = [field.name for field in fields(kind)]
    kept = snapshots.read(place)
    if kept is not None and kept.facts.get("which") == which and set(kept.arrays) == set(names):
        return kind(*(np.asarray(kept.arrays[name]) for name in names))
    made = make()
    snapshots.write(place, {name: getattr(made, name) for name in names}, {"which": which})
    return made


def reasons(held: Record, line: Line) -> tuple[Reason, ...]:
    """Why a lost pupil may be the one on a roll."""
    return resemblance.reasons(
        Query(line.upn, line.surname, line.forename, line.born, line.gender, line.town, line.postcode), held
    )
