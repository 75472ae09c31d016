"""A roll against the lost pupils, on two processes: 50,000 × 100,000; `--full` for 470,000 × 1,000,000."""

import gc
import multiprocessing
import resource
import sys
import time
from multiprocessing.context import ForkContext

from bench.measuring import say
from bench.people import rolls
from s2s_tui.matching import bulk, pairs
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
        _shared["compared"] = bulk.gather(works, pool.map(_compare, works, chunksize=1))
    _shared["held"] = pairs.prepare(lost)
    with context.Pool(processes) as pool:
        found = pool.map(_look, bulk.parts(roll), chunksize=1)
    return bulk.settle(lost, roll, found)


def cpu() -> float:
    """CPU seconds of this process and those it waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_mb() -> float:
    """The most memory of this process and, for each of the others, of the largest of them."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (own + (PROCESSES - 1) * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def run() -> None:
    count, size = (470_000, 1_000_000) if "--full" in sys.argv else (50_000, 100_000)
    people, asked, truth = rolls.roll(count, size)
    start, wall = cpu(), time.perf_counter()
    lost, roll = build(people), build(asked)
    del people, asked
    indexed = time.perf_counter() - wall
    links = matched(lost, roll)
    took, used = time.perf_counter() - wall, cpu() - start
    full = "at most 240" if count == 470_000 else ""
    say(f"{count:,} × {size:,}: indexes", indexed, "s")
    say("all of it, wall", took, "s", full)
    say("CPU", used, "s")
    say("peak memory, an upper bound (made-up pupils included)", peak_mb(), "MB", "at most 2,048")
    for name, least in (("certain", bulk.CERTAIN), ("even odds", 0.5), ("certain or to check", bulk.CHECK)):
        on = (links.lost > 0) & (links.probability >= least)
        found = dict(zip(links.roll[on].tolist(), links.lost[on].tolist(), strict=True))
        score, precision, recall = rolls.f1(found, truth)
        say(f"{name}: F1", 100 * score, "%", "at least 97" if name == "even odds" else "")
        say(f"{name}: precision", 100 * precision, "%")
        say(f"{name}: recall", 100 * recall, "%")


if __name__ == "__main__":
    run()
