"""The sidebar: a menu that draws its own lines, so that a key sends two of them and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from s2s_tui.base.translation import N_, _
from s2s_tui.tui.acting import Acting, Hint
from s2s_tui.tui.registry import Action
from s2s_tui.tui.text import HERE, cell, cut, shown, width_of
from s2s_tui.tui.widgets.quiet import QuietFocus

NARROWEST = 14
WIDEST = 22


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu.

    Attributes:
        id: the entry's id.
        title: translated.
        key: the letter that opens it, underlined where the title has it; empty: none.
        parent: the id of the entry it stands under, shown only while that one is open; empty: none.
        apart: whether an empty line stands before it.
    """

    id: str
    title: str
    key: str = ""
    parent: str = ""
    apart: bool = False


class Menu(Acting, QuietFocus, Widget, can_focus=True):
    """Entries, the children of the open one under it, counts at the right, the edge of the sidebar.

    `shown_id` is what the rest of the screen shows; the cursor moves apart from it.
    """

    DEFAULT_CSS = """
    Menu {
        height: 1fr;
        & > .menu--cursor { color: $primary; background: $background; text-style: reverse; }
        & > .menu--shown { text-style: bold; color: $primary; }
        & > .menu--count { color: $accent; text-style: bold; }
        & > .menu--edge { color: $border-blurred; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"menu--cursor", "menu--shown", "menu--count", "menu--edge"}
    BINDINGS: ClassVar = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("home,pageup", "edge(False)", show=False),
        Binding("end,pagedown", "edge(True)", show=False),
        Binding("left", "out", show=False),
    ]
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open", key="enter,right", title=N_("open"), help=N_("Open the entry."), rank=5, run="open"
        ),
    )

    class Opened(Message):
        """Enter, its letter or a click on an entry."""

        def __init__(self, menu: "Menu", entry: str) -> None:
            super().__init__()
            self.menu = menu
            self.entry = entry

    def __init__(self, items: Sequence[Item] = (), *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.items = tuple(items)
        self.counts: dict[str, str] = {}
        self.shown_id = ""
        self.cursor = items[0].id if items else ""
        self._unfolded = ""
        self._lines: list[Item | None] = []
        self._top = 0
        self._rebuild()

    @property
    def inner(self) -> int:
        """Cells before the edge."""
        # Two for the pointer; a count takes a space and, mostly, two cells.
        widest = max((width_of(shown(i.title)) + 2 + 2 * bool(i.parent) for i in self.items), default=0)
        return max(NARROWEST, min(WIDEST, widest + 1))

    def on_mount(self) -> None:
        """Be as wide as the titles need."""
        self.styles.width = self.inner + 1

    def show(self, entry: str) -> None:
        """Say which entry's pane is shown: its parent unfolds, the cursor goes there."""
        item = next((item for item in self.items if item.id == entry), None)
        if item is None:
            return
        self.shown_id = self.cursor = entry
        self._unfold(item.parent or entry)

    def set_count(self, entry: str, count: str) -> None:
        """Put a short text (`●3`) at the right of an entry; empty: none."""
        if self.counts.get(entry, "") != count:
            self.counts[entry] = count
            self.refresh()

    def _unfold(self, entry: str) -> None:
        self._unfolded = entry
        self._rebuild()
        self._reveal()
        self.refresh()

    def _rebuild(self) -> None:
        self._lines = []
        for item in self.items:
            if item.parent and item.parent != self._unfolded:
                continue
            if item.apart and self._lines:
                self._lines.append(None)
            self._lines.append(item)

    def _line_of(self, entry: str) -> int:
        return next((n for n, item in enumerate(self._lines) if item and item.id == entry), 0)

    def _reveal(self) -> bool:
        line, height = self._line_of(self.cursor), max(1, self.size.height)
        top = min(max(self._top, line - height + 1), line)
        top = max(0, min(top, len(self._lines) - height))
        changed, self._top = top != self._top, top
        return changed

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        if self._reveal():
            self.refresh()

    def _go(self, entry: str) -> None:
        if entry == self.cursor:
            return
        before, self.cursor = self.cursor, entry
        if self._reveal():
            self.refresh()
        else:
            lines = {self._line_of(before) - self._top, self._line_of(entry) - self._top}
            self.refresh(*(Region(0, y, self.inner, 1) for y in lines if 0 <= y < self.size.height))

    def _stops(self) -> list[str]:
        return [item.id for item in self._lines if item]

    def action_step(self, step: int) -> None:
        """Move by an entry."""
        stops = self._stops()
        if stops:
            at = stops.index(self.cursor) if self.cursor in stops else 0
            self._go(stops[max(0, min(len(stops) - 1, at + step))])

    def action_edge(self, end: bool) -> None:
        """Move to the first or the last entry."""
        stops = self._stops()
        if stops:
            self._go(stops[-1 if end else 0])

    def action_out(self) -> None:
        """From a child to its parent."""
        item = next((item for item in self.items if item.id == self.cursor), None)
        if item and item.parent:
            self._go(item.parent)

    def action_open(self) -> None:
        """Open the entry under the cursor."""
        if self.cursor:
            self.post_message(self.Opened(self, self.cursor))

    def on_key(self, event: events.Key) -> None:
        """A letter opens its entry."""
        for item in self.items:
            if item.key and event.character == item.key:
                event.stop()
                self._go(item.id)
                self.post_message(self.Opened(self, item.id))
                return

    def hints(self) -> list[Hint]:
        """Its keys, and that letters jump."""
        letters = " ".join(item.key for item in self.items if item.key)
        return [*super().hints(), Hint(letters, _("jump"), 60)]

    def on_click(self, event: events.Click) -> None:
        """A click opens."""
        line = self._top + event.y
        item = self._lines[line] if line < len(self._lines) else None
        if item:
            self._go(item.id)
            self.post_message(self.Opened(self, item.id))

    def focus_changed(self) -> None:
        """The cursor is seen only with the focus; without, it rests where the pane shown is."""
        if not self.has_focus and self.shown_id in self._stops():
            self._go(self.shown_id)
        self.refresh(Region(0, self._line_of(self.cursor) - self._top, self.inner, 1))

    def render_line(self, y: int) -> Strip:
        """One entry, and the edge."""
        width = self.inner
        edge = Segment(shown("│"), self.get_component_rich_style("menu--edge"))
        line = self._top + y
        item = self._lines[line] if line < len(self._lines) else None
        if item is None:
            return Strip([Segment(" " * width, self.rich_style), edge], width + 1)
        under_cursor = item.id == self.cursor and self.has_focus
        style = self.rich_style
        if under_cursor:
            style = self.get_component_rich_style("menu--cursor")
        elif item.id == self.shown_id:
            style = self.get_component_rich_style("menu--shown")
        pointer = shown(HERE) if item.id == self.shown_id else " "
        count = cut(self.counts.get(item.id, ""), 5)
        indent = "  " if item.parent else ""
        room = width - 2 - len(indent) - (width_of(count) + 1 if count else 0)
        title = cell(item.title, room)
        segments = [Segment(f"{pointer} {indent}", style), *_underlined(title, item.key, style)]
        if count:
            counted = style if under_cursor else self.get_component_rich_style("menu--count")
            segments += [Segment(" ", style), Segment(count, counted)]
        return Strip([*Segment.simplify(segments), edge], width + 1)


def _underlined(title: str, key: str, style: Style) -> list[Segment]:
    """A title with the letter of its key underlined."""
    at = title.lower().find(key) if key else -1
    if at < 0:
        return [Segment(title, style)]
    letter = Segment(title[at], style + Style(underline=True))
    return [Segment(title[:at], style), letter, Segment(title[at + 1 :], style)]
