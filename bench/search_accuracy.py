"""How often the right pupil is found, by kind of damage, beside the portal's ways and an oracle.

A tenth of a million by default; `--full` for the million that the limits are about.
"""

import sys
from collections import defaultdict

import numpy as np

from bench.measuring import say
from bench.people import asking, population, testing, testing_slips
from bench.people.asking import Question
from s2s_tui.matching.fields import Record
from s2s_tui.matching.index import Index, build
from s2s_tui.matching.search import search
from s2s_tui.matching.text import joined

QUESTIONS = 4_000
_SOUNDEX = {
    letter: digit
    for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1)
    for letter in letters
}


def soundex(name: str) -> str:
    """The American Soundex of a joined name."""
    kept, last = name[:1], _SOUNDEX.get(name[:1])
    for letter in name[1:]:
        digit = _SOUNDEX.get(letter)
        if digit and digit != last:
            kept += str(digit)
        if letter not in "hw":
            last = digit
    return kept[:4].ljust(4, "0")


def portal(people: list[Record], asked: list[Question], *, begins: bool) -> list[tuple[float, float]]:
    """The portal: the surname begins so, or has the same Soundex, and all the rest is the same.

    Those who fit are in no order: the chances of being first and among the first ten.
    """
    tables: dict[tuple[bool, ...], dict[tuple[object, ...], list[int]]] = {}
    names = ("forename", "born", "gender", "town")
    for question in asked:
        shown = tuple(bool(getattr(question.query, name)) for name in names)
        tables.setdefault(shown, defaultdict(list))
    columns = [
        (tuple(_same(getattr(p, name)) for name in names), joined(p.surname or ""), p.id) for p in people
    ]
    sounds = {surname: soundex(surname) for _rest, surname, _id in columns}
    for shown, table in tables.items():
        for rest, _surname, at in columns:
            table[tuple(value if on else None for value, on in zip(rest, shown, strict=True))].append(at)
    held = {at: surname for _rest, surname, at in columns}
    chances = []
    for question in asked:
        query = question.query
        shown = tuple(bool(getattr(query, name)) for name in names)
        rest = tuple(
            _same(getattr(query, name)) if on else None for name, on in zip(names, shown, strict=True)
        )
        fitting, typed = tables[shown].get(rest, []), joined(query.surname)
        if typed:
            sound = soundex(typed)
            fitting = [
                at for at in fitting if (held[at].startswith(typed) if begins else sounds[held[at]] == sound)
            ]
        many = len(fitting)
        here = question.answer in fitting
        chances.append((here / many if many else 0.0, here * min(1.0, 10 / many) if many else 0.0))
    return chances


def _same(value: object) -> object:
    return joined(value) if isinstance(value, str) else value


def ours(index: Index, asked: list[Question]) -> list[tuple[float, float]]:
    """Whether the pupil meant is first, and among the first ten."""
    found = []
    for question in asked:
        ids = [match.id for match in search(index, question.query, limit=10)]
        found.append((float(ids[:1] == [question.answer]), float(question.answer in ids)))
    return found


def mean(chances: list[tuple[float, float]]) -> tuple[float, float]:
    """Of both, in per cent."""
    first, ten = 100 * np.array(chances).mean(axis=0)
    return float(first), float(ten)


def run() -> None:
    size = 1_000_000 if "--full" in sys.argv else 100_000
    people = population.pupils(testing.world(size), size, seed=5)
    index = build(people)
    mixed = asking.questions(people, testing_slips.SLIPS, QUESTIONS, seed=9)
    best = mean(list(zip(*asking.oracle(people, mixed), strict=True)))
    for name, chances in (
        ("ours", ours(index, mixed)),
        ("portal, surname begins", portal(people, mixed, begins=True)),
        ("portal, Soundex", portal(people, mixed, begins=False)),
    ):
        first, ten = mean(chances)
        limits = ("at least 97", "at least 99.3") if name == "ours" else ("", "")
        say(f"{name}: first", first, "%")
        say(f"{name}: first, of what the oracle reaches", 100 * first / best[0], "%", limits[0])
        say(f"{name}: in the first ten", ten, "%")
        say(f"{name}: in the first ten, of the oracle's", 100 * ten / best[1], "%", limits[1])
    say("oracle: first", best[0], "%")
    say("oracle: in the first ten", best[1], "%")
    single = asking.questions(people, testing_slips.SLIPS, QUESTIONS, seed=10, twice=0.0)
    kinds: dict[str, list[tuple[float, float]]] = defaultdict(list)
    ceilings: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for question, found, oracle in zip(
        single, ours(index, single), zip(*asking.oracle(people, single), strict=True), strict=True
    ):
        kinds[question.kind].append(found)
        ceilings[question.kind].append(oracle)
    for kind, chances in kinds.items():
        first, ten = mean(chances)
        top = mean(ceilings[kind])
        say(
            f"{kind.replace('_', ' ')}: in the first ten",
            ten,
            "%",
            f"(first {first:.1f}; oracle {top[0]:.1f}, {top[1]:.1f})",
        )


if __name__ == "__main__":
    run()
