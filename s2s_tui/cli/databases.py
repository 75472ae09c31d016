"""`database copy`: moving to another database, for operators."""

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, group, subcommand


@group("database", N_("An operator's command: it needs no account."))
def database() -> None:
    """The database as a whole; see the help."""


@subcommand(
    "copy",
    N_("Copy all that the database holds into a new one, on another engine too."),
    N_(
        "URL is that of the new one: sqlite:///PATH, or an empty database on a server, its password in "
        "~/.pgpass. All is copied or nothing. Nobody can write meanwhile, and what is written afterwards "
        "stays behind: have nobody at work, then change the address in the settings. The audit key stays the "
        "same; “s2s-tui verify” reads through what arrived."
    ),
)
@click.argument("url", metavar="URL", type=TEXT)
@click.pass_obj
def copy(asked: Asked, url: str) -> int:
    """Copy the database; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import settings_of
    from s2s_tui.services import upkeep

    with out.bar() as bar:
        copied = upkeep.copy(settings_of(asked), url, on_progress=bar.step)
    if asked.as_json:
        return out.document({"database": copied.database, "rows": copied.rows})
    said = _("Copied to {database}: {rows} rows.")
    out.line(said.format(database=copied.database, rows=f"{copied.rows:,}"))
    out.line(_("Change the address in the settings, then run “s2s-tui verify”."))
    return 0


database.add_command(copy)
