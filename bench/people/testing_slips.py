"""How details are typed wrong in the testing world; written apart from the tuning world's slips."""
# ruff: noqa: ARG001, E501

from datetime import date, timedelta

import numpy as np

from bench.people.asking import Slip, Typed
from bench.people.testing import SHORT, WELSH_FORENAMES, WELSH_SURNAMES, world
from s2s_tui.matching.fields import Record

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: (row[place - 1 : place] if place else "") + row[place + 1 : place + 2]
    for row in _ROWS
    for place, letter in enumerate(row)
}
_HEARD = [
    ("ph", "f"), ("ff", "f"), ("f", "ff"), ("v", "f"), ("f", "v"), ("ck", "k"), ("c", "k"), ("k", "c"), ("k", "ck"), ("ch", "k"),
    ("dd", "th"), ("th", "dd"), ("ll", "l"), ("l", "ll"), ("rh", "r"), ("r", "rh"), ("w", "oo"), ("oo", "w"), ("y", "i"), ("i", "y"),
    ("ie", "y"), ("ey", "y"), ("y", "ie"), ("ee", "ea"), ("ea", "ee"), ("ei", "i"), ("ai", "ay"), ("ay", "ai"), ("ae", "ay"), ("au", "aw"),
    ("ou", "ow"), ("ow", "ou"), ("u", "i"), ("e", "a"), ("a", "e"), ("o", "u"), ("er", "ar"), ("er", "or"), ("or", "er"), ("z", "s"), ("s", "z"),
    ("x", "ks"), ("gh", ""), ("tt", "t"), ("t", "tt"), ("nn", "n"), ("n", "nn"), ("ss", "s"), ("mm", "m"), ("wr", "r"), ("kn", "n"), ("si", "sh"),
    ("sh", "si"), ("qu", "kw"), ("j", "g"), ("tion", "shon"), ("ian", "yan"), ("wyn", "win"), ("son", "sen"), ("mc", "mac"), ("es", "is"),
]  # fmt: skip


def _keyboard(text: str, rng: np.random.Generator) -> str:
    """One slip of the fingers."""
    at = int(rng.integers(len(text)))
    what = rng.random()
    letter = text[at].lower()
    if what < 0.25 and len(text) > 3:
        return text[:at] + text[at + 1 :]
    if what < 0.5 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if what < 0.7:
        return text[:at] + text[at] + text[at:]
    beside = _BESIDE.get(letter, "e") or "e"
    other = beside[int(rng.integers(len(beside)))]
    return text[:at] + other + text[at + (what < 0.92) :]


def _by_ear(text: str, rng: np.random.Generator) -> str | None:
    """A name written as it was heard: one or two sounds spelt otherwise."""
    low = text.lower()
    rules = [rule for rule in _HEARD if rule[0] in low]
    if not rules:
        return None
    for _ in range(1 + int(rng.random() < 0.35)):
        old, new = rules[int(rng.integers(len(rules)))]
        at = low.rfind(old)
        if at >= 0:
            low = low[:at] + new + low[at + len(old) :]
    return low.title() if low != text.lower() and low else None


def surname_typo(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"surname": _keyboard(record.surname or "x", rng)}


def forename_typo(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"forename": _keyboard(record.forename or "x", rng)}


def surname_heard(record: Record, rng: np.random.Generator) -> Typed | None:
    heard = _by_ear(record.surname or "", rng)
    return {"surname": heard} if heard else None


def forename_heard(record: Record, rng: np.random.Generator) -> Typed | None:
    heard = _by_ear(record.forename or "", rng)
    return {"forename": heard} if heard else None


def hyphenation(record: Record, rng: np.random.Generator) -> Typed | None:
    parts = (record.surname or "").replace("-", " ").split()
    if len(parts) < 2 or parts[0] in ("ap", "ab"):
        return None
    first, second = parts[0], parts[-1]
    ways = (first, second, f"{second}-{first}", first + second.lower(), f"{first} {second}")
    return {"surname": ways[int(rng.integers(len(ways)))]}


def former_name(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"surname": record.former_surname} if record.former_surname else None


def welsh_surname(record: Record, rng: np.random.Generator) -> Typed | None:
    forms = WELSH_SURNAMES.get(record.surname or "")
    return {"surname": forms[int(rng.integers(len(forms)))]} if forms else None


def welsh_forename(record: Record, rng: np.random.Generator) -> Typed | None:
    forms = WELSH_FORENAMES.get(record.forename or "")
    return {"forename": forms[int(rng.integers(len(forms)))]} if forms else None


def nickname(record: Record, rng: np.random.Generator) -> Typed | None:
    """A known short form, or one that a family made up from the first syllable."""
    name = record.forename or ""
    forms = SHORT.get(name)
    if forms and rng.random() < 0.85:
        return {"forename": forms[int(rng.integers(len(forms)))]}
    if not forms or len(name) < 5 or "-" in name or " " in name:
        return None
    return {"forename": name[:3] + ("", "y", "s", "ie", "o")[int(rng.integers(5))]}


def day_and_month(record: Record, rng: np.random.Generator) -> Typed | None:
    born = record.born
    if born is None or born.day > 12 or born.day == born.month:
        return None
    return {"born": date(born.year, born.day, born.month)}


def one_digit(record: Record, rng: np.random.Generator) -> Typed | None:
    if record.born is None:
        return None
    digits = list(f"{record.born:%Y%m%d}")
    for _ in range(50):
        changed = digits.copy()
        at = int(rng.integers(2, 8))
        changed[at] = str(int(rng.integers(10)))
        text = "".join(changed)
        try:
            born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            continue
        if born != record.born and 2000 <= born.year <= 2026:
            return {"born": born}
    return None


def wrong_year(record: Record, rng: np.random.Generator) -> Typed | None:
    if record.born is None or (record.born.month, record.born.day) == (2, 29):
        return None
    out = (-1, 1, -1, 1, -2, 2)[int(rng.integers(6))]
    return {"born": record.born.replace(year=record.born.year + out)}


def day_beside(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"born": record.born + timedelta(int(rng.integers(1, 3)))} if record.born else None


def names_swapped(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"surname": record.forename, "forename": record.surname}


_TOWNS = world(1_000).towns[0]


def moved(record: Record, rng: np.random.Generator) -> Typed | None:
    town = _TOWNS[int(rng.integers(len(_TOWNS)))]
    return {"town": town} if town != record.town else None


def no_date(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"born": None, "town": record.town, "gender": record.gender}


def no_surname(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"surname": None, "town": record.town, "gender": record.gender}


def surname_and_date(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"forename": None, "town": None, "gender": None}


def middle_name(record: Record, rng: np.random.Generator) -> Typed | None:
    return {"forename": record.middle_names} if record.middle_names else None


def clean(record: Record, rng: np.random.Generator) -> Typed | None:
    return {}


SLIPS: dict[str, Slip] = {
    slip.__name__: slip
    for slip in (
        *(
            clean,
            surname_typo,
            surname_heard,
            hyphenation,
            former_name,
            welsh_surname,
            welsh_forename,
            nickname,
        ),
        *(day_and_month, one_digit, wrong_year, day_beside, names_swapped, moved, no_date, no_surname),
        *(surname_and_date, forename_typo, forename_heard, middle_name),
    )
}
