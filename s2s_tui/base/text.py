"""Text from outside made safe to show (R-SYS-2). Both faces use these and nothing else."""

import unicodedata
from functools import lru_cache

REPLACEMENT = "\ufffd"
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a formula starts with; some spreadsheets take the wide signs of East Asia too."""


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if character in "\n\r\t\v\f\u0085\u2028\u2029":
        return " "
    # Category C: controls, formats (bidi marks, zero-width), surrogates, private use, unassigned.
    return REPLACEMENT if unicodedata.category(character)[0] == "C" else character


def printable(text: object) -> str:
    """One line of text that no terminal acts on.

    Line ends and tabs become a space; anything else in Unicode category C (escape sequences, C1
    controls, direction marks) becomes U+FFFD. Nothing else changes: markup stays literal.
    """
    line = str(text)
    if line.isascii() and line.isprintable():
        return line
    return "".join(map(_shown, line))


def printable_lines(text: object) -> str:
    """Like `printable`, for text of several lines: line ends stay."""
    return "\n".join(printable(line) for line in str(text).splitlines())


def storable(text: str) -> str:
    """Text as every database takes it: NUL and lone surrogates become U+FFFD (decision 12)."""
    if text.isascii() and "\0" not in text:
        return text
    return "".join(
        REPLACEMENT if character == "\0" or "\ud800" <= character <= "\udfff" else character
        for character in text
    )


def cell_text(value: object) -> str:
    """What a cell of a CSV says, as every database and no spreadsheet's formula takes it.

    What would be taken for a formula is kept from it by an apostrophe.
    """
    text = storable(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cell_width(text: str) -> int:
    """How many cells of a terminal a printable line takes: accents put on take none, wide letters two."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def cut(text: str, width: int) -> str:
    """A printable line shortened to a number of cells, with `…` where something is left out."""
    if cell_width(text) <= width:
        return text
    kept, room = "", width - 1
    for character in text:
        room -= _cells(character)
        if room < 0:
            break
        kept += character
    return kept + "…"
