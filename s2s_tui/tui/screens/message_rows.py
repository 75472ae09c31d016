"""Messages as lists show them: sources over the inbox and what was sent, and what is said of one."""

from collections.abc import Iterator, Sequence

from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.rules.inboxes import AUTOMATIC, role_title
from s2s_tui.rules.mailboxes import is_school
from s2s_tui.services.inbox import Item
from s2s_tui.services.message_page import who
from s2s_tui.services.message_recipients import Recipient
from s2s_tui.services.messages import Reading, Shown
from s2s_tui.services.sent_messages import SentItem
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE, LATE, NEW
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Records, Row

SOON = 3
"""Days left from which on a message that nobody has read is overdue."""
NAMED = 12
"""Recipients that an opened message names; of more it says how many."""
ORGANISATIONS = 3
"""Of the recipients, that one line names."""
PIECE = 2_000
"""Characters of a line that are wrapped at once: a line may be as long as the whole message."""

INBOX_COLUMNS = (
    Column(id="from", title=N_("From"), width=16, grow=2, tinted=True),
    Column(id="subject", title=N_("Subject"), width=16, grow=3, tinted=True),
    Column(id="received", title=N_("Received"), width=9),
    Column(id="days", title=N_("Days left"), width=10, align="right", wide=60, tinted=True),
    Column(id="read", title=N_("Opened by"), width=12, wide=120),
)
SENT_COLUMNS = (
    Column(id="to", title=N_("To"), width=16, grow=2, sortable=False),
    Column(id="subject", title=N_("Subject"), width=16, grow=3),
    Column(id="sent", title=N_("Sent"), width=9),
    Column(id="unread", title=N_("Unread"), width=9, align="right", sortable=False, tinted=True),
)


class Received(Records[Item]):
    """The messages of an inbox."""

    ORDER = "received"

    def row_of(self, record: Item) -> Row:
        """A message; unread in red (R-MSG-1), and marked, for those who see no colours."""
        soon = not record.is_read and record.days_left <= SOON
        return Row(
            record.id,
            (
                sender_of(record),
                record.subject,
                words.day(record.received, self.listed.site.clock()),
                f"{record.days_left:,}" + (LATE if soon else ""),
                record.read_by,
            ),
            style="" if record.is_read else "late",
            flag="" if record.is_read else NEW,
        )


class SentOnes(Records[SentItem]):
    """What was sent from an inbox."""

    ORDER = "sent"

    def row_of(self, record: SentItem) -> Row:
        """A message, and how many have yet to read it."""
        more = record.recipients - 1
        to = words.who(record.first.partition("/")[0], record.first_name)
        unread = f"{record.unread:,} / {record.recipients:,}" if record.unread else _("all read")
        if record.recalled is not None:
            unread = _("recalled")
        return Row(
            record.id,
            (
                f"{to} +{more:,}" if more > 0 else to,
                record.subject,
                words.day(record.sent, self.listed.site.clock()),
                unread,
            ),
            style="warning" if record.unread and record.recalled is None else "",
            flag="" if record.unread else DONE,
        )


def sender_of(item: Item) -> str:
    """Who wrote, in words."""
    return who(item.sender, item.sender_name, item.sender_role)


def about(item: Item) -> Iterator[Para]:
    """What is said of a message in the inbox before it is opened: never its text."""
    yield Para(item.subject, style="head")
    yield Para(sender_of(item))
    yield Para(
        _("Received {when}.").format(when=words.whole_moment(item.received)) + " " + kept(item.days_left),
        style="dim",
    )
    if item.is_read and item.read is not None:
        said = _("Opened by {who}, {when}.")
        yield Para(said.format(who=item.read_by, when=words.whole_moment(item.read)), DONE, "dim")
    else:
        yield Para(_("Nobody has opened it yet. Enter opens it."), NEW)
    if item.addressed:
        said = _("Sent to {inbox}, where nobody reads: it fell to the DBA.")
        if is_school(item.addressed):
            said = _("Sent to {inbox}, which has merged into your school.")
        yield Para(said.format(inbox=item.addressed))


def kept(days: int) -> str:
    """How long it is kept."""
    return ngettext("It is deleted in {count} day.", "It is deleted in {count} days.", days).format(
        count=f"{days:,}"
    )


def opened(shown: Shown) -> Iterator[Para]:
    """A message as it is read: who, to whom, when, then its text, whole and literal."""
    yield Para(shown.subject, style="head")
    yield Para(_("From {who}").format(who=who(shown.sender, shown.sender_name, shown.sender_role)))
    yield Para(_("To {who}").format(who=_recipients(shown)))
    yield Para(words.whole_moment(shown.sent) + " · " + kept(shown.days_left), style="dim")
    if shown.sender == AUTOMATIC:
        yield Para(_("The program itself says this: nobody reads replies to it."), style="dim")
    yield Para("")
    yield from text_of(shown.text)


def _recipients(shown: Shown) -> str:
    named = [who(one.inbox, one.name, one.role) for one in shown.to[:NAMED]]
    more = len(shown.to) - len(named)
    if more > 0:
        named.append(ngettext("and {count} more", "and {count} more", more).format(count=f"{more:,}"))
    return "; ".join(named)


def text_of(text: str) -> Iterator[Para]:
    """A text of any length as paragraphs, one a line of it."""
    for line in text.splitlines():
        for start in range(0, max(1, len(line)), PIECE):
            yield Para(line[start : start + PIECE])


def read_by(item: SentItem, readings: Sequence[Reading]) -> Iterator[Para]:
    """Who has read what was sent, first who has not (R-MSG-3)."""
    yield Para(item.subject, style="head")
    said = _("Sent {when} by {who} to {count}.")
    inboxes = ngettext("{count} inbox", "{count} inboxes", item.recipients).format(
        count=f"{item.recipients:,}"
    )
    yield Para(
        said.format(when=words.whole_moment(item.sent), who=item.sent_by, count=inboxes)
        + " "
        + kept(item.days_left),
        style="dim",
    )
    if item.recalled is not None:
        when = words.whole_moment(item.recalled)
        yield Para(_("Recalled {when} from those who had not read it.").format(when=when), style="warning")
    yield Para("")
    for one in readings:
        name = who(one.inbox, one.name, one.role)
        if one.lies_in != one.inbox:
            name += f" → {_(role_title(one.lies_in))}"
        if one.read is not None:
            yield Para(f"{name} · {words.whole_moment(one.read)}", DONE)
        else:
            gone = {"expired": _("deleted unread"), "recalled": _("recalled")}.get(one.gone, _("unread"))
            yield Para(f"{name} · {gone}", NEW, "warning")


def named(recipients: Sequence[Recipient]) -> list[str]:
    """The first recipients in words, each organisation once with its roles, and how many more there are."""
    found: dict[str, list[Recipient]] = {}
    for one in recipients:
        found.setdefault(one.inbox.partition("/")[0], []).append(one)
    shown = list(found.values())[:ORGANISATIONS]
    said = [
        ", ".join([who(roles[0].inbox, roles[0].name, roles[0].role), *(one.role for one in roles[1:])])
        for roles in shown
    ]
    more = len(recipients) - sum(map(len, shown))
    if more:
        said.append(ngettext("and {count} more", "and {count} more", more).format(count=f"{more:,}"))
    return said
