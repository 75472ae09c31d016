"""Details of what the list's cursor is on: under the list, and beside it where the terminal is wide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from s2s_tui.tui.acting import Sturdy
from s2s_tui.tui.text import cell, shown, width_of, wrap
from s2s_tui.tui.widgets.line import Rule
from s2s_tui.tui.widgets.quiet import QuietFocus
from s2s_tui.tui.widgets.source import Source
from s2s_tui.tui.widgets.virtual_table import VirtualTable

WIDE = 120
"""From this many columns on the panel lies beside the list."""
LONGEST = 40
"""Lines that one paragraph takes at most."""


@dataclass(frozen=True, slots=True)
class Para:
    """One paragraph.

    Attributes:
        text: raw; wrapped to the width there is.
        mark: stands before it; the text hangs to the right of it.
        style: `head`, `error`, `warning`, `done`, `dim`, or empty.
        indent: cells to the left of all of it.
    """

    text: str
    mark: str = ""
    style: str = ""
    indent: int = 0


class Panel(QuietFocus, Sturdy, ScrollView, can_focus=True):
    """Paragraphs of raw text, shown literally; they scroll where there are more than fit."""

    DEFAULT_CSS = """
    Panel {
        overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        & > .panel--head { text-style: bold; }
        & > .panel--error { color: $error; }
        & > .panel--warning { color: $warning; }
        & > .panel--done { color: $success; }
        & > .panel--dim { color: $text-muted; }
        & > .panel--edge { color: $border-blurred; }
        & > .panel--edge-focus { color: $primary; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "panel--head",
        "panel--error",
        "panel--warning",
        "panel--done",
        "panel--dim",
        "panel--edge",
        "panel--edge-focus",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.paras: tuple[Para, ...] = ()
        self.edge = False
        """Whether a line is drawn at its left, to part it from the list."""
        self._lines: list[tuple[str, str]] = []
        self._laid_for = -1

    def show(self, paras: Iterable[Para]) -> None:
        """Show other paragraphs, from the top."""
        paras = tuple(paras)
        if paras != self.paras:
            before = None if self.scroll_offset.y else self._lines
            self.paras = paras
            self._laid_for = -1
            self.scroll_to(y=0, animate=False, immediate=True)
            self._lay()
            self._repaint(before)

    def _repaint(self, before: list[tuple[str, str]] | None) -> None:
        """Paint the lines that are others than before: from row to row of a list most stay the same."""
        if before is None:
            self.refresh()
            return
        lines = zip_longest(before, self._lines)
        other = [y for y, (old, new) in enumerate(lines) if old != new and y < self.size.height]
        if other:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in other))

    def set_edge(self, edge: bool) -> None:
        """Draw the line at its left, or don't."""
        if edge != self.edge:
            self.edge = edge
            self._laid_for = -1
            self._lay()

    def focus_changed(self) -> None:
        """The edge shows where the focus is."""
        self.refresh()

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._laid_for = -1
        self._lay()
        self.refresh()

    def on_show(self) -> None:
        """Paint all of it: what was shown while it was hidden has not reached the terminal."""
        self.refresh()

    def _lay(self) -> None:
        width = self.scrollable_content_region.width - (2 if self.edge else 0)
        if width < 1 or width == self._laid_for:
            return
        self._laid_for = width
        self._lines = [line for para in self.paras for line in _laid(para, width)]
        # As high as the panel where they are fewer: a change of it paints all of the panel anew.
        self.virtual_size = Size(0, max(len(self._lines), self.size.height))

    def render_line(self, y: int) -> Strip:
        """One line."""
        width = self.scrollable_content_region.width
        self._lay()  # a scroll bar may have come or gone
        at = self.scroll_offset.y + y
        text, style = self._lines[at] if at < len(self._lines) else ("", "")
        segments: list[Segment] = []
        if self.edge:
            name = "panel--edge-focus" if self.has_focus else "panel--edge"
            segments.append(Segment(shown("│") + " ", self.get_component_rich_style(name)))
        shape = self.get_component_rich_style(f"panel--{style}") if style else self.rich_style
        segments.append(Segment(cell(text, max(0, width - 2 * self.edge)), shape))
        return Strip(segments, width)


def _laid(para: Para, width: int) -> Sequence[tuple[str, str]]:
    mark = shown(para.mark)
    hang = para.indent + (width_of(mark) + 1 if mark else 0)
    lines = wrap(para.text, max(8, width - hang), LONGEST) or [""]
    first = " " * para.indent + (mark + " " if mark else "") + lines[0]
    return [(first, para.style), *((" " * hang + line, para.style) for line in lines[1:])]


class Beside(Widget):
    """A list and its panel: one under the other, side by side from `WIDE` columns on.

    `open` gives the panel the room of both in a narrow terminal, and the focus.
    """

    DEFAULT_CSS = """
    Beside {
        layout: vertical; height: 1fr; width: 1fr;
        & > VirtualTable { height: 1fr; width: 1fr; }
        & > Panel { height: 37%; min-height: 4; width: 1fr; }
        &.open > VirtualTable { display: none; }
        &.open > Rule { display: none; }
        &.open > Panel { height: 1fr; }
        &.wide { layout: horizontal; }
        &.wide > VirtualTable { display: block; }
        &.wide > Rule { display: none; }
        &.wide > Panel { width: 40%; max-width: 70; height: 1fr; }
        &.wide.open > Panel { width: 55%; max-width: 90; }
    }
    """

    def __init__(self, table: VirtualTable) -> None:
        super().__init__()
        self.table = table
        self.panel = Panel()

    def compose(self) -> ComposeResult:
        """List, rule, panel."""
        yield self.table
        yield Rule("─")
        yield self.panel

    def on_mount(self) -> None:
        """Lie as the terminal is."""
        self._fit()

    def on_resize(self, _event: events.Resize) -> None:
        """Lie as the terminal is now."""
        self._fit()

    def _fit(self) -> None:
        wide = self.app.size.width >= WIDE
        self.set_class(wide, "wide")
        self.panel.set_edge(wide)

    def show(self, source: Source) -> None:
        """Show another list, with the cursor on its first row."""
        self.table.pages.clear()
        self.table.cursor = 0
        self.table.show(source)

    @property
    def is_open(self) -> bool:
        """Whether the panel has the room and the focus was put in it."""
        return self.has_class("open")

    def open(self) -> None:
        """Give the panel the room and the focus."""
        self.add_class("open")
        self.screen.set_focus(self.panel)

    def close(self) -> bool:
        """Back to the list; False where the panel wasn't open."""
        if not self.is_open:
            return False
        had = self.screen.focused in (self.panel, None)
        self.remove_class("open")
        if had:
            self.screen.set_focus(self.table)
        return True
