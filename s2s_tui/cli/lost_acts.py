"""`lost download|confirm|forward|put-back|remove`: what is done with a record (R-LPD-3, 4, 9, 10)."""

from pathlib import Path

import click

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.acts import IDS
from s2s_tui.cli.parts import TEXT, Asked, option, subcommand
from s2s_tui.cli.paths import PATH

ID = click.argument("lost_id", metavar="ID", type=TEXT)
ON_ROLL = option(
    "--on-roll",
    is_flag=True,
    help=N_("Say that reasonable steps show the pupil to be on roll at a school of your authority."),
)
STATES = {
    "lost": N_("lost"),
    "downloaded": N_("downloaded"),
    "forwarded": N_("forwarded"),
    "removed": N_("removed"),
}


@subcommand(
    "download",
    N_("Save a record's file. It needs --on-roll."),
    N_(
        "Never over a file that is there. The record is resolved only when it is confirmed: with --confirm "
        "or, once the file is seen to be good, with “s2s-tui lost confirm”."
    ),
)
@ID
@option("--to", metavar="DIR", type=PATH, help=N_("Where to; else the folder of the settings, or this one."))
@ON_ROLL
@option("--confirm", is_flag=True, help=N_("Say that it was downloaded correctly; this resolves the record."))
@click.pass_obj
def download(asked: Asked, lost_id: str, to: Path | None, on_roll: bool, confirm: bool) -> int:
    """Save a record's file; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import lost

    with logged_on(asked) as (actor, site):
        wanted = number(lost_id)
        try:
            folder = to or Path(site.settings.folder or ".")
            saved = lost.download(actor, site, wanted, folder, on_roll=on_roll)
            if confirm:
                lost.confirm(actor, site, wanted)
        except S2SError as error:
            raise as_given(error, lost_id) from error
    if asked.as_json:
        return out.document({"id": lost_id, "path": str(saved.path), "confirmed": confirm})
    out.line(_("Saved: {path}").format(path=saved.path))
    if not confirm:
        out.line(_("When it is seen to be good: s2s-tui lost confirm {id}").format(id=lost_id))
    return 0


@subcommand(
    "confirm",
    N_("Say that a record's file was downloaded correctly; this resolves the record."),
    N_("The authority of the school that sent it is told, and it leaves the search."),
)
@ID
@click.pass_obj
def confirm(asked: Asked, lost_id: str) -> int:
    """Confirm a download; see the help."""
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import lost

    with logged_on(asked) as (actor, site):
        try:
            lost.confirm(actor, site, number(lost_id))
        except S2SError as error:
            raise as_given(error, lost_id) from error
    return _said(asked, lost_id, "downloaded", _("Confirmed: the record is resolved."))


@subcommand(
    "forward",
    N_("Send a record's file on to a school of your authority, in one step. It needs --on-roll."),
    N_("It goes byte for byte the same, under a name of the new destination; the record is resolved."),
)
@ID
@option("--school", metavar="N", type=TEXT, required=True, help=N_("The school's number, seven digits."))
@ON_ROLL
@click.pass_obj
def forward(asked: Asked, lost_id: str, school: str, on_roll: bool) -> int:
    """Send a record's file on; see the help."""
    from s2s_tui.cli.clearing import show_forwarded
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import lost

    with logged_on(asked) as (actor, site):
        try:
            receipt = lost.forward(actor, site, number(lost_id), school, on_roll=on_roll)
        except S2SError as error:
            raise as_given(error, lost_id) from error
    return show_forwarded(asked, receipt)


@subcommand(
    "put-back",
    N_("Put a record that your authority took by mistake back among the lost."),
    N_("One that was forwarded goes back once the school has rejected the file, or you have recalled it."),
)
@ID
@click.pass_obj
def put_back(asked: Asked, lost_id: str) -> int:
    """Put a record back; see the help."""
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import lost

    with logged_on(asked) as (actor, site):
        try:
            lost.put_back(actor, site, number(lost_id))
        except S2SError as error:
            raise as_given(error, lost_id) from error
    return _said(asked, lost_id, "lost", _("The record is among the lost again."))


@subcommand(
    "remove",
    N_("Remove records that your schools sent: destination known, past leaving age, sent in error."),
    N_("They leave the search; their history stays."),
)
@IDS
@option("--reason", metavar="TEXT", type=TEXT, required=True, help=N_("Why; it is kept on record."))
@click.pass_obj
def remove(asked: Asked, ids: tuple[str, ...], reason: str) -> int:
    """Remove records; see the help."""
    from s2s_tui.cli.ids import numbers, show_each
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import lost

    wanted = numbers(ids)
    with logged_on(asked) as (actor, site):
        outcomes = lost.remove(actor, site, list(dict.fromkeys(wanted.values())), reason)
    return show_each(asked, wanted, outcomes, _("Pupil"), _("removed"))


def _said(asked: Asked, lost_id: str, state: str, text: str) -> int:
    from s2s_tui.cli import out

    if asked.as_json:
        return out.document({"id": lost_id, "state": state})
    out.line(text)
    return 0


COMMANDS = (download, confirm, forward, put_back, remove)
