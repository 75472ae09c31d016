"""A server for clerks over SSH: a real sshd, a real sudo, the pieces of `deploy/`, under names of its own."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import making
import pytest
from packaging.requirements import Requirement
from waiting import LONG

from s2s_tui.base.clock import utc_now
from s2s_tui.base.settings import Settings
from s2s_tui.services import upkeep
from s2s_tui.services.site import Site
from s2s_tui.store.models import Session

SCHOOL = "s6804012"


def run(*argv: object) -> None:
    subprocess.run([str(part) for part in argv], check=True, capture_output=True, timeout=60)


@dataclass(frozen=True)
class Server:
    """A machine as `deploy/install.sh` leaves it, with two clerks of the same key."""

    folder: Path
    port: int
    clerk: str
    other: str
    account: str
    site: Site
    script: Path

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

    def files(self, clerk: str = "") -> Path:
        """A clerk's folder, as it really lies."""
        return self.folder / "srv" / (clerk or self.clerk) / "files"

    def sftp(self, *lines: str, clerk: str = "", account: str = "") -> "subprocess.CompletedProcess[str]":
        """A clerk's own SFTP program, with commands; a `-` before one lets the next go on after it fails."""
        host = f"{account or (clerk or self.clerk) + '-files'}@127.0.0.1"
        argv = self.argv("-b", "-", host, program="sftp", port="-P")
        return subprocess.run(
            argv, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=LONG
        )

    def ssh(self, *command: str, options: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
        """One command without a terminal."""
        argv = self.argv(*options, self.host, *command)
        return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONG)

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
        eventually(lambda: not processes(name), LONG)
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


@pytest.fixture(scope="session")
def server(deploy: Path, python: str) -> Iterator[Server]:
    mark = secrets.token_hex(3)
    folder = Path(f"/opt/s2s-t-{mark}")
    homes = folder / "home"
    names = {
        "s2s-clerks": f"s2s-t-{mark}",
        "/srv/s2s-files": f"{folder}/srv",
        "s2s-files": f"s2s-f-{mark}",
        "s2sapp": f"s2s-a-{mark}",
        "/opt/s2s-tui": str(folder),
        "--create-home": f"--create-home --base-dir {homes}",
    }
    clerk, other, service = f"s2s-c-{mark}", f"s2s-d-{mark}", names["s2sapp"]

    def piece(name: str) -> str:
        text = (deploy / name).read_text()
        for old, new in names.items():
            text = text.replace(old, new)
        assert mark in text
        return text

    with ExitStack() as stack:
        # Whoever stops the tests leaves the machine as it was, too.
        stack.callback(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, stopped))
        folder.mkdir(mode=0o755)
        stack.callback(shutil.rmtree, folder)
        install(folder, python, deploy.parent)

        for group in (names["s2s-clerks"], names["s2s-files"]):
            run("groupadd", "--system", group)
            stack.callback(run, "groupdel", group)
        homes.mkdir(mode=0o755)
        (folder / "srv").mkdir(mode=0o711)
        app_home = ("--system", "--create-home", "--home-dir", homes / "app", "--shell", "/usr/sbin/nologin")
        stack.enter_context(account(service, *app_home))
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "id")
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "host_key")
        script = folder / "clerk.sh"
        script.write_text(piece("clerk.sh"))
        script.chmod(0o755)
        for name in (clerk, other):
            stack.callback(subprocess.run, [script, "remove", name], capture_output=True, timeout=60)
            run(script, "add", name, folder / "id.pub")

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
            f'argon2_memory_kib = 8\nargon2_passes = 1\nclerk_folders = "{folder}/srv"\n'
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
        made = Server(folder, port, clerk, other, service, site, script)
        assert eventually(lambda: listens(port), LONG), (folder / "sshd.log").read_text()
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
    assert eventually(lambda: not server.running(), LONG), "an app outlived its terminal"


def log_on(shell, server: Server, username: str = SCHOOL) -> None:
    shell.wait_for("school to school secure transfer")
    shell.quiet(0.1)
    shell.press(username, "tab", making.PASSWORD, "enter")
    shell.wait_for("Logoff")
