"""A clerk's own folder: files in by SFTP, up and down in the app over SSH, out by SFTP, and nobody else's."""

import shutil
import stat
import subprocess
from pathlib import Path

import making
import pytest
from serving import SCHOOL, eventually, log_on, run

from s2s_tui.store.models import Transfer

NEEDS = ("root", "debian", "sshd", "ssh", "sudo", "python")
pytestmark = [pytest.mark.debian, pytest.mark.timeout(600)]

OTHER = "6814053"
FIRST, SLIP, MENDED = (f"{SCHOOL[1:]}_CTF_{OTHER}_{tail}.XML" for tail in ("301", "302 (1)", "302"))
LINK = f"{SCHOOL[1:]}_CTF_{OTHER}_303.XML"


def at(shell, where: str) -> None:
    """Go to an entry of the menu."""
    shell.quiet(0.1)
    shell.press("ctrl+p")
    shell.wait_for("Enter do it")
    shell.press(where)
    shell.quiet(0.1)
    shell.press("enter")


@pytest.fixture(autouse=True)
def emptied(server):
    """Nothing of one test is there in the next."""
    yield
    for clerk in (server.clerk, server.other):
        for path in server.files(clerk).iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


@pytest.fixture
def ctf(tmp_path) -> Path:
    path = tmp_path / FIRST
    path.write_bytes(making.ctf())
    path.chmod(0o644)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def owner_and_mode(path: Path) -> tuple[str, str, int]:
    found = path.stat()
    return path.owner(), path.group(), stat.S_IMODE(found.st_mode)


@pytest.mark.requirement("R-UPL-1")
@pytest.mark.requirement("R-DWN-6")
def test_a_file_goes_from_one_clerks_sftp_by_the_app_to_anothers(server, terminal, ctf, tmp_path):
    shell = terminal()
    log_on(shell, server)
    at(shell, "upload ctf")
    shell.wait_for("Files come in by SFTP")
    assert f"{server.clerk}-files" in shell.text
    assert "Upload › CTF   /files " in shell.text

    # It is listed while the clerk looks on; one that SFTP kept to itself is, too, once it is let go.
    done = server.sftp(f"put {ctf}", f"put {ctf} '{SLIP}'", f"chmod 600 '{SLIP}'")
    assert done.returncode == 0, done.stderr
    shell.wait_for("2 files, 1 fit")
    shell.press("down")
    shell.wait_for("The app may not read")
    server.sftp(f"chmod 640 '{SLIP}'")
    shell.wait_for(f"r renames it to {MENDED}")
    shell.press("r")
    shell.wait_for("Rename to")
    shell.press("enter")
    shell.wait_for(f"is called {MENDED} now")
    assert names(server.files()) == [FIRST, MENDED]
    shell.press("up", "up", "u")
    shell.wait_for("y/n")
    shell.press("y")
    shell.wait_for("1 sent")

    def to_the_other(clerk: str = server.other) -> list[str]:
        return server.argv("-tt", f"{clerk}@127.0.0.1")

    theirs = type(shell)(to_the_other(), 80, 24, {})
    try:
        log_on(theirs, server, f"s{OTHER}")
        at(theirs, "upload ctf")
        theirs.wait_for("0 files")
        at(theirs, "download ctf")
        theirs.wait_for(SCHOOL[1:])
        theirs.press("d")
        theirs.wait_for("Save here")
        theirs.press("n")
        theirs.wait_for("Name of the new folder")
        theirs.press("November", "enter")
        theirs.wait_for("/files/November")
        theirs.press("enter")
        theirs.wait_for(f"Saved as /files/November/{FIRST}")
        theirs.press("y")
        theirs.wait_for("1 collected")
    finally:
        theirs.close()
    saved = server.files(server.other) / "November" / FIRST
    account = f"{server.other}-files"
    assert owner_and_mode(saved) == (server.account, account, 0o660)
    assert owner_and_mode(saved.parent) == (server.account, account, 0o2770)
    got = tmp_path / "got.xml"
    done = server.sftp(f"get November/{FIRST} {got}", "rm November/*", "rmdir November", clerk=server.other)
    assert done.returncode == 0, done.stderr
    assert got.read_bytes() == ctf.read_bytes()
    assert names(server.files(server.other)) == []


def test_no_link_and_no_typed_path_leads_to_another_clerks_files_or_the_database(server, terminal, ctf):
    """SFTP makes any link; the app follows none."""
    database, theirs = server.site.store.path, server.files(server.other)
    done = server.sftp(f"put {ctf} secret.csv", clerk=server.other)
    assert done.returncode == 0
    done = server.sftp(
        f"symlink {theirs}/secret.csv {LINK}",
        f"symlink ../../{server.other}/files beside",
        f"symlink {database.parent} database",
        "symlink / root",
        "mkdir deep",
        "symlink ../.. deep/up",
    )
    assert done.returncode == 0, done.stderr
    shell = terminal()
    log_on(shell, server)
    at(shell, "upload ctf")
    shell.wait_for("is a link. Choose the file")
    assert "0 fit" in shell.text
    shell.press("g")
    shell.wait_for("Which folder are the files in?")
    shell.wait_for("deep/")
    for name in ("beside", "database", "root", "../"):
        assert name not in shell.text
    for path, said in (
        ("beside", "A link is on the way to /files/beside"),
        ("database", "A link is on the way to /files/database"),
        ("root/etc", "A link is on the way to /files/root/etc"),
        ("deep/up", "A link is on the way to /files/deep/up"),
        (f"../../{server.other}/files", "is out of reach"),
        (str(theirs), "is out of reach"),
        (str(database.parent), "is out of reach"),
        ("/etc", "/etc is out of reach"),
    ):
        shell.press("/")
        shell.quiet(0.1)
        shell.press(path, "enter")  # all of it is marked, and gives way
        shell.wait_for(lambda text, said=said: said in " ".join(text.split()))
        assert "secret.csv" not in shell.text
        shell.press("escape")
        shell.wait_for("Upload › CTF")
        shell.press("g")
        shell.wait_for("Which folder are the files in?")
        shell.wait_for("deep/")
    with server.site.store.connection():
        assert not Transfer.select().where(Transfer.name == LINK).exists()


def test_sftp_sees_the_clerks_folder_and_nothing_else_of_the_server(server, tmp_path):
    secret = server.files(server.other) / "secret"
    secret.write_text("x")
    try:
        done = server.sftp("pwd", "ls -a", "ls -a /", "ls -a ../..")
        assert "Remote working directory: /files" in done.stdout
        assert "secret" not in done.stdout
        above = {line.strip().rpartition("/")[2] for line in done.stdout.splitlines() if line[:1] == "/"}
        assert above <= {".", "..", "files", ".ssh"}
        assert server.sftp("symlink / out").returncode == 0
        for path in (secret, f"/../../{server.other}/files/secret", server.site.store.path, "/etc/passwd"):
            for begin in ("", "out/"):
                assert server.sftp(f"get {begin}{path} {tmp_path}/got").returncode != 0
        # What is above the folder is root's: nothing is put there, taken away or changed.
        for line in (
            "put /etc/hostname /hostname",
            "put /etc/hostname /.ssh/authorized_keys",
            "put /etc/hostname out/hostname",
            "rename /files /other",
            "rm /.ssh/authorized_keys",
        ):
            assert server.sftp(line).returncode != 0, line
        assert server.sftp("rm out").returncode == 0
        assert not (tmp_path / "got").exists()
        assert names(server.files()) == []
    finally:
        secret.unlink()


def test_the_account_for_files_gets_no_shell_no_command_and_no_forwarding(server):
    host = f"{server.clerk}-files@127.0.0.1"
    for line in (("-T", host), ("-T", host, "id"), ("-tt", host), ("-T", host, "/bin/sh", "-c", "id")):
        done = subprocess.run(
            server.argv(*line), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
        )
        assert done.returncode != 0
        assert "uid=" not in done.stdout
        assert "school to school" not in done.stdout
    for way in (("-W", f"127.0.0.1:{server.port}"), ("-N", "-R", "0:127.0.0.1:22")):
        options = ("-o", "ExitOnForwardFailure=yes")
        done = subprocess.run(
            server.argv(*options, *way, host), stdin=subprocess.DEVNULL, capture_output=True, timeout=30
        )
        assert done.returncode != 0, way
        assert b"SSH-2.0" not in done.stdout


def test_the_rights_of_the_machine_keep_clerks_apart_too(server):
    """Without the app: an account of one clerk reaches nothing of the other's, and lists nobody's name."""
    for account, place in (
        (server.clerk, server.files()),
        (f"{server.clerk}-files", server.files(server.other)),
        (server.clerk, server.files(server.other)),
        (server.clerk, server.files().parents[1]),
    ):
        done = subprocess.run(["sudo", "-n", "-u", account, "ls", str(place)], capture_output=True)
        assert b"Permission denied" in done.stderr
    assert owner_and_mode(server.files())[2] == 0o2770
    assert owner_and_mode(server.files().parent) == ("root", f"{server.clerk}-files", 0o750)


def test_without_a_folder_the_app_says_so_and_reaches_nothing(server, terminal):
    kept = server.files().rename(server.files().with_name("away"))
    try:
        shell = terminal()
        assert shell.leaves_within(60) == 4
        said = " ".join(shell.output.decode().split())
        assert f"{server.clerk} has no folder on this server that the app can use" in said
        assert "Traceback" not in said
    finally:
        kept.rename(server.files())


def test_the_clients_word_for_who_comes_counts_for_nothing(server, terminal):
    shell = terminal("-o", f"SetEnv=SUDO_USER={server.other} S2S_CLERK_FOLDERS=/")
    log_on(shell, server)
    at(shell, "upload ctf")
    shell.wait_for(f"{server.clerk}-files")


class TestTheScript:
    """`deploy/clerk.sh`."""

    def said(self, server, *words: str) -> tuple[int, str]:
        done = subprocess.run([server.script, *words], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def test_it_takes_no_account_of_the_machine_and_no_private_key(self, server, tmp_path):
        key = str(server.folder / "id.pub")
        for words, told in (
            (("add", "root", key), "no clerk's"),
            (("remove", "root"), "no clerk's"),
            (("add", server.account, key), "no clerk's"),
            (("remove", f"{server.clerk}-files"), "doesn't end in -files"),
            (("add", "../x", key), "Small letters"),
            (("add", "x y", key), "Small letters"),
            (("add", "-x", key), "Small letters"),
            (("add", "x" * 27, key), "At most 26"),
            (("add", "s2s-newcomer", str(server.folder / "id")), "private key"),
            (("add", "s2s-newcomer", "/etc/hostname"), "no public key"),
            (("add", "s2s-newcomer", "/nowhere"), "no file"),
            (("remove", "s2s-newcomer"), "no clerk"),
        ):
            code, said = self.said(server, *words)
            assert code == 1, words
            assert told in said, words
        for words in ((), ("add",), ("add", "x"), ("remove", "x", "y"), ("list", "x")):
            assert self.said(server, *words)[0] == 2
        assert subprocess.run(["id", "s2s-newcomer"], capture_output=True).returncode == 1
        assert server.files().is_dir()

    def test_another_key_takes_the_place_of_the_first_and_files_stay(self, server, tmp_path):
        (server.files() / "kept").write_text("x")
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "new")
        try:
            assert self.said(server, "add", server.clerk, str(tmp_path / "new.pub"))[0] == 0
            assert "Permission denied" in server.sftp("ls").stderr
            assert "Permission denied" in server.ssh().stderr
        finally:
            assert self.said(server, "add", server.clerk, str(server.folder / "id.pub"))[0] == 0
        assert "kept" in server.sftp("ls", "rm kept").stdout

    def test_a_clerk_who_goes_is_shown_out_and_leaves_nothing(self, server, terminal_class):
        name = server.clerk.replace("-c-", "-e-")
        assert self.said(server, "add", name, str(server.folder / "id.pub"))[0] == 0
        shell = terminal_class(server.argv("-tt", f"{name}@127.0.0.1"), 80, 24, {})
        try:
            log_on(shell, server)
            assert self.said(server, "remove", name) == (
                0,
                f"{name} is gone, and what lay in {server.folder}/srv/{name}.\n",
            )
            assert shell.leaves_within(60) is not None
            assert eventually(lambda: not server.running(), 60)
        finally:
            shell.close()
        for account in (name, f"{name}-files"):
            assert subprocess.run(["id", account], capture_output=True).returncode == 1
            assert subprocess.run(["getent", "group", account], capture_output=True).returncode == 2
        assert not server.files(name).parent.exists()
        assert not (server.homes / name).exists()
