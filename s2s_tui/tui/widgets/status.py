"""The line above the foot: a rule while there is nothing to say, then the last thing said, literally."""

from time import monotonic

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from s2s_tui.tui.messages import Kind
from s2s_tui.tui.text import DONE, HERE, REFUSED, WARNING, cell, shown, wrap
from s2s_tui.tui.widgets.line import ruled

MOST = 4
"""Lines that one message takes at most."""
READ = 4.0
"""Seconds after which a message counts as read: the next key clears it. Nothing moves by itself."""

_MARKS: dict[Kind, str] = {"said": HERE, "done": DONE, "warning": WARNING, "error": REFUSED}


class Status(Widget):
    """Where `Told` and `Failed` are shown; quiet and in one place instead of pop-ups."""

    DEFAULT_CSS = """
    Status {
        height: 1; width: 1fr; color: $border-blurred;
        & > .status--said { color: $foreground; background: $panel; }
        & > .status--done { color: $success; background: $panel; }
        & > .status--warning { color: $warning; background: $panel; }
        & > .status--error { color: $error; background: $panel; text-style: bold; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"status--said", "status--done", "status--warning", "status--error"}  # noqa: RUF012

    text: reactive[str] = reactive("", layout=False)

    def __init__(self, joint: str = "┴", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.kind: Kind = "said"
        self.joint = joint
        self.at = -1
        self._since = 0.0

    def join(self, at: int) -> None:
        """Put the joint of the rule at a cell; -1: nowhere."""
        if at != self.at:
            self.at = at
            self.refresh()

    def tell(self, text: str, kind: Kind = "said") -> None:
        """Show a sentence in place of the last one."""
        self.kind = kind
        self.text = text
        self._since = monotonic()
        self._fit()
        self.refresh()

    def clear(self) -> None:
        """Show the rule again."""
        if self.text:
            self.text = ""
            self._fit()

    def clear_if_read(self) -> None:
        """Clear what has been there for some seconds; called when a key is pressed."""
        if self.text and monotonic() - self._since >= READ:
            self.clear()

    def _fit(self) -> None:
        height = max(1, len(self._lines()))
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._fit()

    def _lines(self) -> list[str]:
        return wrap(self.text, (self.size.width or self.app.size.width) - 4, MOST) if self.text else []

    def render_line(self, y: int) -> Strip:
        """A line of the message, or the rule."""
        width = self.size.width
        lines = self._lines()
        if not lines:
            line = ruled(width, self.at, self.joint) if y == 0 else " " * width
            return Strip([Segment(line, self.rich_style)], width)
        mark = shown(_MARKS[self.kind]) if y == 0 else " "
        line = cell(f" {mark} {lines[y] if y < len(lines) else ''}", width)
        return Strip([Segment(line, self.get_component_rich_style(f"status--{self.kind}"))], width)
