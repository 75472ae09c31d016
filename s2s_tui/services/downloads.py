"""Giving files out (R-DWN-2, 3, 6): one as itself, several as one zip, every byte as it came."""

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from s2s_tui.base.clock import to_local
from s2s_tui.base.errors import NotFound, Refused, S2SError, WrongUse
from s2s_tui.rules.names import Kind
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, directory, files, transfers
from s2s_tui.services.checking import AWAITING, COLLECTED
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import Concern, Outcome
from s2s_tui.store import content
from s2s_tui.store.models import Download
from s2s_tui.store.statements import insert


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved where.

    Attributes:
        path: the file: the transfer itself, or a zip of several.
        ids: the transfers in it.
        to_confirm: those of them that a confirmation would collect.
    """

    path: Path
    ids: tuple[int, ...]
    to_confirm: tuple[int, ...]


def download(
    actor: Actor,
    site: Site,
    ids: Sequence[int],
    folder: Path,
    *,
    name: str = "",
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Saved:
    """Save files to a folder; nothing is collected before `transfers.confirm`.

    Each is recorded before it is given out, so that nothing leaves unrecorded; a save that fails is
    recorded too.

    Args:
        actor: who downloads: the destination, or an authority taking its copy (R-LEA-2).
        site: the site.
        ids: the transfers.
        folder: where; it must exist.
        name: what to call the file there; empty is its own name, or one made for the zip.
        on_progress: told after each file: how many of how many.

    Raises:
        NotFound: one is unknown, or of no concern to the actor.
        Refused: `file-exists`, `folder-missing`, `file-gone`, `too-late`, `copies-off`, `not-destination`.
        WrongUse: `one-at-a-time`, several generic files, or `nothing-chosen`.
        Unreachable: the disk or the database.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise WrongUse("nothing-chosen")
    found = [transfers.reach(actor, site, transfer_id, "download") for transfer_id in wanted]
    if len(found) > 1 and any(transfer.kind == Kind.GENERIC for transfer, _ in found):
        raise WrongUse("one-at-a-time")
    for transfer, what in found:
        _require_given(actor, site, transfer, what)
    target = name or (found[0][0].name if len(found) == 1 else _zip_name(actor, site))
    given = _record(actor, site, found)
    try:
        path = files.save(
            folder, target, lambda file: _write(site, [row for row, _ in found], file, on_progress)
        )
    except S2SError as error:
        _take_back(actor, site, found, given, error.code)
        raise
    to_confirm = tuple(
        transfer.id for transfer, what in found if what is Concern.DESTINATION and transfer.state == AWAITING
    )
    return Saved(path, tuple(wanted), to_confirm)


def available(actor: Actor, site: Site, ids: Sequence[int]) -> tuple[Outcome, ...]:
    """Which of several files `download` would give out, for whoever takes the rest where some are refused.

    Returns:
        An outcome for each, in order; nothing was done yet.

    Raises:
        NotAllowed: the role downloads no such files.
    """
    outcomes = []
    for transfer_id in dict.fromkeys(ids):
        name = ""
        try:
            transfer, what = transfers.reach(actor, site, transfer_id, "download")
            name = transfer.name
            _require_given(actor, site, transfer, what)
            outcomes.append(Outcome(transfer_id, name))
        except (NotFound, Refused) as error:
            outcomes.append(Outcome(transfer_id, name, error))
    return tuple(outcomes)


def _require_given(actor: Actor, site: Site, transfer: Any, what: Concern) -> None:
    """Let pass a file that may be had: by its destination, or by an authority while its copies are on."""
    try:
        _look_whether_given(actor, site, transfer, what)
    except Refused as error:
        access.refused(actor, site, "download", transfer.name, error.code)
        raise


def _look_whether_given(actor: Actor, site: Site, transfer: Any, what: Concern) -> None:
    if what is Concern.SENDER and not transfers.is_watched(actor, transfer):
        raise Refused("not-destination", file=transfer.name)
    if transfer.state not in (AWAITING, COLLECTED):
        raise Refused("file-gone", file=transfer.name, state=transfer.state)
    if transfer.recalled_at is not None:
        raise Refused("file-gone", file=transfer.name, state="recalled")
    if what is not Concern.DESTINATION:
        authority = directory.authority(site, actor.organisation)
        if authority is None or not authority.copies:
            raise Refused("copies-off", file=transfer.name)
    days = site.settings.redownload_days
    if transfer.state == COLLECTED and site.clock() - transfer.state_at > timedelta(days=days):
        raise Refused("too-late", file=transfer.name, days=days)


def _record(actor: Actor, site: Site, found: Sequence[tuple[Any, Concern]]) -> list[int]:
    def change() -> list[int]:
        now = site.clock()
        given = insert(
            Download,
            [
                {
                    "transfer": transfer.id,
                    "username": actor.user,
                    "organisation": actor.organisation,
                    "at": now,
                    "is_copy": what is not Concern.DESTINATION,
                }
                for transfer, what in found
            ],
        )
        for transfer, what in found:
            audit.record(
                site,
                actor,
                "download",
                transfer.name,
                about=[audit.of_file(transfer.id)],
                id=transfer.id,
                copy=what is not Concern.DESTINATION,
                again=transfer.state == COLLECTED,
            )
        return given

    return site.store.write(change)


def _take_back(
    actor: Actor, site: Site, found: Sequence[tuple[Any, Concern]], given: list[int], code: str
) -> None:
    """Nothing was saved: there is nothing to confirm. The audit log keeps both, the try and why it failed."""

    def change() -> None:
        Download.delete().where(Download.id.in_(given)).execute()
        for transfer, _ in found:
            audit.record(site, actor, "download", transfer.name, code, [audit.of_file(transfer.id)])

    site.store.write(change)


def _write(site: Site, rows: Sequence[Any], file: BinaryIO, on_progress: Callable[[int, int], None]) -> None:
    with site.store.connection():
        if len(rows) == 1:
            file.write(content.fetch(rows[0].content_id))
            return
        used: set[str] = set()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            for done, row in enumerate(rows, 1):
                # The same name may have come in two school years; the year's folder keeps both.
                entry = row.name if row.name_key not in used else f"{row.school_year}-{row.id}/{row.name}"
                used.add(row.name_key)
                info = zipfile.ZipInfo(entry, to_local(row.uploaded_at).timetuple()[:6])
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o600 << 16
                bundle.writestr(info, content.fetch(row.content_id))
                on_progress(done, len(rows))


def _zip_name(actor: Actor, site: Site) -> str:
    return f"s2s_{actor.organisation}_{to_local(site.clock()):%Y%m%d_%H%M%S}.zip"
