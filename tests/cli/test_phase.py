"""`phase gather`, `phase split`, `phase send` (R-PHA)."""

import subprocess
import sys

import making
import pytest
from hostile import HOSTILE, harmless
from making import PASSWORD, Child, upn

from s2s_tui.rules.split import take_apart
from s2s_tui.services import phase
from s2s_tui.store.models import AuditEntry, Transfer

BULK = [f"6804012_CTF_680LLLL_{number:03}.XML" for number in (1, 2)]
PUPILS = {BULK[0]: (51, 52, 53), BULK[1]: (54, 55)}


@pytest.fixture
def sent(shell):
    """The ids of two bulk files that a school sent to 680."""
    for number, serials in enumerate(PUPILS.values(), 1):
        children = [
            Child(upn(serial), surname=f"Prys {serial}", more=f"<Odd a='{serial}'>ŵ</Odd><!-- {serial} -->")
            for serial in serials
        ]
        shell.write(making.offered("6804012", "680LLLL", number, children))
    found = shell("upload", "--json", *BULK, user="s6804012").data
    assert [one["status"] for one in found] == ["sent", "sent"]
    for name in BULK:
        (shell.folder / name).unlink()
    for name in ("in", "out"):
        (shell.folder / name).mkdir()
    return [one["id"] for one in found]


@pytest.fixture
def gathered(shell, sent):
    assert shell("phase", "gather", "--to", "in", user="680user").code == 0
    return sent


def allocate(shell, *rows, head="upn,school", end="\n"):
    path = shell.folder / "allocation.csv"
    path.write_text(end.join([head, *(",".join(row) for row in rows)]) + end, "utf-8")
    return path.name


def split(shell, *options, user="680user", lists="allocation.csv"):
    return shell("phase", "split", "in", "--allocation", lists, "--to", "out", *options, user=user)


def states(shell, ids):
    with shell.site().store.connection():
        return [Transfer.get(Transfer.id == int(number)).state for number in ids]


# --- a changed place


@pytest.mark.requirement("R-PHA-2", "R-SYS-4")
def test_a_changed_place_goes_to_the_new_school_and_the_old_one_is_told(shell, sent):
    site = shell.site()
    clerk = making.logged_on(site, "user", "680")
    phase.take_in(clerk, site)
    seats = {seat.upn: seat.id for seat in phase.board(clerk, site).seats}
    phase.assign(clerk, site, [seats[upn(51)]], "6804031")
    list(phase.send(clerk, site))
    site.store.close()
    change = ("phase", "change", upn(51), "--school")
    shell(*change, "6814053", user="680lostpupil").refused(3, "LEA Lost Pupil")
    shell("phase", "change", upn(52), "--school", "6814053", user="680user").refused(1, "not been sent")
    shell("phase", "change", upn(99), "--school", "6814053", user="680user").refused(1, "on the board")
    ran = shell(*change, "6814053", "--json", user="680user")
    assert (ran.code, ran.data["file"]) == (0, "680LLLL_CTF_6814053_001.XML")
    subjects = [one["subject"] for one in shell("messages", "list", "--json", user="s6804031").data]
    assert subjects == ["A pupil has changed place: 680LLLL_CTF_6804031_001.XML"]
    shell(*change, "6814053", user="680user").refused(1, "already")


# --- gather


@pytest.mark.requirement("R-PHA-1")
def test_bulk_files_that_wait_are_saved_each_as_itself(shell, sent):
    ran = shell("phase", "gather", "--to", "in", "--json", user="680user")
    assert ran.code == 0
    assert ran.data == [
        {
            "id": number,
            "name": name,
            "path": f"in/{name}",
            "status": "saved",
            "collected": False,
            "code": "",
            "message": "",
        }
        for number, name in zip(sent, BULK, strict=True)
    ]
    assert sorted(path.name for path in (shell.folder / "in").iterdir()) == BULK
    assert states(shell, sent) == ["awaiting", "awaiting"]


@pytest.mark.requirement("R-PHA-1")
def test_run_again_it_leaves_what_is_there_and_confirm_collects_that_too(shell, sent):
    shell("phase", "gather", "--to", "in", user="680user")
    (shell.folder / "in" / BULK[1]).unlink()
    again = shell("phase", "gather", "--to", "in", "--confirm", "--json", user="680user")
    assert again.code == 0
    assert [(one["status"], one["collected"]) for one in again.data] == [("there", True), ("saved", True)]
    assert states(shell, sent) == ["collected", "collected"]
    last = shell("phase", "gather", "--to", "in", user="680user")
    assert (last.code, last.out) == (0, "No files.\n")


@pytest.mark.requirement("R-DWN-6")
def test_another_file_of_that_name_is_left_and_said_and_never_confirmed(shell, sent):
    (shell.folder / "in" / BULK[0]).write_text("mine")
    ran = shell("phase", "gather", "--to", "in", "--confirm", "--json", user="680user")
    assert ran.code == 1
    assert [(one["status"], one["collected"], one["code"]) for one in ran.data] == [
        ("refused", False, "file-exists"),
        ("saved", True, ""),
    ]
    assert (shell.folder / "in" / BULK[0]).read_text() == "mine"
    assert states(shell, sent) == ["awaiting", "collected"]
    assert "exists already" in shell("phase", "gather", "--to", "in", user="680user").out


def test_a_copy_that_was_never_downloaded_is_not_confirmed(shell, sent):
    children = [Child(upn(serial), surname=f"Prys {serial}") for serial in (61,)]
    shell.write(making.offered("6804031", "680LLLL", 9, children))
    assert shell("upload", "6804031_CTF_680LLLL_009.XML", user="s6804031").code == 0
    name = "6804031_CTF_680LLLL_009.XML"
    (shell.folder / name).replace(shell.folder / "in" / name)
    ran = shell("phase", "gather", "--to", "in", "--confirm", "--json", user="680user")
    assert (ran.code, ran.err) == (1, "1 of 3 could not be done.\n")
    assert [one["code"] for one in ran.data] == ["", "", "not-downloaded"]


GATHERING = """
import os, signal, sys
from s2s_tui.cli import main
from s2s_tui.services import downloads
download = downloads.download
def stopping(*given, **named):
    saved = download(*given, **named)
    os.kill(os.getpid(), signal.SIGINT)
    return saved
downloads.download = stopping
sys.exit(main.run(None, ["phase", "gather", "--to", "in", "--json"]))
"""


def test_a_gathering_that_is_stopped_goes_on_when_run_again(shell, sent):
    done = subprocess.run(
        [sys.executable, "-c", GATHERING],
        env=shell.env("680user", PASSWORD, None),
        cwd=shell.folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == "Stopped: 1 of 2 files were looked at. Run it again to go on.\n"
    assert [path.name for path in (shell.folder / "in").iterdir()] == [BULK[0]]
    ran = shell("phase", "gather", "--to", "in", "--json", user="680user")
    assert [one["status"] for one in ran.data] == ["there", "saved"]


# --- split


@pytest.mark.requirement("R-PHA-1")
def test_a_file_is_written_for_each_school_with_every_element_as_it_came(shell, gathered):
    allocate(shell, (upn(51), "6804031"), (upn(54), "6804031"), *((upn(n), "6814053") for n in (52, 53, 55)))
    ran = split(shell, "--json")
    assert ran.code == 0
    assert ran.data == {
        "written": [
            {
                "file": f"680LLLL_CTF_{school}_001.XML",
                "path": f"out/680LLLL_CTF_{school}_001.XML",
                "school": school,
                "pupils": pupils,
            }
            for school, pupils in (("6804031", 2), ("6814053", 3))
        ],
        "unallocated": [],
        "unknown": [],
        "wrong": [],
        "twice": [],
        "unread": [],
    }
    before = {
        piece.upn: piece.xml
        for name in BULK
        for piece in take_apart((shell.folder / "in" / name).read_bytes()).pieces
    }
    after = {
        piece.upn: piece.xml
        for path in (shell.folder / "out").iterdir()
        for piece in take_apart(path.read_bytes()).pieces
    }
    assert after == before
    assert all("ŵ".encode() in xml for xml in after.values())
    assert states(shell, gathered) == ["awaiting", "awaiting"]


@pytest.mark.requirement("R-PHA-1")
def test_all_that_was_left_out_is_said_to_people_and_programs(shell, gathered):
    (shell.folder / "in/notes.txt").write_text("no CTF")
    (shell.folder / "in/6804031_CTF_680LLLL_003.XML").write_bytes(
        making.ctf("6804031", "680LLLL", [Child(upn(51), surname="Same")])
    )
    allocate(
        shell,
        (upn(51), "6804031"),
        (upn(52), "6809999"),
        (upn(53), "6804031"),
        (upn(53), "6814053"),
        ("", "6804031"),
        (upn(77), "6804031"),
        (upn(54), "6804031"),
    )
    ran = split(shell, "--json")
    assert ran.code == 1
    assert ran.err.startswith("Files written: 1. Pupils in them: 3; left out: ")
    assert ran.err.count("\n") == 1
    assert [(one["file"], one["pupils"]) for one in ran.data["written"]] == [
        ("680LLLL_CTF_6804031_001.XML", 3)
    ]
    assert ran.data["unallocated"] == [
        {"file": BULK[0], "upn": upn(52)},
        {"file": BULK[0], "upn": upn(53)},
        {"file": BULK[1], "upn": upn(55)},
    ]
    assert ran.data["unknown"] == [{"line": 7, "upn": upn(77)}]
    assert ran.data["wrong"] == [
        {"line": 3, "text": "6809999"},
        {"line": 4, "text": upn(53)},
        {"line": 5, "text": upn(53)},
        {"line": 6, "text": "6804031"},
    ]
    assert ran.data["twice"] == [upn(51)]
    assert ran.data["unread"] == ["notes.txt"]
    for path in (shell.folder / "out").iterdir():
        path.unlink()
    said = split(shell)
    assert said.code == 1
    assert said.err == ""
    for line in (
        "680LLLL_CTF_6804031_001.XML  6804031       3",
        f"  {upn(55)}  {BULK[1]}",
        f"  7: {upn(77)}",
        "  3: 6809999",
        f"  {upn(51)}",
        "  notes.txt",
        "Files written: 1. Pupils in them: 3; left out: 3.",
    ):
        assert line in said.out.splitlines(), line


def test_a_upn_of_several_pupils_alone_is_told_and_is_no_refusal(shell, gathered):
    (shell.folder / "in/6804031_CTF_680LLLL_003.XML").write_bytes(
        making.ctf("6804031", "680LLLL", [Child(upn(51), surname="Same")])
    )
    allocate(shell, *((upn(serial), "6804031") for serial in range(51, 56)))
    ran = split(shell, "--json")
    assert (ran.code, ran.data["twice"]) == (0, [upn(51)])


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffupn;school\r\n{0};6804031\r\n".encode(),
        "UPN\tSchool\tName\n{0}\t6804031\tSiân\n".encode("utf-16"),
        b"name,school,upn\n\xca\xeb,6804031,{0}\n",
        b'sep=;\nupn;school\n="{0}";"6804031"\n',
        b"upn,school\r{0},6804031\r",
        b'upn,note,school\n{0},"two\nlines",6804031\n',
    ],
    ids=["excel", "unicode text", "windows-1252", "sep", "old mac", "two lines"],
)
def test_a_list_is_read_however_a_spreadsheet_saved_it(shell, gathered, content):
    encoded = upn(51).encode("utf-16")[2:] if content.startswith(b"\xff\xfe") else upn(51).encode()
    marker = "{0}".encode("utf-16")[2:] if content.startswith(b"\xff\xfe") else b"{0}"
    (shell.folder / "list.csv").write_bytes(content.replace(marker, encoded))
    ran = split(shell, "--json", lists="list.csv")
    assert [(one["school"], one["pupils"]) for one in ran.data["written"]] == [("6804031", 1)]
    assert (ran.data["wrong"], ran.data["unknown"]) == ([], [])


@pytest.mark.requirement("R-SYS-2")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 50,
        b"\xff\xfe\0",
        b"upn,school\n\x1b[31m\x1b]0;x\x07,\x9b31m\n",
        b'upn,school\n"never closed,6804031\n',
        b"upn,school\n" + b"a" * 200_000 + b",6804031\n",
        "upn,school\n\u202eevil,[bold]{x} %s\n=cmd|' /C calc'!A0,6804031\n".encode(),
        "upn,school\nR20\udcff,680\n".encode("utf-8", "surrogateescape"),
        b"upn,school\n" + b",\n" * 20_000,
        b"upn,upn,school,school\nA,B,6804031,6814053\n",
    ],
)
def test_a_hostile_list_breaks_nothing_and_is_shown_harmlessly(shell, gathered, content):
    (shell.folder / "list.csv").write_bytes(content)
    for options in ([], ["--json"]):
        ran = split(shell, *options, lists="list.csv")
        assert ran.code == 1, ran
        assert "Something went wrong" not in ran.err
        assert harmless(ran.err)
        assert ran.out.isascii() if options else harmless(ran.out)
    assert list((shell.folder / "out").iterdir()) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_in_the_folders_are_shown_harmlessly(shell, gathered, name):
    (shell.folder / "in" / name).write_bytes(b"x")
    (shell.folder / "out" / name).write_bytes(b"x")
    allocate(shell, *((upn(serial), "6804031") for serial in range(51, 56)))
    assert split(shell, "--json").data["unread"] != []
    for path in (shell.folder / "out").glob("680LLLL*"):
        path.unlink()
    for ran in (split(shell), shell("phase", "send", "out", user="680user")):
        assert ran.code == 1
        assert harmless(ran.out + ran.err)


def test_what_keeps_a_split_from_beginning_is_one_line(shell, gathered):
    split(shell).refused(1, "allocation.csv can't be read")
    allocate(shell, (upn(51), "6804031"), head="pupil,place")
    split(shell).refused(1, "needs the columns upn and school")
    allocate(shell, (upn(51), "6804031"))
    shell("phase", "split", "in", "--allocation", "allocation.csv", "--to", "no", user="680user").refused(
        1, "There is no folder no"
    )
    shell("phase", "split", "in", "--to", "out", user="680user").refused(2, "--allocation")
    (shell.folder / "out/680LLLL_CTF_6804031_001.XML").write_text("mine")
    split(shell).refused(1, "exists already")
    assert (shell.folder / "out/680LLLL_CTF_6804031_001.XML").read_text() == "mine"


# --- send


@pytest.fixture
def ready(shell, gathered):
    """A folder with a file for each of two schools."""
    allocate(shell, (upn(51), "6804031"), (upn(54), "6804031"), *((upn(n), "6814053") for n in (52, 53, 55)))
    assert split(shell).code == 0
    return gathered


@pytest.mark.requirement("R-PHA-1")
def test_all_are_sent_and_run_again_it_is_said_that_they_were(shell, ready, mails):
    ran = shell("phase", "send", "out", "--json", user="680user")
    assert ran.code == 0
    assert [(one["file"], one["source"], one["status"]) for one in ran.data] == [
        ("680LLLL_CTF_6804031_001.XML", "680LLLL", "sent"),
        ("680LLLL_CTF_6814053_001.XML", "680LLLL", "sent"),
    ]
    count = len(mails())
    again = shell("phase", "send", "out", user="680dba")
    assert again.code == 0
    assert again.out.splitlines()[-1] == "2 already sent."
    assert len(mails()) == count
    assert [one["name"] for one in shell("files", "--json", user="s6804031").data] == [
        "680LLLL_CTF_6804031_001.XML"
    ]


SENDING = """
import os, signal, sys
from s2s_tui.cli import main
from s2s_tui.services import uploads
send = uploads.upload
def stopping(*given):
    receipt = send(*given)
    os.kill(os.getpid(), signal.{name})
    return receipt
uploads.upload = stopping
sys.exit(main.run(None, ["phase", "send", "out"]))
"""


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_sending_that_is_stopped_sends_the_rest_when_run_again(shell, ready, name):
    done = subprocess.run(
        [sys.executable, "-c", SENDING.format(name=name)],
        env=shell.env("680user", PASSWORD, None),
        cwd=shell.folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == "Stopped: 1 of 2 files were looked at. Run it again to go on.\n"
    assert done.stdout.splitlines()[-1] == "1 sent."
    again = shell("phase", "send", "out", user="680user")
    assert (again.code, again.out.splitlines()[-1]) == (0, "1 sent, 1 already sent.")


def test_there_must_be_a_folder(shell, ready):
    shell("phase", "send", "nothing", user="680user").refused(1, "There is no folder nothing")
    shell("phase", "send", "allocation.csv", user="680user").refused(1, "There is no folder allocation.csv")
    shell("phase", "send", user="680user").refused(2, "DIR")
    shell("phase", user="680user").refused(2, "Missing command")
    (shell.folder / "empty").mkdir()
    assert shell("phase", "send", "empty", "--json", user="680user").data == []


# --- who


@pytest.mark.requirement("R-PHA-1")
@pytest.mark.parametrize("user", ["s6804012", "680lostpupil", "680plasc", "680dbaview", "wg"])
def test_a_role_without_phase_transfers_is_not_allowed(shell, ready, user):
    shell("phase", "gather", "--to", "in", user=user).refused(3, "may not do this")
    split(shell, user=user).refused(3, "may not do this")
    shell("phase", "send", "out", user=user).refused(3, "may not do this")
    with shell.site().store.connection():
        refused = AuditEntry.select().where(
            (AuditEntry.action == "phase") & (AuditEntry.outcome == "not-allowed")
        )
        assert refused.count() == 3


def test_another_authority_gathers_and_sends_nothing_of_it(shell, ready):
    (shell.folder / "other").mkdir()
    ran = shell("phase", "gather", "--to", "other", "--confirm", "--json", user="681dba")
    assert (ran.code, ran.data) == (0, [])
    ran = shell("phase", "send", "out", "--json", user="681dba")
    assert ran.code == 1
    assert {problem["code"] for one in ran.data for problem in one["problems"]} >= {"source-not-own"}
    assert {one["status"] for one in ran.data} == {"refused"}
    assert shell("files", "--json", user="s6804031").data == []


def test_as_a_process_from_gather_to_send(shell, sent):
    assert shell.process("phase", "gather", "--to", "in", "--confirm", "--json", user="680user").code == 0
    allocate(shell, *((upn(serial), "6804031") for serial in range(51, 56)))
    ran = shell.process(
        "phase", "split", *(f"in/{name}" for name in BULK), "--allocation", "allocation.csv", "--to", "out",
        "--json", user="680user",
    )  # fmt: skip
    assert (ran.code, ran.data["written"][0]["pupils"]) == (0, 5)
    ran = shell.process("phase", "send", "out", "--json", user="680user")
    assert [one["status"] for one in ran.data] == ["sent"]
    assert shell.process("verify", "--json").data["ok"] is True
