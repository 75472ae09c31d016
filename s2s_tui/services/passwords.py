"""Passwords of accounts: changed by their holders, given by others, and not used again (R-LOG-2, R-LOG-6)."""

from typing import Any

from s2s_tui.base.errors import Refused
from s2s_tui.rules import passwords
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, directory, hashing, lockout, sessions
from s2s_tui.services.site import Site
from s2s_tui.store.models import PastPassword, User
from s2s_tui.store.statements import tuples

NOT_AGAIN = 5
"""The present password and those before it that can't be chosen again, all told."""


def change_password(actor: Actor, site: Site, old: str, new: str, again: str) -> None:
    """Change one's own password; the other sessions of the account end.

    Raises:
        Refused: `password-wrong` (the old one), `logon-wait` or `logon-locked` (wrong too often),
            `password-differs`, or what is wrong with the new one.
    """
    access.require(actor, site, "account")
    origin = sessions.here(actor, site)
    lockout.count_try(site, lockout.NAME, actor.user, origin, error=Refused)
    with site.store.connection():
        user = User.get(User.username == actor.user)
    if not hashing.fits(site.settings, user.password, old):
        access.refused(actor, site, "password", actor.user, "password-wrong")
        raise Refused("password-wrong")
    lockout.forget(site, lockout.NAME, actor.user, origin)
    replace_password(site, user, new, again, actor)


def replace_password(site: Site, user: Any, password: str, again: str, actor: Actor) -> str:
    """Put one's own new password in the place of the one that `user` has; asks for no permission.

    Args:
        site: the site.
        user: the account's row, as read when its password was proved.
        password: as typed.
        again: typed once more.
        actor: the account's holder; this session stays, the others end.

    Returns:
        What is kept of the new one.

    Raises:
        Refused: `password-differs`, `password-moved`, `password-used` (one of the last few), or what is
            wrong with it.
    """
    if password != again:
        raise Refused("password-differs")
    with site.store.connection():
        known = (user.organisation, directory.names(site, [user.organisation])[user.organisation])
        before = _past(user.id)
    passwords.require_good(password, user.username, known=(*known, user.contact))
    if hashing.fits(site.settings, user.password, password):
        raise Refused("password-same")
    if any(hashing.fits(site.settings, digest, password) for digest in before):
        raise Refused("password-used", count=NOT_AGAIN)
    digest = hashing.hashed(site.settings, password)

    def change() -> None:
        changed = (
            User.update(password=digest, password_at=site.clock(), temporary_until=None)
            .where((User.id == user.id) & (User.password == user.password))
            .execute()
        )
        if not changed:
            raise Refused("password-moved")
        if user.temporary_until is None:
            keep_past(site, user.id, user.password)
        sessions.end_sessions(site, user.username, "password-changed", but=actor.session)
        audit.record(site, actor, "password", user.username)

    site.store.write(change)
    return digest


def keep_past(site: Site, user_id: int, digest: str) -> None:
    """Remember a hash that an account had as its own, within the current transaction.

    Call it before a temporary password takes the place of one that the account's holder chose.
    """
    if not digest:
        return
    PastPassword.insert(user=user_id, password=digest, ended_at=site.clock()).execute()
    past = PastPassword.select(PastPassword.id).where(PastPassword.user == user_id)
    old = [key for (key,) in tuples(past.order_by(PastPassword.id.desc()).offset(NOT_AGAIN - 1))]
    if old:
        PastPassword.delete().where(PastPassword.id.in_(old)).execute()


def _past(user_id: int) -> list[str]:
    past = PastPassword.select(PastPassword.password).where(PastPassword.user == user_id)
    return [digest for (digest,) in tuples(past.order_by(PastPassword.id.desc()).limit(NOT_AGAIN - 1))]
