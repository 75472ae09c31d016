"""Marking rows of a table: marks are keys, so they survive sorting, paging and reading again."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from s2s_tui.base.translation import _
from s2s_tui.tui.messages import Failed, Told
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.source import PAGE, Key, Source

if TYPE_CHECKING:
    from s2s_tui.tui.widgets.virtual_table import VirtualTable

MOST = 5000
"""How many rows `all` and `range` mark at most: more than that should be a filter's work."""
PRUNED = 500
"""Up to how many marks are looked for one by one when a list is read again; more are dropped."""


class Marking:
    """The marks of a `VirtualTable`."""

    marked: frozenset[Key] = frozenset()
    """The keys of the marked rows."""
    _anchor: Key | None = None

    @property
    def _table(self) -> "VirtualTable":
        return cast("VirtualTable", self)

    def set_marks(self, keys: Iterable[Key]) -> None:
        """Mark these and no others."""
        keys = frozenset(keys)
        if keys != self.marked:
            self.marked = keys
            self._table.refresh()
            self._changed()

    def clear_marks(self) -> None:
        """Mark none."""
        self._anchor = None
        self.set_marks(())

    def forget(self, keys: frozenset[Key] | None) -> None:
        """Drop marks of rows that are gone; None: too many to ask for, all are dropped."""
        self.set_marks(() if keys is None else self.marked - keys)

    def gone(
        self, source: Source, marked: frozenset[Key], sort: str, descending: bool
    ) -> frozenset[Key] | None:
        """Which of the marked keys a source no longer has; None where they are too many. Runs in a thread."""
        if len(marked) > PRUNED:
            return None
        return frozenset(key for key in marked if source.position(key, sort, descending) is None)

    def _changed(self) -> None:
        self._table.post_message(self._table.MarksChanged(self._table, self.marked))
        self._table.refresh_bindings()

    def do_mark(self) -> None:
        """Mark or unmark the row under the cursor, and go on to the next."""
        table = self._table
        row = table.row
        if row is None:
            return
        self.marked = self.marked ^ {row.key}
        self._anchor = row.key
        table._repaint(table.cursor)
        table.action_cursor(1)
        self._changed()

    def action_stretch(self, step: int) -> None:
        """Mark this row and the next one in a direction."""
        table = self._table
        if table.markable and table.row is not None:
            before = table.row.key
            table.action_cursor(step)
            self._anchor = before
            self.marked = self.marked | {before} | ({table.row.key} if table.row else set())
            table._repaint(table.cursor - step, table.cursor)
            self._changed()

    async def do_range(self) -> None:
        """Mark the rows from the last mark to the cursor; without one, mark this row as its start."""
        table = self._table
        source, row = table.source, table.row
        if source is None or row is None:
            return
        anchor = self._anchor
        start = None
        if anchor is not None:
            start = await in_thread(source.position, anchor, table.sort, table.descending)
        if start is None:
            self._anchor = row.key
            self.set_marks(self.marked | {row.key})
            table.post_message(Told(_("Marked from here: go to the last row and press v again.")))
            return
        first, last = sorted((start, table.cursor))
        if last - first >= MOST:
            self._too_many(last - first + 1)
            return
        keys = await self._keys(first, last + 1)
        self._anchor = row.key
        self.set_marks(self.marked | keys)

    async def do_all(self) -> None:
        """Mark every row of the list, filter included; when they all are, unmark them."""
        table = self._table
        if table.total > MOST:
            self._too_many(table.total)
            return
        keys = await self._keys(0, table.total)
        self.set_marks(self.marked - keys if keys <= self.marked else self.marked | keys)

    async def _keys(self, first: int, end: int) -> frozenset[Key]:
        table = self._table
        source, sort, descending = table.source, table.sort, table.descending
        assert source is not None

        def read() -> frozenset[Key]:
            keys: set[Key] = set()
            for offset in range(first, end, PAGE):
                keys |= {r.key for r in source.page(offset, min(PAGE, end - offset), sort, descending)}
            return frozenset(keys)

        try:
            return await in_thread(read)
        except Exception as error:
            table.post_message(Failed(error))
            return frozenset()

    def _too_many(self, count: int) -> None:
        said = _("{count} rows are too many to mark at once; {most} can be. Filter the list first.")
        self._table.post_message(Told(said.format(count=f"{count:,}", most=f"{MOST:,}"), "warning"))
