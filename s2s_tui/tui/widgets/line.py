"""Literal text: one line with two ends, a rule, or a paragraph. None of them reads markup."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from s2s_tui.tui.text import both_ends, shown

Part = str | tuple[str, str]
"""A text, or a text with a Textual style (`bold`, `dim`, `$error`)."""


class Line(Widget):
    """One line of raw text, shown literally: something at the left, something at the right.

    It repaints only when what it says changes.
    """

    DEFAULT_CSS = "Line { height: 1; width: 1fr; }"
    ALLOW_SELECT = False

    def __init__(self, left: str = "", right: str = "", *, id: str | None = None, classes: str = "") -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.left = left
        self.right = right

    def say(self, left: str, right: str = "") -> None:
        """Show other texts."""
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        text = both_ends(self.left, self.right, width) if y == 0 else " " * width
        return Strip([Segment(text, self.rich_style)], width)


class Rule(Line):
    """A horizontal line, with a joint where the sidebar's edge meets it.

    Args:
        joint: the character of the joint: `┬`, `┴`, `├`…
    """

    DEFAULT_CSS = "Rule { color: $border-blurred; }"

    def __init__(self, joint: str = "─", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.joint = joint
        self.at = -1

    def join(self, at: int) -> None:
        """Put the joint at a cell; -1: nowhere."""
        if at != self.at:
            self.at = at
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - it has one line
        """The line."""
        return Strip([Segment(ruled(self.size.width, self.at, self.joint), self.rich_style)], self.size.width)


def ruled(width: int, at: int, joint: str) -> str:
    """A horizontal line of some width with a joint at a cell."""
    if not 0 <= at < width:
        return shown("─") * width
    return shown("─") * at + shown(joint) + shown("─") * (width - at - 1)


class Literal(Static):
    """A paragraph of raw text, wrapped, shown literally; line ends stay."""

    DEFAULT_CSS = "Literal { width: 1fr; height: auto; }"

    def __init__(self, *parts: Part, id: str | None = None, classes: str = "") -> None:  # noqa: A002
        super().__init__(_assembled(parts), markup=False, id=id, classes=classes)

    def say(self, *parts: Part) -> None:
        """Show other texts, one after the other."""
        self.update(_assembled(parts))


def _assembled(parts: Sequence[Part]) -> Text:
    text = Text()
    for part in parts:
        words, style = part if isinstance(part, tuple) else (part, "")
        text.append("\n".join(map(shown, words.split("\n"))), Style.parse(style) if style else None)
    return text
