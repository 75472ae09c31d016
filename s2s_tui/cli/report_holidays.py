"""`report holidays`: the days on which an authority's schools don't teach."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command, group, option

if TYPE_CHECKING:
    from s2s_tui.services.reports.holidays import Holiday


@group(
    "holidays",
    N_("The days on which an authority's schools don't teach."),
    N_("By them, and by weekends, the school days are counted in which a leaver's file is due."),
)
def holidays() -> None:
    """School holidays; see the help."""


@command("list", N_("List an authority's holidays."))
@option("--la", metavar="N", type=TEXT, default="", help=N_("Whose; else your own."))
@click.pass_obj
def list_holidays(asked: Asked, la: str) -> int:
    """List holidays; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services.reports import holidays as services

    with logged_on(asked) as (actor, site):
        return _show_holidays(asked, services.listed(actor, site, la))


@command("add", N_("Add a holiday: its first and last day, both within, and what it is called."))
@click.argument("first", metavar="FIRST", type=TEXT)
@click.argument("last", metavar="LAST", type=TEXT, default="")
@option("--title", metavar="T", type=TEXT, default="", help=N_("What it is called."))
@option("--la", metavar="N", type=TEXT, default="", help=N_("Whose; else your own."))
@click.pass_obj
def add_holiday(asked: Asked, first: str, last: str, title: str, la: str) -> int:
    """Add a holiday; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services.reports import holidays as services

    with logged_on(asked) as (actor, site):
        return _show_holidays(asked, [services.add(actor, site, first, last, title, la)])


@command("remove", N_("Remove holidays, all of those named or none."))
@click.argument("ids", metavar="ID...", nargs=-1, required=True, type=TEXT)
@click.pass_obj
def remove_holidays(asked: Asked, ids: tuple[str, ...]) -> int:
    """Remove holidays; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services.reports import holidays as services

    with logged_on(asked) as (actor, site):
        services.remove(actor, site, [number(one) for one in ids])
    if asked.as_json:
        return out.document([{"id": one, "removed": True} for one in ids])
    out.line(_("Removed: {ids}.").format(ids=", ".join(ids)))
    return 0


def _show_holidays(asked: Asked, found: "Sequence[Holiday]") -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column as Shown

    if asked.as_json:
        return out.document(
            [
                {
                    "id": str(one.id),
                    "la": one.authority,
                    "first": one.first,
                    "last": one.last,
                    "title": one.title,
                }
                for one in found
            ]
        )
    columns = (
        Shown(_("Id"), right=True),
        Shown(_("First")),
        Shown(_("Last")),
        Shown(_("Called"), yields=True),
    )
    if not found:
        out.line(_("No holidays are given: only weekends count as free."))
    else:
        out.table(columns, [(one.id, one.first, one.last, one.title) for one in found])
    return 0


holidays.add_command(list_holidays)
holidays.add_command(add_holiday)
holidays.add_command(remove_holidays)
