"""Where a command works and who runs it: the settings, the site, a session for the time of the command.

Services are loaded when they are used, so that a command's `--help` loads no database (decision 21).
"""

import contextlib
import getpass
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from s2s_tui.base import settings as base_settings
from s2s_tui.base.errors import NotLoggedOn, S2SError
from s2s_tui.base.settings import Settings
from s2s_tui.base.text import storable
from s2s_tui.base.translation import _, speak
from s2s_tui.cli.codes import with_code
from s2s_tui.cli.parts import Asked
from s2s_tui.cli.stopping import Stopped, held

if TYPE_CHECKING:
    from s2s_tui.rules.roles import Actor
    from s2s_tui.services.accounts import Logon
    from s2s_tui.services.site import Site


def settings_of(asked: Asked) -> Settings:
    """The settings, with what the command line says; from here on the program speaks their language."""
    found = base_settings.load({"database": asked.database, "language": asked.language})
    if found.language:
        speak(found.language)
    return found


def site_of(asked: Asked) -> "Site":
    """The configured site, for operators' commands, which need no account."""
    from s2s_tui.services.site import open_site

    return open_site(settings_of(asked))


def began(asked: Asked) -> "tuple[Site, Logon, str]":
    """The site, and a logon whose password, and code where one is asked for, is right; steps may be owed.

    Raises:
        NotLoggedOn: nobody said who, or the details are wrong.
    """
    from s2s_tui.services import accounts

    site = site_of(asked)
    username = asked.user or os.environ.get("S2S_USER", "") or _typed_name()
    password = _password(asked)
    logon = accounts.begin(site, storable(username), password, origin=origin(), face="cli")
    if not site.settings.language:
        speak(logon.language or None)
    return site, with_code(site, logon), password


@contextlib.contextmanager
def logged_on(asked: Asked) -> "Iterator[tuple[Actor, Site]]":
    """The actor and the site, for the time of the block.

    Raises:
        NotLoggedOn: as `began`, or `logon-step`: a new password is owed first.
    """
    site, logon, _typed = began(asked)
    with logged_on_as(site, logon) as actor:
        yield actor, site


@contextlib.contextmanager
def logged_on_as(site: "Site", logon: "Logon") -> "Iterator[Actor]":
    """The actor, for the time of the block; the session ends with it, whatever happens."""
    from s2s_tui.services import accounts, sessions

    actor, reason = None, "logoff"
    try:
        with held():
            actor = accounts.finish(site, logon)
        yield actor
    except Stopped as stopped:
        reason = stopped.reason
        raise
    finally:
        if actor is not None:
            # What the command has to say counts more than a database that is gone by now.
            with held(), contextlib.suppress(S2SError):
                sessions.log_off(actor, site, reason)


def origin() -> str:
    """Where the person is: the address that SSH tells, else nothing."""
    return storable(os.environ.get("SSH_CONNECTION", "").partition(" ")[0])[:60]


def typed_password(prompt: str) -> str:
    """A password asked for on the terminal, not shown.

    Raises:
        NotLoggedOn: `password-missing`, there is no terminal to ask on.
    """
    if not is_terminal():
        raise NotLoggedOn("password-missing")
    try:
        return storable(getpass.getpass(prompt))
    except (EOFError, UnicodeError) as error:
        raise NotLoggedOn("password-missing") from error


def line_of_input() -> str | None:
    """The next line of standard input, a password; None at its end."""
    if sys.stdin is None:
        return None
    stream = getattr(sys.stdin, "buffer", None)
    text = stream.readline().decode("utf-8", "replace") if stream else sys.stdin.readline()
    return storable(text.rstrip("\r\n")) if text else None


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def _typed_name() -> str:
    if not is_terminal() or sys.stderr is None:
        raise NotLoggedOn("user-missing")
    sys.stderr.write(_("Username: "))
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _password(asked: Asked) -> str:
    if asked.password_stdin:
        password = line_of_input()
        if password is None:
            raise NotLoggedOn("password-missing")
        return password
    return storable(os.environ.get("S2S_PASSWORD", "")) or typed_password(_("Password: "))
