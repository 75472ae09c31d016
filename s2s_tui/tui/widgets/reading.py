"""How a table reads its source: the first page with the count, then pages as they come into view."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.geometry import Size

from s2s_tui.base.errors import NotLoggedOn, S2SError
from s2s_tui.base.translation import _
from s2s_tui.services.wording import say
from s2s_tui.tui.messages import Failed
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.source import PAGE, Key, Pages, Row, Source
from s2s_tui.tui.widgets.table_events import Highlighted

if TYPE_CHECKING:
    from textual.scroll_view import ScrollView as _Base
else:
    _Base = object

AHEAD = 50
"""Rows beyond the view that are fetched before they are needed."""


class Reading(_Base):
    """The half of a `VirtualTable` that fetches; one call of the source at a time, each in a thread."""

    source: Source | None
    sort: str
    descending: bool
    total: int
    cursor: int
    busy: bool
    error: str | None
    pages: Pages
    _generation = 0
    _fetching = False
    _told: Row | None = None

    if TYPE_CHECKING:
        marked: frozenset[Key]

        @property
        def row(self) -> Row | None: ...  # noqa: D102

        def gone(  # noqa: D102
            self, source: Source, marked: frozenset[Key], sort: str, descending: bool
        ) -> frozenset[Key] | None: ...
        def forget(self, keys: frozenset[Key] | None) -> None: ...  # noqa: D102
        def _reveal(self) -> bool: ...

    def _read(self, prune: bool = False) -> None:
        self._generation += 1
        self.busy = True
        instead(self, "read", self._read_first, prune)
        self.call_later(self._say_busy, self._generation)

    def _say_busy(self, generation: int) -> None:
        # Painted only while there is nothing else to look at: a list that is read again stays as it was.
        if self.busy and generation == self._generation and not self.total:
            self.refresh()

    async def _read_first(self, prune: bool) -> None:
        source, sort, descending = self.source, self.sort, self.descending
        if source is None:
            return
        key = self.row.key if self.row else None
        marked = self.marked if prune else frozenset[Key]()
        # A list that is read again keeps the cursor in its place where the row itself is gone.
        place = self.cursor if prune else 0

        def first() -> tuple[int, int, Sequence[Row], frozenset[Key] | None]:
            total = source.count()
            at = source.position(key, sort, descending) if key is not None and total else None
            gone = self.gone(source, marked, sort, descending)
            index = min(place if at is None else at, max(0, total - 1))
            start = index // PAGE * PAGE
            return total, index, source.page(start, PAGE, sort, descending) if total else (), gone

        error: str | None = None
        total, index = 0, 0
        rows: Sequence[Row] = ()
        gone: frozenset[Key] | None = frozenset()
        try:
            total, index, rows, gone = await in_thread(first)
        except S2SError as raised:
            error = say(raised)
            if isinstance(raised, NotLoggedOn):
                self.post_message(Failed(raised))
        except Exception as raised:
            self.post_message(Failed(raised))
            error = _("The list can't be read just now. F5 tries again.")
        # Here only the newest reading arrives: starting one cancels the one before (`exclusive`).
        self.busy = False
        self.error = error
        self.pages.clear()
        self.total = total
        if error is None:
            self.pages.put(index // PAGE, rows)
            self.forget(gone)
        self.cursor = index
        self.virtual_size = Size(0, self.total + 1)
        self._reveal()
        self.refresh()
        self._tell()

    def _want(self) -> None:
        """Fetch what the view lacks, the page under the cursor first, one at a time."""
        if not self._fetching and self.pages.missing(*self._near()):
            self._fetching = True
            self.run_worker(self._fetch(), name="page", group="page", exit_on_error=False)

    def _near(self) -> tuple[int, int]:
        top = self.scroll_offset.y
        last = max(0, self.total - 1)
        return min(last, max(0, top - AHEAD)), min(last, top + self.size.height + AHEAD)

    async def _fetch(self) -> None:
        try:
            while self.source is not None and self.total and not self.busy:
                missing = self.pages.missing(*self._near())
                if not missing:
                    break
                top = self.scroll_offset.y
                number = min(missing, key=lambda page: abs(page * PAGE + PAGE // 2 - top))
                generation = self._generation
                try:
                    rows = await in_thread(self.source.page, number * PAGE, PAGE, self.sort, self.descending)
                except Exception as raised:
                    if generation == self._generation:
                        self.pages.failed.add(number)
                        self.refresh()
                        self.post_message(Failed(raised))
                    continue
                if generation == self._generation:
                    self.pages.put(number, rows)
                    first, last = top, top + self.size.height
                    if number * PAGE <= last and (number + 1) * PAGE > first:
                        self.refresh()
                    self._tell()
        finally:
            self._fetching = False

    def _tell(self) -> None:
        """Say which row the cursor is on, once for each."""
        row = self.row
        if row is not self._told and (row is not None or not self.total):
            self._told = row
            self.post_message(Highlighted(self, row))
            self.refresh_bindings()
