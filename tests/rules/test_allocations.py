"""Allocation lists, as spreadsheets write them (R-PHA-1)."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused
from s2s_tui.rules import allocations

GOOD = [(2, "H680401220001", "6804031")]


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize(
    "text",
    [
        "upn,school\nH680401220001,6804031\n",
        "UPN,School\r\nh680401220001,6804031\r\n",
        "\ufeffupn,school\nH680401220001,6804031",
        '\ufeff"upn","school"\n"H680401220001","6804031"\n',
        "upn;school\nH680401220001;6804031\n",
        "upn\tschool\nH680401220001\t6804031\n",
        "School, Name ,UPN,,\n6804031,Llwyd, H680401220001 ,,x\n",
        'upn,name,school\nH680401220001,"Llwyd, Siân",6804031\n',
        'upn,school\n"=""H680401220001""","=""6804031"""\n',
        "upn,school\n'H680401220001,'6804031\n",
        "upn,school\nH680401220001,6804031\n,\n\n ;\t\n",
        "upn,school\nH680401220001,6804031,surplus,cells\n",
        "upn,school\n\u00a0H680401220001\u00a0,6804031\n",
    ],
)
def test_what_a_spreadsheet_writes_is_read(text: str) -> None:
    good, wrong = allocations.read(text.splitlines(keepends=True))
    assert good == GOOD
    assert [where for where, _ in wrong if where < 5] == []


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize("before", ["\n", "\n\r\n", "sep=;\n", "SEP=;\r\n"])
def test_lines_before_the_header_count_as_lines_and_nothing_more(before: str) -> None:
    text = before + "upn;school\nH1;6804031\n"
    good, _ = allocations.read(text.splitlines(keepends=True))
    assert good == [(text.count("\n"), "H1", "6804031")]


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("H1,", "H1"),
        ("H1", "H1"),
        (",6804031", "6804031"),
        ("H1,680403", "680403"),
        ("H1,680LLLL", "680LLLL"),
        ("H1,XXXXXXX", "XXXXXXX"),
        ("H1,٦٨٠٤٠٣١", "٦٨٠٤٠٣١"),
        ("H1,=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("H1,680/4031", "680/4031"),
    ],
)
def test_a_line_without_a_upn_or_a_school_is_told_with_its_number(row: str, said: str) -> None:
    good, wrong = allocations.read(["upn,school\n", row + "\n", "H2,6804031\n"])
    assert wrong == [(2, said)]
    assert good == [(3, "H2", "6804031")]


@pytest.mark.requirement("R-PHA-1")
def test_a_upn_named_twice_counts_where_both_lines_agree() -> None:
    lines = ["upn,school\n", "H1,6804031\n", "h1,6804031\n", "H2,6804031\n", "H2,6814053\n"]
    good, wrong = allocations.read(lines)
    assert [(upn, school) for _, upn, school in good] == [("H1", "6804031")] * 2
    assert wrong == [(4, "H2"), (5, "H2")]


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ([], "upn, school"),
        (["\n", "\n"], "upn, school"),
        (["upn,estab\n"], "school"),
        (["name,school\n"], "upn"),
        (["H1,6804031\n"], "upn, school"),
    ],
)
def test_a_missing_column_is_named(lines: list[str], missing: str) -> None:
    with pytest.raises(Refused) as told:
        allocations.read(lines)
    assert (told.value.code, told.value.params["missing"]) == ("allocation-columns", missing)


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize(
    "row", ['"never closed,6804031\nH2,6804031\n', '"a"b,6804031\n', "x" * 200_000 + ",6804031\n"]
)
def test_what_is_no_csv_is_refused_with_its_line(row: str) -> None:
    lines = ["upn,school\n", "H1,6804031\n", *row.splitlines(keepends=True)]
    with pytest.raises(Refused) as told:
        allocations.read(lines)
    assert told.value.code == "allocation-unreadable"
    assert int(str(told.value.params["line"])) >= 3


@pytest.mark.requirement("R-PHA-1")
@given(st.lists(st.text(max_size=30), max_size=6))
def test_no_text_makes_it_raise_anything_else(lines: list[str]) -> None:
    for text in (lines, ["upn,school\n", *lines]):
        try:
            allocations.read(text)
        except Refused:
            continue


CELLS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=9).filter(
    lambda cell: cell[0] not in "='" and cell == cell.strip() and cell.upper().upper() == cell.upper()
)


@pytest.mark.requirement("R-PHA-1")
@given(
    st.dictionaries(CELLS.map(str.upper), st.integers(6600000, 6819999).map(str), max_size=20),
    st.sampled_from(",;\t"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_any_list_that_a_program_writes_comes_back(
    places: dict[str, str], separator: str, quoting: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=quoting)
    writer.writerows([("upn", "school"), *places.items()])
    text.seek(0)
    good, wrong = allocations.read(text)
    assert {upn: school for _, upn, school in good} == places
    assert wrong == []
