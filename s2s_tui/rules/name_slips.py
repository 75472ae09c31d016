"""Slips in the names of files that can only mean one thing, and the name that was meant (R-NAM).

Each slip is a function that gives the name without it, or the name as it was. What comes out is only a
candidate: `names.parse` offers it when it follows the rules.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_ASCII = re.ASCII | re.IGNORECASE
_FORM = "CTF|PLA|ADM|ADT|ASL|AOT|ALT|APT"
_BOX = "[0-9]{7}|[0-9]{3}(?:LLLL|PLAS|ADMS)|X{7}|M{7}"
_JOIN = r"[\s_.\-\u2010-\u2015\uff3f]"
_JOIN_NO_DOT = _JOIN.replace(".", "")

_NUMBERED = re.compile(
    rf"({_BOX})({_JOIN}*)({_FORM})({_JOIN}*)({_BOX})({_JOIN}*)([0-9]{{1,5}})(\s*\.(?:xml|zip))?",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    rf"({_BOX})({_JOIN}*)({_BOX})({_JOIN_NO_DOT}+|(?=[a-z]))([^.].*?)(\s*\.zip)?", re.IGNORECASE
)
_PLAIN_NUMBERED = re.compile(rf"(?:{_BOX})_({_FORM})_(?:{_BOX})_[0-9]+", _ASCII)
_PLAIN_GENERIC = re.compile(rf"(?:{_BOX})_(?:{_BOX})_[^.]+", _ASCII)

_COPY_BEFORE = re.compile(r"(?:copy|copi)(?:[\s_]\([0-9]+\))?[\s_](?:of|o)[\s_]+", _ASCII)
_BRACKETS = re.compile(r"[\s_]*\([0-9]{1,3}\)(?=\s*(?:\.|\(|$))")
_COPY_AFTER = re.compile(
    r"(?:\s*-\s*|[\s_]+)(?:copy|copi)(?:\s*\(?[0-9]{1,3}\)?)?(?=\s*(?:\.|$))", re.IGNORECASE
)
_COUNTED = re.compile(
    rf"((?:{_BOX})_(?:{_FORM})_(?:{_BOX})_(?:[0-9]{{2}})?[0-9]{{3}})[- ][0-9]{{1,2}}(?=\.|$)", _ASCII
)
_ENDINGS = re.compile(r"(\.(?:xml|zip))(?:\.(?:xml|zip|txt|download))+", _ASCII)


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip found in a name.

    Attributes:
        code: the problem's code.
        mended: the name without it.
    """

    code: str
    mended: str


def _without_hidden(name: str) -> str:
    # A surrogate stands for bytes that were lost: nothing to mend.
    return "".join(c for c in name if c.isprintable() or c.isspace() or unicodedata.category(c) == "Cs")


def _without_blanks(name: str) -> str:
    name = re.sub(r"\s+(?=\.[A-Za-z]{3}$)", "", name.strip().rstrip(". "))
    return re.sub(r"\.\s+(?=[A-Za-z]{3}$)", ".", name)


def _without_copy(name: str) -> str:
    name = name[match.end() :] if (match := _COPY_BEFORE.match(name)) else name
    name = _COUNTED.sub(r"\1", _BRACKETS.sub("", name))
    return _COPY_AFTER.sub("", name)


def _one_ending(name: str) -> str:
    match = _ENDINGS.search(name)
    # `.xml.zip` may well be a zip that holds the XML: a name can't tell.
    if match is None or match.end() != len(name) or not _same_ending(match[0]):
        return name
    return name[: match.end(1)]


def _same_ending(endings: str) -> bool:
    return len(set(endings.lower().split(".")) - {"", "txt", "download"}) == 1


def _with_ending(name: str) -> str:
    if match := _PLAIN_NUMBERED.fullmatch(name):
        # PLA and ADM files may be either: which one is not for us to guess.
        return name if match[1].upper() in ("PLA", "ADM") else f"{name}.XML"
    return f"{name}.ZIP" if _PLAIN_GENERIC.fullmatch(name) else name


def _underscored(name: str) -> str:
    if match := _NUMBERED.fullmatch(name):
        ending = (match[8] or "").strip()
        return f"{match[1]}_{match[3]}_{match[5]}_{match[7]}{ending}"
    if match := _GENERIC.fullmatch(name):
        label = re.sub(r"\s+", "_", match[5])
        return f"{match[1]}_{match[3]}_{label}{(match[6] or '').strip()}"
    return name


def _plain_characters(name: str) -> str:
    """Digits of other scripts and full-width letters as the plain ones."""

    def plain(character: str) -> str:
        if "\uff01" <= character <= "\uff5e":
            return chr(ord(character) - 0xFEE0)
        digit = unicodedata.decimal(character, None)
        return character if digit is None else str(digit)

    return name if name.isascii() else "".join(map(plain, name))


def _zero(part: str) -> str:
    """A part of digits and the letter O with zeros for the letters; only where digits prevail."""
    digits = part[:3] if re.fullmatch(r"[0-9O]{3}(?:LLLL|PLAS|ADMS)", part, _ASCII) else part
    plausible = re.fullmatch(r"[0-9Oo]+", digits) and len(re.findall("[0-9]", digits)) >= len(digits) // 3
    return re.sub("[Oo]", "0", digits) + part[len(digits) :] if plausible else part


def _letters(part: str) -> str:
    """A mailbox with the right number of its repeated letter."""
    if re.fullmatch(r"X{5,9}|M{5,9}", part, _ASCII):
        return part[0] * 7
    if re.fullmatch(r"[0-9]{3}L{2,6}", part, _ASCII):
        return part[:3] + part[3] * 4
    return part


def _in_parts(name: str, change: Callable[[str], str], number: bool) -> str:
    """Change the mailboxes of a name, and its number too where asked."""
    stem, dot, ending = name.rpartition(".")
    parts = stem.split("_")
    if len(parts) < 3:
        return name
    numbered = re.fullmatch(_FORM, parts[1], _ASCII)
    places = ([0, 2, 3] if number else [0, 2]) if numbered else [0, 1]
    for at in places:
        if at < len(parts):
            parts[at] = change(parts[at])
    return "_".join(parts) + dot + ending


def _padded(name: str) -> str:
    return re.sub(
        rf"({_FORM})_({_BOX})_([0-9]{{1,2}})(?=\.)", lambda m: f"{m[1]}_{m[2]}_{m[3]:0>3}", name, flags=_ASCII
    )


_SLIPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("name-hidden-mended", _without_hidden),
    ("name-blanks", _without_blanks),
    ("name-browser-copy", _without_copy),
    ("name-two-endings", _one_ending),
    ("name-ending-missing", _with_ending),
    ("name-digits", _plain_characters),
    ("name-underscores", _underscored),
    ("name-letter-o", lambda name: _in_parts(name, _zero, number=True)),
    ("name-letters", lambda name: _in_parts(name, _letters, number=False)),
    ("name-short-number", _padded),
)


def candidates(name: str) -> Iterator[Slip]:
    """Names that may have been meant: each slip mended alone, then more and more of them together.

    Args:
        name: as typed, at most 255 characters.
    """
    for code, mend in _SLIPS:
        if (mended := mend(name)) != name:
            yield Slip(_exact(code, name), mended)
    first, text = "", name
    # Twice: with a slip out of the way an earlier one may show (`001 .xml (1)`).
    for code, mend in _SLIPS * 2:
        if (mended := mend(text)) != text:
            first = first or _exact(code, text)
            text = mended
            yield Slip(first, text)


def _exact(code: str, name: str) -> str:
    """For parts joined wrongly: by blanks, by hyphens, or not at all."""
    if code != "name-underscores":
        return code
    if re.search(r"\s", name):
        return "name-spaces"
    return "name-hyphens" if re.search(r"[\-\u2010-\u2015]", name[:21]) else code
