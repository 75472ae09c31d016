"""The table of a report: its columns change with what was asked, and F5 runs the report again."""

from collections.abc import Iterable
from typing import ClassVar

from textual.message import Message

from s2s_tui.base.translation import N_
from s2s_tui.tui.registry import Action
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.virtual_table import VirtualTable


class ReportTable(VirtualTable):
    """The rows of a report; their columns change with what was asked."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("files behind"),
            help=N_("The files that a number of this row counts."),
            rank=14,
            run="open",
        ),
    )

    has_files = True
    """Whether a number of its rows leads to files; the rows of some reports are the files themselves."""

    class Again(Message):
        """F5: the report is to be run again."""

    def change(self, columns: Iterable[Column], *, anew: bool = False) -> None:
        """Show other columns; of another run in the report's own order."""
        self.columns = tuple(columns)
        if anew:
            self.sort, self.descending = "", False
        self._places = ()
        self.refresh()

    def can(self, action: Action) -> bool:
        """Enter is for numbers that files are behind."""
        return (action.id != "open" or self.has_files) and super().can(action)

    def action_reload(self) -> None:
        """F5: to read the rows of this run again would show the same."""
        self.post_message(self.Again())
