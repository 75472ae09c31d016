"""Lists of names, and which of them resemble a typed one, and how (R-LPD-5)."""

import numpy as np
import pytest

from s2s_tui.matching import names
from s2s_tui.matching.fields import Level
from s2s_tui.matching.variants import surname_forms

pytestmark = pytest.mark.requirement("R-LPD-5")
RAW = (
    "Jones Jonse Jonas Rees-Puw Puw Rees ap_Rhys Prys Treharne Traharn J Johnson Joneson Jo Kowalski "
    "Kowlaksi Kovalskis Smith Smyth Warburton-Treharne Puw_Rees"
)


@pytest.fixture(scope="module")
def made():
    return names.make([*RAW.replace("_", "\u00a0").split(" "), " ", "🙂", " JÔNES "])


def told(held, found):
    return {level.code: sorted({held.texts[code] for code in codes}) for level, codes in found.items()}


def test_a_list_holds_each_name_once_in_order_with_the_parts_of_double_names(made):
    held, codes = made
    assert held.texts == sorted(held.texts)
    assert held.texts[:4] == ["", "aprhys", "j", "jo"]
    assert "warburton" in held.texts
    assert held.size == len(held.texts) == len(held.lengths) == 23
    assert codes["Jones"] == codes[" JÔNES "] == held.code("jones") == 6
    assert codes[" "] == codes["🙂"] == held.code("") == 0
    assert held.code("jone") == held.code("zz") == -1
    parts = [(held.texts[one], held.texts[two]) for one, two in zip(held.part_owner, held.part, strict=True)]
    assert sorted(parts) == [
        ("puwrees", "puw"),
        ("puwrees", "rees"),
        ("reespuw", "puw"),
        ("reespuw", "rees"),
        ("warburtontreharne", "treharne"),
        ("warburtontreharne", "warburton"),
    ]
    assert held.part.tolist() == sorted(held.part.tolist())


def test_a_name_is_shown_as_the_first_who_has_it_writes_it():
    held, codes = names.make([" Siôn-Prys ", "SION PRYS", "x"])
    assert held.held(codes["SION PRYS"]) == "Siôn-Prys"
    assert held.held(held.code("prys")) == "prys"
    assert held.held(0) == ""


def test_names_with_the_same_beginning_stand_together(made):
    held, _codes = made
    assert [held.texts[code] for code in held.beginning("jon")] == ["jonas", "jones", "joneson", "jonse"]
    assert list(held.beginning("jonx")) == []


def test_a_list_comes_back_from_its_arrays(made):
    held, _codes = made
    again = names.from_arrays(held.arrays())
    assert again.texts == held.texts
    assert all(np.array_equal(again.arrays()[name], array) for name, array in held.arrays().items())


JONESES = ["jonas", "jones", "joneson", "jonse"]
DOUBLE = ["puwrees", "reespuw"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            "Jones",
            {
                "same": ["jones"],
                "sounds": ["jonas", "jones", "jonse"],
                "letter": ["jonas", "jonse"],
                "begins": ["jones", "joneson"],
                "close": JONESES,
                "loose": JONESES,
                "initial": ["j"],
            },
        ),
        (
            "Puw-Rees",
            {
                "same": ["puwrees"],
                "sounds": ["puwrees"],
                "order": ["reespuw"],
                "part": ["puw", *DOUBLE[:1], "rees", *DOUBLE[1:]],
                "part-close": ["aprhys", "prys", "puw", *DOUBLE[:1], "rees", *DOUBLE[1:]],
                "begins": ["puw", "puwrees"],
                "close": ["puwrees"],
                "loose": ["puwrees"],
            },
        ),
        (
            "Prys",
            {
                "same": ["prys"],
                "welsh": ["aprhys", "rees"],
                "sounds": ["prys"],
                "part-close": DOUBLE,
                "begins": ["prys"],
                "close": ["prys"],
                "loose": ["aprhys", "prys"],
            },
        ),
        (
            "Traharn",
            {
                "same": ["traharn"],
                "sounds": ["traharn", "treharne"],
                "part-close": ["warburtontreharne"],
                "begins": ["traharn"],
                "close": ["traharn", "treharne"],
                "loose": ["traharn", "treharne"],
            },
        ),
        ("J", {"same": ["j"], "initial": ["j", "jo", "johnson", *JONESES]}),
        (
            "Kowalski",
            {
                "same": ["kowalski"],
                "sounds": ["kowalski"],
                "begins": ["kowalski"],
                "close": ["kovalskis", "kowalski", "kowlaksi"],
                "loose": ["kovalskis", "kowalski", "kowlaksi"],
            },
        ),
        (
            "Jo",
            {
                "same": ["jo"],
                "sounds": ["j", "jo"],
                "letter": ["j"],
                "close": ["jo"],
                "loose": ["j", "jo"],
                "initial": ["j"],
            },
        ),
        ("Puwx", {"letter": ["puw"], "begins": ["puw"], "close": ["puw"], "loose": ["puw"],
                  "part-close": DOUBLE}),
        ("Pu-Wx", {"letter": ["puw"], "begins": ["puw"], "close": ["puw"], "loose": ["puw"],
                   "part-close": ["puw", *DOUBLE]}),
        ("Smyth", {"same": ["smyth"], "spelling": ["smith"], "sounds": ["smith", "smyth"],
                   "letter": ["smith"], "begins": ["smyth"], "close": ["smyth"],
                   "loose": ["smith", "smyth"]}),
        ("🙂", {}),
        ("Nowak", {}),
    ],
)  # fmt: skip
def test_a_typed_name_finds_those_that_resemble_it_by_how(made, typed, expected):
    held, _codes = made
    assert told(held, names.resembling(held, typed, surname_forms)) == expected


def test_parts_that_were_looked_up_before_are_not_looked_up_again(made):
    held, _codes = made
    known: names.Parts = {}
    first = told(held, names.resembling(held, "Puw-Treharn", surname_forms, known))
    assert set(known) == {"puw", "treharn"}
    assert first["part"] == ["puw"]
    assert first["part-close"] == ["puw", "puwrees", "reespuw", "traharn", "treharne", "warburtontreharne"]
    known["treharn"] = names._array([held.code("smith")]), names._array([])
    again = told(held, names.resembling(held, "Puw-Treharn", surname_forms, known))
    assert again["part"] == ["puw", "smith"]
    assert again["part-close"] == ["puw", *DOUBLE]


def test_in_the_wrong_box_only_whole_names_and_no_loose_ones_count(made):
    held, _codes = made
    found = told(held, names.alike(held, "Kowalski", surname_forms))
    assert found == {
        "same": ["kowalski"],
        "sounds": ["kowalski"],
        "close": ["kovalskis", "kowalski", "kowlaksi"],
    }
    assert names.alike(held, "–", surname_forms) == {}
    assert Level.LOOSE not in names.alike(held, "Prys", surname_forms)


def test_an_empty_list_has_only_the_empty_name():
    held, codes = names.make([])
    assert (held.texts, codes) == ([""], {})
    assert names.resembling(held, "Rees-Puw", surname_forms) == {}


@pytest.mark.parametrize(
    ("typed", "same_part", "only_alike"),
    [
        ("Llan Fair", ["fair", "llan", "llanfairuchaf"], ["llanfawr", "uchaffair"]),
        ("Fair Llan Isaf", ["fair", "llan"], ["llanfairuchaf", "llanfawr", "uchaffair"]),
        ("Fair Llan Uchaf", ["fair", "llan", "llanfairuchaf", "uchaf", "uchaffair"], ["llanfawr"]),
    ],
)
def test_a_name_that_has_another_part_beside_a_shared_one_is_only_like_it(typed, same_part, only_alike):
    held, _codes = names.make(["Llan Fawr", "Llan Fair Uchaf", "Uchaf Fair", "Fair"])
    found = told(held, names.resembling(held, typed, lambda _name: {}))
    assert found["part"] == same_part
    assert set(found["part-close"]) >= set(only_alike)
