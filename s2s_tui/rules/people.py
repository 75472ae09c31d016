"""Names of people made comparable for lists and look-ups (the ranked search has its own way, `matching/`)."""

import unicodedata

_DROPPED = str.maketrans({"'": None, "’": None, "‘": None, "`": None, ".": None, "´": None, "ʼ": None})


def name_key(*names: str) -> str:
    """Names as they are compared: no accents or case, apostrophes dropped, other punctuation a space.

    `name_key("Prŷs-Jones", "Siân")` is `prys jones sian`.
    """
    text = " ".join(names).translate(_DROPPED)
    if not text.isascii():
        # Twice: letters of other alphabets turn into capitals, wide marks into apostrophes.
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = text.translate(_DROPPED)
    kept = (
        character if character.isalnum() else " "
        for character in text.casefold()
        if not unicodedata.combining(character)
    )
    return " ".join("".join(kept).split())
