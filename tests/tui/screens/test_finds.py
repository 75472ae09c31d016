"""Lost Pupil › Finds and Administration › Matching, by keys (R-LPD-8)."""

import sys
from dataclasses import replace
from pathlib import Path

import making
import pytest
import rolls
import steps

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, asked, done, harmless, opened, plain, settled, until

from s2s_tui.rules.roles import ROLES, WALES, Role, may
from s2s_tui.services import annual, annual_runs, finds, lost
from s2s_tui.store.models import Find, MatchRun
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens.finds import FindsPane
from s2s_tui.tui.screens.folders import FolderPicker
from s2s_tui.tui.screens.matching import ReviewPane
from s2s_tui.tui.shell import Shell

pytestmark = pytest.mark.requirement("R-LPD-8")


@pytest.fixture
def here(lite, tmp_path):
    """Six lost pupils of a school of 681, and the usual roll in the person's folder."""
    rolls.lose(lite)
    folder = tmp_path / "own"
    folder.mkdir()
    rolls.usual(folder)
    return replace(lite, settings=replace(lite.settings, folder=str(folder)))


@pytest.fixture
def run(here):
    """A finished run."""
    wg = making.logged_on(here, "wg", WALES)
    return annual.match(wg, here, Path(here.settings.folder) / "roll.csv")


@pytest.fixture
def published(here, run):
    annual_runs.publish(making.logged_on(here, "wg", WALES), here, run.id)
    return run


def hosted(site, role="lost-pupil-transfer", organisation="680", pane=FindsPane):
    return Host(site, making.logged_on(site, role, organisation), pane)


def reviewing(site):
    return hosted(site, "wg", WALES, ReviewPane)


def states(site):
    with site.store.connection():
        return {find.surname: find.state for find in Find.select()}


async def listed(pilot):
    pane = await opened(pilot)
    await until(pilot, lambda: pane.table.source is not None and not pane.table.busy)
    return pane


async def matchings(pilot):
    pane = await opened(pilot)
    await until(pilot, lambda: pane.run_table.source is not None and not pane.run_table.busy)
    return pane


# An authority's finds


async def test_an_authority_sees_whom_its_schools_have_and_why(here, published):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        screen = plain(app)
        assert "On roll with us 3" in screen
        assert "Ours, elsewhere 0" in screen
        assert "Bebb" not in screen
        for word in ("Treharne, Gwenllian", "04.03.2012", "6804012", "the same surname", "681"):
            assert word in screen
        await pilot.press("enter")
        assert "Leaving age" in plain(app)
        await pilot.press("escape", "right")
        await until(pilot, lambda: "Nobody whom your schools have lost was found elsewhere." in plain(app))


async def test_saying_how_finds_stand_is_one_key_for_one_or_for_all_marked(here, published):
    app = hosted(here, "lost-pupil")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("n")
        await until(pilot, lambda: app.said == "1 find: not ours.")
        await settled(pilot)
        await pilot.press("A")
        await until(pilot, lambda: len(pane.table.marked) == 3)
        assert "school has it 3" in plain(app)
        await pilot.press("h")
        await asked(pilot, "Say “school has it” of 3 finds?")
        await pilot.press("y")
        await until(pilot, lambda: app.said == "3 finds: school has it.")
    assert states(here) == {
        "Treharne": "school-has", "Prydderch": "school-has", "Cynddylan": "school-has", "Beb": "new",
    }  # fmt: skip


@pytest.mark.parametrize(("key", "state"), [("h", "school-has"), ("k", "downloaded"), ("w", "forwarded")])
async def test_each_state_has_a_key_and_new_again_takes_it_back(here, published, key, state):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press(key)
        await until(pilot, lambda: state in states(here).values())
        await done(pilot)
        await settled(pilot)
        await pilot.press("z")
        await until(pilot, lambda: set(states(here).values()) == {"new"})


async def test_a_find_is_downloaded_from_the_list_and_shows_it(here, published):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        name = pane.here.record.surname
        await pilot.press("d")
        await asked(pilot, "is on roll at a school of yours?")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Shell))
        await asked(pilot, "Downloaded correctly?")
        await pilot.press("y")
        await until(pilot, lambda: pane.here is not None and pane.here.state == "downloaded")
        assert pane.here.record.surname == name
        assert not pane.can(pane.ACTIONS[0])
        assert "downloaded" in plain(app)
        await settled(pilot)
        await pilot.press("p")
        await asked(pilot, "downloaded by mistake?")
        await pilot.press("y")
        await until(pilot, lambda: pane.here is not None and pane.here.state == "new")


async def test_the_uploading_authority_reads_how_its_cases_stand_and_changes_nothing(here, published):
    clerk = making.logged_on(here, "lost-pupil-transfer", "680")
    first = finds.finds(clerk, here).page(sort="surname")[0]
    finds.set_state(clerk, here, first.id, "school-has")
    lost.forward(
        clerk, here, finds.finds(clerk, here).page(sort="surname")[1].record.id, "6804012", on_roll=True
    )
    app = hosted(here, "lost-pupil-transfer", "681")
    async with app.run_test(size=WIDE) as pilot:
        pane = await listed(pilot)
        await pilot.press("2")
        await until(pilot, lambda: pane.which == finds.ELSEWHERE and not pane.table.busy)
        await settled(pilot)
        screen = plain(app)
        for word in ("school has it", "forwarded", "new", "Ours, elsewhere 4", "As"):
            assert word in screen
        for action in pane.ACTIONS:
            assert pane.can(action) == (action.id == "tab")


async def test_wg_reads_all_that_is_published(here, published):
    app = hosted(here, "wg", WALES)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "All 4" in plain(app)
        assert not any(pane.can(action) for action in pane.ACTIONS)


# WG's matching


async def test_wg_matches_a_roll_looks_it_through_takes_one_out_and_publishes(here):
    app = reviewing(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await matchings(pilot)
        assert "Nothing has been matched yet. g chooses a roll" in plain(app)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        app.screen.dismiss(Path(here.settings.folder) / "roll.csv")
        await until(pilot, lambda: app.said == "4 certain, 0 to check. Look them through, then publish.")
        await until(pilot, lambda: pane.run_table.row is not None)
        assert "to review" in plain(app)
        await pilot.press("enter")
        await until(pilot, lambda: pane.find is not None)
        assert "All 4 │ certain 4 │ to check 0" in plain(app)
        for _each in range(3):
            if pane.find.surname != "Beb":
                await pilot.press("down")
                await settled(pilot)
        assert pane.find.surname == "Beb"
        await pilot.press("t")
        await asked(pilot, "Take 1 find out for good?")
        await pilot.press("y")
        await until(pilot, lambda: app.said == "1 find taken out." and pane.table.total == 3)
        await done(pilot)
        await pilot.press("right", "right")
        await until(pilot, lambda: "No finds." in plain(app))
        await pilot.press("p")
        await asked(pilot, "Publish 3 finds?")
        await pilot.press("y")
        await until(pilot, lambda: app.said == "Published; 2 authorities are told.")
        await pilot.press("escape")
        await until(pilot, lambda: pane.inside is None and app.focused is pane.run_table)
        await until(pilot, lambda: "✓ roll.csv" in plain(app))
        left = {action.id for action in pane.ACTIONS if pane.can(action)}
        assert left == {"match"}
    assert [about for about, _to in steps.told(here)].count("finds-published") == 4


async def test_wrong_rows_are_listed_with_their_lines(here):
    path = rolls.written(Path(here.settings.folder), [rolls.row(0, dob="x"), rolls.row(1, "1")], "bad.csv")
    app = reviewing(here)
    async with app.run_test(size=NARROW) as pilot:
        await matchings(pilot)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        app.screen.dismiss(path)
        await until(pilot, lambda: "2 rows of the roll can't be used" in app.said)
        assert "✗ Line 2: “x” is no date." in plain(app)
        assert "✗ Line 3: There is no school 1." in plain(app)
        await pilot.press("escape")
        assert "Nothing has been matched yet." in plain(app)


async def test_a_stopped_matching_says_how_to_go_on_and_can_be_discarded(here, monkeypatch):
    wg = making.logged_on(here, "wg", WALES)
    path = Path(here.settings.folder) / "roll.csv"
    seen = []
    with pytest.raises(Exception, match="match-stopped"):
        annual.match(
            wg,
            here,
            path,
            on_progress=lambda *step: seen.append(step[0]),
            should_stop=lambda: "names" in seen,
        )
    app = reviewing(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await matchings(pilot)
        await until(pilot, lambda: "Stopped: match the same roll again" in plain(app))
        assert {action.id for action in pane.ACTIONS if pane.can(action)} == {"match", "discard"}
        await pilot.press("x")
        await asked(pilot, "Discard the matching of roll.csv?")
        await pilot.press("y")
        await until(pilot, lambda: app.said == "Discarded.")
    with here.store.connection():
        assert MatchRun.select().count() == 0


# Both


@pytest.mark.parametrize("pane", [FindsPane, ReviewPane])
def test_no_key_clashes(pane):
    assert clashes([action for action in pane.ACTIONS if action.key != "enter"]) == []


@pytest.mark.parametrize("role", [role for role in ROLES if role is not Role.WG])
def test_only_wg_matches(lite, role):
    actor = making.logged_on(lite, role, "6804012" if role is Role.SCHOOL else "680")
    assert not may(actor, "matching.run")


@pytest.mark.parametrize("size", [(60, 15), NARROW, WIDE])
async def test_text_from_outside_is_shown_as_it_is(here, published, size):
    def spoil() -> None:
        for find, text in zip(Find.select(), HOSTILE * 2, strict=False):
            Find.update(surname=text, forename=text, town=text).where(Find.id == find.id).execute()
        MatchRun.update(roll=HOSTILE[0] + HOSTILE[4]).execute()

    here.store.write(spoil)
    for app in (hosted(here), reviewing(here)):
        async with app.run_test(size=size) as pilot:
            pane = await opened(pilot)
            await until(pilot, lambda: plain(app).count("6804012") or "[/nothing]" in plain(app))  # noqa: B023
            harmless(plain(app))
            await pilot.press("enter")
            await pilot.pause()
            await until(pilot, lambda: not pane.table.busy)  # noqa: B023
            harmless(plain(app))
