"""Unique pupil numbers: form and check letter, as the Department for Education defines them (R-UPL-2)."""

import re
from operator import mul

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The alphabet of check letters: no I, O or S. A letter stands for its place in it, from 0."""

_BODY = re.compile(rf"[0-9]{{11}}[0-9{LETTERS}]")
_VALUES = {character: value for value, character in enumerate(LETTERS)} | {str(n): n for n in range(10)}


def check_letter(upn: str) -> str:
    """The letter that a UPN should start with.

    Each character after the first, times its place (2 to 13), summed, modulo 23, picks the letter; the
    final letter of a temporary UPN counts as its place in the alphabet.

    Args:
        upn: 13 characters; the first is not looked at.

    Raises:
        ValueError: the other twelve are not eleven digits and a digit or letter of `LETTERS`.
    """
    if not _BODY.fullmatch(upn, 1):
        raise ValueError(f"not the form of a UPN: {upn!r}")
    return _letter(upn)


def _letter(upn: str) -> str:
    return LETTERS[sum(map(mul, map(_VALUES.__getitem__, upn[1:]), range(2, 14))) % len(LETTERS)]


def upn_problem(upn: str) -> tuple[str, dict[str, str]] | None:
    """What is wrong with a UPN, for a warning: the pupil is real even where the number is not (R-UPL-2).

    Its authority and school say where it was given, not where the pupil is, so they are not looked at.

    Args:
        upn: the number as it stands in the file, without spaces around it.

    Returns:
        A code and its parameters: `upn-form` (upn) or `upn-check-letter` (upn, expected); None where right.
    """
    if not ("A" <= upn[:1] <= "Z" and _BODY.fullmatch(upn, 1)):
        return "upn-form", {"upn": upn[:60]}
    expected = _letter(upn)
    if upn[0] != expected:
        return "upn-check-letter", {"upn": upn, "expected": expected}
    return None
