"""`housekeeping`: what an operator's timer does now and then."""

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import Asked, command, option


@command(
    "housekeeping",
    N_(
        "Compares kept searches with the files that arrived since and tells the authorities whose pupils "
        "were found; deletes messages whose time is up; renews the snapshot that searches share; drops old "
        "counts of failed logons; counts the months that are over, for reports; once a day writes a "
        "checkpoint of the audit log; writes SQLite's log back. Run it every few minutes, and “s2s-tui "
        "mail send” after it. Where it hasn't run for seven days the clock may have been set ahead: it "
        "deletes nothing then for three days, with exit code 1, unless you say that the clock is right."
    ),
)
@option(
    "--clock-is-right",
    is_flag=True,
    help=N_("Delete what is due, though housekeeping hasn't run for seven days."),
)
@click.pass_obj
def housekeeping(asked: Asked, clock_is_right: bool) -> int:
    """Tidy up; see the help."""
    from dataclasses import asdict
    from datetime import datetime

    from s2s_tui.cli import out
    from s2s_tui.cli.site import site_of
    from s2s_tui.services import housekeeping as services

    site = site_of(asked)
    done = services.tidy(site, clock_is_right=clock_is_right)
    code = 1 if done.held_until or done.audit not in ("", "written") else 0
    if done.held_until:
        until = datetime.fromisoformat(done.held_until).replace(tzinfo=None)
        out.complain(
            _(
                "Nothing was deleted: housekeeping hasn't run for seven days, or the clock was set ahead; it "
                "says {now}. Is that right? Then run “s2s-tui housekeeping --clock-is-right”; else it goes "
                "on by itself from {until}."
            ).format(now=out.shown(site.clock()), until=out.shown(until))
        )
    if asked.as_json:
        out.document(asdict(done))
        return code
    out.line(
        _("{found} kept searches found something, {forgotten} old counts dropped.").format(
            found=done.found, forgotten=done.forgotten
        )
    )
    if done.expired:
        out.line(_("Messages deleted, as their time was up: {count}.").format(count=f"{done.expired:,}"))
    if done.months:
        out.line(_("Past months counted for the reports: {count}.").format(count=done.months))
    if done.audit == "written":
        out.line(_("The day's checkpoint of the audit log was written."))
    elif done.audit:
        out.line(_("The audit log or its checkpoints are not as they were left: run “s2s-tui verify”."))
    if done.snapshot:
        out.line(_("The search's snapshot was made anew."))
    if not done.checkpoint:
        out.line(_("The database was being read: its log is written back next time."))
    return code
