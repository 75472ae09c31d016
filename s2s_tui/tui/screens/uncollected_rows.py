"""Files that nobody collects as a list: each with its pupils, its age, and whether it was asked about."""

from collections.abc import Iterator, Sequence

from s2s_tui.base.translation import N_, _
from s2s_tui.services.listing import LATE_DAYS, UNCOLLECTED, Item
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.download_rows import paragraphs, pupils, waiting
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Records, Row

AGES = (0, *LATE_DAYS)
"""What the list can be narrowed to: all, and older than so many days."""
ASKED = "?"
"""Stands at a file whose school was asked to collect it."""

COLUMNS = (
    Column(id="school", title=N_("School"), width=7, sortable=False),
    Column(id="named", title="", width=12, grow=2, wide=165, sortable=False),
    Column(id="pupil", title=N_("Pupil"), width=12, grow=3, sortable=False),
    Column(id="more", title="", width=4, sortable=False),
    Column(id="upn", title=N_("UPN"), width=13, wide=76, sortable=False),
    Column(id="born", title=N_("Born"), width=10, sortable=False),
    Column(id="from", title=N_("From"), width=7, wide=175, sortable=False),
    Column(id="uploaded", title=N_("Days"), width=5, align="right", tinted=True),
    Column(id="asked", title=ASKED, width=1, sortable=False),
    Column(id="when", title=N_("Asked"), width=8, wide=140, sortable=False),
    Column(id="name", title=N_("File"), width=27, wide=210),
)
"""Ids that can be sorted by are those of `listing.SORTS`."""


class Uncollected(Records[Item]):
    """The files that nobody collects, each with its first pupil."""

    ORDER = "uploaded"

    def row_of(self, record: Item) -> Row:
        """A file, its age, and whether it was asked about."""
        first = record.people[0] if record.people else None
        others = len(record.people) - 1
        days, style, flag = waiting(record)
        return Row(
            key=record.id,
            cells=(
                record.destination,
                record.destination_name,
                f"{first.surname}, {first.forename}" if first else "",
                f"+{others:,}" if others > 0 else "",
                first.upn if first else "",
                words.born(first.dob) if first else "",
                record.source,
                days,
                ASKED if record.chased else "",
                words.day(record.chased, self.listed.site.clock()) if record.chased else "",
                record.name,
            ),
            style=style,
            flag=flag,
        )


def details(item: Item) -> Iterator[Para]:
    """All that is known of a file, then its pupils."""
    yield from paragraphs(item, UNCOLLECTED)
    _title, *people = pupils(item)
    yield from people


def age(days: int) -> str:
    """What a filter by age is called; translated."""
    return _("over {days} days").format(days=days) if days else _("All")


def tabs_of(counts: Sequence[int]) -> list[tuple[str, str]]:
    """Each age's id (its days) and what it says, with its count where that is known: `over 30 days 8`."""
    said = []
    for place, days in enumerate(AGES):
        count = f" {counts[place]:,}" if place < len(counts) else ""
        said.append((str(days), age(days) + count))
    return said
