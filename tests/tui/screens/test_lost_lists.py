"""Lost Pupil › Leaving, Batch, Kept (R-LPD-6, 7, 9)."""

import sys
import threading
from dataclasses import replace
from pathlib import Path

import making
import pytest
from waiting import LONG

sys.path.insert(0, str(Path(__file__).parent))
from looking import lose
from one_pane import NARROW, WIDE, Host, asked, harmless, plain, settled, typed, until

from s2s_tui.services import search, standing
from s2s_tui.services.search import LookedFor
from s2s_tui.store.models import LostPupil, StandingSearch
from s2s_tui.tui.menu_entries import LOST
from s2s_tui.tui.registry import Entry, clashes
from s2s_tui.tui.screens.folders import FolderPicker
from s2s_tui.tui.screens.lost_batch import BatchPane
from s2s_tui.tui.screens.lost_kept import KeptPane
from s2s_tui.tui.screens.lost_leaving import LeavingPane
from s2s_tui.tui.shell import Shell

LIST = (
    "ref,upn,surname,forename,dob,gender,town\n"
    "A1,,Lewelyn,Reece,3/12/2014,M,\n"
    "A2,,Zzyzx,,,,\n"
    "A3,,,,30/2/2014,,\n"
    "A4,,Jones [/x],Ann,,,\n"
)


@pytest.fixture
def folder(tmp_path):
    """The person's folder, with a list of arrivals."""
    place = tmp_path / "own"
    place.mkdir()
    (place / "arrivals.csv").write_text(LIST)
    return place


@pytest.fixture
def here(lite, folder):
    """Five records of a school of 680; Pugh and Bowen are past leaving age."""
    lose(lite, 1, surname="Llewellyn", forename="Rhys", born="2014-03-12", sex="M")
    lose(lite, 2, surname="Jones", forename="Ann", born="2015-01-01")
    for number, (surname, born) in enumerate(
        (("Pugh", "2008-01-09"), ("Rees", "2010-09-01"), ("Bowen", "2007-05-05")), 3
    ):
        lose(lite, number, to="MMMMMMM", surname=surname, forename="Huw", born=born)
    return replace(lite, settings=replace(lite.settings, folder=str(folder)))


class Four(Host):
    """The four screens of the Lost Pupil entry, opened at one of them."""

    def __init__(self, site, first, role="lost-pupil-transfer", organisation="680"):
        actor = making.logged_on(site, role, organisation)
        super().__init__(site, actor, None)
        order = sorted(LOST, key=lambda entry: entry.id != first)
        self._entries = (
            Entry(id="lost", title="Lost Pupil", key="l", children=tuple(order)),
            Entry(id="logoff", title="Logoff", key="o"),
        )


async def at(pilot, entry):
    await until(pilot, lambda: isinstance(pilot.app.screen, Shell) and pilot.app.screen.current != "")
    await pilot.app.open(entry)
    await until(pilot, lambda: pilot.app.screen.current == entry)
    return pilot.app.pane


def states(site):
    with site.store.connection():
        return {row.surname: (row.state, row.state_reason) for row in LostPupil.select()}


# Past leaving age


@pytest.mark.requirement("R-LPD-7")
async def test_those_past_leaving_age_are_listed_and_removed_together(here):
    app = Four(here, "lost.leaving")
    async with app.run_test(size=NARROW) as pilot:
        pane = await at(pilot, "lost.leaving")
        await until(pilot, lambda: pane.table.total == 2)
        screen = plain(app)
        assert "30 Jun 2023" in screen
        assert "Pugh" in screen
        assert "Rees" not in screen, "born on 1 September 2010: leaves in June 2027"
        await pilot.press("enter")
        await until(pilot, lambda: pane.beside.is_open)
        assert "Leaving age: 30 Jun 2023" in plain(app)
        await pilot.press("escape", "A")
        await until(pilot, lambda: len(pane.table.marked) == 2)
        assert "remove 2" in plain(app).splitlines()[-1]
        await pilot.press("x")
        await until(pilot, lambda: "Past statutory leaving age" in plain(app).splitlines()[-1])
        await typed(pilot, ".")
        await asked(pilot, "Remove 2 records for good?")
        await pilot.press("n")
        await until(pilot, lambda: "Nothing was removed." in app.said)
        await pilot.press("x")
        await until(pilot, lambda: "Past statutory leaving age" in plain(app).splitlines()[-1])
        await pilot.press("enter")
        await asked(pilot, "Remove 2 records for good?")
        await pilot.press("y")
        await until(pilot, lambda: "2 removed" in app.said and pane.table.total == 0)
        assert "No record of your schools is past leaving age." in plain(app)
    assert states(here)["Pugh"] == ("removed", "Past statutory leaving age")
    assert states(here)["Llewellyn"][0] == "lost"


@pytest.mark.requirement("R-LPD-7")
async def test_another_authority_sees_none_of_them(here):
    app = Four(here, "lost.leaving", organisation="681")
    async with app.run_test(size=NARROW) as pilot:
        pane = await at(pilot, "lost.leaving")
        await until(pilot, lambda: not pane.table.busy and "No record" in plain(app))


@pytest.mark.requirement("R-LPD-9")
async def test_what_a_colleague_removed_meanwhile_is_said(here):
    from s2s_tui.services import lost

    app = Four(here, "lost.leaving")
    async with app.run_test(size=NARROW) as pilot:
        pane = await at(pilot, "lost.leaving")
        await until(pilot, lambda: pane.table.total == 2)
        colleague = making.logged_on(here, "lost-pupil", "680")
        lost.remove(colleague, here, [int(str(key)) for key in pane.records], "First.")
        await pilot.press("A", "x")
        await until(pilot, lambda: "Why" in plain(app).splitlines()[-1])
        await pilot.press("enter")
        await asked(pilot, "Remove 2")
        await pilot.press("y")
        await until(pilot, lambda: "2 were refused" in app.said)
        assert "is removed already" in plain(app)


# A batch


async def run_list(pilot):
    pane = await at(pilot, "lost.batch")
    await pilot.press("g")
    await until(pilot, lambda: isinstance(pilot.app.screen, FolderPicker) and pilot.app.has_rows)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, Shell) and bool(pane.answers))
    await settled(pilot)
    return pane


@pytest.mark.requirement("R-LPD-6")
async def test_a_list_is_answered_on_the_screen(here):
    app = Four(here, "lost.batch")
    async with app.run_test(size=NARROW) as pilot:
        pane = await at(pilot, "lost.batch")
        assert "A list of arrivals is a CSV" in plain(app)
        pane = await run_list(pilot)
        screen = plain(app)
        assert "arrivals.csv" in screen
        assert "4 rows" in screen
        assert "Llewellyn, R" in screen
        assert "surname sounds alike" in screen
        harmless(screen)
        await pilot.press("down", "down")
        await until(pilot, lambda: "Line 4: There is no such day as “30/2/2014”." in plain(app))
        assert any("✗ A3" in line for line in plain(app).splitlines())
        await pilot.press("home", "enter")
        await until(pilot, lambda: app.screen.current == "lost.search" and app.pane.found is not None)
        assert app.pane.looked == pane.answers[0].looked
        assert app.pane.hit.record.surname == "Llewellyn"
        await until(pilot, lambda: app.focused is app.pane.table)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.current == "lost.batch")
        assert pane.answers, "the list is still there"
        # A row that can't be looked for shows nothing of the one before, and leads back, too.
        await settled(pilot)
        await pilot.press("home", "down", "down", "enter")
        await until(pilot, lambda: app.screen.current == "lost.search" and "✗ Born: There is" in plain(app))
        assert (app.pane.hit, app.pane.table.total) == (None, 0)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.current == "lost.batch")


@pytest.mark.requirement("R-LPD-6")
async def test_of_another_kind_of_list_it_is_said_what_is_not_looked_at(here, folder):
    (folder / "arrivals.csv").write_text("UPN,School,form\nH801200001001,6804012,7B\n")
    app = Four(here, "lost.batch")
    async with app.run_test(size=NARROW) as pilot:
        await run_list(pilot)
        await until(
            pilot, lambda: app.said.startswith("Not looked at: School, form. A list of arrivals has ref,")
        )


@pytest.mark.requirement("R-LPD-6")
async def test_candidates_are_saved_as_csv_and_json_and_never_over_a_file(here, folder):
    app = Four(here, "lost.batch")
    async with app.run_test(size=NARROW) as pilot:
        await run_list(pilot)
        for key, name in (("c", "arrivals-candidates.csv"), ("j", "arrivals-candidates.json")):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
            await pilot.press("enter")
            await until(pilot, lambda name=name: name in app.said)
            assert b"Llewellyn" in (folder / name).read_bytes()
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("enter")
        await until(pilot, lambda: "exists already" in plain(app))


@pytest.mark.requirement("R-LPD-6")
async def test_rows_that_found_nobody_are_kept(here):
    app = Four(here, "lost.batch")
    async with app.run_test(size=NARROW) as pilot:
        pane = await run_list(pilot)
        assert "keep" not in plain(app).splitlines()[-1], "the first was found"
        await pilot.press("down")
        await until(pilot, lambda: "keep" in plain(app).splitlines()[-1])
        await pilot.press("space", "space", "k")
        await until(pilot, lambda: "1 search is kept." in app.said)
        assert pane.table.marked == frozenset()
    with here.store.connection():
        assert StandingSearch.select().count() == 1, "what can't be understood can't be kept"


@pytest.mark.requirement("R-LPD-6")
async def test_esc_stops_between_two_rows_and_what_was_found_stays(here, folder, monkeypatch):
    (folder / "arrivals.csv").write_text("surname\n" + "Jones\n" * 200)
    real, looked, stopped = search._ranked, [], threading.Event()

    def held(*asked):
        looked.append(asked)
        if len(looked) == 3:
            stopped.wait(LONG)
        return real(*asked)

    monkeypatch.setattr(search, "_ranked", held)
    app = Four(here, "lost.batch")
    async with app.run_test(size=NARROW) as pilot:
        pane = await at(pilot, "lost.batch")
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("enter")
        await until(pilot, lambda: len(looked) == 3 and "/200" in plain(app).splitlines()[-1])
        await pilot.press("escape")
        stopped.set()
        await until(pilot, lambda: "Stopped" in app.said)
        assert 0 < len(pane.answers) < 200


@pytest.mark.requirement("R-LPD-6")
@pytest.mark.parametrize("content", ["name\nx\n", "", 'surname\n"a\n', "\x00\x01"])
async def test_what_is_no_list_is_said(here, folder, content):
    (folder / "arrivals.csv").write_text(content)
    app = Four(here, "lost.batch")
    async with app.run_test(size=NARROW) as pilot:
        pane = await at(pilot, "lost.batch")
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("enter")
        await until(pilot, lambda: "list" in app.said)
        assert pane.answers == []


# Kept searches


@pytest.mark.requirement("R-LPD-6")
async def test_kept_searches_are_listed_made_again_and_ended(here):
    actor = making.logged_on(here, "lost-pupil", "680")
    standing.keep(actor, here, LookedFor(surname="Zzyzx"))
    standing.keep(actor, here, LookedFor(surname="Quill", dob="2014", begins=True))
    lose(here, 9, surname="Quillfeather", born="2014-06-06")
    assert standing.compare(here) == 1
    app = Four(here, "lost.kept")
    async with app.run_test(size=NARROW) as pilot:
        pane = await at(pilot, "lost.kept")
        await until(pilot, lambda: pane.table.total == 2)
        lines = plain(app).splitlines()
        assert any("●" in line and "Quill" in line for line in lines)
        assert "A file that fits arrived" in plain(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.current == "lost.search" and app.pane.found is not None)
        assert app.pane.hit.record.surname == "Quillfeather"
        await at(pilot, "lost.kept")
        await until(pilot, lambda: not pane.table.busy)
        assert "n not the pupil" in plain(app)
        await pilot.press("n")
        await until(pilot, lambda: app.said == "1 search looks on.")
        await until(pilot, lambda: "No file that fits has arrived yet." in plain(app))
        assert "n not the pupil" not in plain(app)
        assert [one.found for one in standing.kept(actor, here)] == [None, None]
        await pilot.press("A", "x")
        await asked(pilot, "Keep 2 searches no longer?")
        await pilot.press("y")
        await until(pilot, lambda: "2 searches ended." in app.said and pane.table.total == 0)
        assert "No search is kept" in plain(app)
    assert standing.kept(actor, here) == ()


# Keys and looks


@pytest.mark.parametrize("pane", [LeavingPane, BatchPane, KeptPane])
def test_keys_do_not_clash(pane):
    assert clashes(pane.all_actions()) == []


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
def test_how_a_batch_looks(here, snap_compare, size):
    async def before(pilot):
        await run_list(pilot)

    assert snap_compare(Four(here, "lost.batch"), terminal_size=size, run_before=before)


def test_how_leavers_look(here, snap_compare):
    async def before(pilot):
        pane = await at(pilot, "lost.leaving")
        await until(pilot, lambda: pane.table.total == 2)
        await pilot.press("space")
        await pilot.pause()

    assert snap_compare(Four(here, "lost.leaving"), terminal_size=NARROW, run_before=before)
