"""The lists for lessons have the columns that the contract names, and something to find."""

import csv
from collections import Counter
from datetime import date

import pytest

from s2s_tui.demo.world import World
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.upn import upn_problem
from s2s_tui.services.site import Site
from s2s_tui.store.models import Establishment, LostPupil, Pupil, Transfer


def rows(small: World, name: str) -> list[dict[str, str]]:
    with (small.folder / "lists" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "columns", "least"),
    [
        ("arrivals.csv", "ref,upn,surname,forename,dob,gender,town", 15),
        ("allocation.csv", "upn,school", 28),
        ("leavers.csv", "upn,surname,forename,dob,school,leaving_date", 15),
        ("roll.csv", "upn,surname,forename,dob,gender,town,school", 200),
    ],
)
def test_each_list_has_its_columns_and_real_dates(small: World, name: str, columns: str, least: int) -> None:
    found = rows(small, name)
    assert ",".join(found[0]) == columns
    assert len(found) >= least
    for row in found:
        for column in ("dob", "leaving_date"):
            assert date.fromisoformat(row.get(column, "2020-01-01"))
        assert not row["upn"] or upn_problem(row["upn"]) is None


@pytest.mark.requirement("R-LPD-6")
def test_arrivals_hold_the_lesson_pupil_misspelt_and_some_whom_nobody_lost(demo: Site, small: World) -> None:
    found = rows(small, "arrivals.csv")
    assert ("Lewelyn", "Reece") in {(row["surname"], row["forename"]) for row in found}
    with demo.store.connection():
        lost = {(pupil.born.isoformat(), pupil.town) for pupil in LostPupil.select()}
    known = [(row["dob"], row["town"]) in lost for row in found]
    assert any(known)
    assert not all(known)


@pytest.mark.requirement("R-PHA-1")
def test_the_allocation_is_of_the_year_6_that_waits_at_newport(demo: Site, small: World) -> None:
    found = rows(small, "allocation.csv")
    with demo.store.connection():
        waiting = {
            row.upn
            for row in Pupil.select()
            .join(Transfer)
            .where((Transfer.destination == "680LLLL") & (Transfer.state == "awaiting"))
        }
        schools = {row.number for row in Establishment.select().where(Establishment.closed.is_null())}
    assert {row["upn"] for row in found} < waiting
    assert {row["school"] for row in found} <= schools
    assert len({row["school"] for row in found}) == 2


@pytest.mark.requirement("R-REP-5")
def test_leavers_are_newports_some_uploaded_and_some_not(demo: Site, small: World) -> None:
    found = rows(small, "leavers.csv")
    assert {row["school"][:3] for row in found} == {"680"}
    with demo.store.connection():
        sent = {
            row.upn for row in Pupil.select().join(Transfer).where(Transfer.destination.in_((LOST, LEFT)))
        }
    uploaded = Counter(row["upn"] in sent for row in found)
    assert uploaded[True] >= 5
    assert uploaded[False] >= 5


@pytest.mark.requirement("R-LPD-8")
def test_some_of_the_lost_are_on_the_roll(demo: Site, small: World) -> None:
    with demo.store.connection():
        lost = {row.upn for row in LostPupil.select().where(LostPupil.state == "lost")}
    on_roll = sum(row["upn"] in lost for row in rows(small, "roll.csv"))
    assert 5 <= on_roll < len(lost)
