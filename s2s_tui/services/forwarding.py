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
from s2s_tui.store.models import Download
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
        Refused: `not-forwardable`, it was not sent to the authority itself or is gone; `forward-school`.
    """
    transfer, found = transfers.reach(actor, site, transfer_id, "download")
    access.require(actor, site, "ctf.upload", subject=transfer.name)
    own = found is Concern.DESTINATION and names.mailbox_kind(transfer.destination) is Mailbox.GENERAL
    if not own or transfer.kind != Kind.CTF or transfer.state not in (AWAITING, COLLECTED):
        access.refused(actor, site, "forward", transfer.name, "not-forwardable")
        raise Refused("not-forwardable", file=transfer.name)
    if not names.is_school(school):
        raise Refused("forward-school", school=school)

    def change() -> Receipt:
        now = site.clock()
        insert(
            Download,
            [
                {
                    "transfer": transfer.id,
                    "username": actor.user,
                    "organisation": actor.organisation,
                    "at": now,
                    "is_copy": False,
                    "confirmed_at": now,
                }
            ],
        )
        receipt = pass_on(actor, site, transfer.name, transfer.content_id, school)
        if receipt.status == uploads.SENT and transfer.state == AWAITING:
            transfers.move(actor, site, transfer, COLLECTED)
            notify.closed(site, transfers.fields(transfer), transfer.id, "collected")
        audit.record(site, actor, "forward", transfer.name, receipt.status, id=transfer.id, to=school)
        return receipt

    return site.store.write(change)


def pass_on(actor: Actor, site: Site, name: str, digest: str, school: str) -> Receipt:
    """Upload content that is kept here under a name readdressed to a school, with a free number."""
    year = school_year(local_date(site.clock()))
    readdressed = names.parse(names.readdressed(names.parse(name), school, 1))
    free = checking.free_name(site, readdressed, year)
    if not free:
        raise Refused("names-used-up", source=readdressed.source, destination=school)
    return uploads.upload(actor, site, Offered(free, content.fetch(digest)))
