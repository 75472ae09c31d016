"""One of a few, in a line: `Which   ▸ Both   Missing pupils   Left`; left, right and Space choose."""

from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding
from textual.strip import Strip
from textual.widget import Widget

from s2s_tui.base.translation import _
from s2s_tui.tui.text import HERE, cell, shown, width_of
from s2s_tui.tui.widgets.quiet import QuietFocus


class OneOf(QuietFocus, Widget, can_focus=True):
    """A choice.

    Args:
        label: marked with `N_()`.
        options: key → title (`N_()`), in their order.
        chosen: the key that is chosen at first.
        width: of the label, in cells.
    """

    DEFAULT_CSS = """
    OneOf {
        height: 1; width: 1fr;
        & > .one-of--chosen { color: $primary; text-style: bold; }
        & > .one-of--cursor { color: $primary; background: $background; text-style: reverse; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"one-of--chosen", "one-of--cursor"}
    BINDINGS: ClassVar = [
        Binding("left", "turn(-1)", show=False),
        Binding("right,space", "turn(1)", show=False),
    ]

    def __init__(
        self,
        label: str,
        options: Mapping[str, str],
        chosen: str,
        *,
        width: int = 20,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._label = label
        self._options = dict(options)
        self._width = width
        self.value = chosen if chosen in self._options else next(iter(self._options))

    def action_turn(self, step: int) -> None:
        """The next one, or the one before."""
        keys = list(self._options)
        self.value = keys[(keys.index(self.value) + step) % len(keys)]
        self.refresh()

    def focus_changed(self) -> None:
        """It looks otherwise with the focus."""
        self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - it has one line
        """The label, and all of them."""
        segments = [Segment(cell(" " + shown(_(self._label)), self._width), self.rich_style)]
        for key, title in self._options.items():
            here = key == self.value
            name = "one-of--cursor" if here and self.has_focus else "one-of--chosen"
            text = f"{shown(HERE) if here else ' '} {shown(_(title))} "
            style = self.get_component_rich_style(name) if here else self.rich_style
            segments.append(Segment(cell(text, width_of(text) + 1), style))
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)
