"""A list of different names, and which of them resemble a typed one, and how.

A million pupils share some 40,000 surnames: each is looked at once for a search, never each pupil.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from s2s_tui.matching import strings
from s2s_tui.matching.fields import Level
from s2s_tui.matching.sounds import key
from s2s_tui.matching.text import joined, tokens
from s2s_tui.matching.variants import Kind

Codes = NDArray[np.intp]
Forms = Callable[[str], Mapping[str, Kind]]
Parts = dict[str, tuple[Codes, Codes]]
"""For parts of double names: the names that are the same, and those that are fairly like it."""
Nearby = tuple[Codes, NDArray[np.bool_]]
"""Names worth comparing with a text letter by letter, and which of them have its sound key."""

_KIND = {Kind.WELSH: Level.WELSH, Kind.SHORT: Level.SHORT, Kind.SPELLING: Level.SPELLING}
_SHORTEST_BEGINNING = 3
_APART = 2
"""Names with more letters than this that the other lacks, or so much longer, are not close; not compared."""
_INITIALS = re.compile(r"[^\W\d_](?:(?:\.\s*|\s+)[^\W\d_])+\.?|[B-DF-HJ-NP-TV-XZ]{2}")
"""`R.B.`, `R B` and `RB`, which no name is: single letters, or two capitals without a vowel."""
_CLOSE, _LOOSE, _SOUNDING = 0.90, 0.84, 0.70
"""Jaro-Winkler similarities; the last of names that share a sound key."""


@dataclass(frozen=True, slots=True)
class NameList:
    """Different names, made comparable, in alphabetical order; the first is the empty one.

    Attributes:
        texts: as `text.joined` gives them; a name's code is its place here.
        letters: which letters a name has, a bit each (`_letters`).
        lengths: how many letters it has.
        sounds: the sound keys, eight bytes as a number.
        part_owner, part: for each part of a double name, the name's code and the part's, in order of parts.
        shown, shown_starts: each name as the first record with it writes it (`strings.pack`).
        part_starts: for each name, where those that have it as a part begin in `part_owner`; one more entry.
        part_counts: how many parts each name has; 0 for those of one part.
    """

    texts: list[str]
    letters: NDArray[np.uint32]
    lengths: NDArray[np.int16]
    sounds: NDArray[np.uint64]
    part_owner: NDArray[np.int32]
    part: NDArray[np.int32]
    shown: NDArray[np.uint8]
    shown_starts: NDArray[np.int64]
    part_starts: NDArray[np.int64]
    part_counts: NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many different names."""
        return len(self.texts)

    def code(self, text: str) -> int:
        """A joined name's code; -1 where it is not in the list."""
        at = bisect_left(self.texts, text)
        return at if at < len(self.texts) and self.texts[at] == text else -1

    def held(self, code: int) -> str:
        """A name as it is held."""
        return strings.one(self.shown, self.shown_starts, code)

    def beginning(self, text: str) -> range:
        """The codes of the names that begin so."""
        return range(bisect_left(self.texts, text), bisect_left(self.texts, text + "\U0010ffff"))

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it as arrays by name."""
        blob, starts = strings.pack(self.texts)
        return {
            "texts": blob,
            "text_starts": starts,
            "letters": self.letters,
            "lengths": self.lengths,
            "sounds": self.sounds,
            "part_owner": self.part_owner,
            "part": self.part,
            "shown": self.shown,
            "shown_starts": self.shown_starts,
        }


_KEPT = ("letters", "lengths", "sounds", "part_owner", "part", "shown", "shown_starts")


def from_arrays(arrays: strings.Arrays) -> NameList:
    """The list that `NameList.arrays` came from."""
    kept = {name: arrays[name] for name in _KEPT}
    texts = strings.unpack(arrays["texts"], arrays["text_starts"])  # type: ignore[arg-type]
    return _listed(texts, **kept)  # type: ignore[arg-type]


def _listed(
    texts: list[str], *, part_owner: NDArray[np.int32], part: NDArray[np.int32], **kept: NDArray[np.generic]
) -> NameList:
    starts = np.searchsorted(part, np.arange(len(texts) + 1, dtype=np.int32))
    counts = np.bincount(part_owner, minlength=len(texts))
    return NameList(
        texts,
        part_owner=part_owner,
        part=part,
        part_starts=starts,
        part_counts=counts,
        **kept,  # type: ignore[arg-type]
    )


def make(raw: Iterable[str]) -> tuple[NameList, dict[str, int]]:
    """A list of the names, and each raw name's code (0 for those with nothing comparable)."""
    first: dict[str, str] = {"": ""}
    parts: dict[str, tuple[str, ...]] = {}
    of: dict[str, str] = {}
    for name in raw:
        split = tokens(name)
        text = "".join(split)
        of[name] = text
        first.setdefault(text, name.strip())
        if len(split) > 1 and text not in parts:
            parts[text] = tuple(dict.fromkeys(part for part in split if len(part) > 1))
    for split in list(parts.values()):
        for part in split:
            first.setdefault(part, part)
    texts = sorted(first)
    codes = {text: code for code, text in enumerate(texts)}
    pairs = [(codes[owner], codes[part]) for owner, split in parts.items() for part in split if part != owner]
    owners = np.array(sorted(pairs, key=itemgetter(1)), np.int32).reshape(-1, 2)
    shown, starts = strings.pack(first[text] for text in texts)
    made = _listed(
        texts,
        letters=np.fromiter(map(_letters, texts), np.uint32, len(texts)),
        lengths=np.fromiter(map(len, texts), np.int16, len(texts)),
        sounds=np.fromiter(map(_sound, texts), np.uint64, len(texts)),
        part_owner=np.ascontiguousarray(owners[:, 0]),
        part=np.ascontiguousarray(owners[:, 1]),
        shown=shown,
        shown_starts=starts,
    )
    return made, {name: codes[text] for name, text in of.items()}


def _letters(text: str) -> int:
    bits = 0
    for letter in text:
        # Letters beyond a to z share the six bits that are left.
        bits |= 1 << (ord(letter) - 97 if "a" <= letter <= "z" else 26 + ord(letter) % 6)
    return bits


def _sound(text: str) -> int:
    return int.from_bytes(key(text).encode()[:8].ljust(8, b"\0"), "big")


def nearby(names: NameList, texts: Sequence[str], sounds: NDArray[np.uint64] | None = None) -> list[Nearby]:
    """For each joined name, what of the list is worth comparing with it: some at once cost less than each.

    Args:
        names: the list.
        texts: the joined names.
        sounds: their sound keys as numbers, where those are known.
    """
    if sounds is None:
        sounds = np.fromiter(map(_sound, texts), np.uint64, len(texts))
    letters = np.fromiter(map(_letters, texts), np.uint32, len(texts))
    lengths = np.fromiter(map(len, texts), np.int16, len(texts))
    some = np.bitwise_count(names.letters ^ letters[:, None]) <= 2 * _APART
    some |= names.sounds == sounds[:, None]
    which, codes = np.divmod(np.flatnonzero(some), names.size)
    own, typed = names.letters[codes], letters[which]
    close = np.bitwise_count(own & ~typed) <= _APART
    close &= np.bitwise_count(~own & typed) <= _APART
    close &= np.abs(names.lengths[codes] - lengths[which]) <= _APART
    sounding = names.sounds[codes] == sounds[which]
    picked = (close | sounding) & (codes > 0)
    which, codes, sounding = which[picked], codes[picked], sounding[picked]
    ends = np.searchsorted(which, np.arange(len(texts) + 1)).tolist()
    return [(codes[begin:end], sounding[begin:end]) for begin, end in pairwise(ends)]


def resembling(
    names: NameList, typed: str, forms: Forms, known: Parts | None = None, near: Nearby | None = None
) -> dict[Level, Codes]:
    """Which names resemble a typed one, and how.

    Args:
        names: the list.
        typed: the name as typed.
        forms: the other forms of a joined name (`variants`).
        known: what was found for parts of names before, with the same list and forms; filled further.
        near: what `nearby` says of the joined name, where that is known.

    Returns:
        Codes by level. A name may stand at several; the caller takes the one that says most. Every name
        that is not there is different. Empty where nothing comparable was typed.
    """
    text, parts = joined(typed), tokens(typed)
    if not text:
        return {}
    found = _whole(names, text, forms, near)
    found[Level.BEGINS] = _union(_begins(names, text), found.get(Level.BEGINS))
    single = [names.code(text[0])] if len(text) > 1 else []
    letters = len(text) == 1 or _INITIALS.fullmatch(typed.strip())
    found[Level.INITIAL] = _array([*single, *names.beginning(text[0])] if letters else single)
    strong: list[Codes] = []
    fair: list[Codes] = []
    if len(parts) > 1:
        turned = names.code("".join(reversed(parts)))
        found[Level.ORDER] = _array([turned])
        several: list[Codes] = []
        for part in (part for part in dict.fromkeys(parts) if len(part) > 1):
            same, close = _part(names, part, forms, {} if known is None else known)
            strong.append(same)
            several.append(_owners(names, same))
            fair += [close, _owners(names, close)]
        some, every = _sharing(names, several)
        strong.append(every)
        fair.append(some)
    strong.append(_owners(names, found[Level.SAME]))
    fair.append(_owners(names, _union(*(found.get(level) for level in _FAIR))))
    found[Level.PART] = _union(*strong)
    found[Level.PART_CLOSE] = _union(*fair)
    return {level: codes for level, codes in found.items() if len(codes)}


def _sharing(names: NameList, owners: Sequence[Codes]) -> tuple[Codes, Codes]:
    """Of the names that share parts with a typed one: those that have another part too, and those that don't.

    Args:
        names: the list.
        owners: for each part typed, the names that have it.

    Returns:
        Codes of names that lack a typed part and have another one; and of names of which all parts were
        typed, or that have all that was typed.
    """
    codes, shared = np.unique(_union(*owners), return_counts=True)
    whole = shared == len(owners)
    if not whole.all():
        whole |= shared == names.part_counts[codes]
    return codes[~whole], codes[whole]


_FAIR = (Level.WELSH, Level.SHORT, Level.SPELLING, Level.SOUNDS, Level.LETTER)


def _part(names: NameList, part: str, forms: Forms, known: Parts) -> tuple[Codes, Codes]:
    found = known.get(part)
    if found is None:
        like = _whole(names, part, forms)
        found = known[part] = like[Level.SAME], _union(*(like.get(level) for level in _FAIR))
    return found


def alike(names: NameList, typed: str, forms: Forms) -> dict[Level, Codes]:
    """Like `resembling`, without the loosest levels and parts of names: for a name in the wrong box."""
    text = joined(typed)
    if not text:
        return {}
    found = _whole(names, text, forms)
    return {level: codes for level, codes in found.items() if len(codes) and level != Level.LOOSE}


def _whole(names: NameList, text: str, forms: Forms, near: Nearby | None = None) -> dict[Level, Codes]:
    """Names like one text, taken whole."""
    found: dict[Level, Codes] = {Level.SAME: _array([names.code(text)])}
    listed: dict[Level, list[int]] = {}
    for form, kind in forms(text).items():
        listed.setdefault(_KIND[kind], []).append(names.code(form))
    found |= {level: _array(codes) for level, codes in listed.items()}
    if len(text) < 2:
        return found
    codes, sounding = nearby(names, [text])[0] if near is None else near
    candidates = list(map(names.texts.__getitem__, codes.tolist()))
    alike = process.cdist(
        [text], candidates, scorer=JaroWinkler.similarity, score_cutoff=_SOUNDING, dtype=np.float32
    )[0]
    slips = process.cdist([text], candidates, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)[0]
    long = len(text) >= 6
    found[Level.SOUNDS] = codes[sounding & ((alike >= _SOUNDING) | (slips <= 2))]
    found[Level.LETTER] = codes[slips == 1]
    found[Level.CLOSE] = codes[(alike >= _CLOSE) | ((slips == 2) & long)]
    found[Level.LOOSE] = codes[(alike >= _LOOSE) | ((slips == 2) & (len(text) >= 4))]
    return found


def _begins(names: NameList, text: str) -> Codes:
    """Names that begin with the text, and names that the text begins with."""
    if len(text) < _SHORTEST_BEGINNING:
        return _array([])
    shorter = [names.code(text[:length]) for length in range(_SHORTEST_BEGINNING, len(text))]
    return _array([*names.beginning(text), *shorter])


def _owners(names: NameList, parts: Codes) -> Codes:
    """The double names that have one of the parts."""
    if not len(parts) or not len(names.part):
        return _array([])
    begin, end = names.part_starts[parts], names.part_starts[parts + 1]
    some = begin < end
    if not some.any():
        return _array([])
    ends = zip(begin[some].tolist(), end[some].tolist(), strict=True)
    return np.concatenate([names.part_owner[one:other] for one, other in ends]).astype(np.intp)


def _array(codes: Iterable[int]) -> Codes:
    """Codes without those of names that are not in the list."""
    return np.array([code for code in codes if code > 0], np.intp)


def _union(*found: Codes | None) -> Codes:
    some = [codes for codes in found if codes is not None and len(codes)]
    return np.concatenate(some) if some else _array([])
