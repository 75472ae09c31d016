"""Secure messages (R-MSG): a large inbox beside a small one, a message to all of Wales, a million to expire.

An inbox of 100,000 is opened and sorted as one of 100 is: how many there are, and the first hundred rows, by
each heading in turn. The message goes to two roles of 22 authorities and to 1,450 schools. What expires is a
day's share of a million messages (one in 31), beside sqlite3's own statements for the same rows.
"""

import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench import made
from bench.measuring import folder, ratio, say, size, timed

LARGE, SMALL, PAGE = 100_000, 100, 100
MANY = 1_000_000
SCHOOLS = 1450
DAYS = 31
_MESSAGE = (
    "INSERT INTO message (id, sender, sent_by, subject, subject_key, text, about, sent_at, recipients, "
    "template, due_on) VALUES (?, ?, 'somebody', ?, ?, ?, '', ?, 1, '', ?)"
)
_COPY = (
    "INSERT INTO message_copy (message_id, inbox, addressed, sender, subject_key, received_at, is_read, "
    "read_by, due_on, gone) VALUES (?, ?, ?, ?, ?, ?, 0, '', ?, '')"
)


def run() -> None:
    """Print the figures."""
    with folder() as place, made.site(place) as site:
        _inboxes(site)
    with folder() as place, made.site(place) as site:
        _to_everybody(site)
    with folder() as place, made.site(place) as site:
        _expiry(site, place)


def _write(path: Path, inboxes: list[str], count: int, now: datetime, first: int = 1) -> None:
    """Messages written straight into the database, one an hour's fraction, to inboxes in turn."""
    connection = sqlite3.connect(path)
    for pragma in ("synchronous = off", "cache_size = -400000"):
        connection.execute(f"PRAGMA {pragma}")
    step = timedelta(days=DAYS) / count

    def rows() -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        for number in range(count):
            key, at = first + number, now - timedelta(days=DAYS - 1) + step * number * (DAYS - 1) / DAYS
            inbox, sender = inboxes[number % len(inboxes)], f"{660 + number * 7 % 22}/user"
            subject = f"enquiry {number * 7919 % 100_003:06}"
            due, end = (at + timedelta(days=DAYS)).date(), (at + timedelta(days=45)).date()
            yield (
                (key, sender, subject, subject, "Text. " * 30, str(at), str(end)),
                (key, inbox, inbox, sender, subject, str(at), str(due)),
            )

    batch: list[Any] = []
    for row in rows():
        batch.append(row)
        if len(batch) == 20_000:
            _insert(connection, batch)
            batch = []
    _insert(connection, batch)
    connection.execute(
        "INSERT OR REPLACE INTO message_inbox (inbox, held, unread, arrived) "
        "SELECT inbox, COUNT(*), COUNT(*), COUNT(*) FROM message_copy GROUP BY inbox"
    )
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _insert(connection: sqlite3.Connection, batch: list[Any]) -> None:
    connection.executemany(_MESSAGE, [message for message, _copy in batch])
    connection.executemany(_COPY, [copy for _message, copy in batch])
    connection.commit()


def _inboxes(site: Any) -> None:
    from s2s_tui.services import accounts, inbox

    large, small = "6804012", "6814053"
    count = size(LARGE, 2000)
    _write(site.store.path, [large], count, site.clock())
    _write(site.store.path, [small], SMALL, site.clock(), first=count + 1)
    lists = [
        inbox.received(accounts.log_on(site, f"s{number}", made.PASSWORD), site) for number in (large, small)
    ]
    with site.store.connection():
        for sort in inbox.SORTS:
            for descending in (False, True):

                def opened(one: inbox.Inbox, sort: str = sort, descending: bool = descending) -> None:
                    one.count()
                    one.page(0, PAGE, sort, descending)

                mine, _other, times = ratio(
                    lambda: opened(lists[0]),
                    lambda: opened(lists[1]),
                    rounds=15,
                    clock=time.process_time,
                )
                way = "last first" if descending else "first first"
                say(f"an inbox of {count:,} by {sort}, {way}", times, "×", "at most 1.5")
                say("  that is", mine * 1000, "ms")
        news = ratio(
            lambda: inbox.news(lists[0].actor, site),
            lambda: inbox.news(lists[1].actor, site),
            clock=time.process_time,
        )
        say("what is new, all of it unread", news[0] * 1000, "ms")


def _to_everybody(site: Any) -> None:
    from s2s_tui.services import accounts, message_recipients, message_sending
    from s2s_tui.store.models import Establishment
    from s2s_tui.store.statements import insert

    numbers = [f"680{number:04}" for number in range(5000, 5000 + size(SCHOOLS, 50))]
    site.store.write(
        lambda: insert(
            Establishment,
            [
                {"number": number, "authority": "680", "name": "Ysgol", "email": f"{number}@school.example"}
                for number in numbers
            ],
        )
    )
    actor = accounts.log_on(site, f"s{made.SOURCE}", made.PASSWORD)
    to = [*message_recipients.all_of_wales(actor, site, ["user", "lost-pupil"]), *numbers]
    receipt, taken = timed(lambda: message_sending.send(actor, site, to, "A word to all", "A text.\n" * 50))
    say("recipients of one message", len(receipt.recipients), "")
    say("e-mails written", receipt.told, "")
    say("sending it", taken, "s", "at most 3")


def _expiry(site: Any, place: Path) -> None:
    from s2s_tui.services import message_expiry

    count = size(MANY, 5000)
    inboxes = [f"680{number:04}" for number in range(SCHOOLS)]
    inboxes += [f"{code}/{role}" for code in range(660, 682) for role in ("user", "lost-pupil", "dba")]
    now = site.clock()
    _write(site.store.path, inboxes, count, now)
    nothing = timed(lambda: message_expiry.expire(site))
    say("housekeeping where nothing is due", nothing[1] * 1000, "ms")
    later = type(site)(site.store, site.settings, lambda: now + timedelta(days=1), site.key)
    today = (now + timedelta(days=1)).date()
    with sqlite3.connect(site.store.path) as source, sqlite3.connect(place / "bare.sqlite") as bare:
        source.backup(bare)
    bare = sqlite3.connect(place / "bare.sqlite")
    for pragma in ("journal_mode = wal", "synchronous = full", "cache_size = -16000"):
        bare.execute(f"PRAGMA {pragma}")

    def plain() -> None:
        bare.execute(
            "UPDATE message_copy SET gone = 'expired', gone_at = ? WHERE gone_at IS NULL AND due_on <= ?",
            (str(now), str(today)),
        )
        bare.commit()

    done, ours = timed(lambda: message_expiry.expire(later))
    theirs = timed(plain)[1]
    say(f"messages of {count:,} that a day makes due", done.unread, "")
    say("housekeeping deletes them", ours, "s", "at most 5")
    say("  of sqlite3's own statement", ours / theirs, "×", "at most 2")
