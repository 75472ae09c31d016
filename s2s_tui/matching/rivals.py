"""Who else it may be: resolved records, but for those of the very pupils shown, and brothers and sisters."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from s2s_tui.matching import model, top
from s2s_tui.matching.fields import Level, Reason
from s2s_tui.matching.index import Index

if TYPE_CHECKING:
    from s2s_tui.matching.search import Plan

_LOOKED_AT = 50
"""Resolved records, the likeliest of each part, that are compared with those shown; the rest weigh little."""
_LIKELY = 0.5
"""How likely resolved records together must be the pupil to be told of."""


_OTHER_FORENAME = {f"forename-{level.code}" for level in (Level.LOOSE, Level.DIFFERENT)}


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


def beside_siblings(shown: Sequence[top.Hit], why: Sequence[Sequence[Reason]]) -> list[float]:
    """How likely each hit is the pupil, where one may be a brother or sister of whoever is meant instead.

    Args:
        shown: the hits, the likeliest first.
        why: the reasons for each.
    """
    if not shown:
        return []
    # What all rivals and nobody weigh together, as `top.best` summed it up.
    others = 2.0 ** (shown[0].bits / 100) / shown[0].probability
    share = others / (others + sum(map(_sibling, why)))
    return [hit.probability * share for hit in shown]


def _sibling(why: Sequence[Reason]) -> float:
    """What speaks for a brother or sister of whoever is meant, as odds; 0 unless the forename is another."""
    bits = {reason.field: reason.bits for reason in why}
    codes = {reason.code for reason in why if not reason.via}
    if not codes & _OTHER_FORENAME or bits.get("upn", 0.0) > 0:
        return 0.0
    # A forename, gender, date or UPN of their own says nothing; the same date speaks for a twin.
    family = sum(worth for field, worth in bits.items() if field not in ("forename", "gender", "born", "upn"))
    born = bits["born"] if "born-same" in codes else -inf
    return float(2.0 ** (family + model.SIBLING) + 2.0 ** (family + born + model.TWIN))


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
