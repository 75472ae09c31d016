"""What the annual matching found (R-LPD-8), as the authorities work on it.

A find is worked on by the authority whose school has the pupil on roll; the authority of the school that
uploaded the record sees it, to close its case. Nobody but WG sees a find before its run is published. Of a
record that several published runs found the latest find counts.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from peewee import fn

from s2s_tui.base.errors import NotFound, Refused, WrongUse
from s2s_tui.matching.fields import Reason
from s2s_tui.rules.roles import WALES, Actor, owns
from s2s_tui.services import access, audit, directory
from s2s_tui.services.lost_records import AT_A_TIME, Record, State, records
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import LARGEST_ID
from s2s_tui.store.models import Find, LostPupil, MatchRun
from s2s_tui.store.statements import tuples

OURS, ELSEWHERE, WALES_WIDE = "ours", "elsewhere", "all"
"""The lists: on roll at the own authority's schools; own uploads on roll at others'; WG's list of all."""
CERTAIN, CHECK = "certain", "check"
_REASON = tuple(field.name for field in fields(Reason))
SORTS = ("probability", "surname", "school", "state")


class FindState(StrEnum):
    """What the finding authority says of a find."""

    NEW = "new"
    DOWNLOADED = "downloaded"
    SCHOOL_HAS = "school-has"
    FORWARDED = "forwarded"
    NOT_OURS = "not-ours"


@dataclass(frozen=True, slots=True)
class Found:
    """A lost pupil who is, or may be, on roll.

    Attributes:
        record: the lost pupil's record as it is now.
        band: `certain` or `check`.
        probability: 0 to 1.
        why: the reasons, a field each; `services.wording.reasons` words them.
        authority: the finding authority: whose school has the pupil on roll.
        upn, surname, forename, dob, gender, town: as the roll has them.
        said: the state that the finding authority set.
        said_by, said_at: who set it, and when.
    """

    id: int
    run: int
    record: Record
    band: str
    probability: float
    why: tuple[Reason, ...]
    authority: str
    authority_name: str
    school: str
    school_name: str
    upn: str
    surname: str
    forename: str
    dob: date | None
    gender: str
    town: str
    said: str
    said_by: str
    said_at: datetime | None

    @property
    def state(self) -> str:
        """How it stands: what became of the record where that says more than what was said of the find."""
        overtaken = self.said in (FindState.NEW, FindState.DOWNLOADED, FindState.FORWARDED)
        return self.record.state if overtaken and self.record.state != State.LOST else self.said


@dataclass(frozen=True, slots=True)
class FindList:
    """Finds that an actor may see, in any order; every page that is read is on record."""

    actor: Actor
    site: Site
    subject: str
    where: Any

    def count(self) -> int:
        """How many there are; raises `NotLoggedOn`: `session-ended`."""
        access.require_live(self.actor, self.site)
        with self.site.store.connection():
            return int(_joined(Find.select()).where(self.where).count())

    def page(
        self, offset: int = 0, limit: int | None = None, sort: str = "probability", descending: bool = False
    ) -> tuple[Found, ...]:
        """Some of them in order; by probability the likeliest first.

        Raises:
            NotLoggedOn: `session-ended`: a list that is open gives nothing out after that.
            WrongUse: `sort-unknown`.
        """
        access.require_live(self.actor, self.site)
        query = _joined(Find.select(Find.id)).where(self.where).order_by(*_order(sort, descending))
        with self.site.store.connection():
            ids = [key for (key,) in tuples(query.offset(offset).limit(limit))]
        found = by_ids(self.site, ids)
        if found:
            # On the roll a pupil may have another UPN: both are seen.
            upns = [upn for one in found for upn in (one.record.upn, one.upn)]
            self.site.store.write(
                lambda: audit.record(
                    self.site, self.actor, "finds", self.subject, about=upns, finds=len(found)
                )
            )
        return found

    def position(self, find_id: int, sort: str = "probability", descending: bool = False) -> int | None:
        """Where a find stands in that order, from 0; None where it isn't among them."""
        access.require_live(self.actor, self.site)
        query = _joined(Find.select(Find.id)).where(self.where).order_by(*_order(sort, descending))
        with self.site.store.connection():
            return next((at for at, (key,) in enumerate(tuples(query)) if key == find_id), None)


def lists(actor: Actor) -> tuple[str, ...]:
    """The lists that an actor has; the first is shown first."""
    return (WALES_WIDE,) if actor.organisation == WALES else (OURS, ELSEWHERE)


def finds(actor: Actor, site: Site, which: str = "") -> FindList:
    """Published finds: to work on (`ours`), or of own uploads at other authorities' schools (`elsewhere`).

    Args:
        actor: who looks.
        site: the site.
        which: one of `lists`; empty for the first.

    Raises:
        NotAllowed: the role sees no finds.
        WrongUse: `tab-unknown`.
    """
    access.require(actor, site, "matching.finds")
    which = which or lists(actor)[0]
    if which not in lists(actor):
        raise WrongUse("tab-unknown", tab=which, allowed=", ".join(lists(actor)))
    return FindList(actor, site, which, _visible() & _of(actor, which))


def set_state(actor: Actor, site: Site, find_id: int, state: str) -> None:
    """Say how a find stands; its finding authority alone does (R-LPD-8).

    Raises:
        NotAllowed: the role sees no finds.
        NotFound: `find-unknown`; so answers one that concerns other authorities, or is not published.
        Refused: `find-others`, the actor may see it only.
        WrongUse: `find-state`, there is no such state.
    """
    access.require(actor, site, "matching.finds")
    if state not in list(FindState):
        raise WrongUse("find-state", state=state, allowed=", ".join(FindState))

    def change() -> None:
        query = _joined(Find.select(Find.authority, LostPupil.authority, LostPupil.upn))
        known = 0 < find_id <= LARGEST_ID
        rows: list[Any] = tuples(query.where((Find.id == find_id) & _visible())) if known else []
        finder, uploader, upn = rows[0] if rows else ("", "", "")
        if not _sees(actor, finder) and not _sees(actor, uploader):
            raise NotFound("find-unknown", id=find_id)
        if actor.organisation != finder:
            raise Refused("find-others", la=finder)
        Find.update(state=state, state_by=actor.user, state_at=site.clock()).where(
            Find.id == find_id
        ).execute()
        audit.record(site, actor, "find-state", upn, about=[upn], id=find_id, state=state)

    try:
        site.store.write(change)
    except (NotFound, Refused) as error:
        access.refused(actor, site, "find-state", str(find_id), error.code)
        raise


def waiting(code: str) -> tuple[int, datetime | None]:
    """How many published finds an authority has yet to work on, and since when; needs an open connection."""
    where = _visible() & (Find.authority == code) & (Find.state == FindState.NEW)
    query = _joined(Find.select(fn.COUNT(Find.id), fn.MIN(MatchRun.published_at)))
    ((count, since),) = tuples(query.where(where & (LostPupil.state == State.LOST)))
    return int(count), datetime.fromisoformat(since) if isinstance(since, str) else since


def by_ids(site: Site, ids: Sequence[int]) -> tuple[Found, ...]:
    """Finds by id, in that order; whether they may be seen is asked elsewhere."""
    rows: dict[int, Any] = {}
    with site.store.connection():
        for start in range(0, len(ids), AT_A_TIME):
            part: Any = Find.select().where(Find.id.in_(ids[start : start + AT_A_TIME])).dicts()
            rows |= {row["id"]: row for row in part}
        held = {one.id: one for one in records(site, sorted({row["lost"] for row in rows.values()}))}
        places = {place for row in rows.values() for place in (row["school"], row["authority"])}
        named: dict[str, str] = {}
        for start in range(0, len(places), AT_A_TIME):
            named |= directory.names(site, sorted(places)[start : start + AT_A_TIME])
    return tuple(_found(rows[key], held[rows[key]["lost"]], named) for key in ids if key in rows)


def reasons_json(why: Sequence[Reason]) -> str:
    """Reasons as they are kept with a find."""
    # `asdict` copies deeply: of a quarter of a million finds that alone took a minute.
    kept = [{name: getattr(reason, name) for name in _REASON} for reason in why]
    return json.dumps(kept, ensure_ascii=False)


def _found(row: dict[str, Any], record: Record, named: dict[str, str]) -> Found:
    return Found(
        id=row["id"],
        run=row["run"],
        record=record,
        band=row["band"],
        probability=row["probability"],
        why=tuple(Reason(**reason) for reason in json.loads(row["reasons"])),
        authority=row["authority"],
        authority_name=named[row["authority"]],
        school=row["school"],
        school_name=named[row["school"]],
        upn=row["upn"],
        surname=row["surname"],
        forename=row["forename"],
        dob=row["born"],
        gender=row["gender"],
        town=row["town"],
        said=row["state"],
        said_by=row["state_by"],
        said_at=row["state_at"],
    )


def _joined(query: Any) -> Any:
    return query.join(MatchRun).switch(Find).join(LostPupil)


def _visible() -> Any:
    """Published, and no later published run has found the same record."""
    published = MatchRun.select(MatchRun.id).where(MatchRun.published_at.is_null(False))
    later = Find.alias()
    latest = later.select(fn.MAX(later.id)).where(later.run.in_(published)).group_by(later.lost)
    return Find.id.in_(latest)


def _of(actor: Actor, which: str) -> Any:
    if which == OURS:
        return Find.authority == actor.organisation
    if which == ELSEWHERE:
        return (LostPupil.authority == actor.organisation) & (Find.authority != actor.organisation)
    return Find.id.is_null(False)


def _sees(actor: Actor, code: str) -> bool:
    return bool(code) and (actor.organisation == WALES or owns(actor.organisation, code))


def _order(sort: str, descending: bool) -> tuple[Any, ...]:
    if sort not in SORTS:
        raise WrongUse("sort-unknown", sort=sort, allowed=", ".join(SORTS))
    columns = {
        "probability": (Find.probability, Find.id),
        "surname": (fn.LOWER(Find.surname), fn.LOWER(Find.forename), Find.id),
        "school": (Find.school, fn.LOWER(Find.surname), Find.id),
        "state": (Find.state, fn.LOWER(Find.surname), Find.id),
    }
    down = descending != (sort == "probability")
    return tuple(column.desc() if down else column.asc() for column in columns[sort])
