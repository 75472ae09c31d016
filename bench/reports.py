"""Reports: the first screen of each against the bare SQL that answers it, CSVs against `sqlite3`'s own.

On England and Wales (3,000,000 files) where `S2S_NATIONAL` names the folder of such a world, as for
`bench.national`, else on one of Wales; small, on the small one. What is read is on record, so a world's audit
log grows by some entries. A CSV that names pupils puts them on record first, which `sqlite3` does not: the
figure is with that; how long it takes without is told, too.
"""

import logging
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measuring import folder, of_pairs, peak_mb, ratio, say, size, timed
from bench.national import FOLDER
from s2s_tui.base.settings import Settings
from s2s_tui.demo import world
from s2s_tui.demo.people import PASSWORD
from s2s_tui.services import accounts
from s2s_tui.services.reports import counting, long, output, running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.registry import REPORTS
from s2s_tui.services.reports.running import Run
from s2s_tui.services.site import open_site
from s2s_tui.store import stream

ROWS = 40
ROUNDS = 7
CSVS = ("school", "lost-details")
_CSV = """
import sys
from pathlib import Path
from s2s_tui.base.settings import Settings
from s2s_tui.services import accounts
from s2s_tui.services.reports import output, running
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.site import open_site
site = open_site(Settings(database=sys.argv[1]))
actor = accounts.log_on(site, sys.argv[2], sys.argv[3])
output.save_csv(running.ask(actor, site, "school", Wanted()), Path(sys.argv[4]))
print()
"""


def run() -> None:
    """Print the figures."""
    given = os.environ.get(FOLDER, "")
    with folder() as place:
        if given and not size(0, 1):
            database, authority = Path(given) / "s2s.sqlite", "886"
            others: tuple[str, ...] = ("886", "881", "919", "681")
        else:
            scale = "wales" if not size(0, 1) else "small"
            made = world.make(Settings(), scale, folder=place / "world", reset=True)
            database, authority = made.folder / "s2s.sqlite", "680"
            others = ("680", "681", "660")
        site = open_site(Settings(database=f"sqlite:///{database.resolve()}"))
        months, took = timed(lambda: counting.settle(site))
        say(f"counting the months that are over ({months})", took, "s")
        for key in REPORTS:
            username = "wgadmin" if key == "national" else f"{authority}dba"
            chosen = others if key in ("cluster", "lost-numbers") else ()
            actor = accounts.log_on(site, username, PASSWORD)
            first_screen(running.ask(actor, site, key, Wanted(authorities=chosen)), database)
        user = accounts.log_on(site, f"{authority}user", PASSWORD)
        for key in CSVS:
            csv_against_sqlite(running.ask(user, site, key, Wanted()), database, place)
        who = [site.store.url, f"{authority}user", PASSWORD, str(place / "peak.csv")]
        say("peak memory of a process that saves the longest CSV", peak_mb(_CSV, *who), "MB", "at most 150")
        every = running.ask(accounts.log_on(site, "wgadmin", PASSWORD), site, "school", Wanted())
        count, took = timed(lambda: output.save_csv(every, place / "every.csv"))
        say(f"School Report of every authority, {count:,} rows", took, "s")
        who = [site.store.url, "wgadmin", PASSWORD, str(place / "every-peak.csv")]
        say("  its peak memory", peak_mb(_CSV, *who), "MB", "at most 150")
        site.store.close()


class Unrecorded(Run):
    """A report that puts on record nobody whom it names."""

    __slots__ = ()

    def _record_upns(self, upns: Iterable[str], write: stream.Write) -> None:
        pass


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    """The statements that run within the block, with their parameters."""
    found: list[tuple[str, Any]] = []

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.msg)  # type: ignore[arg-type]

    log, handler = logging.getLogger("peewee"), Heard()
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        yield found
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.WARNING)


def literal(sql: str, params: Sequence[Any]) -> str:
    """A statement as text, its parameters written out, for a command that takes none."""
    first, *rest = sql.split("?")
    values = (
        str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
        for value in params
    )
    return first + "".join(value + part for value, part in zip(values, rest, strict=True)) + ";\n"


def first_screen(asked: Run, database: Path) -> None:
    """The count, the first page, the sums and the picture, against their own SQL."""
    report = asked.asked.report

    def screen() -> None:
        # A fresh one each time: a run keeps what it has worked out.
        one = Run(asked.actor, asked.site, asked.asked, asked.wanted)
        one.count(), one.page(0, ROWS), one.totals(), one.picture()

    with heard() as statements:
        screen()
    reads = [(sql, params) for sql, params in statements if sql.startswith("SELECT")]
    with sqlite3.connect(database) as bare:
        bare.execute("PRAGMA cache_size = -16000")
        bare.execute("PRAGMA temp_store = memory")

        def rows() -> None:
            for sql, params in reads:
                bare.execute(sql, params or ()).fetchall()

        with asked.site.store.connection():
            rounds = size(ROUNDS, 1)
            _, _, times = ratio(screen, rows, rounds, time.process_time)
            wall, theirs, _ = ratio(screen, rows, rounds)
    limit = f"at most 1000; {times:.2f} × its SQL ({theirs * 1000:.1f} ms), CPU, at most 1.5"
    say(f"{report.key}, first screen", wall * 1000, "ms", limit)


def csv_against_sqlite(asked: Run, database: Path, place: Path) -> None:
    """A CSV of a long report, CPU, against that of `sqlite3`'s command with names joined to each row."""
    command = shutil.which("sqlite3")
    path = place / "ours.csv"
    silent = Unrecorded(asked.actor, asked.site, asked.asked, asked.wanted)

    def ours(one: Run = asked) -> float:
        path.unlink(missing_ok=True)
        return timed(lambda: output.save_csv(one, path), time.process_time)[1]

    if command is None:
        print("   no command sqlite3: CSVs are measured against nothing")
        return
    parts = asked.asked
    query = long.ordered(parts, parts.report.work.query(parts, names=True), "", descending=False)
    text = literal(*query.bind(asked.site.store.database).sql())

    told = ("PRAGMA cache_size = -16000", "PRAGMA temp_store = memory", f".output {place / 'bare.csv'}")
    options = ["-batch", *(part for one in told for part in ("-cmd", one))]

    def theirs() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [command, *options, "-csv", "-header", str(database)],
            input=text,
            text=True,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    mine, other, times = of_pairs(ours, theirs, size(ROUNDS, 1))
    key = parts.report.key
    say(f"{key}, CSV, CPU", mine * 1000, "ms")
    say("  sqlite3's .mode csv / ours", 1 / times, "", f"at least 0.5; its {other * 1000:.0f} ms")
    if "upn" in [column.id for column in asked.columns]:
        took = statistics.median(ours(silent) for _ in range(size(ROUNDS, 1)))
        say("  without putting on record who was seen", took * 1000, "ms")
