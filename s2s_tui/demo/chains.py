"""The audit log of a past that was planned in columns: who did what when, chain by chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from s2s_tui.demo import boxes, plan
from s2s_tui.demo.ledger import Entry, Heads, sealed
from s2s_tui.demo.past import Teller, acting, at_box, moment
from s2s_tui.demo.plan import Plan
from s2s_tui.demo.traffic import RECALLS, REJECTIONS, REMOVALS
from s2s_tui.rules.roles import Role

UPLOAD, DOWNLOAD, COPY, STATE, RECALL, LOST_DOWNLOAD, LOST_END = range(7)
"""What happens, in the order in which it does where it is the same second."""
FIELDS = (
    *(
        "id",
        "chain",
        "number",
        "at",
        "username",
        "role",
        "organisation",
        "action",
        "subject",
        "outcome",
        "details",
    ),
    "seal",
)


Sealed = tuple[tuple[Any, ...], Sequence[str]]
"""The values of an entry, `FIELDS` but for the id, and whom it is about."""


@dataclass(frozen=True, slots=True)
class Events:
    """All that happened, by chain and time.

    Attributes:
        what: `UPLOAD`…`LOST_END`.
        file: the file's place in the plan.
        begins: where the events of each chain begin, schools first, then authorities; one more at the end.
        names: the chains.
    """

    what: NDArray[np.uint8]
    file: NDArray[np.int32]
    begins: NDArray[np.int64]
    names: Sequence[str]

    def columns(self) -> dict[str, NDArray[Any]]:
        """All but the names, which are `boxes.Places.organisations`."""
        return {"what": self.what, "file": self.file, "begins": self.begins}


def events(planned: Plan) -> Events:
    """What happened in a past."""
    files, where = planned.files, planned.places
    schools = len(where.schools)
    way, source, destination = files["way"], files["source"], files["destination"]

    def organisation(box: Any) -> Any:
        return np.where(box < schools, box, schools + (box - schools) // 3)

    sender = organisation(source)
    behalf = way == boxes.ON_BEHALF
    sender[behalf] = schools + where.authority[source[behalf]]
    forward = way == boxes.FORWARD
    sender[forward] = schools + files["finder"][forward]
    receiver = organisation(destination)
    finder = schools + files["finder"]
    lost = np.isin(way, (boxes.UNKNOWN, boxes.LEAVER, boxes.LA_UNKNOWN))
    deleted = files["state"] == plan.DELETED
    state = (files["state"] != plan.AWAITING) & ~lost
    parts = [
        (UPLOAD, np.ones(planned.count, bool), sender, files["at"]),
        (DOWNLOAD, (files["downloaded_at"] > 0) & ~lost, receiver, files["downloaded_at"]),
        (COPY, files["copy_at"] > 0, schools + files["copy_by"], files["copy_at"]),
        (STATE, state, np.where(deleted, sender, receiver), files["state_at"]),
        (RECALL, files["recalled_at"] > 0, sender, files["recalled_at"]),
        (LOST_DOWNLOAD, lost & (files["downloaded_at"] > 0), finder, files["downloaded_at"]),
        (LOST_END, lost & (files["fate"] != plan.LOST_STATE), finder, files["state_at"]),
    ]
    chosen = [(what, np.flatnonzero(which)) for what, which, _, _ in parts]
    what = np.concatenate([np.full(len(at), code, np.uint8) for code, at in chosen])
    file = np.concatenate([at.astype(np.int32) for _, at in chosen])
    chain = np.concatenate(
        [who[at].astype(np.int32) for (_, at), (_, _, who, _) in zip(chosen, parts, strict=True)]
    )
    when = np.concatenate([moments[at] for (_, at), (_, _, _, moments) in zip(chosen, parts, strict=True)])
    order = np.lexsort((what, when, chain))
    count = schools + len(where.codes)
    begins = np.searchsorted(chain[order], np.arange(count + 1))
    return Events(what[order], file[order], begins, where.organisations)


def stretch(
    teller: Teller, happened: Events, others: Mapping[str, list[Entry]], key: bytes, begin: int, end: int
) -> tuple[list[Sealed], Heads]:
    """The sealed rows of chains, from one to before another, and their heads.

    Args:
        teller: knows the files.
        happened: what happened.
        others: chain → further entries, told one by one.
        key: the audit key.
        begin: the first chain.
        end: the one after the last.
    """
    heads: Heads = {}
    rows: list[Sealed] = []
    for chain in range(begin, end):
        first, last = int(happened.begins[chain]), int(happened.begins[chain + 1])
        what, file = happened.what[first:last].tolist(), happened.file[first:last].tolist()
        entries = [_entry(teller, code, place) for code, place in zip(what, file, strict=True)]
        if more := others.get(happened.names[chain]):
            entries = sorted([*more, *entries], key=lambda entry: entry.at)
        rows += written(entries, key, heads)
    return rows, heads


def written(entries: Sequence[Entry], key: bytes, heads: Heads) -> list[Sealed]:
    """Entries sealed, as they are kept, and whom each is about."""
    return [
        ((*(row["at"].isoformat(" ") if name == "at" else row[name] for name in FIELDS[1:]),), about)
        for row, about in sealed(entries, key, heads)
    ]


def _entry(teller: Teller, what: int, file: int) -> Entry:
    """What the log tells of an event, as the services word it."""
    files = teller.plan.files
    way, source, finder = int(files["way"][file]), int(files["source"][file]), int(files["finder"][file])
    name = teller.name(way, source, int(files["destination"][file]), int(files["number"][file]))
    key = teller.after.transfers + file + 1
    details: dict[str, object] = {"id": key}
    if what == UPLOAD:
        by = teller.by(way, source, finder)
        details |= {"digest": teller.digests[file].tobytes().hex(), "pupils": int(files["pupils"][file])}
        if way == boxes.ON_BEHALF:
            details["on_behalf_of"] = name.source
        return Entry(moment(int(files["at"][file])), by, "upload", name.text, details=details)
    if what == DOWNLOAD:
        details |= {"copy": False, "again": False}
        at = moment(int(files["downloaded_at"][file]))
        return Entry(at, at_box(name.destination), "download", name.text, details=details)
    if what == COPY:
        details |= {"copy": True, "again": False}
        by = acting(Role.USER, teller.plan.places.codes[int(files["copy_by"][file])])
        return Entry(moment(int(files["copy_at"][file])), by, "download", name.text, details=details)
    salt = int(files["salt"][file])
    if what == RECALL:
        by = teller.by(way, source, finder)
        details |= {"reason": RECALLS[salt % len(RECALLS)], "withdrawn": False}
        return Entry(moment(int(files["recalled_at"][file])), by, "recall", name.text, details=details)
    at = moment(int(files["state_at"][file]))
    if what == STATE:
        state = int(files["state"][file])
        if state == plan.COLLECTED:
            return Entry(
                at, at_box(name.destination), "confirm", name.text, details=details | {"copy": False}
            )
        if state == plan.REJECTED:
            details["reason"] = REJECTIONS[salt % len(REJECTIONS)]
            return Entry(at, at_box(name.destination), "reject", name.text, details=details)
        details |= {"reason": RECALLS[salt % len(RECALLS)], "withdrawn": True}
        return Entry(at, teller.by(way, source, finder), "recall", name.text, details=details)
    return _lost_entry(teller, what, file, salt)


def _lost_entry(teller: Teller, what: int, file: int, salt: int) -> Entry:
    files = teller.plan.files
    by = acting(Role.LOST_PUPIL_TRANSFER, teller.plan.places.codes[int(files["finder"][file])])
    upn = teller.upn(int(files["pupil"][file]))
    details: dict[str, object] = {"id": teller.after.lost + int(teller.lost_rank[file]) + 1}
    if what == LOST_DOWNLOAD:
        details["on_roll"] = True
        return Entry(moment(int(files["downloaded_at"][file])), by, "lost-download", upn, details=details)
    at, fate = moment(int(files["state_at"][file])), int(files["fate"][file])
    if fate == plan.DOWNLOADED:
        return Entry(at, by, "lost-confirm", upn, details=details)
    if fate == plan.FORWARDED:
        school, name = teller.target(file)
        return Entry(at, by, "lost-forward", upn, details=details | {"to": school, "file": name})
    details["reason"] = REMOVALS[salt % len(REMOVALS)]
    return Entry(at, by, "lost-remove", upn, details=details)
