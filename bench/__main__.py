"""Runs the measurements, all or those named; each module has `run()` and prints with `measuring.say`."""

import importlib
import pkgutil
import sys
import time

import bench

NOT_MEASUREMENTS = {"__main__", "pictures", "measuring"}


def names() -> list[str]:
    """The measurements, by name."""
    return sorted(
        found.name
        for found in pkgutil.iter_modules(bench.__path__)
        if found.name not in NOT_MEASUREMENTS and not found.ispkg
    )


def main() -> int:
    """Run what was asked for."""
    asked = [name for name in sys.argv[1:] if not name.startswith("-")]
    unknown = set(asked) - set(names())
    if unknown:
        print(
            f"No measurement {', '.join(sorted(unknown))}. There are: {', '.join(names())}", file=sys.stderr
        )
        return 2
    for name in asked or names():
        start = time.perf_counter()
        print(f"── {name}")
        importlib.import_module(f"bench.{name}").run()
        print(f"   ({time.perf_counter() - start:.0f} s)\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
