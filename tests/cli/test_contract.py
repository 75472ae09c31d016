"""The contract of the command line, line by line: each command and option that other programs drive it with.

`docs/commands.md` may grow with the program; what stands here must not change. So this names commands,
options, JSON keys and exit codes itself, and takes none of them from the program or its page.
"""

import csv
import io
import json
import re

import making
import pytest

LINES = """
demo --scale --dir --reset --no-app
init
check
upload --dry-run
files --kind --tab --collected --with-pupils --pupil --school --older-than
download --to --confirm
confirm
reject --reason
delete --reason
forward --school
recall --reason
pupil --export
lost search --upn --surname --forename --dob --gender --town --begins --sort --limit
lost search --include-resolved --keep --batch
lost show
lost download --to --on-roll
lost confirm
lost forward --school --on-roll
lost put-back
lost remove --reason
lost past-leaving-age
lost standing
lost standing remove
lost match
lost finds
lost finds set
phase gather --to
phase split --allocation --to
phase send
users list
users add --role --email --contact --phone --la --school
users update --email
users role
users delete
users password
users unlock
users audit open
users audit answer
users audit status
password
schools list
schools show
schools update --active
schools import --dry-run
schools open
schools close
schools merge --into
la show
la update --name --email --copies
messages list --sent
messages show
messages send --to --group --template --subject --text
messages reply
messages recall
messages print --to
messages delete
templates list
templates show
templates add
templates update
templates copy
templates delete
groups list
groups show
groups add
groups update
groups copy
groups delete
find
audit list --from --to --user --action --organisation
audit pupil
audit checkpoint
report usage --from --to --school --la --csv --chart
report school --from --to --school --la --csv --chart
report cluster --from --to --la --all-wales --csv --chart
report lost-numbers --from --to --la --csv --chart
report lost-details --from --to --school --la --which --now-downloaded --leavers --csv
report movement --from --to --school --la --csv
report messages --from --to --school --la --csv
report national --from --to --la --csv --chart
migrate
housekeeping
remind
mail send
mail list
mail show
backup
verify
""".strip().splitlines()
EVERYWHERE = {"--user", "--password-stdin", "--database", "--json"}


@pytest.mark.parametrize("line", LINES)
def test_every_command_has_the_options_of_the_contract(shell, line):
    words = [word for word in line.split() if not word.startswith("--")]
    ran = shell(*words, "--help")
    assert ran.code == 0
    offered = set(re.findall(r"^  (--[a-z-]+)", ran.out, re.MULTILINE)) | EVERYWHERE
    assert set(line.split()) - set(words) <= offered
    assert shell(*words, "--no-such-option").code == 2


FILE = {"id", "name", "kind", "source", "destination", "pupils", "size", "uploaded", "collected", "state"}
RECEIPT = {"file", "ok", "kind", "source", "destination", "pupils", "id", "status", "problems"}
RECORD = (
    "id upn surname forename dob gender town la school school_name uploaded former_upn former_surname "
    "middle_names score why"
)
UPLOADED, CSV_LIST = "6804012_CTF_6814053_009.XML", "ref,upn,surname,forename,dob,gender,town"


def moment(text):
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", text)


def test_files_that_are_checked_and_sent_are_told_as_the_contract_has_it(shell):
    names = [UPLOADED, "6804012_CTF_XXXXXXX_002.XML", "nonsense.txt"]
    shell.write(making.offered("6804012", "6814053", 9))
    children = [making.Child(making.upn(number)) for number in (8, 9)]
    shell.write(making.offered("6804012", "XXXXXXX", 2, children))
    (shell.folder / names[2]).write_text("x")
    for command, user, good in (("check", None, "checked"), ("upload", "s6804012", "sent")):
        ran = shell(command, *names, "--json", user=user)
        assert (ran.code, [one["file"] for one in ran.data]) == (1, names)
        assert all(set(one) == RECEIPT for one in ran.data)
        assert [one["status"] for one in ran.data] == [good, "refused", "refused"]
        assert [one["ok"] for one in ran.data] == [True, False, False]
        assert ran.data[0] | {"id": None, "status": good} == {
            "file": UPLOADED,
            "ok": True,
            "kind": "ctf",
            "source": "6804012",
            "destination": "6814053",
            "pupils": 1,
            "id": None,
            "status": good,
            "problems": ran.data[0]["problems"],
        }
        assert isinstance(ran.data[0]["id"], str) is (command == "upload")
        (problem,) = ran.data[1]["problems"]
        assert set(problem) == {"severity", "code", "where", "message"}
        assert (problem["severity"], problem["code"]) == ("refuse", "lpd-one-pupil")
        assert problem["where"].startswith("line ")
    again = shell("upload", UPLOADED, "--json", user="s6804012")
    assert (again.code, again.data[0]["status"], again.err) == (0, "already-sent", "")


def test_files_are_listed_as_the_contract_has_it(shell):
    first = shell("files", "--json", user="s6814053").data[0]
    assert set(first) == FILE
    assert (first["state"], first["collected"]) == ("awaiting", None)
    assert isinstance(first["id"], str)
    assert moment(first["uploaded"])
    named = shell("files", "--with-pupils", "--json", user="s6814053").data[0]
    assert set(named) == FILE | {"people"}
    assert set(named["people"][0]) == {"upn", "surname", "forename", "dob"}
    shell("download", first["id"], "--to", ".", "--confirm", user="s6814053")
    (collected,) = shell("files", "--collected", "--json", user="s6814053").data
    assert (collected["id"], collected["state"]) == (first["id"], "collected")
    assert moment(collected["collected"])


def test_lost_pupils_are_found_as_the_contract_has_it(shell):
    found = shell("lost", "search", "--surname", "Llwyd", "--limit", "1", "--json", user="680lostpupil").data
    assert list(found) == ["count", "took_ms", "results"]
    assert found["count"] == len(found["results"]) == 1
    (record,) = found["results"]
    assert list(record) == RECORD.split()
    assert 0 <= record["score"] <= 100
    assert isinstance(record["why"], list)
    assert moment(record["uploaded"])
    (shell.folder / "arrivals.csv").write_text(f"{CSV_LIST}\nb,,Llwyd,,,,\na,,Zzyzx,,,,\n")
    batch = shell("lost", "search", "--batch", "arrivals.csv", "--json", user="680lostpupil")
    assert (batch.code, [one["ref"] for one in batch.data]) == (0, ["b", "a"])
    assert all(list(one) == ["ref", "results"] for one in batch.data)
    assert [[found["id"] for found in one["results"]] for one in batch.data] == [[record["id"]], []]


def test_a_report_is_the_same_in_json_and_csv(shell):
    ran = shell("report", "usage", "--json", user="680dba")
    assert list(ran.data) == ["report", "from", "to", "columns", "rows"]
    assert (ran.data["report"], ran.data["from"]) == ("usage", None)
    assert shell("report", "usage", "--csv", "usage.csv", user="680dba").code == 0
    rows = list(csv.reader(io.StringIO((shell.folder / "usage.csv").read_text("utf-8-sig"))))
    assert rows[0] == ran.data["columns"]
    assert rows[1:] == [[str(cell) for cell in row] for row in ran.data["rows"]]


def test_the_demos_accounts_and_a_verdict_are_told_as_the_contract_has_it(shell):
    made = shell("demo", "--no-app", "--json", "--dir", "world").data
    assert list(made) == ["database", "accounts"]
    (keys,) = {tuple(one) for one in made["accounts"]}
    assert keys == ("username", "password", "role", "organisation", "name")
    roles = [
        "dba",
        "user",
        "la-school",
        "lost-pupil",
        "lost-pupil-transfer",
        "dba-view",
        "plasc",
        "admissions",
    ]
    held = {(one["organisation"], one["role"]) for one in made["accounts"]}
    whole = {la for la, _role in held if all((la, role) in held for role in roles)}
    assert len(whole) >= 3
    assert held >= {("WG", "wg"), ("6804012", "school")}
    account = next(one for one in made["accounts"] if one["role"] == "plasc")
    there = ("--database", made["database"], "--user", account["username"])
    assert shell("files", "--json", *there, password=account["password"]).code == 0
    verdict = shell("verify", "--json").data
    assert list(verdict) == ["ok", "files", "audit_entries", "problems"]
    assert (verdict["ok"], verdict["problems"]) == (True, [])


def test_a_temporary_password_is_in_the_json_once(shell):
    more = ("--role", "user", "--email", "b@newport.gov.uk", "--contact", "B", "--json")
    assert len(shell("users", "add", "680bob", *more, user="680dba").data["password"]) > 10
    assert len(shell("users", "password", "680bob", "--json", user="680dba").data["password"]) > 10
    assert "password" not in shell("users", "show", "680bob", "--json", user="680dba").data


CODES = [
    (0, "s6804012", ["files"]),
    (0, "680user", ["find", "newport"]),
    (1, "s6804012", ["confirm", "999"]),
    (1, "s6804012", ["recall", "999", "--reason", "x"]),
    (1, "680dba", ["users", "delete", "nobody"]),
    (1, "680dba", ["schools", "show", "6604025"]),
    (1, "680user", ["messages", "show", "999"]),
    (1, "680user", ["messages", "delete", "999", "x"]),
    (1, "680lostpupil", ["lost", "show", "999"]),
    (1, "680lostpupil", ["lost", "remove", "999", "--reason", "x"]),
    (1, "s6804012", ["upload", "none.xml"]),
    (1, None, ["check", "none.xml"]),
    (2, "s6804012", ["files", "--tab", "within"]),
    (2, "s6804012", ["files", "--kind", "letters"]),
    (2, "s6804012", ["reject", "1"]),
    (2, "s6804012", ["download"]),
    (2, "680lostpupil", ["lost", "search"]),
    (2, "680user", ["report", "usage", "--from", "soon"]),
    (2, "680user", ["nonsense"]),
    (3, "s6804012", ["lost", "search", "--surname", "Rees"]),
    (3, "680dba", ["files", "--kind", "generic"]),
    (3, "680dbaview", ["users", "delete", "680user"]),
    (3, "680user", ["audit", "list"]),
    (3, "680dba", ["schools", "close", "6804012"]),
    (3, "680user", ["report", "national"]),
    (3, "somebody", ["files"]),
    (4, "s6804012", ["files", "--database", "sqlite:///nowhere/x.sqlite"]),
    (4, "s6804012", ["verify", "--database", "postgresql://127.0.0.1:1/x"]),
]


@pytest.mark.parametrize(("code", "user", "arguments"), CODES)
def test_the_exit_code_says_how_it_went(shell, code, user, arguments):
    ran = shell(*arguments, "--json", user=user)
    assert ran.code == code
    if code == 0:
        assert ran.err == ""
        assert isinstance(ran.data, list)
        return
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err
    if ran.out:
        assert code == 1
        assert isinstance(json.loads(ran.out), list)


def test_several_generic_files_at_once_are_wrong_use(shell):
    ids = [one["id"] for one in shell("files", "--kind", "generic", "--json", user="680user").data]
    assert len(ids) == 2
    shell("download", *ids, "--to", ".", user="680user").refused(2, "one at a time")


def test_a_password_is_never_an_options_value(shell):
    shell("files", "--password", making.PASSWORD, user="s6804012", password=None).refused(2, "--password")
    stdin = making.PASSWORD.encode() + b"\n"
    ran = shell("files", "--password-stdin", "--user", "s6804012", "--json", password=None, stdin=stdin)
    assert ran.code == 0
