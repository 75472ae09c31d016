"""The columns of a table: which fit, how wide each is, and a row laid out as one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from s2s_tui.tui.text import cell

GAP = 1
"""Cells between two columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        id: names it; what a source is asked to sort by.
        title: marked with `N_()`.
        width: cells; the least of them where it grows.
        grow: its share of the room that is left; 0: it stays as wide as it is.
        align: to which side its cells lie.
        wide: the terminal must be this wide for it to appear; it also goes where the others lack its room.
        sortable: whether its heading and `s` sort by it.
        tinted: whether a row's style colours its cells too (not only the flag before the row).
    """

    id: str
    title: str
    width: int
    grow: int = 0
    align: Literal["left", "right"] = "left"
    wide: int = 0
    sortable: bool = True
    tinted: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column came to lie: its index among all, its first cell (from the gutter's end), its width."""

    index: int
    x: int
    width: int


def arrange(columns: Sequence[Column], room: int, terminal: int) -> tuple[Place, ...]:
    """Lay columns side by side.

    Args:
        columns: all of them; those that want a wider terminal are left out.
        room: cells for them, gaps included.
        terminal: the terminal's width in cells.

    Returns:
        A place for each column shown, from left to right. Where the least widths don't fit, the last of
        those with `wide` goes first; then the growing ones shrink to 4 cells, and what is still beyond the
        edge is cut or left out.
    """
    kept = [(index, column) for index, column in enumerate(columns) if column.wide <= terminal]
    while _least(kept) > room and any(column.wide for _, column in kept):
        last = max(index for index, column in kept if column.wide)
        kept = [(index, column) for index, column in kept if index != last]
    widths = {index: column.width for index, column in kept}
    spare = room - _least(kept)
    growing = [(index, column) for index, column in kept if column.grow]
    shares = sum(column.grow for _, column in growing)
    if spare > 0:
        for number, (index, column) in enumerate(growing):
            part = spare if number == len(growing) - 1 else spare * column.grow // shares
            widths[index] += part
            spare -= part
            shares -= column.grow
    while spare < 0:
        shrinkable = [index for index, _ in growing if widths[index] > 4]
        if not shrinkable:
            break
        widths[max(shrinkable, key=widths.__getitem__)] -= 1
        spare += 1
    places: list[Place] = []
    x = 0
    for index, _ in kept:
        width = min(widths[index], room - x)
        if width < 1:
            break
        places.append(Place(index, x, width))
        x += width + GAP
    return tuple(places)


def _least(kept: Sequence[tuple[int, Column]]) -> int:
    return sum(column.width for _, column in kept) + GAP * max(0, len(kept) - 1)


def laid_out(cells: Sequence[str], columns: Sequence[Column], places: Sequence[Place], room: int) -> str:
    """A row's cells (one for each of all columns; missing ones are empty) as exactly `room` cells."""
    parts = [
        cell(cells[place.index] if place.index < len(cells) else "", place.width, columns[place.index].align)
        for place in places
    ]
    return cell((" " * GAP).join(parts), room)
