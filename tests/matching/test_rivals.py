"""Resolved records of pupils who are lost again (R-LPD-10)."""

from datetime import date

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
