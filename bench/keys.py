"""What a list sends over the line: for a key that moves the cursor, and while nobody does anything."""

from statistics import median

from bench.measuring import say, size
from bench.terminal import DOWN, ROWS, TABLE_SHOWS, table_host, terminal

IDLE = 3.0


def run() -> None:
    """Print the figures."""
    with terminal(table_host(1_000_000)) as shown:
        shown.settled(TABLE_SHOWS)
        idle = shown.idle(IDLE)
        # Down to the last row in view; beyond it the list scrolls.
        moves = [shown.cost(DOWN) for _ in range(size(15, 3))]
        shown.cost(DOWN * ROWS)
        scrolls = [shown.cost(DOWN) for _ in range(size(10, 2))]
    say("↓ in view, the most of them", max(moves), "B", "at most 500")
    say("↓ in view, the median", median(moves), "B")
    say("↓ that scrolls by a row, the median", median(scrolls), "B")
    say(f"idle for {IDLE:.0f} s", idle, "B", "0")
