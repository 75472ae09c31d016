"""What all reports share (R-REP): each is one entry, checks what it is given, gives the same everywhere."""

import csv
import io
import json

import events
import pytest

from s2s_tui.services.reports import output, running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.registry import REPORTS

pytestmark = pytest.mark.requirement("R-REP")


@pytest.fixture
def wg(on):
    return on("wg", "WG")


@pytest.mark.parametrize("key", REPORTS)
def test_screen_csv_and_json_say_the_same(site, on, wg, tmp_path, key):
    events.put(site, events.SOME)
    actor = wg if key == "national" else on("dba", "680")
    run = running.ask(actor, site, key, Wanted())
    lines = run.page()
    assert run.count() == len(lines) > 0
    assert [line.cells for line in lines] == list(run.cells())
    assert output.save_csv(run, tmp_path / "report.csv") == len(lines)
    text = (tmp_path / "report.csv").read_bytes().decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    assert header == [column.id for column in run.columns]
    assert rows == [["" if cell is None else str(cell) for cell in line.cells] for line in lines]
    document = json.loads("".join(output.json_blocks(run)))
    assert document == {
        "report": key,
        "from": None,
        "to": "2026-11-24",
        "columns": header,
        "rows": [list(line.cells) for line in lines],
    }


@pytest.mark.parametrize("sign", [*"=+-@\t\r", "＝", "\0="])
@pytest.mark.parametrize("at", [0, 1])
def test_no_cell_of_a_csv_runs_as_a_formula(sign, at):
    from s2s_tui.base.text import cell_text

    cells = ["plain, with a comma", 3, None]
    cells[at] = f'{sign}cmd "x"'
    text = "".join(output.csv_blocks(["a", "b", "c"], [tuple(cells)] * 3))
    row = list(csv.reader(io.StringIO(text, newline="")))[2]
    assert row[at] == cell_text(cells[at])
