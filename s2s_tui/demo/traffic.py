"""What is sent in the made-up Wales, by whom to whom, and what becomes of it; two years, told in order."""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

from s2s_tui.base.clock import to_local
from s2s_tui.demo.ctf import build_ctf
from s2s_tui.demo.moves import Fate, Move
from s2s_tui.demo.others import other_xml, register_zip
from s2s_tui.demo.people import actor
from s2s_tui.demo.pupils import Child, Register
from s2s_tui.demo.schools import FAVOURITES, PRIMARY, SECONDARY, School
from s2s_tui.rules import names
from s2s_tui.rules.names import LEFT, LOST, FileName, Kind
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services.checking import AWAITING, COLLECTED, DELETED, REJECTED
from s2s_tui.services.lost import State

RECALLED = "recalled"
"""Not a state of its own: collected, then called back."""

SPAN_DAYS = 400
LOST_SPAN_DAYS = 700

ROUTES = {
    "school": 45,
    "bulk": 3,
    "to-authority": 4,
    "from-authority": 4,
    "unknown": 12,
    "left": 5,
    "authority-unknown": 1,
    "on-behalf": 2,
    "generic": 10,
    "plasc": 7,
    "admissions": 7,
}
"""Of a hundred files, how many go which way. `unknown` and `left` are for the lost pupil database."""

REJECTIONS = (
    "Pupil isn't known here: he started at the other school in town.",
    "Wrong school. She is on roll at the secondary school next door.",
    "We have this pupil's file already; sent twice.",
    "Dim yn ein hysgol ni: pupil moved on before joining us.",
    "Our system can't import the file: attendance of last year is missing.",
)
RECALLS = (
    "Sent to the wrong school.",
    "Left out the assessments; a new file follows.",
    "Wrong pupil chosen.",
)
REMOVALS = ("Destination has become known.", "Past leaving age.", "Sent in error.")


@dataclass(slots=True)
class Traffic:
    """Tells the moves of a world in the order of their time.

    Args:
        schools: all of them; only open ones send.
        full: the codes of authorities with an account of every role.
        names: code → an authority's name.
        now: the moment up to which it tells.
        rng: where chance comes from.
    """

    schools: Sequence[School]
    full: Sequence[str]
    names: dict[str, str]
    now: datetime
    rng: Random
    register: Register = field(init=False)
    _pools: dict[tuple[str, str], list[School]] = field(init=False)
    _senders: list[School] = field(init=False)
    _served: list[School] = field(init=False)
    _primaries: list[School] = field(init=False)
    _wide: set[tuple[str, str]] = field(init=False)
    _numbers: Counter[str] = field(default_factory=Counter)
    _arrived: dict[str, deque[tuple[datetime, Child]]] = field(default_factory=dict)
    _forwards: list[tuple[datetime, int, Move, School]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.register = Register(self.rng)
        self._pools = {}
        self._senders = []
        busier = max(4, len(self.schools) // 60)
        for school in self.schools:
            if school.state != "open":
                continue
            times = busier if school.number in FAVOURITES else 1
            self._senders += [school] * times
            for level in (PRIMARY, SECONDARY):
                if school.phase == level or school.phase not in (PRIMARY, SECONDARY):
                    for code in ("", school.authority):
                        self._pools.setdefault((code, level), []).extend([school] * times)
        self._wide = {key for key, pool in self._pools.items() if len({school.number for school in pool}) > 1}
        self._served = [school for school in self._senders if school.authority in self.full]
        self._primaries = [school for school in self._served if school.phase == PRIMARY] or self._served

    def told(self, count: int, staged: Sequence[tuple[datetime, Callable[[], Move]]] = ()) -> Iterator[Move]:
        """So many moves, the earliest first, and the forwards that follow from them.

        Args:
            count: how many, the forwards apart.
            staged: those among them that are the same in every world: when, and what makes it.
        """
        ways = [way for way, share in ROUTES.items() for _ in range(-(-count * share // 100))]
        self.rng.shuffle(ways)
        plans = list(staged)
        for way in ways[: count - len(plans)]:
            at = self._moment(way)
            plans.append((at, partial(self._move, way, at)))
        for at, make in sorted(plans, key=lambda plan: plan[0]):
            while self._forwards and self._forwards[0][0] <= at:
                yield self._forward(heapq.heappop(self._forwards))
            yield make()
        while self._forwards:
            yield self._forward(heapq.heappop(self._forwards))

    def taken(self) -> dict[tuple[str, str], int]:
        """Source and destination → the highest number that a name between them has; without generic files."""
        stems = ((stem.split("_"), highest) for stem, highest in self._numbers.items())
        return {(stem[1], stem[2]): highest for stem, highest in stems if stem[0] in list(Kind)}

    # When

    def _moment(self, way: str) -> datetime:
        """When something is sent: on a working day, the nearer to now the likelier; a few just now."""
        rng = self.rng
        if rng.random() < 0.01:
            return self.now - timedelta(minutes=rng.randint(2, 50))
        span = LOST_SPAN_DAYS if way in ("unknown", "left", "authority-unknown") else SPAN_DAYS
        return self.working(self.now - timedelta(days=span * rng.random() ** 2.2))

    def working(self, about: datetime) -> datetime:
        """A moment within school hours, on the day of `about` or the nearest working day before it."""
        day = about
        while True:
            if day.weekday() < 5:
                at = day.replace(
                    hour=self.rng.randint(8, 15), minute=self.rng.randrange(60), second=self.rng.randrange(60)
                )
                if at <= self.now:
                    return at.replace(microsecond=0)
            day -= timedelta(days=1)

    def _later(self, at: datetime, hours: float) -> datetime | None:
        """A working moment up to so many hours after another; None where that would be yet to come."""
        about = at + timedelta(hours=self.rng.uniform(0.3, hours))
        while about.weekday() > 4:
            about += timedelta(days=1)
        if not 8 <= about.hour < 16:
            about = about.replace(hour=self.rng.randint(8, 15)) + timedelta(days=about.hour >= 16)
            while about.weekday() > 4:
                about += timedelta(days=1)
        return about.replace(microsecond=0) if at < about < self.now else None

    # Who to whom

    def school(self, number: str) -> School:
        """A school by its number."""
        return next(school for school in self.schools if school.number == number)

    def _move(self, way: str, at: datetime) -> Move:
        rng = self.rng
        sender = rng.choice(self._senders if way in ("school", "unknown", "left") else self._served)
        code = sender.authority
        general = f"{code}LLLL"
        school = actor(Role.SCHOOL, sender.number)
        if way == "bulk":
            return self._bulk(at)
        if way in ("school", "on-behalf"):
            by = school if way == "school" else actor(Role.LA_SCHOOL, code)
            return self._single(at, sender, self._other(sender), by)
        if way == "to-authority":
            child = (self._child(sender, at),)
            return self.settled(self.ctf(at, sender.number, general, child, school, sender.name))
        if way == "from-authority":
            child = (self._child(sender, at),)
            by = actor(Role.USER, code)
            return self.settled(self.ctf(at, general, sender.number, child, by, self.names[code]))
        if way in ("unknown", "left", "authority-unknown"):
            return self._lost(way, at, sender)
        if way == "generic":
            return self._generic(at, sender)
        box, role, form = ("PLAS", Role.PLASC, "PLA") if way == "plasc" else ("ADMS", Role.ADMISSIONS, "ADM")
        ends = [(sender.number, school), (f"{code}{box}", actor(role, code))]
        if rng.random() < 0.5:
            ends.reverse()
        (source, by), (destination, _) = ends
        kind = Kind.PLASC if way == "plasc" else Kind.ADMISSIONS
        return self.settled(Move(at, self._name(kind, source, destination), by, other_xml(form, source, at)))

    def _other(self, school: School) -> School:
        """Where a pupil of a school may go: mostly near, a third of them to another authority."""
        rng = self.rng
        level = school.phase if school.phase in (PRIMARY, SECONDARY) else rng.choice((PRIMARY, SECONDARY))
        near = self._pools.get((school.authority, level), [])
        pool = (
            near
            if rng.random() < 0.65 and (school.authority, level) in self._wide
            else self._pools["", level]
        )
        while True:
            other = rng.choice(pool)
            if other.number != school.number:
                return other

    def _child(self, school: School, at: datetime, age: int | None = None) -> Child:
        return self.register.child(school, at.date(), age=age)

    def _single(self, at: datetime, sender: School, destination: School, by: Actor) -> Move:
        """One pupil moves; now and then one who came there by an earlier file and moves on."""
        waiting = self._arrived.get(sender.number)
        if waiting and waiting[0][0] < at - timedelta(days=20) and self.rng.random() < 0.4:
            child = waiting.popleft()[1]
        else:
            child = self._child(sender, at)
        move = self.settled(self.ctf(at, sender.number, destination.number, (child,), by, sender.name))
        if move.state == COLLECTED and move.recalled_at is None and move.state_at:
            stays = self.register.moved(child, destination, move.state_at.date())
            self._arrived.setdefault(destination.number, deque(maxlen=20)).append((move.state_at, stays))
        return move

    def _bulk(self, at: datetime) -> Move:
        """A year 6 of thirty goes up: to the secondary school, or to the authority to be allocated."""
        sender = self.rng.choice(self._primaries)
        up = self._pools.get((sender.authority, SECONDARY)) or self._pools["", SECONDARY]
        to_authority = self.rng.random() < 0.3
        destination = f"{sender.authority}LLLL" if to_authority else self.rng.choice(up).number
        if destination == sender.number:
            destination = f"{sender.authority}LLLL"
        children = tuple(self._child(sender, at, 10) for _ in range(30))
        by = actor(Role.SCHOOL, sender.number)
        return self.settled(self.ctf(at, sender.number, destination, children, by, sender.name))

    def ctf(
        self,
        at: datetime,
        source: str,
        destination: str,
        children: tuple[Child, ...],
        by: Actor,
        source_name: str,
    ) -> Move:
        """A CTF under the next free name; nothing has become of it yet."""
        rng = self.rng
        chance = rng.random()
        content = build_ctf(
            source,
            destination,
            children,
            to_local(at - timedelta(minutes=rng.randint(5, 90))),
            school_name=source_name,
            encoding="utf-8" if chance < 0.9 else rng.choice(("iso-8859-1", "windows-1252", "utf-16")),
            bom=chance < 0.15,
            newline="\r\n" if rng.random() < 0.6 else "\n",
        )
        return Move(at, self._name(Kind.CTF, source, destination), by, content, children)

    def _generic(self, at: datetime, sender: School) -> Move:
        rng = self.rng
        code = sender.authority
        ends = [(sender.number, actor(Role.SCHOOL, sender.number)), (f"{code}LLLL", actor(Role.USER, code))]
        if rng.random() < 0.4:
            ends.reverse()
        elif rng.random() < 0.25:
            ends[1] = (self._other(sender).number, ends[1][1])
        (source, by), (destination, _) = ends
        label = rng.choice(("attendance", "photos", "governors", "transport", "SEN_review", "meals"))
        number = self._number(f"{source}_{destination}_{label}")
        name = names.build(Kind.GENERIC, source, destination, f"{label}{number}")
        return self.settled(Move(at, names.parse(name), by, register_zip(label, at)))

    def _name(self, kind: Kind, source: str, destination: str) -> FileName:
        number = self._number(f"{kind}_{source}_{destination}")
        return names.parse(names.build(kind, source, destination, number))

    def _number(self, stem: str) -> int:
        self._numbers[stem] += 1
        return self._numbers[stem]

    # What becomes of it

    def settled(self, move: Move, state: str = "") -> Move:
        """Decide what became of a file; of the recent ones many wait, of the old ones few.

        Args:
            move: the file.
            state: what becomes of it where that is no matter of chance; it was sent a week ago or earlier.
        """
        rng = self.rng
        days = (self.now - move.at) / timedelta(days=1)
        chance = rng.random()
        if state:
            pass
        elif days < 8:
            state = _first(chance, (0.4, COLLECTED), (0.45, REJECTED), (0.47, DELETED))
        elif days < 60:
            state = _first(chance, (0.7, COLLECTED), (0.75, REJECTED), (0.78, DELETED), (0.8, RECALLED))
        else:
            state = _first(chance, (0.9, COLLECTED), (0.95, REJECTED), (0.98, DELETED), (1.0, RECALLED))
        first = self._later(move.at, 24 * (9 if days > 14 else 3))
        if first is None:
            return move
        self._take_copies(move)
        if state == AWAITING:
            if rng.random() < 0.1:
                move.downloaded_at = first
            return move
        if move.name.kind is not Kind.CTF and state in (DELETED, RECALLED):
            state = COLLECTED
        move.state, move.state_at, move.state_by = state, first, move.receiver
        if state == REJECTED:
            move.reason = rng.choice(REJECTIONS)
        elif state == DELETED:
            move.state_by, move.reason = move.by, rng.choice(RECALLS)
        else:
            move.state = COLLECTED
            move.downloaded_at = first - timedelta(
                seconds=min(rng.randint(20, 400), (first - move.at).seconds // 2)
            )
            if state == RECALLED:
                move.recalled_at = self._later(first, 72)
                move.reason = rng.choice(RECALLS) if move.recalled_at else ""
        return move

    def _take_copies(self, move: Move) -> None:
        """One in eight files between schools is read by an authority of one of them (R-LEA-2)."""
        name = move.name
        if name.kind is not Kind.CTF or not names.is_school(name.destination) or self.rng.random() > 0.125:
            return
        code = self.rng.choice((name.source[:3], name.destination[:3]))
        at = self._later(move.at, 48)
        if code in self.full and at:
            move.copies = ((actor(Role.USER, code), at),)

    def _lost(self, way: str, at: datetime, sender: School) -> Move:
        """One pupil goes into the lost pupil database; some are found, some are past leaving age by now."""
        rng = self.rng
        age = 15 if sender.ages[1] > 15 and rng.random() < 0.25 else None
        child = self._child(sender, at, age)
        source, by, called = sender.number, actor(Role.SCHOOL, sender.number), sender.name
        if way == "authority-unknown":
            code = sender.authority
            source, by, called = f"{code}LLLL", actor(Role.LA_SCHOOL, code), self.names[code]
        destination = LEFT if way == "left" else LOST
        content = build_ctf(source, destination, (child,), to_local(at), school_name=called)
        move = Move(at, self._name(Kind.CTF, source, destination), by, content, (child,))
        chances = (0.68, State.LOST), (0.78, State.DOWNLOADED), (0.9, State.FORWARDED), (1.0, State.REMOVED)
        move.fate = self._found(move, sender, _first(rng.random(), *chances))
        return move

    def _found(self, move: Move, sender: School, state: str) -> Fate:
        """What becomes of a lost pupil, if it is still to be before now."""
        at = self._later(move.at, 24 * 40)
        if at is None or state == State.LOST:
            return Fate()
        if state == State.REMOVED:
            if sender.authority not in self.full:
                return Fate()
            by, reason = actor(Role.LOST_PUPIL_TRANSFER, sender.authority), self.rng.choice(REMOVALS)
            move.state, move.state_at, move.state_by, move.reason = DELETED, at, by, reason
            return Fate(state, at, by, reason)
        target = self.rng.choice(self._served)
        by = actor(Role.LOST_PUPIL_TRANSFER, target.authority)
        if state == State.DOWNLOADED or target.number == sender.number:
            return Fate(State.DOWNLOADED, at, by, downloaded_at=at - timedelta(seconds=90))
        heapq.heappush(self._forwards, (at, self._number("forwards"), move, target))
        return Fate(state, at, by, target.number, downloaded_at=at)

    def _forward(self, planned: tuple[datetime, int, Move, School]) -> Move:
        """A found pupil's file goes on, byte for byte, to the school where the pupil is (R-UPL-5)."""
        at, _, origin, target = planned
        assert origin.fate is not None
        assert origin.fate.by is not None
        number = self._number(f"{Kind.CTF}_{origin.name.source}_{target.number}")
        name = names.parse(names.readdressed(origin.name, target.number, number))
        move = Move(at, name, origin.fate.by, origin.content, origin.children, origin=origin)
        origin.fate.forward = move
        return self.settled(move)


def _first(chance: float, *limits: tuple[float, str]) -> str:
    """The first whose limit is above chance, else that it waits."""
    return next((state for limit, state in limits if chance < limit), AWAITING)
