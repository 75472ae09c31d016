"""How big a made-up world is."""

from collections.abc import Mapping
from dataclasses import dataclass

from s2s_tui.demo.places import AREAS
from s2s_tui.services.authorities import rows as authority_rows

SCHOOLS_OF_WALES = 1450
SCHOOLS_OF_ENGLAND = 24_000


@dataclass(frozen=True, slots=True)
class Scale:
    """A size.

    Attributes:
        schools: code → open schools of that authority; the named ones count, and exist everywhere.
        full: the authorities with an account of every role.
        transfers: files that were sent; forwards of lost pupils' files come on top.
    """

    name: str
    schools: Mapping[str, int]
    full: tuple[str, ...]
    transfers: int


def scale(name: str) -> Scale:
    """A size by its name: a key of `NAMES`."""
    return NAMES[name]()


def _small() -> Scale:
    return Scale("small", {"660": 10, "680": 10, "681": 10}, ("660", "680", "681"), 400)


def _wales() -> Scale:
    schools = _shared(SCHOOLS_OF_WALES, {code: area.share for code, area in AREAS.items() if area.share})
    return Scale("wales", schools, tuple(schools), 20_000)


def _national() -> Scale:
    """Wales, and England's schools beside it."""
    wales = _wales()
    codes = [row["code"] for row in authority_rows() if row["country"] == "England"]
    england = _shared(SCHOOLS_OF_ENGLAND, dict.fromkeys(codes, 1))
    return Scale("national", {**wales.schools, **england}, wales.full, 200_000)


def _shared(total: int, shares: Mapping[str, int]) -> dict[str, int]:
    """A total in proportion to shares, to the last one."""
    whole, given, counts, before = sum(shares.values()), 0, {}, 0
    for code, share in shares.items():
        given += share
        counts[code] = total * given // whole - before
        before += counts[code]
    return counts


NAMES = {"small": _small, "wales": _wales, "national": _national}
