"""Postcodes as numbers: eight letters each, so that those of a sector stand together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SAME, NEAR, DIFFERENT = 1, 2, 3
"""Codes for a pupil's postcode against a typed one; 0 where none is held."""
WORDS = {SAME: "same", NEAR: "near", DIFFERENT: "different"}
"""The codes as reasons have them."""

_SHORTEST = 5


def normal(postcode: str) -> str:
    """A postcode in capitals without spaces; of anything else its letters and digits, eight at most."""
    return "".join(letter for letter in postcode.upper() if letter.isascii() and letter.isalnum())[:8]


def number(postcode: str) -> int:
    """A postcode as a number; 0 for an empty one."""
    return int.from_bytes(normal(postcode).encode().ljust(8, b"\0"), "big")


def numbers(postcodes: Sequence[str | None]) -> NDArray[np.uint64]:
    """Many different postcodes as numbers."""
    return np.fromiter((number(postcode or "") for postcode in postcodes), np.uint64, len(postcodes))


def text(number: int) -> str:
    """The postcode of a number, spaced as it is written."""
    whole = number.to_bytes(8, "big").rstrip(b"\0").decode()
    return f"{whole[:-3]} {whole[-3:]}" if len(whole) >= _SHORTEST else whole


def compare(held: NDArray[np.uint64], typed: str) -> NDArray[np.uint8]:
    """How each held postcode resembles the typed one: the same, of the same sector, another."""
    wanted = normal(typed)
    found = np.full(len(held), DIFFERENT, np.uint8)
    if len(wanted) >= _SHORTEST:
        sector = wanted[:-2].encode()
        begin = int.from_bytes(sector.ljust(8, b"\0"), "big")
        end = int.from_bytes(sector.ljust(8, b"\xff"), "big")
        found[(held >= np.uint64(begin)) & (held <= np.uint64(end))] = NEAR
    found[held == np.uint64(number(typed))] = SAME
    found[held == 0] = 0
    return found
