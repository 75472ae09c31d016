"""The app's frame: sidebar, panes, foot, status, help, palette, errors, sessions."""

import stat
import sys
import time
from pathlib import Path

import pytest
from waiting import LONG

sys.path.insert(0, str(Path(__file__).parent / "hosts"))
from portal import Files, Portal

from s2s_tui.base.errors import NotLoggedOn, Refused
from s2s_tui.base.settings import Settings
from s2s_tui.rules.roles import ROLES
from s2s_tui.tui.form import Field, Form
from s2s_tui.tui.help import Help
from s2s_tui.tui.messages import Failed
from s2s_tui.tui.palette import Choice, matching
from s2s_tui.tui.registry import visible
from s2s_tui.tui.shell import Shell
from s2s_tui.tui.widgets.head import Head
from s2s_tui.tui.widgets.menu import Menu
from s2s_tui.tui.widgets.virtual_table import VirtualTable

SIZE = (80, 24)


async def until(pilot, true, seconds=LONG):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "never came true"
        await pilot.pause(0.01)
    await pilot.pause()


async def logged_on(pilot):
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, Shell) and pilot.app.screen.current != "")


async def at_files(pilot):
    await logged_on(pilot)
    await pilot.press("d")
    await until(pilot, lambda: bool(pilot.app.screen.query(VirtualTable)))
    table = pilot.app.screen.query_one(VirtualTable)
    await until(pilot, lambda: table.row is not None)
    return table


def last_line(screen):
    return screen.splitlines()[-1]


@pytest.mark.requirement("R-LOG-4")
async def test_after_logging_on_the_sidebar_lists_what_the_role_may_do_in_the_portals_order(seen):
    async with Portal("user").run_test(size=SIZE) as pilot:
        await logged_on(pilot)
        lines = [line[:14].strip(" ▸") for line in seen(pilot.app).splitlines()[2:10]]
        assert lines == ["Home", "Upload", "Download", "Messaging ●3", "Reports", "", "Account", "Logoff"]
        assert "680 Newport · LEA User · 680bjones" in seen(pilot.app)


@pytest.mark.requirement("R-LOG-4")
@pytest.mark.parametrize("role", ROLES)
async def test_every_role_gets_its_menu_and_every_entry_of_it_opens(role):
    async with Portal(role, home="/nonexistent").run_test(size=SIZE) as pilot:
        await logged_on(pilot)
        shell = pilot.app.screen
        for entry, _depth in visible(shell.entries, shell.session.may):
            if entry.id not in ("logoff", "download.torn"):
                await shell.open(entry.id)
                assert shell.current.startswith(entry.id)


async def test_enter_opens_a_pane_and_esc_goes_one_step_back_at_last_to_the_sidebar():
    async with Portal().run_test(size=SIZE) as pilot:
        table = await at_files(pilot)
        assert pilot.app.focused is table
        await pilot.press("space")
        await until(pilot, lambda: bool(table.marked))
        await pilot.press("escape")
        await until(pilot, lambda: not table.marked)
        assert pilot.app.focused is table
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.focused, Menu))
        await pilot.press("escape", "escape")
        assert isinstance(pilot.app.focused, Menu)


async def test_a_pane_is_kept_and_comes_back_as_it_was():
    async with Portal().run_test(size=SIZE) as pilot:
        table = await at_files(pilot)
        await pilot.press("down", "down", "escape", "h")
        await until(pilot, lambda: pilot.app.screen.current == "home")
        await pilot.press("d")
        await until(pilot, lambda: pilot.app.screen.current == "download.ctf")
        assert pilot.app.screen.query_one(VirtualTable) is table
        assert table.cursor == 2


async def test_the_foot_names_the_keys_of_what_has_the_focus_and_how_many_they_are_about(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        table = await at_files(pilot)
        await pilot.press("space", "space")
        await until(pilot, lambda: len(table.marked) == 2)
        await pilot.pause()
        assert "Space mark" in last_line(seen(pilot.app))
        assert "d download 2" in last_line(seen(pilot.app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "jump" in last_line(seen(pilot.app)))
        assert "download" not in last_line(seen(pilot.app))


async def test_the_foot_leaves_out_letters_while_they_would_be_typed(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        await logged_on(pilot)
        await pilot.app.open("download.form")
        await pilot.pause()
        assert "n new" not in last_line(seen(pilot.app))
        assert "F1 help" in last_line(seen(pilot.app))
        await pilot.press("tab")
        await until(pilot, lambda: "n new search" in last_line(seen(pilot.app)))


async def test_a_dangerous_act_asks_in_the_foot_and_only_y_does_it(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        table = await at_files(pilot)
        for answer in ("n", "escape"):
            await pilot.press("x")
            await until(pilot, lambda: "Reject 1 files? y/n" in last_line(seen(pilot.app)))
            await pilot.press("d", "down", "enter", answer)
            await until(pilot, lambda: "Space mark" in last_line(seen(pilot.app)))
            assert pilot.app.focused is table
            assert table.cursor == 0
        await pilot.press("x")
        await until(pilot, lambda: "y/n" in last_line(seen(pilot.app)))
        await pilot.press("y")
        await until(pilot, lambda: "Reason:" in last_line(seen(pilot.app)))
        await pilot.press(*"too late", "enter")
        await until(pilot, lambda: "✓ Rejected: too late" in seen(pilot.app))
        assert pilot.app.focused is table


async def test_to_go_elsewhere_is_to_say_no(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        await at_files(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "y/n" in last_line(seen(pilot.app)))
        await pilot.click(VirtualTable, offset=(20, 4))
        await until(pilot, lambda: "y/n" not in last_line(seen(pilot.app)))
        await pilot.press("y")
        await pilot.pause()
        assert "Reason" not in seen(pilot.app)


async def test_progress_is_shown_in_the_foot_and_esc_stops_it(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        await at_files(pilot)
        await pilot.press("d")
        await until(pilot, lambda: "/40   Esc stops" in last_line(seen(pilot.app)))
        await pilot.press("escape")
        await until(pilot, lambda: "of 40 downloaded" in seen(pilot.app))
        assert "Space mark" in last_line(seen(pilot.app))


async def test_what_is_refused_is_said_literally_in_the_status_line(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        await at_files(pilot)
        await pilot.press("e")
        await until(pilot, lambda: "✗ The settings file [/x]\ufffd[31m can't be read: no" in seen(pilot.app))


async def test_a_bug_is_logged_without_values_and_shown_by_its_reference(seen, tmp_path):
    async with Portal(home=str(tmp_path)).run_test(size=(110, 24)) as pilot:
        await at_files(pilot)
        await pilot.press("b")
        await until(pilot, lambda: "Reference E-" in seen(pilot.app))
        log = tmp_path / "errors.log"
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        reference = seen(pilot.app).split("Reference ")[1][:11]
        assert reference in log.read_text()
        assert "ZeroDivisionError" in log.read_text()
        assert pilot.app.is_running
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.focused, Menu))


def test_a_pane_that_cant_be_drawn_is_taken_away_and_the_rest_goes_on(terminal, tmp_path):
    shell = terminal("portal", "user", "", str(tmp_path), columns=110)
    shell.wait_for("Press Enter")
    shell.press("enter")
    shell.wait_for("Needs you")
    shell.press("d")
    shell.wait_for("01 Oct")
    shell.press("escape")
    shell.wait_for("jump")
    shell.press("down", "down", "enter")
    shell.wait_for("can't be shown just now")
    assert (tmp_path / "errors.log").read_text().count("KeyError: 'torn'") == 1
    shell.press("h")
    shell.wait_for("Needs you")


async def test_f1_tells_what_can_be_done_here(seen):
    async with Portal().run_test(size=(80, 40)) as pilot:
        await at_files(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))
        await pilot.pause()
        for said in (
            "Download › CTF",
            "Files that wait",
            "Send the files back.",
            "Sort by the next",
            "Leave the pr",
        ):
            assert said in seen(pilot.app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, Shell))
        assert isinstance(pilot.app.focused, VirtualTable)


async def test_ctrl_p_finds_entries_and_actions_by_name_and_does_them(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        table = await at_files(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "What would you" in seen(pilot.app))
        assert "Screenshot" not in seen(pilot.app)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.focused is table)
        await pilot.press("ctrl+p", *"repo")
        await until(pilot, lambda: "▸ Reports" in seen(pilot.app))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen.current == "reports")
        await pilot.app.open("download.ctf")
        await pilot.press("ctrl+p", *"send the files")
        await until(pilot, lambda: "▸ reject" in seen(pilot.app))
        await pilot.press("enter")
        await until(pilot, lambda: "y/n" in last_line(seen(pilot.app)))


def test_the_palette_puts_first_what_begins_so():
    titles = ["Administration › User audit", "Administration › Audit", "Reports › Audited"]
    found = matching([Choice(title, "menu", list) for title in titles], "audit")
    assert [choice.title for choice in found] == [titles[1], titles[2], titles[0]]


async def test_the_palette_says_when_nothing_is_called_that(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        await logged_on(pilot)
        await pilot.press("ctrl+p", *"[/]")
        await until(pilot, lambda: "Nothing is called that." in seen(pilot.app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, Menu))


@pytest.mark.requirement("R-LOG-5")
async def test_logging_off_asks_once_ends_the_session_and_returns_to_the_logon_screen(seen):
    app = Portal()
    async with app.run_test(size=SIZE) as pilot:
        await logged_on(pilot)
        await pilot.press("o")
        await until(pilot, lambda: "Log off? y/n" in last_line(seen(app)))
        await pilot.press("n")
        await pilot.pause()
        assert app.ended == []
        await pilot.press("o")
        await until(pilot, lambda: "y/n" in last_line(seen(app)))
        await pilot.press("y")
        await until(pilot, lambda: app.ended == ["logoff"])
        assert "Press Enter to log on." in seen(app)
        assert app.session is None
        await logged_on(pilot)
        await app.end("ended")
        await app.end("ended")
        assert app.ended == ["logoff", "ended"]


async def test_nobody_there_for_long_ends_the_session():
    app = Portal(idle_minutes=1)
    async with app.run_test(size=SIZE) as pilot:
        await logged_on(pilot)
        app._look_for_idleness()
        await pilot.pause()
        assert app.ended == []
        app._last_key -= 61
        app._look_for_idleness()
        await until(pilot, lambda: app.ended == ["idle"])


async def test_the_head_counts_new_messages_and_names_the_language(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        await logged_on(pilot)
        pilot.app.screen.query_one(Head).set_unread(1)
        await pilot.pause()
        assert seen(pilot.app).splitlines()[0].endswith("Training world   ● 1 new message   EN ")


async def test_another_language_makes_the_screen_anew_on_the_same_pane(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        await at_files(pilot)
        pilot.app.change_language("cy")
        await until(pilot, lambda: seen(pilot.app).splitlines()[0].endswith("CY "))
        await until(pilot, lambda: pilot.app.screen.current == "download.ctf")
        pilot.app.change_language("en")


async def test_what_textual_would_pop_up_is_said_in_the_status_line(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        await logged_on(pilot)
        pilot.app.notify("[/] literal", severity="warning")
        await pilot.pause()
        assert "~ [/] literal" in seen(pilot.app)


async def test_a_pane_knows_who_acts():
    async with Portal().run_test(size=SIZE) as pilot:
        await at_files(pilot)
        assert pilot.app.screen.query_one(Files).actor.user == "680bjones"


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (60, 15), (40, 10)])
async def test_the_frame_holds_at_every_size(size, seen):
    async with Portal("wg").run_test(size=SIZE) as pilot:
        await at_files_or_home(pilot)
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: len(seen(pilot.app).splitlines()) == size[1])
        lines = seen(pilot.app).splitlines()
        assert len(lines) == size[1]
        assert "680 Newport" in lines[0]
        assert lines[-1].strip()


async def at_files_or_home(pilot):
    await logged_on(pilot)
    await pilot.app.open("download.form")


class Rename(Form[str]):
    TITLE_TEXT = "Rename [/]"

    def fields(self):
        yield Field("Name", "old", id="name")
        yield Field("Why", id="why")

    async def do_save(self):
        if self.query_one("#why").value == "bad":
            raise Refused("settings-unreadable", file="[/x]", reason="no")
        self.dismiss(self.query_one("#name").value)


async def test_a_form_says_its_own_errors_and_gives_back_what_was_typed_or_nothing(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        table = await at_files(pilot)
        got = []
        pilot.app.push_screen(Rename(), got.append)
        await until(pilot, lambda: "Rename [/]" in seen(pilot.app))
        assert "F9 save   Esc close" in seen(pilot.app)
        await pilot.press("end", "x", "enter", *"bad", "enter")
        await until(pilot, lambda: "✗ The settings file [/x] can't be read: no" in seen(pilot.app))
        await pilot.press("backspace", "f9")
        await until(pilot, lambda: got == ["oldx"])
        assert pilot.app.focused is table
        pilot.app.push_screen(Rename(), got.append)
        await pilot.pause()
        await pilot.press("escape")
        await until(pilot, lambda: got == ["oldx", None])


@pytest.mark.requirement("R-LOG-6")
async def test_whoever_is_no_longer_logged_on_is_told_so_at_the_logon_screen():
    app = Portal()
    async with app.run_test(size=SIZE) as pilot:
        await logged_on(pilot)
        app.screen.post_message(Failed(NotLoggedOn("session-ended")))
        await until(pilot, lambda: app.ended == ["ended"])
        await until(pilot, lambda: not isinstance(app.screen, Shell))
        assert app.session is None


async def test_a_key_pressed_again_while_its_action_runs_does_nothing(seen):
    async with Portal().run_test(size=SIZE) as pilot:
        await at_files(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "y/n" in last_line(seen(pilot.app)))
        files = pilot.app.screen.query_one(Files)
        files.action_act("reject")
        await pilot.press("n")
        await pilot.pause(0.05)
        assert "y/n" not in last_line(seen(pilot.app))


async def test_on_slow_lines_a_list_scrolls_by_half_a_view():
    settings = Settings(low_bandwidth=True, database="sqlite:////tmp/nowhere/s2s.sqlite")
    async with Portal(settings=settings).run_test(size=SIZE) as pilot:
        table = await at_files(pilot)
        view = table.size.height - 1
        await pilot.press(*["down"] * view)
        await pilot.pause()
        assert table.scroll_offset.y == 1 + table.size.height // 2
