"""`messages`: secure messages, listed, shown, sent, answered, recalled, printed and deleted (R-MSG)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base import reach
from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.message_parts import body_of, recipients
from s2s_tui.cli.parts import TEXT, Asked, group, option, subcommand
from s2s_tui.cli.paths import PATH

if TYPE_CHECKING:
    from s2s_tui.services.inbox import Item
    from s2s_tui.services.message_sending import Receipt
    from s2s_tui.services.messages import Shown
    from s2s_tui.services.sent_messages import SentItem

SORTS = ("received", "from", "subject", "read", "days")
SHOWN = 200
"""Messages listed unless --limit says otherwise."""

ID = click.argument("message_id", metavar="ID", type=TEXT)
BODY = option(
    "--text", metavar="TEXT", type=TEXT, required=True, help=N_("What it says; - reads standard input.")
)
SURE = option(
    "--sure",
    count=True,
    help=N_("Send a list of pupils to all authorities all the same; it must be given twice."),
)


@group(
    "messages",
    N_(
        "An inbox is a school's, an authority's role's, or Welsh Government's; its accounts share it. What "
        "nobody opens is deleted after 31 days, what was read 14 days after the first reading."
    ),
)
def messages() -> None:
    """Secure messages; see the help."""


@subcommand("list", N_("List your inbox, the newest first; or what was sent from it."))
@option("--sent", "of_sent", is_flag=True, help=N_("What was sent, and how many have yet to read it."))
@option("--unread", is_flag=True, help=N_("Only what nobody of the inbox has opened."))
@option("--find", "text", metavar="TEXT", type=TEXT, default="", help=N_("In the subject, or the sender."))
@option("--sort", type=click.Choice(SORTS), default="received", help=N_("The order of the inbox."))
@option("--limit", metavar="N", type=click.IntRange(1), default=SHOWN, help=N_("At most so many."))
@click.pass_obj
def show_list(asked: Asked, of_sent: bool, unread: bool, text: str, sort: str, limit: int) -> int:
    """List messages; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import inbox, sent_messages

    with logged_on(asked) as (actor, site):
        if of_sent:
            return _list_sent(asked, sent_messages.sent(actor, site, text).page(limit=limit))
        received = inbox.received(actor, site, text, unread_only=unread)
        return _list_received(asked, received.page(limit=limit, sort=sort, descending=sort == "received"))


def _list_sent(asked: Asked, found: "Sequence[SentItem]") -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column, day, moment
    from s2s_tui.services.message_page import who

    if asked.as_json:
        return out.document(
            [
                {
                    "id": str(one.id),
                    "subject": one.subject,
                    "sent": moment(one.sent),
                    "by": one.sent_by,
                    "first": one.first,
                    "recipients": one.recipients,
                    "unread": one.unread,
                    "recalled": moment(one.recalled) if one.recalled else None,
                    "days_left": one.days_left,
                }
                for one in found
            ]
        )
    columns = (
        Column(_("Id"), right=True),
        Column(_("Sent")),
        Column(_("By")),
        Column(_("To"), yields=True),
        Column(_("Subject"), yields=True),
        Column(_("Inboxes"), right=True),
        Column(_("Unread"), right=True),
    )
    rows = [
        (
            one.id,
            day(one.sent),
            one.sent_by,
            who(one.first, one.first_name, ""),
            one.subject,
            one.recipients,
            one.unread,
        )
        for one in found
    ]
    out.table(columns, rows)
    return 0


def _list_received(asked: Asked, found: "Sequence[Item]") -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column, day, moment
    from s2s_tui.services.message_page import who

    if asked.as_json:
        return out.document(
            [
                {
                    "id": str(one.id),
                    "from": one.sender,
                    "from_name": one.sender_name,
                    "subject": one.subject,
                    "received": moment(one.received),
                    "read": moment(one.read) if one.read else None,
                    "read_by": one.read_by,
                    "days_left": one.days_left,
                    "addressed": one.addressed,
                }
                for one in found
            ]
        )
    columns = (
        Column(_("Id"), right=True),
        Column(_("Received")),
        Column(_("From"), yields=True),
        Column(_("Subject"), yields=True),
        Column(_("Read by")),
        Column(_("Days left"), right=True),
    )
    rows = [
        (
            one.id,
            day(one.received),
            who(one.sender, one.sender_name, one.sender_role),
            one.subject,
            one.read_by or _("unread"),
            one.days_left,
        )
        for one in found
    ]
    out.table(columns, rows)
    return 0


@subcommand("show", N_("Open a message; that marks it as read in your inbox."))
@ID
@click.pass_obj
def show(asked: Asked, message_id: str) -> int:
    """Open a message; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import moment
    from s2s_tui.services import messages as services
    from s2s_tui.services.message_page import page

    shown: Shown = _on(asked, message_id, services.show)
    if not asked.as_json:
        out.put(page(shown))
        return 0
    return out.document(
        {
            "id": message_id,
            "from": shown.sender,
            "from_name": shown.sender_name,
            "to": [
                {
                    "inbox": one.inbox,
                    "name": one.name,
                    "read": moment(one.read) if one.read else None,
                    "gone": one.gone,
                }
                for one in shown.to
            ],
            "subject": shown.subject,
            "text": shown.text,
            "sent": moment(shown.sent),
            "about": shown.about,
            "answers": None if shown.answers is None else str(shown.answers),
            "read": moment(shown.read) if shown.read else None,
            "read_by": shown.read_by,
            "recipients": shown.recipients,
            "unread": shown.unread,
            "days_left": shown.days_left,
        }
    )


@subcommand(
    "send",
    N_("Send a message: to all of its recipients, or to none. Each hears by e-mail that one waits."),
    N_(
        "A recipient is a role of an authority (681/user, 681/lost-pupil), that role of every authority of "
        "Wales (wales/user), a school (6814053), or wg. A role that nobody has falls to the DBA."
    ),
)
@option("--to", "to", metavar="RECIPIENT", type=TEXT, multiple=True, help=N_("Who gets it; may be repeated."))
@option("--group", "groups", metavar="G", type=TEXT, multiple=True, help=N_("A group: its id or title."))
@option("--template", metavar="T", type=TEXT, default="", help=N_("A template to begin with: id or title."))
@option("--subject", metavar="TEXT", type=TEXT, default="", help=N_("Its subject; else the template's."))
@option("--text", metavar="TEXT", type=TEXT, default="", help=N_("What it says; - reads standard input."))
@SURE
@click.pass_obj
def send(
    asked: Asked,
    to: tuple[str, ...],
    groups: tuple[str, ...],
    template: str,
    subject: str,
    text: str,
    sure: int,
) -> int:
    """Send a message; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import groups as group_services
    from s2s_tui.services import message_sending, templates

    with logged_on(asked) as (actor, site):
        picked = list(recipients(actor, site, to))
        for wanted in groups:
            picked += group_services.show(actor, site, wanted).members
        body = body_of(text)
        used = ""
        if template:
            used = templates.show(actor, site, template).id
            begun = templates.filled(actor, site, used, picked)
            subject = subject or begun.subject
            body = "\n\n".join(part for part in (begun.text, body) if part)
        receipt = message_sending.send(actor, site, picked, subject, body, template=used, confirmed=sure)
    return _show_receipt(asked, receipt)


@subcommand("reply", N_("Answer a message that came to your inbox: its sender, or everybody it went to."))
@ID
@BODY
@option("--all", "to_all", is_flag=True, help=N_("To the other recipients too."))
@option("--subject", metavar="TEXT", type=TEXT, default="", help=N_("Its subject; else “Re:” and that."))
@SURE
@click.pass_obj
def reply(asked: Asked, message_id: str, text: str, to_all: bool, subject: str, sure: int) -> int:
    """Answer a message; see the help."""
    from s2s_tui.services import message_sending

    receipt: Receipt = _on(
        asked,
        message_id,
        lambda actor, site, wanted: message_sending.reply(
            actor, site, wanted, body_of(text), to_all=to_all, subject=subject, confirmed=sure
        ),
    )
    return _show_receipt(asked, receipt)


@subcommand("recall", N_("Take a message that you sent back from those who have not read it."))
@ID
@click.pass_obj
def recall(asked: Asked, message_id: str) -> int:
    """Recall a message; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.services import messages as services

    done = _on(asked, message_id, services.recall)
    if asked.as_json:
        return out.document({"id": message_id, "recalled": done.recalled, "read": done.read})
    said = _("Recalled from {recalled} inboxes; read before in {read}.")
    out.line(said.format(recalled=done.recalled, read=done.read))
    return 0


@subcommand("print", N_("Save a message as a plain text file; never over a file that is there."))
@ID
@option("--to", "target", metavar="FILE", type=PATH, required=True, help=N_("The file, or a folder for it."))
@click.pass_obj
def save(asked: Asked, message_id: str, target: Path) -> int:
    """Print a message; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.services import messages as services

    folder, name = (target, "") if reach.is_folder(target) else (target.parent, target.name)
    path = _on(
        asked,
        message_id,
        lambda actor, site, wanted: services.save_text(actor, site, wanted, folder, name=name),
    )
    if asked.as_json:
        return out.document({"id": message_id, "path": str(path)})
    out.line(_("Saved: {path}").format(path=path))
    return 0


@subcommand("delete", N_("Delete your inbox's copies of messages, received or sent; others' copies stay."))
@click.argument("ids", metavar="ID...", type=TEXT, nargs=-1, required=True)
@click.pass_obj
def delete(asked: Asked, ids: tuple[str, ...]) -> int:
    """Delete messages; see the help."""
    from s2s_tui.cli.ids import numbers, show_each
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import messages as services

    wanted = numbers(ids)
    with logged_on(asked) as (actor, site):
        outcomes = services.delete(actor, site, list(wanted.values()))
    return show_each(asked, wanted, outcomes, _("Subject"), _("deleted"))


for _command in (show_list, show, send, reply, recall, save, delete):
    messages.add_command(_command)


def _on(asked: Asked, message_id: str, act: Any) -> Any:
    """Do something with a message, by its id as it was given."""
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on

    with logged_on(asked) as (actor, site):
        try:
            return act(actor, site, number(message_id))
        except S2SError as error:
            raise as_given(error, message_id) from error


def _show_receipt(asked: Asked, receipt: "Receipt") -> int:
    from s2s_tui.cli import out
    from s2s_tui.services.wording import say

    if asked.as_json:
        return out.document(
            {
                "id": str(receipt.id),
                "recipients": [
                    {"inbox": one.inbox, "lies_in": one.lies_in, "name": one.name, "marks": list(one.marks)}
                    for one in receipt.recipients
                ],
                "told": receipt.told,
                "problems": [
                    {"severity": str(one.severity), "code": one.code, "message": say(one)}
                    for one in receipt.problems
                ],
            }
        )
    out.line(
        _("Sent as message {id} to {count} inboxes; e-mails on their way: {told}.").format(
            id=receipt.id, count=len(receipt.recipients), told=receipt.told
        )
    )
    for problem in receipt.problems:
        out.line(f"  {say(problem)}")
    return 0
