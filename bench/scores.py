"""How often the first of the list is the pupil, by the score it has; half of those meant are not there.

Few records: drawn from 200,000 pupils of the tuning world, several times over, a quarter of the questions
with the year of birth alone and no town. A tenth of a million of the testing world, asked as elsewhere;
`--full` for the million. The seeds are kept for this: no figure is chosen by them.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from bench.measuring import say
from bench.people import asking, population, testing, testing_slips, tuning, tuning_slips
from bench.people.asking import Question
from s2s_tui.matching.fields import Born, Record
from s2s_tui.matching.index import Index, build
from s2s_tui.matching.search import search

BANDS = ((0, 9), (10, 29), (30, 49), (50, 69), (70, 89), (90, 98), (99, 100))
SEED = 4_711
POPULATION = 200_000
QUESTIONS = 4_000
Told = list[tuple[int, bool]]
"""The score of the first of each list, and whether it is the pupil meant."""


def asked_of(index: Index, asked: Iterable[tuple[Question, bool]]) -> Told:
    """The first of each list; of each question whether the pupil meant is to be taken out before."""
    told: Told = []
    for question, gone in asked:
        best = search(index, question.query, removed={question.answer} if gone else (), limit=1)
        if best:
            told.append((best[0].score, best[0].id == question.answer))
    return told


def few(held: int, people: list[Record], seed: int, questions: int) -> Told:
    """Some of the people, held; those meant are as often others."""
    rng = np.random.default_rng(seed)
    told: Told = []
    times = max(1, min(10, 3_000 // held))
    for turn in range(times):
        order = rng.permutation(len(people))
        here = [people[at] for at in order[:held].tolist()]
        index = build(here)
        others = [people[at] for at in order[held : 2 * held].tolist()]
        for meant in (here, others):
            asked = asking.questions(
                meant, tuning_slips.SLIPS, questions // 2 // times, seed=seed + 10 * turn + (meant is here)
            )
            told += asked_of(index, ((_vague(one, number), False) for number, one in enumerate(asked)))
    return told


def _vague(question: Question, number: int) -> Question:
    born = question.query.born
    if number % 4 or born is None:
        return question
    return replace(question, query=replace(question.query, born=Born(born.year), town=""))


def show(name: str, told: Told) -> None:
    """Said and right, band by band, with the error that so few questions leave."""
    bands: dict[tuple[int, int], Told] = defaultdict(list)
    for score, right in told:
        bands[next(band for band in BANDS if band[0] <= score <= band[1])].append((score, right))
    for low, high in BANDS:
        if here := bands[low, high]:
            said = sum(score for score, _right in here) / len(here)
            true = sum(right for _score, right in here) / len(here)
            error = 100 * (max(true * (1 - true), 0.01) / len(here)) ** 0.5
            what = f"said {said:.0f} (±{error:.0f}, {len(here)})"
            say(f"{name}: {low} to {high}, right", 100 * true, "%", what)


def run() -> None:
    people = population.pupils(tuning.world(POPULATION), POPULATION, seed=SEED)
    for held in (300, 1_000, 10_000):
        show(f"{held:,} held", few(held, people, SEED + held, QUESTIONS))
    size = 1_000_000 if "--full" in sys.argv else 100_000
    people = population.pupils(testing.world(size), size, seed=SEED)
    asked = asking.questions(people, testing_slips.SLIPS, QUESTIONS, seed=SEED + 1)
    index = build(people)
    show(f"{size:,} held", asked_of(index, ((one, number % 2 == 1) for number, one in enumerate(asked))))


if __name__ == "__main__":
    run()
