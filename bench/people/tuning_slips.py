"""How details are typed wrong in the tuning world."""
# ruff: noqa: ARG001

from datetime import date

import numpy as np

from bench.people.asking import Slip, Typed
from bench.people.tuning import SHORT, WELSH_FORENAMES, WELSH_SURNAMES, world
from s2s_tui.matching.fields import Record

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_ALIKE = [
    *(
        ("ph", "f"),
        ("c", "k"),
        ("k", "ck"),
        ("s", "ss"),
        ("l", "ll"),
        ("ll", "l"),
        ("t", "tt"),
        ("n", "nn"),
        ("y", "i"),
        ("i", "y"),
    ),
    *(
        ("e", "i"),
        ("a", "o"),
        ("ee", "i"),
        ("ie", "ee"),
        ("f", "v"),
        ("v", "f"),
        ("th", "t"),
        ("dd", "d"),
        ("w", "u"),
        ("er", "a"),
    ),
    *(
        ("ai", "ei"),
        ("o", "ou"),
        ("u", "oo"),
        ("gh", "g"),
        ("ch", "c"),
        ("z", "s"),
        ("rh", "r"),
        ("h", ""),
        ("ks", "x"),
        ("j", "dg"),
    ),
]


def _edit(text: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(len(text)))
    letter = _ALPHABET[int(rng.integers(26))]
    kind = int(rng.integers(4))
    if kind == 0 and len(text) > 2:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + letter + text[at:]
    if kind == 2 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + letter + text[at + 1 :]


def _sounding(text: str, rng: np.random.Generator) -> str:
    low = text.lower()
    for place in rng.permutation(len(_ALIKE)).tolist():
        old, new = _ALIKE[place]
        if old in low[1:]:
            at = low.index(old, 1)
            return (low[:at] + new + low[at + len(old) :]).title()
    return _edit(text, rng)


def surname_slip(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"surname": _edit(record.surname or "x", rng)}


def forename_slip(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"forename": _edit(record.forename or "x", rng)}


def surname_sound(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"surname": _sounding(record.surname or "x", rng)}


def forename_sound(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"forename": _sounding(record.forename or "x", rng)}


def half_surname(record: Record, rng: np.random.Generator) -> Typed | None:
    parts = (record.surname or "").replace("-", " ").split()
    return {"surname": parts[int(rng.integers(len(parts)))]} if len(parts) > 1 and parts[0] != "ap" else None


def former(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"surname": record.former_surname} if record.former_surname else None


def _form(table: dict[str, tuple[str, ...]], name: str | None, rng: np.random.Generator) -> str | None:
    forms = table.get(name or "")
    return forms[int(rng.integers(len(forms)))] if forms else None


def surname_form(record: Record, rng: np.random.Generator) -> Typed | None:
    form = _form(WELSH_SURNAMES, record.surname, rng)
    return {"surname": form} if form else None


def forename_form(record: Record, rng: np.random.Generator) -> Typed | None:
    form = _form(WELSH_FORENAMES, record.forename, rng)
    return {"forename": form} if form else None


def short_form(record: Record, rng: np.random.Generator) -> Typed | None:
    form = _form(SHORT, record.forename, rng)
    return {"forename": form} if form else None


def american(record: Record, rng: np.random.Generator) -> Typed | None:
    born = record.born
    if born is None or born.day > 12 or born.day == born.month:
        return None
    return {"born": date(born.year, born.day, born.month)}


def part_of_date(record: Record, rng: np.random.Generator) -> Typed | None:
    if record.born is None:
        return None
    which = int(rng.integers(3))
    year, month, day = record.born.year, record.born.month, record.born.day
    year = year + (1 if rng.random() < 0.5 else -1) if which == 0 else year
    month = int(rng.integers(1, 13)) if which == 1 else month
    day = int(rng.integers(1, 29)) if which == 2 else min(day, 28)
    return {"born": date(year, month, day)}


def crossed(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"surname": record.forename, "forename": record.surname}


_TOWNS = world(1_000).towns[0]


def other_town(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"town": _TOWNS[int(rng.integers(len(_TOWNS)))]}


def without_date(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"born": None, "town": record.town, "gender": record.gender}


def without_surname(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"surname": None, "town": record.town, "gender": record.gender}


def without_forename(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"forename": None, "town": None, "gender": None}


def second_name(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"forename": (record.middle_names or "").split()[0]} if record.middle_names else None


SLIPS: dict[str, Slip] = {
    slip.__name__: slip
    for slip in (
        *(
            surname_slip,
            surname_sound,
            half_surname,
            former,
            surname_form,
            forename_form,
            short_form,
            american,
        ),
        *(part_of_date, crossed, other_town, without_date, without_surname, without_forename, forename_slip),
        *(forename_sound, second_name),
    )
}
