"""Files that are none, change, lead elsewhere or have no end; places where nothing can be saved."""

import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import making
import pytest
import watching

from s2s_tui.base.errors import Refused, Unreachable
from s2s_tui.services import files, upkeep, uploads
from s2s_tui.store import backup
from s2s_tui.store.models import Message

NAME = "6804012_CTF_6814053_001.XML"


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)  # the test is in its folder: a socket's path is short


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10 * 2**30)


TRAPS: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (os.mkfifo, "file-irregular"),
    "socket": (_socket, "file-unreadable"),
    "folder": (Path.mkdir, "file-irregular"),
    "link": (lambda path: path.symlink_to("/etc/passwd"), "file-link"),
    "link to nothing": (lambda path: path.symlink_to("nowhere"), "file-link"),
    "link to itself": (lambda path: path.symlink_to(path), "file-link"),
    "link to a device": (lambda path: path.symlink_to("/dev/zero"), "file-link"),
    "ten gigabytes of nothing": (_sparse, "file-large"),
}


@pytest.mark.requirement("R-UPL-4")
@pytest.mark.parametrize("trap", TRAPS)
def test_what_is_no_file_is_neither_waited_for_nor_followed(
    tmp_path: Path, trap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, code = TRAPS[trap]
    make(tmp_path / NAME)
    offered = files.read(tmp_path / NAME)
    assert offered.content == b""
    assert offered.problem is not None
    assert offered.problem.code == code


@pytest.mark.parametrize(
    "path", ["/dev/zero", "/dev/full", "/proc/kmsg", "/proc/self/mem", "a\0b", "x" * 5000, "/"]
)
def test_no_path_of_the_system_yields_anything(path: str) -> None:
    offered = files.read(Path(path))
    assert offered.content == b""
    assert offered.problem is not None


def test_a_file_that_says_it_is_empty_is_read_up_to_the_limit_only() -> None:
    """Files of /proc have no size; what comes of them is bounded all the same."""
    assert files.read(Path("/proc/self/environ")).problem is None


@pytest.mark.requirement("R-UPL-8")
def test_what_is_checked_is_what_is_sent_however_the_file_changes_meanwhile(lite, tmp_path: Path) -> None:
    """The bytes are read once: there is no time between check and sending in which they could be replaced."""
    path = tmp_path / NAME
    good, bad = making.ctf(), b"<!DOCTYPE x>" * 1000
    path.write_bytes(good)
    done = threading.Event()

    def flip() -> None:
        part = tmp_path / "part"
        while not done.is_set():
            for content in (bad, good):
                part.write_bytes(content)
                part.replace(path)

    thread = threading.Thread(target=flip)
    thread.start()
    actor = making.logged_on(lite, "school", "6804012")
    try:
        receipts = [uploads.upload(actor, lite, files.read(path)) for _ in range(20)]
    finally:
        done.set()
        thread.join()
    assert {receipt.status for receipt in receipts} <= {"sent", "already-sent", "refused"}
    assert {receipt.pupils for receipt in receipts if receipt.ok} <= {1}


def test_nothing_is_saved_over_a_link_or_through_it(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / NAME).symlink_to(elsewhere)
    with pytest.raises(Refused, match="file-exists"):
        files.save(tmp_path, NAME, lambda file: file.write(b"x"))
    assert not elsewhere.exists()


def test_a_link_that_is_laid_while_a_file_is_saved_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"

    def write(file) -> None:
        file.write(b"x")
        (tmp_path / NAME).symlink_to(elsewhere)

    with pytest.raises(Refused, match="file-exists"):
        files.save(tmp_path, NAME, write)
    assert not elsewhere.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME], "no part stays"


@pytest.mark.parametrize("mask", ["000", "077", "777"])
def test_what_is_saved_is_its_owners_alone_whatever_the_umask(tmp_path: Path, mask: str) -> None:
    code = f"""
import os
os.umask(0o{mask})
from pathlib import Path
from s2s_tui.services import files
files.save(Path({str(tmp_path)!r}), {NAME!r}, lambda file: file.write(b"x"))
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert (tmp_path / NAME).stat().st_mode & 0o077 == 0


@pytest.mark.requirement("R-DWN-6")
def test_a_full_disk_leaves_nothing_half_done(tmp_path: Path) -> None:
    """A limit on the size of files fails like a full disk: at the write, in the middle."""
    code = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
from pathlib import Path
from s2s_tui.base.errors import Unreachable
from s2s_tui.services import files
try:
    files.save(Path({str(tmp_path)!r}), {NAME!r}, lambda file: file.write(bytes(10**6)))
except Unreachable as error:
    print(error.code)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "disk"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("R-SYS-6")
def test_of_two_backups_at_once_neither_names_what_the_other_is_still_writing(lite, tmp_path: Path) -> None:
    target, part = tmp_path / "copy.sqlite", tmp_path / ".copy.sqlite.part"

    def back_up() -> int:
        return upkeep.backup(lite.settings, target, lite.clock)

    with backup._held(part) as file:
        os.write(file, b"half a copy")
        with pytest.raises(Refused, match="backup-running"):
            back_up()
        assert part.read_bytes() == b"half a copy"
    assert list(tmp_path.glob("*copy*")) == []
    # What one that was killed has left, open to all, holds nobody up and nothing of it stays.
    part.write_bytes(bytes(10**7))
    part.chmod(0o666)
    assert back_up() == target.stat().st_size < 10**7
    assert target.stat().st_mode & 0o777 == 0o600
    part.symlink_to(tmp_path / "elsewhere")
    target.unlink()
    with pytest.raises(Unreachable, match="disk"):
        back_up()
    assert not (tmp_path / "elsewhere").exists()
    part.unlink()
    done = watching.at_once(lite, *[lambda: backup.write(lite.store, target)] * 3)
    assert set(watching.errors(done)) <= {"backup-running", "file-exists"}
    assert len(watching.errors(done)) == 2
    assert [path.name for path in tmp_path.glob("*copy*")] + list(tmp_path.glob(".copy*")) == ["copy.sqlite"]
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("SELECT COUNT(*) FROM user").fetchone()[0] > 20


@pytest.mark.requirement("R-SYS-6")
def test_a_database_over_its_quota_is_not_called_damaged(lite) -> None:
    """Whoever restored a backup then would lose what is whole. A limit on the size of files fails so too."""
    actor, settings = making.logged_on(lite, "user", "680"), lite.settings
    code = f"""
import os, resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from s2s_tui.base.errors import Unreachable
from s2s_tui.base.settings import Settings
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import message_sending, site
found = site.open_site(Settings(database={settings.database!r}, key_file={settings.key_file!r}))
actor = Actor({actor.user!r}, Role.USER, "680", {actor.session!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    for number in range(20):
        message_sending.send(actor, found, ["6814053"], "x", "x" * 50_000)
except Unreachable as error:
    print(number, error.code)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    number, told = ran.stdout.split()
    assert told == "database-disk"
    with lite.store.connection():
        assert Message.select().count() == int(number) < 20
    assert upkeep.verify(lite).ok


@pytest.mark.parametrize("name", ["x" * 300, "é" * 200])
def test_a_name_that_is_too_long_for_the_disk_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreachable, match="disk"):
        files.save(tmp_path, name, lambda file: file.write(b"x"))
    assert list(tmp_path.iterdir()) == []
