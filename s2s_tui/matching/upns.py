"""UPNs as numbers in order, so that one with a slip is found without looking at each.

A UPN in form is a letter, eleven digits and a digit or letter: as a number it is kept exactly. What is not in
form is kept as a hash, below 0.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_LAST = "0123456789" + LETTERS
_LENGTH = 13
_ORDINALS = np.full(256, -1, np.int64)
_ORDINALS[[ord(letter) for letter in _LAST]] = np.arange(len(_LAST))


def normal(upn: str) -> str:
    """A UPN without spaces, in capitals."""
    return "".join(upn.split()).upper()


def number(upn: str) -> int:
    """A UPN as a number; below 0 where it is not in form; 0 for an empty one.

    Args:
        upn: as `normal` gives it.
    """
    if not upn:
        return 0
    if _in_form(upn):
        return (LETTERS.index(upn[0]) * 10**11 + int(upn[1:12])) * len(_LAST) + _LAST.index(upn[12]) + 1
    digest = blake2b(upn.encode("utf-8", "surrogatepass"), digest_size=7).digest()
    return -1 - int.from_bytes(digest, "big")


def text(number: int) -> str:
    """The UPN of a number; empty for 0 and below."""
    if number <= 0:
        return ""
    whole, last = divmod(number - 1, len(_LAST))
    first, digits = divmod(whole, 10**11)
    return f"{LETTERS[first]}{digits:011}{_LAST[last]}"


def _in_form(upn: str) -> bool:
    return (
        len(upn) == _LENGTH
        and upn.isascii()
        and upn[0] in LETTERS
        and upn[1:12].isdigit()
        and upn[12] in _LAST
    )


def numbers(upns: Sequence[str | None]) -> NDArray[np.int64]:
    """Many UPNs as numbers, those in form all at once."""
    encoded = [(upn or "").encode("ascii", "replace") for upn in upns]
    if not encoded:
        return np.zeros(0, np.int64)
    letters = np.array([upn if len(upn) == _LENGTH else b"" for upn in encoded], f"S{_LENGTH}")
    table = _ORDINALS[letters.view(np.uint8).reshape(-1, _LENGTH)]
    first, digits, last = table[:, 0] - 10, table[:, 1:12], table[:, 12]
    right = (first >= 0) & (digits >= 0).all(axis=1) & (digits < 10).all(axis=1) & (last >= 0)
    powers = 10 ** np.arange(10, -1, -1, dtype=np.int64)
    made: NDArray[np.int64] = np.where(
        right, (first * 10**11 + digits @ powers) * len(_LAST) + last + 1, np.int64(0)
    )
    for at in np.flatnonzero(~right).tolist():
        if upns[at]:
            made[at] = number(normal(upns[at] or ""))
    return made


def lasting(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which are whole and permanent: not temporary (a letter at the end), and the check letter is right."""
    whole, last = np.divmod(np.maximum(numbers, 1) - 1, len(_LAST))
    first, digits = np.divmod(whole, 10**11)
    total = last * 13
    for weight in range(12, 1, -1):
        digits, digit = np.divmod(digits, 10)
        total = total + digit * weight
    right: NDArray[np.bool_] = (numbers > 0) & (last < 10) & (total % len(LETTERS) == first)
    return right


def slips(upn: str) -> list[int]:
    """The numbers of the UPNs that one slip may have turned into the typed one.

    One character wrong, missing or too many, or two neighbours swapped. Some 150 to 400 numbers: they are
    looked up, the list is never walked.
    """
    spellings: set[str] = set()
    if len(upn) == _LENGTH:
        for at in range(_LENGTH):
            for other in LETTERS if at == 0 else _LAST if at == _LENGTH - 1 else "0123456789":
                spellings.add(upn[:at] + other + upn[at + 1 :])
        for at in range(_LENGTH - 1):
            spellings.add(upn[:at] + upn[at + 1] + upn[at] + upn[at + 2 :])
    elif len(upn) == _LENGTH - 1:
        for at in range(_LENGTH):
            for other in _LAST:
                spellings.add(upn[:at] + other + upn[at:])
    elif len(upn) == _LENGTH + 1:
        for at in range(_LENGTH + 1):
            spellings.add(upn[:at] + upn[at + 1 :])
    spellings.discard(upn)
    return sorted(number(spelling) for spelling in spellings if _in_form(spelling))
