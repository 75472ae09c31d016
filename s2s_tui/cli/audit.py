"""`audit …`: the audit log, who has seen a pupil's file, checkpoints outside the database (R-SYS-3)."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, group, option, subcommand
from s2s_tui.cli.paths import PATH

if TYPE_CHECKING:
    from s2s_tui.services.audit_log import Entry, Log, Wanted

AT_A_TIME = 500
LISTED = 200
"""Entries of a table for people, unless --limit says otherwise; JSON and CSV have all."""


@group(
    "audit",
    N_(
        "A DBA sees what was done in its authority and its schools, the Welsh Government sees all. That "
        "somebody looked is on record, too."
    ),
)
def audit() -> None:
    """The group; see the help."""


def _narrowed(command: Any) -> Any:
    """The options that narrow the log."""
    options = (
        option("--from", "since", metavar="DAY", type=TEXT, default="", help=N_("The first day.")),
        option("--to", "until", metavar="DAY", type=TEXT, default="", help=N_("The last day.")),
        option(
            "--action",
            metavar="NAME",
            type=TEXT,
            default="",
            help=N_("Only acts whose name begins so: lost, logon, download…"),
        ),
        option(
            "--organisation",
            metavar="NUMBER",
            type=TEXT,
            default="",
            help=N_("Only of this school, of an authority with its schools, or of WG."),
        ),
        option("--limit", metavar="N", type=click.IntRange(1), help=N_("At most so many, the latest.")),
        option("--csv", "csv", metavar="FILE", type=PATH, help=N_("Write a CSV instead; FILE must be new.")),
    )
    for one in reversed(options):
        command = one(command)
    return command


def _wanted(narrowed: dict[str, Any], user: str = "") -> "Wanted":
    from s2s_tui.services.audit_log import Wanted

    return Wanted(
        since=narrowed["since"],
        until=narrowed["until"],
        user=user,
        action=narrowed["action"],
        organisation=narrowed["organisation"],
    )


@subcommand(
    "list",
    N_("The audit log, the latest first."),
    N_(
        "Who you are is said by S2S_USER, or by --user before “audit”; --user after “list” is whose acts are "
        "listed. Where only the latter is given, it says who you are, as everywhere else."
    ),
)
@option("--user", "by", metavar="NAME", type=TEXT, default="", help=N_("Only what this user did."))
@_narrowed
@click.pass_obj
def listed(asked: Asked, /, by: str, **narrowed: Any) -> int:
    """List the log; see the help."""
    import os

    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import audit_log

    if by and not asked.user and not os.environ.get("S2S_USER"):
        asked.user, by = by, ""
    with logged_on(asked) as (actor, site):
        return _told(asked, audit_log.entries(actor, site, _wanted(narrowed, by)), narrowed)


# Of this command alone --user means somebody else; the option of every command would take it.
listed.params = [one for one in listed.params if one.name != "user"]
audit.add_command(listed)


@subcommand(
    "pupil",
    N_("Who looked for a pupil, saw the record, or moved a file that holds it; by the UPN."),
)
@click.argument("upn", metavar="UPN", type=TEXT)
@_narrowed
@click.pass_obj
def pupil(asked: Asked, /, upn: str, **narrowed: Any) -> int:
    """List who saw a pupil's file; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import audit_log

    with logged_on(asked) as (actor, site):
        return _told(asked, audit_log.pupil(actor, site, upn, _wanted(narrowed)), narrowed)


audit.add_command(pupil)


@subcommand(
    "checkpoint",
    N_(
        "Write the heads of all chains of the audit log into a file outside the database, as housekeeping "
        "does once a day; “s2s-tui verify” compares with it. It needs no account."
    ),
)
@option(
    "--restored",
    is_flag=True,
    help=N_("A backup was restored, or the file lost: what the database holds is what holds from now on."),
)
@click.pass_obj
def checkpoint(asked: Asked, restored: bool) -> int:
    """Write a checkpoint; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import site_of
    from s2s_tui.services import checkpoints

    written = checkpoints.write(site_of(asked), restored=restored)
    if asked.as_json:
        out.document(
            {
                "file": str(written.path),
                "line": written.line,
                "chains": written.chains,
                "broken": list(written.broken),
            }
        )
    else:
        out.line(
            _("{file}, line {line}: the heads of {count} chains that had moved.").format(
                file=written.path, line=written.line, count=written.chains
            )
        )
        if written.broken:
            out.line(
                _(
                    "These don't go on from what the file holds of them: {chains}. Run “s2s-tui verify”."
                ).format(chains=", ".join(written.broken))
            )
    return 1 if written.broken else 0


audit.add_command(checkpoint)


def _told(asked: Asked, log: "Log", narrowed: dict[str, Any]) -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.services.wording.acts import act

    if narrowed["csv"] is not None:
        path = log.save(Path(narrowed["csv"]).absolute())
        if asked.as_json:
            return out.document({"file": str(path), "entries": log.count()})
        out.line(_("Saved: {path}").format(path=path))
        return 0
    if asked.as_json:
        return out.document([_as_json(entry) for entry in islice(_all(log), narrowed["limit"])])
    most = narrowed["limit"] or LISTED
    columns = [
        Column(_("When")),
        Column(_("User"), yields=True),
        Column(_("Of"), extra=True),
        Column(_("Act"), yields=True),
        Column(_("What or whom"), yields=True),
        Column(_("Outcome"), yields=True),
    ]
    rows = [
        [
            out.shown(entry.at),
            entry.username,
            entry.organisation,
            act(entry.action),
            entry.subject,
            entry.outcome,
        ]
        for entry in islice(_all(log), most)
    ]
    out.table(columns, rows)
    left = log.count() - len(rows)
    if left > 0:
        out.line(_("{count} earlier ones; --limit shows more.").format(count=left))
    return 0


def _all(log: "Log") -> "Iterator[Entry]":
    done = 0
    while found := log.page(done, AT_A_TIME):
        yield from found
        done += len(found)


def _as_json(entry: "Entry") -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "at": entry.at,
        "user": entry.username,
        "role": entry.role,
        "organisation": entry.organisation,
        "action": entry.action,
        "subject": entry.subject,
        "outcome": entry.outcome,
        "details": entry.details,
    }
