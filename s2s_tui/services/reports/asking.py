"""What is asked of a report, checked: a word at the field where it is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Mistyped, Refused, S2SError, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.base.translation import language
from s2s_tui.rules import leavers, ranges
from s2s_tui.rules.roles import Actor, Role, Scope, scope
from s2s_tui.rules.typed import typed_date
from s2s_tui.services import access, table_files
from s2s_tui.services.reports.model import WHICH, Asked, Given, Report
from s2s_tui.services.reports.registry import REPORTS
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Establishment
from s2s_tui.store.statements import tuples

MOST_SCHOOLS = 500
"""Schools that may be named at once; whoever wants more wants all."""
LARGEST_LIST = 64 << 20
"""Bytes of a list of leavers, which is held in memory."""
CSV = "csv"
COUNTRY = "Wales"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a report, as it was typed.

    Attributes:
        start: the first day as people type days; empty is all records. `end` the last; empty is today.
        span: one of `rules.ranges.RANGES`, in place of both.
        schools: establishment numbers; none is all.
        authorities: codes.
        which: a key of `model.WHICH`; empty is both.
        leavers: the lines of a CSV; None where there is nothing to compare.
    """

    start: str = ""
    end: str = ""
    span: str = ""
    schools: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    all_wales: bool = False
    which: str = ""
    now_downloaded: bool = False
    leavers: tuple[str, ...] | None = None

    def given(self) -> tuple[Given, ...]:
        """What was given at all."""
        values = {
            Given.START: self.start or self.span,
            Given.END: self.end or self.span,
            Given.SCHOOLS: self.schools,
            Given.AUTHORITIES: self.authorities,
            Given.ALL_WALES: self.all_wales,
            Given.WHICH: self.which,
            Given.NOW_DOWNLOADED: self.now_downloaded,
            Given.LEAVERS: self.leavers is not None,
        }
        return tuple(key for key, value in values.items() if value)


def leaver_lines(path: Path) -> tuple[str, ...]:
    """The lines of a list of leavers on disk, for `Wanted.leavers`, however its text is written.

    Raises:
        Refused: `file-irregular`, `file-unreadable` or `file-large`; `leavers-long`.
    """
    file = table_files.look_at(path, LARGEST_LIST)
    if file.lines > 2 * leavers.MOST:
        raise Refused("leavers-long", field=str(Given.LEAVERS), most=leavers.MOST)
    with table_files.opened(file) as text:
        return tuple(text)


def report_of(actor: Actor, site: Site, key: str) -> Report:
    """A report that the actor may run.

    Raises:
        WrongUse: `report-unknown`, there is none of that name.
        NotAllowed: the role may not.
    """
    access.require_live(actor, site)
    report = REPORTS.get(key)
    if report is None:
        raise WrongUse("report-unknown", report=key, known=", ".join(REPORTS))
    access.require(actor, site, report.permission, subject=key)
    return report


def check(actor: Actor, site: Site, key: str, wanted: Wanted) -> Asked:
    """What was asked, checked and made whole.

    Raises:
        WrongUse: `report-unknown`; `report-parameter`, the report takes no such thing; `report-range`.
        NotAllowed: the role may not run it.
        Refused: a parameter is wrong; `field` names it (a key of `model.PARAMETERS`).
    """
    report = report_of(actor, site, key)
    for given in wanted.given():
        if given not in report.takes:
            raise WrongUse("report-parameter", report=key, parameter=str(given))
    today = local_date(site.clock())
    start, end = _days(wanted, today)
    if wanted.which and wanted.which not in WHICH:
        raise Refused("report-which", field=str(Given.WHICH), which=wanted.which, known=", ".join(WHICH))
    reach = scope(actor.role, report.permission)
    schools = tuple(dict.fromkeys(map(storable, wanted.schools)))
    codes = tuple(dict.fromkeys(map(storable, wanted.authorities)))
    is_whole = False
    with site.store.connection():
        if actor.role is Role.SCHOOL:
            schools, codes = _own_school(actor, schools, codes)
        elif wanted.all_wales:
            if codes:
                raise Refused("report-wales-twice", field=str(Given.ALL_WALES))
            codes, is_whole = of_wales(actor.authority), True
        elif reach is Scope.ALL:
            if len(codes) > max(report.most, 10):
                raise Refused("report-la-many", field=str(Given.AUTHORITIES), most=max(report.most, 10))
            _known(codes)
            is_whole = not codes and not schools and report.whole == CSV
            if report.most > 1 and is_whole and not report.by_authority:
                codes = of_wales("")
        else:
            codes = _around(actor, report, codes)
        if actor.role is not Role.SCHOOL and schools:
            _known_schools(schools, codes)
            codes = codes or tuple(sorted({school[:3] for school in schools}))
    return Asked(
        report=report,
        site=site,
        language=language(),
        own=actor.organisation,
        today=today,
        start=start,
        end=end,
        authorities=codes,
        schools=schools,
        all_wales=wanted.all_wales,
        is_whole=is_whole,
        which=wanted.which or "both",
        now_downloaded=wanted.now_downloaded,
        leavers=_leavers(wanted.leavers, today),
    )


def of_wales(own: str) -> tuple[str, ...]:
    """The codes of Wales' authorities, and the own one."""
    found = tuples(Authority.select(Authority.code).where(Authority.country == COUNTRY))
    return tuple(sorted({code for (code,) in found} | ({own} if own else set())))


def _days(wanted: Wanted, today: date) -> tuple[date | None, date]:
    if wanted.span:
        if wanted.span not in ranges.RANGES:
            raise WrongUse("report-range", range=wanted.span, known=", ".join(ranges.RANGES))
        if wanted.start or wanted.end:
            raise WrongUse("report-range-twice")
        return ranges.days_of(wanted.span, today)
    start, end = _day(wanted.start, Given.START, today), _day(wanted.end, Given.END, today) or today
    for day, field in ((start, Given.START), (end, Given.END)):
        if day is not None and day > today:
            raise Refused("report-future", field=str(field), day=day.isoformat(), today=today.isoformat())
    if start is not None and start > end:
        raise Mistyped(
            "report-from-after-to", field=str(Given.START), start=start.isoformat(), end=end.isoformat()
        )
    return start, end


def _day(text: str, field: Given, today: date) -> date | None:
    try:
        typed = typed_date(text, today)
        if typed is None:
            return None
        if typed.year is None or typed.month is None or typed.day is None or typed.year < 1900:
            raise Mistyped("date-unclear", typed=text)
        return date(typed.year, typed.month, typed.day)
    except Mistyped as error:
        raise Mistyped("report-day", field=str(field), typed=text[:40]) from error


def _own_school(
    actor: Actor, schools: tuple[str, ...], codes: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A school's report is of itself, whatever it says."""
    for school in schools:
        if school != actor.organisation:
            raise Refused("report-school", field=str(Given.SCHOOLS), school=school)
    if set(codes) - {actor.authority}:
        raise Refused("report-la-own-only", field=str(Given.AUTHORITIES), own=actor.authority)
    return (actor.organisation,), (actor.authority,)


def _around(actor: Actor, report: Report, codes: tuple[str, ...]) -> tuple[str, ...]:
    """An authority's own numbers, and those of others where the report gives any."""
    own, field = actor.authority, str(Given.AUTHORITIES)
    if not codes:
        return (own,)
    if report.most == 1:
        if set(codes) != {own}:
            raise Refused("report-la-own-only", field=field, own=own)
        return codes
    if own not in codes:
        raise Refused("report-la-own", field=field, own=own)
    if len(codes) > report.most:
        raise Refused("report-la-many", field=field, most=report.most)
    _known(codes)
    return codes


def _known(codes: tuple[str, ...]) -> None:
    found = {code for (code,) in tuples(Authority.select(Authority.code).where(Authority.code.in_(codes)))}
    for code in codes:
        if code not in found:
            raise Refused("report-la", field=str(Given.AUTHORITIES), la=code[:20])


def _known_schools(schools: tuple[str, ...], codes: tuple[str, ...]) -> None:
    """Another authority's school answers as one that there isn't."""
    field = str(Given.SCHOOLS)
    if len(schools) > MOST_SCHOOLS:
        raise Refused("report-schools-many", field=field, most=MOST_SCHOOLS)
    query = Establishment.select(Establishment.number).where(Establishment.number.in_(schools))
    found = {number for (number,) in tuples(query)}
    for school in schools:
        if school not in found or (codes and school[:3] not in codes):
            raise Refused("report-school", field=field, school=school[:20])


def _leavers(lines: Iterable[str] | None, today: date) -> tuple[leavers.Leaver, ...] | None:
    if lines is None:
        return None
    try:
        return leavers.read(lines, today)
    except S2SError as error:
        raise Refused(error.code, **{**error.params, "field": str(Given.LEAVERS)}) from error
