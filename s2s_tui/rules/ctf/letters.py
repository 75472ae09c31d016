"""Letters in names that a person should look at: controls, invisible ones, garbled ones (R-UPL-2)."""

import re
import unicodedata

_CONTINUATION = r"\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_GARBLED = re.compile(
    # UTF-8 once read as Windows-1252 or ISO-8859-1: ŷ is then Å·, ’ is â€™.
    rf"[\u00c2-\u00df][{_CONTINUATION}]|[\u00e0-\u00ef][{_CONTINUATION}]{{2}}"
    # A letter that a program could not write, or one written as a reference twice over.
    r"|[\ufffd?]|&#?\w+;"
)
# Not of category C, and yet nothing is seen of them.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def hidden(text: str) -> str | None:
    """The first control, invisible or unassigned character, as `U+009B`; None where there is none."""
    if text.isprintable() and not _INVISIBLE.search(text):
        return None
    # What else can't be printed is a space of some kind, and harmless.
    for character in text:
        if unicodedata.category(character)[0] == "C" or _INVISIBLE.match(character):
            return f"U+{ord(character):04X}"
    return None


def garbled(text: str) -> str | None:
    """The first letters that look like another one read in the wrong encoding; None where none do."""
    found = _GARBLED.search(text)
    return found[0] if found else None
