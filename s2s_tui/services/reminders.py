"""The weekly reminder of files not downloaded (R-DWN-7): once a week to each, however often it is run."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from s2s_tui.base.clock import days_between, local_date
from s2s_tui.rules.mailboxes import is_school
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.roles import SYSTEM, Actor
from s2s_tui.services import audit, directory, notify, user_audit
from s2s_tui.services.checking import AWAITING
from s2s_tui.services.site import Site
from s2s_tui.store.models import Establishment, Reminder, Transfer
from s2s_tui.store.statements import insert, tuples


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a run did.

    Attributes:
        week: ISO year and week.
        schools: how many schools were reminded now.
        authorities: how many authorities were.
        already: organisations that had this week's reminder before.
        without_address: organisations of which no e-mail address is held.
        audits: authorities that were reminded of the annual user audit (R-USR-6).
    """

    week: str
    schools: int
    authorities: int
    already: int
    without_address: tuple[str, ...]
    audits: tuple[str, ...] = ()


def remind(site: Site, actor: Actor = SYSTEM) -> Reminded:
    """Send each school and authority the list of what it has not downloaded.

    A school hears of the files sent to it; an authority of those sent to itself and of those that its schools
    have not downloaded. What waits at a closed school is its authority's to clear.
    """
    year, week_number, _ = local_date(site.clock()).isocalendar()
    week = f"{year}-W{week_number:02}"
    with site.store.connection():
        rows = list(
            Transfer.select()
            .where((Transfer.state == AWAITING) & Transfer.destination.not_in((LOST, LEFT)))
            .order_by(Transfer.uploaded_at, Transfer.id)
        )
        closed = {
            number
            for (number,) in tuples(
                Establishment.select(Establishment.number).where(Establishment.closed.is_null(False))
            )
        }
    lines: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        line = f"{row.name}  ({days_between(row.uploaded_at, site.clock())} d)"
        organisation = row.destination if is_school(row.destination) else row.destination[:3]
        if organisation not in closed:
            lines[organisation].append(line)
        if is_school(row.destination):
            lines[row.destination[:3]].append(line)
    sent, already, unknown = [], 0, []
    for organisation, files in sorted(lines.items()):
        outcome = site.store.write(lambda: _one(site, actor, week, organisation, files))  # noqa: B023
        if outcome is None:
            already += 1
        elif outcome:
            sent.append(organisation)
        else:
            unknown.append(organisation)
    schools = sum(len(organisation) == 7 for organisation in sent)
    audits = user_audit.remind_weekly(site)
    return Reminded(week, schools, len(sent) - schools, already, tuple(unknown), audits)


def _one(site: Site, actor: Actor, week: str, organisation: str, files: list[str]) -> bool | None:
    """Remind one organisation; None where it was reminded this week, False without an address."""
    had: Any = (Reminder.organisation == organisation) & (Reminder.week == week)
    if Reminder.select().where(had).exists():
        return None
    mailbox = organisation if len(organisation) == 7 else f"{organisation}LLLL"
    if directory.address(site, mailbox) is None or not notify.files_wait(site, mailbox, files):
        return False
    insert(Reminder, [{"organisation": organisation, "week": week, "sent_at": site.clock()}])
    audit.record(site, actor, "remind", organisation, week=week, files=len(files))
    return True
