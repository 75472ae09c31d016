"""From how alike things are to evidence: by hand, and what must hold whatever the figures are (R-LPD-5)."""

from dataclasses import replace
from datetime import date
from math import log2

import numpy as np
import pytest

from s2s_tui.matching import births, model, names, postcodes, weights
from s2s_tui.matching.fields import Born, DateLevel, Level
from s2s_tui.matching.model import Channel
from s2s_tui.matching.variants import forename_forms, surname_forms

pytestmark = pytest.mark.requirement("R-LPD-5")
CHANNEL = Channel((0.5, 0.1), 0.05, -6.0, -2.0, 100.0, 1.0, 0.3)


def of_shares(*shares, **changed):
    bits, rarity = weights.of_shares(np.array(shares, float), replace(CHANNEL, **changed))
    return bits.tolist(), rarity


def test_evidence_is_how_much_oftener_the_value_is_typed_for_its_holder_than_for_anybody():
    # Ten of two hundred have the value (one more, and a hundred more, elsewhere), twenty one like it.
    rarity = 20 * 0.1 / 200 + (0.5 + 0.05) * 10 / 200
    bits, rare = of_shares(9, 20, 71)
    assert rare == pytest.approx(rarity)
    assert bits == [round(100 * log2(slip / rarity)) for slip in (0.5, 0.1, 0.05 * 10 / 200)]
    assert bits == [374, 142, -391]


def test_what_differs_weighs_between_floor_and_ceiling_and_nothing_weighs_less():
    assert of_shares(9, 20, 71, different=1e-9)[0][-1] == -600
    assert of_shares(9, 20, 71, different=1.0)[0][-1] == -200
    assert of_shares(9, 20, 71, slips=(0.5, 1e-9))[0][1] == of_shares(9, 20, 71, slips=(0.5, 1e-9))[0][2]


def test_no_value_is_so_rare_that_it_says_more_than_the_most():
    bits, rarity = of_shares(0, 0, 0, strangers=1e9)
    assert bits[0] == 1700 == model.STRONGEST * 100
    assert rarity == 0.5 / 2**17


def test_a_held_spelling_that_few_have_may_be_a_slip_of_the_typed_one_but_another_form_is_a_name():
    channel = replace(CHANNEL, slips=(0.5, *[0.1] * 12))
    levels = (Level.SAME, Level.LETTER, Level.LETTER, Level.SOUNDS, Level.CLOSE, Level.LOOSE, Level.PART)
    levels += (Level.WELSH,)
    held = np.array([9, 0, 1, 1000, 1, 1, 1, 1])
    rarity = np.array(0.0375)
    bits = weights.of_each(np.array(levels, np.uint8), held, np.array(9.0), rarity, channel)
    meant = 0.3 * 10 * 0.1
    # Held once: a slip of the typed one, or one of the few strings that happen to be a name themselves.
    likely = 0.1 + 0.4 * meant / (meant + model.GENUINE)
    slips = [0.5, likely, likely, 0.1 + 0.4 * meant / 1000, likely, likely, 0.1, 0.1]
    assert bits.tolist() == [round(100 * log2(slip / 0.0375)) for slip in slips]
    # Held by more, as many are slips as are to be expected: at most all.
    some = weights.of_each(
        np.array([Level.LETTER] * 2), np.array([2, 2]), np.array([9.0, 900.0]), rarity, channel
    )
    assert some.tolist() == [round(100 * log2((0.1 + 0.4 * part) / 0.0375)) for part in (meant / 2, 1)]


def test_gender_says_a_little_for_and_much_against():
    told = weights.weigh_gender([np.array([0, 100, 100])], 1)
    assert told.of_level.tolist() == [99, -564]
    assert told.bits[0].tolist() == [0, 99, -564]
    told = weights.weigh_gender([np.array([5, 800, 50]), np.array([7, 100, 50])], 2)
    share = (100 + 150) / (1000 + 300)
    rarity = share * 0.99 + (1 - share) * 0.01
    assert told.rarity == pytest.approx(rarity)
    assert told.bits[1].tolist() == [0, *(round(100 * log2(p / rarity)) for p in (0.01, 0.99))]


def test_a_date_of_birth_is_rarer_the_more_of_it_is_known():
    held, _codes = births.make([])
    counts = [np.zeros(1, np.int64)]
    whole, year, month = (
        weights.weigh_born([held], counts, born) for born in (Born(2012, 3, 4), Born(2012), Born(None, 3))
    )
    # Among nobody but the strangers: a day of eighteen years, one of eighteen, one of twelve.
    for told, common in ((whole, 1 / 18 / 12 * 12 / 365), (year, 1 / 18), (month, 1 / 12)):
        rarity = (model.BORN.slips[0] + model.BORN.different) * common
        assert told.rarity == pytest.approx(rarity)
        assert told.of_level[DateLevel.SAME] == round(100 * log2(0.88 / rarity))


def test_dates_of_birth_spread_over_the_years_of_pupils_or_over_more_where_they_do():
    held, codes = births.make([date(1900 + n, 1, day) for n in range(100) for day in (1, 2)])
    one = np.ones(held.size, np.int64)
    one[0] = 900  # nobody's date
    assert weights.years([held], [one]) == pytest.approx(100)
    other, _codes = births.make([date(1900, 5, 5), date(1950, 5, 5)])
    apart = weights.years([held, other], [one, np.array([0, 8, 0])])
    assert apart == pytest.approx(208**2 / (10**2 + 99 * 4))
    few = one.copy()
    few[codes[date(1907, 1, 1)]] = 1_000
    assert weights.years([held], [few]) == model.YEARS
    assert weights.years([births.make([])[0]], [np.zeros(1, np.int64)]) == model.YEARS
    told = weights.weigh_born([held], [one], Born(1950, 1, 1))
    again = weights.weigh_born([held], [one], Born(1950, 1, 1), 100.0)
    assert told.of_level.tolist() == again.of_level.tolist()
    assert told.of_level[DateLevel.SAME] > weights.weigh_born([held], [few], Born(1950, 1, 1)).of_level[0]


def test_a_postcode_of_a_pupil_who_no_longer_counts_is_not_counted():
    rows = np.array([postcodes.SAME, postcodes.NEAR, postcodes.DIFFERENT, 0, postcodes.SAME], np.uint8)
    none = np.zeros(0, np.intp)
    told = weights.weigh_postcode([rows, rows[:0]], [np.array([4]), none])
    assert told.shares.ravel().tolist() == [1, 1, 1]
    assert told.bits[0].tolist() == [0, *told.of_level.tolist()]
    assert told.of_level[0] > 0 > told.of_level[1] > told.of_level[2]
    assert weights.weigh_postcode([rows], [none]).shares.ravel().tolist() == [2, 1, 1]


def listed(**held):
    """A list of names, and how many pupils have each."""
    made, codes = names.make(held)
    counts = np.zeros(made.size, np.int64)
    for name, many in held.items():
        counts[codes[name]] = many
    return made, counts


def test_names_in_two_parts_weigh_as_they_do_in_one():
    one, other = listed(Jones=40, Jonse=1, Puw=3), listed(Jones=20, Smith=9, Jonse=2)
    whole = listed(Jones=60, Jonse=3, Puw=3, Smith=9)
    apart = weights.weigh_name([one[0], other[0]], [one[1], other[1]], "Jones", surname_forms, model.SURNAME)
    together = weights.weigh_name([whole[0]], [whole[1]], "Jones", surname_forms, model.SURNAME)
    bits = dict(zip(whole[0].texts, together.bits[0].tolist(), strict=True))
    for part, told in zip((one[0], other[0]), apart.bits, strict=True):
        assert dict(zip(part.texts, told.tolist(), strict=True)) == {name: bits[name] for name in part.texts}
    assert bits[""] == 100 * model.UNHELD
    assert bits["jones"] > 0 > bits["jonse"] > bits["puw"] == bits["smith"] == together.of_level[-1]


def test_where_a_beginning_is_asked_the_same_name_is_a_little_ahead_and_the_rest_far_behind():
    made, counts = listed(Jones=5, Joneson=1, Johns=4)
    told = weights.weigh_beginning([made], [counts], "jones")
    bits = dict(zip(made.texts, told.bits[0].tolist(), strict=True))
    assert bits["jones"] > bits["joneson"] > 0 > bits["johns"]
    assert [Level(level).code for level in told.levels[0][1:].tolist()] == ["different", "same", "begins"]
    nobody = weights.weigh_beginning([made], [counts], "zz")
    assert (nobody.levels[0] == Level.DIFFERENT).all()


def test_a_name_in_the_wrong_box_is_as_rare_as_in_its_own():
    surnames, surname_counts = listed(Rees=30, Rhys=4, Owen=9)
    forenames, forename_counts = listed(Rhys=50, Rees=2, Mair=8)
    straight = weights.weigh_name([surnames], [surname_counts], "Rees", surname_forms, model.SURNAME)
    told = weights.crossed([forenames], [forename_counts], "Rees", forename_forms, model.SURNAME, straight)
    bits = dict(zip(forenames.texts, told.bits[0].tolist(), strict=True))
    of = dict(zip(surnames.texts, straight.bits[0].tolist(), strict=True))
    assert bits["rees"] == of["rees"]
    assert bits["mair"] == straight.of_level[-1]
    assert told.rarity == straight.rarity
