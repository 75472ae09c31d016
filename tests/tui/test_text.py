"""Text on screens: printable, cut by cells, with stand-ins where UTF-8 is missing."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.tui import text
from s2s_tui.tui.text import both_ends, cell, cut, shown, use_plain, utf8_terminal, width_of, wrap


@pytest.fixture
def plain() -> Iterator[None]:
    use_plain(True)
    yield
    use_plain(False)


@pytest.mark.requirement("R-SYS-2")
@settings(max_examples=200)
@given(st.text(max_size=60), st.integers(0, 40), st.sampled_from(["left", "right", "center"]))
def test_a_cell_is_exactly_as_wide_as_asked_and_holds_no_control(words, width, align):
    made = cell(words, width, align)
    assert width_of(made) == width
    assert not any(unicodedata.category(c)[0] == "C" and c != "\ufffd" for c in made)


@settings(max_examples=200)
@given(st.text(max_size=80), st.text(max_size=80), st.integers(0, 100))
def test_a_line_with_two_ends_is_exactly_as_wide_as_asked(left, right, width):
    assert width_of(both_ends(left, right, width)) == width


@settings(max_examples=200)
@given(st.text(max_size=120), st.integers(1, 40), st.integers(1, 5))
def test_wrapped_lines_fit_and_are_no_more_than_asked(words, width, most):
    lines = wrap(words, width, most)
    assert len(lines) <= most
    assert all(width_of(line) <= width for line in lines)


def test_wrapping_keeps_every_word_where_there_is_room():
    sentence = "A file for the Lost Pupil Database holds exactly one pupil; this one has 2."
    assert " ".join(wrap(sentence, 30, 9)) == sentence


@pytest.mark.parametrize(
    ("words", "width", "expected"),
    [
        ("Newport", 7, "Newport"),
        ("Newport", 6, "Newpo…"),
        ("Newport", 1, "…"),
        ("Newport", 0, ""),
        ("漢字漢字", 5, "漢字…"),
        ("漢字漢字", 4, "漢…"),
        ("Cafe\u0301s", 5, "Cafe\u0301s"),
        ("a b c", 3, "a…"),
    ],
)
def test_text_is_cut_by_terminal_cells_with_an_ellipsis(words, width, expected):
    assert cut(words, width) == expected


def test_both_ends_cuts_the_left_one_first():
    assert both_ends("680 Newport · LEA User", "3 new", 20) == "680 Newport ·… 3 new"


@pytest.mark.requirement("R-SYS-1")
@pytest.mark.usefixtures("plain")
def test_without_utf8_every_mark_has_a_stand_in_as_wide_as_itself():
    marks = [text.NEW, text.LATE, text.DONE, text.REFUSED, text.WARNING, text.MARKED, text.HERE]
    assert all(shown(mark).isascii() and len(shown(mark)) == 1 for mark in marks)
    assert len({shown(mark) for mark in marks}) == len(marks)


@pytest.mark.usefixtures("plain")
@given(st.text(max_size=30))
def test_without_utf8_everything_shown_is_ascii_and_not_wider(words):
    made = shown(words)
    assert made.isascii()
    assert len(cell(words, 20)) == 20


@pytest.mark.usefixtures("plain")
def test_without_utf8_welsh_letters_lose_only_their_accents():
    assert shown("Tŷ Gŵyr – Llanelli…") == "Ty Gwyr - Llanelli~"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LC_ALL": "cy_GB.UTF-8"}, True),
        ({"LANG": "en_GB.utf8"}, True),
        ({"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "en_GB.ISO-8859-1"}, False),
    ],
)
def test_the_locale_says_whether_the_terminal_takes_utf8(environ, expected):
    assert utf8_terminal(environ) is expected
