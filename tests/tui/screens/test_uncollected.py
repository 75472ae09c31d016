"""Uncollected: files that nobody collects, deleted, passed on or asked about (R-DWN-5)."""

import sys
from pathlib import Path

import making
import pytest
from making import Child

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, asked, harmless, opened, settled, typed, until

from s2s_tui.rules.roles import ROLES, Role, may
from s2s_tui.services import templates, transfers, uncollected, uploads
from s2s_tui.store.models import AuditEntry, Establishment, Mail, Message, Pupil, Transfer
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens.picking import PickOne
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.screens.uncollected import UncollectedPane
from s2s_tui.tui.shell import Shell

GLAN, WOOLOS, RINGLAND, BRO, MON = "6804012", "6804031", "6802310", "6814053", "6604025"


def send(site, source, destination, number=1, children=(), ago=0):
    """A file that was sent some days ago; gives its id."""
    site.clock.forward(days=-ago)
    sender = making.logged_on(site, "school", source)
    receipt = uploads.upload(sender, site, making.offered(source, destination, number, children))
    site.clock.forward(days=ago)
    assert receipt.status == "sent", receipt
    return receipt.id


def one(serial, surname="Llwyd"):
    return [Child(making.upn(serial), surname)]


def hosted(site, role="user", organisation="680"):
    actor = making.logged_on(site, role, organisation)
    return Host(site, actor, UncollectedPane, "download.uncollected", "Uncollected")


async def listed(pilot):
    pane = await opened(pilot)
    await until(pilot, lambda: pane.source is not None and pane._counts)
    await settled(pilot)
    return pane


def state(site, transfer_id):
    with site.store.connection():
        row = Transfer.get_by_id(transfer_id)
        return row.state, row.state_by, row.state_reason


def mails(site, about):
    with site.store.connection():
        return sorted(mail.recipient for mail in Mail.select().where(Mail.about == about))


# The list


@pytest.mark.requirement("R-DWN-5")
async def test_each_file_stands_with_its_pupils_their_upn_and_birth_dates_and_its_age(lite, seen):
    send(lite, GLAN, WOOLOS, 1, [Child(making.upn(1), "Price", "Rhys"), Child(making.upn(2), "Wyn")], ago=42)
    send(lite, GLAN, BRO, 2, one(3, "Begum"), ago=61)
    send(lite, BRO, RINGLAND, 3, one(4, "Davies"), ago=8)
    send(lite, RINGLAND, "680LLLL", 4, one(5, "Jones"))
    send(lite, BRO, MON, 5, one(6, "Elsewhere"), ago=70)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        rows = [row.cells for row in pane.source.page(0, 9, "", False)]
        assert [(row[0], row[2], row[3], row[4], row[5], row[7]) for row in rows] == [
            (BRO, "Begum, Siân", "", making.upn(3), "19.08.2016", "61!!"),
            (WOOLOS, "Price, Rhys", "+1", making.upn(1), "19.08.2016", "42!"),
            (RINGLAND, "Davies, Siân", "", making.upn(4), "19.08.2016", "8"),
            ("680LLLL", "Jones, Siân", "", making.upn(5), "19.08.2016", "0"),
        ]
        for said in ("Begum", making.upn(3), "19.08.2016", "61!!", "▸All 4 │ over 7 days 3"):
            assert said in seen(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Wyn, Siân · 19.08.2016" in seen(app))
        assert "Price, Rhys · 19.08.2016" in seen(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is pane.table)
    with lite.store.connection():
        assert AuditEntry.select().where(AuditEntry.action == "list-pupils").exists()


async def test_a_list_without_files_says_so(lite, seen):
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        assert "Nothing waits: every file has been collected." in seen(app)
        await pilot.press("x", "f", "c", "enter", "o")
        await until(pilot, lambda: "No file like that waits." in seen(app))


@pytest.mark.requirement("R-DWN-5")
async def test_o_narrows_by_age_slash_by_school_and_esc_shows_all(lite, seen):
    send(lite, GLAN, WOOLOS, 1, one(1), ago=8)
    send(lite, GLAN, BRO, 2, one(2), ago=31)
    send(lite, GLAN, BRO, 3, one(3), ago=61)
    send(lite, GLAN, BRO, 4, one(4))
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        for days, left in ((7, 3), (30, 2), (60, 1), (0, 4)):
            await pilot.press("o")
            await until(
                pilot,
                lambda days=days, left=left: (pane.days, pane.table.total) == (days, left) and pane.here,
            )
        await pilot.press("slash")
        await asked(pilot, "File, school or number")
        app.focused.value = "st woolos"
        await pilot.press("enter")
        await until(pilot, lambda: "All 1 │ over 7 days 1 │ over 30 days 0" in seen(app))
        assert "Only with “st woolos”" in seen(app)
        await pilot.press("escape")
        await until(pilot, lambda: pane.table.total == 4)


# Deleting


@pytest.mark.requirement("R-DWN-5")
async def test_x_asks_then_why_and_the_sender_is_told(lite):
    first = send(lite, GLAN, WOOLOS, 1, one(1), ago=40)
    second = send(lite, GLAN, BRO, 2, one(2), ago=9)
    third = send(lite, GLAN, BRO, 3, one(3))
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("space", "space")
        await until(pilot, lambda: len(pane.table.marked) == 2)
        await pilot.press("x")
        await asked(pilot, "Delete 2 files? Their senders are told. y/n")
        await pilot.press("n", "x")
        await asked(pilot, "Delete 2 files? Their")
        await pilot.press("y")
        await asked(pilot, "Delete 2 files. Why")
        await pilot.press("escape", "x")
        await asked(pilot, "Delete 2 files? Their")
        await pilot.press("y")
        await asked(pilot, "Delete 2 files. Why")
        await pilot.press("enter")
        await until(pilot, lambda: "Give a reason" in app.said)
        assert state(lite, first)[0] == "awaiting"
        await typed(pilot, "moved on [/]")
        await until(pilot, lambda: app.said == "2 deleted; their senders are told.")
        await until(pilot, lambda: pane.table.total == 1)
        assert not pane.table.marked
    assert state(lite, first) == ("deleted", "680user", "moved on [/]")
    assert state(lite, second)[0] == "deleted"
    assert state(lite, third)[0] == "awaiting"
    assert f"office@s{GLAN}.example" in mails(lite, "deleted")


async def test_what_a_colleague_dealt_with_first_is_said_and_the_rest_is_done(lite, seen):
    first = send(lite, GLAN, WOOLOS, 1, one(1), ago=40)
    second = send(lite, GLAN, BRO, 2, one(2), ago=9)
    third = send(lite, GLAN, BRO, 3, one(3))
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("ctrl+a")
        await until(pilot, lambda: len(pane.table.marked) == 3)
        colleague = making.logged_on(lite, "dba", "680")
        uncollected.delete(colleague, lite, [first, second], "mine")
        await pilot.press("x")
        await asked(pilot, "Delete 3 files? Their")
        await pilot.press("y")
        await asked(pilot, "Delete 3 files. Why")
        await typed(pilot, "old")
        await until(pilot, lambda: app.said == "1 deleted; its sender is told. 2 were refused.")
        assert "680dba" in seen(app)
        assert seen(app).count("✗") >= 2
        await pilot.press("escape")
        await until(pilot, lambda: "Nothing waits" in seen(app))
    assert state(lite, third)[0] == "deleted"


# Chasing


@pytest.mark.requirement("R-DWN-5")
async def test_c_asks_the_schools_once_each_and_says_who_has_no_address(lite, seen):
    for number, destination in enumerate((WOOLOS, WOOLOS, BRO, RINGLAND), 1):
        send(lite, GLAN, destination, number, one(number), ago=number)
    send(lite, GLAN, "680LLLL", 9, one(9))
    lite.store.write(lambda: Establishment.update(email="").where(Establishment.number == BRO).execute())
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("ctrl+a")
        await until(pilot, lambda: len(pane.table.marked) == 5)
        await pilot.press("c")
        await asked(pilot, "Ask 3 schools to collect 4 files? y/n")
        await pilot.press("n", "c")
        await asked(pilot, "Ask 3 schools to collect 4 files? y/n")
        await pilot.press("y")
        await until(pilot, lambda: "3 schools were asked to collect 4 files." in app.said)
        assert "1 waits at your authority itself." in app.said
        assert f"No e-mail address is held of {BRO} Ysgol Bro Glan." in app.said
        await until(pilot, lambda: pane.here is not None and pane.here.chased is not None)
        assert "Asked to collect it on 24 Nov 2026" in seen(app)
        assert "by 680user" in seen(app)
        await pilot.press("ctrl+a")
        await until(pilot, lambda: len(pane.table.marked) == 5)
        await pilot.press("c")
        await asked(pilot, "4 were asked about this week.")
        await pilot.press("n")
    assert mails(lite, "chased") == [f"office@s{RINGLAND}.example", f"office@s{WOOLOS}.example"]


@pytest.mark.requirement("R-DWN-5", "R-MSG-4")
async def test_c_lets_choose_among_the_authoritys_templates_and_shows_what_goes_before_it_goes(lite, seen):
    send(lite, GLAN, WOOLOS, 1, one(1), ago=40)
    clerk = making.logged_on(lite, "user", "680")
    templates.add(clerk, lite, "Chase [/]", "From {la}", "Dear {school}\n{files}\nDiolch [/]")
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, PickOne) and app.screen.table.total == 2)
        assert "Files waiting" in seen(app)
        await pilot.press("escape", "c")
        await until(pilot, lambda: isinstance(app.screen, PickOne) and app.screen.table.total == 2)
        await pilot.press("down", "enter")
        await asked(pilot, "Ask 1 school to collect 1 file? y/n")
        for said in (f"To {WOOLOS} St Woolos High", "From Newport", "Dear St Woolos High", "Diolch [/]"):
            assert said in seen(app)
        await pilot.press("n")
        await until(pilot, lambda: app.focused is pane.table and not pane.is_held)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, PickOne) and app.screen.table.total == 2)
        app.screen.field.value = "chase"
        await pilot.press("enter")
        await asked(pilot, "Ask 1 school to collect 1 file? y/n")
        await pilot.press("y")
        await until(pilot, lambda: app.said == "1 school was asked to collect 1 file.")
    with lite.store.connection():
        (message,) = Message.select()
    assert message.text == f"Dear St Woolos High\n{GLAN}_CTF_{WOOLOS}_001.XML (40 d)\nDiolch [/]"


async def test_nobody_is_asked_when_a_file_was_collected_meanwhile_and_the_list_is_read_again(lite):
    first = send(lite, GLAN, WOOLOS, 1, one(1), ago=40)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        await pilot.press("c")
        await asked(pilot, "Ask 1 school to collect 1 file?")
        transfers.reject(making.logged_on(lite, "school", WOOLOS), lite, [first], "not ours")
        await pilot.press("y")
        await until(pilot, lambda: "nobody was asked anything" in app.said)
        await until(pilot, lambda: pane.table.total == 0)
    assert mails(lite, "chased") == []


# Forwarding


async def choose(pilot, text):
    await until(
        pilot, lambda: isinstance(pilot.app.screen, SchoolFinder) and pilot.app.screen._shown is not None
    )
    pilot.app.focused.value = text
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, Shell))


@pytest.mark.requirement("R-UPL-5")
async def test_f_passes_on_what_was_sent_to_the_authority_itself(lite, seen):
    ours = send(lite, GLAN, "680LLLL", 1, one(1), ago=9)
    send(lite, GLAN, WOOLOS, 2, one(2))
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        pane = await listed(pilot)
        assert "f forward" in seen(app)
        assert "c chase" not in seen(app)
        await pilot.press("f")
        await choose(pilot, MON)
        await asked(pilot, f"Send 1 file to {MON} Ysgol Uwchradd Môn? y/n")
        await pilot.press("y")
        await until(
            pilot, lambda: app.said == f"1 passed on to {MON} Ysgol Uwchradd Môn, e-mails on their way."
        )
        await until(pilot, lambda: pane.here is not None and pane.here.destination == WOOLOS)
        assert "f forward" not in seen(app)
        await pilot.press("space", "f")
        await pilot.pause()
        assert isinstance(app.screen, Shell)
    assert state(lite, ours)[0] == "collected"
    with lite.store.connection():
        sent = Transfer.get(Transfer.forwarded_from == ours)
        assert (sent.destination, sent.name) == (MON, f"{GLAN}_CTF_{MON}_001.XML")


async def test_a_file_on_its_way_back_to_the_school_that_sent_it_is_said_to_be(lite):
    ours = [send(lite, GLAN, "680LLLL", 1, one(1), ago=9), send(lite, WOOLOS, "680LLLL", 1, one(2), ago=8)]
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        for marks, said in (
            ((), "That school sent it. Send 1 file to"),
            (("space", "space"), "1 was sent by that school. Send 2 files to"),
        ):
            await pilot.press(*marks, "f")
            await choose(pilot, GLAN)
            await asked(pilot, said)
            await pilot.press("n")
            await pilot.pause()
    assert [state(lite, each)[0] for each in ours] == ["awaiting", "awaiting"]


async def test_a_forward_that_is_refused_says_why_and_changes_nothing(lite):
    ours = send(lite, GLAN, "680LLLL", 1, one(1), ago=9)
    app = hosted(lite)
    async with app.run_test(size=NARROW) as pilot:
        await listed(pilot)
        await pilot.press("f")
        await choose(pilot, MON)
        await asked(pilot, "Send 1 file")
        inactive = Establishment.update(active=False).where(Establishment.number == MON)
        lite.store.write(lambda: inactive.execute())
        await pilot.press("y")
        await until(pilot, lambda: "inactive" in app.said)
    assert state(lite, ours)[0] == "awaiting"


# Who may, hostile text


@pytest.mark.parametrize("role", ROLES)
async def test_only_roles_that_may_delete_see_anything(lite, role):
    organisation = {Role.SCHOOL: GLAN, Role.WG: "WG"}.get(role, "680")
    send(lite, GLAN, WOOLOS, 1, one(1), ago=9)
    app = hosted(lite, role, organisation)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        if may(app.actor, "ctf.delete"):
            await listed(pilot)
            await until(pilot, lambda: {"delete", "chase"} <= {action.id for action in pane.offered()})
            return
        await until(pilot, lambda: app.said != "")
        assert pane.offered() == []
        assert pane.table.total == 0


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
async def test_hostile_pupils_schools_and_reasons_are_shown_literally(lite, seen, size):
    for number, text in enumerate(HOSTILE, 1):
        transfer = send(lite, GLAN, WOOLOS, number, one(number), ago=number)
        wanted = Pupil.transfer == transfer
        lite.store.write(
            lambda text=text, wanted=wanted: Pupil.update(surname=text, forename=text).where(wanted).execute()
        )
    name = "[/] \x1b[31m\u202e[@click=app.quit]x[/]"
    lite.store.write(lambda: Establishment.update(name=name).where(Establishment.number == WOOLOS).execute())
    app = hosted(lite)
    async with app.run_test(size=size) as pilot:
        pane = await listed(pilot)
        for _ in HOSTILE:
            harmless(seen(app))
            await pilot.press("down")
            await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        harmless(seen(app))
        await pilot.press("escape", "slash")
        await asked(pilot, "File, school")
        app.focused.value = HOSTILE[4]
        await pilot.press("enter")
        await until(pilot, lambda: pane.table.total == 0)
        harmless(seen(app))
    assert not (lite.settings.home / "errors.log").exists()


def test_no_key_of_the_screen_is_taken_twice_or_dead():
    assert clashes(UncollectedPane.all_actions()) == []


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
def test_how_it_looks(lite, snap_compare, size):
    for number, (source, destination, ago) in enumerate(
        [(GLAN, WOOLOS, 42), (BRO, RINGLAND, 65), (GLAN, BRO, 9), (RINGLAND, "680LLLL", 2)], 1
    ):
        children = [Child(making.upn(30 * number + n), f"Price {n}") for n in range(number * 7 % 20 + 1)]
        children = children[: 1 if number % 2 else None]
        transfer = send(lite, source, destination, number, children, ago)
        if number == 1:
            uncollected.chase(making.logged_on(lite, "dba", "680"), lite, [transfer])

    async def before(pilot):
        await listed(pilot)
        await pilot.press("down", "space")
        await pilot.pause()

    assert snap_compare(hosted(lite), terminal_size=size, run_before=before)
