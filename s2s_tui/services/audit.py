"""The audit log (R-SYS-3): it only grows, a keyed chain an organisation, sealed in the act's transaction.

Whom an entry is about, by UPN or by the file that holds the pupils, stands in its sealed details (`about`)
and once more in a table of its own, by which who has seen or moved a child's file is found. Where it names
very many (`among`), that table has no row for each, but one for each school that gave out their UPNs: it
leads to the few entries whose details are then searched (`naming`).
"""

import hmac
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from s2s_tui.base.text import storable
from s2s_tui.rules.roles import Actor
from s2s_tui.services.site import Site
from s2s_tui.store import stream
from s2s_tui.store.models import AuditEntry, AuditHead, AuditMention
from s2s_tui.store.statements import Statement, holds, insert, tuples

DONE = "done"
FIRST_SEAL = "0" * 64
ABOUT = "about"
"""The detail that names whom an entry is about."""
AMONG = "among"
"""The detail that names many at once."""
_TEXTS = ("username", "role", "organisation", "action", "subject", "outcome", "details")
_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")

_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode

_head = Statement(
    lambda chain: AuditHead.select(AuditHead.number, AuditHead.seal).where(AuditHead.chain == chain)
)
_move_head = Statement(
    lambda number, seal, chain: AuditHead.update(number=number, seal=seal).where(AuditHead.chain == chain)
)


def record(
    site: Site,
    actor: Actor,
    action: str,
    subject: str = "",
    outcome: str = DONE,
    about: Iterable[str] = (),
    among: Iterable[str] = (),
    **details: object,
) -> None:
    """Add a link to the chain of the actor's organisation, within the current transaction.

    Args:
        site: the site.
        actor: who acted.
        action: what was done: a permission's key or a service's own word (`logon`).
        subject: what it was done to: a file's name, a username, a UPN.
        outcome: `done`, `refused` or an error's code.
        about: UPNs of pupils who were shown or looked for, and files (`of_file`) whose pupils were. A
            subject that is a UPN need not be repeated.
        among: UPNs of many pupils who were shown at once, as by a report.
        details: what else a later reader needs; kept as JSON.
    """
    chain = actor.organisation
    number, seal = _head.row(chain) or (0, FIRST_SEAL)
    things = {storable(thing)[:40] for thing in about if thing}
    if _UPN.fullmatch(subject):
        things.add(subject)
    if things:
        details[ABOUT] = sorted(things)
    if many := sorted({storable(upn)[:40] for upn in among if upn}):
        details[AMONG] = many
        things.update(map(_giver, many))
    entry: dict[str, Any] = {
        "chain": chain,
        "number": number + 1,
        "at": site.clock(),
        "username": storable(actor.user[:40]),
        "role": str(actor.role),
        "organisation": actor.organisation,
        "action": action,
        "subject": storable(subject),
        "outcome": outcome,
        "details": storable(_json(details)) if details else "",
    }
    entry["seal"] = sealed(site.key, seal, entry)
    # The head first: of two at once the second waits there, and is tried again on the new head.
    if number:
        _move_head.rows(number + 1, entry["seal"], chain)
    else:
        insert(AuditHead, [{"chain": chain, "number": 1, "seal": entry["seal"]}])
    (key,) = insert(AuditEntry, [entry])
    if things:
        insert(AuditMention, [{"entry": key, "thing": thing} for thing in sorted(things)])


def of_file(transfer_id: int) -> str:
    """A file as what an entry is about: all the pupils that it holds."""
    return f"file {transfer_id}"


def sealed(key: bytes, before: str, entry: dict[str, Any]) -> str:
    """The seal of an entry: HMAC-SHA256 over the seal before it and all its fields."""
    at: datetime = entry["at"]
    fields = [before, entry["chain"], str(entry["number"]), at.isoformat(timespec="microseconds")]
    return _sealed(key, fields + [entry[name] for name in _TEXTS])


def naming(upns: Sequence[str], things: Sequence[str]) -> Any:
    """A query for the ids of the entries that are about a pupil.

    Args:
        upns: the pupil's; where there is none nothing is found.
        things: the files that hold the pupil, and whatever else entries may be about.
    """
    about = AuditMention.select(AuditMention.entry).where(AuditMention.thing.in_([*upns, *things]))
    if not upns:
        return about
    among = AuditMention.select(AuditMention.entry).join(AuditEntry)
    among = among.where(AuditMention.thing.in_(sorted(set(map(_giver, upns)))))
    named = [holds(AuditEntry.details, _json(upn)) for upn in upns]
    for one in named[1:]:
        named[0] |= one
    return about | among.where(named[0])


def _giver(upn: str) -> str:
    """What stands for many UPNs in the table of mentions: the authority and the school that gave them out."""
    return f"among {upn[1:8]}"


def broken(site: Site, told: Callable[[], None] = lambda: None) -> Iterator[tuple[str, int, str]]:
    """Walk every chain, as it is now; yields where one is broken, as chain, number and code.

    Args:
        site: the site.
        told: called for each link.

    Codes: `audit-changed` (the seal does not fit), `audit-gap` (a link is missing), `audit-cut` (the chain
    ends before its head), `audit-about` (whom an entry is about is not what the entry says). A whole chain
    cut off with its head needs the checkpoint kept outside (`services.checkpoints`).
    """
    with stream.snapshot(site.store):
        heads = {
            chain: (number, seal)
            for chain, number, seal in tuples(
                AuditHead.select(AuditHead.chain, AuditHead.number, AuditHead.seal)
            )
        }
        for chain, links in itertools.groupby(_links(site, told), key=lambda link: link[0][0]):
            expected, seal, code = 1, FIRST_SEAL, ""
            for (_chain, number, at, *rest, kept), things in links:
                if number != expected:
                    code = "audit-gap"
                elif not _fits(site.key, kept, [seal, chain, str(number), _moment(at), *rest]):
                    code = "audit-changed"
                elif things != _about(rest[-1]):
                    code = "audit-about"
                if code:
                    break
                expected, seal = expected + 1, kept
            # The rest of a chain that is broken is passed over by `groupby`.
            head = heads.pop(chain, None)
            if code or head != (expected - 1, seal):
                yield chain, expected, code or "audit-cut"
        # Of these nothing at all is left.
        yield from ((chain, 1, "audit-cut") for chain in sorted(heads))


def _links(site: Site, told: Callable[[], None]) -> Iterator[tuple[tuple[Any, ...], set[str]]]:
    """All entries as the driver gives them, chain by chain, each with whom it is about; within a snapshot."""
    order = (AuditEntry.chain, AuditEntry.number)
    fields = (*order, AuditEntry.at, *(getattr(AuditEntry, name) for name in _TEXTS), AuditEntry.seal)
    about = AuditMention.select(*order, AuditMention.thing).join(AuditEntry).order_by(*order)
    # Both in the same order, so each is read once.
    mentions = itertools.groupby(stream.rows(site.store, about), key=lambda row: row[:2])
    nobody: tuple[Any, Iterator[Any]] = (None, iter(()))
    place, found = next(mentions, nobody)
    for entry in stream.rows(site.store, AuditEntry.select(*fields).order_by(*order)):
        things = set()
        if entry[:2] == place:
            things = {thing for _chain, _number, thing in found}
            place, found = next(mentions, nobody)
        told()
        yield entry, things


def _moment(value: Any) -> str:
    """A moment as it is sealed, from what a driver gives: text on SQLite."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    text = str(value).replace(" ", "T")
    return text if "." in text else f"{text}.000000"


def _about(details: str) -> set[str]:
    if f'"{ABOUT}"' not in details and f'"{AMONG}"' not in details:
        return set()
    said = json.loads(details)
    return set(said.get(ABOUT, ())) | set(map(_giver, said.get(AMONG, ())))


def _fits(key: bytes, seal: Any, fields: Sequence[Any]) -> bool:
    try:
        return hmac.compare_digest(_sealed(key, fields), seal)
    except TypeError:  # whoever changed a field may have put something else than text there
        return False


def _sealed(key: bytes, fields: Sequence[str]) -> str:
    return hmac.digest(key, _json(fields).encode(), "sha256").hex()
