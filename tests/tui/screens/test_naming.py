"""Naming a file on the Upload screen: the form builds the name and copies the file under it (R-NAM)."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import making
import pytest
import steps

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, Host, harmless, opened, settled, until

from s2s_tui.services import uploads
from s2s_tui.tui.registry import SHELL_KEYS, clashes
from s2s_tui.tui.screens.naming import MailboxFinder, NameForm
from s2s_tui.tui.screens.upload import UploadPane
from s2s_tui.tui.shell import Shell

GLAN, WOOLOS, BRO = "6804012", "6804031", "6814053"
ZIP = "autumn attendance (1).zip"


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def here(lite, inbox):
    """The small world, with the person's folder set."""
    return replace(lite, settings=replace(lite.settings, folder=str(inbox)))


def hosted(site, role="school", organisation=GLAN, kind="ctf"):
    actor = making.logged_on(site, role, organisation)
    return Host(site, actor, partial(UploadPane, kind), f"upload.{kind}", "Upload")


async def named(pilot, name):
    """Open the form on a file of the folder."""
    pane = await opened(pilot)
    await settled(pilot)
    pane.table.go_to(pane.folder.position(name, "name", False))
    await pilot.press("m")
    await until(pilot, lambda: isinstance(pilot.app.screen, NameForm))
    return pane


async def says(pilot, seen, text):
    await until(pilot, lambda: text in seen(pilot.app))


@pytest.mark.requirement("R-NAM")
async def test_a_zip_of_any_name_is_copied_under_one_built_from_a_school_found_by_its_name(here, inbox, seen):
    (inbox / ZIP).write_bytes(steps.zipped())
    app = hosted(here, kind="generic")
    async with app.run_test(size=NARROW) as pilot:
        pane = await named(pilot, ZIP)
        await says(pilot, seen, "… Say who it goes to.")
        await pilot.press(*"bro", "enter")
        await until(pilot, lambda: isinstance(app.screen, MailboxFinder) and app.has_rows)
        await until(pilot, lambda: app.table.row.key == BRO)
        await pilot.press("enter")
        await says(pilot, seen, f"✓ {GLAN}_{BRO}_autumn_attendan.ZIP")
        assert "15 of 15 characters" in seen(app)
        assert "Ysgol Bro Glan" in seen(app)
        # What is wrong with the text is said as one types.
        await pilot.press("left", "space")
        await says(pilot, seen, "✗ The text in the name can't have a space.")
        await pilot.press("backspace", "end", "x")
        await says(pilot, seen, "has 16 characters; 15 is the most.")
        await pilot.press("backspace", "enter")
        new = f"{GLAN}_{BRO}_autumn_attendan.ZIP"
        await until(pilot, lambda: app.said == f"Copied as {new}; {ZIP} stays as it is.")
        await until(pilot, lambda: pane.table.row is not None and pane.table.row.key == new)
        await until(pilot, lambda: pane.folder.may_go(new))
    assert (inbox / new).read_bytes() == (inbox / ZIP).read_bytes()


@pytest.mark.requirement("R-UPL-6")
@pytest.mark.requirement("R-UPL-10")
async def test_a_ctf_gets_its_headers_name_with_the_next_free_number_and_the_rule_of_the_two_codes(
    here, inbox, seen
):
    (inbox / "leaver.xml").write_bytes(making.ctf(GLAN, "XXXXXXX"))
    taken = inbox / f"{GLAN}_CTF_XXXXXXX_002.XML"
    taken.write_bytes(b"mine")
    school = making.logged_on(here, "school", GLAN)
    sent = making.offered(destination="XXXXXXX", children=[making.Child(making.upn(8))])
    assert uploads.upload(school, here, sent).status == "sent"
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await named(pilot, "leaver.xml")
        await says(pilot, seen, f"✓ {GLAN}_CTF_XXXXXXX_003.XML")
        assert "XXXXXXX  the destination is unknown." in seen(app)
        assert "MMMMMMM  gone to an independent school" in seen(app)
        # A number that is typed stays, and a file that is there is never replaced.
        await pilot.press("backspace", "2")
        await says(pilot, seen, "✗ There is a file")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, NameForm)
        await pilot.press("backspace", "7", "enter")
        await until(pilot, lambda: isinstance(app.screen, Shell) and "_007.XML" in app.said)
    assert taken.read_bytes() == b"mine"
    assert (inbox / f"{GLAN}_CTF_XXXXXXX_007.XML").read_bytes() == making.ctf(GLAN, "XXXXXXX")


async def test_the_finder_offers_what_such_a_file_may_go_to_and_nothing_else(here, inbox, seen):
    (inbox / "a.xml").write_bytes(b"<x/>")
    for kind, role, organisation, offered in (
        ("ctf", "school", GLAN, {"XXXXXXX", "MMMMMMM", "680LLLL", WOOLOS}),
        ("ctf", "user", "680", {GLAN, WOOLOS}),
        ("plasc", "school", GLAN, {"680PLAS"}),
        ("admissions", "school", GLAN, {"680ADMS", "680LLLL"}),
    ):
        app = hosted(here, role, organisation, kind)
        async with app.run_test(size=NARROW) as pilot:
            pane = await opened(pilot)
            await settled(pilot)
            if kind != "ctf":
                await pilot.press("o")
                await until(pilot, lambda pane=pane: pane.folder.everything)
                await settled(pilot)
            await named(pilot, "a.xml")
            await pilot.press("f3")
            await until(pilot, lambda app=app: isinstance(app.screen, MailboxFinder) and app.has_rows)
            keys = {row.key for row in app.table.source._rows}
            assert offered <= keys
            # By kind of mailbox: schools, authorities' boxes, the lost pupil database's.
            kinds = {"school" if key.isdigit() else key[3:] for key in keys}
            assert kinds == {"school" if key.isdigit() else key[3:] for key in offered}


async def test_an_la_school_chooses_between_its_mailbox_and_a_school_of_its_authority(here, inbox, seen):
    (inbox / "report.xml").write_bytes(making.ctf(WOOLOS, BRO))
    app = hosted(here, "la-school", "680")
    async with app.run_test(size=NARROW) as pilot:
        await named(pilot, "report.xml")
        await says(pilot, seen, f"✓ {WOOLOS}_CTF_{BRO}_001.XML")
        await pilot.press("shift+tab", "shift+tab")
        app.focused.value = ""
        await pilot.press(*"glan", "enter")
        await until(pilot, lambda: isinstance(app.screen, MailboxFinder) and app.has_rows)
        await until(pilot, lambda: app.table.row.key == GLAN)
        assert {row.key[:3] for row in app.table.source._rows} == {"680"}
        await pilot.press("enter")
        await says(pilot, seen, f"✓ {GLAN}_CTF_{BRO}_001.XML")


async def test_where_several_forms_fit_one_is_chosen(here, inbox, seen):
    (inbox / f"offers {GLAN}.xml").write_bytes(b"<x/>")
    app = hosted(here, "admissions", "680", "admissions")
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await settled(pilot)
        await pilot.press("o")
        await until(pilot, lambda: pane.folder.everything)
        await settled(pilot)
        await named(pilot, f"offers {GLAN}.xml")
        await says(pilot, seen, f"✓ 680ADMS_ADM_{GLAN}_001.XML")
        await pilot.press("shift+tab", "shift+tab")
        app.focused.value = "680LLLL"
        await says(pilot, seen, f"✓ 680LLLL_ADT_{GLAN}_26001.XML")
        assert "ADT AOT ALT APT" in seen(app)
        await pilot.press("tab", "tab")
        app.focused.value = "asl"
        await says(pilot, seen, f"✗ A file of this kind can't go from 680LLLL to {GLAN}.")
        app.focused.value = "apt"
        await pilot.press("enter", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, Shell) and f"680LLLL_APT_{GLAN}_26001.XML" in app.said
        )


async def test_what_is_no_such_file_is_said_before_a_form_is_filled_in(here, inbox):
    (inbox / "photos.zip").write_bytes(b"These are the photos.")
    app = hosted(here, kind="generic")
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await settled(pilot)
        await pilot.press("m")
        await until(pilot, lambda: app.said.startswith("photos.zip is no zip. Zip it first"))
        assert isinstance(app.screen, Shell)


async def test_esc_leaves_the_folder_as_it_was_and_a_vanished_file_is_said(here, inbox, seen):
    (inbox / "report.xml").write_bytes(making.ctf())
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await named(pilot, "report.xml")
        await says(pilot, seen, f"✓ {GLAN}_CTF_{BRO}_001.XML")
        (inbox / "report.xml").unlink()
        await pilot.press("enter")
        await says(pilot, seen, "report.xml can't be read")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Shell))
    assert list(inbox.iterdir()) == []


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_names_and_texts_are_shown_literally(here, inbox, seen):
    name = "[bold]" + HOSTILE[4].replace("\0", "")[:60] + HOSTILE[6][:8] + ".zip"
    (inbox / name).write_bytes(steps.zipped())
    app = hosted(here, kind="generic")
    async with app.run_test(size=NARROW) as pilot:
        await named(pilot, name)
        harmless(seen(app))
        for text in HOSTILE:
            app.screen.query_one("#to").value = text.replace("\n", " ")
            app.screen.query_one("#what").value = text.replace("\n", " ")
            await pilot.pause()
            harmless(seen(app))
        await pilot.press("tab", "shift+tab", "f3")
        await until(pilot, lambda: isinstance(app.screen, MailboxFinder))
        await pilot.pause()
        harmless(seen(app))
    assert not (here.settings.home / "errors.log").exists()


def test_no_key_of_the_forms_is_taken_twice_or_dead():
    assert clashes(UploadPane.all_actions()) == []
    assert clashes(NameForm.ACTIONS, SHELL_KEYS) == []


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_all_of_the_form_is_seen_on_a_small_terminal(here, inbox, seen, size):
    (inbox / f"x {BRO}.zip").write_bytes(steps.zipped())
    app = hosted(here, kind="generic")
    async with app.run_test(size=size) as pilot:
        await named(pilot, f"x {BRO}.zip")
        await says(pilot, seen, f"✓ {GLAN}_{BRO}_x.ZIP")
        assert "F9 copy" in seen(app)
