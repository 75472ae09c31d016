"""One pane in the real frame, on a real small world."""

import asyncio
import time
from typing import Any

from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.screen import Screen
from waiting import LONG

from s2s_tui.rules.roles import TITLES, Actor, may
from s2s_tui.services.site import Site
from s2s_tui.tui.app import S2SApp
from s2s_tui.tui.registry import Entry
from s2s_tui.tui.session import Session
from s2s_tui.tui.shell import Shell
from s2s_tui.tui.widgets.line import Literal
from s2s_tui.tui.widgets.status import Status
from s2s_tui.tui.widgets.virtual_table import VirtualTable

NARROW = (80, 24)
WIDE = (140, 40)


HOSTILE = (
    "O'Brien [/nothing]",
    "[/]",
    "[@click=app.quit]quit[/]",
    "[bold red]x",
    "\x1b[31mred\x1b]0;title\x07",
    "\x9b2J",
    "\u202etxt.XML",
    "a\x00b\nc\td",
    "{braces} %s \\",
    "漢字" * 20,
    "e\u0301" * 20,
)
"""Text from outside that means harm, or is only wide."""


class Nobody(Screen[None]):
    """The logon screen's stand-in."""

    def compose(self) -> ComposeResult:
        yield Literal("Nobody is logged on.")
        yield Status()


class Host(S2SApp):
    """Opens with somebody logged on, and one pane."""

    def __init__(self, site: Site, actor: Actor, pane: Any, entry: str = "pane", title: str = "Pane") -> None:
        entries = (
            Entry(id=entry, title=title, key="p", pane=pane),
            Entry(id="account", title="Account", key="c", later="Nothing here.", apart=True),
            Entry(id="logoff", title="Logoff", key="o"),
        )
        super().__init__(site=site, settings=site.settings, logon=Nobody, entries=entries)
        self.actor = actor

    async def on_mount(self) -> None:
        await super().on_mount()
        actor = self.actor
        self.begin(
            Session(
                organisation=f"{actor.organisation} Newport",
                role=TITLES[actor.role],
                user=actor.user,
                may=lambda permission: may(actor, permission),
                on_end=lambda reason: None,
                actor=actor,
            )
        )

    @property
    def pane(self) -> Any:
        assert isinstance(self.screen, Shell)
        return self.screen.pane

    @property
    def table(self) -> VirtualTable:
        return self.screen.query_one(VirtualTable)

    @property
    def has_rows(self) -> bool:
        """Whether the screen's list is there and read."""
        tables = self.screen.query(VirtualTable)
        return bool(tables) and tables.first().row is not None

    @property
    def said(self) -> str:
        """What the status line says."""
        return self.screen.query_one(Status).text


def plain(app: Any) -> str:
    """The screen as text, for the message of a failure."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips(app.size))


def harmless(screen: str) -> None:
    """Nothing on the screen is acted on by a terminal."""
    assert not any(ord(c) < 32 or c in "\x9b\u202e" for c in screen.replace("\n", ""))


async def until(pilot: Any, true: Any, seconds: float = LONG) -> None:
    """Wait until something holds, and what is being read for it is there."""
    end = time.monotonic() + seconds
    while not holds(true):
        if time.monotonic() > end:
            assert true(), f"never came true on:\n{plain(pilot.app)}"
        await pilot.pause(0.01)
    await pilot.pause()
    await read(pilot)


def holds(true: Any) -> Any:
    """Whether something holds; not yet, where what it asks about isn't there yet or is being laid out."""
    try:
        return true()
    except (NoMatches, AttributeError, AssertionError):
        return False


READING = ("list", "find", "scan", "search", "look", "read", "page")
"""The groups of workers that read what a screen shows."""


async def read(pilot: Any) -> None:
    """Wait for what is being read; not long, as a test may hold it back."""
    end = time.monotonic() + 2
    waited = False
    while any(worker.group in READING and not worker.is_finished for worker in pilot.app.workers):
        if time.monotonic() > end:
            return
        waited = True
        await asyncio.sleep(0.005)
    if waited:
        await pilot.pause()


async def done(pilot: Any) -> None:
    """Wait until no action is under way any more."""
    app = pilot.app
    await until(pilot, lambda: not any(w.group == "acts" and not w.is_finished for w in app.workers))


async def opened(pilot: Any) -> Any:
    """Wait for the pane; gives it."""
    app = pilot.app
    await until(pilot, lambda: isinstance(app.screen, Shell) and app.screen.current != "")
    return app.pane


async def settled(pilot: Any) -> None:
    """Wait until the list is read."""
    table = pilot.app.table
    await until(pilot, lambda: table.source is not None and not table.busy and (table.row or not table.total))


async def typed(pilot: Any, text: str) -> None:
    """Type into the line at the foot and press Enter."""
    await pilot.press(*("space" if c == " " else c for c in text), "enter")


async def asked(pilot: Any, words: str) -> None:
    """Wait until the foot asks something."""
    from s2s_tui.tui.widgets.foot import FootLine

    await until(pilot, lambda: words in pilot.app.screen.query_one(FootLine).question)
