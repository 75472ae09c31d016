"""Resolved records beside those that are shown: rivals of theirs, but for what was held on the same pupil."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from s2s_tui.matching import top
from s2s_tui.matching.index import Index

if TYPE_CHECKING:
    from s2s_tui.matching.search import Plan

_LOOKED_AT = 50
"""Resolved records, the likeliest of each part, that are compared with those shown; the rest weigh little."""
_LIKELY = 0.5
"""How likely resolved records together must be the pupil to be told of."""


def leave_out_doubles(
    plan: Plan, held: Sequence[tuple[NDArray[np.int64], NDArray[np.int16]]], shown: Sequence[top.Hit]
) -> None:
    """Take out of the scores what was resolved of the very pupils that are shown.

    A pupil who was found, and got lost again, has two records: the old one is no rival of the new one.

    Args:
        plan: the search.
        held: ids and scores of each part; those scores become `top.OUT`.
        shown: the hits.
    """
    known = [_names_of(plan.parts[hit.part], hit.row) for hit in shown]
    upns = {upn for upn, _person in known if upn}
    people = {person for _upn, person in known if all(person)}
    for part, (_ids, scores) in zip(plan.parts, held, strict=True):
        likeliest = part.resolved[top.highest(scores[part.resolved], _LOOKED_AT)]
        for row in likeliest.tolist():
            upn, person = _names_of(part, row)
            if upn in upns or person in people:
                scores[row] = top.OUT


def superseded(index: Index) -> NDArray[np.int32]:
    """The rows of resolved records of pupils who are lost again: the later record is the one to find."""
    rows = index.resolved
    if not len(rows):
        return rows
    lost = np.ones(index.size, np.bool_)
    lost[rows] = False
    surname, forename, born = (
        getattr(index, name).astype(np.int64) for name in ("surname", "forename", "born")
    )
    person = (surname * index.forenames.size + forename) * index.births.size + born
    person[(surname == 0) | (forename == 0) | (born == 0)] = -1
    again = np.isin(person[rows], person[lost & (person >= 0)])
    again |= np.isin(index.upn[rows], index.upn[lost & (index.upn != 0)])
    return rows[again]


def _names_of(part: Index, row: int) -> tuple[int, tuple[str, str, str]]:
    """A pupil's UPN as a number, 0 for none, and names and date of birth."""
    born = int(part.born[row])
    names = part.surnames.texts[int(part.surname[row])], part.forenames.texts[int(part.forename[row])]
    return int(part.upn[row]), (*names, part.births.held(born) if born else "")


def better(plan: Plan, best: Sequence[top.Hit]) -> tuple[int, ...]:
    """The ids of resolved records that fit better than anyone who is shown, where they are likely enough.

    Args:
        plan: the search.
        best: the best of all, resolved or not.
    """
    ahead: list[top.Hit] = []
    for hit in best:
        rows = plan.parts[hit.part].resolved
        at = int(np.searchsorted(rows, hit.row))
        if at == len(rows) or rows[at] != hit.row:
            ahead = [one for one in ahead if one.bits > hit.bits]
            break
        ahead.append(hit)
    return tuple(hit.id for hit in ahead) if sum(hit.probability for hit in ahead) >= _LIKELY else ()
