"""Lost pupils' records as they are shown (R-LPD-2); whether they may be seen is asked in `lost`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from s2s_tui.rules.dates import leaving_date
from s2s_tui.services import directory
from s2s_tui.services.site import Site
from s2s_tui.store.models import Download, LostPupil, Transfer
from s2s_tui.store.statements import tuples

AT_A_TIME = 1000
"""Records that one statement asks for; engines take only so many values."""


class State(StrEnum):
    """What has become of a lost pupil's record."""

    LOST = "lost"
    DOWNLOADED = "downloaded"
    FORWARDED = "forwarded"
    REMOVED = "removed"


TAKEN = (State.DOWNLOADED, State.FORWARDED)


@dataclass(frozen=True, slots=True)
class Record:
    """A lost pupil's record.

    Attributes:
        la: the code of the uploading school's authority.
        left_sector: sent to `MMMMMMM`, not to `XXXXXXX`.
        leaves: when the pupil reaches statutory leaving age (R-LPD-7).
        taken_by: the code of the authority that downloaded or forwarded it; empty where none has it.
    """

    id: int
    file: str
    upn: str
    surname: str
    forename: str
    dob: date
    gender: str
    town: str
    la: str
    la_name: str
    school: str
    school_name: str
    uploaded: datetime
    former_upn: str
    former_surname: str
    middle_names: str
    preferred_surname: str
    preferred_forename: str
    left_sector: bool
    state: str
    state_at: datetime | None
    leaves: date
    taken_by: str = ""


def records(site: Site, ids: Sequence[int]) -> tuple[Record, ...]:
    """Records by id, in that order; whether they may be seen is asked elsewhere."""
    rows: dict[int, Any] = {}
    with site.store.connection():
        for start in range(0, len(ids), AT_A_TIME):
            part = LostPupil.id.in_(ids[start : start + AT_A_TIME])
            rows |= {row.id: row for row in LostPupil.select(LostPupil, Transfer).join(Transfer).where(part)}
        taken = _taken([row.transfer_id for row in rows.values() if row.state in TAKEN])
        named = directory.names(
            site, {place for row in rows.values() for place in (row.school, row.authority)}
        )
    return tuple(_record(rows[key], named, taken) for key in ids if key in rows)


def _taken(transfers: Sequence[int]) -> dict[int, str]:
    """Which authority has confirmed that it has each of some files; needs an open connection."""
    found: dict[int, str] = {}
    for start in range(0, len(transfers), AT_A_TIME):
        part: Any = Download.transfer.in_(transfers[start : start + AT_A_TIME])
        part &= Download.confirmed_at.is_null(False) & (Download.is_copy == False)  # noqa: E712
        found |= dict(tuples(Download.select(Download.transfer, Download.organisation).where(part)))
    return found


def _record(row: Any, named: dict[str, str], taken: dict[int, str]) -> Record:
    return Record(
        id=row.id,
        file=row.transfer.name,
        upn=row.upn,
        surname=row.surname,
        forename=row.forename,
        dob=row.born,
        gender=row.gender,
        town=row.town,
        la=row.authority,
        la_name=named[row.authority],
        school=row.school,
        school_name=named[row.school],
        uploaded=row.uploaded_at,
        former_upn=row.former_upn,
        former_surname=row.former_surname,
        middle_names=row.middle_names,
        preferred_surname=row.preferred_surname,
        preferred_forename=row.preferred_forename,
        left_sector=row.left_sector,
        state=row.state,
        state_at=row.state_at,
        leaves=leaving_date(row.born),
        taken_by=taken.get(row.transfer_id, ""),
    )
