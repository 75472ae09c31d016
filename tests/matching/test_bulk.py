"""Annual matching: a whole roll against the lost pupils (R-LPD-8)."""

from datetime import date

import numpy as np
import pytest

from s2s_tui.matching import bulk, pairs
from s2s_tui.matching.fields import Query, Record
from s2s_tui.matching.index import build
from s2s_tui.matching.search import prepare, score

pytestmark = pytest.mark.requirement("R-LPD-8")


@pytest.fixture(scope="module")
def world():
    """Two thousand lost pupils, a roll of as many of whom half are among them, and which."""
    from bench.people import rolls

    lost, roll, truth = rolls.roll(2_000, 2_000, seed=3)
    return build(lost), build(roll), truth


def test_a_roll_finds_its_lost_pupils_and_no_others(world):
    lost, roll, truth = world
    links = bulk.link(lost, roll)
    classes = links.classes()
    certain = classes == bulk.Class.CERTAIN
    right = [
        truth.get(one) == other for one, other in zip(links.roll[certain], links.lost[certain], strict=True)
    ]
    assert np.mean(right) >= 0.99
    assert sum(right) >= 0.96 * len(truth)
    shown = classes != bulk.Class.NONE
    assert sum(
        truth.get(one) == other for one, other in zip(links.roll[shown], links.lost[shown], strict=True)
    ) >= 0.985 * len(truth)
    assert abs(links.share - len(truth) / roll.size) < 0.03


def test_each_lost_pupil_is_given_to_one_of_the_roll_at_most(world):
    lost, roll, _truth = world
    given = bulk.link(lost, roll).lost
    given = given[given > 0]
    assert len(given) == len(set(given.tolist()))


def test_two_who_want_the_same_lost_pupil_are_not_certain():
    held = Record(7, "", "Treharne", "Gwenllian", date(2012, 3, 4), "F", "Bala")
    lost = build([held])
    links = bulk.link(lost, build([held._replace(id=1), held._replace(id=2)]))
    assert sorted(links.lost.tolist()) == [0, 7]
    assert links.probability.max() <= 0.5
    assert set(links.classes().tolist()) == {"check", "none"}


def upn(digits):
    """A permanent UPN of twelve digits."""
    from bench.people.population import upn_of

    return upn_of(digits)


def children(count):
    """Made-up pupils with permanent UPNs of their own."""
    from bench.people import population, tuning

    return population.pupils(tuning.world(count), count, seed=7)


def test_two_permanent_upns_that_differ_count_against_a_pair():
    held = Record(1000, upn("660200112001"), "Treharne", "Mali", date(2014, 5, 1), "F", "Cardiff")
    lost = build([*children(60), held])

    def likely(number):
        asked = held._replace(id=1, upn=number, born=date(2014, 9, 12), town="Swansea")
        return float(bulk.link(lost, build([asked])).probability[0])

    other = likely(upn("661300118044"))
    assert other < bulk.CHECK
    assert likely("") > 3 * other
    assert likely(upn("661300118044")[:-1] + "T") == likely("") == likely("X661300118044")
    assert likely(held.upn) > bulk.CERTAIN


def test_a_second_upn_does_not_hide_a_pupil_of_whom_all_else_agrees():
    held = Record(1000, upn("660200112001"), "Treharne", "Mali", date(2014, 5, 1), "F", "Cardiff")
    links = bulk.link(build([*children(60), held]), build([held._replace(id=1, upn=upn("661300118044"))]))
    assert (links.lost.tolist(), links.classes().tolist()) == ([1000], ["certain"])


def test_a_former_upn_settles_a_pair_as_it_settles_a_search():
    held = Record(1000, upn("660200112001"), "Treharne", "Mali", date(2014, 5, 1), "F", "Cardiff")
    held = held._replace(former_upn=upn("661300118044"))
    asked = Record(1, held.former_upn, "Puw", "Mali", date(2014, 5, 1), "F")
    links = bulk.link(build([*children(60), held]), build([asked]))
    assert (links.lost.tolist(), links.classes().tolist()) == ([1000], ["certain"])


def test_of_a_small_roll_it_is_not_taken_for_granted_that_its_pupils_are_here():
    lost, roll = children(200), children(220)[200:]
    links = bulk.link(build(lost), build(roll))
    assert links.share < 0.12
    assert not links.lost[links.probability >= bulk.CHECK].any()
    mixed = bulk.link(build(lost), build([*lost[:5], *(one._replace(upn="") for one in roll)]))
    assert mixed.lost[:5].tolist() == [1, 2, 3, 4, 5]
    assert (mixed.probability[:5] >= bulk.CERTAIN).all()


def test_a_twin_of_whoever_is_on_the_roll_is_never_certain():
    twin = Record(1000, "", "Treharne", "Mali", date(2014, 5, 1), "F", "Bala", postcode="LL23 7AA")
    asked = twin._replace(id=1, forename="Osian")
    lost = build([*children(60), twin])
    sister, brother = asked._replace(forename="Non"), asked._replace(gender="M")
    classes = [bulk.link(lost, build([one])).classes()[0] for one in (sister, brother)]
    assert classes == ["check", "none"]
    assert bulk.link(lost, build([twin._replace(id=1, forename="Malli")])).classes().tolist() == ["certain"]
    known = twin._replace(upn=upn("661300118044"))
    same_upn = asked._replace(upn=known.upn)
    assert bulk.link(build([*children(60), known]), build([same_upn])).classes().tolist() == ["certain"]


def test_who_was_found_already_keeps_a_lost_pupil_like_them_from_being_found():
    resolved = Record(1000, "", "Treharne", "Mali", date(2014, 5, 1), "F", "Cardiff", resolved=True)
    alike = Record(1001, "", "Treharne", "Mali", date(2013, 5, 1), "F", "Bangor")
    roll = build([resolved._replace(id=1, resolved=False)])
    assert bulk.link(build([*children(60), resolved, alike]), roll).lost.tolist() == [1000]
    again = resolved._replace(id=1002, resolved=False)
    links = bulk.link(build([*children(60), resolved, again]), roll)
    assert (links.lost.tolist(), links.classes().tolist()) == ([1002], ["certain"])


def test_stopped_and_resumed_it_comes_to_the_same(world, monkeypatch):
    lost, roll, _truth = world
    monkeypatch.setattr(bulk, "PART", 700)
    monkeypatch.setattr(bulk, "_NAMES", 150)
    told = []
    whole = bulk.link(lost, roll, lambda done, of: told.append((done, of)))
    works = bulk.name_work(roll)
    made = [bulk.compare_names(lost, roll, work) for work in works]
    compared = bulk.gather(lost, roll, works, made)
    held = pairs.prepare(lost)
    kept = {part: bulk.look(held, roll, compared, part) for part in reversed(bulk.parts(roll))}
    again = bulk.settle(lost, roll, [kept[part] for part in bulk.parts(roll)])
    for name in ("roll", "lost", "probability", "bits"):
        assert np.array_equal(getattr(whole, name), getattr(again, name))
    assert [done for done, _of in told] == list(range(1, told[0][1] + 1))
    assert {of for _done, of in told} == {len(works) + len(kept)}


def test_a_pair_weighs_in_bulk_what_it_weighs_in_a_search(world):
    lost, roll, _truth = world
    compared = bulk.compare(lost, roll)
    held = pairs.prepare(lost)
    rows = np.arange(60, dtype=np.int64)
    of, to = pairs.candidates(held, roll, rows, compared.surnames, compared.forenames)
    bits = pairs.score(held, roll, of, to, compared.surnames, compared.forenames)
    alike = total = 0
    for row in range(60):
        query = Query(
            surname=roll.surnames.held(int(roll.surname[row])),
            forename=roll.forenames.held(int(roll.forename[row])),
            born=date(*roll.births.days[roll.born[row]].tolist()),
            gender=" MF"[roll.gender[row]],
            town=roll.towns.held(int(roll.town[row])),
        )
        if roll.postcode[row]:
            continue
        scores = score(prepare(lost, query), 0)
        mine = of == row
        best = mine & (bits > 1_500)
        alike += int((np.abs(scores[to[best]] - bits[best]) <= 2).sum())
        total += int(best.sum())
    assert total > 5
    assert alike >= 0.95 * total


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"surname": "Gwenllian", "forename": "Treharne"},
        {"born": date(2012, 4, 3)},
        {"born": date(2013, 3, 4)},
        {"surname": "Puw"},
        {"surname": "Puw", "forename": "Mair", "postcode": "CF10 1AA"},
        {"forename": "Llinos"},
        {"born": date(2012, 11, 4)},
        {"born": date(2009, 3, 4)},
        {"surname": "Puw", "forename": "Mair", "born": None, "upn": "B801200005001"},
        {"surname": "Trehern", "forename": "Gwen", "born": date(2012, 3, 25)},
    ],
)
def test_a_slip_does_not_keep_a_pair_from_being_looked_at(typed):
    held = Record(
        7, "B801200005001", "Treharne", "Gwenllian", date(2012, 3, 4), "F", "Bala", former_surname="Puw",
        middle_names="Llinos", postcode="CF10 1AA",
    )  # fmt: skip
    lost = build([held])
    roll = build([held._replace(**({"id": 1, "upn": "", "postcode": "", "former_surname": ""} | typed))])
    compared = bulk.compare(lost, roll)
    of, to = pairs.candidates(pairs.prepare(lost), roll, np.arange(1), compared.surnames, compared.forenames)
    assert (of.tolist(), to.tolist()) == ([0], [0])


def test_an_empty_roll_or_no_lost_pupils_make_no_links(world):
    lost, roll, _truth = world
    assert len(bulk.link(lost, build([])).roll) == 0
    assert not bulk.link(build([]), roll).lost.any()
