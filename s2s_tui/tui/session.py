"""Who is logged on, as far as the screens must know."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Reason = Literal["logoff", "quit", "idle", "hangup", "terminated", "terminal-gone", "ended"]
"""How a session ends: asked for; the program left; nobody there; SIGHUP; SIGTERM; the terminal is gone;
ended by others (deleted, deactivated, reset)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One stay, from logging on to its end.

    Attributes:
        organisation: as the top line names it: `680 Newport`; raw.
        role: the role's title; raw.
        user: the username; raw.
        may: whether the person has a permission: `rules.roles.may` with the actor filled in.
        on_end: called once with the reason, in a thread: records the end. At a hang-up it has a second.
        actor: what services take first (`rules.roles.Actor`).
        note: what the top line says all the time, such as that this is the training world.
        check: called in a thread at keys; raises `NotLoggedOn` where others have ended the session.
        prove: called in a thread with a password; raises where it isn't right. None: no cover is put up.
        task: called in a thread: the guided task that was begun last (`demo.practice.in_hand`). None: this is
            no made-up world, where nobody practises.
    """

    organisation: str
    role: str
    user: str
    may: Callable[[str], bool]
    on_end: Callable[[Reason], None]
    actor: Any = None
    note: str = ""
    check: Callable[[], None] | None = None
    prove: Callable[[str], None] | None = None
    task: Callable[[], Any] | None = None
