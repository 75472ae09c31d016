"""Clerks over SSH: a real sshd, a real sudo, with the pieces of `deploy/`, under names of the test's own."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import making
import pytest
from packaging.requirements import Requirement

from s2s_tui.base.clock import utc_now
from s2s_tui.base.settings import Settings
from s2s_tui.services import upkeep
from s2s_tui.services.site import Site
from s2s_tui.store.models import AuditEntry, Session

NEEDS = ("root", "debian", "sshd", "ssh", "sudo", "python")
pytestmark = [pytest.mark.debian, pytest.mark.timeout(180)]

SCHOOL = "s6804012"


def run(*argv: object) -> None:
    subprocess.run([str(part) for part in argv], check=True, capture_output=True, timeout=60)


@dataclass(frozen=True)
class Server:
    """A machine as `deploy/install.sh` leaves it, with one clerk."""

    folder: Path
    port: int
    clerk: str
    account: str
    site: Site

    @property
    def app(self) -> Path:
        return self.folder / "bin" / "s2s-tui"

    def argv(self, *more: str, program: str = "ssh", port: str = "-p") -> list[str]:
        options = [
            f"UserKnownHostsFile={self.folder}/known",
            "StrictHostKeyChecking=accept-new",
            "BatchMode=yes",
            "ConnectTimeout=10",
            "LogLevel=ERROR",
            "IdentitiesOnly=yes",
        ]
        line = [program, "-F", "none", "-i", str(self.folder / "id"), port, str(self.port)]
        return [*line, *(part for option in options for part in ("-o", option)), *more]

    @property
    def homes(self) -> Path:
        return self.folder / "home"

    @property
    def host(self) -> str:
        return f"{self.clerk}@127.0.0.1"

    def ssh(self, *command: str, options: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
        """One command without a terminal."""
        argv = self.argv(*options, self.host, *command)
        return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)

    def sessions(self) -> list[tuple[str, object, str]]:
        """Every session as (origin, when it ended, why), the oldest first."""
        with self.site.store.connection():
            rows = Session.select().order_by(Session.started_at)
            return [(row.origin, row.ended_at, row.end_reason) for row in rows]

    def running(self) -> list[int]:
        """The processes of the service account."""
        return processes(self.account)


def eventually(true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def runtime_files() -> Iterator[tuple[Path, Path]]:
    """What the program needs of this environment, as (where it is, where it goes)."""
    seen: set[tuple[str, str]] = set()
    wanted = [("s2s-tui", "")]
    while wanted:
        name, extra = wanted.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        found = distribution(name)
        for requirement in map(Requirement, found.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                wanted += [(requirement.name, each) for each in ("", *requirement.extras)]
        if name == "s2s-tui" or extra:
            continue
        for file in found.files or ():
            if ".." not in file.parts and "tests" not in file.parts:
                yield Path(str(found.locate_file(file))), Path(file)


def install(folder: Path, python: str, root: Path) -> None:
    """The program in a virtual environment that the service account may read, without the network."""
    run(python, "-m", "venv", "--without-pip", folder)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    for source, target in runtime_files():
        if source.exists():
            (packages / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, packages / target)
    shutil.copytree(root / "s2s_tui", packages / "s2s_tui", ignore=shutil.ignore_patterns("__pycache__"))
    app = folder / "bin" / "s2s-tui"
    app.write_text(f"#!{folder}/bin/python\nfrom s2s_tui.__main__ import main\nmain()\n")
    run("chmod", "-R", "a+rX", folder)
    app.chmod(0o755)


@contextmanager
def account(name: str, *options: object) -> Iterator[None]:
    run("useradd", *options, name)
    try:
        yield
    finally:
        for number in processes(name):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        eventually(lambda: not processes(name), 5)
        run("userdel", name)


def processes(name: str) -> list[int]:
    """The processes of an account."""
    owner, found = pwd.getpwnam(name).pw_uid, []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if place.stat().st_uid == owner and "Z" not in (place / "stat").read_text().rpartition(")")[2]:
                found.append(int(place.name))
    return found


def sshd(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """Debian's own settings in what matters here, and the pieces of `sshd_config.d`."""
    config = folder / "sshd_config"
    config.write_text(
        f"Include {folder}/sshd_config.d/*.conf\nPort {port}\nListenAddress 127.0.0.1\n"
        f"HostKey {folder}/host_key\nPidFile none\nKbdInteractiveAuthentication no\nUsePAM yes\n"
        # More is taken from the client than Debian takes: sudo must hold.
        "X11Forwarding yes\nPrintMotd no\nAcceptEnv *\nSubsystem sftp internal-sftp\n"
    )
    run("/usr/sbin/sshd", "-t", "-f", config)
    with (folder / "sshd.log").open("wb") as log:
        return subprocess.Popen(
            ["/usr/sbin/sshd", "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL, stderr=log
        )


@pytest.fixture(scope="module")
def server(deploy: Path, python: str) -> Iterator[Server]:
    mark = secrets.token_hex(3)
    names = {
        "s2s-clerks": f"s2s-t-{mark}",
        "s2sapp": f"s2s-a-{mark}",
        "/opt/s2s-tui": f"/opt/s2s-t-{mark}",
    }
    clerk, service, folder = f"s2s-c-{mark}", names["s2sapp"], Path(names["/opt/s2s-tui"])

    def piece(name: str) -> str:
        text = (deploy / name).read_text()
        for old, new in names.items():
            assert old in text, (name, old)
            text = text.replace(old, new)
        return text

    with ExitStack() as stack:
        # Whoever stops the tests leaves the machine as it was, too.
        stack.callback(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, stopped))
        folder.mkdir(mode=0o755)
        stack.callback(shutil.rmtree, folder)
        install(folder, python, deploy.parent)

        run("groupadd", "--system", names["s2s-clerks"])
        stack.callback(run, "groupdel", names["s2s-clerks"])
        homes = folder / "home"
        homes.mkdir(mode=0o755)
        stack.enter_context(
            account(
                service,
                "--system",
                "--create-home",
                "--home-dir",
                homes / "app",
                "--shell",
                "/usr/sbin/nologin",
            )
        )
        stack.enter_context(
            account(
                clerk, "--create-home", "--home-dir", homes / "clerk", "--shell", "/bin/sh",
                "--groups", names["s2s-clerks"], "--password", "*",
            )
        )  # fmt: skip
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "id")
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "host_key")
        keys = homes / "clerk" / ".ssh"
        keys.mkdir(mode=0o700)
        shutil.copy(folder / "id.pub", keys / "authorized_keys")
        run("chown", "-R", f"{clerk}:", keys)

        sudoers = Path(f"/etc/sudoers.d/s2s-t-{mark}")
        stack.callback(sudoers.unlink, missing_ok=True)
        sudoers.touch(mode=0o440)
        sudoers.write_text(piece("ssh/s2s-tui.sudoers"))
        run("visudo", "--check", "--quiet")

        # The service account's own settings, so that the machine's in /etc stay as they are.
        data = homes / "app" / "data"
        config = homes / "app" / ".config" / "s2s-tui" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(
            f'database = "sqlite:///{data}/s2s.sqlite"\nkey_file = "{data}/audit.key"\n'
            "argon2_memory_kib = 8\nargon2_passes = 1\n"
        )
        settings = Settings(
            database=f"sqlite:///{data}/s2s.sqlite",
            key_file=f"{data}/audit.key",
            argon2_memory_kib=8,
            argon2_passes=1,
        )
        site = upkeep.bare(settings, utc_now)
        stack.callback(site.store.close)
        making.fill(site)
        run("chown", "-R", f"{service}:", homes / "app")
        run("chmod", "-R", "go=", homes / "app")

        (folder / "sshd_config.d").mkdir()
        (folder / "sshd_config.d" / "s2s-tui.conf").write_text(piece("ssh/s2s-tui.conf"))
        Path("/run/sshd").mkdir(exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        daemon = sshd(folder, port)
        stack.callback(daemon.wait, 10)
        stack.callback(daemon.terminate)
        made = Server(folder, port, clerk, service, site)
        assert eventually(lambda: listens(port), 10), (folder / "sshd.log").read_text()
        yield made


def stopped(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def terminal(server: Server, terminal_class: type) -> Iterator[Callable[..., object]]:
    """The clerk's own terminal, with `ssh` to the server in it."""
    opened = []

    def start(*options: str, **env: str) -> object:
        made = terminal_class(server.argv("-tt", *options, server.host), 80, 24, env)
        opened.append(made)
        return made

    yield start
    for made in opened:
        made.close()
    assert eventually(lambda: not server.running(), 5), "an app outlived its terminal"


def log_on(shell, server: Server) -> None:
    shell.wait_for("school to school secure transfer")
    shell.quiet(0.1)
    shell.press(SCHOOL, "tab", making.PASSWORD, "enter")
    shell.wait_for("Logoff")


@pytest.mark.requirement("R-LOG-4")
def test_a_clerk_with_a_key_gets_the_logon_screen_and_logs_on(server, terminal):
    shell = terminal()
    shell.wait_for("forgotten?")
    log_on(shell, server)
    assert "Home" in shell.text
    assert server.sessions()[-1] == ("127.0.0.1", None, "")
    with server.site.store.connection():
        entry = AuditEntry.select().where(AuditEntry.action == "logon").order_by(AuditEntry.id.desc()).first()
    assert (entry.username, entry.subject, entry.outcome) == (SCHOOL, "127.0.0.1", "done")
    shell.press("ctrl+q")
    shell.wait_for("y/n")
    shell.press("y")
    assert shell.leaves_within(3) == 0
    assert server.sessions()[-1][2] == "quit"


@pytest.mark.requirement("R-LOG-5")
@pytest.mark.parametrize("cut", [signal.SIGKILL, signal.SIGHUP], ids=["killed", "window closed"])
def test_losing_ssh_ends_the_session_and_the_app_in_two_seconds(server, terminal, cut):
    shell = terminal()
    log_on(shell, server)
    assert server.running()
    shell.process.send_signal(cut)
    start = time.monotonic()
    assert eventually(lambda: not server.running(), 2.5), "the app still runs"
    took = time.monotonic() - start
    _origin, ended, reason = server.sessions()[-1]
    assert ended is not None
    assert reason == "hang-up"
    assert took < 2.4


def test_the_database_and_the_key_are_not_the_clerks(server):
    for path in (server.site.store.path, server.site.settings.key_path, server.site.settings.home):
        done = subprocess.run(["sudo", "-n", "-u", server.clerk, "cat", str(path)], capture_output=True)
        assert b"Permission denied" in done.stderr


@pytest.mark.parametrize(
    "command",
    [("id",), ("sh", "-c", "id"), ("init",), ("verify",), ("s2s-tui", "--version"), ("id; s2s-tui",)],
    ids=" ".join,
)
def test_no_command_runs_and_the_app_says_what_is_missing(server, command):
    """Without a terminal the app says so and ends: it would outlive its client otherwise."""
    done = server.ssh(*command)
    assert done.returncode == 2
    assert "uid=" not in done.stdout + done.stderr
    assert done.stdout == ""
    assert "terminal" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not server.running()


def test_a_login_without_a_terminal_ends_within_two_seconds(server):
    took = []
    for _ in range(3):
        start = time.monotonic()
        assert server.ssh(options=("-T",)).returncode == 2
        took.append(time.monotonic() - start)
    assert min(took) < 2


def test_a_command_with_a_terminal_is_the_app_all_the_same(server, terminal_class):
    shell = terminal_class(server.argv("-tt", server.host, "id"), 80, 24, {})
    try:
        shell.wait_for("Username")
        assert "uid=" not in shell.text
    finally:
        shell.close()
    assert eventually(lambda: not server.running(), 3)


def test_nothing_of_the_clients_environment_steers_the_app(server, terminal, tmp_path):
    """Even where sshd lets all of it in, sudo keeps what the screen needs."""
    (tmp_path / "sitecustomize.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    tmp_path.chmod(0o777)
    for folder in list(tmp_path.parents)[:2]:
        folder.chmod(0o755)
    wanted = f"S2S_DATABASE=sqlite:////nowhere S2S_USER={SCHOOL} PYTHONPATH={tmp_path} HOME={tmp_path}"
    shell = terminal("-o", f"SetEnv={wanted}")
    log_on(shell, server)
    assert not (tmp_path / "ran").exists()


def test_a_terminal_that_shows_no_screens_is_told_so(server, terminal):
    shell = terminal(TERM="dumb")
    assert shell.leaves_within(5) == 2
    assert "dumb" in shell.output.decode()


def test_files_copied_by_scp_and_sftp_get_nowhere(server, tmp_path):
    source = tmp_path / "6804012_CTF_6814053_001.XML"
    source.write_text("x")
    key = server.homes / "clerk" / ".ssh" / "authorized_keys"
    before = sorted(server.homes.rglob("*"))
    for line in (
        server.argv(str(source), f"{server.host}:", program="scp", port="-P"),
        server.argv("-O", str(source), f"{server.host}:", program="scp", port="-P"),
        server.argv(f"{server.host}:{key}", str(tmp_path / "got"), program="scp", port="-P"),
        server.argv("-b", "-", server.host, program="sftp", port="-P"),
    ):
        done = subprocess.run(line, input=f"put {source}\n".encode(), capture_output=True, timeout=30)
        assert done.returncode != 0, line
    assert sorted(server.homes.rglob("*")) == before
    assert not (tmp_path / "got").exists()


class Inner:
    """What stands behind the server: greets whoever gets through to it."""

    def __init__(self) -> None:
        self.reached = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._listener.accept()
                self.reached += 1
                visitor.sendall(b"inner")
                visitor.close()

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def inner() -> Iterator[Inner]:
    made = Inner()
    yield made
    made.close()


@pytest.mark.parametrize("way", ["-L", "-D", "-W", "-R"])
def test_no_other_machine_is_reached_through_the_server(server, inner, way):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    if way == "-W":
        done = server.ssh(options=("-W", f"127.0.0.1:{inner.port}"))
        assert done.returncode != 0
        assert done.stdout == ""
        assert inner.reached == 0
        return
    where = {
        "-L": f"127.0.0.1:{port}:127.0.0.1:{inner.port}",
        "-D": f"127.0.0.1:{port}",
        "-R": f"{port}:127.0.0.1:{inner.port}",
    }
    line = server.argv("-N", way, where[way], "-o", "ExitOnForwardFailure=yes", server.host)
    with subprocess.Popen(line, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as client:
        try:
            if way == "-R":
                assert client.wait(10) != 0
                assert not listens(port)
                return
            assert eventually(lambda: listens(port), 10)
            with socket.create_connection(("127.0.0.1", port)) as visitor:
                visitor.settimeout(10)
                if way == "-D":
                    visitor.sendall(b"\x05\x01\x00")
                    assert visitor.recv(2) == b"\x05\x00"
                    visitor.sendall(b"\x05\x01\x00\x01\x7f\x00\x00\x01" + inner.port.to_bytes(2, "big"))
                assert b"inner" not in received(visitor)
        finally:
            client.kill()  # its handler of SIGTERM may miss the one that comes while it is busy
    assert inner.reached == 0


def received(visitor: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    got = b""
    with suppress(ConnectionError):
        while chunk := visitor.recv(4096):
            got += chunk
    return got


def test_a_clerk_can_start_nothing_else_by_sudo(server):
    """On a console of the server too, where no sshd stands before it."""
    for line in (
        [server.app, "verify"],
        [server.app, "--database", "sqlite:////tmp/x.sqlite"],
        ["/bin/sh"],
        [server.folder / "bin" / "python"],
    ):
        argv = ["sudo", "-n", "-u", server.clerk, "sudo", "-n", "-u", server.account, *map(str, line)]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 1
        assert "password is required" in done.stderr
