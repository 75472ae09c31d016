"""Tables as spreadsheets and management systems write them."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused
from s2s_tui.rules.tables import rows

pytestmark = pytest.mark.requirement("R-SCH-3")


def read(text: str) -> list[tuple[int, list[str]]]:
    return list(rows(iter(text.splitlines(keepends=True))))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("number,name\n1,Glan\n", [(1, ["number", "name"]), (2, ["1", "Glan"])]),
        ("a;b;c,d\n1;2;3\n", [(1, ["a", "b", "c,d"]), (2, ["1", "2", "3"])]),
        ("a\tb\n1\t2\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("\ufeffa,b\n1,2", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("\n \r\n\ufeff\na,b\n\n,\n ; \n1,2\n", [(4, ["a", "b"]), (7, [" ; "]), (8, ["1", "2"])]),
        ("sep=;\na,x;b\n1;2\n", [(2, ["a,x", "b"]), (3, ["1", "2"])]),
        ("\n\ufeff SEP=| \r\na,x|b\n1|2\n", [(3, ["a,x", "b"]), (4, ["1", "2"])]),
        ('a,b\n"1\n1","2\n\n2"\n3,4\n', [(1, ["a", "b"]), (2, ["1\n1", "2\n\n2"]), (6, ["3", "4"])]),
        ("\n\na,b\n1,2\n3,4\n", [(3, ["a", "b"]), (4, ["1", "2"]), (5, ["3", "4"])]),
    ],
)
def test_a_table_is_read_with_the_line_where_each_row_begins(text, found):
    assert read(text) == found


@pytest.mark.parametrize("text", ["", "\n", "\ufeff\r\n\t\n", "sep=;\n", "sep=;\n\n"])
def test_of_a_table_without_a_row_nothing_is_given(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('\nsep=,\na,b\n1,"2', 4),
        ('a,b\n1,2\n3,"4"4\n', 3),
        ("a,b\n" + "x" * 200_000 + ",1\n", 2),
    ],
)
def test_what_is_no_csv_is_refused_with_its_line_and_why(text, line):
    lines = iter(text.splitlines(keepends=True))
    with pytest.raises(Refused) as told:
        list(rows(lines, "list-unreadable"))
    assert (told.value.code, told.value.params["line"]) == ("list-unreadable", line)
    assert told.value.params["reason"] == str(told.value.__cause__) != ""
    with pytest.raises(Refused, match="table-unreadable"):
        read(text)


def test_a_long_table_is_read_row_by_row():
    def endless():
        yield "a,b\n"
        while True:
            yield "1,2\n"

    found = rows(endless())
    assert [next(found) for _ in range(3)] == [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["1", "2"])]


CELLS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=8).filter(str.strip)


@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=6), st.sampled_from(",;\t"))
def test_what_a_program_writes_comes_back(written, separator):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([["number", "name"], *written])
    text.seek(0)
    header, *found = rows(text)
    assert header == (1, ["number", "name"])
    assert [cells for _, cells in found] == written
