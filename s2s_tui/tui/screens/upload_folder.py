"""The files of a folder as the Upload screen lists them: each checked once, and again when it has changed."""

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from time import monotonic

from s2s_tui.base import reach
from s2s_tui.base.disk import give_name
from s2s_tui.base.errors import Refused, S2SError, Unreachable, WrongUse
from s2s_tui.base.translation import _, language
from s2s_tui.rules.names import LEFT, LOST, Kind
from s2s_tui.rules.problems import Problem, Severity, refuse
from s2s_tui.rules.roles import TITLES, Actor, may
from s2s_tui.services import checking, directory, files, uploads
from s2s_tui.services.site import Site
from s2s_tui.services.uploads import Receipt
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.kinds import KINDS, kind_of
from s2s_tui.tui.text import DONE, ELLIPSIS, REFUSED, WARNING
from s2s_tui.tui.widgets.source import Key, Row

Stamp = tuple[int, int, int]
"""When a file was written (ns), its size and its rights: another one means that it has changed."""


class Verdict(StrEnum):
    """What a check came to."""

    FITS = "fits"
    LOOK = "look"
    """It can be sent; a person should look first."""
    REFUSED = "refused"
    SENT = "sent"
    """The same name and content was sent already."""


MARKS: Mapping[Verdict, str] = {
    Verdict.FITS: DONE,
    Verdict.LOOK: WARNING,
    Verdict.REFUSED: REFUSED,
    Verdict.SENT: "sent",
}
STYLES: Mapping[Verdict, str] = {
    Verdict.FITS: "done",
    Verdict.LOOK: "warning",
    Verdict.REFUSED: "error",
    Verdict.SENT: "dim",
}
SENDABLE = (Verdict.FITS, Verdict.LOOK)
_WEIGHT = {Severity.REFUSE: 0, Severity.WARN: 1, Severity.HINT: 2}


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a file, without its content.

    Attributes:
        stamp: of the file that was checked.
        destination: a mailbox; empty where the name tells none.
        problems: refusals first, then warnings, then hints.
        mended: a name that would do: the right one, where the slip can only mean one thing, or a free one.
    """

    stamp: Stamp
    verdict: Verdict
    source: str
    destination: str
    destination_name: str
    pupils: int
    problems: tuple[Problem, ...]
    mended: str | None = None

    @property
    def to_lost(self) -> bool:
        """Whether it goes to the Lost Pupil Database."""
        return self.destination in (LOST, LEFT)

    def of(self, severity: Severity) -> tuple[Problem, ...]:
        """Its problems of one weight."""
        return tuple(problem for problem in self.problems if problem.severity is severity)


@lru_cache(maxsize=20_000)
def _kind(name: str) -> Kind | None:
    return kind_of(name)


class Folder:
    """A `Source` over the files of one kind in a folder. `scan`, `check`, `send` are called in threads.

    Args:
        actor: who would send them.
        site: the site.
        path: the folder.
        kind: a `rules.names.Kind`.
        everything: whether files of other kinds are listed too.
    """

    def __init__(self, actor: Actor, site: Site, path: Path, kind: str, *, everything: bool = False) -> None:
        self.actor, self.site, self.path, self.kind = actor, site, path, Kind(kind)
        self.everything = everything
        self.error: S2SError | None = None
        """Why the folder can't be listed."""
        self.others = 0
        """Files of other kinds that are not listed."""
        self.took = 0.0
        """Seconds that the last scan took."""
        self.wanted: frozenset[str] = frozenset()
        """Files that have come into view."""
        self._stamps: dict[str, Stamp] = {}
        self._looks: dict[str, Look] = {}
        self._order: dict[tuple[str, bool], tuple[list[str], dict[str, int]]] = {}

    # What is there

    def scan(self) -> bool:
        """List the folder again; whether anything is different now."""
        start = monotonic()
        stamps: dict[str, Stamp] = {}
        others, error = 0, None
        try:
            if not reach.is_folder(self.path):
                raise Refused("folder-missing", folder=reach.told(self.path))
            with reach.folder(self.path) as at:
                for path in files.listed([self.path]):
                    if not self.everything and _kind(path.name) is not self.kind:
                        others += 1
                    elif (stamp := _stamp(path, at)) is not None:
                        stamps[path.name] = stamp
        except S2SError as raised:
            error = raised
        except OSError as raised:
            error = Refused("folder-unreadable", folder=reach.told(self.path), reason=raised.strerror or "")
        before = (self._stamps, self.others, str(self.error))
        self._stamps, self.others, self.error = stamps, others, error
        self.took = monotonic() - start
        changed = before != (stamps, others, str(error))
        if changed:
            self._looks = {name: look for name, look in self._looks.items() if name in stamps}
            self._order = {}
        return changed

    def look(self, name: str) -> Look | None:
        """What is known of a file as it is now; None before it is checked."""
        look = self._looks.get(name)
        return look if look is not None and look.stamp == self._stamps.get(name) else None

    def may_go(self, name: str) -> bool:
        """Whether it was checked and can be sent."""
        look = self.look(name)
        return look is not None and look.verdict in SENDABLE

    @property
    def names(self) -> list[str]:
        """All files listed."""
        return list(self._stamps)

    def unchecked(self, names: Iterable[str]) -> list[str]:
        """Those of some files that are still to be checked."""
        return [name for name in names if name in self._stamps and self.look(name) is None]

    def tally(self) -> tuple[int, int, int, int]:
        """How many are listed, can be sent, were sent, and are checked at all."""
        looks = [look for name in self.names if (look := self.look(name)) is not None]
        fit = sum(look.verdict in SENDABLE for look in looks)
        return len(self._stamps), fit, sum(look.verdict is Verdict.SENT for look in looks), len(looks)

    # Checking and sending

    def check(self, names: Sequence[str], seconds: float = 0.2) -> int:
        """Check files until the time is over; how many were done (at least one).

        Raises:
            S2SError: the session or the database is gone.
        """
        end = monotonic() + seconds
        with self.site.store.connection():
            for done, name in enumerate(names, 1):
                stamp = self._stamps.get(name)
                if stamp is not None:
                    self._looks[name] = self._checked(name, stamp)
                if monotonic() > end:
                    return done
        return len(names)

    def _checked(self, name: str, stamp: Stamp) -> Look:
        kind = _kind(name)
        if kind is not self.kind:
            code = "upload-elsewhere" if kind else "upload-nowhere"
            return Look(
                stamp,
                Verdict.REFUSED,
                "",
                "",
                "",
                0,
                (refuse(code, kind=_(KINDS[kind].title) if kind else ""),),
            )
        parsed = checking.name_or_none(name)
        # Looked at here, as the service would put each glance at such a file on record as a refusal.
        lacks = parsed is not None and (
            not may(self.actor, f"{self.kind}.upload") or (parsed.to_lpd and not may(self.actor, "ctf.lost"))
        )
        if lacks and parsed is not None:
            problem = refuse("upload-role", role=TITLES[self.actor.role], destination=parsed.destination)
            return self._made(stamp, Verdict.REFUSED, parsed.source, parsed.destination, 0, (problem,), None)
        found = uploads.check(self.actor, self.site, files.read(self.path / name))
        verdict = Verdict.REFUSED if not found.ok else Verdict.FITS
        if found.ok and found.sent_as is not None:
            verdict = Verdict.SENT
        elif found.ok and any(problem.severity is Severity.WARN for problem in found.problems):
            verdict = Verdict.LOOK
        return self._made(
            stamp,
            verdict,
            found.source,
            found.destination,
            len(found.pupils),
            found.problems,
            found.mended or _free(found.problems),
        )

    def _made(
        self,
        stamp: Stamp,
        verdict: Verdict,
        source: str,
        destination: str,
        pupils: int,
        problems: tuple[Problem, ...],
        mended: str | None,
    ) -> Look:
        named = directory.names(self.site, [destination], language()) if destination else {}
        ordered = tuple(sorted(problems, key=lambda problem: _WEIGHT[problem.severity]))
        return Look(stamp, verdict, source, destination, named.get(destination, ""), pupils, ordered, mended)

    def send(self, name: str) -> Receipt | None:
        """Send a file, if it is still the one that was checked; else None, and it is checked anew.

        Raises:
            S2SError: as `uploads.upload`.
        """
        look, path = self.look(name), self.path / name
        before = _stamp(path)
        offered = files.read(path)
        if look is None or not before == look.stamp == _stamp(path):
            self._looks.pop(name, None)
            return None
        receipt = uploads.upload(self.actor, self.site, offered)
        verdict = Verdict.REFUSED if receipt.status == uploads.REFUSED else Verdict.SENT
        self._looks[name] = self._made(
            look.stamp,
            verdict,
            look.source,
            look.destination,
            look.pupils,
            receipt.problems,
            receipt.mended or _free(receipt.problems),
        )
        return receipt

    def rename(self, name: str, new: str) -> None:
        """Give a file another name, never one that another file has.

        Raises:
            WrongUse: `save-name`.
            Refused: `rename-taken`.
            Unreachable: `rename-failed`.
        """
        if not new or Path(new).name != new or "\0" in new or new in (".", ".."):
            raise WrongUse("save-name", name=new)
        if reach.is_taken(self.path / new):
            raise Refused("rename-taken", name=new)
        try:
            with reach.folder(self.path) as at:
                give_name(name, new, at)
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=at)
        except FileExistsError as error:
            raise Refused("rename-taken", name=new) from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise Unreachable("rename-failed", name=name, reason=reason) from error

    # A source for the list

    def arrange(self) -> None:
        """Put what was sent at the end of the list, as far as it is known by now."""
        self._order = {}

    def _ordered(self, sort: str, descending: bool) -> tuple[list[str], dict[str, int]]:
        kept = self._order.get((sort, descending))
        if kept is None:
            names = sorted(self._stamps, key=lambda name: (name.casefold(), name))
            if sort == "verdict":
                names.sort(key=lambda name: _rank(self.look(name)))
            elif sort == "changed":
                names.sort(key=lambda name: self._stamps[name][0])
            if descending:
                names.reverse()
            names.sort(
                key=lambda name: (look := self.look(name)) is not None and look.verdict is Verdict.SENT
            )
            kept = self._order[sort, descending] = (names, {name: at for at, name in enumerate(names)})
        return kept

    def count(self) -> int:
        """How many files are listed.

        Raises:
            S2SError: the folder can't be listed.
        """
        if self.error is not None:
            raise self.error
        return len(self._stamps)

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[Row]:
        """Rows, and a note that they have come into view."""
        names = self._ordered(sort, descending)[0][offset : offset + limit]
        self.wanted |= frozenset(names)
        return [self._row(name) for name in names]

    def name_at(self, place: int, sort: str, descending: bool) -> str:
        """The file at a place of the list; empty where there is none."""
        names = self._ordered(sort, descending)[0]
        return names[place] if place < len(names) else ""

    def position(self, key: Key, sort: str, descending: bool) -> int | None:
        """Where a file stands in the list."""
        return self._ordered(sort, descending)[1].get(str(key))

    def _row(self, name: str) -> Row:
        look, stamp = self.look(name), self._stamps.get(name, (0, 0, 0))
        if look is None:
            return Row(name, (name, "", "", words.size(stamp[1]), ELLIPSIS))
        to = _(words.LOST_NAMES[look.destination]) if look.to_lost else look.destination_name
        return Row(
            key=name,
            cells=(
                name,
                to or look.destination,
                f"{look.pupils:,}" if look.pupils else "–",
                words.size(stamp[1]),
                _("sent") if look.verdict is Verdict.SENT else MARKS[look.verdict],
            ),
            style=STYLES[look.verdict],
        )


def _free(problems: Iterable[Problem]) -> str | None:
    """The free name that a check offers where the name is taken (R-UPL-6)."""
    return next((str(found.params["free"]) for found in problems if found.params.get("free")), None)


def _rank(look: Look | None) -> int:
    return -1 if look is None else list(Verdict).index(look.verdict)


def _stamp(path: Path, at: int | None = None) -> Stamp | None:
    """Of a file; of thousands in a folder, it is open already (`at`)."""
    try:
        found = reach.look(path, follow=False) if at is None else os.lstat(path.name, dir_fd=at)
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_mode) if found is not None else None
