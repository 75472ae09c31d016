"""Makes the pictures of the docs from the running app on a made-up Wales: `make pictures`.

`python docs/pictures.py inbox report` makes only those whose names begin so.
"""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from s2s_tui.base.settings import Settings
from s2s_tui.base.translation import speak
from s2s_tui.demo import world
from s2s_tui.services.site import open_site

NOW = datetime(2026, 11, 24, 10, 30)
PLACE = Path(__file__).parent / "pictures"


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes:
        name: of the file.
        user: who is logged on.
        keys: pressed after that; `"…text"` is typed, `"…"` waits.
        size: columns and lines.
        wait: words that the screen shows when it is ready.
        training: whether it is seen that this is a made-up world.
    """

    name: str
    user: str
    keys: Sequence[str]
    size: tuple[int, int]
    wait: str
    training: bool = False


TO_RECIPIENTS = (
    *("escape", "m", "n", "…", "end", "up", "up", "up", "up", "enter", "…", "a", "…"),
    *("…card", "enter", "…angl", "enter", "f9"),
)
"""From the logon to an enquiry to two authorities."""
PICTURES = (
    Picture("home", "680user", (), (100, 28), "Last logon"),
    Picture("upload", "s6804012", ("escape", "u"), (100, 28), "It fits"),
    Picture("download", "680user", ("escape", "d"), (100, 28), "awaiting"),
    Picture(
        "search",
        "680transfer",
        ("escape", "l", "…Lewelyn", "tab", "…Reece", "tab", "…12/3/2014", "enter"),
        (120, 30),
        "Why",
    ),
    Picture("inbox", "680user", ("escape", "m"), (80, 24), "Nobody has opened it yet"),
    Picture("send-recipients", "680user", TO_RECIPIENTS, (80, 24), "4 added."),
    Picture("users", "680dba", ("escape", "b", "…", "down"), (100, 28), "680bjones · LEA User"),
    Picture("schools", "680dba", ("escape", "b", "…", "escape", "down", "enter"), (100, 28), "E-mails in"),
    Picture(
        "audit",
        "680dba",
        ("escape", "b", "…", "escape", "down", "down", "down", "down", "down", "enter"),
        (100, 28),
        "What or whom",
    ),
    Picture("send-write", "680user", (*TO_RECIPIENTS, "f9"), (80, 24), "Subject   Enquiry"),
    Picture("practice", "680transfer", ("escape", "p", "…", "h", "h", "b", "…"), (100, 28), "Begun.", True),
)
SIZES = ((80, 24), (140, 40))
"""At which every report is shown (`docs/reports.md`)."""
NATIONAL = "national"
"""The one report that only the national administrator has."""


@asynccontextmanager
async def running(
    folder: Path, user: str, size: tuple[int, int], training: bool = False
) -> AsyncIterator[tuple[Any, Any]]:
    """The app, with somebody logged on: it, and what presses its keys."""
    from s2s_tui.tui.app import S2SApp
    from s2s_tui.tui.entering import Door
    from s2s_tui.tui.menu_entries import ENTRIES, TRAINING
    from s2s_tui.tui.screens.logon import LogonScreen

    made = world.make(world_settings(folder), "small", lambda: NOW, folder=folder)
    site = open_site(made.settings, lambda: NOW)
    password = next(account.password for account in made.accounts if account.username == user)
    door = Door(site, made.settings, username=user, training=training)
    menu = TRAINING if training else ENTRIES
    app = S2SApp(site=site, settings=made.settings, logon=lambda: LogonScreen(door), entries=menu)
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.3)
        await pilot.press(*password, "enter")
        await until(pilot, "Ctrl+P")
        yield app, pilot


async def take(folder: Path, picture: Picture) -> None:
    """Drive the app to where the picture is, and save it."""
    async with running(folder, picture.user, picture.size, picture.training) as (app, pilot):
        for key in picture.keys:
            await pilot.press(*(key[1:] if key.startswith("…") else (key,)))
            await pilot.pause(2.0 if key == "…" else 0.3)  # what is read from the database comes later
        await until(pilot, picture.wait)
        await pilot.pause(1.0)
        save(app, picture.name)


async def take_reports(folder: Path, user: str, size: tuple[int, int]) -> None:
    """The reports of a DBA, or the one that only the national administrator has, each with its picture."""
    from s2s_tui.services.reports.asking import Wanted
    from s2s_tui.services.reports.registry import REPORTS
    from s2s_tui.tui.screens.report_form import Answered

    async with running(folder, user, size) as (app, pilot):
        for key, report in REPORTS.items():
            if (key == NATIONAL) != (user == "wgadmin"):
                continue
            several = ("680", "660", "681") if key == "cluster" else ()
            await app.open(f"reports.{key}", answered=Answered(Wanted(authorities=several)))
            pane = app.screen.pane
            for _try in range(400):
                await pilot.pause(0.05)
                if (
                    pane.run_ is not None
                    and not pane.table.busy
                    and bool(pane.chart.picture) == bool(report.shape)
                ):
                    break
            else:
                raise SystemExit(f"The report {key} never came.")
            await pilot.pause(0.5)
            save(app, f"report-{key}-{size[0]}")


def save(app: Any, name: str) -> None:
    """Save what the app shows."""
    PLACE.mkdir(exist_ok=True)
    drawing = app.export_screenshot(title="s2s-tui")
    # The reader's own fixed-width font will do: a picture should fetch nothing from anywhere.
    drawing = re.sub(r"@font-face \{.*?\}\s*", "", drawing, flags=re.DOTALL)
    # Blanks at a text's ends are its place on the screen; not every reader keeps them unasked.
    drawing = drawing.replace("<svg ", '<svg xml:space="preserve" ', 1)
    (PLACE / f"{name}.svg").write_text(drawing, "utf-8")
    print(PLACE / f"{name}.svg")


async def until(pilot: object, words: str) -> None:
    """Wait until the screen shows some words."""
    for _ in range(200):
        text = "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())  # type: ignore[attr-defined]
        if words in text:
            return
        await pilot.pause(0.05)  # type: ignore[attr-defined]
    raise SystemExit(f"The screen never showed “{words}”:\n{text}")


def world_settings(folder: Path) -> Settings:
    """Settings for a world of our own, with nothing of this machine's."""
    return replace(Settings(), database=f"sqlite:///{folder / 's2s.sqlite'}", folder=str(folder / "inbox"))


def main(*wanted: str) -> None:
    """Take all pictures, or those whose names begin so."""
    speak("en")
    with tempfile.TemporaryDirectory() as place:
        os.environ["HOME"] = place  # paths are shown from the home folder on
        folder = Path(place) / "s2s"
        for picture in PICTURES:
            if not wanted or picture.name.startswith(wanted):
                asyncio.run(take(folder, picture))
        if not wanted or "report".startswith(wanted):
            for size in SIZES:
                for user in ("680dba", "wgadmin"):
                    asyncio.run(take_reports(folder, user, size))


if __name__ == "__main__":
    main(*sys.argv[1:])
