"""The base of every pane that is a list of records with details: reading, marks, what is held, Esc.

A list that is read whole says its table, how it is read, and what is said of a record::

    class KeptPane(ListPane[Kept]):
        COUNTED = frozenset({"end"})                       # `end 3`, where three are marked

        def compose(self):
            yield self.lay(VirtualTable(COLUMNS, markable=True, empty=N_("No search is kept.")))

        async def read(self):
            kept = {one.id: one for one in await in_thread(standing.kept, self.actor, self.site)}
            self.show(ListSource([_row(one) for one in kept.values()], IDS, self._order), kept, again=True)

        def details_of(self, record):
            yield Para(record.looked.surname, style="head")

One that is read in pages shows its `Source` and the records which that has read so far.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base.translation import N_, _
from s2s_tui.services.transfers import Outcome
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.outcomes import summed_up
from s2s_tui.tui.screens.panel import WIDE, Beside, Para
from s2s_tui.tui.threads import instead
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.source import Key, Source
from s2s_tui.tui.widgets.virtual_table import VirtualTable

T = TypeVar("T")


class ListPane(Pane, Generic[T]):
    """A list (`table`), its details beside it (`beside`), and the record of each row (`records`)."""

    COUNTED: ClassVar[frozenset[str]] = frozenset()
    """The ids of actions that are about what is marked: their titles say how many."""

    def __init__(self) -> None:
        super().__init__()
        self.records: Mapping[Key, T] = {}
        self.is_held = False
        """Whether the details show something that the cursor must not replace, until Esc."""
        self._sought: Key | None = None

    def lay(self, table: VirtualTable) -> Beside:
        """The table with its details, for `compose`."""
        self.table = table
        self.beside = Beside(table)
        return self.beside

    def start(self) -> Widget:
        """The list."""
        return self.table

    # Reading

    def arrive(self, wish: Mapping[str, Any]) -> None:  # noqa: ARG002 - a hook
        """Read again."""
        self.reload()

    def reload(self) -> None:
        """Read again in the background; a reading that is still under way is given up."""
        instead(self, "list", self._reading)

    def seek(self, key: Key) -> None:
        """Read again, and put the cursor on a row that is new: the next key is about that one."""
        self._sought = key
        self.reload()

    async def _reading(self) -> None:
        try:
            await self.read()
        except Exception as error:
            self.app.fail(error)

    async def read(self) -> None:
        """Read the list in a thread and `show` it; a hook. What it raises is told."""

    def show(self, source: Source, records: Mapping[Key, T], *, again: bool) -> None:
        """Show rows.

        Args:
            source: the rows.
            records: what each key stands for; may grow as the source reads.
            again: whether it is the same list, read again: cursor and marks stay with their keys. Another
                list begins at its top, with nothing marked.
        """
        self.records = records
        if again:
            self.table.source = source
            self.table.reload()
        else:
            self.release()
            self.beside.show(source)
            self.tell_details()
        self.refresh_bindings()

    @property
    def here(self) -> T | None:
        """The record under the cursor."""
        row = self.table.row
        return self.records.get(row.key) if row is not None else None

    @property
    def chosen(self) -> list[T]:
        """The records that an act is about: the marked, or the one under the cursor."""
        found = (self.records.get(key) for key in self.table.chosen)
        return [record for record in found if record is not None]

    @property
    def chosen_ids(self) -> list[int]:
        """Their keys, where these are numbers."""
        return [int(str(key)) for key in self.table.chosen]

    # The details

    @property
    def is_wide(self) -> bool:
        """Whether the details stand beside the list, with the height of the screen."""
        return self.app.size.width >= WIDE

    def details_of(self, record: T) -> Iterable[Para]:  # noqa: ARG002 - a hook
        """What is said of a record while the cursor is on it; a hook."""
        return ()

    def details_of_none(self) -> Iterable[Para]:
        """What is said where the cursor is on nothing; a hook."""
        return ()

    def tell_details(self) -> None:
        """Say of the record under the cursor what there is to say; to nobody once the session has ended."""
        if not self.is_held and self.actor is not None:
            here = self.here
            self.beside.panel.show(self.details_of(here) if here is not None else self.details_of_none())

    def hold(self, paras: Iterable[Para]) -> None:
        """Show something at length, with the room and the focus, until Esc."""
        self.is_held = True
        self.beside.panel.show(paras)
        self.beside.open()

    def release(self) -> bool:
        """Back from what is held to the list; False where nothing was."""
        if not self.is_held:
            return False
        self.is_held = False
        self.beside.close()
        self.tell_details()
        return True

    def on_virtual_table_highlighted(self) -> None:
        """The cursor is on another record. Textual calls a subclass's handler of this name as well."""
        source = self.table.source
        if self._sought is not None and source is not None and not self.table.busy:
            at = source.position(self._sought, self.table.sort, self.table.descending)
            if at is not None:
                self._sought = None
                self.table.go_to(at)
        self.tell_details()
        self.refresh_bindings()

    def on_virtual_table_marks_changed(self) -> None:
        """The foot counts the marks."""
        self.refresh_bindings()

    def on_resize(self) -> None:
        """More is said where there is more room."""
        self.tell_details()

    # Esc, and what is said of many

    @property
    def back_title(self) -> str:
        """Esc closes what is held."""
        return _("back") if self.is_held else ""

    def step_back(self) -> bool:
        """Close what is held, then drop the marks, then show the list whole."""
        if self.release():
            return True
        if self.table.marked:
            self.table.clear_marks()
            return True
        return self.widen()

    def stay(self) -> None:
        """Have the cursor on its row again once the list, read anew, is another that holds it."""
        self._sought = self.table.row.key if self.table.row is not None else None

    def widen(self) -> bool:
        """Undo what narrows the list; a hook.

        Returns:
            Whether anything did.
        """
        return False

    def can(self, action: Action) -> bool:
        """What is about records needs one."""
        return self.is_mounted and (action.id not in self.COUNTED or self.table.row is not None)

    def title_of(self, action: Action) -> str:
        """`delete 2`, where two are marked."""
        marked = len(self.table.marked) if self.is_mounted and action.id in self.COUNTED else 0
        return f"{_(action.title)} {marked:,}" if marked else super().title_of(action)

    def sum_up(self, outcomes: Sequence[Outcome], said: str, wanted: int = 0) -> None:
        """Say what became of many records; the marks stay on those that nothing was done to.

        Args:
            outcomes: of each that was begun; several refusals are listed in the details.
            said: what went well, translated; empty where nothing did.
            wanted: how many there were to do, where the person may have stopped it.
        """
        self.table.set_marks(self.table.marked - {outcome.id for outcome in outcomes if outcome.ok})
        if len(outcomes) < wanted:
            left = _("Stopped: {count} left as they were.").format(count=f"{wanted - len(outcomes):,}")
            said = f"{said} {left}".strip()
        text, kind, paras = summed_up(outcomes, said)
        if paras:
            self.hold(paras)
        self.tell(text, kind)


class NarrowedPane(ListPane[T]):
    """A list that `/` narrows to what holds a text; a line above it says so, and Esc shows all again."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="filter", key="slash", title=N_("filter"), help=N_("Show only some."), rank=35),
    )
    DEFAULT_CSS = "NarrowedPane > .list--filter { color: $accent; text-style: bold; }"
    FILTERS: ClassVar[str] = N_("Only with")
    """What `/` asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.filter = ""

    def lay_filter(self) -> ComposeResult:
        """The line above the list, for `compose`: `yield from self.lay_filter()`."""
        self.filter_line = Line(classes="list--filter")
        self.filter_line.display = False
        yield self.filter_line

    def say_filter(self, text: str = "") -> None:
        """Show the line, or hide it where nothing is narrowed.

        Args:
            text: translated; empty: `Only with “…”`.
        """
        self.filter_line.display = bool(self.filter or text)
        text = text or _("Only with “{text}”").format(text=self.filter)
        self.filter_line.say(text, _("Esc shows all"))

    async def do_filter(self) -> None:
        """Ask for the text."""
        text = await self.app.prompt(_(self.FILTERS), self.filter)
        if text is not None and text.strip() != self.filter:
            self.filter = text.strip()
            self.narrow()

    def narrow(self) -> None:
        """The filter is another: read the list again, from its top; a hook."""
        self.say_filter()
        self.table.clear_marks()
        self.reload()

    def widen(self) -> bool:
        """Show all."""
        if not self.filter:
            return False
        self.stay()
        self.filter = ""
        self.narrow()
        return True
