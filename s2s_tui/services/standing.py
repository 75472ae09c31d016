"""Kept searches that found nothing (R-LPD-6): when a file arrives that fits, the authority is told."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused, S2SError
from s2s_tui.base.text import storable
from s2s_tui.matching import search as matching_search
from s2s_tui.rules.roles import SYSTEM, Actor
from s2s_tui.services import access, audit, lost_index, notices, transfers
from s2s_tui.services.search import LookedFor, as_query
from s2s_tui.services.site import Site
from s2s_tui.store.models import StandingSearch

MOST = 500
"""Searches that one authority keeps at once: each is compared with what came, again and again."""
FITS = 20
"""The score from which a new record is told of, as a roll's pair is to be checked from there on.

One look too many costs less than a child whom nobody looks at.
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept search.

    Attributes:
        found: the record that fits, once one came.
    """

    id: int
    looked: LookedFor
    made: datetime
    made_by: str
    found: int | None
    found_at: datetime | None


def keep(actor: Actor, site: Site, looked: LookedFor) -> int:
    """Keep a search; files that arrive from now on are compared with it.

    One that the authority keeps already is not kept twice, so that nobody is told twice of one file; where
    it found something before, it looks on (`look_on`).

    Returns:
        Its id.

    Raises:
        NotAllowed: the role may not search the lost pupil database.
        Refused, WrongUse: as `search.search`; `kept-many`.
    """
    access.require(actor, site, "lost.search")
    as_query(looked, local_date(site.clock()))
    texts = {name: storable(text) for name, text in asdict(looked).items() if name != "begins"}
    looked = LookedFor(**texts, begins=looked.begins)
    query = json.dumps(asdict(looked), ensure_ascii=False)

    def change() -> int:
        own = (StandingSearch.organisation == actor.organisation) & StandingSearch.ended_at.is_null()
        same = StandingSearch.select().where(own & (StandingSearch.query == query)).first()
        if same is not None:
            if same.found is not None:
                _on(actor, site, same)
            return int(same.id)
        if StandingSearch.select().where(own).count() >= MOST:
            raise Refused("kept-many", most=MOST)
        row = StandingSearch.create(
            organisation=actor.organisation,
            username=actor.user,
            query=query,
            made_at=site.clock(),
            seen_change=lost_index.last_change(),
        )
        audit.record(
            site, actor, "lost-keep", _subject(looked), about=[looked.upn.strip().upper()], id=row.id
        )
        return int(row.id)

    return site.store.write(change)


def kept(actor: Actor, site: Site) -> tuple[Kept, ...]:
    """The own authority's kept searches, those that found something first."""
    access.require(actor, site, "lost.search")
    with site.store.connection():
        rows = StandingSearch.select().where(
            (StandingSearch.organisation == actor.organisation) & StandingSearch.ended_at.is_null()
        )
        ordered = sorted(rows, key=lambda row: (row.found is None, -row.id))
        return tuple(_kept(row) for row in ordered)


def look_on(actor: Actor, site: Site, standing_id: int) -> None:
    """Let a search that found somebody else's file look on, in all files that came after that one.

    Raises:
        NotAllowed: the role may not search the lost pupil database.
        NotFound: `standing-unknown`.
        Refused: `standing-nothing`, it has found nothing yet, and looks on anyway.
    """
    access.require(actor, site, "lost.search")

    def change() -> None:
        row = _own(actor, standing_id)
        if row.found is None:
            raise Refused("standing-nothing")
        _on(actor, site, row)

    _put_on_record(actor, site, "lost-keep-on", standing_id, change)


def remove(actor: Actor, site: Site, standing_id: int) -> None:
    """Keep a search no longer.

    Raises:
        NotAllowed: the role may not search the lost pupil database.
        NotFound: `standing-unknown`.
    """
    access.require(actor, site, "lost.search")

    def change() -> None:
        row = _own(actor, standing_id)
        StandingSearch.update(ended_at=site.clock()).where(StandingSearch.id == row.id).execute()
        audit.record(site, actor, "lost-keep-end", str(standing_id))

    _put_on_record(actor, site, "lost-keep-end", standing_id, change)


def _own(actor: Actor, standing_id: int) -> Any:
    """A search that the authority keeps, within a transaction."""
    mine: Any = (StandingSearch.id == standing_id) & (StandingSearch.organisation == actor.organisation)
    known = 0 < standing_id <= transfers.LARGEST_ID
    row = StandingSearch.get_or_none(mine & StandingSearch.ended_at.is_null()) if known else None
    if row is None:
        raise NotFound("standing-unknown", id=standing_id)
    return row


def _on(actor: Actor, site: Site, row: Any) -> None:
    """What it found is not the pupil: what came since is compared as if it had found nothing."""
    StandingSearch.update(found=None, found_at=None).where(StandingSearch.id == row.id).execute()
    audit.record(site, actor, "lost-keep-on", str(row.id), lost=row.found)


def _put_on_record(
    actor: Actor, site: Site, action: str, standing_id: int, change: Callable[[], None]
) -> None:
    try:
        site.store.write(change)
    except (NotFound, Refused) as error:
        access.refused(actor, site, action, str(standing_id), error.code)
        raise


def compare(site: Site) -> int:
    """Compare every kept search with the files that arrived since; the authorities are told of what fits.

    Returns:
        How many searches found something.
    """
    loaded = lost_index.current(site)
    today = local_date(site.clock())
    with site.store.connection():
        open_ones = list(
            StandingSearch.select().where(
                StandingSearch.ended_at.is_null()
                & StandingSearch.found.is_null()
                & (StandingSearch.seen_change < loaded.seen)
            )
        )
        arrived = {row.id: lost_index.changed_since(row.seen_change) for row in open_ones}
    found = 0
    for row in open_ones:
        try:
            query = as_query(LookedFor(**json.loads(row.query)), today)
        except (S2SError, ValueError, TypeError, AttributeError):
            # Kept by other rules than today's, or spoilt: it must not keep the others from being compared.
            continue
        matches = matching_search.rank(
            loaded.index, query, recent=loaded.recent, removed=loaded.removed, limit=10
        ).matches
        new = next((match for match in matches if match.score >= FITS and match.id in arrived[row.id]), None)
        found += site.store.write(partial(_settle, site, row, loaded.seen, new.id if new else None))
    return found


def _settle(site: Site, row: Any, seen: int, found: int | None) -> bool:
    """Keep what came of a comparison, and tell; whether something was found.

    Nothing is done where another has compared it meanwhile, or its owner keeps it no longer.
    """
    changes: dict[str, Any] = {"seen_change": seen}
    if found is not None:
        changes |= {"found": found, "found_at": site.clock()}
    standing = StandingSearch
    as_before = (standing.id == row.id) & (standing.seen_change == row.seen_change)
    still = as_before & standing.found.is_null() & standing.ended_at.is_null()
    if not standing.update(**changes).where(still).execute() or found is None:
        return False
    notices.standing_found(site, row.organisation)
    looked = LookedFor(**json.loads(row.query))
    audit.record(site, SYSTEM, "lost-keep-found", _subject(looked), id=row.id, lost=found)
    return True


def _subject(looked: LookedFor) -> str:
    return " ".join(str(value) for name, value in asdict(looked).items() if value and name != "begins")[:200]


def _kept(row: Any) -> Kept:
    return Kept(
        row.id, LookedFor(**json.loads(row.query)), row.made_at, row.username, row.found, row.found_at
    )
