"""The annual user audit (R-USR-6): WG opens a round, each DBA confirms or removes every account.

A round has the accounts that there were when it was opened: those of Wales' authorities and their schools,
and of other authorities that have a DBA. Later accounts belong to the next round.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import NotFound, Refused, S2SError
from s2s_tui.base.text import storable
from s2s_tui.rules import contacts
from s2s_tui.rules.roles import SYSTEM, WALES, Actor, Role
from s2s_tui.services import access, audit, files, notify, user_audit_rows, user_changes
from s2s_tui.services.reports.output import csv_blocks
from s2s_tui.services.site import Site
from s2s_tui.services.transfers import LARGEST_ID
from s2s_tui.services.user_audit_rows import CONFIRMED, GONE, REMOVED, Entry, Part, Round
from s2s_tui.services.user_reach import recorded
from s2s_tui.services.wording.schools import answer as answer_in_words
from s2s_tui.store.models import Authority, Establishment, User, UserAudit, UserAuditAnswer, UserAuditPart
from s2s_tui.store.statements import insert, tuples

CONFIRM, REMOVE = "confirm", "remove"
"""What a DBA answers."""
LONGEST_NAME = 60
AGAIN_AFTER = timedelta(days=7)
"""An authority that has not answered is reminded once a week at most by the timer."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one account; `error` says why nothing did."""

    username: str
    ok: bool
    error: S2SError | None = None


def open_round(actor: Actor, site: Site, name: str, deadline: date) -> Round:
    """Open a round and tell every authority's DBA.

    Args:
        actor: WG.
        site: the site.
        name: what it is called, such as the year.
        deadline: the day by which they answer; later answers are taken, too.

    Raises:
        NotAllowed: only WG opens rounds.
        Refused: `user-audit-name`, `user-audit-deadline`, `text-unseen`, `text-long`; `user-audit-open`, one
            is open; `user-audit-nobody`.
    """
    access.require(actor, site, "useraudit.run", subject=name[:100])

    def change() -> Round:
        plain = contacts.contact(storable(name), "name", LONGEST_NAME)
        if not plain:
            raise Refused("user-audit-name", field="name")
        now = site.clock()
        if deadline <= local_date(now):
            raise Refused("user-audit-deadline", field="deadline")
        still = UserAudit.get_or_none(UserAudit.closed_at.is_null())
        if still is not None:
            raise Refused("user-audit-open", name=still.name)
        users = _audited()
        if not users:
            raise Refused("user-audit-nobody")
        opened = {"opened_at": now, "opened_by": actor.user[:40]}
        (key,) = insert(UserAudit, [{"name": plain, "deadline": deadline, **opened}])
        insert(UserAuditAnswer, [{"round": key, **user} for user in users])
        codes = sorted({user["authority"] for user in users})
        insert(UserAuditPart, [{"round": key, "authority": code} for code in codes])
        audit.record(site, actor, "user-audit-open", plain, deadline=deadline.isoformat(), users=len(users))
        _tell(site, "user-audit", key, deadline, codes)
        return user_audit_rows.round_of(site, key)

    return recorded(actor, site, "user-audit-open", name, lambda: site.store.write(change))


def close_round(actor: Actor, site: Site, round_id: int = 0) -> Round:
    """Close a round: it takes no more answers, and stays as it is.

    Args:
        actor: WG.
        site: the site.
        round_id: which; 0: the one that is open.

    Raises:
        NotAllowed: only WG closes rounds.
        NotFound: `user-audit-unknown`.
        Refused: `user-audit-none`, `user-audit-closed`.
    """
    access.require(actor, site, "useraudit.run")

    def change() -> Round:
        row = _open(round_id)
        gone: Any = (UserAuditAnswer.round == row.id) & (UserAuditAnswer.answer == "")
        deleted = User.select(User.id).where(User.deleted_at.is_null(False))
        UserAuditAnswer.update(answer=GONE).where(gone & UserAuditAnswer.user.in_(deleted)).execute()
        UserAudit.update(closed_at=site.clock(), closed_by=actor.user[:40]).where(
            UserAudit.id == row.id
        ).execute()
        audit.record(site, actor, "user-audit-close", row.name)
        return user_audit_rows.round_of(site, row.id)

    return recorded(actor, site, "user-audit-close", str(round_id), lambda: site.store.write(change))


def rounds(actor: Actor, site: Site) -> tuple[Round, ...]:
    """All rounds, the latest first.

    Raises:
        NotAllowed: only WG sees all rounds.
    """
    access.require(actor, site, "useraudit.run")
    with site.store.connection():
        keys = [key for (key,) in tuples(UserAudit.select(UserAudit.id).order_by(UserAudit.id.desc()))]
        return tuple(user_audit_rows.round_of(site, key) for key in keys)


def parts(actor: Actor, site: Site, round_id: int = 0) -> tuple[Part, ...]:
    """How far each authority is in a round, those that have most to answer first.

    Args:
        actor: WG.
        site: the site.
        round_id: which; 0: the one that is open.

    Raises:
        NotAllowed: only WG sees all authorities.
        NotFound: `user-audit-unknown`.
        Refused: `user-audit-none`.
    """
    access.require(actor, site, "useraudit.run")
    with site.store.connection():
        row = _known(round_id)
        return user_audit_rows.parts_of(site, row.id)


def current(actor: Actor, site: Site) -> Round | None:
    """The round that is open, or None.

    Raises:
        NotAllowed: the role has nothing to do with it.
    """
    access.require(actor, site, "useraudit.view")
    with site.store.connection():
        row = UserAudit.get_or_none(UserAudit.closed_at.is_null())
        return user_audit_rows.round_of(site, row.id) if row is not None else None


def entries(actor: Actor, site: Site, round_id: int = 0, code: str = "") -> tuple[Entry, ...]:
    """The accounts of a round: a DBA's own authority's, WG's of any.

    Args:
        actor: a DBA or WG.
        site: the site.
        round_id: which; 0: the one that is open.
        code: of the authority; empty: the actor's own, WG's all.

    Raises:
        NotAllowed: the role has nothing to do with it.
        NotFound: `not-found`, another authority's; `user-audit-unknown`.
        Refused: `user-audit-none`.
    """
    access.require(actor, site, "useraudit.view", of=code or None)
    with site.store.connection():
        row = _known(round_id)
        return user_audit_rows.entries_of(site, row.id, _own(actor) or storable(code))


def answer(actor: Actor, site: Site, usernames: Sequence[str], what: str) -> tuple[Answered, ...]:
    """Confirm accounts of one's authority, or remove (delete) them; each by itself.

    What was confirmed can still be removed while the round is open; what is removed is gone.

    Args:
        actor: a DBA.
        site: the site.
        usernames: whose accounts.
        what: `confirm` or `remove`.

    Raises:
        NotAllowed: only DBAs answer.
        Refused: `user-audit-none`.
    """
    access.require(actor, site, "useraudit.answer")
    with site.store.connection():
        _open(0)
    return tuple(_answer_one(actor, site, name, remove=what == REMOVE) for name in dict.fromkeys(usernames))


def remind(actor: Actor, site: Site, codes: Collection[str] = ()) -> tuple[str, ...]:
    """Remind authorities that have not answered for every account.

    Args:
        actor: WG.
        site: the site.
        codes: which; empty: all of them.

    Returns:
        The codes of those that are told: they have an address, and something to answer.

    Raises:
        NotAllowed: only WG reminds.
        Refused: `user-audit-none`.
    """
    access.require(actor, site, "useraudit.run")

    def change() -> tuple[str, ...]:
        row = _open(0)
        late = [part.code for part in user_audit_rows.parts_of(site, row.id) if part.waiting]
        asked = sorted(code for code in late if not codes or code in codes)
        told = _tell(site, "user-audit-reminder", row.id, row.deadline, asked)
        audit.record(site, actor, "user-audit-remind", row.name, told=list(told))
        return told

    return recorded(actor, site, "user-audit-remind", "", lambda: site.store.write(change))


def remind_weekly(site: Site) -> tuple[str, ...]:
    """What the timer does (`remind`): those that have not answered hear of it once a week."""
    with site.store.connection():
        if not UserAudit.select().where(UserAudit.closed_at.is_null()).exists():
            return ()

    def change() -> tuple[str, ...]:
        row = UserAudit.get_or_none(UserAudit.closed_at.is_null())
        if row is None:
            return ()
        before = site.clock() - AGAIN_AFTER
        late = [
            part.code
            for part in user_audit_rows.parts_of(site, row.id)
            if part.waiting and (part.told_at is None or part.told_at <= before)
        ]
        told = _tell(site, "user-audit-reminder", row.id, row.deadline, late)
        if told:
            audit.record(site, SYSTEM, "user-audit-remind", row.name, told=list(told))
        return told

    return site.store.write(change)


def certificate(actor: Actor, site: Site, folder: Path, name: str, round_id: int = 0, code: str = "") -> Path:
    """Save what was said of each account of a round as a CSV, whole, never over a file that is there.

    Args:
        actor: a DBA, of its own authority; WG, of all or one.
        site: the site.
        folder: where.
        name: what the file is called.
        round_id: which; 0: the one that is open.
        code: of the authority; empty: the actor's own, WG's all.

    Returns:
        Where it was saved.

    Raises:
        NotAllowed, NotFound, Refused: as `entries`.
        Refused, WrongUse, Unreachable: as `files.save`.
    """
    access.require(actor, site, "useraudit.view", of=code or None)
    with site.store.connection():
        row = _known(round_id)
        rows = list(user_audit_rows.certified(site, row.id, _own(actor) or storable(code)))

    def write(file: BinaryIO) -> None:
        file.write(b"\xef\xbb\xbf")
        for block in csv_blocks(user_audit_rows.CERTIFICATE, rows):
            file.write(block.encode())

    # On record before the file is there: no list of accounts leaves unrecorded.
    site.store.write(lambda: audit.record(site, actor, "user-audit-certificate", row.name, rows=len(rows)))
    return recorded(actor, site, "user-audit-certificate", row.name, lambda: files.save(folder, name, write))


def _answer_one(actor: Actor, site: Site, username: str, *, remove: bool) -> Answered:
    def change() -> None:
        # Of many answers each by itself: whose account is ended meanwhile gives no further one.
        access.require_live(actor, site)
        row = _open(0)
        name = storable(username[:100])
        own: Any = (UserAuditAnswer.round == row.id) & (UserAuditAnswer.authority == actor.organisation)
        found = UserAuditAnswer.select(UserAuditAnswer, User).join(User).where(own & (User.username == name))
        entry = found.first()
        if entry is None:
            raise NotFound("user-audit-user", username=name)
        said = entry.answer or (GONE if entry.user.deleted_at else "")
        if said in (REMOVED, GONE) or (said == CONFIRMED and not remove):
            by = entry.answered_by or entry.user.changed_by
            raise Refused("user-audit-answered", username=name, answer=answer_in_words(said), by=by)
        if remove:
            user_changes.delete(actor, site, name)
        said = REMOVED if remove else CONFIRMED
        UserAuditAnswer.update(answer=said, answered_at=site.clock(), answered_by=actor.user[:40]).where(
            UserAuditAnswer.id == entry.id
        ).execute()
        audit.record(site, actor, "user-audit-answer", name, answer=said, round=row.id)

    try:
        recorded(actor, site, "user-audit-answer", username, lambda: site.store.write(change))
    except (NotFound, Refused) as error:
        return Answered(username, False, error)
    return Answered(username, True)


def _own(actor: Actor) -> str:
    return "" if actor.organisation == WALES else actor.organisation


def _known(round_id: int) -> Any:
    if not round_id:
        row = UserAudit.get_or_none(UserAudit.closed_at.is_null())
        if row is None:
            raise Refused("user-audit-none")
        return row
    row = UserAudit.get_or_none(UserAudit.id == round_id) if 0 < round_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("user-audit-unknown", id=round_id)
    return row


def _open(round_id: int) -> Any:
    row = _known(round_id)
    if row.closed_at is not None:
        raise Refused("user-audit-closed", name=row.name)
    return row


def _audited() -> list[dict[str, Any]]:
    """The accounts that a round is about: those of schools that have closed are shut for good."""
    live: Any = User.deleted_at.is_null() & User.role.not_in((str(Role.WG), str(Role.SYSTEM)))
    with_dba = User.select(User.organisation).where(live & User.active & (User.role == str(Role.DBA)))
    query = Authority.select(Authority.code).where(
        Authority.closed.is_null() & ((Authority.country == "Wales") | Authority.code.in_(with_dba))
    )
    codes = {code for (code,) in tuples(query)}
    shut = Establishment.select(Establishment.number).where(Establishment.closed.is_null(False))
    live &= User.organisation.not_in(shut)
    columns = (User.id, User.username, User.role, User.organisation, User.contact)
    return [
        {
            "user": key,
            "authority": organisation[:3],
            "username": username,
            "role": role,
            "organisation": organisation,
            "contact": contact,
        }
        for key, username, role, organisation, contact in tuples(User.select(*columns).where(live))
        if organisation[:3] in codes
    ]


def _tell(site: Site, about: str, round_id: int, deadline: date, codes: Collection[str]) -> tuple[str, ...]:
    told = [code for code in codes if notify.user_audit(site, about, code, f"{deadline:%d/%m/%Y}")]
    UserAuditPart.update(told_at=site.clock()).where(
        (UserAuditPart.round == round_id) & UserAuditPart.authority.in_(told)
    ).execute()
    return tuple(told)
