"""The evidence for pairs of a roll's pupils and lost ones, part by part (R-LPD-8)."""

from dataclasses import astuple
from datetime import date
from math import log2

import numpy as np
import pytest

from s2s_tui.matching import bulk, explain, model, pairs, rivals, top, weights
from s2s_tui.matching.fields import Query, Record
from s2s_tui.matching.index import build
from s2s_tui.matching.search import prepare, score
from s2s_tui.rules.upn import check_letter

pytestmark = pytest.mark.requirement("R-LPD-8")


def upn(digits: str) -> str:
    """A permanent UPN of twelve digits."""
    return check_letter(f"A{digits}") + digits


ONE, TWO, THREE = upn("680401220001"), upn("681405320002"), upn("660402520003")
LOST = build(
    [
        Record(1, ONE, "Rees", "Rhys", date(2012, 3, 4), "M", "Newport", TWO, "Puw", postcode="NP20 4AA"),
        Record(2, "", "Jones", "Megan", date(2011, 1, 9), "F", "Cardiff", postcode="CF10 1AA"),
        Record(3, THREE, "Rhys", "Rees", None, "", "", postcode="NP20 4ZZ"),
        Record(4, "X" + ONE[1:], "Khan", "Aisha", date(2012, 3, 4), "F", "Cardiff", middle_names="Mair Non"),
        Record(5, "", "Nowak", "Jan", date(2013, 5, 5), "M", "Barry", postcode="CF10 1AA"),
    ]
)
ROLL = build(
    [
        Record(1, ONE, "Rees", "Rhys", date(2012, 3, 4), "M", "Casnewydd", postcode="NP20 4AA"),
        Record(2, TWO, "Puw", "Rhys", date(2013, 3, 4), "M", "Bala", postcode="NP20 4AB"),
        Record(3, THREE[:-1] + "T", "Rees", "Rhys", date(2012, 4, 3), "F", "", postcode="LL1 1AA"),
        Record(4, "", "Khan", "Non", None, "", "Cardiff", postcode="CF10 1AA"),
    ]
)
OF, TO = (grid.ravel() for grid in np.meshgrid(np.arange(ROLL.size), np.arange(LOST.size), indexing="ij"))


@pytest.fixture(scope="module")
def compared():
    return bulk.compare(LOST, ROLL)


def test_a_pair_weighs_as_in_a_search_but_for_its_postcode(compared):
    bits = pairs.score(pairs.prepare(LOST), ROLL, OF, TO, compared.surnames, compared.forenames)
    postcode = pairs._postcode(pairs.prepare(LOST), ROLL, OF, TO)
    upns = pairs._upn(LOST, ROLL, OF, TO)
    once = pairs.score(
        pairs.prepare(LOST), ROLL, OF, TO, compared.surnames, compared.forenames, compared.dates
    )
    assert bits.tolist() == once.tolist()
    for row in range(ROLL.size):
        query = Query(
            surname=ROLL.surnames.held(int(ROLL.surname[row])),
            forename=ROLL.forenames.held(int(ROLL.forename[row])),
            born=date(*ROLL.births.days[ROLL.born[row]].tolist()) if ROLL.born[row] else None,
            gender=" MF"[ROLL.gender[row]].strip(),
            town=ROLL.towns.held(int(ROLL.town[row])),
        )
        alone = score(prepare(LOST, query), 0)
        # The third has the names in each other's box: see below.
        mine = np.equal(OF, row) & np.not_equal(TO, 2)
        alone = alone[[0, 1, 3, 4]]
        assert (bits - postcode - upns)[mine].tolist() == alone.tolist()


def test_what_one_or_both_have_not_weighs_as_in_a_search():
    lost = [
        Record(1, "", "Khan", "", None, "F", "Cardiff"),
        Record(2, "", "", "Aisha", date(2012, 3, 4), "", "", former_surname="Khan"),
        Record(3, "", "Khan", "Aisha", date(2012, 3, 4), "F", ""),
    ]
    asked = [
        Query(surname="Khan", forename="Aisha", born=date(2012, 3, 4), gender="F"),
        Query(surname="Khan", town="Cardiff"),
        Query(forename="Aysha"),
        Query(born=date(2012, 3, 5), town="Barry"),
    ]
    index = build(lost)
    roll = build(Record(n, "", *query[1:6]) for n, query in enumerate(map(astuple, asked)))
    made = bulk.compare(index, roll)
    for row, query in enumerate(asked):
        of, to = np.full(3, row), np.arange(3)
        alone = score(prepare(index, query), 0).tolist()
        for dates in (made.dates, None):
            bits = pairs.score(pairs.prepare(index), roll, of, to, made.surnames, made.forenames, dates)
            assert bits.tolist() == alone


def test_a_brother_or_sister_weighs_as_beside_the_hits_of_a_search():
    lost = [
        Record(
            1, upn("680401220001"), "Treharne", "Mali", date(2012, 3, 4), "F", "Bala", former_forename="Siân"
        ),
        Record(2, "", "Treharne", "Rhys", date(2014, 7, 9), "M", "Bala"),
        Record(3, "", "Iolo", "Treharne", date(2012, 3, 4), "M", "Bala"),
    ]
    asked = [
        Record(1, "", "Treharne", "Iolo", date(2012, 3, 4), "M", "Bala"),
        Record(2, "", "Treharne", "Malli", date(2012, 3, 4), "F", "Bala"),
        Record(3, "", "Treharne", "Siân", date(2012, 3, 4), "F", ""),
        Record(4, upn("680401220001"), "Treharne", "Iolo", date(2012, 3, 4), "M", ""),
    ]
    index, roll = build(lost), build(asked)
    made = bulk.compare(index, roll)
    of, to = (grid.ravel() for grid in np.meshgrid(np.arange(4), np.arange(3), indexing="ij"))
    held = pairs.prepare(index)
    worth = pairs.siblings(held, roll, of, to, made.surnames, made.forenames, made.dates)
    assert worth.tolist() == pairs.siblings(held, roll, of, to, made.surnames, made.forenames).tolist()
    for row, one in enumerate(asked):
        query = Query(one.upn, one.surname, one.forename, one.born, one.gender, one.town)
        plan = prepare(index, query)
        # Where one name alone is in the other's box a search says so, a roll doesn't.
        for at in range(3 if row == 0 else 2):
            odds = rivals._sibling(explain.reasons(plan, top.Hit(0, at, at + 1, 0, 0, 0.0)))
            told = worth[3 * row + at]
            assert told == (round(100 * log2(odds)) if odds else pairs.NO_SIBLING)
    no = (worth == pairs.NO_SIBLING).reshape(4, 3)[:, :2].tolist()
    # Another forename, all else alike; not where a former one fits, or the UPN.
    assert no == [[False, False], [True, False], [True, False], [True, False]]
    assert worth[2] == pairs.NO_SIBLING, "the names are in each other's box"


def test_names_in_each_others_box_weigh_as_the_same_ones_less_what_that_costs(compared):
    turned = pairs._turned(LOST, ROLL, OF, TO, compared.surnames, compared.forenames)
    surname, forename = int(ROLL.surname[0]), int(ROLL.forename[0])
    worth = int(compared.surnames.same[surname]) + int(compared.forenames.same[forename]) - 500
    found = {
        (int(of), int(to)): int(bits) for of, to, bits in zip(OF, TO, turned, strict=True) if bits > -9_000
    }
    assert found == {(0, 2): worth, (2, 2): worth}
    assert set(turned.tolist()) == {worth, -10_000}


def test_a_upn_settles_a_pair_and_another_lasting_one_counts_against_it():
    table = pairs._upn(LOST, ROLL, OF, TO).reshape(ROLL.size, LOST.size).tolist()
    assert table == [
        [2000, 0, -400, 0, 0],
        [1800, 0, -400, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_a_postcode_says_the_more_the_fewer_have_it():
    table = pairs._postcode(pairs.prepare(LOST), ROLL, OF, TO).reshape(ROLL.size, LOST.size)
    (same, near), other = model.POSTCODE.slips, model.POSTCODE.different
    # Four are known, and three hundred elsewhere; two at least have each.
    common = 2 / (4 + model.STRANGERS)
    rarity = common * (same + other)
    equal, sector = (weights.hundredths(log2(slip / rarity)) for slip in (same, near))
    different = weights.hundredths(max(log2(other * common / rarity), model.POSTCODE.floor))
    assert different < sector < equal
    assert table.tolist() == [
        [equal, different, sector, 0, different],
        [sector, different, sector, 0, different],
        [different, different, different, 0, different],
        [different, equal, different, 0, equal],
    ]


def test_which_pairs_are_looked_at(compared):
    of, to = pairs.candidates(
        pairs.prepare(LOST), ROLL, np.arange(ROLL.size), compared.surnames, compared.forenames
    )
    found = {(int(ROLL.ids[one]), int(LOST.ids[other])) for one, other in zip(of, to, strict=True)}
    assert found == {(1, 1), (2, 1), (3, 1), (4, 2), (4, 5)}
    assert len(of) == len(found)
    none = pairs.candidates(pairs.prepare(LOST), ROLL, np.arange(0), compared.surnames, compared.forenames)
    assert [len(part) for part in none] == [0, 0]


def test_lost_pupils_are_sorted_for_looking_up():
    held = pairs.prepare(LOST)
    rows, codes, starts = held.surnames
    for code in range(LOST.births.size):
        run = slice(starts[code], starts[code + 1])
        expected = sorted(
            [(row, int(LOST.surname[row])) for row in range(LOST.size) if LOST.born[row] == code]
            + [
                (int(row), int(name))
                for row, name in zip(LOST.other_surnames.row, LOST.other_surnames.code, strict=True)
                if LOST.born[row] == code
            ]
        )
        assert sorted(zip(rows[run].tolist(), codes[run].tolist(), strict=True)) == expected
    assert held.postcode.tolist() == sorted(LOST.postcode[LOST.postcode > 0].tolist())
    assert LOST.postcode[held.postcode_row].tolist() == held.postcode.tolist()
