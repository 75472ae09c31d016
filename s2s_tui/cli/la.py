"""`la …`: authorities, each for its DBA, all for WG (R-LEA)."""

from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.errors import WrongUse
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, group, option, subcommand
from s2s_tui.cli.school_parts import DAY, change_json, change_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from s2s_tui.services.authorities import Details

SWITCHES = ("copies", "second_factor")
ADDRESSES = ("email", "data_email", "lost_email", "admissions_email")
DETAILS = ("name", "name_cy", *ADDRESSES, "language", *SWITCHES)
CODE = click.argument("code", metavar="LA", type=TEXT)
OWN = click.argument("code", metavar="[LA]", type=TEXT, default="")


@group(
    "la",
    N_(
        "A DBA looks after its own authority's details, the Welsh Government after all. The authority's "
        "address is told what concerns it; those by purpose take over what they are for, if there is one."
    ),
)
def la() -> None:
    """Authorities; see the help."""


def _details(body: "Callable[..., int]") -> "Callable[..., int]":
    """The options that name an authority's details."""
    for given in reversed(
        (
            option("--name", metavar="TEXT", type=TEXT, help=N_("Its name.")),
            option("--name-cy", metavar="TEXT", type=TEXT, help=N_("Its Welsh name.")),
            option("--email", metavar="E", type=TEXT, help=N_("Its e-mail address.")),
            option(
                "--data-email", metavar="E", type=TEXT, help=N_("Its data team's: where it hears of files.")
            ),
            option("--lost-email", metavar="E", type=TEXT, help=N_("Where it hears of lost pupils.")),
            option("--admissions-email", metavar="E", type=TEXT, help=N_("Where it hears of admissions.")),
            option("--mail-language", "speaks", type=click.Choice(("en", "cy")), help=N_("Of its e-mails.")),
            option("--copies", type=click.Choice(("on", "off")), help=N_("Copies of its schools' CTFs.")),
            option(
                "--second-factor",
                type=click.Choice(("on", "off")),
                help=N_("A code at each logon, for its accounts and its schools'."),
            ),
        )
    ):
        body = given(body)
    return body


def _typed(given: dict[str, Any]) -> dict[str, str]:
    given["language"] = given.pop("speaks")
    return {name: given[name] for name in DETAILS if given[name] is not None}


@subcommand("show", N_("Show an authority; the Welsh Government says which."))
@OWN
@click.pass_obj
def show(asked: Asked, code: str) -> int:
    """Show an authority; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import authorities as services

    with logged_on(asked) as (actor, site):
        return _told(asked, services.show(actor, site, code))


@subcommand("list", N_("List the authorities that you may see."))
@click.pass_obj
def listed(asked: Asked) -> int:
    """List authorities; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import authorities as services

    with logged_on(asked) as (actor, site):
        found = services.authorities(actor, site)
    if asked.as_json:
        return out.document([_as_json(one) for one in found])
    columns = (
        Column(_("LA")),
        Column(_("Name"), yields=True),
        Column(_("E-mail"), yields=True),
        Column(_("Schools"), right=True),
        Column(_("DBA")),
        Column(_("Copies")),
        Column(_("State")),
    )
    rows = [
        (
            *(one.code, one.title, one.email or "-", one.schools, one.dba or "-"),
            *(_("on") if one.copies else _("off"), _("closed") if one.closed else _("open")),
        )
        for one in found
    ]
    out.table(columns, rows)
    return 0


@subcommand("update", N_("Change details of an authority; what changed is listed."))
@OWN
@_details
@option("--dry-run", is_flag=True, help=N_("Only list what would change."))
@click.pass_obj
def update(asked: Asked, /, **given: Any) -> int:
    """Change an authority; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import authorities as services

    typed = _typed(given)
    if not typed:
        raise WrongUse("nothing-to-change")
    with logged_on(asked) as (actor, site):
        if given["dry_run"]:
            changes = services.preview(actor, site, given["code"], typed)
            found = services.show(actor, site, given["code"])
        else:
            saved = services.update(actor, site, given["code"], typed)
            found, changes = saved.authority, saved.changes
    if asked.as_json:
        told = [change_json(one) for one in changes]
        return out.document({**_as_json(found), "changes": told})
    for line in change_lines(changes) or [_("Nothing is other than it was.")]:
        out.line(line)
    return 0


@subcommand("add", N_("WG: add an authority; its copies are on."))
@CODE
@_details
@option("--country", type=click.Choice(("Wales", "England")), default="Wales", help=N_("Where it is."))
@click.pass_obj
def add(asked: Asked, /, **given: Any) -> int:
    """Add an authority; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import authorities as services

    with logged_on(asked) as (actor, site):
        return _told(asked, services.add(actor, site, given["code"], _typed(given), given["country"]))


@subcommand("close", N_("WG: close an authority without open schools; its accounts are shut."))
@CODE
@option("--on", "day", type=DAY, help=N_("The day of closing; else today."))
@click.pass_obj
def close(asked: Asked, code: str, day: Any) -> int:
    """Close an authority; see the help."""
    from s2s_tui.base.clock import local_date
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import authorities as services

    with logged_on(asked) as (actor, site):
        on: date = day.date() if day else local_date(site.clock())
        services.close(actor, site, code, on)
    if asked.as_json:
        return out.document({"la": code, "closed": on.isoformat()})
    out.line(_("{code} is closed.").format(code=code))
    return 0


for _one in (show, listed, update, add, close):
    la.add_command(_one)


def _told(asked: Asked, found: "Details") -> int:
    from s2s_tui.cli import out
    from s2s_tui.services.wording.schools import field, value

    if asked.as_json:
        return out.document(_as_json(found))
    out.line(f"{found.code} {found.title}: " + (_("closed") if found.closed else _("open")))
    for name in DETAILS:
        held = getattr(found, name)
        text = ("on" if held else "off") if name in SWITCHES else held
        out.line(f"{field(name)}: {value(name, text)}")
    out.line(_("open schools: {count}").format(count=found.schools))
    out.line(_("DBA: {username}").format(username=found.dba or "–"))
    return 0


def _as_json(found: "Details") -> dict[str, Any]:
    from s2s_tui.cli.out import moment

    return {
        "la": found.code,
        **{name: getattr(found, name) for name in DETAILS},
        "country": found.country,
        "closed": found.closed.isoformat() if found.closed else None,
        "schools": found.schools,
        "dba": found.dba,
        "changed": moment(found.changed_at) if found.changed_at else None,
        "changed_by": found.changed_by,
    }
