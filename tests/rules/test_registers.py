"""Registers of schools as England and Wales publish them, and as people type them (R-SCH-3)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.base.errors import Refused
from s2s_tui.rules import registers, tables
from s2s_tui.rules.registers import Listed, PassedOver, WrongCell

pytestmark = pytest.mark.requirement("R-SCH-3")
CODES = frozenset({"660", "680", "681", "873"})
GIAS = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
    "EstablishmentTypeGroup (name),EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),"
    "Street,Town,Postcode,TelephoneNum"
)
WALES = (
    "School Number,School Name,LA Code,Local Authority,Sector,Governance - see notes,WM Code,"
    "Welsh Medium Type - see notes,School Type,Religious Character,Address 1,Address 2,Address 3,Address 4,"
    "Postcode,Phone Number,Pupils - see notes"
)


def read(text: str) -> list:
    return list(registers.read(tables.rows(iter(text.splitlines(keepends=True))), CODES))


def gias(**other: str) -> str:
    cells = {
        **{"urn": "100001", "la": "873", "name_la": "Cambridgeshire", "number": "2001"},
        **{"name": "Mill Lane Primary School", "kind": "Community school"},
        **{"group": "Local authority maintained schools", "status": "Open", "opened": "01-09-1990"},
        **{"closed": "", "phase": "Primary", "street": "Mill Lane", "town": "Cambridge"},
        **{"postcode": "CB1 2AA", "phone": "1223555010"},
    }
    return ",".join((cells | other).values())


def test_englands_register_is_read():
    (found,) = read(f"{GIAS}\n{gias()}\n")
    fields = {
        "name": "Mill Lane Primary School",
        "town": "Cambridge",
        "phone": "01223555010",
        "phase": "primary",
    }
    assert found == Listed(2, "8732001", fields, opened=date(1990, 9, 1))


def test_wales_address_list_is_read_its_town_from_the_address_its_language_from_the_medium():
    row = "6602130,Ysgol Gynradd Amlwch,660,Isle of Anglesey,Primary,Community,WM,Welsh medium,Infants,---,"
    (found, other) = read(
        f"{WALES}\n{row}Maeshyfryd,Amlwch,Ynys Môn,,LL68 9DY,01407 830414,278\n"
        "6804031,St Woolos,680,Newport,Secondary,Community,EM,English medium,x,---,High St,Newport,,,NP,,9\n"
    )
    assert (found.number, found.language) == ("6602130", "cy")
    assert found.fields["town"] == "Amlwch"
    assert found.fields["phone"] == "01407 830414"
    assert (other.fields["town"], other.language, other.fields["phase"]) == ("Newport", "en", "secondary")


@pytest.mark.parametrize(
    ("names", "what", "cell", "read_as"),
    [
        ("Name|School Name|EstablishmentName|Enw'r Ysgol", "name", "Glan", "Glan"),
        ("name_cy|Welsh name|Name (Welsh)", "name_cy", "Glan", "Glan"),
        ("Town", "town", "Bala", "Bala"),
        ("Phone|Phone Number|Telephone|TelephoneNum|Rhif ffôn", "phone", "01633 223344", "01633 223344"),
        ("Email|E-mail|Email address", "email", "a@glan.example", "a@glan.example"),
        ("Phase|PhaseOfEducation (name)|Sector", "phase", "Cynradd", "primary"),
        ("TypeOfEstablishment (name)", "phase", "Special school", "special"),
    ],
)
def test_a_column_may_have_any_of_its_names(names, what, cell, read_as):
    for name in names.split("|"):
        other = "" if what == "name" else "name,"
        (found,) = read(f"Number,{other}{name}\n6804012,{'Ysgol,' if other else ''}{cell}\n")
        assert found.fields[what] == read_as, name


def test_dates_states_languages_and_successors_may_stand_under_any_of_their_names():
    for opened, closed in (("Opened", "Closed"), ("OpenDate", "CloseDate"), ("Open date", "Close date")):
        (found,) = read(f"Number,Name,{opened},{closed}\n6804012,Glan,1.9.1990,2026-08-31\n")
        assert (found.opened, found.closed) == (date(1990, 9, 1), date(2026, 8, 31)), opened
    for status in ("Status", "EstablishmentStatus (name)"):
        for state, is_open in (("Agored", True), ("Wedi cau", False), ("OPEN", True), ("Closed", False)):
            (found,) = read(f"Number,Name,{status}\n6804012,Glan,{state}\n")
            assert found.is_open is is_open, state
        (found,) = read(f"Number,Name,{status}\n6804012,Glan,Pending approval\n")
        assert found == PassedOver(2, "coming")
    for number in ("School Number", "Establishment", "School", "LAEstab", "Rhif yr ysgol"):
        assert read(f"{number},Name\n6804012,Glan\n")[0].number == "6804012", number
    for la in ("LA (code)", "LA code", "LA", "Cod ALl"):
        for establishment in ("EstablishmentNumber", "Establishment number"):
            (found,) = read(f"{la},{establishment},Name\n680,4012,Glan\n")
            assert found.number == "6804012", (la, establishment)


@pytest.mark.parametrize("number", ["6804012", "680/4012", "680 4012", "'6804012", '"=""6804012"""'])
def test_a_list_of_ones_own_is_read_however_the_number_is_written(number):
    (found,) = read(f"Number;Name;E-mail\n{number};Glan-yr-Afon;office@glan.example\n".replace(";", ","))
    assert (found.number, found.fields["email"]) == ("6804012", "office@glan.example")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"number": ""}, "no-number"),
        ({"group": "Independent schools"}, "independent"),
        ({"status": "Proposed to open"}, "coming"),
        ({"la": "702"}, "authority"),
    ],
)
def test_rows_that_are_no_school_of_s2s_are_passed_over(other, why):
    (found,) = read(f"{GIAS}\n{gias(**other)}\n")
    assert isinstance(found, PassedOver)
    assert found.why == why


@pytest.mark.parametrize(
    ("other", "column", "code"),
    [
        ({"number": "20x1"}, "EstablishmentNumber", "school-number"),
        ({"name": " "}, "EstablishmentName", "register-name"),
        ({"name": "a\u202eb"}, "EstablishmentName", "text-unseen"),
        ({"status": "Shut"}, "EstablishmentStatus (name)", "register-status"),
        ({"opened": "31-02-1990"}, "OpenDate", "register-date"),
        ({"closed": "soon"}, "CloseDate", "register-date"),
        ({"phone": "ask Ann"}, "TelephoneNum", "phone-form"),
        ({"town": "x" * 61}, "Town", "text-long"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(other, column, code):
    good, wrong = read(f"{GIAS}\n{gias()}\n{gias(**other)}\n")
    assert isinstance(good, Listed)
    assert isinstance(wrong, WrongCell)
    assert (wrong.line, wrong.column, wrong.error.code) == (3, column, code)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("680401,Glan,", "Number", "school-number"),
        (",Glan,", "Number", "school-number"),
        ("٦٨٠٤٠١٢,Glan,", "Number", "school-number"),
        ("9994012,Glan,", "Number", "authority-unknown"),
        ("6804012,Glan,glan@hotmail.com", "E-mail", "email-personal"),
        ("6804012,Glan,glan", "E-mail", "email-form"),
    ],
)
def test_in_a_list_of_ones_own_every_row_is_meant(row, column, code):
    (wrong,) = read(f"Number,Name,E-mail\n{row}\n")
    assert (wrong.column, wrong.error.code) == (column, code)


def test_a_closed_school_is_closed_and_one_that_is_going_to_close_is_open():
    text = f"{GIAS}\n{gias(status='Closed', closed='31-08-2026')}\n"
    text += gias(status='"Open, but proposed to close"', closed="31-08-2027") + "\n"
    closed, closing = read(text)
    assert (closed.is_open, closed.closed) == (False, date(2026, 8, 31))
    assert closing.is_open
    (without_state,) = read("number,name,closed,successor\n6804012,Glan,2026-08-31,680/4031\n")
    assert (without_state.is_open, without_state.successor) == (False, "6804031")


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("name,town", "number"),
        ("number,town", "name"),
        ("LA (code),Town", "number, name"),
        ("x", "number, name"),
    ],
)
def test_a_header_without_number_or_name_is_refused_and_says_so(header, missing):
    with pytest.raises(Refused) as caught:
        read(f"{header}\n1,2\n")
    assert (caught.value.code, caught.value.params["missing"]) == ("register-columns", missing)


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_said_to_be_empty(text):
    with pytest.raises(Refused, match="table-empty"):
        read(text)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=8))
def test_nothing_in_a_row_breaks_the_reading(cells):
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    header = "number,name,status,opened,closed,email,phone,town"
    for found in registers.read(tables.rows(iter([header + "\n", row + "\n"])), CODES):
        assert isinstance(found, Listed | WrongCell | PassedOver)
