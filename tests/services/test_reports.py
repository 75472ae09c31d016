"""What all reports share (R-REP): each is one entry, checks what it is given, gives the same everywhere."""

import csv
import io
import json
import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import events
import making
import pytest

from s2s_tui.services.reports import counting, output, running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.registry import REPORTS
from s2s_tui.services.site import open_site

pytestmark = pytest.mark.requirement("R-REP-1")


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


def world(chance):
    """Some hundred lives, of every kind of file."""
    for number in range(300):
        kind = chance.choice(("ctf", "ctf", "ctf", "generic", "plasc"))
        lost = kind == "ctf" and chance.random() < 0.3
        source = chance.choice(events.BOXES[:5])
        uploaded = datetime(2025, 1, 1) + timedelta(minutes=chance.randrange(950_000))
        to = chance.choice(
            (events.LOST, events.LEFT) if lost else [box for box in events.BOXES if box != source]
        )
        state = "awaiting" if lost else chance.choice(("awaiting", "collected", "rejected", "deleted"))
        later = uploaded + timedelta(hours=chance.randrange(1, 500))
        yield events.Event(
            source,
            to,
            uploaded,
            state,
            None if state == "awaiting" else later,
            chance.randrange(1, 30),
            kind,
            chance.choice((source, source[:3])),
            upn=f"A6804012{number:05}",
            born=date(2008, 1, 1) + timedelta(days=chance.randrange(4000)),
            gender=chance.choice("FMU"),
            downloads=((chance.choice(("680", "681")), later, False),)
            if lost and chance.random() < 0.5
            else (),
        )


def test_both_engines_give_the_same_rows(lite, settings, clock, postgres):
    lives = list(world(random.Random(9)))
    found = []
    for engine in ("sqlite", "postgresql"):
        # The models are bound to the database that was opened last.
        site = lite
        if engine == "postgresql":
            site = open_site(replace(settings, database=postgres(filled=True)), clock)
        events.put(site, lives)
        counting.settle(site)
        given = {}
        for key in REPORTS:
            actor = (
                making.logged_on(site, "wg", "WG")
                if key == "national"
                else making.logged_on(site, "dba", "680")
            )
            for wanted in (Wanted(), Wanted(start="2025-09-01", end="2026-08-31")):
                run = running.ask(actor, site, key, wanted)
                pages = [
                    line.cells
                    for column in (run.columns if run.is_long else ())
                    for line in run.page(3, 20, column.id, descending=True)
                ]
                given[key, wanted] = [run.count(), list(run.cells()), run.picture(), run.totals(), pages]
        found.append(given)
        site.store.close()
    for asked, given in found[0].items():
        for one, other in zip(given, found[1][asked], strict=True):
            assert one == other, asked
    assert all(count > 0 for count, *_ in found[0].values())
