"""Sets of parameters that a user keeps by a name, to run a report so again; ranges stay relative."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.text import storable
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit
from s2s_tui.services.reports import asking
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.model import Given
from s2s_tui.services.site import Site
from s2s_tui.store.models import SavedReport
from s2s_tui.store.statements import insert

LONGEST = 60
MOST = 100
"""Sets that one user keeps."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A kept set.

    Attributes:
        name: as the user typed it; its case doesn't count.
        report: a key of `registry.REPORTS`.
        wanted: the parameters; a range such as `last-month` is as new each time.
        saved: when.
    """

    name: str
    report: str
    wanted: Wanted
    saved: datetime


def save(actor: Actor, site: Site, name: str, report: str, wanted: Wanted) -> Saved:
    """Keep a set under a name; one of the same name is replaced.

    Raises:
        WrongUse, NotAllowed, Refused: as `asking.check`; `saved-name`, it is empty or too long; `saved-many`;
            `saved-leavers`: a list of leavers is of one day, and isn't kept.
    """
    asking.check(actor, site, report, wanted)
    kept = " ".join(storable(name).split())
    if not kept or len(kept) > LONGEST:
        raise Refused("saved-name", most=LONGEST)
    if wanted.leavers is not None:
        raise Refused("saved-leavers", field=str(Given.LEAVERS))

    def change() -> None:
        rows = _rows(actor)
        same = [row.id for row in rows if row.name.casefold() == kept.casefold()]
        if len(rows) - len(same) >= MOST:
            raise Refused("saved-many", most=MOST)
        SavedReport.delete().where(SavedReport.id.in_(same)).execute()
        row = {"username": actor.user, "name": kept, "report": report, "saved_at": site.clock()}
        insert(SavedReport, [row | {"parameters": _as_text(wanted)}])
        audit.record(site, actor, "report-save", kept, report=report)

    site.store.write(change)
    return load(actor, site, kept)


def listed(actor: Actor, site: Site) -> tuple[Saved, ...]:
    """The user's own sets, by name."""
    access.require(actor, site, "reports")
    with site.store.connection():
        found = [_saved(row) for row in _rows(actor)]
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def load(actor: Actor, site: Site, name: str) -> Saved:
    """A set of the user's own.

    Raises:
        NotFound: `saved-unknown`.
    """
    wanted = " ".join(name.split()).casefold()
    for one in listed(actor, site):
        if one.name.casefold() == wanted:
            return one
    raise NotFound("saved-unknown", name=name)


def remove(actor: Actor, site: Site, name: str) -> None:
    """Keep a set no longer.

    Raises:
        NotFound: `saved-unknown`.
    """
    one = load(actor, site, name)

    def change() -> None:
        same = (SavedReport.username == actor.user) & (SavedReport.name == one.name)
        SavedReport.delete().where(same).execute()
        audit.record(site, actor, "report-forget", one.name, report=one.report)

    site.store.write(change)


def _rows(actor: Actor) -> list[Any]:
    return list(SavedReport.select().where(SavedReport.username == actor.user))


def _as_text(wanted: Wanted) -> str:
    kept: dict[str, object] = {
        str(Given.START): wanted.start,
        str(Given.END): wanted.end,
        "range": wanted.span,
        str(Given.SCHOOLS): list(wanted.schools),
        str(Given.AUTHORITIES): list(wanted.authorities),
        str(Given.ALL_WALES): wanted.all_wales,
        str(Given.WHICH): wanted.which,
        str(Given.NOW_DOWNLOADED): wanted.now_downloaded,
    }
    return json.dumps({key: value for key, value in kept.items() if value})


def _saved(row: Any) -> Saved:
    kept = json.loads(row.parameters)
    wanted = Wanted(
        start=kept.get(Given.START, ""),
        end=kept.get(Given.END, ""),
        span=kept.get("range", ""),
        schools=tuple(kept.get(Given.SCHOOLS, ())),
        authorities=tuple(kept.get(Given.AUTHORITIES, ())),
        all_wales=kept.get(Given.ALL_WALES, False),
        which=kept.get(Given.WHICH, ""),
        now_downloaded=kept.get(Given.NOW_DOWNLOADED, False),
    )
    return Saved(row.name, row.report, wanted, row.saved_at)


def described(saved: Saved) -> str:
    """What a set gives, for a list: `from=2026-09-01 school=6804012`."""
    kept = json.loads(_as_text(saved.wanted))
    told = {key: ",".join(value) if isinstance(value, list) else value for key, value in kept.items()}
    return " ".join(key if value is True else f"{key}={value}" for key, value in told.items())
