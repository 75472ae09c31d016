"""Codes of rules and services as sentences in the reader's language; the one place where they are worded."""

from collections.abc import Mapping

from s2s_tui.base.errors import S2SError
from s2s_tui.base.text import printable
from s2s_tui.base.translation import _
from s2s_tui.rules.problems import Problem
from s2s_tui.rules.roles import TITLES
from s2s_tui.services.wording import (
    commands,
    ctf,
    door,
    errors,
    messages,
    names,
    reasons,
    reports,
    schools,
    terminal,
    users,
    zips,
)

SENTENCES: Mapping[str, str] = {
    **errors.SENTENCES,
    **door.SENTENCES,
    **messages.SENTENCES,
    **names.SENTENCES,
    **ctf.SENTENCES,
    **zips.SENTENCES,
    **commands.SENTENCES,
    **terminal.SENTENCES,
    **reasons.SENTENCES,
    **reports.SENTENCES,
    **users.SENTENCES,
    **schools.SENTENCES,
}


_ROLES = frozenset(TITLES.values())


def sentence(code: str, params: Mapping[str, object]) -> str:
    """The sentence for a code, with its parameters made printable; the code itself where none is kept.

    A code may have a sentence for each `reason`: `session-ended-idle`.
    """
    reasoned = f"{code}-{params.get('reason', '')}"
    code = reasoned if reasoned in SENTENCES else code
    shown = {key: printable(value) for key, value in params.items()}
    if shown.get("role") in _ROLES:
        shown["role"] = _(shown["role"])
    return _(SENTENCES[code]).format_map(shown) if code in SENTENCES else code


def say(error: S2SError | Problem) -> str:
    """What happened, and what to do, as one printable line."""
    return sentence(error.code, error.params)


def place(problem: Problem) -> str:
    """Where in the file: `line 41`, `entry a/b.txt`, or nothing."""
    if problem.line is not None:
        return _("line {line}").format(line=problem.line)
    if problem.entry is not None:
        return _("entry {entry}").format(entry=printable(problem.entry))
    return ""
