"""A form that stands alone until it is filled in or closed; opaque, in the middle of the screen.

Use it where a question or a line at the foot isn't enough::

    class AddUser(Form[NewUser]):
        TITLE_TEXT = N_("Add a user")

        def fields(self):
            yield Field(N_("Username"), id="username")

        async def do_save(self):
            self.dismiss(await in_thread(...))      # what it raises is said in the form's own status line

    added = await self.app.push_screen_wait(AddUser())   # in a do_ method; None: closed
"""

from collections.abc import Awaitable, Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.translation import N_, _
from s2s_tui.tui.acting import Acting
from s2s_tui.tui.help import Help, help_page
from s2s_tui.tui.in_hand import in_hand
from s2s_tui.tui.registry import Action
from s2s_tui.tui.widgets.foot import Foot
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.line_input import HOPS, LineInput
from s2s_tui.tui.widgets.quiet import QuietModal
from s2s_tui.tui.widgets.status import Status

T = TypeVar("T")


class Form(Acting, QuietModal[T | None]):
    """Its fields, a status line and a foot of its own. Esc closes it with None, Enter or F9 saves."""

    TITLE_TEXT: ClassVar[str] = ""
    """Marked with `N_()`."""
    DEFAULT_CSS = """
    Form {
        align: center middle;
        & > Vertical { width: 76; max-width: 100%; height: auto; max-height: 100%; }
        & > Vertical > .form--title { background: $panel; text-style: bold; padding: 0 1; margin-bottom: 1; }
        & > Vertical > Status { margin-top: 1; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="save", key="f9", title=N_("save"), help=N_("Save and close the form."), rank=5),
        Action(id="close", key="escape", title=N_("close"), help=N_("Close the form as it was."), rank=6),
        Action(id="help", key="f1", title=N_("help"), help=N_("This page."), rank=60),
    )

    def compose(self) -> ComposeResult:
        """Title, fields, status, foot."""
        with Vertical():
            yield Line(_(self.TITLE_TEXT), classes="form--title")
            yield from self.fields()
            yield Status("─")
            yield from in_hand(self.app)
            yield Foot()

    def fields(self) -> Iterable[Widget]:
        """What is to be filled in; to be overridden."""
        return ()

    async def do_save(self) -> None:
        """To be overridden: check, do, `dismiss` with the result."""
        self.dismiss(None)

    def do_close(self) -> None:
        """Esc: stop what is under way, else close."""
        if not self.query_one(Foot).cancel():
            self.dismiss(None)

    def about(self) -> str:
        """What F1 says before the keys; translated; a hook."""
        return ""

    def do_help(self) -> None:
        """F1: the form's keys, and those of the part that one is in."""
        sections = [(_("Here"), self.offered())]
        if isinstance(self.focused, Acting):
            sections.append((_("In this part"), self.focused.offered()))
        title = self.query_one(".form--title", Line).left
        self.app.push_screen(Help(help_page(title, self.about(), sections)))

    def after(self, field: Widget) -> Widget | None:
        """Where Enter goes from a field; None: it is the last one. A hook."""
        fields: list[Widget] = [one for one in self.query(Input) if one.focusable]
        return fields[fields.index(field) + 1] if field is not fields[-1] else None

    def on_input_submitted(self, event: Input.Submitted) -> Awaitable[None] | None:
        """Enter in the last field saves. May be overridden, also as `async`."""
        event.stop()
        self.go_on(event.input)
        return None

    def go_on(self, field: Widget) -> None:
        """From a field to the next one; after the last it saves."""
        following = self.after(field)
        if following is None:
            self.action_act("save")
        else:
            self.set_focus(following)


class Field(Widget):
    """A label and a line to type in.

    Enter goes on at once, as Tab does (`HOPS`).

    Args:
        label: marked with `N_()`.
        value: what is there at first; raw.
        password: whether it is hidden.
        id: of the input in it.
    """

    DEFAULT_CSS = """
    Field {
        layout: horizontal; height: 1; width: 1fr;
        & > Line { width: 20; padding: 0 1; }
    }
    """
    BINDINGS: ClassVar = [Binding("enter", "go_on", show=False, priority=True), *HOPS]

    def __init__(self, label: str, value: str = "", *, password: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__()
        self._label = label
        self.input: Input = LineInput(value, password=password, id=id)

    def compose(self) -> ComposeResult:
        """Side by side."""
        yield Line(_(self._label))
        yield self.input

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the last field of a form Enter does what is done at the end of it."""
        if action == "go_on":
            return self._following() is not None
        return super().check_action(action, parameters)

    def action_go_on(self) -> None:
        """To the next field."""
        self.screen.set_focus(self._following())

    def _following(self) -> Widget | None:
        return self.screen.after(self.input) if isinstance(self.screen, Form) else None

    @property
    def value(self) -> str:
        """What is typed."""
        return self.input.value
