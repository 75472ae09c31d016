"""LEA Cluster (R-REP-3, §7.3): CTFs between authorities; beyond the own one there are numbers only."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from peewee import fn

from s2s_tui.base.translation import N_
from s2s_tui.services.checking import COLLECTED, REJECTED
from s2s_tui.services.reports import counts
from s2s_tui.services.reports.model import Asked, Cells, Picture, Shape
from s2s_tui.store.models import Transfer

_FROM, _TO = Transfer.source_authority, Transfer.destination_authority
_CTF: Any = Transfer.kind == counts.CTF


def _conditions(asked: Asked) -> dict[str, tuple[Any, ...]]:
    """Of CTFs from one of the authorities, or to one: one end is named, by which an index leads there.

    A forwarded file is from whose name it has.
    """
    sent, came = counts.at(_FROM, asked) & _CTF, counts.at(_TO, asked) & _CTF
    still, later = counts.waited(asked)
    return {
        "uploaded": (sent & asked.within(Transfer.uploaded_at),),
        "downloaded": (came & counts.moved(COLLECTED, asked),),
        "awaiting": (came & still, came & later),
        "rejected": (came & counts.moved(REJECTED, asked),),
    }


def rows(asked: Asked) -> Iterator[Cells]:
    """A row for each two of the authorities, each way, and for each within itself."""
    numbers: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for event, wheres in _conditions(asked).items():
        for where in wheres:
            query = Transfer.select(_FROM, _TO, fn.COUNT(Transfer.id), counts.number(Transfer.pupil_count))
            query = query.where(where).group_by(_FROM, _TO)
            for source, destination, files, pupils in counts.rows(asked, query):
                numbers[source, destination][event] += files
                numbers[source, destination][f"{event}_pupils"] += pupils
    names = counts.authorities(asked)
    for source, source_name in names.items():
        for destination, destination_name in names.items():
            found = numbers[source, destination]
            told = (found[column.id] for column in asked.report.columns[4:])
            yield (source, source_name, destination, destination_name, *told)


def behind(asked: Asked, row: Mapping[str, Any], column: str) -> Any:
    """The files behind a number; None where neither end is the own authority."""
    ends = (row["from_la"], row["to_la"])
    if asked.own.isdigit() and asked.own not in ends:
        return None
    first, *others = _conditions(asked)[column]
    for other in others:
        first = first | other
    where = (ends[0] == _FROM) & (ends[1] == _TO) & first
    return Transfer.select(Transfer.id).where(where).order_by(Transfer.uploaded_at, Transfer.id)


def picture(asked: Asked) -> Picture:
    """A row an authority that files came from, a column one that they went to."""
    flows = {(cells[0], cells[2]): cells[4] for cells in rows(asked)}
    codes = tuple(dict.fromkeys(source for source, _ in flows))
    series = tuple((source, tuple(flows[source, to] for to in codes)) for source in codes)
    return Picture(Shape.HEAT, N_("CTFs uploaded, from and to"), codes, series, N_("To"), N_("From"))
