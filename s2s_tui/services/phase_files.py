"""Phase transfers with files on disk (R-PHA), as `s2s-tui phase` does them: gather, split, send."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from s2s_tui.base import reach
from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Refused
from s2s_tui.rules import allocations, ctf, names
from s2s_tui.rules.names import Kind
from s2s_tui.rules.problems import refused
from s2s_tui.rules.roles import Actor
from s2s_tui.rules.split import Parts, Piece, take_apart
from s2s_tui.services import access, audit, downloads, files, listing
from s2s_tui.services.downloads import Saved
from s2s_tui.services.phase import bundled, is_open
from s2s_tui.services.site import Site


@dataclass(frozen=True, slots=True)
class Written:
    """A file written for a school."""

    path: Path
    school: str
    pupils: int


@dataclass(frozen=True, slots=True)
class Division:
    """What a split did.

    Attributes:
        written: one CTF a school.
        unallocated: pupils of the files that the list doesn't name, as (file, UPN).
        unknown: lines of the list whose UPN no file holds, as (line, UPN).
        wrong: lines of the list without a UPN or an open school, or with one of two schools for a UPN, as
            (line, what stands there).
        twice: UPNs that more than one pupil of the files has; each goes to the school.
        unread: files that are no CTF that could be sent, by name.
    """

    written: tuple[Written, ...]
    unallocated: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[int, str], ...]
    wrong: tuple[tuple[int, str], ...]
    twice: tuple[str, ...]
    unread: tuple[str, ...]


def gather(
    actor: Actor,
    site: Site,
    folder: Path,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Saved, ...]:
    """Save the CTFs that wait at the authority, each as itself; one whose file is there already is left out.

    Raises:
        NotAllowed: the role may not.
        Refused: `folder-missing`.
    """
    access.require(actor, site, "phase")
    _require_folder(folder)
    items = listing.files(actor, site, Kind.CTF, listing.MINE).page()
    saved = []
    for done, item in enumerate(items, 1):
        if reach.look(folder / item.name) is None:
            saved.append(downloads.download(actor, site, [item.id], folder))
        on_progress(done, len(items))
    return tuple(saved)


def split(
    actor: Actor, site: Site, paths: Sequence[Path], allocation: Iterable[str], folder: Path
) -> Division:
    """Write one CTF a school from bulk files and an allocation list (R-PHA-1).

    Args:
        actor: of the authority; it is the source of the new files.
        site: the site.
        paths: bulk CTFs.
        allocation: lines of a CSV with the columns `upn` and `school`.
        folder: where the new files go, under names that are free.

    Raises:
        NotAllowed: the role may not.
        Refused: the list lacks a column, the folder is missing, or a file of such a name is there; nothing
            was written then.
    """
    access.require(actor, site, "phase")
    _require_folder(folder)
    wanted, wrong = allocations.read(allocation)
    parts, unread = _read(site, paths)
    schools = {upn: school for _line, upn, school in wanted}
    closed = {school for school in set(schools.values()) if not is_open(site, school)}
    wrong += [(line, school) for line, _upn, school in wanted if school in closed]
    by_school: dict[str, list[tuple[Piece, Parts]]] = defaultdict(list)
    unallocated: list[tuple[str, str]] = []
    times: dict[str, int] = defaultdict(int)
    for name, part in parts:
        for piece in part.pieces:
            times[piece.upn] += 1
            school = schools.get(piece.upn, "")
            if school and school not in closed:
                by_school[school].append((piece, part))
            else:
                unallocated.append((name, piece.upn))
    written = _write(actor, site, by_school, folder)
    pupils = sum(one.pupils for one in written)
    site.store.write(lambda: audit.record(site, actor, "phase-split", files=len(written), pupils=pupils))
    return Division(
        tuple(written),
        tuple(unallocated),
        tuple((line, upn) for line, upn, _school in wanted if upn not in times),
        tuple(sorted(wrong)),
        tuple(sorted(upn for upn, count in times.items() if count > 1)),
        unread,
    )


def _read(site: Site, paths: Sequence[Path]) -> tuple[list[tuple[str, Parts]], tuple[str, ...]]:
    parts, unread = [], []
    today = local_date(site.clock())
    for path in paths:
        offered = files.read(path)
        try:
            name = names.parse(offered.name)
            found = ctf.read(offered.content, source=name.source, destination=name.destination, today=today)
            if offered.problem is not None or name.kind is not Kind.CTF or refused(found.problems):
                raise Refused("unread")
            parts.append((path.name, take_apart(offered.content)))
        except Refused:
            unread.append(path.name)
    return parts, tuple(unread)


def _write(
    actor: Actor, site: Site, by_school: Mapping[str, list[tuple[Piece, Parts]]], folder: Path
) -> list[Written]:
    """One file a school; none at all where one of the names is there already."""
    made = {school: bundled(actor, site, school, pieces) for school, pieces in sorted(by_school.items())}
    for name, _ in made.values():
        if reach.is_taken(folder / name):
            raise Refused("file-exists", path=reach.told(folder / name))
    return [
        Written(files.save(folder, name, partial(_fill, bundle)), school, len(by_school[school]))
        for school, (name, bundle) in made.items()
    ]


def _fill(bundle: bytes, file: BinaryIO) -> None:
    file.write(bundle)


def _require_folder(folder: Path) -> None:
    if not reach.is_folder(folder):
        raise Refused("folder-missing", folder=reach.told(folder))
