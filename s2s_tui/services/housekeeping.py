"""What has to be done now and then, without an account: `s2s-tui housekeeping`, by a timer."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from s2s_tui.base.errors import Refused, Unreachable
from s2s_tui.rules.roles import SYSTEM
from s2s_tui.services import (
    audit,
    checkpoints,
    clock_watch,
    lost_index,
    message_expiry,
    second_factor,
    standing,
)
from s2s_tui.services.message_expiry import Expired
from s2s_tui.services.reports import counting
from s2s_tui.services.site import Site
from s2s_tui.store.models import LogonFailure

FORGOTTEN_AFTER = timedelta(days=30)
"""Failed tries to log on are counted so long; the longest wait that they cause is far shorter."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was done.

    Attributes:
        snapshot: whether a snapshot of the lost pupils was made anew.
        found: kept searches that a new file fits; their authorities are told.
        forgotten: old counts of failed tries to log on that were dropped.
        expired: messages that went by themselves, received and sent ones counted apart (R-MSG-1).
        months: past months that were counted for the reports of all authorities.
        audit: what became of the day's checkpoint of the audit log: empty while it isn't due, `written`, or
            the code of what is wrong with its file (`verify` tells more).
        checkpoint: whether SQLite's log of changes was written back into its file.
        held_until: until when nothing is deleted and no month counted, as the clock may have been set ahead
            (`clock_watch`): UTC, ISO 8601; empty where it is trusted.
    """

    snapshot: bool
    found: int
    forgotten: int
    expired: int
    months: int
    audit: str
    checkpoint: bool
    held_until: str = ""


def expire(site: Site) -> Expired:
    """Let messages go whose time is up (R-MSG-1), unless the clock may have been set ahead."""
    return message_expiry.expire(site) if clock_watch.held_until(site) is None else Expired()


def tidy(site: Site, *, clock_is_right: bool = False) -> Tidied:
    """Do all of it; run by several at once, each part is done once.

    Args:
        site: the site.
        clock_is_right: an operator says so, after housekeeping has held back (`Tidied.held_until`).
    """
    held = clock_watch.held_until(site, is_right=clock_is_right)
    snapshot = lost_index.tidy(site)
    found = standing.compare(site)
    forgotten = expired = months = 0
    if held is None:
        forgotten = site.store.write(lambda: _forget(site))
        gone = message_expiry.expire(site)
        expired = gone.unread + gone.read + gone.messages
        months = counting.settle(site)
    written, back = _checkpoint(site), site.store.checkpoint()
    until = f"{held:%Y-%m-%dT%H:%M:%SZ}" if held is not None else ""
    done = Tidied(snapshot, found, forgotten, expired, months, written, back, until)
    site.store.write(lambda: audit.record(site, SYSTEM, "housekeeping", **asdict(done)))
    return done


def _forget(site: Site) -> int:
    second_factor.forget_old(site)
    before = site.clock() - FORGOTTEN_AFTER
    return int(LogonFailure.delete().where(LogonFailure.last_at < before).execute())


def _checkpoint(site: Site) -> str:
    if not checkpoints.is_due(site):
        return ""
    try:
        written = checkpoints.write(site)
    except (Refused, Unreachable) as error:  # a full disk must not keep the rest from being on record
        return error.code
    return "audit-checkpoint" if written.broken else "written"
