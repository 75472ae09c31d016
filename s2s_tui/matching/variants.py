"""Other forms of a name that everyone in a Welsh school office knows: Catrin is Catherine, Dai is David.

The lists are this project's own (`data/*.csv`): `kind,forms`, forms parted by `;`, any of them a form of any
other. Kinds: `welsh` (Welsh and English forms of one name), `short` (short and pet forms), `spelling`.
"""

import csv
from enum import StrEnum
from functools import cache
from importlib import resources

from s2s_tui.matching.text import joined


class Kind(StrEnum):
    """What makes two names forms of one."""

    WELSH = "welsh"
    SHORT = "short"
    SPELLING = "spelling"


_ORDER = {Kind.WELSH: 0, Kind.SHORT: 1, Kind.SPELLING: 2}
_VOWELS = "aeiouwy"


@cache
def _table(which: str) -> dict[str, dict[str, Kind]]:
    text = resources.files("s2s_tui.matching").joinpath(f"data/{which}.csv").read_text(encoding="utf-8")
    table: dict[str, dict[str, Kind]] = {}
    for row in csv.DictReader(text.splitlines()):
        kind = Kind(row["kind"])
        forms = [joined(form) for form in row["forms"].split(";")]
        for form in forms:
            others = table.setdefault(form, {})
            for other in forms:
                if other != form and (other not in others or _ORDER[kind] < _ORDER[others[other]]):
                    others[other] = kind
    return table


def forename_forms(name: str) -> dict[str, Kind]:
    """The other forms of a forename.

    Args:
        name: as `text.joined` gives it.

    Returns:
        Each other form, joined, with what makes it one.
    """
    return dict(_table("forenames").get(name, {}))


def surname_forms(name: str) -> dict[str, Kind]:
    """The other forms of a surname: those listed, and with or without the Welsh `ap`, `ab` (son of).

    `ap Rhys` is Prys and Rhys; Bowen is `ab Owen`; also what these have as listed forms.
    """
    table = _table("surnames")
    forms = dict(table.get(name, {}))
    for other in _ap_forms(name):
        forms.setdefault(other, Kind.WELSH)
        for further in table.get(other, {}):
            forms.setdefault(further, Kind.WELSH)
    forms.pop(name, None)
    return forms


def town_forms(name: str) -> dict[str, Kind]:
    """The other names of a town: Casnewydd is Newport."""
    return dict(_table("towns").get(name, {}))


def _ap_forms(name: str) -> list[str]:
    forms: list[str] = []
    if name.startswith("ap") and len(name) > 4 and name[2] not in _VOWELS:
        father = name[2:]
        forms += [father, "p" + father.removeprefix("h"), "p" + father.replace("rh", "r", 1)]
    elif name.startswith("ab") and len(name) > 4 and name[2] in _VOWELS:
        forms += [name[2:], "b" + name[2:]]
    elif len(name) > 3:
        forms += ["ab" + name, "b" + name] if name[0] in _VOWELS else ["ap" + name]
        if name[0] == "b" and name[1] in _VOWELS:
            forms += ["ab" + name[1:]]
        if name[0] == "p" and name[1] == "r":
            forms += ["aprh" + name[2:], "apr" + name[2:]]
        elif name[0] == "p" and name[1] in _VOWELS:
            forms += ["aph" + name[1:]]
    return forms
