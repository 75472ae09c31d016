"""What the commands of messages, templates and groups share."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s2s_tui.rules.roles import Actor
    from s2s_tui.services.site import Site

STANDARD_INPUT = "-"
WALES = "wales"
"""Stands for every authority of Wales: `wales/user`."""


def recipients(actor: "Actor", site: "Site", typed: Iterable[str]) -> Iterable[str]:
    """Recipients as typed, `wales/ROLE` spread out over every authority of Wales."""
    from s2s_tui.services import message_recipients

    for one in typed:
        place, _slash, role = one.partition("/")
        if place.strip().lower() == WALES:
            yield from message_recipients.all_of_wales(actor, site, [role])
        else:
            yield one


def body_of(text: str) -> str:
    """A text as it was given, from standard input where it says so; what is no UTF-8 becomes U+FFFD."""
    if text != STANDARD_INPUT or sys.stdin is None:
        return text
    stream = getattr(sys.stdin, "buffer", None)
    read: str = stream.read().decode("utf-8", "replace") if stream is not None else sys.stdin.read()
    return read


def kept(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
    """A table of templates or groups; a sentence where there are none."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column

    if not rows:
        out.line(title)
        return 0
    out.table([Column(column, yields=place == 1) for place, column in enumerate(columns)], rows)
    return 0
