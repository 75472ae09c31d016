"""The past of a large made-up world as columns: who sent what to whom, when, and what became of it.

Millions of files take a few numbers each; `past` makes rows of them, a stretch at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from s2s_tui.demo import plan_pupils, rhythm
from s2s_tui.demo.boxes import (
    ADMISSIONS,
    BULK,
    FORWARD,
    FROM_LA,
    GENERIC,
    LA_UNKNOWN,
    LEAVER,
    ON_BEHALF,
    PLASC,
    SCHOOL,
    TO_LA,
    UNKNOWN,
    Column,
    Places,
)
from s2s_tui.demo.rhythm import later, moments
from s2s_tui.demo.schools import PRIMARY
from s2s_tui.rules.dates import school_year

SHARES = {
    ON_BEHALF: 0.02,
    BULK: 0.02,
    TO_LA: 0.05,
    FROM_LA: 0.05,
    GENERIC: 0.08,
    PLASC: 0.05,
    ADMISSIONS: 0.05,
}
"""Of the files that aren't for the lost pupil database; the rest goes from school to school."""
LOST_SHARES = {LEAVER: 0.28, LA_UNKNOWN: 0.02}
"""Of those that are; the rest is of pupils whose destination is unknown."""
AWAITING, COLLECTED, REJECTED, DELETED, RECALLED = range(5)
LOST_STATE, DOWNLOADED, FORWARDED, REMOVED = range(4)

YEARS = 4
"""Whole school years before the present one."""
IN_BULK = 30
"""Pupils of a year 6."""
SECOND_MOVES = 0.2
"""Of the pupils that move from school to school, how many do so again."""

FILE, PUPIL = "file.", "pupil."

_BULK_MONTHS = (0, 0, 0, 0, 0.2, 3, 4, 0, 0.5, 0, 0, 0.05)


@dataclass(frozen=True, slots=True)
class Plan:
    """A past. All of `files` are as long as there are files, in the order of time.

    Attributes:
        files: `way`, `at`, `source`, `destination` (mailboxes), `number` (in the name), `state`, `state_at`,
            `downloaded_at`, `recalled_at`, `copy_at` (0 is never), `copy_by`, `finder` (authorities),
            `pupils` (how many), `pupil` (the first one), `fate`, `origin` (of a forward; else -1), `salt`.
        pupils: `giver` (school), `year`, `serial`, `letter` of the UPN; `born` (days since 1970), `sex`,
            `surname`, `second` (of a double name, else 0), `forename`, `salt`.
    """

    places: Places
    files: Mapping[str, Column]
    pupils: Mapping[str, Column]
    now: datetime

    def columns(self) -> dict[str, Column]:
        """All columns, by names that are fit for files."""
        return {f"{FILE}{name}": column for name, column in self.files.items()} | {
            f"{PUPIL}{name}": column for name, column in self.pupils.items()
        }

    @classmethod
    def of(cls, where: Places, columns: Mapping[str, Column], now: datetime) -> "Plan":
        """The plan that some `columns` came from."""
        files, pupils = (
            {name.removeprefix(kind): column for name, column in columns.items() if name.startswith(kind)}
            for kind in (FILE, PUPIL)
        )
        return cls(where, files, pupils, now)

    @property
    def count(self) -> int:
        """How many files."""
        return len(self.files["at"])


def plan(
    where: Places,
    count: int,
    lost: int,
    now: datetime,
    seed: int,
    taken: Mapping[tuple[str, str], int] | None = None,
) -> Plan:
    """A past of so many files.

    Args:
        where: the mailboxes.
        count: files, those for the lost pupil database and their forwards among them.
        lost: files for the lost pupil database.
        now: until when.
        seed: the same one gives the same past.
        taken: (source, destination) → the highest number that a name between them has already.
    """
    rng = np.random.default_rng(seed)
    first = date(school_year(now.date()) - YEARS, 9, 1)
    gone = _lost(rng, where, lost, first, now)
    forwards = _forwards(rng, where, gone)
    sent = _sent(rng, where, count - lost - len(forwards["at"]), first, now)
    for part in (sent, forwards):
        _settle(rng, where, part, now)
    pupils, first_of = plan_pupils.pupils(rng, where, (gone, sent))
    gone["pupil"], sent["pupil"] = first_of
    forwards["pupil"] = gone["pupil"][forwards["origin"]]
    parts = (gone, sent, forwards)
    files = {name: np.concatenate([part[name] for part in parts]) for name in gone if name != "age"}
    order = np.argsort(files["at"], kind="stable")
    now_at = np.empty(len(order), np.int32)
    now_at[order] = np.arange(len(order), dtype=np.int32)
    files = {name: column[order] for name, column in files.items()}
    known = files["origin"] >= 0
    files["origin"][known] = now_at[files["origin"][known]]
    files["number"] = plan_pupils.numbers(where, files, taken or {})
    return Plan(where, files, pupils, now)


# What is sent


def _columns(rng: np.random.Generator, count: int) -> dict[str, Column]:
    """Columns of files of which nothing is known yet."""
    none = {"downloaded_at": np.int64, "recalled_at": np.int64, "copy_at": np.int64, "state_at": np.int64}
    small = {"state": np.uint8, "fate": np.uint8, "way": np.uint8, "pupils": np.uint8}
    return {
        **{name: np.zeros(count, kind) for name, kind in (none | small).items()},
        **{name: np.zeros(count, np.int32) for name in ("source", "destination", "copy_by", "pupil")},
        "finder": np.full(count, -1, np.int32),
        "origin": np.full(count, -1, np.int32),
        "salt": rng.integers(0, 2**32, count, dtype=np.uint32),
        "age": np.full(count, -1, np.int8),
    }


def _busy(rng: np.random.Generator, where: Places, phases: tuple[str, ...] = ()) -> Column:
    """The schools as often as they send: some three times as much as others, secondaries most."""
    size = rng.lognormal(0, 0.5, len(where.schools))
    phase = np.array([school.phase for school in where.schools])
    size *= np.where(phase == PRIMARY, 1.0, 3.0)
    if phases:
        size *= np.isin(phase, phases)
    return np.asarray(np.cumsum(size) / size.sum())


def _drawn(rng: np.random.Generator, shares: Column, count: int) -> Column:
    return np.minimum(np.searchsorted(shares, rng.random(count), side="right"), len(shares) - 1).astype(
        np.int32
    )


def _lost(
    rng: np.random.Generator, where: Places, count: int, first: date, now: datetime
) -> dict[str, Column]:
    """Files for the lost pupil database: some are found, some removed by their own authority."""
    found = _columns(rng, count)
    found["at"] = moments(rng, count, first, now)
    way = rng.choice([UNKNOWN, *LOST_SHARES], count, p=_shares(LOST_SHARES))
    school = _drawn(rng, _busy(rng, where), count)
    own = where.authority[school]
    found["way"] = way.astype(np.uint8)
    found["source"] = np.where(way == LA_UNKNOWN, where.general(own), school).astype(np.int32)
    found["destination"] = np.where(way == LEAVER, where.lost + 1, where.lost).astype(np.int32)
    found["pupils"][:] = 1
    until = rhythm.seconds(now)
    when = later(rng, found["at"], 24 * 40, until)
    fate = np.searchsorted([0.68, 0.78, 0.9], rng.random(count), side="right").astype(np.uint8)
    fate[when == 0] = LOST_STATE
    finder = where.authority[_drawn(rng, _busy(rng, where), count)]
    found["fate"] = fate
    found["finder"] = np.where(fate == LOST_STATE, -1, np.where(fate == REMOVED, own, finder)).astype(
        np.int32
    )
    found["state_at"] = np.where(fate == LOST_STATE, 0, when)
    found["downloaded_at"] = np.where(
        fate == DOWNLOADED, np.maximum(when - 90, found["at"] + 1), np.where(fate == FORWARDED, when, 0)
    )
    found["state"] = np.where(fate == REMOVED, DELETED, AWAITING).astype(np.uint8)
    found["age"] = _age(rng, where, school)
    found["giver"] = school
    return found


def _forwards(rng: np.random.Generator, where: Places, gone: dict[str, Column]) -> dict[str, Column]:
    """Found pupils' files go on, byte for byte, to a school of the authority that found them (R-UPL-5)."""
    origin = np.flatnonzero(gone["fate"] == FORWARDED).astype(np.int32)
    found = _columns(rng, len(origin))
    first = np.searchsorted(where.authority, np.arange(len(where.codes)))
    counts = np.bincount(where.authority, minlength=len(where.codes))
    finder = gone["finder"][origin]
    target = first[finder] + (rng.random(len(origin)) * counts[finder]).astype(np.int64)
    # The school that sent it is not where it goes.
    target = np.where(
        target == gone["source"][origin],
        first[finder] + (target - first[finder] + 1) % counts[finder],
        target,
    )
    found |= {"at": gone["state_at"][origin], "source": gone["source"][origin], "origin": origin}
    found["destination"] = target.astype(np.int32)
    found["finder"] = finder
    found["way"][:] = FORWARD
    found["pupils"][:] = 1
    found["giver"] = gone["giver"][origin]
    return found


def _sent(
    rng: np.random.Generator, where: Places, count: int, first: date, now: datetime
) -> dict[str, Column]:
    """Everything between schools and authorities."""
    found = _columns(rng, count)
    way = rng.choice([SCHOOL, *SHARES], count, p=_shares(SHARES)).astype(np.uint8)
    found["way"] = way
    found["at"] = moments(rng, count, first, now)
    bulk = way == BULK
    found["at"][bulk] = moments(rng, int(bulk.sum()), first, now, _BULK_MONTHS)
    school = _drawn(rng, _busy(rng, where), count)
    school[bulk] = _drawn(rng, _busy(rng, where, (PRIMARY,)), int(bulk.sum()))
    other = _other(rng, where, school, bulk)
    own = where.authority[school]
    found["age"] = np.where(bulk, 10, _age(rng, where, school)).astype(np.int8)
    found["pupils"] = np.where(bulk, IN_BULK, np.where(way < GENERIC, 1, 0)).astype(np.uint8)
    up = (way == TO_LA) | (bulk & (rng.random(count) < 0.3))
    source, destination = school.copy(), np.where(up, where.general(own), other)
    ends = {FROM_LA: ("LLLL", 1.0), GENERIC: ("LLLL", 0.4), PLASC: ("PLAS", 0.5), ADMISSIONS: ("ADMS", 0.5)}
    for kind, (end, from_authority) in ends.items():
        chosen = np.flatnonzero(way == kind)
        box = where.general(own[chosen], end)
        down = rng.random(len(chosen)) < from_authority
        source[chosen] = np.where(down, box, school[chosen])
        destination[chosen] = np.where(down, school[chosen], box)
    found |= {"source": source.astype(np.int32), "destination": destination.astype(np.int32), "giver": school}
    _chain(rng, where, found)
    return found


def _other(rng: np.random.Generator, where: Places, school: Column, up: Column) -> Column:
    """Where a pupil goes: mostly near, a third to another authority; primary to primary but for a year 6."""
    level = np.array([school.phase != PRIMARY for school in where.schools])
    wanted = level[school] | up
    far = np.zeros(len(school), np.int64)
    for above in (False, True):
        pool = np.flatnonzero(level == above)
        at = np.flatnonzero(wanted == above)
        # An authority's schools lie together, so its own are a stretch of the pool.
        begins = np.searchsorted(where.authority[pool], where.authority[school[at]], side="left")
        ends = np.searchsorted(where.authority[pool], where.authority[school[at]], side="right")
        near = (rng.random(len(at)) < np.where(up[at], 0.97, 0.65)) & (ends - begins > 1)
        low, high = np.where(near, begins, 0), np.where(near, ends, len(pool))
        spot = low + (rng.random(len(at)) * (high - low)).astype(np.int64)
        spot = np.where(pool[spot] == school[at], low + (spot - low + 1) % np.maximum(high - low, 1), spot)
        far[at] = pool[spot]
    return far


def _chain(rng: np.random.Generator, where: Places, found: dict[str, Column]) -> None:
    """Some pupils move on: a later file of theirs comes from the school that the earlier one went to."""
    single = np.flatnonzero(found["way"] == SCHOOL)
    rng.shuffle(single)
    pairs = int(len(single) * SECOND_MOVES / (1 + SECOND_MOVES))
    first, second = single[:pairs], single[pairs : 2 * pairs]
    earlier = found["at"][first] < found["at"][second]
    first, second = np.where(earlier, first, second), np.where(earlier, second, first)
    apart = found["at"][second] - found["at"][first] > 40 * rhythm.DAY
    first, second = first[apart], second[apart]
    found["source"][second] = found["destination"][first]
    found["destination"][second] = _other(rng, where, found["source"][second], np.zeros(len(second), bool))
    # Which file's pupil it is; `_pupils` makes one for each of the others.
    found["same"] = np.full(len(found["at"]), -1, np.int32)
    found["same"][second] = first


def _age(rng: np.random.Generator, where: Places, school: Column) -> Column:
    youngest = np.array([school.ages[0] for school in where.schools])
    oldest = np.array([school.ages[1] for school in where.schools])
    low, high = youngest[school], oldest[school]
    return np.asarray(low + (rng.random(len(school)) * (high - low + 1)).astype(np.int64), np.int8)


def _shares(shares: Mapping[int, float]) -> list[float]:
    return [1 - sum(shares.values()), *shares.values()]


# What becomes of it


def _settle(rng: np.random.Generator, where: Places, found: dict[str, Column], now: datetime) -> None:
    """As `traffic.Traffic.settled` does: of the recent ones some wait, of the old ones none."""
    until, at = rhythm.seconds(now), found["at"]
    count, days = len(at), (until - at) / rhythm.DAY
    chance = rng.random(count)
    fresh = np.searchsorted([0.4, 0.45, 0.47], chance, side="right")
    fresh = np.array([COLLECTED, REJECTED, DELETED, AWAITING])[fresh]
    lately = np.searchsorted([0.84, 0.89, 0.92, 0.94], chance, side="right")
    lately = np.array([COLLECTED, REJECTED, DELETED, RECALLED, AWAITING])[lately]
    long_ago = np.searchsorted([0.9, 0.95, 0.98], chance, side="right")
    long_ago = np.array([COLLECTED, REJECTED, DELETED, RECALLED])[long_ago]
    state = np.where(days < 8, fresh, np.where(days < 60, lately, long_ago))
    when = np.where(days > 14, later(rng, at, 24 * 9, until), later(rng, at, 24 * 3, until))
    state[when == 0] = AWAITING
    is_ctf = ~np.isin(found["way"], (GENERIC, PLASC, ADMISSIONS))
    state[~is_ctf & ((state == DELETED) | (state == RECALLED))] = COLLECTED
    taken = (state == COLLECTED) | (state == RECALLED)
    gap = np.minimum(rng.integers(20, 400, count), np.maximum((when - at) // 2, 1))
    found["state_at"] = np.where(state == AWAITING, 0, when)
    waits = (state == AWAITING) & (when > 0) & (rng.random(count) < 0.1)
    found["downloaded_at"] = np.where(taken, when - gap, np.where(waits, when, 0))
    found["recalled_at"] = np.where(state == RECALLED, later(rng, np.maximum(when, 1), 72, until), 0)
    found["state"] = np.where(state == RECALLED, COLLECTED, state).astype(np.uint8)
    schools = len(where.schools)
    between = is_ctf & (found["source"] < schools) & (found["destination"] < schools)
    copied = np.flatnonzero(between & (rng.random(count) < 0.125))
    end = np.where(rng.random(len(copied)) < 0.5, found["source"][copied], found["destination"][copied])
    found["copy_by"][copied] = where.authority[end]
    found["copy_at"][copied] = later(rng, at[copied], 48, until)
