"""Runs the measurements, all or those named; each module has `run()` and prints with `measuring.say`.

Each runs in a process of its own, so that none inherits what another has loaded or left in memory.
`--quick` makes them small, to see that they run.
"""

import importlib
import os
import pkgutil
import subprocess
import sys
import time

import bench
from bench.measuring import QUICK

NOT_MEASUREMENTS = {"__main__", "pictures", "measuring", "made", "terminal"}


def names() -> list[str]:
    """The measurements, by name."""
    return sorted(
        found.name
        for found in pkgutil.iter_modules(bench.__path__)
        if found.name not in NOT_MEASUREMENTS and not found.ispkg
    )


def main() -> int:
    """Run what was asked for."""
    options = {given for given in sys.argv[1:] if given.startswith("-")}
    asked = [given for given in sys.argv[1:] if given not in options]
    unknown = [name for name in asked if name not in names()] + sorted(options - {"--quick"})
    if unknown:
        print(
            f"No measurement {', '.join(unknown)}. There are: {', '.join(names())}; and --quick.",
            file=sys.stderr,
        )
        return 2
    if "--quick" in options:
        os.environ[QUICK] = "1"
    if len(asked) == 1:
        measure(asked[0])
        return 0
    failed = [
        name
        for name in asked or names()
        if subprocess.run([sys.executable, "-m", "bench", name], check=False).returncode
    ]
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def measure(name: str) -> None:
    """Run one measurement."""
    start = time.perf_counter()
    print(f"── {name}", flush=True)
    importlib.import_module(f"bench.{name}").run()
    print(f"   ({time.perf_counter() - start:.0f} s)\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
