"""A QR code in half blocks: two rows of it a line, dark on light whatever the theme."""

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

_DARK, _LIGHT = Color.from_rgb(0, 0, 0), Color.from_rgb(255, 255, 255)


class QrCode(Widget):
    """Shows a text as a QR code; as large as it needs to be.

    Args:
        text: what a camera reads.
    """

    DEFAULT_CSS = "QrCode { width: auto; height: auto; }"
    ALLOW_SELECT = False

    def __init__(self, text: str) -> None:
        import segno

        super().__init__()
        code = segno.make(text, error="l", boost_error=False, micro=False)
        self._rows = [[bool(dot) for dot in row] for row in code.matrix_iter(border=1)]
        if len(self._rows) % 2:
            self._rows.append([False] * len(self._rows[0]))
        self.styles.width = len(self._rows[0])
        self.styles.height = len(self._rows) // 2

    def render_line(self, y: int) -> Strip:
        """Two rows of dots: the upper one as the block's colour, the lower one as the ground's."""
        if 2 * y + 1 >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        upper, lower = self._rows[2 * y], self._rows[2 * y + 1]
        return Strip(
            [
                Segment("▀", Style(color=_DARK if top else _LIGHT, bgcolor=_DARK if bottom else _LIGHT))
                for top, bottom in zip(upper, lower, strict=True)
            ],
            len(upper),
        )
