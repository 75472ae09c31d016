"""How big a made-up world is."""

from collections.abc import Mapping
from dataclasses import dataclass

from s2s_tui.demo.places import AREAS
from s2s_tui.services.authorities import rows as authority_rows

SCHOOLS_OF_WALES = 1450
SCHOOLS_OF_ENGLAND = 24_000
CLOSED = frozenset({"835", "836", "837", "909", "928", "999"})
"""Authorities of England that are no more, or were never real: they have no schools."""
COUNTIES = frozenset(
    {
        *("815", "830", "845", "850", "855", "860", "878", "881", "886", "888", "891", "908", "916", "919"),
        *("925", "926", "931", "933", "935", "936", "937", "938"),
    }
)
COUNTY = 4
"""Times as many schools as another authority of England."""
TOLD = 30_000
LOST_OF_A_HUNDRED = 18
"""Of the files that are told one by one (`traffic.ROUTES`), how many are for the lost pupil database."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A size.

    Attributes:
        schools: code → open schools of that authority; the named ones count, and exist everywhere.
        full: the authorities with an account of every role.
        transfers: files that were sent and are told one by one; forwards of lost pupils' files come on top.
        past: files of the years before and beside them, made in bulk (`past`).
        past_lost: those of `past` that are for the lost pupil database.
        room: bytes that it takes on the disk, roughly, while it is made.
        minutes: that it takes, roughly, on two cores.
    """

    name: str
    schools: Mapping[str, int]
    full: tuple[str, ...]
    transfers: int
    past: int = 0
    past_lost: int = 0
    room: int = 20_000_000
    minutes: float = 0.0

    @property
    def files(self) -> int:
        """All files."""
        return self.transfers + self.past


def scale(name: str) -> Scale:
    """A size by its name: a key of `NAMES`."""
    return NAMES[name]()


def _small() -> Scale:
    return Scale("small", {"660": 10, "680": 10, "681": 10}, ("660", "680", "681"), 400)


def _wales() -> Scale:
    schools = _shared(SCHOOLS_OF_WALES, {code: area.share for code, area in AREAS.items() if area.share})
    return Scale("wales", schools, tuple(schools), 20_000, room=120_000_000, minutes=0.5)


def _national() -> Scale:
    """Wales, and England beside it: every authority with accounts of every role, five school years."""
    wales = _wales()
    codes = [row["code"] for row in authority_rows() if row["country"] == "England"]
    shares = {code: COUNTY if code in COUNTIES else 1 for code in codes if code not in CLOSED}
    schools = {**wales.schools, **_shared(SCHOOLS_OF_ENGLAND, shares)}
    return Scale(
        "national",
        schools,
        tuple(schools),
        transfers=TOLD,
        past=3_000_000 - TOLD,
        past_lost=1_000_000 - TOLD * LOST_OF_A_HUNDRED // 100,
        room=7_000_000_000,
        minutes=10,
    )


def _shared(total: int, shares: Mapping[str, int]) -> dict[str, int]:
    """A total in proportion to shares, to the last one."""
    whole, given, counts, before = sum(shares.values()), 0, {}, 0
    for code, share in shares.items():
        given += share
        counts[code] = total * given // whole - before
        before += counts[code]
    return counts


NAMES = {"small": _small, "wales": _wales, "national": _national}
