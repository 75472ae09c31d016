"""E-mails that tell an account's holder: the username in one, the password in another (R-USR-2, R-USR-4)."""

from collections.abc import Collection
from typing import Any

from s2s_tui.base.errors import Refused
from s2s_tui.base.translation import LANGUAGES
from s2s_tui.rules.roles import TITLES, Actor
from s2s_tui.services import directory, notify
from s2s_tui.services.directory import Address
from s2s_tui.services.letters import Facts
from s2s_tui.services.outbox import FAILED, SENDING, WAITING
from s2s_tui.services.site import Site
from s2s_tui.services.users import Account
from s2s_tui.store.models import Authority, Establishment, Mail

NAME, PASSWORD = "name", "password"
ROLE, DETAILS, DELETED, ON, OFF = "role", "details", "deleted", "on", "off"
LETTERS = (NAME, PASSWORD, ROLE, DETAILS, DELETED, ON, OFF)
"""What can be told; the letter is `user-…`."""


def send(
    site: Site,
    actor: Actor,
    account: Account,
    user_id: int,
    tell: Collection[str],
    password: str = "",
    *,
    before: Account | None = None,
) -> tuple[str, ...]:
    """Write the letters that were asked for, within the current transaction.

    Args:
        site: the site.
        actor: who changed the account: its organisation is named.
        account: whose holder is told, at its address (of a school's account the school's).
        user_id: its row's id.
        tell: of `LETTERS`.
        password: the new, temporary one.
        before: the account as it was: where the address is another now, both hear of it.

    Returns:
        The addresses.

    Raises:
        Refused: `user-no-address`.
    """
    if not tell:
        return ()
    if not account.mail_to:
        raise Refused("user-no-address", username=account.username, field="email")
    language = account.language or _language(account.organisation)
    by = directory.names(site, [actor.organisation], language)[actor.organisation]
    told = [account.mail_to]
    if before is not None and DETAILS in tell and before.mail_to not in ("", account.mail_to):
        told.append(before.mail_to)
    for about in (about for about in LETTERS if about in tell):
        facts = Facts(
            "",
            "",
            by,
            "",
            "",
            username=account.username if about == NAME else "",
            role=TITLES[account.role],
            days=site.settings.temporary_password_days,
        )
        secret = password if about == PASSWORD else ""
        for email in told:
            address = Address("", account.organisation, "", email, language, True, True, "", False)
            notify.account(site, f"user-{about}", address, facts, password=secret, user=user_id)
    return tuple(told)


def redirect(site: Site, user_id: int, before: str, after: str) -> None:
    """Send what waits to go to an address that was put right to the right one; within a transaction.

    A username and then its password at somebody else's address would be that person's account.
    """
    if before == after:
        return
    if not after:
        withdraw(user_id)
        return
    first = [f"user-{about}" for about in (NAME, PASSWORD)]
    theirs: Any = (Mail.account == user_id) & (Mail.recipient == before) & Mail.about.in_(first)
    # With its time another, whoever has read it and not claimed it yet claims it no more.
    waits = theirs & (Mail.state == WAITING)
    Mail.update(recipient=after, due_at=site.clock()).where(waits).execute()
    # What a sender has in hand goes as it is; should it be killed, the next one sends it to the new address.
    Mail.update(recipient=after).where(theirs & (Mail.state == SENDING)).execute()


def withdraw(user_id: int) -> None:
    """Take back letters with a password that holds no more and has not been sent; within a transaction.

    Those too that a sender had in hand when it was killed: none would know of the other's end.
    """
    (
        Mail.update(state=FAILED, secret="", error="withdrawn")
        .where((Mail.account == user_id) & Mail.state.in_((WAITING, SENDING)) & (Mail.secret != ""))
        .execute()
    )


def _language(organisation: str) -> str:
    row: Any
    if len(organisation) == 7:
        row = Establishment.get_or_none(Establishment.number == organisation)
    else:
        row = Authority.get_or_none(Authority.code == organisation)
    found = str(row.language) if row is not None else ""
    return found if found in LANGUAGES else "en"
