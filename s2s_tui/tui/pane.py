"""What a menu entry opens: the base of every pane.

A pane composes lists, lines and fields, names its `ACTIONS`, and does them in `do_<id>()`::

    class Download(Pane):
        TITLE = N_("Download")
        HELP = N_("Files that wait for you. Mark some with Space, then download or reject them.")
        ACTIONS = (Action(id="reject", key="x", title=N_("reject"), help=N_("Send files back."),
                          permission="ctf.reject", rank=30),)

        def compose(self): yield VirtualTable(COLUMNS, markable=True, flagged=True)

        def arrive(self, wish): self.query_one(VirtualTable).show(Waiting(self.site, self.actor))

        async def do_reject(self):
            keys = self.query_one(VirtualTable).chosen
            if await self.app.ask(...):
                await in_thread(transfers.reject, self.actor, keys)
                self.tell(_("…"), "done")
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base.translation import _
from s2s_tui.tui.acting import Acting
from s2s_tui.tui.messages import Kind, Told
from s2s_tui.tui.widgets.line import Literal

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp


class Pane(Acting, Widget):
    """The part of the screen right of the sidebar; mounted at the first visit and kept."""

    DEFAULT_CSS = """
    Pane { height: 1fr; width: 1fr; padding: 0 0 0 1; layout: vertical; }
    """
    TITLE: ClassVar[str] = ""
    """Marked with `N_()`; for the help page."""
    HELP: ClassVar[str] = ""
    """A paragraph for the help page, marked with `N_()`."""

    if TYPE_CHECKING:
        app: S2SApp

    @property
    def site(self) -> Any:
        """What services work on (settings, engine, clock), as given to the app."""
        return self.app.site

    @property
    def actor(self) -> Any:
        """Who acts: what services take first."""
        return self.app.session.actor if self.app.session else None

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Called each time the pane comes into view: read again what may have changed.

        Args:
            wish: what the one who opened it asked for (`app.open("download.ctf", tab="incoming")`).
        """

    @property
    def back_title(self) -> str:
        """What Esc leads to inside the pane, translated, for the foot; empty: to the menu. A hook."""
        return ""

    def step_back(self) -> bool:
        """Esc: undo one step inside the pane (close a detail, clear a filter, drop the marks).

        Returns:
            Whether there was such a step; if not, Esc goes to the sidebar.
        """
        return False

    def about(self) -> str:
        """The help page's paragraph, translated; a hook for panes that stand for several things."""
        return _(self.HELP) if self.HELP else ""

    def start(self) -> Widget | None:
        """Where the focus goes when the pane is opened; None: to the first that takes it."""
        return None

    def tell(self, text: str, kind: Kind = "said") -> None:
        """Say something in the status line: translated, raw inside."""
        self.post_message(Told(text, kind))


class Later(Pane):
    """Stands for a pane that is still to be written."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The sentence."""
        yield Literal(_(self._text))


def focus_of(pane: Widget) -> Widget | None:
    """The widget of a pane that the focus should go to."""
    wanted = pane.start() if isinstance(pane, Pane) else None
    if wanted is not None:
        return wanted
    found = (node for node in pane.walk_children(Widget) if node.focusable)
    return next(found, None)
