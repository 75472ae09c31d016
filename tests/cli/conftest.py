"""Fixtures: the command line on a ready-made small world, in this process or as one of its own."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import making
import pytest

from s2s_tui.base import translation
from s2s_tui.base.clock import utc_now
from s2s_tui.base.settings import Settings
from s2s_tui.cli import main
from s2s_tui.services import upkeep, uploads
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site, open_site
from s2s_tui.store.models import Mail, Transfer, User

A, B, C = "6804012", "6814053", "6604025"
"""Three schools, of three authorities."""
TEMPORARY, EXPIRED = "660user", "660plasc"
"""Accounts that owe a first password, and that came too late for it."""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document of its output."""
        return json.loads(self.out)

    def refused(self, code: int, said: str) -> None:
        """It ended with this code, and one line that says so, without a traceback."""
        assert self.code == code, self
        assert said in self.err, self
        assert len(self.err.strip().splitlines()) == 1, self
        assert "Traceback" not in self.err + self.out


@dataclass
class Shell:
    """Runs commands in a folder of their own, with the small world's database."""

    folder: Path
    environ: dict[str, str]
    opened: list[tuple[Any, ...]] = field(default_factory=list)
    """What the app was opened with."""

    def env(self, user: str | None, password: str | None, more: Mapping[str, str] | None) -> dict[str, str]:
        who = {"S2S_USER": user, "S2S_PASSWORD": password}
        return self.environ | {name: value for name, value in who.items() if value} | dict(more or {})

    def __call__(
        self,
        *arguments: object,
        user: str | None = None,
        password: str | None = making.PASSWORD,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run in this process: quick, for the many cases."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            with (
                mock.patch.dict(os.environ, self.env(user, password, env), clear=True),
                mock.patch.multiple(sys, stdin=io.TextIOWrapper(io.BytesIO(stdin)), stdout=out, stderr=err),
            ):
                code = main.run(self._open, [str(argument) for argument in arguments])
        finally:
            os.chdir(before)
            translation.speak("en")
        out.seek(0)
        err.seek(0)
        return Ran(code, out.read(), err.read())

    def process(
        self,
        *arguments: object,
        user: str | None = None,
        password: str | None = making.PASSWORD,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run as a process, as people do."""
        done = subprocess.run(
            self.line(*arguments),
            cwd=self.folder,
            env=self.env(user, password, env),
            input=stdin,
            capture_output=True,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def line(self, *arguments: object) -> list[Any]:
        """The command line of a process."""
        return [sys.executable, "-m", "s2s_tui", *(os.fsencode(str(argument)) for argument in arguments)]

    def _open(self, *arguments: Any, **options: Any) -> int:
        self.opened.append((arguments, options))
        return 0

    @property
    def settings(self) -> Settings:
        return Settings(
            database=self.environ["S2S_DATABASE"],
            argon2_memory_kib=8,
            argon2_passes=1,
        )

    def site(self) -> Site:
        """The database, opened here to look at."""
        return open_site(self.settings)

    def write(self, offered: Offered) -> Path:
        """A file of the person's own."""
        path = self.folder / offered.name
        path.write_bytes(offered.content)
        return path

    def id_of(self, name: str) -> str:
        """The id of a file that the small world sent."""
        with self.site().store.connection():
            return str(Transfer.get(Transfer.name == name).id)


def _zip(name: str) -> Offered:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("attendance.csv", f"upn,sessions\n{name}\n")
    return Offered(name, out.getvalue())


@pytest.fixture(scope="session")
def ready_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small world's database, files in it, and its key; to be copied."""
    folder = tmp_path_factory.mktemp("world")
    site = upkeep.bare(
        Settings(database=f"sqlite:///{folder}/s2s.sqlite", argon2_memory_kib=8, argon2_passes=1), utc_now
    )
    making.fill(site)
    sender = making.logged_on(site, "school", A)
    other = making.logged_on(site, "school", B)
    for number in (1, 2, 3):
        child = making.Child(making.upn(number), surname=("Llwyd", "Pugh", "Rees")[number - 1])
        assert uploads.upload(sender, site, making.offered(A, B, number, [child])).status == "sent"
    assert uploads.upload(sender, site, making.offered(A, "XXXXXXX", 1)).status == "sent"
    assert uploads.upload(other, site, making.offered(B, A, 7, [making.Child(making.upn(1))])).ok
    for label in ("one", "two"):
        assert uploads.upload(sender, site, _zip(f"{A}_680LLLL_{label}.ZIP")).status == "sent"

    def accounts() -> None:
        for name, days in ((TEMPORARY, 14), (EXPIRED, -1)):
            until = utc_now() + timedelta(days=days)
            User.update(temporary_until=until).where(User.username == name).execute()

    site.store.write(accounts)
    site.store.close()
    return folder


@pytest.fixture
def shell(ready_made: Path, tmp_path: Path) -> Shell:
    """The command line on a copy of the small world."""
    world, folder = tmp_path / "world", tmp_path / "here"
    shutil.copytree(ready_made, world)
    folder.mkdir()
    return Shell(
        folder,
        {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "S2S_DATABASE": f"sqlite:///{world}/s2s.sqlite",
            "S2S_ARGON2_MEMORY_KIB": "8",
            "S2S_ARGON2_PASSES": "1",
        },
    )


@pytest.fixture
def mails(shell: Shell) -> Any:
    """The outbox's letters by what they are about."""

    def about() -> list[str]:
        with shell.site().store.connection():
            return [mail.about for mail in Mail.select().order_by(Mail.id)]

    return about
