"""A register of 24,000 schools taken in, each with its account, against sqlite3's own inserts of these rows.

Both write to the same disk with the same settings (WAL, synchronous FULL) into the same tables, indexes and
triggers, in one transaction. The bare side has every row ready: it reads no file, checks and compares
nothing, seals nothing.
"""

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import made
from bench.measuring import folder, say, size, timed
from bench.uploads import Bare

SCHOOLS = 24_000
HEADER = (
    *("URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName"),
    *("TypeOfEstablishment (name)", "EstablishmentTypeGroup (name)", "EstablishmentStatus (name)"),
    *("OpenDate", "CloseDate", "PhaseOfEducation (name)", "Street", "Town", "Postcode", "TelephoneNum"),
)


def register(path: Path, count: int) -> None:
    """A CSV like England's, of invented schools."""
    from s2s_tui.services.authorities import rows

    codes = [row["code"] for row in rows() if row["country"] == "England"]
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(count):
            code, school = codes[number % len(codes)], 3000 + number // len(codes)
            name = f"St Mary’s Primary School, Hill {number}"
            place = ("Community school", "Local authority maintained schools", "Open", "01-09-1990", "")
            where = ("Primary", "1 Hill Road", "Hilltown", "HT1 2AB", "01632960123")
            writer.writerow((100_000 + number, code, "", school, name, *place, *where))


def written(path: Path, count: int) -> Iterator[tuple[str, list[Any]]]:
    """What the import wrote, as statements with their rows."""
    connection = sqlite3.connect(path)
    for table, where in (
        ("establishment", "opened = '1990-09-01'"),
        ("user", "password = ''"),
        ("audit_entry", "action IN ('school-open', 'school-import')"),
    ):
        rows = connection.execute(f'SELECT * FROM "{table}" WHERE {where}').fetchall()
        assert len(rows) in (count, count + 1), (table, len(rows))
        yield f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(rows[0]))})', rows
    connection.close()


def administrator(site: Any) -> Any:
    """WG, logged on."""
    from s2s_tui.services import accounts, hashing
    from s2s_tui.store.models import User
    from s2s_tui.store.statements import insert

    account = {"username": "wg", "role": "wg", "organisation": "WG", "created_at": site.clock()}
    account |= {"password": hashing.hashed(site.settings, made.PASSWORD), "password_at": site.clock()}
    site.store.write(lambda: insert(User, [account]))
    return accounts.log_on(site, "wg", made.PASSWORD)


def run() -> None:
    """Print the figures."""
    from s2s_tui.services import school_import

    count = size(SCHOOLS, 500)
    with folder() as place, made.site(place) as site, site.store.connection():
        path = place / "edubasealldata.csv"
        register(path, count)
        database = site.store.path
        assert database is not None
        actor = administrator(site)
        bare = Bare(place / "bare.sqlite", database)
        _, dry = timed(lambda: school_import.bring_in(actor, site, path, dry_run=True))
        plan, mine = timed(lambda: school_import.bring_in(actor, site, path))
        assert len(plan.of(school_import.OPEN)) == count
        ready = list(written(database, count))
        _, other = timed(lambda: bare.commit([ready]))
        again, unchanged = timed(lambda: school_import.bring_in(actor, site, path))
        assert (again.items, again.same) == ((), count)
        bare.connection.close()
    say("schools in the register", count, "")
    say("bare inserts of the same rows", other, "s")
    say("a dry run", dry, "s")
    say("the import, from the file on", mine, "s", "at most 30")
    say("  of the bare inserts", mine / other, "", "at most 15")
    say("the same register again", unchanged, "s")
