"""`confirm`, `reject`, `delete`, `recall`: what becomes of a file."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command, option

if TYPE_CHECKING:
    from s2s_tui.rules.roles import Actor
    from s2s_tui.services.site import Site
    from s2s_tui.services.transfers import Outcome

IDS = click.argument("ids", metavar="ID...", type=TEXT, nargs=-1, required=True)


@command(
    "confirm",
    N_(
        "From the destination it collects the files and tells the sender; an authority's confirmation of its "
        "copy changes nothing else. A file must have been downloaded first."
    ),
)
@IDS
@click.pass_obj
def confirm(asked: Asked, ids: tuple[str, ...]) -> int:
    """Confirm downloads; see the help."""
    from s2s_tui.services import transfers

    return _each(asked, ids, transfers.confirm, _("confirmed"))


@command("reject")
@IDS
@option("--reason", metavar="TEXT", type=TEXT, required=True, help=N_("Why; the sender reads it."))
@click.pass_obj
def reject(asked: Asked, ids: tuple[str, ...], reason: str) -> int:
    """Reject files; see the help."""
    from s2s_tui.services import transfers

    act = partial(transfers.reject, reason=reason)
    return _each(asked, ids, act, _("rejected"))


@command(
    "delete",
    N_(
        "An authority clears with it what waits at its mailbox or its schools, or was sent by its schools: "
        "see “s2s-tui files --tab uncollected”. The files' history stays."
    ),
)
@IDS
@option("--reason", metavar="TEXT", type=TEXT, required=True, help=N_("Why; the sender reads it."))
@click.pass_obj
def delete(asked: Asked, ids: tuple[str, ...], reason: str) -> int:
    """Delete files; see the help."""
    from s2s_tui.services import uncollected

    act = partial(uncollected.delete, reason=reason)
    return _each(asked, ids, act, _("deleted"))


@command(
    "recall",
    N_(
        "Before it is collected it is withdrawn. After that the destination has it: both sides and the DBAs "
        "of their authorities are told that it was sent in error."
    ),
)
@click.argument("file_id", metavar="ID", type=TEXT)
@option("--reason", metavar="TEXT", type=TEXT, required=True, help=N_("Why; those who are told read it."))
@click.pass_obj
def recall(asked: Asked, file_id: str, reason: str) -> int:
    """Call a file back; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import listing, transfers

    wanted = number(file_id)
    with logged_on(asked) as (actor, site):
        try:
            withdrawn = transfers.recall(actor, site, wanted, reason)
        except S2SError as error:
            raise as_given(error, file_id) from error
        (item,) = listing.items(site, [wanted])
    if asked.as_json:
        return out.document({"id": file_id, "name": item.name, "withdrawn": withdrawn})
    says = N_("{file} is withdrawn.") if withdrawn else N_("{file} had been collected; both sides are told.")
    out.line(_(says).format(file=item.name))
    return 0


def _each(
    asked: Asked, ids: Sequence[str], act: "Callable[[Actor, Site, list[int]], Iterable[Outcome]]", done: str
) -> int:
    """Do it to files, and show what became of each; `done` is the word where it went well."""
    from s2s_tui.cli.ids import numbers, show_each
    from s2s_tui.cli.site import logged_on

    wanted = numbers(ids)
    with logged_on(asked) as (actor, site):
        outcomes = act(actor, site, list(wanted.values()))
    return show_each(asked, wanted, outcomes, _("File"), done)
