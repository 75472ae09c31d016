"""Lost Pupil (Details) (R-REP-5, §7.5): whom schools sent to the lost pupil database, and since.

Given a list of leavers it tells instead of each whether the file was sent (`comparing`).
"""

from typing import Any

from peewee import JOIN, Case, Value, fn

from s2s_tui.services.lost_records import State
from s2s_tui.services.reports import counts
from s2s_tui.services.reports.comparing import compare
from s2s_tui.services.reports.model import Asked
from s2s_tui.store.models import Download, Establishment, LostPupil, Transfer


def _first_download(asked: Asked) -> Any:
    """The id of the first confirmed download of a record's file, up to the last day; one put back is none."""
    other = Download.alias("other")
    return (
        other.select(other.id)
        .where(
            (other.transfer == LostPupil.transfer)
            & (other.confirmed_at < asked.ends)
            & (other.is_copy == False)  # noqa: E712
        )
        .order_by(other.confirmed_at, other.id)
        .limit(1)
    )


def query(asked: Asked, names: bool) -> Any:
    """A row a record, as it stood when the last day ended."""
    ended = LostPupil.state_at < asked.ends
    state = Case(
        None,
        (
            (ended & LostPupil.state.in_([State.REMOVED, State.FORWARDED]), LostPupil.state),
            (Download.id.is_null(False), str(State.DOWNLOADED)),
        ),
        str(State.LOST),
    )
    # A file that was sent in a school's name by its authority is the school's (R-UPL-5, §7.4).
    query = LostPupil.select(
        LostPupil.school,
        fn.COALESCE(counts.name_in(asked.language, Establishment), Value("")) if names else Value(""),
        LostPupil.upn,
        LostPupil.surname,
        LostPupil.forename,
        LostPupil.born,
        LostPupil.gender,
        Case(None, ((LostPupil.left_sector == True, "left"),), "missing"),  # noqa: E712
        Transfer.name,
        LostPupil.uploaded_at,
        state,
        Download.confirmed_at,
        fn.COALESCE(Download.organisation, Value("")),
        LostPupil.transfer,
    )
    query = query.join(Transfer).switch(LostPupil)
    if names:
        query = query.join(Establishment, JOIN.LEFT_OUTER, on=(Establishment.number == LostPupil.school))
    query = query.switch(LostPupil).join(
        Download, JOIN.LEFT_OUTER, on=(Download.id == _first_download(asked))
    )
    where = counts.at(LostPupil.authority, asked)
    if asked.schools:
        where &= LostPupil.school.in_(asked.schools)
    if asked.which != "both":
        where &= LostPupil.left_sector == (asked.which == "left")
    if not asked.now_downloaded:
        return query.where(where & asked.within(LostPupil.uploaded_at))
    # Its day is that of the download then, whenever the file was sent.
    within = Download.id.is_null(False)
    if asked.begins is not None:
        within &= Download.confirmed_at >= asked.begins
    return query.where(where & within)


__all__ = ["compare", "query"]
