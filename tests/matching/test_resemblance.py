"""The reasons for a pair found already are those that a search would give (R-LPD-5, R-LPD-8)."""

from dataclasses import replace
from datetime import date

import pytest

from s2s_tui.matching import explain, resemblance, search, top
from s2s_tui.matching.fields import Born, Query, Record
from s2s_tui.matching.index import build

pytestmark = [pytest.mark.requirement("R-LPD-5"), pytest.mark.requirement("R-LPD-8")]
RHYS = Record(
    1, "B801200005001", "Rees", "Rhys", date(2012, 3, 4), "M", "Newport", "R201100018042", "Puw", "Iolo",
    "Prys", "Ianto", "Tomos Llŷr", "NP20 4AA",
)  # fmt: skip


def as_searched(index, held, query):
    """What a search among all of them says of one record, without its bits."""
    (row,) = index.rows([held.id])
    reasons = explain.reasons(search.prepare(index, query), top.Hit(0, int(row), held.id, 0, 0, 0.0))
    return tuple(replace(reason, bits=0.0) for reason in reasons)


def codes(query, held):
    return [reason.code for reason in resemblance.reasons(query, held)]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"surname": "rees"}, ["surname-same"]),
        ({"surname": "Puw"}, ["surname-same former"]),
        ({"surname": "Pryse"}, ["surname-sounds preferred"]),
        ({"surname": "Rhys", "forename": "Rees"}, ["surname-same swapped", "forename-same swapped"]),
        ({"forename": "Llyr"}, ["forename-same middle"]),
        ({"forename": "Zoe"}, ["forename-different"]),
        ({"surname": "—", "town": "Casnewydd"}, ["town-welsh"]),
        ({"upn": "b80120000 5001"}, ["upn-same"]),
        ({"upn": "R201100018042"}, ["upn-former"]),
        ({"upn": "B801200005011"}, ["upn-slip"]),
        ({"upn": "R20110001842"}, ["upn-slip"]),
        ({"upn": "A801200005999"}, ["upn-different"]),
        ({"born": date(2012, 4, 3)}, ["born-swapped"]),
        ({"born": Born(year=2012)}, ["born-same"]),
        ({"gender": "female"}, ["gender-different"]),
        ({"postcode": "np20 4zz"}, ["postcode-near"]),
        ({"postcode": "CF10 1AA"}, ["postcode-different"]),
    ],
)
def test_each_field_says_how_it_resembles_and_where_that_stands(typed, told):
    why = resemblance.reasons(Query(**typed), RHYS)
    assert [f"{reason.code} {reason.via}".strip() for reason in why] == told
    assert why == as_searched(build([RHYS]), RHYS, Query(**typed))


def test_what_is_not_held_or_not_typed_says_nothing_but_for_what_every_pupil_has():
    nobody = Record(1)
    everything = Query("B801200005001", "Rees", "Rhys", date(2012, 3, 4), "M", "Newport", postcode="NP20 4AA")
    assert codes(everything, nobody) == ["surname-unheld", "forename-unheld", "born-unheld"]
    assert codes(Query(surname="Rees", born=date(2012, 3, 4)), nobody)[1] == "forename-neither"
    assert codes(Query(surname="Rees", town="Newport"), nobody)[1:] == ["forename-neither", "born-neither"]
    assert codes(Query(town="Newport"), nobody) == []
    assert resemblance.reasons(Query(), RHYS) == ()
    assert resemblance.reasons(Query(surname="Puw"), Record(1, former_surname="Puw"))[0].via == "former"
    assert codes(Query(surname="Zzzz"), Record(1, former_surname="Puw"))[0] == "surname-unheld"


def test_for_pupils_of_a_roll_it_says_what_a_search_says():
    from bench.people import rolls

    lost, roll, truth = rolls.roll(600, 600, upns=True)
    index, by_id = build(lost), {one.id: one for one in lost}
    pairs = [(one, by_id[truth[one.id]]) for one in roll if one.id in truth]
    told = []
    for one, held in pairs:
        query = Query(one.upn, one.surname, one.forename, one.born, one.gender, one.town, one.postcode)
        told.append(resemblance.reasons(query, held) == as_searched(index, held, query))
    # A search knows how rare each name is; where two names of a pupil both resemble it may take the other.
    assert sum(told) >= 0.99 * len(told)
