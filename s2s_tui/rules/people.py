"""Names of people made comparable for lists and look-ups (the ranked search has its own way, `matching/`)."""

import unicodedata

_DROPPED = str.maketrans({"'": None, "’": None, "‘": None, "`": None, ".": None, "´": None})


def name_key(*names: str) -> str:
    """Names as they are compared: no accents or case, apostrophes dropped, other punctuation a space.

    `name_key("Prŷs-Jones", "Siân")` is `prys jones sian`.
    """
    text = unicodedata.normalize("NFKD", " ".join(names).casefold()).translate(_DROPPED)
    kept = (
        character if character.isalnum() else " "
        for character in text
        if not unicodedata.combining(character)
    )
    return " ".join("".join(kept).split())
