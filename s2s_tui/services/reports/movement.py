"""Generic/Other File Movement (R-REP-6, §7.6): zips, PLASC and admissions files, with both their dates."""

from typing import Any

from s2s_tui.services.checking import COLLECTED
from s2s_tui.services.reports import counts, files, words
from s2s_tui.services.reports.model import Asked
from s2s_tui.store.models import Transfer


def query(asked: Asked, names: bool) -> Any:
    """Files that the schools or the authority sent, uploaded or downloaded on one of the days."""
    ends = files.Ends(asked, names)
    query = Transfer.select(
        Transfer.source,
        ends.near_name,
        Transfer.name,
        Transfer.kind,
        Transfer.destination,
        ends.far_name,
        Transfer.size,
        Transfer.uploaded_at,
        files.collected_then(asked),
        files.state_then(asked),
        Transfer.id,
    )
    query = ends.joined(
        query,
        Transfer.source,
        Transfer.destination,
        Transfer.source_authority,
        Transfer.destination_authority,
    )
    where = counts.at(Transfer.source_authority, asked) & Transfer.kind.in_(list(words.KINDS))
    if asked.schools:
        where &= Transfer.source.in_(asked.schools)
    moved = asked.within(Transfer.uploaded_at) | counts.moved(COLLECTED, asked)
    # What moved was uploaded before the last day ended: this the index knows.
    return query.where(where & (Transfer.uploaded_at < asked.ends) & moved)
