"""Sending files (R-UPL): the one way in. Row, content, audit entry and e-mails commit together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotAllowed
from s2s_tui.rules.ctf import Pupil
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.mailboxes import LEFT, authority_of, is_school
from s2s_tui.rules.names import FileName
from s2s_tui.rules.people import name_key
from s2s_tui.rules.problems import Problem, Severity
from s2s_tui.rules.roles import Actor, owns
from s2s_tui.services import access, audit, checking, files, notify
from s2s_tui.services.checking import Checked
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site
from s2s_tui.store import content, models
from s2s_tui.store.models import Counter, LostPupil, Transfer
from s2s_tui.store.statements import Statement, insert

CHECKED = "checked"
SENT = "sent"
ALREADY_SENT = "already-sent"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a file: `check --json` and `upload --json` show it as it stands.

    Attributes:
        status: `checked`, `sent`, `already-sent` or `refused`.
        id: the transfer, where there is one.
    """

    file: str
    ok: bool
    kind: str
    source: str
    destination: str
    pupils: int
    id: int | None
    status: str
    problems: tuple[Problem, ...]
    mended: str | None = None


def receipt(checked: Checked, status: str, transfer_id: int | None = None) -> Receipt:
    """A check's outcome as a receipt."""
    return Receipt(
        file=checked.file,
        ok=checked.ok,
        kind=checked.kind,
        source=checked.source,
        destination=checked.destination,
        pupils=len(checked.pupils),
        id=transfer_id,
        status=status if checked.ok else REFUSED,
        problems=checked.problems,
        mended=checked.mended,
    )


def check(actor: Actor, site: Site, offered: Offered) -> Checked:
    """Check a file as an upload by this actor would, and send nothing.

    Raises:
        NotAllowed: the role sends no files of this kind, or none to the lost pupil database.
    """
    access.require_live(actor, site)
    checked = checking.check(offered, local_date(site.clock()), site, actor)
    _require_kind(actor, site, checked)
    return checked


def upload(actor: Actor, site: Site, offered: Offered) -> Receipt:
    """Check a file and send it, all or nothing (R-UPL-8).

    Args:
        actor: the sender.
        site: the site.
        offered: the file, read.

    Returns:
        The receipt: `sent`, `already-sent` (same name and content, R-UPL-6) or `refused` with the problems.

    Raises:
        NotAllowed: the role sends no files of this kind, or none to the lost pupil database.
    """
    access.require_live(actor, site)
    today = local_date(site.clock())
    checked = checking.examine(offered, today, site, actor)
    _require_kind(actor, site, checked)
    packed = content.pack(checked.content) if checked.ok else b""

    def send() -> Receipt:
        # What others may change meanwhile is asked once, here.
        now = checking.complete(checked, site, today)
        if not now.ok or now.name is None:
            codes = [problem.code for problem in checking.visible(now.problems)][:10]
            audit.record(site, actor, "upload", now.file[:200], REFUSED, problems=codes)
            return receipt(now, REFUSED)
        if now.sent_as is not None:
            audit.record(site, actor, "upload", now.file, ALREADY_SENT, id=now.sent_as)
            return receipt(now, ALREADY_SENT, now.sent_as)
        return _send(actor, site, now, now.name, packed)

    return site.store.write(send)


def upload_all(
    actor: Actor, site: Site, paths: Iterable[Path], *, dry_run: bool = False
) -> Iterator[Receipt]:
    """Send files, each on its own (R-UPL-9); stop iterating to stop sending.

    One that the role may not send is refused like others, with `not-allowed`.

    Args:
        actor: the sender.
        site: the site.
        paths: of files, as `files.listed` finds them.
        dry_run: only check each, as `upload` would.
    """
    with site.store.connection():
        for path in paths:
            offered = files.read(path)
            try:
                if not dry_run:
                    yield upload(actor, site, offered)
                    continue
                checked = check(actor, site, offered)
                yield receipt(checked, CHECKED if checked.sent_as is None else ALREADY_SENT, checked.sent_as)
            except NotAllowed as error:
                said = {key: str(value) for key, value in error.params.items()}
                problem = Problem(Severity.REFUSE, error.code, said)
                name = checking.name_or_none(offered.name)
                yield receipt(Checked(offered.name, name, (problem,)), REFUSED)


def _require_kind(actor: Actor, site: Site, checked: Checked) -> None:
    if checked.name is None:
        return
    access.require(actor, site, f"{checked.name.kind}.upload", subject=checked.file, is_live=True)
    if checked.name.to_lpd:
        access.require(actor, site, "ctf.lost", subject=checked.file, is_live=True)


def _send(actor: Actor, site: Site, checked: Checked, name: FileName, packed: bytes) -> Receipt:
    """All that a transfer is made of, within the transaction."""
    year = school_year(local_date(site.clock()))
    content.keep(checked.digest, len(checked.content), packed)
    row = transfer_row(
        name, checked.digest, len(checked.content), len(checked.pupils), year, site.clock(), actor
    ) | ({"forwarded_from": checked.forwarded_from, "on_behalf_of": None} if checked.forwarded_from else {})
    (transfer_id,) = insert(Transfer, [row])
    if checked.pupils:
        insert(models.Pupil, pupil_rows(transfer_id, checked.pupils))
    if name.to_lpd:
        insert(LostPupil, [lost_row(transfer_id, row, checked.pupils[0], next_change())])
    audit.record(
        site,
        actor,
        "upload",
        name.text,
        about=[audit.of_file(transfer_id)] if checked.pupils else [],
        id=transfer_id,
        digest=checked.digest,
        pupils=len(checked.pupils),
        **{name: row[name] for name in ("on_behalf_of", "forwarded_from") if row.get(name)},
    )
    notify.uploaded(site, row, transfer_id)
    return receipt(checked, SENT, transfer_id)


def transfer_row(
    name: FileName, digest: str, size: int, pupils: int, year: int, now: Any, actor: Actor
) -> dict[str, Any]:
    """The fields of a transfer's row.

    Args:
        name: the file's name, taken apart.
        digest: of its content.
        size: of its content, in bytes.
        pupils: how many it holds.
        year: the school year.
        now: when it is sent.
        actor: who sends it.
    """
    sender, receiver = authority_of(name.source), authority_of(name.destination)
    to_school = is_school(name.destination)
    on_behalf = is_school(name.source) and actor.organisation != name.source
    return {
        "name": name.text,
        "name_key": name.key,
        "kind": str(name.kind),
        "source": name.source,
        "destination": name.destination,
        "source_authority": sender,
        "destination_authority": receiver or None,
        "within": sender if to_school and sender == receiver else None,
        "incoming": receiver if to_school and sender != receiver else None,
        "outgoing": sender if receiver and sender != receiver else None,
        "content": digest,
        "size": size,
        "pupil_count": pupils,
        "school_year": year,
        "uploaded_at": now,
        "uploaded_by": actor.user,
        "sender": actor.organisation,
        "on_behalf_of": name.source if on_behalf and owns(actor.organisation, name.source) else None,
    }


def pupil_rows(transfer_id: int, pupils: Iterable[Pupil]) -> Iterator[dict[str, Any]]:
    """The rows of a transfer's pupils."""
    for position, pupil in enumerate(pupils, 1):
        yield {
            "transfer": transfer_id,
            "position": position,
            "upn": pupil.upn.upper(),
            "surname": pupil.surname,
            "forename": pupil.forename,
            "born": pupil.born,
            "gender": pupil.gender,
            "name_key": name_key(pupil.surname, pupil.forename),
        }


def lost_row(transfer_id: int, transfer: dict[str, Any], pupil: Pupil, change: int) -> dict[str, Any]:
    """The row of a pupil in the lost pupil database (R-LPD)."""
    return {
        "transfer": transfer_id,
        "left_sector": transfer["destination"] == LEFT,
        "upn": pupil.upn.upper(),
        "surname": pupil.surname,
        "forename": pupil.forename,
        "born": pupil.born,
        "gender": pupil.gender,
        "former_upn": pupil.former_upn.upper(),
        "former_surname": pupil.former_surname,
        "former_forename": pupil.former_forename,
        "preferred_surname": pupil.preferred_surname,
        "preferred_forename": pupil.preferred_forename,
        "middle_names": pupil.middle_names,
        "town": pupil.town,
        "postcode": pupil.postcode,
        "authority": transfer["source_authority"],
        "school": transfer["source"],
        "uploaded_at": transfer["uploaded_at"],
        "change": change,
    }


_change = Statement(lambda: Counter.select(Counter.value).where(Counter.name == "lost"))
_count_change = Statement(lambda: Counter.update(value=Counter.value + 1).where(Counter.name == "lost"))


def next_change() -> int:
    """The next change number of the lost pupil database, taken within the current transaction."""
    _count_change.rows()
    found = _change.row()
    if found is None:
        insert(Counter, [{"name": "lost", "value": 1}])
        return 1
    return int(found[0])
