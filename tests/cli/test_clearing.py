"""`files --tab uncollected`, `delete`, `chase`, `forward`, `remind` (R-DWN-5, R-DWN-7, R-UPL-5)."""

import json
import re

import making
import pytest
from making import Child, upn

from s2s_tui.base.clock import local_date, utc_now
from s2s_tui.store.models import AuditEntry, Establishment, Transfer

KEYS = ["id", "name", "kind", "source", "destination", "pupils", "size", "uploaded", "collected", "state"]
OUTGOING = [f"6804012_CTF_6814053_{number:03}.XML" for number in (1, 2, 3)]


@pytest.fixture
def waiting(shell):
    """The ids of the three CTFs that wait for 6814053."""
    return [shell.id_of(name) for name in OUTGOING]


@pytest.fixture
def bulk(shell):
    """The id of a CTF that a school sent to 680 itself."""
    shell.write(making.offered("6804012", "680LLLL", 1, [Child(upn(41))]))
    (sent,) = shell("upload", "--json", "6804012_CTF_680LLLL_001.XML", user="s6804012").data
    assert sent["status"] == "sent"
    return sent["id"]


def outcomes(ran):
    return [(one["id"], one["ok"], one["code"]) for one in ran.data]


def row(shell, number):
    with shell.site().store.connection():
        return Transfer.get(Transfer.id == int(number))


def audited(shell, action):
    with shell.site().store.connection():
        found = AuditEntry.select().where(AuditEntry.action == action).order_by(AuditEntry.id)
        return [(entry.username, entry.subject, entry.outcome) for entry in found]


# --- the list


@pytest.mark.requirement("R-DWN-5")
def test_what_waits_at_and_from_the_own_schools_is_listed_with_its_pupils(shell, bulk):
    ran = shell("files", "--tab", "uncollected", "--json", user="680user")
    assert ran.code == 0
    assert [one["name"] for one in ran.data] == [
        *OUTGOING,
        "6814053_CTF_6804012_007.XML",
        "6804012_CTF_680LLLL_001.XML",
    ]
    assert list(ran.data[0]) == [*KEYS, "chased", "chased_by", "people"]
    assert (ran.data[0]["chased"], ran.data[0]["chased_by"]) == (None, "")
    assert ran.data[1]["people"] == [
        {"upn": upn(2), "surname": "Pugh", "forename": "Siân", "dob": "2016-08-19"}
    ]


@pytest.mark.requirement("R-DWN-5")
def test_the_list_is_narrowed_by_age_and_school(shell):
    def found(*options):
        ran = shell("files", "--tab", "uncollected", "--json", *options, user="680user")
        return [one["name"] for one in ran.data]

    assert found("--older-than", "7") == []
    assert found("--school", "6814053", "--pupil", "Rees") == [OUTGOING[2]]
    assert found("--school", "6802310") == []


@pytest.mark.requirement("R-SYS-3")
def test_that_pupils_were_named_is_on_record(shell):
    shell("files", "--tab", "uncollected", "--json", user="680user")
    shell("files", "--json", user="680user")
    shell("files", "--with-pupils", user="s6814053")
    with shell.site().store.connection():
        found = list(AuditEntry.select().where(AuditEntry.action == "list-pupils").order_by(AuditEntry.at))
    told = [(entry.username, json.loads(entry.details)) for entry in found]
    assert [(user, details | {"about": len(details["about"])}) for user, details in told] == [
        ("680user", {"kind": "ctf", "tab": "uncollected", "files": 4, "pupils": 4, "about": 4}),
        ("s6814053", {"kind": "ctf", "tab": "mine", "files": 3, "pupils": 3, "about": 3}),
    ]


def test_people_see_pupils_and_whom_was_written_to(shell, waiting):
    shell("chase", waiting[0], user="680user")
    lines = shell("files", "--tab", "uncollected", user="680user").out.splitlines()
    assert lines[0].split() == ["Id", "File", "From", "To", "Pupils", "Size", "Uploaded", "Days", "Chased"]
    assert lines[2].split()[-1] == local_date(utc_now()).isoformat()
    assert upn(1) in lines[3]
    assert "Llwyd" in lines[3]


@pytest.mark.parametrize(
    ("user", "options", "code"),
    [
        ("s6804012", [], 3),
        ("680lostpupil", [], 3),
        ("680plasc", [], 3),
        ("680dbaview", [], 3),
        ("wg", [], 3),
        ("680user", ["--kind", "generic"], 2),
        ("680user", ["--collected"], 2),
        ("680user", ["--view", "closed"], 2),
    ],
)
def test_only_roles_that_clear_see_it_and_only_what_waits(shell, user, options, code):
    ran = shell("files", "--tab", "uncollected", "--json", *options, user=user)
    ran.refused(code, "")
    assert ran.out == ""


# --- delete


@pytest.mark.requirement("R-DWN-5")
def test_what_nobody_collects_is_deleted_and_its_sender_told(shell, waiting, mails):
    before = mails()
    ran = shell("delete", waiting[0], waiting[1], "--reason", "left years ago", "--json", user="680user")
    assert ran.code == 0
    assert outcomes(ran) == [(waiting[0], True, ""), (waiting[1], True, "")]
    assert [one["name"] for one in ran.data] == OUTGOING[:2]
    assert [row(shell, number).state for number in waiting] == ["deleted", "deleted", "awaiting"]
    assert mails()[len(before) :] == ["deleted", "deleted"]
    assert audited(shell, "delete") == [("680user", name, "done") for name in OUTGOING[:2]]
    assert "deleted" in shell("delete", waiting[2], "--reason", "x", user="681dba").out


def test_what_is_not_there_does_not_stop_the_rest_and_the_exit_code_says_so(shell, waiting):
    shell("download", waiting[1], "--confirm", user="s6814053")
    ran = shell("delete", "999", "x", *waiting, "--reason", "old", "--json", user="680user")
    assert ran.code == 1
    assert outcomes(ran) == [
        ("999", False, "file-unknown"),
        ("x", False, "file-unknown"),
        (waiting[0], True, ""),
        (waiting[1], False, "file-moved"),
        (waiting[2], True, ""),
    ]
    assert ran.err == "3 of 5 could not be done.\n"


def test_another_authoritys_file_is_answered_as_an_unknown_one(shell, waiting, bulk):
    for user, number in (("660dba", waiting[0]), ("681dba", bulk)):
        for command in (["delete", "--reason", "x", "--json"], ["chase"], ["forward", "--school", "6804031"]):
            other, unknown = (shell(*command, one, user=user) for one in (number, "999"))
            assert other.code == unknown.code == 1
            assert re.sub(rf"\b{number}(?=[\".])", "999", other.out + other.err) == unknown.out + unknown.err
    assert row(shell, waiting[0]).state == "awaiting"
    generic = shell.id_of("6804012_680LLLL_one.ZIP")
    ran = shell("delete", generic, "--reason", "x", "--json", user="680user")
    assert outcomes(ran) == [(generic, False, "file-unknown")]


@pytest.mark.parametrize("user", ["s6814053", "s6804012", "680dbaview", "680plasc", "wg"])
def test_a_role_without_the_permission_is_not_allowed(shell, waiting, user):
    for command in (["delete", "--reason", "x"], ["chase"]):
        for number in (waiting[0], "999", "x"):
            shell(*command, number, "--json", user=user).refused(3, "may not do this")
    assert row(shell, waiting[0]).state == "awaiting"


def test_delete_needs_a_reason(shell, waiting):
    shell("delete", waiting[0], user="680user").refused(2, "--reason")
    shell("delete", waiting[0], "--reason", " ", user="680user").refused(1, "Give a reason")
    shell("delete", "--reason", "x", user="680user").refused(2, "ID...")
    assert row(shell, waiting[0]).state == "awaiting"


# --- chase


@pytest.mark.requirement("R-DWN-5")
def test_schools_are_asked_once_each_to_collect_and_it_is_kept_who_was_asked(shell, waiting, mails):
    back = shell.id_of("6814053_CTF_6804012_007.XML")
    before = mails()
    ran = shell("chase", *waiting, back, "--json", user="680user")
    assert ran.code == 0
    assert ran.data == {"schools": ["6814053", "6804012"], "files": 4, "without_address": []}
    assert mails()[len(before) :] == ["chased", "chased"]
    listed = shell("files", "--tab", "uncollected", "--json", user="680user").data
    assert {one["chased_by"] for one in listed} == {"680user"}
    assert all(one["chased"].endswith("Z") for one in listed)
    assert shell("chase", waiting[0], user="680user").out == "Asked: 6814053 (files: 1)\n"


@pytest.mark.requirement("R-DWN-5", "R-MSG-4")
def test_a_chase_takes_its_words_from_a_template_and_shows_them_first(shell, waiting, mails):
    words = ("Chase", "--subject", "From {la}", "--text", "Dear {school}\n{files}\nThank you.")
    own = shell("templates", "add", *words, "--json", user="680user").data["id"]
    before = mails()
    said = f"Dear Ysgol Bro Glan\n{OUTGOING[0]} (0 d)\nThank you."
    ran = shell("chase", waiting[0], "--template", own, "--dry-run", "--json", user="680user")
    assert ran.data == {
        "school": "6814053",
        "name": "Ysgol Bro Glan",
        "subject": "From Newport",
        "text": said,
    }
    shown = shell("chase", waiting[0], "--template", "chase", "--dry-run", user="680user").out
    assert shown == f"To 6814053 Ysgol Bro Glan\nSubject: From Newport\n\n{said}\n"
    assert mails() == before
    assert shell("chase", waiting[0], "--template", "chase", user="680user").code == 0
    (message,) = shell("messages", "list", "--json", user="s6814053").data
    assert shell("messages", "show", message["id"], "--json", user="s6814053").data["text"] == said
    for template in (own, "chase"):
        shell("chase", waiting[0], "--template", template, user="660dba").refused(1, "template")


def test_nobody_is_asked_where_one_of_the_files_does_not_wait(shell, waiting, mails):
    shell("download", waiting[1], "--confirm", user="s6814053")
    before = mails()
    shell("chase", *waiting, user="680user").refused(1, f"{OUTGOING[1]} doesn't wait")
    shell("chase", waiting[0], "x", "999", user="680user").refused(1, "There is no file x.")
    assert mails() == before
    assert row(shell, waiting[0]).chased_at is None


def test_a_school_without_an_address_is_named(shell, waiting):
    site = shell.site()
    site.store.write(
        lambda: Establishment.update(email="").where(Establishment.number == "6814053").execute()
    )
    ran = shell("chase", waiting[0], "--json", user="680user")
    assert ran.code == 1
    assert ran.data == {"schools": ["6814053"], "files": 1, "without_address": ["6814053"]}
    assert ran.err == "No e-mail address is held of: 6814053. Ask by telephone.\n"
    assert row(shell, waiting[0]).chased_at is not None, "the message waits there"


# --- forward


@pytest.mark.requirement("R-UPL-5")
def test_a_ctf_of_the_authoritys_goes_on_byte_for_byte_and_is_collected(shell, bulk, mails):
    before = mails()
    ran = shell("forward", bulk, "--school", "6814053", "--json", user="680user")
    assert ran.code == 0
    assert ran.data["file"] == "6804012_CTF_6814053_004.XML"
    assert (ran.data["ok"], ran.data["status"], ran.data["destination"]) == (True, "sent", "6814053")
    assert list(ran.data) == [
        "file",
        "ok",
        "kind",
        "source",
        "destination",
        "pupils",
        "id",
        "status",
        "problems",
    ]
    assert row(shell, bulk).state == "collected"
    assert "arrived" in mails()[len(before) :]
    shell("download", ran.data["id"], user="s6814053")
    sent = shell.folder / "6804012_CTF_6814053_004.XML"
    assert sent.read_bytes() == (shell.folder / "6804012_CTF_680LLLL_001.XML").read_bytes()


def test_a_file_goes_to_a_school_once(shell, bulk):
    said = shell("forward", bulk, "--school", "6804031", user="680user")
    assert said.out == "Forwarded to 6804031 as 6804012_CTF_6804031_001.XML.\n"
    shell("forward", bulk, "--school", "6804031", user="680dba").refused(1, "by 680user")
    assert shell("forward", bulk, "--school", "6802310", user="680dba").code == 0


@pytest.mark.parametrize(
    ("school", "said"),
    [
        ("681LLLL", "seven digits"),
        ("XXXXXXX", "seven digits"),
        ("x", "seven digits"),
        ("", "seven digits"),
        ("٦٨٠٤٠٣١", "seven digits"),
    ],
)
def test_only_to_an_establishment(shell, bulk, school, said):
    shell("forward", bulk, "--school", school, user="680user").refused(1, said)
    assert row(shell, bulk).state == "awaiting"


def test_a_school_that_there_is_not_is_refused_and_nothing_is_changed(shell, bulk):
    ran = shell("forward", bulk, "--school", "6809999", "--json", user="680user")
    assert ran.code == 1
    assert (ran.data["ok"], ran.data["status"], ran.data["id"]) == (False, "refused", None)
    assert [problem["code"] for problem in ran.data["problems"]] == ["destination-unknown"]
    assert (
        "There is no school or authority 6809999"
        in shell("forward", bulk, "--school", "6809999", user="680user").out
    )
    assert row(shell, bulk).state == "awaiting"


def test_what_was_not_sent_to_the_authority_itself_is_not_forwarded(shell, waiting):
    shell("forward", waiting[0], "--school", "6804031", user="680user").refused(1, "can't be forwarded")
    shell("forward", "x", "--school", "6804031", user="680user").refused(1, "There is no file x.")
    for user in ("680dbaview", "wg", "680plasc"):
        shell("forward", waiting[0], "--school", "6804031", user=user).refused(3, "may not do this")


# --- remind


@pytest.mark.requirement("R-DWN-7")
def test_running_it_twice_in_a_week_sends_once(shell, mails):
    before = mails()
    ran = shell("remind", "--json", user=None, password=None)
    assert ran.code == 0
    week = utc_now().isocalendar()
    assert ran.data == {
        "week": f"{week.year}-W{week.week:02}",
        "schools": 2,
        "authorities": 2,
        "already": 0,
        "without_address": [],
        "user_audit": [],
    }
    assert mails()[len(before) :] == ["reminder"] * 4
    again = shell.process("remind", "--json", user=None, password=None)
    assert again.code == 0
    assert again.data | {"week": ""} == {
        "week": "",
        "schools": 0,
        "authorities": 0,
        "already": 4,
        "without_address": [],
        "user_audit": [],
    }
    assert mails()[len(before) :] == ["reminder"] * 4
    assert "reminded schools: 0, authorities: 0; before: 4." in shell("remind").out


@pytest.mark.requirement("R-DWN-7")
def test_who_cannot_be_written_to_is_named_and_the_others_are_reminded(shell):
    site = shell.site()
    site.store.write(
        lambda: Establishment.update(email="").where(Establishment.number == "6814053").execute()
    )
    out = shell("remind", user=None, password=None).out
    assert "reminded schools: 1, authorities: 2; before: 0." in out
    assert "Without an e-mail address: 6814053" in out


def test_without_a_database_or_its_key_nobody_is_reminded(shell):
    shell("remind", "--database", "sqlite:////nowhere/x").refused(4, "There is no database")
    shell.settings.key_path.unlink()
    shell("remind").refused(4, "The audit key")
