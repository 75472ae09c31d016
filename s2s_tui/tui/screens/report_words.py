"""What a report was asked, in words: the line under its title."""

from collections.abc import Iterable, Sequence

from s2s_tui.base.translation import N_, _
from s2s_tui.rules.roles import WALES
from s2s_tui.services.reports.model import WHICH, Given
from s2s_tui.services.reports.running import Run
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.report_form import Answered

RANGE_TITLES = {
    "": N_("all records"),
    "today": N_("today"),
    "yesterday": N_("yesterday"),
    "last-7-days": N_("the last 7 days"),
    "last-30-days": N_("the last 30 days"),
    "this-month": N_("this month"),
    "last-month": N_("last month"),
    "this-year": N_("this year"),
    "last-year": N_("last year"),
    "this-school-year": N_("this school year"),
    "last-school-year": N_("last school year"),
}
"""Ranges of days, in the order in which they are offered."""


def asked(answered: Answered, run: Run | None, takes: Sequence[Given], most: int, own: str) -> Iterable[str]:
    """The parts of the line: days, schools, authorities, and what else was chosen.

    Args:
        answered: what was asked.
        run: what came of it, if that is known: it knows the days of a range.
        takes: what the person can choose in this report.
        most: authorities that can be chosen.
        own: the person's organisation.
    """
    wanted = answered.wanted
    if wanted.span:
        yield _(RANGE_TITLES[wanted.span])
    if run is not None and run.wanted == wanted:
        days = _("from {start} to {end}") if run.asked.start else _("all records up to {end}")
        start = words.whole_day(run.asked.start) if run.asked.start else ""
        yield days.format(start=start, end=words.whole_day(run.asked.end))
    if wanted.schools:
        yield _("schools {these}").format(these=", ".join(wanted.schools))
    elif Given.SCHOOLS in takes:
        yield _("all schools")
    if wanted.authorities:
        yield _("authorities {these}").format(these=", ".join(wanted.authorities))
    elif wanted.all_wales:
        yield _("all of Wales")
    elif Given.AUTHORITIES in takes and own == WALES:
        yield _("all authorities")
    elif Given.AUTHORITIES in takes and most > 1:
        yield _("{own} only: e adds others").format(own=own)
    if Given.WHICH in takes and wanted.which not in ("", "both"):
        yield _(WHICH[wanted.which])
    if wanted.now_downloaded:
        yield _("now downloaded")
    if answered.leavers is not None:
        yield _("compared with {file}").format(file=answered.leavers.name)
