"""Why a pupil was found: each field's reason, in words and bits that add up to the score (R-LPD-5)."""

from datetime import date
from itertools import product

import pytest

from s2s_tui.matching import births
from s2s_tui.matching import search as searching
from s2s_tui.matching.fields import Born, Query, Record
from s2s_tui.matching.index import build
from s2s_tui.matching.search import prepare, rank, search

pytestmark = pytest.mark.requirement("R-LPD-5")
RHYS = Record(
    1, "B801200005001", "Rees", "Rhys", date(2012, 3, 4), "M", "Newport", "R201100018042", "Puw", "Iolo",
    "Prys", "Ianto", "Tomos Llŷr", "NP20 4AA",
)  # fmt: skip
OTHERS = [
    Record(10 + n, "", surname, forename, date(2008 + n % 7, 1 + n % 12, 1 + n), gender, town, postcode=code)
    for n, (surname, forename, gender, town, code) in enumerate(
        [
            ("Jones", "Megan", "F", "Cardiff", "CF10 1AA"),
            ("Rhys", "Rees", "M", "Swansea", "NP20 4ZZ"),
            ("Davies", "Gethin", "", "Newport", ""),
            ("Khan", "Aisha", "F", "", "CF10 1AB"),
            ("Reece", "Rhian", "F", "Casnewydd", "NP20 4AA"),
        ]
        * 2
    )
]


@pytest.fixture(scope="module")
def index():
    return build([RHYS, *OTHERS])


def reasons(index, **typed):
    match = next(match for match in search(index, Query(**typed)) if match.id == 1)
    return [(one.field, one.code, one.typed, one.held, one.via) for one in match.reasons]


def test_a_reason_for_each_field_in_the_order_of_the_form_says_what_was_typed_and_what_is_held(index):
    typed = Query(
        "b80120000 5001", "rees", "RHYS", date(2012, 4, 3), "male", "casnewydd", "np20 4zz"
    )  # fmt: skip
    (match, *_) = search(index, typed)
    assert [(one.code, one.typed, one.held, one.via) for one in match.reasons] == [
        ("upn-same", "b80120000 5001", "B801200005001", ""),
        ("surname-same", "rees", "Rees", ""),
        ("forename-same", "RHYS", "Rhys", ""),
        ("born-swapped", "2012-04-03", "2012-03-04", ""),
        ("gender-same", "male", "M", ""),
        ("town-welsh", "casnewydd", "Newport", ""),
        ("postcode-near", "np20 4zz", "NP20 4AA", ""),
    ]
    assert [one.field for one in match.reasons] == [
        "upn", "surname", "forename", "born", "gender", "town", "postcode",
    ]  # fmt: skip
    plan = prepare(index, typed)
    for one in match.reasons[3:]:
        weighed = plan.weighed[one.field]
        code = int(plan.column(one.field, 0)[0])
        assert one.bits == int(weighed.bits[0][code]) / 100
    assert match.reasons[0].bits == 20.0
    assert match.bits == round(sum(one.bits for one in match.reasons), 2)
    assert match.score == 100
    assert match.reasons[1].params == {"typed": "rees", "held": "Rees"}


@pytest.mark.parametrize(
    ("surname", "forename", "said"),
    [
        ("Puw", "Rhys", [("surname-same", "Puw", "former"), ("forename-same", "Rhys", "")]),
        ("Prys", "Iolo", [("surname-same", "Prys", "preferred"), ("forename-same", "Iolo", "former")]),
        ("Rees", "Ianto", [("surname-same", "Rees", ""), ("forename-same", "Ianto", "preferred")]),
        ("Rees", "Llyr", [("surname-same", "Rees", ""), ("forename-same", "Llŷr", "middle")]),
        ("Rhys", "Rees", [("surname-same", "Rhys", "swapped"), ("forename-same", "Rees", "swapped")]),
    ],
)
def test_a_name_is_said_to_be_another_of_the_pupils_where_it_is(index, surname, forename, said):
    found = reasons(index, surname=surname, forename=forename, born=RHYS.born)[:2]
    assert [(code, held, via) for _field, code, _typed, held, via in found] == said


def test_the_bits_of_the_reasons_are_those_of_the_score_whatever_is_asked(index):
    asked = product(
        ("", "Rees", "Rhys", "Puw", "Prys-Puw", "Treharne"),
        ("", "Rhys", "Rees", "Ianto", "Tomos", "Zebedee"),
        (None, date(2012, 4, 3), Born(2012), Born(None, 3)),
        ({}, {"gender": "F", "town": "Bala", "postcode": "NP20 4AA", "upn": "R201100018042"}),
    )
    for surname, forename, born, more in asked:
        if surname or forename or born or more:
            for match in search(index, Query(surname=surname, forename=forename, born=born, **more)):
                assert round(sum(one.bits for one in match.reasons), 2) == match.bits
                assert any(one.bits > 0 for one in match.reasons)


def test_looked_up_some_at_once_all_come_to_the_same(index, monkeypatch):
    typed = Query("", "Rees", "Rhys", date(2012, 3, 5), "M", "Newport", "NP20 4AA")
    whole = search(index, typed)
    monkeypatch.setattr(searching, "_AT_ONCE", 4)
    assert search(index, typed) == whole


def test_what_is_not_held_or_not_typed_is_no_reason_but_for_what_every_pupil_has(index):
    bare = build([RHYS._replace(upn="", town="", gender="", postcode="", born=None, forename=""), *OTHERS])
    everything = {
        "upn": "B801200005001", "surname": "Rees", "forename": "Gwen", "born": date(2012, 3, 4),
        "gender": "M", "town": "Newport", "postcode": "NP20 4AA",
    }  # fmt: skip
    assert [code for _field, code, *_ in reasons(bare, **everything)] == [
        "surname-same", "forename-unheld", "born-unheld",
    ]  # fmt: skip
    assert [field for field, *_ in reasons(index, surname="Rees")] == ["surname"]
    assert [code for _field, code, *_ in reasons(bare, surname="Rees", born=date(2012, 3, 4))] == [
        "surname-same", "forename-neither", "born-unheld",
    ]  # fmt: skip
    match = next(match for match in search(bare, Query(surname="Rees", town="Newport")) if match.id == 1)
    assert [(one.code, one.bits) for one in match.reasons[1:]] == [
        ("forename-neither", 1.0), ("born-neither", 1.0),
    ]  # fmt: skip


def test_a_typed_date_is_shown_with_what_is_unknown_as_question_marks():
    for born, shown in (
        (date(2012, 3, 4), "2012-03-04"),
        (Born(2012), "2012-??-??"),
        (Born(None, 3), "????-03-??"),
        (Born(12, None, 4), "0012-??-04"),
    ):
        assert births.written(births.parts(born)) == shown


@pytest.mark.requirement("R-LPD-10")
def test_resolved_records_that_fit_better_are_told_of_by_id_in_order():
    first, second = (RHYS._replace(id=n, resolved=True, upn="", postcode="") for n in (2, 3))
    shown = RHYS._replace(id=4, upn="", town="Bala", born=date(2012, 3, 5))
    typed = Query(surname="Rees", forename="Rhys", born=RHYS.born, gender="M", town="Newport")
    ranking = rank(build([first, second, shown, *OTHERS]), typed)
    assert ranking.matches[0].id == 4
    assert ranking.resolved == (2, 3)
    assert ranking.matches[0].equal == 0
