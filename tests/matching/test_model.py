"""The figures of slips are those that docs/matching.md explains; those that it leaves out are as decided."""

import re
from pathlib import Path

import pytest

from s2s_tui.matching import model
from s2s_tui.matching.fields import DateLevel, Level

pytestmark = pytest.mark.requirement("R-LPD-5")
PAGE = (Path(__file__).parents[2] / "docs" / "matching.md").read_text("utf-8")


def table(first: str) -> list[list[list[str]]]:
    """The rows of the table whose first heading that is: of each cell what stands between its commas."""
    rows = PAGE.split(f"| {first} |")[1].split("\n\n")[0].splitlines()[2:]
    cells = ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
    return [[re.split(r"[,;] ", cell) for cell in row[:4]] for row in cells]


def spread(cell: list[str], count: int) -> list[float]:
    return [float(one) for one in (cell * count if len(cell) == 1 else cell)]


def test_the_names_figures_are_those_of_the_page():
    said: dict[str, dict[Level, float]] = {"surname": {}, "forename": {}}
    for levels, surname, forename, fans in table("level"):
        if levels == ["different"]:
            assert (float(*surname), float(*forename)) == (model.SURNAME.different, model.FORENAME.different)
            continue
        for at, level in enumerate(levels):
            kind = Level[level.upper().replace("-", "_")]
            # One fan for both, one for each, or one a level.
            fan = spread(fans, 2) if len(levels) == 1 else [float(fans[at])] * 2
            said["surname"][kind] = float(surname[at]) / fan[0]
            said["forename"][kind] = float(forename[at]) / fan[1]
    for channel, figures in ((model.SURNAME, said["surname"]), (model.FORENAME, said["forename"])):
        assert channel.slips == tuple(figures[Level(n)] for n in range(Level.DIFFERENT))


DATES = {
    "same": DateLevel.SAME, "day and month swapped": DateLevel.SWAPPED, "year one out": DateLevel.YEAR_NEAR,
    "month one out": DateLevel.MONTH_NEAR, "day one out": DateLevel.DAY_NEAR,
    "two digits swapped": DateLevel.DIGITS_SWAPPED, "one digit wrong": DateLevel.DIGIT,
    "only day": DateLevel.DAY_DIFFERS, "month or year differs": DateLevel.MONTH_DIFFERS,
    "two digits wrong": DateLevel.TWO_DIGITS, "swapped and a year out": DateLevel.SWAPPED_NEAR,
    "only the year right": DateLevel.YEAR,
}  # fmt: skip


def test_the_figures_of_dates_of_birth_are_those_of_the_page():
    said: dict[DateLevel, float] = {}
    for names, shares, fans, *_why in table("date of birth"):
        if names == ["different"]:
            assert float(*shares) == model.BORN.different
            continue
        levels = [DATES[name] for name in names]
        if DateLevel.MONTH_DIFFERS in levels:
            levels.append(DateLevel.YEAR_DIFFERS)
        for level, share, fan in zip(levels, shares, fans, strict=True):
            said[level] = float(share) / float(fan)
    assert model.BORN.slips == tuple(said[DateLevel(n)] for n in range(DateLevel.DIFFERENT))


def test_the_other_figures_are_those_of_the_page():
    assert "300 pupils elsewhere count" in PAGE
    assert {one.strangers for one in (model.SURNAME, model.FORENAME, model.TOWN, model.POSTCODE)} == {300}
    assert model.SURNAME.alike == model.FORENAME.alike == 0.03
    assert (model.BORN.strangers, model.BORN.alike, model.YEARS) == (20_000, 20_000 / (18 * 365), 18)
    assert (model.SURNAME.held_wrong, model.FORENAME.held_wrong, model.TOWN.held_wrong) == (0.3, 0.3, 0.3)
    assert (model.BORN.held_wrong, model.BEGINNING.held_wrong) == (0, 0)
    assert model.VIA == {"": 0, "preferred": -1, "former": -2, "middle": -3.5, "swapped": -5}
    assert model.UPN_BITS == {"same": 20, "former": 18, "slip": 13, "different": -4}
    assert (model.TOWN.slips[Level.SAME], model.TOWN.slips[Level.WELSH]) == (0.76, 0.05 / 2)
    assert model.TOWN.different == 0.12
    assert model.GENDER_SAME == 0.99
    assert model.POSTCODE.slips == (0.80, 0.04 / 30)
    assert (model.STRONGEST, model.LOOKALIKES, model.LOOKED_FOR, model.HERE) == (17, 2.6, 2_000, 0.5)


def test_what_differs_weighs_no_more_and_no_less_than_was_decided():
    bounds = {(one.floor, one.ceiling) for one in (model.SURNAME, model.FORENAME, model.BEGINNING)}
    assert bounds == {(-6, -2)}
    assert (model.BORN.floor, model.BORN.ceiling) == (-6, -3)
    assert {(one.floor, one.ceiling) for one in (model.TOWN, model.POSTCODE)} == {(-3, -0.5)}
    # Of a town most slips say little: none is worth more than the same name.
    assert max(model.TOWN.slips) == model.TOWN.slips[Level.SAME]
    assert sorted(model.BEGINNING.slips)[-3:] == [0, 0.8, 0.9]
