"""Audit: who did what, and who has seen a pupil's file (R-SYS-3, R-DWN-8)."""

import sys
from pathlib import Path

import making
import pytest
import steps

sys.path.insert(0, str(Path(__file__).parent))
from one_pane import HOSTILE, NARROW, WIDE, Host, harmless, opened, settled, typed, until

from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import audit, school_changes, transfers
from s2s_tui.tui.registry import clashes
from s2s_tui.tui.screens import saving
from s2s_tui.tui.screens.audit import AuditPane
from s2s_tui.tui.screens.audit_rows import Narrow

pytestmark = pytest.mark.requirement("R-SYS-3")


@pytest.fixture
def app(lite):
    """A DBA who looks at the log, in which a colleague has looked at a file and been refused another."""
    school = making.logged_on(lite, "school", "6804012")
    sent = steps.sent(school, lite, making.offered(destination="680LLLL"))
    user = making.logged_on(lite, "user", "680")
    lite.clock.forward(seconds=1)
    transfers.show(user, lite, sent)
    steps.outcome_of(lambda: transfers.show(user, lite, 999))
    lite.clock.forward(seconds=1)
    return Host(lite, making.logged_on(lite, "dba", "680"), AuditPane, entry="dba.audit", title="Audit")


async def test_the_latest_acts_come_first_with_what_was_refused_and_all_that_is_kept(app, seen):
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await settled(pilot)
        first = app.pane.here
        assert (first.action, first.username) == ("download", "680user")
        assert "✗" in seen(app).splitlines()[3]
        assert "Download fil" in seen(app).splitlines()[3], "said in words"
        assert "file-unknown" in seen(app)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "show" in seen(app)
        assert "about: file " in seen(app)
        await pilot.press("escape")
        assert not clashes(app.pane.all_actions())


async def test_it_is_narrowed_in_a_form_and_by_a_pupil_and_a_slip_leaves_it_as_it_was(app, seen):
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await settled(pilot)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.screen, Narrow))
        app.screen.query_one("#user").value = "s6804012"
        app.screen.query_one("#since").value = "24 November 2026"
        await pilot.press("f9")
        await until(pilot, lambda: "Username s6804012" in seen(app))
        await settled(pilot)
        assert {entry.username for entry in app.pane.records.values()} == {"s6804012"}
        await pilot.press("u")
        await pilot.pause()
        await typed(pilot, making.upn(77))
        await until(pilot, lambda: "Nobody here looked for" in app.said)
        assert "Username s6804012" in seen(app)
        await pilot.press("u")
        await pilot.pause()
        app.screen.query("FootLine")
        await pilot.press("ctrl+u")
        await typed(pilot, making.upn(1))
        await until(pilot, lambda: making.upn(1) in seen(app).splitlines()[2])
        await settled(pilot)
        assert {entry.action for entry in app.pane.records.values()} == {"show", "upload"}
        await pilot.press("escape")
        await until(pilot, lambda: not app.pane.filter_line.display)


async def test_it_is_saved_and_that_is_on_record(app, tmp_path, monkeypatch):
    async def here(pane, title, write):
        return await write(tmp_path)

    assert saving.save is not None
    monkeypatch.setattr("s2s_tui.tui.screens.audit.save", here)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await settled(pilot)
        await pilot.press("c")
        await until(pilot, lambda: "Saved as" in app.said)
    (saved,) = tmp_path.glob("s2s_audit_*.csv")
    assert "680user" in saved.read_text("utf-8")
    assert steps.last_entry(app.site, "680")[0] == "audit-save"


async def test_whatever_was_recorded_is_shown_literally(lite, seen):
    for text in HOSTILE:
        evil = Actor(text[:40], Role.USER, "680")
        lite.store.write(
            lambda text=text, evil=evil: audit.record(lite, evil, "act", text, text, reason=text)
        )
    lite.clock.forward(seconds=1)
    app = Host(lite, making.logged_on(lite, "dba", "680"), AuditPane, entry="dba.audit", title="Audit")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await settled(pilot)
        for _ in HOSTILE:
            await pilot.press("down")
            await pilot.pause()
            harmless(seen(app))


async def test_what_was_changed_is_said_from_and_to(lite, seen):
    dba = making.logged_on(lite, "dba", "680")
    school_changes.update(dba, lite, "6804012", {"town": "Caerleon"})
    lite.clock.forward(seconds=1)
    app = Host(lite, dba, AuditPane, entry="dba.audit", title="Audit")
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await settled(pilot)
        assert "changes: town – → Caerleon" in seen(app)
