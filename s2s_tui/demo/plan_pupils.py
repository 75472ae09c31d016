"""Whom the files of a plan are about, and the numbers in their names."""

from collections.abc import Mapping

import numpy as np

from s2s_tui.demo import names, rhythm
from s2s_tui.demo.boxes import ADMISSIONS, GENERIC, PLASC, Column, Places
from s2s_tui.demo.schools import PRIMARY, SECONDARY
from s2s_tui.rules.upn import LETTERS


def pupils(
    rng: np.random.Generator, where: Places, parts: tuple[dict[str, Column], ...]
) -> tuple[dict[str, Column], list[Column]]:
    """The pupils of all files, and the first of each file's; no UPN is given twice."""
    givers, ages, days, base = [], [], [], 0
    first_of: list[Column] = []
    for part in parts:
        same = part.pop("same", None)
        counts = part["pupils"].astype(np.int64)
        if same is not None:
            counts[same >= 0] = 0
        starts = base + np.concatenate([[0], np.cumsum(counts)[:-1]])
        if same is not None:
            again = same >= 0
            starts[again] = starts[same[again]]
        first_of.append(starts.astype(np.int32))
        base += int(counts.sum())
        givers.append(np.repeat(part.pop("giver"), counts))
        ages.append(np.repeat(part["age"], counts))
        days.append(np.repeat(part["at"] // rhythm.DAY, counts))
    giver, age = np.concatenate(givers), np.concatenate(ages).astype(np.int64)
    giver = _primary_of(rng, where, giver)
    starts_in = _school_year(np.concatenate(days))
    count = len(giver)
    begins = (starts_in - age - 1 - 1970).astype("datetime64[Y]").astype("datetime64[M]") + 8
    born = begins.astype("datetime64[D]").astype(np.int64) + rng.integers(0, 365, count)
    year = ((starts_in - (age - 4)) % 100).astype(np.int64)
    serial = _serials(giver.astype(np.int64) * 100 + year)
    sex = (rng.random(count) < 0.49).astype(np.uint8)
    forenames = np.where(
        sex == 1, rng.integers(0, len(names.GIRLS), count), rng.integers(0, len(names.BOYS), count)
    )
    double = rng.random(count) < 0.15
    made: dict[str, Column] = {
        "giver": giver.astype(np.int32),
        "year": year.astype(np.uint8),
        "serial": serial.astype(np.int16),
        "letter": _letters(where, giver, year, serial),
        "born": born.astype(np.int32),
        "sex": sex,
        "surname": rng.integers(0, len(names.SURNAMES), count).astype(np.uint16),
        "second": np.where(double, rng.integers(0, len(names.SURNAMES), count), 0).astype(np.uint16),
        "forename": forenames.astype(np.uint16),
        "salt": rng.integers(0, 2**32, count, dtype=np.uint32),
    }
    return made, first_of


def _primary_of(rng: np.random.Generator, where: Places, school: Column) -> Column:
    """Which school gave a pupil its number: its own, or for one of a secondary school a primary near it."""
    phase = np.array([school.phase for school in where.schools])
    pool = np.flatnonzero(phase == PRIMARY)
    at = np.flatnonzero(phase[school] == SECONDARY)
    begins = np.searchsorted(where.authority[pool], where.authority[school[at]], side="left")
    ends = np.searchsorted(where.authority[pool], where.authority[school[at]], side="right")
    given = school.copy()
    some = ends > begins
    at, begins, ends = at[some], begins[some], ends[some]
    given[at] = pool[begins + (rng.random(len(at)) * (ends - begins)).astype(np.int64)]
    return given


def _school_year(days: Column) -> Column:
    """The school years that days lie in, by the calendar year of their start."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray((months - 8) // 12 + 1970)


def _serials(keys: Column) -> Column:
    """Numbers from 999 down, of each key anew: those made one at a time (`pupils.Register`) begin at 1."""
    order = np.argsort(keys, kind="stable")
    return 999 - _rank(keys, order) % 999


def _rank(keys: Column, order: Column) -> Column:
    """How many of the same key come before each, in an order that puts the same together."""
    inside = keys[order]
    begins = np.concatenate([[True], inside[1:] != inside[:-1]]) if len(keys) else np.zeros(0, bool)
    starts = np.flatnonzero(begins)
    rank = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys)) - np.repeat(starts, np.diff(np.append(starts, len(keys))))
    return rank


def _letters(where: Places, giver: Column, year: Column, serial: Column) -> Column:
    """The check letters of `rules.upn`, of many at once."""
    numbers = np.array([int(school.number) for school in where.schools], np.int64)[giver]
    body = (numbers * 100 + year) * 1000 + serial
    total = np.zeros(len(body), np.int64)
    for place in range(13, 1, -1):
        body, digit = np.divmod(body, 10)
        total += digit * place
    return (total % len(LETTERS)).astype(np.uint8)


def numbers(where: Places, files: Mapping[str, Column], taken: Mapping[tuple[str, str], int]) -> Column:
    """The running number in each name, above those that are taken."""
    way = files["way"].astype(np.int64)
    kind = np.where(np.isin(way, (GENERIC, PLASC, ADMISSIONS)), way, 0)
    size = len(where.boxes)
    keys = (files["source"].astype(np.int64) * size + files["destination"]) * 16 + kind
    numbers = 1 + _rank(keys, np.argsort(keys, kind="stable"))
    at = {box: place for place, box in enumerate(where.boxes)}
    known = [
        ((at[source] * size + at[destination]) * 16 + other, highest)
        for (source, destination), highest in taken.items()
        if source in at and destination in at
        for other in (0, PLASC, ADMISSIONS)
    ]
    if known:
        known.sort()
        codes = np.array([code for code, _ in known])
        spot = np.minimum(np.searchsorted(codes, keys), len(codes) - 1)
        numbers += np.where(codes[spot] == keys, np.array([highest for _, highest in known])[spot], 0)
    return numbers.astype(np.int32)
