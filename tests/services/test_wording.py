"""What values are called, in both languages; where in a file something stands."""

from types import ModuleType

import pytest

from s2s_tui.base import translation
from s2s_tui.rules.problems import refuse
from s2s_tui.services import wording
from s2s_tui.services.wording import matching, schools


def test_a_place_is_a_line_an_entry_or_nothing():
    assert wording.place(refuse("x", line=41)) == "line 41"
    assert wording.place(refuse("x", line=0, entry="a")) == "line 0"
    assert wording.place(refuse("x", entry="a/\x1bb.txt")) == "entry a/\ufffdb.txt"
    assert wording.place(refuse("x")) == ""
    translation.speak("cy")
    assert wording.place(refuse("x", line=41)) == "llinell 41"


def test_a_code_has_a_sentence_for_its_reason_or_one_of_its_own_or_stands_for_itself():
    idle = wording.sentence("session-ended", {"reason": "idle"})
    assert idle != wording.sentence("session-ended", {"reason": ""})
    assert wording.sentence("no-such-code", {"reason": "x"}) == "no-such-code"
    assert "a\ufffdb" in wording.sentence("subject-long", {"most": 200, "length": "a\x1bb"})


def test_no_code_has_two_sentences():
    found = [code for part in vars(wording).values() if isinstance(part, ModuleType) for code in _codes(part)]
    assert sorted(found) == sorted(wording.SENTENCES)


def _codes(part):
    return getattr(part, "SENTENCES", ())


@pytest.mark.requirement("R-LPD-8")
def test_what_became_of_a_find_and_how_likely_it_is():
    assert (matching.state("school-has"), matching.band("check")) == ("school has it", "to check")
    assert matching.stage("pupils") == "Comparing pupils"
    assert [matching.percent(share) for share in (0.999, 0.99, 0.5, 0.006)] == ["99%", "99%", "50%", "0%"]
    translation.speak("cy")
    assert matching.band("check") == "i'w wirio"


@pytest.mark.requirement("R-SCH-1")
def test_a_schools_details_are_named_and_said():
    assert schools.fields(["name", "phone"]) == "name, telephone number"
    assert schools.fields([]) == "something that was put back"
    assert schools.value("language", "cy") == "Cymraeg"
    assert schools.value("language", "ga") == "ga"
    assert (schools.value("state", "closed"), schools.state("open")) == ("closed", "open")
    assert (schools.value("copies", "on"), schools.value("second_factor", "off")) == ("on", "off")
    assert (schools.value("town", ""), schools.value("town", "on")) == ("–", "on")
    assert (schools.answer(""), schools.answer("gone")) == ("to answer", "deleted otherwise")
