"""What is the same in every made-up world, so that lessons can name it: files at the schools they use."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from s2s_tui.demo.moves import Fate, Move
from s2s_tui.demo.people import actor
from s2s_tui.demo.traffic import RECALLED, Traffic
from s2s_tui.rules.names import LOST
from s2s_tui.rules.roles import Role
from s2s_tui.services.checking import AWAITING, COLLECTED, DELETED, REJECTED

FILES = (
    (1, "6814053", "6804012", 1, AWAITING),
    (3, "6802310", "680LLLL", 30, AWAITING),
    (6, "6802310", "680LLLL", 1, AWAITING),
    (4, "6602175", "660LLLL", 30, AWAITING),
    (2, "6602175", "6604025", 1, AWAITING),
    (19, "8734001", "6804012", 1, AWAITING),
    (20, "6804012", "6814053", 1, AWAITING),
    (33, "6655501", "6604025", 1, AWAITING),
    (42, "6802310", "6804012", 30, AWAITING),
    (57, "6612089", "6602175", 1, AWAITING),
    (8, "6604025", "6804012", 1, COLLECTED),
    (9, "6804012", "6604025", 1, COLLECTED),
    (10, "6804012", "6814053", 1, REJECTED),
    (11, "6814053", "6804012", 1, REJECTED),
    (12, "6804012", "6814053", 1, DELETED),
    (14, "6804012", "6814053", 1, RECALLED),
    (70, "6602175", "6604025", 30, COLLECTED),
)
"""Days ago, from, to, pupils, state. A file of thirty is a year 6."""


class LostChild(NamedTuple):
    """A pupil that a lesson on the search looks for.

    Attributes:
        days: how long ago its file was sent.
        age: the year's number less that of its birth.
        born: month and day.
    """

    school: str
    days: int
    surname: str
    forename: str
    sex: str
    age: int
    born: tuple[int, int]
    town: str
    former_surname: str = ""
    middle_names: str = ""


LOST_CHILDREN = (
    LostChild("6692174", 71, "Llewellyn", "Rhys", "M", 12, (3, 12), "Llanelli", "Price", "Iwan"),
    LostChild("6804031", 145, "Llewelyn", "Reece", "M", 15, (12, 3), "Abertawe"),
    LostChild("6814060", 298, "Lewis", "Reece", "M", 12, (12, 3), "Cardiff", "", "Owen"),
    LostChild("6602175", 30, "Gruffydd-Owen", "Siân", "F", 9, (2, 28), "Amlwch", "", "Mair"),
    LostChild("6604025", 300, "O'Neill", "Niamh", "F", 18, (10, 5), "Caergybi", "Parry"),
)

Plan = tuple[datetime, Callable[[], Move]]
"""When something is sent, and what makes it when its turn comes."""


def staged(traffic: Traffic) -> list[Plan]:
    """The plans of all that is staged."""
    return [_file(traffic, *file) for file in FILES] + [_lost(traffic, child) for child in LOST_CHILDREN]


def _file(traffic: Traffic, days: int, source: str, destination: str, count: int, state: str) -> Plan:
    at = traffic.working(traffic.now - timedelta(days=days))

    def make() -> Move:
        school = traffic.school(source)
        age = 10 if count > 1 else None
        children = tuple(traffic.register.child(school, at.date(), age=age) for _ in range(count))
        move = traffic.ctf(at, source, destination, children, actor(Role.SCHOOL, source), school.name)
        return traffic.settled(move, state)

    return at, make


def _lost(traffic: Traffic, lost: LostChild) -> Plan:
    at = traffic.working(traffic.now - timedelta(days=lost.days))

    def make() -> Move:
        school = traffic.school(lost.school)
        child = replace(
            traffic.register.child(school, at.date()),
            surname=lost.surname,
            forename=lost.forename,
            preferred_forename=lost.forename,
            born=date(traffic.now.year - lost.age, *lost.born),
            sex=lost.sex,
            middle_names=lost.middle_names,
            former_surname=lost.former_surname,
            former_upn="",
            town=lost.town,
        )
        by = actor(Role.SCHOOL, lost.school)
        move = traffic.ctf(at, lost.school, LOST, (child,), by, school.name)
        move.fate = Fate()
        return move

    return at, make
