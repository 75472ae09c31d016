"""Names made comparable: one spelling for what differs only in accents, case, marks and spaces."""

import unicodedata
from functools import lru_cache

LONGEST = 80
"""Characters of a name that are looked at; no name is longer, hostile input may be."""

# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
_DROPPED = frozenset("'’‘ʼ`´.")
# "ap Rhys", "O Brien", "Mc Donald" are one name; written together or apart.
_GLUED = frozenset({"ap", "ab", "o", "mc", "mac", "st"})


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """The parts of a name, folded: `"Ffion-Haf ap Rhŷs"` gives `("ffion", "haf", "aprhys")`.

    Accents, case, apostrophes and full stops go; anything else that is neither letter nor digit parts
    the name. A Welsh or Gaelic prefix joins what follows it. What a program read in the wrong encoding is
    read anew: `SiÃ´n` is Siôn.

    Args:
        text: a name as it was typed or held; any text at all.

    Returns:
        Non-empty strings of letters and digits; none where nothing comparable is in the text.
    """
    folded = text[: LONGEST * 2]
    if folded.isascii():
        folded = folded.casefold()
    else:
        folded = _reread(folded).casefold()
        folded = unicodedata.normalize("NFKD", folded).casefold().translate(_LETTERS)
    kept: list[str] = []
    for character in folded:
        if character.isalnum():
            kept.append(character)
        elif character not in _DROPPED and not _invisible(character):
            kept.append(" ")
    parts = "".join(kept)[:LONGEST].split()
    glued: list[str] = []
    for part in parts:
        if glued and glued[-1] in _GLUED:
            glued[-1] += part
        else:
            glued.append(part)
    return tuple(glued)


def _reread(text: str) -> str:
    """UTF-8 that was read as Windows or Latin 1 text; what is none, and that is any real name, as it is."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            pass
    return text


def _invisible(character: str) -> bool:
    """Accents that stand apart, direction marks, controls: they part nothing."""
    return not character.isascii() and unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf", "Cs")


def joined(text: str) -> str:
    """A name as it is compared: its tokens without spaces; empty where nothing is comparable."""
    return "".join(tokens(text))
