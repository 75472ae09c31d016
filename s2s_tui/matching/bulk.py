"""Annual matching: a whole roll against the lost pupils, each to at most one (R-LPD-8).

In three steps, so that it can be stopped and resumed and shared among processes: `compare` makes the
likeness of names once; `look` finds and weighs the pairs of one part of the roll; `settle` gives each pupil
of the roll at most one lost pupil and each lost pupil to at most one, with how likely it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from s2s_tui.matching import likeness, model, pairs
from s2s_tui.matching.index import Index
from s2s_tui.matching.likeness import Dates, Likeness
from s2s_tui.matching.pairs import Held
from s2s_tui.matching.variants import forename_forms, surname_forms

PART = 20_000
"""Pupils of the roll that are looked at together: some 100 MB."""
_NAMES = 2_000
CERTAIN, CHECK = 0.95, 0.20
"""The least likelihood of each class."""
_FAINT = 1.5
"""Bits below even odds at which a pair is forgotten, beyond the prior."""
_SHARE, _BEFORE = 0.1, 100
"""How many of a roll are here, of 1, before anything is known of it; and how many pupils that counts as."""
_ROUNDS = 6


class Class(StrEnum):
    """What to make of a pair."""

    CERTAIN = "certain"
    CHECK = "check"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Compared:
    """The likeness of the roll's names with the lost pupils'; made once for a roll."""

    surnames: Likeness
    forenames: Likeness
    dates: Dates | None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of one part of the roll, with the evidence in hundredths of a bit: what is kept to resume.

    Attributes:
        roll, lost: the pupil of the roll and the lost one.
        bits: for their being the same.
        siblings: for their being brother or sister, as `pairs.siblings` has it.
    """

    roll: NDArray[np.int32]
    lost: NDArray[np.int32]
    bits: NDArray[np.int16]
    siblings: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Links:
    """What became of each pupil of the roll, in order of id.

    Attributes:
        roll: their ids.
        lost: the lost pupil's id; 0 where there is none.
        probability: how likely it is the same pupil.
        bits: the evidence, in hundredths of a bit.
        share: how many of the roll are estimated to be among the lost pupils, of 1.
    """

    roll: NDArray[np.int64]
    lost: NDArray[np.int64]
    probability: NDArray[np.float64]
    bits: NDArray[np.int16]
    share: float

    def classes(self) -> NDArray[np.str_]:
        """The class of each."""
        certain = np.where(self.probability >= CERTAIN, Class.CERTAIN.value, Class.CHECK.value)
        return np.where((self.lost > 0) & (self.probability >= CHECK), certain, Class.NONE.value)


Progress = Callable[[int, int], None]
Work = tuple[str, int, int]


def name_work(roll: Index) -> list[Work]:
    """The pieces that `compare_names` is called for, in order: which names, from where, to where."""
    return [
        (which, begin, min(begin + _NAMES, size))
        for which, size in (("surname", roll.surnames.size), ("forename", roll.forenames.size))
        for begin in range(0, size, _NAMES)
    ]


def compare_names(lost: Index, roll: Index, work: Work) -> Likeness:
    """The likeness of one piece of the roll's names."""
    which, begin, end = work
    surname = which == "surname"
    asked, held = (roll.surnames, lost.surnames) if surname else (roll.forenames, lost.forenames)
    return likeness.likeness(
        asked,
        begin,
        end,
        held,
        lost.counts[which],
        surname_forms if surname else forename_forms,
        model.SURNAME if surname else model.FORENAME,
        roll.counts[which] > 0,
    )


def gather(lost: Index, roll: Index, works: Sequence[Work], made: Sequence[Likeness]) -> Compared:
    """The likeness of all names from that of its pieces, in order, and that of dates of birth."""
    split = sum(which == "surname" for which, _begin, _end in works)
    return Compared(
        likeness.joined(made[:split], lost.surnames.size),
        likeness.joined(made[split:], lost.forenames.size),
        likeness.dates(roll.births, lost.births, lost.counts["born"], roll.counts["born"] > 0),
    )


def compare(lost: Index, roll: Index, progress: Progress | None = None) -> Compared:
    """The likeness of all the roll's names, in one process."""
    works = name_work(roll)
    made = []
    for done, work in enumerate(works, 1):
        made.append(compare_names(lost, roll, work))
        if progress is not None:
            progress(done, len(works))
    return gather(lost, roll, works, made)


def parts(roll: Index) -> list[tuple[int, int]]:
    """The parts of the roll that `look` is called for: rows from, to."""
    return [(begin, min(begin + PART, roll.size)) for begin in range(0, roll.size, PART)]


def look(held: Held, roll: Index, compared: Compared, part: tuple[int, int]) -> Pairs:
    """The pairs of one part of the roll that are not hopeless.

    Args:
        held: the lost pupils, as `pairs.prepare` sorted them.
        roll: the roll's index.
        compared: the likeness of names.
        part: one of `parts`.
    """
    rows = np.arange(*part, dtype=np.int64)
    of, lost = pairs.candidates(held, roll, rows, compared.surnames, compared.forenames)
    bits = pairs.score(held, roll, of, lost, compared.surnames, compared.forenames, compared.dates)
    least = 100 * (np.log2(max(held.index.size, 1)) - _FAINT - np.log2(1 / CHECK))
    kept = (bits >= min(least, 1_200)) & ~np.isin(lost, held.superseded)
    of, lost = of[kept], lost[kept]
    siblings = pairs.siblings(held, roll, of, lost, compared.surnames, compared.forenames, compared.dates)
    return Pairs(of.astype(np.int32), lost.astype(np.int32), bits[kept], siblings)


def settle(lost: Index, roll: Index, found: Iterable[Pairs]) -> Links:
    """Give each pupil of the roll at most one lost pupil, the best pairs first.

    The likelihood of a pair weighs it against its rivals on both sides and against there being none, only a
    brother or sister perhaps; how many of the roll are here at all is estimated from the pairs themselves.
    """
    every = list(found)
    of = np.concatenate([part.roll for part in every] or [np.zeros(0, np.int32)])
    to = np.concatenate([part.lost for part in every] or [np.zeros(0, np.int32)])
    bits = np.concatenate([part.bits for part in every] or [np.zeros(0, np.int16)])
    siblings = np.concatenate([part.siblings for part in every] or [np.zeros(0, np.int16)])
    odds = np.exp2(bits / 100.0)
    family = np.bincount(of, np.exp2(siblings / 100.0), roll.size)
    records = max(lost.size, model.LOOKED_FOR)
    share = min(_SHARE, 0.5 * lost.size / max(roll.size, 1))
    likely = np.zeros(len(bits))
    for _ in range(_ROUNDS):
        nowhere = (records * model.LOOKALIKES + family[of]) * (1 - share) / max(share, 1e-6)
        rivals = np.bincount(of, odds, roll.size)[of] + np.bincount(to, odds, lost.size)[to] - odds
        likely = odds / (rivals + nowhere)
        # A few pairs tell little of how many are here: what was thought before counts as some pupils more.
        found_here = likely.sum() + _SHARE * _BEFORE
        share = float(np.clip(found_here / (roll.size + _BEFORE), 1e-6, 0.999))
    chosen = _one_to_one(of, to, bits, likely)
    ids = np.zeros(roll.size, np.int64)
    probability = np.zeros(roll.size)
    worth = np.zeros(roll.size, np.int16)
    ids[of[chosen]] = lost.ids[to[chosen]]
    probability[of[chosen]] = likely[chosen]
    worth[of[chosen]] = bits[chosen]
    return Links(roll.ids, ids, probability, worth, share)


def _one_to_one(
    of: NDArray[np.int32], to: NDArray[np.int32], bits: NDArray[np.int16], likely: NDArray[np.float64]
) -> NDArray[np.intp]:
    """The pairs that are the best for both, then the best of those left, and so on."""
    left = np.flatnonzero(likely >= CHECK / 4)
    left = left[np.lexsort((to[left], of[left], -bits[left].astype(np.int32)))]
    chosen: list[NDArray[np.intp]] = []
    while len(left):
        place = np.arange(len(left))
        first_of, first_to = (
            np.unique(of[left], return_index=True)[1],
            np.unique(to[left], return_index=True)[1],
        )
        best = np.intersect1d(place[first_of], place[first_to])
        chosen.append(left[best])
        gone_of, gone_to = np.isin(of[left], of[left[best]]), np.isin(to[left], to[left[best]])
        left = left[~(gone_of | gone_to)]
    return np.concatenate(chosen) if chosen else np.zeros(0, np.intp)


def link(lost: Index, roll: Index, progress: Progress | None = None) -> Links:
    """All of it in one process: see the module.

    Args:
        lost: the lost pupils.
        roll: the pupils on roll; their ids are the caller's.
        progress: is told what is done, of what.
    """
    works, pieces = name_work(roll), parts(roll)
    steps = len(works) + len(pieces)

    def told(done: int, _of: int) -> None:
        if progress is not None:
            progress(done, steps)

    compared = compare(lost, roll, told)
    held = pairs.prepare(lost)
    found = []
    for done, part in enumerate(pieces, len(works) + 1):
        found.append(look(held, roll, compared, part))
        told(done, steps)
    return settle(lost, roll, found)
