"""`templates`: texts that an authority, a school or WG uses again (R-MSG-4)."""

from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.message_parts import body_of, kept
from s2s_tui.cli.parts import TEXT, Asked, group, option, subcommand

if TYPE_CHECKING:
    from s2s_tui.services.templates import Template

ID = click.argument("template_id", metavar="ID", type=TEXT)
SUBJECT = option("--subject", metavar="TEXT", type=TEXT, help=N_("The subject that messages begin with."))
BODY = option("--text", metavar="TEXT", type=TEXT, help=N_("The text; - reads standard input."))


@group(
    "templates",
    N_(
        "They are shared in the authority, the school or WG. {school}, {la} and {date} fill themselves in; "
        "{files} in a chase. A template is named by its id or its title. Ready ones can be used and copied."
    ),
)
def templates() -> None:
    """Templates; see the help."""


@subcommand("list", N_("List the templates, your own first, then those that come with the program."))
@click.pass_obj
def show_list(asked: Asked) -> int:
    """List templates; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import templates as services

    with logged_on(asked) as (actor, site):
        found = services.templates(actor, site)
    if asked.as_json:
        return out.document([_as_data(one) for one in found])
    rows = [(one.id, one.title, one.subject, one.changed_by or _("comes with the program")) for one in found]
    return kept(_("There are no templates."), (_("Id"), _("Title"), _("Subject"), _("By")), rows)


@subcommand("show", N_("Show a template."))
@ID
@click.pass_obj
def show(asked: Asked, template_id: str) -> int:
    """Show a template; see the help."""
    from s2s_tui.base.text import printable_lines
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import templates as services

    with logged_on(asked) as (actor, site):
        found = services.show(actor, site, template_id)
    if asked.as_json:
        return out.document(_as_data(found))
    out.line(f"{found.id}  {found.title}")
    out.line(_("Subject: {subject}").format(subject=found.subject))
    out.put(f"\n{printable_lines(found.text)}\n")
    return 0


@subcommand("add", N_("Add a template."))
@click.argument("title", metavar="TITLE", type=TEXT)
@SUBJECT
@BODY
@click.pass_obj
def add(asked: Asked, title: str, subject: str | None, text: str | None) -> int:
    """Add a template; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import templates as services

    with logged_on(asked) as (actor, site):
        made = services.add(actor, site, title, subject or "", body_of(text or ""))
    return _say(asked, made, _("Added as {id}: {title}"))


@subcommand("update", N_("Change a template; what isn't given stays."))
@ID
@option("--title", metavar="TEXT", type=TEXT, help=N_("Its title."))
@SUBJECT
@BODY
@click.pass_obj
def update(asked: Asked, template_id: str, title: str | None, subject: str | None, text: str | None) -> int:
    """Change a template; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import templates as services

    with logged_on(asked) as (actor, site):
        body = None if text is None else body_of(text)
        changed = services.update(actor, site, template_id, title=title, subject=subject, text=body)
    return _say(asked, changed, _("Changed: {title}"))


@subcommand("copy", N_("Copy a template, a ready one too, into your own."))
@ID
@option("--title", metavar="TEXT", type=TEXT, default="", help=N_("The copy's title."))
@click.pass_obj
def copy(asked: Asked, template_id: str, title: str) -> int:
    """Copy a template; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import templates as services

    with logged_on(asked) as (actor, site):
        made = services.copy(actor, site, template_id, title)
    return _say(asked, made, _("Added as {id}: {title}"))


@subcommand("delete", N_("Delete a template; it can't be restored."))
@ID
@click.pass_obj
def delete(asked: Asked, template_id: str) -> int:
    """Delete a template; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import templates as services

    with logged_on(asked) as (actor, site):
        gone = services.delete(actor, site, template_id)
    return _say(asked, gone, _("Deleted: {title}"))


for _command in (show_list, show, add, update, copy, delete):
    templates.add_command(_command)


def _say(asked: Asked, template: "Template", said: str) -> int:
    from s2s_tui.cli import out

    if asked.as_json:
        return out.document(_as_data(template))
    out.line(said.format(id=template.id, title=template.title))
    return 0


def _as_data(template: "Template") -> dict[str, Any]:
    from s2s_tui.cli.out import moment

    return {
        "id": template.id,
        "title": template.title,
        "subject": template.subject,
        "text": template.text,
        "ready": template.is_ready,
        "language": template.language,
        "changed": moment(template.changed) if template.changed else None,
        "changed_by": template.changed_by,
    }
