"""The one list for records."""

import sys
import threading
import time
from pathlib import Path

import pytest
from textual import events
from waiting import LONG

sys.path.insert(0, str(Path(__file__).parent / "hosts"))
from table import COLUMNS, Many, TableHost

from s2s_tui.base.errors import Unreachable
from s2s_tui.tui.messages import Failed, Told
from s2s_tui.tui.widgets.columns import Column, arrange
from s2s_tui.tui.widgets.source import KEPT, PAGE, ListSource, Pages, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

SIZE = (80, 24)


async def until(pilot, true, seconds=LONG):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "never came true"
        await pilot.pause(0.01)
    await pilot.pause()


async def ready(pilot):
    table = pilot.app.table
    await until(pilot, lambda: not table.busy and (table.row is not None or not table.total))
    return table


def heard(app, kind):
    return [message for message in app.heard if isinstance(message, kind)]


async def test_a_list_shows_its_heading_and_first_rows(seen):
    async with TableHost(Many(1000)).run_test(size=SIZE) as pilot:
        await ready(pilot)
        lines = seen(pilot.app).splitlines()
        assert lines[0].split() == ["Uploaded", "From", "To", "Pupils", "Days"]
        assert lines[1].startswith("▸   01 Oct")
        assert lines[2].startswith("  ! 02 Oct")


async def test_a_million_rows_are_fetched_by_the_page_and_only_near_the_view():
    source = Many(1_000_000)
    async with TableHost(source).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("end")
        await until(pilot, lambda: table.row is not None)
        assert table.row.key == 999_999
        assert {limit for _, limit in source.asked} == {PAGE}
        assert sorted({offset for offset, _ in source.asked}) == [0, 999_800]


async def test_keys_move_the_cursor_by_row_by_view_and_to_the_ends():
    async with TableHost(Many(1000)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        for key, expected in [("down", 1), ("up", 0), ("up", 0), ("pagedown", 22), ("end", 999), ("home", 0)]:
            await pilot.press(key)
            assert table.cursor == expected, key
        await until(pilot, lambda: heard(pilot.app, VirtualTable.Highlighted)[-1].row.key == 0)


async def test_a_row_on_its_way_is_an_ellipsis_and_then_itself(seen):
    gate = threading.Event()

    class Slow(Many):
        def page(self, offset, limit, sort, descending):
            if offset:
                gate.wait(LONG)
            return super().page(offset, limit, sort, descending)

    async with TableHost(Slow(10_000)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("end")
        await pilot.pause()
        assert "▸   …" in seen(pilot.app)
        await pilot.press("enter")
        assert heard(pilot.app, VirtualTable.Opened) == []
        gate.set()
        await until(pilot, lambda: table.row is not None)
        await pilot.press("enter")
        await pilot.pause()
        assert heard(pilot.app, VirtualTable.Opened)[-1].row.key == 9_999


async def test_marks_are_keys_that_survive_sorting_and_reading_again(seen):
    async with TableHost(Many(1000), sort="date").run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("space", "space")
        await until(pilot, lambda: table.marked == {0, 1})
        assert table.cursor == 2
        assert "\n *! 02 Oct" in seen(pilot.app)
        await pilot.press("s")
        await until(pilot, lambda: table.cursor == 997)
        assert table.row.key == 2
        assert table.marked == {0, 1}
        table.source.total = 1
        table.reload()
        await until(pilot, lambda: table.total == 1)
        assert table.marked == {0}
        assert heard(pilot.app, VirtualTable.MarksChanged)[-1].marked == {0}


async def test_keys_typed_in_a_burst_all_count():
    async with TableHost(Many(1000)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        for _ in range(20):
            pilot.app.post_message(events.Key("space", " "))
        await until(pilot, lambda: len(table.marked) == 20)


async def test_v_marks_the_range_from_the_last_mark():
    async with TableHost(Many(1000)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("space", *["down"] * 3, "v")
        await until(pilot, lambda: len(table.marked) == 5)
        assert table.marked == {0, 1, 2, 3, 4}


async def test_v_without_a_mark_starts_a_range_and_says_so():
    async with TableHost(Many(1000)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("v")
        await until(pilot, lambda: table.marked == {0})
        assert heard(pilot.app, Told)
        await pilot.press("end", "v")
        await until(pilot, lambda: len(table.marked) == 1000)


async def test_all_marks_the_whole_list_and_again_unmarks_it():
    async with TableHost(Many(450)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("ctrl+a")
        await until(pilot, lambda: len(table.marked) == 450)
        await pilot.press("A")
        await until(pilot, lambda: not table.marked)


async def test_all_of_too_many_marks_none_and_says_why():
    async with TableHost(Many(5001)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("A")
        await until(pilot, lambda: bool(heard(pilot.app, Told)))
        assert "5,001" in heard(pilot.app, Told)[0].text
        assert not table.marked


async def test_actions_are_about_the_marked_rows_or_else_the_one_under_the_cursor():
    async with TableHost(Many(10)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        assert table.chosen == [0]
        await pilot.press("down", "space")
        await until(pilot, lambda: table.chosen == [1])


async def test_a_list_that_marks_nothing_leaves_space_alone():
    async with TableHost(Many(10), markable=False).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("space", "v", "A")
        await pilot.pause()
        assert not table.marked
        assert {action.id for action in table.offered()} == {"open", "sort", "reload"}


async def test_s_cycles_through_the_columns_shown_and_both_ways():
    async with TableHost(Many(10)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        for expected in [("date", False), ("date", True), ("from", False), ("from", True), ("to", False)]:
            await pilot.press("s")
            await ready(pilot)
            assert (table.sort, table.descending) == expected
        assert len(heard(pilot.app, VirtualTable.SortChanged)) == 5


async def test_the_mouse_moves_marks_opens_and_sorts():
    async with TableHost(Many(100)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.click(VirtualTable, offset=(20, 3))
        assert table.cursor == 2
        await pilot.click(VirtualTable, offset=(20, 5), control=True)
        await until(pilot, lambda: table.marked == {4})
        await pilot.click(VirtualTable, offset=(20, 8), shift=True)
        await until(pilot, lambda: table.marked == {4, 5, 6, 7})
        await pilot.click(VirtualTable, offset=(20, 10), times=2)
        await until(pilot, lambda: bool(heard(pilot.app, VirtualTable.Opened)))
        assert heard(pilot.app, VirtualTable.Opened)[0].row.key == 9
        await pilot.click(VirtualTable, offset=(6, 0))
        await until(pilot, lambda: table.sort == "date")


async def test_an_empty_list_says_so(seen):
    async with TableHost(Many(0), empty="No files wait.").run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        assert "No files wait." in seen(pilot.app)
        await pilot.press("down", "end", "enter", "space", "v", "A", "s")
        assert table.cursor == 0


async def test_a_list_being_read_shows_that_it_is(seen):
    gate = threading.Event()

    class Held(Many):
        def page(self, offset, limit, sort, descending):
            gate.wait(LONG)
            return super().page(offset, limit, sort, descending)

    async with TableHost(Held(5)).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "…" in seen(pilot.app).splitlines()[1])
        gate.set()
        await ready(pilot)
        assert "01 Oct" in seen(pilot.app)


async def test_what_the_source_refuses_is_said_in_the_list_and_the_app_stays_up(seen):
    class Broken(Many):
        error: Exception | None = Unreachable("settings-unreadable", file="[/x]", reason="gone")

        def count(self):
            if self.error:
                raise self.error
            return super().count()

    source = Broken(10)
    async with TableHost(source).run_test(size=SIZE) as pilot:
        table = pilot.app.table
        await until(pilot, lambda: table.error is not None)
        assert "✗ The settings file [/x] can't be read: gone" in seen(pilot.app)
        source.error = ZeroDivisionError()
        await pilot.press("f5")
        await until(pilot, lambda: bool(heard(pilot.app, Failed)))
        assert "F5 tries again" in seen(pilot.app)
        source.error = None
        await pilot.press("f5")
        await until(pilot, lambda: table.row is not None)
        assert "01 Oct" in seen(pilot.app)


async def test_a_page_that_cant_be_read_is_asked_for_once_and_marked(seen):
    class Torn(Many):
        tries = 0

        def page(self, offset, limit, sort, descending):
            if offset:
                self.tries += 1
                raise OSError("torn")
            return super().page(offset, limit, sort, descending)

    source = Torn(100_000)
    async with TableHost(source).run_test(size=SIZE) as pilot:
        await ready(pilot)
        await pilot.press("end")
        await until(pilot, lambda: bool(heard(pilot.app, Failed)))
        await pilot.pause(0.05)
        assert source.tries == 1
        assert "▸   ✗" in seen(pilot.app)


async def test_a_page_of_the_old_order_never_gets_into_the_new_one():
    gate = threading.Event()

    class Slow(Many):
        def page(self, offset, limit, sort, descending):
            rows = super().page(offset, limit, sort, descending)
            if offset and not sort:
                gate.wait(LONG)
            return rows

    async with TableHost(Slow(1000)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("end", "pageup")
        table.sort_by("date", True)
        await until(pilot, lambda: not table.busy)
        gate.set()
        await pilot.press("end")
        await until(pilot, lambda: table.row is not None)
        await pilot.pause(0.05)
        assert [table.pages.row(index).key for index in range(990, 1000)] == list(range(9, -1, -1))


async def test_another_source_keeps_the_cursor_on_its_key_and_drops_the_marks():
    async with TableHost(Many(100)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("space", "down", "down")
        await pilot.pause()
        table.show(Many(50))
        await until(pilot, lambda: table.total == 50)
        assert table.row.key == 3
        assert not table.marked


async def test_a_later_reading_wins_over_an_earlier_one_that_ends_after_it():
    gate, first = threading.Event(), Many(7)
    page = first.page

    def held(*asked):
        gate.wait(LONG)
        return page(*asked)

    first.page = held
    async with TableHost(first).run_test(size=SIZE) as pilot:
        pilot.app.table.show(Many(3))
        await until(pilot, lambda: pilot.app.table.total == 3)
        gate.set()
        await until(pilot, lambda: first.asked)
        await pilot.pause(0.1)
        assert pilot.app.table.total == 3


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_text_in_a_cell_is_shown_literally(hostile, seen):
    rows = [Row(0, (hostile,) * 7), Row(1, ("next", hostile, hostile), "late", hostile)]
    source = ListSource(rows, [column.id for column in COLUMNS])
    async with TableHost(source).run_test(size=(200, 6)) as pilot:
        await ready(pilot)
        assert "next" in seen(pilot.app)
        assert not any(ord(c) < 32 or c in "\x9b\u202e" for c in seen(pilot.app).replace("\n", ""))
        await pilot.press("down")
        if len(hostile) < 20 and hostile.isprintable():
            assert hostile[:12] in seen(pilot.app)
        assert pilot.app.is_running


@pytest.mark.requirement("R-SYS-1")
async def test_cursor_and_marks_are_seen_without_colour():
    async with TableHost(Many(10)).run_test(size=SIZE) as pilot:
        table = await ready(pilot)
        await pilot.press("space")
        await pilot.pause()
        cursor = table.render_line(2)
        assert cursor.text.startswith("▸")
        assert all(segment.style.reverse for segment in cursor)
        assert table.render_line(1).text.startswith(" *")


async def test_leaving_does_not_wait_for_a_page_on_its_way():
    begun, gate = threading.Event(), threading.Event()

    class Held(Many):
        def page(self, offset, limit, sort, descending):
            begun.set()
            gate.wait(LONG)
            return super().page(offset, limit, sort, descending)

    source = Held(10)
    async with TableHost(source).run_test(size=SIZE) as pilot:
        await until(pilot, begun.is_set)
    assert source.asked == []
    gate.set()


def test_wide_terminals_get_more_columns_and_the_growing_ones_get_the_room():
    columns = (
        Column(id="a", title="a", width=5),
        Column(id="b", title="b", width=10, grow=2),
        Column(id="c", title="c", width=10, grow=1),
        Column(id="d", title="d", width=8, wide=100),
    )
    assert [(p.x, p.width) for p in arrange(columns, 57, 80)] == [(0, 5), (6, 30), (37, 20)]
    assert [(p.x, p.width) for p in arrange(columns, 66, 100)] == [(0, 5), (6, 30), (37, 20), (58, 8)]
    assert [p.index for p in arrange(columns, 36, 100)] == [0, 1, 2, 3]
    assert [p.index for p in arrange(columns, 35, 100)] == [0, 1, 2], (
        "what says least goes before words shrink"
    )


@pytest.mark.parametrize("room", range(0, 40, 3))
def test_columns_never_leave_the_room_they_have(room):
    columns = tuple(Column(id=str(n), title="", width=7, grow=n % 2) for n in range(6))
    assert all(place.width > 0 and place.x + place.width <= room for place in arrange(columns, room, 80))


def test_the_least_used_pages_are_dropped():
    pages = Pages()
    for number in range(KEPT + 1):
        pages.put(number, [Row(number, ())] * PAGE)
        pages.row(0)
    assert pages.row(0) is not None
    assert pages.missing(PAGE, PAGE) == [1]


def test_a_list_at_hand_sorts_by_text_or_by_the_order_it_is_given():
    rows = [Row("a", ("10",)), Row("b", ("9",)), Row("c", ("Ä",))]
    by_text = ListSource(rows, ["n"])
    assert [row.key for row in by_text.page(0, 9, "n", False)] == ["a", "b", "c"]
    by_number = ListSource(rows[:2], ["n"], lambda row, _: int(row.cells[0]))
    assert [row.key for row in by_number.page(0, 9, "n", False)] == ["b", "a"]
    assert by_number.position("a", "n", True) == 0
    assert by_number.position("gone", "n", True) is None
