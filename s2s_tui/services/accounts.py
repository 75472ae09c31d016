"""Logging on (R-LOG): a chain of steps.

`begin` checks the password, each step that is still owed is done by its own function (`set_first_password`,
`second_factor.check`, `second_factor.enrol` and `prove`), `finish` opens the session and gives the actor.
"""

import hmac
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Any

from s2s_tui.base.errors import NotLoggedOn, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.base.translation import LANGUAGES
from s2s_tui.rules import contacts
from s2s_tui.rules.roles import WALES, Actor, Role
from s2s_tui.services import access, audit, hashing, lockout, passwords, second_factor, sessions
from s2s_tui.services.site import Site
from s2s_tui.store.models import Session, User

NEW_PASSWORD = "new-password"  # noqa: S105 - the name of a step
"""The step owed at first entry and after a reset (R-LOG-2)."""

PAUSE = 0.5
"""Seconds that a refusal takes at least, whatever was wrong: it tells nothing, and guessing is slow work."""


@dataclass(frozen=True, slots=True)
class Logon:
    """A logon under way: who proved a password, and which steps are still owed.

    Attributes:
        owed: `code`, `new-password`, `enrol`, in the order in which they have to be done.
        proved: what is kept of the password; once the account has another, this logon leads nowhere.
        recovery_left: how many recovery codes are left, where one stood for a code; else None.
    """

    username: str
    role: Role
    organisation: str
    language: str
    origin: str
    face: str
    owed: tuple[str, ...]
    proved: str = field(default="", repr=False)
    recovery_left: int | None = None


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
    started = time.monotonic()
    try:
        return _begin(site, storable(username), password, storable(origin), face)
    except NotLoggedOn:
        time.sleep(max(0.0, PAUSE - (time.monotonic() - started)))
        raise


def _begin(site: Site, username: str, password: str, origin: str, face: str) -> Logon:
    named = _named(site, username)
    lockout.count_try(site, lockout.NAME, named, origin)
    with site.store.connection():
        user = User.get_or_none(User.username == username)
    usable = user if user and user.active and user.deleted_at is None and user.password else None
    right = hashing.fits(site.settings, usable.password if usable else "", password)
    if usable is None or not right:
        organisation = user.organisation if user else WALES
        actor = Actor(named, Role.SYSTEM, organisation)
        access.refused(actor, site, "logon", origin, "logon-wrong")
        raise NotLoggedOn("logon-wrong")
    if usable.temporary_until is not None and usable.temporary_until < site.clock():
        access.refused(_as_actor(usable), site, "logon", origin, "logon-expired")
        raise NotLoggedOn("logon-expired", days=site.settings.temporary_password_days)
    lockout.forget(site, lockout.NAME, named, origin)
    proved = usable.password
    if hashing.is_dated(site.settings, proved):
        # At another cost than that of the blank hash, its time would tell that there is such a name.
        proved = _rehash(site, usable, password)
    with site.store.connection():
        factor = second_factor.owed(site, usable)
    owed = (NEW_PASSWORD,) if usable.temporary_until is not None else ()
    # Whoever has only the temporary password must not choose the next one; a first code comes last.
    owed = (*factor, *owed) if factor == (second_factor.CODE,) else (*owed, *factor)
    role = Role(usable.role)
    return Logon(usable.username, role, usable.organisation, usable.language, origin, face, owed, proved)


def again(actor: Actor, site: Site, password: str) -> Logon:
    """A logon of who is logged on already, for a step of one's own choice (`second_factor.choose`).

    Raises:
        NotLoggedOn: `session-ended`.
        Refused: `unlock-wrong`, or `logon-wait`.
    """
    sessions.prove_again(actor, site, password, "prove")
    with site.store.connection():
        user, origin = User.get(User.username == actor.user), sessions.here(actor, site)
        owed = tuple(step for step in second_factor.owed(site, user) if step == second_factor.ENROL)
    role = Role(user.role)
    return Logon(user.username, role, user.organisation, user.language, origin, "tui", owed, user.password)


def _named(site: Site, typed: str) -> str:
    """What a try is counted and put on record under.

    Many a password is typed where the username belongs: of what can be none a digest is kept.
    """
    if contacts.is_username(typed):
        return typed
    digest = hmac.digest(site.key, b"s2s-tui no username " + typed.encode("utf-8"), "sha256").hex()
    return f"?{digest[:12]}"


def set_first_password(site: Site, logon: Logon, password: str, again: str) -> Logon:
    """Do the step `new-password`: replace the temporary password (R-LOG-2).

    Raises:
        Refused: `password-differs`, or what is wrong with the new one.
        NotLoggedOn: `session-ended`, as `finish`; `logon-step`, another step comes first.
    """
    if logon.owed[:1] != (NEW_PASSWORD,):
        raise _owes(logon)
    with site.store.connection():
        user = _proved(logon)
    actor = Actor(logon.username, logon.role, logon.organisation)
    proved = passwords.replace_password(site, user, password, again, actor)
    owed = tuple(step for step in logon.owed if step != NEW_PASSWORD)
    return replace(logon, owed=owed, proved=proved)


def finish(site: Site, logon: Logon) -> Actor:
    """Open the session.

    Raises:
        NotLoggedOn: `logon-step`, a step is still owed; `session-ended`, the account was taken away, changed
            or given another password meanwhile.
    """
    if logon.owed:
        raise _owes(logon)
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
    # A school's account may have another name by now.
    user = User.get_or_none(User.username == logon.username)
    same = user is not None and user.role == logon.role and user.organisation == logon.organisation
    if user is None or not user.active or user.deleted_at is not None or not same:
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


def _owes(logon: Logon) -> NotLoggedOn:
    step = logon.owed[0] if logon.owed else ""
    return NotLoggedOn("logon-step", step=step, reason=step)


def _rehash(site: Site, user: Any, password: str) -> str:
    digest = hashing.hashed(site.settings, password)
    site.store.write(
        lambda: (
            User.update(password=digest)
            .where((User.id == user.id) & (User.password == user.password))
            .execute()
        )
    )
    return digest


def _as_actor(user: Any) -> Actor:
    return Actor(user.username, Role(user.role), user.organisation)
