"""Housekeeping: done by a timer, as the system, any number of times (R-SYS-3, R-LPD-6)."""

import json
import time
from dataclasses import fields
from datetime import timedelta
from functools import partial

import pytest
from looking import lose
from watching import at_once, mails

from s2s_tui.base.errors import NotLoggedOn
from s2s_tui.services import accounts, housekeeping, standing
from s2s_tui.services.search import LookedFor
from s2s_tui.store.models import AuditEntry, LogonFailure

QUILL = {"surname": "Quill", "forename": "Siân"}
SOUGHT = LookedFor(**QUILL, dob="2016-08-19")


def failures(site):
    with site.store.connection():
        return LogonFailure.select().count()


@pytest.mark.requirement("R-LPD-6")
def test_it_compares_kept_searches_and_says_what_was_done(site, on):
    standing.keep(on("lost-pupil", "681"), site, SOUGHT)
    lose(site, 1, **QUILL)
    done = housekeeping.tidy(site)
    assert (done.snapshot, done.found, done.forgotten) == (False, 1, 0)
    assert housekeeping.tidy(site).found == 0
    assert [about for about, _to in mails(site)].count("standing-found") == 2, "two accounts share the inbox"


@pytest.mark.requirement("R-LOG-1")
def test_failed_tries_are_forgotten_after_a_month_and_not_before(site):
    with pytest.raises(NotLoggedOn):
        accounts.begin(site, "nobody", "wrong", origin="10.0.0.1", face="cli")
    assert failures(site) == 2
    site.clock.now += timedelta(days=29)
    assert housekeeping.tidy(site, clock_is_right=True).forgotten == 0
    site.clock.now += timedelta(days=2)
    assert housekeeping.tidy(site).forgotten == 2
    assert failures(site) == 0


@pytest.mark.requirement("R-MSG-1")
def test_after_more_than_a_week_nothing_is_deleted_until_an_operator_says_that_the_clock_is_right(site):
    with pytest.raises(NotLoggedOn):
        accounts.begin(site, "nobody", "wrong", origin="10.0.0.1", face="cli")
    assert housekeeping.tidy(site).held_until == ""
    site.clock.now += timedelta(days=40)
    held = [housekeeping.tidy(site) for _ in range(2)]
    assert [(done.held_until, done.forgotten) for done in held] == [("2027-01-06T10:30:00Z", 0)] * 2
    done = housekeeping.tidy(site, clock_is_right=True)
    assert (done.held_until, done.forgotten) == ("", 2)
    assert housekeeping.tidy(site).held_until == ""


@pytest.mark.requirement("R-SYS-3")
def test_it_is_on_record_as_the_systems(site):
    housekeeping.tidy(site)
    with site.store.connection():
        entry = AuditEntry.select().where(AuditEntry.action == "housekeeping").get()
    assert (entry.username, entry.outcome) == ("system", "done")
    told = set(json.loads(entry.details))
    assert told == {field.name for field in fields(housekeeping.Tidied)}
    assert {"found", "expired", "months", "audit"} <= told


def test_several_at_once_each_end_well(site, on):
    standing.keep(on("lost-pupil", "681"), site, SOUGHT)
    lose(site, 1, **QUILL)
    results = at_once(site, *[partial(housekeeping.tidy, site)] * 3)
    assert sum(done.found for done in results) == 1, results


def test_sqlites_log_is_written_back(lite):
    lose(lite, 1)
    log = lite.store.path.with_name(lite.store.path.name + "-wal")
    lite.store.close()
    with lite.store.connection():
        lite.store.write(lambda: LogonFailure.insert(key="x", failures=1, last_at=lite.clock()).execute())
        assert log.stat().st_size > 0
        assert lite.store.checkpoint()
        assert log.stat().st_size == 0


def test_a_reader_holds_the_log_back_and_nothing_fails(lite):
    import sqlite3

    reader = sqlite3.connect(lite.store.path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM lost_pupil").fetchone()
    lose(lite, 1)
    lite.store.database.close()
    try:
        began = time.monotonic()
        assert housekeeping.tidy(lite).checkpoint is False
        assert time.monotonic() - began < 10, "others can't write while it waits for a reader"
    finally:
        reader.close()
    assert housekeeping.tidy(lite).checkpoint is True


@pytest.mark.requirement("R-SYS-3")
def test_a_checkpoint_that_can_t_be_written_is_told_of_and_keeps_nothing_from_being_done(lite):
    lite.settings.checkpoint_path.mkdir(parents=True)  # where its file should be, there is a folder
    done = housekeeping.tidy(lite)
    assert done.audit not in ("", "written")
    with lite.store.connection():
        assert AuditEntry.select().where(AuditEntry.action == "housekeeping").count() == 1
