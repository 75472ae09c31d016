"""What is asked, what is known of a pupil, and what is answered: the borders of the matching."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import NamedTuple


class Born(NamedTuple):
    """A date of birth of which parts may be unknown."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """What someone knows, or believes, of the pupil they look for. Anything may be empty or wrong.

    Attributes:
        upn: as typed; spaces and case don't matter.
        surname: as typed.
        forename: as typed; several forenames may stand here.
        born: a date, or the parts of it that are known.
        gender: `M` or `F`; anything else says nothing.
        town: as typed, in English or Welsh.
        postcode: as typed.
        surname_begins: only pupils whose surname, former or preferred surname begins with `surname`
            (the portal's box *Surname Begins*, R-LPD-1).
    """

    upn: str = ""
    surname: str = ""
    forename: str = ""
    born: date | Born | None = None
    gender: str = ""
    town: str = ""
    postcode: str = ""
    surname_begins: bool = False


class Record(NamedTuple):
    """What is held on a pupil. An index takes any tuples of this order; None counts as empty."""

    id: int
    upn: str | None = ""
    surname: str | None = ""
    forename: str | None = ""
    born: date | Born | None = None
    gender: str | None = ""
    town: str | None = ""
    former_upn: str | None = ""
    former_surname: str | None = ""
    former_forename: str | None = ""
    preferred_surname: str | None = ""
    preferred_forename: str | None = ""
    middle_names: str | None = ""
    postcode: str | None = ""
    resolved: bool = False
    """Found already (R-LPD-10): weighs as all do, and is shown only where that is asked for."""


class Level(IntEnum):
    """How a typed name resembles a held one. The words that people see are `code`."""

    SAME = 0
    ORDER = 1
    WELSH = 2
    SHORT = 3
    SPELLING = 4
    SOUNDS = 5
    LETTER = 6
    PART = 7
    BEGINS = 8
    PART_CLOSE = 9
    CLOSE = 10
    LOOSE = 11
    INITIAL = 12
    DIFFERENT = 13

    @property
    def code(self) -> str:
        """The level in words joined by hyphens."""
        return self.name.lower().replace("_", "-")


class DateLevel(IntEnum):
    """How a typed date of birth resembles a held one."""

    SAME = 0
    SWAPPED = 1
    YEAR_NEAR = 2
    MONTH_NEAR = 3
    DAY_NEAR = 4
    DIGITS_SWAPPED = 5
    DIGIT = 6
    DAY_DIFFERS = 7
    MONTH_DIFFERS = 8
    YEAR_DIFFERS = 9
    TWO_DIGITS = 10
    SWAPPED_NEAR = 11
    YEAR = 12
    DIFFERENT = 13

    @property
    def code(self) -> str:
        """The level in words joined by hyphens."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, for one field.

    Attributes:
        field: `surname`, `forename`, `born`, `gender`, `town`, `postcode` or `upn`.
        code: field and level, `surname-sounds`, `born-swapped`: `services.wording.reasons` has the sentence;
            of a name or a date of birth that the pupil has not, `unheld` where it was typed, else `neither`.
        typed: what was typed, raw; empty for `neither`.
        held: what is held, raw; a name as the first record with it writes it; a date as YYYY-MM-DD; empty
            for `unheld` and `neither`.
        bits: the evidence for (or, below 0, against), in bits, to hundredths. A match's bits are the sum.
        via: where the held value stands if not in its own field: `former`, `preferred`, `middle`, or
            `swapped` for a surname found as the forename and the other way round.
    """

    field: str
    code: str
    typed: str
    held: str
    bits: float
    via: str = ""

    @property
    def params(self) -> Mapping[str, str]:
        """What the sentence for the code needs."""
        return {"typed": self.typed, "held": self.held}


@dataclass(frozen=True, slots=True)
class Match:
    """A pupil who may be the one.

    Attributes:
        id: the record's.
        score: 0 to 100: how likely this is the pupil, as a percentage, if half of those looked for are here
            at all. Rivals share it: of two who fit equally well neither gets more than 50.
        bits: the evidence, the exact sum of the reasons' bits.
        equal: how many other pupils fit exactly as well as this one.
        reasons: one a field that says something, in the order of the form.
    """

    id: int
    score: int
    bits: float
    equal: int
    reasons: tuple[Reason, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a search comes to.

    Attributes:
        matches: the pupils who may be the one, the likeliest first.
        resolved: ids of resolved records, not shown, that fit better than the first of the matches, the
            likeliest first; only where they are as likely the pupil as not.
    """

    matches: tuple[Match, ...]
    resolved: tuple[int, ...] = ()
