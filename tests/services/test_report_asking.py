"""What a report is given (R-REP): a word at the field where it is wrong, and whose numbers it may ask."""

from datetime import date, timedelta

import making
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.base.errors import NotAllowed, NotFound, Refused, WrongUse
from s2s_tui.rules import ranges
from s2s_tui.rules.dates import school_year
from s2s_tui.services.reports import asking, holidays, running, saved
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.registry import REPORTS
from s2s_tui.services.wording import say

pytestmark = pytest.mark.requirement("R-REP-1")
NINE = ("660", "661", "662", "663", "664", "665", "666", "667", "668")


@pytest.mark.parametrize(
    ("key", "wanted", "code", "field"),
    [
        ("usage", Wanted(start="2026-11-02", end="2026-11-01"), "report-from-after-to", "from"),
        ("usage", Wanted(end="2026-11-25"), "report-future", "to"),
        ("usage", Wanted(start="25/11/2026"), "report-future", "from"),
        ("usage", Wanted(start="31/2/2026"), "report-day", "from"),
        ("usage", Wanted(end="2026"), "report-day", "to"),
        ("usage", Wanted(schools=("6814053",)), "report-school", "school"),
        ("usage", Wanted(schools=("6809999",)), "report-school", "school"),
        ("usage", Wanted(authorities=("681",)), "report-la-own-only", "la"),
        ("cluster", Wanted(authorities=("681",)), "report-la-own", "la"),
        ("cluster", Wanted(authorities=("680", *NINE, "669")), "report-la-many", "la"),
        ("cluster", Wanted(authorities=("680", "199")), "report-la", "la"),
        ("cluster", Wanted(authorities=("680",), all_wales=True), "report-wales-twice", "all-wales"),
        ("lost-numbers", Wanted(authorities=("681", "660")), "report-la-own", "la"),
        ("lost-details", Wanted(which="some"), "report-which", "which"),
        ("lost-details", Wanted(leavers=("upn,surname\n",)), "leavers-columns", "leavers"),
    ],
)
def test_a_wrong_parameter_gets_a_word_at_its_field(lite, key, wanted, code, field):
    actor = making.logged_on(lite, "user", "680")
    with pytest.raises(Refused) as refused:
        running.ask(actor, lite, key, wanted)
    assert (refused.value.code, refused.value.params["field"]) == (code, field)
    assert code not in say(refused.value)


def test_ones_own_authority_may_be_named_and_nine_more_in_a_cluster(lite):
    actor = making.logged_on(lite, "user", "680")
    for key, codes in (("usage", ("680",)), ("cluster", ("680", *NINE))):
        assert running.ask(actor, lite, key, Wanted(authorities=codes)).asked.authorities == codes


@pytest.mark.parametrize(
    ("key", "wanted", "code"),
    [
        ("weather", Wanted(), "report-unknown"),
        ("usage", Wanted(all_wales=True), "report-parameter"),
        ("usage", Wanted(span="last-week"), "report-range"),
        ("usage", Wanted(span="last-month", start="2026-01-01"), "report-range-twice"),
    ],
)
def test_what_makes_no_sense_is_wrong_use(lite, key, wanted, code):
    with pytest.raises(WrongUse, match=code):
        running.ask(making.logged_on(lite, "user", "680"), lite, key, wanted)


def test_nine_others_may_be_chosen_and_a_school_only_itself(lite):
    actor = making.logged_on(lite, "user", "680")
    asked = asking.check(actor, lite, "cluster", Wanted(authorities=("680", *NINE)))
    assert len(asked.authorities) == 10
    assert asking.check(actor, lite, "usage", Wanted()).authorities == ("680",)
    school = making.logged_on(lite, "school", "6804012")
    asked = asking.check(school, lite, "school", Wanted())
    assert (asked.schools, asked.authorities) == (("6804012",), ("680",))
    with pytest.raises(Refused, match="report-school"):
        asking.check(school, lite, "school", Wanted(schools=("6804031",)))


def test_each_role_has_just_its_reports(lite):
    for role, organisation, expected in (
        ("school", "6804012", {"school"}),
        ("user", "680", set(REPORTS) - {"messages", "national"}),
        ("plasc", "680", set(REPORTS) - {"messages", "national"}),
        ("dba", "680", set(REPORTS) - {"national"}),
        ("dba-view", "680", set(REPORTS) - {"national"}),
        ("wg", "WG", set(REPORTS)),
    ):
        actor = making.logged_on(lite, role, organisation)
        has = set()
        for key in REPORTS:
            try:
                asking.check(actor, lite, key, Wanted())
                has.add(key)
            except NotAllowed:
                pass
        assert has == expected, role


def test_wg_chooses_whose_numbers_a_screen_shows(lite):
    wg = making.logged_on(lite, "wg", "WG")
    with pytest.raises(Refused, match="report-csv-only"):
        running.ask(wg, lite, "usage", Wanted()).page()
    assert running.ask(wg, lite, "usage", Wanted(authorities=("680",))).count() == 4
    assert running.ask(wg, lite, "usage", Wanted(schools=("6814053",))).count() == 1
    every = list(running.ask(wg, lite, "usage", Wanted()).cells())
    assert {cells[0] for cells in every} >= set(making.SCHOOLS) | {"680", "873"}


def test_a_report_can_be_stopped(lite):
    def step(_done: int, _total: int) -> None:
        raise KeyError("enough")

    wg = making.logged_on(lite, "wg", "WG")
    run = running.ask(wg, lite, "usage", Wanted())
    with pytest.raises(KeyError, match="enough"):
        list(run.cells(step))
    assert len(list(run.cells())) > 100


def test_a_set_is_kept_and_its_range_moves_with_the_calendar(site, on, clock):
    user = on("user", "680")
    wanted = Wanted(span="last-month", schools=("6804012",))
    saved.save(user, site, "Each  month", "usage", wanted)
    one = saved.load(user, site, "each month")
    assert (one.name, one.report, one.wanted) == ("Each month", "usage", wanted)
    run = running.ask(user, site, one.report, one.wanted)
    assert (run.asked.start, run.asked.end) == (date(2026, 10, 1), date(2026, 10, 31))
    clock.forward(days=20)
    again = making.logged_on(site, "user", "680")
    run = running.ask(again, site, one.report, saved.load(again, site, "EACH MONTH").wanted)
    assert run.asked.end == date(2026, 11, 30)
    with pytest.raises(NotFound, match="saved-unknown"):
        saved.load(on("dba", "680"), site, "Each month")
    saved.save(again, site, "EACH month", "cluster", Wanted())
    assert [one.report for one in saved.listed(again, site)] == ["cluster"]
    saved.remove(again, site, "each month")
    assert saved.listed(again, site) == ()
    with pytest.raises(Refused, match="report-school"):
        saved.save(again, site, "x", "usage", Wanted(schools=("6814053",)))


def test_a_holiday_is_of_its_authority_and_given_by_its_dba(site, on):
    dba = on("dba", "680")
    one = holidays.add(dba, site, "21/12/2026", "1/1/2027", "Nadolig")
    assert (one.first, one.last) == (date(2026, 12, 21), date(2027, 1, 1))
    assert holidays.listed(on("user", "680"), site) == (one,)
    with pytest.raises(NotAllowed):
        holidays.add(on("user", "680"), site, "2026-12-21")
    with pytest.raises(NotFound):
        holidays.listed(on("dba", "681"), site, "680")
    with pytest.raises(NotFound, match="holiday-unknown"):
        holidays.remove(on("dba", "681"), site, [one.id])
    for first, last, code in (
        ("2026-12-21", "2026-12-20", "holiday-order"),
        ("2026-12-21", "2027-12-20", "holiday-long"),
        ("soon", "", "holiday-day"),
    ):
        with pytest.raises(Refused, match=code):
            holidays.add(dba, site, first, last)
    holidays.remove(dba, site, [one.id])
    assert holidays.listed(dba, site) == ()


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)), st.sampled_from(ranges.RANGES))
def test_a_range_ends_today_or_before_and_is_a_whole_one(today, name):
    first, last = ranges.days_of(name, today)
    assert first <= last <= today
    if name == "last-month":
        assert first.day == 1
        assert (last + timedelta(days=1)) == today.replace(day=1)
    if name == "last-school-year":
        assert school_year(first) == school_year(last) == school_year(today) - 1
        assert (first.month, last.month) == (9, 8)
    if name.startswith("this"):
        assert last == today
