"""Makes the pictures of the docs from the running app on a made-up Wales: `make pictures`."""

import asyncio
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

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
        keys: pressed after that, `"…text"` is typed.
        size: columns and lines.
        wait: words that the screen shows when it is ready.
    """

    name: str
    user: str
    keys: Sequence[str]
    size: tuple[int, int]
    wait: str


PICTURES = (
    Picture("home", "680user", (), (100, 28), "Last logon"),
    Picture("upload", "s6804012", ("escape", "u"), (100, 28), "It fits"),
    Picture("download", "680user", ("escape", "d"), (100, 28), "awaiting"),
    Picture(
        "search",
        "680transfer",
        ("escape", "l", "…Lewelyn", "tab", "…Reece", "tab", "tab", "…3/12/2014", "enter"),
        (120, 30),
        "Why",
    ),
)


async def take(folder: Path, picture: Picture) -> None:
    """Drive the app to where the picture is, and save it."""
    from s2s_tui.tui.app import S2SApp
    from s2s_tui.tui.entering import Door
    from s2s_tui.tui.menu_entries import ENTRIES
    from s2s_tui.tui.screens.logon import LogonScreen

    made = world.make(world_settings(folder), "small", lambda: NOW, folder=folder)
    site = open_site(made.settings, lambda: NOW)
    password = next(account.password for account in made.accounts if account.username == picture.user)
    door = Door(site, made.settings, username=picture.user, training=False)
    app = S2SApp(site=site, settings=made.settings, logon=lambda: LogonScreen(door), entries=ENTRIES)
    async with app.run_test(size=picture.size) as pilot:
        await pilot.pause(0.3)
        await pilot.press(*password, "enter")
        await until(pilot, "Ctrl+P")
        for key in picture.keys:
            await pilot.press(*(key[1:] if key.startswith("…") else (key,)))
            await pilot.pause(0.3)
        await until(pilot, picture.wait)
        await pilot.pause(1.0)
        PLACE.mkdir(exist_ok=True)
        drawing = app.export_screenshot(title="s2s-tui")
        # The reader's own fixed-width font will do: a picture should fetch nothing from anywhere.
        drawing = re.sub(r"@font-face \{.*?\}\s*", "", drawing, flags=re.DOTALL)
        (PLACE / f"{picture.name}.svg").write_text(drawing, "utf-8")


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


def main() -> None:
    """Take all pictures."""
    speak("en")
    with tempfile.TemporaryDirectory() as place:
        os.environ["HOME"] = place  # paths are shown from the home folder on
        for picture in PICTURES:
            asyncio.run(take(Path(place) / "s2s", picture))
            print(PLACE / f"{picture.name}.svg")


if __name__ == "__main__":
    main()
