"""Invented pupils: born, named, given a UPN, living somewhere, belonging to a school."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from s2s_tui.demo import names
from s2s_tui.demo.places import STREETS, area_of
from s2s_tui.demo.schools import School
from s2s_tui.rules import ctf
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.upn import check_letter

_ETHNICITIES = ("WWEL",) * 8 + ("WBRI", "WBRI", "WOTH", "AIND", "APKN", "BAFR", "MWBC", "CHNE")
_IDENTITIES = ("WAL",) * 8 + ("BRI", "ENG", "OTH")


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil, with what a CTF tells of it.

    Attributes:
        year: the national curriculum year, 0 (reception) to 13.
        entered: when it came to its school.
        welsh: how well it speaks Welsh: 1 fluently, 2 some, 3 not at all.
        parent: a forename; the contact bears the child's surname.
        salt: settles marks and results, so that a child's file says the same whenever it is built.
    """

    upn: str
    surname: str
    forename: str
    born: date
    sex: str
    year: int
    middle_names: str = ""
    preferred_forename: str = ""
    former_surname: str = ""
    former_upn: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    ethnicity: str = "WWEL"
    identity: str = "WAL"
    welsh: int = 3
    parent: str = "Mair"
    parent_sex: str = "F"
    entered: date = date(2022, 9, 1)
    salt: int = 0

    def as_read(self, line: int = 0) -> ctf.Pupil:
        """What reading its CTF gives; `line` is where the pupil's element stands."""
        return ctf.Pupil(
            upn=self.upn,
            surname=self.surname,
            forename=self.forename,
            born=self.born,
            gender=self.sex,
            former_upn=self.former_upn,
            former_surname=self.former_surname,
            former_forename="",
            preferred_surname=self.surname,
            preferred_forename=self.preferred_forename or self.forename,
            middle_names=self.middle_names,
            town=self.town,
            postcode=self.postcode,
            line=line,
        )


@dataclass(slots=True)
class Register:
    """Makes pupils; no UPN is given twice.

    Args:
        rng: where chance comes from.
    """

    rng: Random
    _serials: Counter[str] = field(default_factory=Counter)

    def upn(self, school: str, year: int, *, temporary: bool = False) -> str:
        """The next UPN that a school gives in a year (the calendar year of the admission)."""
        while True:
            stem = f"{school}{year % 100:02}"
            self._serials[stem] += 1
            serial = self._serials[stem]
            body = f"{stem}{serial % 100:02}A" if temporary else f"{stem}{serial:03}"
            if serial < (100 if temporary else 1000):
                return check_letter(f"A{body}") + body
            school = f"{school[:3]}{int(school[3:]) % 9000 + 1:04}"  # its numbers of the year are used up

    def child(self, school: School, day: date, *, age: int | None = None) -> Child:
        """A pupil of a school.

        Args:
            school: where it is.
            day: today; the age is that on the first day of the school year.
            age: in whole years; None is any that the school has.
        """
        rng = self.rng
        youngest, oldest = school.ages
        age = rng.randint(youngest, oldest) if age is None else age
        start = school_year(day)
        born = date(start - age - 1, 9, 1) + timedelta(days=rng.randrange(365))
        sex = "F" if rng.random() < 0.49 else "M"
        forename, surname = names.forename(rng, sex), names.surname(rng)
        area = area_of(school.authority)
        town = rng.choice(area.towns)[1 if rng.random() < 0.25 else 0]
        chance = rng.random()
        first = start - (age - 4)
        # A pupil of a secondary school got its number at a primary one nearby, whose number we make up.
        giver = school.number
        if school.phase == "secondary":
            giver = f"{school.authority}{2000 + int(school.number[3:]) % 350 + rng.randrange(20)}"
        entered = date(max(first, start - rng.randint(0, max(0, age - youngest))), 9, 1 + rng.randint(0, 4))
        return Child(
            upn=self.upn(giver, first, temporary=chance > 0.995),
            surname=surname.upper() if chance < 0.03 else surname,
            forename=forename.upper() if chance < 0.03 else forename,
            born=born,
            sex=sex,
            year=max(0, age - 4),
            middle_names=names.forename(rng, sex) if rng.random() < 0.45 else "",
            preferred_forename=names.called(forename) if chance >= 0.03 else "",
            former_surname=names.surname(rng) if rng.random() < 0.06 else "",
            former_upn=self.upn(giver, first, temporary=True) if rng.random() < 0.03 else "",
            street=f"{rng.randint(1, 140)} {rng.choice(STREETS)}",
            town=town,
            postcode=area.postcode(rng),
            ethnicity=rng.choice(_ETHNICITIES),
            identity=rng.choice(_IDENTITIES),
            welsh=rng.randint(1, 3),
            parent=names.forename(rng, "F" if chance < 0.7 else "M"),
            parent_sex="F" if chance < 0.7 else "M",
            entered=entered,
            salt=rng.getrandbits(32),
        )

    def moved(self, child: Child, school: School, day: date) -> Child:
        """The same pupil some time after it came to another school: an address there, the rest as it was."""
        area = area_of(school.authority)
        rng = self.rng
        return replace(
            child,
            entered=day,
            street=f"{rng.randint(1, 140)} {rng.choice(STREETS)}",
            town=rng.choice(area.towns)[0],
            postcode=area.postcode(rng),
        )
