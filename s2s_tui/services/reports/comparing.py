"""Leavers compared with what was sent (R-REP-5): uploaded, not uploaded, sent elsewhere, overdue."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from peewee import JOIN

from s2s_tui.base.clock import day_start, local_date
from s2s_tui.base.errors import Refused
from s2s_tui.rules.leavers import DUE_DAYS, LATE_DAYS, Calendar, Leaver
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.people import name_key
from s2s_tui.services.checking import DELETED, REJECTED
from s2s_tui.services.reports import counts
from s2s_tui.services.reports.model import Asked, Cells, Given
from s2s_tui.store.models import LostPupil, Pupil, SchoolHoliday, Transfer
from s2s_tui.store.statements import tuples

BEFORE = timedelta(days=60)
"""A file that was sent longer before the leaving date is of an earlier time that the pupil left."""
AT_A_TIME = 400
"""UPNs that one statement asks for."""

UPLOADED, NOT_UPLOADED, ELSEWHERE = "uploaded", "not-uploaded", "elsewhere"


@dataclass(frozen=True, slots=True, order=True)
class _Sent:
    """A file that held a pupil: when it was sent, and where to."""

    day: date
    to: str

    @property
    def is_lost(self) -> bool:
        return self.to in (LOST, LEFT)


def compare(asked: Asked) -> Iterator[Cells]:
    """A row a leaver who left on one of the days asked of, in the list's order.

    A file counts that a school of the same authority sent from `BEFORE` the leaving date on. Of several
    one to the lost pupil database counts, then the first. Known by UPN, else by name and date of birth.

    Raises:
        Refused: `leavers-school`, somebody left a school that isn't one of those asked of.
    """
    leavers = [
        one
        for one in asked.leavers or ()
        if one.left <= asked.end and (asked.start is None or one.left >= asked.start)
    ]
    schools = counts.schools(asked)
    for one in leavers:
        if one.school not in schools:
            raise Refused("leavers-school", field=str(Given.LEAVERS), line=one.line, school=one.school)
    by_upn, by_name = _sent(asked, leavers)
    calendars: dict[str, Calendar] = {}
    for one in leavers:
        code = one.school[:3]
        if code not in calendars:
            calendars[code] = calendar_of(code)
        sent, matched = _which(one, by_upn[code, one.upn]), "upn"
        if sent is None and one.born is not None:
            key = name_key(one.surname, one.forename)
            sent, matched = _which(one, by_name[code, key, one.born]), "name"
        yield _row(asked, one, schools[one.school][0], sent, matched, calendars[code])


def calendar_of(authority: str) -> Calendar:
    """An authority's school days: weekends, and the holidays that it gave, apart."""
    query = SchoolHoliday.select(SchoolHoliday.first, SchoolHoliday.last)
    rows = query.where(SchoolHoliday.authority == authority)
    return Calendar((row.first, row.last) for row in rows)


def _which(one: Leaver, files: Sequence[_Sent]) -> _Sent | None:
    fitting = [sent for sent in files if sent.day >= one.left - BEFORE]
    return min(fitting, key=lambda sent: (not sent.is_lost, sent), default=None)


def _row(asked: Asked, one: Leaver, name: str, sent: _Sent | None, matched: str, calendar: Calendar) -> Cells:
    until = sent.day if sent else asked.end
    days = calendar.between(one.left, until)
    overdue = ""
    if sent is None and days > DUE_DAYS:
        overdue = str(LATE_DAYS if days > LATE_DAYS else DUE_DAYS)
    outcome = NOT_UPLOADED if sent is None else UPLOADED if sent.is_lost else ELSEWHERE
    return (
        one.line,
        one.school,
        name,
        one.upn,
        one.surname,
        one.forename,
        one.born.isoformat() if one.born else None,
        one.left.isoformat(),
        outcome,
        sent.to if sent else "",
        sent.day.isoformat() if sent else None,
        matched if sent else "",
        days,
        overdue,
    )


def _sent(
    asked: Asked, leavers: Sequence[Leaver]
) -> tuple[defaultdict[Any, list[_Sent]], defaultdict[Any, list[_Sent]]]:
    """What the authorities' schools sent of these pupils, by UPN and by name with birth date."""
    by_upn: defaultdict[Any, list[_Sent]] = defaultdict(list)
    by_name: defaultdict[Any, list[_Sent]] = defaultdict(list)
    upns = sorted({one.upn for one in leavers})
    keys = sorted({name_key(one.surname, one.forename) for one in leavers if one.born} - {""})
    for column, wanted in ((Pupil.upn, upns), (Pupil.name_key, keys)):
        for at in range(0, len(wanted), AT_A_TIME):
            part = wanted[at : at + AT_A_TIME]
            for code, upn, key, born, sent in _files(asked, column.in_(part), leavers):
                if column is Pupil.upn:
                    by_upn[code, upn].append(sent)
                else:
                    by_name[code, key, born].append(sent)
    # A pupil's earlier number is its own too.
    for at in range(0, len(upns), AT_A_TIME):
        former = LostPupil.former_upn.in_(upns[at : at + AT_A_TIME])
        query = LostPupil.select(
            LostPupil.authority, LostPupil.former_upn, LostPupil.uploaded_at, Transfer.destination
        ).join(Transfer)
        query = query.where(former & counts.at(LostPupil.authority, asked))
        for code, upn, moment, to in tuples(query.where(LostPupil.uploaded_at < asked.ends)):
            by_upn[code, upn].append(_Sent(local_date(moment), to))
    return by_upn, by_name


def _files(
    asked: Asked, which: Any, leavers: Sequence[Leaver]
) -> Iterator[tuple[str, str, str, date, _Sent]]:
    earliest = day_start(min(one.left for one in leavers) - BEFORE)
    # What was rejected or deleted never came to anybody; of the lost pupil database it did its work.
    stays = Transfer.state.not_in([REJECTED, DELETED]) | Transfer.destination.in_([LOST, LEFT])
    query = (
        Pupil.select(
            Transfer.source_authority,
            Pupil.upn,
            Pupil.name_key,
            Pupil.born,
            Transfer.uploaded_at,
            Transfer.destination,
        )
        .join(Transfer, JOIN.INNER)
        .where(
            which
            & counts.at(Transfer.source_authority, asked)
            & (Transfer.kind == counts.CTF)
            & (Transfer.uploaded_at >= earliest)
            & (Transfer.uploaded_at < asked.ends)
            & counts.NOT_FORWARDED
            & stays
        )
    )
    for code, upn, key, born, moment, to in tuples(query):
        yield code, upn, key, born, _Sent(local_date(moment), to)
