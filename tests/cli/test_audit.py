"""`audit`: the log, who has seen a pupil's file, checkpoints (R-SYS-3)."""

import csv
import io

import pytest
from making import upn

pytestmark = pytest.mark.requirement("R-SYS-3")


def test_the_log_is_listed_narrowed_and_saved(shell):
    assert shell("files", user="680user").code == 0
    listed = shell("audit", "list", "--json", user="680dba").data
    assert {"id", "at", "user", "role", "organisation", "action", "subject", "outcome", "details"} == set(
        listed[0]
    )
    assert {entry["organisation"][:3] for entry in listed} == {"680"}
    of_one = shell("audit", "list", "--user", "680user", "--json", user="680dba").data
    assert {entry["user"] for entry in of_one} == {"680user"}
    assert shell("audit", "list", "--user", "680dba", "--json").data, "nobody else is named: it is who asks"
    assert {
        one["action"] for one in shell("audit", "list", "--action", "logo", "--json", user="680dba").data
    } == {
        "logon",
        "logoff",
    }
    told = shell("audit", "list", "--limit", "1", user="680dba")
    assert "earlier ones" in told.out
    assert "Log o" in told.out, "people read words, programs the keys"
    assert shell("audit", "list", "--csv", "log.csv", user="680dba").code == 0
    rows = list(csv.reader(io.StringIO((shell.folder / "log.csv").read_text("utf-8"))))
    assert rows[0][0] == "at"
    assert len(rows) > 3
    shell("audit", "list", "--csv", "log.csv", user="680dba").refused(1, "exists already")
    shell("audit", "list", "--from", "soon", user="680dba").refused(2, "soon")
    shell("audit", "list", "--from", "2/2/2026", "--to", "1/2/2026", user="680dba").refused(
        2, "before the first"
    )
    shell("audit", "list", "--organisation", "660", user="680dba").refused(1, "no such thing")
    shell("audit", "list", user="680user").refused(3, "may not do this")


def test_who_saw_a_pupil_is_found_by_the_upn(shell):
    assert shell("files", "--with-pupils", user="s6814053").code == 0
    found = shell("audit", "pupil", upn(1).lower(), "--json", user="681dba").data
    assert "list-pupils" in {entry["action"] for entry in found}
    shell("audit", "pupil", upn(99), user="681dba").refused(1, "Nobody here")


def test_a_checkpoint_needs_no_account_and_verify_compares_with_it(shell):
    first = shell("audit", "checkpoint", "--json").data
    assert (first["line"], first["broken"]) == (1, [])
    assert shell("verify").code == 0
    site = shell.site()
    with site.store.connection():
        run = site.store.database.execute_sql
        run("DROP TRIGGER audit_no_delete")
        run("DROP TRIGGER audit_mention_no_delete")
        run("DELETE FROM audit_mention")
        run("DELETE FROM audit_entry WHERE chain = '6804012'")
        run("DELETE FROM audit_head WHERE chain = '6804012'")
    verdict = shell("verify", "--json")
    assert verdict.code == 1
    assert "audit-checkpoint" in {problem["code"] for problem in verdict.data["problems"]}
    assert shell("audit", "checkpoint").code == 1
    assert shell("housekeeping").code == 0, "today's is written"
    assert shell("audit", "checkpoint", "--restored").code == 0
