"""A table of made-up files in a bare app: `table.py COUNT [SECONDS_A_PAGE]`."""

import sys
import time
from collections.abc import Sequence
from typing import Any

from textual.app import App, ComposeResult

from s2s_tui.tui.text import DONE, LATE, NEW, WARNING
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column(id="date", title="Uploaded", width=8),
    Column(id="from", title="From", width=12, grow=2),
    Column(id="to", title="To", width=12, grow=2),
    Column(id="pupils", title="Pupils", width=6, align="right"),
    Column(id="days", title="Days", width=4, align="right"),
    Column(id="state", title="", width=1, sortable=False, tinted=True),
    Column(id="name", title="File", width=30, wide=120),
)
FLAGS = {"late": LATE, "new": NEW, "": ""}


class Many:
    """Rows made when asked for."""

    def __init__(self, total: int, seconds: float = 0.0) -> None:
        self.total = total
        self.seconds = seconds
        self.asked: list[tuple[int, int]] = []

    def count(self) -> int:
        return self.total

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[Row]:
        time.sleep(self.seconds)
        self.asked.append((offset, limit))
        numbers = range(offset, min(offset + limit, self.total))
        return [self.row(self.total - 1 - n if descending else n) for n in numbers]

    def row(self, n: int) -> Row:
        style = "late" if n % 7 == 1 else "new" if n % 5 == 2 else ""
        cells = (
            f"{n % 28 + 1:02} Oct",
            f"680{4000 + n % 97} Ysgol Glan-yr-Afon",
            f"681{4000 + n % 89} St Woolos",
            str(n % 30 + 1),
            str(n % 60),
            WARNING if n % 4 == 0 else DONE,
            f"6804{n % 1000:03}_CTF_6814{n % 900:03}_{n % 1000:03}.XML",
        )
        return Row(n, cells, style, FLAGS[style])

    def position(self, key: object, sort: str, descending: bool) -> int | None:
        if not isinstance(key, int) or not 0 <= key < self.total:
            return None
        return self.total - 1 - key if descending else key


class TableHost(App[None]):
    """A table and nothing else."""

    ENABLE_COMMAND_PALETTE = False
    low_bandwidth = False

    def __init__(self, source: Any, **options: Any) -> None:
        super().__init__()
        self.source = source
        self.options = {"markable": True, "flagged": True} | options
        self.heard: list[Any] = []

    def compose(self) -> ComposeResult:
        yield VirtualTable(COLUMNS, **self.options)

    @property
    def table(self) -> VirtualTable:
        return self.query_one(VirtualTable)

    def on_mount(self) -> None:
        if self.source is not None:
            self.table.show(self.source)

    async def _on_message(self, message: Any) -> None:
        if type(message).__module__.startswith("s2s_tui"):
            self.heard.append(message)
        await super()._on_message(message)


if __name__ == "__main__":
    TableHost(Many(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)).run()
