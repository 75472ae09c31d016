"""Time: naive UTC inside, Europe/London for people and for the limits of a day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives now as naive UTC, to the microsecond."""

LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """Now, as naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def to_local(moment: datetime) -> datetime:
    """A naive UTC moment as London's wall clock shows it (aware)."""
    return moment.replace(tzinfo=UTC).astimezone(LONDON)


def local_date(moment: datetime) -> date:
    """The day in London of a naive UTC moment."""
    return to_local(moment).date()


def day_start(day: date) -> datetime:
    """The naive UTC moment at which a London day begins."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC).replace(tzinfo=None)


def day_end(day: date) -> datetime:
    """The naive UTC moment at which the next London day begins."""
    return day_start(day + timedelta(days=1))


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole London days from one naive UTC moment to another: 0 on the same day."""
    return (local_date(later) - local_date(earlier)).days
