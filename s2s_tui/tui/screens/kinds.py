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
        about: what such files are, for the help page.
        lists: what the lists of the Download screen hold, for the help page.
        sent: what is worth knowing once such files are sent; empty: nothing.
        has_pupils: whether such a file names pupils that can be counted and shown.
        one_by_one: whether only one can be downloaded at a time (R-DWN-2).
    """

    title: str
    none_here: str
    none_there: str
    about: str
    lists: str
    sent: str = ""
    has_pupils: bool = False
    one_by_one: bool = False


_CAME_AND_WENT = N_("The files that came for you, and those that you sent.")

KINDS: dict[str, KindWords] = {
    Kind.CTF: KindWords(
        title=N_("CTF"),
        none_here=N_("There is no CTF in this folder. g shows another one."),
        none_there=N_("No CTFs here."),
        about=N_(
            "A CTF holds pupils. It goes from school to school, between a school and an authority, or to the "
            "Lost Pupil Database, as an .XML file."
        ),
        lists=N_("Files that wait for you, and those between schools of your authority and others."),
        has_pupils=True,
    ),
    Kind.GENERIC: KindWords(
        title=N_("Generic"),
        none_here=N_("There is no zip to send in this folder. g shows another one."),
        none_there=N_("No generic files here."),
        about=N_(
            "A generic file is a zip of anything, between schools, or a school and an authority: at most 4 "
            "MB from a school, 10 from an authority. No e-mail tells the receiver that it has come: let them "
            "know yourself."
        ),
        lists=_CAME_AND_WENT,
        sent=N_("No e-mail tells the receivers that a zip has come: let them know."),
        one_by_one=True,
    ),
    Kind.PLASC: KindWords(
        title=N_("PLASC"),
        none_here=N_("There is no PLASC file in this folder. g shows another one."),
        none_there=N_("No PLASC files here."),
        about=N_("PLASC files go between a school and an authority's PLASC team, as .XML or .ZIP files."),
        lists=_CAME_AND_WENT,
    ),
    Kind.ADMISSIONS: KindWords(
        title=N_("Admissions"),
        none_here=N_("There is no admissions file in this folder. g shows another one."),
        none_there=N_("No admissions files here."),
        about=N_(
            "Admissions files go between a school and an authority's admissions team, as .XML or .ZIP files; "
            "the forms ADT, ASL, AOT, ALT and APT as .XML files to and from the authority."
        ),
        lists=_CAME_AND_WENT,
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
