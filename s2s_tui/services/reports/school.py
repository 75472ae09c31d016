"""School Report (R-REP-2, §7.2): each CTF that a school sent, received or has waiting, by date."""

from typing import Any

from peewee import Value

from s2s_tui.base.translation import N_
from s2s_tui.rules.mailboxes import Mailbox
from s2s_tui.services.checking import COLLECTED
from s2s_tui.services.reports import counts, files, months
from s2s_tui.services.reports.model import Asked, Picture
from s2s_tui.store.models import Transfer


def query(asked: Asked, names: bool) -> Any:
    """A row an event: sent on the day of the upload, received on that of the collection.

    What waits stands on the day on which it came, whichever days are asked of.
    """
    sent = counts.sent(asked) & asked.within(Transfer.uploaded_at)
    came = counts.came(asked)
    still, later = counts.waited(asked)
    return (
        _part(asked, names, "sent", Transfer.uploaded_at, sent)
        + _part(asked, names, "received", Transfer.state_at, came & counts.moved(COLLECTED, asked))
        + _part(asked, names, "awaiting", Transfer.uploaded_at, came & still)
        + _part(asked, names, "awaiting", Transfer.uploaded_at, came & later)
    )


def _part(asked: Asked, names: bool, what: str, moment: Any, where: Any) -> Any:
    ends = files.Ends(asked, names)
    near: Any = Transfer.source
    far: Any = Transfer.destination
    near_authority: Any = Transfer.source_authority
    far_authority: Any = Transfer.destination_authority
    if what != "sent":
        near, far, near_authority, far_authority = far, near, far_authority, near_authority
    query = Transfer.select(
        near,
        ends.near_name,
        moment,
        Value(what),
        Transfer.name,
        far,
        ends.far_name,
        Transfer.pupil_count,
        files.state_then(asked),
        Transfer.id,
    )
    query = ends.joined(query, near, far, near_authority, far_authority)
    return query.where(where & near.not_in([f"{code}{Mailbox.GENERAL}" for code in asked.authorities]))


def picture(asked: Asked) -> Picture:
    """A line for what was sent and one for what was received, over the months."""
    return months.lines(asked, N_("CTFs by month"), ("uploaded", "downloaded"))
