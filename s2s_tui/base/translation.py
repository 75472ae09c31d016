"""Every sentence shown goes through here: gettext with the catalogues in `s2s_tui/locale`.

`_()` marks and translates a sentence now; `N_()` only marks one that is translated when shown.
A process speaks one language at a time (`speak`); a mail is written in its reader's (`in_language`).
"""

import gettext
import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

LANGUAGES = {"en": "English", "cy": "Cymraeg"}
DEFAULT = "en"
_LOCALE = Path(__file__).parent.parent / "locale"

_process_language = DEFAULT
_here: ContextVar[str | None] = ContextVar("language", default=None)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("s2s_tui", _LOCALE, languages=[language], fallback=True)


def language() -> str:
    """The language in force here: a key of `LANGUAGES`."""
    return _here.get() or _process_language


def speak(chosen: str | None) -> None:
    """Set the process's language: a key of `LANGUAGES`, or None to ask the environment."""
    global _process_language
    _process_language = chosen if chosen in LANGUAGES else from_environment()


def from_environment() -> str:
    """The language that LANGUAGE, LC_ALL, LC_MESSAGES or LANG ask for, else English."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            code = (locale.normalize(value.split(":")[0]).split("_")[0]).lower()
            return code if code in LANGUAGES else DEFAULT
    return DEFAULT


@contextmanager
def in_language(chosen: str | None) -> Iterator[None]:
    """Speak another language within the block, for this thread or task only."""
    token = _here.set(chosen if chosen in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _here.reset(token)


def _(message: str) -> str:
    """The sentence in the language in force."""
    return _catalogue(language()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """The sentence for a number of things, in the language in force (Welsh has more than two forms)."""
    return _catalogue(language()).ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a sentence for the catalogue; it is translated with `_()` when shown."""
    return message
