"""Sentences for terminals that the screens can't be shown on; placeholders are the error's parameters."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    "terminal-missing": N_(
        "The screens need a terminal, and this is none. The commands do the same: {command}"
    ),
    "terminal-dumb": N_(
        "The screens can't be shown on a terminal of type {term}. The commands do the same: {command}"
    ),
}
