"""`lost standing`: searches that are kept until a file arrives that fits (R-LPD-6)."""

from typing import TYPE_CHECKING

import click

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command, group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s2s_tui.services.search import LookedFor
    from s2s_tui.services.standing import Kept

FIELDS = ("upn", "surname", "forename", "dob", "gender", "town")
"""What a pupil is looked for by."""


@group("standing", N_("List the searches that your authority keeps, let one look on, or end it."))
@click.pass_obj
def standing(asked: Asked) -> int:
    """List kept searches; see the help."""
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        return 0
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import standing as services

    with logged_on(asked) as (actor, site):
        found = services.kept(actor, site)
    return _show_kept(asked, found)


standing.invoke_without_command = True


def _show_kept(asked: Asked, found: "Sequence[Kept]") -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column, moment

    if asked.as_json:
        return out.document(
            [
                {
                    "id": str(one.id),
                    **{name: getattr(one.looked, name) for name in FIELDS},
                    "begins": one.looked.begins,
                    "made": moment(one.made),
                    "made_by": one.made_by,
                    "found": None if one.found is None else str(one.found),
                    "found_at": moment(one.found_at) if one.found_at else None,
                }
                for one in found
            ]
        )
    if not found:
        out.line(_("No search is kept."))
        return 0
    columns = (
        Column(_("Id"), right=True),
        Column(_("Looked for"), yields=True),
        Column(_("Kept")),
        Column(_("By")),
        Column(_("Found")),
    )
    rows = [
        (
            one.id,
            _looked(one.looked),
            out.day(one.made),
            one.made_by,
            f"{one.found} {out.day(one.found_at)}" if one.found is not None else "-",
        )
        for one in found
    ]
    out.table(columns, rows)
    return 0


def _looked(looked: "LookedFor") -> str:
    said = " ".join(filter(None, (getattr(looked, name) for name in FIELDS)))
    return _("{text} (surname begins)").format(text=said) if looked.begins else said


@command("remove", N_("Keep a search no longer."))
@click.argument("standing_id", metavar="ID", type=TEXT)
@click.pass_obj
def end(asked: Asked, standing_id: str) -> int:
    """End a kept search; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import standing as services

    with logged_on(asked) as (actor, site):
        try:
            services.remove(actor, site, number(standing_id))
        except S2SError as error:
            raise as_given(error, standing_id) from error
    if asked.as_json:
        return out.document({"id": standing_id, "kept": False})
    out.line(_("The search {id} is kept no longer.").format(id=standing_id))
    return 0


@command(
    "look-on",
    N_("Let a search look on: whom it found isn't the pupil."),
    N_("You are told again when another file that fits arrives."),
)
@click.argument("standing_id", metavar="ID", type=TEXT)
@click.pass_obj
def look_on(asked: Asked, standing_id: str) -> int:
    """Let a kept search look on; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import standing as services

    with logged_on(asked) as (actor, site):
        try:
            services.look_on(actor, site, number(standing_id))
        except S2SError as error:
            raise as_given(error, standing_id) from error
    if asked.as_json:
        return out.document({"id": standing_id, "kept": True})
    out.line(_("The search {id} looks on.").format(id=standing_id))
    return 0


for _command in (look_on, end):
    standing.add_command(_command)
