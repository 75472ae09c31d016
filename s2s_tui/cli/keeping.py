"""`housekeeping`: what an operator's timer does now and then."""

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import Asked, command


@command(
    "housekeeping",
    N_(
        "Compares kept searches with the files that arrived since and tells the authorities whose pupils "
        "were found; renews the snapshot that searches share; drops old counts of failed logons; writes "
        "SQLite's log back. Run it every few minutes, and “s2s-tui mail send” after it."
    ),
)
@click.pass_obj
def housekeeping(asked: Asked) -> int:
    """Tidy up; see the help."""
    from dataclasses import asdict

    from s2s_tui.cli import out
    from s2s_tui.cli.site import site_of
    from s2s_tui.services import housekeeping as services

    done = services.tidy(site_of(asked))
    if asked.as_json:
        return out.document(asdict(done))
    out.line(
        _("{found} kept searches found something, {forgotten} old counts dropped.").format(
            found=done.found, forgotten=done.forgotten
        )
    )
    if done.snapshot:
        out.line(_("The search's snapshot was made anew."))
    if not done.checkpoint:
        out.line(_("The database was being read: its log is written back next time."))
    return 0
