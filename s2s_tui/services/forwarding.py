"""Passing a file on to a school (R-UPL-5): renamed to the new destination, byte for byte the same."""

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Refused
from s2s_tui.rules import names
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.names import Kind, Mailbox
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, checking, notify, transfers, uploads
from s2s_tui.services.checking import AWAITING, COLLECTED
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import Concern
from s2s_tui.services.uploads import Receipt
from s2s_tui.store import content
from s2s_tui.store.models import Download, Transfer
from s2s_tui.store.statements import insert


def forward(actor: Actor, site: Site, transfer_id: int, school: str) -> Receipt:
    """Send a CTF that came to the authority's own mailbox on to a school, and collect it.

    Args:
        actor: of the authority that the file was sent to.
        site: the site.
        transfer_id: the file.
        school: an open establishment's number.

    Returns:
        The new transfer's receipt; where it is refused, nothing was changed.

    Raises:
        NotFound: no such file of the actor's concern.
        NotAllowed: the role may not send CTFs.
        Refused: `not-forwardable`, it was not sent to the authority itself; `file-gone`; `file-moved`, a
            colleague was first; `forwarded-already`, it went to that school; `forward-school`.
    """
    transfer, found = transfers.reach(actor, site, transfer_id, "download")
    access.require(actor, site, "ctf.upload", subject=transfer.name)

    def change() -> Receipt:
        own = found is Concern.DESTINATION and names.mailbox_kind(transfer.destination) is Mailbox.GENERAL
        if not own or transfer.kind != Kind.CTF:
            raise Refused("not-forwardable", file=transfer.name)
        if not names.is_school(school):
            raise Refused("forward-school", school=school)
        if transfer.state == AWAITING:
            transfers.move(actor, site, transfer, COLLECTED)
            notify.closed(site, transfers.fields(transfer), transfer.id, "collected")
        _require_here(transfer.id, school)
        insert(Download, [download_row(actor, site, transfer.id)])
        receipt = pass_on(actor, site, transfer.name, transfer.content_id, school)
        if receipt.status != uploads.SENT:
            raise NotSent(receipt)
        told = {"id": transfer.id, "to": school, "file": receipt.file}
        audit.record(site, actor, "forward", transfer.name, about=[audit.of_file(transfer.id)], **told)
        return receipt

    try:
        return site.store.write(change)
    except Refused as error:
        access.refused(actor, site, "forward", transfer.name, error.code)
        raise
    except NotSent as stopped:
        record_unsent(actor, site, "forward", transfer.name, stopped.receipt)
        return stopped.receipt


def _require_here(transfer_id: int, school: str) -> None:
    """Let pass a file that is here still and has not gone to that school before."""
    fresh = Transfer.get(Transfer.id == transfer_id)
    if fresh.state != COLLECTED or fresh.recalled_at is not None:
        state = "recalled" if fresh.recalled_at is not None else fresh.state
        raise Refused("file-gone", file=fresh.name, state=state)
    before = Transfer.get_or_none(
        (Transfer.forwarded_from == transfer_id)
        & (Transfer.destination == school)
        & Transfer.state.in_((AWAITING, COLLECTED))
    )
    if before is not None:
        raise Refused("forwarded-already", file=fresh.name, sent=before.name, by=before.uploaded_by)


class NotSent(Exception):
    """Undoes an act whose upload was refused.

    Attributes:
        receipt: of the upload.
    """

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.status)
        self.receipt = receipt


def record_unsent(actor: Actor, site: Site, action: str, subject: str, receipt: Receipt) -> None:
    """Put on record, in a transaction of its own, that an act was undone because its upload was refused."""
    codes = [problem.code for problem in checking.visible(receipt.problems)][:10]
    site.store.write(
        lambda: audit.record(site, actor, action, subject, receipt.status, problems=codes, file=receipt.file)
    )


def download_row(actor: Actor, site: Site, transfer_id: int, *, confirmed: bool = True) -> dict[str, object]:
    """The row of a download by the destination, or from the lost pupil database."""
    now = site.clock()
    return {
        "transfer": transfer_id,
        "username": actor.user,
        "organisation": actor.organisation,
        "at": now,
        "is_copy": False,
        "confirmed_at": now if confirmed else None,
    }


def pass_on(actor: Actor, site: Site, name: str, digest: str, school: str) -> Receipt:
    """Upload content that is kept here under a name readdressed to a school, with a free number."""
    year = school_year(local_date(site.clock()))
    readdressed = names.parse(names.readdressed(names.parse(name), school, 1))
    free = checking.free_name(site, readdressed, year)
    if not free:
        raise Refused("names-used-up", source=readdressed.source, destination=school)
    return uploads.upload(actor, site, Offered(free, content.fetch(digest)))
