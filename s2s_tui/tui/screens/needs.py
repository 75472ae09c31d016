"""The list of what needs the person: a line each, with its mark, its age and its letter."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from s2s_tui.base.translation import N_, _
from s2s_tui.services.checking import AWAITING
from s2s_tui.services.home import Need
from s2s_tui.services.listing import OVERDUE_DAYS
from s2s_tui.tui.acting import Acting, Hint
from s2s_tui.tui.messages import Failed
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.home_words import JUMPS, Jump, sentence, waiting
from s2s_tui.tui.text import DONE, HERE, LATE, cell, width_of, wrap
from s2s_tui.tui.widgets.quiet import QuietFocus

MOST = 4
"""Lines of a message in place of the list."""


class Needs(Acting, QuietFocus, Widget, can_focus=True):
    """It draws its own lines; in place of needs it says a sentence."""

    DEFAULT_CSS = """
    Needs {
        height: 1; max-width: 100;
        & > .needs--cursor { color: $primary; background: $background; text-style: reverse; }
        & > .needs--late { color: $error; text-style: bold; }
        & > .needs--key { color: $primary; text-style: bold; }
        & > .needs--error { color: $error; text-style: bold; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"needs--cursor", "needs--late", "needs--key", "needs--error"}
    BINDINGS: ClassVar = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("home,pageup", "step(-99)", show=False),
        Binding("end,pagedown", "step(99)", show=False),
    ]
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="open", key="enter", title=N_("open"), help=N_("Go to where it is done."), rank=5),
    )

    def __init__(self) -> None:
        super().__init__()
        self.needs: tuple[Need, ...] = ()
        self.cursor = 0
        self._said = _("Looking…")
        self._kind: Literal["said", "error"] = "said"

    def show(self, needs: Sequence[Need]) -> None:
        """Show what is needed; the cursor stays with its need."""
        before = self._at_cursor()
        self.needs = tuple(needs)
        kinds = [(need.what, need.kind) for need in self.needs]
        wanted = (before.what, before.kind) if before else None
        self.cursor = kinds.index(wanted) if wanted in kinds else 0
        self._said, self._kind = f"{DONE} " + _("Nothing waits for you."), "said"
        self._fit()

    def say(self, text: str, kind: Literal["said", "error"] = "said") -> None:
        """Say a sentence in place of the list."""
        self.needs, self._said, self._kind = (), text, kind
        self._fit()

    def _fit(self) -> None:
        height = len(self.needs) or len(self._lines())
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
        self.refresh()
        self.refresh_bindings()

    def _lines(self) -> list[str]:
        return wrap(self._said, max(1, self.size.width - 2), MOST) or [""]

    def on_resize(self) -> None:
        """Wrap for the new width."""
        if not self.needs:
            self._fit()

    def _at_cursor(self) -> Need | None:
        return self.needs[self.cursor] if self.cursor < len(self.needs) else None

    def can(self, action: Action) -> bool:  # noqa: ARG002 - it has one action
        """There must be something to open."""
        return bool(self.needs)

    def hints(self) -> list[Hint]:
        """Enter, and the letters."""
        letters = " ".join(jump.letter for need in self.needs if (jump := _jump(need)))
        return [*super().hints(), *([Hint(letters, _("jump"), 8)] if letters else [])]

    def action_step(self, step: int) -> None:
        """Move the cursor."""
        before = self.cursor
        self.cursor = max(0, min(len(self.needs) - 1, before + step))
        if before != self.cursor:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in (before, self.cursor)))

    async def do_open(self) -> None:
        """Enter."""
        need = self._at_cursor()
        if need is not None:
            self._go(need)

    def on_key(self, event: events.Key) -> None:
        """A letter goes to its need."""
        for need in self.needs:
            jump = _jump(need)
            if jump and event.character == jump.letter:
                event.stop()
                self._go(need)
                return

    def on_click(self, event: events.Click) -> None:
        """A click goes there."""
        if event.y < len(self.needs):
            self.cursor = event.y
            self._go(self.needs[event.y])

    def _go(self, need: Need) -> None:
        jump = _jump(need)
        if jump:
            late = {"days": OVERDUE_DAYS, "at_own_schools": need.what == "uncollected"} if jump.late else {}
            self.app.call_later(
                self._open, jump.entry, {"tab": need.tab, "view": AWAITING, "text": "", **late}
            )

    async def _open(self, entry: str, wish: Mapping[str, object]) -> None:
        try:
            await self.app.open(entry, **wish)  # type: ignore[attr-defined]
        except Exception as error:
            self.app.post_message(Failed(error))

    def focus_changed(self) -> None:
        """The cursor is seen only with the focus."""
        self.refresh(Region(0, self.cursor, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """A need, or a line of what is said."""
        width = self.size.width
        if not self.needs:
            lines = self._lines()
            style = (
                self.get_component_rich_style("needs--error") if self._kind == "error" else self.rich_style
            )
            return Strip([Segment(cell("  " + lines[y] if y < len(lines) else "", width), style)], width)
        if y >= len(self.needs):
            return Strip.blank(width, self.rich_style)
        need = self.needs[y]
        here = y == self.cursor and self.has_focus
        style = self.get_component_rich_style("needs--cursor") if here else self.rich_style
        late = style if here or not need.overdue else self.get_component_rich_style("needs--late")
        key = style if here else self.get_component_rich_style("needs--key")
        mark = f"{HERE if here else ' '} {LATE if need.overdue else ' '} "
        jump = _jump(need)
        age = min(max(width_of(waiting(need)) for need in self.needs), max(0, width // 3))
        room = max(0, width - len(mark) - age - 5)
        segments = [
            Segment(cell(mark, len(mark)), late),
            Segment(cell(sentence(need), room) + " ", style),
            Segment(cell(waiting(need), age, "right"), late),
            Segment(cell(f"  {jump.letter if jump else ''} ", 4), key),
        ]
        return Strip(segments).adjust_cell_length(width, style)


def _jump(need: Need) -> Jump | None:
    return JUMPS.get((need.what, need.kind))
