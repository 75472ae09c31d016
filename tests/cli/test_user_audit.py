"""`users audit …` (R-USR-6): the contract of the command line."""

import csv
import io

import pytest

pytestmark = pytest.mark.requirement("R-USR-6")


def audit(shell, *arguments, user="wg", **more):
    return shell("users", "audit", *arguments, user=user, **more)


@pytest.fixture
def opened(shell):
    return audit(shell, "open", "2026", "--until", "2099-12-24", "--json").data


def test_from_the_opening_to_the_certificate(shell, opened, mails):
    assert set(opened) == {
        *("id", "name", "deadline", "opened", "opened_by", "closed", "users", "waiting", "authorities"),
        "late",
    }
    assert mails().count("user-audit") == 3
    own = audit(shell, "status", "--json", user="680dba").data
    assert set(own[0]) == {
        *("username", "role", "organisation", "contact", "last_logon", "answer", "answered", "answered_by"),
    }
    ran = audit(shell, "answer", "680plasc", "--remove", user="680dba")
    assert (ran.code, ran.out) == (0, f"1 account removed, {len(own) - 1} still to answer.\n")
    ran = audit(shell, "answer", "--confirm", user="680dba")
    assert ran.out == f"{len(own) - 1} accounts confirmed, 0 still to answer.\n"
    table = audit(shell, "status", user="680dba").out
    assert "confirmed" in table
    assert "removed" in table
    parts = {one["la"]: one for one in audit(shell, "status", "--json").data}
    assert set(parts["680"]) == {
        *("la", "name", "dba", "users", "confirmed", "removed", "gone", "waiting", "told", "answered"),
    }
    assert (parts["680"]["waiting"], parts["680"]["removed"]) == (0, 1)
    assert audit(shell, "remind").out == "Reminded: 660, 681\n"
    assert audit(shell, "remind", "680").out == "Nobody has to be reminded.\n"
    path = shell.folder / "certificate.csv"
    assert audit(shell, "certificate", "--to", path, user="680dba").out == f"Saved: {path}\n"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert sorted(row["answer"] for row in rows) == ["confirmed"] * (len(own) - 1) + ["removed"]
    audit(shell, "certificate", "--to", path).refused(1, "exists already")
    assert audit(shell, "close").out.startswith("The round 2026 is closed; ")
    listed = audit(shell, "rounds", "--json").data
    assert [(one["id"], one["name"]) for one in listed] == [(opened["id"], "2026")]
    assert "2026" in audit(shell, "rounds").out
    assert audit(shell, "status", "--round", opened["id"]).code == 0
    shell("files", user="680plasc").refused(3, "don't belong together")


def test_the_timer_reminds_of_it(shell, opened):
    assert shell("remind", "--json").data["user_audit"] == []


@pytest.mark.parametrize(
    ("user", "arguments", "code", "said"),
    [
        ("680dba", ["open", "x", "--until", "2099-01-01"], 3, "may not do this"),
        ("680dba", ["remind"], 3, "may not do this"),
        ("680dba", ["close"], 3, "may not do this"),
        ("680dba", ["rounds"], 3, "may not do this"),
        ("680dbaview", ["status"], 3, "may not do this"),
        ("680user", ["answer", "680user", "--confirm"], 3, "may not do this"),
        ("wg", ["answer", "680user", "--confirm"], 3, "may not do this"),
        ("680dba", ["answer", "680user"], 2, "Say --confirm or --remove"),
        ("680dba", ["answer", "--remove"], 2, "Say --confirm or --remove"),
        ("680dba", ["answer", "x", "--confirm", "--remove"], 2, "Say --confirm or --remove"),
        ("680dba", ["certificate", "--la", "681", "--to", "x.csv"], 1, "There is no such thing"),
        ("wg", ["status", "--round", "99"], 1, "There is no round 99"),
        ("wg", ["status", "--round", "x"], 1, "There is no round"),
        ("wg", ["open", "x", "--until", "2020-01-01"], 1, "from tomorrow on"),
        ("wg", ["open", "2027", "--until", "2099-01-01"], 1, "is still open"),
        ("wg", ["open", "2027"], 2, "--until"),
    ],
)
def test_what_is_refused_says_so_in_a_line(shell, opened, user, arguments, code, said):
    audit(shell, *arguments, user=user).refused(code, said)


def test_of_several_those_that_can_t_be_answered_are_named_and_the_rest_is_done(shell, opened):
    ran = audit(shell, "answer", "681user", "680user", "--confirm", "--json", user="680dba")
    assert ran.code == 1
    assert "681user: " in ran.err
    assert [(one["username"], one["ok"], one["code"]) for one in ran.data] == [
        ("681user", False, "user-audit-user"), ("680user", True, ""),
    ]  # fmt: skip
