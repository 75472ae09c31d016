"""Made-up events for the reports' tests, and plain questions about them, without SQL."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from s2s_tui.rules.mailboxes import authority_of, is_school
from s2s_tui.services.site import Site
from s2s_tui.store import content
from s2s_tui.store.models import Content, CountedMonth, Download, LostPupil, MonthCount, Transfer
from s2s_tui.store.statements import insert

LONDON = ZoneInfo("Europe/London")
BOXES = ("6804012", "6804031", "6814053", "6604025", "8734001", "680LLLL", "681LLLL")
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
        for model in (Download, LostPupil, Transfer, CountedMonth, MonthCount):
            model.delete().execute()
        if not Content.select().where(Content.digest == DIGEST).exists():
            content.keep(DIGEST, 5, content.pack(b"bytes"))
        return insert(Transfer, rows_of(lives))

    return site.store.write(change)


def sent_by(life: Event, sender: str) -> Event:
    return replace(life, sender=sender)
