"""Sentences for the errors of services and settings; placeholders are the error's parameters."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    "settings-unreadable": N_("The settings file {file} can't be read: {reason}"),
    "settings-unknown": N_("The settings file {file} has an unknown setting, {name}."),
    "settings-type": N_("The setting {name} in {origin} must be of type {wanted}."),
}
