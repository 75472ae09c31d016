"""A message as a plain text page, for printing (R-MSG-1)."""

from collections.abc import Sequence
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
    return f"{said}: {_(role)}" if role else said


def page(shown: "Shown") -> str:
    """A message as it is printed: a head of a few lines, then the text; nothing that a terminal acts on."""
    sender = who(shown.sender, shown.sender_name, shown.sender_role)
    to = [who(one.inbox, one.name, one.role) for one in shown.to]
    return laid_out(sender, to, shown.subject, f"{to_local(shown.sent):%d.%m.%Y %H:%M}", shown.text)


def laid_out(sender: str, to: Sequence[str], subject: str, sent: str, text: str) -> str:
    """A page: who wrote to whom, what about, when, and the text; raw texts in, printable ones out."""
    named = list(to[:NAMED])
    more = len(to) - len(named)
    if more > 0:
        named.append(ngettext("and {count} more", "and {count} more", more).format(count=more))
    head = [(_("From"), sender), (_("To"), "; ".join(named)), (_("Subject"), subject), (_("Sent"), sent)]
    width = max(len(label) for label, _said in head) + 2
    lines = [f"{label + ':':<{width}}{printable(said)}" for label, said in head]
    return "\n".join([*lines, "-" * 72, printable_lines(text)]) + "\n"
