"""The Upload screen's list, in which only what can be sent can be marked."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Protocol

from s2s_tui.base.translation import N_
from s2s_tui.tui.registry import Action
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Key
from s2s_tui.tui.widgets.virtual_table import VirtualTable


class Picking(Protocol):
    """What the list asks of its pane."""

    def say_why(self, name: str) -> None:
        """Say why a file can't be marked."""

    async def mark_all(self) -> None:
        """Mark all that fits."""

    def rescan(self) -> None:
        """Look at the folder again."""


class PickTable(VirtualTable):
    """A list in which only what can be sent can be marked."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="all",
            key="a,A,ctrl+a",
            title=N_("all that fit"),
            help=N_("Mark every file of the folder that can be sent, or unmark them."),
            rank=40,
        ),
        Action(id="open", key="enter", title=N_("details"), help=N_("All of it."), rank=45, run="open"),
        Action(
            id="reload",
            key="f5",
            title=N_("again"),
            help=N_("Look at the folder again."),
            rank=99,
        ),
    )

    def __init__(self, columns: Iterable[Column], may_mark: Callable[[Key], bool], **options: Any) -> None:
        super().__init__(tuple(columns), markable=True, **options)
        self._may_mark = may_mark
        self.pane: Picking | None = None

    def set_marks(self, keys: Iterable[Key]) -> None:
        """Mark those of some rows that can be marked."""
        super().set_marks(key for key in keys if self._may_mark(key))

    def do_mark(self) -> None:
        """Mark the row, or say why it can't be."""
        if self.row is not None and self.row.key not in self.marked and not self._may_mark(self.row.key):
            if self.pane is not None:
                self.pane.say_why(str(self.row.key))
            return
        super().do_mark()

    def action_stretch(self, step: int) -> None:
        """Mark with shift and an arrow; what can't be sent is passed over."""
        super().action_stretch(step)
        self.set_marks(self.marked)

    async def do_all(self) -> None:
        """Mark all that fit."""
        if self.pane is not None:
            await self.pane.mark_all()

    def do_reload(self) -> None:
        """Look at the folder again."""
        if self.pane is not None:
            self.pane.rescan()
