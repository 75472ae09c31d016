"""A list with details, under a field that narrows it as one types."""

import asyncio
from typing import ClassVar, TypeVar

from textual import events
from textual.widgets import Input

from s2s_tui.base.translation import N_, _
from s2s_tui.tui.acting import Hint
from s2s_tui.tui.form import Field
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.threads import instead
from s2s_tui.tui.widgets.virtual_table import VirtualTable

T = TypeVar("T")
PAUSE = 0.12
"""Seconds without a key before the list narrows."""


class DetailsTable(VirtualTable):
    """A list whose Enter shows the details with all the room."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open", key="enter", title=N_("details"), help=N_("All that is held."), rank=40, run="open"
        ),
    )


class TypedPane(ListPane[T]):
    """`/` goes to the field, Enter or ↓ to the list, Esc shows all; `text` is what is typed."""

    DEFAULT_CSS = """
    TypedPane {
        & > Field { display: none; }
        & > Field.shown { display: block; }
        & > Field > Line { width: 9; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="filter", key="slash", title=N_("filter"), help=N_("Narrow the list as you type."), rank=20
        ),
    )
    LOOKED_FOR: ClassVar[str] = ""
    """What can be typed: the field's placeholder, marked with `N_()`."""

    def lay_field(self) -> Field:
        """The field above the list, for `compose`."""
        self.field = Field(N_("Filter"), id="filter")
        self.field.input.placeholder = _(self.LOOKED_FOR)
        return self.field

    @property
    def text(self) -> str:
        """What is typed."""
        return self.field.value

    @property
    def back_title(self) -> str:
        """Esc closes what is held, then shows all."""
        return super().back_title or (_("show all") if self.text.strip() else "")

    def narrow_to(self, text: str) -> None:
        """Narrow the list to what another screen asks for, and show by what."""
        self.field.input.value = text
        self.field.set_class(bool(text.strip()), "shown")

    @property
    def is_typing(self) -> bool:
        """Whether letters are letters now."""
        return self.screen.focused is self.field.input

    def hints(self) -> list[Hint]:
        """While one types, what Enter does."""
        found = super().hints()
        return [Hint("Enter", _("to the list"), 1), *found] if self.is_mounted and self.is_typing else found

    def do_filter(self) -> None:
        """To the field."""
        self.release()
        self.field.add_class("shown")
        self.screen.set_focus(self.field.input)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow once nobody has typed for a moment."""
        event.stop()
        instead(self, "list", self._later)

    async def _later(self) -> None:
        await asyncio.sleep(PAUSE)
        await self._reading()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the list."""
        event.stop()
        self._to_list()

    def on_key(self, event: events.Key) -> None:
        """Down goes from the field to the list."""
        if event.key == "down" and self.is_typing:
            event.stop()
            self._to_list()

    def _to_list(self) -> None:
        self.field.set_class(bool(self.text.strip()), "shown")
        self.screen.set_focus(self.table)

    def on_virtual_table_opened(self) -> None:
        """Enter: the details with the room."""
        if self.here is not None:
            self.hold(self.details_of(self.here))

    def widen(self) -> bool:
        """Show all."""
        if not self.text and not self.field.has_class("shown"):
            return False
        self.stay()
        self.field.input.value = ""
        self._to_list()
        return True
