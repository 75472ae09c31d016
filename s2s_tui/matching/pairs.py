"""Pairs of a roll's pupils and lost ones that are worth a look, and the evidence for each.

A roll of half a million against a million can't be looked at pair by pair. A pair is looked at where the date
of birth agrees but for a common slip and one of the names resembles; where both names resemble well and the
year, or day and month, agree; and where UPN or postcode agree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from s2s_tui.matching import model, rivals, weights
from s2s_tui.matching.fields import Born, Level
from s2s_tui.matching.index import FORENAME_VIA, SURNAME_VIA, Column, Index, Others
from s2s_tui.matching.likeness import STRONG, Dates, Likeness, by_group, evidence
from s2s_tui.matching.variants import town_forms

_NEVER = -10_000
NO_SIBLING = -32_768
"""The evidence for a brother or sister where the forename is the pupil's own."""
Rows = NDArray[np.int64]
Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Held:
    """The lost pupils, sorted for looking up.

    Attributes:
        index: they themselves.
        by_born: their rows in order of date of birth; `born_start` where each date begins.
        surname_codes, forename_codes: in that order, with those of further names after (`name_rows`).
        upn, upn_row: as in the index; `postcode`, `postcode_row` alike.
        superseded: rows that a later record of the same pupil stands for.
    """

    index: Index
    surnames: tuple[Rows, Codes, Rows]
    forenames: tuple[Rows, Codes, Rows]
    names: dict[str, tuple[Rows, Rows]]
    postcode: NDArray[np.uint64]
    postcode_row: Rows
    superseded: NDArray[np.int32]


def prepare(index: Index) -> Held:
    """The lost pupils, sorted."""
    born = index.born.astype(np.int64)
    surname, forename = index.surname.astype(np.int64), index.forename.astype(np.int64)
    year, month, day = (index.births.days[:, at].astype(np.int64)[born] for at in range(3))
    full = surname * index.forenames.size + forename
    keys = {"year": full * 4096 + year, "day": full * 4096 + month * 32 + day}
    dated = (born > 0) & (surname > 0) & (forename > 0)
    named = {}
    for name, key in keys.items():
        rows = np.flatnonzero(dated)
        order = np.argsort(key[rows], kind="stable")
        named[name] = (key[rows][order], rows[order])
    order = np.argsort(index.postcode, kind="stable")
    order = order[index.postcode[order] > 0]
    return Held(
        index,
        _by_born(index, index.surname, index.other_surnames),
        _by_born(index, index.forename, index.other_forenames),
        named,
        index.postcode[order],
        order,
        rivals.superseded(index),
    )


def _by_born(index: Index, own: NDArray[np.generic], others: Others) -> tuple[Rows, Codes, Rows]:
    """Rows, name codes, and where each date of birth starts, of own and further names by date."""
    rows = np.concatenate([np.arange(index.size), others.row.astype(np.int64)])
    codes = np.concatenate([own.astype(np.int32), others.code.astype(np.int32)])
    born = index.born.astype(np.int64)[rows]
    order = np.argsort(born, kind="stable")
    starts = np.searchsorted(born[order], np.arange(index.births.size + 1))
    return rows[order], codes[order], starts


def _runs(begin: Rows, end: Rows) -> tuple[Rows, Rows]:
    """Which run, and which place, for every place of runs from `begin` to `end`."""
    length = end - begin
    which = np.repeat(np.arange(len(length)), length)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length)
    return which, begin[which] + offset


def candidates(
    held: Held, roll: Index, rows: Rows, surname: Likeness, forename: Likeness
) -> tuple[Rows, Rows]:
    """The pairs to look at of some of the roll's rows: the roll's row and the lost one's, each pair once."""
    found: list[Rows] = []
    size = held.index.size

    def add(of: Rows, lost: Rows) -> None:
        found.append(of * size + lost)

    near = _near_dates(held.index, roll)[roll.born.astype(np.int64)[rows]]
    for like, column, side, names in (
        (surname, roll.surname, held.surnames, held.index.surnames.size),
        (forename, roll.forename, held.forenames, held.index.forenames.size),
    ):
        wanted = np.zeros(names, np.bool_)
        for code, places in by_group(column[rows].astype(np.int32)):
            run = like.code[like.run(code)]
            wanted[run] = True
            dates = near[places]
            of = np.repeat(places, dates.shape[1])[dates.ravel() > 0]
            dates = dates.ravel()[dates.ravel() > 0]
            which, at = _runs(side[2][dates], side[2][dates + 1])
            hit = wanted[side[1][at]]
            add(rows[of[which[hit]]], side[0][at[hit]])
            wanted[run] = False
    for of, lost in _by_names(held, roll, rows, surname, forename):
        add(of, lost)
    for of, lost in _by_number(held, roll, rows):
        add(of, lost)
    every = np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
    return every // size, every % size


def _near_dates(index: Index, roll: Index) -> NDArray[np.int64]:
    """For each of the roll's dates of birth, the lost pupils' codes of it and its slips; 0 where none."""
    at = {(year, month, day): code for code, (year, month, day) in enumerate(index.births.days.tolist())}
    near = np.zeros((roll.births.size, 4), np.int64)
    for code, (year, month, day) in enumerate(roll.births.days.tolist()):
        if code:
            turned = (year, day, month) if day != month else (0, 0, 0)
            slips = ((year, month, day), turned, (year - 1, month, day), (year + 1, month, day))
            near[code] = [at.get(slip, 0) for slip in slips]
    return near


def _by_names(
    held: Held, roll: Index, rows: Rows, surname: Likeness, forename: Likeness
) -> list[tuple[Rows, Rows]]:
    """Pairs whose names both resemble well, and the year or the day and month agree."""
    strong = np.zeros(Level.DIFFERENT + 1, np.bool_)
    strong[list(STRONG)] = True
    picked: list[tuple[Rows, Rows]] = []
    for like, column in ((surname, roll.surname), (forename, roll.forename)):
        keep = np.flatnonzero(strong[like.level])
        starts = np.searchsorted(keep, like.start)
        codes = column[rows].astype(np.int64)
        which, at = _runs(starts[codes], starts[codes + 1])
        picked.append((which, like.code[keep[at]].astype(np.int64)))
    (first, surnames), (second, forenames) = picked
    begins = np.searchsorted(second, np.arange(len(rows) + 1))
    pair, at = _runs(begins[first], begins[first + 1])
    of = first[pair]
    full = surnames[pair] * held.index.forenames.size + forenames[at]
    year, month, day = (
        roll.births.days[:, part].astype(np.int64)[roll.born.astype(np.int64)[rows[of]]] for part in range(3)
    )
    found = [
        _looked_up(held.names[name], rows, of, full * 4096 + date, year > 0)
        for name, date in (("year", year), ("day", month * 32 + day))
    ]
    # The two names in each other's box, spelt right, and the year.
    as_forename, as_surname = _turned_codes(held.index, roll)
    first, second = (
        as_forename[roll.surname.astype(np.int64)[rows]],
        as_surname[roll.forename.astype(np.int64)[rows]],
    )
    year = roll.births.days[:, 0].astype(np.int64)[roll.born.astype(np.int64)[rows]]
    full = (second * held.index.forenames.size + first) * 4096 + year
    both = (first > 0) & (second > 0) & (year > 0)
    found.append(_looked_up(held.names["year"], rows, np.arange(len(rows)), full, both))
    return found


def _looked_up(
    table: tuple[Rows, Rows], rows: Rows, of: Rows, wanted: Rows, some: NDArray[np.bool_]
) -> tuple[Rows, Rows]:
    """The pairs whose key is in a table of keys and rows."""
    keys, lost = table
    asked = np.flatnonzero(some)
    begin = np.searchsorted(keys, wanted[asked])
    hit = (
        np.flatnonzero((begin < len(keys)) & (keys[np.minimum(begin, len(keys) - 1)] == wanted[asked]))
        if len(keys)
        else asked[:0]
    )
    asked, begin = asked[hit], begin[hit]
    which, place = _runs(begin, np.searchsorted(keys, wanted[asked], side="right"))
    return rows[of[asked[which]]], lost[place]


def _turned_codes(index: Index, roll: Index) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each of the roll's surnames as a lost pupil's forename, by code, and each forename as a surname."""
    return (
        np.array([index.forenames.code(text) for text in roll.surnames.texts]),
        np.array([index.surnames.code(text) for text in roll.forenames.texts]),
    )


def _by_number(held: Held, roll: Index, rows: Rows) -> list[tuple[Rows, Rows]]:
    """Pairs with the same UPN (a former one too), or the same postcode."""
    numbers = roll.upn[rows]
    some = np.flatnonzero(numbers != 0)
    begin, end = (np.searchsorted(held.index.upn_sorted, numbers[some], side) for side in ("left", "right"))
    which, at = _runs(begin, end)
    found = [(rows[some[which]], held.index.upn_row[at] >> 1)]
    codes = roll.postcode[rows]
    some = np.flatnonzero(codes != 0)
    begin, end = (np.searchsorted(held.postcode, codes[some], side) for side in ("left", "right"))
    which, at = _runs(begin, end)
    found.append((rows[some[which]], held.postcode_row[at]))
    return found


def score(
    held: Held,
    roll: Index,
    of: Rows,
    lost: Rows,
    surname: Likeness,
    forename: Likeness,
    dates: Dates | None = None,
) -> NDArray[np.int16]:
    """The evidence for pairs, in hundredths of a bit: as one search would give, its looser levels apart."""
    index = held.index
    worth = _surnames(index, roll, of, lost, surname)
    worth += _forenames(index, roll, of, lost, forename)
    turned = _turned(index, roll, of, lost, surname, forename)
    worth = np.maximum(worth, turned)
    worth += _born(index, roll, of, lost, dates)
    worth += _left_out(index, roll, of, lost)
    worth += _town(index, roll, of, lost)
    worth += _gender(index, roll, of, lost)
    worth += _postcode(held, roll, of, lost)
    worth += _upn(index, roll, of, lost)
    return worth


def siblings(
    held: Held,
    roll: Index,
    of: Rows,
    lost: Rows,
    surname: Likeness,
    forename: Likeness,
    dates: Dates | None = None,
) -> NDArray[np.int16]:
    """The evidence that the lost one is a brother or sister of the roll's pupil instead, hundredths of a bit.

    As `rivals.beside_siblings` has it for a search; `NO_SIBLING` where the forename isn't another.
    """
    index = held.index
    asked, own = roll.forename[of].astype(np.intp), index.forename[lost].astype(np.intp)
    names = _forenames(index, roll, of, lost, forename)
    other = (asked > 0) & (own > 0) & (names == forename.different[asked])
    surnames = _surnames(index, roll, of, lost, surname)
    other &= _turned(index, roll, of, lost, surname, forename) <= names + surnames
    other &= _upn(index, roll, of, lost) <= 0
    worth = np.full(len(of), NO_SIBLING, np.int16)
    at = np.flatnonzero(other)
    of, lost = of[at], lost[at]
    family = surnames[at] + _town(index, roll, of, lost)
    family += _postcode(held, roll, of, lost)
    asked_born, held_born = roll.born[of].astype(np.intp), index.born[lost].astype(np.intp)
    same = (asked_born > 0) & (roll.births.digits[asked_born] == index.births.digits[held_born])
    born = np.where(same, _born(index, roll, of, lost, dates) / 100.0, -np.inf)
    odds = np.exp2(model.SIBLING) + np.exp2(born + model.TWIN)
    worth[at] = np.round(family + 100 * np.log2(odds))
    return worth


def _surnames(index: Index, roll: Index, of: Rows, lost: Rows, like: Likeness) -> NDArray[np.int16]:
    lists = index.surname, index.other_surnames, SURNAME_VIA
    return _names(like, roll.surname[of], *lists, lost, index.surnames.size)


def _forenames(index: Index, roll: Index, of: Rows, lost: Rows, like: Likeness) -> NDArray[np.int16]:
    lists = index.forename, index.other_forenames, FORENAME_VIA
    return _names(like, roll.forename[of], *lists, lost, index.forenames.size)


def _names(
    like: Likeness, asked: Column, own: Column, others: Others, via: tuple[str, ...], lost: Rows, size: int
) -> NDArray[np.int16]:
    """The evidence of the name that says most, the pupil's own or a further one."""
    codes = asked.astype(np.int32)
    straight = evidence(like, codes, own.astype(np.int32)[lost], size)
    begin, end = (np.searchsorted(others.row, lost.astype(np.int32), side) for side in ("left", "right"))
    which, at = _runs(begin, end)
    further = evidence(like, codes[which], others.code[at].astype(np.int32), size)
    costs = np.array([weights.hundredths(model.VIA[name]) for name in via], np.int16)
    np.maximum.at(straight, which, further + costs[others.via[at]])
    return straight


def _upn(index: Index, roll: Index, of: Rows, lost: Rows) -> NDArray[np.int16]:
    """The same UPN, the same as the lost pupil's former one, or another permanent one."""
    asked, held = roll.upn[of], index.upn[lost]
    same, other, former = (weights.hundredths(model.UPN_BITS[how]) for how in ("same", "different", "former"))
    worth = np.where(roll.lasting[of] & index.lasting[lost], np.int16(other), np.int16(0))
    worth[(asked != 0) & (asked == held)] = same
    rows = np.flatnonzero((asked != 0) & (asked != held))
    begin, end = (np.searchsorted(index.upn_sorted, asked[rows], side) for side in ("left", "right"))
    which, at = _runs(begin, end)
    worth[rows[which[index.upn_row[at] == lost[rows[which]] * 2 + 1]]] = former
    return worth


def _turned(
    index: Index, roll: Index, of: Rows, lost: Rows, surname: Likeness, forename: Likeness
) -> NDArray[np.int16]:
    """Names swapped, both the same otherwise; far below 0 where they aren't."""
    as_forename, as_surname = _turned_codes(index, roll)
    first, second = roll.surname.astype(np.int64)[of], roll.forename.astype(np.int64)[of]
    both = (as_forename[first] == index.forename[lost]) & (as_surname[second] == index.surname[lost])
    both &= (first > 0) & (second > 0)
    worth: NDArray[np.int16] = surname.same[first] + forename.same[second]
    worth += weights.hundredths(model.VIA["swapped"])
    worth[~both] = _NEVER
    return worth


def _born(index: Index, roll: Index, of: Rows, lost: Rows, known: Dates | None = None) -> NDArray[np.int16]:
    if known is not None:
        return known.evidence(roll.born[of].astype(np.intp), index.born[lost].astype(np.intp))
    asked, held = roll.born.astype(np.int32)[of], index.born.astype(np.int64)[lost]
    worth = np.zeros(len(of), np.int16)
    lists, counts = [index.births], [index.counts["born"]]
    over = weights.years(lists, counts)
    for code, places in by_group(asked):
        told = weights.weigh_born(lists, counts, Born(*roll.births.days[code].tolist()), over)
        worth[places] = told.bits[0][held[places]]
    return worth


def _left_out(index: Index, roll: Index, of: Rows, lost: Rows) -> NDArray[np.int16]:
    """What the roll's pupil lacks of `model.KNOWN`, and the lost one too."""
    lacks = {name: getattr(roll, name)[of] == 0 for name in model.KNOWN}
    many = np.sum(list(lacks.values()), axis=0)
    worth = np.zeros(len(of), np.int16)
    for name in model.KNOWN if many.any() else ():
        for count, bits in model.NEITHER.items():
            rows = np.flatnonzero(lacks[name] & (many == count))
            worth[rows[getattr(index, name)[lost[rows]] == 0]] += np.int16(weights.hundredths(bits))
    return worth


def _town(index: Index, roll: Index, of: Rows, lost: Rows) -> NDArray[np.int16]:
    worth = np.zeros(len(of), np.int16)
    for code, places in by_group(roll.town.astype(np.int32)[of]):
        told = weights.weigh_name(
            [index.towns], [index.counts["town"]], roll.towns.held(code), town_forms, model.TOWN
        )
        worth[places] = told.bits[0][index.town.astype(np.int64)[lost[places]]]
    return worth


def _gender(index: Index, roll: Index, of: Rows, lost: Rows) -> NDArray[np.int16]:
    worth = np.zeros(len(of), np.int16)
    for code, places in by_group(roll.gender.astype(np.int32)[of]):
        told = weights.weigh_gender([index.counts["gender"]], code)
        worth[places] = told.bits[0][index.gender[lost[places]].astype(np.int64)]
    return worth


def _postcode(held: Held, roll: Index, of: Rows, lost: Rows) -> NDArray[np.int16]:
    """The same postcode, by how common it is; of one sector; another."""
    asked, other = roll.postcode[of], held.index.postcode[lost]
    many = np.searchsorted(held.postcode, asked, "right") - np.searchsorted(held.postcode, asked)
    known = len(held.postcode) + model.STRANGERS
    same_slip, near_slip = model.POSTCODE.slips
    common = np.maximum(many, 2) / known
    rarity = common * (same_slip + model.POSTCODE.different)
    rarity = np.maximum(rarity, same_slip / 2**model.STRONGEST)
    same = np.log2(same_slip / rarity)
    different = np.clip(
        np.log2(model.POSTCODE.different * common / rarity), model.POSTCODE.floor, model.POSTCODE.ceiling
    )
    near = np.maximum(np.log2(near_slip / rarity), different)
    blank = sum((asked & np.uint64((1 << 8 * many) - 1) == 0).astype(np.uint64) for many in (1, 2, 3))
    shift = (blank + np.uint64(2)) * np.uint64(8)  # the unit's two letters, and the blanks after them
    sector = (asked >> shift) == (other >> shift)
    bits = np.where(asked == other, same, np.where(sector, near, different))
    bits[(asked == 0) | (other == 0)] = 0.0
    worth: NDArray[np.int16] = np.round(bits * 100).astype(np.int16)
    return worth
