"""Resolved records of pupils who are lost again (R-LPD-10)."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.matching import rivals
from s2s_tui.matching.fields import Record
from s2s_tui.matching.index import build

pytestmark = pytest.mark.requirement("R-LPD-10")
PUPILS = st.tuples(
    st.sampled_from(["", "Puw", "Rees", "Jones", "Khan"]),
    st.sampled_from(["", "Non", "Rhys", "Mair", "Aisha"]),
    st.none() | st.sampled_from([date(2012, month, 4) for month in range(1, 6)]),
    st.sampled_from(["", "", "B801200005001", "R201100018042"]),
    st.booleans(),
)


SURNAMES, FORENAMES = ("Jones", "Khan", "Puw", "Rees"), ("Aisha", "Mair", "Non", "Rhys")
BORN = tuple(date(2012, month, 4) for month in range(1, 5))


@pytest.mark.parametrize("turn", range(6))
def test_two_are_the_same_person_only_where_both_names_and_the_date_agree(turn):
    # Neighbours in the lists of names and dates, every one with every other: half of them are resolved.
    everybody = list(product(SURNAMES, FORENAMES, BORN))
    places = list(product(range(4), repeat=3))
    halves = [
        lambda one: one[0] < one[1], lambda one: one[1] < one[2], lambda one: one[0] < one[2],
        lambda one: one[0] > one[1], lambda one: one[1] > one[2], lambda one: one[0] > one[2],
    ]  # fmt: skip
    records = [
        Record(n, "", surname, forename, born, resolved=halves[turn](places[n]))
        for n, (surname, forename, born) in enumerate(everybody)
    ]
    assert rivals.superseded(build(records)).tolist() == []
    again = [one._replace(id=one.id + 100, resolved=False) for one in records[::5]]
    expected = [one.id for one in records[::5] if one.resolved]
    assert rivals.superseded(build([*records, *again])).tolist() == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(PUPILS, max_size=24))
def test_a_resolved_record_is_superseded_where_the_same_upn_or_the_same_person_is_lost_again(pupils):
    index = build(
        [
            Record(n, upn, surname, forename, born, resolved=resolved)
            for n, (surname, forename, born, upn, resolved) in enumerate(pupils, 1)
        ]
    )
    lost = [one for one in pupils if not one[4]]
    people = {one[:3] for one in lost if all(one[:3])}
    upns = {one[3] for one in lost} - {""}
    expected = [row for row, one in enumerate(pupils) if one[4] and (one[:3] in people or one[3] in upns)]
    assert rivals.superseded(index).tolist() == expected
