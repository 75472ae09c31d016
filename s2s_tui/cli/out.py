"""What is written where: data to standard output, narration to standard error."""

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic
from typing import Any, TextIO

from s2s_tui.base.clock import local_date, to_local
from s2s_tui.base.errors import Refused
from s2s_tui.base.text import cell_width, cut, printable, storable

NARROWEST = 8
"""Cells that a shortened column keeps."""
GAP = "  "
BLINK = 0.1
"""Seconds between two steps of a progress bar."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: shown above it.
        right: numbers, set to the right.
        yields: it is shortened where the terminal is too narrow.
        extra: it is left out there, before anything is shortened; the last first.
    """

    title: str
    right: bool = False
    yields: bool = False
    extra: bool = False


def document(data: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
    """Write the one JSON document, of a list a record a line; ASCII, so that any reader takes it."""
    if isinstance(data, Mapping):
        put(_json(data, indent=1) + "\n")
    else:
        put("[" + ",".join("\n" + _json(record) for record in data) + "\n]\n")
    return 0


def _json(record: Mapping[str, Any], indent: int | None = None) -> str:
    text = json.dumps(record, default=_iso, indent=indent)
    if "\\ud" in text:
        # A lone surrogate stands for a byte that is no text; strict readers refuse it.
        text = json.dumps(_storable(record), default=_iso, indent=indent)
    return text


def _storable(data: Any) -> Any:
    if isinstance(data, str):
        return storable(data)
    if isinstance(data, Mapping):
        return {key: _storable(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_storable(value) for value in data]
    return data


def _iso(value: object) -> str:
    """A day, or a moment, which is UTC and says so."""
    if isinstance(value, datetime):
        return moment(value)
    assert isinstance(value, date), type(value)
    return value.isoformat()


def moment(at: datetime) -> str:
    """A naive UTC moment in ISO 8601, to the second: `2026-11-24T10:30:00Z`."""
    return at.isoformat(timespec="seconds") + "Z"


def shown(at: datetime | None) -> str:
    """A moment for people: `2026-11-24 10:30`, London's time; a dash for none."""
    return f"{to_local(at):%Y-%m-%d %H:%M}" if at else "-"


def day(at: datetime | None) -> str:
    """The day of a moment in London, `2026-11-24`; a dash for none."""
    return local_date(at).isoformat() if at else "-"


def table(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
    """Write a table, its columns fitted to the terminal; without one nothing is shortened."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [
        max([cell_width(column.title), *(cell_width(row[place]) for row in cells)])
        for place, column in enumerate(columns)
    ]
    places = list(range(len(columns)))
    if sys.stdout is not None and sys.stdout.isatty():
        _fit(columns, widths, places, shutil.get_terminal_size().columns)
    lines = [[column.title for column in columns], ["-" * width for width in widths], *cells]
    put("".join(_line(columns, widths, places, line) + "\n" for line in lines))


def _fit(columns: Sequence[Column], widths: list[int], places: list[int], available: int) -> None:
    """Leave out places, then shorten widths, until a line has room."""

    def over() -> int:
        return sum(widths[place] for place in places) + len(GAP) * (len(places) - 1) - available

    for place in reversed(range(len(columns))):
        if over() > 0 and columns[place].extra:
            places.remove(place)
    while over() > 0:
        # The widest gives first, so that all that can be read stays readable.
        width, place = max(
            ((widths[place], place) for place in places if columns[place].yields), default=(0, 0)
        )
        if width <= NARROWEST:
            return
        widths[place] -= 1


def _line(
    columns: Sequence[Column], widths: Sequence[int], places: Sequence[int], cells: Sequence[str]
) -> str:
    set_cells = []
    for place in places:
        text = cut(cells[place], widths[place])
        blank = " " * (widths[place] - cell_width(text))
        set_cells.append(blank + text if columns[place].right else text + blank)
    return GAP.join(set_cells).rstrip()


def line(text: str) -> None:
    """Write a line for people to standard output."""
    put(printable(text) + "\n")


def put(text: str) -> None:
    """Write to standard output; a reader that has gone (`| head`) is no fault of ours.

    Raises:
        Refused: `output`, the disk behind it is full.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more when it ends; that must find somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Refused("output", reason=error.strerror or "") from error


def complain(text: str) -> None:
    """Write a line to standard error."""
    _narrate(printable(text) + "\n")


def _narrate(text: str) -> None:
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


def size(count: int) -> str:
    """A number of bytes for people: `734 B`, `12 kB`, `3.4 MB`."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.0f} kB" if count < 1024**2 else f"{count / 1024**2:.1f} MB"


class Bar:
    """Progress on standard error; silent where that is no terminal."""

    def __init__(self, stream: TextIO | None) -> None:
        self._on = stream is not None and stream.isatty()
        self._shown = 0.0

    def step(self, done: int, total: int, name: str = "") -> None:
        """Show how far it has come: the end always, what is before it as often as an eye can follow."""
        if not self._on or not total or (done < total and monotonic() - self._shown < BLINK):
            return
        self._shown = monotonic()
        filled = 20 * done // total
        text = f"[{'#' * filled}{' ' * (20 - filled)}] {done}/{total} {printable(name)}"
        _narrate("\r" + cut(text, shutil.get_terminal_size().columns - 1) + "\x1b[K")

    def clear(self) -> None:
        """Take the bar away."""
        if self._on:
            _narrate("\r\x1b[K")


@contextlib.contextmanager
def bar() -> Iterator[Bar]:
    """A progress bar for the time of the block."""
    shown_bar = Bar(sys.stderr)
    try:
        yield shown_bar
    finally:
        shown_bar.clear()
