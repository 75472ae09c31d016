"""Whether the clock may be trusted with deleting: one that was set far ahead would delete all messages.

Housekeeping notes when it last ran. Where that was more than `GAP` ago, either it didn't run for so long or
the clock has jumped: then nothing is deleted until it has gone on from there for `WAIT`, or an operator
says that it is right. A clock that is put right before that has done no harm.
"""

from datetime import datetime, timedelta

from s2s_tui.services.site import Site
from s2s_tui.store.models import Property
from s2s_tui.store.statements import insert

SEEN, HELD = "clock-seen", "clock-held"
"""The properties: when the clock was last trusted, and since when it isn't."""
GAP = timedelta(days=7)
WAIT = timedelta(days=3)
NOTED_EVERY = timedelta(hours=1)
"""Each start of the app asks: not each has to write."""


def held_until(site: Site, *, is_right: bool = False) -> datetime | None:
    """Until when nothing may be deleted; None where the clock is trusted.

    Args:
        site: the site.
        is_right: an operator says that the clock is right.
    """
    with site.store.connection():
        seen, held = _noted(SEEN), _noted(HELD)
    now = site.clock()
    if held is None and seen is not None and timedelta(0) <= now - seen < NOTED_EVERY:
        return None
    return site.store.write(lambda: _look(site.clock(), is_right))


def _look(now: datetime, is_right: bool) -> datetime | None:
    seen, held = _noted(SEEN), _noted(HELD)
    if not is_right and seen is not None and now - seen > GAP:
        if held is None or held > now:
            _note(HELD, now)
            return now + WAIT
        if now - held < WAIT:
            return held + WAIT
    _note(SEEN, now)
    Property.delete().where(Property.name == HELD).execute()
    return None


def _noted(name: str) -> datetime | None:
    found = Property.get_or_none(Property.name == name)
    return datetime.fromisoformat(found.value) if found is not None else None


def _note(name: str, moment: datetime) -> None:
    if not Property.update(value=moment.isoformat()).where(Property.name == name).execute():
        insert(Property, [{"name": name, "value": moment.isoformat()}])
