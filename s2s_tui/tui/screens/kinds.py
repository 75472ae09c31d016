"""The kinds of file that Upload and Download have a screen for: their words, in one table."""

import re
from dataclasses import dataclass

from s2s_tui.base.translation import N_
from s2s_tui.rules.names import FORMS, BadName, Kind, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWords:
    """What the two screens of a kind say; all marked with `N_()`.

    Attributes:
        title: what the menu calls it.
        none_here: a folder without such files.
        none_there: a list without such files.
        has_pupils: whether such a file names pupils that can be counted and shown.
    """

    title: str
    none_here: str
    none_there: str
    has_pupils: bool = False


KINDS: dict[str, KindWords] = {
    Kind.CTF: KindWords(
        title=N_("CTF"),
        none_here=N_("There is no CTF in this folder. g shows another one."),
        none_there=N_("No CTFs here."),
        has_pupils=True,
    ),
    Kind.GENERIC: KindWords(
        title=N_("Generic"),
        none_here=N_("There is no zip to send in this folder. g shows another one."),
        none_there=N_("No generic files here."),
    ),
    Kind.PLASC: KindWords(
        title=N_("PLASC"),
        none_here=N_("There is no PLASC file in this folder. g shows another one."),
        none_there=N_("No PLASC files here."),
    ),
    Kind.ADMISSIONS: KindWords(
        title=N_("Admissions"),
        none_here=N_("There is no admissions file in this folder. g shows another one."),
        none_there=N_("No admissions files here."),
    ),
}

_CODES = tuple((re.compile(rf"(?<![A-Z]){code}(?![A-Z])"), form.kind) for code, form in FORMS.items() if code)


def kind_of(name: str) -> Kind | None:
    """Which screen a file belongs on: by its name or, where that is wrong, by what it seems meant to be.

    Returns:
        None for what is none of these by any sign, such as a letter or a picture.
    """
    try:
        return parse(name).kind
    except BadName as error:
        if error.mended:
            return kind_of(error.mended)
    upper = name.upper()
    for code, kind in _CODES:
        if code.search(upper):
            return kind
    if ".ZIP" in upper:
        return Kind.GENERIC
    return Kind.CTF if ".XML" in upper else None
