"""Reports by keys, in the whole app: what is asked, numbers, picture, the files behind, CSV (R-REP)."""

import csv
import sys
from pathlib import Path

import making
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import NARROW, WIDE, harmless, plain

from s2s_tui.base.translation import _
from s2s_tui.rules.roles import Role
from s2s_tui.services import uploads
from s2s_tui.services.reports import running, saved
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.model import Picture, Shape
from s2s_tui.services.reports.registry import REPORTS
from s2s_tui.tui.screens import folders, patience
from s2s_tui.tui.screens.report_rows import LEAST_NAME, NAME, columns_of, least_width
from s2s_tui.tui.text import use_plain
from s2s_tui.tui.widgets import chart
from s2s_tui.tui.widgets.columns import arrange

pytestmark = pytest.mark.requirement("R-REP-9")


@pytest.fixture
def sent(lite):
    """Three CTFs of two schools of 680, one of them to 681."""
    for source, destination, number in (
        ("6804012", "6804031", 1),
        ("6804012", "6814053", 2),
        ("6804031", "6804012", 1),
    ):
        school = making.logged_on(lite, "school", source)
        assert uploads.upload(school, lite, making.offered(source, destination, number)).status == "sent"


async def in_report(here, pilot, user, key="usage"):
    await here.log_on(pilot, user)
    await here.app.open(f"reports.{key}")
    pane = here.app.screen.pane
    await here.until(pilot, lambda: pane.run_ is not None and not pane.table.busy and pane.workers_done())
    return pane


@pytest.fixture(autouse=True)
def _workers_done(monkeypatch):
    from s2s_tui.tui.screens.report import ReportPane

    def done(self):
        return not [worker for worker in self.app.workers if worker.group == "report" and worker.node is self]

    monkeypatch.setattr(ReportPane, "workers_done", done, raising=False)


@pytest.mark.requirement("R-REP-1")
async def test_numbers_sums_and_picture_stand_together_and_lead_to_the_files(portal, lite, sent):
    here = portal()
    async with here.app.run_test(size=NARROW) as pilot:
        await in_report(here, pilot, "680user")
        await here.until(pilot, "CTFs by month")
        assert "Uploaded 3" in here.screen
        row = next(line for line in here.screen.splitlines() if "6804012" in line)
        assert "2" in row
        while "▸ 6804012" not in here.screen:
            await pilot.press("down")
            await pilot.pause()
        await pilot.press("enter")
        await here.until(pilot, "Which files?")
        await pilot.press("enter")
        await here.until(pilot, "6804012_CTF_6814053_002.XML")
        await pilot.press("escape")
        await here.until(pilot, "CTFs by month")
        await pilot.press("g")
        await here.until(pilot, lambda: "CTFs by month" not in here.screen)


@pytest.mark.requirement("R-REP-1")
async def test_what_is_asked_is_changed_and_a_wrong_day_is_said_at_its_field(portal, lite, sent):
    here = portal()
    async with here.app.run_test(size=NARROW) as pilot:
        pane = await in_report(here, pilot, "680user")
        await pilot.press("e")
        await here.until(pilot, "F9 run")
        await pilot.press(*"1/1/2027", "f9")
        await here.until(pilot, "✗")
        assert here.app.focused.id == "from"
        here.app.focused.value = "1 Nov 2026"
        here.app.screen.query_one("#school").value = "6814053"
        await pilot.press("f9")
        await here.until(pilot, lambda: here.app.focused.id == "school")
        here.app.focused.value = "6804031"
        await pilot.press("f9")
        await here.until(pilot, "schools 6804031")
        await here.until(pilot, "Uploaded 1")
        assert "6804012" not in here.screen
        await pilot.press("t")
        await here.until(pilot, "Which days?")
        await pilot.press(*"last month", "enter")
        await here.until(pilot, "last month · from 1 Oct 2026 to 31 Oct 2026")
        assert pane.answered.wanted.span == "last-month"
        await pilot.press("t")
        await here.until(pilot, "Which days?")
        await pilot.press(*"other", "enter")
        await here.until(pilot, "F9 run")
        await pilot.press("f1")
        await here.until(pilot, "From: The first day; blank is all records.")
        await pilot.press("escape", "escape")
        await pilot.press("escape")
        await here.until(pilot, "all records up to 24 Nov 2026")


async def test_all_rows_are_saved_as_a_csv_and_the_picture_as_svg(portal, lite, sent, tmp_path):
    here = portal()
    async with here.app.run_test(size=NARROW) as pilot:
        pane = await in_report(here, pilot, "680user")
        await here.until(pilot, "CTFs by month")
        folders.remember(pane.actor.session, "save", tmp_path)
        for key, said in (("c", "rows saved as"), ("p", "Saved as")):
            await pilot.press(key)
            await here.until(pilot, lambda: "Save here" in here.screen)
            await pilot.press("enter")
            await here.until(pilot, said)
        await pilot.press("c")
        await here.until(pilot, "Save here")
        await pilot.press("enter")
        await here.until(pilot, lambda: "already" in here.screen or "exists" in here.screen)
        await pilot.press("escape")
    (table,) = tmp_path.glob("usage-all-*.csv")
    rows = list(csv.DictReader(table.open(encoding="utf-8-sig")))
    assert {row["school"]: row["uploaded"] for row in rows}["6804012"] == "2"
    (picture,) = tmp_path.glob("usage-all-*.svg")
    assert "<svg" in picture.read_text()


async def test_what_is_asked_is_kept_by_a_name_and_run_again_from_any_report(portal, lite, sent):
    here = portal()
    async with here.app.run_test(size=NARROW) as pilot:
        pane = await in_report(here, pilot, "680user")
        pane.answered = pane.answered.__class__(Wanted(span="last-month"))
        await pilot.press("asterisk")
        await here.until(pilot, "Keep it as")
        await pilot.press(*"Monthly", "enter")
        await here.until(pilot, "Kept as “Monthly”; o runs it again.")
        assert saved.load(pane.actor, lite, "monthly").wanted.span == "last-month"
        await here.app.open("reports.cluster")
        await here.until(pilot, "CTFs uploaded, from and to")
        await pilot.press("o")
        await here.until(pilot, "Which kept report?")
        await pilot.press("enter")
        await here.until(pilot, "last month · from 1 Oct 2026 to 31 Oct 2026")


@pytest.mark.requirement("R-REP-2")
async def test_a_school_sees_its_own_report_only(portal, lite, sent):
    here = portal()
    async with here.app.run_test(size=NARROW) as pilot:
        pane = await in_report(here, pilot, "s6804012", "school")
        await here.until(pilot, "6804012_CTF_6804031_001.XML")
        assert "6804031_CTF_6804012_001.XML" in here.screen
        assert "files behind" not in here.foot, "its rows are the files"
        await pilot.press("e")
        await here.until(pilot, "F9 run")
        assert not here.app.screen.query("#school")
        await pilot.press("escape")
        assert pane.run_.asked.schools == ("6804012",)


@pytest.mark.requirement("R-REP-3")
async def test_all_of_wales_is_too_long_for_a_screen_and_says_where_to_find_it(portal, lite, sent):
    here = portal()
    async with here.app.run_test(size=NARROW) as pilot:
        pane = await in_report(here, pilot, "680user", "cluster")
        pane.answered = pane.answered.__class__(Wanted(all_wales=True))
        pane.reload()
        await here.until(pilot, "Too long to show: t or e asks for less, c saves a CSV.")
        assert "c CSV" in here.foot


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize(("role", "organisation"), [(Role.DBA, "680"), (Role.WG, "WG")])
async def test_every_report_opens_at_both_sizes(portal, lite, sent, role, organisation, size):
    here = portal()
    async with here.app.run_test(size=size) as pilot:
        await here.log_on(pilot, making.username(role, organisation))
        for key, report in REPORTS.items():
            if not here.app.may(report.permission):
                continue
            await here.app.open(f"reports.{key}")
            pane = here.app.screen.pane
            await here.until(pilot, lambda pane=pane: pane.run_ is not None and not pane.table.busy)
            await here.until(pilot, pane.workers_done)
            harmless(plain(here.app))
            assert "✗" not in here.screen.splitlines()[-2], here.screen
            title = here.screen.splitlines()[2]
            assert _(report.title) in title, "the whole title, of which the menu has a short one"


async def test_what_takes_long_has_a_bar_and_esc_stops_it(portal, lite, sent, monkeypatch):
    import threading

    monkeypatch.setattr(patience, "SOON", 0.02)
    going = threading.Event()
    first = running.ask

    def slow(actor, site, key, wanted, step=running.nothing):
        for done in range(1000):
            step(done, 1000)
            going.set()
            threading.Event().wait(0.02)
        return first(actor, site, key, wanted, step)

    here = portal()
    async with here.app.run_test(size=NARROW) as pilot:
        await in_report(here, pilot, "680user")
        monkeypatch.setattr(running, "ask", slow)
        here.app.screen.pane.reload()
        await here.until(pilot, "Esc stops")
        await pilot.press("escape")
        await here.until(pilot, "Stopped. F5 or t runs it again.")
        assert "Uploaded 3" not in here.screen, "numbers of another question"
        monkeypatch.setattr(running, "ask", first)
        await pilot.press("f5")
        await here.until(pilot, "Uploaded 3")


@pytest.mark.parametrize("room", [42, 61, 62, 80, 100, 122, 200])
@pytest.mark.parametrize(
    ("key", "columns"),
    [(key, report.columns) for key, report in REPORTS.items()]
    + [(f"{key}, compared", report.compared) for key, report in REPORTS.items() if report.compared],
)
def test_columns_have_the_room_that_they_need_and_names_are_not_squeezed(key, columns, room):
    laid = columns_of(columns, room)
    assert [one.id for one in laid] == [one.id for one in columns]
    places = arrange(laid, room - 2, room + 18)
    least = LEAST_NAME if room < least_width(columns) else NAME
    if room < 61:
        return
    for place in places:
        column = laid[place.index]
        wanted = least if columns[place.index].yields else column.width
        assert place.width >= wanted, (column.id, place.width)
    needed = {one.id for one in columns if not (one.extra or one.yields)}
    if key.startswith("lost-details") and room < 64:
        needed -= {"uploaded"}  # a second day goes before a pupil's name
    assert needed <= {laid[place.index].id for place in places}


PICTURES = (
    Picture(
        Shape.LINES, "By month", ("2026-09", "2026-10", "2026-11"), (("Up", (3, 9, 1)), ("Down", (1, 2, 8)))
    ),
    Picture(Shape.LINES, "One month", ("2026-09",), (("Up", (0,)),)),
    Picture(Shape.LINES, "Years", tuple(f"20{n:02}-01" for n in range(99)), (("Up", tuple(range(99))),)),
    Picture(Shape.BARS, "By age", ("4", "5", "6"), (("girls", (1, 0, 5)), ("boys", (2, 2, 2)))),
    Picture(Shape.HEAT, "Flows", ("680", "681"), (("680", (1, 20)), ("681", (1_000_000, 0)))),
    Picture(Shape.BARS, "Nothing", (), ()),
    Picture(Shape.BARS, "None yet", ("4", "5"), (("girls", (0, 1)), ("boys", (0, 0)))),
)


@pytest.mark.parametrize("plain_terminal", [False, True])
@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("size", [(62, 10), (20, 6), (120, 30), (5, 2)])
def test_a_picture_fits_its_room_and_needs_no_colour(picture, size, plain_terminal):
    use_plain(plain_terminal)
    try:
        lines = chart.drawn(picture, *size)
        marks = chart.marks_of(picture)
    finally:
        use_plain(False)
    assert len(lines) <= size[1]
    text = "\n".join(lines)
    assert not any(ord(c) < 32 for c in text.replace("\n", ""))
    if plain_terminal:
        assert text.isascii()
    if size == (62, 10) and picture.labels:
        assert picture.title in text
        if picture.shape is not Shape.HEAT:
            assert len(set(marks)) == len(picture.series)
            assert all(mark in text for mark in marks)
        else:
            assert "1,000,000" in text


def test_bars_are_of_one_width_and_small_numbers_have_whole_ones_at_the_axis():
    ages = tuple(str(age) for age in range(5, 20))
    girls, boys = (1, 0, 2) * 5, (0, 1, 0) * 5
    lines = chart.drawn(Picture(Shape.BARS, "By age", ages, (("girls", girls), ("boys", boys))), 48, 12)
    assert [line[0] for line in lines[1:] if line[0] != " "] == ["2", "1", "0"]
    lowest = lines[-3]
    assert lowest.count("█") == sum(n > 0 for n in girls), "one cell a bar"
    assert lowest.count("▒") == sum(n > 0 for n in boys)


def test_flows_of_ten_authorities_are_seen_at_80_columns_and_what_is_not_is_said():
    codes = tuple(str(660 + n) for n in range(10))
    flows = Picture(Shape.HEAT, "Flows", codes, tuple((code, (123,) * 10) for code in codes))
    whole = chart.drawn(flows, 62, 14)
    assert codes[-1] in whole[1]
    assert sum("123" in line for line in whole) == 10
    assert "Not all fit here" not in "".join(whole)
    assert chart.drawn(flows, 40, 14)[-1].startswith("Not all fit here")


def test_pupils_are_named_at_80_columns():
    details = REPORTS["lost-details"]
    for columns in (details.columns, details.compared):
        shown = {column.id for column in columns_of(columns, 62) if not column.wide}
        assert {"surname", "forename"} <= shown


async def test_in_the_smallest_terminal_the_rows_have_the_room_of_the_picture(portal, lite, sent):
    here = portal()
    async with here.app.run_test(size=NARROW) as pilot:
        pane = await in_report(here, pilot, "680user")
        await here.until(pilot, "CTFs by month")
        await pilot.resize_terminal(60, 15)
        await here.until(pilot, lambda: not pane.chart.display and pane.table.size.height >= 7)
        await pilot.resize_terminal(140, 40)
        await here.until(pilot, lambda: pane.table.region.right < pane.chart.region.x)  # side by side
        await here.until(pilot, "CTFs by month")
