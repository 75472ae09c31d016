"""`demo`: the made-up Wales."""

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import Asked, command, option
from s2s_tui.cli.paths import PATH

if TYPE_CHECKING:
    from s2s_tui.base.settings import Settings

SCALES = ("small", "wales", "national")


SURE = 20.0
"""Seconds after which it can be said how long it goes on."""


def _left(seconds: float, share: float) -> str:
    """How long it goes on at this pace; nothing while that is a guess, or not worth a word."""
    left = seconds * (1 - share) / share if share and seconds > SURE else 0.0
    return _("about {minutes} min left").format(minutes=round(left / 60)) if left >= 60 else ""


def _tasks(asked: Asked, settings: "Settings") -> int:
    """The guided tasks, for whoever gives a lesson."""
    from dataclasses import asdict

    from s2s_tui.cli import out
    from s2s_tui.demo import practice
    from s2s_tui.services.site import open_site

    site = open_site(settings)
    found = practice.overview(site)
    site.store.close()
    if asked.as_json:
        return out.document([asdict(one) for one in found])
    columns = (
        out.Column(_("Account")),
        out.Column(_("Task")),
        out.Column(_("State")),
        out.Column(_("Wanted"), yields=True),
    )
    states = {state: _(word) if word else "" for state, word in practice.STATES.items()}
    out.table(columns, [(one.account, one.title, states[one.state], one.goal) for one in found])
    return 0


@command(
    "demo",
    N_(
        "Nothing in it is real, and it needs no account: the accounts that it made are listed with their "
        "passwords. One that is there already is used again. No e-mail leaves its folder. With --json the "
        "app isn't opened."
    ),
)
@option(
    "--scale",
    type=click.Choice(SCALES),
    default="small",
    help=N_("Three authorities, all Wales, or England too, with millions of files: 10 minutes, 7 GB."),
)
@option("--dir", "folder", metavar="DIR", type=PATH, help=N_("Where it lies; else in your data folder."))
@option("--reset", is_flag=True, help=N_("Make it anew where there is one."))
@option("--no-app", is_flag=True, help=N_("Make it, list the accounts, and open nothing."))
@option("--tasks", is_flag=True, help=N_("List the guided tasks, and how far each account is."))
@click.pass_obj
def demo(asked: Asked, scale: str, folder: Path | None, reset: bool, no_app: bool, tasks: bool) -> int:
    """Make the demo and open it; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import settings_of
    from s2s_tui.demo import world

    began = monotonic()

    def start(needs: world.Needs) -> None:
        if needs.minutes >= 1:
            out.complain(
                _(
                    "Making it takes about {minutes} minutes and {room} of the disk, which has {free} free."
                ).format(minutes=round(needs.minutes), room=out.size(needs.room), free=out.size(needs.free))
            )

    with out.bar() as bar:

        def step(done: int, total: int) -> None:
            bar.step(done, total, _left(monotonic() - began, done / total) if total else "")

        made = world.make(
            settings_of(asked), scale, folder=folder, reset=reset, on_progress=step, on_start=start
        )
    if tasks:
        return _tasks(asked, made.settings)
    if asked.as_json:
        return out.document(world.describe(made))
    columns = (
        out.Column(_("Username")),
        out.Column(_("Password")),
        out.Column(_("Role")),
        out.Column(_("Of")),
        out.Column(_("Name"), yields=True),
    )
    rows = [
        (account.username, account.password, account.role, account.organisation, account.name)
        for account in made.accounts
    ]
    out.table(columns, rows)
    out.put("\n")
    out.line(_("Database: {database}").format(database=made.database))
    return 0 if no_app else asked.open_app(made.settings, username=asked.user or "")
