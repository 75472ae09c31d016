"""What Home says: what needs the user, and how the last days went (R-SYS-1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from peewee import fn

from s2s_tui.base.clock import day_start, days_between, local_date
from s2s_tui.rules.names import LEFT, LOST, Kind
from s2s_tui.rules.roles import Actor, Role, Scope, mailboxes, may, owns, scope
from s2s_tui.services import access, finds, inbox, lockout, user_audit_rows, users
from s2s_tui.services.checking import AWAITING, COLLECTED, REJECTED
from s2s_tui.services.listing import MINE, OVERDUE_DAYS, SENT, UNCOLLECTED
from s2s_tui.services.site import Site
from s2s_tui.store.models import Transfer, User
from s2s_tui.store.statements import tuples

DAYS = 7
MOST_LOCKED = 500
"""Locked names that are looked at, should a flood of guesses lock more."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the user.

    Attributes:
        what: `to-us` (files sent here), `uncollected` (files that the authority's schools have not collected
            past a week), `sent-waiting` (files that a school sent and nobody collected past a week), `finds`
            (lost pupils found on roll at the authority's schools, nothing done yet), `no-dba` (authorities
            without an active DBA, which WG sets up), `locked` (accounts after too many failures to log on,
            which the actor can unlock), `user-audit` (accounts that a DBA has to confirm or
            remove), `messages` (of the inbox, unread).
        kind: of the files; `lost` for finds; `users`; `inbox` for messages.
        count: how many.
        oldest_days: how long the oldest has waited.
        places: at how many schools; 0 where that says nothing.
        tab: the list that they are in (`services.listing`).
    """

    what: str
    kind: str
    count: int
    oldest_days: int
    places: int = 0
    tab: str = ""

    @property
    def overdue(self) -> bool:
        """Whether the oldest has waited past a week."""
        return self.oldest_days > OVERDUE_DAYS


@dataclass(frozen=True, slots=True)
class Overview:
    """Home's contents.

    Attributes:
        needs: what waits, the most pressing first.
        days: the last seven days, oldest first.
        sent: CTFs sent on each of them by the organisation (an authority's schools and itself).
        collected: CTFs of theirs collected on each.
        rejected: how many of theirs were rejected in those days.
        to_lost: how many they sent to the lost pupil database.
    """

    needs: tuple[Need, ...]
    days: tuple[date, ...]
    sent: tuple[int, ...]
    collected: tuple[int, ...]
    rejected: int
    to_lost: int


def overview(actor: Actor, site: Site) -> Overview:
    """What needs the user now; only of what the role may see.

    Raises:
        NotLoggedOn: `session-ended`.
    """
    access.require_live(actor, site)
    with site.store.connection():
        needs = [
            need for kind in Kind if may(actor, f"{kind}.download") for need in _needs(actor, site, kind)
        ]
        needs += _finds(actor, site)
        needs += _messages(actor, site)
        needs += _dbas(actor)
        needs += _locked(actor, site)
        needs += _audited(actor, site)
        days = tuple(local_date(site.clock()) - timedelta(days=back) for back in reversed(range(DAYS)))
        since = day_start(days[0])
        shown = may(actor, "ctf.download")
        sent = _by_day(_sent_by(actor), Transfer.uploaded_at, since, days) if shown else (0,) * DAYS
        collected = (
            _by_day(_sent_by(actor) & (Transfer.state == COLLECTED), Transfer.state_at, since, days)
            if shown
            else (0,) * DAYS
        )
        recent = _sent_by(actor) & (Transfer.uploaded_at >= since)
        rejected = (
            Transfer.select()
            .where(_sent_by(actor) & (Transfer.state == REJECTED) & (Transfer.state_at >= since))
            .count()
            if shown
            else 0
        )
        to_lost = (
            Transfer.select().where(recent & Transfer.destination.in_((LOST, LEFT))).count() if shown else 0
        )
    return Overview(
        tuple(sorted(needs, key=lambda need: (not need.overdue, -need.oldest_days))),
        days,
        sent,
        collected,
        rejected,
        to_lost,
    )


def _needs(actor: Actor, site: Site, kind: str) -> list[Need]:
    waiting: Any = (Transfer.kind == kind) & (Transfer.state == AWAITING)
    late = Transfer.uploaded_at < day_start(local_date(site.clock()) - timedelta(days=OVERDUE_DAYS))
    lists = [("to-us", Transfer.destination.in_(mailboxes(actor.role, actor.organisation, kind)))]
    if actor.role is Role.SCHOOL:
        elsewhere = Transfer.destination.not_in((LOST, LEFT))
        lists.append(("sent-waiting", (Transfer.source == actor.organisation) & elsewhere & late))
    elif kind == Kind.CTF and may(actor, "ctf.monitor"):
        own = (Transfer.within == actor.organisation) | (Transfer.incoming == actor.organisation)
        lists.append(("uncollected", own & late))
    found = []
    for what, where in lists:
        ((count, oldest, places),) = tuples(
            Transfer.select(
                fn.COUNT(Transfer.id),
                fn.MIN(Transfer.uploaded_at),
                fn.COUNT(Transfer.destination.distinct()),
            ).where(waiting & where)
        )
        if count:
            days = days_between(_moment(oldest), site.clock())
            if what == "uncollected":
                found.append(Need(what, kind, count, days, places, UNCOLLECTED))
            else:
                found.append(Need(what, kind, count, days, tab=MINE if what == "to-us" else SENT))
    return found


def _finds(actor: Actor, site: Site) -> list[Need]:
    if not may(actor, "matching.finds") or not actor.authority:
        return []
    count, since = finds.waiting(actor.organisation)
    if not count or since is None:
        return []
    return [Need("finds", "lost", count, days_between(since, site.clock()), tab=finds.OURS)]


def _dbas(actor: Actor) -> list[Need]:
    """What WG is warned of (R-USR-5)."""
    if scope(actor.role, "users.manage") is not Scope.DBAS:
        return []
    count = len(users.missing_dbas())
    return [Need("no-dba", "users", count, 0, tab=users.DBAS)] if count else []


def _locked(actor: Actor, site: Site) -> list[Need]:
    """Accounts that are locked: somebody guesses, or has forgotten the password (R-LOG-6)."""
    reach = scope(actor.role, "users.manage")
    since = lockout.locked_names(site) if reach in (Scope.OWN, Scope.DBAS) else {}
    if not since:
        return []
    query = User.select(User.username, User.role, User.organisation).where(
        User.username.in_(sorted(since)[:MOST_LOCKED]) & User.deleted_at.is_null()
    )
    by_list: dict[str, list[str]] = {}
    for username, role, organisation in tuples(query):
        if owns(actor.organisation, organisation) if reach is Scope.OWN else role == Role.DBA:
            which = users.SCHOOLS if role == Role.SCHOOL else users.lists(actor)[0]
            by_list.setdefault(which, []).append(username)
    count = sum(map(len, by_list.values()))
    oldest = min((since[name] for names in by_list.values() for name in names), default=site.clock())
    age = days_between(oldest, site.clock())
    return [Need("locked", "users", count, age, tab=min(by_list))] if count else []


def _audited(actor: Actor, site: Site) -> list[Need]:
    """What a DBA is asked in the annual user audit (R-USR-6)."""
    if not may(actor, "useraudit.answer"):
        return []
    left, since = user_audit_rows.left_of(actor.organisation)
    if not left or since is None:
        return []
    return [Need("user-audit", "users", left, days_between(since, site.clock()))]


def _messages(actor: Actor, site: Site) -> list[Need]:
    if not may(actor, "messages"):
        return []
    unread, oldest = inbox.unread(actor)
    if not unread or oldest is None:
        return []
    return [Need("messages", "inbox", unread, days_between(oldest, site.clock()))]


def _sent_by(actor: Actor) -> Any:
    own: Any = (
        Transfer.source == actor.organisation
        if actor.role is Role.SCHOOL
        else Transfer.source_authority == actor.authority
    )
    return own & (Transfer.kind == Kind.CTF)


def _by_day(where: Any, column: Any, since: Any, days: tuple[date, ...]) -> tuple[int, ...]:
    """Counts by London day; fetched as times, as engines differ in what a day is."""
    counts = dict.fromkeys(days, 0)
    for (at,) in tuples(Transfer.select(column).where(where & (column >= since))):
        day = local_date(_moment(at))
        if day in counts:
            counts[day] += 1
    return tuple(counts.values())


def _moment(value: Any) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(value) if isinstance(value, str) else value
