"""Codes of a second factor on the command line, and the file that stands for one for a while (R-LOG-7)."""

import contextlib
import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from s2s_tui.base.errors import NotLoggedOn
from s2s_tui.base.settings import APP
from s2s_tui.base.translation import _

if TYPE_CHECKING:
    from s2s_tui.services.accounts import Logon
    from s2s_tui.services.site import Site


def with_code(site: "Site", logon: "Logon") -> "Logon":
    """Do the step `code`, where it is owed first: by the session file, S2S_CODE, or what is typed.

    A code that was right leaves a session file (mode 0600) behind, which stands for one for some minutes. It
    holds a token and opens nothing without the password.

    Raises:
        NotLoggedOn: `code-missing`, or as `second_factor.check`.
    """
    from s2s_tui.services import second_factor

    if logon.owed[:1] != (second_factor.CODE,):
        return logon
    path = _file(site, logon.username)
    token = _token(path)
    if token:
        known = second_factor.recall(site, logon, token)
        if known is not logon:
            return known
    logon = second_factor.check(site, logon, os.environ.get("S2S_CODE", "") or _typed())
    # Without a file the next command asks again; that is no reason to fail this one.
    with contextlib.suppress(OSError):
        _keep(path, second_factor.remember(site, logon))
    return logon


def _typed() -> str:
    from s2s_tui.cli.site import is_terminal, typed_password

    if not is_terminal():
        raise NotLoggedOn("code-missing")
    return typed_password(_("Code: "))


def _file(site: "Site", username: str) -> Path:
    """Where a session file lies: of each database and account its own."""
    name = hashlib.sha256(f"{site.settings.database_url} {username}".encode("utf-8", "replace")).hexdigest()
    return platformdirs.user_state_path(APP) / "sessions" / name[:32]


def _token(path: Path) -> str:
    """What a session file holds; nothing where it isn't its owner's alone."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
            return ""
        return os.read(file, 200).decode("ascii", "replace").strip()
    finally:
        os.close(file)


def _keep(path: Path, token: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, token.encode("ascii") + b"\n")
    finally:
        os.close(file)
    part.replace(path)
