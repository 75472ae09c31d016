"""Home: what needs the person (R-SYS-1)."""

import contextlib
import sqlite3
from datetime import timedelta

import making
import pytest
import steps
from hypothesis import given
from hypothesis import strategies as st

from s2s_tui.rules.roles import ROLES, Role
from s2s_tui.services import accounts, home, transfers, uploads
from s2s_tui.services.files import Offered
from s2s_tui.store.models import LogonFailure, Transfer, User
from s2s_tui.tui.menu_entries import ENTRIES
from s2s_tui.tui.registry import find
from s2s_tui.tui.screens.home_words import JUMPS, picture
from s2s_tui.tui.screens.logon import LogonScreen
from s2s_tui.tui.text import use_plain

SIZE = (80, 24)


def sent(site, source, destination, number=1, days_ago=0):
    school = making.logged_on(site, Role.SCHOOL, source)
    outcome = uploads.upload(school, site, making.offered(source, destination, number))
    moment = making.NOW - timedelta(days=days_ago)
    site.store.write(lambda: Transfer.update(uploaded_at=moment).where(Transfer.id == outcome.id).execute())
    return outcome.id


def line_with(screen, text):
    return next(line for line in screen.splitlines() if text in line)


@pytest.mark.requirement("R-SYS-1")
async def test_home_says_what_waits_for_how_long_and_marks_what_is_overdue(portal, lite):
    sent(lite, "6804012", "680LLLL", 1, days_ago=3)
    sent(lite, "6804012", "680LLLL", 2)
    sent(lite, "6804012", "6804031", 1, days_ago=19)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        assert "!" not in line_with(here.screen, "2 CTFs wait for you")
        assert "oldest 3 days" in line_with(here.screen, "2 CTFs wait for you")
        late = line_with(here.screen, "1 CTF waits at 1 of your schools")
        assert "! 1 CTF" in late
        assert "for 19 days" in late
        assert "u d jump" in here.foot


@pytest.mark.requirement("R-SYS-1")
async def test_a_school_sees_what_it_sent_and_nobody_collected(portal, lite):
    sent(lite, "6804012", "6804031", 1, days_ago=10)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "s6804012")
        assert "! 1 CTF you sent is not collected" in here.screen
        await pilot.press("s")
        await here.until(pilot, lambda: here.app.screen.current == "download.ctf")
        pane = here.app.screen.pane
        assert pane.tab == "sent"
        await here.until(pilot, "Only over 7 days")
        await here.until(pilot, lambda: pane.table.total == 1)


@pytest.mark.requirement("R-SYS-1")
async def test_each_kind_that_waits_leads_to_its_own_list(portal, lite):
    names = {
        "plasc": ["680PLAS_PLA_6804012_001.XML", "6804012_PLA_680PLAS_001.XML"],
        "admissions": ["680ADMS_ADM_6804012_001.XML", "6804012_ADM_680ADMS_001.XML"],
        "generic": ["680LLLL_6804012_meals.ZIP", "6804012_680LLLL_meals.ZIP"],
    }
    for kind, (came, went) in names.items():
        content = steps.zipped() if kind == "generic" else b"<x/>"
        role = "user" if kind == "generic" else kind
        steps.sent(making.logged_on(lite, role, "680"), lite, Offered(came, content))
        sent_id = steps.sent(making.logged_on(lite, "school", "6804012"), lite, Offered(went, content))
        moment = making.NOW - timedelta(days=12)
        change = Transfer.update(uploaded_at=moment).where(Transfer.id == sent_id)
        lite.store.write(change.execute)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "s6804012")
        for letter, kind, tab in (
            ("g", "generic", "mine"),
            ("p", "plasc", "mine"),
            ("a", "admissions", "mine"),
            ("z", "generic", "sent"),
            ("l", "plasc", "sent"),
            ("n", "admissions", "sent"),
        ):
            await here.app.open("home")
            await pilot.press(letter)
            await here.until(pilot, lambda kind=kind: here.app.screen.current == f"download.{kind}")
            name = names[kind][tab == "sent"]
            await here.until(pilot, name)
            assert here.app.screen.pane.tab == tab


@pytest.mark.requirement("R-SYS-1")
async def test_a_day_on_which_nothing_waits_says_so(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        assert "✓ Nothing waits for you." in here.screen
        assert "Enter open" not in here.foot
        assert "r read again" in here.foot


@pytest.mark.requirement("R-SYS-1")
@pytest.mark.parametrize("source", ["6804012", "6814053"])
async def test_letters_and_enter_go_to_where_it_is_done_with_the_right_list(portal, lite, source):
    sent(lite, "6804012", "680LLLL", 1)
    sent(lite, source, "6804031", 1, days_ago=19)
    sent(lite, source, "6804031", 2, days_ago=3)
    sent(lite, "6804012", "6814053", 1, days_ago=30)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await here.app.open("download.ctf", tab="outgoing", view="collected")
        await here.app.open("home")
        await here.until(pilot, "Needs you")
        await pilot.press("d")
        await here.until(pilot, lambda: here.app.screen.current == "download.ctf")
        assert (here.app.screen.pane.tab, here.app.screen.pane.view) == ("mine", "awaiting")
        await here.app.open("home")
        await here.until(pilot, "Needs you")
        await pilot.press("down", "up", "up", "enter")
        await here.until(pilot, lambda: here.app.screen.current == "download.uncollected")
        await here.until(pilot, "St Woolos")
        pane = here.app.screen.pane
        assert pane.table.total == 1, "as many as Home counts: at its schools, past a week"
        assert "Only at your schools" in here.screen
        await pilot.press("escape")
        await here.until(pilot, lambda: pane.table.total == 4)
        assert "Only at your schools" not in here.screen


@pytest.mark.requirement("R-SYS-1")
async def test_home_is_read_again_when_it_is_visited_again_and_when_asked(portal, lite):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        sent(lite, "6804012", "680LLLL", 1)
        await pilot.press("r")
        await here.until(pilot, "1 CTF waits for you")
        sent(lite, "6804012", "680LLLL", 2)
        await pilot.press("escape", "c", "escape", "h")
        await here.until(pilot, "2 CTFs wait for you")


@pytest.mark.requirement("R-SYS-1")
async def test_the_last_seven_days_are_numbers_and_a_picture_and_each_day_is_named_where_there_is_room(
    portal, lite
):
    for number, days_ago in ((1, 0), (2, 0), (3, 1), (4, 8)):
        sent(lite, "6804012", "6804031", number, days_ago)
    first = sent(lite, "6804012", "680LLLL", 1)
    user = making.logged_on(lite, Role.USER, "680")
    transfers.reject(user, lite, [first], "Not ours")
    here = portal()
    async with here.app.run_test(size=(140, 40)) as pilot:
        await here.log_on(pilot, "680user")
        assert "Wed 18" in here.screen
        assert line_with(here.screen, "sent ").split()[-7:] == ["0", "0", "0", "0", "1", "3", "4"]
        assert "1 rejected · 0 to the Lost Pupil Database" in here.screen
        await pilot.resize_terminal(80, 24)
        await here.until(pilot, lambda: "Wed 18" not in here.screen)
        assert line_with(here.screen, "sent ").split()[-2:] == ["▁▁▁▁▁▃▇", "4"]


@pytest.mark.requirement("R-LOG-6")
async def test_the_last_logon_is_said(portal, lite, clock):
    accounts.log_on(lite, "680user", making.PASSWORD, origin="10.1.4.20")
    clock.forward(days=1)
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        assert "Last logon 24 Nov 2026 10:30 from 10.1.4.20" in here.screen


async def test_at_the_first_logon_there_is_a_welcome_instead(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        assert "This is your first time here. Welcome." in here.screen


async def test_a_database_that_is_gone_is_said_and_r_tries_again(portal, tmp_path):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        with contextlib.closing(sqlite3.connect(tmp_path / "s2s.sqlite")) as raw:
            raw.execute("ALTER TABLE transfer RENAME TO aside")
        await pilot.press("r")
        await here.until(pilot, "✗")
        assert here.app.is_running
        with contextlib.closing(sqlite3.connect(tmp_path / "s2s.sqlite")) as raw:
            raw.execute("ALTER TABLE aside RENAME TO transfer")
        await pilot.press("r")
        await here.until(pilot, "Nothing waits for you.")


async def test_without_utf8_there_are_stand_ins_and_the_same_words(portal, lite):
    sent(lite, "6804012", "6804031", 1, days_ago=19)
    sent(lite, "6804012", "6804031", 2)
    use_plain(True)
    try:
        here = portal()
        async with here.app.run_test(size=SIZE) as pilot:
            await here.log_on(pilot, "680user")
            assert here.screen.isascii()
            assert "! 1 CTF waits at 1 of your schools" in here.screen
    finally:
        use_plain(False)


@pytest.mark.parametrize("role", ROLES)
async def test_home_opens_for_every_role(portal, lite, role):
    here = portal()
    organisation = {Role.WG: "WG", Role.SCHOOL: "6804012"}.get(role, "680")
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, making.username(role, organisation))
        warned = "19 authorities have no active DBA"
        await here.until(pilot, warned if role is Role.WG else "Nothing waits for you.")
        with lite.store.connection():
            assert User.get(User.username == making.username(role, organisation)).last_on_at


def test_every_need_leads_somewhere_and_no_letter_is_used_twice():
    letters = [jump.letter for jump in JUMPS.values()]
    assert len({*letters, "r"}) == len(letters) + 1
    for (what, kind), jump in JUMPS.items():
        entry = find(ENTRIES, jump.entry)
        assert entry is not None
        others = {"uncollected": "ctf.delete", "finds": "matching.finds"}
        others |= {"no-dba": "users.view", "messages": "messages", "user-audit": "useraudit.answer"}
        others |= {"locked": "users.view"}
        assert entry.permission == (others.get(what, f"{kind}.download"),)


@pytest.mark.requirement("R-USR-5")
async def test_home_leads_wg_to_the_authorities_without_a_dba(portal, lite):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "wg")
        await here.until(pilot, "19 authorities have no active DBA")
        await pilot.press("b")
        await here.until(pilot, "! 19 authorities have no active DBA: Blaenau Gwent")
        assert here.app.screen.current == "dba.users"


@pytest.mark.requirement("R-LOG-6")
async def test_home_tells_the_dba_of_an_account_that_is_locked(portal, lite):
    lock = {"key": "user s6804012", "failures": 20, "last_at": making.NOW}
    lite.store.write(lambda: LogonFailure.insert(**lock).execute())
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680dba")
        await here.until(pilot, "1 account is locked: somebody guessed at it")
        await pilot.press("o")
        await here.until(pilot, lambda: here.app.screen.current == "dba.users")
        await here.until(pilot, "s6804012")


@pytest.mark.parametrize("role", ROLES)
def test_no_need_is_without_a_way_to_it(lite, role):
    """Each kind of file, each way it can wait."""
    for source, destination in (("6804012", "6804031"), ("6804012", "680LLLL")):
        sent(lite, source, destination, 1, days_ago=10)
    organisation = {Role.WG: "WG", Role.SCHOOL: "6804012"}.get(role, "680")
    actor = making.logged_on(lite, role, organisation)
    for need in home.overview(actor, lite).needs:
        assert (need.what, need.kind) in JUMPS


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_the_picture_is_as_long_as_the_week_and_higher_for_more(numbers):
    bars = picture(numbers)
    assert len(bars) == len(numbers)
    for number, bar in zip(numbers, bars, strict=True):
        assert (bar == "▁") == (number == 0)
    by_number = [bar for _, bar in sorted(zip(numbers, bars, strict=True))]
    assert by_number == sorted(by_number)


async def test_esc_goes_to_the_menu_and_again_stays_there(portal):
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "680user")
        await pilot.press("escape", "escape", "escape")
        await here.until(pilot, lambda: "jump" in here.foot)
        assert not isinstance(here.app.screen, LogonScreen)
