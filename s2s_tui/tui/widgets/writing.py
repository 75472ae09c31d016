"""Several lines to type in, such as a message: no frame, no blinking cursor, what is pasted is only text."""

from rich.text import Text
from textual.widgets import TextArea

from s2s_tui.base.text import printable


class Writing(TextArea):
    """Textual's text area, quiet: Tab and Esc leave it, Ctrl+Z undoes.

    Args:
        text: what is there at first; raw.
        placeholder: translated; shown while it is empty.
        id: Textual's id.
    """

    DEFAULT_CSS = """
    Writing, Writing:focus { border: none; padding: 0 1; height: 1fr; width: 1fr; background: $surface; }
    Writing:focus { background: $panel; }
    """

    def __init__(self, text: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            text,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            compact=True,
            highlight_cursor_line=False,
            placeholder=placeholder,
            id=id,
        )
        self.cursor_blink = False

    def get_line(self, line_index: int) -> Text:
        """A line as it is painted: an escape sequence that was pasted is text, too; tabs stay tabs."""
        line = self.document.get_line(line_index)
        literal = "\t".join(printable(part) for part in line.split("\t"))
        return Text(literal, end="", no_wrap=True)
