"""A roll against the lost pupils, on two processes: 50,000 × 100,000; `--full` for 470,000 × 1,000,000."""

import gc
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import threading
import time
from multiprocessing.context import ForkContext
from pathlib import Path

import numpy as np

from bench.measuring import folder, say
from bench.people import rolls
from s2s_tui.matching import bulk, pairs, snapshot
from s2s_tui.matching.index import Index, build
from s2s_tui.matching.likeness import Likeness

PROCESSES = 2
_shared: dict[str, object] = {}


def _compare(work: bulk.Work) -> Likeness:
    return bulk.compare_names(_shared["lost"], _shared["roll"], work)  # type: ignore[arg-type]


def _look(part: tuple[int, int]) -> bulk.Pairs:
    return bulk.look(_shared["held"], _shared["roll"], _shared["compared"], part)  # type: ignore[arg-type]


def matched(lost: Index, roll: Index, processes: int = PROCESSES) -> bulk.Links:
    """The links, made by some processes that share the indexes."""
    context: ForkContext = multiprocessing.get_context("fork")
    gc.freeze()  # what is here is shared with the other processes as long as nobody touches it
    _shared.update(lost=lost, roll=roll)
    works = bulk.name_work(roll)
    with context.Pool(processes) as pool:
        _shared["compared"] = bulk.gather(lost, roll, works, pool.map(_compare, works, chunksize=1))
    _shared["held"] = pairs.prepare(lost)
    with context.Pool(processes) as pool:
        found = pool.map(_look, bulk.parts(roll), chunksize=1)
    return bulk.settle(lost, roll, found)


def cpu() -> float:
    """CPU seconds of this process and those it waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_mb() -> float:
    """An upper bound of the most memory in use: this process's and the others', what they share in each."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (own + PROCESSES * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


class Memory(threading.Thread):
    """Watches what this process and those it starts hold together: shared pages count once, in parts."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0.0

    def run(self) -> None:
        """Look twice a second."""
        while True:
            own = os.getpid()
            children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
            self.most = max(self.most, sum(map(_share_mb, [str(own), *children])))
            time.sleep(0.5)


def _share_mb(process: str) -> float:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(text.split("Pss:")[1].split()[0]) / 1024


def keep(index: Index, place: Path) -> None:
    """Write a snapshot, an array a file."""
    place.mkdir()
    arrays, about = snapshot.arrays(index)
    for name, array in arrays.items():
        np.save(place / f"{name}.npy", array)
    (place / "about.json").write_text(json.dumps(about))


def kept(place: Path) -> Index:
    """A snapshot, mapped."""
    arrays = {path.stem: np.load(path, mmap_mode="r") for path in place.glob("*.npy")}
    return snapshot.from_arrays(arrays, json.loads((place / "about.json").read_text()))


def _one(place: Path) -> None:
    """Match two snapshots in a process that holds nothing else, and tell time, memory and links."""
    memory = Memory()
    memory.start()
    wall = time.perf_counter()
    links = matched(kept(place / "lost"), kept(place / "roll"))
    took = time.perf_counter() - wall
    np.savez(place / "links.npz", roll=links.roll, lost=links.lost, probability=links.probability)
    print(took, cpu(), memory.most)


def run() -> None:
    count, size = (470_000, 1_000_000) if "--full" in sys.argv else (50_000, 100_000)
    people, asked, truth = rolls.roll(count, size)
    with folder() as place:
        start = time.process_time()
        keep(build(people), place / "lost")
        keep(build(asked), place / "roll")
        say(f"{count:,} × {size:,}: both indexes, CPU", time.process_time() - start, "s")
        del people, asked
        done = subprocess.run(
            [sys.executable, "-m", "bench.bulk", str(place)], check=True, capture_output=True, text=True
        )
        took, used, memory = map(float, done.stdout.split())
        with np.load(place / "links.npz") as links:
            roll, lost, probability = links["roll"], links["lost"], links["probability"]
    full = count == 470_000
    say(f"matching on {PROCESSES} processes, wall", took, "s", "at most 240" if full else "")
    say("CPU of them all", used, "s")
    say("peak memory of them all", memory, "MB", "at most 2,048" if full else "")
    for name, least in (("certain", bulk.CERTAIN), ("even odds", 0.5), ("certain or to check", bulk.CHECK)):
        on = (lost > 0) & (probability >= least)
        score, precision, recall = rolls.f1(
            dict(zip(roll[on].tolist(), lost[on].tolist(), strict=True)), truth
        )
        say(f"{name}: F1", 100 * score, "%", "at least 97" if name == "even odds" else "")
        say(f"{name}: precision", 100 * precision, "%")
        say(f"{name}: recall", 100 * recall, "%")


if __name__ == "__main__":
    _one(Path(sys.argv[1])) if sys.argv[1:] and not sys.argv[1].startswith("-") else run()
