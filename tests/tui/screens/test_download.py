"""Download: lists, saving, confirming, rejecting, calling back (R-DWN-1…4, 6; R-LEA-2; R-SYS-7)."""

import sys
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import making
import pytest
import steps
from textual.app import App

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, asked, harmless, opened, settled, typed, until

from s2s_tui.rules.roles import ROLES, Role, may
from s2s_tui.services import downloads, establishments, transfers, uploads
from s2s_tui.services.files import Offered
from s2s_tui.store.models import AuditEntry, Authority, Download, Establishment, Mail, Transfer
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens.download import DownloadPane
from s2s_tui.tui.screens.folders import FolderPicker
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.shell import Shell
from s2s_tui.tui.widgets.status import Status

GLAN, WOOLOS, BRO, MON = "6804012", "6804031", "6814053", "6604025"


@pytest.fixture
def saved(tmp_path):
    """Where downloads go."""
    folder = tmp_path / "saved"
    folder.mkdir()
    return folder


@pytest.fixture
def here(lite, saved):
    """The small world, with a folder to save in."""
    return replace(lite, settings=replace(lite.settings, folder=str(saved)))


def send(site, source, destination, number=1, children=(), ago=0):
    """A file that was sent some days ago; gives its id."""
    site.clock.forward(days=-ago)
    sender = making.logged_on(site, "school", source) if source.isdigit() else None
    sender = sender or making.logged_on(site, "user", source[:3])
    receipt = uploads.upload(sender, site, making.offered(source, destination, number, children))
    site.clock.forward(days=ago)
    assert receipt.status == "sent", receipt
    return receipt.id


def hosted(site, role="school", organisation=GLAN, kind="ctf"):
    actor = making.logged_on(site, role, organisation)
    return Host(site, actor, partial(DownloadPane, kind), "download.ctf", "Download")


async def listed(pilot):
    pane = await opened(pilot)
    await settled(pilot)
    await until(pilot, lambda: pane._counts)
    return pane


async def save_here(pilot):
    """Take the folder that is offered."""
    await until(pilot, lambda: isinstance(pilot.app.screen, FolderPicker) and pilot.app.has_rows)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, Shell))


def state(site, transfer_id):
    with site.store.connection():
        row = Transfer.get_by_id(transfer_id)
        return row.state, row.state_by, row.state_reason


def tabs_line(screen):
    return screen.splitlines()[2][15:]


@pytest.mark.requirement("R-DWN-1")
async def test_files_from_one_school_on_one_day_are_told_apart_by_their_numbers(here, seen):
    for number in (1, 27, 300):
        send(here, BRO, GLAN, number, [making.Child(making.upn(number))])
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert [row.split()[-3] for row in seen(app).splitlines()[4:7]] == ["001", "027", "300"]
        await pilot.press("right")
        await until(pilot, lambda: pane.source.listed.tab == "sent" and not pane.table.busy)
        heading = seen(app).splitlines()[3]
        assert "No." in heading
        assert "To" in heading


@pytest.mark.requirement("R-DWN-1")
async def test_an_authority_sees_each_file_under_its_tab_and_a_school_what_came_and_what_it_sent(here, seen):
    send(here, GLAN, "680LLLL")
    send(here, GLAN, WOOLOS)
    send(here, WOOLOS, GLAN)
    send(here, BRO, GLAN)
    send(here, GLAN, MON)
    send(here, GLAN, "XXXXXXX")
    app = hosted(here, "user", "680")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert tabs_line(seen(app)).split("  ")[0].strip() == "▸To us 1 │ Within 2 │ Incoming 1 │ Outgoing 1"
        for key, tab, names in [
            ("2", "within", [f"{GLAN}_CTF_{WOOLOS}_001.XML", f"{WOOLOS}_CTF_{GLAN}_001.XML"]),
            ("right", "incoming", [f"{BRO}_CTF_{GLAN}_001.XML"]),
            ("4", "outgoing", [f"{GLAN}_CTF_{MON}_001.XML"]),
            ("right", "mine", [f"{GLAN}_CTF_680LLLL_001.XML"]),
            ("left", "outgoing", [f"{GLAN}_CTF_{MON}_001.XML"]),
        ]:
            await pilot.press(key)
            await until(pilot, lambda tab=tab: pane.source.listed.tab == tab)
            await settled(pilot)
            assert [pane.source.found[k].name for k in sorted(pane.source.found)] == names
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert tabs_line(seen(app)).startswith(" ▸Received 2 │ Sent 3")
        await pilot.press("3")
        assert pane.tab == "mine"


@pytest.mark.requirement("R-DWN-2")
@pytest.mark.requirement("R-DWN-3")
async def test_two_files_become_one_zip_and_only_a_yes_collects_them(here, saved, seen):
    ids = [send(here, BRO, GLAN, number, [making.Child(making.upn(number))]) for number in (1, 2)]
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("space", "space")
        assert "d download 2" in seen(app)
        await pilot.press("d")
        await save_here(pilot)
        await asked(pilot, "Saved 2 files. Downloaded correctly?")
        (path,) = saved.iterdir()
        with zipfile.ZipFile(path) as bundle:
            assert sorted(bundle.namelist()) == [f"{BRO}_CTF_{GLAN}_00{n}.XML" for n in (1, 2)]
        assert state(here, ids[0])[0] == "awaiting"
        await pilot.press("y")
        await until(pilot, lambda: app.said.startswith("2 collected; the senders are told. Saved as"))
        await until(pilot, lambda: pane.table.total == 0)
        assert tabs_line(seen(app)).startswith(" ▸Received 0")
    assert [state(here, each)[:2] for each in ids] == [("collected", f"s{GLAN}")] * 2
    with here.store.connection():
        assert Mail.select().where(Mail.transfer.in_(ids) & (Mail.about == "collected")).count() == 2


@pytest.mark.requirement("R-DWN-2")
async def test_generic_zips_come_one_at_a_time_which_is_said_before_a_folder_is_asked_for(here, saved, seen):
    sender = making.logged_on(here, "school", GLAN)
    names = [f"{GLAN}_680LLLL_{text}.ZIP" for text in ("meals", "photos", "register")]
    ids = [steps.sent(sender, here, Offered(name, steps.zipped(name))) for name in names]
    app = hosted(here, "user", "680", "generic")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert tabs_line(seen(app)).startswith(" ▸Received 3 │ Sent 0")
        await pilot.press("space")
        assert app.said == ""
        await pilot.press("space")
        await until(pilot, lambda: app.said.startswith("Generic zips are downloaded one at a time"))
        await pilot.press("d")
        await until(pilot, lambda: app.screen.query_one(Status).kind == "warning")
        assert isinstance(app.screen, Shell)
        # Rejecting is for several; downloading for the one under the cursor.
        assert "x reject 2" in seen(app).splitlines()[-1]
        await pilot.press("escape", "home", "d")
        await save_here(pilot)
        await asked(pilot, "Saved 1 file. Downloaded correctly?")
        await pilot.press("y")
        await until(pilot, lambda: app.said.startswith("1 collected; the sender is told."))
        await until(pilot, lambda: pane.table.total == 2)
    assert [path.name for path in saved.iterdir()] == names[:1]
    assert [state(here, each)[0] for each in ids] == ["collected", "awaiting", "awaiting"]


@pytest.mark.requirement("R-SYS-7")
async def test_what_an_la_school_sent_in_a_schools_name_is_its_to_call_back(here, seen):
    own = making.offered(GLAN, BRO)
    ours = steps.sent(making.logged_on(here, "la-school", "680"), here, own)
    theirs = send(here, WOOLOS, BRO)
    app = hosted(here, "la-school", "680")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("4")
        await until(pilot, lambda: pane.source.listed.tab == "outgoing")
        await settled(pilot)
        for transfer, offered in ((theirs, False), (ours, True)):
            pane.table.go_to(pane.source.position(transfer, "uploaded", False))
            await until(pilot, lambda transfer=transfer: pane.here is not None and pane.here.id == transfer)
            assert ("recall" in {action.id for action in pane.offered()}) is offered
            assert ("Sent by authority 680 in the school's name." in seen(app)) is offered
        await pilot.press("c")
        await asked(pilot, "Call back 1 file. Reason")
        await typed(pilot, "Wrong school.")
        await until(pilot, lambda: "1 withdrawn before collection." in app.said)
    assert state(here, ours)[0] == "deleted"
    assert state(here, theirs)[0] == "awaiting"


@pytest.mark.requirement("R-DWN-3")
async def test_one_file_stays_itself_and_a_no_leaves_it_waiting(here, saved, seen):
    first = send(here, BRO, GLAN)
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("d")
        await save_here(pilot)
        await asked(pilot, "Saved 1 file. Downloaded correctly?")
        await pilot.press("n")
        await until(pilot, lambda: "Not confirmed: still waiting for you." in app.said)
        assert f"{BRO}_CTF_{GLAN}_001.XML" in seen(app)
    assert state(here, first)[0] == "awaiting"
    assert (saved / f"{BRO}_CTF_{GLAN}_001.XML").read_bytes() == making.ctf(BRO, GLAN)


@pytest.mark.requirement("R-DWN-6")
async def test_a_file_that_is_there_already_is_left_and_another_folder_is_asked_for(here, saved, seen):
    first = send(here, BRO, GLAN)
    (saved / f"{BRO}_CTF_{GLAN}_001.XML").write_text("mine")
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and "exists already" in app.said)
        await settled(pilot)
        await pilot.press("n")
        await asked(pilot, "Name of the new folder")
        await typed(pilot, "later")
        await until(pilot, lambda: app.screen.folder == saved / "later")
        await settled(pilot)
        await save_here(pilot)
        await asked(pilot, "Downloaded correctly?")
        await pilot.press("y")
        await until(pilot, lambda: "1 collected" in app.said)
    assert (saved / f"{BRO}_CTF_{GLAN}_001.XML").read_text() == "mine"
    assert (saved / "later" / f"{BRO}_CTF_{GLAN}_001.XML").exists()
    assert state(here, first)[0] == "collected"


async def test_esc_at_the_folder_saves_nothing_and_records_nothing(here, saved):
    send(here, BRO, GLAN)
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("space", "d")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Shell))
        assert len(pane.table.marked) == 1
    assert list(saved.iterdir()) == []
    with here.store.connection():
        assert Download.select().count() == 0


@pytest.mark.requirement("R-DWN-4")
async def test_a_file_is_rejected_with_a_reason_that_the_sender_is_told(here, seen):
    first = send(here, BRO, GLAN)
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("x")
        await asked(pilot, "Reject 1 file. Reason")
        await pilot.press("escape")
        await pilot.press("x")
        await asked(pilot, "Reject 1 file. Reason")
        await pilot.press("enter")
        await until(pilot, lambda: "Give a reason" in app.said)
        assert state(here, first)[0] == "awaiting"
        assert "Reject 1 file. Reason" in seen(app), "it is asked again at once"
        await typed(pilot, "not ours [/]")
        await until(pilot, lambda: app.said == "1 rejected, e-mails on their way.")
        await until(pilot, lambda: pane.table.total == 0)
    assert state(here, first) == ("rejected", f"s{GLAN}", "not ours [/]")


async def test_who_was_first_is_said_and_the_other_marks_stay(here, seen):
    ids = [send(here, BRO, GLAN, number, [making.Child(making.upn(number))]) for number in (1, 2, 3)]
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("space", "space")
        elsewhere = making.logged_on(here, "school", GLAN)
        transfers.reject(elsewhere, here, ids[:1], "twice")
        await pilot.press("x")
        await asked(pilot, "Reject 2 files. Reason")
        await typed(pilot, "wrong")
        await until(pilot, lambda: app.said.startswith("1 rejected"))
        assert f"{BRO}_CTF_{GLAN}_001.XML is rejected already: s{GLAN}, 2026-11-24." in app.said
        await until(pilot, lambda: pane.table.total == 1)
        assert pane.table.marked == frozenset()


async def test_several_refusals_are_listed_each_with_its_reason(here, seen):
    ids = [send(here, BRO, GLAN, number, [making.Child(making.upn(number))]) for number in (1, 2)]
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("A")
        await until(pilot, lambda: len(pane.table.marked) == 2)
        transfers.reject(making.logged_on(here, "school", GLAN), here, ids, "twice")
        await pilot.press("d")
        await until(pilot, lambda: "2 were refused." in app.said)
        await until(pilot, lambda: seen(app).count("can't be downloaded any more") == 2)
        await until(pilot, lambda: pane.table.total == 0)
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is pane.table)


@pytest.mark.requirement("R-LEA-2")
async def test_an_authoritys_copy_says_that_it_changes_nothing_and_changes_nothing(here, saved, seen):
    first = send(here, BRO, GLAN)
    app = hosted(here, "user", "680")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("3")
        await until(pilot, lambda: pane.source.listed.tab == "incoming" and pane.here is not None)
        await until(pilot, lambda: "your authority's copy" in seen(app))
        assert "x reject" not in seen(app)
        await pilot.press("d")
        await save_here(pilot)
        await until(pilot, lambda: "the files wait for the school as before" in app.said)
        assert pane.table.total == 1
    assert state(here, first)[0] == "awaiting"
    here.store.write(lambda: Authority.update(copies=False).where(Authority.code == "680").execute())
    app = hosted(here, "user", "680")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("3")
        await until(pilot, lambda: pane.source.listed.tab == "incoming" and pane.here is not None)
        await pilot.press("d")
        await until(pilot, lambda: "Your authority receives no copies" in app.said)


async def test_a_copy_of_what_is_collected_is_not_said_to_wait(here, saved):
    taken = send(here, BRO, GLAN)
    receiver = making.logged_on(here, "school", GLAN)
    (saved / "theirs").mkdir()
    downloads.download(receiver, here, [taken], saved / "theirs")
    transfers.confirm(receiver, here, [taken])
    app = hosted(here, "user", "680")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("3", "w")
        await until(pilot, lambda: pane.source.listed.view == "collected" and pane.here is not None)
        await pilot.press("d")
        await save_here(pilot)
        await until(pilot, lambda: app.said.endswith("A copy changes nothing for the school."))


async def test_what_waits_has_the_oldest_first_and_what_is_over_the_newest(here, saved, seen):
    ids = [
        send(here, BRO, GLAN, n, [making.Child(making.upn(n))], ago) for n, ago in ((1, 9), (2, 5), (3, 1))
    ]
    receiver = making.logged_on(here, "school", GLAN)
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert pane.here.id == ids[0]
        downloads.download(receiver, here, ids, saved)
        transfers.confirm(receiver, here, ids)
        await pilot.press("w")
        await until(pilot, lambda: pane.source.listed.view == "collected" and pane.here is not None)
        assert pane.here.id == ids[-1]
        assert "collected  w" in tabs_line(seen(app))


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (33, "▸To us 3 │ Within 15  awaiting  w"),
        (28, "▸To us 3 │ Within 15 awa…  w"),
        (21, "▸To us 3 │ Within 15 "),
    ],
)
async def test_the_switch_is_cut_before_its_key_and_has_the_room_that_is_there(width, line):
    class Alone(App):
        def compose(self):
            self.tabs = Tabs()
            yield self.tabs

    app = Alone()
    async with app.run_test(size=(width, 3)):
        app.tabs.say([("mine", "To us 3"), ("within", "Within 15")], "mine", "awaiting  w")
        assert app.tabs.render_line(0).text == line


@pytest.mark.requirement("R-SYS-7")
async def test_what_was_sent_to_the_wrong_place_is_called_back_before_and_after_collection(here, seen):
    waiting = send(here, GLAN, BRO)
    collected = send(here, GLAN, MON, children=[making.Child(making.upn(8))])
    receiver = making.logged_on(here, "school", MON)
    downloads.download(receiver, here, [collected], Path(here.settings.folder))
    transfers.confirm(receiver, here, [collected])
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "c call back" not in seen(app)
        await pilot.press("2")
        await until(pilot, lambda: pane.source.listed.tab == "sent" and pane.here is not None)
        assert "d download" not in seen(app)
        assert "x reject" not in seen(app)
        await pilot.press("c")
        await asked(pilot, "Call back 1 file. Reason")
        await typed(pilot, "wrong school")
        await until(pilot, lambda: app.said == "1 withdrawn before collection.")
        await pilot.press("w")
        await until(pilot, lambda: pane.source.listed.view == "collected" and pane.here is not None)
        for said in ("both sides and their DBAs are told", "was called back already"):
            await pilot.press("c")
            await asked(pilot, "Call back 1 file. Reason")
            await typed(pilot, "wrong school")
            await until(pilot, lambda said=said: said in app.said)
    assert state(here, waiting)[0] == "deleted"


async def test_the_authority_calls_back_only_what_it_sent_itself(here, seen):
    send(here, "680LLLL", GLAN, children=[making.Child(making.upn(4))])
    send(here, WOOLOS, GLAN)
    app = hosted(here, "user", "680")
    async with app.run_test(size=WIDE) as pilot:
        pane = await listed(pilot)
        await pilot.press("2")
        await until(pilot, lambda: pane.source.listed.tab == "within" and pane.here is not None)
        assert "c call back" in seen(app)
        await pilot.press("down")
        await until(pilot, lambda: "c call back" not in seen(app))


async def test_w_goes_from_awaiting_to_collected_to_rejected_and_back(here, seen, saved):
    waits, taken, back = (
        send(here, BRO, GLAN, number, [making.Child(making.upn(number))]) for number in (1, 2, 3)
    )
    receiver = making.logged_on(here, "school", GLAN)
    downloads.download(receiver, here, [taken], saved)
    transfers.confirm(receiver, here, [taken])
    transfers.reject(receiver, here, [back], "no such pupil here")
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        for view, said in [
            ("collected", f"✓ Collected 24 Nov 2026 10:30 by s{GLAN}."),
            ("closed", f"✗ Rejected 24 Nov 2026 10:30 by s{GLAN}: no such"),
            ("awaiting", "Waits since today."),
        ]:
            await pilot.press("w")
            await until(pilot, lambda view=view: pane.source.listed.view == view)
            await until(pilot, lambda said=said: said in seen(app))
            assert pane.table.total == 1
            assert ("d download" in seen(app)) is (view != "closed")
            assert ("x reject" in seen(app)) is (view == "awaiting")
        assert pane.here.id == waits


async def test_slash_narrows_every_list_and_esc_widens_it_again(here, seen):
    send(here, GLAN, WOOLOS)
    send(here, BRO, GLAN)
    app = hosted(here, "user", "680")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        for text, counts in [
            ("bro glan", "To us 0 │ Within 0 │ Incoming 1"),
            (WOOLOS, "To us 0 │ Within 1 │ Incoming 0"),
            (f"{BRO}_ctf", "To us 0 │ Within 0 │ Incoming 1"),
        ]:
            await pilot.press("slash")
            await asked(pilot, "File, school or number")
            app.focused.value = text
            await pilot.press("enter")
            await until(pilot, lambda counts=counts: counts in seen(app))
            assert f"Only with “{text}”" in seen(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Within 1 │ Incoming 1" in seen(app))
        assert pane.filter == ""


@pytest.mark.requirement("R-SYS-1")
async def test_what_waits_past_a_week_has_a_mark_and_more_marks_past_30_and_60_days(here, seen):
    for number, ago in enumerate((3, 8, 31, 61), 1):
        send(here, BRO, GLAN, number, [making.Child(making.upn(number))], ago=ago)
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        rows = [line[15:] for line in seen(app).splitlines()[4:8]]
        assert [row.split()[-1] for row in rows] == ["61!!", "31!", "8", "3"]
        assert [row[3:5].strip() for row in rows] == ["!", "!", "!", ""]


async def test_enter_shows_the_pupils_and_that_is_on_record(here, seen):
    send(here, BRO, GLAN, children=[making.Child(making.upn(5), "O'Brien [/nothing]", "Siân\u202e")])
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "O'Brien" not in seen(app)
        await pilot.press("enter")
        await until(pilot, lambda: "O'Brien [/nothing], Siân� · 19.08.2016" in seen(app))
        harmless(seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is pane.table and "O'Brien" not in seen(app))
    with here.store.connection():
        assert AuditEntry.select().where(AuditEntry.action == "show").count() == 1


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_reasons_and_schools_are_shown_literally(here, seen):
    for number, text in enumerate(HOSTILE, 1):
        first = send(here, BRO, GLAN, number, [making.Child(making.upn(number))])
        transfers.reject(making.logged_on(here, "school", GLAN), here, [first], text)
    name = "[/] \x1b[31m\u202e" + HOSTILE[2]
    here.store.write(lambda: Establishment.update(name=name).where(Establishment.number == BRO).execute())
    app = hosted(here)
    async with app.run_test(size=WIDE) as pilot:
        pane = await listed(pilot)
        await pilot.press("w")
        await pilot.press("w")
        await until(pilot, lambda: pane.source.listed.view == "closed" and pane.here is not None)
        for _ in HOSTILE:
            harmless(seen(app))
            await pilot.press("down")
            await pilot.pause()
        await pilot.press("slash")
        await asked(pilot, "File, school")
        app.focused.value = HOSTILE[4]
        await pilot.press("enter")
        await until(pilot, lambda: pane.table.total == 0)
        harmless(seen(app))
        await pilot.press("enter", "d", "x", "c", "space", "escape")
        await pilot.pause()
    assert not (here.settings.home / "errors.log").exists()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", ["ctf", "generic"])
async def test_keys_are_there_only_for_who_may(here, role, kind):
    organisation = {Role.SCHOOL: GLAN, Role.WG: "WG"}.get(role, "680")
    actor = making.logged_on(here, role, organisation)
    if not may(actor, f"{kind}.download"):
        return
    send(here, BRO, "680LLLL")
    send(here, BRO, GLAN)
    app = Host(here, actor, partial(DownloadPane, kind))
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert len(pane.tabs) == (4 if kind == "ctf" and role is not Role.SCHOOL else 2)
        assert ({"download", "reject"} <= {action.id for action in pane.offered()}) is (kind == "ctf")


async def test_a_school_that_merges_meanwhile_and_a_list_read_again_keep_the_screen_up(here, seen):
    send(here, BRO, GLAN)
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        wg = making.logged_on(here, "wg", "WG")
        establishments.close(wg, here, BRO, making.NOW.date())
        await pilot.press("f5")
        await settled(pilot)
        assert pane.here is not None


def test_no_key_of_the_screen_is_taken_twice_or_dead():
    assert clashes(DownloadPane.all_actions()) == []


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
def test_how_it_looks(here, snap_compare, size):
    for number, (source, destination, ago) in enumerate(
        [(BRO, GLAN, 42), (MON, WOOLOS, 20), ("8734001", "6802310", 2), (BRO, WOOLOS, 0)], 1
    ):
        children = [making.Child(making.upn(30 * number + n)) for n in range(number * 7 % 30 + 1)]
        send(here, source, destination, number, children, ago)

    async def before(pilot):
        pane = await listed(pilot)
        await pilot.press("3")
        await until(pilot, lambda: pane.source.listed.tab == "incoming" and pane.here is not None)
        await pilot.press("space")
        await pilot.pause()

    assert snap_compare(hosted(here, "user", "680"), terminal_size=size, run_before=before)


# Forwarding


@pytest.mark.requirement("R-UPL-5")
@pytest.mark.parametrize("collected", [False, True])
async def test_f_passes_on_what_came_to_the_authority_waiting_or_collected(lite, seen, saved, collected):
    ours = send(lite, GLAN, "680LLLL")
    if collected:
        user = making.logged_on(lite, "user", "680")
        downloads.download(user, lite, [ours], saved)
        transfers.confirm(user, lite, [ours])
    app = hosted(lite, "user", "680")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        if collected:
            await pilot.press("w")
        await until(pilot, lambda: pane.here is not None)
        assert "f forward" in seen(app)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, SchoolFinder) and app.screen._shown is not None)
        app.focused.value = MON
        await pilot.press("enter")
        await asked(pilot, f"Send 1 file to {MON} Ysgol Uwchradd Môn? y/n")
        await pilot.press("y")
        await until(pilot, lambda: "1 passed on to" in app.said)
    assert state(lite, ours)[0] == "collected"
    with lite.store.connection():
        sent = Transfer.get(Transfer.forwarded_from == ours)
        assert (sent.source, sent.destination) == (GLAN, MON)


async def test_only_what_came_to_an_authority_can_be_passed_on(lite, seen):
    send(lite, BRO, GLAN)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await until(pilot, lambda: pane.here is not None)
        assert "forward" not in seen(app).splitlines()[-1]
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(app.screen, Shell)
