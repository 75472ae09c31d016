"""Mailboxes: the addresses that files are sent to or from, seven characters each (R-NAM)."""

import re
from enum import StrEnum
from functools import lru_cache

LOST = "XXXXXXX"
"""The lost pupil database: destination unknown."""
LEFT = "MMMMMMM"
"""The lost pupil database: left the maintained sector."""


class Mailbox(StrEnum):
    """Kinds of mailbox; an authority's value is the constant after its three digits."""

    SCHOOL = "school"
    GENERAL = "LLLL"
    PLASC = "PLAS"
    ADMISSIONS = "ADMS"
    LPD = "lpd"


# ASCII: otherwise `ſ` would pass for an s, and a full-width or Arabic digit for a digit.
_MAILBOX = re.compile(
    r"(?P<school>[0-9]{7})|[0-9]{3}(?P<role>LLLL|PLAS|ADMS)|(?P<lpd>X{7}|M{7})", re.ASCII | re.IGNORECASE
)


@lru_cache(maxsize=4096)
def mailbox_kind(mailbox: str) -> Mailbox | None:
    """What kind of mailbox it is, in either case; None when it is none."""
    match = _MAILBOX.fullmatch(mailbox)
    if match is None:
        return None
    if match["school"]:
        return Mailbox.SCHOOL
    return Mailbox.LPD if match["lpd"] else Mailbox(match["role"].upper())


def is_school(mailbox: str) -> bool:
    """Whether it is an establishment's number."""
    return mailbox_kind(mailbox) is Mailbox.SCHOOL


def is_authority(mailbox: str) -> bool:
    """Whether it is one of an authority's mailboxes: general, PLASC or admissions."""
    return mailbox_kind(mailbox) in (Mailbox.GENERAL, Mailbox.PLASC, Mailbox.ADMISSIONS)


def authority_of(mailbox: str) -> str:
    """The three digits of the authority that a mailbox belongs to; empty for the lost pupil database."""
    return mailbox[:3] if is_school(mailbox) or is_authority(mailbox) else ""
