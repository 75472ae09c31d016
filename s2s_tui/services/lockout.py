"""Tries at a password are counted; who guesses waits, at last until a DBA unlocks or a day is over (R-LOG-6).

A name is counted as typed, whether or not there is such an account, so that its waits tell nothing (R-LOG-1).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotLoggedOn, S2SError
from s2s_tui.services.site import Site
from s2s_tui.store.models import LogonFailure
from s2s_tui.store.statements import tuples

FREE_TRIES = 5
"""Failures in a row for a name before it has to wait; an origin has ten times as many, afresh each day."""
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)
LOCKED_AFTER = 20
"""Failures in a row that lock a name."""
LOCKED_FOR = timedelta(days=1)
"""A lock that nobody undoes ends by itself after so long."""
LONGEST_NAME = 40
LONGEST_ORIGIN = 60
_AT_A_TIME = 800
"""Names that one statement asks for; engines take only so many values."""

NAME, CODE = "user", "code"
"""What is counted for an account: its password, and the code of its second factor."""


def count_try(
    site: Site, what: str, username: str, origin: str = "", *, error: type[S2SError] = NotLoggedOn
) -> None:
    """Count a try as failed until `forget` says otherwise; refuse it while name or origin have to wait.

    It is counted before it is checked, so that many at once gain nothing.

    Args:
        site: the site.
        what: `NAME` or `CODE`.
        username: as typed.
        origin: where from; empty: only the name is counted.
        error: what is raised: within a session it is no matter of logging on.

    Raises:
        S2SError: of that class: `logon-wait` (`seconds` to wait) or `logon-locked` (`hours`).
    """
    limits = _limits(site, what, username, origin)

    def read() -> dict[str, tuple[int, datetime]]:
        rows = LogonFailure.select(LogonFailure.key, LogonFailure.failures, LogonFailure.last_at).where(
            LogonFailure.key.in_(list(limits))
        )
        return {key: (failures, last_at) for key, failures, last_at in tuples(rows)}

    def count() -> S2SError | None:
        known, now = read(), site.clock()
        refusal = _refusal(site, known, limits, error)
        for key in limits if refusal is None else ():
            if key not in known:
                LogonFailure.insert(key=key, failures=1, last_at=now).execute()
            else:
                failures = known[key][0]
                afresh = key.startswith("from ") or failures < LOCKED_AFTER
                LogonFailure.update(failures=failures + 1 if afresh else 1, last_at=now).where(
                    LogonFailure.key == key
                ).execute()
        return refusal

    with site.store.connection():
        # Without a write: a flood of guesses must not keep others' writes waiting.
        refusal = _refusal(site, read(), limits, error)
    refusal = refusal or site.store.write(count)
    if refusal is not None:
        raise refusal


def forget(site: Site, what: str, username: str, origin: str = "") -> None:
    """A try was right: the name starts afresh, in a transaction of its own unless within one.

    The origin gets back this one try only, or one account would open it to all.
    """

    def change() -> None:
        name, *places = _limits(site, what, username, origin)
        LogonFailure.delete().where(LogonFailure.key == name).execute()
        for place in places:
            LogonFailure.update(failures=LogonFailure.failures - 1).where(LogonFailure.key == place).execute()

    site.store.write(change)


def unlock(site: Site, username: str) -> bool:  # noqa: ARG001 - as all that works within a transaction
    """Let an account try again at once, within the current transaction; asks for no permission.

    Args:
        site: the site.
        username: whose failures are forgotten.

    Returns:
        Whether there were any.
    """
    keys = [_key(NAME, username), _key(CODE, username)]
    return bool(LogonFailure.delete().where(LogonFailure.key.in_(keys)).execute())


def is_locked(site: Site, username: str) -> bool:
    """Whether an account is locked after too many failures; within a connection or transaction."""
    return username in locked(site, [username])


def locked(site: Site, usernames: Iterable[str]) -> frozenset[str]:
    """Those of the accounts that are locked after too many failures; within a connection or transaction."""
    by_key = {_key(what, name): name for name in usernames for what in (NAME, CODE)}
    keys, found = list(by_key), set()
    for start in range(0, len(keys), _AT_A_TIME):
        rows = LogonFailure.select(LogonFailure.key, LogonFailure.failures, LogonFailure.last_at).where(
            LogonFailure.key.in_(keys[start : start + _AT_A_TIME])
        )
        found |= {by_key[key] for key, failures, last_at in tuples(rows) if _is_lock(site, failures, last_at)}
    return frozenset(found)


def _limits(site: Site, what: str, username: str, origin: str) -> dict[str, int]:
    """What is counted, the name first, and how many failures of each are free."""
    limits = {_key(what, username): FREE_TRIES}
    if origin:
        # By day: the slips of a whole office must not add up over the months.
        limits[f"from {local_date(site.clock())} {origin[:LONGEST_ORIGIN]}"] = FREE_TRIES * 10
    return limits


def _refusal(
    site: Site,
    known: Mapping[str, tuple[int, datetime]],
    limits: Mapping[str, int],
    error: type[S2SError],
) -> S2SError | None:
    """Why a try can't be made now, or None."""
    longest = 0.0
    for key, (failures, last_at) in known.items():
        if not key.startswith("from ") and failures >= LOCKED_AFTER:
            if _is_lock(site, failures, last_at):
                return error("logon-locked", hours=int(LOCKED_FOR.total_seconds() // 3600))
            continue
        over = failures - limits[key]
        if over < 0:
            continue
        wait = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT)
        # A clock that was set back, or another machine's that is ahead, makes nobody wait longer than that.
        longest = max(longest, min(wait, last_at + wait - site.clock()).total_seconds())
    return error("logon-wait", seconds=int(longest) + 1) if longest > 0 else None


def _is_lock(site: Site, failures: int, last_at: datetime) -> bool:
    return failures >= LOCKED_AFTER and last_at + LOCKED_FOR > site.clock()


def _key(what: str, name: str) -> str:
    return f"{what} {name[:LONGEST_NAME]}"
