"""Lost Pupil (Numbers) (R-REP-4, §7.4): files uploaded and downloaded, by age at the last day and gender."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from peewee import SQL, Case, fn

from s2s_tui.base.translation import N_
from s2s_tui.services.reports import counts, words
from s2s_tui.services.reports.model import Asked, Cells, Picture, Shape
from s2s_tui.store.models import Download, LostPupil, Transfer

OLDEST = 25
"""Years; whoever is older counts here."""


def _birthdays(day: date) -> Iterator[tuple[int, date]]:
    """For each age but the highest: the age, and the last birth date of whoever is older on a day."""
    for years in range(OLDEST):
        try:
            yield years, day.replace(year=day.year - years - 1)
        except ValueError:  # 29 February: nobody was born on it in that year
            yield years, date(day.year - years - 1, 2, 28)


def _age(asked: Asked) -> Any:
    """Whole years at the last day; 0 also before birth."""
    young = tuple((LostPupil.born > day, years) for years, day in _birthdays(asked.end))
    return Case(None, young, OLDEST)


_GENDER = Case(None, ((LostPupil.gender.in_(["F", "M"]), LostPupil.gender),), "-")


def _uploads(asked: Asked, *columns: Any) -> Any:
    """Lost pupils whose files the authorities' schools sent, or that were sent on their behalf."""
    where = counts.at(LostPupil.authority, asked) & asked.within(LostPupil.uploaded_at)
    return LostPupil.select(*columns).where(where)


def _downloads(asked: Asked, *columns: Any) -> tuple[Any, Any]:
    """Lost pupils whose file an authority downloaded for its schools, each on the day of the first time.

    A download that was put back counts no more: it was a mistake.

    Returns:
        The query, and its column of the authority that downloaded.
    """
    first = fn.MIN(Download.confirmed_at)
    firsts = (
        Download.select(Download.organisation, Download.transfer, first.alias("at"))
        .where(
            counts.at(Download.organisation, asked)
            & Download.confirmed_at.is_null(False)
            & (Download.is_copy == False)  # noqa: E712
        )
        .group_by(Download.organisation, Download.transfer)
        .having(asked.within(first))
        .alias("firsts")
    )
    chosen = [firsts.c.organisation if column is LostPupil.authority else column for column in columns]
    joined = LostPupil.select(*chosen).join(firsts, on=(firsts.c.transfer_id == LostPupil.transfer))
    return joined, firsts.c.organisation


def rows(asked: Asked) -> Iterator[Cells]:
    """A row an authority, age and gender of which there is any."""
    numbers: dict[tuple[str, int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    age, count = _age(asked).alias("age"), fn.COUNT(LostPupil.id)
    uploads = _uploads(asked, LostPupil.authority, age, _GENDER, count)
    downloads, authority = _downloads(asked, LostPupil.authority, age, _GENDER, count)
    for event, query, owner in (
        ("uploaded", uploads, LostPupil.authority),
        ("downloaded", downloads, authority),
    ):
        for code, years, gender, files in counts.rows(asked, query.group_by(owner, SQL("2"), SQL("3"))):
            numbers[code, years, gender][event] += files
    names = counts.authorities(asked)
    for code, years, gender in sorted(numbers):
        found = numbers[code, years, gender]
        yield (code, names.get(code, ""), years, gender, found["uploaded"], found["downloaded"])


def behind(asked: Asked, row: Mapping[str, Any], column: str) -> Any:
    """The files behind a number; None where they are another authority's."""
    if asked.own.isdigit() and row["la"] != asked.own:
        return None
    one = asked.of(row["la"])
    if column == "uploaded":
        query = _uploads(one, LostPupil.transfer)
    else:
        query, _ = _downloads(one, LostPupil.transfer)
    gender: Any = _GENDER
    query = query.where((_age(asked) == row["age"]) & (gender == row["gender"]))
    return (
        Transfer.select(Transfer.id).where(Transfer.id.in_(query)).order_by(Transfer.uploaded_at, Transfer.id)
    )


def picture(asked: Asked) -> Picture:
    """A bar an age for the uploads of each gender."""
    numbers: dict[tuple[int, str], int] = defaultdict(int)
    for _code, _name, years, gender, uploaded, _downloaded in rows(asked):
        numbers[years, gender] += uploaded
    ages = sorted({years for years, _ in numbers}) or [0]
    span = range(ages[0], ages[-1] + 1)
    kept = [gender for gender in words.GENDERS if any(numbers[years, gender] for years in span)] or ["F", "M"]
    series = tuple(
        (words.GENDERS[gender], tuple(numbers[years, gender] for years in span)) for gender in kept
    )
    labels = tuple(f"{years}+" if years == OLDEST else str(years) for years in span)
    return Picture(
        Shape.BARS, N_("Lost pupils uploaded, by age and gender"), labels, series, N_("Age"), N_("Files")
    )
