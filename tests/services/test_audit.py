"""The audit log: it only grows, and what is done to it shows (R-SYS-3)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import making
import pytest
import steps

from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import audit, upkeep
from s2s_tui.store.models import AuditEntry, AuditHead, Content

ACTOR = Actor("680dba", Role.DBA, "680")
OTHER = Actor("s6604025", Role.SCHOOL, "6604025")


def record(site, actor=ACTOR, times=1) -> None:
    for number in range(times):
        site.store.write(
            lambda number=number: audit.record(site, actor, "act", f"subject {number}", number=number)
        )


def as_owner(site, *statements: str) -> None:
    """What someone with the database's own password can do: past the triggers."""
    with site.store.connection():
        run = site.store.database.execute_sql
        if site.store.path is not None:
            run("DROP TRIGGER audit_no_update")
            run("DROP TRIGGER audit_no_delete")
        else:
            run("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        for statement in statements:
            run(statement)


@pytest.mark.requirement("R-SYS-3")
def test_entries_are_chained_by_organisation_and_whole(site):
    record(site, times=3)
    record(site, OTHER, times=2)
    assert [entry.number for entry in steps.audited(site, "680")] == [1, 2, 3]
    assert [entry.number for entry in steps.audited(site, "6604025")] == [1, 2]
    entry = steps.audited(site, "680")[0]
    assert (entry.username, entry.role, entry.action, entry.subject) == ("680dba", "dba", "act", "subject 0")
    assert (entry.at, entry.outcome, entry.details) == (making.NOW, "done", '{"number": 0}')
    assert steps.broken(site) == []
    assert upkeep.verify(site).ok


FIELDS = {
    "at": "'2026-11-24 10:30:01'",
    "username": "'680user'",
    "role": "'user'",
    "organisation": "'681'",
    "action": "'other'",
    "subject": "''",
    "outcome": "'refused'",
    "details": "''",
    "seal": f"'{'0' * 64}'",
}


@pytest.mark.requirement("R-SYS-3")
@pytest.mark.parametrize("number", [1, 2, 4])
@pytest.mark.parametrize("field", FIELDS)
def test_a_changed_field_is_found(lite, field, number):
    record(lite, times=4)
    record(lite, OTHER)
    as_owner(
        lite, f"UPDATE audit_entry SET {field} = {FIELDS[field]} WHERE chain = '680' AND number = {number}"
    )
    assert steps.broken(lite) == [("680", number, "audit-changed")]
    verdict = upkeep.verify(lite)
    assert (verdict.ok, verdict.problems[0][0]) == (False, "audit-changed")


REST = "at, username, role, organisation, action, subject, outcome, details, seal"
TAMPERED = {
    "one changed": (
        ["UPDATE audit_entry SET subject = 'x' WHERE chain = '680' AND number = 2"],
        2,
        "audit-changed",
    ),
    "the first removed": (["DELETE FROM audit_entry WHERE chain = '680' AND number = 1"], 1, "audit-gap"),
    "a middle one removed": (["DELETE FROM audit_entry WHERE chain = '680' AND number = 3"], 3, "audit-gap"),
    "removed and closed up": (
        [
            "DELETE FROM audit_entry WHERE chain = '680' AND number = 2",
            "UPDATE audit_entry SET number = 2 WHERE chain = '680' AND number = 3",
            "UPDATE audit_entry SET number = 3 WHERE chain = '680' AND number = 4",
            "UPDATE audit_head SET number = 3 WHERE chain = '680'",
        ],
        2,
        "audit-changed",
    ),
    "the tail cut off": (["DELETE FROM audit_entry WHERE chain = '680' AND number >= 3"], 3, "audit-cut"),
    "all removed": (["DELETE FROM audit_entry WHERE chain = '680'"], 1, "audit-cut"),
    "two swapped": (
        [
            "UPDATE audit_entry SET number = 99 WHERE chain = '680' AND number = 2",
            "UPDATE audit_entry SET number = 2 WHERE chain = '680' AND number = 3",
            "UPDATE audit_entry SET number = 3 WHERE chain = '680' AND number = 99",
        ],
        2,
        "audit-changed",
    ),
    "the head's seal changed": (["UPDATE audit_head SET seal = 'x' WHERE chain = '680'"], 5, "audit-cut"),
    "the head set back": (
        [
            "UPDATE audit_head SET number = 3, seal = "
            "(SELECT seal FROM audit_entry WHERE chain = '680' AND number = 3) WHERE chain = '680'"
        ],
        5,
        "audit-cut",
    ),
    "the head set forward": (["UPDATE audit_head SET number = 9 WHERE chain = '680'"], 5, "audit-cut"),
    "the head removed": (["DELETE FROM audit_head WHERE chain = '680'"], 5, "audit-cut"),
    "one put in": (
        [
            f"INSERT INTO audit_entry (chain, number, {REST}) "
            f"SELECT chain, 5, {REST} FROM audit_entry WHERE chain = '680' AND number = 4"
        ],
        5,
        "audit-changed",
    ),
    "moved to another chain": (
        ["UPDATE audit_entry SET chain = '681' WHERE chain = '680' AND number = 4"],
        4,
        "audit-cut",
    ),
}


@pytest.mark.requirement("R-SYS-3")
@pytest.mark.parametrize("case", TAMPERED)
def test_whatever_is_done_to_a_chain_is_found(site, case):
    statements, number, code = TAMPERED[case]
    record(site, times=4)
    record(site, OTHER, times=2)
    as_owner(site, *statements)
    found = [where for where in steps.broken(site) if where[0] == "680"]
    assert found == [("680", number, code)]
    assert [where for where in steps.broken(site) if where[0] == "6604025"] == []
    assert steps.broken(site) == steps.broken(site), "it mends nothing"


@pytest.mark.requirement("R-SYS-3")
def test_a_chain_sealed_with_another_key_is_found(site):
    record(replace(site, key=b"x" * 32), times=1)
    assert steps.broken(site) == [("680", 1, "audit-changed")]


@pytest.mark.requirement("R-SYS-3")
def test_the_database_itself_refuses_to_change_or_remove_entries(site):
    record(site, times=2)
    acts = ["UPDATE audit_entry SET subject = 'x'", "DELETE FROM audit_entry"]
    if site.store.path is None:
        acts.append("TRUNCATE audit_entry")
    else:
        acts.append("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry")
    for act in acts:
        # PostgreSQL doesn't even ask the trigger before it refuses to empty what others refer to.
        with site.store.connection(), pytest.raises(Exception, match=r"only grows|foreign key"):
            site.store.database.execute_sql(act)
    assert len(steps.audited(site, "680")) == 2
    assert steps.broken(site) == []


@pytest.mark.requirement("R-SYS-3")
def test_entries_made_at_once_keep_the_chain(site):
    start = threading.Barrier(6)

    def several(_number: int) -> None:
        start.wait()
        record(site, times=5)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(several, range(6)))
    assert [entry.number for entry in steps.audited(site, "680")] == list(range(1, 31))
    assert steps.broken(site) == []


@pytest.mark.requirement("R-SYS-3")
def test_verifying_while_others_write_raises_no_false_alarm(site):
    record(site, times=50)
    stop = threading.Event()

    def write() -> int:
        count = 0
        while not stop.is_set():
            record(site)
            record(site, OTHER)
            count += 1
        return count

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        found = [steps.broken(site) for _ in range(15)]
        stop.set()
        assert writing.result() > 0
    assert found == [[]] * 15


@pytest.mark.requirement("R-SYS-3")
def test_any_text_can_be_recorded(site):
    odd = Actor("a\udc80\0" + "x" * 60, Role.DBA, "680")
    site.store.write(lambda: audit.record(site, odd, "act", "\0\ud800\x1b[2J", odd="\0\udfff", more=["ŷ"]))
    assert steps.broken(site) == []


@pytest.mark.requirement("R-SYS-3")
def test_an_act_that_is_undone_leaves_no_entry(site):
    def act() -> None:
        audit.record(site, ACTOR, "act")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        site.store.write(act)
    assert steps.audited(site, "680") == []
    with site.store.connection():
        assert AuditHead.select().count() == AuditEntry.select().count() == 0


@pytest.mark.requirement("R-SYS-3")
def test_verify_names_the_file_whose_content_is_damaged(site, on):
    steps.sent(on("school", "6804012"), site, making.offered())
    told = []
    assert upkeep.verify(site, lambda done, total: told.append((done, total))).ok
    total = told[-1][1]
    assert told == [(0, total), (total, total)]
    site.store.write(lambda: Content.update(packed=b"x").execute())
    verdict = upkeep.verify(site)
    ((code, params),) = verdict.problems
    assert (verdict.ok, code, params["files"]) == (False, "content-damaged", making.offered().name)


@pytest.mark.requirement("R-SYS-3")
def test_verify_names_the_file_whose_content_is_gone(site, on):
    steps.sent(on("school", "6804012"), site, making.offered())
    with site.store.connection():
        run = site.store.database.execute_sql
        lite = site.store.path is not None
        run("PRAGMA foreign_keys = 0" if lite else "ALTER TABLE content DISABLE TRIGGER ALL")
        run("DELETE FROM content")
    verdict = upkeep.verify(site)
    ((code, params),) = verdict.problems
    assert (verdict.files, code, params["files"]) == (0, "content-damaged", making.offered().name)


@pytest.mark.requirement("R-SYS-3")
def test_something_else_than_text_in_an_entry_is_found(lite):
    record(lite, times=3)
    as_owner(lite, "UPDATE audit_entry SET subject = x'00ff' WHERE number = 2")
    assert steps.broken(lite) == [("680", 2, "audit-changed")]
