"""The roll of the annual matching (R-LPD-8): a CSV of all pupils on roll, read as a stream, line by line."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from s2s_tui.base.errors import Refused, S2SError
from s2s_tui.base.text import storable
from s2s_tui.matching import index as matching_index
from s2s_tui.matching.index import Index
from s2s_tui.rules import tables, typed
from s2s_tui.rules.allocations import plain_cell
from s2s_tui.services import table_files
from s2s_tui.services.search import GENDERS
from s2s_tui.services.table_files import TableFile, look_at

COLUMNS = ("upn", "surname", "forename", "dob", "gender", "town", "postcode", "establishment")
"""In any order and case; other columns are passed over."""
NEEDED = ("surname", "forename", "dob", "establishment")
ALSO = {"school": "establishment", "date of birth": "dob"}
"""Other names that columns go by."""
WRONG_SHOWN = 100
"""Wrong rows that are named; of more only the number is told."""

_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?Z?$")
_ISO_RUN = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(\d\d)")


class Line(NamedTuple):
    """A pupil on roll, as the file has it; `line` is where it stands there."""

    line: int
    upn: str
    surname: str
    forename: str
    born: date | None
    gender: str
    town: str
    postcode: str
    school: str


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that can't be used, and why."""

    line: int
    error: S2SError


class RollWrong(Refused):
    """Some rows can't be used, so nothing was done with any.

    Attributes:
        rows: the first of them.
    """

    def __init__(self, rows: tuple[WrongRow, ...], count: int) -> None:
        super().__init__("roll-rows", count=count, line=rows[0].line)
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Roll:
    """A whole roll.

    Attributes:
        index: the pupils; ids are the lines.
        schools: for each of them, in that order, the number of the school.
    """

    file: TableFile
    index: Index
    schools: NDArray[np.int32]


def read(
    file: TableFile, schools: Collection[str], today: date, on_progress: Callable[[int], None] | None = None
) -> Roll:
    """Read all rows. Either every one of them can be used, or nothing is done with any.

    Args:
        file: as `table_files.look_at` gave it.
        schools: the establishment numbers that there are.
        today: two digits of a year mean the latest that is past.
        on_progress: told the line it has come to.

    Raises:
        RollWrong: `roll-rows`, with the rows and what is wrong with each.
        Refused: `roll-columns`, a column is missing; `roll-unreadable`, it is no CSV; `roll-empty`.
    """
    wrong: list[WrongRow] = []
    numbers: list[int] = []
    count = 0

    def records() -> Iterator[tuple[object, ...]]:
        nonlocal count
        for found in lines(file, schools, today):
            if isinstance(found, WrongRow):
                count += 1
                if count <= WRONG_SHOWN:
                    wrong.append(found)
                continue
            if on_progress is not None and len(numbers) % 1000 == 0:
                on_progress(found.line)
            if not wrong:
                numbers.append(int(found.school))
                named = (found.line, found.upn, found.surname, found.forename, found.born, found.gender)
                yield (*named, found.town, "", "", "", "", "", "", found.postcode)

    built = matching_index.build(records())
    if wrong:
        raise RollWrong(tuple(wrong), count)
    if not built.size:
        raise Refused("roll-empty", file=file.path.name)
    return Roll(file, built, np.array(numbers, np.int32))


def at_lines(file: TableFile, wanted: Collection[int], today: date) -> dict[int, Line]:
    """Some pupils of a roll whose rows are known to be right, by line.

    Raises:
        Refused: `roll-changed`, it is not the file any more that was read.
    """
    if look_at(file.path).digest != file.digest:
        raise Refused("roll-changed", file=file.path.name)
    found = (line for line in lines(file, None, today) if isinstance(line, Line))
    return {line.line: line for line in found if line.line in wanted}


def lines(file: TableFile, schools: Collection[str] | None, today: date) -> Iterator[Line | WrongRow]:
    """The rows of a roll in order, those that can't be used with what is wrong; empty ones are no rows.

    Args:
        file: as `table_files.look_at` gave it.
        schools: the establishment numbers that there are; None: they are known to be right.
        today: as in `read`.

    Raises:
        Refused: as `read`.
    """
    with table_files.opened(file) as text:
        yield from _rows(text, file.path.name, schools, today)


def _rows(
    text: Iterator[str], name: str, schools: Collection[str] | None, today: date
) -> Iterator[Line | WrongRow]:
    places: dict[str, int] = {}
    for line, cells in tables.rows(text, "roll-unreadable"):
        if places:
            yield _line(line, cells, places, schools, today)
        else:
            places = _places(cells)
    if not places:
        raise Refused("roll-empty", file=name)


def _places(header: list[str]) -> dict[str, int]:
    named = [" ".join(plain_cell(cell).lower().split()) for cell in header]
    named = [ALSO.get(name, name) for name in named]
    missing = [column for column in NEEDED if column not in named]
    if missing:
        raise Refused("roll-columns", missing=", ".join(missing), known=", ".join(COLUMNS))
    return {column: named.index(column) for column in COLUMNS if column in named}


def _line(
    line: int, cells: list[str], places: dict[str, int], schools: Collection[str] | None, today: date
) -> Line | WrongRow:
    given = {name: storable(plain_cell(cells[at])) if at < len(cells) else "" for name, at in places.items()}
    try:
        surname, forename = given["surname"], given["forename"]
        town, upn = given.get("town", ""), given.get("upn", "")
        for field, text in (("surname", surname), ("forename", forename), ("town", town), ("upn", upn)):
            if len(text) > typed.LONGEST:
                raise Refused("text-long", field=field, most=typed.LONGEST)
        if not surname and not forename:
            raise Refused("roll-nobody")
        if not given["establishment"]:
            raise Refused("roll-school")
        school = re.sub(r"[\s/-]", "", given["establishment"])
        if schools is not None and school not in schools:
            raise Refused("school-unknown", number=given["establishment"][: typed.LONGEST])
        born = _born(given["dob"], today)
    except S2SError as error:
        return WrongRow(line, error)
    gender = GENDERS.get(given.get("gender", "").casefold(), "")
    return Line(line, upn, surname, forename, born, gender, town, given.get("postcode", "")[:20], school)


@lru_cache(maxsize=20_000)
def _born(text: str, today: date) -> date | None:
    """A whole date of birth in any of the ways that people and programs write it; None for none."""
    plain = _MIDNIGHT.sub("", text)
    run = _ISO_RUN.fullmatch(plain)
    found = typed.typed_date("-".join(run.groups()) if run else plain, today)
    if found is None:
        return None
    if found.year is None or found.month is None or found.day is None:
        raise Refused("roll-date", typed=text)
    return date(found.year, found.month, found.day)
