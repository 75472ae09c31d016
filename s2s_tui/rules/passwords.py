"""What a password must be (R-LOG-2), and temporary ones that can be read out over the telephone (R-USR-1).

How hard a password is to guess is what zxcvbn says of it; the words are ours. It is loaded at the first
use: it reads long lists of words.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from s2s_tui.base.errors import Refused

SHORTEST = 10
LONGEST = 200
"""Longer ones would only make the hash's input a burden."""
LOOKED_AT = 72
"""Characters whose strength is worked out: zxcvbn slows down with the square of the length."""
STRONG = 3
"""The least of zxcvbn's scores (0–4) that will do: over 10⁸ guesses, which argon2 makes slow ones."""

_REASONS: Mapping[str, str] = {
    "repeat": "repeat",
    "sequence": "sequence",
    "spatial": "keyboard",
    "date": "date",
    "regex": "date",
}
"""A pattern of zxcvbn → the reason that is told."""
_LISTS: Mapping[str, str] = {
    "user_inputs": "yours",
    "passwords": "common",
    "surnames": "person",
    "male_names": "person",
    "female_names": "person",
}
"""A list that a part was found in → the reason that is told."""

_FIRST_GUESSES = (
    "cymru", "wales", "welsh", "cymraeg", "croeso", "ysgol", "athro", "cariad", "draig", "ddraig", "cennin",
    "caerdydd", "abertawe", "casnewydd", "gwynedd", "powys", "ceredigion", "wyddfa", "bore", "diolch",
    "iechyd", "hiraeth", "school", "pupil", "transfer", "council", "cyngor", "disgybl",
    "password", "cyfrinair",
)  # fmt: skip
"""What zxcvbn, which was made elsewhere, doesn't know that people here choose first."""

GROUPS = 4
_CONSONANTS = "bdfghjklmnrstvwz"
"""Without those that sound alike in English and Welsh once vowels stand between them."""
_VOWELS = "aeiou"
_UNKIND = ("fag", "fuk", "kok", "dik", "nig", "tit", "wog", "naz", "jew", "gas")
"""What nobody should have to read out; the loss is a hundredth of a bit."""


def require_good(password: str, username: str, known: Iterable[str] = ()) -> None:
    """Let a new password pass, or say what is wrong with it; whether it is an old one shows by its hash only.

    Args:
        password: the new one, as typed.
        username: whose it is to be.
        known: what an acquaintance would try first: the organisation's name and number, the contact.

    Raises:
        Refused: `password-short`, `password-long`, `password-name`, or `password-plain` with a
            `reason`: `repeat`, `sequence`, `keyboard`, `date`, `common`, `person`, `yours` or `weak`.
    """
    if len(password) < SHORTEST:
        raise Refused("password-short", least=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("password-long", most=LONGEST)
    if username and username.casefold() in password.casefold():
        raise Refused("password-name")
    reason = weakness(password, (username, *known))
    if reason:
        raise Refused("password-plain", reason=reason)


def weakness(password: str, known: Iterable[str] = ()) -> str:
    """Why a password is easy to guess, as a reason of `password-plain`; empty where it isn't.

    Args:
        password: as typed; its first 72 characters count.
        known: words that don't make it harder to guess.
    """
    from zxcvbn import zxcvbn

    words = {word for text in known for word in (text, *text.split()) if len(word) > 2}
    guesses = [*_FIRST_GUESSES, *sorted(words)]
    found = zxcvbn(password[:LOOKED_AT], user_inputs=guesses, max_length=LOOKED_AT)
    if found["score"] >= STRONG:
        return ""
    # The longest part that was recognised is what makes it easy.
    parts = [part for part in found["sequence"] if part["pattern"] != "bruteforce"]
    longest = max(parts, key=lambda part: len(part["token"]), default=None)
    return _reason(longest) if longest is not None else "weak"


def _reason(part: Mapping[str, Any]) -> str:
    if part["pattern"] != "dictionary":
        return _REASONS.get(part["pattern"], "weak")
    if part["matched_word"] in _FIRST_GUESSES:
        return "common"
    return _LISTS.get(part["dictionary_name"], "weak")


def temporary(choose: Callable[[str], str] = secrets.choice) -> str:
    """A password for the first entry: `talum-hovek-sidor-wenab`.

    Four groups that can be said as words, in English and Welsh, and spelt out without a doubt; over 66 bits.

    Args:
        choose: takes one of the letters by chance.
    """
    return "-".join(_group(choose) for _ in range(GROUPS))


def _group(choose: Callable[[str], str]) -> str:
    while True:
        letters = "".join(choose(_VOWELS if place % 2 else _CONSONANTS) for place in range(5))
        if not any(part in letters for part in _UNKIND):
            return letters
