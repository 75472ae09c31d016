"""`pupil`: the timeline of a pupil in the own organisation's files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command, option
from s2s_tui.cli.paths import PATH

if TYPE_CHECKING:
    from s2s_tui.services.pupils import Event, Known


@command(
    "pupil",
    N_(
        "A UPN, a name (surname first, or its beginning), a date of birth (YYYY-MM-DD), a school's number or "
        "a file's name. One pupil is shown with every step of its files; of several there is a list to "
        "choose a UPN from."
    ),
)
@click.argument("text", metavar="UPN-OR-NAME", type=TEXT)
@option(
    "--export",
    metavar="FILE",
    type=PATH,
    help=N_("Save everything that your files hold on the pupil in a new zip (subject access)."),
)
@click.pass_obj
def pupil(asked: Asked, text: str, export: Path | None) -> int:
    """Show a pupil's timeline; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import pupils

    with logged_on(asked) as (actor, site):
        found = pupils.find(actor, site, text)
        numbers = {one.upn for one in found}
        if not numbers:
            if asked.as_json:
                out.document({"found": []})
            raise NotFound("pupil-none", text=text)
        if len(numbers) > 1:
            if export is not None:
                raise Refused("pupil-several", count=len(numbers))
            return _show_found(asked, found)
        upn = numbers.pop()
        # An export reads the timeline itself; asking twice would be on record twice.
        saved = pupils.export(actor, site, upn, export) if export is not None else None
        events = pupils.timeline(actor, site, upn)
    return _show_events(asked, upn, events, saved)


def _show_found(asked: Asked, found: "tuple[Known, ...]") -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column

    if asked.as_json:
        people = [
            {
                "upn": one.upn,
                "surname": one.surname,
                "forename": one.forename,
                "dob": one.dob,
                "files": one.files,
                "latest": one.latest,
            }
            for one in found
        ]
        return out.document({"found": people})
    columns = (
        Column(_("UPN")),
        Column(_("Surname"), yields=True),
        Column(_("Forename"), yields=True),
        Column(_("Born")),
        Column(_("Files"), right=True),
        Column(_("Latest")),
    )
    out.table(
        columns,
        [(one.upn, one.surname, one.forename, one.dob, one.files, out.shown(one.latest)) for one in found],
    )
    return 0


def _show_events(asked: Asked, upn: str, events: "tuple[Event, ...]", saved: Path | None) -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column

    if asked.as_json:
        steps = [
            {
                "at": event.at,
                "what": event.what,
                "id": str(event.file_id),
                "file": event.file,
                "source": event.source,
                "source_name": event.source_name,
                "destination": event.destination,
                "destination_name": event.destination_name,
                "by": event.by,
                "reason": event.reason,
            }
            for event in events
        ]
        return out.document({"upn": upn, "events": steps, **({"path": str(saved)} if saved else {})})
    columns = (
        Column(_("When")),
        Column(_("What")),
        Column(_("File"), yields=True),
        Column(_("From"), yields=True),
        Column(_("To"), yields=True),
        Column(_("By")),
        Column(_("Reason"), yields=True),
    )
    rows = [
        (
            out.shown(event.at),
            _(WHAT[event.what]) if event.what in WHAT else event.what,
            event.file,
            event.source_name or event.source,
            event.destination_name or event.destination,
            event.by or "-",
            event.reason or "-",
        )
        for event in events
    ]
    out.table(columns, rows)
    if saved:
        out.line(_("Saved: {path}").format(path=saved))
    return 0


WHAT = {
    "uploaded": N_("uploaded"),
    "downloaded": N_("downloaded"),
    "copied": N_("copied"),
    "collected": N_("collected"),
    "rejected": N_("rejected"),
    "deleted": N_("deleted"),
    "recalled": N_("recalled"),
}
