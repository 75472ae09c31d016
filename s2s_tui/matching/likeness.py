"""Which names of one list resemble which of another: made once for a whole roll, kept sparse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from s2s_tui.matching import births, model, names, weights
from s2s_tui.matching.births import BirthList
from s2s_tui.matching.fields import Born, Level
from s2s_tui.matching.model import Channel
from s2s_tui.matching.names import Forms, NameList

_COUNTED = tuple(level for level in Level if level not in (Level.LOOSE, Level.INITIAL, Level.DIFFERENT))
"""Levels that bulk matching looks at: what is looser finds no pupil that nothing else finds."""
_AT_ONCE = 1 << 17
"""Pairs of names that are looked at together: few enough to stay in the processor's cache."""
_DATES = 1 << 26
"""Bytes that the likeness of dates may take."""
STRONG = (Level.SAME, Level.ORDER, Level.WELSH, Level.SHORT, Level.SPELLING, Level.SOUNDS, Level.LETTER)


@dataclass(frozen=True, slots=True)
class Likeness:
    """For each asked name, the held ones that resemble it.

    Attributes:
        start: where each asked name's run begins; one more entry than names.
        code, level: of the held names, one run after another.
        worth: the evidence of each entry in hundredths of a bit.
        same, different: for each asked name, the evidence of the same name, and of one that isn't alike.
        key: asked and held code of each entry as one number, ascending; empty until pieces are `joined`.
    """

    start: NDArray[np.int64]
    code: NDArray[np.int32]
    level: NDArray[np.uint8]
    worth: NDArray[np.int16]
    same: NDArray[np.int16]
    different: NDArray[np.int16]
    key: NDArray[np.int64]

    def run(self, asked: int) -> slice:
        """Where an asked name's run stands."""
        return slice(int(self.start[asked]), int(self.start[asked + 1]))


def likeness(
    asked: NameList,
    begin: int,
    end: int,
    held: NameList,
    counts: NDArray[np.int64],
    forms: Forms,
    channel: Channel,
    wanted: NDArray[np.bool_],
) -> Likeness:
    """The likeness of the asked names from `begin` to `end`; those not `wanted` get empty runs."""
    codes: list[NDArray[np.int32]] = []
    levels: list[NDArray[np.uint8]] = []
    start = np.zeros(end - begin + 1, np.int64)
    known = int(counts[1:].sum())
    dense = np.full(held.size, Level.DIFFERENT, np.uint8)
    order = sorted(_COUNTED, key=channel.slips.__getitem__)
    parts: names.Parts = {}
    places = np.flatnonzero(wanted[begin:end]) + begin
    places = places[places > 0]
    for at, near in zip(places.tolist(), _near(asked, places, held), strict=True):
        found = names.resembling(held, asked.held(at), forms, parts, near)
        for kind in order:
            if kind in found:
                dense[found[kind]] = kind
        run = np.flatnonzero(dense < Level.DIFFERENT)
        codes.append(run.astype(np.int32))
        levels.append(dense[run])
        dense[run] = Level.DIFFERENT
        start[at - begin + 1] = len(run)
    width = len(channel.slips) + 1
    owner = np.repeat(np.arange(end - begin), start[1:])
    np.cumsum(start, out=start)
    code = np.concatenate(codes) if codes else np.zeros(0, np.int32)
    level = np.concatenate(levels) if levels else np.zeros(0, np.uint8)
    placed = np.bincount(owner * width + level, counts[code], (end - begin) * width)
    shares = placed.astype(np.float64).reshape(-1, width)
    shares[:, -1] = known - shares[:, :-1].sum(axis=1)
    of_level, rarity = weights.of_shares(shares, channel)
    worth = weights.of_each(level, counts[code], shares[owner, 0], rarity[owner], channel)
    worth = np.maximum(worth, of_level[owner, -1])
    same, different = (np.ascontiguousarray(of_level[:, at]) for at in (Level.SAME, Level.DIFFERENT))
    return Likeness(start, code, level, worth, same, different, np.zeros(0, np.int64))


def _near(asked: NameList, places: NDArray[np.intp], held: NameList) -> Iterator[names.Nearby]:
    """What of the held names is worth comparing with each asked one, some at once."""
    many = max(1, _AT_ONCE // held.size)
    for at in range(0, len(places), many):
        some = places[at : at + many]
        yield from names.nearby(held, [asked.texts[place] for place in some.tolist()], asked.sounds[some])


def joined(parts: Sequence[Likeness], size: int) -> Likeness:
    """Likenesses of runs of names, one after another, as one.

    Args:
        parts: in order of names.
        size: how many held names there are.
    """
    starts = [np.zeros(1, np.int64)]
    for part in parts:
        starts.append(part.start[1:] + starts[-1][-1])
    start = np.concatenate(starts)
    code = np.concatenate([part.code for part in parts])
    key = np.repeat(np.arange(len(start) - 1, dtype=np.int64) * size, np.diff(start))
    key += code
    return Likeness(
        start,
        code,
        np.concatenate([part.level for part in parts]),
        np.concatenate([part.worth for part in parts]),
        np.concatenate([part.same for part in parts]),
        np.concatenate([part.different for part in parts]),
        key,
    )


@dataclass(frozen=True, slots=True)
class Dates:
    """How each asked date of birth resembles each held one.

    Attributes:
        level: a row for each asked date, a column for each held one.
        worth: for each asked date, the evidence of each level in hundredths of a bit.
    """

    level: NDArray[np.uint8]
    worth: NDArray[np.int16]

    def evidence(self, asked: NDArray[np.integer], held: NDArray[np.integer]) -> NDArray[np.int16]:
        """The evidence of pairs of dates."""
        worth: NDArray[np.int16] = self.worth[asked, self.level[asked, held]]
        return _unknown(worth, asked, held)


def _unknown(
    worth: NDArray[np.int16], asked: NDArray[np.integer], held: NDArray[np.integer]
) -> NDArray[np.int16]:
    """The evidence of pairs in one of `model.KNOWN`, changed in place where one or both have none there."""
    worth[held == 0] = weights.hundredths(model.UNHELD)
    worth[asked == 0] = 0
    return worth


def dates(
    asked: BirthList, held: BirthList, counts: NDArray[np.int64], wanted: NDArray[np.bool_]
) -> Dates | None:
    """The likeness of all dates of birth; None where there are too many to keep that."""
    if asked.size * held.size > _DATES:
        return None
    level = np.zeros((asked.size, held.size), np.uint8)
    shares = np.zeros((asked.size, len(model.BORN.slips) + 1))
    many = counts[1:].astype(np.float64)
    for at in np.flatnonzero(wanted[1:]) + 1:
        level[at] = births.levels(held, Born(*asked.days[at].tolist()))
        shares[at] = np.bincount(level[at, 1:], many, minlength=shares.shape[1])
    channel = weights.born_channel(Born(1, 1, 1), weights.years([held], [counts]))
    worth = weights.of_shares(shares, channel)[0]
    worth[~wanted] = 0
    return Dates(level, worth)


def by_group(codes: NDArray[np.int32]) -> list[tuple[int, NDArray[np.intp]]]:
    """The places of each code, code by code; places where the code is 0 are left out."""
    if not len(codes):
        return []
    order = np.argsort(codes, kind="stable")
    values, first = np.unique(codes[order], return_index=True)
    runs = np.split(order, first[1:])
    return [(int(value), run) for value, run in zip(values.tolist(), runs, strict=True) if value]


def evidence(
    like: Likeness, asked: NDArray[np.int32], held: NDArray[np.int32], size: int
) -> NDArray[np.int16]:
    """The evidence of pairs of names, in hundredths of a bit.

    Args:
        like: the likeness.
        asked: the codes of the asked names, pair by pair.
        held: those of the held ones.
        size: how many held names there are.
    """
    worth: NDArray[np.int16] = like.different[asked]
    if len(like.code):
        wanted = asked.astype(np.int64) * size + held
        at = np.minimum(np.searchsorted(like.key, wanted), len(like.key) - 1)
        worth = np.where(like.key[at] == wanted, like.worth[at], worth)
    return _unknown(worth, asked, held)
