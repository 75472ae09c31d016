"""How a name sounds to a Welsh or an English ear, as a key: names that sound alike share it.

Vowels carry little (Llywelyn, Llewellyn), so the key is the first sound and the consonants that are heard.
Welsh spelling is read as Welsh: dd is a soft th, f is v, ll is l to an English ear, w and y are vowels.
"""

import re
from functools import lru_cache

KEY_LENGTH = 8

_VOWELS = "aeiouwy"
# In order: each is a spelling and the sound that is kept for it.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:kn|gn|pn)", "n"),
        (r"^(?:wr|rh)", "r"),
        (r"^ps", "s"),
        (r"^x", "s"),
        (r"^th(?=o)", "t"),
        (r"^gwh?(?=[aeiouy])", "w"),
        (r"^wh", "w"),
        (r"^(?:si|sh?i|sh|sj)(?=[aou])", "s"),
        (r"^sh", "s"),
        (r"sch", "sk"),
        (r"tch", "k"),
        (r"augh|ough|igh", "a"),
        (r"(?<!^)gh", ""),
        (r"^gh", "g"),
        (r"dge?|(?<!^)g(?=e)", "j"),
        (r"ph|ff|f", "v"),
        (r"dd|t?th", "d"),
        (r"ll|lh", "l"),
        (r"rh", "r"),
        (r"ngh", "ng"),
        (r"mh", "m"),
        (r"nh", "n"),
        (r"(?:sh|sch|ti|si|ci)(?=[aou])|sh", "s"),
        (r"(?<!^)sc(?=[eiy])", "s"),
        (r"(?<!^)c(?=[eiy])", "s"),
        (r"ch|ck|c|qu|q", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"(?<!^)h", ""),
    )
)
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """The sound key of a name.

    Args:
        name: as `text.joined` gives it.

    Returns:
        At most eight characters; empty for an empty name. A name of vowels alone keeps `a`.
    """
    if not name:
        return ""
    sound = name
    for pattern, kept in _RULES:
        sound = pattern.sub(kept, sound)
    if not sound:
        return name[:1]
    first = sound[0]
    # Which vowel a name starts with is often heard wrong (Evan, Ifan); w before a vowel is a consonant.
    if first == "w" and len(sound) > 1 and sound[1] in "aeiouy":
        first = "w"
    elif first in _VOWELS:
        first = "a"
    rest = _DOUBLED.sub(r"\1", sound)[1:]
    return (first + "".join(letter for letter in rest if letter not in _VOWELS))[:KEY_LENGTH]
