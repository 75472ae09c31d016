"""Temporary passwords that others set (R-USR-3): typed twice or made, shown once; and undoing a lock."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from s2s_tui.base.errors import Refused
from s2s_tui.rules import passwords
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, hashing, lockout, second_factor, sessions, user_letters, users
from s2s_tui.services.passwords import keep_past
from s2s_tui.services.site import Site
from s2s_tui.services.user_reach import MANAGE, Done, recorded, to_change
from s2s_tui.services.users import Account
from s2s_tui.store.models import User


def reset(
    actor: Actor,
    site: Site,
    username: str,
    *,
    password: str = "",
    again: str = "",
    seen: Account | None = None,
    tell: Collection[str] = (),
) -> Done:
    """Give an account a temporary password; its sessions end and it is unlocked (R-USR-3).

    Args:
        actor: a DBA, for an account of its authority or a school of it; WG, for a DBA.
        site: the site.
        username: whose.
        password: the new one; empty: one is made.
        again: the same once more, where it was typed.
        seen: the account as the actor saw it.
        tell: which e-mails go out: `name` and `password`, each by itself.

    Raises:
        NotAllowed: the role changes no accounts; `dbas-only`.
        NotFound: `user-unknown`.
        Refused: `password-differs`, what is wrong with the password, `user-self-password`,
            `user-no-address`, `user-changed`, `user-gone`.
    """
    access.require(actor, site, MANAGE, subject=username[:100])

    def make() -> Done:
        with site.store.connection():
            row = to_change(actor, site, username, seen)
        if row.username == actor.user:
            raise Refused("user-self-password")
        known = {"username": row.username, "contact": row.contact, "organisation": row.organisation}
        plain, digest = temporary(site, known, password, again)

        def change() -> Done:
            # Working out the hash takes its time.
            access.require_live(actor, site)
            row = to_change(actor, site, username, seen)
            now = site.clock()
            if row.temporary_until is None:
                keep_past(site, row.id, row.password)
            User.update(
                password=digest,
                password_at=now,
                temporary_until=lasts_until(site),
                changed_at=now,
                changed_by=actor.user,
            ).where(User.id == row.id).execute()
            sessions.end_sessions(site, row.username, "reset")
            lockout.unlock(site, row.username)
            user_letters.withdraw(row.id)
            audit.record(site, actor, "user-password", row.username, told=sorted(tell))
            account = users.account_of(site, row.id)
            return Done(account, plain, user_letters.send(site, actor, account, row.id, tell, plain))

        return site.store.write(change)

    return recorded(actor, site, "user-password", username, make)


def unlock(actor: Actor, site: Site, username: str) -> bool:
    """Let an account that too many failures have locked try again at once (R-LOG-6).

    Returns:
        Whether there were any failures to forget.

    Raises:
        NotAllowed: the role changes no accounts; `dbas-only`.
        NotFound: `user-unknown`.
    """
    access.require(actor, site, MANAGE, subject=username[:100])

    def change() -> bool:
        row = to_change(actor, site, username, None)
        done = lockout.unlock(site, row.username)
        audit.record(site, actor, "user-unlock", row.username, failures=done)
        return done

    return recorded(actor, site, "user-unlock", username, lambda: site.store.write(change))


def forget_second_factor(actor: Actor, site: Site, username: str) -> bool:
    """Let an account enrol a second factor anew: its holder has lost the telephone (R-LOG-7).

    Its sessions end; the old codes, and those kept for recovery, are worth nothing any more.

    Returns:
        Whether it had one.

    Raises:
        NotAllowed: the role changes no accounts; `dbas-only`.
        NotFound: `user-unknown`.
        Refused: `user-self-factor`.
    """
    access.require(actor, site, MANAGE, subject=username[:100])

    def change() -> bool:
        row = to_change(actor, site, username, None)
        if row.username == actor.user:
            raise Refused("user-self-factor")
        had = second_factor.reset(site, row.username)
        sessions.end_sessions(site, row.username, "reset")
        audit.record(site, actor, "user-factor", row.username, had=had)
        return had

    return recorded(actor, site, "user-factor", username, lambda: site.store.write(change))


def temporary(site: Site, known: Mapping[str, Any], password: str, again: str) -> tuple[str, str]:
    """A temporary password and its hash: the one typed, if it will do, or one that is made.

    Raises:
        Refused: `password-differs`, or what is wrong with it.
    """
    plain = password or passwords.temporary()
    if password:
        if password != again:
            raise Refused("password-differs", field="again")
        words = [str(value) for name, value in known.items() if name != "username"]
        passwords.require_good(password, str(known["username"]), known=words)
    return plain, hashing.hashed(site.settings, plain)


def lasts_until(site: Site) -> datetime:
    """Until when a temporary password that is set now lasts (R-LOG-2)."""
    return site.clock() + timedelta(days=site.settings.temporary_password_days)
