"""General Usage/Volume (R-REP-1, §7.1): CTFs uploaded, downloaded, awaiting, rejected, and pupils."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from peewee import fn

from s2s_tui.base.translation import N_
from s2s_tui.services.checking import COLLECTED, REJECTED
from s2s_tui.services.reports import counts, months
from s2s_tui.services.reports.model import Asked, Cells, Picture
from s2s_tui.store.models import Transfer

_EVENTS = ("uploaded", "downloaded", "awaiting", "rejected")


def rows(asked: Asked) -> Iterator[Cells]:
    """A row a school, by number; the authority itself, which sends and gets files too, comes first."""
    numbers: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(event: str, box: Any, where: Any) -> None:
        # The authority's mailbox counts as the authority itself.
        query = Transfer.select(box, fn.COUNT(Transfer.id), counts.number(Transfer.pupil_count))
        for mailbox, files, pupils in counts.rows(asked, query.where(where).group_by(box)):
            owner = numbers[mailbox if mailbox.isdigit() else mailbox[:3]]
            owner[event] += files
            owner[f"{event}_pupils"] += pupils

    for where, box in ((counts.sent, Transfer.source), (counts.forwarded, Transfer.sender)):
        add("uploaded", box, where(asked) & asked.within(Transfer.uploaded_at))
    to_lost = counts.sent(asked) & Transfer.destination_authority.is_null()
    add("lost", Transfer.source, to_lost & asked.within(Transfer.uploaded_at))
    came = counts.came(asked)
    add("downloaded", Transfer.destination, came & counts.moved(COLLECTED, asked))
    add("rejected", Transfer.destination, came & counts.moved(REJECTED, asked))
    for waited in counts.waited(asked):
        add("awaiting", Transfer.destination, came & waited)
    names = {code: (name, True) for code, name in counts.authorities(asked).items()}
    if asked.schools:
        names = {}
    for key, (name, is_open) in sorted({**names, **counts.schools(asked)}.items()):
        if is_open or key in numbers:
            found = numbers[key]
            yield (key, name, *(found[column.id] for column in asked.report.columns[2:]))


def behind(asked: Asked, row: Mapping[str, Any], column: str) -> Any:
    """The files behind a number."""
    key = row["school"]
    box = key if len(key) == 7 else f"{key}LLLL"
    at_source = (Transfer.source == box) & counts.sent(asked) & asked.within(Transfer.uploaded_at)
    at_end = (Transfer.destination == box) & counts.came(asked)
    still, later = counts.waited(asked)
    own = (Transfer.sender == key) & counts.forwarded(asked) & asked.within(Transfer.uploaded_at)
    where = {
        "uploaded": at_source | own,
        "lost": at_source & Transfer.destination_authority.is_null(),
        "downloaded": at_end & counts.moved(COLLECTED, asked),
        "awaiting": at_end & (still | later),
        "rejected": at_end & counts.moved(REJECTED, asked),
    }[column]
    return Transfer.select(Transfer.id).where(where).order_by(Transfer.uploaded_at, Transfer.id)


def picture(asked: Asked) -> Picture:
    """A line an event, over the months."""
    return months.lines(asked, N_("CTFs by month"), _EVENTS[:2] + _EVENTS[3:])
