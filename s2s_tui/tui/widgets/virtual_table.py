"""The one list for records: a million rows open as quickly as a thousand.

It draws lines itself, fetches pages of 200 rows in a thread, and on a move of the cursor repaints
two lines. Give it columns and a source (`widgets.source`)::

    table = VirtualTable(COLUMNS, markable=True, flagged=True, empty=N_("No files wait."))
    table.show(source)                  # another source: another filter
    table.reload()                      # the same source, read again; the cursor stays on its key

It posts `Highlighted`, `Opened`, `MarksChanged`, `SortChanged`. Keys: `registry.TABLE_KEYS`.
"""

from collections.abc import Sequence
from typing import ClassVar, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from s2s_tui.base.translation import N_, _
from s2s_tui.tui.acting import Acting
from s2s_tui.tui.messages import Failed
from s2s_tui.tui.registry import Action
from s2s_tui.tui.text import DOWN, ELLIPSIS, HERE, MARKED, REFUSED, UP, cell, shown
from s2s_tui.tui.widgets import table_events
from s2s_tui.tui.widgets.columns import Column, Place, arrange, laid_out
from s2s_tui.tui.widgets.marking import Marking
from s2s_tui.tui.widgets.quiet import QuietFocus
from s2s_tui.tui.widgets.reading import Reading
from s2s_tui.tui.widgets.source import PAGE, Key, Pages, Row, Source


class VirtualTable(Acting, QuietFocus, Marking, Reading, ScrollView, can_focus=True):
    """A list of records over a `Source`; see the module.

    Args:
        columns: from left to right.
        markable: whether rows can be marked.
        flagged: whether rows have flags, which take a cell before the first column.
        empty: the sentence (`N_()`) for a list without rows.
        sort: the id of the column to sort by at first; empty: the source's own order.
        descending: that order from the end.
        id: Textual's id.
    """

    DEFAULT_CSS = """
    VirtualTable {
        height: 1fr;
        overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1;
        & > .table--heading { color: $text-muted; text-style: underline; }
        /* Reversed, so that the cursor is seen without colours: the colour named here is its ground. */
        & > .table--cursor { color: $primary; background: $background; text-style: reverse; }
        & > .table--resting { background: $panel; text-style: bold; }
        & > .table--marked { color: $accent; text-style: bold; }
        & > .table--message { color: $text-muted; }
        & > .table--new { text-style: bold; }
        & > .table--late { color: $error; }
        & > .table--warning { color: $warning; }
        & > .table--error { color: $error; }
        & > .table--done { color: $success; }
        & > .table--dim { color: $text-muted; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--heading",
        "table--cursor",
        "table--resting",
        "table--marked",
        "table--message",
        "table--new",
        "table--late",
        "table--warning",
        "table--error",
        "table--done",
        "table--dim",
    }
    BINDINGS: ClassVar = [
        Binding("up", "cursor(-1)", show=False),
        Binding("down", "cursor(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,ctrl+home", "edge(False)", show=False),
        Binding("end,ctrl+end", "edge(True)", show=False),
        Binding("shift+up", "stretch(-1)", show=False),
        Binding("shift+down", "stretch(1)", show=False),
    ]
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="mark", key="space", title=N_("mark"), help=N_("Mark or unmark the row."), rank=20),
        Action(id="open", key="enter", title=N_("open"), help=N_("Open the row."), rank=15, run="open"),
        Action(
            id="range",
            key="v",
            title=N_("range"),
            help=N_("Mark the rows from the last mark to here."),
            rank=99,
        ),
        Action(
            id="all",
            key="A,ctrl+a",
            title=N_("all"),
            help=N_("Mark all rows of the list, or unmark them."),
            rank=85,
        ),
        Action(
            id="sort", key="s", title=N_("sort"), help=N_("Sort by the next column."), rank=80, run="sort"
        ),
        Action(
            id="reload", key="f5", title=N_("again"), help=N_("Read the list again."), rank=99, run="reload"
        ),
    )

    Highlighted: TypeAlias = table_events.Highlighted
    Opened: TypeAlias = table_events.Opened
    MarksChanged: TypeAlias = table_events.MarksChanged
    SortChanged: TypeAlias = table_events.SortChanged

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        markable: bool = False,
        flagged: bool = False,
        empty: str = N_("Nothing here."),
        sort: str = "",
        descending: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.markable = markable
        self.flagged = flagged
        self.empty = empty
        self.sort = sort
        self.descending = descending
        self.source: Source | None = None
        self.total = 0
        self.cursor = 0
        self.busy = False
        self.error: str | None = None
        self.pages = Pages()
        self._places: tuple[Place, ...] = ()

    # What panes ask and tell

    @property
    def row(self) -> Row | None:
        """The row under the cursor; None while it is on its way or in an empty list."""
        return self.pages.row(self.cursor) if self.cursor < self.total else None

    @property
    def chosen(self) -> list[Key]:
        """What an action is about: the marked keys, or the row under the cursor where none is marked."""
        if self.marked:
            return list(self.marked)
        return [self.row.key] if self.row else []

    def show(self, source: Source, *, keep_marks: bool = False) -> None:
        """Show another source; the cursor stays on its key where the new one has it, else goes to the top."""
        self.source = source
        if not keep_marks:
            self.clear_marks()
        self._read()

    def reload(self) -> None:
        """Read the source again: cursor and marks stay with their keys; marks of rows gone are dropped."""
        self._read(prune=True)

    def sort_by(self, sort: str, descending: bool = False) -> None:
        """Sort by a column's id; the cursor stays on its key."""
        if (sort, descending) != (self.sort, self.descending):
            self.sort, self.descending = sort, descending
            self.post_message(self.SortChanged(self, sort, descending))
            self._read()

    def lay_out(self, columns: Sequence[Column]) -> None:
        """Have other columns, for the source shown next; sorted by the first where its own is gone."""
        self.columns, self._places = tuple(columns), ()
        if self.sort and self.sort not in {column.id for column in columns}:
            self.sort, self.descending = columns[0].id, False

    def go_to(self, index: int) -> None:
        """Put the cursor on a row, by its position from 0."""
        self._move(index)

    # Moving

    def _move(self, index: int) -> None:
        index = max(0, min(index, self.total - 1))
        before = self.cursor
        if index == before or not self.total:
            return
        self.cursor = index
        if not self._reveal():
            self._repaint(before, index)
        self._want()
        self._tell()

    def _reveal(self) -> bool:
        """Scroll so that the cursor is in view. On slow lines by half a view, so that it happens seldom."""
        top, height = self.scroll_offset.y, self._view
        step = height // 2 if getattr(self.app, "low_bandwidth", False) else 0
        if self.cursor < top:
            goal = self.cursor - step
        elif self.cursor >= top + height:
            goal = self.cursor - height + 1 + step
        else:
            return False
        before = self.scroll_offset
        self.scroll_to(y=max(0, goal), animate=False, immediate=True)
        return self.scroll_offset != before

    @property
    def _view(self) -> int:
        return max(1, self.size.height - 1)

    def _repaint(self, *rows: int) -> None:
        top = self.scroll_offset.y
        lines = {row - top + 1 for row in rows if 0 <= row - top < self._view}
        if lines:
            self.refresh(*(Region(0, line, self._wide, 1) for line in lines))

    def action_cursor(self, step: int) -> None:
        """Move by rows."""
        self._move(self.cursor + step)

    def action_page(self, step: int) -> None:
        """Move by a view."""
        self._move(self.cursor + step * max(1, self._view - 1))

    def action_edge(self, end: bool) -> None:
        """Move to the first or last row."""
        self._move(self.total - 1 if end else 0)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.row is not None:
            self.post_message(self.Opened(self, self.row))

    def action_reload(self) -> None:
        """Read again."""
        self.reload()

    def action_sort(self) -> None:
        """Sort the other way, then by the next column shown."""
        ids = [self.columns[p.index].id for p in self._laid() if self.columns[p.index].sortable]
        if not ids:
            return
        if self.sort in ids and not self.descending:
            self.sort_by(self.sort, True)
        else:
            after = ids.index(self.sort) + 1 if self.sort in ids else 0
            self.sort_by(ids[after % len(ids)])

    def can(self, action: Action) -> bool:
        """Marking where rows can be marked, the rest where there are rows."""
        if action.id in ("mark", "range", "all"):
            return self.markable and self.total > 0
        if action.id == "sort":
            return self.total > 1 and any(column.sortable for column in self.columns)
        return action.id != "open" or self.total > 0

    # Drawing

    @property
    def _wide(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _gutter(self) -> int:
        return 2 + self.markable + self.flagged

    def _laid(self) -> tuple[Place, ...]:
        if not self._places:
            self._places = arrange(self.columns, self._wide - self._gutter, self.app.size.width)
        return self._places

    def on_resize(self) -> None:
        """Lay the columns out for the new width; keep the cursor in view."""
        self._places = ()
        self._reveal()
        self.refresh()  # one that was hidden meanwhile has painted itself for the old width

    def focus_changed(self) -> None:
        """The cursor's row looks otherwise with the focus."""
        self._repaint(self.cursor)

    def render_line(self, y: int) -> Strip:
        """One line of the widget: the heading, a row, or a message."""
        try:
            width = self._wide
            if y == 0:
                return self._heading(width)
            if not self.total:
                return self._message(width) if y == 1 else Strip.blank(width, self.rich_style)
            index = self.scroll_offset.y + y - 1
            return self._line(index, width) if index < self.total else Strip.blank(width, self.rich_style)
        except Exception as error:  # a row that can't be drawn must not end the app
            self.post_message(Failed(error))
            return Strip.blank(self._wide, self.rich_style)

    def _heading(self, width: int) -> Strip:
        titles = []
        for column in self.columns:
            title = shown(_(column.title))
            arrow = (DOWN if self.descending else UP) if column.id == self.sort and self.sort else ""
            titles.append(title + arrow)
        text = " " * self._gutter + laid_out(titles, self.columns, self._laid(), width - self._gutter)
        return Strip([Segment(text, self._style("heading"))], width)

    def _message(self, width: int) -> Strip:
        if self.error is not None:
            text, style = f"{REFUSED} {self.error}", self._style("error")
        elif self.busy or self.source is None:
            text, style = ELLIPSIS if self.busy else "", self._style("message")
        else:
            text, style = _(self.empty), self._style("message")
        return Strip([Segment(cell("  " + shown(text), width), style)], width)

    def _line(self, index: int, width: int) -> Strip:
        row = self.pages.row(index)
        here = index == self.cursor
        pointer = shown(HERE) if here else " "
        if row is None:
            self.call_later(self._want)
            note = REFUSED if index // PAGE in self.pages.failed else ELLIPSIS
            text = cell(pointer + " " * (self._gutter - 1) + shown(note), width)
            return Strip([Segment(text, self._cursor_style() if here else self._style("dim"))], width)
        marked = row.key in self.marked
        gutter = pointer + ((shown(MARKED) if marked else " ") if self.markable else "")
        flag = cell(row.flag, 1) if self.flagged else ""
        places = self._laid()
        text = laid_out(row.cells, self.columns, places, width - self._gutter)
        if here:
            return Strip([Segment(gutter + flag + " " + text, self._cursor_style())], width)
        base = self._style(row.style) if row.style in ("new", "dim") else self.rich_style
        if marked:
            base += self._style("marked")
        tint = self._style(row.style) if row.style else base
        segments = [Segment(gutter, base), Segment(flag + " ", tint)]
        segments += _tinted(text, self.columns, places, base, tint)
        return Strip(Segment.simplify(segments), width)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"table--{name}")

    def _cursor_style(self) -> Style:
        return self._style("cursor" if self.has_focus else "resting")

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """A heading sorts; a row takes the cursor: twice opens, Ctrl or the gutter marks, Shift a range."""
        x, y = event.x, event.y
        if y == 0:
            for place in self._laid():
                column = self.columns[place.index]
                if column.sortable and 0 <= x - self._gutter - place.x < place.width:
                    self.sort_by(column.id, column.id == self.sort and not self.descending)
            return
        index = self.scroll_offset.y + y - 1
        if index >= self.total:
            return
        self._move(index)
        if event.shift and self.markable:
            self.action_act("range")
        elif (event.ctrl or x < self._gutter) and self.markable:
            self.do_mark()
        elif event.chain == 2:
            self.action_open()


def _tinted(
    text: str, columns: Sequence[Column], places: Sequence[Place], base: Style, tint: Style
) -> list[Segment]:
    """A laid-out row as segments, the cells of tinted columns in their own style."""
    if base == tint or not any(columns[place.index].tinted for place in places):
        return [Segment(text, base)]
    segments: list[Segment] = []
    at = 0
    strip = Strip([Segment(text)])
    end = strip.cell_length
    for place in places:
        if columns[place.index].tinted:
            for start, stop, style in ((at, place.x, base), (place.x, place.x + place.width, tint)):
                segments += [Segment(s.text, style) for s in strip.crop(start, stop)]
            at = place.x + place.width
    return segments + [Segment(s.text, base) for s in strip.crop(at, end)]
