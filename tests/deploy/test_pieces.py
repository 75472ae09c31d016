"""The pieces of `deploy/` are what the programs that read them take; what they name exists."""

import os
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from s2s_tui.base import settings as base_settings
from s2s_tui.base.settings import Settings
from s2s_tui.cli.main import invoke
from s2s_tui.cli.table import COMMANDS

DEFAULTS = {field.name: getattr(Settings(), field.name) for field in fields(Settings)}
COMMENTED = re.compile(r"^# (?=[a-z0-9_]+ = )", re.MULTILINE)


def units(deploy: Path) -> list[Path]:
    return sorted((deploy / "systemd").iterdir())


def checked(*argv: object) -> str:
    """What a checking program says, on both streams."""
    done = subprocess.run([str(part) for part in argv], capture_output=True, text=True, timeout=60)
    return f"{done.returncode} {done.stdout}{done.stderr}".strip()


def test_the_settings_file_is_read(deploy):
    settings = base_settings.load(environ={}, files=(deploy / "config.toml",))
    assert settings.database_url == "sqlite:////var/lib/s2s-tui/s2s.sqlite"
    assert settings.key_path == Path("/etc/s2s-tui/key/audit.key")
    assert settings.clerk_folders == "/srv/s2s-files"


def test_what_the_settings_file_comments_out_is_what_holds_otherwise(deploy, tmp_path):
    text = (deploy / "config.toml").read_text()
    bare = tmp_path / "config.toml"
    bare.write_text(COMMENTED.sub("", text))
    settings = base_settings.load(environ={}, files=(bare,))
    shown = {name: getattr(settings, name) for name in DEFAULTS}
    assert shown | {"database": "", "key_file": "", "clerk_folders": ""} == DEFAULTS


def test_the_settings_file_shows_every_setting_once(deploy):
    text = COMMENTED.sub("", (deploy / "config.toml").read_text())
    assert sorted(re.findall(r"^(\w+) = ", text, re.MULTILINE)) == sorted(DEFAULTS)


def test_the_operators_page_lists_every_setting_with_its_default(deploy):
    page = (deploy.parent / "docs" / "operators.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? *\|", page, re.MULTILINE))
    shown = {
        name: value if isinstance(value, str) else str(value).lower() for name, value in DEFAULTS.items()
    }
    assert rows == shown


def named_commands(text: str) -> list[list[str]]:
    """The commands that a text calls, each as its words."""
    found = re.findall(r"(?:bin/|`|sudo -u s2sapp )s2s-tui((?: [a-z][a-z-]*)+)", text)
    return [line.split() for line in found]


def test_every_command_that_is_called_exists(deploy):
    pages = [
        *units(deploy), deploy / "README.md", deploy / "install.sh", deploy.parent / "docs" / "operators.md",
    ]  # fmt: skip
    called = [words for page in pages for words in named_commands(page.read_text())]
    assert {"init", "mail", "remind", "backup", "verify", "housekeeping"} <= {words[0] for words in called}
    for words in called:
        assert words[0] in COMMANDS, words
        invoke(words[:2] if words[0] == "mail" else words[:1])


def test_every_timer_has_its_service_and_the_other_way_round(deploy):
    services, timers = (
        {unit.stem for unit in units(deploy) if unit.suffix == suffix} for suffix in (".service", ".timer")
    )
    assert services == timers


@pytest.mark.parametrize("script", ["deploy/install.sh", ".ci/run"])
def test_the_shell_scripts_are_shell(deploy, script):
    path = deploy.parent / script
    shell = path.read_text().splitlines()[0].removeprefix("#!").split()[-1]
    assert os.access(path, os.X_OK)
    assert checked(Path(shell).name, "-n", path) == "0"


class TestOnDebian:
    NEEDS = ("debian", "sudo", "sshd", "ssh", "systemd")
    pytestmark = pytest.mark.debian

    def test_sudo_takes_its_piece(self, deploy):
        said = checked("/usr/sbin/visudo", "-c", "-f", deploy / "ssh" / "s2s-tui.sudoers")
        assert said.startswith("0 ")
        assert said.endswith("s2s-tui.sudoers: parsed OK")

    def test_sshd_takes_its_piece_within_debians_settings(self, deploy, tmp_path):
        """A piece that it doesn't take keeps sshd from starting again: nobody comes in any more."""
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
        shutil.copy(deploy / "ssh" / "s2s-tui.conf", tmp_path / "s2s-tui.conf")
        text = Path("/etc/ssh/sshd_config").read_text()
        included = text.replace("/etc/ssh/sshd_config.d/*.conf", f"{tmp_path}/*.conf")
        assert included != text
        (tmp_path / "sshd_config").write_text(included)
        assert checked("/usr/sbin/sshd", "-t", "-f", tmp_path / "sshd_config", "-h", tmp_path / "key") == "0"

    def test_systemd_takes_the_units(self, deploy, tmp_path):
        copies = []
        for unit in units(deploy):
            copy = tmp_path / unit.name
            copy.write_text(unit.read_text().replace("/opt/s2s-tui/bin/s2s-tui", "/bin/true"))
            copies.append(copy)
        assert checked("systemd-analyze", "verify", "--man=no", *copies) == "0"

    def test_systemd_understands_when_the_timers_run(self, deploy):
        for unit in units(deploy):
            for when in re.findall(r"^OnCalendar=(.*)$", unit.read_text(), re.MULTILINE):
                assert checked("systemd-analyze", "calendar", when).startswith("0")
