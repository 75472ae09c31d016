"""The error family. An error is a code and its parameters; `services.wording` turns it into a sentence."""

from collections.abc import Mapping


class S2SError(Exception):
    """Something a person can be told about and act on.

    Args:
        code: what happened, in words joined by hyphens (`not-logged-on`); programs read it.
        params: what the sentence for the code needs; text from outside stays raw here.
    """

    exit_code = 1

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        said = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({said})"


class Refused(S2SError):
    """A rule forbids it as things stand: a bad file, a state that has moved on, a password too weak."""


class Mistyped(Refused):
    """What was typed can't be understood, whatever the data: no date, a last day before the first, no UPN.

    A form says it at the field; to a command it was wrong use.
    """

    exit_code = 2


class NotFound(S2SError):
    """There is none, or none that this actor may know of: both answer alike."""


class WrongUse(S2SError):
    """The request itself makes no sense, whatever the data: a choice that doesn't exist, a missing part."""

    exit_code = 2


class NotAllowed(S2SError):
    """The actor's role lacks the permission."""

    exit_code = 3


class NotLoggedOn(S2SError):
    """Wrong details, an ended session, or a step of logging on that is still missing."""

    exit_code = 3


class Unreachable(S2SError):
    """The database, the mail server or a disk can't be used; nothing was changed."""

    exit_code = 4
