"""The folders of phase transfers (R-PHA): what was gathered before, the list, what is ready to go."""

import codecs
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from s2s_tui.base import reach
from s2s_tui.base.errors import Refused
from s2s_tui.rules.names import Kind
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, files, listing
from s2s_tui.services.downloads import Saved
from s2s_tui.services.site import Site
from s2s_tui.store.content import digest_of
from s2s_tui.store.models import Transfer


@dataclass(frozen=True, slots=True)
class Left:
    """A file that waits and was not gathered, as one of its name is in the folder.

    Attributes:
        id: the transfer.
        name: its name.
        path: the file in the folder.
        same: whether that is the transfer, byte for byte: gathered before.
    """

    id: int
    name: str
    path: Path
    same: bool


def left_out(actor: Actor, site: Site, folder: Path, saved: Iterable[Saved]) -> tuple[Left, ...]:
    """What `phase_files.gather` left out, and whether it is there already or something else is in its place.

    Args:
        actor: of the authority.
        site: the site.
        folder: where it was gathered.
        saved: what was saved now.

    Raises:
        NotAllowed: the role may not.
    """
    access.require(actor, site, "phase")
    had = {transfer_id for one in saved for transfer_id in one.ids}
    items = [item for item in listing.files(actor, site, Kind.CTF, listing.MINE).page() if item.id not in had]
    left = []
    for item in items:
        path = folder / item.name
        found = files.read(path)
        with site.store.connection():
            wanted = Transfer.get(Transfer.id == item.id).content_id
        same = found.problem is None and digest_of(found.content) == wanted
        left.append(Left(item.id, item.name, path, same))
    return tuple(left)


def ready(actor: Actor, site: Site, folder: Path) -> tuple[Path, ...]:
    """The files of a folder that are to be sent, by name.

    Raises:
        NotAllowed: the role may not.
        Refused: `folder-missing`, `folder-unreadable` or `folder-large`.
    """
    access.require(actor, site, "phase")
    if not reach.is_folder(folder):
        raise Refused("folder-missing", folder=reach.told(folder))
    return tuple(files.listed([folder]))


def allocation_lines(path: Path) -> list[str]:
    """The lines of an allocation list, in whichever of the encodings of spreadsheets it was saved.

    Raises:
        Refused: it can't be read; with the problem's code.
    """
    offered = files.read(path)
    if offered.problem is not None:
        raise Refused(offered.problem.code, **offered.problem.params)
    content = offered.content
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("windows-1252", "replace")
    # Line ends stay: one within quotes is part of a cell.
    return list(io.StringIO(text, newline=""))
