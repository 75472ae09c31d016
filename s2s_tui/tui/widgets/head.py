"""The top line: whose screen this is, what is new, the language."""

from collections.abc import Sequence

from s2s_tui.base.translation import language, ngettext
from s2s_tui.tui.text import NEW, cut, width_of
from s2s_tui.tui.widgets.line import Line

LEAST = 20
"""Cells that an organisation's number and name get before the role goes."""
BETWEEN = 3
"""Cells between the two ends of the line."""


class Head(Line):
    """`680 Newport · LEA User · 680bjones          ● 3 new messages   EN`.

    Args:
        who: organisation, role and user, each raw, in that order.
        note: said at the right for as long as it holds, such as that this is the training world.
    """

    DEFAULT_CSS = "Head { padding: 0 1; background: $panel; text-style: bold; }"

    def __init__(self, *who: str, note: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.who = who
        self.note = note
        self.unread = 0
        self._word()

    def set_unread(self, count: int) -> None:
        """Say how many messages are unread; none: nothing is said."""
        self.unread = count
        self._word()

    def on_resize(self) -> None:
        """As much as there is room for."""
        self._word()

    def _word(self) -> None:
        news = ""
        if self.unread:
            sentence = ngettext("{count} new message", "{count} new messages", self.unread)
            news = f"{NEW} " + sentence.format(count=self.unread)
        right = "   ".join(part for part in (self.note, news, language().upper()) if part)
        room = self.size.width - BETWEEN - width_of(right)
        self.say(" · ".join(_fitted(self.who, room) if self.size.width else self.who), right)


def _fitted(who: Sequence[str], room: int) -> Sequence[str]:
    """Never the user is cut: the organisation is, and where that is not enough the role goes."""
    short = (who[0], who[-1])
    for kept, least in ((who, LEAST), (short, LEAST // 2)):
        left = room - sum(width_of(part) + width_of(" · ") for part in kept[1:])
        if left >= min(least, width_of(kept[0])):
            return (cut(kept[0], left), *kept[1:])
    return who
