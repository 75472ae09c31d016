"""A roll to match against the lost pupils: half of it are lost ones as a new school writes them, half not."""

import numpy as np

from bench.people import population, testing, testing_slips
from s2s_tui.matching.fields import Record

_NOT_ON_A_ROLL = {"no_date", "no_surname", "surname_and_date", "clean"}


def roll(
    count: int, lost: int, seed: int = 5, *, upns: bool = False
) -> tuple[list[Record], list[Record], dict[int, int]]:
    """Lost pupils, a roll, and which of the roll is which lost pupil, by id.

    Two in five of the roll are written without a slip, two with one, one with two; four in ten have no
    postcode, or moved; none has a UPN, so that names, dates and places must do. With `upns`, six in ten of
    the lost ones still have theirs, one in ten none, two in ten a temporary one, and one in ten was given a
    second one; whoever is not lost has one of their own.
    """
    people = population.pupils(testing.world(lost), lost + count - count // 2, seed)
    rng = np.random.default_rng(seed + 1)
    slips = [slip for name, slip in testing_slips.SLIPS.items() if name not in _NOT_ON_A_ROLL]
    chosen = [*rng.permutation(lost)[: count // 2].tolist(), *range(lost, len(people))]
    made: list[Record] = []
    truth: dict[int, int] = {}
    for number, place in enumerate(chosen, 1):
        record = people[place]
        typed: dict[str, object] = {}
        for _ in range(int(rng.choice([0, 1, 2], p=[0.4, 0.4, 0.2]))):
            typed |= slips[int(rng.integers(len(slips)))](record, rng) or {}
        made.append(
            record._replace(
                id=number,
                upn=_upn(record, place < lost, rng) if upns else "",
                former_surname="",
                middle_names="",
                preferred_forename="",
                preferred_surname="",
                postcode=record.postcode if rng.random() < 0.6 else "",
                **typed,  # type: ignore[arg-type]
            )
        )
        if place < lost:
            truth[number] = record.id
    return people[:lost], made, truth


def _upn(record: Record, is_lost: bool, rng: np.random.Generator) -> str:
    how, digits = (
        rng.random(),
        f"{rng.integers(6600000, 7000000)}{rng.integers(10, 26)}{rng.integers(1000):03}",
    )
    other = population.upn_of(digits)
    if how < 0.6 or (not is_lost and how < 0.9):
        return record.upn or ""
    if how < 0.7 or not is_lost:
        return ""
    return other[:-1] + "T" if how < 0.9 else other


def f1(found: dict[int, int], truth: dict[int, int]) -> tuple[float, float, float]:
    """F1, precision and recall of the pairs found."""
    right = sum(truth.get(one) == other for one, other in found.items())
    return 2 * right / max(len(found) + len(truth), 1), right / max(len(found), 1), right / max(len(truth), 1)
