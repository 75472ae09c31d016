"""The heads of the audit chains, written down each day outside the database (R-SYS-3).

Whoever can write to the database could cut a chain off with its head: nothing in the database would tell. A
file beside it does: a line a day, sealed with the site's key over the line before, with the heads that moved
since. Nothing here mends or begins anew by itself: only an operator who restored a backup says so, and that
stands in the file, too.
"""

import errno
import fcntl
import hmac
import json
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Refused, Unreachable
from s2s_tui.rules.roles import SYSTEM
from s2s_tui.services import audit
from s2s_tui.services.site import Site
from s2s_tui.store.models import AuditEntry, AuditHead
from s2s_tui.store.statements import Statement, tuples

ACTION = "audit-checkpoint"
Problem = tuple[str, dict[str, object]]
Heads = dict[str, tuple[int, str]]
"""Chain → the number and the seal of its last entry."""

_NO_LINE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What a line raises that is none of ours, however it is made."""

_entry = Statement(
    lambda chain, number: AuditEntry.select(AuditEntry.seal).where(
        (AuditEntry.chain == chain) & (AuditEntry.number == number)
    )
)


@dataclass(frozen=True, slots=True)
class Written:
    """A line that was written.

    Attributes:
        line: its number in the file.
        chains: how many heads had moved.
        broken: chains that don't go on from what the file holds of them: left as they are there.
    """

    path: Path
    line: int
    chains: int
    broken: tuple[str, ...]


@dataclass(slots=True)
class _Kept:
    """What a file says."""

    lines: int = 0
    seal: str = audit.FIRST_SEAL
    heads: Heads = field(default_factory=dict)
    seals: dict[int, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def write(site: Site, *, restored: bool = False) -> Written:
    """Add a line to the file, made (mode 0600) where there is none.

    Args:
        site: the site.
        restored: a backup was restored, or the file lost, and an operator takes what the database holds as
            what holds from now on; the lines before stay.

    Raises:
        Refused: `checkpoint-missing` or `checkpoint-changed`: the file is not as it was left.
        Unreachable: `disk`.
    """
    path = site.settings.checkpoint_path
    with _opened(path) as file, site.store.connection():
        kept = _read(site, _text(file))
        problems = [] if restored else [*kept.problems, *_against_record(kept, path)]
        if problems:
            code, params = problems[0]
            raise Refused(code, **params)
        heads: Heads = {
            chain: (number, seal)
            for chain, number, seal in tuples(
                AuditHead.select(AuditHead.chain, AuditHead.number, AuditHead.seal)
            )
        }
        broken = [] if restored else [chain for chain, head in kept.heads.items() if not _holds(chain, head)]
        moved = {
            chain: head
            for chain, head in sorted(heads.items())
            if restored or (kept.heads.get(chain) != head and chain not in broken)
        }
        line: dict[str, Any] = {"at": site.clock().isoformat(), "line": kept.lines + 1, "heads": moved}
        if restored:
            line["restored"] = True
        seal = _sealed(site, kept.seal, line)
        text = json.dumps(line | {"seal": seal}, separators=(",", ":")) + "\n"
        _add(file, path, text.encode("ascii"))
    told: dict[str, Any] = {
        "line": kept.lines + 1,
        "seal": seal,
        "chains": len(moved),
        "restored": restored,
        "broken": broken,
    }
    site.store.write(lambda: audit.record(site, SYSTEM, ACTION, _name(path), **told))
    return Written(path, kept.lines + 1, len(moved), tuple(broken))


def is_due(site: Site) -> bool:
    """Whether no line was written today."""
    path = site.settings.checkpoint_path
    try:
        with os.fdopen(_regular(path, os.O_RDONLY), "rb") as file:
            at = _last_time(file)
    except OSError:  # whatever keeps it from being read is told of by writing it
        return True
    # Whoever dates a line ahead must not put an end to all that would follow.
    return at is None or at > site.clock() or local_date(at) < local_date(site.clock())


def compare(site: Site) -> list[Problem]:
    """What the database has otherwise than the file says it had; within a connection. It mends nothing.

    Codes: `checkpoint-missing`, `checkpoint-changed` (of the file), `audit-checkpoint` (of a chain).
    """
    path = site.settings.checkpoint_path
    try:
        with os.fdopen(_regular(path, os.O_RDONLY), "rb") as file:
            text = file.read().decode("ascii", "replace")
    except FileNotFoundError:
        return _against_record(_Kept(), path)
    except OSError as error:
        return [("disk", {"path": str(path), "reason": error.strerror or ""})]
    kept = _read(site, text)
    return [
        *kept.problems,
        *_against_record(kept, path),
        *(
            ("audit-checkpoint", {"chain": chain, "number": head[0], "file": str(path)})
            for chain, head in sorted(kept.heads.items())
            if not _holds(chain, head)
        ),
    ]


def _holds(chain: str, head: tuple[int, str]) -> bool:
    """Whether the database still has the entry that was a chain's last."""
    row = _entry.row(chain, head[0])
    return row is not None and hmac.compare_digest(str(row[0]), head[1])


def _read(site: Site, text: str) -> _Kept:
    kept = _Kept()
    for number, line in enumerate(text.splitlines(), 1):
        problem: Problem = (
            "checkpoint-changed",
            {"file": str(site.settings.checkpoint_path), "line": number},
        )
        kept.lines = number
        try:
            said = json.loads(line)
            seal = str(said.pop("seal"))
            heads = {str(chain): (int(at), str(head)) for chain, (at, head) in said["heads"].items()}
            right = hmac.compare_digest(_sealed(site, kept.seal, said), seal) and said["line"] == number
        except _NO_LINE:
            right = False
        if not right:
            kept.problems.append(problem)
            continue
        if said.get("restored"):
            # From here on this is what holds; what was wrong before was known to whoever said so.
            kept.heads.clear()
            kept.problems.clear()
        kept.heads |= heads
        kept.seal = kept.seals[number] = seal
    return kept


def _against_record(kept: _Kept, path: Path) -> list[Problem]:
    """What is wrong with the file by what the audit log says was written there; within a connection."""
    latest = (
        AuditEntry.select(AuditEntry.details)
        .where(
            (AuditEntry.chain == SYSTEM.organisation)
            & (AuditEntry.action == ACTION)
            & (AuditEntry.subject == _name(path))
        )
        .order_by(AuditEntry.number.desc())
        .first()
    )
    if latest is None:
        return []
    told = json.loads(latest.details)
    if told["line"] > kept.lines:
        return [("checkpoint-missing", {"file": str(path), "line": told["line"]})]
    known = kept.seals.get(told["line"])
    if known is not None and known != told["seal"]:
        return [("checkpoint-changed", {"file": str(path), "line": told["line"]})]
    return []


def _name(path: Path) -> str:
    """The file by machine and path: of several machines on one database each has its own."""
    return f"{socket.gethostname()}:{path.absolute()}"


def _sealed(site: Site, before: str, line: dict[str, Any]) -> str:
    text = json.dumps(line, sort_keys=True, separators=(",", ":"))
    return hmac.digest(site.key, f"s2s-tui checkpoint {before} {text}".encode(), "sha256").hex()


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The file, for one writer at a time, to be added to."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW)
    except OSError as error:
        raise Unreachable("disk", path=str(path), reason=error.strerror or "") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _regular(path: Path, flags: int) -> int:
    """The file, open; a pipe or a device in its place is neither waited for nor read without end."""
    file = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return file


def _add(file: int, path: Path, line: bytes) -> None:
    """Add a line whole, or nothing: a full disk takes the first part of one without a word."""
    size = os.fstat(file).st_size
    try:
        done = 0
        while done < len(line):
            done += os.write(file, line[done:])
        os.fsync(file)
    except OSError as error:
        with suppress(OSError):
            os.ftruncate(file, size)
        raise Unreachable("disk", path=str(path), reason=error.strerror or "") from error


def _text(file: int) -> str:
    with os.fdopen(os.dup(file), "rb") as copy:
        copy.seek(0)
        text = copy.read().decode("ascii", "replace")
    # A line that was cut short by a crash is wrong, and stays a line of its own.
    if text and not text.endswith("\n"):
        os.write(file, b"\n")
    return text


def _last_time(file: Any) -> datetime | None:
    """The time of the last whole line, read from the end."""
    size, block, text = file.seek(0, os.SEEK_END), 1 << 16, b""
    while size and text.count(b"\n") < 2:
        start = max(0, size - block)
        file.seek(start)
        text, size = file.read(size - start) + text, start
    lines = text.splitlines()
    try:
        at = datetime.fromisoformat(json.loads(lines[-1])["at"])
    except (IndexError, *_NO_LINE):
        return None
    return at if at.tzinfo is None and at.year > 1 else None
