"""The roll of the annual matching as spreadsheets and management systems write it (R-LPD-8)."""

from datetime import date

import making
import pytest
import rolls
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused
from s2s_tui.services import annual_roll, table_files
from s2s_tui.services.annual_roll import RollWrong
from s2s_tui.services.wording import say

SCHOOLS = frozenset(making.SCHOOLS)
TODAY = making.NOW.date()


def read(path):
    file = table_files.look_at(path)
    return list(annual_roll.lines(file, SCHOOLS, TODAY))


def saved(folder, text: str, encoding: str = "utf-8"):
    path = folder / "roll.csv"
    path.write_bytes(text.encode(encoding))
    return path


def wrong(path) -> list[tuple[int, str]]:
    with pytest.raises(RollWrong) as caught:
        annual_roll.read(table_files.look_at(path), SCHOOLS, TODAY)
    assert caught.value.params["count"] == len(caught.value.rows)
    return [(row.line, row.error.code) for row in caught.value.rows]


@pytest.mark.requirement("R-LPD-8")
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_roll_is_read_in_each_encoding_and_with_each_separator(tmp_path, encoding, separator):
    text = "UPN,Surname,FORENAME,dob,Gender,Town,Postcode,Establishment\r\n"
    text += "A680401220001,Prŷs,Siân,2014-03-12,F,Trefynwy,NP25 3XX,6804012\r\n"
    if encoding == "windows-1252":
        text = text.replace("ŷ", "ê")
    (line,) = read(saved(tmp_path, text.replace(",", separator), encoding))
    assert line.surname in ("Prŷs", "Prês")
    assert line[2:] == (line.surname, "Siân", date(2014, 3, 12), "F", "Trefynwy", "NP25 3XX", "6804012")
    assert (line.line, line.upn) == (2, "A680401220001")


@pytest.mark.requirement("R-LPD-8")
def test_columns_come_in_any_order_with_others_between_and_school_stands_for_establishment(tmp_path):
    path = saved(
        tmp_path, 'sep=;\n\nschool;Year;dob;forename;surname\n="6804012";7;1/2/13;Twm;"Ap, Ioan"\n\n'
    )
    (line,) = read(path)
    assert (line.line, line.surname, line.born, line.school) == (4, "Ap, Ioan", date(2013, 2, 1), "6804012")


@pytest.mark.requirement("R-LPD-8")
@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("2014-03-12", date(2014, 3, 12)),
        ("12/03/2014", date(2014, 3, 12)),
        ("12/3/14", date(2014, 3, 12)),
        ("12.03.2014", date(2014, 3, 12)),
        ("12032014", date(2014, 3, 12)),
        ("20140312", date(2014, 3, 12)),
        ("20111211", date(2011, 12, 11)),
        ("20112011", date(2011, 11, 20)),
        ("12 March 2014", date(2014, 3, 12)),
        ("12 Mawrth 2014", date(2014, 3, 12)),
        ("2014-03-12 00:00:00", date(2014, 3, 12)),
        ("2014-03-12T00:00:00", date(2014, 3, 12)),
        ("", None),
    ],
)
def test_a_date_of_birth_is_read_in_each_of_its_ways(tmp_path, typed, born):
    (line,) = read(rolls.written(tmp_path, [rolls.row(0, dob=typed)]))
    assert line.born == born


@pytest.mark.requirement("R-LPD-8")
def test_wrong_rows_are_named_by_line_with_what_is_wrong(tmp_path):
    rows = [
        rolls.row(0),
        rolls.row(1, dob="31/02/2014"),
        rolls.row(1, dob="March 2014"),
        "",
        rolls.row(2, "6800000"),
        rolls.row(2, surname="", forename=""),
        '"A680401220001","two\nlines",Gwen,2012-01-01,F,,,nowhere',
        rolls.row(3, surname="x" * 101),
        "A680401220001,Tudor",
    ]
    path = rolls.written(tmp_path, rows)
    assert wrong(path) == [
        (3, "date-unreal"),
        (4, "roll-date"),
        (6, "school-unknown"),
        (7, "roll-nobody"),
        (8, "school-unknown"),
        (10, "text-long"),
        (11, "roll-school"),
    ]
    with pytest.raises(RollWrong) as caught:
        annual_roll.read(table_files.look_at(path), SCHOOLS, TODAY)
    assert say(caught.value).startswith("7 rows of the roll can't be used, the first in line 3.")


@pytest.mark.requirement("R-LPD-8")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "roll-empty"),
        ("\n\n", "roll-empty"),
        (rolls.HEADER + "\n", "roll-empty"),
        ("upn,surname,forename\nA,B,C\n", "roll-columns"),
        (rolls.HEADER + '\nA,"B"x,C,2014-03-12,F,,,6804012\n', "roll-unreadable"),
    ],
)
def test_what_is_no_roll_is_refused(tmp_path, text, code):
    path = saved(tmp_path, text)
    with pytest.raises(Refused) as caught:
        annual_roll.read(table_files.look_at(path), SCHOOLS, TODAY)
    assert caught.value.code == code
    assert "{" not in say(caught.value)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    for path, code in ((tmp_path, "file-irregular"), (tmp_path / "none.csv", "file-unreadable")):
        with pytest.raises(Refused) as caught:
            table_files.look_at(path)
        assert caught.value.code == code


def test_a_roll_that_changed_since_it_was_read_is_not_read_on(tmp_path):
    path = rolls.usual(tmp_path)
    file = table_files.look_at(path)
    assert [line.surname for line in annual_roll.at_lines(file, {2, 4}, TODAY).values()] == [
        "Treharne",
        "Beb",
    ]
    path.write_text(path.read_text() + rolls.row(4) + "\n")
    with pytest.raises(Refused) as caught:
        annual_roll.at_lines(file, {2}, TODAY)
    assert caught.value.code == "roll-changed"


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300), head=st.booleans())
def test_whatever_the_bytes_it_ends_in_rows_or_a_refusal(tmp_path_factory, content, head):
    path = tmp_path_factory.mktemp("roll") / "roll.csv"
    path.write_bytes((rolls.HEADER.encode() + b"\n" if head else b"") + content)
    try:
        roll = annual_roll.read(table_files.look_at(path), SCHOOLS, TODAY)
    except Refused as error:
        said = say(error)
    else:
        said = f"{roll.index.size}"
        assert len(roll.schools) == roll.index.size > 0
    assert "{" not in said.replace("{}", "")
