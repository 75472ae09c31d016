"""Names made comparable, how they sound, and their other forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.matching import sounds, variants
from s2s_tui.matching.text import LONGEST, joined, tokens

pytestmark = pytest.mark.requirement("R-LPD-5")


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("Rhŷs", ("rhys",)),
        ("  Siân  ", ("sian",)),
        ("ap Rhys", ("aprhys",)),
        ("Ap-Rhys", ("aprhys",)),
        ("ab Owain Glyn", ("abowain", "glyn")),
        ("O'Brien", ("obrien",)),
        ("O’Brien", ("obrien",)),
        ("O Brien", ("obrien",)),
        ("Mc Donald", ("mcdonald",)),
        ("St. David's", ("stdavids",)),
        ("Davies-Jones", ("davies", "jones")),
        ("Davies–Jones", ("davies", "jones")),
        ("DAVIES  JONES", ("davies", "jones")),
        ("Łukasz", ("lukasz",)),
        ("Strauß", ("strauss",)),
        ("Sørensen", ("sorensen",)),
        ("D\u202eArcy", ("darcy",)),
        ("Jo\u0000nes", ("jo", "nes")),
        ("e\u0301lan", ("elan",)),
        ("", ()),
        ("🙂", ()),
        ("- '", ()),
        ("محمد", ("محمد",)),
    ],
)
def test_a_name_is_compared_without_accents_case_marks_and_spaces(raw, parts):
    assert tokens(raw) == parts
    assert joined(raw) == "".join(parts)


@given(st.text(max_size=600))
def test_any_text_can_be_made_comparable_and_stays_so(text):
    once = joined(text)
    assert len(once) <= LONGEST
    assert joined(once) == once or not once.isascii()
    assert all(letter.isalnum() for letter in once)
    assert len(sounds.key(once)) <= sounds.KEY_LENGTH


@pytest.mark.parametrize(
    "alike",
    [
        ("llywelyn", "llewellyn", "llewelyn"),
        ("rhys", "rees", "reece", "reese"),
        ("davies", "davis", "dafis"),
        ("price", "pryce", "prys", "preece"),
        ("gruffydd", "griffith"),
        ("catherine", "katherine", "kathryn"),
        ("evans", "ifans"),
        ("sion", "shaun", "sean", "shawn"),
        ("philip", "ffilip", "phillip"),
        ("hughes", "huws"),
        ("gwyn", "wyn", "gwynne"),
        ("thomas", "tomos"),
        ("owen", "owain"),
        ("wright", "right"),
        ("stephen", "steven"),
        ("vaughan", "vaughn"),
        ("lloyd", "llwyd"),
        ("ceri", "keri"),
    ],
)
def test_names_that_sound_alike_share_a_key(alike):
    assert len({sounds.key(name) for name in alike}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("jones", "james"), ("evans", "owens"), ("price", "powell"), ("megan", "morgan")]
)
def test_names_that_sound_different_have_different_keys(one, other):
    assert sounds.key(one) != sounds.key(other)


@pytest.mark.parametrize(
    ("forms", "name", "other", "kind"),
    [
        (variants.forename_forms, "catrin", "catherine", "welsh"),
        (variants.forename_forms, "dai", "dafydd", "welsh"),
        (variants.forename_forms, "bill", "william", "short"),
        (variants.forename_forms, "jaxon", "jackson", "spelling"),
        (variants.surname_forms, "aprhys", "prys", "welsh"),
        (variants.surname_forms, "aprhys", "price", "welsh"),
        (variants.surname_forms, "bowen", "abowen", "welsh"),
        (variants.surname_forms, "prydderch", "aprydderch", "welsh"),
        (variants.surname_forms, "aphywel", "powell", "welsh"),
        (variants.surname_forms, "huws", "hughes", "welsh"),
        (variants.surname_forms, "clarke", "clark", "spelling"),
        (variants.town_forms, "casnewydd", "newport", "welsh"),
        (variants.town_forms, "ypenybont", "bridgend", None),
        (variants.town_forms, "penybontarogwr", "bridgend", "welsh"),
    ],
)
def test_the_other_forms_of_a_name_are_known(forms, name, other, kind):
    assert forms(name).get(other) == kind


@pytest.mark.parametrize("which", ["forenames", "surnames", "towns"])
def test_the_lists_hold_names_that_can_be_compared_each_once_a_line(which):
    table = variants._table(which)
    assert len(table) > 200
    for name, forms in table.items():
        assert name
        assert name == joined(name)
        assert name not in forms
        assert all(table[other][name] == kind for other, kind in forms.items()), "a form goes both ways"


def test_what_is_left_of_a_short_name_without_ap_is_no_surname():
    assert "la" not in variants.surname_forms("apla")
    assert "lan" in variants.surname_forms("aplan")
