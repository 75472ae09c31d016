"""What operators do, without an account: make the database, bring it up to date, back it up, verify it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from s2s_tui.base.clock import Clock, utc_now
from s2s_tui.base.errors import Refused, S2SError
from s2s_tui.base.settings import Settings
from s2s_tui.rules import passwords
from s2s_tui.rules.roles import SYSTEM, WALES, Role
from s2s_tui.services import audit, checkpoints, hashing
from s2s_tui.services.authorities import rows as authority_rows
from s2s_tui.services.site import KEY_MARK, Site, make_key, mark_of, open_site, read_key
from s2s_tui.store import backup as store_backup
from s2s_tui.store import content, copying, schema, stream
from s2s_tui.store.database import open_store, without_password
from s2s_tui.store.models import AuditEntry, Authority, Content, Property, Transfer, User
from s2s_tui.store.statements import insert, tuples

FIRST_ADMINISTRATOR = "wgadmin"
TOLD_EVERY = 500
"""Entries and contents that are read between two words about it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new database, and the first account's temporary password: shown once, kept nowhere."""

    database: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Copied:
    """A database that was copied: the new one's address, as it may be shown, and how many rows it has."""

    database: str
    rows: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found; `problems` as code and parameters.

    Attributes:
        files: contents read and compared with their digests.
        audit_entries: links walked.
    """

    ok: bool
    files: int
    audit_entries: int
    problems: tuple[tuple[str, dict[str, object]], ...]


def init(settings: Settings, clock: Clock = utc_now) -> Made:
    """Make the database with the authorities of Wales and England and the WG Administrator's account.

    Raises:
        Refused: `database-exists`, it was made before; nothing is changed.
        Unreachable: it can't be made there.
    """
    site = bare(settings, clock)
    password = passwords.temporary()

    def fill() -> None:
        if Property.get_or_none(Property.name == "made") is not None:
            raise Refused("database-exists", database=without_password(settings.database_url))
        now = clock()
        insert(
            Property,
            [
                {"name": "made", "value": now.isoformat()},
                {"name": KEY_MARK, "value": mark_of(site.key)},
            ],
        )
        insert(Authority, authority_rows())
        insert(
            User,
            [
                {
                    "username": FIRST_ADMINISTRATOR,
                    "role": str(Role.WG),
                    "organisation": WALES,
                    "password": hashing.hashed(settings, password),
                    "password_at": now,
                    "temporary_until": now + timedelta(days=settings.temporary_password_days),
                    "created_at": now,
                }
            ],
        )
        audit.record(site, SYSTEM, "init", FIRST_ADMINISTRATOR)

    site.store.write(fill)
    return Made(without_password(settings.database_url), FIRST_ADMINISTRATOR, password)


def bare(settings: Settings, clock: Clock = utc_now) -> Site:
    """A site on a database with all tables and no rows, made where it is missing, with its audit key."""
    store = open_store(settings.database_url, create=True)
    schema.migrate(store)
    return Site(store, settings, clock, make_key(settings))


def migrate(settings: Settings, clock: Clock = utc_now) -> tuple[str, ...]:
    """Bring an existing database up to date.

    Returns:
        The names of the migrations applied now.

    Raises:
        Unreachable: there is none, or it is newer than the program.
    """
    store = open_store(settings.database_url)
    names = schema.migrate(store)
    if names:
        site = Site(store, settings, clock, read_key(settings))
        store.write(lambda: audit.record(site, SYSTEM, "migrate", ", ".join(names)))
    return names


def backup(settings: Settings, target: Path, clock: Clock = utc_now) -> int:
    """Write a whole, checked copy of the database while others work in it; the audit key is not in it.

    Returns:
        Its size in bytes.

    Raises:
        Refused: `file-exists`, or `backup-server` (a server's own tools do it).
        Unreachable: the disk, or the copy is damaged.
    """
    site = open_site(settings, clock)
    size = store_backup.write(site.store, target)
    site.store.write(lambda: audit.record(site, SYSTEM, "backup", target.name, size=size))
    return size


def copy(
    settings: Settings,
    url: str,
    clock: Clock = utc_now,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Copied:
    """Copy all that the database holds into a new one, whole or not at all; nobody can write meanwhile.

    The audit chains go on there, sealed with the same key; that it was copied is on record in both.

    Args:
        settings: of the database that there is.
        url: of the new one; on a server an empty database.
        clock: gives now.
        on_progress: told how many rows of how many were copied.

    Raises:
        Refused: `database-exists`, something is in the new one.
        WrongUse: `database-url`.
        Unreachable: one of them can't be used.
    """
    site = open_site(settings, clock)
    shown = without_password(url)
    target = copying.prepared(site.store, url)

    def change() -> Copied:
        audit.record(site, SYSTEM, "database-copy", shown)
        return Copied(shown, copying.copy(site.store, target, on_progress))

    try:
        return site.store.write(change)
    finally:
        target.close()


def verify(site: Site, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> Verdict:
    """Walk the audit chains, compare them with the file of checkpoints, and every content with its digest.

    It mends nothing, keeps nobody from working meanwhile, and holds little in memory.

    Args:
        site: the site.
        on_progress: told how many entries and contents of how many were read.
    """
    problems: list[tuple[str, dict[str, object]]] = []
    links = files = 0

    def read() -> None:
        if (links + files) % TOLD_EVERY == 0:
            on_progress(min(links + files, total), total)

    def link() -> None:
        nonlocal links
        links += 1
        read()

    with site.store.connection():
        total = AuditEntry.select().count() + Content.select().count()
        on_progress(0, total)
        problems += [
            (code, {"database": without_password(site.store.url)})
            for code in store_backup.unsound(site.store)
        ]
        for chain, number, code in audit.broken(site, link):
            problems.append((code, {"chain": chain, "number": number}))
        problems += checkpoints.compare(site)
        with stream.snapshot(site.store):
            for digest, is_whole in content.walk(site.store):
                files += 1
                if not is_whole:
                    problems.append(_damaged(digest))
                read()
            problems += map(_damaged, content.missing(site.store))
        on_progress(total, total)
    return Verdict(not problems, files, links, tuple(problems))


def _damaged(digest: str) -> tuple[str, dict[str, object]]:
    query = Transfer.select(Transfer.name).where(Transfer.content == digest).order_by(Transfer.id).limit(5)
    return "content-damaged", {"digest": digest, "files": ", ".join(name for (name,) in tuples(query))}


def tells(problem: tuple[str, dict[str, Any]]) -> S2SError:
    """A problem of a verdict as an error, to be worded."""
    code, params = problem
    return S2SError(code, **params)
