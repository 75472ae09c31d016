"""What is said on the screens that stand alone, in their middle."""

from rich.segment import Segment
from textual.strip import Strip

from s2s_tui.tui.text import cell
from s2s_tui.tui.widgets.status import Status


class Said(Status):
    """The status line under the fields, in their middle; empty while there is nothing to say."""

    DEFAULT_CSS = "Said { margin-top: 1; min-height: 2; }"

    def render_line(self, y: int) -> Strip:
        """A line of the message, in the middle."""
        lines = self._lines()
        if not lines:
            return Strip.blank(self.size.width, self.rich_style)
        width = self.size.width
        # The lines stand as one block, so that only the first one's mark sticks out.
        block = max(map(len, lines)) + 4
        line = super().render_line(y).text[:block] if y < len(lines) else ""
        style = self.get_component_rich_style(f"status--{self.kind}") if y < len(lines) else self.rich_style
        return Strip([Segment(cell(line.rstrip(), width, "center"), style)], width)
