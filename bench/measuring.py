"""How measurements are taken and said."""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def say(what: str, value: float, unit: str, limit: str = "") -> None:
    """Print one figure, with what it has to keep to."""
    print(f"   {what:<58} {value:>10,.2f} {unit:<6} {limit}", flush=True)


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
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 7
) -> tuple[float, float, float]:
    """Two works in turn, so that both meet the same noise: ours, theirs, and the median of ours / theirs."""
    ours()
    theirs()
    pairs = []
    for _ in range(rounds):
        start = time.perf_counter()
        ours()
        middle = time.perf_counter()
        theirs()
        pairs.append((middle - start, time.perf_counter() - middle))
    return (
        statistics.median(mine for mine, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(mine / other for mine, other in pairs),
    )


def peak_mb(code: str, *arguments: str) -> float:
    """The peak memory of a Python process that runs some code, in MB of 1024² bytes."""
    wrapped = f"{code}\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", wrapped, *arguments], check=True, capture_output=True, text=True
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
