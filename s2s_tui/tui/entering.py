"""The way from the logon screen into a session, and out of it again; no Textual here."""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from s2s_tui.base.errors import S2SError
from s2s_tui.base.settings import Settings
from s2s_tui.base.text import storable
from s2s_tui.base.translation import _, language, speak
from s2s_tui.rules.roles import TITLES, WALES, Actor, may
from s2s_tui.services import access, accounts, directory, sessions
from s2s_tui.services.accounts import Logon
from s2s_tui.services.site import Site
from s2s_tui.tui.session import Reason, Session

END_REASONS: Mapping[Reason, str] = {
    "logoff": "logoff",
    "quit": "quit",
    "idle": "idle",
    "hangup": "hang-up",
    "terminated": "terminated",
    "terminal-gone": "hang-up",
    "ended": "ended",
}
"""How an end is kept with the session."""


def origin_of(environ: Mapping[str, str] | None = None) -> str:
    """Where the person is: the address that SSH tells, else nothing."""
    environ = os.environ if environ is None else environ
    return storable(environ.get("SSH_CONNECTION", "").partition(" ")[0])[:60]


@dataclass(slots=True)
class Door:
    """What every logon screen of a run is made with.

    Attributes:
        site: the site.
        settings: as read at the start.
        username: typed in at first.
        training: whether this is a made-up world, so that its accounts may be picked from a list.
        chosen: the language that F2 chose; empty: the settings' or the environment's.
        origin: where the person is.
        parting: how the last session ended; taken by the logon screen that says it.
    """

    site: Site
    settings: Settings
    username: str = ""
    training: bool = False
    chosen: str = ""
    origin: str = field(default_factory=origin_of)
    parting: Reason | None = None

    def speak(self) -> None:
        """Speak the logon screen's language again, whatever the last person's was."""
        speak(self.chosen or self.settings.language or None)


class Attempt:
    """One try to log on. Its steps run in threads; whoever waits for them may go away meanwhile.

    Args:
        door: where.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._lock = threading.Lock()
        self._gone = False
        self._actor: Actor | None = None

    def check(self, username: str, password: str) -> Logon:
        """Check the details; raises as `accounts.begin`."""
        return accounts.begin(self._door.site, username, password, origin=self._door.origin, face="tui")

    def finish(self, logon: Logon) -> tuple[Actor, str]:
        """Open the session; raises as `accounts.finish`.

        Returns:
            Who acts, and what their organisation is called in the language in force.
        """
        actor = accounts.finish(self._door.site, logon)
        with self._lock:
            self._actor = actor
            gone = self._gone
        if gone:
            sessions.log_off(actor, self._door.site, END_REASONS["quit"])
        return actor, organisation_of(self._door.site, actor)

    def abandon(self) -> None:
        """Nobody waits any more: a session that was opened, or is about to be, is ended."""
        with self._lock:
            self._gone = True
            actor = self._actor
        if actor is not None:
            threading.Thread(target=self._end, args=(actor,), daemon=True).start()

    def _end(self, actor: Actor) -> None:
        with suppress(S2SError):
            sessions.log_off(actor, self._door.site, END_REASONS["quit"])


def organisation_of(site: Site, actor: Actor) -> str:
    """An actor's organisation as the top line has it: `680 Newport`; in the language in force."""
    name = directory.names(site, [actor.organisation], language())[actor.organisation]
    return name if actor.organisation == WALES else f"{actor.organisation} {name}".rstrip()


def session_of(door: Door, actor: Actor, organisation: str, note: str) -> Session:
    """The session as the screens know it.

    Args:
        door: where it began.
        actor: who logged on.
        organisation: as the top line has it.
        note: what the top line says all the time; translated.
    """

    def end(reason: Reason) -> None:
        door.parting = reason
        sessions.log_off(actor, door.site, END_REASONS[reason])

    return Session(
        organisation=organisation,
        role=_(TITLES[actor.role]),
        user=actor.user,
        may=lambda permission: may(actor, permission),
        on_end=end,
        actor=actor,
        note=note,
        check=lambda: access.require_live(actor, door.site),
        prove=lambda password: sessions.prove_again(actor, door.site, password),
        task=_task_of(door, actor) if door.training else None,
    )


def _task_of(door: Door, actor: Actor) -> Callable[[], Any]:
    from s2s_tui.demo import practice  # in a made-up world only, so that others start sooner

    return lambda: practice.in_hand(actor, door.site)


def renamed(session: Session, organisation: str, note: str) -> Session:
    """The same session with its words in another language."""
    role = _(TITLES[session.actor.role]) if session.actor is not None else session.role
    return replace(session, organisation=organisation, role=role, note=note)
