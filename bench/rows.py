"""First full frame of a list of a million rows, against one of a thousand, each in a real terminal."""

from bench.measuring import of_pairs, say, size
from bench.terminal import TABLE_SHOWS, first_frame, table_host

ROUNDS = 15


def run() -> None:
    """Print the figures."""
    million, thousand, times = of_pairs(
        lambda: first_frame(table_host(1_000_000), TABLE_SHOWS),
        lambda: first_frame(table_host(1_000), TABLE_SHOWS),
        size(ROUNDS, 1),
    )
    say("list of 1,000 rows, first full frame", thousand * 1000, "ms")
    say("list of 1,000,000 rows, first full frame", million * 1000, "ms")
    say("  against the thousand", times, "times", "at most 1.5")
