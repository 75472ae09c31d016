"""A message as a plain text page, for printing (R-MSG-1)."""

from typing import TYPE_CHECKING

from s2s_tui.base.clock import to_local
from s2s_tui.base.text import printable, printable_lines
from s2s_tui.base.translation import _, ngettext
from s2s_tui.rules.inboxes import AUTOMATIC

if TYPE_CHECKING:
    from s2s_tui.services.messages import Shown

NAMED = 10
"""Recipients that a page names; of more it says how many."""


def who(inbox: str, name: str, role: str) -> str:
    """An inbox in words: `681 Cardiff: LEA User`, `6814053 Ysgol Bro Glan`, `Welsh Government`; raw text."""
    if inbox == AUTOMATIC:
        return _("s2s itself (automatic)")
    number = inbox.partition("/")[0]
    said = f"{number} {name}".strip() if number.isdigit() else name or number
    return f"{said}: {role}" if role else said


def page(shown: "Shown") -> str:
    """A message as it is printed: a head of a few lines, then the text; nothing that a terminal acts on."""
    to = [who(one.inbox, one.name, one.role) for one in shown.to[:NAMED]]
    more = len(shown.to) - len(to)
    if more > 0:
        to.append(ngettext("and {count} more", "and {count} more", more).format(count=more))
    head = [
        (_("From"), who(shown.sender, shown.sender_name, shown.sender_role)),
        (_("To"), "; ".join(to)),
        (_("Subject"), shown.subject),
        (_("Sent"), f"{to_local(shown.sent):%d.%m.%Y %H:%M}"),
    ]
    width = max(len(label) for label, _said in head) + 2
    lines = [f"{label + ':':<{width}}{printable(said)}" for label, said in head]
    return "\n".join([*lines, "-" * 72, printable_lines(shown.text)]) + "\n"
