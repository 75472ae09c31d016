"""CTFs by month, for pictures: lines over the months of the days asked of."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from peewee import fn

from s2s_tui.base.clock import day_end, day_start, local_date
from s2s_tui.base.translation import N_
from s2s_tui.rules.ranges import months_between
from s2s_tui.services.checking import COLLECTED, REJECTED
from s2s_tui.services.reports import counts
from s2s_tui.services.reports.model import Asked, Picture, Shape
from s2s_tui.store.models import Transfer
from s2s_tui.store.statements import Statement

TITLES = {"uploaded": N_("Uploaded"), "downloaded": N_("Downloaded"), "rejected": N_("Rejected")}


def periods(asked: Asked, first: date) -> list[tuple[str, datetime, datetime]]:
    """The months of the days asked of, from a first day on where all are: (`2026-11`, begins, ends)."""
    start = asked.start or min(first, asked.end)
    found = []
    for month in months_between(start, asked.end):
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        begins, ends = day_start(max(month, start)), day_end(min(last, asked.end))
        found.append((f"{month:%Y-%m}", begins, ends))
    return found


def lines(asked: Asked, title: str, events: tuple[str, ...]) -> Picture:
    """A line an event: how many CTFs a month.

    Args:
        asked: whose, and when.
        title: of the picture, marked for translation.
        events: of `TITLES`.
    """
    first = _first(asked)
    series = []
    spans = periods(asked, first or asked.end)
    for event in events:
        numbers = [0] * len(spans)
        for where, moment in _of(asked, event):
            # A look into the index a month; the SQL for it is made once.
            counted = Statement(partial(_counted, where, moment))
            for place, (_, begins, ends) in enumerate(spans):
                for (number,) in counted.rows(begins, ends):
                    numbers[place] += number
        series.append((TITLES[event], tuple(numbers)))
    labels = tuple(label for label, _, _ in spans)
    return Picture(Shape.LINES, title, labels, tuple(series), N_("Month"), N_("CTFs"))


def _counted(where: Any, moment: Any, begins: Any, ends: Any) -> Any:
    return Transfer.select(fn.COUNT(Transfer.id)).where(where & (moment >= begins) & (moment < ends))


def _of(asked: Asked, event: str) -> Iterator[tuple[Any, Any]]:
    if event == "uploaded":
        yield counts.sent(asked), Transfer.uploaded_at
        if not asked.schools:
            yield counts.forwarded(asked), Transfer.uploaded_at
    else:
        state = COLLECTED if event == "downloaded" else REJECTED
        yield counts.came(asked) & (Transfer.state == state), Transfer.state_at


def _first(asked: Asked) -> date | None:
    """The day of the first upload of or to the authorities."""
    if asked.start:
        return asked.start
    found = []
    for where in (counts.sent(asked), counts.came(asked)):
        query = Transfer.select(fn.MIN(Transfer.uploaded_at)).where(where)
        (moment,) = next(counts.rows(asked, query))
        if moment is not None:
            found.append(moment if isinstance(moment, datetime) else datetime.fromisoformat(moment))
    return local_date(min(found)) if found else None
