"""Rows of a past that was planned in columns (`plan`), a stretch at a time, by the services' row builders.

What a file held is made up like the rest, and is kept where anybody could still ask for it: each lost
pupil's file, and whatever waits or is younger than `KEPT_DAYS`. Of the older ones, which nobody can download
any more, there is only that they held something: all those of a kind share one content. So do generic files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from s2s_tui.base.clock import local_date, to_local
from s2s_tui.demo import boxes, names, plan
from s2s_tui.demo.ctf import build_short
from s2s_tui.demo.moves import BOXES
from s2s_tui.demo.others import other_xml, register_zip
from s2s_tui.demo.people import actor
from s2s_tui.demo.places import area_of
from s2s_tui.demo.plan import Plan
from s2s_tui.demo.traffic import RECALLS, REJECTIONS, REMOVALS
from s2s_tui.rules.ctf import Pupil
from s2s_tui.rules.dates import school_year
from s2s_tui.rules.names import FileName, Kind
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.rules.upn import LETTERS, check_letter
from s2s_tui.services.checking import AWAITING, COLLECTED, DELETED, REJECTED
from s2s_tui.services.lost import State
from s2s_tui.services.uploads import lost_row, pupil_rows, transfer_row
from s2s_tui.store import content

KEPT_DAYS = 120
"""Longer than anything can be downloaded once more (R-DWN-3)."""
STATES = (AWAITING, COLLECTED, REJECTED, DELETED)
FATES = (State.LOST, State.DOWNLOADED, State.FORWARDED, State.REMOVED)
KINDS = {
    boxes.GENERIC: (Kind.GENERIC, ""),
    boxes.PLASC: (Kind.PLASC, "PLA"),
    boxes.ADMISSIONS: (Kind.ADMISSIONS, "ADM"),
}
LABEL = "register"
_TO_LOST = frozenset({boxes.UNKNOWN, boxes.LEAVER, boxes.LA_UNKNOWN})
_EPOCH = datetime(1970, 1, 1)
_BORN = date(1970, 1, 1)
_POSTAL = "ABDEFGHJLNPQRSTUWXYZ"

Values = tuple[Any, ...]
Written = dict[str, tuple[tuple[str, ...], list[Values]]]
"""Name of a model → its fields and the rows."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the database has already: keys and change numbers go on from there."""

    transfers: int
    lost: int
    change: int


@dataclass(slots=True)
class Teller:
    """Makes rows of a plan.

    Args:
        plan: the past.
        after: what is there before it.
        titles: code → an authority's name.
        digests: of each file's content, filled as its rows are made; shared between processes.
    """

    plan: Plan
    after: Numbers
    titles: Mapping[str, str]
    digests: NDArray[np.uint8]
    lost_rank: NDArray[np.int32] = field(init=False)
    _change: NDArray[np.int32] = field(init=False)
    _target: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        files = self.plan.files
        lost = np.isin(files["way"], list(_TO_LOST))
        self.lost_rank = (np.cumsum(lost) - 1).astype(np.int32)
        latest = np.maximum(files["at"], files["state_at"])[lost]
        self._change = np.empty(len(latest), np.int32)
        self._change[np.argsort(latest, kind="stable")] = np.arange(1, len(latest) + 1, dtype=np.int32)
        forwards = np.flatnonzero(files["origin"] >= 0)
        self._target = np.full(self.plan.count, -1, np.int32)
        self._target[files["origin"][forwards]] = forwards

    # Whose and what

    def by(self, way: int, source: int, finder: int) -> Actor:
        """Who sent a file."""
        places = self.plan.places
        if way == boxes.FORWARD:
            return acting(Role.LOST_PUPIL_TRANSFER, places.codes[finder])
        box = places.boxes[source]
        if way == boxes.ON_BEHALF:
            return acting(Role.LA_SCHOOL, box[:3])
        if way == boxes.LA_UNKNOWN:
            return acting(Role.LA_SCHOOL, box[:3])
        return at_box(box)

    def name(self, way: int, source: int, destination: int, number: int) -> FileName:
        """A file's name."""
        here, there = (self.plan.places.boxes[at] for at in (source, destination))
        if way == boxes.GENERIC:
            label = f"{LABEL}{number}"
            return FileName(f"{here}_{there}_{label}.ZIP", Kind.GENERIC, here, there, "", label, "", "ZIP")
        kind, form = KINDS.get(way, (Kind.CTF, "CTF"))
        digits = f"{number:03}"
        return FileName(f"{here}_{form}_{there}_{digits}.XML", kind, here, there, digits, "", form, "XML")

    def target(self, file: int) -> tuple[str, str]:
        """Where a forwarded lost pupil's file went: the school, and the name that it went under."""
        forward = int(self._target[file])
        columns = self.plan.files
        parts = [int(columns[part][forward]) for part in ("way", "source", "destination", "number")]
        name = self.name(*parts)
        return name.destination, name.text

    def upn(self, at: int) -> str:
        """A pupil's UPN."""
        columns = self.plan.pupils
        school = self.plan.places.schools[columns["giver"][at]].number
        letter = LETTERS[columns["letter"][at]]
        return f"{letter}{school}{columns['year'][at]:02}{columns['serial'][at]:03}"

    def pupil(self, at: int) -> Pupil:
        """A pupil as its file is read."""
        columns = self.plan.pupils
        school = self.plan.places.schools[columns["giver"][at]]
        salt, year = int(columns["salt"][at]), int(columns["year"][at])
        female = bool(columns["sex"][at])
        pool = names.GIRLS if female else names.BOYS
        forename = pool[columns["forename"][at]]
        surname = names.SURNAMES[columns["surname"][at]]
        if second := int(columns["second"][at]):
            surname = f"{surname}-{names.SURNAMES[second]}"
        stem = f"{school.number}{year:02}"
        former = f"A{stem}{salt % 100:02}A" if salt % 33 == 0 else ""
        area = area_of(school.authority, self.titles[school.authority])
        town = area.towns[(salt >> 7) % len(area.towns)]
        out = area.outcodes[(salt >> 4) % len(area.outcodes)]
        postcode = f"{out} {1 + (salt >> 9) % 9}{_POSTAL[(salt >> 12) % 20]}{_POSTAL[(salt >> 16) % 20]}"
        return Pupil(
            upn=self.upn(at),
            surname=surname,
            forename=forename,
            born=_born(int(columns["born"][at])),
            gender="F" if female else "M",
            former_upn=check_letter(former) + former[1:] if former else "",
            former_surname=names.SURNAMES[(salt >> 5) % len(names.SURNAMES)] if salt % 17 == 0 else "",
            former_forename="",
            preferred_surname=surname,
            preferred_forename=names.called(forename),
            middle_names=pool[(salt >> 3) % len(pool)] if salt % 100 < 45 else "",
            town=town[1 if salt % 4 == 0 else 0],
            postcode=postcode,
            line=0,
        )

    # Rows

    def stretch(self, begin: int, end: int) -> Written:
        """The rows of files, from one to before another; their digests are noted."""
        columns = self.plan.files
        told = [columns[name][begin:end].tolist() for name in _TOLD]
        transfers: list[dict[str, Any]] = []
        contents: list[Values] = []
        pupils: list[Values] = []
        downloads: list[Values] = []
        lost: list[Values] = []
        kept_from = int((self.plan.now - timedelta(days=KEPT_DAYS) - _EPOCH).total_seconds())
        for file, values in enumerate(zip(*told, strict=True), begin):
            known = dict(zip(_TOLD, values, strict=True))
            way, key = known["way"], self.after.transfers + file + 1
            sent = moment(known["at"])
            name = self.name(way, known["source"], known["destination"], known["number"])
            by = self.by(way, known["source"], known["finder"])
            people = [self.pupil(known["pupil"] + place) for place in range(known["pupils"])]
            kept = known["at"] > kept_from or known["state"] == plan.AWAITING or way in _TO_LOST
            if way == boxes.FORWARD or (kept and way != boxes.GENERIC):
                body = self._body(way, name, people, sent, known["origin"])
                digest, size = content.digest_of(body), len(body)
                if way != boxes.FORWARD:
                    contents.append((digest, size, content.pack(body)))
            else:
                common = way if way in KINDS else boxes.SCHOOL
                digest, size = _old_digests()[common]
            self.digests[file] = np.frombuffer(bytes.fromhex(digest), np.uint8)
            row = transfer_row(
                name, digest, size, len(people), _year(known["at"] // 86_400), iso(known["at"]), by
            )
            row |= self._after(known, by, name)
            row = {"id": key, **row}
            transfers.append(row)
            pupils += [(*line.values(),) for line in pupil_rows(key, people)]
            downloads += self._downloads(known, key, name)
            if way in _TO_LOST:
                lost.append(self._lost(file, known, key, row, people[0]))
        return {
            "Transfer": (tuple(transfers[0]), [tuple(row.values()) for row in transfers]),
            "Content": (("digest", "size", "packed"), contents),
            "Pupil": (_PUPIL, [(*row[:5], row[5].isoformat(), *row[6:]) for row in pupils]),
            "Download": (_DOWNLOAD, downloads),
            "LostPupil": (_LOST, lost),
        }

    def _body(self, way: int, name: FileName, people: list[Pupil], sent: datetime, origin: int) -> bytes:
        """What a file holds; a forward the very bytes of what it forwards."""
        if way in KINDS:
            return other_xml(KINDS[way][1], name.source, sent)
        places, destination = self.plan.places, name.destination
        if way == boxes.FORWARD:
            box = int(self.plan.files["destination"][origin])
            destination, sent = places.boxes[box], moment(int(self.plan.files["at"][origin]))
        title = self.titles[name.source[:3]] if name.source.endswith("LLLL") else ""
        when = to_local(sent - timedelta(minutes=20))
        return build_short(name.source, destination, people, when, title)

    def _after(self, known: Mapping[str, int], by: Actor, name: FileName) -> dict[str, Any]:
        """What became of a file, as its row tells it."""
        state, way = known["state"], known["way"]
        who, reason = "", ""
        if state in (plan.COLLECTED, plan.REJECTED):
            who = at_box(name.destination).user
            reason = REJECTIONS[known["salt"] % len(REJECTIONS)] if state == plan.REJECTED else ""
        elif state == plan.DELETED:
            who = by.user
            reason = RECALLS[known["salt"] % len(RECALLS)]
            if way in _TO_LOST:
                who = acting(Role.LOST_PUPIL_TRANSFER, name.source[:3]).user
                reason = REMOVALS[known["salt"] % len(REMOVALS)]
        told: dict[str, Any] = {
            "state": STATES[state],
            "state_at": iso(known["state_at"]) if state != plan.AWAITING else None,
            "state_by": who,
            "state_reason": reason,
            "recalled_at": iso(known["recalled_at"]),
            "forwarded_from": None,
        }
        if way == boxes.FORWARD:
            told |= {"forwarded_from": self.after.transfers + known["origin"] + 1, "on_behalf_of": None}
        return told

    def _downloads(self, known: Mapping[str, int], key: int, name: FileName) -> Iterator[Values]:
        if known["downloaded_at"]:
            if known["way"] in _TO_LOST:
                who, confirmed = (
                    acting(Role.LOST_PUPIL_TRANSFER, self.plan.places.codes[known["finder"]]),
                    True,
                )
            else:
                who, confirmed = at_box(name.destination), known["state"] == plan.COLLECTED
            done = iso(known["state_at"]) if confirmed else None
            yield key, who.user, who.organisation, iso(known["downloaded_at"]), 0, done
        if known["copy_at"]:
            who = acting(Role.USER, self.plan.places.codes[known["copy_by"]])
            at = iso(known["copy_at"])
            yield key, who.user, who.organisation, at, 1, at

    def _lost(
        self, file: int, known: Mapping[str, int], key: int, row: dict[str, Any], pupil: Pupil
    ) -> Values:
        rank, fate = int(self.lost_rank[file]), known["fate"]
        found = lost_row(key, row, pupil, self.after.change + int(self._change[rank]))
        reason = row["state_reason"]
        if fate == plan.FORWARDED:
            reason = self.target(file)[0]
        who = ""
        if fate != plan.LOST_STATE:
            who = acting(Role.LOST_PUPIL_TRANSFER, self.plan.places.codes[known["finder"]]).user
        found |= {
            "born": pupil.born.isoformat(),
            "left_sector": int(found["left_sector"]),
            "id": self.after.lost + rank + 1,
            "state": str(FATES[fate]),
            "state_at": iso(known["state_at"]),
            "state_by": who,
            "state_reason": reason,
        }
        return tuple(found[name] for name in _LOST)


_TOLD = (
    *("way", "at", "source", "destination", "number", "state", "state_at", "downloaded_at", "recalled_at"),
    *("copy_at", "copy_by", "finder", "pupils", "pupil", "fate", "origin", "salt"),
)
_PUPIL = ("transfer", "position", "upn", "surname", "forename", "born", "gender", "name_key")
_DOWNLOAD = ("transfer", "username", "organisation", "at", "is_copy", "confirmed_at")
_LOST = (
    *("id", "transfer", "left_sector", "upn", "surname", "forename", "born", "gender", "former_upn"),
    *("former_surname", "former_forename", "preferred_surname", "preferred_forename", "middle_names", "town"),
    *(
        "postcode",
        "authority",
        "school",
        "uploaded_at",
        "state",
        "state_at",
        "state_by",
        "state_reason",
        "change",
    ),
)


def shared() -> Written:
    """The contents that old files share."""
    rows = [(content.digest_of(body), len(body), content.pack(body)) for body in _old().values()]
    return {"Content": (("digest", "size", "packed"), rows)}


@lru_cache
def _old() -> dict[int, bytes]:
    """What stands for the content of old files, by the way that they went."""
    child = Pupil(
        "A000000000000", "Nobody", "Nobody", date(2010, 1, 1), "F", "", "", "", "", "", "", "", "", 0
    )
    at = datetime(2020, 9, 1, 12)
    return {
        boxes.SCHOOL: build_short("0000000", "0000000", [child], at),
        boxes.GENERIC: register_zip(LABEL, at),
        boxes.PLASC: other_xml("PLA", "0000000", at),
        boxes.ADMISSIONS: other_xml("ADM", "0000000", at),
    }


@lru_cache
def _old_digests() -> dict[int, tuple[str, int]]:
    return {way: (content.digest_of(body), len(body)) for way, body in _old().items()}


@cache
def acting(role: Role, organisation: str) -> Actor:
    """`people.actor`, made once each."""
    return actor(role, organisation)


def at_box(box: str) -> Actor:
    """Who acts for a mailbox."""
    role = BOXES.get(box[3:])
    return acting(role, box[:3]) if role else acting(Role.SCHOOL, box)


def moment(at: int) -> datetime:
    """A moment in whole seconds."""
    return _EPOCH + timedelta(seconds=at)


def iso(at: int) -> str | None:
    """A moment as it is kept; None for never."""
    return (_EPOCH + timedelta(seconds=at)).isoformat(" ") if at else None


@lru_cache(maxsize=20_000)
def _born(day: int) -> date:
    return _BORN + timedelta(days=day)


@lru_cache(maxsize=4096)
def _year(day: int) -> int:
    return school_year(local_date(moment(day * 86_400 + 43_200)))
