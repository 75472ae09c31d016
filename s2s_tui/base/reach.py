"""How far files of people reach: everywhere, or one clerk's own folder and nothing else.

Clerks who come over SSH share one account of the server, so its rights don't keep them apart: this does.
Whatever is opened, listed, made or saved for a person is named here first. Once `confine` was called, each
folder on the way to it is opened from the one above and no link is followed, so nothing that is swapped in
meanwhile leads elsewhere. What the program keeps for itself (database, key, mail) doesn't go this way.
"""

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwuid

from s2s_tui.base.errors import Refused, Unreachable

FILES = "files"
"""What a clerk's folder is called, in a folder of their name; over SFTP it is `/files`."""
_CLERK = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}")
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Own:
    """The folder that all is confined to.

    Attributes:
        path: where it really lies.
        handle: it, open for as long as the process runs.
        group: the group by which the clerk reaches what is saved in it.
        account: who brings files in and fetches them.
    """

    path: Path
    handle: int
    group: int
    account: str


@dataclass(frozen=True, slots=True)
class Found:
    """The names in a folder, hidden ones apart; a link is what it leads to, confined one of the `others`."""

    folders: list[str]
    files: list[str]
    others: list[str]


_own: Own | None = None


def confine(folders: str, environ: Mapping[str, str] | None = None) -> Own:
    """Keep all that is opened from now on within the folder of the clerk who came by `sudo`.

    Args:
        folders: holds a folder for each clerk, by name, and in it `files`.
        environ: the environment, whose `SUDO_USER` is set by sudo itself; None is the process's.

    Raises:
        Unreachable: `clerk-unknown`, no clerk's name came; `clerk-folder`, it isn't there or can't be used;
            `clerk-folder-open`, others of the machine can reach it.
    """
    global _own
    clerk = (os.environ if environ is None else environ).get("SUDO_USER", "")
    if not _CLERK.fullmatch(clerk):
        raise Unreachable("clerk-unknown", setting="clerk_folders")
    path = Path(folders, clerk, FILES)
    try:
        if not path.is_absolute():  # else whoever starts it says where it lies
            raise FileNotFoundError
        handle = os.open(path, _FOLDER | os.O_NOFOLLOW)
    except OSError as error:
        raise Unreachable("clerk-folder", clerk=clerk, folder=str(path)) from error
    found = os.fstat(handle)
    problem = ""
    if found.st_mode & stat.S_IRWXO:
        problem = "clerk-folder-open"
    elif not os.access(".", os.R_OK | os.W_OK | os.X_OK, dir_fd=handle):
        problem = "clerk-folder"
    if problem:
        os.close(handle)
        raise Unreachable(problem, clerk=clerk, folder=str(path))
    try:
        account = getpwuid(found.st_uid).pw_name
    except KeyError:
        account = clerk
    _own = Own(path, handle, found.st_gid, account)
    return _own


def release() -> None:
    """Reach everywhere again; for tests."""
    global _own
    if _own is not None:
        os.close(_own.handle)
    _own = None


def own() -> Own | None:
    """What all is confined to; None: nothing, the rights of the process hold."""
    return _own


# Paths as people say them


def told(path: Path) -> str:
    """A path as its person knows it: confined, what SFTP calls it, `/files/June`."""
    if _own is None or not path.is_relative_to(_own.path.parent):
        return str(path)
    inside = path.relative_to(_own.path.parent)
    return f"/{inside}" if inside.parts else "/"


def typed(text: str, here: Path) -> Path:
    """What a typed path means, from a folder on; it may lead to where nothing can be opened.

    Raises:
        Refused: `folder-missing`, the home folder of nobody.
    """
    text = text.strip() or "."
    if _own is None:
        try:
            path = Path(text).expanduser()
        except RuntimeError as error:  # `~nobody`
            raise Refused("folder-missing", folder=text) from error
        return path if path.is_absolute() else here / path
    if text == "~" or text.startswith("~/"):
        text = f"/{FILES}{text[1:]}"
    # Put together first: `..` goes up from where one is, and from the top nowhere, as over SFTP.
    top = _own.path.parent
    inside = os.path.normpath(text if text[0] == "/" else f"{told(here)}/{text}").lstrip("/")
    return top / inside if inside else _own.path


def start(folder: str = "") -> Path:
    """The folder to begin with: the own one; where nothing is confined a given one, else the current."""
    if _own is not None:
        return _own.path
    return Path(folder).expanduser() if folder else Path.cwd()


def is_top(folder: Path) -> bool:
    """Whether there is no way up from a folder."""
    return folder == (_own.path if _own is not None else folder.parent)


# The way to a file


@contextmanager
def placed(path: Path) -> Iterator[tuple[str, int | None]]:
    """A path as the functions of `os` take it: a name, and the open folder (`dir_fd`) that it is in.

    Raises:
        Refused: `path-outside`; `path-link`, a folder on the way is a link.
        OSError: there is no such folder on the way, or it may not be entered.
    """
    if _own is None:
        yield str(path), None
        return
    *way, name = _below(_own, path)
    handle = _walked(_own, way, path)
    try:
        yield name, handle
    finally:
        os.close(handle)


@contextmanager
def folder(path: Path) -> Iterator[int]:
    """A folder, open, for `dir_fd`.

    Raises:
        Refused: as `placed`; `path-link`, it is one itself.
        OSError, ValueError: there is none, or it may not be entered.
    """
    handle = os.open(path, _FOLDER) if _own is None else _walked(_own, _below(_own, path), path)
    try:
        yield handle
    finally:
        os.close(handle)


def _below(own: Own, path: Path) -> list[str]:
    """The names on the way from the own folder to a path; `.` for itself."""
    whole = Path(os.path.normpath(own.path / path))
    if not whole.is_relative_to(own.path):
        raise Refused("path-outside", path=told(path), own=told(own.path))
    return list(whole.relative_to(own.path).parts) or ["."]


def _walked(own: Own, way: list[str], path: Path) -> int:
    handle = os.dup(own.handle)
    try:
        for name in way:
            try:
                inner = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
            except OSError as error:
                if error.errno in (errno.ENOTDIR, errno.ELOOP) and _is_link(name, handle):
                    raise Refused("path-link", path=told(path)) from error
                raise
            os.close(handle)
            handle = inner
    except BaseException:
        os.close(handle)
        raise
    return handle


def _is_link(name: str, handle: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode)


# What is done to files


def open_file(path: Path, flags: int, mode: int = 0o600) -> int:
    """As `os.open`; confined, a link is not followed (`ELOOP`).

    Raises:
        Refused: as `placed`.
        OSError, ValueError: as `os.open`.
    """
    with placed(path) as (name, at):
        return os.open(name, flags | (0 if at is None else os.O_NOFOLLOW), mode, dir_fd=at)


def look(path: Path, *, follow: bool = True) -> os.stat_result | None:
    """What a path is; None where there is nothing, or nothing within reach.

    Args:
        path: where.
        follow: whether a link counts as what it leads to; confined it never does.
    """
    try:
        with placed(path) as (name, at):
            return os.stat(name, dir_fd=at, follow_symlinks=follow and at is None)
    except (OSError, ValueError, Refused):
        return None


def is_folder(path: Path) -> bool:
    """Whether there is a folder."""
    found = look(path)
    return found is not None and stat.S_ISDIR(found.st_mode)


def is_file(path: Path) -> bool:
    """Whether there is a file."""
    found = look(path)
    return found is not None and stat.S_ISREG(found.st_mode)


def is_link(path: Path) -> bool:
    """Whether there is a link."""
    found = look(path, follow=False)
    return found is not None and stat.S_ISLNK(found.st_mode)


def is_taken(path: Path) -> bool:
    """Whether anything has the name, a link to nothing too."""
    return look(path, follow=False) is not None


def contents(path: Path) -> Found:
    """The names in a folder, in no order.

    Raises:
        Refused: as `folder`.
        OSError, ValueError: it can't be listed.
    """
    found = Found([], [], [])
    with folder(path) as at:
        handle = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=at)
    try:
        with os.scandir(handle) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    _kind_of(entry, found).append(entry.name)
    finally:
        os.close(handle)
    return found


def _kind_of(entry: "os.DirEntry[str]", found: Found) -> list[str]:
    """The list for it; the entry itself mostly knows, without another look at the disk."""
    follow = _own is None
    try:
        if entry.is_dir(follow_symlinks=follow):
            return found.folders
        return found.files if entry.is_file(follow_symlinks=follow) else found.others
    except OSError:  # a link in a circle
        return found.others


def make_folder(path: Path) -> None:
    """Make a folder.

    Raises:
        Refused: as `placed`.
        OSError: it can't be made.
    """
    with placed(path) as (name, at):
        os.mkdir(name, dir_fd=at)
    if _own is not None:
        handle = open_file(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            hand_over(handle, 0o2770)
        finally:
            os.close(handle)


def hand_over(handle: int, mode: int = 0o660) -> None:
    """Let the clerk fetch and delete what was made for them; not confined, it is the person's already.

    Raises:
        OSError: the disk doesn't do it.
    """
    if _own is not None:
        os.fchown(handle, -1, _own.group)
        os.fchmod(handle, mode)
