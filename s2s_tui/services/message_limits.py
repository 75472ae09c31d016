"""How much one account may send (`rules.messages.LIMITS`): one that was taken over can't flood every inbox.

It is counted in the audit log: what is sent, called back and deleted at once has been sent all the same.
"""

import json
from datetime import timedelta
from typing import Any

from s2s_tui.base.errors import Refused
from s2s_tui.rules import messages as rules
from s2s_tui.rules.roles import Actor
from s2s_tui.services import audit
from s2s_tui.services.site import Site
from s2s_tui.services.user_reach import moment
from s2s_tui.store.models import AuditEntry
from s2s_tui.store.statements import tuples

COUNTED = {"message-send": 1, "message-reply": 1, "chase": 0}
"""The acts, and how many messages each counts for: to chase is one act, however many schools it goes to."""


def require_room(actor: Actor, site: Site) -> None:
    """See that the actor hasn't sent as much as one account may; within the transaction that sends.

    Raises:
        Refused: `messages-many`, with when the next can go.
    """
    now = site.clock()
    entry = AuditEntry
    mine: Any = (entry.username == actor.user[:40]) & (entry.outcome == audit.DONE)
    mine &= entry.action.in_(list(COUNTED)) & (entry.at > now - timedelta(days=1))
    query = entry.select(entry.at, entry.action, entry.details).where(mine).order_by(entry.at.desc())
    sent = [
        (at, COUNTED[action], int(json.loads(details or "{}").get("recipients", 1)))
        for at, action, details in tuples(query)
    ]
    free = rules.room_at(sent, now)
    if free is not None:
        raise Refused("messages-many", when=moment(site, free))
