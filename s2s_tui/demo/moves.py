"""A file on its way, as the made-up world tells it before it is written."""

from dataclasses import dataclass
from datetime import datetime

from s2s_tui.demo.people import actor
from s2s_tui.demo.pupils import Child
from s2s_tui.rules.names import FileName
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services.checking import AWAITING
from s2s_tui.services.lost import State


@dataclass(slots=True)
class Fate:
    """What became of a lost pupil.

    Attributes:
        state: `services.lost.State`.
        at: since when.
        reason: why it was removed, or the school that it was forwarded to.
        downloaded_at: when it was saved, for one that was downloaded or forwarded.
        forward: the file that went on to the school, once it has been told.
    """

    state: str = State.LOST
    at: datetime | None = None
    by: Actor | None = None
    reason: str = ""
    downloaded_at: datetime | None = None
    forward: "Move | None" = None


@dataclass(slots=True)
class Move:
    """A file that was sent, and what became of it.

    Attributes:
        children: the pupils in it.
        copies: who took an authority's copy, and when.
        origin: what it forwards.
        id: of its row, once there is one.
    """

    at: datetime
    name: FileName
    by: Actor
    content: bytes
    children: tuple[Child, ...] = ()
    state: str = AWAITING
    state_at: datetime | None = None
    state_by: Actor | None = None
    reason: str = ""
    downloaded_at: datetime | None = None
    recalled_at: datetime | None = None
    copies: tuple[tuple[Actor, datetime], ...] = ()
    fate: Fate | None = None
    origin: "Move | None" = None
    id: int = 0

    @property
    def receiver(self) -> Actor:
        """Who acts for the destination."""
        code, box = self.name.destination[:3], self.name.destination[3:]
        return actor(BOXES[box], code) if box in BOXES else actor(Role.SCHOOL, self.name.destination)


BOXES = {"LLLL": Role.USER, "PLAS": Role.PLASC, "ADMS": Role.ADMISSIONS}
