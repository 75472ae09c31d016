"""Lost Pupil › Search: looking, downloading, forwarding, keeping, by keys (R-LPD-1 to 6, 9, 10)."""

import sys
import threading
from dataclasses import replace
from pathlib import Path

import making
import pytest
from textual import events
from waiting import LONG

sys.path.insert(0, str(Path(__file__).parent))
from looking import lose
from one_pane import HOSTILE, NARROW, WIDE, Host, asked, harmless, opened, plain, typed, until

from s2s_tui.rules.roles import ROLES, may
from s2s_tui.services import search, standing
from s2s_tui.services.search import LookedFor
from s2s_tui.store.models import AuditEntry, LostPupil, StandingSearch
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens.folders import FolderPicker
from s2s_tui.tui.screens.lost import LostSearchPane
from s2s_tui.tui.screens.lost_fields import SearchFields, Tick
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.shell import Shell

RHYS = {"surname": "Llewellyn", "forename": "Rhys", "born": "2014-03-12", "sex": "M", "town": "Llanelli"}


@pytest.fixture
def saved(tmp_path):
    """Where downloads go."""
    folder = tmp_path / "saved"
    folder.mkdir()
    return folder


@pytest.fixture
def here(lite, saved):
    """The small world with four lost pupils, the first one Rhys."""
    lose(lite, 1, **RHYS, former="Price", middle="Iwan")
    lose(lite, 2, surname="Llewelyn", forename="Reece", born="2011-12-03", sex="M", town="Swansea")
    lose(lite, 3, surname="Jones", forename="Ann", born="2015-01-01")
    lose(lite, 4, surname="Jones", forename="Huw", born="2016-02-02")
    return replace(lite, settings=replace(lite.settings, folder=str(saved)))


def hosted(site, role="lost-pupil-transfer", organisation="681"):
    actor = making.logged_on(site, role, organisation)
    return Host(site, actor, LostSearchPane, "lost.search", "Search")


async def fill(pilot, **looked):
    """Type into the fields."""
    pane = pilot.app.pane
    for name, text in looked.items():
        field = pane.query_one(f"#{name}")
        pilot.app.screen.set_focus(field)
        field.value = ""
        await pilot.press(*("space" if c == " " else "slash" if c == "/" else c for c in text))


async def look(pilot, **looked):
    """Type, Enter, and wait for what it finds."""
    pane = pilot.app.pane
    before = pane.found
    await fill(pilot, **looked)
    await pilot.press("enter")
    await until(pilot, lambda: pane.found is not before)
    await until(pilot, lambda: not pane.table.busy)
    return pane


async def save_here(pilot):
    await until(pilot, lambda: isinstance(pilot.app.screen, FolderPicker) and pilot.app.has_rows)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, Shell))


def record(site, number=1):
    with site.store.connection():
        return LostPupil.get(LostPupil.upn == making.upn(number))


def audit(site, action):
    with site.store.connection():
        return [row.subject for row in AuditEntry.select().where(AuditEntry.action == action)]


# Looking


@pytest.mark.requirement("R-LPD-5")
async def test_enter_finds_and_says_why(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        pane = await look(pilot, surname="Lewelyn", forename="Reece", dob="3/12/2014", town="Llanelli")
        assert app.focused is pane.table
        screen = plain(app)
        lines = screen.splitlines()
        assert "~Llewellyn" in screen
        assert "~12.03.2014" in screen
        assert "=Llanelli" in screen
        assert any("✗Swansea" in line for line in lines)
        assert "surname sounds alike" in screen
        assert "Why" in screen
        assert "Former surname" in screen
        assert "Price" in screen
        assert app.said.startswith("2 of 4 records, in ")
        await pilot.press("down")
        await until(pilot, lambda: pane.hit is not None and pane.hit.record.surname == "Llewelyn")
        assert "town differs: Llanelli / Swansea" in " ".join(plain(app).split()).replace(" │ ", " ")


@pytest.mark.requirement("R-LPD-2")
async def test_enter_on_a_record_shows_all_of_it_and_that_is_on_record(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        pane = await look(pilot, surname="Llewellyn", forename="Rhys")
        await pilot.press("enter")
        await until(pilot, lambda: pane.beside.is_open)
        screen = plain(app)
        for part in ("Rhys Iwan Llewellyn", "LA: 680", "6804012", "24 Nov 2026", "Price", "Why"):
            assert part in screen, part
        await pilot.press("escape")
        assert not pane.beside.is_open
        assert app.focused is pane.table
        await pilot.press("escape")
        assert isinstance(app.focused.parent.parent, SearchFields)
    assert audit(here, "lost-show") == [making.upn(1)]


@pytest.mark.requirement("R-LPD-1")
async def test_surname_begins_is_exact(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        pane = await look(pilot, surname="jônes")
        assert len(pane.found.hits) == 2
        assert "2 fit equally well: add a date of birth." in app.said
        before = pane.found
        await pilot.press("b")
        await until(pilot, lambda: pane.found is not before)
        assert {hit.record.surname for hit in pane.found.hits} == {"Jones"}
        assert pane.query_one(Tick).on
        pane = await look(pilot, surname="Jone")
        assert len(pane.found.hits) == 2
        pane = await look(pilot, surname="ones")
        assert pane.found.hits == ()
        assert "Untick “Surname begins”" in plain(app)


@pytest.mark.requirement("R-LPD-1")
async def test_what_comes_over_a_slow_line_in_one_burst_stands_in_the_fields_it_was_typed_for(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await until(pilot, lambda: app.focused is not None and app.focused.id == "surname")
        # From field to field, the box last: nothing that is typed may get lost in it.
        words = ("tab", *"ann", "tab", *"2014", "tab", "f", "tab", *"Caerfyrddin", "shift+tab", "backspace")
        for key in (*"jones", *words, *["shift+tab"] * 3, "backspace", *["tab"] * 6, "space", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else " " if key == "space" else None))
        await until(pilot, lambda: app.pane.found is not None)
        assert app.pane.looked == LookedFor(
            surname="jone", forename="ann", dob="2014", town="Caerfyrddin", begins=True
        )
        # What is longer than its field is read from its start.
        assert "Town Caerfyrd" in plain(app)


@pytest.mark.requirement("R-LPD-1")
async def test_the_box_is_ticked_with_space_and_the_list_is_sorted_with_s(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await fill(pilot, surname="jones")
        await pilot.press(*["tab"] * 6)
        assert isinstance(app.focused, Tick)
        await pilot.press("space", "enter")
        pane = app.pane
        await until(pilot, lambda: pane.found is not None and not pane.table.busy)
        assert pane.looked == LookedFor(surname="jones", begins=True)
        app.screen.set_focus(pane.table)
        while pane.table.sort != "born":
            await pilot.press("s")
            await until(pilot, lambda: not pane.table.busy)
        assert [pane.table.pages.row(n).cells[2].strip() for n in (0, 1)] == ["Ann", "Huw"]
        await pilot.press("s")
        await until(pilot, lambda: not pane.table.busy and pane.table.descending)
        assert [pane.table.pages.row(n).cells[2].strip() for n in (0, 1)] == ["Huw", "Ann"]
        # Asked otherwise of the same pupil it stays so; for another the likeliest stands first again.
        await pilot.press("h")
        await until(pilot, lambda: pane.resolved and not pane.table.busy)
        assert (pane.table.sort, pane.table.descending) == ("born", True)
        pane = await look(pilot, surname="llew", forename="rhys")
        assert (pane.table.sort, pane.table.descending) == ("score", True)
        await until(pilot, lambda: "%▼" in plain(app))


@pytest.mark.requirement("R-LPD-6")
async def test_a_search_that_found_nobody_says_what_to_try_and_can_be_kept(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        pane = await look(pilot, surname="Zzyzx", forename="Qq")
        screen = plain(app)
        assert "Nobody like that. What to try:" in screen
        assert "keep search" in screen
        await pilot.press("k")
        await until(pilot, lambda: app.said.startswith("Kept."))
        assert "keep search" not in plain(app)
        await look(pilot, surname="Llewellyn", forename="Rhys", dob="12/3/2014")
        assert not pane._is_worth_keeping()
    with here.store.connection():
        assert [row.organisation for row in StandingSearch.select()] == ["681"]


@pytest.mark.requirement("R-LPD-1")
async def test_new_empties_fields_and_list(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        pane = await look(pilot, surname="Jones", forename="Ann", gender="F", upn=making.upn(3))
        await pilot.press("n")
        await until(pilot, lambda: not pane.table.busy and pane.table.total == 0)
        assert pane.fields.looked == LookedFor()
        assert app.focused is pane.query_one("#surname")
        await pilot.press("n")
        assert pane.fields.looked.surname == "n", "in a field a letter is a letter"


# Wrong input


@pytest.mark.requirement("R-LPD-1")
@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        ("dob", "30/2/2014", "There is no such day as “30/2/2014”."),
        ("dob", "soon", "is no date"),
        ("upn", making.upn(1) + "X", "A UPN has 13 characters"),
        ("surname", "x" * 500, "Type at most 100 characters."),
        ("gender", "?", "Type M or F"),
        ("forename", "...", "Type a name"),
    ],
)
async def test_wrong_input_gets_a_word_beside_its_field(here, field, text, word):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        app.screen.set_focus(pane.query_one(f"#{field}"))
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: app.said != "")
        pane.query_one(f"#{field}").value = text
        app.screen.set_focus(pane.query_one("#town"))
        await until(pilot, lambda: word in plain(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is pane.query_one(f"#{field}"))
        screen = plain(app)
        assert "✗" in screen
        assert pane.found is None
        assert app.said == "", "what was said of an earlier try is past"
        await pilot.press("end", "backspace")
        await until(pilot, lambda: word not in plain(app))
    assert audit(here, "lost-search") == []


@pytest.mark.parametrize("text", ["", "   "])
async def test_nothing_typed_is_said(here, text):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        pane.query_one("#surname").value = text
        app.screen.set_focus(pane.query_one("#surname"))
        await pilot.press("enter")
        await until(pilot, lambda: "at least one thing" in app.said)


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_text_is_shown_literally(lite):
    kinds = [text for text in HOSTILE if not any(ord(c) < 32 for c in text)]
    for number, text in enumerate(kinds, 1):
        lose(lite, number, surname=f"Jones{text}"[:60], forename=text[:60], town=text[:60])
    app = hosted(lite)
    async with app.run_test(size=WIDE) as pilot:
        pane = await opened(pilot)
        for text in HOSTILE:
            pane.query_one("#town").value = f"a{text}"[:90]
            await look(pilot, surname="Jones")
            harmless(plain(app))
            await pilot.press("enter")
            await pilot.pause()
            harmless(plain(app))
            await pilot.press("escape")
        pane = await look(pilot, surname="'; DROP TABLE lost_pupil; --")
        harmless(plain(app))
    assert record(lite).state == "lost"


# Acting


@pytest.mark.requirement("R-LPD-3")
async def test_a_download_asks_for_the_tick_saves_and_a_yes_resolves(here, saved):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        pane = await look(pilot, surname="Llewellyn", forename="Rhys", dob="12/3/2014")
        await pilot.press("d")
        await asked(pilot, "that Rhys is on roll at a school of yours?")
        await pilot.press("n")
        await until(pilot, lambda: "make sure" in app.said)
        await pilot.press("d")
        await asked(pilot, "on roll")
        await pilot.press("y")
        await save_here(pilot)
        await asked(pilot, "Downloaded correctly?")
        assert record(here).state == "lost"
        await pilot.press("n")
        await until(pilot, lambda: "Not confirmed" in app.said)
        assert app.focused is pane.table
        assert pane.hit.record.surname == "Llewellyn", "No goes back to the results"
        (saved / "6804012_CTF_XXXXXXX_001.XML").unlink()
        await pilot.press("d")
        await asked(pilot, "on roll")
        await pilot.press("y")
        await save_here(pilot)
        await asked(pilot, "Downloaded correctly?")
        await pilot.press("y")
        await until(pilot, lambda: "resolved, LA 680 is told" in app.said)
        assert "Rhys" not in [hit.record.forename for hit in pane.found.hits]
    assert record(here).state == "downloaded"
    assert b"Llewellyn" in (saved / "6804012_CTF_XXXXXXX_001.XML").read_bytes()


@pytest.mark.requirement("R-LPD-3")
async def test_a_file_that_is_there_already_is_asked_for_another_folder(here, saved):
    (saved / "6804012_CTF_XXXXXXX_001.XML").write_text("mine")
    (saved / "sub").mkdir()
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await look(pilot, surname="Llewellyn", forename="Rhys")
        await pilot.press("d")
        await asked(pilot, "on roll")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, FolderPicker) and app.has_rows)
        await pilot.press("enter")
        await until(pilot, lambda: "exists already" in plain(app))
        await until(pilot, lambda: app.has_rows)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: app.screen.folder == saved / "sub" and app.has_rows)
        await pilot.press("home", "enter")
        await asked(pilot, "Downloaded correctly?")
        await pilot.press("y")
        await until(pilot, lambda: "resolved" in app.said)
    assert (saved / "6804012_CTF_XXXXXXX_001.XML").read_text() == "mine"


@pytest.mark.requirement("R-LPD-4")
async def test_forward_is_one_step_to_a_school_of_the_own_authority(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        pane = await look(pilot, surname="Llewellyn", forename="Rhys")
        await pilot.press("f")
        await asked(pilot, "on roll")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, SchoolFinder) and app.has_rows)
        assert {row.key for row in map(app.table.pages.row, range(app.table.total))} == {"6814053", "6814060"}
        await pilot.press("enter")
        await asked(pilot, "Send the file of Rhys Llewellyn to 6814053 Ysgol Bro Glan?")
        await pilot.press("y")
        await until(pilot, lambda: "Sent to 6814053" in app.said)
        assert "Rhys" not in [hit.record.forename for hit in pane.found.hits]
        before = pane.found
        await pilot.press("h")
        await until(pilot, lambda: pane.found is not before and not pane.table.busy)
        assert "resolved" in plain(app)
        assert "forwarded to a school" in plain(app)
        assert "by LA 681." in plain(app)
        await pilot.press("p")
        await asked(pilot, "Was Rhys Llewellyn forwarded by mistake?")
        await pilot.press("y")
        await until(pilot, lambda: "is at 6814053 still. Recall it" in app.said)
    assert record(here).state == "forwarded"


@pytest.mark.requirement("R-LPD-4")
async def test_a_school_of_another_authority_is_refused_in_words(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await look(pilot, surname="Llewellyn", forename="Rhys")
        await pilot.press("f")
        await asked(pilot, "on roll")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, SchoolFinder) and app.has_rows)
        await pilot.press(*"6804031")
        await until(pilot, lambda: app.table.row is not None and app.table.row.key == "6804031")
        await pilot.press("enter")
        await asked(pilot, "6804031")
        await pilot.press("y")
        await until(pilot, lambda: "is no school of your authority" in app.said)
    assert record(here).state == "lost"


@pytest.mark.requirement("R-LPD-10")
async def test_a_mistaken_download_is_put_back(here, saved):
    from s2s_tui.services import lost

    app = hosted(here)
    mine = record(here).id
    lost.download(app.actor, here, mine, saved, on_roll=True)
    lost.confirm(app.actor, here, mine)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await fill(pilot, surname="Llewellyn", forename="Rhys")
        await pilot.press("down")
        app.screen.set_focus(pane.table)
        await pilot.press("h")
        app.screen.set_focus(pane.query_one("#surname"))
        await pilot.press("enter")
        await until(pilot, lambda: pane.hit is not None)
        assert pane.hit.record.id == mine
        await pilot.press("p")
        await asked(pilot, "by mistake")
        await pilot.press("y")
        await until(pilot, lambda: "among the lost again" in app.said)
    assert record(here).state == "lost"


@pytest.mark.requirement("R-LPD-9")
async def test_ones_own_schools_record_is_removed_with_a_reason_and_no_others(here):
    app = hosted(here, organisation="680")
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        pane = await look(pilot, surname="Llewellyn", forename="Rhys")
        await pilot.press("x")
        await until(pilot, lambda: "Remove Rhys Llewellyn" in plain(app))
        await typed(pilot, "Destination known")
        await asked(pilot, "Remove Rhys Llewellyn for good?")
        await pilot.press("y")
        await until(pilot, lambda: "is removed" in app.said)
        await until(pilot, lambda: "Rhys" not in [hit.record.forename for hit in pane.found.hits])
    row = record(here)
    assert (row.state, row.state_reason) == ("removed", "Destination known")
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await look(pilot, surname="Llewelyn", forename="Reece")
        assert "remove" not in plain(app).splitlines()[-1]
        await pilot.press("x")
        await pilot.pause()
        assert "Why" not in plain(app).splitlines()[-1]


@pytest.mark.requirement("R-LPD-10")
async def test_what_another_took_meanwhile_is_said_and_leaves_the_list(here, saved):
    from s2s_tui.services import lost

    other = making.logged_on(here, "lost-pupil", "660")
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        pane = await look(pilot, surname="Llewellyn", forename="Rhys")
        (saved / "other").mkdir()
        lost.download(other, here, record(here).id, saved / "other", on_roll=True)
        lost.confirm(other, here, record(here).id)
        await pilot.press("d")
        await asked(pilot, "on roll")
        await pilot.press("y")
        await save_here(pilot)
        await until(pilot, lambda: "Rhys Llewellyn is downloaded already." in app.said)
        await until(pilot, lambda: "Rhys" not in [hit.record.forename for hit in pane.found.hits])


# Quickness


async def test_typing_is_not_held_up_by_a_search_under_way(here, monkeypatch):
    go, real = threading.Event(), search.search
    monkeypatch.setattr(search, "search", lambda *a, **o: (go.wait(LONG), real(*a, **o))[1])
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await fill(pilot, surname="Jones")
        await pilot.press("enter", "x")
        assert pane.query_one("#surname").value == "Jonesx"
        go.set()
        await until(pilot, lambda: pane.found is not None)
        assert pane.looked.surname == "Jones"


async def test_what_another_part_wants_looked_for_is_looked_for(here):
    app = hosted(here)
    async with app.run_test(size=NARROW) as pilot:
        pane = await opened(pilot)
        await app.open("lost.search", looked=LookedFor(surname="Llewellyn", dob="2014"))
        await until(pilot, lambda: pane.found is not None)
        assert pane.query_one("#dob").value == "2014"


# Who may, keys, looks


@pytest.mark.requirement("R-LPD-1")
def test_only_the_two_roles_have_the_screens():
    from s2s_tui.rules.roles import Actor
    from s2s_tui.tui.menu_entries import LOST

    for role in ROLES:
        actor = Actor("x", role, "680")
        allowed = {entry.id for entry in LOST if entry.allowed(lambda name, a=actor: may(a, name))}
        own = {"lost.search", "lost.leaving", "lost.batch", "lost.kept"}
        assert bool(allowed & own) == (role in ("lost-pupil", "lost-pupil-transfer")), role
        assert allowed & own in (set(), own)


@pytest.mark.requirement("R-LPD-4")
async def test_a_role_without_forwarding_sees_no_such_key(here):
    app = hosted(here, role="lost-pupil")
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await look(pilot, surname="Llewellyn", forename="Rhys")
        foot = plain(app).splitlines()[-1]
        assert "d download" in foot
        assert "forward" not in foot
        await pilot.press("f")
        await pilot.pause()
        assert "on roll" not in plain(app).splitlines()[-1]


def test_its_keys_do_not_clash():
    assert clashes(LostSearchPane.all_actions()) == []


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
def test_how_it_looks(here, snap_compare, size):
    async def before(pilot):
        await opened(pilot)
        await look(pilot, surname="Lewelyn", forename="Reece", dob="3/12/2014", gender="M", town="Llanelli")
        pilot.app.tell("")  # it says how many milliseconds it took
        await pilot.pause()

    assert snap_compare(hosted(here), terminal_size=size, run_before=before)


def test_scores_have_words(here):
    from s2s_tui.tui.screens import lost_words

    actor = making.logged_on(here, "lost-pupil", "681")
    likely = search.search(actor, here, LookedFor(surname="Llewellyn", forename="Rhys")).hits[0]
    several = search.search(actor, here, LookedFor(surname="Jones")).hits[0]
    assert lost_words.band(likely) == "very likely"
    assert lost_words.band(several) == "one of several"
    assert standing.FITS < lost_words.POSSIBLE, "told of before it is called possible"
