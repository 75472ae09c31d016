"""Phase transfer: a board of pupils, each assigned to a school, one CTF sent to each (R-PHA)."""

import asyncio
import re
import sys
import threading
import time
from pathlib import Path

import making
import pytest
from making import Child
from waiting import LONG

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, asked, harmless, opened, settled, until

from s2s_tui.rules.roles import ROLES, Role, may
from s2s_tui.services import establishments, phase, uploads
from s2s_tui.store.models import Allocation, Establishment, Mail, Transfer
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens.folders import FolderPicker
from s2s_tui.tui.screens.phase import PhasePane
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.shell import Shell

GLAN, WOOLOS, RINGLAND, BRO = "6804012", "6804031", "6802310", "6814053"


def child(serial, surname="", forename="Siân"):
    return Child(making.upn(serial), surname or f"Llwyd {serial:03}", forename)


def bulk(site, *serials, number=1, source=RINGLAND, children=()):
    """A school's file of some pupils for the authority."""
    sender = making.logged_on(site, "school", source)
    children = children or [child(serial) for serial in serials]
    receipt = uploads.upload(sender, site, making.offered(source, "680LLLL", number, children))
    assert receipt.status == "sent", receipt
    return receipt.id


def hosted(site, role="user", organisation="680"):
    return Host(site, making.logged_on(site, role, organisation), PhasePane, "upload.phase", "Phase")


async def on_board(pilot):
    """Wait until the board is read."""
    pane = await opened(pilot)
    await until(pilot, lambda: pane.seats is not None)
    await settled(pilot)
    return pane


async def finder(pilot):
    """Wait for the finder's first list."""
    await until(
        pilot, lambda: isinstance(pilot.app.screen, SchoolFinder) and pilot.app.screen._shown is not None
    )
    await settled(pilot)


async def assign_to(pilot, text):
    """Press `a`, type a school, take it."""
    await pilot.press("a")
    await finder(pilot)
    pilot.app.focused.value = text
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, Shell))


def allocations(site):
    """Each pupil's serial → (its school, whether it was sent)."""
    with site.store.connection():
        return {int(row.upn[-3:]): (row.school, row.sent_as is not None) for row in Allocation.select()}


def files_from_authority(site):
    with site.store.connection():
        query = Transfer.select().where(Transfer.source == "680LLLL").order_by(Transfer.id)
        return [(row.destination, row.pupil_count) for row in query]


def another(site):
    """A colleague."""
    return making.logged_on(site, "dba", "680")


# The board


@pytest.mark.requirement("R-PHA-1")
async def test_pupils_of_bulk_files_are_taken_in_when_one_comes_and_their_number_is_said(lite, seen):
    bulk(lite, 1, 2, 3)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        await until(pilot, lambda: app.said == "3 pupils came in.")
        for said in ("3 pupils, all without a school", "Llwyd 001", "Siân", "19.08.2016", RINGLAND, "–"):
            assert said in seen(app)
        assert f"From {RINGLAND} Ringland Primary" in seen(app)
        bulk(lite, 4, number=2)
        await pilot.press("r")
        await until(
            pilot, lambda: app.said == "1 pupil came in and wait for a school." or "1 pupil" in app.said
        )
        assert pane.table.total == 4
        await pilot.press("r")
        await until(pilot, lambda: app.said == "Read again; no new pupils.")


async def test_an_empty_board_says_how_pupils_get_there(lite, seen):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        assert "no school has sent your authority a CTF." in seen(app)
        await pilot.press("a", "n", "u", "c", "z", "p", "escape", "i")
        await pilot.pause()
        assert isinstance(app.screen, Shell)


@pytest.mark.requirement("R-PHA-1")
async def test_unallocated_pupils_stand_first_and_the_cursor_goes_on_to_the_next_of_them(lite, seen):
    bulk(lite, 1, 2, 3, 4)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        await pilot.press("down")
        await assign_to(pilot, "woolos")
        await until(pilot, lambda: app.said == f"1 pupil goes to {WOOLOS} St Woolos High. z undoes it.")
        await settled(pilot)
        assert [pane.seats.seats[key].surname[-3:] for key in pane.seats.keys("", False)] == [
            "001",
            "003",
            "004",
            "002",
        ]
        assert pane.here.surname == "Llwyd 003"
        assert "4 pupils: 3 without a school, 1 to send" in seen(app)
    assert allocations(lite)[2] == (WOOLOS, False)


@pytest.mark.requirement("R-PHA-1")
async def test_marked_pupils_are_assigned_together_and_the_schools_used_stand_first(lite, seen):
    bulk(lite, *range(1, 8))
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        await pilot.press("space", "down", "down", "v")
        await until(pilot, lambda: len(pane.table.marked) == 4)
        assert "a assign 4" in seen(app)
        assert "4 marked" in seen(app)
        await assign_to(pilot, BRO)
        await until(pilot, lambda: "4 pupils go to" in app.said)
        assert not pane.table.marked
        await pilot.press("a")
        await finder(pilot)
        first = app.table.row
        assert first.cells[:2] == (BRO, "Ysgol Bro Glan")
        assert first.cells[3] == "4 pupils"
        await pilot.press("enter")
        await until(pilot, lambda: "1 pupil goes to" in app.said)
    assert {serial for serial, (school, _sent) in allocations(lite).items() if school == BRO} == {
        1,
        2,
        3,
        4,
        5,
    }


@pytest.mark.requirement("R-PHA-1")
async def test_z_takes_several_assignments_back_one_after_the_other(lite, seen):
    bulk(lite, 1, 2)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        assert "z undo" not in seen(app)
        await pilot.press("ctrl+a")
        await until(pilot, lambda: len(pane.table.marked) == 2)
        await assign_to(pilot, WOOLOS)
        await until(pilot, lambda: "2 pupils go to" in app.said)
        await pilot.press("home")
        await assign_to(pilot, GLAN)
        await until(pilot, lambda: "1 pupil goes to" in app.said)
        await settled(pilot)
        await pilot.press("home", "n")
        await until(pilot, lambda: app.said == "1 pupil has no school now. z undoes it.")
        for wanted in ({1: GLAN, 2: WOOLOS}, {1: WOOLOS, 2: WOOLOS}, {1: None, 2: None}):
            await pilot.press("z")
            await until(
                pilot,
                lambda wanted=wanted: (
                    {key: school for key, (school, _) in allocations(lite).items()} == wanted
                ),
            )
            await until(pilot, lambda: "Undone" in app.said and not app.pane.__dict__["_acts_running"])
        assert "z undo" not in seen(app)


async def test_slash_finds_by_name_upn_and_school_and_marks_of_several_searches_add_up(lite, seen):
    bulk(lite, children=[child(1, "O'Brien", "Niamh"), child(2, "Ŵyn", "Ìan"), child(3, "Price", "Rhys")])
    actor = making.logged_on(lite, "user", "680")
    phase.take_in(actor, lite)
    ids = {seat.surname: seat.id for seat in phase.board(actor, lite).seats}
    phase.assign(actor, lite, [ids["Price"]], WOOLOS)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        for text, surname in [
            ("obrien", "O'Brien"),
            ("ian wyn", "Ŵyn"),
            (making.upn(3), "Price"),
            ("st woolos", "Price"),
        ]:
            await pilot.press("slash")
            await asked(pilot, "Name, UPN or school")
            app.focused.value = text
            await pilot.press("enter")
            await until(pilot, lambda text=text: pane.filter == text and pane.table.total == 1)
            await until(pilot, lambda surname=surname: pane.here.surname == surname)
            await settled(pilot)
            assert f"Only “{text}”: 1 pupil" in seen(app)
            if text in ("obrien", "ian wyn"):
                await pilot.press("space")
        await pilot.press("slash")
        await asked(pilot, "Name, UPN")
        app.focused.value = "nobody"
        await pilot.press("enter")
        await until(pilot, lambda: "Nobody like that is on the board." in seen(app))
        assert pane.table.marked == {ids["O'Brien"], ids["Ŵyn"]}
        await assign_to(pilot, GLAN)
        await until(pilot, lambda: "2 pupils go to" in app.said)
        await pilot.press("escape")
        await until(pilot, lambda: pane.filter == "" and pane.table.total == 3)
    assert [school for school, _ in allocations(lite).values()] == [GLAN, GLAN, WOOLOS]


# The finder


async def test_the_finder_refuses_what_is_closed_or_unknown_and_esc_changes_nothing(lite, seen):
    bulk(lite, 1)
    establishments.close(making.logged_on(lite, "wg", "WG"), lite, WOOLOS, making.NOW.date())
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        await pilot.press("a")
        await finder(pilot)
        assert app.table.row.key == GLAN
        app.focused.value = WOOLOS
        await pilot.press("enter")
        await until(pilot, lambda: "St Woolos High has closed. Choose another." in app.said)
        app.focused.value = HOSTILE[4] + "zzz"
        await pilot.press("enter")
        await until(pilot, lambda: "No school is called so." in app.said)
        harmless(seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Shell))
    assert allocations(lite) == {1: (None, False)}


async def test_up_and_down_choose_in_the_finder_while_one_types(lite):
    bulk(lite, 1)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        await pilot.press("a")
        await finder(pilot)
        assert app.table.row.key == GLAN
        await pilot.press("down", "enter")
        await until(pilot, lambda: f"goes to {WOOLOS}" in app.said)


# By a list


@pytest.mark.requirement("R-PHA-1")
async def test_a_list_assigns_and_says_which_of_its_lines_did_nothing_and_z_undoes_it(lite, seen, tmp_path):
    bulk(lite, 1, 2, 3)
    (tmp_path / "places.csv").write_text(
        f"UPN;School\r\n{making.upn(1)};{WOOLOS}\r\n{making.upn(2)};{GLAN}\r\n"
        f"{making.upn(77)};{GLAN}\r\n{making.upn(3)};9999999\r\n"
    )
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "letter.pdf").write_text("no")
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.table.row is not None)
        await pilot.press("slash")
        app.focused.value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.folder == tmp_path and app.focused is app.table)
        await settled(pilot)
        assert "letter.pdf" not in seen(app)
        await pilot.press("enter")
        await until(pilot, lambda: "other.csv: The allocation list needs the columns" in app.said)
        await settled(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "places.csv: 2 pupils have their schools." in app.said)
        assert "2 lines did nothing." in app.said
        assert "line 4: no pupil on the board that could be sent has the UPN" in seen(app)
        assert "line 5: no open school" in seen(app)
        assert allocations(lite) == {1: (WOOLOS, False), 2: (GLAN, False), 3: (None, False)}
        await pilot.press("escape", "z")
        await until(pilot, lambda: "Undone: 2 pupils" in app.said)
    assert all(school is None for school, _sent in allocations(lite).values())


async def test_a_typed_path_of_a_list_is_taken_and_a_wrong_one_is_said(lite, tmp_path):
    bulk(lite, 1)
    path = tmp_path / "places.csv"
    path.write_text(f"upn,school\n{making.upn(1)},{WOOLOS}\n")
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.table.row is not None)
        await pilot.press("slash")
        app.focused.value = str(tmp_path / "none.csv")
        await pilot.press("enter")
        await until(pilot, lambda: "There is no folder" in app.said or "none.csv" in app.said)
        app.screen._path.value = str(path)
        await pilot.press("enter")
        await until(pilot, lambda: "places.csv: 1 pupil has its school. z undoes it." in app.said)


# Sending


def allocated(site, **schools):
    """A board with pupils allocated: serials by school."""
    actor = making.logged_on(site, "user", "680")
    phase.take_in(actor, site)
    ids = {int(seat.upn[-3:]): seat.id for seat in phase.board(actor, site).seats}
    for school, serials in schools.items():
        phase.assign(actor, site, [ids[serial] for serial in serials], school.strip("s"))
    return ids


@pytest.mark.requirement("R-PHA-1")
async def test_u_asks_and_sends_one_file_to_each_school_and_the_unallocated_stay(lite, seen):
    bulk(lite, *range(1, 8))
    allocated(lite, s6804031=[1, 2, 3], s6804012=[4, 5])
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        assert "u send 5" in seen(app)
        await pilot.press("u")
        await asked(pilot, "Send 5 pupils to 2 schools? 2 unallocated stay. y/n")
        await pilot.press("n")
        await pilot.pause()
        assert files_from_authority(lite) == []
        await pilot.press("u")
        await asked(pilot, "Send 5 pupils")
        await pilot.press("y")
        await until(pilot, lambda: app.said == "5 pupils sent to 2 schools, e-mails on their way.")
        assert "7 pupils: 2 without a school, 5 sent" in seen(app)
        await pilot.press("u")
        await until(pilot, lambda: "Nobody waits to be sent" in app.said)
        await pilot.press("end")
        await until(pilot, lambda: "✓ Sent on to" in seen(app))
    assert sorted(files_from_authority(lite)) == [(GLAN, 2), (WOOLOS, 3)]


@pytest.mark.requirement("R-PHA-1")
async def test_esc_stops_between_two_schools_and_u_goes_on_with_the_rest(lite, seen, monkeypatch):
    bulk(lite, *range(1, 7))
    allocated(lite, s6804031=[1, 2], s6804012=[3], s6814053=[4, 5, 6])
    app = hosted(lite)
    really = phase.send

    def slowly(*args):
        for step in really(*args):
            until_ = time.monotonic() + LONG
            while not app.screen.query_one("Foot")._work[-1].cancelled and time.monotonic() < until_:
                time.sleep(0.01)
            yield step

    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        monkeypatch.setattr(phase, "send", slowly)
        await pilot.press("u")
        await asked(pilot, "Send 6 pupils to 3 schools?")
        await pilot.press("y")
        await until(pilot, lambda: "Sending, school by school" in seen(app))
        await until(pilot, lambda: len(files_from_authority(lite)) == 1)
        assert "a assign" not in seen(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Stopped: 5 pupils for 2 schools remain; u goes on" in app.said)
        assert app.said.startswith("1 pupil sent to 1 school")
        assert len(files_from_authority(lite)) == 1
        monkeypatch.setattr(phase, "send", really)
        await pilot.press("u")
        await asked(pilot, "Send 5 pupils to 2 schools?")
        await pilot.press("y")
        await until(pilot, lambda: app.said == "5 pupils sent to 2 schools, e-mails on their way.")
    assert sorted(files_from_authority(lite)) == [(GLAN, 1), (WOOLOS, 2), (BRO, 3)]


async def test_whoever_logs_off_while_files_are_sent_sends_no_more(lite, monkeypatch):
    bulk(lite, 1, 2)
    allocated(lite, s6804031=[1], s6804012=[2])
    app = hosted(lite)
    really, go_on, ended = phase.send, threading.Event(), threading.Event()

    def slowly(*args):
        try:
            for step in really(*args):
                go_on.wait(LONG)
                yield step
        finally:
            ended.set()

    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        monkeypatch.setattr(phase, "send", slowly)
        await pilot.press("u")
        await asked(pilot, "Send 2 pupils")
        await pilot.press("y")
        await until(pilot, lambda: len(files_from_authority(lite)) == 1)
        await app.end("logoff")
        await until(pilot, lambda: not isinstance(app.screen, Shell))
        go_on.set()
        await until(pilot, ended.is_set)
    assert len(files_from_authority(lite)) == 1


async def test_a_school_that_closed_meanwhile_is_refused_with_its_reason_and_stops_none_of_the_others(
    lite, seen
):
    bulk(lite, 1, 2, 3)
    allocated(lite, s6804031=[1, 2], s6804012=[3])
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        establishments.close(making.logged_on(lite, "wg", "WG"), lite, WOOLOS, making.NOW.date())
        await pilot.press("u")
        await asked(pilot, "Send 3 pupils to 2 schools?")
        await pilot.press("y")
        await until(pilot, lambda: "1 school was refused." in app.said)
        assert "1 pupil sent to 1 school" in app.said
        assert f"{WOOLOS} St Woolos High · 2 pupils" in seen(app)
        assert "✗" in seen(app)
        await pilot.press("escape")
        await until(pilot, lambda: "3 pupils: 2 to send, 1 sent" in seen(app))


@pytest.mark.requirement("R-PHA-1")
async def test_a_pupil_in_two_files_is_marked_and_named_before_sending(lite, seen):
    bulk(lite, 1, 2)
    bulk(lite, 2, number=1, source=GLAN)
    allocated(lite, s6804031=[1, 2])
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        rows = {row.key: row.flag for row in pane.seats.page(0, 9, "", False)}
        assert sorted(rows.values()) == ["", "!", "!"]
        assert "In another file too:" in seen(app)
        assert "1 is in two files" in seen(app)
        await pilot.press("u")
        await asked(pilot, "1 unallocated stays, 1 is in two files.")
        await pilot.press("n")


@pytest.mark.requirement("R-PHA-2")
async def test_c_sends_a_pupil_on_to_another_school_and_tells_the_first_to_discard(lite, seen):
    bulk(lite, 1, 2)
    ids = allocated(lite, s6804031=[1])
    list(phase.send(making.logged_on(lite, "user", "680"), lite))
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        assert "c change place" not in seen(app)
        await pilot.press("end")
        await until(pilot, lambda: pane.here.id == ids[1])
        assert "c change place" in seen(app)
        assert "a assign" not in seen(app)
        await pilot.press("c")
        await finder(pilot)
        app.focused.value = GLAN
        await pilot.press("enter")
        await asked(pilot, f"Send Llwyd 001, Siân to {GLAN}, and tell {WOOLOS} to discard? y/n")
        await pilot.press("y")
        await until(pilot, lambda: f"Sent to {GLAN} Ysgol Uwchradd Glan-yr-Afon as" in app.said)
        assert f"{WOOLOS} St Woolos High is told to discard." in app.said
        await pilot.press("enter")
        await until(pilot, lambda: "680LLLL Newport → 6804012" in seen(app))
        await pilot.press("escape", "c")
        await finder(pilot)
        app.focused.value = GLAN
        await pilot.press("enter")
        await asked(pilot, "and tell")
        await pilot.press("y")
        await until(pilot, lambda: "was sent to 6804012 already" in app.said)
    assert allocations(lite)[1] == (GLAN, True)
    with lite.store.connection():
        assert Mail.select().where(Mail.about == "discard", Mail.recipient.contains(WOOLOS)).exists()


# Two at once


async def test_what_a_colleague_sent_meanwhile_is_said_and_the_board_shows_it(lite, seen):
    bulk(lite, 1, 2)
    ids = allocated(lite, s6804031=[1])
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        await pilot.press("end")
        await until(pilot, lambda: pane.here.id == ids[1])
        list(phase.send(another(lite), lite))
        await assign_to(pilot, GLAN)
        await until(pilot, lambda: "Siân Llwyd 001 has been sent on already." in app.said)
        assert "1 sent" in seen(app)
        await pilot.press("ctrl+a")
        await until(pilot, lambda: len(pane.table.marked) == 2)
        await assign_to(pilot, GLAN)
        await until(pilot, lambda: "1 was sent on already and stays." in app.said)
    assert allocations(lite) == {1: (WOOLOS, True), 2: (GLAN, False)}


async def test_undo_leaves_what_a_colleague_sent_or_changed_since(lite):
    bulk(lite, 1, 2, 3)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        await pilot.press("ctrl+a")
        await until(pilot, lambda: len(pane.table.marked) == 3)
        await assign_to(pilot, WOOLOS)
        await until(pilot, lambda: "3 pupils go to" in app.said)
        colleague = another(lite)
        ids = {int(seat.upn[-3:]): seat.id for seat in phase.board(colleague, lite).seats}
        before = phase.assign(colleague, lite, [ids[2], ids[3]], None)
        list(phase.send(colleague, lite))
        phase.assign(colleague, lite, [ids[2]], GLAN)
        phase.assign(making.logged_on(lite, "user", "680"), lite, [ids[3]], before[ids[3]])
        await pilot.press("z")
        await until(pilot, lambda: "Undone" in app.said)
        assert app.said == (
            "Undone: 1 pupil is where it was. 1 was changed by a colleague since and stays. "
            "1 was sent on already and stays."
        )
    assert allocations(lite) == {1: (WOOLOS, True), 2: (GLAN, False), 3: (None, False)}


async def test_what_was_sent_can_not_be_undone(lite, seen):
    bulk(lite, 1, 2)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        await assign_to(pilot, WOOLOS)
        await until(pilot, lambda: "1 pupil goes to" in app.said)
        assert "z undo" in seen(app)
        await pilot.press("u")
        await asked(pilot, "Send 1 pupil to 1 school? 1 unallocated stays.")
        await pilot.press("y")
        await until(pilot, lambda: "1 pupil sent to 1 school" in app.said)
        assert "z undo" not in seen(app)
    assert allocations(lite) == {1: (WOOLOS, True), 2: (None, False)}


async def test_a_colleague_who_sends_first_leaves_nothing_to_send(lite):
    bulk(lite, 1)
    allocated(lite, s6804031=[1])
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        await pilot.press("u")
        await asked(pilot, "Send 1 pupil to 1 school? y/n")
        list(phase.send(another(lite), lite))
        await pilot.press("y")
        await until(pilot, lambda: "a colleague was first" in app.said)
    assert files_from_authority(lite) == [(WOOLOS, 1)]


# Wide, hostile, many, who may


@pytest.mark.parametrize(("size", "always"), [(NARROW, False), (WIDE, True)], ids=["80x24", "140x40"])
async def test_the_counts_per_school_stand_beside_where_it_is_wide_and_come_with_p(lite, seen, size, always):
    bulk(lite, 1, 2, 3)
    allocated(lite, s6804031=[1, 2])
    app = hosted(lite)
    async with app.run_test(size=size) as pilot:
        await on_board(pilot)
        assert ("together" in seen(app)) is always
        await pilot.press("p")
        await until(pilot, lambda: "together" in seen(app))
        assert re.search(rf" 2 +{WOOLOS} St Woolos High", seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is app.table)


async def test_the_counts_that_are_shown_follow_what_is_sent_and_undone(lite, seen):
    bulk(lite, 1, 2, 3)
    allocated(lite, s6804031=[1, 2])
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await on_board(pilot)
        await pilot.press("p")
        await until(pilot, lambda: re.search(rf"  2 {{10,}}{WOOLOS}", seen(app)))
        await pilot.press("u")
        await asked(pilot, "Send 2 pupils")
        await pilot.press("y")
        await until(pilot, lambda: "2 pupils sent" in app.said)
        await until(pilot, lambda: re.search(rf" {{12,}}2  {WOOLOS}", seen(app)))


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
async def test_hostile_names_are_shown_literally(lite, seen, size):
    bulk(lite, *range(1, len(HOSTILE) + 1))
    allocated(lite, s6804031=[1])

    def rename():
        for number, text in enumerate(HOSTILE, 1):
            wanted = Allocation.upn == making.upn(number)
            Allocation.update(surname=text, forename=text).where(wanted).execute()
        name = "[/] \x1b[31m\u202e[@click=app.quit]x[/]"
        Establishment.update(name=name).where(Establishment.number == WOOLOS).execute()

    lite.store.write(rename)
    app = hosted(lite)
    async with app.run_test(size=size) as pilot:
        await on_board(pilot)
        for _ in HOSTILE:
            harmless(seen(app))
            await pilot.press("down")
            await pilot.pause()
        await pilot.press("a")
        await finder(pilot)
        harmless(seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Shell))
        await pilot.press("p")
        await pilot.pause()
        harmless(seen(app))
    assert not (lite.settings.home / "errors.log").exists()


async def test_a_board_of_5000_pupils_is_shown_searched_and_assigned_without_holding_the_keys_up(lite):
    bulk(lite, 1)
    actor = making.logged_on(lite, "user", "680")
    phase.take_in(actor, lite)

    def many():
        row = Allocation.get()
        rows = [
            {
                "authority": "680",
                "transfer": row.transfer_id,
                "position": serial,
                "upn": f"A680{serial:09}",
                "surname": f"Surname {serial * 7919 % 5000:04}",
                "forename": "Siân",
                "born": row.born,
            }
            for serial in range(2, 5001)
        ]
        for start in range(0, len(rows), 500):
            Allocation.insert_many(rows[start : start + 500]).execute()

    lite.store.write(many)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await on_board(pilot)
        assert pane.table.total == 5000
        held_up = 0.0

        async def watch():
            """How long the screen's own thread works at one thing, by the processor's time."""
            nonlocal held_up
            while True:
                before = time.thread_time()
                await asyncio.sleep(0.01)
                held_up = max(held_up, time.thread_time() - before)

        watching = asyncio.create_task(watch())
        await pilot.press("down", "down", "end", "home", "ctrl+a")
        await until(pilot, lambda: len(pane.table.marked) == 5000)
        await assign_to(pilot, WOOLOS)
        await until(pilot, lambda: "5,000 pupils go to" in app.said)
        await pilot.press("s", "s", "z")
        await until(pilot, lambda: "Undone: 5,000 pupils" in app.said)
        watching.cancel()
        assert held_up < 1.5


@pytest.mark.parametrize("role", ROLES)
async def test_only_roles_with_the_permission_can_do_anything(lite, role):
    organisation = {Role.SCHOOL: GLAN, Role.WG: "WG"}.get(role, "680")
    bulk(lite, 1)
    app = hosted(lite, role, organisation)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        if may(app.actor, "phase"):
            await on_board(pilot)
            assert {"assign", "send", "import"} <= {action.id for action in pane.offered()}
            return
        await until(pilot, lambda: app.said != "")
        assert pane.table.total == 0
        assert {action.id for action in pane.offered()} <= {"again", "counts", "filter"}
    assert allocations(lite) == {}


def test_no_key_of_the_screen_is_taken_twice_or_dead():
    assert clashes(PhasePane.all_actions()) == []


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
def test_how_it_looks(lite, snap_compare, size):
    names = [
        "Llewellyn",
        "O'Brien",
        "Ŵyn",
        "Price",
        "Ap Rhys",
        "Hughes",
        "Davies",
        "Begum",
        "Jones",
        "Morgan",
    ]
    bulk(lite, children=[child(number, name) for number, name in enumerate(names, 1)])
    bulk(lite, 3, source=GLAN)
    allocated(lite, s6804031=[4, 5])
    list(phase.send(making.logged_on(lite, "user", "680"), lite))
    allocated(lite, s6804031=[6], s6804012=[7, 8])

    async def before(pilot):
        await on_board(pilot)
        await pilot.press("down", "space")
        await pilot.pause()

    assert snap_compare(hosted(lite), terminal_size=size, run_before=before)
