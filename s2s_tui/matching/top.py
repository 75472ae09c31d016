"""The best of very many scores, without sorting them all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from s2s_tui.matching import model

OUT = -32_768
"""The score of one who is left out."""
_BLOCK = 512
_RIVALS = 1_200
"""Hundredths of a bit below the best at which the rest no longer share in the probability."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One of the best.

    Attributes:
        part, row: where it is.
        id: the record's.
        bits: its score, in hundredths.
        equal: how many others have the same.
        probability: 0 to 1, its rivals considered.
    """

    part: int
    row: int
    id: int
    bits: int
    equal: int
    probability: float


def best(
    parts: Sequence[tuple[NDArray[np.int64], NDArray[np.int16]]],
    limit: int,
    lowest: int = 1,
    hidden: Sequence[NDArray[np.integer]] = (),
) -> list[Hit]:
    """The best of several parts together, by score, then by id.

    Args:
        parts: the ids of each part, ascending, and their scores.
        limit: how many at most.
        lowest: the lowest score that counts.
        hidden: for each part, rows that are no hits themselves, only rivals: what fits better than all hits
            makes each of them less likely, whether it is shown or not.
    """
    every = [scores for _ids, scores in parts]
    shown = [_without(scores, rows) for scores, rows in zip(every, hidden, strict=True)] if hidden else every
    found: list[tuple[int, int, int, int]] = []
    for at, ((ids, _scores), scores) in enumerate(zip(parts, shown, strict=True)):
        rows = highest(scores, limit)
        pairs = zip(scores[rows].tolist(), ids[rows].tolist(), rows.tolist(), strict=True)
        found += [(-bits, record, at, row) for bits, record, row in pairs if bits >= lowest]
    found.sort()
    del found[limit:]
    if not found:
        return []
    least = max(-found[0][0] - _RIVALS, OUT + 1)
    living = sum(int(np.count_nonzero(scores > OUT)) for scores in every)
    values, counts = _counted(every, least)
    here = float(counts @ np.exp2(values / 100.0))
    nowhere = max(living, model.LOOKED_FOR) * model.LOOKALIKES * (1 - model.HERE) / model.HERE
    near = (values, counts) if shown is every else _counted(shown, least)
    many = dict(zip(near[0].tolist(), near[1].tolist(), strict=True))
    hits = []
    for negative, record, at, row in found:
        bits = -negative
        if bits not in many:
            many[bits] = sum(int(np.count_nonzero(scores == bits)) for scores in shown)
        hits.append(Hit(at, row, record, bits, many[bits] - 1, 2.0 ** (bits / 100) / (here + nowhere)))
    return hits


def _without(scores: NDArray[np.int16], rows: NDArray[np.integer]) -> NDArray[np.int16]:
    """Scores with some rows left out; the scores themselves stay."""
    if not len(rows):
        return scores
    left = scores.copy()
    left[rows] = OUT
    return left


def _counted(every: Sequence[NDArray[np.int16]], least: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different scores from the least on, and how many have each."""
    values = np.concatenate([scores[scores >= least] for scores in every])
    lowest = int(values.min())
    counts = np.bincount(values.astype(np.int64) - lowest)
    held = np.flatnonzero(counts)
    return held + lowest, counts[held]


def highest(scores: NDArray[np.int16], limit: int) -> NDArray[np.intp]:
    """The rows of the highest scores; of equal ones the first. In order of rows."""
    if len(scores) <= limit:
        return np.arange(len(scores))
    rows = np.arange(len(scores)) if len(scores) < limit * _BLOCK else _above(scores, limit)
    values = scores[rows]
    if len(rows) <= limit:
        return rows
    lowest = np.partition(values, len(values) - limit)[len(values) - limit]
    over = rows[values > lowest]
    ties = rows[values == lowest][: limit - len(over)]
    return np.sort(np.concatenate([over, ties]))


def _above(scores: NDArray[np.int16], limit: int) -> NDArray[np.intp]:
    """Rows that hold at least the `limit` highest: those above the limit-th best block's best."""
    whole = len(scores) // _BLOCK * _BLOCK
    peaks = scores[:whole].reshape(-1, _BLOCK).max(axis=1)
    threshold = np.partition(peaks, len(peaks) - limit)[len(peaks) - limit]
    return np.flatnonzero(scores >= threshold)
