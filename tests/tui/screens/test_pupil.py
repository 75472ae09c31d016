"""Pupil: which of our files held this pupil, and what became of each (R-DWN-8, R-SYS-7)."""

import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import making
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, harmless, opened, settled, until

from s2s_tui.services import downloads, transfers, uploads
from s2s_tui.store.models import AuditEntry
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens.folders import FolderPicker
from s2s_tui.tui.screens.pupil import PupilPane, as_asked
from s2s_tui.tui.shell import Shell

GLAN, BRO, WOOLOS = "6804012", "6814053", "6804031"
FILE = f"{GLAN}_CTF_{BRO}_001.XML"
RHYS = making.Child(making.upn(7), "Llewellyn", "Rhys", "2014-03-12", "M")


@pytest.fixture
def here(lite, tmp_path):
    """Rhys was sent twice: one file was collected, the other rejected; another pupil's waits."""
    site = replace(lite, settings=replace(lite.settings, folder=str(tmp_path)))
    sender = making.logged_on(site, "school", GLAN)
    receiver = making.logged_on(site, "school", BRO)
    for number in (1, 2):
        assert uploads.upload(sender, site, making.offered(number=number, children=[RHYS])).status == "sent"
        site.clock.forward(days=1)
    uploads.upload(sender, site, making.offered(GLAN, WOOLOS, children=[making.Child(making.upn(9))]))
    downloads.download(receiver, site, [1], tmp_path)
    transfers.confirm(receiver, site, [1])
    transfers.reject(receiver, site, [2], "had him already [/]")
    return site


def hosted(site, role="school", organisation=GLAN):
    return Host(site, making.logged_on(site, role, organisation), PupilPane, "download.pupil", "Pupil")


async def looked_for(pilot, text):
    pane = await opened(pilot)
    await until(pilot, lambda: pilot.app.focused is pane.start())
    pane.start().value = text
    before = pane.table.source
    await pilot.press("enter")
    await until(pilot, lambda: pane.table.source is not before)
    await settled(pilot)
    return pane


@pytest.mark.requirement("R-DWN-8")
@pytest.mark.parametrize(
    "text",
    [
        RHYS.upn,
        RHYS.upn.lower(),
        "llewellyn",
        "Llewellyn rh",
        "2014-03-12",
        "12/3/2014",
        "12.03.2014",
        BRO,
        FILE,
    ],
)
async def test_a_pupil_is_found_by_upn_name_birth_date_school_or_file(here, seen, text):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await looked_for(pilot, text)
        assert [known.upn for known in pane._known.values()] == [RHYS.upn]
        assert app.focused is pane.table
        assert "Llewellyn" in seen(app)


@pytest.mark.requirement("R-DWN-8")
async def test_we_never_got_it_is_answered_on_one_screen(here, seen):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await looked_for(pilot, "llew")
        await pilot.press("enter")
        await until(pilot, lambda: pane.beside.is_open)
        await pilot.pause()
        screen = seen(app)
        for line in (
            "Llewellyn, Rhys",
            f"born 12.03.2014 · {RHYS.upn} · in 2 files",
            f"{GLAN} Ysgol Uwchradd Glan-yr-Afon → {BRO} Ysgol Bro Glan",
            f"· 24 Nov 2026 10:30  sent  by s{GLAN}",
            "✓ 26 Nov 2026 10:30  collected",
            "✗ 26 Nov 2026 10:30  rejected",
            "had him already",
            f"by s{BRO}",
        ):
            assert line in screen
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is pane.table)
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is pane.start())


async def test_a_file_that_still_waits_says_so(here, seen):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await looked_for(pilot, making.upn(9))
        await pilot.press("enter")
        await until(pilot, lambda: "! It still waits to be collected." in seen(app))


@pytest.mark.requirement("R-SYS-7")
async def test_everything_held_on_a_pupil_is_exported_and_never_over_another_file(here, tmp_path):
    app = hosted(here, "user", "680")
    async with app.run_test(size=NARROW) as pilot:
        await looked_for(pilot, "llew")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Shell) and "Saved as" in app.said)
        path = tmp_path / f"s2s_{RHYS.upn}_20261126.zip"
        with zipfile.ZipFile(path) as bundle:
            assert len(bundle.namelist()) == 3
        before = path.read_bytes()
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and "exists already" in app.said)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Shell))
        assert path.read_bytes() == before


async def test_another_organisations_pupil_is_nobody(here, seen):
    app = hosted(here, "school", WOOLOS)
    async with app.run_test(size=NARROW) as pilot:
        await looked_for(pilot, "llew")
        assert "No file of yours holds such a pupil." in seen(app)
        assert app.focused is app.pane.start()


async def test_looking_is_on_record_once_for_each_enter_not_for_each_letter(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await until(pilot, lambda: app.focused is pane.start())
        await pilot.press(*"e/llew", "enter")
        await until(pilot, lambda: pane.table.source is not None)
        assert pane.start().value == "e/llew"
    with here.store.connection():
        assert AuditEntry.select().where(AuditEntry.action == "pupil-find").count() == 1


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_pupils_and_searches_are_shown_literally(here, seen):
    sender = making.logged_on(here, "school", GLAN)
    names = ["".join(c for c in text if c.isprintable() or c == "\u202e") for text in HOSTILE]
    children = [making.Child(making.upn(20 + n), name, name) for n, name in enumerate(names)]
    uploads.upload(sender, here, making.offered(number=9, children=children))
    app = hosted(here)
    async with app.run_test(size=WIDE) as pilot:
        pane = await looked_for(pilot, f"{GLAN}_CTF_{BRO}_009.XML")
        assert pane.table.total == len(HOSTILE)
        for _ in HOSTILE:
            await pilot.press("enter")
            await pilot.pause()
            harmless(seen(app))
            await pilot.press("escape", "down")
        await pilot.press("s", "s", "s", "slash")
        for text in HOSTILE:
            pane.start().value = text
            await pilot.press("enter", "slash")
            await pilot.pause()
            harmless(seen(app))
    assert not (here.settings.home / "errors.log").exists()


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("3/12/2014", "2014-12-03"),
        ("31.02.2014", "31.02.2014"),
        (" 1-2-2015 ", "2015-02-01"),
        ("Rhys", "Rhys"),
    ],
)
def test_a_day_is_read_as_people_type_it(typed, asked):
    assert as_asked(typed) == asked


def test_no_key_of_the_screen_is_taken_twice_or_dead():
    assert clashes(PupilPane.all_actions()) == []


def test_how_it_looks(here, snap_compare):
    async def before(pilot):
        pane = await looked_for(pilot, "llew")
        await pilot.press("enter")
        await until(pilot, lambda: pane.beside.is_open)
        await pilot.pause()

    assert snap_compare(hosted(here), terminal_size=NARROW, run_before=before)
