"""Schools and authorities: who is behind a mailbox, and the finder that any account may use."""

from collections.abc import Iterable
from dataclasses import dataclass

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
    """An authority by its code, at its general mailbox unless another is named; None if there is none."""
    with site.store.connection():
        found = _authority.row(code)
    if found is None:
        return None
    name, email, language, closed, copies, admissions_email = found
    mailbox = mailbox or f"{code}LLLL"
    if mailbox_kind(mailbox) is Mailbox.ADMISSIONS:
        email = admissions_email or email
    return Address(mailbox, code, name, email, language, closed is None, True, "", bool(copies))


def names(site: Site, mailboxes: Iterable[str], language: str = "en") -> dict[str, str]:
    """The names of schools and authorities behind mailboxes, codes or numbers, Welsh where asked and kept."""
    wanted = {mailbox for mailbox in mailboxes if mailbox}
    schools = [mailbox for mailbox in wanted if mailbox.isdigit() and len(mailbox) == 7]
    codes = {mailbox[:3]: None for mailbox in wanted if mailbox[:3].isdigit() and mailbox not in schools}
    known = {WALES: "Welsh Government"}
    with site.store.connection():
        for model, key, keys in (
            (Establishment, Establishment.number, schools),
            (Authority, Authority.code, list(codes)),
        ):
            rows = tuples(model.select(key, model.name, model.name_cy).where(key.in_(keys))) if keys else []
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
    places = _places(site)
    scored = [(score, place) for place in places if (score := _likeness(wanted, place)) >= LEAST_LIKENESS]
    # Of equals an authority stands before its schools.
    scored.sort(key=lambda found: (-found[0], len(found[1].number), found[1].number))
    return tuple(place for _, place in scored[:FOUND_AT_MOST])


def _places(site: Site) -> list[Place]:
    with site.store.connection():
        authorities = list(Authority.select())
        schools = list(Establishment.select())
    names = {row.code: row.name for row in authorities}
    return [
        Place(
            number=row.code,
            name=row.name,
            name_cy=row.name_cy,
            town="",
            authority=row.code,
            authority_name=row.name,
            phase="",
            phone="",
            email=row.email,
            state="closed" if row.closed else "open",
            successor="",
        )
        for row in authorities
    ] + [
        Place(
            number=row.number,
            name=row.name,
            name_cy=row.name_cy,
            town=row.town,
            authority=row.authority_id,
            authority_name=names[row.authority_id],
            phase=row.phase,
            phone=row.phone,
            email=row.email,
            state="closed" if row.closed else "open" if row.active else "inactive",
            successor=row.successor or "",
        )
        for row in schools
    ]


def _likeness(wanted: str, place: Place) -> float:
    """0–100: a number's beginning counts fully, words by how well each is found among the place's."""
    if wanted.replace(" ", "").isdigit():
        return 100.0 if place.number.startswith(wanted.replace(" ", "")) else 0.0
    words = name_key(place.name, place.name_cy, place.town).split()
    if not words:
        return 0.0
    best = [
        max(100.0 if word.startswith(part) else fuzz.ratio(part, word) for word in words)
        for part in wanted.split()
    ]
    return sum(best) / len(best) if min(best) >= LEAST_LIKENESS else 0.0
