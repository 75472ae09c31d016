"""The six fields of the Lost Pupil search and its box, on two lines, with a word where something is wrong."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.services.search import LookedFor
from s2s_tui.services.wording import say
from s2s_tui.tui.acting import Acting, Hint
from s2s_tui.tui.text import REFUSED, cell
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.line_input import LineInput
from s2s_tui.tui.widgets.quiet import QuietFocus

TITLES: Mapping[str, str] = {
    "surname": N_("Surname"),
    "forename": N_("Forename"),
    "dob": N_("Born"),
    "gender": N_("Gender"),
    "town": N_("Town"),
    "upn": N_("UPN"),
}
ROOMY = 90
"""Cells from which the fields of the second line are longer."""
ROWS = (("surname", "forename"), ("dob", "gender", "town", "upn"))


class Tick(QuietFocus, Widget, can_focus=True):
    """A box to tick, `[x] Surname begins`: Space or a click. Enter searches, as in the fields."""

    DEFAULT_CSS = """
    Tick {
        height: 1; width: 18;
        & > .tick--focus { color: $primary; text-style: reverse; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tick--focus"}
    BINDINGS: ClassVar = [Binding("space", "tick", show=False), Binding("enter", "enter", show=False)]

    class Entered(Message):
        """Enter was pressed."""

    class Ticked(Message):
        """It was ticked or unticked by the person."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.on = False

    def set(self, on: bool) -> None:
        """Tick it or not."""
        if on != self.on:
            self.on = on
            self.refresh()

    def action_tick(self) -> None:
        """Turn it over."""
        self.set(not self.on)
        self.post_message(self.Ticked())

    def action_enter(self) -> None:
        """Search."""
        self.post_message(self.Entered())

    def on_click(self) -> None:
        """A click turns it over."""
        self.action_tick()

    def focus_changed(self) -> None:
        """It looks otherwise with the focus."""
        self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - it has one line
        """Box and title."""
        width = self.size.width
        style = self.get_component_rich_style("tick--focus") if self.has_focus else self.rich_style
        box = "[x] " if self.on else "[ ] "
        return Strip([Segment(cell(box + _(self._title), width), style)], width)


class SearchFields(Acting, Widget):
    """What is looked for. Posts `Wanted` on Enter, `Tick.Ticked` when the box is turned over."""

    DEFAULT_CSS = """
    SearchFields {
        height: auto; width: 1fr;
        & > Horizontal { height: 1; width: 1fr; }
        & > Horizontal > Line { width: 8; }
        & > Horizontal > Line.wrong { color: $error; text-style: bold; }
        & > Horizontal > LineInput { padding: 0; margin-right: 1; width: 1fr; max-width: 32; }
        & > Horizontal > LineInput:focus { padding: 0; }
        & > Horizontal > #surname { width: 5fr; }
        & > Horizontal > .for-forename { width: 11; }
        & > Horizontal > #forename { width: 4fr; }
        & > Horizontal > #dob { width: 11; }
        & > Horizontal > .for-gender { width: 8; }
        & > Horizontal > #gender { width: 2; }
        & > Horizontal > .for-town { width: 5; }
        & > Horizontal > .for-upn { width: 4; }
        & > Horizontal > #upn { width: 13; margin-right: 0; }
        &.roomy > Horizontal > #dob { width: 18; }
        &.roomy > Horizontal > #gender { width: 8; }
        &.roomy > Horizontal > #upn { width: 16; }
        & > .fields--wrong { color: $error; display: none; }
    }
    """
    BINDINGS: ClassVar = [
        Binding("tab", "hop(1)", show=False, priority=True),
        Binding("shift+tab", "hop(-1)", show=False, priority=True),
    ]
    """As `HOPS`, but the box comes after all that is typed."""

    class Wanted(Message):
        """Enter was pressed in a field."""

    def __init__(self) -> None:
        super().__init__()
        self._inputs = {name: LineInput(id=name) for name in TITLES}
        self._labels = {name: Line(_(title), classes=f"for-{name}") for name, title in TITLES.items()}
        self._wrong: dict[str, str] = {}
        self.tick = Tick(N_("Surname begins"))
        self.last: Widget = self._inputs["surname"]
        """The field that had the focus last."""

    def compose(self) -> ComposeResult:
        """Two lines of fields, and one for what is wrong with them."""
        for row in ROWS:
            with Horizontal():
                for name in row:
                    yield self._labels[name]
                    yield self._inputs[name]
                if row is ROWS[0]:
                    yield self.tick
        self._line = Line(classes="fields--wrong")
        yield self._line

    def on_resize(self, event: events.Resize) -> None:
        """Longer fields where there is room."""
        self.set_class(event.size.width >= ROOMY, "roomy")

    def hints(self) -> list[Hint]:
        """Enter, which every field knows."""
        return [Hint("Enter", _("search"), 5), Hint("Tab", _("next"), 60)]

    @property
    def looked(self) -> LookedFor:
        """What is typed, as it is."""
        return LookedFor(**{name: field.value for name, field in self._inputs.items()}, begins=self.tick.on)

    @property
    def focused(self) -> bool:
        """Whether one of the fields, or the box, has the focus."""
        return self.screen.focused in (*self._inputs.values(), self.tick)

    def action_hop(self, step: int) -> None:
        """To the next field; after the last the box, and then what stands below."""
        order = [*self._inputs.values(), self.tick]
        here = self.screen.focused
        place = order.index(here) + step if here in order else -1
        if 0 <= place < len(order):
            self.screen.set_focus(order[place])
            return
        chain = self.screen.focus_chain
        ends = [at for at, widget in enumerate(chain) if widget in order]
        self.screen.set_focus(chain[(ends[-1] + 1) % len(chain) if step > 0 else ends[0] - 1])

    def fill(self, looked: LookedFor) -> None:
        """Type something else in."""
        for name, field in self._inputs.items():
            field.value = getattr(looked, name)
        self.tick.set(looked.begins)
        self.complain({})

    def complain(self, wrong: Mapping[str, S2SError]) -> None:
        """Mark the fields that something is wrong with, say the first one's word, and go there."""
        self._wrong = {name: say(wrong[name]) for name in TITLES if name in wrong}
        self._show()
        if self._wrong:
            self.screen.set_focus(self._inputs[next(iter(self._wrong))])

    def note(self, wrong: Mapping[str, S2SError], of: Iterable[str]) -> None:
        """Mark or clear some of the fields, wherever the focus is."""
        for name in of:
            self._wrong.pop(name, None)
            if name in wrong:
                self._wrong[name] = say(wrong[name])
        self._show()

    def _show(self) -> None:
        for name, label in self._labels.items():
            bad = name in self._wrong
            label.set_class(bad, "wrong")
            label.say((REFUSED if bad else "") + _(TITLES[name]))
        first = next((name for name in TITLES if name in self._wrong), "")
        self._line.say(f"{REFUSED} {_(TITLES[first])}: {self._wrong[first]}" if first else "")
        self._line.display = bool(first)

    def name_of(self, field: Input) -> str:
        """Which field an input is."""
        return field.id or ""

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember where the person was."""
        self.last = event.widget

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is typed on is right until it is looked at again."""
        event.stop()
        name = self.name_of(event.input)
        if name in self._wrong:
            self.note({}, [name])

    def on_tick_entered(self, event: Tick.Entered) -> None:
        """Enter searches from the box, too."""
        event.stop()
        self.post_message(self.Wanted())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter searches."""
        event.stop()
        self.post_message(self.Wanted())
