"""Whether a guided task is done, read from the audit log: by this person, since it was begun.

No screen knows of tasks: what counts is what the services put on record, by whatever way it was done. Each
check is called within a connection of the caller.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from s2s_tui.demo.practice_picks import SOUGHT, Picked
from s2s_tui.rules.people import name_key
from s2s_tui.rules.roles import Actor
from s2s_tui.services import audit
from s2s_tui.services.checking import AWAITING, COLLECTED
from s2s_tui.services.lost_records import State
from s2s_tui.store.models import AuditEntry, LostPupil, Message, Pupil, StandingSearch, Transfer
from s2s_tui.store.statements import tuples


@dataclass(frozen=True, slots=True)
class Begun:
    """That somebody began a task.

    Attributes:
        number: its place in the audit chain of the person's organisation.
        picked: what the task was about then.
    """

    task: str
    number: int
    at: datetime
    picked: Picked


Check: TypeAlias = Callable[[Actor, Begun], bool]
Holds: TypeAlias = Callable[[Actor, Picked], bool]
"""Whether a task that isn't done can still be done with what was picked."""


def acts(actor: Actor, begun: Begun, action: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the person has done since: the subject and the details of each such entry."""
    entry = AuditEntry
    query = entry.select(entry.subject, entry.details).where(
        (entry.chain == actor.organisation)
        & (entry.number > begun.number)
        & (entry.username == actor.user)
        & (entry.action == action)
        & (entry.outcome == audit.DONE)
    )
    for subject, details in tuples(query):
        yield subject, json.loads(details) if details else {}


def with_its_id(action: str) -> Check:
    """The act, on what was picked: its details name the same `id`."""
    return lambda actor, begun: any(
        details.get("id") == begun.picked["id"] for _subject, details in acts(actor, begun, action)
    )


def on(action: str, what: str) -> Check:
    """The act, whose subject is what was picked under a name: a file's name, a UPN, a username."""
    return lambda actor, begun: any(
        subject == begun.picked[what] for subject, _details in acts(actor, begun, action)
    )


def with_details(action: str, **wanted: str) -> Check:
    """The act with such details: texts, or `{code}` for what was picked under that name."""

    def check(actor: Actor, begun: Begun) -> bool:
        known = {"organisation": actor.organisation} | begun.picked
        said = {name: text.format(**known) for name, text in wanted.items()}
        return any(
            said.items() <= {name: str(value) for name, value in details.items()}.items()
            for _subject, details in acts(actor, begun, action)
        )

    return check


def ever(action: str) -> Check:
    """The act, on whatever."""
    return lambda actor, begun: any(True for _act in acts(actor, begun, action))


def answered(actor: Actor, begun: Begun) -> bool:
    """A reply to the message, sent since."""
    sent = [int(subject) for subject, _details in acts(actor, begun, "message-reply") if subject.isdigit()]
    replies = Message.select().where(Message.id.in_(sent) & (Message.answers == begun.picked["id"]))
    return bool(replies.exists())


def kept(actor: Actor, begun: Begun) -> bool:
    """A kept search for the child's surname, however it is written."""
    ids = [details.get("id") for _subject, details in acts(actor, begun, "lost-keep")]
    queries = tuples(StandingSearch.select(StandingSearch.query).where(StandingSearch.id.in_(ids)))
    wanted = name_key(SOUGHT["surname"])
    return any(name_key(str(json.loads(text).get("surname", ""))) == wanted for (text,) in queries)


def carried(actor: Actor, begun: Begun) -> bool:
    """Every pupil of the file went on to a school in files that the person has made and sent since."""
    uploads = (details for _subject, details in acts(actor, begun, "upload"))
    sent = [details.get("id") for details in uploads if "forwarded_from" not in details]
    there = Pupil.select(Pupil.upn).where(Pupil.transfer == begun.picked["id"])
    gone = Pupil.select(Pupil.upn).where(Pupil.transfer.in_(sent))
    return bool(sent) and {upn for (upn,) in tuples(there)} <= {upn for (upn,) in tuples(gone)}


# Whether it can still be done


def always(_actor: Actor, _picked: Picked) -> bool:
    """Nothing can come between."""
    return True


def waits(_actor: Actor, picked: Picked) -> bool:
    """The file waits still."""
    return bool(
        Transfer.select().where((Transfer.id == picked["id"]) & (Transfer.state == AWAITING)).exists()
    )


def is_there(_actor: Actor, picked: Picked) -> bool:
    """The file waits, or was collected and may be sent on."""
    here = (Transfer.id == picked["id"]) & Transfer.state.in_((AWAITING, COLLECTED))
    return bool(Transfer.select().where(here & Transfer.recalled_at.is_null()).exists())


def is_lost(actor: Actor, picked: Picked) -> bool:
    """The record is lost still, or was downloaded by the person, who may forward it."""
    row = LostPupil.get_or_none(LostPupil.id == picked["id"])
    return row is not None and (
        row.state == State.LOST or (row.state == State.DOWNLOADED and row.state_by == actor.user)
    )
