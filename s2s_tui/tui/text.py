"""Everything a screen shows passes here: made printable, cut by cells, with stand-ins without UTF-8.

`shown()` is the floor: `printable()` and, on a terminal that can't take it, one character for one
(`STAND_INS`), so widths stay true. The widgets of this package call it themselves: hand them raw text.
"""

import locale
import os
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len, set_cell_size

from s2s_tui.base.text import printable

NEW = "●"
"""New or unread."""
LATE = "!"
"""Overdue."""
DONE = "✓"
REFUSED = "✗"
WARNING = "~"
MARKED = "*"
HERE = "▸"
"""Where the cursor is, or which pane is shown."""
ELLIPSIS = "…"
UP = "▲"
DOWN = "▼"

STAND_INS: Mapping[str, str] = {
    NEW: "o",
    DONE: "+",
    REFUSED: "x",
    HERE: ">",
    ELLIPSIS: "~",
    UP: "^",
    DOWN: "v",
    "─": "-",
    "│": "|",
    "├": "+",
    "┤": "+",
    "┬": "+",
    "┴": "+",
    "┼": "+",
    "┌": "+",
    "┐": "+",
    "└": "+",
    "┘": "+",
    "◆": "#",
    "■": "x",
    "▒": ":",
    "▓": "=",
    "█": "#",
    "░": ".",
    "▁": ".",
    "▂": ":",
    "▃": ":",
    "▄": "=",
    "▅": "=",
    "▆": "#",
    "▇": "#",
    "•": "*",
    "·": "-",
    "›": ">",
    "→": ">",
    "–": "-",
    "—": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "\ufffd": "?",
}
"""What a terminal without UTF-8 gets, one for one; other letters lose their accents or become `?`."""

_plain = False


def utf8_terminal(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the locale says that the terminal takes UTF-8: LC_ALL, LC_CTYPE, LANG, else Python's guess."""
    environ = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = environ.get(name, "")
        if value:
            return "utf" in value.lower().replace("-", "")
    return "utf" in locale.getpreferredencoding(False).lower()


def use_plain(plain: bool) -> None:
    """Show stand-ins instead of what only UTF-8 can say; chosen once, before the app starts."""
    global _plain
    _plain = plain
    _line.cache_clear()


def is_plain() -> bool:
    """Whether stand-ins are in force."""
    return _plain


def _fold(character: str) -> str:
    if character in STAND_INS:
        return STAND_INS[character]
    if character.isascii():
        return character
    base = unicodedata.normalize("NFD", character)[0]
    # As wide as what it stands for, so that columns stay straight.
    return (base if base.isascii() else "?") * cell_len(character)


@lru_cache(maxsize=4096)
def _line(text: str) -> str:
    line = printable(text)
    return "".join(map(_fold, line)) if _plain and not line.isascii() else line


def shown(text: object) -> str:
    """One line as this terminal can show it: no control reaches it, markup stays literal."""
    return _line(str(text))


def width_of(text: str) -> int:
    """Terminal cells of a shown text: wide characters take two, combining ones none."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: object, width: int) -> str:
    """A text made showable and at most `width` cells wide, an ellipsis at the end where some is missing."""
    line = shown(text)
    if width_of(line) <= width:
        return line
    if width < 1:
        return ""
    return set_cell_size(line, width - 1).rstrip() + shown(ELLIPSIS)


def cell(text: object, width: int, align: Literal["left", "right", "center"] = "left") -> str:
    """A text made showable and exactly `width` cells wide: cut with an ellipsis, or filled with spaces."""
    line = cut(text, width)
    room = max(0, width - width_of(line))
    if align == "right":
        return " " * room + line
    if align == "center":
        return " " * (room // 2) + line + " " * (room - room // 2)
    return line + " " * room


def both_ends(left: object, right: object, width: int) -> str:
    """A line with one text at each end; the left one is cut first, down to a third of the width."""
    end = cut(right, width)
    if not end:
        return cell(left, width)
    start = max(width - width_of(end) - 1, width // 3)
    end = cut(end, max(0, width - start - 1))
    gap = width - start - width_of(end)
    return cell(left, start) + " " * gap + end


def _fitting(line: str, width: int) -> int:
    used = 0
    for number, character in enumerate(line):
        used += width_of(character)
        if used > width:
            return number
    return len(line)


def wrap(text: object, width: int, most: int) -> list[str]:
    """A text as at most `most` lines of at most `width` cells, broken at spaces, the last one cut."""
    lines: list[str] = []
    rest = shown(text).strip()
    while rest and width > 0:
        if width_of(rest) <= width or len(lines) == most - 1:
            return [*lines, cut(rest, width)]
        fits = _fitting(rest, width)
        space = fits if rest[fits : fits + 1].isspace() else rest.rfind(" ", 0, fits)
        broken = space if space > 0 else fits
        if not broken:  # not even one wide character
            return [*lines, cut(rest, width)]
        lines.append(rest[:broken].rstrip())
        rest = rest[broken:].lstrip()
    return lines
