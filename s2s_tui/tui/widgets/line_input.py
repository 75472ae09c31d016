"""One line to type in, without a frame and without a blinking cursor, which would send bytes for ever."""

from collections.abc import Mapping

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Offset
from textual.widgets import Input

from s2s_tui.base.text import printable

_EDITS: Mapping[str, str] = {
    key: binding.action
    for binding in Input.BINDINGS
    if isinstance(binding, Binding) and binding.action.startswith(("delete", "cursor", "home", "end"))
    for key in binding.key.split(",")
}
"""Key → what it does to the line."""

HOPS = (
    Binding("tab", "app.focus_next", show=False, priority=True),
    Binding("shift+tab", "app.focus_previous", show=False, priority=True),
)
"""`BINDINGS` for what holds such lines: Tab counts before another key is looked at. On a slow line all keys
come in one burst, and what is typed after it must not stand in the field before."""


class LineInput(Input):
    """Textual's input, one line high.

    Args:
        value: what is there at first; raw: an input shows its text literally.
        placeholder: translated; shown while it is empty.
        password: whether it is hidden.
        id: Textual's id.
    """

    DEFAULT_CSS = """
    LineInput, LineInput:focus { border: none; height: 1; padding: 0; width: 1fr; background: $surface; }
    LineInput:focus { background: $panel; text-style: underline; }
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        password: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(
            value=value,
            placeholder=placeholder,
            password=password,
            compact=True,
            select_on_focus=False,
            id=id,
        )
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        # Done here and now: a binding's turn comes after the letters of a burst, so that on a slow line a
        # slip and its correction would go wrong.
        action = _EDITS.get(event.key)
        if action is None:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        await self.run_action(action)

    @property
    def scroll_offset(self) -> Offset:
        """Where what is shown begins: a value longer than the line is read from its start when left."""
        return super().scroll_offset if self.has_focus else Offset(0, 0)

    @property
    def _value(self) -> Text:
        # What is painted: an escape sequence that was pasted is text, too. One character for one.
        text = super()._value
        text.plain = printable(text.plain)
        return text
