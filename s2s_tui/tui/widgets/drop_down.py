"""A field that takes one of a list: the list opens under it, and narrows as one types.

While it has the focus ↑ ↓ move in the list, Enter takes the line and goes on; Tab takes it, too. With nothing
typed the choice stays what it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.translation import _
from s2s_tui.rules.people import name_key
from s2s_tui.tui.acting import Acting, Hint
from s2s_tui.tui.text import HERE, both_ends, cell, shown
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.line_input import LineInput

LONGEST = 6
"""Lines of the list that are seen at once."""
_STEPS = {"up": -1, "down": 1, "pageup": -LONGEST, "pagedown": LONGEST}


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the list.

    Attributes:
        key: what it stands for; may be typed, too.
        text: what is typed to find it; raw.
        note: stands at its right end, and isn't looked through.
    """

    key: str
    text: str
    note: str = ""
    words: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", name_key(self.key, self.text))


class Options(Widget):
    """The list: a few lines around the cursor."""

    DEFAULT_CSS = """
    Options {
        height: 1; width: 1fr;
        & > .options--here { color: $primary; background: $background; text-style: reverse; }
        & > .options--none { color: $warning; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"options--here", "options--none"}

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Option] = []
        self.cursor = 0

    def show(self, found: Sequence[Option], cursor: int) -> None:
        """Show other lines."""
        self.found, self.cursor = list(found), cursor
        height = max(1, min(LONGEST, len(self.found)))
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
        self.refresh()

    @property
    def _top(self) -> int:
        return max(0, min(self.cursor - LONGEST // 2, len(self.found) - LONGEST))

    def render_line(self, y: int) -> Strip:
        """One option."""
        width = self.size.width
        if not self.found:
            text = cell("  " + _("Nothing is called so.") if y == 0 else "", width)
            return Strip([Segment(text, self.get_component_rich_style("options--none"))], width)
        at = self._top + y
        if at >= len(self.found):
            return Strip.blank(width, self.rich_style)
        here = at == self.cursor
        style = self.get_component_rich_style("options--here") if here else self.rich_style
        option = self.found[at]
        text = both_ends(option.text, option.note, max(0, width - 3))
        return Strip([Segment(f"{shown(HERE) if here else ' '} {text} ", style)], width)

    def on_click(self, event: events.Click) -> None:
        """A click takes a line."""
        event.stop()
        if self._top + event.y < len(self.found):
            self.post_message(self.Clicked(self._top + event.y))


class DropDown(Acting, Widget):
    """A label, and a line to type in over a list of options.

    Args:
        label: marked with `N_()`.
        options: what can be chosen.
        key: what is chosen at first; empty: nothing.
        id: of the input in it.
    """

    DEFAULT_CSS = """
    DropDown {
        height: auto; width: 1fr;
        & > Horizontal { height: 1; width: 1fr; }
        & > Horizontal > Line { width: 20; padding: 0 1; }
        & > Options { margin-left: 20; display: none; }
        &.open > Options { display: block; }
    }
    """

    class Chosen(Message):
        """Another option was taken."""

        def __init__(self, drop_down: "DropDown") -> None:
            super().__init__()
            self.drop_down = drop_down

    def __init__(
        self,
        label: str,
        options: Sequence[Option],
        key: str = "",
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__()
        self._label = label
        self._options = tuple(options)
        self.key = key if any(option.key == key for option in options) else ""
        self.input: Input = LineInput(self._text(), id=id)
        self._list = Options()

    def compose(self) -> ComposeResult:
        """Label and line, and the list under them."""
        with Horizontal():
            yield Line(_(self._label))
            yield self.input
        yield self._list

    def hints(self) -> list[Hint]:
        """What moves in the list, and takes a line."""
        return [Hint("↑↓", _("choose"), 7), Hint("Enter", _("take"), 4)]

    def _text(self) -> str:
        return next((option.text for option in self._options if option.key == self.key), "")

    def _narrow(self) -> None:
        typed = name_key(self.input.value)
        words = typed.split()
        found = [option for option in self._options if all(word in option.words for word in words)]
        if typed:
            # Whoever types a whole name means it, and not a longer one.
            found.sort(
                key=lambda option: (name_key(option.text) != typed, not option.words.startswith(typed))
            )
        if self.input.value.strip() and not words:
            found = []
        keys = [option.key for option in found]
        self._list.show(found, keys.index(self.key) if self.key in keys and not words else 0)

    def on_descendant_focus(self) -> None:
        """Open the list; the field is empty for typing, and says what is chosen."""
        if not self.has_class("open"):
            self.add_class("open")
            with self.prevent(Input.Changed):
                self.input.placeholder = shown(self._text())
                self.input.value = ""
            self._narrow()
            self.call_after_refresh(self.scroll_visible, animate=False)

    def on_descendant_blur(self) -> None:
        """Take what the cursor is on, where something was typed or the cursor moved; close the list."""
        if self.app.app_focus and self.has_class("open"):
            self._close()

    def settle(self) -> str:
        """What is chosen now; what is typed or pointed at in the open list counts."""
        typed = self.input.value.strip()
        if self.has_class("open") and (typed or self._list.cursor != self._place()):
            self._take()
        return self.key

    def _close(self) -> None:
        self.settle()
        self.remove_class("open")
        with self.prevent(Input.Changed):
            self.input.placeholder = ""
            if not self.input.value.strip() or self._list.found:
                self.input.value = self._text()

    def _place(self) -> int:
        keys = [option.key for option in self._options]
        return keys.index(self.key) if self.key in keys else 0

    def _take(self) -> None:
        found = self._list.found
        key = found[self._list.cursor].key if self._list.cursor < len(found) else ""
        if key != self.key:
            self.key = key
            self.post_message(self.Chosen(self))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow as one types."""
        event.stop()
        self._narrow()

    def on_input_submitted(self) -> None:
        """Enter takes the line; the form goes on."""
        cursor, before = self._list.cursor, self._list.found
        self._narrow()
        # A burst of letters and Enter: what was typed last may not have come round as a change yet.
        if before == self._list.found:
            self._list.show(before, cursor)
        self._take()

    def on_options_clicked(self, message: Options.Clicked) -> None:
        """A click takes the line."""
        message.stop()
        self._list.show(self._list.found, message.index)
        self._take()
        with self.prevent(Input.Changed):
            self.input.value = ""
            self.input.placeholder = shown(self._text())
        self._narrow()

    def on_key(self, event: events.Key) -> None:
        """Up and down move in the list while one types."""
        if event.key in _STEPS and self.has_class("open") and self._list.found:
            event.stop()
            last = len(self._list.found) - 1
            self._list.show(self._list.found, max(0, min(last, self._list.cursor + _STEPS[event.key])))
