"""The days on which an authority's schools don't teach, by which a leaver's file is overdue (R-REP-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Mistyped, NotFound, Refused
from s2s_tui.base.text import storable
from s2s_tui.rules.roles import Actor
from s2s_tui.rules.typed import typed_date
from s2s_tui.services import access, audit
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, SchoolHoliday
from s2s_tui.store.statements import insert

LONGEST = 60
LONGEST_DAYS = 100
MOST = 500
"""Holidays that one authority keeps."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days without school; both ends are within."""

    id: int
    authority: str
    first: date
    last: date
    title: str


def listed(actor: Actor, site: Site, authority: str = "") -> tuple[Holiday, ...]:
    """An authority's holidays, the first first.

    Args:
        actor: who asks.
        site: the site.
        authority: its code; empty is the actor's own.

    Raises:
        NotAllowed: the role may run no report of authorities.
        NotFound: another authority's; `report-la-missing`: WG has to say whose.
    """
    code = _code(actor, authority)
    access.require(actor, site, "reports.authority", of=code)
    with site.store.connection():
        rows = SchoolHoliday.select().where(SchoolHoliday.authority == code)
        return tuple(map(_holiday, rows.order_by(SchoolHoliday.first, SchoolHoliday.id)))


def add(
    actor: Actor, site: Site, first: str, last: str = "", title: str = "", authority: str = ""
) -> Holiday:
    """Add a holiday.

    Args:
        actor: who adds it: whoever may update the authority's details.
        site: the site.
        first: its first day, as people type days.
        last: its last day; empty is the first.
        title: what it is called.
        authority: as for `listed`.

    Raises:
        NotAllowed: the role may not.
        NotFound: another authority's.
        Refused: `holiday-day`, `holiday-order`, `holiday-long`, `holiday-title`, `holiday-many`; `field`
            names it (`first`, `last`, `title`).
    """
    code = _code(actor, authority)
    access.require(actor, site, "authority.update", of=code)
    today = local_date(site.clock())
    begins = _day(first, "first", today)
    ends = _day(last, "last", today) if last.strip() else begins
    said = " ".join(storable(title).split())
    if ends < begins:
        raise Mistyped("holiday-order", field="last", first=begins.isoformat(), last=ends.isoformat())
    if ends - begins >= timedelta(days=LONGEST_DAYS):
        raise Refused("holiday-long", field="last", most=LONGEST_DAYS)
    if len(said) > LONGEST:
        raise Refused("holiday-title", field="title", most=LONGEST)

    def change() -> Any:
        if not Authority.select().where(Authority.code == code).exists():
            raise NotFound("not-found")
        if SchoolHoliday.select().where(SchoolHoliday.authority == code).count() >= MOST:
            raise Refused("holiday-many", field="first", most=MOST)
        row = {"authority": code, "first": begins, "last": ends, "title": said}
        (key,) = insert(SchoolHoliday, [row])
        audit.record(site, actor, "holiday-add", code, first=str(begins), last=str(ends), title=said)
        return key

    return Holiday(int(site.store.write(change)), code, begins, ends, said)


def remove(actor: Actor, site: Site, ids: Sequence[int]) -> None:
    """Remove holidays, all or none.

    Raises:
        NotAllowed: the role may not.
        NotFound: `holiday-unknown`, one isn't there, or is another authority's.
    """
    access.require(actor, site, "authority.update")

    def change() -> None:
        for key in dict.fromkeys(ids):
            row = SchoolHoliday.get_or_none(SchoolHoliday.id == key) if 0 < key < 2**63 else None
            if row is None or (actor.authority and row.authority != actor.authority):
                raise NotFound("holiday-unknown", id=key)
            SchoolHoliday.delete().where(SchoolHoliday.id == key).execute()
            audit.record(site, actor, "holiday-remove", row.authority, first=str(row.first))

    try:
        site.store.write(change)
    except NotFound as error:
        access.refused(actor, site, "holiday-remove", str(error.params["id"]), error.code)
        raise


def _code(actor: Actor, authority: str) -> str:
    code = storable(authority) or actor.authority
    if not code:
        raise Refused("report-la-missing", field="la")
    return code


def _day(text: str, field: str, today: date) -> date:
    try:
        # A holiday may be years ahead: two digits of a year aren't of the past here.
        typed = typed_date(text, today.replace(year=today.year + 50, day=1))
        if typed is None or typed.year is None or typed.month is None or typed.day is None:
            raise Mistyped("date-unclear", typed=text)
        return date(typed.year, typed.month, typed.day)
    except Mistyped as error:
        raise Mistyped("holiday-day", field=field, typed=text[:40]) from error


def _holiday(row: Any) -> Holiday:
    return Holiday(row.id, row.authority, row.first, row.last, row.title)
