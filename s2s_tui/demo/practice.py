"""Guided tasks (R-SYS-5): what a person is to do, has in hand and has done, in a made-up world only.

Nothing is kept of it but one entry of the audit log for each time that a task is begun: it holds when, and
what was picked. All else is read from what the services put on record.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.translation import N_, _, language
from s2s_tui.demo import world
from s2s_tui.demo.practice_checks import Begun
from s2s_tui.demo.practice_picks import Picked
from s2s_tui.demo.practice_tasks import BY_ID, TASKS, Task, learner
from s2s_tui.rules.mailboxes import is_school
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, directory
from s2s_tui.services.site import Site
from s2s_tui.store.models import AuditEntry
from s2s_tui.store.statements import tuples

ACT = "practice"
"""What beginning a task is called in the audit log; the subject is its id, `picked` what it is about."""
_PLACES = ("school", "by", "to")


class State(StrEnum):
    """How far somebody is with a task."""

    NEW = "new"
    BEGUN = "begun"
    DONE = "done"
    GONE = "gone"
    """Begun, but what it is about is gone: somebody else was first, or it was done in another way."""
    NONE = "none"
    """Not begun, and the world holds nothing more that it could be about."""


STATES: Mapping[State, str] = {
    State.NEW: "",
    State.BEGUN: N_("begun"),
    State.DONE: N_("done"),
    State.GONE: N_("begin anew"),
    State.NONE: N_("none left"),
}
"""In a word or two."""


@dataclass(frozen=True, slots=True)
class Told:
    """A task as it is told to one person, in the language in force.

    Attributes:
        account: whose it is.
        story, goal, hints: empty where the world holds nothing for it.
        begun: when, as naive UTC; None where it isn't.
    """

    id: str
    account: str
    state: State
    title: str
    story: str
    goal: str
    hints: tuple[str, ...]
    begun: datetime | None


def tasks(actor: Actor, site: Site) -> tuple[Told, ...]:
    """The tasks of the person's role, each with how far it is; none outside a made-up world.

    Raises:
        NotLoggedOn: `session-ended`.
    """
    access.require_live(actor, site)
    return _all(actor, site) if world.is_demo(site) else ()


def in_hand(actor: Actor, site: Site) -> Told | None:
    """The task that the person began last, done or not; None where none was begun, or outside a demo."""
    access.require_live(actor, site)
    with site.store.connection():
        begun = max(_begun(actor).values(), key=lambda one: one.number, default=None)
        return _told(actor, site, BY_ID[begun.task], begun) if begun is not None else None


def begin(actor: Actor, site: Site, task_id: str) -> Told:
    """Begin a task, or begin it anew with the next thing that it can be about.

    The story's child isn't noted as seen: the person knows of it from the story, not from the files.

    Raises:
        NotLoggedOn: `session-ended`.
        NotFound: `not-found`, no such task of the role, or no made-up world.
        Refused: `practice-none`, the world holds nothing more for it.
    """
    access.require_live(actor, site)
    task = BY_ID.get(task_id)
    if task is None or actor.role not in task.roles or not world.is_demo(site):
        raise NotFound("not-found")

    def change() -> None:
        picked = task.pick(actor, site)
        if picked is None:
            raise Refused("practice-none")
        audit.record(site, actor, ACT, task.id, picked=picked)

    site.store.write(change)
    with site.store.connection():
        return _told(actor, site, task, _begun(actor)[task.id])


def learners() -> tuple[Actor, ...]:
    """Whose accounts a lesson is done with, a role each; they have no sessions."""
    return tuple(learner(role) for role in dict.fromkeys(role for task in TASKS for role in task.roles))


def overview(site: Site) -> tuple[Told, ...]:
    """The tasks of all those accounts, and how far each is: for trainers, who need none."""
    return tuple(one for actor in learners() for one in _all(actor, site))


def _all(actor: Actor, site: Site) -> tuple[Told, ...]:
    with site.store.connection():
        begun = _begun(actor)
        return tuple(
            _told(actor, site, task, begun.get(task.id)) for task in TASKS if actor.role in task.roles
        )


def _begun(actor: Actor) -> dict[str, Begun]:
    """The latest beginning of each task by the person."""
    entry = AuditEntry
    query = entry.select(entry.number, entry.at, entry.subject, entry.details).where(
        (entry.action == ACT)
        & (entry.chain == actor.organisation)
        & (entry.username == actor.user)
        & (entry.outcome == audit.DONE)
    )
    return {
        task: Begun(task, number, at, json.loads(details)["picked"])
        for number, at, task, details in tuples(query.order_by(entry.number))
        if task in BY_ID
    }


def _told(actor: Actor, site: Site, task: Task, begun: Begun | None) -> Told:
    if begun is None:
        picked = task.pick(actor, site)
        state = State.NEW if picked is not None else State.NONE
    else:
        picked = begun.picked
        done, holds = task.done(actor, begun), task.holds(actor, picked)
        state = State.DONE if done else State.BEGUN if holds else State.GONE
    said = _words(site, picked) if picked is not None else None
    return Told(
        task.id,
        actor.user,
        state,
        _(task.title),
        _(task.story).format(**said) if said else "",
        _(task.goal).format(**said) if said else "",
        tuple(_(hint).format(**said) for hint in task.hints) if said else (),
        begun.at if begun is not None else None,
    )


def _words(site: Site, picked: Picked) -> dict[str, str]:
    """What was picked, as sentences name it."""
    said = {name: str(value) for name, value in picked.items()}
    names = directory.names(site, [said[place] for place in _PLACES if place in said], language())
    for place in _PLACES:
        if place in said:
            name, number = names[said[place]], said[place]
            said[f"{place}_number"] = number
            said[place] = f"{name} ({number})" if is_school(number) else name
    for day in ("born", "deadline"):
        if day in said:
            said[day] = f"{date.fromisoformat(said[day]):%d.%m.%Y}"
    return said
