"""DBA › Schools, LA details and User audit, by keys (R-SCH, R-LEA, R-USR-6)."""

import sys
from dataclasses import replace
from pathlib import Path

import making
import pytest
from watching import letters

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, asked, harmless, opened, plain, settled, until

from s2s_tui.rules.roles import WALES
from s2s_tui.services import authorities, school_changes, schools, user_audit, user_changes
from s2s_tui.store.models import Authority, Establishment, User
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens.authorities import AuthoritiesPane
from s2s_tui.tui.screens.folders import FolderPicker
from s2s_tui.tui.screens.rounds import RoundsPane
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.screens.school_forms import (
    AddAuthority,
    EditAuthority,
    EditSchool,
    OpenRound,
    OpenSchool,
    PlanForm,
)
from s2s_tui.tui.screens.schools import SchoolsPane
from s2s_tui.tui.screens.user_audit import AnswersPane
from s2s_tui.tui.shell import Shell

GLAN, WOOLOS, RINGLAND = "6804012", "6804031", "6802310"
UNTIL = making.NOW.date().replace(year=2027)


def hosted(site, role="dba", organisation="680", pane=SchoolsPane):
    return Host(site, making.logged_on(site, role, organisation), pane)


def wales(site, pane=SchoolsPane):
    return hosted(site, "wg", WALES, pane)


async def listed(pilot):
    pane = await opened(pilot)
    await settled(pilot)
    return pane


async def form(pilot, kind):
    await until(pilot, lambda: isinstance(pilot.app.screen, kind) and pilot.app.focused is not None)
    return pilot.app.screen


def fill(screen, **texts):
    for name, text in texts.items():
        screen.query_one(f"#{name}").value = text


async def said(pilot, text):
    await until(pilot, lambda: isinstance(pilot.app.screen, Shell) and text in pilot.app.said)


# Schools


@pytest.mark.requirement("R-SCH-1")
async def test_a_dba_s_schools_narrow_as_one_types_and_esc_shows_all(lite):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "Open 3 │ Closed 0" in plain(app)
        await pilot.press("slash", *"AFON e")
        await until(pilot, lambda: pane.table.total == 0 and "No school is called so." in plain(app))
        await pilot.press("backspace", "backspace", "enter")
        await until(pilot, lambda: pane.table.total == 1 and pane.here and pane.here.number == GLAN)
        await pilot.press("enter")
        await until(pilot, lambda: pane.beside.is_open)
        assert "Account s6804012" in plain(app)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: pane.table.total == 3)
        assert app.focused is pane.table


@pytest.mark.requirement("R-SCH-2")
async def test_what_changes_is_shown_before_it_is_saved_and_the_school_is_told_if_wished(lite):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("e")
        screen = await form(pilot, EditSchool)
        await pilot.press("f9")
        await until(pilot, lambda: "Nothing is other than it was." in plain(app))
        fill(screen, town="Casnewydd", phone="x")
        await pilot.press("f9")
        await until(pilot, lambda: "Type a telephone number" in plain(app))
        assert app.focused.id == "phone"
        fill(screen, phone="01633 656656")
        await pilot.press("f9")
        await asked(pilot, "Save these 2 changes?")
        assert "town: – → Casnewydd" in plain(app)
        assert "telephone number: – → 01633 656656" in plain(app)
        await pilot.press("n")
        await until(pilot, lambda: "→ Casnewydd" not in plain(app))
        await pilot.press("f9")
        await asked(pilot, "Save these 2 changes?")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, Shell))
        await asked(pilot, "Tell 6802310 Ringland Primary by e-mail, office@s6802310.example")
        await pilot.press("y")
        await said(pilot, "e-mails go to office@s6802310.example")
        assert pane.here.town == "Casnewydd"
    (body,) = letters(lite, "school-changed")
    assert "town, telephone number" in body


@pytest.mark.requirement("R-SCH-2")
async def test_the_second_of_two_is_told_in_the_form_and_sees_it_when_it_is_closed(lite):
    app = hosted(lite)
    async with app.run_test(size=WIDE) as pilot:
        pane = await listed(pilot)
        await pilot.press("e")
        screen = await form(pilot, EditSchool)
        wg = making.logged_on(lite, "wg", WALES)
        school_changes.update(wg, lite, RINGLAND, {"town": "Caerleon"})
        fill(screen, town="Newport")
        await pilot.press("f9")
        await until(pilot, lambda: "wg changed 6802310 meanwhile (10:30): town." in plain(app))
        await pilot.press("escape")
        await asked(pilot, "Throw away what you typed?")
        await pilot.press("y")
        await until(
            pilot, lambda: isinstance(app.screen, Shell) and pane.here and pane.here.town == "Caerleon"
        )


@pytest.mark.requirement("R-SCH-2")
async def test_inactive_warns_with_the_notes_words_and_is_undone_by_the_same_key(lite):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("i")
        await asked(pilot, "Use of s2s is a statutory requirement: no school should have to be inactive.")
        await pilot.press("y")
        await asked(pilot, "Tell 6802310")
        assert pane.here.state == "inactive"
        await pilot.press("n")
        await said(pilot, "Don't forget to tell")
        await until(pilot, lambda: "i active" in plain(app))
        await pilot.press("i")
        await asked(pilot, "Make 6802310 Ringland Primary active?")
        await pilot.press("y")
        await asked(pilot, "Tell 6802310")
        await pilot.press("escape")
        await until(pilot, lambda: pane.here.state == "open")
        user_changes.set_active(making.logged_on(lite, "dba", "680"), lite, "s6802310", False)
        for question in ("Use of s2s", "Make 6802310"):
            await pilot.press("i")
            await asked(pilot, question)
            await pilot.press("y")
            await asked(pilot, "Tell 6802310")
            await pilot.press("escape")
        await said(pilot, "The account s6802310 stays shut")


@pytest.mark.requirement("R-SCH-3")
async def test_wg_opens_closes_and_merges(lite):
    app = wales(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("o")
        screen = await form(pilot, OpenSchool)
        fill(screen, number="680239", name="Ysgol Newydd")
        await pilot.press("f9")
        await until(pilot, lambda: "is no establishment number" in plain(app) and app.focused.id == "number")
        fill(screen, number="6802399")
        await pilot.press("f9")
        await said(pilot, "6802399 is open; its account is s6802399.")
        pane.field.input.value = "ringland"
        await until(pilot, lambda: pane.here and pane.here.number == RINGLAND)
        await pilot.press("c")
        await asked(pilot, "Close 6802310 Ringland Primary today? 0 files wait for it")
        await pilot.press("y")
        await said(pilot, "6802310 is closed.")
        pane.field.input.value = "woolos"
        await until(pilot, lambda: pane.here and pane.here.number == WOOLOS)
        await pilot.press("g")
        await form(pilot, SchoolFinder)
        await until(pilot, lambda: app.screen._shown == "")
        await settled(pilot)
        assert app.screen._table.total
        assert app.screen._table.source.position(WOOLOS, "", False) is None  # not into itself
        await pilot.press(*GLAN)
        await until(pilot, lambda: app.screen._shown == GLAN and app.has_rows)
        await pilot.press("enter")
        await asked(pilot, "Merge 6804031 St Woolos High into 6804012")
        await pilot.press("y")
        await said(pilot, "6804031 has merged into 6804012. 0 files moved on.")
        pane.field.input.value = ""
        await pilot.press("2")
        await until(pilot, lambda: pane.table.total == 2 and "→ 6804012" in plain(app))
        assert not any(pane.can(action) for action in pane.ACTIONS if action.id in ("edit", "merge"))


@pytest.mark.requirement("R-SCH-3")
async def test_wg_looks_through_a_register_before_it_is_taken_in(lite, tmp_path):
    header = "number,name,town\n"
    good, wrong = tmp_path / "good.csv", tmp_path / "wrong.csv"
    good.write_text(header + f"6802399,Ysgol Newydd,Newport\n{GLAN},Ysgol Glan-yr-Afon,\n")
    wrong.write_text(header + "68,x,\n6802399,,\n")
    site = replace(lite, settings=replace(lite.settings, folder=str(tmp_path)))
    app = wales(site)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        app.screen.dismiss(wrong)
        await said(pilot, "Cells that can't be used: 2, the first in line 2, column number.")
        assert "✗ Line 3, column name: The school has no name." in plain(app)
        await pilot.press("escape", "m")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        app.screen.dismiss(good)
        await form(pilot, PlanForm)
        await until(pilot, lambda: "It lacks 2 schools" in plain(app))
        assert "changes; name: Ysgol Uwchradd" in plain(app)
        await pilot.press("m")
        await until(pilot, lambda: "closes 2" in plain(app) and "leave missing" in plain(app))
        await pilot.press("m")
        await until(pilot, lambda: "closes 0" in plain(app))
        await pilot.press("escape")
        await said(pilot, "Nothing was changed.")
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        app.screen.dismiss(good)
        await form(pilot, PlanForm)
        looked_at = good.read_text()
        good.write_text(looked_at + "6802398,Ysgol Arall,Newport\n")
        await pilot.press("f9")
        await asked(pilot, "Do all of it?")
        await pilot.press("y")
        await said(pilot, "good.csv was changed since you looked at it: nothing was done.")
        good.write_text(looked_at)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        app.screen.dismiss(good)
        await form(pilot, PlanForm)
        await pilot.press("f9")
        await asked(pilot, "Do all of it?")
        await pilot.press("y")
        await said(pilot, "Opened 1, reopened 0, changed 1, merged 0, closed 0.")
        await until(pilot, lambda: pane.table.total == 8)


# An authority's details


@pytest.mark.requirement("R-LEA-1")
async def test_a_dba_sees_its_own_authority_only_and_changes_it(lite):
    app = hosted(lite, pane=AuthoritiesPane)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "Copies are on" in plain(app))
        assert "681" not in plain(app)
        await pilot.press("e")
        screen = await form(pilot, EditAuthority)
        fill(screen, data_email="data@hotmail.com")
        await pilot.press("f9")
        await until(pilot, lambda: "personal e-mail domain" in plain(app) and app.focused.id == "data_email")
        fill(screen, data_email="data@newport.example")
        screen.query_one("#copies").focus()
        await pilot.press(*"off", "enter")
        await pilot.press("f9")
        await asked(pilot, "Save these 2 changes?")
        assert "copies of its schools' files: on → off" in plain(app)
        await pilot.press("y")
        await said(pilot, "Newport is up to date.")
        await until(pilot, lambda: "Copies are off" in plain(app))
    assert authorities.show(making.logged_on(lite, "dba", "680"), lite).copies is False


@pytest.mark.requirement("R-LEA-1")
async def test_wg_has_all_authorities_adds_and_closes(lite):
    app = wales(lite, AuthoritiesPane)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "660" in plain(app)
        await until(pilot, lambda: "no DBA" in plain(app))
        await pilot.press("a")
        screen = await form(pilot, AddAuthority)
        fill(screen, code="690", name="Newtown")
        await pilot.press("f9")
        await said(pilot, "690 Newtown is added.")
        pane.field.input.value = "newtown"
        await until(pilot, lambda: pane.here and pane.here.code == "690")
        await pilot.press("c")
        await asked(pilot, "Close 690 Newtown today?")
        await pilot.press("y")
        await said(pilot, "690 is closed.")


# The user audit


@pytest.mark.requirement("R-USR-6")
async def test_wg_opens_a_round_reminds_and_closes_it(lite):
    app = wales(lite, RoundsPane)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "There has been no round yet. n opens one." in plain(app)
        await pilot.press("n")
        screen = await form(pilot, OpenRound)
        fill(screen, deadline="soon")
        await pilot.press("f9")
        await until(pilot, lambda: "is no whole day" in plain(app) and app.focused.id == "deadline")
        fill(screen, deadline="30/1/27")
        await pilot.press("f9")
        await said(pilot, "accounts of 3 authorities; the DBAs are told.")
        assert "3 of 3 still to answer, by 30 Jan 2027" in plain(app)
        await pilot.press("space", "r")
        await asked(pilot, "Remind 1 authority?")
        await pilot.press("y")
        await said(pilot, "Reminded: 680")
        await pilot.press("c")
        await asked(pilot, "Close the round 2026?")
        await pilot.press("y")
        await said(pilot, "The round 2026 is closed and kept.")
        left = {action.id for action in pane.ACTIONS if pane.can(action)}
        assert left == {"new", "certificate"}
    assert len(letters(lite, "user-audit-reminder")) == 1


@pytest.mark.requirement("R-USR-6")
async def test_a_dba_confirms_all_removes_one_and_saves_the_certificate(lite, tmp_path):
    user_audit.open_round(making.logged_on(lite, "wg", WALES), lite, "2026", UNTIL)
    site = replace(lite, settings=replace(lite.settings, folder=str(tmp_path)))
    app = hosted(site, pane=AnswersPane)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "11 of 11 to answer" in plain(app)
        await pilot.press("x")
        await asked(pilot, "Remove 680admissions? The account is deleted for good.")
        await pilot.press("y")
        await said(pilot, "1 account removed.")
        await pilot.press("A", "y")
        await asked(pilot, "Confirm 10 accounts?")
        await pilot.press("y")
        await said(pilot, "10 accounts confirmed.")
        await until(pilot, lambda: "0 of 11 to answer" in plain(app))
        pane.table.go_to(2)
        await until(pilot, lambda: pane.here and pane.here.username == "680dbaview")
        pane.table.go_to(1)
        await pilot.press("x")
        await asked(pilot, "Remove 680dba?")
        await pilot.press("y")
        await said(pilot, "You can't delete your own account")
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("enter")
        await said(pilot, "Saved: ")
    assert (tmp_path / "user-audit-1.csv").exists()
    with lite.store.connection():
        assert User.get(User.username == "680admissions").deleted_at is not None


# All of them


@pytest.mark.parametrize("pane", [SchoolsPane, AuthoritiesPane])
async def test_view_only_sees_the_same_and_changes_nothing(lite, pane):
    app = hosted(lite, "dba-view", "680", pane)
    async with app.run_test(size=NARROW) as pilot:
        shown = await opened(pilot)
        await until(pilot, lambda: "680" in plain(app))
        offered = {action.id for action in shown.offered()}
        assert offered <= {"filter", "tab", "account", "holidays"}


@pytest.mark.parametrize("pane", [SchoolsPane, AuthoritiesPane, RoundsPane, AnswersPane])
def test_no_key_clashes(pane):
    assert clashes(pane.all_actions()) == []


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("size", [(60, 15), WIDE])
async def test_text_from_outside_is_shown_as_it_is(lite, size):
    user_audit.open_round(making.logged_on(lite, "wg", WALES), lite, HOSTILE[3], UNTIL)

    def spoil() -> None:
        text = "".join(HOSTILE[:9])
        names = {"name": text, "town": text, "phone": text, "email": text}
        Establishment.update(**names).execute()
        Authority.update(name=text, email=text).where(Authority.code == "680").execute()
        User.update(contact=text).execute()

    lite.store.write(spoil)
    for app in (hosted(lite), hosted(lite, pane=AuthoritiesPane), hosted(lite, pane=AnswersPane),
                wales(lite, RoundsPane)):  # fmt: skip
        async with app.run_test(size=size) as pilot:
            pane = await opened(pilot)
            await until(pilot, lambda: "680" in plain(app))  # noqa: B023
            for key in ("enter", "escape", "e", "escape", "escape"):
                await pilot.press(key)
                await pilot.pause()
                harmless(plain(app))
            assert pane is not None
    assert schools.show(making.logged_on(lite, "dba", "680"), lite, GLAN).town.startswith("O'Brien")
    assert not (lite.settings.home / "errors.log").exists()
