"""What is typed of an account: its username, and how its holder is reached (R-USR-1)."""

import re
import unicodedata

from s2s_tui.base.errors import Refused

LONGEST_USERNAME = 40
LONGEST_CONTACT = 100
LONGEST_PHONE = 40
RESERVED = ("system", "s2s")
"""Usernames, in small letters, by which the log and the inbox name the program itself."""

_USERNAME = re.compile(r"[A-Za-z0-9]+")
_PHONE = re.compile(r"[0-9+(][0-9 ()+./-]*(?:(?:ext\.?|x|est\.?|#) ?[0-9]{1,6})?", re.IGNORECASE)


def username(text: str) -> str:
    """A new username: letters and digits only, at most 40; upper and lower case are kept.

    Raises:
        Refused: `username-missing`, `username-form` or `username-long`.
    """
    plain = text.strip()
    if not plain:
        raise Refused("username-missing", field="username")
    if not _USERNAME.fullmatch(plain):
        raise Refused("username-form", field="username")
    if len(plain) > LONGEST_USERNAME:
        raise Refused("username-long", most=LONGEST_USERNAME, field="username")
    return plain


def is_username(text: str) -> bool:
    """Whether an account can be called so."""
    return _USERNAME.fullmatch(text) is not None and len(text) <= LONGEST_USERNAME


def contact(text: str, field: str = "contact", most: int = LONGEST_CONTACT) -> str:
    """A person's or place's name as it is kept: any letters and signs, one blank between words.

    Args:
        text: as typed.
        field: which field it is, for the form.
        most: characters.

    Raises:
        Refused: `text-long`; `text-unseen`, it has characters that can't be seen.
    """
    plain = " ".join(text.replace("\t", " ").split(" ")).strip()
    plain = re.sub(" +", " ", plain)
    if any(unicodedata.category(character)[0] == "C" for character in plain):
        raise Refused("text-unseen", field=field)
    if any(unicodedata.category(character) in ("Zl", "Zp") for character in plain):
        raise Refused("text-unseen", field=field)
    if len(plain) > most:
        raise Refused("text-long", most=most, field=field)
    return plain


def phone(text: str) -> str:
    """A telephone number as it is kept: as typed, one blank between parts.

    Raises:
        Refused: `phone-form`, it has something other than digits, blanks, `+ ( ) - . /` and an extension.
    """
    plain = " ".join(text.split())
    if plain and (len(plain) > LONGEST_PHONE or not _PHONE.fullmatch(plain)):
        raise Refused("phone-form", most=LONGEST_PHONE, field="phone")
    return plain
