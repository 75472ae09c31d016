"""Sessions: their end, by oneself or by others, and the one before (R-LOG-5, R-LOG-6)."""

from dataclasses import dataclass
from datetime import datetime

from s2s_tui.base.errors import NotLoggedOn, Refused, S2SError
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, hashing, lockout
from s2s_tui.services.site import Site
from s2s_tui.store.models import CodeProof, Session, User


@dataclass(frozen=True, slots=True)
class LastLogon:
    """When and from where the account was used before this session (R-LOG-6)."""

    at: datetime
    origin: str


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


def end_sessions(site: Site, username: str, reason: str, *, but: str = "") -> int:
    """End every session of a user, within the current transaction; they notice at their next key.

    A code that was given on the command line is asked for again, too.

    Args:
        site: the site.
        username: whose.
        reason: `deleted`, `deactivated`, `reset`, `role`, `organisation`…: what the user is told.
        but: the id of a session that stays.

    Returns:
        How many were open.
    """
    user = User.get(User.username == username)
    CodeProof.delete().where(CodeProof.user == user.id).execute()
    ended: int = (
        Session.update(ended_at=site.clock(), end_reason=reason)
        .where((Session.user == user.id) & Session.ended_at.is_null() & (Session.id != but))
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


def here(actor: Actor, site: Site) -> str:
    """Where the actor's session is: the address that SSH told, or empty; asks for no permission."""
    with site.store.connection():
        session = Session.get_or_none(Session.id == actor.session)
    return str(session.origin) if session is not None else ""


def prove_again(actor: Actor, site: Site, password: str, action: str = "unlock") -> None:
    """Whoever comes back to a locked screen types the password again; wrong tries count (R-LOG-6).

    Args:
        actor: whose session it is.
        site: the site.
        password: as typed.
        action: what it is asked for, for the record.

    Raises:
        NotLoggedOn: `session-ended`: by others meanwhile, or now, after far too many wrong tries.
        Refused: `unlock-wrong`, or `logon-wait`.
    """
    access.require(actor, site, "account")
    try:
        # As tries where the session is: guesses made elsewhere must not shut its owner out.
        origin = here(actor, site)
        lockout.count_try(site, lockout.NAME, actor.user, origin, error=Refused)
    except S2SError as error:
        if error.code == "logon-locked":
            log_off(actor, site, "locked")
            raise NotLoggedOn("session-ended", reason="locked") from error
        raise
    with site.store.connection():
        user = User.get(User.username == actor.user)
    if not hashing.fits(site.settings, user.password, password):
        access.refused(actor, site, action, actor.user, "unlock-wrong")
        raise Refused("unlock-wrong")
    lockout.forget(site, lockout.NAME, actor.user, origin)
    site.store.write(lambda: audit.record(site, actor, action, actor.user))
