"""A report as other programs take it: a CSV that opens right in spreadsheets, or JSON; as a stream."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from s2s_tui.base.text import cell_text
from s2s_tui.services import files
from s2s_tui.services.reports.model import Cells, Step
from s2s_tui.services.reports.running import Run, nothing

AT_A_TIME = 1000
"""Rows that are written at once."""
_SIGNS = "=+-@\t＝＋－＠"
_BEFORE = ("\n", ",", '\n"', ',"')
"""What comes before a cell's first sign in a CSV's text."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def csv_blocks(columns: Sequence[str], rows: Iterable[Cells]) -> Iterator[str]:
    """The text of a CSV, some rows at a time: a header, then the rows; nothing for None.

    What a spreadsheet would take for a formula is kept from it by an apostrophe.
    """
    yield _csv([columns])
    rows = iter(rows)
    while block := list(islice(rows, AT_A_TIME)):
        yield csv_text(block)


def csv_text(rows: Sequence[Cells]) -> str:
    """The text of some rows of a CSV, as `csv_blocks` gives it."""
    text = _csv(rows)
    # Seldom does a cell look like a formula: rows are looked at as a whole before each cell is.
    if _is_suspect("\n" + text):
        text = _csv([[_safe(cell) for cell in cells] for cells in rows])
    return text


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _is_suspect(text: str) -> bool:
    """Whether a cell may begin like a formula; rather too often than too seldom."""
    # One sign is found far faster than two, and most are nowhere in the text.
    before = _BEFORE if '"' in text else _BEFORE[:2]
    signs = [sign for sign in _SIGNS if sign in text]
    return (
        any(mark + sign in text for sign in signs for mark in before)
        or any(mark + end in text for mark in before[2:] for end in "\r\n")
        or "\0" in text
        or (not text.isascii() and _SURROGATE.search(text) is not None)
    )


def _safe(cell: Any) -> Any:
    return cell_text(cell) if isinstance(cell, str) else cell


def save_csv(run: Run, path: Path, step: Step = nothing) -> int:
    """Save all rows of a report as a CSV (UTF-8 with a mark), whole or not at all, never over a file.

    Args:
        run: the report.
        path: where; its folder must exist.
        step: as `Run.cells`; what it raises leaves no file behind.

    Returns:
        How many rows were written, the header apart.

    Raises:
        Refused: `file-exists`, `folder-missing`.
        WrongUse, Unreachable: as `files.save`.
        NotLoggedOn: `session-ended`.
    """
    count = 0

    def write(file: BinaryIO) -> None:
        nonlocal count
        file.write(b"\xef\xbb\xbf")
        file.write(_csv([[column.id for column in run.columns]]).encode())
        for rows in run.blocks(step):
            count += len(rows)
            file.write(csv_text(rows).encode("utf-8", "replace"))

    files.save(path.parent, path.name, write)
    return count


def json_blocks(run: Run, step: Step = nothing) -> Iterator[str]:
    """The one JSON document of a report, some rows at a time; ASCII."""
    asked = run.asked
    head = {
        "report": asked.report.key,
        "from": asked.start.isoformat() if asked.start else None,
        "to": asked.end.isoformat(),
        "columns": [column.id for column in run.columns],
    }
    yield json.dumps(head)[:-1] + ', "rows": ['
    before = "\n"
    rows = run.cells(step)
    while block := list(islice(rows, AT_A_TIME)):
        yield before + ",\n".join(map(json.dumps, block))
        before = ",\n"
    yield "\n]}\n"
