"""Steps that tests of several services take, and looks at what they left behind."""

import io
import zipfile
from pathlib import Path

import making
import pytest

from s2s_tui.base.errors import NotAllowed, NotFound, Refused, S2SError
from s2s_tui.services import audit, downloads, transfers, uploads
from s2s_tui.store import models
from s2s_tui.store.models import AuditEntry, Mail, Transfer


def sent(actor, site, offered) -> int:
    """Upload a file that must be taken; its id."""
    receipt = uploads.upload(actor, site, offered)
    assert receipt.status == "sent", receipt
    return receipt.id


def collected(actor, site, transfer_id: int, folder: Path) -> None:
    """Download and confirm as the destination does."""
    place = folder / f"to-{actor.organisation}-{transfer_id}"
    place.mkdir()
    downloads.download(actor, site, [transfer_id], place)
    (outcome,) = transfers.confirm(actor, site, [transfer_id])
    assert outcome.ok, outcome.error


def mails(site) -> list[Mail]:
    with site.store.connection():
        return list(Mail.select().order_by(Mail.id))


def told(site, transfer_id: int | None = None) -> list[tuple[str, str]]:
    """What was told to which address, sorted."""
    return sorted(
        (mail.about, mail.recipient) for mail in mails(site) if transfer_id in (None, mail.transfer)
    )


def audited(site, chain: str) -> list[AuditEntry]:
    with site.store.connection():
        return list(AuditEntry.select().where(AuditEntry.chain == chain).order_by(AuditEntry.number))


def last_entry(site, chain: str) -> tuple[str, str, str]:
    entry = audited(site, chain)[-1]
    return entry.action, entry.subject, entry.outcome


def transfer(site, transfer_id: int) -> Transfer:
    with site.store.connection():
        return Transfer.get_by_id(transfer_id)


def everything(site) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with site.store.connection():
        return {model.__name__: sorted(map(repr, model.select().tuples())) for model in models.MODELS}


def code_of(act) -> str:
    """The code of the error that an act must end with."""
    with pytest.raises(S2SError) as caught:
        act()
    return caught.value.code


def outcome_of(act) -> str:
    """`allowed`, `not-allowed` or `not-found`: what the permission table had to say about an act.

    A refusal for another reason (a state, a missing download) came after the permission.
    """
    try:
        done = act()
    except NotAllowed:
        return "not-allowed"
    except NotFound:
        return "not-found"
    except Refused:
        return "allowed"
    if isinstance(done, tuple) and done and isinstance(getattr(done[0], "error", None), NotFound):
        return "not-found"
    return "allowed"


def broken(site) -> list[tuple[str, int, str]]:
    """Where the audit chains are broken."""
    with site.store.connection():
        return list(audit.broken(site))


def from_school(site, number: str):
    return making.logged_on(site, "school", number)


def zipped(text: str = "attendance") -> bytes:
    """A zip that a check accepts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr(zipfile.ZipInfo("attendance.csv", (2026, 11, 24, 10, 0, 0)), text)
    return out.getvalue()


def any_password(site) -> str:
    """The hash that the small world's accounts share."""
    with site.store.connection():
        return models.User.get(models.User.username == "wg").password
