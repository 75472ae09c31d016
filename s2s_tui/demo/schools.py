"""The schools of the made-up Wales: those that sample files name, and invented ones around them."""

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from s2s_tui.demo.places import area_of, school_names

PRIMARY, SECONDARY, MIDDLE, SPECIAL = "primary", "secondary", "middle", "special"

_FIRST_NUMBER = {PRIMARY: 2010, SECONDARY: 4010, MIDDLE: 5500, SPECIAL: 7001}
_PATTERN = (PRIMARY,) * 13 + (SECONDARY,) * 3 + (MIDDLE,) + (PRIMARY,) * 6 + (SPECIAL,)
"""The phases of an authority's schools in turn, until it has enough."""
_SMALL_PATTERN = (SECONDARY, PRIMARY, PRIMARY, MIDDLE, PRIMARY, SECONDARY, PRIMARY, SPECIAL, PRIMARY, PRIMARY)


@dataclass(frozen=True, slots=True)
class School:
    """An establishment of the demo.

    Attributes:
        ages: from the youngest's to the oldest's, in whole years on 31 August.
        language: `cy` where it is written to in Welsh.
        state: `open`, `closed`, `merged` or `inactive`.
    """

    number: str
    name: str
    name_cy: str
    town: str
    phase: str
    language: str = "en"
    state: str = "open"
    opened: date | None = None
    closed: date | None = None
    successor: str | None = None

    @property
    def authority(self) -> str:
        """The code of its authority."""
        return self.number[:3]

    @property
    def ages(self) -> tuple[int, int]:
        """From the youngest pupils' age to the oldest's, on the first day of the school year."""
        return {PRIMARY: (4, 10), SECONDARY: (11, 17), MIDDLE: (4, 17), SPECIAL: (4, 17)}[self.phase]

    @property
    def email(self) -> str:
        """Where it is written to."""
        return f"office@s{self.number}.example"


NAMED = (
    School("6602175", "Ysgol Gynradd Llanfôr", "", "Amlwch", PRIMARY, "cy"),
    School("6604025", "Ysgol Uwchradd Môn", "", "Llangefni", SECONDARY, "cy"),
    School("6612089", "Ysgol y Tŵr", "", "Caernarfon", PRIMARY, "cy"),
    School("6614003", "Ysgol Syr Owain Enghraifft", "", "Dolgellau", SECONDARY, "cy"),
    School("6655501", "Ysgol Bro Alun (3-18)", "", "Wrexham", MIDDLE),
    School("6692174", "Ysgol Dewi", "", "Carmarthen", PRIMARY, "cy"),
    School("6802310", "Ringland Hill Primary School", "Ysgol Gynradd Ringland Hill", "Newport", PRIMARY),
    School("6804012", "Ysgol Uwchradd Glan-yr-Afon", "", "Newport", SECONDARY),
    School("6804031", "St Gwynllyw’s High School", "Ysgol Uwchradd Sant Gwynllyw", "Newport", SECONDARY),
    School("6814053", "Ysgol Bro Glan", "", "Cardiff", SECONDARY),
    School("6814060", "Rumney Vale High School", "Ysgol Uwchradd Bro Tredelerch", "Cardiff", SECONDARY),
    School("8732001", "Mill Lane Primary School", "", "Cambridge", PRIMARY),
    School("8734001", "Cambridge Academy", "", "Cambridge", SECONDARY),
)
"""Schools that sample files and lessons name; they are in every demo."""

FAVOURITES = ("6804012", "6814053", "6602175", "6604025")
"""They send and receive more than others, so that there is something to see at each."""


def schools(counts: dict[str, int], today: date, rng: Random, authorities: dict[str, str]) -> list[School]:
    """Open schools, as many as asked for in each authority, and beside them closed and inactive ones.

    Args:
        counts: how many open schools each authority has; the named ones count.
        today: closures lie before it.
        rng: where chance comes from.
        authorities: code → name.
    """
    made: dict[str, School] = {school.number: school for school in NAMED}
    for code, count in counts.items():
        area = area_of(code, authorities[code])
        own = [school for school in NAMED if school.authority == code]
        pattern = _SMALL_PATTERN if count < 20 else _PATTERN
        names = {phase: school_names(area, phase, rng) for phase in _FIRST_NUMBER}
        numbers = dict(_FIRST_NUMBER)
        taken = {school.name for school in own}
        wanted = [pattern[place % len(pattern)] for place in range(count)]
        for school in own:  # a named school takes the place of one of its phase
            if school.phase in wanted:
                wanted.remove(school.phase)
            else:
                wanted.pop()
        closed = 3 if count > 2 else 0
        for place, phase in enumerate(wanted + [PRIMARY] * closed):
            while f"{code}{numbers[phase]}" in made:
                numbers[phase] += rng.randint(1, 3)
            name = next(name for name in names[phase] if name.english not in taken)
            taken.add(name.english)
            school = School(
                f"{code}{numbers[phase]}",
                name.english,
                name.welsh,
                name.town,
                phase,
                "cy" if name.speaks_welsh and rng.random() < 0.5 else "en",
            )
            if place >= len(wanted):
                school = _gone(school, place - len(wanted), made, today)
            made[school.number] = school
    return sorted(made.values(), key=lambda school: school.number)


def _gone(school: School, which: int, made: dict[str, School], today: date) -> School:
    """One that merged into another, one that closed, one that is inactive."""
    if which == 2:
        return replace(school, state="inactive")
    summer = date(today.year if today >= date(today.year, 9, 1) else today.year - 1, 8, 31)
    if which == 1:
        return replace(school, state="closed", closed=summer)
    successor = next(
        other
        for other in made.values()
        if other.authority == school.authority and other.phase == PRIMARY and other.state == "open"
    )
    return replace(school, state="merged", closed=summer, successor=successor.number)
