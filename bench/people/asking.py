"""Questions about made-up pupils, each with a known answer, and the oracle that no search can beat.

The oracle knows the clean values of the fields that are shown in the question; where several pupils share
them all, it can only guess among them.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from s2s_tui.matching.fields import Query, Record
from s2s_tui.matching.text import joined

Typed = dict[str, object]
Slip = Callable[[Record, np.random.Generator], Typed | None]
"""What is typed otherwise than held; None where a pupil can't be typed wrong in this way."""


@dataclass(frozen=True)
class Question:
    """A question.

    Attributes:
        kind: how it was damaged.
        query: what is typed.
        answer: the id of the pupil meant.
        shown: the clean values of the fields that were typed.
    """

    kind: str
    query: Query
    answer: int
    shown: tuple[object, ...]


def questions(
    pupils: Sequence[Record],
    slips: Mapping[str, Slip],
    count: int,
    seed: int,
    *,
    twice: float = 0.15,
    gender: float = 0.9,
    town: float = 0.8,
) -> list[Question]:
    """Questions of every kind, as many of each.

    Args:
        pupils: those who may be meant.
        slips: the kinds of damage.
        count: how many questions.
        seed: the same gives the same questions.
        twice: the share that has a second kind of damage.
        gender: how often it is typed at all.
        town: likewise.
    """
    rng = np.random.default_rng(seed)
    kinds = list(slips)
    asked: list[Question] = []
    while len(asked) < count:
        kind = kinds[len(asked) % len(kinds)]
        record = pupils[int(rng.integers(len(pupils)))]
        slip = slips[kind](record, rng)
        if slip is None:
            continue
        typed: Typed = {"surname": record.surname, "forename": record.forename, "born": record.born}
        if rng.random() < gender:
            typed["gender"] = record.gender
        if rng.random() < town:
            typed["town"] = record.town
        if rng.random() < twice:
            other = slips[kinds[int(rng.integers(len(kinds)))]](record, rng)
            typed |= {name: value for name, value in (other or {}).items() if name not in slip}
        typed |= slip
        query = Query(**{name: value for name, value in typed.items() if value is not None})  # type: ignore[arg-type]
        if not (query.surname or query.forename) or not (query.born or query.forename):
            continue
        asked.append(Question(kind, query, record.id, clean(record, query)))
    return asked


SHOWN = ("surname", "forename", "born", "gender", "town")


def clean(record: Record, query: Query) -> tuple[object, ...]:
    """The held values of the fields that the query shows."""
    return tuple(_comparable(getattr(record, name)) if getattr(query, name) else None for name in SHOWN)


def _comparable(value: object) -> object:
    return joined(value) if isinstance(value, str) else value


def oracle(pupils: Sequence[Record], asked: Sequence[Question]) -> tuple[list[float], list[float]]:
    """How surely one who knows the clean values names the pupil first, and among the first ten."""
    patterns: dict[tuple[bool, ...], Counter[tuple[object, ...]]] = {}
    for question in asked:
        patterns.setdefault(tuple(value is not None for value in question.shown), Counter())
    columns = {name: [_comparable(getattr(pupil, name)) for pupil in pupils] for name in SHOWN}
    wanted = {question.shown for question in asked}
    for pattern, counter in patterns.items():
        nothing = [None] * len(pupils)
        rows = zip(
            *(columns[name] if shown else nothing for name, shown in zip(SHOWN, pattern, strict=True)),
            strict=True,
        )
        counter.update(row for row in rows if row in wanted)
    first, ten = [], []
    for question in asked:
        counter = patterns[tuple(value is not None for value in question.shown)]
        many = max(counter[question.shown], 1)
        first.append(1 / many)
        ten.append(min(1.0, 10 / many))
    return first, ten
