"""Tries at a password are counted; who guesses waits, longer each time, and at last is locked out (R-LOG-6).

A name is counted as typed, whether or not there is such an account, so that its waits tell nothing (R-LOG-1).
Anybody may know a username, and must not be able to shut its holder out by wrong guesses. So a place from
which an account was logged on lately has a count of its own, which no stranger's guesses touch; all other
places share one, however many an attacker has. (OWASP's "device cookies"; NIST SP 800-63B, 5.2.2.)
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotLoggedOn, S2SError
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import audit
from s2s_tui.services.site import Site
from s2s_tui.store.models import LogonFailure, Session, User
from s2s_tui.store.statements import tuples

FREE_TRIES = 5
"""Failures in a row for a name before it has to wait; an origin has ten times as many, afresh each day."""
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)
LOCKED_AFTER = 20
"""Failures in a row that lock a name."""
LOCKED_FOR = timedelta(hours=1)
"""A lock that nobody undoes ends by itself after so long; one more failure locks again."""
NO_END_AFTER = 100
"""Failures in a row after which it is a day each time: no verifier should take more (NIST)."""
LOCKED_LONG = timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=2)
"""A name that nobody tried for so long starts afresh."""
KNOWN_FOR = timedelta(days=90)
"""For how long a place from which an account was logged on is known."""
SKEW = timedelta(minutes=1)
"""A failure that is later than now by more was counted before the clock was set back."""
LONGEST_NAME = 40
LONGEST_ORIGIN = 60

NAME, CODE = "user", "code"
"""What is counted for an account: its password, and the code of its second factor."""
_PLACE = "-at"
"""What a place's count begins with after that; the names that people type stand after a blank."""

_Known = Mapping[str, tuple[int, datetime]]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a try counts towards: the name's key (here, or of all strangers), and the origin's or nothing."""

    name: str
    origin: str
    is_known: bool

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.name, self.origin) if self.origin else (self.name,)


def count_try(
    site: Site, what: str, username: str, origin: str = "", *, error: type[S2SError] = NotLoggedOn
) -> None:
    """Count a try as failed until `forget` says otherwise; refuse it while name or origin have to wait.

    It is counted before it is checked, so that many at once gain nothing.

    Args:
        site: the site.
        what: `NAME` or `CODE`.
        username: as typed.
        origin: where from; empty: from this machine, which may be a place as well as any.
        error: what is raised: within a session it is no matter of logging on.

    Raises:
        S2SError: of that class: `logon-wait` (`seconds` to wait) or `logon-locked` (`minutes`).
    """

    def read() -> tuple[_Counted, dict[str, tuple[int, datetime]]]:
        counted = _counted(site, what, username, origin)
        rows = LogonFailure.select(LogonFailure.key, LogonFailure.failures, LogonFailure.last_at).where(
            LogonFailure.key.in_(counted.keys)
        )
        return counted, {key: (failures, last_at) for key, failures, last_at in tuples(rows)}

    def count() -> S2SError | None:
        (counted, known), now = read(), site.clock()
        # Else a clock that was set back would not let a wait end before it has caught up.
        ahead = [key for key, (_failures, last_at) in known.items() if last_at > now + SKEW]
        for key in ahead:
            LogonFailure.update(last_at=now).where(LogonFailure.key == key).execute()
            known[key] = (known[key][0], now)
        refusal = _refusal(now, counted, known, error)
        for key in counted.keys if refusal is None else ():
            failures = known[key][0] + 1 if key in known and not _is_over(key, known[key], now) else 1
            if key in known:
                LogonFailure.update(failures=failures, last_at=now).where(LogonFailure.key == key).execute()
            else:
                LogonFailure.insert(key=key, failures=1, last_at=now).execute()
            if key == counted.name and failures == LOCKED_AFTER:
                _put_on_record(site, what, username, origin)
        return refusal

    with site.store.connection():
        # Without a write: a flood of guesses must not keep others' writes waiting.
        counted, known = read()
        now = site.clock()
        settled = all(last_at <= now + SKEW for _failures, last_at in known.values())
        refusal = _refusal(now, counted, known, error) if settled else None
    refusal = refusal or site.store.write(count)
    if refusal is not None:
        raise refusal


def forget(site: Site, what: str, username: str, origin: str = "") -> None:
    """A try was right: what it counted towards starts afresh, in a transaction of its own unless within one.

    The origin gets back this one try only, or one account would open it to all. At a place that is known,
    what strangers did elsewhere stays counted.
    """

    def change() -> None:
        counted = _counted(site, what, username, origin)
        LogonFailure.delete().where(LogonFailure.key == counted.name).execute()
        if counted.origin:
            LogonFailure.update(failures=LogonFailure.failures - 1).where(
                LogonFailure.key == counted.origin
            ).execute()

    site.store.write(change)


def unlock(site: Site, username: str) -> bool:  # noqa: ARG001 - as all that works within a transaction
    """Let an account try again at once, from anywhere, within the current transaction; asks no permission.

    Args:
        site: the site.
        username: whose failures are forgotten.

    Returns:
        Whether there were any.
    """
    keys = [_key(NAME, username), _key(CODE, username)]
    places = LogonFailure.key.startswith(f"{NAME}{_PLACE} ") | LogonFailure.key.startswith(f"{CODE}{_PLACE} ")
    at_places = LogonFailure.select(LogonFailure.key).where(places)
    keys += [key for (key,) in tuples(at_places) if _name_in(key) == username[:LONGEST_NAME]]
    return bool(LogonFailure.delete().where(LogonFailure.key.in_(keys)).execute())


def is_locked(site: Site, username: str) -> bool:
    """Whether an account is locked after too many failures; within a connection or transaction."""
    return username in locked(site, [username])


def locked(site: Site, usernames: Iterable[str]) -> frozenset[str]:
    """Those of the accounts that are locked, somewhere; within a connection or transaction."""
    names = locked_names(site)
    return frozenset(name for name in usernames if name[:LONGEST_NAME] in names)


def locked_names(site: Site) -> dict[str, datetime]:
    """All usernames that are locked now, known or not, and since when; within a connection or transaction."""
    now, found = site.clock(), dict[str, datetime]()
    rows = LogonFailure.select(LogonFailure.key, LogonFailure.failures, LogonFailure.last_at).where(
        (LogonFailure.failures >= LOCKED_AFTER) & ~LogonFailure.key.startswith("from ")
    )
    for key, failures, last_at in tuples(rows):
        if _is_lock(now, failures, last_at):
            found[_name_in(key)] = last_at
    return found


def _counted(site: Site, what: str, username: str, origin: str) -> _Counted:
    """What a try counts towards; within a connection or transaction."""
    by_origin = ""
    if origin:
        # By day: the slips of a whole office must not add up over the months.
        by_origin = f"from {local_date(site.clock())} {origin[:LONGEST_ORIGIN]}"
    lately = Session.started_at > site.clock() - KNOWN_FOR
    here: Any = (User.username == username) & (Session.origin == origin) & lately
    is_known = Session.select(Session.id).join(User).where(here).limit(1).exists()
    name = _key(f"{what}{_PLACE} {_digest(origin)}" if is_known else what, username)
    return _Counted(name, by_origin, is_known)


def _refusal(now: datetime, counted: _Counted, known: _Known, error: type[S2SError]) -> S2SError | None:
    """Why a try can't be made now, or None."""
    longest = 0.0
    for key, (failures, last_at) in known.items():
        if key != counted.name:
            # A whole office may come from one address: whoever logged on from there lately isn't kept
            # waiting by what others do there, be it a script with last year's password.
            if counted.is_known:
                continue
            failures -= FREE_TRIES * 9
        elif _is_over(key, (failures, last_at), now):
            continue
        wait = _wait(failures) if key == counted.name else min(_wait(failures), LONGEST_WAIT)
        # Another machine's clock may be ahead; nobody waits longer for that.
        left = min(wait, last_at + wait - now).total_seconds()
        if key == counted.name and failures >= LOCKED_AFTER and left > 0:
            return error("logon-locked", minutes=int(left // 60) + 1)
        longest = max(longest, left)
    return error("logon-wait", seconds=int(longest) + 1) if longest > 0 else None


def _wait(failures: int) -> timedelta:
    """For how long nothing is taken after so many failures in a row."""
    if failures < FREE_TRIES:
        return timedelta(0)
    if failures < LOCKED_AFTER:
        return min(FIRST_WAIT * (1 << (failures - FREE_TRIES)), LONGEST_WAIT)
    return LOCKED_FOR if failures < NO_END_AFTER else LOCKED_LONG


def _is_over(key: str, row: tuple[int, datetime], now: datetime) -> bool:
    return not key.startswith("from ") and row[1] + FORGOTTEN_AFTER <= now


def _is_lock(now: datetime, failures: int, last_at: datetime) -> bool:
    return failures >= LOCKED_AFTER and last_at + _wait(failures) > now


def _put_on_record(site: Site, what: str, username: str, origin: str) -> None:
    """That an account is locked now, in its organisation's log: its DBA reads there where it came from."""
    user = User.get_or_none(User.username == username)
    if user is not None and user.deleted_at is None:
        actor = Actor(user.username, Role.SYSTEM, user.organisation)
        audit.record(site, actor, "lock", user.username, what=what, origin=origin)


def _name_in(key: str) -> str:
    """The username that a key of a name counts."""
    what, name = key.split(" ", 1)
    return name.split(" ", 1)[1] if what.endswith(_PLACE) else name


def _key(what: str, name: str) -> str:
    return f"{what} {name[:LONGEST_NAME]}"


def _digest(origin: str) -> str:
    return hashlib.sha256(origin.encode("utf-8", "surrogatepass")).hexdigest()[:20]
