"""Rolls and lost pupils for tests of the annual matching: invented pupils who are told apart easily."""

from pathlib import Path

import making
import steps

from s2s_tui.services.finds import CERTAIN
from s2s_tui.store.models import LostPupil

HEADER = "upn,surname,forename,dob,gender,town,postcode,establishment"
PEOPLE = (
    ("Treharne", "Gwenllian", "2012-03-04", "F"),
    ("Prydderch", "Macsen", "2013-11-21", "M"),
    ("Bebb", "Heledd", "2011-07-30", "F"),
    ("Cynddylan", "Iorwerth", "2014-01-12", "M"),
    ("Gittins", "Olwen", "2010-09-09", "F"),
    ("Ellis-Wyn", "Taliesin", "2013-05-17", "M"),
)


def lose(site, count: int = len(PEOPLE), school: str = "6814053", first: int = 0) -> list[int]:
    """Upload so many of `PEOPLE` to the lost pupil database from a school; the records' ids."""
    actor = making.logged_on(site, "school", school)
    ids = []
    for number, (surname, forename, born, sex) in enumerate(PEOPLE[first : first + count], first + 1):
        child = making.Child(making.upn(100 + number, school), surname, forename, born, sex)
        sent = steps.sent(actor, site, making.offered(school, "XXXXXXX", number, [child]))
        with site.store.connection():
            ids.append(LostPupil.get(LostPupil.transfer == sent).id)
    return ids


def row(person: int, establishment: str = "6804012", **other: str) -> str:
    """One of `PEOPLE` as a roll has it: without a UPN unless one is given."""
    surname, forename, born, sex = PEOPLE[person]
    named = {"upn": "", "surname": surname, "forename": forename, "dob": born, "gender": sex}
    named |= {"town": "", "postcode": "", "establishment": establishment} | other
    return ",".join(named[name] for name in HEADER.split(","))


def stranger(number: int) -> str:
    """Somebody whom nobody has lost."""
    return f",Nobody{number}x,Zz{number}q,2009-02-{number % 27 + 1:02},M,,,6604025"


def written(folder: Path, rows, name: str = "roll.csv", encoding: str = "utf-8") -> Path:
    """A roll's file."""
    path = folder / name
    path.write_bytes("\n".join([HEADER, *rows, ""]).encode(encoding))
    return path


def usual(folder: Path) -> Path:
    """Four of `PEOPLE` at schools of 680 and 660, one with a slip, and five whom nobody lost."""
    rows = [
        row(0),
        row(1, dob="21/11/2013"),
        row(2, "6604025", surname="Beb"),
        row(3, "6804031", forename="Iorweth"),
        *map(stranger, range(5)),
    ]
    return written(folder, rows)


def names(found) -> list[str]:
    """Whom finds are of, sorted."""
    return sorted(one.record.surname for one in found)


def certain(found) -> list[str]:
    return names([one for one in found if one.band == CERTAIN])
