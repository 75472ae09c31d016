"""An index as named arrays and a few words about them, and back: what the store keeps as mapped files.

The arrays can be read-only and mapped, so that all sessions on a server share them; only the lists of
different names are taken into each process. It is derived data: when of another version or torn, built anew.
"""

from collections.abc import Mapping

import numpy as np

from s2s_tui.matching import births, names
from s2s_tui.matching.index import VERSION, Index, Others
from s2s_tui.matching.strings import Arrays

_COLUMNS = (
    *("ids", "surname", "forename", "town", "postcode", "born", "gender", "upn"),
    *("lasting", "upn_sorted", "upn_row", "resolved"),
)
_LISTS = ("surnames", "forenames", "towns")
_OTHERS = ("other_surnames", "other_forenames")
_COUNTS = ("surname", "forename", "town", "born", "gender")


def arrays(
    index: Index,
) -> tuple[dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]], dict[str, int]]:
    """An index as arrays by name, and what is to be kept with them as JSON.

    Names of arrays are letters, digits, `_` and `.`, fit for files.
    """
    kept = {name: getattr(index, name) for name in _COLUMNS}
    for name in _LISTS:
        kept |= {f"{name}.{part}": array for part, array in getattr(index, name).arrays().items()}
    for name in _OTHERS:
        others: Others = getattr(index, name)
        kept |= {f"{name}.row": others.row, f"{name}.code": others.code, f"{name}.via": others.via}
    kept |= {f"births.{part}": array for part, array in index.births.arrays().items()}
    kept |= {f"counts.{name}": index.counts[name] for name in _COUNTS}
    return kept, {"version": VERSION, "pupils": index.size}


def from_arrays(arrays: Arrays, about: Mapping[str, object]) -> Index:
    """The index that `arrays` came from.

    Args:
        arrays: as `arrays` named them; read-only and mapped ones will do.
        about: what was kept with them.

    Raises:
        ValueError: they are of another version, some are missing, or they don't belong together.
    """
    if about.get("version") != VERSION:
        raise ValueError("a snapshot of another version")
    try:
        columns = {name: arrays[name] for name in _COLUMNS}
        lists = {name: names.from_arrays(_under(arrays, name)) for name in _LISTS}
        others = {
            name: Others(arrays[f"{name}.row"], arrays[f"{name}.code"], arrays[f"{name}.via"])  # type: ignore[arg-type]
            for name in _OTHERS
        }
        days = births.from_arrays(_under(arrays, "births"))
        counts = {name: arrays[f"counts.{name}"] for name in _COUNTS}
    except (KeyError, IndexError, UnicodeDecodeError) as wrong:
        raise ValueError("a snapshot that is not whole") from wrong
    if {len(columns[name]) for name in _COLUMNS[:9]} != {about.get("pupils")}:
        raise ValueError("a snapshot that is not whole")
    if any(len(counts[name]) != lists[f"{name}s"].size for name in ("surname", "forename", "town")):
        raise ValueError("a snapshot that is not whole")
    return Index(**columns, **lists, **others, births=days, counts=counts)  # type: ignore[arg-type]


def _under(arrays: Arrays, name: str) -> Arrays:
    """The arrays of one list, by their own names."""
    return {
        key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")
    }
