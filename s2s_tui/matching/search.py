"""One search: every pupil is scored, so that no key misses anyone, and no name takes longer than another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from s2s_tui.base.errors import WrongUse
from s2s_tui.matching import births, explain, model, postcodes, rivals, top, upns, weights
from s2s_tui.matching.fields import Level, Match, Query, Ranking
from s2s_tui.matching.index import FORENAME_VIA, SURNAME_VIA, Column, Index, Others
from s2s_tui.matching.names import NameList
from s2s_tui.matching.text import joined
from s2s_tui.matching.variants import forename_forms, surname_forms, town_forms
from s2s_tui.matching.weights import Bits, Weighed

_AT_ONCE = 32_768
"""Rows whose codes are looked up together: small enough to stay in the processor's cache."""
_FAINTEST = -500
"""Hundredths of a bit below which nobody is shown: little speaks for them and much against."""
_BETTER = 5
"""How many of the best are looked at for resolved ones that fit better than all that is shown."""
_GENDERS = {"M": 1, "F": 2}
FIELDS = ("surname", "forename", "born", "gender", "town", "postcode")


@dataclass(frozen=True, slots=True)
class Plan:
    """A query held against every different value, before any pupil is looked at.

    Attributes:
        parts: the index, and that of the recent ones.
        gone: the rows of each part that don't count.
        weighed: for each field that was typed, its evidence.
        swapped: the typed surname against forenames, and the typed forename against surnames.
        upn: for each part, rows of those whose UPN is like the typed one, and how.
        lasting: whether the typed UPN is whole and permanent: then other such ones count against a pupil.
        beginning: the surname that all must begin with; empty for none.
        postcode: for each part, how each pupil's postcode resembles the typed one; none where none was.
        left_out: what it says that a pupil has not what was not typed, in bits (`model.left_out`).
    """

    query: Query
    parts: tuple[Index, ...]
    gone: tuple[NDArray[np.intp], ...]
    weighed: dict[str, Weighed]
    swapped: tuple[Weighed | None, Weighed | None]
    upn: tuple[dict[int, str], ...]
    lasting: bool
    beginning: str
    postcode: tuple[NDArray[np.uint8], ...]
    left_out: dict[str, float]

    def column(self, field: str, at: int) -> Column:
        """What each pupil of a part has in a field, as places in that field's lists."""
        column: Column = self.postcode[at] if field == "postcode" else getattr(self.parts[at], field)
        return column


def search(
    index: Index,
    query: Query,
    *,
    recent: Index | None = None,
    removed: Collection[int] = (),
    limit: int = 50,
) -> list[Match]:
    """The pupils who may be the one looked for, resolved or not, the likeliest first: see `rank`."""
    ranking = rank(index, query, recent=recent, removed=removed, limit=limit, include_resolved=True)
    return list(ranking.matches)


def rank(
    index: Index,
    query: Query,
    *,
    recent: Index | None = None,
    removed: Collection[int] = (),
    limit: int = 50,
    include_resolved: bool = False,
) -> Ranking:
    """The pupils who may be the one looked for, the likeliest first.

    Args:
        index: the pupils as of the snapshot.
        query: what is known of the one.
        recent: those who came or changed since; weighed and scored as if they were in `index`.
        removed: ids of those in `index` who no longer count: removed, or changed and in `recent`.
        limit: how many at most.
        include_resolved: whether resolved records are among the matches. Where they aren't, they weigh all
            the same: nobody gets likelier by leaving out who fits better.

    Returns:
        At most `limit` matches in order of evidence, then of id; at least one detail speaks for each.

    Raises:
        WrongUse: `search-empty`, nothing comparable was typed.
    """
    plan = prepare(index, query, recent=recent, removed=removed)
    scores = [score(plan, part) for part in range(len(plan.parts))]
    lowest = top.OUT + 1 if plan.beginning else _FAINTEST
    held = [(part.ids, found) for part, found in zip(plan.parts, scores, strict=True)]
    hidden = [] if include_resolved else [part.resolved for part in plan.parts]
    if not any(map(len, hidden)):
        return Ranking(_told(plan, top.best(held, limit, lowest)))
    best = top.best(held, limit, lowest, hidden)
    rivals.leave_out_doubles(plan, held, best)
    return Ranking(
        _told(plan, top.best(held, limit, lowest, hidden)),
        rivals.better(plan, top.best(held, _BETTER, lowest)),
    )


def _told(plan: Plan, best: Sequence[top.Hit]) -> tuple[Match, ...]:
    why = [explain.reasons(plan, hit) for hit in best]
    likely = rivals.beside_siblings(best, why)
    return tuple(
        Match(hit.id, round(100 * share), hit.bits / 100, hit.equal, reasons)
        for hit, share, reasons in zip(best, likely, why, strict=True)
        if any(reason.bits > 0 and reason.typed for reason in reasons)
    )


def prepare(
    index: Index, query: Query, *, recent: Index | None = None, removed: Collection[int] = ()
) -> Plan:
    """The query against the lists. See `search`."""
    parts = (index,) if recent is None or not recent.size else (index, recent)
    gone = (index.rows(removed), *(np.zeros(0, np.intp) for _ in parts[1:]))
    weighed: dict[str, Weighed] = {}
    surname = joined(query.surname)
    beginning = surname if query.surname_begins else ""
    if surname:
        lists, counts = [part.surnames for part in parts], _counts(parts, gone, "surname")
        weighed["surname"] = (
            weights.weigh_beginning(lists, counts, beginning)
            if beginning
            else weights.weigh_name(lists, counts, query.surname, surname_forms, model.SURNAME)
        )
    if joined(query.forename):
        weighed["forename"] = weights.weigh_name(
            [part.forenames for part in parts],
            _counts(parts, gone, "forename"),
            query.forename,
            forename_forms,
            model.FORENAME,
        )
    born = births.parts(query.born)
    if any(born):
        weighed["born"] = weights.weigh_born(
            [part.births for part in parts], _counts(parts, gone, "born"), born
        )
    if gender := _GENDERS.get(query.gender.strip().upper()[:1], 0):
        weighed["gender"] = weights.weigh_gender(_counts(parts, gone, "gender"), gender)
    if joined(query.town):
        weighed["town"] = weights.weigh_name(
            [part.towns for part in parts], _counts(parts, gone, "town"), query.town, town_forms, model.TOWN
        )
    compared: list[NDArray[np.uint8]] = []
    if postcodes.normal(query.postcode):
        compared = [postcodes.compare(part.postcode, query.postcode) for part in parts]
        weighed["postcode"] = weights.weigh_postcode(compared, gone)
    upn = upns.normal(query.upn)
    if not weighed and not upn:
        raise WrongUse("search-empty")
    swapped: list[Weighed | None] = [None, None]
    if "surname" in weighed and not beginning:
        swapped[0] = weights.crossed(
            [part.forenames for part in parts],
            _counts(parts, gone, "forename"),
            query.surname,
            surname_forms,
            model.SURNAME,
            weighed["surname"],
        )
    if "forename" in weighed and not beginning:
        swapped[1] = weights.crossed(
            [part.surnames for part in parts],
            _counts(parts, gone, "surname"),
            query.forename,
            forename_forms,
            model.FORENAME,
            weighed["forename"],
        )
    return Plan(
        query,
        parts,
        gone,
        weighed,
        (swapped[0], swapped[1]),
        tuple(_like(part, upn) for part in parts),
        bool(upns.lasting(np.array([upns.number(upn)]))[0]),
        beginning,
        tuple(compared),
        model.left_out(weighed),
    )


def _counts(parts: Sequence[Index], gone: Sequence[NDArray[np.intp]], field: str) -> list[NDArray[np.int64]]:
    """How many pupils have each value, without those who don't count."""
    counts = []
    for part, rows in zip(parts, gone, strict=True):
        count = part.counts[field]
        if len(rows):
            count = count - np.bincount(getattr(part, field)[rows], minlength=len(count))
        counts.append(count)
    return counts


def _like(part: Index, upn: str) -> dict[int, str]:
    """The rows whose UPN is the typed one or one slip from it, with which it is."""
    if not upn:
        return {}
    found: dict[int, str] = {}
    for number, former, current in (
        *((slip, "slip", "slip") for slip in upns.slips(upn)),
        (upns.number(upn), "former", "same"),
    ):
        begin, end = np.searchsorted(part.upn_sorted, [number, number + 1])
        for doubled in sorted(part.upn_row[begin:end].tolist(), reverse=True):
            found[doubled >> 1] = former if doubled & 1 else current
    return found


def score(plan: Plan, at: int) -> Bits:
    """The evidence for each pupil of one part, in hundredths of a bit; `top.OUT` for those left out."""
    part, weighed = plan.parts[at], plan.weighed
    scores = np.zeros(part.size, np.int16)
    if not part.size:
        return scores
    names_typed = [field for field in ("surname", "forename") if field in weighed]
    _add(scores, [(plan.column(field, at), weighed[field].bits[at]) for field in names_typed])
    if "surname" in weighed:
        _other_names(scores, part.surname, part.other_surnames, weighed["surname"].bits[at], SURNAME_VIA)
    if "forename" in weighed:
        _other_names(scores, part.forename, part.other_forenames, weighed["forename"].bits[at], FORENAME_VIA)
    _swapped(scores, part, plan.swapped, at)
    _add(
        scores,
        [
            (plan.column(field, at), told.bits[at])
            for field, told in weighed.items()
            if field not in names_typed
        ],
    )
    for field, bits in plan.left_out.items():
        if part.counts[field][0]:
            scores[plan.column(field, at) == 0] += weights.hundredths(bits)
    if plan.lasting:
        _add(
            scores, [(part.lasting, np.array([0, weights.hundredths(model.UPN_BITS["different"])], np.int16))]
        )
    for row, how in plan.upn[at].items():
        scores[row] += upn_bits(plan, at, row, how)
    if plan.beginning:
        scores[~_beginning(part, plan.beginning)] = top.OUT
    scores[plan.gone[at]] = top.OUT
    return scores


def upn_bits(plan: Plan, at: int, row: int, how: str) -> int:
    """What a UPN like the typed one is worth, less what counted against it as against any other one."""
    against = plan.lasting and bool(plan.parts[at].lasting[row])
    return weights.hundredths(model.UPN_BITS[how] - (model.UPN_BITS["different"] if against else 0.0))


def _add(scores: Bits, columns: Sequence[tuple[Column, Bits]]) -> None:
    """Add to each pupil's score what each column's value is worth."""
    places = np.empty(_AT_ONCE, np.intp)
    worth = np.empty(_AT_ONCE, np.int16)
    for begin in range(0, len(scores), _AT_ONCE) if columns else ():
        end = min(begin + _AT_ONCE, len(scores))
        for column, bits in columns:
            places[: end - begin] = column[begin:end]
            np.take(bits, places[: end - begin], out=worth[: end - begin], mode="clip")
            scores[begin:end] += worth[: end - begin]


def via_bits(via: Sequence[str]) -> Bits:
    """What it costs to be found under another name."""
    return np.array([weights.hundredths(model.VIA[name]) for name in via], np.int16)


def _other_names(scores: Bits, own: Column, others: Others, bits: Bits, via: Sequence[str]) -> None:
    """Give those who are found better under a former, preferred or middle name that name's evidence."""
    if not len(others.row):
        return
    likely = np.flatnonzero(_picked(others.code, bits > min(int(bits.min()), -1)))
    rows = others.row[likely]
    gain = bits[others.code[likely]] + via_bits(via)[others.via[likely]] - bits[own[rows]]
    better = gain > 0
    rows, gain = rows[better], gain[better]
    # A pupil may have several: the best one counts.
    order = np.lexsort((-gain, rows))
    rows, first = np.unique(rows[order], return_index=True)
    scores[rows] += gain[order][first]


def _swapped(scores: Bits, part: Index, swapped: Sequence[Weighed | None], at: int) -> None:
    """Give those whose names fit better with surname and forename swapped that evidence.

    Those are looked at of whom one name at least resembles the other one typed.
    """
    rows: list[NDArray[np.intp]] = []
    for column, told in zip((part.forename, part.surname), swapped, strict=True):
        if told is not None:
            alike = told.levels[at] < Level.DIFFERENT
            alike[0] = False
            rows.append(np.flatnonzero(_picked(column, alike)) if alike.any() else np.zeros(0, np.intp))
    either = np.concatenate(rows) if rows else np.zeros(0, np.intp)
    if not len(either):
        return
    found = np.full(len(either), weights.hundredths(model.VIA["swapped"]), np.int16)
    for column, told in zip((part.forename, part.surname), swapped, strict=True):
        if told is not None:
            found += told.bits[at][column[either]]
    # A row that stands twice gets the same twice.
    scores[either] = np.maximum(scores[either], found)


def _picked(column: Column, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which pupils have a value that is wanted."""
    picked = np.empty(len(column), np.bool_)
    places = np.empty(_AT_ONCE, np.intp)
    for begin in range(0, len(column), _AT_ONCE):
        end = min(begin + _AT_ONCE, len(column))
        places[: end - begin] = column[begin:end]
        np.take(wanted, places[: end - begin], out=picked[begin:end], mode="clip")
    return picked


def beginning_codes(surnames: NameList, text: str) -> NDArray[np.bool_]:
    """Which surnames begin so; never the empty one."""
    wanted = np.zeros(surnames.size, np.bool_)
    span = surnames.beginning(text)
    wanted[span.start : span.stop] = True
    return wanted


def _beginning(part: Index, text: str) -> NDArray[np.bool_]:
    """The pupils with a surname, former or preferred surname that begins so."""
    wanted = beginning_codes(part.surnames, text)
    allowed = _picked(part.surname, wanted)
    allowed[part.other_surnames.row[wanted[part.other_surnames.code]]] = True
    return allowed
