"""What the reports count CTFs by: who uploaded, who collected or rejected, what waited, when.

Each event counts on its own day. A file waits from its upload until it is collected, rejected or deleted; one
for the lost pupil database waits for nobody.
"""

from collections.abc import Iterator
from typing import Any

from peewee import Case, fn

from s2s_tui.rules.names import Kind
from s2s_tui.services.checking import AWAITING, COLLECTED, DELETED, REJECTED
from s2s_tui.services.reports.model import Asked
from s2s_tui.store import stream
from s2s_tui.store.models import Authority, Establishment, Transfer

CTF = str(Kind.CTF)
MOVED_ON = (COLLECTED, REJECTED, DELETED)


def rows(asked: Asked, query: Any) -> Iterator[tuple[Any, ...]]:
    """A query's rows as they come."""
    return stream.rows(asked.site.store, query)


def number(value: Any) -> Any:
    """A sum as a whole number on each engine; 0 of nothing."""
    return fn.COALESCE(fn.SUM(value), 0).cast("BIGINT")


def at(column: Any, asked: Asked) -> Any:
    """The condition that an authority's column is one of those asked of."""
    codes = asked.authorities
    return column == codes[0] if len(codes) == 1 else column.in_(codes)


NOT_FORWARDED: Any = fn.COALESCE(Transfer.forwarded_from, 0) == 0
"""Not as `IS NULL`: SQLite would take the index of what was forwarded for the shortest way, to nearly all."""


def sent(asked: Asked) -> Any:
    """CTFs that the authorities' schools uploaded, or that were uploaded on their behalf, and their own.

    A file that an authority forwards has another's name on it: it is of `forwarded`.
    """
    where = at(Transfer.source_authority, asked) & (Transfer.kind == CTF)
    where &= NOT_FORWARDED
    return where & Transfer.source.in_(asked.schools) if asked.schools else where


def forwarded(asked: Asked) -> Any:
    """CTFs that the authorities themselves forwarded."""
    where = at(Transfer.sender, asked) & (Transfer.kind == CTF) & Transfer.forwarded_from.is_null(False)
    # Chosen schools forward nothing.
    return where & Transfer.id.is_null() if asked.schools else where


def came(asked: Asked) -> Any:
    """CTFs that were sent to the authorities or their schools."""
    where = at(Transfer.destination_authority, asked) & (Transfer.kind == CTF)
    return where & Transfer.destination.in_(asked.schools) if asked.schools else where


def moved(state: str, asked: Asked) -> Any:
    """The condition that a file met with an event within the days asked of."""
    return (Transfer.state == state) & asked.within(Transfer.state_at)


def waited(asked: Asked) -> tuple[Any, Any]:
    """The conditions, one or the other, that a file waited when the last day ended."""
    before = Transfer.uploaded_at < asked.ends
    still = (Transfer.state == AWAITING) & before
    return still, Transfer.state.in_(MOVED_ON) & (Transfer.state_at >= asked.ends) & before


def name_in(language: str, model: Any) -> Any:
    """The name of a school or an authority, the Welsh one where asked and kept."""
    if language != "cy":
        return model.name
    return Case(None, ((model.name_cy != "", model.name_cy),), model.name)


def schools(asked: Asked) -> dict[str, tuple[str, bool]]:
    """The schools asked of: number → name, and whether it is open."""
    where = at(Establishment.authority, asked)
    if asked.schools:
        where &= Establishment.number.in_(asked.schools)
    named = name_in(asked.language, Establishment)
    query = Establishment.select(Establishment.number, named, Establishment.closed).where(where)
    return {key: (name, not closed) for key, name, closed in rows(asked, query)}


def authorities(asked: Asked) -> dict[str, str]:
    """The authorities asked of, or all: code → name."""
    query = Authority.select(Authority.code, name_in(asked.language, Authority))
    if asked.authorities:
        query = query.where(at(Authority.code, asked))
    return dict(rows(asked, query.order_by(Authority.code)))
