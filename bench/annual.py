"""The annual matching, from the roll's file to the written finds: 50,000 × 100,000.

`--full` for 470,000 × 1,000,000. A process of its own runs the service as `lost match` does: it reads the
roll, takes the lost pupils out of the database, matches, and writes each find with its reasons.
"""

import csv
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import made
from bench.bulk import Memory, cpu
from bench.measuring import folder, say, size
from bench.people import rolls
from bench.register import administrator
from s2s_tui.matching.fields import Record

SCHOOLS = ("6804012", "6814053")
_AT_ONCE = 20_000


def lose(site: Any, people: list[Record]) -> None:
    """Write the lost pupils into the database as uploads would leave them, without the files."""
    from s2s_tui.store.models import Content, Counter, LostPupil, Transfer
    from s2s_tui.store.statements import insert

    now = site.clock()
    insert(Content, [{"digest": "0" * 64, "size": 0, "packed": b""}])
    for start in range(0, len(people), _AT_ONCE):
        few = people[start : start + _AT_ONCE]
        common = {
            "name": "6804012_CTF_XXXXXXX_001.XML",
            "name_key": "6804012_ctf_xxxxxxx_001.xml",
            "kind": "ctf",
            "source": SCHOOLS[0],
            "destination": "XXXXXXX",
            "source_authority": "680",
            "content": "0" * 64,
            "size": 0,
            "school_year": 2026,
            "uploaded_at": now,
            "uploaded_by": "s6804012",
            "sender": SCHOOLS[0],
        }
        insert(Transfer, [common | {"id": one.id} for one in few])
        insert(LostPupil, [_lost(one) | {"uploaded_at": now} for one in few])
    Counter.replace(name="lost", value=len(people)).execute()


def _lost(one: Record) -> dict[str, Any]:
    named = {
        name: getattr(one, name) or ""
        for name in (
            *("upn", "surname", "forename", "gender", "town", "postcode"),
            *("former_surname", "middle_names", "preferred_forename", "preferred_surname"),
        )
    }
    return named | {
        "transfer": one.id,
        "left_sector": False,
        "born": _day(one),
        "authority": "680",
        "school": SCHOOLS[0],
        "change": one.id,
    }


def _day(one: Record) -> str:
    return f"{one.born.year:04}-{one.born.month:02}-{one.born.day:02}" if one.born else ""


def written(path: Path, roll: list[Record]) -> None:
    """The roll as a CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("upn", "surname", "forename", "dob", "gender", "town", "postcode", "establishment"))
        for one in roll:
            known = (one.upn, one.surname, one.forename, _day(one), one.gender, one.town, one.postcode)
            writer.writerow((*known, SCHOOLS[one.id % 2]))


def _match(place: Path) -> None:
    """What the measured process does."""
    from s2s_tui.services import accounts, annual

    memory = Memory()
    memory.start()
    begun = time.perf_counter()
    stages: dict[str, float] = {}
    with made.opened(place) as site:
        actor = accounts.log_on(site, "wg", made.PASSWORD)

        def told(stage: str, _done: int, _of: int) -> None:
            stages[stage] = time.perf_counter()

        annual.match(actor, site, place / "roll.csv", on_progress=told)
    print(time.perf_counter() - begun, cpu(), memory.most)
    for stage, at in stages.items():
        print(stage, at - begun)
        begun = at


def _process(place: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.annual", str(place)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run() -> None:
    """Print the figures."""
    full = "--full" in sys.argv
    count, held = (470_000, 1_000_000) if full else (size(50_000, 500), size(100_000, 1000))
    with folder() as place:
        right = _made(place, count, held)
        command = [sys.executable, "-m", "bench.annual", str(place)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        took, used, most, *stages = done.stdout.split()
        found = _found(place)
    hits = sum(right.get(lost) == who for lost, who in found.items())
    say(f"{count:,} × {held:,}: from the file to the finds, wall", float(took), "s", "at most 240" * full)
    for name, seconds in zip(stages[::2], stages[1::2], strict=True):
        say(f"  of it {name}", float(seconds), "s")
    say("CPU of all its processes", float(used), "s")
    say("peak memory of them all", float(most), "MB", "at most 2,048" * full)
    say("finds written, certain or to check", len(found), "")
    say("F1 of these finds", 200 * hits / (len(found) + len(right)), "%", "at least 97")


def _made(place: Path, count: int, held: int) -> dict[int, tuple[str, str]]:
    """The database and the roll; for each lost pupil on it, the names that the roll has."""
    people, roll, truth = rolls.roll(count, held)
    with made.site(place) as site:
        administrator(site)
        site.store.write(lambda: lose(site, people))
    written(place / "roll.csv", roll)
    return {truth[one.id]: (one.surname or "", one.forename or "") for one in roll if one.id in truth}


def _found(place: Path) -> dict[int, tuple[str, str]]:
    """For each lost pupil that was found, the names of the one on the roll."""
    from s2s_tui.store.models import Find
    from s2s_tui.store.statements import tuples

    with made.opened(place) as site, site.store.connection():
        rows = tuples(Find.select(Find.lost, Find.surname, Find.forename))
        return {lost: (surname, forename) for lost, surname, forename in rows}


if __name__ == "__main__":
    _match(Path(sys.argv[1])) if sys.argv[1:] and not sys.argv[1].startswith("-") else run()
