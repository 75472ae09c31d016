"""Lists as CSV that lessons load: arrivals without a CTF, an allocation of places, leavers, a roll."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from s2s_tui.demo import names
from s2s_tui.demo.moves import Move
from s2s_tui.demo.pupils import Child, Register
from s2s_tui.demo.schools import SECONDARY, School
from s2s_tui.services.checking import AWAITING
from s2s_tui.services.lost import State

OTHER_SPELLINGS = {
    "Rhys": "Reece",
    "Llewellyn": "Lewelyn",
    "Davies": "Davis",
    "Phillips": "Philips",
    "Matthews": "Mathews",
    "Evans": "Evens",
    "Prŷs-Jones": "Price Jones",
    "Tomos": "Thomas",
    "Ioan": "Ieuan",
    "Siôn": "Shaun",
    "Catrin": "Katrin",
    "Steffan": "Stephan",
}
"""How names are written by those who hear them."""


@dataclass(slots=True)
class Lists:
    """Makes the lists of a world, and keeps from its files what they are made of.

    Args:
        schools: all of them.
        register: makes pupils that are in no file.
        now: the moment of the world.
        rng: where chance comes from.
    """

    schools: Sequence[School]
    register: Register
    now: datetime
    rng: Random
    _lost: list[tuple[Move, Child]] = field(default_factory=list)
    _to_allocate: tuple[Child, ...] = ()

    def watched(self, moves: Iterable[Move]) -> Iterator[Move]:
        """The same moves, looked at as they pass."""
        for move in moves:
            if move.fate is not None:
                self._lost.append((move, move.children[0]))
            elif move.name.destination == "680LLLL" and len(move.children) > 1 and move.state == AWAITING:
                self._to_allocate = move.children
            yield move

    def all(self) -> dict[str, str]:
        """Each list's text by its file's name."""
        return {
            "arrivals.csv": self._arrivals(),
            "allocation.csv": self._allocation(),
            "leavers.csv": self._leavers(),
            "roll.csv": self._roll(),
        }

    def _searched(self) -> list[Child]:
        """Pupils that are lost still, those of the lessons and the latest among them."""
        return [child for move, child in self._lost if move.fate and move.fate.state == State.LOST]

    def _arrivals(self) -> str:
        """For the batch search (R-LPD-6): pupils who came without a CTF, spelt as their parents said it."""
        searched = self._searched()
        llewellyn = next(
            child for child in searched if child.town == "Llanelli" and child.surname == "Llewellyn"
        )
        born = llewellyn.born.replace(month=llewellyn.born.day, day=llewellyn.born.month)
        people = [replace(llewellyn, surname="Lewelyn", forename="Reece", born=born)]
        people += [self._misspelt(child) for child in self.rng.sample(searched, 12)]
        school = next(school for school in self.schools if school.number == "6804012")
        people += [self.register.child(school, self.now.date()) for _ in range(4)]
        # Hardly anyone who comes without a CTF knows the number.
        people = [replace(child, upn=child.upn if place == 2 else "") for place, child in enumerate(people)]
        return _csv(
            ("ref", "upn", "surname", "forename", "dob", "gender", "town"),
            (
                (f"A{number:02}", child.upn, child.surname, child.forename, child.born, child.sex, child.town)
                for number, child in enumerate(people, 1)
            ),
        )

    def _allocation(self) -> str:
        """For phase transfers (R-PHA-1): whom of the year 6 that waits at Newport goes to which school."""
        places = [
            school.number
            for school in self.schools
            if school.authority == "680" and school.phase == SECONDARY and school.state == "open"
        ]
        rows = [(child.upn, places[number % len(places)]) for number, child in enumerate(self._to_allocate)]
        return _csv(("upn", "school"), rows[:-2])  # two are left to be allocated by hand

    def _leavers(self) -> str:
        """For Lost Pupil Details (R-REP-5): leavers of Newport's schools, most of them uploaded, some not."""
        rows = [
            (child.upn, child.surname, child.forename, child.born, move.name.source, move.at.date())
            for move, child in self._lost
            if move.name.source.startswith("680") and move.name.source.isdigit()
        ]
        for school in self.schools:
            if school.authority == "680" and school.state == "open":
                left = (self.now - timedelta(days=self.rng.randint(3, 60))).date()
                child = self.register.child(school, left)
                rows.append((child.upn, child.surname, child.forename, child.born, school.number, left))
        return _csv(("upn", "surname", "forename", "dob", "school", "leaving_date"), rows)

    def _roll(self) -> str:
        """For the annual matching (R-LPD-8): who is on roll; one in three of the lost is among them."""
        secondary = [s for s in self.schools if s.phase == SECONDARY and s.state == "open"]
        found = self._searched()
        people = [self._misspelt(child) for child in found[: len(found) // 3]]
        people += [self.register.child(self.rng.choice(secondary), self.now.date()) for _ in range(200)]
        self.rng.shuffle(people)
        return _csv(
            ("upn", "surname", "forename", "dob", "gender", "town", "school"),
            (
                (
                    child.upn,
                    child.surname,
                    child.forename,
                    child.born,
                    child.sex,
                    child.town,
                    self.rng.choice(secondary).number,
                )
                for child in people
            ),
        )

    def _misspelt(self, child: Child) -> Child:
        """The pupil as someone else wrote it down: spelt otherwise, no accents, day and month swapped."""
        rng = self.rng
        surname, forename, born = child.surname, child.forename, child.born
        forename = OTHER_SPELLINGS.get(forename, _plain(forename) if rng.random() < 0.5 else forename)
        surname = OTHER_SPELLINGS.get(surname, _plain(surname) if rng.random() < 0.5 else surname)
        if child.former_surname and rng.random() < 0.5:
            surname = child.former_surname
        if born.day <= 12 and rng.random() < 0.5:
            born = date(born.year, born.day, born.month)
        elif rng.random() < 0.15:
            born += timedelta(days=1)
        if rng.random() < 0.2:
            forename = names.called(forename)
        return replace(child, surname=surname, forename=forename, born=born)


def _plain(text: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
