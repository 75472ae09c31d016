"""First screens on England and Wales (3,000,000 files), against the bare SQL that answers each.

Needs a world that was made before: `s2s-tui demo --scale national --dir DIR --no-app`; its folder is given by
`S2S_NATIONAL`, or as `python -m bench.national --dir DIR`. Without one it says so and measures nothing. What
looks at pupils is on record, so the world's audit log grows by some entries.
"""

import logging
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measuring import peak_mb, ratio, say, size, timed
from s2s_tui.base.settings import Settings
from s2s_tui.demo.people import PASSWORD
from s2s_tui.rules.roles import Actor
from s2s_tui.services import accounts, audit_log, directory, home, listing, pupils, search
from s2s_tui.services.listing import Filter
from s2s_tui.services.search import LookedFor
from s2s_tui.services.site import Site, open_site

FOLDER = "S2S_NATIONAL"
AUTHORITY = "886"
"""One of the largest."""
ROWS = 40
ROUNDS = 7
_SESSION = """
import sys
from s2s_tui.base.settings import Settings
from s2s_tui.services import accounts, home, listing
from s2s_tui.services.site import open_site
site = open_site(Settings(database=sys.argv[1]))
actor = accounts.log_on(site, sys.argv[2], sys.argv[3])
home.overview(actor, site)
listing.files(actor, site, "ctf", "within", view="collected").page(0, 40)
print()
"""
_VERIFY = """
import sys
from s2s_tui.base.settings import Settings
from s2s_tui.services import upkeep
from s2s_tui.services.site import open_site
verdict = upkeep.verify(open_site(Settings(database=sys.argv[1])))
assert verdict.ok, verdict.problems[:5]
print()
"""


def run() -> None:
    """Print the figures."""
    given = os.environ.get(FOLDER, "")
    if "--dir" in sys.argv[:-1]:
        given = sys.argv[sys.argv.index("--dir") + 1]
    path = Path(given) / "s2s.sqlite"
    if not given or not path.exists():
        print(f"   {FOLDER} names no world: nothing measured; see bench/national.py")
        return
    site = open_site(Settings(database=f"sqlite:///{path.resolve()}"))
    _, took = timed(lambda: accounts.log_on(site, f"{AUTHORITY}user", PASSWORD))
    say("log on", took * 1000, "ms")
    for what, screen in screens(site).items():
        against_sql(what, screen, site, path)
    session = [site.store.url, f"{AUTHORITY}user", PASSWORD]
    say("peak memory of a session with Home and a list", peak_mb(_SESSION, *session), "MB", "at most 150")
    if "--verify" in sys.argv:
        peak, took = timed(lambda: peak_mb(_VERIFY, site.store.url))
        say("verify, all entries and contents", took, "s")
        say("  its peak memory", peak, "MB", "at most 150")


def screens(site: Site) -> dict[str, Callable[[], object]]:
    """What the first screens ask for."""

    def on(username: str) -> Actor:
        return accounts.log_on(site, username, PASSWORD)

    def read(log: audit_log.Log) -> Callable[[], object]:
        return lambda: (log.count(), log.page(0, ROWS))

    all_of_wales = on("wgadmin")
    officer, school, finder = on(f"{AUTHORITY}user"), on("s6804012"), on(f"{AUTHORITY}transfer")

    def shown(
        actor: Actor, tab: str, view: str, sort: str = "uploaded", **narrowed: Any
    ) -> Callable[[], object]:
        found = listing.files(actor, site, "ctf", tab, view=view, narrowed=Filter(**narrowed))
        return lambda: (found.count(), found.page(0, ROWS, sort))

    return {
        "Home, an authority": lambda: home.overview(officer, site),
        "Home, a school": lambda: home.overview(school, site),
        **{f"Download, {tab}": shown(officer, tab, "collected") for tab in listing.TABS},
        "Download, within, by name": shown(officer, "within", "collected", "name"),
        "Download, within, a pupil's name": shown(officer, "within", "collected", pupil="Jones Rh"),
        "Download, a school's own": shown(school, "mine", "collected"),
        "Uncollected": shown(officer, listing.UNCOLLECTED, "awaiting"),
        "pupil, by name": lambda: pupils.find(officer, site, "Jones Rh"),
        "lost pupils, a search": lambda: search.search(
            finder, site, LookedFor(surname="Jones", forename="Rhys", dob="2014")
        ),
        "finder, by name": lambda: directory.find(officer, site, "riverside"),
        "Audit, all": read(audit_log.entries(all_of_wales, site)),
        "Audit, all, an act": read(audit_log.entries(all_of_wales, site, audit_log.Wanted(action="lost"))),
    }


def against_sql(what: str, screen: Callable[[], object], site: Site, path: Path) -> None:
    """A screen against its own reading statements, run by sqlite3 alone."""
    asked: list[tuple[str, Any]] = []

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            asked.append(record.msg)  # type: ignore[arg-type]

    log, handler = logging.getLogger("peewee"), Heard()
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        screen()
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.WARNING)
    reads = [(sql, params) for sql, params in asked if sql.startswith("SELECT")]
    with sqlite3.connect(path) as bare:
        bare.execute("PRAGMA cache_size = -16000")

        def rows() -> None:
            for sql, params in reads:
                bare.execute(sql, params or ()).fetchall()

        with site.store.connection():
            ours, theirs, times = ratio(screen, rows, size(ROUNDS, 1))
    say(f"{what}", ours * 1000, "ms", f"at most 1000; {times:.1f} × its SQL ({theirs * 1000:.1f} ms)")


if __name__ == "__main__":
    run()
