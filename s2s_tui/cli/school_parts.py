"""What the commands about schools and authorities share: days, and what changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from s2s_tui.services.school_changes import Change

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


def change_lines(changes: "Sequence[Change]") -> list[str]:
    """`town: Newport → Casnewydd`, a line each."""
    from s2s_tui.services.wording.schools import field, value

    return [
        f"{field(one.field)}: {value(one.field, one.before)} → {value(one.field, one.after)}"
        for one in changes
    ]


def change_json(one: "Change") -> dict[str, str]:
    """A change as JSON has it."""
    return {"field": one.field, "before": one.before, "after": one.after}
