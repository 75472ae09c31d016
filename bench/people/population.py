"""Made-up pupils, many at once: families, twins, former and preferred names, from a world's own names.

What is alike in every world stands here; names, shares and slips are the world's own
(`tuning.py`, `testing.py`), so that what was set on one is tried on another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from s2s_tui.matching.fields import Record

Weighted = tuple[list[str], np.ndarray]


@dataclass(frozen=True)
class World:
    """Where the pupils live.

    Attributes:
        surnames, boys, girls, middle, towns: names and how common each is (summing to 1).
        doubled: the share of pupils with a double surname; `doubled_first` with a double forename.
        siblings: the share of pupils who live with the pupil before; `twins` of them born the same day.
        first_born: the earliest date of birth; pupils are born over sixteen years.
        short: short forms of a forename, for preferred names.
        welsh_towns: the Welsh names of towns, used by some schools.
    """

    surnames: Weighted
    boys: Weighted
    girls: Weighted
    middle: Weighted
    towns: Weighted
    doubled: float
    doubled_first: float
    siblings: float
    twins: float
    first_born: date
    short: Mapping[str, Sequence[str]]
    welsh_towns: Mapping[str, str]


def weighted(head: Mapping[str, float], tail: Sequence[str], share: float, slope: float = 0.8) -> Weighted:
    """Names with their shares: known ones, and a tail of ever rarer ones that has `share` in all."""
    known = np.array(list(head.values()), float)
    known = known / known.sum() * (1 - share)
    tail = [name for name in dict.fromkeys(tail) if name not in head]
    rest = 1.0 / np.arange(20, len(tail) + 20) ** slope
    rest = rest / rest.sum() * share
    return [*head, *tail], np.concatenate([known, rest])


def fading(names: Sequence[str], slope: float = 0.7, start: int = 8) -> dict[str, float]:
    """Shares for names given in order, the commonest first."""
    return {name: 1.0 / (place + start) ** slope for place, name in enumerate(dict.fromkeys(names))}


def pupils(world: World, count: int, seed: int) -> list[Record]:
    """Made-up pupils.

    Args:
        world: their names and habits.
        count: how many.
        seed: the same gives the same pupils.

    Returns:
        Records with ids from 1, in no order of anything.
    """
    rng = np.random.default_rng(seed)

    def pick(names: Weighted) -> list[str]:
        places = rng.choice(len(names[0]), count, p=names[1])
        return [names[0][place] for place in places.tolist()]

    surname, second, former, preferred = (pick(world.surnames) for _ in range(4))
    boy, girl, boy2, girl2 = pick(world.boys), pick(world.girls), pick(world.boys), pick(world.girls)
    middle, middle2, town = pick(world.middle), pick(world.middle), pick(world.towns)
    chance = rng.random((len(_CHANCES), count))
    days = rng.integers(0, 16 * 365, count).tolist()
    is_girl = chance[0] < 0.49
    serial = rng.permutation(count).tolist()
    schools = rng.integers(0, 1500, count).tolist()
    units = rng.integers(0, count // 12 + 1, count).tolist()
    at = {name: column.tolist() for name, column in zip(_CHANCES, chance, strict=True)}
    made: list[Record] = []
    last_unit = 0
    for n in range(count):
        hers = bool(is_girl[n])
        forename = girl[n] if hers else boy[n]
        if at["doubled_first"][n] < world.doubled_first:
            forename += ("-" if n % 3 else " ") + (girl2[n] if hers else boy2[n])
        name = surname[n]
        if at["doubled"][n] < world.doubled and second[n] != name:
            name += ("-" if n % 4 else " ") + second[n]
        born = world.first_born + timedelta(days[n])
        where, unit = town[n], units[n]
        if n and at["sibling"][n] < world.siblings:
            name, where, unit = made[-1].surname or "", made[-1].town or "", last_unit
            if at["twin"][n] < world.twins:
                born = made[-1].born or born
        last_unit = unit
        if at["welsh_town"][n] < 0.08:
            where = world.welsh_towns.get(where, where)
        short = world.short.get(forename)
        old = former[n] if at["former"][n] < 0.06 and former[n] != name else ""
        place = f"{660 + schools[n] % 22}{schools[n]:04}"
        upn = upn_of(f"{place}{born.year % 100:02}{serial[n] % 1000:03}")
        made.append(
            Record(
                n + 1,
                f"{upn[:-1]}{_LETTERS[n % 23]}" if at["temporary"][n] < 0.04 else upn,
                name,
                forename,
                born,
                "" if at["gender"][n] < 0.01 else "F" if hers else "M",
                "" if at["town"][n] < 0.03 else where,
                "",
                old,
                "",
                preferred[n] if at["preferred"][n] < 0.01 else "",
                short[n % len(short)] if short and at["preferred"][n] > 0.93 else "",
                " ".join([middle[n], middle2[n]][: 2 if at["middle"][n] < 0.08 else 1])
                if at["middle"][n] < 0.55
                else "",
                _postcode(unit) if at["postcode"][n] < 0.95 else "",
            )
        )
    return made


_CHANCES = (
    *("girl", "doubled_first", "doubled", "sibling", "twin", "welsh_town"),
    *("former", "temporary", "gender", "town", "preferred", "middle", "postcode"),
)
_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def upn_of(digits: str) -> str:
    """A UPN of twelve digits: with its check letter."""
    return _LETTERS[sum(place * int(digit) for place, digit in enumerate(digits, 2)) % 23] + digits


def _postcode(unit: int) -> str:
    area = ("CF", "SA", "NP", "LL", "LD", "SY")[unit % 6]
    rest = unit // 6
    unit_letters = f"{_LETTERS[rest // 540 % 23]}{_LETTERS[rest // 12420 % 23]}"
    return f"{area}{rest % 60 + 1} {rest // 60 % 9 + 1}{unit_letters}"
