"""Opens the app: everything that can go wrong before there is a screen goes wrong here, in plain words."""

from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING

from s2s_tui.base import reach
from s2s_tui.base.clock import Clock, utc_now
from s2s_tui.base.errors import S2SError
from s2s_tui.base.settings import Settings
from s2s_tui.base.translation import speak
from s2s_tui.tui import life

if TYPE_CHECKING:
    from s2s_tui.services.site import Site

TIDY_AFTER = 2.0
"""Seconds after the start, when the first screen has long been there."""


def run(settings: Settings, *, username: str = "", clock: Clock = utc_now) -> int:
    """Open the app on the configured database, until it is left.

    Args:
        settings: as read; the app speaks their language, else the environment's.
        username: typed in at the logon screen already.
        clock: gives now.

    Returns:
        The exit code: 0, or 128 and the number of the signal that ended it.

    Raises:
        WrongUse: `terminal-missing` or `terminal-dumb`: no screens can be shown here.
        Unreachable: the database is missing, of another version, or can't be used (exit code 4); clerks have
            folders of their own here, and whoever comes has none.
    """
    life.usable_terminal()
    speak(settings.language or None)
    life.prepare(settings)  # before Textual is loaded
    if settings.clerk_folders:
        reach.confine(settings.clerk_folders)

    from s2s_tui.demo import world
    from s2s_tui.services.site import open_site

    site = open_site(settings, clock)
    tidying = Timer(TIDY_AFTER, _tidy, [site])
    tidying.daemon = True
    tidying.start()
    try:
        training = world.is_demo(site)

        from s2s_tui.tui.app import S2SApp
        from s2s_tui.tui.entering import Door
        from s2s_tui.tui.menu_entries import ENTRIES, TRAINING
        from s2s_tui.tui.screens.logon import LogonScreen

        door = Door(site, settings, username=username, training=training)
        return S2SApp(
            site=site,
            settings=settings,
            logon=lambda: LogonScreen(door),
            entries=TRAINING if training else ENTRIES,
            idle_minutes=settings.idle_minutes,
        ).run_on_terminal()
    finally:
        tidying.cancel()
        with suppress(S2SError):
            site.store.close()


def _tidy(site: "Site") -> None:
    """Let messages go whose time is up (R-MSG-1); what goes wrong with it is housekeeping's to say."""
    from s2s_tui.services import housekeeping

    with suppress(S2SError):
        housekeeping.expire(site)
