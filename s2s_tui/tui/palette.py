"""Ctrl+P: everything by name. A few lines over the pane, not a screen of its own: that would cost 40 kB."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.translation import _
from s2s_tui.tui.acting import Acting, Hint
from s2s_tui.tui.text import HERE, both_ends, shown
from s2s_tui.tui.widgets.line_input import LineInput

SHOWN = 10
"""Lines of choices."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to do or to open.

    Attributes:
        title: translated.
        note: translated; said at the right: its key, a help, a username. Both are searched.
        run: does it.
    """

    title: str
    note: str
    run: Callable[[], object]


def matching(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices whose title or note hold every typed word; first those of which a part starts with it."""
    words = typed.casefold().split()

    def weight(choice: Choice) -> tuple[int, int] | None:
        title = shown(choice.title).casefold()
        said = f"{title} {shown(choice.note).casefold()}"
        if not all(word in said for word in words):
            return None
        starts = sum(any(part.startswith(word) for part in title.split()) for word in words)
        # “audit” is rather “Administration › Audit” than “… › User audit”.
        begins = bool(words) and any(part.strip().startswith(words[0]) for part in title.split("›"))
        return (0 if begins else 1, -starts)

    weighed = [(weight(choice), number) for number, choice in enumerate(choices)]
    return [choices[number] for found, number in sorted((w, n) for w, n in weighed if w is not None)]


class PaletteField(LineInput):
    """What is looked for."""


class PaletteChoices(Widget):
    """What was found."""

    DEFAULT_CSS = """
    PaletteChoices {
        height: 10;
        & > .choices--cursor { color: $primary; background: $background; text-style: reverse; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"choices--cursor"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.choices: list[Choice] = []
        self.is_filled = True
        self.cursor = 0
        self._top = 0

    def set(self, choices: list[Choice]) -> None:
        """Show others."""
        self.choices, self.cursor, self._top = choices, 0, 0
        self.refresh()

    def go(self, step: int) -> None:
        """Move the cursor."""
        before = self.cursor
        self.cursor = max(0, min(len(self.choices) - 1, before + step))
        top = min(max(self._top, self.cursor - SHOWN + 1), self.cursor)
        if top != self._top:
            self._top = top
            self.refresh()
        elif before != self.cursor:
            self.refresh(*(Region(0, at - top, self.size.width, 1) for at in (before, self.cursor)))

    def render_line(self, y: int) -> Strip:
        """One choice."""
        width = self.size.width
        at = self._top + y
        if at >= len(self.choices):
            nothing = _("Nothing is called that.") if self.is_filled else _("Looking…")
            text = f"  {nothing}" if y == 0 else ""
            return Strip([Segment(both_ends(text, "", width), self.rich_style)], width)
        here = at == self.cursor
        choice = self.choices[at]
        text = f"{HERE if here else ' '} " + shown(choice.title)
        style = self.get_component_rich_style("choices--cursor") if here else self.rich_style
        return Strip([Segment(both_ends(text, choice.note + " ", width), style)], width)

    def on_click(self, event: events.Click) -> None:
        """A click takes it."""
        at = self._top + event.y
        if at < len(self.choices) and isinstance(self.parent, Palette):
            self.cursor = at
            self.parent.take()


class Palette(Acting, Widget):
    """Hidden until it is asked for; it belongs on a layer above the panes."""

    DEFAULT_CSS = """
    Palette {
        layer: above; display: none; height: 11; width: 65; background: $surface;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._all: list[Choice] = []
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        """A field and the choices."""
        yield PaletteField(placeholder=_("What would you like to do?"))
        yield PaletteChoices()

    def hints(self) -> list[Hint]:
        """Its keys, for the foot."""
        return [Hint("Enter", _("do it"), 5), Hint("Esc", _("close"), 6)]

    def show(self, choices: Sequence[Choice] | None) -> None:
        """Open it, with everything that can be chosen now; None: `fill` will say; letters count already."""
        self._all = list(choices or ())
        self.query_one(PaletteChoices).is_filled = choices is not None
        self._before = self.screen.focused
        field = self.query_one(PaletteField)
        field.value = ""
        self.query_one(PaletteChoices).set(matching(self._all, ""))
        self.display = True
        self.screen.set_focus(field, scroll_visible=False)

    def fill(self, choices: Sequence[Choice]) -> None:
        """What can be chosen, narrowed by what was typed meanwhile."""
        self._all = list(choices)
        self.query_one(PaletteChoices).is_filled = True
        self.query_one(PaletteChoices).set(matching(self._all, self.query_one(PaletteField).value))

    def close(self) -> None:
        """Hide it; the focus goes back."""
        if self.display:
            before = self._before
            self.display = False
            if before is not None and before.is_attached and before.focusable:
                self.screen.set_focus(before, scroll_visible=False)

    def take(self) -> None:
        """Do what the cursor is on."""
        choices = self.query_one(PaletteChoices)
        chosen = choices.choices[choices.cursor] if choices.choices else None
        self.close()
        if chosen:
            chosen.run()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as letters come."""
        event.stop()
        self.query_one(PaletteChoices).set(matching(self._all, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        if self.query_one(PaletteChoices).is_filled:
            self.take()

    def on_key(self, event: events.Key) -> None:
        """Moving in the choices, and Esc."""
        steps = {"up": -1, "down": 1, "pageup": -SHOWN, "pagedown": SHOWN}
        if event.key in steps:
            self.query_one(PaletteChoices).go(steps[event.key])
        elif event.key in ("escape", "ctrl+p"):
            self.close()
        elif event.key not in ("tab", "shift+tab", "f1"):
            return
        event.stop()
        event.prevent_default()
