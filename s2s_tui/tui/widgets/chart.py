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
from s2s_tui.tui.text import ELLIPSIS, cell, cut, is_plain, shown, width_of

LINE_MARKS = ("●", "▲", "■", "◆")
PLAIN_LINE_MARKS = ("o", "^", "x", "#")
BAR_MARKS = ("█", "▒", "░", "▓")
PLAIN_BAR_MARKS = ("#", ":", ".", "=")
SHADES = " ░▒▓█"
PLAIN_SHADES = " .:+#"
LEAST_HEIGHT = 6
SHARE, LEAST_WIDTH = 0.4, 40
"""How much of a wide screen a picture gets beside the rows, and the cells that it wants at least."""


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
    body = _plotted if picture.shape is Shape.LINES else _bars
    return [*above, *body(picture, width, height - len(above))]


def width_for(picture: Picture, width: int) -> int:
    """The cells that a picture wants beside the rows of a pane of some width: a heat table all it has."""
    if picture.shape is Shape.HEAT:
        label, each = _heat_cells(picture)
        return max(width_of(shown(_(picture.title))), label + len(picture.labels) * (each + 1))
    bars = len(picture.labels) * len(picture.series) if picture.shape is Shape.BARS else 0
    return max(LEAST_WIDTH, round(width * SHARE), bars + 8)


def _most(picture: Picture) -> int:
    return max((max(numbers, default=0) for _name, numbers in picture.series), default=0)


def _ticks(most: int) -> list[int]:
    """The numbers at the axis: none, half and most; whole ones, each once."""
    return sorted({0, most // 2, most})


def _plotted(picture: Picture, width: int, height: int) -> list[str]:
    import plotext  # a tenth of a second, which starting needn't wait for

    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, height)
    figure.theme("colorless")
    places = list(range(1, len(picture.labels) + 1))
    for (_name, numbers), mark in zip(picture.series, marks_of(picture), strict=False):
        signal = figure.signal(places, list(numbers), marker=mark)
        signal.lines()
        figure.draw(signal)
    widest = max(width_of(shown(label)) for label in picture.labels) + 2
    every = max(1, -(-len(places) * widest // max(1, width - 8)))
    figure.ruler("x").ticks(places[::every], [shown(label) for label in picture.labels[::every]])
    ticks = _ticks(_most(picture))
    figure.ruler("y").ticks(ticks, [f"{tick:,}" for tick in ticks])
    text = plotext.uncolorize(str(figure.build()))
    return [shown(line) for line in text.splitlines()]


def _bars(picture: Picture, width: int, height: int) -> list[str]:
    """A group a label, in it a bar a series, all of one width; what is above 0 is at least a line high."""
    most = max(1, _most(picture))
    ticks = {f"{tick:,}" for tick in _ticks(most)}
    edge = max(map(len, ticks))
    rows = height - 2
    count, series = len(picture.labels), len(picture.series)
    room = width - edge - 1
    gap = int((series + 1) * count <= room)
    each = max(1, (room // count - gap) // series)  # cells of a bar
    group = each * series + gap
    fits = min(count, max(1, room // group))
    tall = [[_height(number, most, rows) for number in numbers[:fits]] for _name, numbers in picture.series]
    marks = marks_of(picture)
    at = {_height(tick, most, rows): f"{tick:,}" for tick in _ticks(most)}
    lines = []
    for level in range(rows, 0, -1):
        text = "".join(
            "".join((marks[n] if tall[n][place] >= level else " ") * each for n in range(series)) + " " * gap
            for place in range(fits)
        )
        lines.append(f"{at.get(level, ''):>{edge}}" + shown("┤" if level in at else "│") + text)
    lines.append(f"{0:>{edge}}" + shown("└" + "─" * (group * fits)))
    under, free = "", 0
    for place, label in enumerate(picture.labels[:fits]):
        start = place * group + max(0, (group - gap - width_of(shown(label))) // 2)
        if start >= free:
            under = cell(under, start) + shown(label)
            free = width_of(under) + 1
    lines.append(" " * (edge + 1) + under + shown(ELLIPSIS) * (fits < count))
    return [cut(line, width) for line in lines]


def _height(number: int, most: int, rows: int) -> int:
    return max(number > 0, round(rows * number / most))


def _heat_cells(picture: Picture, room: int | None = None) -> tuple[int, int]:
    """The cells of a row's name, and of a number with its shade; with less air where `room` wants that."""
    label = max(width_of(shown(name)) for name, _numbers in picture.series) + 1
    longest = max((len(f"{number:,}") for _name, numbers in picture.series for number in numbers), default=0)
    heads = max(width_of(shown(one)) for one in picture.labels)
    roomy, tight = max(longest + 2, heads + 1), max(longest + 1, heads)
    fits = room is None or label + len(picture.labels) * (roomy + 1) - 1 <= room
    return label, roomy if fits else tight


def _heat(picture: Picture, width: int, height: int) -> list[str]:
    """A row a series; each number with a shade, the darkest for the most."""
    shades = PLAIN_SHADES if is_plain() else SHADES
    label, each = _heat_cells(picture, width)
    fits = max(1, (width - label + 1) // (each + 1))
    rows = picture.series[: max(1, height - 1)]
    left = max(len(picture.labels) - fits, len(picture.series) - len(rows))
    if left > 0:
        rows = picture.series[: max(1, height - 2)]
    most = max((max(numbers[:fits], default=0) for _name, numbers in picture.series), default=0)
    lines = [" " * label + " ".join(cell(shown(one), each, "right") for one in picture.labels[:fits])]
    for name, numbers in rows:
        cells = []
        for number in numbers[:fits]:
            shade = shades[0 if not number else max(1, (len(shades) - 1) * number // max(1, most))]
            cells.append(shade + cell(f"{number:,}", each - 1, "right"))
        lines.append(cell(name, label) + " ".join(cells))
    if left > 0:
        lines.append(shown(_("Not all fit here: the rows have the rest.")))
    return [cut(line, width) for line in lines]
