"""What a password must be, and temporary ones (R-LOG-2, R-USR-1)."""

import math
import random
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused
from s2s_tui.rules import passwords
from s2s_tui.services.wording import errors

KNOWN = ("680", "Newport", "Bethan Jones")


def said(password: str, username: str = "680bjones", known=KNOWN) -> str:
    try:
        passwords.require_good(password, username, known)
    except Refused as error:
        answer = "-".join(filter(None, (error.code, str(error.params.get("reason", "")))))
        return answer if answer in errors.SENTENCES else f"{answer} has no sentence"
    return ""


@pytest.mark.requirement("R-LOG-2")
@pytest.mark.parametrize(
    ("password", "answer"),
    [
        ("short", "password-short"),
        ("x" * 201, "password-long"),
        ("my 680BJones words", "password-name"),
        ("aaaaaaaaaaaa", "password-plain-repeat"),
        ("abcabcabcabc", "password-plain-repeat"),
        ("abcdefghijkl", "password-plain-sequence"),
        ("zxcvbnm,./qw", "password-plain-keyboard"),
        ("password1234", "password-plain-common"),
        ("P4ssw0rd1234", "password-plain-common"),
        ("croeso2026!", "password-plain-common"),
        ("Cymru2026!", "password-plain-common"),
        ("24112026 26", "password-plain-date"),
        ("michaelsmith", "password-plain-person"),
        ("Newport2026!", "password-plain-yours"),
        ("BethanJones1", "password-plain-yours"),
        ("three quiet words", ""),
        ("tair gafr wen", ""),
        ("x7#kQ2!mZp", ""),
        ("pa\udc80ss \0 wörd ¿", ""),
    ],
)
def test_what_is_easy_to_guess_is_refused_with_a_plain_reason(password, answer):
    assert said(password) == answer


@pytest.mark.requirement("R-LOG-2")
@pytest.mark.parametrize(
    "words",
    [
        "cymru wales welsh cymraeg croeso ysgol athro cariad draig ddraig cennin",
        "caerdydd abertawe casnewydd gwynedd powys ceredigion wyddfa bore diolch iechyd hiraeth",
        "school pupil transfer council cyngor disgybl password cyfrinair",
    ],
)
def test_what_people_here_choose_first_is_common(words):
    assert {word: passwords.weakness(word) for word in words.split()} == dict.fromkeys(
        words.split(), "common"
    )


@pytest.mark.requirement("R-LOG-2")
def test_even_the_longest_password_is_looked_at_quickly():
    began = time.process_time()
    for password in ("qwerty" * 33, "a1" * 100, "".join(map(chr, range(33, 126))) * 2):
        said(password)
    assert time.process_time() - began < 5


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=250))
def test_any_text_is_a_password_or_has_a_sentence(password):
    said(password)


def test_zxcvbn_is_loaded_when_a_password_is_looked_at_and_not_before():
    code = "import sys; from s2s_tui.rules import passwords, emails; print('zxcvbn' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


# Temporary ones


@pytest.mark.requirement("R-USR-1")
def test_temporary_passwords_are_four_groups_that_can_be_said():
    for _ in range(200):
        password = passwords.temporary()
        groups = password.split("-")
        assert len(groups) == 4
        for group in groups:
            assert all(
                letter in ("aeiou" if place % 2 else "bdfghjklmnrstvwz") for place, letter in enumerate(group)
            )
        assert said(password) == ""


@pytest.mark.requirement("R-USR-1")
def test_temporary_passwords_have_sixty_bits_and_no_unkind_word():
    bits = 4 * math.log2(16 * 5 * 16 * 5 * 16)
    assert bits - 1 > 60
    dice = random.Random(7)
    drawn = [passwords.temporary(dice.choice) for _ in range(20_000)]
    assert len(set(drawn)) == len(drawn)
    # What is left out costs next to nothing.
    asked = []
    groups = [passwords._group(lambda letters: asked.append(1) or dice.choice(letters)) for _ in range(4000)]
    assert len(asked) < 4000 * 5 * 1.05
    assert not any(part in group for group in groups for part in passwords._UNKIND)
