"""Logging on and off, sessions, one's own password (R-LOG).

Logging on is a chain of steps: `begin` checks the password, each step that is still owed is done by its own
function, `finish` opens the session and gives the actor. A second factor is one more step.
"""

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import argon2
from argon2 import Type
from argon2.exceptions import InvalidHashError, VerificationError

from s2s_tui.base.errors import NotLoggedOn, Refused, WrongUse
from s2s_tui.base.settings import Settings
from s2s_tui.base.text import storable
from s2s_tui.base.translation import LANGUAGES
from s2s_tui.rules import passwords
from s2s_tui.rules.roles import WALES, Actor, Role
from s2s_tui.services import access, audit, lockout
from s2s_tui.services.site import Site
from s2s_tui.store.models import Session, User

NEW_PASSWORD = "new-password"  # noqa: S105 - the name of a step
"""The step owed at first entry and after a reset (R-LOG-2)."""


@dataclass(frozen=True, slots=True)
class Logon:
    """A logon under way: who proved a password, and which steps are still owed.

    Attributes:
        proved: what is kept of the password; once the account has another, this logon leads nowhere.
    """

    username: str
    role: Role
    organisation: str
    language: str
    origin: str
    face: str
    owed: tuple[str, ...]
    proved: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LastLogon:
    """When and from where the account was used before this session (R-LOG-6)."""

    at: datetime
    origin: str


def begin(site: Site, username: str, password: str, *, origin: str = "", face: str = "cli") -> Logon:
    """Check a username and password (R-LOG-1).

    The answer, and the time until it comes, are the same for a wrong name and for a wrong password. The try
    is counted before it is checked, so that many at once gain nothing.

    Args:
        site: the site.
        username: as typed; case-sensitive.
        password: as typed; case-sensitive.
        origin: where the person is, as the terminal tells (an address); may be empty.
        face: `tui` or `cli`.

    Raises:
        NotLoggedOn: `logon-wrong`, `logon-wait` (too many failures: `seconds` to wait), `logon-locked` (far
            too many) or `logon-expired` (the password is right, but it was temporary and its time is over).
    """
    username, origin = storable(username), storable(origin)
    lockout.count_try(site, lockout.NAME, username, origin)
    with site.store.connection():
        user = User.get_or_none(User.username == username)
    usable = user if user and user.active and user.deleted_at is None and user.password else None
    right = _verify(site.settings, usable.password if usable else "", password)
    if usable is None or not right:
        actor = Actor(username[: lockout.LONGEST_NAME], Role.SYSTEM, user.organisation if user else WALES)
        access.refused(actor, site, "logon", origin, "logon-wrong")
        raise NotLoggedOn("logon-wrong")
    if usable.temporary_until is not None and usable.temporary_until < site.clock():
        access.refused(_as_actor(usable), site, "logon", origin, "logon-expired")
        raise NotLoggedOn("logon-expired", days=site.settings.temporary_password_days)
    lockout.forget(site, lockout.NAME, username, origin)
    proved = usable.password
    if _hasher(site.settings).check_needs_rehash(proved):
        # At another cost than that of the blank hash, its time would tell that there is such a name.
        proved = _rehash(site, usable, password)
    role, owed = Role(usable.role), (NEW_PASSWORD,) if usable.temporary_until is not None else ()
    return Logon(usable.username, role, usable.organisation, usable.language, origin, face, owed, proved)


def set_first_password(site: Site, logon: Logon, password: str, again: str) -> Logon:
    """Do the step `new-password`: replace the temporary password (R-LOG-2).

    Raises:
        Refused: `password-differs`, or what is wrong with the new one.
        NotLoggedOn: `session-ended`, as `finish`.
    """
    with site.store.connection():
        user = _proved(logon)
    actor = Actor(logon.username, logon.role, logon.organisation)
    proved = _replace_password(site, user, password, again, actor)
    owed = tuple(step for step in logon.owed if step != NEW_PASSWORD)
    return replace(logon, owed=owed, proved=proved)


def finish(site: Site, logon: Logon) -> Actor:
    """Open the session.

    Raises:
        NotLoggedOn: `logon-step`, a step is still owed; `session-ended`, the account was taken away, changed
            or given another password meanwhile.
    """
    if logon.owed:
        raise NotLoggedOn("logon-step", step=logon.owed[0])
    actor = Actor(logon.username, logon.role, logon.organisation, secrets.token_hex(16))

    def open_session() -> None:
        now = site.clock()
        user = _proved(logon)
        Session.insert(
            id=actor.session, user=user.id, started_at=now, origin=logon.origin, face=logon.face
        ).execute()
        User.update(last_on_at=now, last_on_from=logon.origin).where(User.id == user.id).execute()
        audit.record(site, actor, "logon", logon.origin, face=logon.face)

    site.store.write(open_session)
    return actor


def _proved(logon: Logon) -> Any:
    """The account of a logon, while it is what it was when the password was proved.

    Someone may stop before the last step for as long as they like: a reset must shut them out too.
    """
    user = User.get(User.username == logon.username)
    same = user.role == logon.role and user.organisation == logon.organisation
    if not user.active or user.deleted_at is not None or not same:
        raise NotLoggedOn("session-ended", reason="account")
    if user.password != logon.proved:
        raise NotLoggedOn("session-ended", reason="password-changed")
    return user


def log_on(site: Site, username: str, password: str, *, origin: str = "", face: str = "cli") -> Actor:
    """All steps in one, for an account that owes none.

    Raises:
        NotLoggedOn: as `begin` and `finish`.
    """
    return finish(site, begin(site, username, password, origin=origin, face=face))


def log_off(actor: Actor, site: Site, reason: str = "logoff") -> None:
    """End the actor's own session; ending it again changes nothing.

    Args:
        actor: who leaves.
        site: the site.
        reason: `logoff`, `hang-up`, `terminated`, `idle`…
    """

    def end() -> None:
        ended = (
            Session.update(ended_at=site.clock(), end_reason=reason)
            .where((Session.id == actor.session) & Session.ended_at.is_null())
            .execute()
        )
        if ended:
            audit.record(site, actor, "logoff", outcome=reason)

    site.store.write(end)


def end_sessions(site: Site, username: str, reason: str) -> int:
    """End every session of a user, within the current transaction; they notice at their next act.

    Returns:
        How many were open.
    """
    user = User.get(User.username == username)
    ended: int = (
        Session.update(ended_at=site.clock(), end_reason=reason)
        .where((Session.user == user.id) & Session.ended_at.is_null())
        .execute()
    )
    return ended


def last_logon(actor: Actor, site: Site) -> LastLogon | None:
    """The account's session before this one, or None."""
    with site.store.connection():
        before = (
            Session.select()
            .join(User)
            .where((User.username == actor.user) & (Session.id != actor.session))
            .order_by(Session.started_at.desc())
            .first()
        )
    return LastLogon(before.started_at, before.origin) if before else None


def change_password(actor: Actor, site: Site, old: str, new: str, again: str) -> None:
    """Change one's own password; the other sessions of the account end.

    Raises:
        Refused: `password-wrong` (the old one), `logon-wait` or `logon-locked` (wrong too often),
            `password-differs`, or what is wrong with the new one.
    """
    access.require(actor, site, "account")
    lockout.count_try(site, lockout.NAME, actor.user, error=Refused)
    user = _user(site, actor.user)
    if not _verify(site.settings, user.password, old):
        access.refused(actor, site, "password", actor.user, "password-wrong")
        raise Refused("password-wrong")
    lockout.forget(site, lockout.NAME, actor.user)
    _replace_password(site, user, new, again, actor)


def set_language(actor: Actor, site: Site, language: str) -> None:
    """Keep the language of one's own choice: `en` or `cy`.

    Raises:
        WrongUse: `language-unknown`.
    """
    access.require(actor, site, "account")
    if language not in LANGUAGES:
        raise WrongUse("language-unknown", language=language, allowed=", ".join(LANGUAGES))

    def change() -> None:
        User.update(language=language).where(User.username == actor.user).execute()
        audit.record(site, actor, "language", language)

    site.store.write(change)


def hashed(settings: Settings, password: str) -> str:
    """The argon2 hash of a password, at the cost of the settings."""
    return _hasher(settings).hash(_as_bytes(password))


def _as_bytes(password: str) -> bytes:
    # A terminal gives bytes that are no UTF-8 as lone surrogates; they are somebody's password all the same.
    return password.encode("utf-8", "surrogatepass")


def _rehash(site: Site, user: Any, password: str) -> str:
    digest = hashed(site.settings, password)
    site.store.write(
        lambda: (
            User.update(password=digest)
            .where((User.id == user.id) & (User.password == user.password))
            .execute()
        )
    )
    return digest


def _replace_password(site: Site, user: Any, password: str, again: str, actor: Actor) -> str:
    """Replace the password that `user` has; what is kept of the new one."""
    if password != again:
        raise Refused("password-differs")
    passwords.require_good(password, user.username)
    if _verify(site.settings, user.password, password):
        raise Refused("password-same")
    digest = hashed(site.settings, password)

    def change() -> None:
        changed = (
            User.update(password=digest, password_at=site.clock(), temporary_until=None)
            .where((User.id == user.id) & (User.password == user.password))
            .execute()
        )
        if not changed:
            raise Refused("password-moved")
        (
            Session.update(ended_at=site.clock(), end_reason="password-changed")
            .where((Session.user == user.id) & Session.ended_at.is_null() & (Session.id != actor.session))
            .execute()
        )
        audit.record(site, actor, "password", user.username)

    site.store.write(change)
    return digest


def _user(site: Site, username: str) -> Any:
    with site.store.connection():
        return User.get(User.username == username)


def _as_actor(user: Any) -> Actor:
    return Actor(user.username, Role(user.role), user.organisation)


def _hasher(settings: Settings) -> argon2.PasswordHasher:
    return argon2.PasswordHasher(
        time_cost=settings.argon2_passes,
        memory_cost=settings.argon2_memory_kib,
        parallelism=settings.argon2_lanes,
        type=Type.ID,
    )


def _verify(settings: Settings, digest: str, password: str) -> bool:
    """Whether a password fits; takes as long where there is nothing to compare with (no `digest`)."""
    if not digest:
        blank = base64.b64encode(bytes(32)).decode().rstrip("=")
        cost = f"m={settings.argon2_memory_kib},t={settings.argon2_passes},p={settings.argon2_lanes}"
        digest = f"$argon2id$v=19${cost}${blank[:22]}${blank}"
    try:
        return _hasher(settings).verify(digest, _as_bytes(password))
    except (VerificationError, InvalidHashError):
        return False
