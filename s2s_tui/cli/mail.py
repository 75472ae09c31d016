"""`mail send|list|show`: the outbox, for operators."""

from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command, group, option

if TYPE_CHECKING:
    from s2s_tui.services.outbox import Letter

STATES = ("waiting", "sending", "sent", "failed")


@group("mail", N_("An operator's commands: they need no account."))
def mail() -> None:
    """The outbox; see the help."""


@command(
    "send",
    N_("Send the e-mails that are due."),
    N_(
        "To the mail server of the settings, or without one as .eml files. Those that the server puts off "
        "are tried again at a later call. Exit code 1: one was refused for good; 4: no mail server."
    ),
)
@click.pass_obj
def send(asked: Asked) -> int:
    """Send what is due; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import site_of
    from s2s_tui.services import outbox

    done = outbox.send(site_of(asked))
    if asked.as_json:
        out.document({"sent": done.sent, "retried": done.retried, "failed": done.failed, "to": done.to})
    else:
        out.line(
            _("{sent} sent to {to}, {retried} put off, {failed} failed.").format(
                sent=done.sent, to=done.to, retried=done.retried, failed=done.failed
            )
        )
    return 1 if done.failed else 0


@command("list", N_("List e-mails, the newest first."))
@option("--state", type=click.Choice(STATES), help=N_("Only those in this state."))
@option(
    "--limit",
    metavar="N",
    type=click.IntRange(1, 1_000_000),
    default=200,
    help=N_("At most so many (200)."),
)
@click.pass_obj
def listed(asked: Asked, state: str | None, limit: int) -> int:
    """List e-mails; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.cli.site import site_of
    from s2s_tui.services import outbox

    letters = outbox.letters(site_of(asked), state=state or "", limit=limit)
    if asked.as_json:
        return out.document([_as_json(letter) for letter in letters])
    if not letters:
        out.line(_("No e-mails."))
        return 0
    columns = (
        Column(_("Id"), right=True),
        Column(_("Written")),
        Column(_("State")),
        Column(_("To"), yields=True),
        Column(_("Subject"), yields=True),
        Column(_("Error"), yields=True, extra=True),
    )
    out.table(
        columns,
        [
            (
                letter.id,
                out.shown(letter.created),
                _(SAID[letter.state]),
                letter.recipient,
                letter.subject,
                letter.error or "-",
            )
            for letter in letters
        ],
    )
    return 0


@command("show", N_("Show an e-mail."))
@click.argument("mail_id", metavar="ID", type=TEXT)
@click.pass_obj
def show(asked: Asked, mail_id: str) -> int:
    """Show an e-mail; see the help."""
    from s2s_tui.base.text import printable_lines
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import site_of
    from s2s_tui.services import outbox

    try:
        letter = outbox.letter(site_of(asked), number(mail_id))
    except S2SError as error:
        raise as_given(error, mail_id) from error
    if asked.as_json:
        return out.document({**_as_json(letter), "body": letter.body})
    for title, value in (
        (_("To"), letter.recipient),
        (_("Subject"), letter.subject),
        (_("Written"), out.shown(letter.created)),
        (_("State"), _(SAID[letter.state])),
        (_("Sent"), out.shown(letter.sent)),
        (_("Error"), letter.error),
    ):
        if value:
            out.line(f"{title}: {value}")
    out.put("\n" + printable_lines(letter.body) + "\n")
    return 0


mail.add_command(send)
mail.add_command(listed)
mail.add_command(show)

SAID = {"waiting": N_("waiting"), "sending": N_("sending"), "sent": N_("sent"), "failed": N_("failed")}


def _as_json(letter: "Letter") -> dict[str, Any]:
    return {
        "id": str(letter.id),
        "about": letter.about,
        "to": letter.recipient,
        "organisation": letter.organisation,
        "language": letter.language,
        "subject": letter.subject,
        "state": letter.state,
        "created": letter.created,
        "sent": letter.sent,
        "attempts": letter.attempts,
        "error": letter.error,
    }
