"""Mailboxes by number, and the ways that files go between them, for worlds that are planned in columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from s2s_tui.demo.schools import School
from s2s_tui.rules.names import LEFT, LOST

Column: TypeAlias = NDArray[Any]

_ENDS = {"LLLL": 0, "PLAS": 1, "ADMS": 2}

(
    SCHOOL,
    ON_BEHALF,
    BULK,
    TO_LA,
    FROM_LA,
    GENERIC,
    PLASC,
    ADMISSIONS,
    UNKNOWN,
    LEAVER,
    LA_UNKNOWN,
    FORWARD,
) = range(12)
"""The ways that files go; `UNKNOWN`, `LEAVER` and `LA_UNKNOWN` lead to the lost pupil database."""


@dataclass(frozen=True, slots=True)
class Places:
    """Mailboxes by number: open schools, then each authority's three, then the lost pupil database's two.

    Attributes:
        boxes: the mailboxes.
        schools: the schools among them, which come first.
        codes: of the authorities, by number; an authority's first mailbox is `general(number)`.
        authority: of each school, the number of its authority.
    """

    boxes: Sequence[str]
    schools: Sequence[School]
    codes: Sequence[str]
    authority: Column

    def general(self, authority: Column, end: str = "LLLL") -> Column:
        """The mailboxes of authorities."""
        return np.asarray(len(self.schools) + 3 * authority + _ENDS[end])

    @property
    def organisations(self) -> list[str]:
        """The schools, then the authorities."""
        return [*self.boxes[: len(self.schools)], *self.codes]

    @property
    def lost(self) -> int:
        """The mailbox for pupils whose destination is unknown; the next one is for those who left."""
        return len(self.boxes) - 2


def places(schools: Sequence[School], codes: Sequence[str]) -> Places:
    """The mailboxes of a world; `codes` are its authorities with schools."""
    codes = sorted(codes)
    working = [school for school in schools if school.state == "open" and school.authority in set(codes)]
    at = {code: place for place, code in enumerate(codes)}
    boxes = [school.number for school in working]
    boxes += [f"{code}{end}" for code in codes for end in _ENDS]
    return Places(
        [*boxes, LOST, LEFT],
        working,
        codes,
        np.array([at[school.authority] for school in working], np.int32),
    )
