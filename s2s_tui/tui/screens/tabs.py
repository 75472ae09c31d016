"""The line of tabs above a list, with a switch at its right end."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from s2s_tui.tui.text import HERE, cell, cut, shown, width_of


class Tabs(Widget):
    """`▸To us 12 │ Within 87 │ Incoming 31                    awaiting  w`; the one shown has a mark."""

    DEFAULT_CSS = """
    Tabs {
        height: 1; width: 1fr;
        & > .tabs--shown { color: $primary; text-style: bold; }
        & > .tabs--other { color: $foreground; }
        & > .tabs--between { color: $border-blurred; }
        & > .tabs--right { color: $accent; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--shown", "tabs--other", "tabs--between", "tabs--right"}

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self) -> None:
        super().__init__()
        self.tabs: list[tuple[str, str]] = []
        self.current = ""
        self.right = ""

    def say(self, tabs: Sequence[tuple[str, str]], current: str, right: str) -> None:
        """Show other tabs: each an id and its text, raw."""
        if (list(tabs), current, right) != (self.tabs, self.current, self.right):
            self.tabs, self.current, self.right = list(tabs), current, right
            self.refresh()

    def _parts(self) -> list[tuple[str, str, str]]:
        parts: list[tuple[str, str, str]] = []
        for tab, text in self.tabs:
            if parts:
                parts.append(("", " " + shown("│"), "between"))
            here = tab == self.current
            parts.append((tab, (shown(HERE) if here else " ") + shown(text), "shown" if here else "other"))
        return parts

    def render_line(self, y: int) -> Strip:
        """The tabs, then the switch, which is cut first."""
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        segments = [
            Segment(text, self.get_component_rich_style(f"tabs--{style}"))
            for _tab, text, style in self._parts()
        ]
        used = sum(width_of(segment.text) for segment in segments)
        right = " " + self._switch(max(0, width - used - 1))
        segments.append(Segment(right, self.get_component_rich_style("tabs--right")))
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _switch(self, room: int) -> str:
        """What stands at the right end; its key is kept where its word is cut."""
        word, between, key = self.right.rpartition("  ")
        end = between + key if word else ""
        if room <= width_of(end) + 2:
            return cell(self.right, room, "right")
        return cell(cut(word or key, room - width_of(end)) + end, room, "right")

    def on_click(self, event: events.Click) -> None:
        """A click on a tab shows it."""
        x = 0
        for tab, text, _style in self._parts():
            x += width_of(text)
            if event.x < x:
                if tab:
                    self.post_message(self.Chosen(tab))
                return
