"""Practice, in the real portal: a task is begun, done on the real screens, and seen to be done (R-SYS-5)."""

import shutil
from dataclasses import replace

import making
import pytest

from s2s_tui.base.settings import Settings
from s2s_tui.demo import practice, world
from s2s_tui.demo.people import PASSWORD
from s2s_tui.demo.practice import State
from s2s_tui.rules.roles import ROLES, Role, may
from s2s_tui.services import audit_log
from s2s_tui.services.site import open_site
from s2s_tui.store.models import Transfer
from s2s_tui.tui import in_hand
from s2s_tui.tui.in_hand import InHand
from s2s_tui.tui.menu_entries import ENTRIES, TRAINING
from s2s_tui.tui.registry import visible
from s2s_tui.tui.widgets.menu import Menu

pytestmark = pytest.mark.requirement("R-SYS-5")
SIZE = (80, 24)
CHEAP = Settings(argon2_memory_kib=8, argon2_passes=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return world.make(CHEAP, "small", making.Clock(), folder=tmp_path_factory.mktemp("demo") / "small")


@pytest.fixture
def lesson(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "world")
    settings = world.make(CHEAP, "small", making.Clock(), folder=tmp_path / "world").settings
    clock = making.Clock()
    site = replace(open_site(settings), clock=clock)
    yield site
    site.store.close()


def line(app):
    shown = [one for one in app.screen.query(InHand) if one.display]
    return shown[0].left if shown else ""


def task(app, task_id):
    return app.screen.pane.records.get(task_id)


async def test_a_newcomer_begins_a_task_asks_for_hints_does_it_and_sees_that_it_is_done(
    portal, lesson, monkeypatch
):
    monkeypatch.setattr(in_hand, "EVERY", 0.2)
    here = portal(lesson, training=True)
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user", PASSWORD)
        await here.until(pilot, lambda: line(here.app).startswith("▸ New here? Esc, then p"))
        await pilot.press("escape", "p")
        await here.until(pilot, "“We never got it”")
        pane = here.app.screen.pane
        await pilot.press("down")
        await here.until(pilot, "is on the telephone")
        first, _second, last = task(here.app, "never-came").hints
        assert first not in here.screen.replace("\n", " ")
        await pilot.press("h")
        await here.until(pilot, "1. One screen shows everything")
        assert "2. " not in here.screen
        await pilot.press("h", "h", "h")
        await here.until(pilot, "3. Esc, d, then")
        assert "h hint" not in here.foot
        await pilot.press("b")
        await here.until(pilot, lambda: task(here.app, "never-came").state is State.BEGUN)
        assert "Begun. Esc leads to the menu" in here.screen
        assert "begun" in here.screen
        # Beginning again is asked for: it would mean another child.
        await pilot.press("b")
        await here.until(pilot, "Begin it anew?")
        await pilot.press("n")
        goal = task(here.app, "never-came").goal
        await pilot.press("escape", "d")
        await here.until(pilot, lambda: line(here.app) == f"▸ {goal}")
        # As the last hint says; the name is typed in one go.
        await here.app.open("download.pupil")
        wanted = last.partition("Type ")[2].partition(",")[0]
        here.app.screen.focused.value = wanted
        await pilot.press("enter")
        await here.until(pilot, "born")
        await pilot.press("enter")
        await here.until(pilot, lambda: line(here.app) == "✓ Done: “We never got it”: what became of a file?")
        assert here.app.screen.current == "download.pupil"
        await here.app.open("home")
        await here.until(pilot, "Needs you")
        assert line(here.app).startswith("✓ Done")
        await pilot.press("escape", "p")
        await here.until(pilot, lambda: task(here.app, "never-came").state is State.DONE)
        assert here.app.screen.pane is pane
        assert [row for row in here.screen.splitlines() if "✓ “We never got it”" in row and "done" in row]
        assert line(here.app) == ""
        await here.app.open("home")
        await here.until(pilot, "Needs you")
        assert line(here.app) == ""  # it has been seen


async def test_what_is_in_hand_is_said_in_forms_too_and_in_welsh(portal, lesson):
    here = portal(lesson, training=True)
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680dba", PASSWORD)
        practice.begin(here.app.session.actor, lesson, "new-colleague")
        await here.app.open("dba.users")
        await here.until(pilot, lambda: line(here.app).startswith("▸ An account for Nia Prosser"))
        await pilot.press("a")
        await here.until(pilot, lambda: here.app.screen.query("#username"))
        await here.until(pilot, lambda: "nia.prosser@newport.example" in line(here.app))
        await pilot.press("escape")
        here.app.change_language("cy")
        await here.until(pilot, "Ymarfer")
        await here.app.open("practice")
        await here.until(pilot, "Rhoi cyfrif i gydweithiwr newydd")
        await here.until(pilot, "ar waith")


async def test_what_somebody_else_has_done_can_be_begun_anew(portal, lesson):
    here = portal(lesson, training=True)
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "s6804012", PASSWORD)
        await here.app.open("practice")
        await here.until(pilot, lambda: task(here.app, "reject") is not None)
        await pilot.press("down", "down", "down", "b")
        await here.until(pilot, lambda: task(here.app, "reject").state is State.BEGUN)
        goal = task(here.app, "reject").goal
        with lesson.store.connection():
            named = Transfer.name == goal.split()[1].rstrip(":")
            Transfer.update(state="deleted").where(named).execute()
        await pilot.press("escape", "h", "escape", "p")
        await here.until(pilot, lambda: task(here.app, "reject").state is State.GONE)
        await here.until(pilot, "It can't be done any more")
        await pilot.press("b")
        await here.until(pilot, lambda: task(here.app, "reject").state is State.BEGUN)
        assert task(here.app, "reject").goal != goal


async def test_whoever_has_done_all_is_told_which_accounts_have_other_tasks(portal, lesson):
    here = portal(lesson, training=True)
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680view", PASSWORD)
        actor = here.app.session.actor
        practice.begin(actor, lesson, "seen")
        goal = practice.in_hand(actor, lesson).goal
        audit_log.pupil(actor, lesson, goal.rstrip("?").split()[-1])
        await here.app.open("practice")
        await here.until(pilot, "All of yours are done.")
        await here.until(pilot, "wgadmin")
        assert "680view," not in here.screen


async def test_outside_a_made_up_world_there_is_no_practice(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        assert "practice" not in [item.id for item in here.app.screen.query_one(Menu).items]
        assert not here.app.screen.query(InHand)
        await here.app.open("practice")
        assert here.app.screen.current == "home"


@pytest.mark.parametrize("role", ROLES)
def test_in_a_made_up_world_everybody_has_practice_before_the_account(role):
    def allowed(permission):
        return may(making.Actor("x", role, {Role.WG: "WG"}.get(role, "680")), permission)

    ids = [entry.id for entry, _depth in visible(TRAINING, allowed)]
    assert ids[-3:] == ["practice", "account", "logoff"]
    assert [one for one in ids if one != "practice"] == [
        entry.id for entry, _depth in visible(ENTRIES, allowed)
    ]
    keys = [entry.key for entry, _depth in visible(TRAINING, allowed) if entry.key]
    assert len(keys) == len(set(keys))
