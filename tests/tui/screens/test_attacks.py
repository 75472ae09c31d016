"""The app against those who mean no good: forbidden parts, hostile words, pastes, sizes, a lost session."""

from contextlib import suppress
from datetime import date

import making
import pytest
import steps
from hostile import HOSTILE, harmless
from textual import events
from textual.widgets import Input

from s2s_tui.base.errors import Refused
from s2s_tui.base.text import REPLACEMENT
from s2s_tui.rules.roles import Role
from s2s_tui.services import (
    downloads,
    drafts,
    groups,
    message_sending,
    sessions,
    standing,
    templates,
    transfers,
    user_audit,
)
from s2s_tui.services.drafts import Draft
from s2s_tui.services.reports import holidays, saved
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.search import LookedFor
from s2s_tui.store.models import Authority, Establishment, User, UserAudit
from s2s_tui.tui.menu_entries import ENTRIES
from s2s_tui.tui.registry import visible, walk
from s2s_tui.tui.screens.logon import LogonScreen

SIZE = (80, 24)
EVIL = "\u202egnp\u202c\u009b31m\u200b[red]x[/red]{0}%s"
"""What XML lets through: direction marks, C1 controls, nothing's width, markup."""
ROLES = [
    (Role.SCHOOL, "6804012"),
    pytest.param(Role.LOST_PUPIL_TRANSFER, "680", marks=pytest.mark.slow),
    pytest.param(Role.DBA, "680", marks=pytest.mark.slow),
    pytest.param(Role.WG, "WG", marks=pytest.mark.slow),
]


@pytest.fixture
def evil(lite, tmp_path):
    """The small world with hostile words wherever somebody else may write them."""

    def name() -> None:
        Establishment.update(
            name=f"School {EVIL}\x1b]0;owned\x07", town=EVIL, phone=EVIL, email=EVIL
        ).execute()
        User.update(contact=f"\x1b[2J{EVIL}", last_on_from=f"\x1b[2J{EVIL}").execute()
        Authority.update(name=f"\x1b[2J{EVIL}").execute()

    lite.store.write(name)
    _write_evil(lite)
    sender = making.logged_on(lite, "school", "6804012")
    for number, destination in enumerate(("6804031", "680LLLL", "XXXXXXX", "6814053"), 1):
        child = making.Child(
            making.upn(number),
            f"Llwyd {EVIL}",
            EVIL,
            more=f"<BasicDetails><MiddleNames>{EVIL}</MiddleNames></BasicDetails>",
        )
        steps.sent(sender, lite, making.offered("6804012", destination, 1, [child]))
    back = making.logged_on(lite, "school", "6804031")
    for number, words in enumerate(HOSTILE[:5], 2):
        child = making.Child(making.upn(10 + number), EVIL)
        key = steps.sent(back, lite, making.offered("6804031", "6804012", number, [child]))
        if number % 2:
            downloads.download(sender, lite, [key], tmp_path)
            transfers.reject(sender, lite, [key], f"\x1b[2J{words}")
    return lite


def _write_evil(site) -> None:
    """Hostile words in all that is written: messages, drafts, templates, groups, rounds, what is kept."""
    told = ["6804012", "680/dba", "680/lost-pupil", "wg"]
    sender = making.logged_on(site, "school", "6814053")
    message_sending.send(sender, site, told, f"A {EVIL}\x1b[2J", f"\x1b]0;owned\x07{EVIL}\n" * 3)
    user_audit.open_round(making.logged_on(site, "wg", "WG"), site, "2027", date(2027, 1, 1))
    site.store.write(lambda: UserAudit.update(name=f"R {EVIL}\x1b[2J").execute())
    for role, organisation in (
        ("school", "6804012"),
        ("dba", "680"),
        ("lost-pupil-transfer", "680"),
        ("wg", "WG"),
    ):
        actor = making.logged_on(site, role, organisation)
        message_sending.send(actor, site, ["6814053"], f"B {EVIL}\x9b2J", EVIL)
        drafts.save(actor, site, Draft(("6814053",), f"D {EVIL}\x1b[2J", EVIL))
        saved.save(actor, site, f"K {EVIL}\x1b[2J", "school", Wanted())
        with suppress(Refused):  # a colleague of the same organisation has it already
            templates.add(actor, site, f"T {EVIL}\x1b[2J", f"{EVIL}\x1b[2J", f"{EVIL}\x1b[2J")
            groups.add(actor, site, f"G {EVIL}\x1b[2J", ["6814053"])
        if role == "dba":
            holidays.add(actor, site, "1.1.2027", "", f"H {EVIL}\x1b[2J")
        if role == "lost-pupil-transfer":
            standing.keep(actor, site, LookedFor(surname=f"S {EVIL}\x1b[2J", town=f"{EVIL}\x1b[2J"))


@pytest.mark.requirement("R-LOG-4")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
async def test_what_a_role_may_not_open_does_not_open_by_its_name(portal, role):
    organisation = {Role.WG: "WG", Role.SCHOOL: "6804012"}.get(role, "680")
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, making.username(role, organisation))
        shell = here.app.screen
        before = shell.current
        allowed = {entry.id for entry, _depth in visible(ENTRIES, here.app.session.may)}
        strange = [entry.id for entry in walk(ENTRIES) if entry.id not in allowed]
        for entry_id in [*strange, "", "nothing", "../home", "\x1b[2J", "pane-home", "lost.search.x"]:
            await here.app.open(entry_id)
            await pilot.pause()
            assert shell.current == before, entry_id


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize(("role", "organisation"), ROLES)
async def test_no_words_of_others_act_on_the_terminal_in_any_part(portal, evil, role, organisation):
    here = portal(evil)
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, making.username(role, organisation))
        replaced = 0
        for entry, _depth in visible(ENTRIES, here.app.session.may):
            if entry.id == "logoff":
                continue
            # The finder shows nothing before something is typed; every role has it.
            await here.app.open(entry.id, **({"text": "School"} if entry.id.endswith("find") else {}))
            if entry.id.endswith("find"):
                await here.until(pilot, REPLACEMENT)
            await pilot.pause(0.05)
            replaced += REPLACEMENT in here.screen
            assert harmless(here.screen), entry.id
            for key in ("enter", "down", "f1", "escape", "ctrl+p", "escape"):
                await pilot.press(key)
                await pilot.pause()
                assert harmless(here.screen), (entry.id, key)
            assert "Something went wrong" not in here.screen, entry.id
        assert replaced, "the hostile words are shown somewhere"


@pytest.mark.parametrize(("role", "organisation"), ROLES[:2])
async def test_no_size_of_the_terminal_breaks_a_part(portal, evil, role, organisation):
    here = portal(evil)
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, making.username(role, organisation))
        for entry, _depth in visible(ENTRIES, here.app.session.may):
            if entry.id == "logoff":
                continue
            await here.app.open(entry.id)
            for size in ((1, 1), (2, 40), (200, 1), (20, 6), (300, 90), SIZE):
                await pilot.resize_terminal(*size)
                await pilot.press("down", "tab")
            assert "Something went wrong" not in here.screen, entry.id
            assert here.app.is_running


@pytest.mark.parametrize(("role", "organisation"), ROLES[:2])
async def test_a_paste_of_anything_into_any_field_breaks_nothing(portal, evil, role, organisation):
    bomb = "\x1b[2J\x00\n" + EVIL * 3 + "\r\n" + "x" * 100_000 + "\ud800"
    here = portal(evil)
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, making.username(role, organisation))
        for entry, _depth in visible(ENTRIES, here.app.session.may):
            if entry.id in ("logoff", "account"):
                continue
            await here.app.open(entry.id)
            await pilot.pause()
            for field in list(here.app.screen.pane.query(Input)):
                if not field.focusable:
                    continue
                field.focus()
                await pilot.pause()
                field.post_message(events.Paste(bomb))
                await pilot.press("enter")
                await pilot.pause(0.05)
                assert harmless(here.screen), entry.id
                assert "Something went wrong" not in here.screen, entry.id
            await pilot.press("escape", "escape")
        assert here.app.is_running


@pytest.mark.requirement("R-LOG-6")
async def test_who_is_taken_away_sees_no_further_page_of_an_open_list(portal, evil):
    here = portal(evil)
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, "s6804012")
        await here.app.open("download.ctf")
        await here.until(pilot, "6804031_CTF_6804012")
        evil.store.write(lambda: sessions.end_sessions(evil, "s6804012", "deleted"))
        await pilot.press("f5")
        await here.until(pilot, lambda: isinstance(here.app.screen, LogonScreen))
        await here.until(pilot, "This account can't be used any more")
        assert "6804031_CTF_6804012" not in here.screen
