"""Schools and authorities: who is behind a mailbox, and the finder that any account may use."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from s2s_tui.rules.mailboxes import LEFT, LOST, Mailbox, authority_of, mailbox_kind
from s2s_tui.rules.people import name_key
from s2s_tui.rules.roles import WALES, Actor
from s2s_tui.services import access
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Establishment
from s2s_tui.store.statements import Statement, tuples

FOUND_AT_MOST = 50
LEAST_LIKENESS = 75.0
MANY = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """A school or an authority, as the directory shows it.

    Attributes:
        number: an establishment number, or an authority's code.
        name: its English name; `name_cy` its Welsh one, or empty.
        state: `open`, `closed` or `inactive`.
        successor: the establishment that took over, or empty.
    """

    number: str
    name: str
    name_cy: str
    town: str
    authority: str
    authority_name: str
    phase: str
    phone: str
    email: str
    state: str
    successor: str


@dataclass(frozen=True, slots=True)
class Address:
    """Who is behind a mailbox, and how it is written to."""

    mailbox: str
    organisation: str
    name: str
    email: str
    language: str
    is_open: bool
    is_active: bool
    successor: str
    copies: bool
    """An authority's switch (R-LEA-1); False for a school."""


_school = Statement(
    lambda number: Establishment.select(
        Establishment.name,
        Establishment.email,
        Establishment.language,
        Establishment.closed,
        Establishment.active,
        Establishment.successor,
    ).where(Establishment.number == number)
)
_authority = Statement(
    lambda code: Authority.select(
        Authority.name,
        Authority.email,
        Authority.language,
        Authority.closed,
        Authority.copies,
        Authority.admissions_email,
        Authority.data_email,
    ).where(Authority.code == code)
)


def address(site: Site, mailbox: str) -> Address | None:
    """Who is behind a mailbox; None where there is no such school or authority.

    The lost pupil database's two addresses are of nobody: an address without e-mail.
    """
    if mailbox in (LOST, LEFT):
        return Address(mailbox, "", "", "", "en", True, True, "", False)
    if mailbox_kind(mailbox) is Mailbox.SCHOOL:
        with site.store.connection():
            found = _school.row(mailbox)
        if found is None:
            return None
        name, email, language, closed, active, successor = found
        return Address(
            mailbox, mailbox, name, email, language, closed is None, bool(active), successor or "", False
        )
    return authority(site, authority_of(mailbox), mailbox)


def authority(site: Site, code: str, mailbox: str = "") -> Address | None:
    """An authority by its code, at its general mailbox unless another is named; None if there is none.

    What is about a mailbox's files goes to the address for that purpose, where it has one (R-LEA-1): the data
    team's, or admissions'; anything else, without a mailbox, to the authority's own.
    """
    with site.store.connection():
        found = _authority.row(code)
    if found is None:
        return None
    name, email, language, closed, copies, admissions_email, data_email = found
    if mailbox:
        email = (admissions_email if mailbox_kind(mailbox) is Mailbox.ADMISSIONS else data_email) or email
    mailbox = mailbox or f"{code}LLLL"
    return Address(mailbox, code, name, email, language, closed is None, True, "", bool(copies))


def names(site: Site, mailboxes: Iterable[str], language: str = "en") -> dict[str, str]:
    """The names of schools and authorities behind mailboxes, codes or numbers, Welsh where asked and kept."""
    wanted = {mailbox for mailbox in mailboxes if mailbox}
    schools = {mailbox for mailbox in wanted if mailbox.isdigit() and len(mailbox) == 7}
    codes = {mailbox[:3] for mailbox in wanted - schools if mailbox[:3].isdigit()}
    known = {WALES: "Welsh Government"}
    with site.store.connection():
        for model, key, keys in (
            (Establishment, Establishment.number, schools),
            (Authority, Authority.code, codes),
        ):
            query = model.select(key, model.name, model.name_cy)
            # Of very many all are read: a statement takes only so many parameters.
            query = query if len(keys) > MANY else query.where(key.in_(sorted(keys)))
            rows = tuples(query) if keys else []
            known |= {number: (cy or en) if language == "cy" else en for number, en, cy in rows}
    return {mailbox: known.get(mailbox, known.get(mailbox[:3], "")) for mailbox in wanted}


def find(actor: Actor, site: Site, text: str) -> tuple[Place, ...]:
    """Schools and authorities by number, name or town, best first; at most 50. The directory only.

    Args:
        actor: any account.
        site: the site.
        text: part of a number, or words in any order, with or without accents; small slips are forgiven.
    """
    access.require(actor, site, "find")
    wanted = name_key(text)
    if not wanted:
        return ()
    with site.store.connection():
        # Short rows, as there may be all of Wales and England; whole ones of the few that are shown.
        columns = (Establishment.number, Establishment.name, Establishment.name_cy, Establishment.town)
        rows = tuples(Authority.select(Authority.code, Authority.name, Authority.name_cy))
        rows += tuples(Establishment.select(*columns))
        scored = [(score, row[0]) for row in rows if (score := _likeness(wanted, *row)) >= LEAST_LIKENESS]
        # Of equals an authority stands before its schools.
        scored.sort(key=lambda found: (-found[0], len(found[1]), found[1]))
        return tuple(_places([number for _, number in scored[:FOUND_AT_MOST]]))


def authorities(actor: Actor, site: Site) -> tuple[Place, ...]:
    """The open authorities to pick from, Wales' first, by code.

    Args:
        actor: any account.
        site: the site.
    """
    access.require(actor, site, "find")
    with site.store.connection():
        query = Authority.select(Authority.code).where(Authority.closed.is_null())
        welsh = Authority.country == "Wales"
        return tuple(_places([row.code for row in query.order_by(welsh.desc(), Authority.code)]))


def _places(numbers: Sequence[str]) -> Iterator[Place]:
    """Schools and authorities in an order."""
    schools = {row.number: row for row in Establishment.select().where(Establishment.number.in_(numbers))}
    codes = {number[:3] for number in numbers}
    authorities = {row.code: row for row in Authority.select().where(Authority.code.in_(codes))}
    for number in numbers:
        authority, school = authorities[number[:3]], schools.get(number)
        row = school or authority
        active = school is None or school.active
        yield Place(
            number=number,
            name=row.name,
            name_cy=row.name_cy,
            town=school.town if school else "",
            authority=authority.code,
            authority_name=authority.name,
            phase=school.phase if school else "",
            phone=school.phone if school else "",
            email=row.email,
            state="closed" if row.closed else "open" if active else "inactive",
            successor=(school.successor or "") if school else "",
        )


def _likeness(wanted: str, number: str, name: str, name_cy: str, town: str = "") -> float:
    """0–100: a number's beginning counts fully, words by how well each is found among the place's."""
    if wanted.replace(" ", "").isdigit():
        return 100.0 if number.startswith(wanted.replace(" ", "")) else 0.0
    words = _words(name, name_cy, town)
    if not words:
        return 0.0
    best = []
    for part in wanted.split():
        at = max(100.0 if word.startswith(part) else fuzz.ratio(part, word) for word in words)
        if at < LEAST_LIKENESS:
            return 0.0
        best.append(at)
    return sum(best) / len(best)


@lru_cache(maxsize=100_000)
def _words(*names: str) -> tuple[str, ...]:
    return tuple(name_key(*names).split())
