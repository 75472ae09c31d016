"""The site that services work on: the open database, the settings, the clock and the audit key."""

import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from s2s_tui.base.clock import Clock, utc_now
from s2s_tui.base.disk import give_name
from s2s_tui.base.errors import Unreachable
from s2s_tui.base.settings import Settings
from s2s_tui.store import schema
from s2s_tui.store.database import Store, open_store
from s2s_tui.store.models import Property

KEY_BYTES = 32
KEY_MARK = "key"
"""The property by which a database knows its audit key again; those from before it have none."""


@dataclass(frozen=True, slots=True)
class Site:
    """What every service is given beside the actor.

    Attributes:
        store: the open database.
        settings: as read at the start.
        clock: gives now as naive UTC.
        key: seals the audit chains; kept beside the settings, never in the database.
    """

    store: Store
    settings: Settings
    clock: Clock = utc_now
    key: bytes = field(default=b"", repr=False)


def open_site(settings: Settings, clock: Clock = utc_now) -> Site:
    """Open the configured database, of the right version, with its audit key.

    Raises:
        Unreachable: it is missing, older or newer than the program, or has no audit key; `key-other`, the
            key is another database's: what it seals would never be verified.
    """
    store = open_store(settings.database_url)
    schema.check(store)
    key = read_key(settings)
    with store.connection():
        known = Property.get_or_none(Property.name == KEY_MARK)
    if known is not None and known.value != mark_of(key):
        raise Unreachable("key-other", file=str(settings.key_path))
    return Site(store, settings, clock, key)


def mark_of(key: bytes) -> str:
    """What a database keeps to know its audit key again; it tells nothing of the key."""
    return hmac.new(key, b"s2s-tui audit key", "sha256").hexdigest()[:16]


def open_reading(settings: Settings, clock: Clock = utc_now) -> Site:
    """Open the configured database without its audit key, for questions that need no account.

    Raises:
        Unreachable: it is missing, older or newer than the program.
    """
    store = open_store(settings.database_url)
    schema.check(store)
    return Site(store, settings, clock)


def read_key(settings: Settings) -> bytes:
    """The audit key.

    Raises:
        Unreachable: `key-missing`, or `key-open` where others may read it.
    """
    path = settings.key_path
    try:
        if path.stat().st_mode & 0o077:
            raise Unreachable("key-open", file=str(path))
        key = bytes.fromhex(path.read_text("ascii").strip())
        if len(key) != KEY_BYTES:
            raise ValueError("not a key")
        return key
    except (OSError, ValueError) as error:
        raise Unreachable("key-missing", file=str(path)) from error


def make_key(settings: Settings) -> bytes:
    """The audit key, made (mode 0600) where there is none; one that exists is never replaced.

    Raises:
        Unreachable: `disk`, it can't be written there; else as `read_key`.
    """
    path = settings.key_path
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_key(path)
    except OSError as error:
        raise Unreachable("disk", path=str(path), reason=error.strerror or str(error)) from error
    return read_key(settings)


def _write_key(path: Path) -> None:
    descriptor, part = tempfile.mkstemp(prefix=".audit-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(descriptor)
        # Whole before it has its name: of several makers at once the first one's key holds.
        with suppress(FileExistsError):
            give_name(Path(part), path)
    finally:
        Path(part).unlink(missing_ok=True)
