"""Menu, foot, head, status and literal text, each in a bare app."""

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from s2s_tui.tui.acting import Hint
from s2s_tui.tui.widgets.foot import Foot, Progress, fitted
from s2s_tui.tui.widgets.head import Head
from s2s_tui.tui.widgets.line import Line, Literal, Rule
from s2s_tui.tui.widgets.menu import Item, Menu
from s2s_tui.tui.widgets.status import MOST, Status

ITEMS = (
    Item("home", "Home", "h"),
    Item("up", "Upload", "u"),
    Item("up.ctf", "CTF", "", "up"),
    Item("up.gen", "Generic", "", "up"),
    Item("mail", "Messaging", "m"),
    Item("off", "Logoff", "o", apart=True),
)


class Host(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets):
        super().__init__()
        self.widgets = widgets
        self.opened = []

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_menu_opened(self, message):
        self.opened.append(message.entry)


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_text_is_literal_everywhere(hostile, seen):
    menu = Menu((Item("a", hostile, "a"), Item("b", "Second", "b")))
    head, status, foot = Head(hostile, hostile, note=hostile), Status(), Foot()
    line, literal = Line(hostile, hostile), Literal(hostile, (hostile, "bold"), "\nend")
    async with Host(head, line, literal, menu, status, foot).run_test(size=(100, 40)) as pilot:
        menu.set_count("a", hostile)
        status.tell(hostile, "error")
        foot._line.set([Hint(hostile, hostile, 1), Hint("F1", "help", 2)])
        await pilot.pause()
        screen = seen(pilot.app)
        assert not any(ord(c) < 32 or c in "\x9b\u202e" for c in screen.replace("\n", ""))
        assert "Second" in screen
        assert pilot.app.is_running
        if hostile.isprintable() and len(hostile) < 20:
            assert screen.count(hostile) >= 6


@pytest.mark.requirement("R-SYS-2")
async def test_a_hostile_question_is_asked_literally(hostile, seen):
    foot = Foot()
    async with Host(Menu(ITEMS), foot).run_test(size=(80, 10)) as pilot:
        answers = []
        foot.run_worker(ask_into(foot, hostile, answers))
        await pilot.pause()
        last = seen(pilot.app).splitlines()[-1]
        assert last.rstrip().endswith("y/n")
        await pilot.press("y")
        await pilot.pause()
        assert answers == [True]


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (100, "6804012 Ysgol Uwchradd Glan-yr-Afon · School · s6804012"),
        (70, "6804012 Ysgol Uwchradd Gl… · School · s6804012"),
        (48, "6804012 Ysgo… · s6804012"),
    ],
)
async def test_the_top_line_cuts_the_organisation_and_never_who_is_logged_on(seen, width, said):
    head = Head("6804012 Ysgol Uwchradd Glan-yr-Afon", "School", "s6804012", note="Training world")
    async with Host(head).run_test(size=(width, 5)) as pilot:
        await pilot.pause()
        assert seen(pilot.app).splitlines()[0].strip().startswith(said)


async def test_a_question_that_one_line_cannot_hold_is_asked_on_two(seen):
    foot = Foot()
    words = "Send the file of Bartholomew Featherstonehaugh to 6804012 Ysgol Uwchradd Glan-yr-Afon?"
    async with Host(Menu(ITEMS), foot).run_test(size=(80, 10)) as pilot:
        answers = []
        foot.run_worker(ask_into(foot, words, answers))
        await pilot.pause()
        lines = seen(pilot.app).splitlines()[-2:]
        assert " ".join(line.strip() for line in lines) == f"{words} y/n"
        await pilot.press("n")
        await pilot.pause()
        assert answers == [False]
        assert foot.size.height == 1


async def ask_into(foot, question, answers):
    answers.append(await foot.ask(question))


async def test_the_menu_moves_opens_and_unfolds_the_open_entry_only(seen):
    menu = Menu(ITEMS)
    async with Host(menu).run_test(size=(30, 12)) as pilot:
        assert "CTF" not in seen(pilot.app)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert pilot.app.opened == ["up"]
        menu.show("up.ctf")
        await pilot.pause()
        assert "▸   CTF" in seen(pilot.app)
        await pilot.press("left", "up", "up", "up")
        assert menu.cursor == "home"
        await pilot.press("end")
        assert menu.cursor == "off"
        await pilot.press("m")
        await pilot.pause()
        assert pilot.app.opened == ["up", "mail"]
        menu.show("mail")
        await pilot.pause()
        assert "CTF" not in seen(pilot.app)


async def test_the_menu_scrolls_where_the_terminal_is_low(seen):
    menu = Menu(tuple(Item(str(n), f"Entry {n}") for n in range(20)))
    async with Host(menu).run_test(size=(30, 6)) as pilot:
        await pilot.press("end")
        await pilot.pause()
        assert "Entry 19" in seen(pilot.app)
        await pilot.press("home")
        await pilot.pause()
        assert "Entry 0 " in seen(pilot.app)


async def test_the_cursor_of_the_menu_is_seen_without_colour():
    menu = Menu(ITEMS)
    async with Host(menu).run_test(size=(30, 12)):
        menu.show("home")
        assert any(segment.style.reverse for segment in menu.render_line(0))
        assert menu.render_line(0).text.startswith("▸")


async def test_a_click_opens_an_entry():
    menu = Menu(ITEMS)
    async with Host(menu).run_test(size=(30, 12)) as pilot:
        await pilot.click(Menu, offset=(4, 2))
        await pilot.pause()
        assert pilot.app.opened == ["mail"]


def test_the_foot_gives_up_the_highest_rank_first_and_keeps_the_order():
    hints = [
        Hint("a", "x" * 10, 50),
        Hint("b", "x" * 10, 10),
        Hint("c", "x" * 10, 90),
        Hint("d", "x" * 10, 20),
    ]
    assert [h.keys for h in fitted(hints, 60)[0]] == ["a", "b", "c", "d"]
    assert fitted(hints, 60)[1] == 3
    assert fitted(hints, 54)[1] == 2
    assert [h.keys for h in fitted(hints, 45)[0]] == ["a", "b", "d"]
    assert [h.keys for h in fitted(hints, 5)[0]] == ["b"]
    assert fitted([], 5)[0] == []


async def test_a_short_text_is_typed_in_the_foot_or_not(seen):
    foot = Foot()
    said = []

    async def prompt():
        said.append(await foot.prompt("Reason [/]", "old"))

    async with Host(Menu(ITEMS), foot).run_test(size=(80, 10)) as pilot:
        for keys, expected in [((" ", "x", "enter"), "old x"), (("escape",), None)]:
            foot.run_worker(prompt())
            await pilot.pause()
            await pilot.pause()
            assert seen(pilot.app).splitlines()[-1].startswith(" Reason [/]:")
            await pilot.press(*keys)
            await pilot.pause()
            assert said[-1] == expected
            assert isinstance(pilot.app.focused, Menu)
            assert not pilot.app.query(Input)


async def test_two_questions_are_asked_one_after_the_other(seen):
    foot = Foot()
    answers = []
    async with Host(Menu(ITEMS), foot).run_test(size=(80, 10)) as pilot:
        foot.run_worker(ask_into(foot, "First?", answers))
        foot.run_worker(ask_into(foot, "Second?", answers))
        await pilot.pause()
        assert "First?" in seen(pilot.app)
        await pilot.press("y")
        await pilot.pause()
        assert "Second?" in seen(pilot.app)
        await pilot.press("n")
        await pilot.pause()
        assert answers == [True, False]


def test_progress_shows_a_bar_with_counts_or_only_a_count():
    work = Progress("Sending", 40)
    work.step(10)
    assert str(work) == "Sending  █████░░░░░░░░░░░░░░░  10/40"
    work.step(50)
    assert str(work).count("█") == 20
    assert str(Progress("Reading", 0)) == "Reading  0"


async def test_the_status_line_wraps_and_is_a_rule_again_after_it_was_read(seen):
    status = Status()
    async with Host(Menu(ITEMS), status, Foot()).run_test(size=(40, 12)) as pilot:
        status.join(10)
        status.tell("word " * 60, "error")
        await pilot.pause()
        assert status.size.height == MOST
        assert "✗ word" in seen(pilot.app)
        status.clear_if_read()
        assert status.text
        status._since -= 5
        status.clear_if_read()
        await pilot.pause()
        assert seen(pilot.app).splitlines()[-2] == "─" * 10 + "┴" + "─" * 29


async def test_a_line_repaints_only_when_it_says_something_else():
    class Counted(Line):
        painted: ClassVar[list[int]] = []

        def render_line(self, y):
            self.painted.append(y)
            return super().render_line(y)

    line = Counted("a", "b")
    async with Host(line, Rule("┬")).run_test(size=(40, 5)) as pilot:
        await pilot.pause()
        before = len(line.painted)
        line.say("a", "b")
        await pilot.pause()
        assert len(line.painted) == before
        line.say("c", "b")
        await pilot.pause()
        assert len(line.painted) > before


async def test_the_reader_answers_in_their_own_language(seen, monkeypatch):
    monkeypatch.setattr("s2s_tui.tui.widgets.foot._", lambda text: "ie/na" if text == "y/n" else text)
    foot = Foot()
    answers = []
    async with Host(Menu(ITEMS), foot).run_test(size=(80, 10)) as pilot:
        for key in ("i", "y", "n"):
            foot.run_worker(ask_into(foot, "Gwrthod?", answers))
            await pilot.pause()
            assert seen(pilot.app).splitlines()[-1].rstrip().endswith("Gwrthod? ie/na")
            await pilot.press(key)
            await pilot.pause()
        assert answers == [True, True, False]
