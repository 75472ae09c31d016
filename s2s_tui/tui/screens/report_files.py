"""The files behind a number of a report (R-REP)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from textual.widget import Widget

from s2s_tui.base.translation import N_, _
from s2s_tui.services.listing import Item
from s2s_tui.services.reports.running import FileList
from s2s_tui.tui.form import Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.download_rows import STATES
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.source import Key, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

FILE_COLUMNS: tuple[Column, ...] = (
    Column(id="uploaded", title=N_("Uploaded"), width=11, sortable=False),
    Column(id="file", title=N_("File"), width=29, sortable=False),
    Column(id="pupils", title="", width=10, align="right", sortable=False),
    Column(id="state", title=N_("State"), width=10, grow=1, sortable=False),
)


@dataclass
class FileRows:
    """A table's source over the files behind a number."""

    files: FileList
    items: dict[Key, Item] = field(default_factory=dict)

    def count(self) -> int:
        """How many there are."""
        return self.files.count()

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[Row]:  # noqa: ARG002
        """A page of them, the first uploaded first."""
        found = self.files.page(offset, limit)
        self.items.update((item.id, item) for item in found)
        return [
            Row(
                item.id,
                (
                    words.whole_day(item.uploaded.date()),
                    item.name,
                    words.pupils(item.pupils),
                    _(STATES.get(item.state, item.state)),
                ),
            )
            for item in found
        ]

    def position(self, key: Key, sort: str, descending: bool) -> int | None:  # noqa: ARG002
        """Not known: nobody asks."""
        return None


class FileTable(VirtualTable):
    """Files to look at: there is nothing to open."""

    def can(self, action: Action) -> bool:
        """No Enter."""
        return action.id != "open" and super().can(action)


class FilesForm(Form[None]):
    """The files behind a number.

    Args:
        title: which number; raw.
        found: them.
    """

    DEFAULT_CSS = "FilesForm { & > Vertical > VirtualTable { height: 16; max-height: 70vh; } }"

    def __init__(self, title: str, found: FileList) -> None:
        super().__init__()
        self._title = title
        self._found = found

    def fields(self) -> Iterable[Widget]:
        """The list."""
        self.table = FileTable(FILE_COLUMNS, empty=N_("No files."))
        return (self.table,)

    def on_mount(self) -> None:
        """Which number it is."""
        self.query_one(".form--title", Line).say(self._title)
        self.table.show(FileRows(self._found))
        self.set_focus(self.table)

    def can(self, action: Action) -> bool:
        """There is nothing to save."""
        return action.id != "save" and super().can(action)
