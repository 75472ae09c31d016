"""Other forms of a name that everyone in a Welsh school office knows: Catrin is Catherine, Dai is David.

The lists are this project's own (`data/*.csv`): `kind,forms`, forms parted by `;`, any of them a form of any
other. Kinds: `welsh` (Welsh and English forms of one name), `short` (short and pet forms, surnames without a
prefix), `spelling` (and the same name written from another language or script). A town of one form is known,
so that it is known mutated, too.
"""

import csv
import re
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
# `ap` stands before consonants, `ab` before vowels, and people mix them up. What begins so by chance mostly
# has too little left (Apel, Abel, Fabian) or a double letter (Abbott).
_FATHER = re.compile(
    r"(?:ap(?=[^aeiouwy])|ab(?=[aeiouwyhr])|[fv]erch)(?P<near>.{3,})|(?:ap|ab(?!b)|fab)(?P<far>.{4,})"
)
_CLAN = re.compile(r"(?:mac|mc|m(?=[^aeiouwyc]))(.{3,})")
_OTHER_PREFIX = re.compile(r"(?:o|van(?:de[rn]?)?)(.{4,})")
_VAN = ("van", "vande", "vander", "vanden")
# Endings of a brother's and a sister's surname.
_ADJECTIVE = re.compile(r"(.{2,}[sc]k)(?:i|y|yi|iy|a|aya)")
_POSSESSIVE = re.compile(r"(.{3,}(?:ov|ev|kin))a?")
_SOFT_AND_OTHER = (
    *(
        ("ngh", "c"),
        ("mh", "p"),
        ("nh", "t"),
        ("ng", "g"),
        ("ch", "c"),
        ("ph", "p"),
        ("th", "t"),
        ("dd", "d"),
    ),
    *(
        ("g", "c"),
        ("b", "p"),
        ("d", "t"),
        ("f", "b"),
        ("f", "m"),
        ("l", "ll"),
        ("r", "rh"),
        ("m", "b"),
        ("n", "d"),
    ),
    *(("l", "gl"), ("r", "gr"), ("w", "gw"), ("v", "b"), ("v", "m")),
)
"""How a Welsh word begins after mutation, and before."""
_SHORTEST_TOWN = 5


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
    """The other forms of a surname: those listed, and those that a prefix or an ending makes of it.

    `ap Rhys` is Prys and Rhys, `ferch Rhys` his sister, and Bowen is `ab Owen`; also what these have as
    listed forms. O'Brien is Brien, MacLeod McLeod and Leod, Vandenberg Berg; Kowalski's sister is Kowalska.
    """
    table = _table("surnames")
    listed = table.get(name, {})
    forms = dict(listed)
    for other in _ap_forms(name):
        forms[other] = Kind.WELSH
        for further in table.get(other, {}):
            forms.setdefault(further, Kind.WELSH)
    for father in (other for other, kind in listed.items() if kind == Kind.WELSH):
        for child in _child_of(father):
            forms.setdefault(child, Kind.WELSH)
    for kind, others in ((Kind.SHORT, _prefix_forms(name)), (Kind.SPELLING, _ending_forms(name))):
        for other in others:
            if other not in forms or _ORDER[kind] < _ORDER[forms[other]]:
                forms[other] = kind
    forms.pop(name, None)
    return forms


def town_forms(name: str) -> dict[str, Kind]:
    """The other names of a town: Casnewydd is Newport, and so is (i) Gasnewydd, (yng) Nghasnewydd."""
    table = _table("towns")
    if name in table:
        return dict(table[name])
    forms: dict[str, Kind] = {}
    for mutated, radical in _SOFT_AND_OTHER:
        town = radical + name.removeprefix(mutated)
        if name.startswith(mutated) and len(town) >= _SHORTEST_TOWN and town in table:
            forms |= dict.fromkeys((town, *table[town]), Kind.WELSH)
    return forms


def _ap_forms(name: str) -> list[str]:
    match = _FATHER.fullmatch(name)
    if match:
        father = match["near"] or match["far"]
        forms = [father, *_child_of(father)]
        if father[0] not in _VOWELS:
            forms += ["p" + father.removeprefix("h"), "p" + father.replace("rh", "r", 1)]
        return [form for form in forms if form != name]
    if len(name) < 3:
        return []
    forms = _child_of(name)
    if name[0] == "b" and name[1] in _VOWELS:
        forms += ["ab" + name[1:]]
    if name[0] == "p" and name[1] == "r":
        forms += ["aprh" + name[2:], "apr" + name[2:]]
    elif name[0] == "p" and name[1] in _VOWELS:
        forms += ["aph" + name[1:]]
    return forms


def _child_of(father: str) -> list[str]:
    glued = ["b" + father] if father[0] in _VOWELS else []
    return [*glued, *(prefix + father for prefix in ("ap", "ab", "ferch", "fab"))]


def _prefix_forms(name: str) -> list[str]:
    """With and without the Gaelic and Dutch prefixes that are written together with a name, or not."""
    clan, other = _CLAN.fullmatch(name), _OTHER_PREFIX.fullmatch(name)
    stem = clan[1] if clan else other[1] if other else name
    prefixes = [] if clan or len(stem) < 4 else ["o", *_VAN]
    if not other and len(stem) > 2:
        prefixes += ["mac", "mc"] if stem[0] in "aeiouwyc" else ["mac", "mc", "m"]
    return [stem, *(prefix + stem for prefix in prefixes)]


def _ending_forms(name: str) -> list[str]:
    """As the sisters and brothers of Slavic families are called."""
    match = _ADJECTIVE.fullmatch(name)
    if match:
        return [match[1] + ending for ending in ("i", "y", "yi", "iy", "a", "aya")]
    match = _POSSESSIVE.fullmatch(name)
    if match:
        return [match[1], match[1] + "a", match[1].removesuffix("ov")]
    return [name + "ova"] if name[-1:] not in _VOWELS else []
