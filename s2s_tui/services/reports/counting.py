"""Counts of past months, kept: millions of files are summed up once, not at each look (R-REP-8).

Only months that are over are kept, so nobody who sends or collects waits for a count; a trigger forgets a
month into which something is written later. What isn't kept is counted from the files: numbers are right
either way.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from peewee import fn

from s2s_tui.base.clock import day_end, day_start, local_date
from s2s_tui.rules.ranges import months_between
from s2s_tui.services.checking import COLLECTED, DELETED, REJECTED
from s2s_tui.services.reports.counts import CTF, NOT_FORWARDED, number
from s2s_tui.services.reports.model import Step
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, CountedMonth, MonthCount, Transfer
from s2s_tui.store.statements import tuples

OVER = timedelta(days=2)
"""A month is counted so long after its end: by then every transaction that began within it has ended."""
UPLOADED, ARRIVED = "uploaded", "arrived"

Count = tuple[str, str, int, int]
"""An authority's code, the event, files, pupils."""


def settle(site: Site, step: Step = lambda _done, _total: None) -> int:
    """Count the months that are over and aren't counted; by several at once each is counted once.

    Args:
        site: the site.
        step: told how many months of how many are done; what it raises ends it, what was counted stays.

    Returns:
        How many were counted.
    """
    with site.store.connection():
        known = {month for (month,) in tuples(CountedMonth.select(CountedMonth.month))}
        begin = first_day()
    if begin is None:
        return 0
    over = local_date(site.clock() - OVER)
    missing = [
        (label, begins, ends)
        for label, begins, ends in spans(begin, over)
        if label not in known and ends + OVER <= site.clock()
    ]
    for done, (label, begins, ends) in enumerate(missing):
        step(done, len(missing))
        site.store.write(partial(_keep, label, begins, ends))
    step(len(missing), len(missing))
    return len(missing)


def first_day() -> date | None:
    """The day in London of the first upload; None where there is none."""
    moment = Transfer.select(fn.MIN(Transfer.uploaded_at)).scalar()
    return local_date(moment) if moment else None


def spans(first: date, last: date) -> Iterator[tuple[str, datetime, datetime]]:
    """The whole months that hold the days of a range: (`2026-11`, begins, ends)."""
    for month in months_between(first, last):
        end = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        yield f"{month:%Y-%m}", day_start(month), day_end(end)


def counted(begins: datetime, ends: datetime, codes: Sequence[str]) -> Iterator[Count]:
    """The CTFs of a stretch of time, counted from the files.

    An upload is the uploading school's authority's, also on its behalf; a forwarded file's is the authority's
    that forwarded it. The other events are of the authority that the file was for. Others than those of
    `codes` may be among them.
    """
    own, sender, to = Transfer.source_authority, Transfer.sender, Transfer.destination_authority
    is_ctf = Transfer.kind == CTF
    uploaded = (Transfer.uploaded_at >= begins) & (Transfer.uploaded_at < ends)
    moved = (Transfer.state_at >= begins) & (Transfer.state_at < ends)
    forwarded = Transfer.forwarded_from.is_null(False)
    # What arrived is found among what all sent, named one by one: that index leads straight to the days. So
    # there may be others' in it than was asked for.
    for event, owner, where in (
        (UPLOADED, own, own.in_(codes) & is_ctf & uploaded & NOT_FORWARDED),
        (UPLOADED, sender, sender.in_(codes) & is_ctf & uploaded & forwarded),
        (ARRIVED, to, own.in_(all_codes()) & is_ctf & uploaded),
        *(
            (state, to, to.in_(codes) & is_ctf & (Transfer.state == state) & moved)
            for state in (COLLECTED, REJECTED, DELETED)
        ),
    ):
        query = Transfer.select(owner, fn.COUNT(Transfer.id), number(Transfer.pupil_count))
        for code, files, pupils in tuples(query.where(where).group_by(owner)):
            if code is not None:
                yield code, event, int(files), int(pupils)


def all_codes() -> list[str]:
    """The codes of all authorities, in order."""
    return [code for (code,) in tuples(Authority.select(Authority.code).order_by(Authority.code))]


def _keep(label: str, begins: datetime, ends: datetime) -> None:
    if CountedMonth.select().where(CountedMonth.month == label).exists():
        return
    MonthCount.delete().where(MonthCount.month == label).execute()
    found: dict[tuple[str, str], list[int]] = {}
    for code, event, files, pupils in counted(begins, ends, all_codes()):
        sums = found.setdefault((code, event), [0, 0])
        sums[0] += files
        sums[1] += pupils
    rows = [
        {"month": label, "authority": code, "event": event, "files": files, "pupils": pupils}
        for (code, event), (files, pupils) in found.items()
    ]
    for at in range(0, len(rows), 150):
        MonthCount.insert_many(rows[at : at + 150]).execute()
    CountedMonth.insert(month=label, begins_at=begins, ends_at=ends).execute()
