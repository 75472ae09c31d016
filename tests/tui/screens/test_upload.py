"""Upload: the list is the picker; each file is checked before it is sent (R-UPL)."""

import os
import shutil
import sys
import threading
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import making
import pytest
import steps
from waiting import LONG

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, asked, harmless, opened, settled, typed, until

from s2s_tui.rules.roles import ROLES, Role, may
from s2s_tui.services import files, sessions, uploads
from s2s_tui.store.models import AuditEntry, Transfer
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens import upload_folder
from s2s_tui.tui.screens.folders import FolderPicker
from s2s_tui.tui.screens.kinds import kind_of
from s2s_tui.tui.screens.upload import UploadPane
from s2s_tui.tui.screens.upload_folder import Folder, Verdict
from s2s_tui.tui.shell import Shell

SCHOOL, OTHER = "6804012", "6814053"
FITS = f"{SCHOOL}_CTF_{OTHER}_014.XML"
WARNS = f"{SCHOOL}_CTF_{OTHER}_015.XML"
TWO_LOST = f"{SCHOOL}_CTF_XXXXXXX_004.XML"
ONE_LOST = f"{SCHOOL}_CTF_MMMMMMM_003.XML"
COPY = f"{SCHOOL}_CTF_{OTHER}_016 (1).XML"


@pytest.fixture
def inbox(tmp_path):
    """A folder with a file of each verdict."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    put(folder, FITS, making.ctf())
    put(folder, WARNS, making.ctf(children=[making.Child(making.upn(2), sex="")]))
    put(folder, TWO_LOST, making.ctf(SCHOOL, "XXXXXXX", [making.Child(), making.Child(making.upn(9))]))
    put(folder, COPY, making.ctf(children=[making.Child(making.upn(5))]))
    put(folder, "letter.docx", b"Dear")
    return folder


def emptied(folder):
    for path in folder.iterdir():
        path.unlink()


def put(folder, name, content):
    (folder / name).write_bytes(content)


@pytest.fixture
def here(lite, inbox):
    """The small world, with the person's folder set."""
    return replace(lite, settings=replace(lite.settings, folder=str(inbox)))


@pytest.fixture
def app(here):
    """The pane, with the school logged on."""
    return hosted(here)


def hosted(site, role="school", organisation=SCHOOL, kind="ctf"):
    actor = making.logged_on(site, role, organisation)
    return Host(site, actor, partial(UploadPane, kind), "upload.ctf", "Upload")


async def listed(pilot):
    """Wait until the list is there and all in view is checked."""
    pane = await opened(pilot)
    await settled(pilot)
    await until(pilot, lambda: not pane.folder.unchecked(pane.folder.wanted) and not pane._checking)
    return pane


def sent(site):
    with site.store.connection():
        return sorted(row.name for row in Transfer.select())


def row_of(screen, name):
    return next(line for line in screen.splitlines() if name in line)


@pytest.mark.requirement("R-UPL-1")
async def test_each_file_of_the_folder_is_checked_before_it_is_sent(app, seen):
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        screen = seen(app)
        assert "4 files, 2 fit · 1 other" in screen
        assert row_of(screen, FITS).rstrip().endswith("1 ✓")
        assert row_of(screen, WARNS).rstrip().endswith("1 ~")
        assert row_of(screen, TWO_LOST).rstrip().endswith("2 ✗")
        assert row_of(screen, COPY[:-4]).rstrip().endswith("✗")
        assert "Ysgol Bro Glan" in row_of(screen, FITS)
        assert "Lost Pupils (?)" in row_of(screen, TWO_LOST)
        assert "letter.docx" not in screen
    assert sent(app.site) == []


@pytest.mark.requirement("R-UPL-1")
async def test_every_problem_is_shown_with_its_place_and_what_to_do_refusals_first(here, inbox, seen):
    children = [making.Child(making.upn(1), sex=""), making.Child(making.upn(2), surname="")]
    put(inbox, f"{SCHOOL}_CTF_{OTHER}_001.XML", making.ctf(children=children))
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        screen = seen(app)
        refusal = "✗ line 5: A pupil has no surname: Siân. Enter it and export"
        assert refusal in screen
        assert "~ line 4: A pupil has no gender" in screen
        assert screen.index("✗ line") < screen.index("~ line")


@pytest.mark.requirement("R-UPL-9")
async def test_all_that_fits_is_sent_in_one_go_and_nothing_leaves_the_folder(app, seen, inbox):
    before = sorted(inbox.iterdir())
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("a")
        await until(pilot, lambda: pane.table.marked == {FITS, WARNS})
        assert "u upload 2" in seen(app)
        await pilot.press("u")
        await asked(pilot, "1 has warnings. Send 2 files to 1 destination?")
        assert sent(app.site) == []
        await pilot.press("y")
        await until(pilot, lambda: app.said == "2 sent, e-mails on their way. 0 refused.")
        assert sent(app.site) == [FITS, WARNS]
        assert pane.table.marked == frozenset()
        # What was sent is at the end, and can't be sent again.
        await until(pilot, lambda: row_of(seen(app), FITS).rstrip().endswith("sent"))
        screen = seen(app)
        assert screen.index(TWO_LOST) < screen.index(FITS)
        assert "0 fit, 2 sent" in screen
        await pilot.press("end", "space")
        assert not pane.table.marked
        assert "was sent already" in app.said
    assert sorted(inbox.iterdir()) == before


async def test_no_or_esc_at_the_question_sends_nothing(app):
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        for key in ("n", "escape"):
            await pilot.press("u")
            await asked(pilot, f"Send 1 file to {OTHER} Ysgol Bro Glan?")
            await pilot.press(key)
            await pilot.pause()
        assert sent(app.site) == []


async def test_a_file_that_does_not_fit_can_not_be_marked_and_says_why(app, seen):
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        pane.table.go_to(pane.folder.position(TWO_LOST, "name", False))
        await until(pilot, lambda: "exactly one pupil" in seen(app))
        await pilot.press("space")
        assert pane.table.marked == frozenset()
        assert app.said.startswith(f"{TWO_LOST} can't be sent. A lost-pupil file must hold exactly one pupil")
        assert "u upload" not in seen(app).splitlines()[-1]
        await pilot.press("home", "shift+down", "shift+down", "shift+down")
        assert pane.table.marked == {FITS, WARNS}
        await pilot.press("escape")
        assert pane.table.marked == frozenset()


@pytest.mark.requirement("R-UPL-10")
async def test_a_file_for_the_lost_pupil_database_shows_the_two_codes_with_the_rule(here, inbox, seen):
    put(inbox, ONE_LOST, making.ctf(SCHOOL, "MMMMMMM"))
    app = hosted(here)
    async with app.run_test(size=WIDE) as pilot:
        pane = await listed(pilot)
        assert "XXXXXXX  the destination is unknown" not in seen(app)
        pane.table.go_to(pane.folder.position(ONE_LOST, "name", False))
        await until(pilot, lambda: "XXXXXXX  the destination is unknown" in seen(app))
        assert "MMMMMMM  gone to an independent school" in seen(app)
        await pilot.press("u")
        await asked(pilot, "Send 1 file to the Lost Pupil Database?")


async def test_a_role_that_sends_no_such_files_is_told_so_and_a_glance_is_no_refusal_on_record(
    here, inbox, seen
):
    put(inbox, "680LLLL_CTF_XXXXXXX_001.XML", making.ctf("680LLLL", "XXXXXXX"))
    app = hosted(here, "user", "680")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        pane.table.go_to(pane.folder.position("680LLLL_CTF_XXXXXXX_001.XML", "name", False))
        await until(pilot, lambda: "The role LEA User sends no such files to XXXXXXX." in seen(app))
        assert pilot.app.table.total == 5
    with here.store.connection():
        assert not [e for e in AuditEntry.select() if e.username == "680user" and e.outcome == "not-allowed"]


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_send_no_ctf_sees_no_key_for_it(here, role):
    organisation = {Role.SCHOOL: SCHOOL, Role.WG: "WG"}.get(role, "680")
    app = hosted(here, role, organisation)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await settled(pilot)
        offered = {action.id for action in pane.offered()}
        assert ("rename" in offered) is may(app.actor, "ctf.upload")


async def test_r_offers_the_right_name_for_a_slip_and_the_file_is_checked_anew(app, seen, inbox):
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        pane.table.go_to(pane.folder.position(COPY, "name", False))
        await until(pilot, lambda: "r renames it to" in seen(app))
        await pilot.press("r")
        await asked(pilot, "Rename to")
        await pilot.press("enter")
        new = COPY.replace(" (1)", "")
        await until(pilot, lambda: app.said == f"{COPY} is called {new} now.")
        await until(pilot, lambda: "3 fit" in seen(app))
        assert pane.table.row.key == new
    assert (inbox / new).exists()
    assert not (inbox / COPY).exists()


async def test_renaming_never_replaces_another_file(app, inbox):
    before = (inbox / WARNS).read_bytes()
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        for name, said in [
            (WARNS, "There is a file"),
            ("../out.XML", "can't be called"),
            ("x" * 300, "can't be renamed"),
        ]:
            await pilot.press("r")
            await asked(pilot, "Rename to")
            app.focused.value = name
            await pilot.press("enter")
            await until(pilot, lambda said=said: said in app.said)
    assert (inbox / WARNS).read_bytes() == before
    assert (inbox / FITS).exists()


async def test_a_file_that_changed_since_it_was_checked_is_not_sent(app, inbox):
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        pane._next_look = float("inf")
        await pilot.press("u")
        await asked(pilot, "Send 1 file")
        put(inbox, FITS, making.ctf(children=[making.Child(making.upn(7), "Changed")]))
        await pilot.press("y")
        await until(pilot, lambda: "has changed since it was checked" in app.said)
        assert sent(app.site) == []
        await until(pilot, lambda: pane.folder.may_go(FITS))


async def test_files_that_come_and_go_are_noticed_without_a_key(app, seen, inbox):
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        put(inbox, f"{SCHOOL}_CTF_{OTHER}_020.XML", making.ctf(children=[making.Child(making.upn(20))]))
        (inbox / TWO_LOST).unlink()
        pane._look_again()
        await until(pilot, lambda: "_020.XML" in seen(app) and TWO_LOST not in seen(app))


async def test_a_folder_that_vanishes_is_said_in_words_and_its_return_is_seen(app, seen, inbox):
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        shutil.move(inbox, inbox.with_name("away"))
        await pilot.press("f5")
        await until(pilot, lambda: "There is no folder" in seen(app))
        shutil.move(inbox.with_name("away"), inbox)
        await pilot.press("f5")
        await until(pilot, lambda: FITS in seen(app))


async def test_unreadable_and_odd_files_are_refused_in_words(here, inbox, seen):
    emptied(inbox)
    (inbox / f"{SCHOOL}_CTF_{OTHER}_001.XML").symlink_to(inbox / "nowhere")
    os.mkfifo(inbox / f"{SCHOOL}_CTF_{OTHER}_002.XML")
    with (inbox / f"{SCHOOL}_CTF_{OTHER}_003.XML").open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    put(inbox, f"{SCHOOL}_CTF_{OTHER}_004.XML", b"")
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        for said in ("is a link", "is not a file", "The file has 26 MB", "The file is empty"):
            await until(pilot, lambda said=said: said in seen(app))
            await pilot.press("down")
        assert "4 files, 0 fit" in seen(app)
        await pilot.press("a")
        await until(pilot, lambda: "No file of this folder can be sent." in app.said)


async def test_g_shows_another_folder_for_the_rest_of_the_session(here, inbox, seen, tmp_path):
    other = tmp_path / "exports"
    other.mkdir()
    put(other, f"{SCHOOL}_CTF_{OTHER}_099.XML", making.ctf())
    actor = making.logged_on(here, "school", SCHOOL)
    app = Host(here, actor, UploadPane)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("backspace")
        await until(pilot, lambda: "exports/" in seen(app))
        index = [row.cells[0] for row in app.table.source._rows].index("exports/")
        app.table.go_to(index)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.folder == other)
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Shell) and "_099.XML" in seen(app))
    again = Host(here, actor, UploadPane)
    async with again.run_test(size=NARROW) as pilot:
        await listed(pilot)
        assert "_099.XML" in seen(again)


async def test_esc_stops_between_files_and_says_what_is_not_sent(app, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    real = uploads.upload

    def slow(*args):
        begun.set()
        go_on.wait(LONG)
        return real(*args)

    monkeypatch.setattr(upload_folder.uploads, "upload", slow)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("a")
        await pilot.press("u")
        await asked(pilot, "Send 2 files")
        await pilot.press("y")
        await until(pilot, begun.is_set)
        await pilot.press("escape")
        go_on.set()
        await until(pilot, lambda: "Stopped: 1 is not sent." in app.said)
        assert app.said.startswith("1 sent, e-mails on their way.")
    assert sent(app.site) == [FITS]


@pytest.mark.requirement("R-UPL-6")
async def test_a_name_that_someone_else_took_meanwhile_is_refused_with_the_next_free_one(here, inbox, seen):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        other = making.offered(number=14, children=[making.Child(making.upn(77), "Arall")])
        assert uploads.upload(making.logged_on(here, "school", SCHOOL), here, other).status == "sent"
        await pilot.press("u")
        await asked(pilot, "Send 1 file")
        await pilot.press("y")
        await until(pilot, lambda: "1 refused." in app.said)
        assert f"The next free name is {FITS.replace('014', '015')}" in app.said
        assert pane.folder.look(FITS).verdict is Verdict.REFUSED
        # r offers the free name; under it the file can go.
        pane.table.go_to(pane.folder.position(FITS, "name", False))
        (inbox / WARNS).unlink()
        await pilot.press("r")
        await asked(pilot, "Rename to")
        await pilot.press("enter")
        await until(pilot, lambda: pane.folder.may_go(WARNS))


async def test_the_same_file_twice_is_not_sent_twice(here, inbox):
    shutil.copy(inbox / FITS, inbox / FITS.lower().replace("ctf", "CTF"))
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("a")
        await pilot.press("u")
        await asked(pilot, "Send 3 files")
        await pilot.press("y")
        await until(pilot, lambda: "1 had been sent before." in app.said)
    assert len(sent(here)) == 2


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_names_and_pupils_are_shown_literally(here, inbox, seen):
    emptied(inbox)
    for number, text in enumerate(HOSTILE):
        put(inbox, text.replace("\0", "").replace("/", "")[:80] + ".XML", b"<x>")
        forename = "".join(c for c in text if c.isprintable() or c == "\u202e")
        child = making.Child(making.upn(number), forename=forename, sex="")
        put(inbox, f"{SCHOOL}_CTF_{OTHER}_{number + 1:03}.XML", making.ctf(children=[child]))
    app = hosted(here)
    async with app.run_test(size=WIDE) as pilot:
        pane = await listed(pilot)
        assert pane.table.total == 2 * len(HOSTILE)
        for _ in range(pane.table.total):
            await pilot.press("down")
            await pilot.pause()
            harmless(seen(app))
        await pilot.press("r")
        await asked(pilot, "Rename to")
        harmless(seen(app))
        await pilot.press("escape", "enter")
        await pilot.pause()
        harmless(seen(app))
    assert not (here.settings.home / "errors.log").exists()


async def test_of_a_huge_folder_only_what_comes_into_view_is_checked(here, inbox, seen):
    for number in range(1000):
        put(inbox, f"{SCHOOL}_CTF_{OTHER}_{number:03}_x.XML", b"?")
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        total, _fit, _sent, checked = pane.folder.tally()
        assert total == 1004
        assert checked <= 200
        assert "fit so far" in seen(app)
        await pilot.press("end")
        await until(pilot, lambda: pane.folder.look(str(pane.table.row.key)) is not None)
        await pilot.press("a")
        await until(pilot, lambda: pane.table.marked == {FITS, WARNS})
        assert "1,004 files, 2 fit" in seen(app)


def test_more_files_than_a_folder_may_hold_are_said_so(here, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "TOO_MANY", 20)
    many = tmp_path / "many"
    many.mkdir()
    for number in range(21):
        put(many, f"{number}.XML", b"")
    folder = Folder(making.logged_on(here, "school", SCHOOL), here, many, "ctf")
    folder.scan()
    assert folder.error.code == "folder-large"


async def test_the_generic_screen_lists_zips_and_tells_of_a_ctf_where_it_belongs(here, inbox, seen):
    with zipfile.ZipFile(inbox / f"{SCHOOL}_680LLLL_notes.ZIP", "w") as bundle:
        bundle.writestr("a.txt", "a")
    app = hosted(here, kind="generic")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "1 file, 1 fit · 5 others" in seen(app)
        assert "Pupils" not in seen(app)
        await pilot.press("o")
        await until(pilot, lambda: pane.folder.everything and "6 files, 1 fit" in seen(app))
        await settled(pilot)
        pane.table.go_to(pane.folder.position(FITS, "name", False))
        await until(pilot, lambda: "This is a file of another kind. Send it under Upload, CTF." in seen(app))
        pane.table.go_to(pane.folder.position("letter.docx", "name", False))
        await until(pilot, lambda: "This is no kind of file that is sent here." in seen(app))
        await pilot.press("o")
        await until(pilot, lambda: "1 file, 1 fit" in seen(app))


async def test_it_starts_in_the_folder_that_is_called_after_ones_organisation(here, inbox, seen):
    own = inbox / SCHOOL
    own.mkdir()
    put(own, f"{SCHOOL}_CTF_{OTHER}_050.XML", making.ctf())
    (inbox / OTHER).mkdir()
    for role, organisation, folder in (("school", SCHOOL, own), ("user", "680", inbox)):
        app = hosted(here, role, organisation)
        async with app.run_test(size=NARROW) as pilot:
            pane = await listed(pilot)
            assert pane.folder.path == folder


@pytest.mark.requirement("R-UPL-7")
async def test_after_a_generic_zip_is_sent_it_is_said_that_no_e_mail_tells_its_receiver(here, inbox):
    put(inbox, f"{SCHOOL}_680LLLL_notes.ZIP", steps.zipped())
    app = hosted(here, kind="generic")
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("u")
        await asked(pilot, "Send 1 file to 680LLLL")
        await pilot.press("y")
        await until(pilot, lambda: "No e-mail tells the receivers that a zip has come" in app.said)


async def test_the_help_page_says_what_such_files_are(here, inbox):
    for kind, words in (("ctf", "A CTF holds pupils."), ("generic", "A generic file is a zip of anything")):
        app = hosted(here, kind=kind)
        async with app.run_test(size=NARROW) as pilot:
            pane = await listed(pilot)
            assert words in pane.about()


async def test_an_empty_folder_says_what_to_do(here, inbox, seen):
    emptied(inbox)
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        assert "There is no CTF in this folder. g shows another one." in seen(app)
        await pilot.press("u", "r", "space", "enter", "a")
        await pilot.pause()
        assert app.is_running


async def test_a_session_ended_by_others_leads_to_the_logon_screen(app, here):
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        sessions.log_off(app.actor, here)
        await pilot.press("u")
        await asked(pilot, "Send 1 file")
        await pilot.press("y")
        await until(pilot, lambda: app.session is None and "Your session has ended" in app.said)


async def test_enter_gives_the_details_the_room_and_esc_gives_it_back(app, seen):
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: WARNS not in seen(app) and FITS in seen(app))
        assert app.focused is pane.beside.panel
        await pilot.press("escape")
        await until(pilot, lambda: WARNS in seen(app))
        assert app.focused is pane.table


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (FITS, "ctf"),
        (COPY, "ctf"),
        (f"{SCHOOL}_680LLLL_TEXT.ZIP", "generic"),
        (f"{SCHOOL}_PLA_680PLAS_001.ZIP", "plasc"),
        ("680ADMS_ADM_6804012_001.XML", "admissions"),
        ("680LLLL_ADT_6804012_26001.XML", "admissions"),
        ("6804012 PLA 680.zip", "plasc"),
        ("export.xml", "ctf"),
        ("export.zip", "generic"),
        ("photo.jpg", None),
        ("PLACE.txt", None),
    ],
)
def test_a_file_belongs_to_the_screen_of_its_kind_or_of_what_it_seems_meant_to_be(name, kind):
    assert kind_of(name) == kind


def test_no_key_of_the_screen_is_taken_twice_or_dead():
    assert clashes(UploadPane.all_actions()) == []


async def test_typed_names_reach_the_foot_only(app, inbox):
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("r")
        await asked(pilot, "Rename to")
        app.focused.value = ""
        await typed(pilot, "au g.XML")
        await until(pilot, lambda: (inbox / "au g.XML").exists())


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
def test_how_it_looks(here, inbox, snap_compare, size, monkeypatch):
    put(inbox, ONE_LOST, making.ctf(SCHOOL, "MMMMMMM"))
    shown = Path("/home/s680/inbox")
    monkeypatch.setattr("s2s_tui.tui.screens.words.short_path", lambda path, width: str(shown)[:width])

    async def before(pilot):
        pane = await listed(pilot)
        await pilot.press("space", "down")
        pane.table.go_to(pane.folder.position(TWO_LOST, "name", False))
        await pilot.pause()

    assert snap_compare(hosted(here), terminal_size=size, run_before=before)
