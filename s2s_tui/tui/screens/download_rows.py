"""The Download screen's lists: a `Source` over a listing, its columns, and what is said of a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from s2s_tui.base.translation import N_, _
from s2s_tui.rules import names
from s2s_tui.rules.mailboxes import is_school
from s2s_tui.services.checking import AWAITING, COLLECTED, DELETED, REJECTED
from s2s_tui.services.listing import CLOSED, INCOMING, MINE, OUTGOING, SENT, WITHIN, Item, Listing
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE, LATE, REFUSED
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Records, Row

VIEWS: Mapping[str, str] = {
    AWAITING: N_("awaiting"),
    COLLECTED: N_("collected"),
    CLOSED: N_("rejected or deleted"),
}
"""The switch, in its order."""

STATES: Mapping[str, str] = {
    AWAITING: N_("awaiting"),
    COLLECTED: N_("collected"),
    REJECTED: N_("rejected"),
    DELETED: N_("deleted"),
}

_AUTHORITY_TABS: Mapping[str, str] = {
    MINE: N_("To us"),
    WITHIN: N_("Within"),
    INCOMING: N_("Incoming"),
    OUTGOING: N_("Outgoing"),
}
_TWO_TABS: Mapping[str, str] = {MINE: N_("Received"), SENT: N_("Sent")}

_LATENESS = ("", "warning", "late", "late")


def tab_title(tab: str, tabs: Sequence[str]) -> str:
    """What a tab is called beside the others of its screen; translated."""
    return _((_AUTHORITY_TABS if WITHIN in tabs else _TWO_TABS)[tab])


def columns(tab: str, view: str, *, has_pupils: bool) -> tuple[Column, ...]:
    """The columns of a list; ids that can be sorted by are those of `listing.SORTS`.

    Where one end is always one's own, the file's own number or text stands in its place, by which files from
    one school on one day are told apart.
    """
    last = {
        AWAITING: Column(id="days", title=N_("Days"), width=6, align="right", sortable=False, tinted=True),
        COLLECTED: Column(id="since", title=N_("Collected"), width=9, align="right", sortable=False),
        CLOSED: Column(id="what", title="", width=16, sortable=False, tinted=True),
    }[view]
    amount = N_("Pupils") if has_pupils else N_("Size")
    serial = Column(id="serial", title=N_("No."), width=7, grow=int(not has_pupils), sortable=False)
    sender = Column(id="name", title=N_("From"), width=10, grow=1)
    receiver = Column(id="to", title=N_("To"), width=10, grow=1, sortable=False)
    # Names are sorted by sender, then receiver: by the receiver, where the sender is always the same.
    ends = {MINE: (sender, serial), SENT: (serial, replace(receiver, id="name", sortable=True))}.get(
        tab, (sender, receiver)
    )
    return (
        Column(id="uploaded", title=N_("Uploaded"), width=10),
        *ends,
        Column(id="amount", title=amount, width=6 if has_pupils else 9, align="right", sortable=False),
        last,
        Column(id="file", title=N_("File"), width=30, wide=170, sortable=False),
    )


def serial(name: str) -> str:
    """What tells a file from others of the same ends: `001`, or a generic zip's text."""
    parsed = names.parse(name)
    return parsed.number or parsed.label


def waiting(item: Item) -> tuple[str, str, str]:
    """For how long a file waits: what its cell says, its style, its flag."""
    days = f"{item.waiting_days:,}" + LATE * max(0, item.lateness - 1)
    return days, _LATENESS[item.lateness], LATE if item.overdue else ""


class Transfers(Records[Item]):
    """The files of one list of the Download screen.

    Args:
        listing: them.
        has_pupils: whether files of this kind name pupils.
    """

    ORDER = "uploaded"

    def __init__(self, listing: Listing, has_pupils: bool) -> None:
        super().__init__(listing)
        self._has_pupils = has_pupils

    def row_of(self, record: Item) -> Row:
        """A file, its ends, and how it stands."""
        now, tab = self.listed.site.clock(), self.listed.tab
        if record.state == AWAITING:
            last, style, flag = waiting(record)
        else:
            since = words.day(record.state_at, now) if record.state_at else ""
            last = since if record.state == COLLECTED else f"{_(STATES[record.state])} {since}"
            style, flag = "", {COLLECTED: DONE, REJECTED: REFUSED, DELETED: "–"}[record.state]
        sender = words.who(record.source, record.source_name)
        receiver = words.who(record.destination, record.destination_name)
        return Row(
            key=record.id,
            cells=(
                words.day(record.uploaded, now),
                serial(record.name) if tab == SENT else sender,
                serial(record.name) if tab == MINE else receiver,
                f"{record.pupils:,}" if self._has_pupils else words.size(record.size),
                last,
                record.name,
            ),
            style=style,
            flag=flag,
        )


def paragraphs(item: Item, tab: str) -> Iterator[Para]:
    """What is known of a file: name, way, size, state with who, when and why."""
    yield Para(item.name, style="head")
    way = (words.who(item.source, item.source_name), words.who(item.destination, item.destination_name))
    yield Para(" → ".join(way))
    amount = [words.pupils(item.pupils)] if item.pupils else []
    sent = _("sent {when}").format(when=words.whole_moment(item.uploaded))
    yield Para(" · ".join([*amount, words.size(item.size), sent]), style="dim")
    if is_school(item.source) and item.sender and item.sender != item.source:
        yield Para(_("Sent by authority {code} in the school's name.").format(code=item.sender), "·", "dim")
    yield _state(item)
    if item.chased is not None:
        said = _("Asked to collect it on {when}, by {who}.")
        yield Para(said.format(when=words.whole_moment(item.chased), who=item.chased_by), "·", "dim")
    if tab in (WITHIN, INCOMING, OUTGOING):
        yield Para(
            _("A download here is your authority's copy; it changes nothing for the school."), "·", "dim"
        )


def _state(item: Item) -> Para:
    when = words.whole_moment(item.state_at) if item.state_at else ""
    if item.state == AWAITING:
        days = item.waiting_days
        if not days:
            return Para(_("Waits since today."), " ")
        text = _("Waits for {days} days.") if days > 1 else _("Waits since yesterday.")
        style = _LATENESS[item.lateness].replace("late", "error")
        return Para(text.format(days=days), LATE if item.overdue else " ", style)
    if item.state == COLLECTED:
        return Para(_("Collected {when} by {who}.").format(when=when, who=item.state_by), DONE, "done")
    rejected = item.state == REJECTED
    text = _("Rejected {when} by {who}: {reason}") if rejected else _("Deleted {when} by {who}: {reason}")
    reason = item.reason or _("no reason given")
    return Para(text.format(when=when, who=item.state_by, reason=reason), REFUSED, "error")


def pupils(item: Item) -> Iterator[Para]:
    """The pupils of a file, one a line."""
    yield Para(f"{item.name} · {words.pupils(item.pupils)}", style="head")
    for number, person in enumerate(item.people, 1):
        named = f"{person.surname}, {person.forename}"
        yield Para(f"{named} · {words.born(person.dob)} · {person.upn}", f"{number:>3}")
    if not item.people:
        yield Para(_("It names no pupils."), style="dim")


def downloadable(tab: str, view: str) -> bool:
    """Whether a list's files can be had: not what one sent oneself, nor what is rejected or deleted."""
    return tab != SENT and view in (AWAITING, COLLECTED)


def tabs_of(of: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Each tab's id and what it says: `Within 87`."""
    said = []
    for tab in of:
        count = counts.get(tab)
        said.append((tab, tab_title(tab, of) + (f" {count:,}" if count is not None else "")))
    return said


def counted(lists: Mapping[str, Listing]) -> dict[str, int]:
    """How many files each list has."""
    return {tab: each.count() for tab, each in lists.items()}
