"""Sentences for the errors of the command line; placeholders are the error's parameters."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    "user-missing": N_("Say who you are with --user or S2S_USER."),
    "password-missing": N_("Give the password with S2S_PASSWORD or --password-stdin, or use a terminal."),
    "password-lines": N_("Give three lines on standard input: the old password, then the new one twice."),
    "pupil-several": N_("{count} pupils are called like this. Name the one to export by its UPN."),
    "pupil-none": N_("No file of yours holds such a pupil: {text}"),
    "place-none": N_("No school or authority is found by: {text}"),
    "view-twice": N_("--collected and --view name two different views. Give one of them."),
    "output": N_("The output can't be written: {reason}."),
    "stopped-between": N_("Stopped: {done} of {total} files were looked at. Run it again to go on."),
}
