"""Searching the lost pupil database (R-LPD): ranked, with the reasons; every search is put on record."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any

from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Mistyped, Refused, S2SError, WrongUse
from s2s_tui.base.text import storable
from s2s_tui.matching import search as matching_search
from s2s_tui.matching.fields import Born, Query, Ranking, Reason
from s2s_tui.rules import allocations, typed
from s2s_tui.rules.roles import Actor
from s2s_tui.services import access, audit, lost, lost_index
from s2s_tui.services.lost import Record
from s2s_tui.services.site import Site

SHOWN_AT_MOST = 50
SORTS = ("score", "surname", "forename", "dob", "gender", "town", "uploaded", "upn")
GENDERS = {"": ""} | dict.fromkeys(("m", "male", "boy", "bachgen", "gwryw"), "M")
GENDERS |= dict.fromkeys(("f", "female", "girl", "merch", "benyw"), "F")
COLUMNS = ("ref", "upn", "surname", "forename", "dob", "gender", "town")
"""Of a batch's CSV, in any order; those that are missing count as empty."""
ALSO = {"date of birth": "dob", "birth date": "dob", "born": "dob", "first name": "forename"} | {
    "last name": "surname",
    "family name": "surname",
    "sex": "gender",
}
"""Other names that such columns go by."""
AT_ONCE = 20
"""Rows of a batch that are put on record in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedFor:
    """What was typed, field by field; any may be empty."""

    upn: str = ""
    surname: str = ""
    forename: str = ""
    dob: str = ""
    gender: str = ""
    town: str = ""
    begins: bool = False
    """The portal's box *Surname Begins*."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that may be the one.

    Attributes:
        score: 0–100.
        equal: how many others fit exactly as well.
        why: the reasons, a field each; `services.wording.reasons` words them.
    """

    record: Record
    score: int
    equal: int
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A search's outcome.

    Attributes:
        took_ms: from the query to the ranked records.
        searched: how many records were looked through.
        better: resolved records that fit better than all hits, the likeliest first; where resolved ones
            are among the hits there are none.
    """

    hits: tuple[Hit, ...]
    took_ms: float
    searched: int
    better: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A batch's row: who was looked for, and what was found or why not."""

    ref: str
    line: int
    looked: LookedFor
    hits: tuple[Hit, ...] = ()
    error: S2SError | None = None
    better: tuple[Record, ...] = ()
    """As `Found.better`."""


def problems(looked: LookedFor, today: date) -> dict[str, S2SError]:
    """What is wrong with what was typed, by field; empty where a search can be made."""
    found: dict[str, S2SError] = {}
    checks: dict[str, Callable[[], object]] = {
        "upn": lambda: typed.typed_upn(looked.upn),
        "surname": lambda: typed.typed_name(looked.surname, "surname"),
        "forename": lambda: typed.typed_name(looked.forename, "forename"),
        "dob": lambda: typed.typed_date(looked.dob, today),
        "gender": lambda: _gender(looked.gender),
        "town": lambda: typed.typed_name(looked.town, "town"),
    }
    for field, check in checks.items():
        try:
            check()
        except S2SError as error:
            found[field] = error
    return found


def search(
    actor: Actor,
    site: Site,
    looked: LookedFor,
    *,
    include_resolved: bool = False,
    sort: str = "score",
    limit: int = SHOWN_AT_MOST,
) -> Found:
    """The records that may be the pupil looked for, the likeliest first unless sorted by a field.

    Args:
        actor: who searches.
        site: the site.
        looked: what was typed.
        include_resolved: downloaded and forwarded records too; where they aren't, they weigh all the same.
        sort: one of `SORTS`.
        limit: at most so many.

    Raises:
        NotAllowed: the role may not search the lost pupil database.
        Mistyped: a field can't be understood (`problems` tells which).
        WrongUse: `search-empty`, or `sort-unknown`.
    """
    access.require(actor, site, "lost.search")
    if sort not in SORTS:
        raise WrongUse("sort-unknown", sort=sort, allowed=", ".join(SORTS))
    query = as_query(looked, local_date(site.clock()))
    start = time.perf_counter()
    ranking, searched = _ranked(site, query, include_resolved, limit)
    hits, better = _records(site, ranking)
    took = (time.perf_counter() - start) * 1000
    shown = [*(hit.record for hit in hits), *better]
    site.store.write(partial(_put_on_record, site, actor, "lost-search", looked, shown))
    return Found(_sorted(hits, sort), took, searched, better)


def batch(
    actor: Actor,
    site: Site,
    lines: Iterable[str],
    *,
    include_resolved: bool = False,
    limit: int = 5,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[Answer]:
    """Look for each pupil of a CSV of arrivals (R-LPD-6), in its order.

    Args:
        actor: who searches.
        site: the site.
        lines: with a header row: `ref,upn,surname,forename,dob,gender,town`.
        include_resolved: as in `search`.
        limit: candidates a row.
        on_progress: told how many rows are done.

    Raises:
        NotAllowed: the role may not search the lost pupil database.
        NotLoggedOn: `session-ended`, before or meanwhile.
        Refused: `batch-columns`, there is no column to search by; `batch-unreadable`, it is no CSV.
    """
    access.require(actor, site, "lost.search")
    today = local_date(site.clock())
    rows = read_batch(lines)
    done = 0
    while some := list(itertools.islice(rows, AT_ONCE)):
        # A long list takes minutes: whose account is ended meanwhile is shown no further child.
        access.require_live(actor, site)
        answers = [_answer(site, line, row, today, include_resolved, limit) for line, row in some]
        looked = [answer for answer in answers if answer.error is None]
        site.store.write(partial(_record_batch, site, actor, looked))
        for answer in answers:
            access.require_live(actor, site)
            done += 1
            yield answer
            on_progress(done)


def _answer(
    site: Site, line: int, row: Mapping[str, str], today: date, include_resolved: bool, limit: int
) -> Answer:
    looked = LookedFor(
        upn=row["upn"],
        surname=row["surname"],
        forename=row["forename"],
        dob=row["dob"],
        gender=row["gender"],
        town=row["town"],
    )
    try:
        ranking, _ = _ranked(site, as_query(looked, today), include_resolved, limit)
    except (Refused, WrongUse) as error:
        return Answer(row["ref"], line, looked, error=error)
    hits, better = _records(site, ranking)
    return Answer(row["ref"], line, looked, tuple(hits), better=better)


def _record_batch(site: Site, actor: Actor, answers: Sequence[Answer]) -> None:
    for answer in answers:
        shown = [*(hit.record for hit in answer.hits), *answer.better]
        _put_on_record(site, actor, "lost-search", answer.looked, shown)


def read_batch(lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """A list of arrivals as (line, fields), as spreadsheets write CSVs; columns in any order and case.

    Raises:
        Refused: `batch-columns`, or `batch-unreadable`.
    """
    try:
        rows = allocations.cells_of(lines)
        header = [_column(name) for name in next(rows, (0, []))[1]]
        if not {"upn", "surname", "forename", "dob"} & set(header):
            raise Refused("batch-columns", known=", ".join(COLUMNS))
        places = {name: header.index(name) for name in COLUMNS if name in header}
        for line, cells in rows:
            given = {name: cells[place] for name, place in places.items() if place < len(cells)}
            fields = {name: storable(given.get(name, "")) for name in COLUMNS}
            if any(fields.values()):
                yield line, fields
    except Refused as error:
        if error.code == "allocation-unreadable":
            raise Refused("batch-unreadable", **error.params) from error
        raise


def unknown_columns(lines: Iterable[str]) -> tuple[str, ...]:
    """The headings of a list of arrivals that mean nothing there: it may be another list altogether."""
    header = next(allocations.cells_of(lines), (0, []))[1]
    return tuple(storable(name)[:40] for name in header if _column(name) not in ("", *COLUMNS))


def _column(heading: str) -> str:
    """Which column a heading names, however it is written."""
    name = " ".join(heading.lower().replace("_", " ").split())
    return ALSO.get(name, name)


def as_query(looked: LookedFor, today: date) -> Query:
    """What was typed as the matching takes it.

    Raises:
        Mistyped: a field can't be understood.
        WrongUse: `search-empty`.
    """
    born = typed.typed_date(looked.dob, today)
    query = Query(
        upn=typed.typed_upn(looked.upn),
        surname=typed.typed_name(storable(looked.surname), "surname"),
        forename=typed.typed_name(storable(looked.forename), "forename"),
        born=Born(born.year, born.month, born.day) if born else None,
        gender=_gender(looked.gender),
        town=typed.typed_name(storable(looked.town), "town"),
        surname_begins=looked.begins,
    )
    if not any((query.upn, query.surname, query.forename, query.born, query.gender, query.town)):
        raise WrongUse("search-empty")
    return query


def _gender(text: str) -> str:
    word = text.strip().casefold()
    if word not in GENDERS:
        raise Mistyped("gender-typed", typed=text[:20])
    return GENDERS[word]


def _ranked(site: Site, query: Query, include_resolved: bool, limit: int) -> tuple[Ranking, int]:
    loaded = lost_index.current(site)
    ranking = matching_search.rank(
        loaded.index,
        query,
        recent=loaded.recent,
        removed=loaded.removed,
        limit=limit,
        include_resolved=include_resolved,
    )
    return ranking, loaded.count(resolved=include_resolved)


def _records(site: Site, ranking: Ranking) -> tuple[list[Hit], tuple[Record, ...]]:
    """The records of the matches, and the resolved ones that fit better."""
    ids = [*(match.id for match in ranking.matches), *ranking.resolved]
    records = {record.id: record for record in lost.records(site, ids)}
    hits = [
        Hit(records[match.id], match.score, match.equal, match.reasons)
        for match in ranking.matches
        if match.id in records
    ]
    return hits, tuple(records[found] for found in ranking.resolved if found in records)


def _sorted(hits: list[Hit], sort: str) -> tuple[Hit, ...]:
    if sort == "score":
        return tuple(hits)

    def key(hit: Hit) -> Any:
        value = getattr(hit.record, sort)
        return value.casefold() if isinstance(value, str) else value

    return tuple(sorted(hits, key=key))


def _put_on_record(site: Site, actor: Actor, action: str, looked: LookedFor, shown: list[Record]) -> None:
    """Who looked for whom, and which pupils were shown (their UPNs, so that a child's log can be found).

    Within a transaction.
    """
    wanted = {name: value for name, value in asdict(looked).items() if value}
    subject = " ".join(str(value) for name, value in wanted.items() if name != "begins")[:200]
    upns = [record.upn for record in shown]
    about = [*upns, looked.upn.strip().upper()]
    audit.record(site, actor, action, subject, about=about, looked_for=wanted, shown=upns)
