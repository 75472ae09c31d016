"""`download`, `confirm`, `reject`, `recall` (R-DWN-2 to R-DWN-6, R-SYS-7)."""

import os
import zipfile
from pathlib import Path

import making
import pytest
from making import Child

from s2s_tui.store.models import AuditEntry


@pytest.fixture
def waiting(shell):
    """The ids of the three CTFs that wait for 6814053."""
    return [item["id"] for item in shell("files", "--json", user="s6814053").data]


@pytest.fixture
def generics(shell):
    return [item["id"] for item in shell("files", "--json", "--kind", "generic", user="680user").data]


def state(shell, number):
    for view in ("awaiting", "collected", "closed"):
        for item in shell("files", "--json", "--view", view, user="s6814053").data:
            if item["id"] == number:
                return item["state"]
    return None


def outcomes(ran):
    return [(one["id"], one["ok"], one["code"]) for one in ran.data]


@pytest.mark.requirement("R-DWN-2")
def test_one_file_is_saved_as_itself_byte_for_byte(shell, waiting):
    ran = shell("download", waiting[0], "--to", ".", "--json", user="s6814053")
    assert ran.code == 0
    name = "6804012_CTF_6814053_001.XML"
    assert ran.data == {
        "path": name,
        "files": [{"id": waiting[0], "name": name, "collected": False}],
    }
    assert (shell.folder / name).read_bytes() == making.ctf(children=[Child(making.upn(1), surname="Llwyd")])
    assert state(shell, waiting[0]) == "awaiting"


@pytest.mark.requirement("R-DWN-2")
def test_several_are_one_zip(shell, waiting):
    ran = shell("download", *waiting, "--json", user="s6814053")
    path = shell.folder / ran.data["path"]
    assert [one["id"] for one in ran.data["files"]] == waiting
    with zipfile.ZipFile(path) as bundle:
        assert bundle.namelist() == [one["name"] for one in ran.data["files"]]


@pytest.mark.requirement("R-DWN-3")
def test_confirm_collects_at_once_where_it_is_asked_for(shell, waiting):
    ran = shell("download", *waiting[:2], "--confirm", "--json", user="s6814053")
    assert [one["collected"] for one in ran.data["files"]] == [True, True]
    assert [state(shell, number) for number in waiting] == ["collected", "collected", "awaiting"]


@pytest.mark.requirement("R-DWN-3")
def test_confirm_after_a_download_collects_and_tells_the_sender(shell, waiting, mails):
    out = shell("download", waiting[0], user="s6814053").out
    assert f"s2s-tui confirm {waiting[0]}" in out
    before = mails()
    ran = shell("confirm", waiting[0], "--json", user="s6814053")
    assert ran.code == 0
    assert ran.data == [
        {"id": waiting[0], "name": "6804012_CTF_6814053_001.XML", "ok": True, "code": "", "message": ""}
    ]
    assert mails()[len(before) :] == ["collected"]


def test_a_collected_file_can_be_had_again_and_stays_collected(shell, waiting):
    shell("download", waiting[0], "--confirm", user="s6814053")
    (shell.folder / "again").mkdir()
    ran = shell("download", waiting[0], "--confirm", "--to", "again", "--json", user="s6814053")
    assert ran.code == 0
    assert ran.data["files"][0]["collected"] is False


@pytest.mark.requirement("R-LEA-2")
def test_an_authoritys_copy_changes_nothing(shell, waiting, mails):
    before = mails()
    ran = shell("download", waiting[0], "--confirm", "--json", user="680user")
    assert ran.code == 0
    assert ran.data["files"][0]["collected"] is False
    assert state(shell, waiting[0]) == "awaiting"
    assert mails() == before


@pytest.mark.requirement("R-DWN-6")
def test_a_saved_file_is_never_overwritten(shell, waiting):
    target = shell.folder / "6804012_CTF_6814053_001.XML"
    target.write_text("mine")
    shell("download", waiting[0], user="s6814053").refused(1, "exists already")
    assert target.read_text() == "mine"
    assert [path.name for path in shell.folder.iterdir()] == [target.name]


@pytest.mark.requirement("R-DWN-2")
def test_more_than_one_generic_file_is_wrong_use(shell, generics, waiting):
    assert len(generics) == 2
    shell("download", *generics, user="680user").refused(2, "one at a time")
    shell("download", generics[0], waiting[0], user="680user").refused(2, "one at a time")
    assert shell("download", generics[0], user="680user").code == 0
    assert (shell.folder / "6804012_680LLLL_one.ZIP").exists()


def test_what_cannot_be_had_does_not_stop_the_rest(shell, waiting):
    ran = shell("download", waiting[0], "999", "x", "--json", user="s6814053")
    assert ran.code == 1
    assert [one["id"] for one in ran.data["files"]] == [waiting[0]]
    assert ran.err == "There is no file 999.\nThere is no file x.\n"


def test_files_are_saved_in_the_folder_of_the_settings(shell, waiting):
    folder = shell.folder / "inbox"
    folder.mkdir()
    ran = shell("download", waiting[0], "--json", user="s6814053", env={"S2S_FOLDER": str(folder)})
    assert Path(ran.data["path"]).parent == folder
    shell("download", waiting[1], "--to", "nowhere", user="s6814053").refused(1, "There is no folder nowhere")


def test_a_disk_that_cannot_be_written_is_exit_code_4_and_leaves_nothing(shell, waiting):
    shell("download", waiting[0], "--to", "/proc", user="s6814053").refused(4, "can't be written")


IDS = [
    "0",
    "-0",
    "999",
    "99999999999999999999999",
    "٣",
    "1_0",
    "1.0",
    "1 ",
    "",
    "x",
    "'; DROP TABLE transfer",
    "\x1b[31m",
]


@pytest.mark.parametrize("number", IDS)
def test_any_text_may_be_asked_for_as_an_id_and_is_unknown(shell, number):
    for user in ("s6814053", "680user"):
        shell("download", "--", number, user=user).refused(1, "There is no file")
        shell("recall", "--reason", "x", "--", number, user=user).refused(1, "There is no file")
        for act in (["confirm"], ["reject", "--reason", "x"]):
            ran = shell(*act, "--json", "--", number, user=user)
            assert ran.code == 1
            assert outcomes(ran) == [(number, False, "file-unknown")]
            assert "\x1b" not in ran.out + ran.err + ran.data[0]["message"]


@pytest.mark.parametrize("user", ["s6604025", "660dba"])
@pytest.mark.requirement("R-SYS-4")
def test_another_organisations_file_is_answered_as_an_unknown_one(shell, waiting, user):
    if user == "660dba":
        shell("download", waiting[0], user=user).refused(1, f"There is no file {waiting[0]}.")
    other = shell("download", waiting[0], user=user)
    unknown = shell("download", "999", user=user)
    assert other.code == unknown.code == 1
    assert other.err == unknown.err.replace("999", waiting[0])
    assert outcomes(shell("confirm", waiting[0], "--json", user=user)) == [
        (waiting[0], False, "file-unknown")
    ]
    with shell.site().store.connection():
        refused = AuditEntry.select().where(AuditEntry.outcome == "file-unknown").count()
    assert refused >= 3


@pytest.mark.parametrize("user", ["680dbaview", "wg"])
def test_a_role_without_the_permission_is_not_allowed(shell, waiting, user):
    for number in (waiting[0], "999", "x"):
        for command in (["download"], ["confirm"], ["reject", "--reason", "x"], ["recall", "--reason", "x"]):
            shell(*command, number, "--json", user=user).refused(3, "may not do this")


def test_what_was_not_downloaded_is_not_confirmed(shell, waiting):
    shell("download", waiting[0], user="s6814053")
    ran = shell("confirm", *waiting[:2], "999", "--json", user="s6814053")
    assert ran.code == 1
    assert outcomes(ran) == [
        (waiting[0], True, ""),
        (waiting[1], False, "not-downloaded"),
        ("999", False, "file-unknown"),
    ]
    assert ran.err == "2 of 3 could not be done.\n"


def test_whoever_comes_second_hears_who_was_first(shell, waiting):
    shell("download", waiting[0], "--confirm", user="s6814053")
    ran = shell("reject", waiting[0], "--reason", "late", user="s6814053")
    assert ran.code == 1
    assert "is collected already: s6814053" in ran.out


@pytest.mark.requirement("R-DWN-4")
def test_a_rejected_file_leaves_the_queue_and_its_sender_is_told(shell, waiting, mails):
    before = mails()
    ran = shell("reject", *waiting[:2], "--reason", "not our pupil", user="s6814053")
    assert ran.code == 0
    assert ran.out.count("rejected") == 2
    assert mails()[len(before) :] == ["rejected", "rejected"]
    assert [one["id"] for one in shell("files", "--json", user="s6814053").data] == waiting[2:]


def test_a_rejection_needs_a_reason_with_words(shell, waiting):
    shell("reject", waiting[0], "--reason", " \t", user="s6814053").refused(1, "Give a reason")
    shell("reject", waiting[0], "--reason", "x" * 501, user="s6814053").refused(1, "at most 500")
    assert state(shell, waiting[0]) == "awaiting"


def test_only_the_destination_rejects(shell, waiting):
    ran = shell("reject", waiting[0], "--reason", "x", "--json", user="s6804012")
    assert outcomes(ran) == [(waiting[0], False, "not-destination")]


@pytest.mark.requirement("R-SYS-7")
def test_before_collection_a_file_is_withdrawn(shell, waiting):
    ran = shell("recall", waiting[0], "--reason", "wrong school", "--json", user="s6804012")
    assert ran.code == 0
    assert ran.data == {"id": waiting[0], "name": "6804012_CTF_6814053_001.XML", "withdrawn": True}
    assert state(shell, waiting[0]) == "deleted"
    shell("download", waiting[0], user="s6814053").refused(1, "can't be downloaded any more")


@pytest.mark.requirement("R-SYS-7")
def test_after_collection_everybody_is_told(shell, waiting, mails):
    shell("download", waiting[0], "--confirm", user="s6814053")
    ran = shell("recall", waiting[0], "--reason", "wrong school", user="s6804012")
    assert ran.code == 0
    assert "had been collected; both sides are told" in ran.out
    assert "recalled" in mails()


def test_only_the_sender_recalls(shell, waiting):
    shell("recall", waiting[0], "--reason", "x", user="s6814053").refused(1, "only its sender")
    lost = shell.id_of("6804012_CTF_XXXXXXX_001.XML")
    shell("recall", lost, "--reason", "x", user="s6804012").refused(1, "Lost Pupil Database")


def test_people_are_told_what_was_saved(shell, waiting):
    out = shell("download", *waiting[:2], "--confirm", user="s6814053").out.splitlines()
    assert out[0].startswith("Saved: s2s_6814053_")
    assert out[1:] == ["  6804012_CTF_6814053_001.XML", "  6804012_CTF_6814053_002.XML", "2 collected."]


def test_a_folder_whose_name_is_no_text_can_be_saved_to(shell, waiting):
    folder = os.fsdecode(b"inbox-\xff")
    (shell.folder / folder).mkdir()
    ran = shell.process("download", waiting[0], "--to", folder, "--json", user="s6814053")
    assert ran.code == 0
    assert "\ufffd" in ran.data["path"]
    assert shell.process("download", waiting[0], "--to", folder, user="s6814053").code == 1
