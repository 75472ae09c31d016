"""`check`, `upload`, `files`, `download`, `reject` for each kind of file (R-UPL-4, R-DWN-2, R-NAM)."""

import io
import zipfile

import pytest

from s2s_tui.services.files import Offered

XML = '<?xml version="1.0" encoding="utf-8"?>\n<Message><Name>Siân</Name></Message>\n'.encode()
KINDS = [
    # kind, who sends what, to whom
    ("generic", "s6804012", "6804012_6814053_attendance.ZIP", "s6814053"),
    ("generic", "s6804012", "6804012_680LLLL_Attendance_(a).ZIP", None),
    ("generic", "s6804012", "6804012_681LLLL_attendance.zip", "681user"),
    ("generic", "681user", "681LLLL_6804012_list.ZIP", "s6804012"),
    ("plasc", "s6804012", "6804012_PLA_680PLAS_001.XML", "680plasc"),
    ("plasc", "s6804012", "6804012_PLA_680PLAS_002.ZIP", "680plasc"),
    ("plasc", "680plasc", "680PLAS_PLA_6804031_001.XML", "s6804031"),
    ("admissions", "s6804012", "6804012_ADM_680ADMS_001.XML", "680admissions"),
    ("admissions", "680admissions", "680ADMS_ADM_6804031_001.ZIP", "s6804031"),
    ("admissions", "680admissions", "680LLLL_ADT_6804031_26001.XML", "s6804031"),
    ("admissions", "s6804012", "6804012_ASL_680LLLL_26001.XML", "680admissions"),
]
TAKEN = [row for row in KINDS if row[3]]


def packed(size=0):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        # A day of its own, not today's second: made twice it is the same.
        entry = zipfile.ZipInfo("attendance.csv", (2026, 11, 24, 10, 30, 0))
        bundle.writestr(entry, b"upn,sessions\n" + bytes(range(256)) * (size // 256))
    return out.getvalue()


def offered(name):
    return Offered(name, packed() if name.upper().endswith(".ZIP") else XML)


def send(shell, user, name):
    path = shell.write(offered(name))
    (receipt,) = shell("upload", "--json", name, user=user).data
    path.unlink()
    assert receipt["status"] == "sent", receipt
    return receipt["id"]


@pytest.mark.requirement("R-NAM")
@pytest.mark.parametrize(("kind", "sender", "name", "receiver"), KINDS)
def test_a_file_of_each_kind_is_checked_by_its_name(shell, kind, sender, name, receiver):
    shell.write(offered(name))
    ran = shell("check", "--json", name, "--database", shell.environ["S2S_DATABASE"])
    (found,) = ran.data
    good = receiver is not None
    assert (ran.code, found["ok"], found["status"]) == (
        (0, True, "checked") if good else (1, False, "refused")
    )
    assert (found["kind"], found["pupils"]) == (kind if good else "", 0)
    assert shell("upload", "--dry-run", name, user=sender).code == ran.code


@pytest.mark.requirement("R-DWN-1")
@pytest.mark.requirement("R-DWN-2")
@pytest.mark.parametrize(("kind", "sender", "name", "receiver"), TAKEN)
def test_it_is_sent_listed_downloaded_byte_for_byte_and_collected(shell, kind, sender, name, receiver):
    number = send(shell, sender, name)
    (item,) = [
        one for one in shell("files", "--kind", kind, "--json", user=receiver).data if one["id"] == number
    ]
    assert (item["name"], item["kind"], item["pupils"], item["state"]) == (name, kind, 0, "awaiting")
    sent = shell("files", "--kind", kind, "--tab", "sent", "--json", user=sender).data
    assert number in [one["id"] for one in sent]
    ran = shell("download", number, "--confirm", "--json", user=receiver)
    assert ran.code == 0
    assert ran.data["files"] == [{"id": number, "name": name, "collected": True}]
    assert (shell.folder / name).read_bytes() == offered(name).content
    assert shell("files", "--kind", kind, "--collected", "--json", user=receiver).data[0]["id"] == number


@pytest.mark.requirement("R-DWN-4")
@pytest.mark.parametrize(("kind", "sender", "name", "receiver"), TAKEN)
def test_it_is_rejected_with_a_reason_and_its_sender_told(shell, mails, kind, sender, name, receiver):
    number = send(shell, sender, name)
    before = len(mails())
    ran = shell("reject", number, "--reason", "not ours", "--json", user=receiver)
    assert (ran.code, ran.data[0]["ok"]) == (0, True)
    assert mails()[before:] == ["rejected"]
    closed = shell("files", "--kind", kind, "--view", "closed", "--json", user=receiver).data
    assert [(one["id"], one["state"]) for one in closed] == [(number, "rejected")]
    again = shell("upload", "--json", shell.write(offered(name)).name, user=sender).data[0]
    assert again["status"] == "sent"


@pytest.mark.parametrize(("kind", "sender", "name", "receiver"), TAKEN)
def test_others_hear_of_no_such_file_and_roles_without_the_kind_are_not_allowed(
    shell, kind, sender, name, receiver
):
    number = send(shell, sender, name)
    strangers = {"generic": "660admissions", "plasc": "681plasc", "admissions": "681admissions"}
    for user in ("s6604025", strangers[kind]):
        shell("download", number, user=user).refused(1, f"There is no file {number}.")
        assert shell("reject", number, "--reason", "x", user=user).code == 1
        listed = shell("files", "--kind", kind, "--json", user=user)
        assert (listed.code, listed.data) == (0, [])
    for user in ("680dba", "680dbaview", "wg"):
        shell("files", "--kind", kind, user=user).refused(3, "may not do this")
    if kind != "generic":
        for user in ("680user", "680dba"):
            shell("download", number, user=user).refused(3, "may not do this")
            shell("reject", number, "--reason", "x", user=user).refused(3, "may not do this")
    assert list(shell.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ("680dba", "680LLLL_6804012_list.ZIP"),
        ("680user", "680PLAS_PLA_6804031_001.XML"),
        ("680plasc", "680ADMS_ADM_6804031_001.XML"),
        ("680admissions", "680PLAS_PLA_6804031_001.XML"),
        ("680dbaview", "680LLLL_6804012_list.ZIP"),
    ],
)
def test_a_role_that_sends_no_such_kind_is_not_allowed(shell, user, name):
    shell.write(offered(name))
    ran = shell("upload", "--json", name, user=user)
    assert ran.code == 3
    assert [problem["code"] for problem in ran.data[0]["problems"]] == ["not-allowed"]


@pytest.mark.requirement("R-DWN-2")
def test_generic_files_come_one_at_a_time_and_others_as_one_zip(shell):
    generic = [send(shell, "681user", f"681LLLL_6804012_list{number}.ZIP") for number in (1, 2)]
    plasc = [send(shell, "680plasc", f"680PLAS_PLA_6804012_00{number}.XML") for number in (1, 2)]
    for ids in (generic, [generic[0], plasc[0]], [plasc[0], generic[0]], [*generic, "999"]):
        ran = shell("download", *ids, "--confirm", "--json", user="s6804012")
        ran.refused(2, "one at a time")
        assert ran.out == ""
    assert list(shell.folder.iterdir()) == []
    ran = shell("download", *plasc, "--json", user="s6804012")
    assert ran.code == 0
    with zipfile.ZipFile(shell.folder / ran.data["path"]) as bundle:
        assert bundle.namelist() == [f"680PLAS_PLA_6804012_00{number}.XML" for number in (1, 2)]
    assert shell("download", generic[0], generic[0], user="s6804012").code == 0


@pytest.mark.requirement("R-UPL-4")
@pytest.mark.parametrize(
    ("user", "name", "size", "code"),
    [
        ("s6804012", "6804012_681LLLL_large.ZIP", 4 * 1024**2 - 1000, 0),
        ("s6804012", "6804012_681LLLL_large.ZIP", 4 * 1024**2 + 256, 1),
        ("681user", "681LLLL_6804012_large.ZIP", 4 * 1024**2 + 256, 0),
        ("681user", "681LLLL_6804012_large.ZIP", 10 * 1024**2 + 256, 1),
    ],
)
def test_a_zip_may_be_as_large_as_its_sender_may_send(shell, user, name, size, code):
    (shell.folder / name).write_bytes(packed(size))
    assert shell("check", name).code == code
    assert shell("upload", name, user=user).code == code


@pytest.mark.requirement("R-UPL-4")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("6804012_681LLLL_x.ZIP", b"no zip"),
        ("6804012_681LLLL_x.ZIP", b""),
        ("6804012_681LLLL_x.ZIP", packed()[:-10]),
        ("6804012_PLA_680PLAS_001.XML", b"<a>"),
        ("6804012_PLA_680PLAS_001.XML", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("6804012_PLA_680PLAS_001.ZIP", XML),
        ("6804012_ADM_680ADMS_001.XML", b""),
        ("6804012_ADM_680ADMS_001.XML", packed()),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_before_and_at_the_upload(shell, name, content):
    (shell.folder / name).write_bytes(content)
    for command, user in ((["check"], None), (["upload", "--dry-run"], "s6804012"), (["upload"], "s6804012")):
        ran = shell(*command, "--json", name, user=user)
        assert ran.code == 1
        assert (ran.data[0]["ok"], ran.data[0]["status"]) == (False, "refused")
        assert ran.data[0]["problems"][0]["message"]
