"""What a check has to say about a file: a value that the faces word (`services.wording`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem weighs."""

    REFUSE = "refuse"
    """The file is not taken."""
    WARN = "warn"
    """The file is taken; a person should look."""
    HINT = "hint"
    """Advice shown on the screen; not a problem, and not in the JSON."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found in a file.

    Attributes:
        severity: what it does to the file.
        code: what was found, in words joined by hyphens (`lpd-one-pupil`).
        params: what the sentence for the code needs: raw text from the file or numbers.
        line: the line of the XML, from 1; None where there is no line.
        entry: the name of the entry in a zip, raw; None where there is none.
    """

    severity: Severity
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    line: int | None = None
    entry: str | None = None


def refuse(code: str, *, line: int | None = None, entry: str | None = None, **params: str | int) -> Problem:
    """A problem that keeps the file out."""
    return Problem(Severity.REFUSE, code, params, line, entry)


def warn(code: str, *, line: int | None = None, entry: str | None = None, **params: str | int) -> Problem:
    """A problem that lets the file through."""
    return Problem(Severity.WARN, code, params, line, entry)


def hint(code: str, *, line: int | None = None, entry: str | None = None, **params: str | int) -> Problem:
    """Advice."""
    return Problem(Severity.HINT, code, params, line, entry)


def refused(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems keeps the file out."""
    return any(problem.severity is Severity.REFUSE for problem in problems)
