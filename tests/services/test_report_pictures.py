"""The pictures of reports (R-REP-9): what is counted, month by month, and how it is drawn."""

import xml.etree.ElementTree as ET
from collections import Counter
from datetime import datetime

import events
import making
import pytest
from events import Event

from s2s_tui.services.reports import pictures, running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.model import Picture, Shape

pytestmark = pytest.mark.requirement("R-REP-9")
LIVES = [
    # 1 October began at 23 hours UTC in summer; 1 November at midnight.
    Event("6804012", "6814053", datetime(2026, 9, 30, 22, 59)),
    Event("6804012", "6814053", datetime(2026, 9, 30, 23, 0), "collected", datetime(2026, 11, 3)),
    Event("6814053", "6804012", datetime(2026, 10, 31, 23, 59), "collected", datetime(2026, 11, 1)),
    Event("6814053", "6804031", datetime(2026, 11, 2), "rejected", datetime(2026, 11, 24, 9)),
    Event("6804031", events.LOST, datetime(2026, 11, 1), upn="A680403120001"),
    Event("680LLLL", "6814053", datetime(2026, 8, 3)),
    Event("6814060", "6604025", datetime(2026, 7, 1), "collected", datetime(2026, 7, 2)),
]
MONTHS = ("2026-08", "2026-09", "2026-10", "2026-11")


def by_month(moments) -> tuple[int, ...]:
    found = Counter(f"{events.london(moment):%Y-%m}" for moment in moments)
    return tuple(found[month] for month in MONTHS)


def test_ctfs_are_counted_in_the_london_month_in_which_each_thing_happened(site, on):
    events.put(site, LIVES)
    picture = running.ask(on("user", "680"), site, "usage", Wanted()).picture()
    assert picture is not None
    assert (picture.shape, picture.labels) == (Shape.LINES, MONTHS)
    sent = [life.uploaded for life in LIVES if life.source.startswith("680")]
    came = {
        state: [life.moved for life in LIVES if life.destination.startswith("680") and life.state == state]
        for state in ("collected", "rejected")
    }
    assert dict(picture.series) == {
        "Uploaded": by_month(sent),
        "Downloaded": by_month(came["collected"]),
        "Rejected": by_month(came["rejected"]),
    }
    assert sum(sum(values) for _name, values in picture.series) == 6


def test_only_the_days_and_schools_asked_of_are_drawn(lite):
    events.put(lite, LIVES)
    user = making.logged_on(lite, "user", "680")
    asked = Wanted(start="2026-10-01", end="2026-10-31", schools=("6804012",))
    picture = running.ask(user, lite, "usage", asked).picture()
    assert picture is not None
    assert picture.labels == ("2026-10",)
    assert dict(picture.series) == {"Uploaded": (1,), "Downloaded": (0,), "Rejected": (0,)}
    school = running.ask(making.logged_on(lite, "school", "6804012"), lite, "school", Wanted()).picture()
    assert school is not None
    assert school.labels == ("2026-09", "2026-10", "2026-11")
    assert dict(school.series) == {"Uploaded": (1, 1, 0), "Downloaded": (0, 0, 1)}


def test_where_nothing_happened_the_picture_is_this_month_and_empty(lite):
    events.put(lite, [])
    picture = running.ask(making.logged_on(lite, "user", "680"), lite, "usage", Wanted()).picture()
    assert picture is not None
    assert (picture.labels, {values for _name, values in picture.series}) == (("2026-11",), {(0,)})


def test_wales_is_drawn_as_the_sum_of_its_authorities(lite):
    events.put(lite, LIVES)
    picture = running.ask(making.logged_on(lite, "wg", "WG"), lite, "national", Wanted()).picture()
    assert picture is not None
    series = dict(picture.series)
    assert picture.labels[-4:] == MONTHS
    assert series["Uploaded"][-4:] == by_month(life.uploaded for life in LIVES)
    assert series["Downloaded"][-4:] == by_month(life.moved for life in LIVES if life.state == "collected")


def drawn(picture: Picture) -> list[str]:
    """The texts of a drawing, which is well-formed and has nothing to run or fetch in it."""
    svg = pictures.svg(picture)
    assert svg == pictures.svg(picture)
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not [one.tag for one in root.iter() if one.tag.endswith("}script")]
    assert "http" not in svg.replace("http://www.w3.org/", "")
    return [one.text or "" for one in root.iter() if one.tag.endswith(("}text", "}title"))]


HOSTILE = "<b>&\"'Siân</b>"


def test_a_heat_table_says_each_number_in_its_cell_the_more_the_darker():
    picture = Picture(
        Shape.HEAT, "Transfers", ("680", HOSTILE), (("A", (0, 1200)), ("B", (3, 6))), "To", "From"
    )
    assert drawn(picture) == ["Transfers", "From", "To", "680", HOSTILE, "A", "·", "1,200", "B", "3", "6"]
    svg = pictures.svg(picture)
    assert 'fill="rgb(250,250,255)"' in svg
    assert 'fill="rgb(50,50,70)"' in svg
    assert svg.count('fill="white">') == 1
    assert drawn(Picture(Shape.HEAT, "None", (), ())) == ["None", "", ""]


def test_lines_are_named_where_they_end_and_of_many_months_some_are_named():
    months = tuple(f"20{year}-{month:02}" for year in (25, 26) for month in range(1, 13))
    uploaded, rejected = tuple(range(24)), tuple(range(100, 124))
    picture = Picture(
        Shape.LINES, "By month", months, ((HOSTILE, uploaded), ("Rejected", rejected)), "M", "N"
    )
    texts = drawn(picture)
    assert {"By month", "M", "N"} <= set(texts)
    assert texts.count("Rejected") >= 2
    assert [text for text in texts if text in months] == [*months[::2]]
    svg = pictures.svg(picture)
    assert pictures.DASHES[1] in svg
    assert all(colour in svg for colour in pictures.COLOURS[:2])


def test_bars_have_their_numbers_on_them_and_nothing_is_said_to_be_nothing():
    texts = drawn(
        Picture(Shape.BARS, "By age", ("5", "6"), (("Girls", (3, 0)), ("Boys", (1234, 7))), "Age", "N")
    )
    assert {"3", "1,234", "7", "Girls", "Boys"} <= set(texts)
    assert "Nothing" in drawn(Picture(Shape.BARS, "By age", (), ()))
