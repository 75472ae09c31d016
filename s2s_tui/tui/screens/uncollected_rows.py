"""Files that nobody collects as a list: each with its pupils, its age, and whether it was asked about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from s2s_tui.base.translation import N_, _
from s2s_tui.services.listing import LATE_DAYS, UNCOLLECTED, Item, Listing
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.download_rows import paragraphs, pupils
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import LATE
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Key, Row

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

_STYLES = ("", "warning", "late", "late")


@dataclass
class Uncollected:
    """A `Source` over the list; the transfers that it has read are kept for the details."""

    listing: Listing
    items: dict[Key, Item] = field(default_factory=dict)

    def count(self) -> int:
        """How many there are."""
        return self.listing.count()

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[Row]:
        """A page of rows; that pupils were named is on record."""
        found = self.listing.page(offset, limit, sort or "uploaded", descending)
        self.items.update((item.id, item) for item in found)
        return [self._row(item) for item in found]

    def position(self, key: Key, sort: str, descending: bool) -> int | None:
        """Where a transfer stands."""
        return self.listing.position(int(str(key)), sort or "uploaded", descending)

    def _row(self, item: Item) -> Row:
        first = item.people[0] if item.people else None
        others = len(item.people) - 1
        return Row(
            key=item.id,
            cells=(
                item.destination,
                item.destination_name,
                f"{first.surname}, {first.forename}" if first else "",
                f"+{others:,}" if others > 0 else "",
                first.upn if first else "",
                words.born(first.dob) if first else "",
                item.source,
                f"{item.waiting_days:,}" + LATE * max(0, item.lateness - 1),
                ASKED if item.chased else "",
                words.day(item.chased, self.listing.site.clock()) if item.chased else "",
                item.name,
            ),
            style=_STYLES[item.lateness],
            flag=LATE if item.overdue else "",
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
