"""DBA › Users by keyboard (R-USR)."""

import sys
from pathlib import Path

import making
import pytest
import steps

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, asked, harmless, opened, plain, settled, until
from textual.widgets import Input

from s2s_tui.rules.roles import WALES
from s2s_tui.services import accounts, lockout, sessions, user_changes, user_passwords
from s2s_tui.store.models import Establishment, User
from s2s_tui.store.statements import insert
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens.shown_once import ShownOnce
from s2s_tui.tui.screens.typed_list import TypedPane
from s2s_tui.tui.screens.user_forms import AddUser, EditUser, PasswordForm, RoleForm
from s2s_tui.tui.screens.users import UsersPane
from s2s_tui.tui.shell import Shell
from s2s_tui.tui.widgets.drop_down import DropDown
from s2s_tui.tui.widgets.foot import FootLine

EMAIL = "c.williams@newport.gov.uk"


def hosted(site, role="dba", organisation="680"):
    return Host(site, making.logged_on(site, role, organisation), UsersPane)


async def listed(pilot):
    pane = await opened(pilot)
    await until(pilot, lambda: pane.which and not pane.table.busy and pane.table.row is not None)
    return pane


async def at(pilot, pane, username):
    """Put the cursor on an account."""
    await settled(pilot)
    place = await pilot.app.run_worker(
        lambda: pane.table.source.position(username, "username", False), thread=True
    ).wait()
    pane.table.go_to(place)
    await until(pilot, lambda: pane.here is not None and pane.here.username == username)


async def form(pilot, kind):
    await until(pilot, lambda: isinstance(pilot.app.screen, kind) and pilot.app.focused is not None)
    return pilot.app.screen


async def write(pilot, text):
    """Into the field that has the focus, and Enter."""
    pilot.app.focused.value = text
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()


def row(site, username):
    with site.store.connection():
        return User.get(User.username == username)


# The list


@pytest.mark.requirement("R-USR-1")
async def test_the_list_narrows_as_one_types_and_each_list_has_its_tab(lite):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "▸Authority 8 │ Schools 3" in plain(app)
        assert "680laschool" in plain(app)
        await pilot.press("slash", *"plas")
        await until(pilot, lambda: pane.table.total == 1 and "▸Authority 1 │ Schools 0" in plain(app))
        assert "Enter to the list" in plain(app)
        await pilot.press("enter")
        await until(pilot, lambda: pane.here is not None and pane.here.username == "680plasc")
        assert "LEA PLASC" in plain(app)
        await pilot.press("escape")
        await until(pilot, lambda: pane.table.total == 8)
        await settled(pilot)
        assert pane.here.username == "680plasc", "the cursor stays on who was looked for"
        await pilot.press("right")
        await until(pilot, lambda: pane.which == "schools" and pane.table.total == 3)
        await settled(pilot)
        assert "6804031 St W" in plain(app)
        await pilot.press("slash", *"zzz")
        await until(pilot, lambda: "Nobody like that here." in plain(app))


@pytest.mark.requirement("R-USR-1")
async def test_what_another_screen_narrows_the_list_to_is_said_and_esc_shows_all(lite):
    app = hosted(lite)
    async with app.run_test(size=WIDE) as pilot:
        pane = await listed(pilot)
        pane.arrive({"tab": "schools", "text": "s6804012"})
        await until(pilot, lambda: pane.which == "schools" and pane.table.total == 1)
        await settled(pilot)
        assert " ".join(plain(app).split()).count("Filter s6804012") == 1
        assert "Made" in plain(app)
        assert "changed by" not in plain(app)  # it was made, and nothing since
        assert pane.back_title == "show all"
        await pilot.press("escape")
        await until(pilot, lambda: pane.table.total == 3)
        assert "Filter" not in plain(app)
        assert pane.back_title == ""


@pytest.mark.requirement("R-USR-1")
async def test_the_view_only_role_sees_the_same_and_has_no_key_that_changes_anything(lite, clock):
    clock.forward(minutes=1)
    user_passwords.reset(making.logged_on(lite, "dba", "680"), lite, "680user")
    lite.store.write(
        lambda: lockout.LogonFailure.insert(key="user 680plasc", failures=20, last_at=making.NOW).execute()
    )
    app = hosted(lite, "dba-view")
    async with app.run_test(size=WIDE) as pilot:
        pane = await listed(pilot)
        await at(pilot, pane, "680user")
        screen = plain(app)
        for word in (
            "680user@680.example",
            "Temporary password until 8 Dec 2026 10:31",
            "~ 680user",
            "changed by 680dba",
        ):
            assert word in screen, word
        before = steps.everything(lite)["User"]
        for key in "aerpuxok":
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(app.screen, Shell)
            assert not app.screen.query_one(FootLine).question
        assert steps.everything(lite)["User"] == before
        own = {one.id for one in (*UsersPane.ACTIONS, *TypedPane.ACTIONS)}
        assert {action.id for action in pane.offered()} & own == {"filter", "tab"}
        await at(pilot, pane, "680plasc")
        assert "Locked: too many wrong passwords." in plain(app)
        assert "unlocks" not in plain(app)  # a key that this role has not


@pytest.mark.requirement("R-USR-5")
async def test_wg_sees_which_authority_has_no_dba_and_gives_it_one(lite):
    app = hosted(lite, "wg", WALES)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "▸DBAs 3 │ Authorities 25 │ Schools 7" in plain(app)
        assert "! 19 authorities have no active DBA: Blaenau Gwent" in plain(app)
        await pilot.press("a")
        await form(pilot, AddUser)
        await write(pilot, "669dba")
        await until(pilot, lambda: "! has no DBA" in plain(app))
        await pilot.press(*"carma", "enter")
        await pilot.pause()
        await write(pilot, "Ceri")
        await write(pilot, EMAIL)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, ShownOnce))
        await pilot.press("w")
        await until(pilot, lambda: app.said == "669dba is added.")
        assert "! 18 authorities" in plain(app)
        await until(pilot, lambda: pane.here is not None and pane.here.username == "669dba")
        await pilot.press("a")
        await form(pilot, AddUser)
        await write(pilot, "680new")
        await pilot.press(*"newport", "enter")
        await pilot.pause()
        await write(pilot, "Ceri")
        await write(pilot, EMAIL)
        await pilot.press("f9")
        await asked(pilot, "680dba is the DBA there. Shall this account take its place?")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, ShownOnce))
        await pilot.press("w")
        await until(
            pilot, lambda: app.said.startswith("680new is added. 680dba, the DBA before, is inactive now.")
        )
        await pilot.press("2")
        await until(pilot, lambda: pane.which == "authority")
        await at(pilot, pane, "680user")
        assert "make DBA" in plain(app)
        assert not any(
            pane.can(one) for one in UsersPane.ACTIONS if one.id in ("edit", "delete", "password", "active")
        )
    assert row(lite, "669dba").role == "dba"
    assert not row(lite, "680dba").active


# Adding


@pytest.mark.requirement("R-USR-1")
async def test_a_user_is_added_by_keyboard_with_both_emails_and_the_password_waits_until_it_is_written_down(
    lite,
):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("a")
        added = await form(pilot, AddUser)
        assert "LEA School" not in [option.text for option in added.query_one(DropDown)._options]
        await pilot.press("f9")
        await until(pilot, lambda: "Choose a role from the list." in plain(app))
        assert app.focused.id == "role"
        app.screen.set_focus(app.screen.query_one("#username", Input))
        await write(pilot, "680ceri")
        await pilot.press(*"transf", "enter")
        await pilot.pause()
        await write(pilot, "Ceri Williams")
        await write(pilot, "ceri@gmail.com")
        for _ in range(3):
            await pilot.press("enter")
            await pilot.pause()
        await pilot.press("space", "enter", "space", "enter")
        await until(pilot, lambda: "gmail.com is a personal e-mail domain" in plain(app))
        assert app.focused.id == "email"
        await write(pilot, EMAIL)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, ShownOnce))
        shown = app.screen
        password = shown._done.password
        assert password in plain(app)
        assert f"E-mails go to {EMAIL}." in plain(app)
        await pilot.press("enter", "escape")
        await asked(pilot, "Is it written down?")
        await pilot.press("n", "w")
        await until(pilot, lambda: app.said == f"680ceri is added. E-mails go to {EMAIL}.")
        assert password not in plain(app)
    assert accounts.begin(lite, "680ceri", password).owed
    assert steps.told(lite) == [("user-name", EMAIL), ("user-password", EMAIL)]


@pytest.mark.requirement("R-USR-1")
async def test_a_schools_account_asks_for_a_school_that_has_none(lite):
    new = {"number": "6805555", "authority": "680", "name": "Ysgol Newydd", "email": "office@newydd.example"}
    lite.store.write(lambda: insert(Establishment, [new]))
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("a")
        await form(pilot, AddUser)
        await write(pilot, "s6805555")
        await pilot.press(*"school", "enter")
        await pilot.pause()
        await until(pilot, lambda: "6805555 Ysgol Newydd" in plain(app))
        await pilot.press("enter")
        await pilot.pause()
        assert app.focused.id == "contact"
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, ShownOnce))
        await pilot.press("w")
        await until(pilot, lambda: pane.which == "schools" and pane.here is not None)
        await until(pilot, lambda: pane.here.username == "s6805555")
    assert row(lite, "s6805555").organisation == "6805555"


@pytest.mark.requirement("R-USR-1")
async def test_what_was_typed_is_not_thrown_away_by_a_slip(lite):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("a")
        await form(pilot, AddUser)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Shell))
        await pilot.press("a")
        await form(pilot, AddUser)
        await pilot.press("x", "escape")
        await asked(pilot, "Throw away what you typed?")
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(app.screen, AddUser)
        await pilot.press("escape")
        await asked(pilot, "Throw away")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, Shell))


# Changing


@pytest.mark.requirement("R-USR-2")
async def test_details_role_and_state_are_changed_and_an_account_is_deleted(lite):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await at(pilot, pane, "680user")
        await pilot.press("e")
        await form(pilot, EditUser)
        await write(pilot, "Siân Prŷs")
        await pilot.press("f9")
        await until(pilot, lambda: app.said == "680user is up to date.")
        assert row(lite, "680user").contact == "Siân Prŷs"
        await until(pilot, lambda: "Siân Prŷs" in plain(app))
        await pilot.press("r")
        await form(pilot, RoleForm)
        await pilot.press(*"admis", "enter", "space", "enter")
        await until(pilot, lambda: app.said.startswith("680user is LEA Admissions now. E-mails go to"))
        await settled(pilot)
        await pilot.press("o")
        await asked(pilot, "Make 680user inactive?")
        await pilot.press("y")
        await asked(pilot, "Tell its holder by e-mail (680user@680.example)?")
        await pilot.press("n")
        await until(pilot, lambda: app.said == "680user is inactive.")
        await settled(pilot)
        assert "✗ 680user" in plain(app)
        assert pane.title_of(next(action for action in pane.ACTIONS if action.id == "active")) == "on"
        await pilot.press("x")
        await asked(pilot, "Delete 680user (Siân Prŷs) for good?")
        await pilot.press("y")
        await asked(pilot, "Tell its holder")
        await pilot.press("y")
        await until(
            pilot, lambda: app.said.startswith("680user is deleted; the history stays. E-mails go to")
        )
        await until(pilot, lambda: pane.table.total == 7)
    assert row(lite, "680user").deleted_at is not None
    assert [about for about, _to in steps.told(lite)] == ["user-deleted", "user-role"]


@pytest.mark.requirement("R-USR-3")
async def test_a_password_is_reset_typed_twice_and_a_lock_is_undone(lite):
    lite.store.write(
        lambda: lockout.LogonFailure.insert(key="user 680user", failures=20, last_at=making.NOW).execute()
    )
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await at(pilot, pane, "680user")
        assert "Locked: too many wrong passwords. u unlocks it." in plain(app)
        await pilot.press("u")
        await until(pilot, lambda: app.said == "680user can try again at once.")
        await until(pilot, lambda: "Locked" not in plain(app))
        await pilot.press("p")
        await form(pilot, PasswordForm)
        await write(pilot, "seven green bottles")
        await write(pilot, "seven green bottle")
        await pilot.press("f9")
        await until(pilot, lambda: "The two new passwords differ." in plain(app))
        assert app.focused.id == "again"
        assert "seven" not in plain(app)
        app.screen.query_one("#again", Input).value = "seven green bottles"
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, ShownOnce))
        assert "seven green bottles" in plain(app)
        await pilot.press("w")
        await until(pilot, lambda: app.said == "680user has a temporary password.")
    assert accounts.begin(lite, "680user", "seven green bottles").owed


@pytest.mark.requirement("R-USR-2")
async def test_the_second_of_two_who_edit_a_user_is_told_what_the_first_changed(lite, clock):
    app, other = hosted(lite), making.logged_on(lite, "dba", "680")
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await at(pilot, pane, "680user")
        await pilot.press("e")
        await form(pilot, EditUser)
        clock.forward(minutes=1)
        user_changes.update(other, lite, "680user", phone="01633 1")
        await write(pilot, "Mine")
        await pilot.press("f9")
        await until(
            pilot, lambda: "680dba changed 680user meanwhile (10:31): telephone number." in plain(app)
        )
        assert isinstance(app.screen, EditUser)
        await pilot.press("escape")
        await asked(pilot, "Throw away")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, Shell) and "01633 1" in plain(app))
        user_changes.delete(other, lite, "680user")
        await pilot.press("x")
        await asked(pilot, "Delete 680user")
        await pilot.press("y")
        await asked(pilot, "Tell its holder")
        await pilot.press("n")
        await until(pilot, lambda: app.said.startswith("680user was deleted meanwhile: 680dba, 10:31."))
        await until(pilot, lambda: pane.table.total == 7)
    assert row(lite, "680user").contact == ""


@pytest.mark.requirement("R-USR-2")
async def test_nobody_deletes_or_demotes_oneself_and_an_ended_session_leads_to_logging_on(lite):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await at(pilot, pane, "680dba")
        can = {one.id for one in (*UsersPane.ACTIONS, *TypedPane.ACTIONS) if pane.can(one)}
        assert can == {"add", "edit", "filter", "tab"}
        await pilot.press("e")
        await form(pilot, EditUser)
        lite.store.write(lambda: sessions.end_sessions(lite, "680dba", "deleted"))
        await write(pilot, "X")
        await pilot.press("f9")
        await until(pilot, lambda: "Nobody is logged on." in plain(app))


# Both


def test_no_key_clashes():
    assert clashes([action for action in UsersPane.ACTIONS if action.key != "enter"]) == []


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize(
    "size",
    [(60, 15), pytest.param(NARROW, marks=pytest.mark.slow), pytest.param(WIDE, marks=pytest.mark.slow)],
)
async def test_text_from_outside_is_shown_as_it_is_and_every_form_can_be_used(lite, size):
    def spoil() -> None:
        for one, text in zip(User.select().where(User.organisation == "680"), HOSTILE, strict=False):
            User.update(
                contact=text,
                email=text,
                phone=text,
                last_on_from=text,
                changed_by=text[:40].replace("\0", ""),
            ).where(User.id == one.id).execute()

    lite.store.write(spoil)
    app = hosted(lite)
    async with app.run_test(size=size) as pilot:
        pane = await listed(pilot)
        harmless(plain(app))
        await at(pilot, pane, "680user")
        for key, kind in (("a", AddUser), ("e", EditUser), ("r", RoleForm), ("p", PasswordForm)):
            await pilot.press(key)
            await form(pilot, kind)
            for text in ("\x1b[2J[/nothing]", "x" * 10_000, "\u202e☃ '; DROP TABLE user"):
                for field in app.screen.query(Input):
                    if field.focusable and field.id not in ("organisation", "again"):
                        app.screen.set_focus(field)
                        await pilot.pause()
                        field.value = text
                await pilot.press("f9")
                await pilot.pause()
                harmless(plain(app))
                assert isinstance(app.screen, kind)
            inside = app.screen.query_one("VerticalScroll")
            for part in app.screen.query("Input, MailTick"):
                if part.focusable and part.id != "organisation":
                    app.screen.set_focus(part)
                    await until(pilot, lambda: inside.region.contains_region(part.region))  # noqa: B023
            await pilot.press("escape")
            await asked(pilot, "Throw away")
            await pilot.press("y")
            await until(pilot, lambda: isinstance(app.screen, Shell))
