"""Sentences about schools, authorities, registers and the user audit; what their details are called."""

from collections.abc import Iterable

from s2s_tui.base.translation import N_, _

SENTENCES: dict[str, str] = {
    # a school's details
    "school-name": N_("Give the school's name."),
    "school-number": N_("“{number}” is no establishment number: it has seven digits, the authority's first."),
    "school-exists": N_("There is a school {number} already: {name}."),
    "school-changed": N_(
        "{by} changed {number} meanwhile ({when}): {what}. Nothing was overwritten; look, and do it again."
    ),
    "school-no-address": N_("No e-mail address is held of {number} {name}, so it can't be told."),
    "school-without-account": N_("{number} has no account. Set one up under Users first."),
    "school-closing": N_("A day of closing can't lie in the future: {day}."),
    "field-unknown": N_("There is no detail “{field}”. Choose from: {allowed}."),
    "day-typed": N_("“{typed}” is no whole day. Type it as 30/1/2027 or 30 January 2027."),
    "nothing-to-change": N_("Say what to change."),
    # an authority's details
    "la-code": N_("“{la}” is no authority's code: it has three digits."),
    "la-exists": N_("There is an authority {la} already: {name}."),
    "la-name": N_("Give the authority's name."),
    "la-closed": N_("{la} {name} has closed already."),
    "la-schools-open": N_("{la} {name} has {count} open schools. Close or merge them first."),
    "la-changed": N_(
        "{by} changed {la} meanwhile ({when}): {what}. Nothing was overwritten; look, and do it again."
    ),
    "la-missing": N_("Say which authority: its three digits."),
    "switch": N_("Say on or off, not “{typed}”."),
    "country-unknown": N_("There is no country “{country}” here. Choose from: {allowed}."),
    # registers
    "table-empty": N_("The file has no rows."),
    "register-columns": N_(
        "The header row lacks a column for: {missing}. Call them number and name, or as the public registers "
        "do: School Number, or LA (code) and EstablishmentNumber; School Name or EstablishmentName."
    ),
    "register-unreadable": N_("Line {line} of the register is no CSV ({reason}). Save it again."),
    "register-rows": N_(
        "Cells that can't be used: {count}, the first in line {line}, column {column}. Nothing was changed."
    ),
    "register-name": N_("The school has no name."),
    "register-status": N_("“{typed}” is neither Open nor Closed."),
    "register-date": N_("“{typed}” is no day. Write it as 01-09-2026 or 2026-09-01."),
    "register-twice": N_("{number} stands in line {other} already."),
    "register-successor": N_("There is no open school {number} to take it over."),
    "register-changed": N_("{file} was changed since you looked at it: nothing was done. Look again."),
    "register-moved": N_(
        "Schools were changed since you looked: {file} would do something else now, so nothing was done. "
        "Look again."
    ),
    "register-nothing": N_("The register holds no school of s2s."),
    # the user audit
    "user-audit-open": N_("The round “{name}” is still open. Close it first."),
    "user-audit-none": N_("No round of the user audit is open."),
    "user-audit-unknown": N_("There is no round {id} of the user audit."),
    "user-audit-closed": N_("The round “{name}” is closed."),
    "user-audit-name": N_("Give the round a name, such as 2026."),
    "user-audit-deadline": N_("Give a day from tomorrow on."),
    "user-audit-nobody": N_("There is no account to audit."),
    "user-audit-user": N_("{username} is not among those to answer for."),
    "user-audit-answer": N_("Say --confirm or --remove; whom to remove has to be named."),
    "user-audit-answered": N_("{username} was answered for already: {answer}, by {by}."),
}

FIELDS: dict[str, str] = {
    "name": N_("name"),
    "name_cy": N_("Welsh name"),
    "town": N_("town"),
    "phone": N_("telephone number"),
    "email": N_("e-mail address"),
    "language": N_("language of e-mails"),
    "username": N_("username"),
    "phase": N_("phase"),
    "state": N_("active or inactive"),
    "opened": N_("opening day"),
    "data_email": N_("e-mail address of the data team"),
    "lost_email": N_("e-mail address for lost pupils"),
    "admissions_email": N_("e-mail address for admissions"),
    "copies": N_("copies of its schools' files"),
    "second_factor": N_("a code at each logon"),
    "country": N_("country"),
}
ACTS: dict[str, str] = {
    "open": N_("opens"),
    "reopen": N_("opens again"),
    "change": N_("changes"),
    "merge": N_("merges into {into}"),
    "close": N_("closes"),
}
"""What a register does to a school."""
PASSED: dict[str, str] = {
    "no-number": N_("without an establishment number"),
    "independent": N_("independent"),
    "coming": N_("not open yet"),
    "authority": N_("of bodies that are no authority of s2s"),
    "closed": N_("closed, and not known here"),
}
"""Why a register's row is passed over."""
STATES: dict[str, str] = {"open": N_("open"), "inactive": N_("inactive"), "closed": N_("closed")}
PHASES: dict[str, str] = {
    "nursery": N_("nursery"),
    "primary": N_("primary"),
    "middle": N_("middle"),
    "secondary": N_("secondary"),
    "special": N_("special"),
}
"""Of those that a register calls otherwise, its own word is shown."""
SWITCH: dict[str, str] = {"on": N_("on"), "off": N_("off")}
ANSWERS: dict[str, str] = {
    "": N_("to answer"),
    "confirmed": N_("confirmed"),
    "removed": N_("removed"),
    "gone": N_("deleted otherwise"),
}
"""Of an account in a user audit."""


def field(name: str) -> str:
    """What a detail is called."""
    return _(FIELDS[name])


def fields(names: Iterable[str]) -> str:
    """Details in words: `name, telephone number`; of none only that something is other."""
    return ", ".join(map(field, names)) or _("something that was put back")


def state(key: str) -> str:
    """A school's state."""
    return _(STATES[key])


def phase(key: str) -> str:
    """A school's phase; empty where none is held. Raw inside."""
    return _(PHASES[key]) if key in PHASES else key


def value(name: str, text: str) -> str:
    """A detail's value as people read it; raw inside."""
    if name == "language":
        return {"en": "English", "cy": "Cymraeg"}.get(text, text)
    if name == "state":
        return state(text)
    if name in ("copies", "second_factor"):
        return _(SWITCH[text])
    return text or "–"


def answer(key: str) -> str:
    """What a DBA said of an account."""
    return _(ANSWERS[key])
