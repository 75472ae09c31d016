"""`groups`: recipients of messages under one name (R-MSG-4)."""

from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.message_parts import kept, recipients
from s2s_tui.cli.parts import TEXT, Asked, group, option, subcommand

if TYPE_CHECKING:
    from s2s_tui.services.groups import Group

ID = click.argument("group_id", metavar="ID", type=TEXT)
TO = option(
    "--to", "to", metavar="RECIPIENT", type=TEXT, multiple=True, help=N_("Who is in it; may be repeated.")
)


@group(
    "groups",
    N_(
        "They are shared in the authority, the school or WG. A recipient is a role of an authority "
        "(681/user), that role of every authority of Wales (wales/user), a school (6814053), or wg. A group "
        "is named by its id or its title."
    ),
)
def groups() -> None:
    """Groups; see the help."""


@subcommand("list", N_("List the groups."))
@click.pass_obj
def show_list(asked: Asked) -> int:
    """List groups; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import groups as services

    with logged_on(asked) as (actor, site):
        found = services.groups(actor, site)
    if asked.as_json:
        return out.document([_as_data(one, whole=False) for one in found])
    rows = [(one.id, one.title, one.count, one.changed_by) for one in found]
    return kept(_("There are no groups."), (_("Id"), _("Title"), _("Inboxes"), _("By")), rows)


@subcommand("show", N_("Show who is in a group."))
@ID
@click.pass_obj
def show(asked: Asked, group_id: str) -> int:
    """Show a group; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import groups as services

    with logged_on(asked) as (actor, site):
        found = services.show(actor, site, group_id)
    if asked.as_json:
        return out.document(_as_data(found))
    out.line(f"{found.id}  {found.title}")
    for inbox in found.members:
        out.line(f"  {inbox}")
    return 0


@subcommand("add", N_("Add a group."))
@click.argument("title", metavar="TITLE", type=TEXT)
@TO
@click.pass_obj
def add(asked: Asked, title: str, to: tuple[str, ...]) -> int:
    """Add a group; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import groups as services

    with logged_on(asked) as (actor, site):
        made = services.add(actor, site, title, list(recipients(actor, site, to)))
    return _say(asked, made, _("Added as {id}: {title}"))


@subcommand("update", N_("Change a group; what isn't given stays. Recipients given replace all before."))
@ID
@option("--title", metavar="TEXT", type=TEXT, help=N_("Its title."))
@TO
@click.pass_obj
def update(asked: Asked, group_id: str, title: str | None, to: tuple[str, ...]) -> int:
    """Change a group; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import groups as services

    with logged_on(asked) as (actor, site):
        members = list(recipients(actor, site, to)) if to else None
        changed = services.update(actor, site, group_id, title=title, members=members)
    return _say(asked, changed, _("Changed: {title}"))


@subcommand("copy", N_("Copy a group."))
@ID
@option("--title", metavar="TEXT", type=TEXT, default="", help=N_("The copy's title."))
@click.pass_obj
def copy(asked: Asked, group_id: str, title: str) -> int:
    """Copy a group; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import groups as services

    with logged_on(asked) as (actor, site):
        made = services.copy(actor, site, group_id, title)
    return _say(asked, made, _("Added as {id}: {title}"))


@subcommand("delete", N_("Delete a group; it can't be restored."))
@ID
@click.pass_obj
def delete(asked: Asked, group_id: str) -> int:
    """Delete a group; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import groups as services

    with logged_on(asked) as (actor, site):
        gone = services.delete(actor, site, group_id)
    return _say(asked, gone, _("Deleted: {title}"))


for _command in (show_list, show, add, update, copy, delete):
    groups.add_command(_command)


def _say(asked: Asked, found: "Group", said: str) -> int:
    from s2s_tui.cli import out

    if asked.as_json:
        return out.document(_as_data(found))
    out.line(said.format(id=found.id, title=found.title))
    return 0


def _as_data(found: "Group", *, whole: bool = True) -> dict[str, Any]:
    from s2s_tui.cli.out import moment

    data: dict[str, Any] = {
        "id": found.id,
        "title": found.title,
        "count": found.count,
        "changed": moment(found.changed),
        "changed_by": found.changed_by,
    }
    return {**data, "members": list(found.members)} if whole else data
