"""Filling an empty site with a made-up world."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.demo import bulk, messages
from s2s_tui.demo.inbox import Maker, Sample
from s2s_tui.demo.ledger import Entry, Ledger
from s2s_tui.demo.lists import Lists
from s2s_tui.demo.people import PASSWORD, Person, domain, rows, staff
from s2s_tui.demo.scales import Scale
from s2s_tui.demo.schools import School, schools
from s2s_tui.demo.staging import staged
from s2s_tui.demo.traffic import Traffic
from s2s_tui.rules import passwords
from s2s_tui.rules.roles import SYSTEM, Actor
from s2s_tui.services import hashing
from s2s_tui.services.authorities import rows as authority_rows
from s2s_tui.services.site import Site
from s2s_tui.store.models import Authority, Establishment, Property, Session, User
from s2s_tui.store.statements import insert

SEED = 1282
WITHOUT_DBA = "675"
"""The one authority of Wales of which Home tells WG that it has no DBA (R-USR-5), where it isn't full."""
WELSH_SPEAKING = frozenset({"660", "661", "667"})
"""Authorities that are written to in Welsh."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What a newcomer finds beside the database.

    Attributes:
        samples: files ready to be sent.
        lists: CSV text by file name.
    """

    samples: Sequence[Sample]
    lists: Mapping[str, str]


def fill(
    site: Site,
    scale: Scale,
    seed: int = SEED,
    properties: Mapping[str, str] | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Extras:
    """Fill a site that has all tables and no rows.

    Args:
        site: where to, on either engine; its clock gives the moment that all times are relative to.
        scale: how big.
        seed: the same one gives the same world at the same moment.
        properties: facts to keep about the database.
        on_progress: told how many files of how many were written; of a past made in bulk, which share of the
            work is done, as files.

    Returns:
        What lies beside the database.
    """
    now = site.clock().replace(microsecond=0)
    rng = Random(seed)  # noqa: S311 - chance, not a secret
    authorities = [row for row in authority_rows() if row["country"] in ("Wales", "England")]
    names = {row["code"]: row["name"] for row in authorities}
    made = schools(dict(scale.schools), local_date(now), rng, names)
    with_dba = [row["code"] for row in authorities if row["country"] == "Wales"]
    dba_only = [code for code in with_dba if code not in scale.full and code != WITHOUT_DBA]
    people = list(staff(names, scale.full, dba_only, made, rng))
    passwords.require_good(PASSWORD, "")
    digest = hashing.hashed(site.settings, PASSWORD)
    ledger = Ledger(site, now)

    def start() -> None:
        insert(Property, [{"name": "made", "value": now.isoformat()}])
        insert(Property, [{"name": name, "value": value} for name, value in (properties or {}).items()])
        insert(Authority, _authority_rows(authorities))
        insert(Establishment, _establishment_rows(made, now))
        keys = insert(User, rows(people, digest, now, site.settings.temporary_password_days))
        _add_sessions(zip(keys, people, strict=True), now, rng, ledger)
        messages.keep(now)

    site.store.write(start)
    ledger.entries.append(Entry(now - timedelta(days=750), SYSTEM, "init", "demo"))
    traffic = Traffic(made, scale.full, names, now, rng)
    lists = Lists(made, traffic.register, now, rng)
    total = scale.files
    first = total if not scale.past else total // 20
    ledger.take(
        lists.watched(traffic.told(scale.transfers, staged(traffic))),
        lambda done: on_progress(first * min(done, scale.transfers) // scale.transfers, total),
    )
    messages.write(ledger, now)
    ledger.close(seal=not scale.past)
    if scale.past:

        def told(share: float) -> None:
            on_progress(first + int((total - first) * share), total)

        bulk.make(site, scale, made, names, ledger.entries, traffic.taken(), seed, told)
    maker = Maker({school.number: school for school in made}, names, now, rng, traffic.register)
    return Extras(list(maker.samples()), lists.all())


def _authority_rows(authorities: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in authorities:
        at = domain(row["name"])
        yield row | {
            "email": f"data@{at}",
            "data_email": f"data@{at}",
            "lost_email": f"lost.pupils@{at}",
            "admissions_email": f"admissions@{at}",
            "language": "cy" if row["code"] in WELSH_SPEAKING else "en",
        }


def _establishment_rows(made: Iterable[School], now: datetime) -> Iterator[dict[str, Any]]:
    opened = local_date(now - timedelta(days=9000))
    for school in made:
        yield {
            "number": school.number,
            "authority": school.authority,
            "name": school.name,
            "name_cy": school.name_cy,
            "town": school.town,
            "phone": f"01632 960{int(school.number) % 1000:03}",
            "email": school.email,
            "phase": school.phase,
            "language": school.language,
            "opened": opened,
            "closed": school.closed,
            "successor": school.successor,
            "active": school.state != "inactive",
        }


def _add_sessions(users: Iterable[tuple[int, Person]], now: datetime, rng: Random, ledger: Ledger) -> None:
    """Who was logged on lately; nobody is now."""
    sessions: list[dict[str, Any]] = []
    for key, person in users:
        if person.state != "ready":
            continue
        origin = f"10.{rng.randint(1, 60)}.{rng.randint(1, 250)}.{rng.randint(1, 250)}"
        who = Actor(person.username, person.role, person.organisation)
        for days in sorted((rng.uniform(0.1, 12), rng.uniform(12, 30)), reverse=True):
            at = (now - timedelta(days=days)).replace(microsecond=0)
            end = at + timedelta(minutes=rng.randint(2, 50))
            sessions.append(
                {
                    "id": f"{rng.getrandbits(128):032x}",
                    "user": key,
                    "started_at": at,
                    "origin": origin,
                    "face": "tui",
                    "ended_at": end,
                    "end_reason": "logoff",
                }
            )
            ledger.entries.append(Entry(at, who, "logon", origin, details={"face": "tui"}))
            ledger.entries.append(Entry(end, who, "logoff", outcome="logoff"))
    insert(Session, sessions)
    for session in sessions[1::2]:  # each one's second is its latest
        User.update(last_on_at=session["started_at"], last_on_from=session["origin"]).where(
            User.id == session["user"]
        ).execute()
