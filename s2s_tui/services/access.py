"""May this actor do this, now? Every service asks here first; a refusal is audited."""

from s2s_tui.base.errors import NotAllowed, NotFound, NotLoggedOn
from s2s_tui.rules import roles
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import audit
from s2s_tui.services.site import Site
from s2s_tui.store.models import Session, User
from s2s_tui.store.statements import Statement

_session = Statement(
    lambda session: (
        Session.select(
            Session.ended_at, Session.end_reason, User.role, User.organisation, User.active, User.deleted_at
        )
        .join(User)
        .where(Session.id == session)
    )
)


def require(
    actor: Actor,
    site: Site,
    permission: str,
    *,
    of: str | None = None,
    subject: str = "",
    is_live: bool = False,
) -> None:
    """Let pass, or raise and put the refusal on record in a transaction of its own.

    Args:
        actor: who acts.
        site: the site.
        permission: a key of `roles.PERMISSIONS`.
        of: whose the thing is, once that is known: an organisation or a mailbox.
        subject: what it is about, for the record.
        is_live: `require_live` has just let the actor pass.

    Raises:
        NotLoggedOn: `session-ended`.
        NotAllowed: the role lacks the permission.
        NotFound: the thing is another organisation's, answered as if there were none.
    """
    if not is_live:
        require_live(actor, site)
    try:
        roles.require(actor, permission, of)
    except (NotAllowed, NotFound) as error:
        refused(actor, site, permission, subject or (of or ""), error.code)
        raise


def require_live(actor: Actor, site: Site) -> None:
    """Let pass while the actor's session has not been ended, and the account is what it was at logging on.

    Raises:
        NotLoggedOn: `session-ended`, with the reason.
    """
    if actor.role is Role.SYSTEM:
        return
    with site.store.connection():
        found = _session.row(actor.session)
    if found is None:
        raise NotLoggedOn("session-ended", reason="")
    ended_at, reason, role, organisation, active, deleted_at = found
    if ended_at is None:
        # Whoever changed the account ends its sessions; where that was forgotten, this finds it.
        changed = (
            ("deleted", deleted_at is not None),
            ("deactivated", not active),
            ("role", role != actor.role),
            ("organisation", organisation != actor.organisation),
        )
        reason = next((why for why, is_so in changed if is_so), None)
        if reason is None:
            return
    raise NotLoggedOn("session-ended", reason=reason)


def refused(actor: Actor, site: Site, action: str, subject: str, code: str) -> None:
    """Put a refusal on record, in a transaction of its own."""
    site.store.write(lambda: audit.record(site, actor, action, subject, code))
