"""The foot line: the next keys; and, in their place, a question, a short text to type, or progress.

What is asked here is awaited in a worker (a `do_` method is one)::

    if await self.app.ask(_("Reject {n} files?").format(n=2)): ...
    reason = await self.app.prompt(_("Reason"))            # None: Esc
    with self.app.progress(_("Sending"), total=12) as progress:
        await in_thread(services.send_all, files, progress)  # it calls progress.step(done), asks .cancelled
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.services.wording import say
from s2s_tui.tui.acting import Acting, Hint
from s2s_tui.tui.messages import Told
from s2s_tui.tui.text import cell, cut, shown, width_of, wrap
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.line_input import LineInput

YES_NO = N_("y/n")
"""Yes and no, whose first letters answer; `y` and `n` do in every language."""
BAR = 20
MOST = 2
"""Lines of a question: it is read before it is answered."""
BEATS = 0.25
"""Seconds between two looks at the progress; nothing is sent while it stands still."""

Check = Callable[[str], object]
"""Looks at what was typed, and raises where it won't do."""


class Progress:
    """How far something is. Any thread may call it.

    Attributes:
        done: how many are done.
        total: of how many; 0: nobody knows, the count is shown without a bar.
        cancelled: whether the person has pressed Esc; the work looks at it and stops where it may.
    """

    def __init__(self, title: str, total: int) -> None:
        self.title = title
        self.total = total
        self.done = 0
        self.cancelled = False

    def step(self, done: int, total: int | None = None) -> None:
        """Say how many are done, and of how many where that has changed."""
        self.done = done
        if total is not None:
            self.total = total

    def __str__(self) -> str:
        if self.cancelled:
            return _("{title}: stopping…").format(title=self.title)
        if self.total <= 0:
            return f"{self.title}  {self.done:,}"
        full = max(0, min(BAR, BAR * self.done // self.total))
        return f"{self.title}  {'█' * full}{'░' * (BAR - full)}  {self.done:,}/{self.total:,}"


def fitted(hints: Sequence[Hint], width: int) -> tuple[list[Hint], int]:
    """The hints that fit a line, in their order, and the gap between them.

    Args:
        hints: all of them; where there is no room the highest ranks go first, of equal ones the last.
        width: cells.

    Returns:
        What is kept (at least one, if there is any), and 3 or, where that keeps more, 2.
    """
    kept = list(hints)
    while True:
        for gap in (3, 2):
            room = sum(_width(hint) for hint in kept) + gap * max(0, len(kept) - 1)
            if room <= width or len(kept) <= 1:
                return kept, gap
        kept.pop(max(range(len(kept)), key=lambda n: (kept[n].rank, n)))


def _width(hint: Hint) -> int:
    return width_of(shown(hint.keys)) + 1 + width_of(shown(hint.title))


class FootLine(Line):
    """What the foot says; takes the focus only while it asks."""

    DEFAULT_CSS = """
    FootLine {
        width: 1fr; padding: 0 1;
        & > .foot--key { color: $primary; text-style: bold; }
        & > .foot--title { color: $foreground; }
        & > .foot--question { color: $accent; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"foot--key", "foot--title", "foot--question"}

    def __init__(self) -> None:
        super().__init__()
        self.hints: list[Hint] = []
        self.asked: list[str] = []
        """A question's lines; more than one only of what one line can't hold."""
        self.progress = ""
        self.answer: asyncio.Future[bool] | None = None

    @property
    def question(self) -> str:
        """What is asked."""
        return " ".join(self.asked)

    def set(self, hints: list[Hint]) -> None:
        """Show keys."""
        if hints != self.hints:
            self.hints = hints
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Question, progress or keys."""
        width = self.size.width
        if self.question:
            text = self.asked[y] if y < len(self.asked) else ""
            return Strip([Segment(cell(text, width), self.get_component_rich_style("foot--question"))], width)
        if y:
            return Strip.blank(width, self.rich_style)
        if self.progress:
            return Strip([Segment(cell(self.progress, width), self.rich_style)], width)
        key = self.get_component_rich_style("foot--key")
        title = self.get_component_rich_style("foot--title")
        segments: list[Segment] = []
        hints, gap = fitted(self.hints, width)
        for hint in hints:
            if segments:
                segments.append(Segment(" " * gap, title))
            segments += [Segment(shown(hint.keys), key), Segment(" " + shown(hint.title), title)]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    async def on_key(self, event: events.Key) -> None:
        """While it asks, yes and no are the only keys."""
        if self.answer is None:
            return
        event.stop()
        event.prevent_default()
        yes, no = (word[:1] for word in _(YES_NO).split("/"))
        typed = (event.character or "").lower()
        if typed and typed in (yes, "y"):
            self._settle(True)
        elif event.key == "escape" or (typed and typed in (no, "n")):
            self._settle(False)

    def on_blur(self) -> None:
        """To go elsewhere is to say no; to look at another window isn't, nor to be asked the next thing."""
        if self.app.app_focus and self.screen.focused is not self:
            self._settle(False)

    def on_click(self, event: events.Click) -> None:
        """A click on a key presses it."""
        x = 1
        hints, gap = fitted(self.hints, self.size.width)
        for hint in hints:
            if x <= event.x < x + _width(hint) and hint.key and not (self.question or self.progress):
                self.app.simulate_key(hint.key)
                return
            x += _width(hint) + gap

    def _settle(self, answer: bool) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(answer)


class FootInput(LineInput):
    """A line to type in, at the foot. Enter takes it, Esc or going elsewhere doesn't."""

    def __init__(self, value: str, password: bool, check: Check | None) -> None:
        super().__init__(value, password=password)
        self._check = check
        self.answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def _settle(self, answer: str | None) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter; what won't do is said, and may be typed again."""
        event.stop()
        if self._check is not None:
            try:
                self._check(event.value)
            except S2SError as error:
                self.post_message(Told(say(error), "warning"))
                return
        self._settle(event.value)

    def on_key(self, event: events.Key) -> None:
        """Esc."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self._settle(None)

    def on_blur(self) -> None:
        """Going elsewhere."""
        if self.app.app_focus:
            self._settle(None)


class Foot(Widget):
    """The last line of a screen."""

    DEFAULT_CSS = """
    Foot { height: 1; width: 1fr; layout: horizontal; background: $panel; }
    Foot.typing FootLine { width: auto; max-width: 50%; color: $accent; text-style: bold; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._line = FootLine()
        self._turn = asyncio.Lock()
        self._work: list[Progress] = []

    def compose(self) -> ComposeResult:
        """The line."""
        yield self._line

    def on_mount(self) -> None:
        """Follow the focus and the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.update_keys())
        self.update_keys()

    def update_keys(self) -> None:
        """Say the keys of the focused widget, then of what it stands in."""
        focused = self.screen.focused
        hints: list[Hint] = []
        taken: set[str] = set()
        for node in (focused or self.screen).ancestors_with_self:
            if not isinstance(node, Acting):
                continue
            for hint in node.hints():
                character = hint.key if len(hint.key) == 1 else None
                typed = character is not None and focused is not None and node is not focused
                if hint.keys in taken or (
                    typed and focused and focused.check_consume_key(hint.key, character)
                ):
                    continue
                taken.add(hint.keys)
                hints.append(hint)
        self._line.set(hints)

    async def ask(self, question: str) -> bool:
        """Ask in the foot; the focus comes back afterwards.

        Args:
            question: translated, raw inside: `Reject 2 files?`.

        Returns:
            True for yes; False for no, Esc or going elsewhere.
        """
        async with self._turn:
            before = self.screen.focused
            line = self._line
            line.answer = asyncio.get_running_loop().create_future()
            line.asked = _with_choice(question, line.size.width)
            self.styles.height = line.styles.height = len(line.asked)
            line.can_focus = True
            self.screen.set_focus(line, scroll_visible=False)
            line.refresh()
            try:
                return await line.answer
            finally:
                line.answer = None
                line.asked = []
                self.styles.height = line.styles.height = 1
                line.refresh()
                self._give_back(line, before)
                line.can_focus = False

    async def prompt(
        self, label: str, value: str = "", *, password: bool = False, check: Check | None = None
    ) -> str | None:
        """Let a short text be typed in the foot.

        Args:
            label: translated: what is wanted.
            value: what is there at first.
            password: whether it is hidden.
            check: raises an `S2SError` for what won't do, which is said while one goes on typing.

        Returns:
            The text as typed, or None for Esc or going elsewhere.
        """
        async with self._turn:
            before = self.screen.focused
            field = FootInput(value, password, check)
            label = cut(label, max(10, self.size.width // 2 - 4)) + ":"
            self._line.asked = [label]
            self._line.styles.width = width_of(label) + 3
            await self.mount(field)
            self.screen.set_focus(field, scroll_visible=False)
            self._line.refresh()
            try:
                return await field.answer
            finally:
                self._line.asked = []
                self._line.styles.width = "1fr"
                self._line.refresh()
                self._give_back(field, before)
                await field.remove()

    @contextmanager
    def progress(self, title: str, total: int = 0) -> Iterator[Progress]:
        """Show how far something is, until the block ends; Esc (`cancel`) asks it to stop."""
        work = Progress(title, total)
        self._work.append(work)
        self._beat()
        timer = self.set_interval(BEATS, self._beat)
        try:
            yield work
        finally:
            timer.stop()
            self._work.remove(work)
            self._beat()

    def cancel(self) -> bool:
        """Ask what is under way to stop; False where nothing is."""
        for work in reversed(self._work):
            if not work.cancelled:
                work.cancelled = True
                self._beat()
                return True
        return False

    def _beat(self) -> None:
        text = ""
        if self._work:
            work = self._work[-1]
            text = str(work) + ("" if work.cancelled else "   " + _("Esc stops"))
        if text != self._line.progress:
            self._line.progress = text
            self._line.refresh()

    def _give_back(self, asked: Widget, before: Widget | None) -> None:
        if self.is_attached and self.screen.focused is asked:
            self.screen.set_focus(
                before if before is not None and before.is_attached and before.focusable else None
            )


def _with_choice(question: str, width: int) -> list[str]:
    """A question's lines, one if it fits, with the choice at the end of the last."""
    choice = " " + _(YES_NO)
    lines = wrap(question, max(1, width - len(choice)), MOST) or [""]
    return [*lines[:-1], lines[-1] + choice]
