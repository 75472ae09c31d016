"""Writing a made-up world into the database in bulk, with the row builders of the one way in (decision 9)."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, cast

from s2s_tui.base.clock import local_date
from s2s_tui.demo.moves import Move
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.roles import Actor
from s2s_tui.services import audit, notify, outbox
from s2s_tui.services.checking import COLLECTED, DELETED, REJECTED
from s2s_tui.services.lost import State
from s2s_tui.services.site import Site
from s2s_tui.services.uploads import lost_row, pupil_rows, transfer_row
from s2s_tui.store import content
from s2s_tui.store.models import (
    AuditEntry,
    AuditHead,
    AuditMention,
    Content,
    Counter,
    Download,
    LostPupil,
    Mail,
    Pupil,
    Transfer,
)
from s2s_tui.store.statements import insert

BATCH = 500
"""Moves in one transaction."""
MAILED_DAYS = 7
"""For how many days back the e-mails are kept."""
UNSENT = timedelta(minutes=30)
"""E-mails of this last while still wait to be sent."""


Heads = dict[str, tuple[int, str]]
"""Chain → number and seal of its latest entry."""

_OF_FILES = frozenset({"upload", "download", "confirm", "reject", "recall"})
_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the audit log to be."""

    at: datetime
    by: Actor
    action: str
    subject: str = ""
    outcome: str = audit.DONE
    details: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Ledger:
    """Takes moves in the order of their time; the audit log, which needs them all, comes at the end.

    Nobody else is in the database yet, so no transaction of it is ever run twice.

    Args:
        site: where to; its database has the schools and the accounts.
        now: the moment at which the world is made.
    """

    site: Site
    now: datetime
    entries: list[Entry] = field(default_factory=list)
    _kept: set[str] = field(default_factory=set)
    _lost: list[tuple[Move, dict[str, Any]]] = field(default_factory=list)
    _mails: list[tuple[datetime, Callable[[Site], object]]] = field(default_factory=list)

    def take(self, moves: Iterable[Move], told: Callable[[int], None] = lambda _: None) -> None:
        """Write moves, in a transaction for each batch.

        Args:
            moves: in the order of their time.
            told: hears how many were written.
        """
        flow = iter(moves)
        done = 0
        while batch := list(islice(flow, BATCH)):
            self.site.store.write(lambda batch=batch: self._write(batch))  # type: ignore[misc]
            done += len(batch)
            told(done)

    def note(self, at: datetime, tell: Callable[[Site], object]) -> None:
        """Have something written at the end, among the e-mails, by a site whose clock stands at its time."""
        self._mails.append((at, tell))

    def close(self, *, seal: bool = True) -> None:
        """Write what needs the whole: the lost pupils by their latest change, the audit log, the e-mails.

        Args:
            seal: write the audit log; else it is for whoever has more to tell, in `entries`.
        """

        def change() -> None:
            self._write_lost()
            if seal:
                self._seal()
            for at, tell in sorted(self._mails, key=lambda mail: mail[0]):
                tell(replace(self.site, clock=lambda at=at: at))  # type: ignore[misc]
            Mail.update(state=outbox.SENT, sent_at=Mail.created_at, attempts=1).where(
                Mail.created_at < self.now - UNSENT
            ).execute()

        self.site.store.write(change)

    def _write(self, batch: list[Move]) -> None:
        digests = [content.digest_of(move.content) for move in batch]
        new = {
            digest: move.content
            for digest, move in zip(digests, batch, strict=True)
            if digest not in self._kept
        }
        self._kept.update(new)
        insert(
            Content,
            [
                {"digest": digest, "size": len(body), "packed": content.pack(body)}
                for digest, body in new.items()
            ],
        )
        rows = [_row(move, digest) for move, digest in zip(batch, digests, strict=True)]
        for move, row, key in zip(batch, rows, insert(Transfer, rows), strict=True):
            move.id = key
            self._follow(move, row)
        for move in batch:
            # What it forwards may have come in the same batch, so that its id is known only now.
            if move.origin is not None:
                Transfer.update(forwarded_from=move.origin.id).where(Transfer.id == move.id).execute()
            if move.fate is None:  # a lost pupil's may be forwarded
                move.content = b""
        read = [(move.id, [child.as_read() for child in move.children]) for move in batch]
        insert(Pupil, [row for key, pupils in read for row in pupil_rows(key, pupils)])
        insert(
            Download,
            [
                {
                    "transfer": move.id,
                    "username": given.by.user,
                    "organisation": given.by.organisation,
                    "at": given.at,
                    "is_copy": given.is_copy,
                    "confirmed_at": given.confirmed_at,
                }
                for move in batch
                for given in _given(move)
            ],
        )

    def _follow(self, move: Move, row: dict[str, Any]) -> None:
        """Note what else a move leaves behind."""
        name = move.name.text
        note = self.entries.append
        details: dict[str, object] = {"id": move.id, "digest": row["content"], "pupils": len(move.children)}
        if row["on_behalf_of"]:
            details["on_behalf_of"] = row["on_behalf_of"]
        note(Entry(move.at, move.by, "upload", name, details=details))
        if move.fate is not None:
            self._keep_lost(move, row)
            self._note_mails(move, row)
            return
        for given in _given(move):
            told: dict[str, object] = {"id": move.id, "copy": given.is_copy, "again": False}
            note(Entry(given.at, given.by, "download", name, details=told))
        if move.state_at is not None and move.state_by is not None:
            said: dict[str, object] = {"id": move.id}
            action = {COLLECTED: "confirm", REJECTED: "reject", DELETED: "recall"}[move.state]
            said |= {"copy": False} if move.state == COLLECTED else {"reason": move.reason}
            said |= {"withdrawn": True} if move.state == DELETED else {}
            note(Entry(move.state_at, move.state_by, action, name, details=said))
        if move.recalled_at is not None:
            said = {"id": move.id, "reason": move.reason, "withdrawn": False}
            note(Entry(move.recalled_at, move.by, "recall", name, details=said))
        self._note_mails(move, row)

    def _keep_lost(self, move: Move, row: dict[str, Any]) -> None:
        fate = move.fate
        assert fate is not None
        kept = lost_row(move.id, row, move.children[0].as_read(), 0) | {
            "state": str(fate.state),
            "state_at": fate.at,
            "state_by": fate.by.user if fate.by else "",
            "state_reason": fate.reason,
        }
        self._lost.append((move, kept))

    def _write_lost(self) -> None:
        """The lost pupils: ids in the order of the uploads, change numbers in that of what happened last."""
        latest = sorted(self._lost, key=lambda kept: kept[1]["state_at"] or kept[0].at)
        for number, (_, row) in enumerate(latest, 1):
            row["change"] = number
        keys = insert(LostPupil, [row for _, row in self._lost])
        insert(Counter, [{"name": "lost", "value": len(self._lost)}])
        for key, (move, row) in zip(keys, self._lost, strict=True):
            self.entries += _lost_entries(key, row["upn"], move)

    def _note_mails(self, move: Move, row: dict[str, Any]) -> None:
        """Whoever heard of something in the last days heard it by the letters that a real act sends."""
        since, key = self.now - timedelta(days=MAILED_DAYS), move.id
        reason = move.reason
        if move.at >= since:
            self._mails.append((move.at, lambda site: notify.uploaded(site, row, key)))
        if move.state_at is not None and move.state_at >= since and move.fate is None:
            about = move.state
            self._mails.append(
                (
                    move.state_at,
                    (lambda site: notify.withdrawn(site, row, key, reason))
                    if about == DELETED
                    else (lambda site: notify.closed(site, row, key, about, reason)),
                )
            )
        if move.recalled_at is not None and move.recalled_at >= since:
            self._mails.append((move.recalled_at, lambda site: notify.recalled(site, row, key, reason)))

    def _seal(self) -> None:
        """The audit log in the order of time, a chain an organisation, as if each was written in its turn."""
        heads: Heads = {}
        self.entries.sort(key=lambda entry: entry.at)
        flow = sealed(self.entries, self.site.key, heads)
        while some := list(islice(flow, BATCH * 4)):
            keys = insert(AuditEntry, [row for row, _ in some])
            mentions = [
                {"entry": key, "thing": thing}
                for key, (_, about) in zip(keys, some, strict=True)
                for thing in about
            ]
            insert(AuditMention, mentions)
        insert(AuditHead, head_rows(heads))


def sealed(
    entries: Iterable[Entry], key: bytes, heads: Heads
) -> Iterator[tuple[dict[str, Any], Sequence[str]]]:
    """The rows of entries, each sealed on the one before it of its chain, and whom each is about.

    Args:
        entries: those of a chain in the order of their time.
        key: the audit key.
        heads: the latest of each chain, moved on.
    """
    for entry in entries:
        chain = entry.by.organisation
        number, before = heads.get(chain, (0, audit.FIRST_SEAL))
        about = _about(entry)
        details = {**entry.details, audit.ABOUT: about} if about else entry.details
        row: dict[str, Any] = {
            "chain": chain,
            "number": number + 1,
            "at": entry.at,
            "username": entry.by.user,
            "role": str(entry.by.role),
            "organisation": chain,
            "action": entry.action,
            "subject": entry.subject,
            "outcome": entry.outcome,
            "details": _json(details) if details else "",
        }
        seal = audit.sealed(key, before, row)
        heads[chain] = (number + 1, seal)
        yield row | {"seal": seal}, about


def _about(entry: Entry) -> list[str]:
    """Whom an entry is about, as the services say it: a file that holds pupils, or a lost one's UPN."""
    if entry.action.startswith("lost-"):
        return [entry.subject]
    if entry.action in _OF_FILES and entry.details.get("pupils", 1):
        return [audit.of_file(cast(int, entry.details["id"]))]
    return []


def head_rows(heads: Heads) -> list[dict[str, Any]]:
    """The rows of the chains' heads."""
    return [{"chain": chain, "number": number, "seal": seal} for chain, (number, seal) in heads.items()]


def _lost_entries(key: int, upn: str, move: Move) -> Iterator[Entry]:
    """What the log tells of a lost pupil's record after its upload, as `services.lost` words it."""
    fate = move.fate
    if fate is None or fate.at is None or fate.by is None:
        return
    if fate.downloaded_at is not None:
        details: dict[str, object] = {"id": key, "on_roll": True}
        yield Entry(fate.downloaded_at, fate.by, "lost-download", upn, details=details)
    if fate.state == State.DOWNLOADED:
        yield Entry(fate.at, fate.by, "lost-confirm", upn, details={"id": key})
    elif fate.forward is not None:
        details = {"id": key, "to": fate.reason, "file": fate.forward.name.text}
        yield Entry(fate.at, fate.by, "lost-forward", upn, details=details)
    else:
        yield Entry(fate.at, fate.by, "lost-remove", upn, details={"id": key, "reason": fate.reason})


@dataclass(frozen=True, slots=True)
class _Given:
    at: datetime
    by: Actor
    is_copy: bool
    confirmed_at: datetime | None = None


def _given(move: Move) -> Iterator[_Given]:
    """To whom a file was given out, the destination first; a lost pupil's to who found it."""
    fate = move.fate
    if fate is not None and fate.downloaded_at is not None and fate.by is not None:
        yield _Given(fate.downloaded_at, fate.by, is_copy=False, confirmed_at=fate.at)
    if move.downloaded_at is not None:
        confirmed = move.state_at if move.state == COLLECTED else None
        yield _Given(move.downloaded_at, move.receiver, is_copy=False, confirmed_at=confirmed)
    for who, at in move.copies:
        yield _Given(at, who, is_copy=True, confirmed_at=at)


def _row(move: Move, digest: str) -> dict[str, Any]:
    """A transfer's row: that of an upload, and what became of it."""
    closed = move.state in (REJECTED, DELETED)
    return transfer_row(
        move.name,
        digest,
        len(move.content),
        len(move.children),
        school_year(local_date(move.at)),
        move.at,
        move.by,
    ) | {
        "state": move.state,
        "state_at": move.state_at,
        "state_by": move.state_by.user if move.state_by else "",
        "state_reason": move.reason if closed else "",
        "recalled_at": move.recalled_at,
    }
