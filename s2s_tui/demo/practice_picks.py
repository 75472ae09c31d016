"""What a guided task is about: chosen from the made-up world as it is now, the same for the same world.

Each takes who practises and the site, asks the database (within a connection of the caller), and returns
what the task's sentences name and its check looks for, as JSON can keep it; None where the world holds no
such thing any more.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, TypeAlias

from s2s_tui.base import reach
from s2s_tui.base.clock import days_between, local_date
from s2s_tui.demo.lists import OTHER_SPELLINGS
from s2s_tui.demo.people import username
from s2s_tui.demo.schools import FAVOURITES, PRIMARY, SECONDARY
from s2s_tui.rules.dates import year_group
from s2s_tui.rules.inboxes import AUTOMATIC, inbox_of, organisation_of
from s2s_tui.rules.mailboxes import is_school
from s2s_tui.rules.names import LOST
from s2s_tui.rules.people import name_key
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import checking, files
from s2s_tui.services.checking import AWAITING, COLLECTED
from s2s_tui.services.listing import OVERDUE_DAYS
from s2s_tui.services.lost_records import State
from s2s_tui.services.site import Site
from s2s_tui.store.models import (
    Authority,
    Establishment,
    LostPupil,
    Message,
    MessageCopy,
    Pupil,
    Transfer,
    User,
    UserAudit,
)

Picked: TypeAlias = dict[str, Any]
"""Names → texts and numbers. `school`, `to` and `by` are organisations, `born` is a day (ISO)."""
Pick: TypeAlias = Callable[[Actor, Site], Picked | None]

LATEST = 300
"""Lost pupils that are looked through for one whose name can be misheard."""
NEWCOMERS = ("Nia Prosser", "Iestyn Rowlands", "Sara Beynon", "Huw Pritchard", "Mali Vaughan")
SOUGHT = {"forename": "Osian", "surname": "Trefaldwyn", "town": "Caerdydd"}
"""A child of whom nobody sent a file; a message of the world asks after him."""
SOUGHT_AGE = 11
NEW_SCHOOL = "Ysgol Gyfun y Dderwen Newydd"


# Files


def to_send(actor: Actor, site: Site) -> Picked | None:
    """A good CTF of one pupil in the person's folder, for another school."""
    return next((found for found in _ready(actor, site) if is_school(found["to"])), None)


def to_lose(actor: Actor, site: Site) -> Picked | None:
    """A good CTF in the person's folder, for the lost pupil database: nobody knows where the pupil is."""
    return next((found for found in _ready(actor, site) if found["to"] == LOST), None)


def to_collect(actor: Actor, site: Site) -> Picked | None:
    """The latest CTF of one pupil that waits for a school."""
    return _file(site, _waiting(actor.organisation, Transfer.pupil_count == 1), Transfer.uploaded_at.desc())


def to_reject(actor: Actor, site: Site) -> Picked | None:
    """The one that has waited longest; not the one to collect."""
    found = _file(site, _waiting(actor.organisation, Transfer.pupil_count == 1), Transfer.uploaded_at)
    return None if found == to_collect(actor, site) else found


def to_chase(actor: Actor, site: Site) -> Picked | None:
    """What a school of the authority has left for more than a week, and was not asked to collect."""
    old = Transfer.uploaded_at < site.clock() - timedelta(days=OVERDUE_DAYS + 1)
    wanted = (Transfer.kind == "ctf") & (Transfer.state == AWAITING) & old & Transfer.chased_at.is_null()
    wanted &= (Transfer.destination_authority == actor.organisation) & Transfer.destination.in_(
        _open_schools(actor.organisation)
    )
    return _file(site, wanted, Transfer.uploaded_at)


def said_lost(actor: Actor, site: Site) -> Picked | None:
    """A file that a school of the authority did collect, whatever it says."""
    wanted = (Transfer.kind == "ctf") & (Transfer.state == COLLECTED) & (Transfer.pupil_count == 1)
    wanted &= (Transfer.destination_authority == actor.organisation) & Transfer.destination.in_(
        _open_schools(actor.organisation)
    )
    return _file(site, wanted, Transfer.uploaded_at.desc())


def to_pass_on(actor: Actor, site: Site) -> Picked | None:
    """What waits for the authority itself, of one pupil, and the school that he or she has come to."""
    wanted = _waiting(f"{actor.organisation}LLLL", Transfer.pupil_count == 1)
    found = _file(site, wanted, Transfer.uploaded_at)
    if found is None:
        return None
    number = _school_for(actor.organisation, date.fromisoformat(found["born"]), site, but=found["by"])
    return found | {"school": number} if number else None


def year_six(actor: Actor, site: Site) -> Picked | None:
    """A whole year that waits for the authority; the latest one, of which Newport has a list of places."""
    wanted = _waiting(f"{actor.organisation}LLLL", Transfer.pupil_count > 1)
    return _file(site, wanted, Transfer.uploaded_at.desc())


def _waiting(mailbox: str, which: Any) -> Any:
    waits: Any = (Transfer.destination == mailbox) & (Transfer.kind == "ctf") & (Transfer.state == AWAITING)
    return waits & which


def _file(site: Site, wanted: Any, order: Any) -> Picked | None:
    """The first such file: who sent it to whom, how long ago, its first pupil."""
    row = Transfer.select().where(wanted).order_by(order, Transfer.id).first()
    if row is None:
        return None
    pupil = Pupil.select().where(Pupil.transfer == row.id).order_by(Pupil.position).first()
    return {
        "id": row.id,
        "file": row.name,
        "by": row.source,
        "to": row.destination,
        "days": days_between(row.uploaded_at, site.clock()),
        "count": row.pupil_count,
        **_child(pupil),
    }


def _child(pupil: Any) -> Picked:
    return {
        "upn": pupil.upn,
        "forename": _spoken(pupil.forename),
        "surname": _spoken(pupil.surname),
        "born": pupil.born.isoformat(),
    }


def _ready(actor: Actor, site: Site) -> Iterator[Picked]:
    """The CTFs of one pupil in the person's folder that nothing is wrong with and that were not sent."""
    folder = reach.start(site.settings.folder) / actor.organisation
    try:
        lying = sorted(name for name in reach.contents(folder).files if "_CTF_" in name)
    except OSError:
        return
    for name in lying:
        checked = checking.check(files.read(folder / name), local_date(site.clock()), site, actor)
        if checked.problems or checked.sent_as is not None or len(checked.pupils) != 1:
            continue
        (pupil,) = checked.pupils
        yield {"file": checked.file, "to": checked.destination, "folder": str(folder), **_child(pupil)}


# Lost pupils


def lost_child(actor: Actor, site: Site) -> Picked | None:
    """A lost pupil, as a parent says the name, and the school of the authority where the child is now."""
    return next(iter(_lost(actor, site)), None)


def other_lost_child(actor: Actor, site: Site) -> Picked | None:
    """Another one than `lost_child`: two of an authority practise without being in each other's way."""
    return next(iter(_lost(actor, site)[1:]), None)


def _lost(actor: Actor, site: Site) -> list[Picked]:
    """Lost pupils from elsewhere, those first whose name is most easily written in another way."""
    lost = LostPupil
    wanted = (lost.state == State.LOST) & ~lost.left_sector & (lost.authority != actor.organisation)
    found = []
    for row in lost.select().where(wanted & (lost.town != "")).order_by(lost.id.desc()).limit(LATEST):
        said = {name: _misheard(getattr(row, name)) for name in ("forename", "surname")}
        number = _school_for(actor.organisation, row.born, site)
        if not number or not _is_alone(row):
            continue
        other = sum(text != _spoken(getattr(row, name)) for name, text in said.items())
        found.append(
            (
                -other,
                {"id": row.id, "born": row.born.isoformat(), "town": row.town, "school": number, **said},
            )
        )
    return [picked for _other, picked in sorted(found, key=lambda one: one[0])]


def _is_alone(row: Any) -> bool:
    """Whether no other lost pupil has the same birthday and name: the story must mean one child."""
    same = (LostPupil.born == row.born) & (LostPupil.id != row.id) & (LostPupil.state == State.LOST)
    return not any(
        name_key(other.surname) == name_key(row.surname) for other in LostPupil.select().where(same).limit(20)
    )


def unknown_child(actor: Actor, site: Site) -> Picked | None:  # noqa: ARG001 - as every pick
    """A child of whom the lost pupil database holds nothing."""
    if LostPupil.select().where(LostPupil.surname == SOUGHT["surname"]).exists():
        return None
    return SOUGHT | {"born": date(site.clock().year - SOUGHT_AGE, 2, 14).isoformat()}


def _misheard(name: str) -> str:
    said = _spoken(name)
    return OTHER_SPELLINGS.get(said, said)


def _spoken(name: str) -> str:
    """A name as one says it: what a school's system wrote in capitals isn't shouted."""
    return name.title() if name.isupper() else name


def _school_for(authority: str, born: date, site: Site, but: str = "") -> str:
    """An open school of an authority for a child's year group, or empty."""
    year = year_group(born, local_date(site.clock()))
    phase = PRIMARY if 0 <= year <= 6 else SECONDARY if 7 <= year <= 11 else ""
    schools = Establishment.select(Establishment.number).where(
        Establishment.number.in_(_open_schools(authority))
        & (Establishment.phase == phase)
        & (Establishment.number != but)
    )
    found = schools.order_by(Establishment.number).first()
    return str(found.number) if found is not None else ""


def _open_schools(authority: str) -> Any:
    return Establishment.select(Establishment.number).where(
        (Establishment.authority == authority) & Establishment.closed.is_null() & Establishment.active
    )


# Messages


def to_answer(actor: Actor, site: Site) -> Picked | None:
    """A message that nobody of the inbox has answered: an unread one, the oldest."""
    own = inbox_of(actor)
    answered = Message.select(Message.answers).where((Message.sender == own) & Message.answers.is_null(False))
    copies = (
        MessageCopy.select(MessageCopy, Message)
        .join(Message)
        .where((MessageCopy.inbox == own) & MessageCopy.gone_at.is_null() & (Message.sender != AUTOMATIC))
        .where(Message.id.not_in(answered))
        .order_by(MessageCopy.is_read, MessageCopy.received_at, MessageCopy.id)
    )
    copy = copies.first()
    if copy is None:
        return None
    return {
        "id": copy.message.id,
        "subject": copy.message.subject,
        "by": organisation_of(copy.message.sender),
        "days": days_between(copy.received_at, site.clock()),
    }


# Accounts and schools


def newcomer(actor: Actor, site: Site) -> Picked | None:  # noqa: ARG001 - as every pick
    """A new colleague, with the authority's e-mail, and a username that is free."""
    authority = Authority.get_or_none(Authority.code == actor.organisation)
    domain = authority.email.partition("@")[2] if authority is not None else ""
    for name in NEWCOMERS:
        first, _space, last = name.lower().partition(" ")
        free = f"{actor.organisation}{first[0]}{last}"
        if domain and not User.select().where((User.username == free) | (User.contact == name)).exists():
            return {"name": name, "username": free, "email": f"{first}.{last}@{domain}"}
    return None


def forgetful_school(actor: Actor, site: Site) -> Picked | None:  # noqa: ARG001 - as every pick
    """A school whose account is nobody's in a lesson: a new password must shut no newcomer out."""
    schools = Establishment.select(Establishment.number).where(
        Establishment.number.in_(_open_schools(actor.organisation)) & Establishment.number.not_in(FAVOURITES)
    )
    ready = User.active & User.deleted_at.is_null() & (User.password != "") & User.temporary_until.is_null()
    account = (
        User.select()
        .where(User.organisation.in_(schools) & (User.role == Role.SCHOOL) & ready)
        .order_by(User.organisation.desc())
        .first()
    )
    if account is None:
        return None
    return {"school": account.organisation, "username": account.username, "name": account.contact}


def seen_child(actor: Actor, site: Site) -> Picked | None:
    """A pupil whose file a school of the authority has collected."""
    return said_lost(actor, site)


def without_dba(actor: Actor, site: Site) -> Picked | None:  # noqa: ARG001 - as every pick
    """An authority of Wales without a DBA."""
    have = User.select(User.organisation).where(
        (User.role == Role.DBA) & User.active & User.deleted_at.is_null()
    )
    found = (
        Authority.select()
        .where((Authority.country == "Wales") & Authority.closed.is_null() & Authority.code.not_in(have))
        .order_by(Authority.code)
        .first()
    )
    if found is None:
        return None
    name, domain = NEWCOMERS[0], found.email.partition("@")[2]
    email = f"{name.lower().replace(' ', '.')}@{domain}"
    return {"school": found.code, "code": found.code, "name": name, "email": email} | {
        "username": username(Role.DBA, found.code)
    }


def new_school(actor: Actor, site: Site) -> Picked | None:  # noqa: ARG001 - as every pick
    """A number of Newport's that no school has or had."""
    taken = Establishment.select().where(Establishment.authority == "680")
    numbers = {school.number for school in taken}
    free = next((f"680{last}" for last in range(4050, 5000) if f"680{last}" not in numbers), "")
    return {"number": free, "name": NEW_SCHOOL} if free else None


def no_round(actor: Actor, site: Site) -> Picked | None:  # noqa: ARG001 - as every pick
    """That no user audit is under way; and the year."""
    if UserAudit.select().where(UserAudit.closed_at.is_null()).exists():
        return None
    today = local_date(site.clock())
    return {"year": str(today.year), "deadline": (today + timedelta(days=30)).isoformat()}
