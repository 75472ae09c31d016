"""The best of very many scores, held against sorting them all."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.matching import model, top

pytestmark = pytest.mark.requirement("R-LPD-5")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 3_000), st.integers(1, 5), st.integers(1, 300))
def test_the_highest_are_those_that_sorting_would_give_of_equal_ones_the_first(seed, size, limit, spread):
    scores = np.random.default_rng(seed).integers(-spread, spread, size).astype(np.int16)
    wanted = sorted(sorted(range(size), key=lambda row: (-scores[row], row))[:limit])
    assert top.highest(scores, limit).tolist() == wanted


def held(*parts):
    """Parts of scores, with ids counted on from 1."""
    ids = count(1)
    return [(np.array([next(ids) for _ in scores], np.int64), np.array(scores, np.int16)) for scores in parts]


def likelihood(bits, others, living):
    nowhere = max(living, model.LOOKED_FOR) * model.LOOKALIKES * (1 - model.HERE) / model.HERE
    return pytest.approx(2 ** (bits / 100) / (sum(2 ** (other / 100) for other in others) + nowhere))


def test_the_best_of_all_parts_come_by_score_then_by_id_with_how_many_are_equal():
    parts = held([900, 1500, 900, top.OUT], [1500, -3, 0, 900])
    hits = top.best(parts, 4)
    assert [(hit.id, hit.part, hit.row, hit.bits, hit.equal) for hit in hits] == [
        (2, 0, 1, 1500, 1),
        (5, 1, 0, 1500, 1),
        (1, 0, 0, 900, 2),
        (3, 0, 2, 900, 2),
    ]
    every = [900, 1500, 900, 1500, 900]
    assert hits[0].probability == likelihood(1500, every, 7)
    assert hits[3].probability == likelihood(900, every, 7)


def test_what_is_below_the_lowest_or_left_out_is_no_hit():
    parts = held([1, 0, -500, -501, top.OUT])
    assert [hit.id for hit in top.best(parts, 9)] == [1]
    assert [hit.id for hit in top.best(parts, 9, -500)] == [1, 2, 3]
    assert [hit.id for hit in top.best(parts, 9, top.OUT + 1)] == [1, 2, 3, 4]
    assert top.best(held([-1, top.OUT]), 9) == []
    assert top.best(held([]), 9) == []


def test_those_twelve_bits_behind_the_best_no_longer_share_in_the_likelihood():
    assert top.best(held([2000, 800]), 1)[0].probability == likelihood(2000, [2000, 800], 2)
    (best, other) = top.best(held([2000, 799, 799]), 2)
    assert best.probability == likelihood(2000, [2000], 3)
    assert (other.bits, other.equal) == (799, 1)


def test_more_records_than_those_looked_for_make_a_stranger_likelier():
    many = held([1000] + [0] * 4_999 + [top.OUT] * 9)
    assert top.best(many, 1)[0].probability == likelihood(1000, [1000] + [0] * 4_999, 5_000)


def test_who_is_hidden_is_no_hit_and_not_counted_as_equal_but_a_rival_all_the_same():
    parts = held([1500, 1400, 1400], [1400, 1400])
    hits = top.best(parts, 9, hidden=[np.array([0, 2]), np.array([], np.int64)])
    assert [(hit.id, hit.equal) for hit in hits] == [(2, 2), (4, 2), (5, 2)]
    assert hits[0].probability == likelihood(1400, [1500, 1400, 1400, 1400, 1400], 5)
    assert [scores.tolist() for _ids, scores in parts] == [[1500, 1400, 1400], [1400, 1400]]
