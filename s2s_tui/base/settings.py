"""Settings: `/etc/s2s-tui/config.toml`, the user's own file, the environment, options; the later wins.

Environment variables are the field's name in capitals after `S2S_` (`S2S_DATABASE`, `S2S_SMTP_HOST`).
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from s2s_tui.base.errors import WrongUse

SYSTEM_FILE = Path("/etc/s2s-tui/config.toml")
APP = "s2s-tui"
_NUMBER = re.compile(r"[0-9]{1,9}")
"""No setting needs more, and days and minutes that are beyond it are beyond a clock too."""


def user_file() -> Path:
    """Where the user's own settings are looked for."""
    return platformdirs.user_config_path(APP) / "config.toml"


def data_dir() -> Path:
    """Where the database lies when nothing else is said."""
    return platformdirs.user_data_path(APP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that can be set, with what holds when nothing is said."""

    database: str = ""
    """URL of the database: `sqlite:///PATH`, `postgresql://…`, `cockroachdb://…`; empty: the data folder."""
    key_file: str = ""
    """The audit key, mode 0600; empty: `audit.key` beside the SQLite database, else in the data folder."""
    language: str = ""
    """`en` or `cy`; empty: the user's own choice, else the environment's."""

    smtp_host: str = ""
    """The mail server; empty: mails are written as `.eml` files."""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password_file: str = ""
    """A file that holds the mail server's password, so that it is in no list of processes."""
    smtp_starttls: bool = True
    mail_from: str = "no-reply@s2s.example"
    eml_dir: str = ""
    """Where `.eml` files go without a mail server; empty: `mail` beside the database."""

    national_mailbox: str = "s2s-support@wg.example"
    """Shown under "Forgotten your details?" (R-LOG-3)."""
    service_form: str = "https://s2s.example/service-request"
    """The service request form's address (R-LOG-3)."""

    redownload_days: int = 90
    """For how long a collected file can be downloaded again (R-DWN-3)."""
    temporary_password_days: int = 14
    """For how long a temporary password lasts (R-LOG-2)."""
    wg_second_factor: bool = False
    """Whether WG's accounts need a second factor, as an authority may ask it of its own (R-LOG-7)."""
    banned_email_domains: str = ""
    """E-mail domains that no account may have, besides known personal ones; parted by commas (R-USR-4)."""
    ctf_limit_mb: int = 25
    """The largest CTF taken, in MB of 1024² bytes (R-UPL-4)."""

    argon2_memory_kib: int = 19_456
    """Cost of a password check. The default is OWASP's: 19 MiB, two passes, one lane."""
    argon2_passes: int = 2
    argon2_lanes: int = 1
    argon2_at_once: int = 2
    """How many password checks the processes of a machine make at once; 0: any number."""

    folder: str = ""
    """Where the Upload screen starts and downloads are saved; empty: the current folder."""
    clerk_folders: str = ""
    """Holds a folder for each clerk who comes over SSH, all that the app reaches for them; empty: files are
    where the account that runs the app may reach them."""
    idle_minutes: int = 30
    """After so long without a key the app is covered until the password is typed; 0: never (R-LOG-6)."""
    locked_minutes: int = 60
    """After so long under the cover the session ends; 0: at once, without a cover. Nobody would notice a
    frozen SSH client otherwise."""
    checkpoint_file: str = ""
    """Where the heads of the audit chains are written each day, outside the database (R-SYS-3); empty:
    `audit.checkpoints` beside the SQLite database, else in the data folder."""
    low_bandwidth: bool = False
    """Sixteen colours, no animation, fewer frames a second, for slow lines."""
    mouse: bool = True
    """Off leaves the mouse to the terminal, for its own copy and paste."""
    theme: str = "s2s-dark"
    """`s2s-dark` or `s2s-light`."""

    @property
    def database_url(self) -> str:
        """The database in use, the default filled in."""
        return self.database or f"sqlite:///{data_dir() / 's2s.sqlite'}"

    @property
    def home(self) -> Path:
        """The folder for what lies beside the database: its own for SQLite, else the data folder."""
        prefix = "sqlite:///"
        url = self.database_url
        return Path(url[len(prefix) :]).absolute().parent if url.startswith(prefix) else data_dir()

    @property
    def key_path(self) -> Path:
        """Where the audit key lies, the default filled in."""
        return Path(self.key_file) if self.key_file else self.home / "audit.key"

    @property
    def checkpoint_path(self) -> Path:
        """Where the audit log's checkpoints are written, the default filled in."""
        return Path(self.checkpoint_file) if self.checkpoint_file else self.home / "audit.checkpoints"

    @property
    def mail_path(self) -> Path:
        """Where `.eml` files go, the default filled in."""
        return Path(self.eml_dir) if self.eml_dir else self.home / "mail"


_TYPES: dict[str, type] = {field.name: type(getattr(Settings(), field.name)) for field in fields(Settings)}


def load(
    options: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    files: tuple[Path, ...] | None = None,
) -> Settings:
    """Read the settings from every source, the later winning.

    Args:
        options: fields given on the command line; None values don't count.
        environ: the environment; None is the process's.
        files: TOML files in order; None is the system's, then the user's.

    Raises:
        WrongUse: `settings-unreadable`, `settings-unknown` or `settings-type`, naming where.
    """
    found: dict[str, Any] = {}
    for path in files if files is not None else (SYSTEM_FILE, user_file()):
        found |= _read_file(path)
    environ = os.environ if environ is None else environ
    for name in _TYPES:
        value = environ.get(f"S2S_{name.upper()}")
        if value:
            found[name] = _converted(name, value, f"S2S_{name.upper()}")
    found |= {name: value for name, value in (options or {}).items() if value is not None}
    return replace(Settings(), **found)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongUse("settings-unreadable", file=str(path), reason=str(error)) from error
    for name in data:
        if name not in _TYPES:
            raise WrongUse("settings-unknown", name=name, file=str(path))
    return {name: _converted(name, value, str(path)) for name, value in data.items()}


def _converted(name: str, value: Any, origin: str) -> Any:
    wanted = _TYPES[name]
    if wanted is bool and isinstance(value, str):
        flags = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if value.lower() in flags:
            return flags[value.lower()]
    elif wanted is int and isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return int(value)
    elif type(value) is wanted:
        return value
    raise WrongUse("settings-type", name=name, origin=origin, wanted=wanted.__name__)
