"""Named arrays in a folder, mapped by every session of a machine: derived data, made again when missing.

A snapshot is written whole under a name of its own and then pointed to, so that a killed writer leaves the
old one; those who have the old one mapped keep it.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from s2s_tui.base.errors import Unreachable

_POINTER = "current"
_FACTS = "facts.json"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Mapped arrays and what is known of them.

    Attributes:
        name: changes with every snapshot.
        arrays: by name; read only, in pages that all sessions share.
        facts: as given to `write`.
    """

    name: str
    arrays: Mapping[str, NDArray[Any]]
    facts: Mapping[str, Any]


def current(folder: Path) -> str:
    """The name of the newest snapshot in a folder; empty where there is none."""
    try:
        return (folder / _POINTER).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def read(folder: Path) -> Snapshot | None:
    """Map the newest snapshot; None where there is none that can be read."""
    name = current(folder)
    place = folder / name
    if not name or "/" in name:
        return None
    try:
        facts = json.loads((place / _FACTS).read_text("utf-8"))
        arrays = {array: _mapped(place / f"{array}.npy") for array in facts["arrays"]}
        return Snapshot(name, arrays, dict(facts["facts"]))
    except (OSError, ValueError, KeyError, TypeError, EOFError, RecursionError):
        # Whatever is wrong with it, it can be made again.
        return None


def _mapped(path: Path) -> NDArray[Any]:
    found = np.load(path, mmap_mode="r", allow_pickle=False)
    if not isinstance(found, np.ndarray):  # numpy opens zips too
        raise TypeError("not an array")
    return found


def write(folder: Path, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write a snapshot and point to it; older ones are cleared away.

    Raises:
        Unreachable: `disk`, it can't be written; the old one stays.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="s", dir=folder))
        try:
            for name, array in arrays.items():
                np.save(place / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)
            (place / _FACTS).write_text(json.dumps({"arrays": list(arrays), "facts": facts}), "utf-8")
            for file in place.iterdir():
                _sync(file)
            pointer = folder / f".{place.name}"
            pointer.write_text(place.name, "ascii")
            _sync(pointer)
            pointer.replace(folder / _POINTER)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
    except OSError as error:
        raise Unreachable("disk", path=str(folder), reason=error.strerror or "") from error
    for old in folder.iterdir():
        if old.is_dir() and old.name != place.name:
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def building(folder: Path) -> Iterator[bool]:
    """Whether we are the one who builds: False where another process does at this moment.

    Raises:
        Unreachable: `disk`, nothing can be written there.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / ".building", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unreachable("disk", path=str(folder), reason=error.strerror or "") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except BlockingIOError:
            alone = False
        yield alone
    finally:
        os.close(descriptor)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
