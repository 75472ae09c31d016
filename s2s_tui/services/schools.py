"""Schools as those who look after them see them (R-SCH-1): lists, and one school by its number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from s2s_tui.base.errors import NotFound, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.base.translation import language
from s2s_tui.rules.mailboxes import authority_of
from s2s_tui.rules.people import name_key
from s2s_tui.rules.roles import Actor, Role, Scope, scope
from s2s_tui.services import access, directory
from s2s_tui.services.site import Site
from s2s_tui.services.user_reach import recorded
from s2s_tui.store.models import Establishment, User
from s2s_tui.store.statements import tuples

OPEN, CLOSED, ALL = "open", "closed", "all"
LISTS = (OPEN, CLOSED, ALL)
SORTS = ("number", "name", "town", "state")


@dataclass(frozen=True, slots=True)
class School:
    """A school; also what a form hands back as what it saw.

    Attributes:
        authority_name: in the reader's language.
        state: `open`, `inactive` or `closed`.
        successor: the establishment that took it over, or empty.
        username: of its account; empty where it has none.
        changed_at: when it was changed last; `changed_by` who did.
    """

    number: str
    name: str
    name_cy: str
    town: str
    phone: str
    email: str
    language: str
    phase: str
    authority: str
    authority_name: str
    state: str
    opened: date | None
    closed: date | None
    successor: str
    username: str
    changed_at: datetime | None
    changed_by: str

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return (self.name_cy if language() == "cy" else "") or self.name


@dataclass(frozen=True, slots=True)
class SchoolList:
    """Schools that an actor may see, in any order, a page at a time; it may be asked from any thread."""

    actor: Actor
    site: Site
    which: str
    text: str = ""
    _found: dict[tuple[str, bool], list[str]] = field(default_factory=dict, repr=False, compare=False)
    """The numbers in an order, since the last count."""

    def count(self) -> int:
        """How many there are now.

        Raises:
            NotLoggedOn: `session-ended`.
        """
        access.require_live(self.actor, self.site)
        self._found.clear()
        return len(self._numbers("number", False))

    def page(
        self, offset: int = 0, limit: int | None = None, sort: str = "number", descending: bool = False
    ) -> tuple[School, ...]:
        """A stretch of the list.

        Raises:
            NotLoggedOn: `session-ended`.
            WrongUse: `sort-unknown`.
        """
        access.require_live(self.actor, self.site)
        numbers = self._numbers(sort, descending)[offset:]
        return _by_numbers(self.site, numbers if limit is None else numbers[:limit])

    def position(self, number: str, sort: str = "number", descending: bool = False) -> int | None:
        """Where a school stands in that order, from 0; None where it isn't among them."""
        access.require_live(self.actor, self.site)
        numbers = self._numbers(sort, descending)
        return numbers.index(number) if number in numbers else None

    def _numbers(self, sort: str, descending: bool) -> list[str]:
        if sort not in SORTS:
            raise WrongUse("sort-unknown", sort=sort, allowed=", ".join(SORTS))
        if (sort, descending) not in self._found:
            welsh = language() == "cy"
            # Compared here: no engine's own comparing knows that Mon is Môn.
            with self.site.store.connection():
                rows = tuples(
                    Establishment.select(
                        Establishment.number,
                        Establishment.name,
                        Establishment.name_cy,
                        Establishment.town,
                        Establishment.closed,
                        Establishment.active,
                    ).where(_where(self.actor, self.which))
                )
            words = name_key(self.text).split()
            if words:
                rows = [row for row in rows if all(word in _key(*row[:4]) for word in words)]
            keys: dict[str, Callable[[Any], Any]] = {
                "number": lambda row: row[0],
                "name": lambda row: (_key((row[2] if welsh else "") or row[1]), row[0]),
                "town": lambda row: (_key(row[3]), row[0]),
                "state": lambda row: (row[4] is not None, bool(row[5]), row[0]),
            }
            self._found[sort, descending] = [
                row[0] for row in sorted(rows, key=keys[sort], reverse=descending)
            ]
        return self._found[sort, descending]


@lru_cache(maxsize=100_000)
def _key(*texts: str) -> str:
    return name_key(*texts)


def schools(actor: Actor, site: Site, which: str = OPEN, text: str = "") -> SchoolList:
    """The schools of the own authority; WG's are all.

    Args:
        actor: who looks.
        site: the site.
        which: of `LISTS`; inactive ones are among the open.
        text: words, each of which must be found in the number, a name or the town, accents and case apart.

    Raises:
        NotAllowed: the role sees no schools.
        WrongUse: `tab-unknown`.
    """
    access.require(actor, site, "schools.view")
    if which not in LISTS:
        raise WrongUse("tab-unknown", tab=which, allowed=", ".join(LISTS))
    return SchoolList(actor, site, which, text[:200])


def show(actor: Actor, site: Site, number: str) -> School:
    """One school, found by its number (R-SCH-1).

    Raises:
        NotAllowed: the role sees no schools.
        NotFound: `school-unknown`; so answers one of another authority, too.
    """

    def look() -> School:
        with site.store.connection():
            return school_of(site, reached(actor, number))

    access.require(actor, site, "schools.view")
    return recorded(actor, site, "schools.view", number, look)


# What other services of schools ask, within a connection or transaction


def reached(actor: Actor, number: str) -> Any:
    """A school's row, if there is one that the actor may know of.

    Raises:
        NotFound: `school-unknown`.
    """
    known = authority_of(number) if len(number) == 7 and number.isascii() else ""
    own = scope(actor.role, "schools.view") is not Scope.OWN or known == actor.organisation
    row = Establishment.get_or_none(Establishment.number == number) if known and own else None
    if row is None:
        raise NotFound("school-unknown", number=storable(number[:40]))
    return row


def school_of(site: Site, row: Any) -> School:
    """A row as it is shown; whether it may be seen is asked elsewhere."""
    names = directory.names(site, [row.number[:3]], language())
    return _as_school(row, _usernames([row.number]).get(row.number, ""), names[row.number[:3]])


def _where(actor: Actor, which: str) -> Any:
    where: Any = Establishment.number != ""
    if scope(actor.role, "schools.view") is not Scope.ALL:
        where = Establishment.authority == actor.organisation
    if which == OPEN:
        return where & Establishment.closed.is_null()
    return where & Establishment.closed.is_null(False) if which == CLOSED else where


def _by_numbers(site: Site, numbers: Sequence[str]) -> tuple[School, ...]:
    rows: dict[str, Any] = {}
    accounts: dict[str, str] = {}
    with site.store.connection():
        for start in range(0, len(numbers), 500):
            part = numbers[start : start + 500]
            query = Establishment.select().where(Establishment.number.in_(part))
            rows |= {row.number: row for row in query}
            accounts |= _usernames(part)
        names = directory.names(site, {number[:3] for number in numbers}, language())
    return tuple(
        _as_school(rows[number], accounts.get(number, ""), names[number[:3]])
        for number in numbers
        if number in rows
    )


def _usernames(numbers: Sequence[str]) -> dict[str, str]:
    query = User.select(User.organisation, User.username).where(
        User.organisation.in_(numbers) & (User.role == str(Role.SCHOOL)) & User.deleted_at.is_null()
    )
    return dict(tuples(query.order_by(User.id.desc())))


def _as_school(row: Any, username: str, authority_name: str) -> School:
    return School(
        number=row.number,
        name=row.name,
        name_cy=row.name_cy,
        town=row.town,
        phone=row.phone,
        email=row.email,
        language=row.language,
        phase=row.phase,
        authority=row.authority_id,
        authority_name=authority_name,
        state="closed" if row.closed else "open" if row.active else "inactive",
        opened=row.opened,
        closed=row.closed,
        successor=row.successor or "",
        username=username,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )
