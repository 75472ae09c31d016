"""A folder of 1,000 mixed files: one summary, right counts, a bar; run again it sends the rest (R-UPL-9)."""

import collections
import io
import json
import os
import pty
import re
import signal
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import making
import pytest
from making import PASSWORD, Child, upn

from s2s_tui.store.models import Mail, Transfer

SCHOOL = "6804012"
PLACES = ("6804031", "6802310", "6814053", "6814060", "6604025", "680LLLL")


def packed(number: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("list.csv", f"upn\n{number}\n")
    return out.getvalue()


def ctf(number: int, destination: str, **wrong: str) -> bytes:
    child = Child(
        **{"upn": upn(number % 999 + 1, year=10 + number // 999), "surname": f"Prys {number}"} | wrong
    )
    return making.ctf(SCHOOL, destination, [child])


Made = Callable[[int], tuple[str, bytes]]
GOOD: list[Made] = [
    lambda n: (f"{SCHOOL}_CTF_{PLACES[n % 6]}_{n % 900 + 10:03}.XML", ctf(n, PLACES[n % 6])),
    lambda n: (f"{SCHOOL}_CTF_XXXXXXX_{n % 900 + 10:03}.XML", ctf(n, "XXXXXXX")),
    lambda n: (f"{SCHOOL}_6814053_mixed{n}.ZIP", packed(n)),
    lambda n: (f"{SCHOOL}_PLA_680PLAS_{n % 900 + 10:03}.XML", f"<Plasc>{n}</Plasc>".encode()),
    lambda n: (f"{SCHOOL}_ADM_680ADMS_{n % 900 + 10:03}.ZIP", packed(n)),
]
BAD: list[Made] = [
    lambda n: (f"letter{n}.doc", b"x"),
    lambda n: (f"{SCHOOL}_CTF_6814060_{n % 900 + 10:03}.XML", b"<CTfile>"),
    lambda n: (f"{SCHOOL}_CTF_6899999_{n % 900 + 10:03}.XML", ctf(n, "6899999")),
    lambda n: (f"6804031_CTF_6814053_{n % 900 + 10:03}.XML", making.ctf("6804031", "6814053")),
    lambda n: (f"{SCHOOL}_6604025_mixed{n}.ZIP", b"no zip"),
]


@dataclass
class Folder:
    """What was made."""

    total: int
    good: set[str]
    bad: set[str]


def fill(shell, total: int) -> Folder:
    """A folder with so many files, three in four of them good, and some that are passed over."""
    folder = Folder(total, set(), set())
    number = 0
    while len(folder.good) + len(folder.bad) < total:
        is_good = number % 4 != 3
        made = (GOOD if is_good else BAD)[number // 4 % 5](number)
        names = folder.good if is_good else folder.bad
        if made[0] not in folder.good | folder.bad:
            (shell.folder / made[0]).write_bytes(made[1])
            names.add(made[0])
        number += 1
    (shell.folder / ".hidden").write_bytes(b"x")
    (shell.folder / "below").mkdir()
    return folder


def kept(shell):
    """The files that arrived, by name."""
    with shell.site().store.connection():
        return collections.Counter(row.name for row in Transfer.select(Transfer.name))


TOTAL = 1000


@pytest.mark.requirement("R-UPL-9")
def test_a_folder_of_mixed_files_has_one_summary_with_the_right_counts(shell):
    folder, before = fill(shell, TOTAL), kept(shell)
    ran = shell("upload", ".", user=f"s{SCHOOL}")
    assert ran.code == 1
    assert ran.out.splitlines()[-1] == f"{len(folder.good)} sent, {len(folder.bad)} refused."
    assert ran.err == ""
    assert set(kept(shell) - before) == folder.good
    again = shell("upload", "--json", ".", user=f"s{SCHOOL}")
    assert again.code == 1
    assert collections.Counter(one["status"] for one in again.data) == {
        "already-sent": len(folder.good),
        "refused": len(folder.bad),
    }
    assert kept(shell) - before == collections.Counter(folder.good)


@pytest.mark.requirement("R-UPL-9")
def test_ctrl_c_leaves_each_file_sent_or_not_and_the_next_run_sends_the_rest(shell):
    folder, before = fill(shell, TOTAL), kept(shell)
    master, terminal = pty.openpty()
    with (shell.folder.parent / "out.json").open("wb") as out:
        process = subprocess.Popen(
            shell.line("upload", "--json", "."),
            env=shell.env(f"s{SCHOOL}", PASSWORD, {"COLUMNS": "80"}),
            cwd=shell.folder,
            stdout=out,
            stderr=terminal,
        )
    os.close(terminal)
    shown, asked = b"", False
    try:
        while data := os.read(master, 4096):
            shown += data
            if not asked and (seen := re.findall(rb"\] (\d+)/", shown)) and int(seen[-1]) >= TOTAL // 3:
                process.send_signal(signal.SIGINT)
                asked = True
    except OSError:
        pass
    assert process.wait() == 1
    # A bar was shown and taken away; then one line says how far it came.
    assert re.search(rb"\[#+ +\] \d+/%d " % TOTAL, shown)
    done = int(re.search(rb"\x1b\[KStopped: (\d+) of %d files" % TOTAL, shown)[1])
    assert TOTAL // 3 <= done < TOTAL
    receipts = json.loads((shell.folder.parent / "out.json").read_text())
    assert len(receipts) == done
    first = {one["file"] for one in receipts if one["status"] == "sent"}
    assert {one["file"] for one in receipts if one["status"] == "refused"} <= folder.bad
    assert kept(shell) - before == collections.Counter(first)
    again = shell("upload", "--json", ".", user=f"s{SCHOOL}").data
    by_status = collections.defaultdict(set)
    for one in again:
        by_status[one["status"]].add(one["file"])
    assert by_status == {
        "already-sent": first,
        "sent": folder.good - first,
        "refused": folder.bad,
    }
    assert kept(shell) - before == collections.Counter(folder.good)
    with shell.site().store.connection():
        told = collections.Counter((mail.about, mail.transfer, mail.recipient) for mail in Mail.select())
    assert max(told.values()) == 1
    assert shell("verify", "--json").data["ok"] is True
