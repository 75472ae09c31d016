"""What has to be done now and then, without an account: `s2s-tui housekeeping`, by a timer."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from s2s_tui.rules.roles import SYSTEM
from s2s_tui.services import audit, lost_index, standing
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
        checkpoint: whether SQLite's log of changes was written back into its file.
    """

    snapshot: bool
    found: int
    forgotten: int
    checkpoint: bool


def tidy(site: Site) -> Tidied:
    """Do all of it; run by several at once, each part is done once."""
    snapshot = lost_index.tidy(site)
    found = standing.compare(site)
    before = site.clock() - FORGOTTEN_AFTER
    forgotten = site.store.write(lambda: LogonFailure.delete().where(LogonFailure.last_at < before).execute())
    done = Tidied(snapshot, found, int(forgotten), site.store.checkpoint())
    site.store.write(lambda: audit.record(site, SYSTEM, "housekeeping", **asdict(done)))
    return done
