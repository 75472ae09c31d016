"""Generic/Other File Movement (R-REP-6, §7.6): zips, PLASC and admissions files, with both their dates."""

from typing import Any

from s2s_tui.base.translation import N_
from s2s_tui.rules.names import Kind
from s2s_tui.services.checking import COLLECTED
from s2s_tui.services.reports import counts, files
from s2s_tui.services.reports.model import Asked, Column, Given, Of, Report
from s2s_tui.store.models import Transfer

KINDS = {
    str(Kind.GENERIC): N_("generic zip"),
    str(Kind.PLASC): N_("PLASC"),
    str(Kind.ADMISSIONS): N_("admissions"),
}


def _query(asked: Asked) -> Any:
    """Files that the schools or the authority sent, uploaded or downloaded on one of the days."""
    ends = files.Ends(asked)
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
    where = counts.at(Transfer.source_authority, asked) & Transfer.kind.in_(list(KINDS))
    if asked.schools:
        where &= Transfer.source.in_(asked.schools)
    moved = asked.within(Transfer.uploaded_at) | counts.moved(COLLECTED, asked)
    # What moved was uploaded before the last day ended: this the index knows.
    return query.where(where & (Transfer.uploaded_at < asked.ends) & moved)


REPORT = Report(
    key="movement",
    title=N_("Generic/Other File Movement"),
    says=N_(
        "Generic zips, PLASC and admissions files that your schools and your authority sent, with the days "
        "on which they were uploaded and downloaded. A file is in it if either day is in the range."
    ),
    permission="reports.authority",
    takes=(Given.START, Given.END, Given.SCHOOLS, Given.AUTHORITIES),
    columns=(
        Column("school", N_("From")),
        Column("name", N_("Name"), yields=True),
        Column("file", N_("File"), yields=True),
        Column("kind", N_("Kind"), Of.WORD, words=KINDS),
        Column("to", N_("To")),
        Column("to_name", N_("Name"), yields=True, extra=True),
        Column("size", N_("Size"), Of.NUMBER, extra=True),
        Column("uploaded", N_("Uploaded"), Of.MOMENT),
        Column("downloaded", N_("Downloaded"), Of.MOMENT),
        Column("state", N_("State"), Of.WORD, words=files.STATES, extra=True),
    ),
    sorted_by=("uploaded", "school"),
    query=_query,
)
