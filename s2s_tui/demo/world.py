"""The made-up world in its folder: made whole or not at all, used again, made anew when asked (R-SYS-5)."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from s2s_tui.base.clock import Clock, utc_now
from s2s_tui.base.errors import Refused, S2SError, Unreachable, WrongUse
from s2s_tui.base.settings import Settings, data_dir
from s2s_tui.demo import filling, inbox, scales
from s2s_tui.demo.people import PASSWORD
from s2s_tui.rules.roles import ROLES, Role
from s2s_tui.services import lost_index, upkeep
from s2s_tui.services.reports import counting
from s2s_tui.services.site import Site, open_site
from s2s_tui.store.database import Store
from s2s_tui.store.models import Property, User

MARK = "demo.json"
"""Lies in a demo's folder; no folder without it is ever replaced or removed."""
HALF_MADE = "half-made"
"""Lies in the folder while it is being filled."""
DATABASE = "s2s.sqlite"
INBOX = "inbox"
LISTS = "lists"
PROPERTY = "demo"

_UNUSABLE = frozenset(
    {"database-missing", "database-unmade", "database-newer", "database-damaged", "key-missing", "key-open"}
)
"""A demo of which this is said is made again; nothing in it is dear."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account to log on with; the fields are those of `demo --json`."""

    username: str
    password: str
    role: str
    organisation: str
    name: str
    """Whose it is: the contact's name."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What making a demo takes, roughly.

    Attributes:
        room: bytes on the disk.
        free: bytes that the disk has.
        minutes: on two cores.
    """

    room: int
    free: int
    minutes: float


@dataclass(frozen=True, slots=True)
class World:
    """A demo that is there.

    Attributes:
        settings: open its database with these; no e-mail leaves the folder.
        folder: the database, its key, its mails, the inboxes and the lists for lessons lie in it.
        made: when, as naive UTC: all its times are relative to that.
        is_new: it was made just now; False where it was there before.
    """

    settings: Settings
    folder: Path
    scale: str
    made: datetime
    accounts: tuple[Account, ...]
    is_new: bool

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.settings.database_url

    def inbox(self, organisation: str) -> Path:
        """Where files ready to be sent by an organisation lie; it may be missing."""
        return self.folder / INBOX / organisation


def make(
    settings: Settings,
    scale: str = "small",
    clock: Clock = utc_now,
    *,
    folder: Path | None = None,
    reset: bool = False,
    seed: int = filling.SEED,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    on_start: Callable[[Needs], None] = lambda _needs: None,
) -> World:
    """The demo of a scale in a folder: the one that is there, or a new one.

    It is made under another name and renamed when it is whole, so that one that was stopped half-way is
    never taken for a demo; the next call clears it away.

    Args:
        settings: the user's; the demo's database, key and mails lie in its folder whatever they say.
        scale: `small`, `wales` or `national`.
        clock: gives the moment that the world's times are relative to.
        folder: where; None is the scale's own below the data folder.
        reset: make it anew where there is one.
        seed: the same one gives the same world at the same moment.
        on_progress: told how many files of how many were written.
        on_start: told what it takes, where one is to be made, before anything is written.

    Raises:
        WrongUse: `demo-scale`, there is none such.
        Refused: `demo-folder` (it holds something else), `demo-other` (a demo of another scale is in it),
            `demo-room` (the disk is too small).
        Unreachable: the disk.
    """
    if scale not in scales.NAMES:
        raise WrongUse("demo-scale", scale=scale, allowed=", ".join(scales.NAMES))
    target = (folder or default_folder(scale)).resolve()
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(target):
            found = _found(target)
            if found is None and target.exists() and (not target.is_dir() or any(target.iterdir())):
                raise Refused("demo-folder", folder=str(target))
            if found is not None and not reset:
                if found["scale"] != scale:
                    raise Refused("demo-other", folder=str(target), scale=found["scale"])
                world = _reused(_settings(settings, target), target, found)
                if world is not None:
                    return world
            for left in (_beside(target, "part"), _beside(target, "old")):
                _clear(left)
            on_start(_needs(scale, target.parent))
            return _made(settings, scale, clock, target, seed, on_progress)
    except OSError as error:
        raise Unreachable("disk", path=str(target), reason=error.strerror or str(error)) from error


def default_folder(scale: str) -> Path:
    """Where the demo of a scale lies when nothing else is said."""
    return data_dir() / "demo" / scale


def describe(world: World) -> dict[str, Any]:
    """A world as `demo --json` prints it: `{"database": URL, "accounts": [{…}]}`."""
    return {
        "database": world.database,
        "accounts": [
            {name: getattr(account, name) for name in Account.__slots__} for account in world.accounts
        ],
    }


def is_demo(site: Site) -> bool:
    """Whether a site is a made-up world."""
    return bool(_property(site))


def accounts(site: Site) -> tuple[Account, ...]:
    """The accounts of a made-up world that can be logged on with at once; none elsewhere.

    In the order of the role table, within a role by organisation: ready to be listed in groups. Those with
    a temporary password are not among them.
    """
    about = _property(site)
    if not about:
        return ()
    with site.store.connection():
        users = list(
            User.select().where(
                User.active
                & User.deleted_at.is_null()
                & User.temporary_until.is_null()
                & (User.password != "")
            )
        )
    users.sort(key=lambda user: (ROLES.index(Role(user.role)), user.organisation, user.username))
    return tuple(
        Account(user.username, about["password"], user.role, user.organisation, user.contact)
        for user in users
    )


def _property(site: Site) -> dict[str, Any]:
    with site.store.connection():
        row = Property.get_or_none(Property.name == PROPERTY)
    return dict(json.loads(row.value)) if row is not None else {}


def _settings(settings: Settings, folder: Path) -> Settings:
    """The user's settings with everything of the demo in its folder, and no mail server."""
    return replace(
        settings,
        database=f"sqlite:///{folder / DATABASE}",
        key_file="",
        eml_dir="",
        smtp_host="",
        folder=settings.folder or str(folder / INBOX),
        clerk_folders="",  # whoever plays with it is no clerk
    )


def _found(folder: Path) -> dict[str, Any] | None:
    """What the mark in a folder says; None where it is no demo's."""
    try:
        mark = json.loads((folder / MARK).read_text("utf-8"))
        return {"scale": str(mark["scale"]), "made": datetime.fromisoformat(mark["made"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _reused(settings: Settings, folder: Path, mark: dict[str, Any]) -> World | None:
    """The demo that is there, brought up to date; None where its database can't be used any more."""
    try:
        upkeep.migrate(settings)
        site = open_site(settings)
        known = accounts(site)
        site.store.close()
    except S2SError as error:
        if error.code in _UNUSABLE:
            return None
        raise
    return World(settings, folder, mark["scale"], mark["made"], known, is_new=False) if known else None


def _made(
    settings: Settings,
    scale: str,
    clock: Clock,
    target: Path,
    seed: int,
    on_progress: Callable[[int, int], None],
) -> World:
    now = clock().replace(microsecond=0)
    part, old = _beside(target, "part"), _beside(target, "old")
    part.mkdir(mode=0o700)
    (part / HALF_MADE).touch()
    site = upkeep.bare(_settings(settings, part), lambda: now)
    mark = {"scale": scale, "password": PASSWORD, "made": now.isoformat(), "seed": seed}
    try:
        extras = filling.fill(site, scales.scale(scale), seed, {PROPERTY: json.dumps(mark)}, on_progress)
        known = accounts(site)
        # Nobody who looks at it has to wait until the years before are counted.
        site.store.write(partial(counting.settle, site))
        if scales.scale(scale).past:
            lost_index.rebuild(site)
            _rename_snapshot(site, _settings(settings, target))
    finally:
        site.store.close()
    inbox.write(part / INBOX, extras.samples)
    (part / LISTS).mkdir()
    for name, text in extras.lists.items():
        (part / LISTS / name).write_text(text, "utf-8", newline="")
    (part / MARK).write_text(json.dumps(mark, indent=1) + "\n", "utf-8")
    (part / HALF_MADE).unlink()
    if target.exists():
        target.rename(old)
    part.rename(target)
    _clear(old)
    return World(_settings(settings, target), target, scale, now, known, is_new=True)


def _rename_snapshot(site: Site, settings: Settings) -> None:
    """Let the lost pupils' snapshot be found once the database, whose name it goes by, has its place."""
    there = replace(site, store=Store(settings.database_url, None, None), settings=settings)
    lost_index.folder(site).rename(site.settings.home / lost_index.folder(there).name)


def _needs(scale: str, parent: Path) -> Needs:
    """What a scale takes, where it is to lie.

    Raises:
        Refused: `demo-room`.
    """
    size, free = scales.scale(scale), shutil.disk_usage(parent).free
    if free < size.room:
        raise Refused("demo-room", folder=str(parent), room=_gigabytes(size.room), free=_gigabytes(free))
    return Needs(size.room, free, size.minutes)


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f}"


def _clear(folder: Path) -> None:
    """Remove a demo, whole or half-made, and nothing else."""
    if not folder.exists():
        return
    if not ((folder / HALF_MADE).exists() or _found(folder) or not any(folder.iterdir())):
        raise Refused("demo-folder", folder=str(folder))
    shutil.rmtree(folder)


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.s2s-demo-{what}")


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Two that make the same demo take turns."""
    path = _beside(target, "lock")
    while True:
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Whoever held it before may have taken the file away; a lock on what is gone keeps nobody out.
            if not path.exists() or not os.path.samestat(os.fstat(lock.fileno()), path.stat()):
                continue
            try:
                yield
            finally:
                path.unlink()
            return
