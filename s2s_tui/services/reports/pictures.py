"""A report's picture as an SVG: the same each time, and readable without colour."""

import re
from html import escape
from typing import Any

from s2s_tui.base.translation import _
from s2s_tui.services.reports.model import Picture, Shape

COLOURS = ("#12395c", "#c2571a", "#7fb8a4")
"""Apart in lightness too: in black and white they stay three."""
DASHES = ("", "10,5", "2,4")
MOST_LABELS = 12
"""Along the bottom; of more each so-manieth is named."""
_LEFT_OUT = re.compile(r"<!--.*?-->|<script.*?</script>", re.DOTALL)
_CELL, _ROW, _LEFT, _TOP = 64, 30, 90, 90


def svg(picture: Picture) -> str:
    """The picture, in the reader's language."""
    if picture.shape is Shape.HEAT:
        return _heat(picture)
    import pygal
    from pygal.style import Style

    style = Style(
        background="white",
        plot_background="white",
        foreground="#222",
        foreground_strong="#000",
        foreground_subtle="#555",
        colors=COLOURS,
        font_family="sans-serif",
        opacity="1",
        transition="0",
    )
    kind = pygal.Line if picture.shape is Shape.LINES else pygal.Bar
    every = -(-len(picture.labels) // MOST_LABELS)
    chart = kind(
        style=style,
        no_prefix=True,
        js=[],
        width=960,
        height=540,
        title=_(picture.title),
        x_title=_(picture.x),
        y_title=_(picture.y),
        legend_at_bottom=True,
        margin_right=100,
        print_values_position="top",
        include_x_axis=True,
        print_labels=True,
        print_values=picture.shape is Shape.BARS,
        dots_size=3,
        x_labels_major_every=every,
        show_minor_x_labels=False,
        truncate_label=-1,
        no_data_text=_("Nothing"),
        formatter=lambda value: f"{value:,.0f}" if value else "",
    )
    chart.x_labels = picture.labels
    for place, (name, values) in enumerate(picture.series):
        points: list[Any] = list(values)
        if points and picture.shape is Shape.LINES:
            # A line is named where it ends, so that nobody needs its colour.
            points[-1] = {"value": points[-1], "label": _(name)}
        dash = DASHES[place % len(DASHES)]
        stroke = {"width": 2.5} | ({"dasharray": dash} if dash else {})
        chart.add(_(name), points, stroke_style=stroke)
    # What is left out names the day and the drawing program, or would be run by a browser.
    return _LEFT_OUT.sub("", chart.render(is_unicode=True)) + "\n"


def _heat(picture: Picture) -> str:
    """A table of numbers, the more the darker; each number stands in its cell."""
    width, height = _LEFT + _CELL * len(picture.labels) + 10, _TOP + _ROW * len(picture.series) + 10
    most = max((value for _name, values in picture.series for value in values), default=0) or 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="13"><rect width="{width}" height="{height}" fill="white"/>',
        _text(10, 24, _(picture.title), size=16),
        _text(10, _TOP - 12, _(picture.y)),
        _text(_LEFT, _TOP - 36, _(picture.x)),
    ]
    for column, label in enumerate(picture.labels):
        parts.append(_text(_LEFT + column * _CELL + _CELL // 2, _TOP - 12, label, anchor="middle"))
    for row, (name, values) in enumerate(picture.series):
        y = _TOP + row * _ROW
        parts.append(_text(10, y + 20, name))
        for column, value in enumerate(values):
            x, shade = _LEFT + column * _CELL, value / most
            grey = 250 - round(200 * shade)
            parts.append(
                f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_ROW}" stroke="#888" '
                f'fill="rgb({grey},{grey},{min(255, grey + 20)})"/>'
            )
            ink = "white" if shade > 0.55 else "black"
            parts.append(
                _text(x + _CELL // 2, y + 20, f"{value:,}" if value else "·", anchor="middle", fill=ink)
            )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _text(
    x: int, y: int, text: str, *, anchor: str = "start", fill: str = "black", size: int | None = None
) -> str:
    sized = f' font-size="{size}"' if size else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}"{sized}>{escape(text)}</text>'
