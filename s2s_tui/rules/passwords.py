"""What a password must be (R-LOG-2)."""

from s2s_tui.base.errors import Refused

SHORTEST = 10
LONGEST = 200
"""Longer ones would only make the hash's input a burden."""


def require_good(password: str, username: str, before: str = "") -> None:
    """Let a new password pass, or say what is wrong with it.

    Args:
        password: the new one, as typed.
        username: whose it is to be.
        before: the one it replaces, where that is known.

    Raises:
        Refused: `password-short`, `password-long`, `password-plain`, `password-name` or `password-same`.
    """
    if len(password) < SHORTEST:
        raise Refused("password-short", least=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("password-long", most=LONGEST)
    if len(set(password.casefold())) < 5:
        raise Refused("password-plain")
    if username and username.casefold() in password.casefold():
        raise Refused("password-name")
    if before and password == before:
        raise Refused("password-same")
