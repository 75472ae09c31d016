"""What a `VirtualTable` posts; handled as `on_virtual_table_highlighted` or `@on(VirtualTable.Opened)`."""

from typing import TYPE_CHECKING, cast

from textual.message import Message

from s2s_tui.tui.widgets.source import Key, Row

if TYPE_CHECKING:
    from s2s_tui.tui.widgets.virtual_table import VirtualTable


class _TableMessage(Message):
    def __init__(self, table: object) -> None:
        super().__init__()
        self.table = cast("VirtualTable", table)

    @property
    def control(self) -> "VirtualTable":
        """The table, for `@on(…, "#its-id")`."""
        return self.table


class Highlighted(_TableMessage, namespace="virtual_table"):
    """The cursor is on another row, or its row has arrived; None in an empty list."""

    def __init__(self, table: object, row: Row | None) -> None:
        super().__init__(table)
        self.row = row

    def can_replace(self, message: Message) -> bool:
        """In a burst only the last one counts."""
        return isinstance(message, Highlighted) and message.table is self.table


class Opened(_TableMessage, namespace="virtual_table"):
    """Enter or a double click on a row."""

    def __init__(self, table: object, row: Row) -> None:
        super().__init__(table)
        self.row = row


class MarksChanged(_TableMessage, namespace="virtual_table"):
    """Other rows are marked than before."""

    def __init__(self, table: object, marked: frozenset[Key]) -> None:
        super().__init__(table)
        self.marked = marked


class SortChanged(_TableMessage, namespace="virtual_table"):
    """The list is sorted by another column, or the other way."""

    def __init__(self, table: object, sort: str, descending: bool) -> None:
        super().__init__(table)
        self.sort = sort
        self.descending = descending
