"""The guided task in hand (R-SYS-5): one line above the keys, on every screen of a made-up world."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from textual.strip import Strip

from s2s_tui.base.translation import _
from s2s_tui.tui.messages import Failed
from s2s_tui.tui.text import DONE, HERE, WARNING, both_ends, shown, width_of
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.line import Line

if TYPE_CHECKING:
    from s2s_tui.demo.practice import Told

HOME = "home"
PRACTICE = "practice"
"""The entry that lists the tasks."""
EVERY = 4.0
"""Seconds between two looks while a task is in hand; nothing is sent to the terminal unless it is done."""
MARKS = {"begun": HERE, "gone": WARNING, "done": DONE}
"""By the task's state. What practises is loaded in a made-up world only."""


class InHand(Line):
    """What the person is to do, while there is something; once it is done it says so, until it was seen.

    Args:
        ask: tells in a thread which task was begun last.
    """

    DEFAULT_CSS = """
    InHand { display: none; padding: 0 1; color: $accent; text-style: bold; }
    InHand.done { color: $success; }
    """

    def __init__(self, ask: "Callable[[], Told | None]") -> None:
        super().__init__()
        self._ask = ask
        self._entry = ""
        self._open: tuple[str, datetime | None] | None = None
        """The task that was seen in hand, and when it was begun: only of that it is said that it is done."""

    def on_mount(self) -> None:
        """Say it where nobody asks for it, in a form; look again, as some tasks are done by a mere look."""
        self.look()
        self.set_interval(EVERY, self._look_again)

    def _look_again(self) -> None:
        if self.display and self._open is not None and not self.has_class("done"):
            self.look(self._entry)

    def look(self, entry: str = "") -> None:
        """See how it stands.

        Args:
            entry: the id of the menu's entry that is shown: the list of tasks itself says it all, and Home
                leads there who has begun none yet.
        """
        self._entry = entry
        instead(self, "task", self._look, entry)

    def render_line(self, y: int) -> Strip:
        """What is wanted comes before what the line is called."""
        left, right = shown(self.left), self.right
        width = self.size.width
        fits = width_of(left) + 2 + width_of(shown(right)) <= width
        text = both_ends(left, right if fits else "", width) if y == 0 else " " * width
        return Strip([Segment(text, self.rich_style)], width)

    async def _look(self, entry: str) -> None:
        try:
            told = await in_thread(self._ask)
        except Exception as error:
            self.post_message(Failed(error))
            return
        if told is None:
            said = _("New here? Esc, then p: tasks to learn by, with hints.")
            self.say(f"{HERE} {said}", _("Practice"))
            self.display = entry == HOME
            return
        is_listed = entry == PRACTICE
        this, is_done = (told.id, told.begun), told.state == "done"
        if not is_done:
            self._open = this
        elif is_listed:
            self._open = None
        self.set_class(is_done, "done")
        said = _("Done: {task}").format(task=told.title) if is_done else told.goal
        self.say(f"{MARKS[told.state]} {said}", _("Practice"))
        self.display = not is_listed and self._open == this


def in_hand(app: Any) -> Iterator[InHand]:
    """The line, for `compose`; none where nobody practises."""
    session = getattr(app, "session", None)
    if session is not None and session.task is not None:
        yield InHand(session.task)
