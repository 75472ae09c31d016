"""How measurements are taken and said."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

QUICK = "S2S_BENCH_QUICK"
"""Set in the environment, the measurements are small: to see that they run, not how fast."""


def say(what: str, value: float, unit: str, limit: str = "") -> None:
    """Print one figure, with what it has to keep to."""
    print(f"   {what:<58} {value:>10,.2f} {unit:<6} {limit}", flush=True)


def size(whole: int, quick: int) -> int:
    """How many, or how many rounds: a quick run takes fewer."""
    return quick if os.environ.get(QUICK) else whole


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """The median wall time of some rounds of work, after one that doesn't count."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def ratio(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    rounds: int = 7,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float, float]:
    """Two works in turn, so that both meet the same noise: ours, theirs, and the median of ours / theirs.

    Args:
        ours: a piece of work.
        theirs: what it is measured against.
        rounds: how many pairs, after one that doesn't count.
        clock: `time.perf_counter`, or `time.process_time` for work that waits for nothing, where others use
            the machine too.
    """
    return of_pairs(lambda: timed(ours, clock)[1], lambda: timed(theirs, clock)[1], rounds)


def of_pairs(
    ours: Callable[[], float], theirs: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """As `ratio`, of works that say themselves how long they took."""
    ours()
    theirs()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return (
        statistics.median(mine for mine, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(mine / other for mine, other in pairs),
    )


def timed(work: Callable[[], Result], clock: Callable[[], float] = time.perf_counter) -> tuple[Result, float]:
    """What a work gives, and how long it took."""
    start = clock()
    result = work()
    return result, clock() - start


def peak_mb(code: str, *arguments: str) -> float:
    """The peak memory of a Python process that runs some code, in MB of 1024² bytes."""
    # Not getrusage's, which starts with the peak of the process that made this one.
    wrapped = f"{code}\nprint(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    done = subprocess.run(
        [sys.executable, "-c", wrapped, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    return int(done.stdout.split()[-1]) / 1024


def cpu_seconds() -> float:
    """CPU time of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on the disk that the figures are about, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="s2s-bench-", dir=Path.cwd()) as name:
        yield Path(name)
