"""Sentences for those who can't come in by this terminal; placeholders are the error's parameters."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    "terminal-missing": N_(
        "The screens need a terminal, and this is none. The commands do the same: {command}"
    ),
    "terminal-dumb": N_(
        "The screens can't be shown on a terminal of type {term}. The commands do the same: {command}"
    ),
    "clerk-unknown": N_(
        "On this server the app is for clerks who come over SSH, each with a folder of their own "
        "({setting}); this start came with no clerk's name."
    ),
    "clerk-folder": N_(
        "{clerk} has no folder on this server that the app can use: {folder}. Ask whoever runs the server to "
        "make it, by deploy/clerk.sh."
    ),
    "clerk-folder-open": N_(
        "Others on this server can reach the folder of {clerk}. Ask whoever runs the server to close it: "
        "chmod o= {folder}"
    ),
}
