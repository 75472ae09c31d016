"""What is measured with: realistic CTFs of invented pupils, and a site that they can be sent in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from s2s_tui.demo.ctf import build_ctf
from s2s_tui.demo.pupils import Child, Register
from s2s_tui.demo.schools import NAMED

if TYPE_CHECKING:
    from s2s_tui.base.settings import Settings
    from s2s_tui.services.site import Site

SOURCE, DESTINATION = "6804012", "6814053"
NUMBERS = 999
"""Files that one school can send to one other in a school year."""
PASSWORD = "three quiet words"


def children(count: int) -> Iterator[Child]:
    """So many pupils of year 7 and above, each with a UPN of its own."""
    schools = {school.number: school for school in NAMED}
    register = Register(Random(1))
    yield from (register.child(schools[SOURCE], date.today()) for _ in range(count))


def pairs(count: int) -> list[tuple[str, str]]:
    """Schools that send and schools that get, enough for so many files."""
    numbers = [school.number for school in NAMED]
    found = [(one, other) for one in numbers for other in numbers if one[:3] != other[:3]]
    return found[: -(-count // NUMBERS)]


def ctfs(count: int, source: str | None = None) -> Iterator[tuple[str, bytes]]:
    """So many files of one pupil each, about 6 kB, under their right names.

    Args:
        count: how many.
        source: where given, who sends them all, to one school after another.
    """
    numbers = [school.number for school in NAMED]
    routes = [(source, other) for other in numbers if other != source] if source else pairs(count)
    names = {school.number: school.name for school in NAMED}
    for number, child in enumerate(children(count)):
        sender, receiver = routes[number // NUMBERS]
        when = datetime.now().replace(microsecond=0) - timedelta(days=1)
        content = build_ctf(sender, receiver, [child], when, school_name=names[sender])
        yield f"{sender}_CTF_{receiver}_{number % NUMBERS + 1:03}.XML", content


def bulk(size: int) -> tuple[str, bytes]:
    """One file of thousands of pupils, as near to a size in bytes as whole pupils come without passing it."""
    when = datetime.now().replace(microsecond=0) - timedelta(days=1)
    some = list(children(200))
    each = len(build_ctf(SOURCE, DESTINATION, some, when)) / len(some)
    count = int(size / each)
    while True:
        content = build_ctf(SOURCE, DESTINATION, list(children(count)), when)
        if len(content) <= size:
            return f"{SOURCE}_CTF_{DESTINATION}_001.XML", content
        count -= -int(size - len(content)) // int(each) + 1


def written(folder: Path, files: Iterator[tuple[str, bytes]]) -> list[Path]:
    """Files written to a folder, in order."""
    paths = []
    for name, content in files:
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


@contextmanager
def site(folder: Path) -> Iterator["Site"]:
    """A site on SQLite with the authorities, the schools and their accounts; everybody has an address."""
    from s2s_tui.services import upkeep

    made = upkeep.bare(_settings(folder))
    _fill(made)
    try:
        yield made
    finally:
        made.store.close()


@contextmanager
def opened(folder: Path) -> Iterator["Site"]:
    """A site that `site` made in a folder, opened again."""
    from s2s_tui.services.site import open_site

    found = open_site(_settings(folder))
    try:
        yield found
    finally:
        found.store.close()


def _settings(folder: Path) -> "Settings":
    from s2s_tui.base.settings import Settings

    return Settings(
        database=f"sqlite:///{folder}/s2s.sqlite",
        key_file=f"{folder}/audit.key",
        eml_dir=f"{folder}/mail",
        argon2_memory_kib=8,
        argon2_passes=1,
    )


def _fill(site: "Site") -> None:
    from s2s_tui.rules.roles import Role
    from s2s_tui.services import hashing
    from s2s_tui.services.authorities import rows as authority_rows
    from s2s_tui.store.models import Authority, Establishment, User
    from s2s_tui.store.statements import insert

    now = site.clock()
    digest = hashing.hashed(site.settings, PASSWORD)

    def change() -> None:
        insert(Authority, [row | {"email": f"data@la{row['code']}.example"} for row in authority_rows()])
        insert(
            Establishment,
            [
                {
                    "number": school.number,
                    "authority": school.number[:3],
                    "name": school.name,
                    "email": school.email,
                    "language": school.language,
                }
                for school in NAMED
            ],
        )
        insert(
            User,
            [
                {
                    "username": f"s{school.number}",
                    "role": str(Role.SCHOOL),
                    "organisation": school.number,
                    "email": school.email,
                    "password": digest,
                    "password_at": now,
                    "created_at": now,
                }
                for school in NAMED
            ],
        )

    site.store.write(change)
