"""Usage by authority and month, for Welsh Government (R-REP-8, §1.2)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from s2s_tui.base.translation import N_
from s2s_tui.services.checking import COLLECTED, DELETED, REJECTED
from s2s_tui.services.reports import counting, counts
from s2s_tui.services.reports.counting import ARRIVED, UPLOADED
from s2s_tui.services.reports.model import Asked, Cells, Picture, Shape
from s2s_tui.store.models import CountedMonth, MonthCount, Transfer

Numbers = dict[tuple[str, str], dict[str, list[int]]]
"""(month, authority) → event → files, pupils."""


def _stretches(asked: Asked, first: date) -> list[tuple[str, datetime, datetime, bool]]:
    """The time from the first upload to the last day: months, one of them parted where the first day is.

    Returns:
        (`2026-11`, begins, ends, whether it is within the days asked of).
    """
    found = []
    for label, begins, month_ends in counting.spans(first, asked.end):
        ends = min(month_ends, asked.ends)
        cut = asked.begins if asked.begins is not None and begins < asked.begins < ends else None
        if cut is not None:
            found += [(label, begins, cut, False), (label, cut, ends, True)]
        else:
            found.append((label, begins, ends, asked.begins is None or begins >= asked.begins))
    return found


def _numbers(asked: Asked) -> tuple[list[str], Numbers]:
    """The months asked of in order, and what happened in each, with what waited when it ended."""
    first = counting.first_day()
    if first is None or first > asked.end:
        return [], {}
    kept = {row.month: (row.begins_at, row.ends_at) for row in CountedMonth.select()}
    codes = list(asked.authorities) or counting.all_codes()
    stretches = _stretches(asked, first)
    whole = [label for label, begins, ends, _ in stretches if kept.get(label) == (begins, ends)]
    known: dict[str, list[counting.Count]] = defaultdict(list)
    query = MonthCount.select().where(MonthCount.month >= whole[0]) if whole else MonthCount.select().limit(0)
    for month, code, event, files, pupils in counts.rows(asked, query):
        known[month].append((code, event, files, pupils))
    waiting: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    found: Numbers = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    months: list[str] = []
    chosen = set(codes)
    for label, begins, ends, is_asked in stretches:
        is_kept = kept.get(label) == (begins, ends)
        for code, event, files, pupils in known[label] if is_kept else counting.counted(begins, ends, codes):
            if code not in chosen:
                continue
            sign = {ARRIVED: 1, COLLECTED: -1, REJECTED: -1, DELETED: -1}.get(event, 0)
            waiting[code][0] += sign * files
            waiting[code][1] += sign * pupils
            if is_asked:
                found[label, code][event][0] += files
                found[label, code][event][1] += pupils
        if is_asked:
            months.append(label)
            for code, (files, pupils) in waiting.items():
                if files:
                    found[label, code]["awaiting"] = [files, pupils]
    return months, found


def _once(asked: Asked) -> tuple[list[str], Numbers]:
    """The same, worked out once for the rows and the picture of a run: there are 40,000 sums to add up."""
    held = vars(asked)
    if "_national" not in held:
        held["_national"] = _numbers(asked)
    numbers: tuple[list[str], Numbers] = held["_national"]
    return numbers


def rows(asked: Asked) -> Iterator[Cells]:
    """A row an authority and month in which anything happened or waited."""
    months, found = _once(asked)
    for code, name in counts.authorities(asked).items():
        for month in months:
            told = found.get((month, code))
            if told is not None:
                cells = (told[event][at] for event in _EVENTS.values() for at in (0, 1))
                yield (code, name, month, *cells)


_EVENTS = {"uploaded": UPLOADED, "downloaded": COLLECTED, "awaiting": "awaiting", "rejected": REJECTED}


def behind(asked: Asked, row: Mapping[str, Any], column: str) -> Any:
    """The files behind a number."""
    year, month = map(int, row["month"].split("-"))
    begin = date(year, month, 1)
    last = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    start, end = max(asked.start or begin, begin), min(last, asked.end)
    one = replace(asked.of(row["la"]), start=start, end=end)
    came = counts.came(one)
    still, later = counts.waited(one)
    where = {
        "uploaded": (counts.sent(one) | counts.forwarded(one)) & one.within(Transfer.uploaded_at),
        "downloaded": came & counts.moved(COLLECTED, one),
        "awaiting": came & (still | later),
        "rejected": came & counts.moved(REJECTED, one),
    }[column]
    return Transfer.select(Transfer.id).where(where).order_by(Transfer.uploaded_at, Transfer.id)


def picture(asked: Asked) -> Picture:
    """A line an event, over the months."""
    months, found = _once(asked)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (month, _code), told in found.items():
        for event in ("uploaded", "downloaded", "rejected"):
            sums[month, event] += told[_EVENTS[event]][0]
    series = tuple(
        (title, tuple(sums[month, event] for month in months))
        for event, title in (
            ("uploaded", N_("Uploaded")),
            ("downloaded", N_("Downloaded")),
            ("rejected", N_("Rejected")),
        )
    )
    return Picture(
        Shape.LINES, N_("CTFs of all authorities by month"), tuple(months), series, N_("Month"), N_("CTFs")
    )


prepare = counting.settle
"""The months that are over are counted before the first row."""
