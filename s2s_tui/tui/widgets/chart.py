"""A picture of numbers in characters: lines over months, bars, or a table that is the darker the more.

Series differ by their mark as well as by their colour, so that it reads the same with 16 colours or none.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from s2s_tui.base.translation import _
from s2s_tui.services.reports.model import Picture, Shape
from s2s_tui.tui.text import cell, cut, is_plain, shown, width_of

LINE_MARKS = ("●", "▲", "■", "◆")
PLAIN_LINE_MARKS = ("o", "^", "x", "#")
BAR_MARKS = ("█", "▒", "░", "▓")
PLAIN_BAR_MARKS = ("#", ":", ".", "=")
SHADES = " ░▒▓█"
PLAIN_SHADES = " .:+#"
LEAST_HEIGHT = 6
LEAST_CELL = 5
"""Cells of a number in a heat table, at least."""


class Chart(Widget):
    """Draws a `Picture` to the room that it has; nothing where it has none."""

    DEFAULT_CSS = """
    Chart {
        height: 1fr; width: 1fr;
        & > .chart--title { text-style: bold; }
        & > .chart--axis { color: $text-muted; }
        & > .chart--0 { color: $primary; }
        & > .chart--1 { color: $accent; }
        & > .chart--2 { color: $error; }
        & > .chart--3 { color: $success; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--title",
        "chart--axis",
        "chart--0",
        "chart--1",
        "chart--2",
        "chart--3",
    }

    def __init__(self) -> None:
        super().__init__()
        self.picture: Picture | None = None
        self._lines: list[str] = []
        self._laid_for: tuple[int, int] = (-1, -1)

    def show(self, picture: Picture | None) -> None:
        """Show another picture, or none."""
        self.picture = picture
        self._laid_for = (-1, -1)
        self.refresh()

    def on_resize(self) -> None:
        """Draw for the new room."""
        self._laid_for = (-1, -1)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the picture, its marks in their series' colours."""
        width = self.size.width
        if (width, self.size.height) != self._laid_for:
            self._laid_for = (width, self.size.height)
            self._lines = drawn(self.picture, width, self.size.height) if self.picture else []
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        text = cell(self._lines[y], width)
        if y == 0:
            return Strip([Segment(text, self.get_component_rich_style("chart--title"))], width)
        return Strip(list(self._coloured(text)), width)

    def _coloured(self, text: str) -> Sequence[Segment]:
        axis = self.get_component_rich_style("chart--axis")
        assert self.picture is not None
        if self.picture.shape is Shape.HEAT:
            return [Segment(text, self.rich_style)]
        marks = {mark: n for n, mark in enumerate(marks_of(self.picture))}
        segments: list[Segment] = []
        for character in text:
            number = marks.get(character)
            style = axis if number is None else self.get_component_rich_style(f"chart--{number}")
            segments.append(Segment(character, style))
        return list(Segment.simplify(segments))


def marks_of(picture: Picture) -> tuple[str, ...]:
    """The mark of each series."""
    plain = is_plain()
    if picture.shape is Shape.LINES:
        marks = PLAIN_LINE_MARKS if plain else LINE_MARKS
    else:
        marks = PLAIN_BAR_MARKS if plain else BAR_MARKS
    return marks[: len(picture.series)]


def drawn(picture: Picture, width: int, height: int) -> list[str]:
    """A picture as lines: what it shows, its marks, then the picture itself.

    Args:
        picture: the numbers.
        width: cells.
        height: lines at most.
    """
    if height < LEAST_HEIGHT or width < 20 or not picture.labels:
        return []
    if picture.shape is Shape.HEAT:
        return [shown(_(picture.title)), *_heat(picture, width, height - 1)]
    names = [shown(_(name)) for name, _numbers in picture.series]
    key = "   ".join(f"{mark} {name}" for mark, name in zip(marks_of(picture), names, strict=False))
    title = shown(_(picture.title))
    above = [f"{title}   {key}"] if width_of(title + key) + 3 <= width else [title, key]
    return [*above, *_plotted(picture, width, height - len(above))]


def _plotted(picture: Picture, width: int, height: int) -> list[str]:
    import plotext  # a tenth of a second, which starting needn't wait for

    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, height)
    figure.theme("colorless")
    places = list(range(1, len(picture.labels) + 1))
    marks = marks_of(picture)
    if picture.shape is Shape.LINES:
        for (_name, numbers), mark in zip(picture.series, marks, strict=False):
            signal = figure.signal(places, list(numbers), marker=mark)
            signal.lines()
            figure.draw(signal)
    else:
        bars = figure.bar(places, [list(numbers) for _name, numbers in picture.series], marker=list(marks))
        figure.draw(bars)
    widest = max(width_of(shown(label)) for label in picture.labels) + 2
    every = max(1, -(-len(places) * widest // max(1, width - 8)))
    figure.ruler("x").ticks(places[::every], [shown(label) for label in picture.labels[::every]])
    most = max((max(numbers, default=0) for _name, numbers in picture.series), default=0)
    ticks = sorted({0, most // 2, most})
    figure.ruler("y").ticks(ticks, [f"{tick:,}" for tick in ticks])
    text = plotext.uncolorize(str(figure.build()))
    return [shown(line) for line in text.splitlines()]


def _heat(picture: Picture, width: int, height: int) -> list[str]:
    """A row a series; each number with a shade, the darkest for the most."""
    shades = PLAIN_SHADES if is_plain() else SHADES
    label = max(width_of(shown(name)) for name, _numbers in picture.series) + 1
    longest = max((len(f"{number:,}") for _name, numbers in picture.series for number in numbers), default=0)
    each = max(LEAST_CELL, longest + 2, *(width_of(shown(one)) + 1 for one in picture.labels))
    fits = max(1, (width - label) // (each + 1))
    most = max((max(numbers[:fits], default=0) for _name, numbers in picture.series), default=0)
    lines = [" " * label + " ".join(cell(shown(one), each, "right") for one in picture.labels[:fits])]
    for name, numbers in picture.series[: max(1, height - 1)]:
        cells = []
        for number in numbers[:fits]:
            shade = shades[0 if not number else max(1, (len(shades) - 1) * number // max(1, most))]
            cells.append(shade + cell(f"{number:,}", each - 1, "right"))
        lines.append(cell(name, label) + " ".join(cells))
    return [cut(line, width) for line in lines]
