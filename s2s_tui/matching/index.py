"""The lost pupils as columns of numbers: what a search looks through.

Every different name, town and date is kept once, a pupil holds its place in the list. An index never changes;
pupils who came since are an index of their own, those who went are named at the search.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from s2s_tui.matching import births, names, postcodes, strings, upns
from s2s_tui.matching.births import BirthList
from s2s_tui.matching.fields import Born, Record
from s2s_tui.matching.names import NameList

VERSION = 3
"""Of the arrays' form: an index of another version is built anew."""

_AT_ONCE = 50_000
_GENDERS = {"M": 1, "F": 2}
SURNAME_VIA = ("", "former", "preferred")
FORENAME_VIA = ("", "former", "preferred", "middle")
_TEXTS = (
    *("surname", "former_surname", "preferred_surname"),
    *("forename", "former_forename", "preferred_forename", "middle_names"),
    *("town", "postcode", "gender"),
)

Column = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Others:
    """Further names of some pupils: former, preferred, middle.

    Attributes:
        row, code: whose, and the name's code.
        via: the place in `SURNAME_VIA` or `FORENAME_VIA`.
    """

    row: NDArray[np.int32]
    code: Column
    via: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Index:
    """Pupils in the order of their ids. Codes are places in the list of the same name; 0 is none.

    Attributes:
        ids: the records' ids, ascending.
        surname, forename, town, born, gender: a code for each pupil.
        postcode: for each pupil, `postcodes.number`.
        upn: for each pupil, `upns.number`.
        lasting: whose UPN is whole and permanent (`upns.lasting`).
        resolved: the rows of those that are resolved, ascending.
        upn_sorted, upn_row: all current and former UPNs in order, and whose they are (row, doubled, plus 1
            for a former one).
        counts: for each list, how many pupils have each entry in the column of that name.
    """

    ids: NDArray[np.int64]
    surname: Column
    forename: Column
    town: Column
    postcode: NDArray[np.uint64]
    born: Column
    gender: Column
    upn: NDArray[np.int64]
    lasting: NDArray[np.bool_]
    resolved: NDArray[np.int32]
    upn_sorted: NDArray[np.int64]
    upn_row: NDArray[np.int64]
    other_surnames: Others
    other_forenames: Others
    surnames: NameList
    forenames: NameList
    towns: NameList
    births: BirthList
    counts: Mapping[str, NDArray[np.int64]]

    @property
    def size(self) -> int:
        """How many pupils."""
        return len(self.ids)

    def rows(self, ids: Iterable[int]) -> NDArray[np.intp]:
        """The rows of those of the ids that are here."""
        wanted = np.fromiter(ids, np.int64)
        if not len(wanted) or not self.size:
            return np.zeros(0, np.intp)
        at = np.minimum(np.searchsorted(self.ids, wanted), self.size - 1)
        return np.unique(at[self.ids[at] == wanted]).astype(np.intp)


Raw = TypeVar("Raw", bound=Hashable)
Number = TypeVar("Number", np.int32, np.int64)


class _Seen(dict[Raw, int]):
    """Raw values numbered as they are met."""

    def __missing__(self, raw: Raw) -> int:
        self[raw] = at = len(self)
        return at


def build(
    records: Iterable[Record | tuple[object, ...]], progress: Callable[[int], None] | None = None
) -> Index:
    """An index of pupils.

    Args:
        records: a `Record` each, or plain tuples of that order (the last ones, from the postcode on, may be
            left out), in any order;
            ids must differ. Read once, in parts.
        progress: is told how many were read.

    Raises:
        ValueError: an id comes twice.
    """
    seen: dict[str, _Seen[str | None]] = {name: _Seen() for name in _TEXTS}
    seen_born: _Seen[date | Born | None] = _Seen()
    met: dict[str, list[NDArray[np.int32]]] = {name: [] for name in (*_TEXTS, "born")}
    ids: list[NDArray[np.int64]] = []
    numbers: list[NDArray[np.int64]] = []
    former: list[NDArray[np.int64]] = []
    resolved: list[NDArray[np.int32]] = []
    read = 0
    for part in _parts(records):
        columns = dict(zip(Record._fields, zip(*part, strict=True), strict=False))
        count = len(part)
        columns.setdefault("postcode", ("",) * count)
        columns.setdefault("resolved", (False,) * count)
        ids.append(np.array(columns["id"], np.int64))
        numbers.append(upns.numbers(columns["upn"]))
        former.append(upns.numbers(columns["former_upn"]))
        for name in _TEXTS:
            met[name].append(np.fromiter(map(seen[name].__getitem__, columns[name]), np.int32, count))
        resolved.append(np.fromiter(map(bool, columns["resolved"]), np.int32, count))
        met["born"].append(np.fromiter(map(seen_born.__getitem__, columns["born"]), np.int32, count))
        read += count
        if progress is not None:
            progress(read)
    all_ids = _joined(ids, np.int64)
    order = np.argsort(all_ids, kind="stable")
    if (np.diff(all_ids[order]) == 0).any():
        raise ValueError("an id comes twice")
    columns_met = {name: _joined(runs, np.int32)[order] for name, runs in met.items()}
    return _assemble(
        all_ids[order],
        columns_met,
        seen,
        seen_born,
        _joined(numbers, np.int64)[order],
        _joined(former, np.int64)[order],
        np.flatnonzero(_joined(resolved, np.int32)[order]).astype(np.int32),
    )


def _parts(records: Iterable[Record | tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    """The records, some at once."""
    rest = iter(records)
    while part := list(islice(rest, _AT_ONCE)):
        yield part


def _joined(runs: list[NDArray[Number]], kind: type[Number]) -> NDArray[Number]:
    return np.concatenate(runs) if runs else np.zeros(0, kind)


def _assemble(
    ids: NDArray[np.int64],
    met: Mapping[str, NDArray[np.int32]],
    seen: Mapping[str, _Seen[str | None]],
    seen_born: _Seen[date | Born | None],
    numbers: NDArray[np.int64],
    former: NDArray[np.int64],
    resolved: NDArray[np.int32],
) -> Index:
    """Columns from raw values: each different one is made comparable once."""
    middle = {raw: (raw or "").split() for raw in seen["middle_names"]}
    surnames, surname_codes = _list(seen, "surname", "former_surname", "preferred_surname")
    forenames, forename_codes = _list(
        seen,
        "forename",
        "former_forename",
        "preferred_forename",
        also=[n for split in middle.values() for n in split],
    )
    towns, town_codes = _list(seen, "town")
    birth_list, birth_codes = births.make(seen_born)

    def coded(name: str, codes: Mapping[str, int]) -> NDArray[np.int32]:
        table = np.array([codes[raw or ""] for raw in seen[name]] or [0], np.int32)
        return table[met[name]] if len(met[name]) else np.zeros(0, np.int32)

    surname, forename = coded("surname", surname_codes), coded("forename", forename_codes)
    town = coded("town", town_codes)
    postcode = postcodes.numbers(list(seen["postcode"]) or [""])[met["postcode"]]
    born = np.array([birth_codes[day] for day in seen_born] or [0], np.int32)[met["born"]]
    genders = [_GENDERS.get((raw or "").strip().upper()[:1], 0) for raw in seen["gender"]]
    gender = np.array(genders or [0], np.uint8)[met["gender"]]
    other_surnames = _others(
        [(coded(f"{via}_surname", surname_codes), place) for place, via in enumerate(SURNAME_VIA) if via],
        surname,
        surnames.size,
    )
    other_forenames = _others(
        [
            *((coded(f"{via}_forename", forename_codes), n) for n, via in ((1, "former"), (2, "preferred"))),
            *((column, 3) for column in _middle(met["middle_names"], middle, forename_codes)),
        ],
        forename,
        forenames.size,
    )
    upn_sorted, upn_row = _upns(numbers, former)
    return Index(
        ids,
        strings.narrow(surname, surnames.size),
        strings.narrow(forename, forenames.size),
        strings.narrow(town, towns.size),
        postcode,
        strings.narrow(born, birth_list.size),
        gender,
        numbers,
        upns.lasting(numbers),
        resolved,
        upn_sorted,
        upn_row,
        other_surnames,
        other_forenames,
        surnames,
        forenames,
        towns,
        birth_list,
        {
            "surname": np.bincount(surname, minlength=surnames.size),
            "forename": np.bincount(forename, minlength=forenames.size),
            "town": np.bincount(town, minlength=towns.size),
            "born": np.bincount(born, minlength=birth_list.size),
            "gender": np.bincount(gender, minlength=3),
        },
    )


def _list(
    seen: Mapping[str, _Seen[str | None]], *fields: str, also: Iterable[str] = ()
) -> tuple[NameList, dict[str, int]]:
    raw = dict.fromkeys(value or "" for field in fields for value in seen[field])
    return names.make(dict.fromkeys([*raw, *also]))


def _middle(
    met: NDArray[np.int32], middle: Mapping[str | None, list[str]], codes: Mapping[str, int]
) -> Iterator[NDArray[np.int32]]:
    """Middle names, the first of each pupil, the second, and so on."""
    splits = list(middle.values())
    for place in range(min(max(map(len, splits), default=0), 6)):
        table = [codes[split[place]] if place < len(split) else 0 for split in splits]
        yield np.array(table, np.int32)[met]


def _others(columns: list[tuple[NDArray[np.int32], int]], own: NDArray[np.int32], distinct: int) -> Others:
    """Sparse names, without those that only repeat the pupil's own."""
    rows = [np.flatnonzero((column > 0) & (column != own)) for column, _via in columns]
    if not rows:
        empty = np.zeros(0, np.int32)
        return Others(empty, empty, np.zeros(0, np.uint8))
    row = np.concatenate(rows).astype(np.int32)
    code = np.concatenate([column[at] for (column, _via), at in zip(columns, rows, strict=True)])
    via = np.concatenate(
        [np.full(len(at), via, np.uint8) for (_column, via), at in zip(columns, rows, strict=True)]
    )
    order = np.lexsort((via, row))
    return Others(row[order], strings.narrow(code[order], distinct), via[order])


def _upns(
    numbers: NDArray[np.int64], former: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    whose = np.arange(len(numbers), dtype=np.int64) * 2
    every = np.concatenate([numbers, former])
    rows = np.concatenate([whose, whose + 1])
    held = every != 0
    every, rows = every[held], rows[held]
    order = np.lexsort((rows, every))
    return every[order], rows[order]
