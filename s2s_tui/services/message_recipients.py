"""Whom a message goes to (R-MSG-2, R-MSG-6): picked, marked, shown before it is sent.

A recipient is named by its inbox: `681/user`, `6814053`, `WG` (`rules.inboxes`). The list of them is the
caller's: these functions add to it, mark it and say what is wrong with it; taking one out needs no service.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from s2s_tui.base.errors import NotFound, Refused, S2SError, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.base.translation import language
from s2s_tui.rules import inboxes, messages
from s2s_tui.rules.people import name_key
from s2s_tui.rules.problems import Problem, Severity, hint, refuse, warn
from s2s_tui.rules.roles import TITLES, WALES, Actor, Role
from s2s_tui.services import access, directory
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Establishment, User
from s2s_tui.store.statements import tuples

NO_USER, NOBODY, NO_EMAIL = "no-user", "nobody", "no-email"
"""Marks of a recipient: nobody has the role, so it falls to the DBA; nobody at all reads there, it waits; no
e-mail address is held, so nobody is told that it waits."""
MOST = 5000
"""Recipients of a message at most: every inbox of Wales fits."""
AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Recipient:
    """One inbox that was picked.

    Attributes:
        inbox: as picked: `681/plasc`.
        lies_in: the inbox that the message will lie in: the DBA's (`681/dba`) where the role has nobody.
        name: of the organisation, in the reader's language.
        role: the role's title (`LEA PLASC`); empty for a school or WG.
        marks: `NO_USER`, `NOBODY`, `NO_EMAIL`, as far as they hold.
    """

    inbox: str
    lies_in: str
    name: str
    role: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The recipients of a message, as they stand.

    Attributes:
        recipients: those that can be written to, each once, in the order in which they were picked.
        problems: what is wrong with others (`refuse`: they must be taken out), and what to think of (`warn`,
            `hint`), a value each: `recipient-unknown`, `recipient-closed`, `message-lost-too`,
            `message-user-too`, `message-blanket`, `message-list-to-all`…
        authorities: the codes of the authorities among them.
    """

    recipients: tuple[Recipient, ...]
    problems: tuple[Problem, ...]
    authorities: tuple[str, ...]

    @property
    def asks_twice(self) -> bool:
        """Whether a list of pupils is about to go to all authorities (R-MSG-2)."""
        return any(problem.code == "message-list-to-all" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class AuthorityChoice:
    """An authority to pick.

    Attributes:
        without: the roles of which it has no active account: picked, they fall to the DBA.
    """

    code: str
    name: str
    is_welsh: bool
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SchoolChoice:
    """A school to pick (*Populate School List*)."""

    number: str
    name: str
    town: str
    phase: str


def roles() -> tuple[tuple[str, str], ...]:
    """The roles to pick of an authority: key and title, each inbox once."""
    return tuple((str(role), TITLES[role]) for role in inboxes.ROLES)


def authorities(actor: Actor, site: Site) -> tuple[AuthorityChoice, ...]:
    """The open authorities to pick from, Wales' first, by name.

    Raises:
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages")
    with site.store.connection():
        rows = tuples(
            Authority.select(Authority.code, Authority.name, Authority.name_cy, Authority.country).where(
                Authority.closed.is_null()
            )
        )
        manned = _manned()
    found = [
        AuthorityChoice(
            code,
            cy if language() == "cy" and cy else en,
            country == "Wales",
            tuple(str(role) for role in inboxes.ROLES if inboxes.of_role(code, role) not in manned),
        )
        for code, en, cy, country in rows
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_welsh, name_key(one.name))))


def schools(actor: Actor, site: Site, authority: str, text: str = "") -> tuple[SchoolChoice, ...]:
    """*Populate School List*: the open schools of an authority, by name.

    Args:
        actor: who picks.
        site: the site.
        authority: its code.
        text: only those with this in name, town or number.

    Raises:
        NotAllowed: the role has no messages.
        NotFound: `recipient-unknown`.
    """
    access.require(actor, site, "messages")
    authority = storable(authority)
    if directory.authority(site, authority) is None:
        raise NotFound("recipient-unknown", recipient=authority)
    school = Establishment
    with site.store.connection():
        rows = tuples(
            school.select(school.number, school.name, school.name_cy, school.town, school.phase).where(
                (school.authority == authority) & school.closed.is_null()
            )
        )
    wanted = name_key(text)
    found = [
        SchoolChoice(number, cy if language() == "cy" and cy else en, town, phase)
        for number, en, cy, town, phase in rows
        if wanted in name_key(number, en, cy, town)
    ]
    return tuple(sorted(found, key=lambda one: (name_key(one.name), one.number)))


def school(actor: Actor, site: Site, authority: str, number: str) -> str:
    """A school by its authority's code and its own four digits, checked; or by all seven in `number`.

    Returns:
        Its inbox.

    Raises:
        NotAllowed: the role has no messages.
        WrongUse: `recipient-form`.
        NotFound: `recipient-unknown`.
        Refused: `recipient-closed`, `recipient-merged`.
    """
    access.require(actor, site, "messages")
    typed = number.strip() if len(number.strip()) == 7 else f"{authority.strip()}{number.strip()}"
    inbox = inboxes.parse(typed)
    if len(inbox) != 7 or not inbox.isdigit():
        raise WrongUse("recipient-form", typed=typed)
    require_taken(resolve(site, [inbox]).problems)
    return inbox


def of_authorities(codes: Iterable[str], role_keys: Iterable[str]) -> tuple[str, ...]:
    """The inboxes of authority(s) × role(s): authority by authority, in the order given.

    Raises:
        WrongUse: `recipient-role` or `recipient-form`.
    """
    role_keys = list(role_keys)
    return inboxes.unique(inboxes.parse(f"{code}/{role}") for code in codes for role in role_keys)


def all_of_wales(actor: Actor, site: Site, role_keys: Iterable[str]) -> tuple[str, ...]:
    """The inboxes of roles of every open authority of Wales.

    Raises:
        NotAllowed: the role has no messages.
        WrongUse: `recipient-role`.
    """
    access.require(actor, site, "messages")
    return of_authorities(welsh_authorities(site), role_keys)


def welsh_authorities(site: Site) -> tuple[str, ...]:
    """The codes of the open authorities of Wales."""
    with site.store.connection():
        query = Authority.select(Authority.code).where(
            (Authority.country == "Wales") & Authority.closed.is_null()
        )
        return tuple(code for (code,) in tuples(query.order_by(Authority.code)))


def chosen(actor: Actor, site: Site, picked: Sequence[str], subject: str = "", text: str = "") -> Chosen:
    """The Message Recipients box: who will get it, with marks and advice, before anything is sent.

    Args:
        actor: who writes.
        site: the site.
        picked: inboxes, as typed or picked; each counts once.
        subject: of the message, as far as it is written.
        text: likewise: it is looked through for a list of pupils.

    Raises:
        NotAllowed: the role has no messages.
    """
    access.require(actor, site, "messages")
    found = resolve(site, picked)
    return Chosen(
        found.recipients,
        (*found.problems, *_advice(site, actor, found, f"{subject}\n{text}")),
        found.authorities,
    )


def resolve(site: Site, picked: Sequence[str]) -> Chosen:
    """Recipients with their marks, and the problems of those that can't be written to; no advice."""
    problems: list[Problem] = []
    wanted: list[str] = []
    for typed in picked:
        try:
            wanted.append(inboxes.parse(typed))
        except S2SError as error:
            problems.append(_problem(error))
    unique = inboxes.unique(wanted)
    if len(unique) > MOST:
        return Chosen((), (refuse("recipients-many", most=MOST, count=len(unique)),), ())
    with site.store.connection():
        known = _known(unique)
        manned = _manned()
        names = directory.names(site, {inboxes.organisation_of(inbox) for inbox in unique}, language())
    recipients = []
    for inbox in unique:
        place = known.get(inboxes.organisation_of(inbox))
        problem = _refusal(inbox, place)
        if problem is not None:
            problems.append(problem)
            continue
        assert place is not None
        lies_in, marks = _falls_to(inbox, place, manned)
        recipients.append(
            Recipient(inbox, lies_in, names[inboxes.organisation_of(inbox)], inboxes.role_title(inbox), marks)
        )
    codes = inboxes.unique(one.inbox[:3] for one in recipients if "/" in one.inbox)
    return Chosen(tuple(recipients), tuple(problems), codes)


def require_taken(problems: Iterable[Problem]) -> None:
    """Raise what the first of some problems says, where one keeps a recipient out."""
    for problem in problems:
        if problem.code == "recipient-unknown":
            raise NotFound(problem.code, **problem.params)
        if problem.severity is Severity.REFUSE:
            raise Refused(problem.code, **problem.params)


def _problem(error: S2SError) -> Problem:
    return Problem(Severity.REFUSE, error.code, {name: str(value) for name, value in error.params.items()})


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    email: str
    is_open: bool
    successor: str


def _known(picked: Collection[str]) -> dict[str, _Place]:
    """Organisation → what is known of it, for those that there are."""
    organisations = {inboxes.organisation_of(inbox) for inbox in picked}
    numbers = sorted(one for one in organisations if len(one) == 7)
    codes = sorted(one for one in organisations if len(one) == 3)
    found = {WALES: _Place("Welsh Government", "", True, "")}
    for start in range(0, len(numbers), AT_A_TIME):
        for number, name, email, closed, successor in tuples(
            Establishment.select(
                Establishment.number,
                Establishment.name,
                Establishment.email,
                Establishment.closed,
                Establishment.successor,
            ).where(Establishment.number.in_(numbers[start : start + AT_A_TIME]))
        ):
            found[number] = _Place(name, email, closed is None, successor or "")
    if codes:
        for code, name, email, closed in tuples(
            Authority.select(Authority.code, Authority.name, Authority.email, Authority.closed).where(
                Authority.code.in_(codes)
            )
        ):
            found[code] = _Place(name, email, closed is None, "")
    return found


def _manned() -> set[str]:
    """The inboxes that an active account reads."""
    query = User.select(User.organisation, User.role).where(User.active & User.deleted_at.is_null())
    return {
        organisation
        if len(organisation) == 7 or organisation == WALES
        else inboxes.of_role(organisation, Role(role))
        for organisation, role in tuples(query.distinct())
    }


def _refusal(inbox: str, place: _Place | None) -> Problem | None:
    if place is None:
        return refuse("recipient-unknown", recipient=inbox)
    if place.is_open:
        return None
    if place.successor:
        return refuse("recipient-merged", recipient=inbox, name=place.name, successor=place.successor)
    return refuse("recipient-closed", recipient=inbox, name=place.name)


def _falls_to(inbox: str, place: _Place, manned: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Where a message to an inbox lies, and the marks of it (R-MSG-6)."""
    if inbox in manned:
        return inbox, ()
    dba = inboxes.of_role(inboxes.organisation_of(inbox), Role.DBA)
    if "/" in inbox and dba in manned:
        return dba, (NO_USER,)
    return inbox, (NOBODY,) if place.email else (NOBODY, NO_EMAIL)


def _advice(site: Site, actor: Actor, found: Chosen, text: str) -> Iterable[Problem]:
    """What the notes advise: both User and Lost Pupil (§6.4), no blanket enquiries (§4.2)."""
    by_role = {
        role: {one.inbox[:3] for one in found.recipients if one.inbox.endswith(f"/{role}")}
        for role in (Role.USER, Role.LOST_PUPIL)
    }
    user, lost = by_role[Role.USER], by_role[Role.LOST_PUPIL]
    if user - lost:
        yield hint("message-lost-too", authorities=", ".join(sorted(user - lost)))
    if lost - user:
        yield hint("message-user-too", authorities=", ".join(sorted(lost - user)))
    others = [code for code in welsh_authorities(site) if code != actor.authority]
    # A list that goes to schools of every authority has gone to all of them too.
    reached = {one.inbox[:3] for one in found.recipients}
    if messages.is_list_to_all(text, reached, others):
        yield warn(
            "message-list-to-all", pupils=messages.pupils_in(text), authorities=len(reached & set(others))
        )
    elif messages.is_blanket(found.authorities, others):
        yield warn("message-blanket", authorities=len(found.authorities))
    falling = [one for one in found.recipients if NO_USER in one.marks]
    if falling:
        yield hint("message-falls", count=len(falling), first=falling[0].inbox)
    unread = [one for one in found.recipients if NOBODY in one.marks]
    if unread:
        yield warn("message-nobody", count=len(unread), first=unread[0].inbox)
