"""From levels to evidence: log2 of P(typed | held) over P(typed), in hundredths of a bit.

P(typed) is counted from the data for each search: the share of pupils at each level times how often such a
slip gives just this string. So a shared Treharne says more than a shared Jones, and a loose spelling of Jones
says less than Jones itself, however few pupils are spelt loosely.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2, prod

import numpy as np
from numpy.typing import NDArray

from s2s_tui.matching import births, model, names, postcodes
from s2s_tui.matching.births import BirthList
from s2s_tui.matching.fields import Born, Level
from s2s_tui.matching.model import Channel
from s2s_tui.matching.names import Forms, NameList

Levels = NDArray[np.uint8]
Bits = NDArray[np.int16]
Counts = Sequence[NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A typed value held against everything in the lists of one field.

    Attributes:
        levels: for each part (the snapshot, the recent ones), a level for each entry of its list.
        bits: for each part, the evidence for each entry, in hundredths; for none, the channel's `unheld`.
        of_level: the evidence of each level.
        rarity: P(typed).
        shares: how many pupils stand at each level.
    """

    levels: tuple[Levels, ...]
    bits: tuple[Bits, ...]
    of_level: Bits
    rarity: NDArray[np.float64]
    shares: NDArray[np.float64]


def hundredths(bits: float) -> int:
    """Bits as they are summed: whole hundredths, so that sums are exact."""
    return round(bits * 100)


def weigh_name(
    lists: Sequence[NameList], counts: Counts, typed: str, forms: Forms, channel: Channel
) -> Weighed:
    """A typed name against the names of each part."""
    told = _weigh(
        [name_levels(part, names.resembling(part, typed, forms), channel) for part in lists], counts, channel
    )
    _each(lists, counts, told, channel)
    return told


def weigh_beginning(lists: Sequence[NameList], counts: Counts, text: str) -> Weighed:
    """A surname that must begin so: those that do, the same ones a little ahead."""
    found = []
    for part in lists:
        span = part.beginning(text)
        codes = {Level.BEGINS: np.arange(span.start, span.stop), Level.SAME: np.array([part.code(text)])}
        found.append(
            name_levels(part, {level: held[held > 0] for level, held in codes.items()}, model.BEGINNING)
        )
    return _weigh(found, counts, model.BEGINNING)


def name_levels(part: NameList, found: Mapping[Level, NDArray[np.intp]], channel: Channel) -> Levels:
    """The level of each name: where several fit, the one that says most."""
    levels = np.full(part.size, Level.DIFFERENT, np.uint8)
    for level in sorted(found, key=channel.slips.__getitem__):
        levels[found[level]] = level
    return levels


def weigh_born(lists: Sequence[BirthList], counts: Counts, born: Born, over: float | None = None) -> Weighed:
    """A typed date of birth, or a part of one, against the dates of each part.

    Args:
        lists: the dates of each part.
        counts: how many pupils have each.
        born: what was typed.
        over: `years` of these, where that is known.
    """
    channel = born_channel(born, years(lists, counts) if over is None else over)
    return _weigh([births.levels(part, born) for part in lists], counts, channel)


def born_channel(born: Born, over: float) -> Channel:
    """How a date of birth, or the parts of it that are typed, comes to be typed, over so many `years`."""
    parts = zip(born, (1 / over, 1 / 12, 12 / 365), strict=True)
    common = prod(share for part, share in parts if part is not None)
    return replace(model.BORN, alike=model.BIRTHS * common)


def years(lists: Sequence[BirthList], counts: Counts) -> float:
    """Over how many years dates of birth spread: those of pupils, or more where what is held spreads more.

    That is as many as would make it as rare that two people were born in the same one, were all as common.
    """
    born: Counter[int] = Counter()
    for part, count in zip(lists, counts, strict=True):
        if part.size > 1:
            year, start = np.unique(part.days[1:, 0], return_index=True)
            many = np.add.reduceat(count[1:], start)
            for one, here in zip(year.tolist(), many.tolist(), strict=True):
                born[one] += here
    together = sum(many * many for many in born.values())
    return max(float(model.YEARS), born.total() ** 2 / together if together else 0.0)


def weigh_postcode(compared: Sequence[NDArray[np.uint8]], gone: Sequence[NDArray[np.intp]]) -> Weighed:
    """A typed postcode against those of each part's pupils, as `postcodes.compare` says it."""
    held = np.array([postcodes.DIFFERENT, postcodes.SAME, postcodes.NEAR, postcodes.DIFFERENT], np.uint8) - 1
    size = len(held)
    counts = [
        np.bincount(rows, minlength=size) - np.bincount(rows[out], minlength=size)
        for rows, out in zip(compared, gone, strict=True)
    ]
    return _weigh([held.astype(np.uint8)] * len(counts), counts, model.POSTCODE)


def weigh_gender(counts: Counts, typed: int) -> Weighed:
    """A typed gender (1 or 2) against none, 1 and 2."""
    held = sum(int(part[typed]) for part in counts)
    known = sum(int(part[1:].sum()) for part in counts)
    share = (held + model.STRANGERS / 2) / (known + model.STRANGERS)
    same, other = model.GENDER_SAME, 1 - model.GENDER_SAME
    rarity = share * same + (1 - share) * other
    of_level = np.array([hundredths(log2(same / rarity)), hundredths(log2(other / rarity))], np.int16)
    levels = np.array([1, 1, 1], np.uint8)
    levels[typed] = 0
    return _told([levels] * len(counts), of_level, np.array(rarity), np.zeros(0))


def _weigh(levels: Sequence[Levels], counts: Counts, channel: Channel) -> Weighed:
    shares = np.zeros(len(channel.slips) + 1)
    for part, count in zip(levels, counts, strict=True):
        # Whole numbers of pupils: the same pupils in other parts weigh exactly the same.
        shares += np.bincount(part[1:], count[1:], minlength=len(shares))
    of_level, rarity = of_shares(shares, channel)
    return _told(levels, of_level, rarity, shares, channel.unheld)


def of_shares(shares: NDArray[np.float64], channel: Channel) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """The evidence of each level, and P(typed), of one typed value or of many.

    Args:
        shares: how many pupils stand at each level, the different ones last; a row for each typed value.
        channel: how often each level comes about.
    """
    slips = np.array(channel.slips)
    known = shares.sum(axis=-1) + channel.strangers
    common = (shares[..., 0] + channel.alike) / known
    rarity = shares[..., 1:-1] @ slips[1:] / known + (slips[0] + channel.different) * common
    rarity = np.maximum(rarity, slips.max() / 2**model.STRONGEST)
    bits = np.log2(np.maximum(slips, 1e-12) / rarity[..., None])
    different = np.clip(np.log2(channel.different * common / rarity), channel.floor, channel.ceiling)
    bits = np.concatenate([bits, different[..., None]], axis=-1)
    # No level says less than that nothing is alike.
    return np.round(np.maximum(bits, different[..., None]) * 100).astype(np.int16), rarity


def _each(lists: Sequence[NameList], counts: Counts, told: Weighed, channel: Channel) -> None:
    """Give each name that resembles the typed one the evidence that `of_each` says."""
    for at, (part, levels) in enumerate(zip(lists, told.levels, strict=True)):
        rows = np.flatnonzero(levels[1:] < Level.DIFFERENT) + 1
        held = counts[at][rows]
        for other in range(len(lists)) if len(lists) > 1 else ():
            if other != at:
                codes = np.array([lists[other].code(part.texts[row]) for row in rows.tolist()], np.intp)
                held = held + np.where(codes > 0, counts[other][codes], 0)
        found = of_each(levels[rows], held, told.shares[0], told.rarity, channel)
        told.bits[at][rows] = np.clip(found, told.of_level[-1], model.STRONGEST * 100)


def of_each(
    levels: Levels,
    held: NDArray[np.int64],
    same: NDArray[np.float64],
    rarity: NDArray[np.float64],
    channel: Channel,
) -> Bits:
    """The evidence of held values that resemble the typed one, each with how common it is itself.

    A spelling that few hold, beside a common one that is typed, is likely to be a slip of that one.

    Args:
        levels: of the held values; none is different.
        held: how many pupils have each.
        same: how many pupils have the typed value; for each held one or for all.
        rarity: P(typed); likewise.
        channel: how often each level comes about.
    """
    slips = np.array(channel.slips)
    slip = slips[levels]
    meant = channel.held_wrong * (same + channel.alike) * slip
    meant = np.where(held <= 1, meant / (meant + model.GENUINE), np.minimum(meant / np.maximum(held, 1), 1.0))
    meant = meant * _MISSPELT[levels]
    likely = slip + meant * (slips[0] - slip)
    bits: Bits = np.round(np.log2(np.maximum(likely, 1e-12) / rarity) * 100).astype(np.int16)
    return bits


_MISSPELT = np.isin(np.arange(Level.DIFFERENT + 1), (Level.SOUNDS, Level.LETTER, Level.CLOSE, Level.LOOSE))
"""Levels at which what is held may be no name at all: other forms and double names are names."""


def _told(
    levels: Sequence[Levels],
    of_level: Bits,
    rarity: NDArray[np.float64],
    shares: NDArray[np.float64],
    unheld: float = 0.0,
) -> Weighed:
    bits = []
    for part in levels:
        told = of_level[part]
        told[0] = hundredths(unheld)
        bits.append(told)
    return Weighed(tuple(levels), tuple(bits), of_level, rarity, shares)


def crossed(
    lists: Sequence[NameList], counts: Counts, typed: str, forms: Forms, channel: Channel, straight: Weighed
) -> Weighed:
    """A typed surname against forenames, or the other way round, as if the two boxes were swapped.

    Args:
        lists: the names of the other box, of each part.
        counts: how many pupils have each of them.
        typed: the name as typed.
        forms: its other forms.
        channel: of the box that it was typed in.
        straight: the evidence in that box: what is not alike says as little here as there.
    """
    different = straight.of_level[Level.DIFFERENT]
    of_level = np.full(len(channel.slips) + 1, different, np.int16)
    told = _told(
        [name_levels(part, names.alike(part, typed, forms), channel) for part in lists],
        of_level,
        straight.rarity,
        straight.shares,
    )
    _each(lists, counts, told, channel)
    return told
