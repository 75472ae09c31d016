"""Widths of text in a terminal's cells, for tables."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.text import cell_width, cut, printable


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("ŷ", 1), ("y\u0302", 1), ("漢字", 4), ("☃", 1), ("Llŷn", 4), ("ｱ", 1), ("Ａ", 2)],
)
def test_a_width_counts_cells_and_not_characters(text, width):
    assert cell_width(text) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("漢字漢字", 5, "漢字…"),
        ("漢字漢字", 4, "漢…"),
        ("abc", 1, "…"),
    ],
)
def test_what_is_cut_ends_with_a_mark(text, width, shown):
    assert cut(text, width) == shown


@settings(max_examples=100)
@given(st.text(), st.integers(1, 40))
def test_a_cut_line_never_is_wider_than_its_column(text, width):
    assert cell_width(cut(printable(text), width)) <= width
