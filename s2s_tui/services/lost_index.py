"""The lost pupils as a search looks through them: a snapshot that all sessions share, and what came since.

The database is the truth; the snapshot is derived and made again where it is missing. A change number,
written in the transaction of every change, tells what a snapshot lacks: those rows stand beside it, scored
the same way.
"""

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from s2s_tui.base.errors import Unreachable
from s2s_tui.matching import index as matching_index
from s2s_tui.matching import snapshot as matching_snapshot
from s2s_tui.matching.fields import Record
from s2s_tui.matching.index import Index
from s2s_tui.services.lost import State
from s2s_tui.services.site import Site
from s2s_tui.store import snapshots
from s2s_tui.store.models import Counter, LostPupil
from s2s_tui.store.statements import Statement, tuples

HELD = (State.LOST, State.DOWNLOADED, State.FORWARDED)
"""Which records: resolved ones too, since they weigh in every search; removed ones are in none."""

IN_MEMORY = 20_000
"""Up to so many records each session builds its own index; it takes no time, and nothing lies on the disk."""
STALE = 2_000
"""Changes since a snapshot from which it is made anew, in the background."""

AGAIN = 60.0
"""Seconds before a session starts another rebuilding."""

_started = -AGAIN
_change = Statement(lambda: Counter.select(Counter.value).where(Counter.name == "lost"))
_PERSONAL = ("S2S_USER", "S2S_PASSWORD", "S2S_CODE")
_lock = threading.Lock()
_loaded: dict[str, "Loaded"] = {}


@dataclass(frozen=True, slots=True)
class Loaded:
    """An index as of a change number, and what changed since.

    Attributes:
        name: of the snapshot; empty for one in memory.
        change: records changed up to this number are in `index` as they are now.
        recent: those that changed since and still count; None where there are none.
        removed: the ids of all that changed since: in `index` they don't count.
        seen: `recent` and `removed` hold up to this number.
    """

    index: Index
    name: str
    change: int
    recent: Index | None
    removed: Collection[int]
    seen: int

    def count(self, *, resolved: bool) -> int:
        """How many records a search looks for, with or without the resolved ones."""
        gone = self.index.rows(self.removed)
        parts = [self.index] if self.recent is None else [self.index, self.recent]
        records = sum(part.size for part in parts) - len(gone)
        if resolved:
            return records
        return (
            records
            - sum(len(part.resolved) for part in parts)
            + int(np.isin(gone, self.index.resolved).sum())
        )


def current(site: Site) -> Loaded:
    """The index with all that is committed now: mapped or built where that is needed.

    Resolved records are in it, marked: `matching.search.rank` shows them where that is asked for.
    """
    with _lock, site.store.connection():
        key = site.store.url
        change = last_change()
        loaded = _loaded.get(key)
        if loaded is None or _is_past(site, loaded):
            loaded = _loaded[key] = _load(site, change)
        if loaded.seen != change:
            loaded = _loaded[key] = _caught_up(site, loaded, change)
        return loaded


def _is_past(site: Site, loaded: Loaded) -> bool:
    """Whether a newer snapshot is there; one in memory stays, but where it stood in for one being built."""
    if not loaded.name and loaded.index.size <= IN_MEMORY:
        return False
    name = snapshots.current(folder(site))
    return bool(name) and name != loaded.name


def folder(site: Site) -> Path:
    """Where the snapshots of a database lie."""
    name = hashlib.sha256(site.store.url.encode()).hexdigest()[:12]
    return site.settings.home / f"lost-{name}"


def rebuild(site: Site, on_progress: Callable[[int], None] = lambda _read: None) -> bool:
    """Make a snapshot of the records as they are now.

    Returns:
        Whether it was made; False where another process makes one at this moment.
    """
    place = folder(site)
    with snapshots.building(place) as alone:
        if not alone:
            return False
        with site.store.connection():
            # The number first: what is committed while the rows are read then counts as changed since.
            change = last_change()
            built = matching_index.build(_rows(HELD), on_progress)
        arrays, about = matching_snapshot.arrays(built)
        snapshots.write(place, arrays, {"change": change, "about": about})
    return True


def tidy(site: Site) -> bool:
    """Make the snapshot anew where too much has changed since; for housekeeping.

    Returns:
        Whether it was made.
    """
    with site.store.connection():
        change, count = last_change(), LostPupil.select().count()
    kept = snapshots.read(folder(site))
    stale = kept is None or change - int(kept.facts.get("change", 0)) > STALE
    return count > IN_MEMORY and stale and rebuild(site)


def whole(site: Site, on_progress: Callable[[int], None] = lambda _read: None) -> Index:
    """An index of all as they are now, in one piece and in memory: what the annual matching works on.

    Args:
        site: the site.
        on_progress: told how many were read, where they are read.
    """
    loaded = current(site)
    if loaded.recent is None and not loaded.removed:
        return loaded.index
    with site.store.connection():
        return matching_index.build(_rows(HELD), on_progress)


def some(ids: Collection[int]) -> dict[int, Record]:
    """Some records by id, whatever their state; needs an open connection."""
    return {row[0]: Record(*row[: len(Record._fields)]) for row in _rows(None, ids=ids)}


def _load(site: Site, change: int) -> Loaded:
    if LostPupil.select().count() <= IN_MEMORY:
        return Loaded(matching_index.build(_rows(HELD)), "", change, None, (), change)
    mapped = _mapped(site)
    if mapped is None:
        # A full disk keeps nobody from searching.
        with suppress(Unreachable):
            rebuild(site)
        mapped = _mapped(site)
    if mapped is None:  # another process builds it now: this session's own will do until the next search
        return Loaded(matching_index.build(_rows(HELD)), "", change, None, (), change)
    return mapped


def _mapped(site: Site) -> Loaded | None:
    """The snapshot on the disk; None where there is none, or none of this program's form."""
    kept = snapshots.read(folder(site))
    if kept is None:
        return None
    try:
        since = int(kept.facts["change"])
        index = matching_snapshot.from_arrays(kept.arrays, kept.facts["about"])
    except (KeyError, ValueError):
        return None
    return Loaded(index, kept.name, since, None, (), since)


def _caught_up(site: Site, loaded: Loaded, change: int) -> Loaded:
    changed = list(_rows(None, since=loaded.change))
    if len(changed) > STALE:
        if not loaded.name:
            return Loaded(matching_index.build(_rows(HELD)), "", change, None, (), change)
        _rebuild_apart(site)
    wanted = {str(state) for state in HELD}
    recent = [row[:-1] for row in changed if row[-1] in wanted]
    return replace(
        loaded,
        recent=matching_index.build(recent) if recent else None,
        removed=frozenset(row[0] for row in changed),
        seen=change,
    )


def _rebuild_apart(site: Site) -> None:
    """Housekeeping in a process of its own, so that nobody's typing waits for it; one at a time is enough."""
    global _started
    if time.monotonic() - _started < AGAIN:
        return
    _started = time.monotonic()
    # Who works here and with which password is nothing that a process that lives on needs.
    environment = {name: value for name, value in os.environ.items() if name not in _PERSONAL} | {
        "S2S_DATABASE": site.settings.database_url,
        "S2S_KEY_FILE": str(site.settings.key_path),
    }
    command = [sys.executable, "-m", "s2s_tui", "housekeeping"]
    subprocess.Popen(  # noqa: S603 - our own program
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def last_change() -> int:
    """The change number as it is now; needs an open connection."""
    found = _change.row()
    return int(found[0]) if found else 0


def changed_since(change: int) -> frozenset[int]:
    """The ids of records that changed after a change number; needs an open connection."""
    return frozenset(
        found for (found,) in tuples(LostPupil.select(LostPupil.id).where(LostPupil.change > change))
    )


def _rows(
    states: Collection[str] | None, since: int | None = None, ids: Collection[int] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Records in the order of `matching.fields.Record`; with `since` those changed later, and their state."""
    lost = LostPupil
    columns = [
        lost.id,
        lost.upn,
        lost.surname,
        lost.forename,
        lost.born,
        lost.gender,
        lost.town,
        lost.former_upn,
        lost.former_surname,
        lost.former_forename,
        lost.preferred_surname,
        lost.preferred_forename,
        lost.middle_names,
        lost.postcode,
        lost.state != State.LOST,
    ]
    if since is not None:
        columns.append(lost.state)
    query = lost.select(*columns)
    if states is not None:
        query = query.where(lost.state.in_([str(state) for state in states]))
    if since is not None:
        query = query.where(lost.change > since)
    if ids is not None:
        query = query.where(lost.id.in_(list(ids)))
    yield from query.tuples().iterator()
