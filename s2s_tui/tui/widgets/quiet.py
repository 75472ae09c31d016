"""Focus that repaints one line, where Textual repaints the whole widget and the whole screen (8 kB each)."""

from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

T = TypeVar("T")

if TYPE_CHECKING:
    _Widget = Widget
else:
    _Widget = object


class QuietScreen(Screen[T]):
    """A screen that isn't painted anew when the focus moves; the base of every screen of the app."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)


class QuietModal(ModalScreen[T]):
    """A form that has to be filled in or closed first: opaque, in the middle, painted once."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)


class QuietFocus(_Widget):
    """Mixin, before a Textual base: `focus_changed` repaints what looks otherwise with the focus."""

    def focus_changed(self) -> None:
        """Repaint the cursor's line; a hook."""

    def on_focus(self, event: events.Focus) -> None:
        """What `Widget._on_focus` does, but for its refresh and its search for `:focus` styles."""
        event.prevent_default()
        self.set_reactive(Widget.has_focus, True)
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))
        self.focus_changed()

    def on_blur(self, event: events.Blur) -> None:
        """What `Widget._on_blur` does, but for those."""
        event.prevent_default()
        self.set_reactive(Widget.has_focus, False)
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))
        self.focus_changed()
