"""The likeness of whole lists of names and dates, held against one by one (R-LPD-8)."""

from datetime import date

import numpy as np
import pytest

from s2s_tui.matching import births, likeness, model, names, weights
from s2s_tui.matching.fields import Born, Level
from s2s_tui.matching.variants import surname_forms

pytestmark = pytest.mark.requirement("R-LPD-8")
HELD = {"Jones": 60, "Jonse": 1, "Jonas": 9, "Puw": 4, "Puw-Rees": 2, "Rees": 20, "Prys": 3, "Smyth": 2}
ASKED = ("Jones", "Smith", "Rees-Puw", "Nowak", "Pugh")


@pytest.fixture(scope="module")
def lists():
    held, codes = names.make(HELD)
    counts = np.zeros(held.size, np.int64)
    for name, many in HELD.items():
        counts[codes[name]] = many
    asked, _codes = names.make(ASKED)
    return asked, held, counts


def piece(lists, begin, end, wanted=None):
    asked, held, counts = lists
    wanted = np.ones(asked.size, np.bool_) if wanted is None else wanted
    return likeness.likeness(asked, begin, end, held, counts, surname_forms, model.SURNAME, wanted)


def one_by_one(lists, typed):
    """The level and the evidence of each held name, for one that is typed; loose ones are different."""
    _asked, held, counts = lists
    found = names.resembling(held, typed, surname_forms)
    levels = weights.name_levels(
        held, {kind: codes for kind, codes in found.items() if kind in likeness._COUNTED}, model.SURNAME
    )
    shares = np.bincount(levels[1:], counts[1:], len(model.SURNAME.slips) + 1).astype(float)
    of_level, rarity = weights.of_shares(shares, model.SURNAME)
    alike = levels < Level.DIFFERENT
    worth = np.full(held.size, of_level[-1])
    each = weights.of_each(levels[alike], counts[alike], np.array(shares[0]), np.array(rarity), model.SURNAME)
    worth[alike] = np.maximum(each, of_level[-1])
    return levels, worth, of_level


def test_each_asked_name_is_like_the_held_ones_as_it_would_be_alone(lists):
    asked, held, _counts = lists
    like = likeness.joined([piece(lists, 0, asked.size)], held.size)
    for code in range(1, asked.size):
        levels, worth, of_level = one_by_one(lists, asked.held(code))
        run = like.run(code)
        alike = np.flatnonzero(levels < Level.DIFFERENT)
        assert like.code[run].tolist() == [at for at in alike.tolist() if at]
        assert like.level[run].tolist() == levels[like.code[run]].tolist()
        assert like.worth[run].tolist() == worth[like.code[run]].tolist()
        assert (like.same[code], like.different[code]) == (of_level[Level.SAME], of_level[-1])
        of = np.full(held.size, code, np.int32)
        evidence = likeness.evidence(like, of, np.arange(held.size, dtype=np.int32), held.size)
        assert evidence.tolist() == [100 * model.UNHELD, *worth[1:].tolist()]
    nobody = likeness.evidence(like, np.zeros(2, np.int32), np.array([0, 1], np.int32), held.size)
    assert nobody.tolist() == [0, 0]
    assert like.run(0) == slice(0, 0)


def test_pieces_make_the_whole_and_who_is_not_wanted_is_like_nobody(lists):
    asked, held, _counts = lists
    whole = likeness.joined([piece(lists, 0, asked.size)], held.size)
    parts = likeness.joined([piece(lists, 0, 2), piece(lists, 2, 3), piece(lists, 3, asked.size)], held.size)
    for field in ("start", "code", "level", "worth", "same", "different", "key"):
        assert getattr(parts, field).tolist() == getattr(whole, field).tolist(), field
    assert whole.key.tolist() == sorted(whole.key.tolist())
    wanted = np.ones(asked.size, np.bool_)
    wanted[asked.code("jones")] = False
    less = piece(lists, 0, asked.size, wanted)
    assert less.run(asked.code("jones")) == slice(
        less.start[asked.code("jones")], less.start[asked.code("jones")]
    )
    assert len(less.code) == len(whole.code) - len(whole.code[whole.run(asked.code("jones"))])
    nobody = likeness.joined([piece(lists, 0, asked.size, np.zeros(asked.size, np.bool_))], held.size)
    assert len(nobody.code) == 0
    evidence = likeness.evidence(nobody, np.array([1], np.int32), np.array([1], np.int32), held.size)
    assert evidence.tolist() == [nobody.different[1]]


def test_dates_are_alike_as_they_would_be_one_by_one(monkeypatch):
    days = [date(2012, 3, 4), date(2012, 4, 3), date(2013, 3, 4), date(2014, 12, 30)]
    held, _codes = births.make(days)
    asked, _codes = births.make([date(2012, 3, 4), date(2014, 12, 3)])
    counts = np.array([0, 5, 1, 2, 1])
    wanted = np.array([True, True, True])
    dates = likeness.dates(asked, held, counts, wanted)
    assert dates is not None
    for code in (1, 2):
        told = weights.weigh_born([held], [counts], Born(*asked.days[code].tolist()))
        evidence = dates.evidence(np.full(held.size, code), np.arange(held.size))
        assert evidence.tolist() == told.bits[0].tolist()
        assert evidence[0] == 100 * model.UNHELD
    assert dates.evidence(np.array([0, 0]), np.array([0, 1])).tolist() == [0, 0]
    some = likeness.dates(asked, held, counts, np.array([True, False, True]))
    assert some is not None
    assert not some.worth[1].any()
    assert some.worth[2].tolist() == dates.worth[2].tolist()
    # Where the table would be too large, none is kept.
    monkeypatch.setattr(likeness, "_DATES", asked.size * held.size)
    assert likeness.dates(asked, held, counts, wanted) is not None
    monkeypatch.setattr(likeness, "_DATES", asked.size * held.size - 1)
    assert likeness.dates(asked, held, counts, wanted) is None


def test_places_are_grouped_by_code_and_those_without_one_left_out():
    grouped = likeness.by_group(np.array([3, 0, 1, 3, 1, 0], np.int32))
    assert [(code, places.tolist()) for code, places in grouped] == [(1, [2, 4]), (3, [0, 3])]
    assert likeness.by_group(np.zeros(0, np.int32)) == []
