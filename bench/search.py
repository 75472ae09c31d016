"""One search among many: CPU time, how it grows, and what a session holds; beside raw alternatives.

A tenth of a million by default; `--full` for the million that the limits are about.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bench.measuring import folder, ratio, say
from bench.people import asking, population, testing, testing_slips
from s2s_tui.matching import snapshot
from s2s_tui.matching.fields import Query, Record
from s2s_tui.matching.index import Index, build
from s2s_tui.matching.search import search

_SESSION = """
import json, sys, time, re
from pathlib import Path
import numpy as np
from s2s_tui.matching import snapshot
from s2s_tui.matching.fields import Query
from s2s_tui.matching.search import search

def private():
    text = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(n) for n in re.findall(r"Private_(?:Clean|Dirty): +(\\d+)", text)) / 1024

place = Path(sys.argv[1])
before, start = private(), time.perf_counter()
arrays = {path.stem: np.load(path, mmap_mode="r") for path in place.glob("*.npy")}
index = snapshot.from_arrays(arrays, json.loads((place / "about.json").read_text()))
took = time.perf_counter() - start
for name in ("Jones", "Davies-Rees", "Llywelyn"):
    search(index, Query(surname=name, forename="Rhys", town="Cardiff"))
print(took, private() - before)
"""


def keep(index: Index, place: Path) -> None:
    """Write a snapshot, an array a file."""
    arrays, about = snapshot.arrays(index)
    for name, array in arrays.items():
        np.save(place / f"{name}.npy", array)
    (place / "about.json").write_text(json.dumps(about))


def times(index: Index, queries: list[Query]) -> list[float]:
    """CPU milliseconds of each search, after some that don't count."""
    for query in queries[:20]:
        search(index, query)
    taken = []
    for query in queries:
        start = time.process_time()
        search(index, query)
        taken.append(1000 * (time.process_time() - start))
    return taken


def run() -> None:
    sizes = (10_000, 100_000, 1_000_000) if "--full" in sys.argv else (10_000, 100_000)
    for size in sizes:
        people = population.pupils(testing.world(size), size, seed=5)
        start = time.process_time()
        index = build(people)
        building = time.process_time() - start
        asked = [question.query for question in asking.questions(people, testing_slips.SLIPS, 600, seed=9)]
        taken = times(index, asked)
        limit = size == 1_000_000
        say(f"{size:,}: build, CPU", building, "s", "at most 10" if limit else "")
        say(f"{size:,}: a search, CPU, median", float(np.median(taken)), "ms")
        say(
            f"{size:,}: a search, CPU, p95",
            float(np.percentile(taken, 95)),
            "ms",
            "at most 25" if limit else "",
        )
        for surname in ("Jones", "Treharne", "Zzyzx"):
            one = [Query(surname=surname, forename="Rhys", born=people[0].born, town="Cardiff")] * 60
            say(f"{size:,}: {surname}, CPU, median", float(np.median(times(index, one))), "ms")
    with folder() as place:
        keep(index, place)
        size_mb = sum(path.stat().st_size for path in place.iterdir()) / 1024**2
        done = subprocess.run(
            [sys.executable, "-c", _SESSION, str(place)], check=True, capture_output=True, text=True
        )
        load, private = map(float, done.stdout.split())
        say("snapshot on disk, shared", size_mb, "MB")
        say("snapshot load, wall", load, "s", "at most 1")
        say("private memory of a session", private, "MB", "at most 80")
    _against_rapidfuzz(index, people, asked[:5])


def _against_rapidfuzz(index: Index, people: list[Record], asked: list[Query]) -> None:
    """The same questions by comparing whole lines with each pupil."""
    from rapidfuzz import fuzz, process

    lines = [f"{p.surname} {p.forename} {p.born} {p.town}".lower() for p in people]

    def theirs() -> None:
        for query in asked:
            text = f"{query.surname} {query.forename} {query.born} {query.town}".lower()
            process.extract(text, lines, scorer=fuzz.token_sort_ratio, limit=50)

    mine, other, share = ratio(lambda: [search(index, query) for query in asked], theirs, rounds=3)
    say("rapidfuzz over whole lines, wall", 1000 * other / len(asked), "ms")
    say("ours / rapidfuzz over whole lines", share, "", f"({1000 * mine / len(asked):.1f} ms)")


if __name__ == "__main__":
    run()
