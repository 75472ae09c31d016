"""Every role through the whole app: the sidebar is what the table allows, and every entry of it opens."""

import making
import pytest

from s2s_tui.rules.roles import ROLES, Role
from s2s_tui.tui.menu_entries import ENTRIES
from s2s_tui.tui.registry import opens, visible, walk
from s2s_tui.tui.widgets.menu import Menu

SIZE = (80, 24)
OWN = "usage,school,cluster,lost-numbers,lost-details,movement"
ALWAYS = {"messaging": "inbox,send,sent,templates,groups", "reports": OWN}
"""Whoever has one of these entries has all that stands under it, unless it says which."""

SHOWN = {
    # written down by hand from the requirements' table of roles, not from the registry
    Role.DBA: (
        "home find dba:users,schools,la,holidays,answers,audit upload:ctf,phase "
        f"download:ctf,uncollected,pupil messaging reports:{OWN},messages"
    ),
    Role.USER: "home find upload:ctf,generic,phase download:ctf,generic,uncollected,pupil messaging reports",
    Role.LA_SCHOOL: (
        "home find upload:ctf,generic,phase download:ctf,generic,uncollected,pupil messaging reports"
    ),
    Role.LOST_PUPIL: (
        "home find upload:generic download:generic lost:search,finds,leaving,batch,kept messaging reports"
    ),
    Role.LOST_PUPIL_TRANSFER: (
        "home find upload:ctf,generic,phase download:ctf,generic,uncollected,pupil "
        "lost:search,finds,leaving,batch,kept "
        "messaging reports"
    ),
    Role.DBA_VIEW: f"home find dba:users,schools,la,holidays,audit reports:{OWN},messages",
    Role.PLASC: "home find upload:generic,plasc download:generic,plasc messaging reports",
    Role.ADMISSIONS: "home find upload:generic,admissions download:generic,admissions messaging reports",
    Role.SCHOOL: (
        "home find upload:ctf,generic,plasc,admissions download:ctf,generic,plasc,admissions,pupil "
        "messaging reports:school"
    ),
    Role.WG: (
        "home find dba:users,schools,la,holidays,rounds,audit,matching lost:finds messaging "
        f"reports:{OWN},messages,national"
    ),
}


def wanted(role):
    ids = []
    for part in SHOWN[role].split():
        entry, _, children = part.partition(":")
        children = children or ALWAYS.get(entry, "")
        ids.append("home.find" if entry == "find" else entry)
        ids += [f"{entry}.{child}" for child in children.split(",") if child]
    return [*ids, "account", "logoff"]


@pytest.mark.requirement("R-LOG-4")
@pytest.mark.parametrize("role", ROLES)
async def test_the_sidebar_shows_exactly_what_the_role_may_do_and_each_entry_opens(portal, role):
    organisation = {Role.WG: "WG", Role.SCHOOL: "6804012"}.get(role, "680")
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, making.username(role, organisation))
        shell = here.app.screen
        assert [item.id for item in shell.query_one(Menu).items] == wanted(role)
        if role is Role.WG:
            assert "Administration" in here.screen
        for entry, _depth in visible(ENTRIES, here.app.session.may):
            if entry.id == "logoff":
                continue
            await here.app.open(entry.id)
            opened = opens(entry, here.app.session.may)
            assert shell.current == opened.id
            await pilot.pause()
            if opened.later:
                assert "This part of the portal comes later." in here.screen
            assert "Something went wrong" not in here.screen, opened.id


@pytest.mark.requirement("R-LOG-4")
@pytest.mark.parametrize("role", ROLES)
async def test_what_the_role_may_not_do_can_not_be_opened_in_another_way(portal, role):
    organisation = {Role.WG: "WG", Role.SCHOOL: "6804012"}.get(role, "680")
    here = portal()
    async with here.app.run_test(size=SIZE) as pilot:
        await here.log_on(pilot, making.username(role, organisation))
        shell = here.app.screen
        hidden = [entry.id for entry in walk(ENTRIES) if entry.id not in wanted(role)]
        assert hidden or role is Role.LOST_PUPIL_TRANSFER
        for entry in hidden:
            await here.app.open(entry)
            assert shell.current == "home"
        titles = {choice.title for choice in shell.choices()}
        assert not any("Lost Pupil" in title for title in titles) or "lost" in SHOWN[role]
