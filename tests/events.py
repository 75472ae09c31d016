"""Made-up events for the reports' tests, and plain questions about them, without SQL."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from s2s_tui.rules.mailboxes import authority_of, is_school
from s2s_tui.rules.people import name_key
from s2s_tui.services.site import Site
from s2s_tui.store import content
from s2s_tui.store.models import Content, CountedMonth, Download, LostPupil, MonthCount, Pupil, Transfer
from s2s_tui.store.statements import insert

LONDON = ZoneInfo("Europe/London")
BOXES = ("6804012", "6804031", "6814053", "6604025", "8734001", "680LLLL", "681LLLL")
DAY = timedelta(days=1)
LOST, LEFT = "XXXXXXX", "MMMMMMM"


def london(moment: datetime) -> date:
    """The day of a moment in London, by the zone itself."""
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(LONDON).date()


@dataclass(frozen=True)
class Event:
    """A file's life: sent, and perhaps more."""

    source: str
    destination: str
    uploaded: datetime
    state: str = "awaiting"
    moved: datetime | None = None
    pupils: int = 1
    kind: str = "ctf"
    sender: str = ""
    forwarded: bool = False
    # Of a lost pupil: who it is, what became of it, who took it (authority, when confirmed, put back).
    upn: str = ""
    born: date = date(2015, 3, 1)
    gender: str = "F"
    record: str = "lost"
    record_at: datetime | None = None
    downloads: tuple[tuple[str, datetime | None, bool], ...] = ()
    surname: str = "Llwyd"
    forename: str = "Siân"
    former: str = ""

    @property
    def uploader(self) -> str:
        """Whose upload it is: of a school also where its authority sent it; a forward is the authority's."""
        if self.forwarded:
            return self.sender
        return self.source if is_school(self.source) else self.source[:3]

    @property
    def receiver(self) -> str:
        return self.destination if is_school(self.destination) else self.destination[:3]

    @property
    def is_lost(self) -> bool:
        return self.destination in (LOST, LEFT)

    def at(self, state: str, first: date | None, last: date) -> bool:
        """Whether it came to a state within days."""
        return self.state == state and self.moved is not None and inside(self.moved, first, last)

    def waits(self, last: date) -> bool:
        """Whether it waited when a day ended."""
        if self.is_lost or london(self.uploaded) > last:
            return False
        return self.moved is None or london(self.moved) > last


def inside(moment: datetime, first: date | None, last: date) -> bool:
    return london(moment) <= last and (first is None or london(moment) >= first)


# Days around which something may go wrong: ends of years, clocks going forward and back, a leap day.
EDGES = (
    *(date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)),
    *(date(2026, 10, 25), date(2026, 10, 26), date(2026, 8, 31), date(2026, 9, 1), date(2024, 2, 29)),
)
HOURS = ((0, 0, 0), (0, 30, 0), (22, 59, 59), (23, 0, 0), (23, 30, 0), (23, 59, 59), (12, 0, 0))

moments = st.builds(
    lambda day, hour: datetime(day.year, day.month, day.day, *hour),
    st.sampled_from(EDGES) | st.dates(date(2024, 1, 1), date(2026, 11, 23)),
    st.sampled_from(HOURS),
)
days = st.sampled_from(EDGES) | st.dates(date(2023, 12, 1), date(2026, 11, 24))


@st.composite
def lost(draw):
    """A lost pupil's file, and what became of it."""
    source = draw(st.sampled_from([box for box in BOXES if is_school(box)]))
    uploaded = draw(moments)
    downloads = draw(
        st.lists(
            st.tuples(st.sampled_from(("680", "681", "660")), st.none() | moments, st.booleans()), max_size=3
        )
    )
    taken = tuple((code, at and max(at, uploaded), is_copy) for code, at, is_copy in downloads)
    counted = [at for _, at, is_copy in taken if at and not is_copy]
    record = draw(st.sampled_from(("removed", "forwarded", "downloaded") if counted else ("lost", "removed")))
    return Event(
        source,
        draw(st.sampled_from((LOST, LEFT))),
        uploaded,
        sender=draw(st.sampled_from((source, source[:3]))),
        upn=f"A{draw(st.integers(680401220000, 680401220009))}",
        born=draw(st.sampled_from(BIRTHS) | st.dates(date(1999, 1, 1), date(2025, 1, 1))),
        gender=draw(st.sampled_from(("F", "M", "", "U"))),
        record=record,
        record_at=None if record == "lost" else max([uploaded, *counted, draw(moments)]),
        downloads=taken,
    )


BIRTHS = (date(2016, 2, 29), date(2015, 12, 31), date(2016, 1, 1), date(2016, 3, 29), date(2024, 2, 29))


@st.composite
def events(draw, kinds: tuple[str, ...] = ("ctf",), destinations: tuple[str, ...] = (*BOXES, LOST, LEFT)):
    """A life that the site allows."""
    kind = draw(st.sampled_from(kinds))
    source = draw(st.sampled_from(BOXES))
    others = [box for box in destinations if is_school(source) or is_school(box)]
    destination = draw(st.sampled_from(others))
    uploaded = draw(moments)
    state = draw(st.sampled_from(("awaiting", "collected", "collected", "rejected", "deleted")))
    if destination in (LOST, LEFT) and state != "deleted":
        state = "awaiting"
    moved = None
    if state != "awaiting":
        moved = max(uploaded, draw(moments))
    forwarded = kind == "ctf" and is_school(source) and is_school(destination) and draw(st.booleans())
    on_behalf = is_school(source) and draw(st.booleans())
    sender = source if is_school(source) else source[:3]
    if forwarded:
        sender = destination[:3]
    elif on_behalf:
        sender = source[:3]
    return Event(
        source, destination, uploaded, state, moved, draw(st.integers(1, 40)), kind, sender, forwarded
    )


def rows_of(lives: list[Event]) -> list[dict[str, Any]]:
    """The rows as an upload and what came after would have left them."""
    found = []
    for number, life in enumerate(lives):
        sender, receiver = authority_of(life.source), authority_of(life.destination)
        to_school = is_school(life.destination)
        found.append(
            {
                "name": f"{life.source}_CTF_{life.destination}_{number % 1000:03}.XML",
                "name_key": f"{life.source}_CTF_{life.destination}_{number % 1000:03}.XML",
                "kind": life.kind,
                "source": life.source,
                "destination": life.destination,
                "source_authority": sender,
                "destination_authority": receiver or None,
                "within": sender if to_school and sender == receiver else None,
                "incoming": receiver if to_school and sender != receiver else None,
                "outgoing": sender if receiver and sender != receiver else None,
                "content": DIGEST,
                "size": 5,
                "pupil_count": life.pupils,
                "school_year": 2026,
                "uploaded_at": life.uploaded,
                "uploaded_by": "somebody",
                "sender": life.sender or life.source,
                "on_behalf_of": life.source
                if not life.forwarded and is_school(life.source) and life.sender not in ("", life.source)
                else None,
                "forwarded_from": 1 if life.forwarded else None,
                "state": life.state,
                "state_at": life.moved,
            }
        )
    return found


DIGEST = hashlib.sha256(b"bytes").hexdigest()


def put(site: Site, lives: list[Event]) -> list[int]:
    """Make these, and nothing else, what happened; the transfers' ids."""

    def change() -> list[int]:
        for model in (Download, LostPupil, Pupil, Transfer, CountedMonth, MonthCount):
            model.delete().execute()
        if not Content.select().where(Content.digest == DIGEST).exists():
            content.keep(DIGEST, 5, content.pack(b"bytes"))
        ids = insert(Transfer, rows_of(lives))
        known = [(key, life) for key, life in zip(ids, lives, strict=True) if life.upn or life.is_lost]
        insert(Pupil, [_pupil(key, life) for key, life in known])
        insert(LostPupil, [_record(key, life) for key, life in known if life.is_lost])
        taken = [(key, *one) for key, life in zip(ids, lives, strict=True) for one in life.downloads]
        insert(
            Download,
            [
                {
                    "transfer": key,
                    "username": "somebody",
                    "organisation": authority,
                    "at": at or datetime(2026, 1, 1),
                    "is_copy": is_copy,
                    "confirmed_at": at,
                }
                for key, authority, at, is_copy in taken
            ],
        )
        return ids

    return site.store.write(change)


def _pupil(key: int, life: Event) -> dict[str, Any]:
    return {
        "transfer": key,
        "position": 1,
        "upn": life.upn,
        "surname": life.surname,
        "forename": life.forename,
        "born": life.born,
        "gender": life.gender,
        "name_key": name_key(life.surname, life.forename),
    }


def _record(key: int, life: Event) -> dict[str, Any]:
    return {
        "transfer": key,
        "left_sector": life.destination == LEFT,
        "upn": life.upn,
        "surname": life.surname,
        "forename": life.forename,
        "born": life.born,
        "gender": life.gender,
        "former_upn": life.former,
        "authority": life.source[:3],
        "school": life.source,
        "uploaded_at": life.uploaded,
        "state": life.record,
        "state_at": life.record_at,
        "change": 1,
    }


SOME = [
    Event("6804012", "6814053", datetime(2026, 3, 2, 9), "collected", datetime(2026, 3, 9, 9), 2),
    Event("6804012", "6804031", datetime(2026, 5, 2, 9), pupils=3),
    Event("6814053", "6804012", datetime(2026, 6, 2, 9), "rejected", datetime(2026, 6, 3, 9)),
    Event("6804031", LOST, datetime(2026, 7, 2, 9)),
    Event("6804012", LEFT, datetime(2026, 7, 3, 9), sender="680"),
    Event(
        "6804012", "680LLLL", datetime(2026, 7, 4, 9), "collected", datetime(2026, 7, 5, 9), kind="generic"
    ),
]
"""A few lives, something of each report in them."""
