"""F1: the page about where one is, made from the registry."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from s2s_tui.base.translation import N_, _
from s2s_tui.tui.registry import Action, key_name
from s2s_tui.tui.text import cell, wrap
from s2s_tui.tui.widgets.line import Line, Literal, Part
from s2s_tui.tui.widgets.quiet import QuietScreen

GRAMMAR: tuple[tuple[str, str], ...] = (
    ("↑ ↓ PgUp PgDn Home End", N_("Move.")),
    ("Tab  Shift+Tab", N_("To the next part of the screen, or the one before.")),
    ("Esc", N_("One step back, at last to the menu.")),
    ("F1", N_("This page.")),
    ("Ctrl+P  F2", N_("Find anything by its name.")),
    ("Ctrl+Q  F10", N_("Leave the program.")),
)
"""What holds everywhere."""

MARKS: tuple[tuple[str, str], ...] = (
    ("●", N_("new or unread")),
    ("!", N_("overdue")),
    ("✓", N_("done, or good")),
    ("✗", N_("refused")),
    ("~", N_("good, but have a look")),
    ("*", N_("marked")),
)


KEYS = 24
"""Cells of the column of keys."""
Page = Callable[[int], list[Part]]
"""Gives the page's text for a width in cells."""


def help_page(title: str, about: str, sections: Iterable[tuple[str, Sequence[Action]]]) -> Page:
    """The page as it is laid for any width; see `help_parts`."""
    sections = [(heading, tuple(actions)) for heading, actions in sections]
    return lambda width: help_parts(title, about, sections, width)


def help_parts(
    title: str, about: str, sections: Iterable[tuple[str, Sequence[Action]]], width: int
) -> list[Part]:
    """The page's text.

    Args:
        title: translated.
        about: translated; a paragraph.
        sections: a translated heading and its actions; empty ones are left out.
        width: what stands beside the keys is wrapped for, in cells.

    Returns:
        Parts for a `Literal`.
    """
    parts: list[Part] = [(title, "bold"), "\n"]
    if about:
        parts += [about, "\n"]
    for heading, actions in sections:
        keys: dict[str, list[str]] = {}
        for action in actions:
            keys.setdefault(_(action.help or action.title), []).extend(map(key_name, action.key.split(",")))
        parts += _section(heading, [(" ".join(those), what) for what, those in keys.items()], width)
    parts += _section(_("Everywhere"), [(keys, _(what)) for keys, what in GRAMMAR], width)
    parts += _section(_("Marks"), [(mark, _(what)) for mark, what in MARKS], width)
    return parts


def _section(heading: str, rows: Sequence[tuple[str, str]], width: int) -> list[Part]:
    if not rows:
        return []
    parts: list[Part] = ["\n", (heading, "bold"), "\n"]
    for keys, what in rows:
        lines = wrap(what, max(20, width - KEYS - 2), MOST)
        parts += ["  ", (cell(keys, KEYS), "bold"), ("\n" + " " * (KEYS + 2)).join(lines), "\n"]
    return parts


MARGINS = 5
"""Cells at both sides of the page, with its scroll bar."""
MOST = 9
"""Lines that one sentence takes at most."""


class Help(QuietScreen[None]):
    """A page to read; Esc, F1 or q closes it."""

    DEFAULT_CSS = """
    Help { layout: vertical; & > VerticalScroll { padding: 1 2; scrollbar-size-vertical: 1; } }
    Help > Line { background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar = [Binding("escape,f1,q,enter", "close", show=False)]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        """The text and how to leave it."""
        yield Line(_("Help"))
        with VerticalScroll():
            yield Literal()
        yield Line(_("↑ ↓ move   Esc closes"))

    def on_resize(self) -> None:
        """Lay it for the width there is."""
        self.query_one(Literal).say(*self._page(self.size.width - MARGINS))

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss()

    def on_click(self, event: events.Click) -> None:
        """A click on the last line closes."""
        if event.screen_y >= self.size.height - 1:
            self.dismiss()
