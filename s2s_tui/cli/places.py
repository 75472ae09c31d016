"""`find`: the directory of schools and authorities."""

from dataclasses import asdict

import click

from s2s_tui.base.errors import NotFound
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command


@command(
    "find",
    N_(
        "Part of a number, or words in any order, with or without accents; small slips are forgiven. The "
        "best come first, at most 50. Any account may. Exit code 1: nothing is found."
    ),
)
@click.argument("text", metavar="TEXT", type=TEXT)
@click.pass_obj
def find(asked: Asked, text: str) -> int:
    """Find schools and authorities; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import directory

    with logged_on(asked) as (actor, site):
        found = directory.find(actor, site, text)
    if asked.as_json:
        out.document([asdict(place) for place in found])
    elif found:
        columns = (
            Column(_("Number")),
            Column(_("Name"), yields=True),
            Column(_("Town"), yields=True),
            Column(_("Authority"), yields=True),
            Column(_("Phone"), extra=True),
            Column(_("E-mail"), extra=True),
            Column(_("State")),
        )
        out.table(
            columns,
            [
                (
                    place.number,
                    place.name,
                    place.town or "-",
                    place.authority_name,
                    place.phone or "-",
                    place.email or "-",
                    _(STATES[place.state]) + (f" → {place.successor}" if place.successor else ""),
                )
                for place in found
            ],
        )
    if not found:
        raise NotFound("place-none", text=text)
    return 0


STATES = {"open": N_("open"), "closed": N_("closed"), "inactive": N_("inactive")}
