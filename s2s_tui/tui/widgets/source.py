"""What a table asks for its rows, and the pages it keeps."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

Key = Hashable
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

PAGE = 200
"""Rows fetched at once."""
KEPT = 20
"""Pages kept before the one unused for longest is dropped."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        key: what it is the row of; the same after sorting, filtering and reading again.
        cells: one raw text for each column of the table, those not shown included.
        style: `new`, `late`, `warning`, `error`, `done`, `dim`, or empty.
        flag: a mark before the row (`text.NEW`, `text.LATE`…), so that no state is only a colour.
    """

    key: Key
    cells: tuple[str, ...]
    style: str = ""
    flag: str = ""


class Source(Protocol):
    """Rows in an order. Called in threads; what it raises is shown in the table."""

    def count(self) -> int:
        """How many rows there are."""
        ...

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[Row]:
        """At most `limit` rows from the `offset`-th on (from 0), sorted by the column with the id `sort`."""
        ...

    def position(self, key: Key, sort: str, descending: bool) -> int | None:
        """Where the row with a key stands in that order, from 0; None where there is none."""
        ...


class Listed(Protocol[T_co]):
    """A list of a service, read in pages (`services.listing.Listing`, `services.inbox.Inbox`…)."""

    def count(self) -> int:
        """How many there are."""
        ...

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[T_co]:
        """A stretch of it."""
        ...

    def position(self, key: Any, sort: str, descending: bool) -> int | None:
        """Where one stands."""
        ...


class Records(ABC, Generic[T]):
    """A source over a list of a service; what it has read is kept for details and acts.

    A subclass says in which order the list begins and makes the rows, whose keys are what the service knows
    the records by.

    Args:
        listed: the list.
    """

    ORDER: ClassVar[str]
    """What the list is sorted by until somebody sorts it."""

    def __init__(self, listed: Listed[T]) -> None:
        self.listed: Any = listed
        self.found: dict[Key, T] = {}
        """Key → record, as far as they were read."""

    @abstractmethod
    def row_of(self, record: T) -> Row:
        """A record as a row."""

    def count(self) -> int:
        """How many there are."""
        return int(self.listed.count())

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[Row]:
        """A page of rows; where pupils are named in it, the service puts that on record."""
        records = self.listed.page(offset, limit, sort or self.ORDER, descending)
        rows = [self.row_of(record) for record in records]
        self.found.update((row.key, record) for row, record in zip(rows, records, strict=True))
        return rows

    def position(self, key: Key, sort: str, descending: bool) -> int | None:
        """Where a record stands."""
        place: int | None = self.listed.position(key, sort or self.ORDER, descending)
        return place


class ListSource:
    """Rows that are already at hand, such as the files of a folder: a list, sorted here.

    Args:
        rows: the rows.
        columns: the ids of the columns, in the order of the cells.
        order: what a row is sorted by in a column, where its cell's text won't do (dates, numbers).
    """

    def __init__(
        self,
        rows: Sequence[Row],
        columns: Sequence[str],
        order: Callable[[Row, str], object] | None = None,
    ) -> None:
        self._rows = list(rows)
        self._columns = list(columns)
        self._order = order
        self._sorted: dict[tuple[str, bool], list[Row]] = {}

    def _in_order(self, sort: str, descending: bool) -> list[Row]:
        if (sort, descending) not in self._sorted:
            if not sort:
                self._sorted[sort, descending] = self._rows
            else:
                at = self._columns.index(sort)
                order = self._order or (lambda row, _column: row.cells[at].casefold())
                self._sorted[sort, descending] = sorted(
                    self._rows,
                    key=lambda row: order(row, sort),  # type: ignore[arg-type,return-value]
                    reverse=descending,
                )
        return self._sorted[sort, descending]

    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[Row]:
        """The rows of a page."""
        return self._in_order(sort, descending)[offset : offset + limit]

    def position(self, key: Key, sort: str, descending: bool) -> int | None:
        """Where a key stands."""
        rows = self._in_order(sort, descending)
        return next((index for index, row in enumerate(rows) if row.key == key), None)


class Pages:
    """The pages at hand, least recently used ones dropped."""

    def __init__(self, kept: int = KEPT) -> None:
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._kept = kept
        self.failed: set[int] = set()
        """Pages that couldn't be read; not asked for again until `clear`."""

    def row(self, index: int) -> Row | None:
        """The row at a position, if its page is at hand."""
        number, within = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            return None
        self._pages.move_to_end(number)
        return page[within] if within < len(page) else None

    def put(self, number: int, rows: Sequence[Row]) -> None:
        """Keep a page."""
        self._pages[number] = rows
        self._pages.move_to_end(number)
        while len(self._pages) > self._kept:
            self._pages.popitem(last=False)

    def missing(self, first: int, last: int) -> list[int]:
        """The numbers of the pages for rows first…last that are neither at hand nor failed."""
        numbers = range(max(0, first) // PAGE, max(0, last) // PAGE + 1)
        return [number for number in numbers if number not in self._pages and number not in self.failed]

    def clear(self) -> None:
        """Forget all."""
        self._pages.clear()
        self.failed.clear()
