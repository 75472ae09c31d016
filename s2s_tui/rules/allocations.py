"""Allocation lists: which pupil goes on to which school, as a CSV that a spreadsheet wrote (R-PHA-1)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from s2s_tui.base.errors import Refused
from s2s_tui.rules import tables
from s2s_tui.rules.mailboxes import is_school

COLUMNS = ("upn", "school")
_AS_TEXT = re.compile(r'="(.*)"|\'(.*)')
"""How spreadsheets are told to keep a number as text."""

Named = tuple[int, str, str]
Wrong = tuple[int, str]


def read(lines: Iterable[str]) -> tuple[list[Named], list[Wrong]]:
    """An allocation list, a header row first, other columns passed over.

    Args:
        lines: of the CSV, with commas, semicolons or tabs; rows without anything don't count.

    Returns:
        Each pupil as (line, UPN in capitals, establishment number); and the lines that say none, as (line,
        what stands there). A UPN with two different schools is wrong at each of its lines.

    Raises:
        Refused: `allocation-columns`, a column is missing; `allocation-unreadable`, it is no CSV.
    """
    rows = cells_of(lines)
    header = [cell.lower() for cell in next(rows, (0, []))[1]]
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise Refused("allocation-columns", missing=", ".join(missing))
    upn_at, school_at = (header.index(column) for column in COLUMNS)
    good: list[Named] = []
    wrong: list[Wrong] = []
    schools: dict[str, set[str]] = defaultdict(set)
    for line, cells in rows:
        cells += [""] * (len(header) - len(cells))
        upn, school = cells[upn_at].upper(), cells[school_at]
        if upn and is_school(school):
            good.append((line, upn, school))
            schools[upn].add(school)
        else:
            wrong.append((line, school or upn))
    wrong += [(line, upn) for line, upn, _ in good if len(schools[upn]) > 1]
    return [one for one in good if len(schools[one[1]]) == 1], sorted(wrong)


def cells_of(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a spreadsheet's CSV that hold anything, as (line, cells), the cells without their dress.

    Raises:
        Refused: `allocation-unreadable`.
    """
    for line, row in tables.rows(iter(lines), "allocation-unreadable"):
        cells = [plain_cell(cell) for cell in row]
        if any(cells):
            yield line, cells


def plain_cell(cell: str) -> str:
    """A cell without the blanks around it, and without the dress that keeps a number as text."""
    kept = _AS_TEXT.fullmatch(cell.strip())
    return (kept[1] or kept[2] or "").strip() if kept else cell.strip()
