"""Acts of which the audit log says who did what to whom, each with what a later reader needs (R-SYS-3)."""

import json

import making
import pytest
import rolls
import steps

from s2s_tui.base.errors import Refused
from s2s_tui.services import (
    annual,
    annual_runs,
    establishments,
    finds,
    lost,
    phase,
    phase_board,
    uncollected,
    user_passwords,
)
from s2s_tui.services.audit import of_file
from s2s_tui.services.reports import running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.store.models import AuditEntry, AuditMention, LostPupil

pytestmark = pytest.mark.requirement("R-SYS-3")


@pytest.fixture
def known(lite):
    """Logs somebody of the small world on."""
    return lambda role, organisation: making.logged_on(lite, role, organisation)


def entries(site, action: str) -> list[tuple]:
    """Who, about what, how it ended, and the details."""
    with site.store.connection():
        found = AuditEntry.select().where(AuditEntry.action == action).order_by(AuditEntry.id)
        return [(row.username, row.subject, row.outcome, json.loads(row.details or "{}")) for row in found]


def test_who_took_a_second_factor_away_and_whether_there_was_one(lite, known):
    user_passwords.forget_second_factor(known("dba", "680"), lite, "680user")
    assert entries(lite, "user-factor") == [("680dba", "680user", "done", {"had": False})]


@pytest.mark.requirement("R-LOG-7")
def test_nobody_takes_the_own_second_factor_away(lite, known):
    with pytest.raises(Refused, match="user-self-factor"):
        user_passwords.forget_second_factor(known("dba", "680"), lite, "680dba")
    assert entries(lite, "user-factor") == [("680dba", "680dba", "user-self-factor", {})]


@pytest.mark.requirement("R-SCH-3")
def test_the_opening_of_a_school_and_whether_it_was_one_before(lite, known):
    wg = known("wg", "WG")
    establishments.open_school(wg, lite, "6802399", {"name": "Ysgol Newydd"})
    establishments.close(wg, lite, "6804031", making.past(1))
    establishments.open_school(wg, lite, "6804031", {})
    assert entries(lite, "school-open") == [
        ("wg", "6802399", "done", {"on": "2026-11-24", "again": False}),
        ("wg", "6804031", "done", {"on": "2026-11-24", "again": True}),
    ]


@pytest.mark.requirement("R-LPD-7")
def test_whose_records_past_leaving_age_were_listed_to_whom(lite, known):
    rolls.lose(lite, 2)
    owner = known("lost-pupil", "681")
    lite.store.write(
        lambda: LostPupil.update(born="2005-01-01").where(LostPupil.surname == "Treharne").execute()
    )
    (record,) = lost.past_leaving_age(owner, lite)
    assert entries(lite, "lost-past-leaving-age") == [
        (owner.user, "", "done", {"about": [record.upn], "found": 1})
    ]
    with lite.store.connection():
        mentions = AuditMention.select().join(AuditEntry).where(AuditEntry.action == "lost-past-leaving-age")
        assert [mention.thing for mention in mentions] == [record.upn]


def test_which_report_was_asked_for_of_which_days_and_authorities(lite, known):
    wanted = Wanted(start="2026-09-01", end="2026-10-31", schools=("6804012",))
    running.ask(known("user", "680"), lite, "usage", wanted)
    details = {"from": "2026-09-01", "to": "2026-10-31", "la": ["680"], "schools": 1}
    assert entries(lite, "report") == [("680user", "usage", "done", details)]


@pytest.mark.requirement("R-LPD-8")
def test_what_was_said_of_a_find_and_of_which_pupil(lite, known, tmp_path):
    (lost_id,) = rolls.lose(lite, 1)
    wg = known("wg", "WG")
    run = annual.match(wg, lite, rolls.written(tmp_path, [rolls.row(0)]))
    annual_runs.publish(wg, lite, run.id)
    clerk = known("lost-pupil", "680")
    (found,) = finds.finds(clerk, lite).page()
    finds.set_state(clerk, lite, found.id, "school-has")
    with lite.store.connection():
        upn = LostPupil.get_by_id(lost_id).upn
    details = {"about": [upn], "id": found.id, "state": "school-has"}
    assert entries(lite, "find-state") == [(clerk.user, upn, "done", details)]


@pytest.mark.requirement("R-PHA-1", "R-DWN-3")
def test_to_send_pupils_on_is_a_download_of_the_file_that_they_came_in(lite, known):
    child = making.Child(making.upn(1))
    bulk = steps.sent(
        known("school", "6804012"), lite, making.offered("6804012", "680LLLL", 1, children=[child])
    )
    clerk = known("user", "680")
    phase_board.take_in(clerk, lite)
    (seat,) = phase.board(clerk, lite).seats
    phase_board.assign(clerk, lite, [seat.id], "6804031")
    (step,) = phase.send(clerk, lite)
    assert step.receipt.status == "sent"
    ((who, subject, outcome, details),) = entries(lite, "download")
    assert (who, subject, outcome) == (clerk.user, "6804012_CTF_680LLLL_001.XML", "done")
    assert details == {"about": [of_file(bulk)], "copy": False, "id": bulk, "phase": True}


@pytest.mark.requirement("R-DWN-5")
def test_what_was_deleted_of_the_uncollected_and_why(lite, known):
    transfer = steps.sent(known("school", "6804012"), lite, making.offered())
    (done,) = uncollected.delete(known("user", "681"), lite, [transfer], "Six months old.")
    assert done.ok
    ((who, subject, outcome, details),) = entries(lite, "delete")
    assert (who, subject, outcome) == ("681user", making.offered().name, "done")
    assert details == {"about": [of_file(transfer)], "id": transfer, "reason": "Six months old."}
