"""The whole frame on made-up panes: `portal.py ROLE_SCREEN [END_FILE]`."""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parent))
from table import COLUMNS, Many
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen

from s2s_tui.base.errors import Refused
from s2s_tui.base.settings import Settings
from s2s_tui.rules.roles import Actor, Role, may
from s2s_tui.tui.app import S2SApp
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action, Entry
from s2s_tui.tui.session import Session
from s2s_tui.tui.text import NEW
from s2s_tui.tui.widgets.line import Line, Literal, Rule
from s2s_tui.tui.widgets.line_input import LineInput
from s2s_tui.tui.widgets.menu import Menu
from s2s_tui.tui.widgets.virtual_table import VirtualTable


class Start(Pane):
    def compose(self) -> ComposeResult:
        yield Literal("Needs you")

    def arrive(self, wish: Mapping[str, Any]) -> None:
        self.screen.query_one(Menu).set_count("messaging", f"{NEW}3")


class Files(Pane):
    TITLE = "Download"
    HELP = "Files that wait for you. Mark some with Space, then download or reject them."
    ACTIONS: ClassVar = (
        Action(
            id="download",
            key="d",
            title="download",
            help="Save the files and confirm them.",
            permission="ctf.download",
            rank=20,
        ),
        Action(id="reject", key="x", title="reject", help="Send the files back.", permission="ctf.reject"),
        Action(id="filter", key="slash", title="filter", help="Show fewer.", rank=75),
        Action(id="refuse", key="e", title="refuse", rank=99),
        Action(id="break", key="b", title="break", rank=99),
    )

    def compose(self) -> ComposeResult:
        yield Line("Download › CTF   To us 12", "awaiting")
        yield VirtualTable(COLUMNS, markable=True, flagged=True)
        yield Rule("─")
        yield Literal("6814053_CTF_6804012_007.XML   30 pupils   210 kB   by school")

    @property
    def table(self) -> VirtualTable:
        return self.query_one(VirtualTable)

    def arrive(self, wish: Mapping[str, Any]) -> None:
        if self.table.source is None:
            self.table.show(Many(1000))

    def title_of(self, action: Action) -> str:
        many = len(self.table.marked)
        return f"{action.title} {many}" if many and action.id in ("download", "reject") else action.title

    def step_back(self) -> bool:
        had = bool(self.table.marked)
        self.table.clear_marks()
        return had

    async def do_download(self) -> None:
        keys = self.table.chosen
        with self.app.progress("Downloading", 40) as progress:
            for done in range(40):
                if progress.cancelled:
                    self.tell(f"Stopped: {done} of 40 downloaded.", "warning")
                    return
                progress.step(done)
                await asyncio.sleep(0.05)
        self.tell(f"{len(keys)} downloaded, e-mails on their way. 0 refused.", "done")

    async def do_reject(self) -> None:
        if await self.app.ask(f"Reject {len(self.table.chosen)} files?"):
            reason = await self.app.prompt("Reason")
            self.tell(f"Rejected: {reason}", "done")

    async def do_filter(self) -> None:
        text = await self.app.prompt("Filter")
        if text is not None:
            self.table.show(Many(len(text)))

    def do_refuse(self) -> None:
        raise Refused("settings-unreadable", file="[/x]\x1b[31m", reason="no")

    def do_break(self) -> None:
        raise ZeroDivisionError("Rhys")


class Form(Pane):
    ACTIONS: ClassVar = (Action(id="new", key="n", title="new search"),)

    def do_new(self) -> None:
        self.query_one(LineInput).value = ""

    def compose(self) -> ComposeResult:
        yield LineInput(placeholder="Surname")
        yield VirtualTable(COLUMNS, empty="No one found.")


class Torn(Pane):
    """A pane that can't be drawn."""

    def render_line(self, y: int) -> Any:
        raise KeyError("torn")


LATER = "This part of the portal comes later."
UPLOADS = ("ctf", "generic", "plasc", "admissions")
ENTRIES = (
    Entry(id="home", title="Home", key="h", pane=Start),
    Entry(
        id="dba",
        title="DBA",
        called=("schools.open", "Administration"),
        key="b",
        permission=("users.view",),
        later=LATER,
    ),
    Entry(
        id="upload",
        title="Upload",
        key="u",
        permission=tuple(f"{kind}.upload" for kind in UPLOADS),
        children=tuple(
            Entry(id=f"upload.{kind}", title=kind, permission=(f"{kind}.upload",), later=LATER)
            for kind in UPLOADS
        ),
    ),
    Entry(
        id="download",
        title="Download",
        key="d",
        children=(
            Entry(id="download.ctf", title="CTF", permission=("ctf.download",), pane=Files),
            Entry(id="download.form", title="Find", pane=Form),
            Entry(id="download.torn", title="Torn", pane=Torn),
        ),
    ),
    Entry(id="messaging", title="Messaging", key="m", permission=("messages",), later=LATER),
    Entry(id="reports", title="Reports", key="r", permission=("reports",), later=LATER),
    Entry(id="account", title="Account", key="c", later=LATER, apart=True),
    Entry(id="logoff", title="Logoff", key="o"),
)


class Logon(Screen[None]):
    BINDINGS: ClassVar = [Binding("enter", "enter", show=False)]

    def compose(self) -> ComposeResult:
        yield Literal("Press Enter to log on.")

    def action_enter(self) -> None:
        self.app.log_on()  # type: ignore[attr-defined]


class Portal(S2SApp):
    def __init__(self, role: str = "user", end_file: str = "", home: str = "", **options: Any) -> None:
        home = home or tempfile.mkdtemp()
        settings = options.pop("settings", None) or Settings(database=f"sqlite:///{home}/s2s.sqlite")
        super().__init__(site=None, settings=settings, logon=Logon, entries=ENTRIES, **options)
        self.role = Role(role)
        self.end_file = end_file
        self.ended: list[str] = []

    def on_end(self, reason: str) -> None:
        self.ended.append(reason)
        if self.end_file:
            with Path(self.end_file).open("a") as file:
                file.write(reason + "\n")

    def log_on(self) -> None:
        actor = Actor("680bjones", self.role, "WG" if self.role is Role.WG else "680")
        self.begin(
            Session(
                organisation="680 Newport",
                role="LEA User",
                user="680bjones",
                may=lambda permission: may(actor, permission),
                on_end=self.on_end,
                actor=actor,
                note="Training world",
            )
        )


if __name__ == "__main__":
    sys.exit(Portal(*sys.argv[1:]).run_on_terminal())
