"""What a clerk over SSH sees of their folder; that nothing leads out of it, `tests/base/test_reach` shows."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import making
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import NARROW, Host, opened, settled, until

from s2s_tui.base import reach
from s2s_tui.base.errors import Unreachable
from s2s_tui.services.wording import say
from s2s_tui.tui import start
from s2s_tui.tui.screens.upload import UploadPane


@pytest.fixture
def own(tmp_path):
    """The folder of a clerk who has come."""
    folder = tmp_path / "srv" / "jdavies" / "files"
    folder.mkdir(parents=True)
    folder.chmod(0o2770)
    reach.confine(str(tmp_path / "srv"), {"SUDO_USER": "jdavies"})
    yield folder
    reach.release()


@pytest.mark.requirement("R-UPL-1")
async def test_the_empty_folder_says_how_files_get_there_and_the_picker_stays_in_it(lite, own, seen):
    (own / "June").mkdir()
    (own / "out").symlink_to("/etc/passwd")
    app = Host(lite, making.logged_on(lite, "school", "6804012"), partial(UploadPane, "ctf"), "upload.ctf")
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await settled(pilot)
        await until(pilot, lambda: "Files come in by SFTP" in seen(app))
        assert "Upload › CTF   /files " in seen(app)
        assert own.owner() in seen(app)
        await pilot.press("g")
        await until(pilot, lambda: app.screen.focused is not None and "Which folder" in seen(app))
        await until(pilot, lambda: "June/" in seen(app))
        assert "../" not in seen(app)
        assert "← up" not in seen(app)
        for text, said in (
            ("/etc", "/etc is out of reach: only /files"),
            ("../../../../etc", "etc is out of reach: only /files"),
            (str(own), "is out of reach"),
            ("out", "A link is on the way to /files/out"),
        ):
            app.screen.do_type()
            app.screen._path.value = text
            await pilot.press("enter")
            await until(pilot, lambda said=said: said in " ".join(seen(app).split()))
        app.screen._path.value = "June"
        await pilot.press("enter")
        await until(pilot, lambda: "../" in seen(app))
        assert app.screen._path.value == "/files/June"
        assert "← up" in seen(app)
        await pilot.press("f9")
        await until(pilot, lambda: pane.folder.path == own / "June")
        assert "Upload › CTF   /files/June " in seen(app)


def test_the_app_starts_for_a_clerk_with_a_folder_and_for_nobody_else(monkeypatch, lite, tmp_path):
    """Before the database is opened, and before anything is drawn."""

    monkeypatch.setattr(start.life, "usable_terminal", lambda: None)
    settings = replace(lite.settings, clerk_folders=str(tmp_path), database="sqlite:////nowhere/at/all")
    for clerk, code in (("", "clerk-unknown"), ("jdavies", "clerk-folder")):
        monkeypatch.setenv("SUDO_USER", clerk)
        with pytest.raises(Unreachable) as told:
            start.run(settings)
        assert told.value.code == code
        assert say(told.value) != code
        assert told.value.exit_code == 4
