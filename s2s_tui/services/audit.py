"""The audit log (R-SYS-3): it only grows, a keyed chain an organisation, sealed in the act's transaction.

Whom an entry is about, by UPN or by the file that holds the pupils, stands in its sealed details (`about`)
and once more in a table of its own, by which who has seen or moved a child's file is found.
"""

import hmac
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from s2s_tui.base.text import storable
from s2s_tui.rules.roles import Actor
from s2s_tui.services.site import Site
from s2s_tui.store.models import AuditEntry, AuditHead, AuditMention
from s2s_tui.store.statements import Statement, insert, tuples

DONE = "done"
FIRST_SEAL = "0" * 64
ABOUT = "about"
"""The detail that names whom an entry is about."""
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
        details: what else a later reader needs; kept as JSON.
    """
    chain = actor.organisation
    number, seal = _head.row(chain) or (0, FIRST_SEAL)
    things = {storable(thing)[:40] for thing in about if thing}
    if _UPN.fullmatch(subject):
        things.add(subject)
    if things:
        details[ABOUT] = sorted(things)
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
    fields = [
        before,
        entry["chain"],
        str(entry["number"]),
        at.isoformat(timespec="microseconds"),
        *(
            entry[name]
            for name in ("username", "role", "organisation", "action", "subject", "outcome", "details")
        ),
    ]
    return hmac.digest(key, _json(fields).encode(), "sha256").hex()


def broken(site: Site) -> Iterator[tuple[str, int, str]]:
    """Walk every chain; yields where one is broken, as chain, number and code.

    Codes: `audit-changed` (the seal does not fit), `audit-gap` (a link is missing), `audit-cut` (the chain
    ends before its head), `audit-about` (whom an entry is about is not what the entry says). A whole chain
    cut off with its head needs the checkpoint kept outside (`services.checkpoints`).
    """
    chains = {chain for (chain,) in tuples(AuditEntry.select(AuditEntry.chain).distinct())}
    chains |= {chain for (chain,) in tuples(AuditHead.select(AuditHead.chain))}
    for chain in sorted(chains):
        # Others may write meanwhile: the end is somewhere from the head before the walk to the one after it.
        before = _head.row(chain) or (0, FIRST_SEAL)
        expected, seal, at_head = 1, FIRST_SEAL, before[0] == 0
        links = _links(chain)
        first = next(links, None)
        # Read after the links, which therefore have no entry that is missing here.
        mentions = _mentions(chain)
        for entry in itertools.chain([first] if first else [], links):
            if entry["number"] != expected:
                yield chain, expected, "audit-gap"
                break
            if not hmac.compare_digest(sealed(site.key, seal, entry), entry["seal"]):
                yield chain, expected, "audit-changed"
                break
            if mentions.get(expected, set()) != _about(entry["details"]):
                yield chain, expected, "audit-about"
                break
            expected, seal = expected + 1, entry["seal"]
            at_head = at_head or (entry["number"], seal) == before
        else:
            after = _head.row(chain) or (0, FIRST_SEAL)
            if not at_head or after[0] < expected - 1 or (after[0] == expected - 1 and after[1] != seal):
                yield chain, expected, "audit-cut"


def _links(chain: str) -> Iterator[dict[str, Any]]:
    yield from (
        AuditEntry.select().where(AuditEntry.chain == chain).order_by(AuditEntry.number).dicts().iterator()
    )


def _mentions(chain: str) -> dict[int, set[str]]:
    """Whom each entry of a chain is about, by its number, as the table of mentions has it."""
    query = AuditMention.select(AuditEntry.number, AuditMention.thing).join(AuditEntry)
    found: dict[int, set[str]] = {}
    for number, thing in query.where(AuditEntry.chain == chain).tuples().iterator():
        found.setdefault(number, set()).add(thing)
    return found


def _about(details: str) -> set[str]:
    return set(json.loads(details).get(ABOUT, ())) if f'"{ABOUT}"' in details else set()
