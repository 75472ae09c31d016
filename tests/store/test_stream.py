"""Reading much: a long query ends when it is asked to, and others write meanwhile (R-REP-1)."""

import os
import signal
import threading
import time

import pytest

from s2s_tui.base.errors import Refused
from s2s_tui.store import stream
from s2s_tui.store.models import Property
from s2s_tui.store.statements import insert, tuples

pytestmark = pytest.mark.requirement("R-REP-1")

LONG = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000) "
    "SELECT COUNT(*) FROM n a, n b, n c WHERE a.x + b.x < c.x"
)
"""Minutes of work that yields one row, on each engine."""


class Stopped(BaseException):
    """As a signal's handler raises it."""


def usable(site) -> None:
    """Whether the thread's connection still reads and writes."""
    site.store.write(lambda: insert(Property, [{"name": "after", "value": "written"}]))
    with stream.snapshot(site.store, lambda: None):
        assert tuples(Property.select(Property.value).where(Property.name == "after")) == [("written",)]


@pytest.mark.parametrize("kept_open", [False, True])
def test_a_query_that_runs_is_ended_and_the_connection_goes_on(site, kept_open):
    began = time.monotonic()

    def still() -> None:
        if time.monotonic() > began + 0.3:
            raise Refused("stopped")

    def ask() -> None:
        with stream.snapshot(site.store, still):
            site.store.database.execute_sql(LONG).fetchall()

    if kept_open:
        with site.store.connection():
            with pytest.raises(Refused, match="stopped"):
                ask()
            usable(site)
    else:
        with pytest.raises(Refused, match="stopped"):
            ask()
        usable(site)
    assert time.monotonic() < began + 5


def test_a_signal_ends_a_query_that_runs(site):
    def stop(_number, _frame) -> None:
        raise Stopped

    before = signal.signal(signal.SIGUSR1, stop)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGUSR1))
    began = time.monotonic()
    try:
        with site.store.connection():
            timer.start()
            with pytest.raises(Stopped), stream.snapshot(site.store, lambda: None):
                site.store.database.execute_sql(LONG).fetchall()
            usable(site)
    finally:
        timer.cancel()
        signal.signal(signal.SIGUSR1, before)
    assert time.monotonic() < began + 5


def test_a_wish_to_stop_that_comes_too_late_for_a_query_still_comes_out(site):
    def still() -> None:
        raise Refused("stopped")

    def ask() -> None:
        with stream.snapshot(site.store, still):
            list(stream.rows(site.store, Property.select(Property.name)))
            if site.store.path is not None:
                site.store.database.execute_sql(LONG).fetchall()
            else:
                time.sleep(4 * stream.LOOK_SECONDS)

    with pytest.raises(Refused, match="stopped"):
        ask()


def test_what_is_written_beside_a_reader_is_committed_at_once_and_not_seen_by_it(site):
    def one(number: int):
        return lambda: insert(Property, [{"name": f"beside {number}", "value": ""}]) and None

    def there() -> set[str]:
        query = Property.select(Property.name).where(Property.name.startswith("beside"))
        return {name for (name,) in tuples(query)}

    with stream.beside(site.store) as write:
        with stream.snapshot(site.store):
            assert there() == set()
            write(one(1))
            write(one(2))
            assert there() == set()
            seen: list[set[str]] = []

            def look() -> None:
                with site.store.connection():
                    seen.append(there())

            other = threading.Thread(target=look)
            other.start()
            other.join()
            assert seen == [{"beside 1", "beside 2"}]
        with site.store.connection():
            assert there() == {"beside 1", "beside 2"}
        with pytest.raises(ZeroDivisionError):
            write(lambda: 1 // 0)
