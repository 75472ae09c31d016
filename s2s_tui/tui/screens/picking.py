"""Picking from a list by keyboard: typing narrows it, Enter marks and goes on, F9 takes what is marked."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.translation import N_, _
from s2s_tui.rules.people import name_key
from s2s_tui.tui.form import Form
from s2s_tui.tui.registry import NAMED_IN_HELP_ONLY, Action
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Line, Rule
from s2s_tui.tui.widgets.line_input import LineInput
from s2s_tui.tui.widgets.source import Key, ListSource, Row
from s2s_tui.tui.widgets.status import Status
from s2s_tui.tui.widgets.virtual_table import VirtualTable

T = TypeVar("T")

_STEPS: Mapping[str, int] = {"up": -1, "down": 1}


class PickField(LineInput):
    """What narrows the list. Enter counts at once, so that a burst of names and Enters goes as typed."""

    def __init__(self, placeholder: str, entered: Callable[[], None]) -> None:
        super().__init__(placeholder=placeholder, id="pick")
        self._entered = entered

    async def _on_key(self, event: events.Key) -> None:
        if event.key != "enter":
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        self._entered()


class PickTable(VirtualTable):
    """The list: Enter does there what it does in the field, which the form names."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("take"),
            help=N_("Mark the row, or take it."),
            rank=NAMED_IN_HELP_ONLY,
            run="open",
        ),
    )


class Narrowing(Form[T]):
    """A field and a list: what is typed narrows the list, ↑ ↓ move in it meanwhile.

    Args:
        title: what it is for; translated.
        columns: of the list; an id each, one a cell of the rows.
        rows: all of them.
        placeholder: translated; what may be typed.
        empty: said where nothing fits (`N_()`).
        many: whether rows are marked; else one is taken.
        marked: the keys that are marked at first.
    """

    DEFAULT_CSS = """
    Narrowing { & > Vertical VirtualTable { height: 14; max-height: 60vh; } }
    """

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        placeholder: str,
        empty: str,
        many: bool,
        marked: Collection[Key] = (),
    ) -> None:
        super().__init__()
        self._title = title
        self._rows = list(rows)
        self._ids = [column.id for column in columns]
        self._many = many
        self._marked = marked
        self.field = PickField(placeholder, self.entered)
        self.table = PickTable(columns, markable=many, flagged=True, empty=empty)

    def fields(self) -> Iterable[Widget]:
        """Field and list."""
        return (self.field, Rule("─"), self.table)

    def on_mount(self) -> None:
        """All rows at first."""
        self.query_one(".form--title", Line).say(self._title)
        self.set_focus(self.field)
        self._narrow("")
        self.table.set_marks(self._marked)

    def put(self, rows: Sequence[Row]) -> None:
        """Pick from other rows; what is marked among the old ones stays marked."""
        self._rows = list(rows)
        self.field.value = ""
        self._narrow("")

    def _narrow(self, text: str) -> None:
        words = name_key(text).split()
        found = [row for row in self._rows if _fits(row, words)]
        self.table.pages.clear()
        self.table.cursor = 0
        self.table.show(ListSource(found, self._ids), keep_marks=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow at once: the rows are all at hand."""
        event.stop()
        self._narrow(event.value)

    def on_key(self, event: events.Key) -> None:
        """Up and down move in the list while one types."""
        if self.focused is self.field and event.key in _STEPS:
            event.stop()
            self.table.action_cursor(_STEPS[event.key])

    def entered(self) -> None:
        """Enter in the field: mark the row and go on with an empty field, or take it."""
        if not self._many:
            self.action_act("save")
            return
        row = self._row()
        if row is None:
            self.query_one(Status).tell(_(self.table.empty), "warning")
            return
        self.table.set_marks(self.table.marked ^ {row.key})
        self.field.value = ""

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Enter in the list does the same there."""
        message.stop()
        if not self._many:
            self.action_act("save")
        else:
            message.table.set_marks(message.table.marked ^ {message.row.key})

    def on_virtual_table_marks_changed(self) -> None:
        """The foot counts the marks."""
        self.refresh_bindings()

    def _row(self) -> Row | None:
        # What was typed a moment ago may still be on its way to the table: its first row is known here.
        words = name_key(self.field.value).split()
        found = [row for row in self._rows if _fits(row, words)]
        index = self.table.cursor if self.table.total == len(found) else 0
        return found[index] if index < len(found) else None

    @property
    def picked(self) -> list[Key]:
        """The marked rows, in the list's order; without marks the one under the cursor."""
        marked = [row.key for row in self._rows if row.key in self.table.marked]
        row = self._row()
        return marked or ([row.key] if row is not None else [])

    def title_of(self, action: Action) -> str:
        """`take 3`."""
        marked = len(self.table.marked)
        return f"{_(action.title)} {marked:,}" if action.id == "save" and marked else super().title_of(action)


class PickMany(Narrowing[list[Key]]):
    """Gives the keys that were marked, or None."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="save",
            key="f9",
            title=N_("take"),
            help=N_("Take what is marked, or the line under the cursor."),
            rank=4,
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, many=True, **options)

    async def do_save(self) -> None:
        """Take them."""
        if not self.picked:
            self.query_one(Status).tell(_(self.table.empty), "warning")
            return
        self.dismiss(self.picked)


class PickOne(Narrowing[Key]):
    """Gives the key of one row, or None."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="save", key="enter,f9", title=N_("take"), help=N_("Take this line."), rank=4),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, many=False, **options)

    async def do_save(self) -> None:
        """Take it."""
        row = self._row()
        if row is None:
            self.query_one(Status).tell(_(self.table.empty), "warning")
            return
        self.dismiss(row.key)


def _fits(row: Row, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = name_key(str(row.key), *row.cells)
    return all(word in text for word in words)
