"""How often the right pupil is found: floors under what `bench/search_accuracy.py` measures at full size."""

from collections import defaultdict

import pytest

from s2s_tui.matching.search import search

pytestmark = pytest.mark.requirement("R-LPD-5")


@pytest.fixture(scope="module")
def ranks(pupils, index):
    """For each kind of damage, where the pupil meant stands, from 0; 99 where not among the first fifty."""
    from bench.people import asking, testing_slips

    found = defaultdict(list)
    for question in asking.questions(pupils, testing_slips.SLIPS, 1_000, seed=4):
        ids = [match.id for match in search(index, question.query)]
        found[question.kind].append(ids.index(question.answer) if question.answer in ids else 99)
    return found


def test_the_pupil_meant_is_nearly_always_first_of_ten_thousand(ranks):
    every = [rank for kind in ranks.values() for rank in kind]
    assert sum(rank == 0 for rank in every) / len(every) >= 0.985
    assert sum(rank < 10 for rank in every) / len(every) >= 0.997


def test_no_kind_of_damage_hides_the_pupil(ranks):
    # Fifty questions a kind: one in fifty may go wrong.
    assert {
        kind: sum(rank < 10 for rank in found)
        for kind, found in ranks.items()
        if sum(rank >= 10 for rank in found) > 1
    } == {}


def test_who_is_not_there_gets_no_high_score(pupils, index):
    from bench.people import asking, testing_slips

    asked = asking.questions(pupils, testing_slips.SLIPS, 300, seed=6)
    sure = 0
    for question in asked:
        matches = search(index, question.query, removed={question.answer})
        sure += bool(matches) and matches[0].score >= 90
    assert sure / len(asked) <= 0.03
