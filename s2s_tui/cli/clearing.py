"""`chase`, `forward`: what an authority does with files that wait."""

from typing import TYPE_CHECKING

import click

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.acts import IDS
from s2s_tui.cli.parts import TEXT, Asked, command, option

if TYPE_CHECKING:
    from s2s_tui.services.uncollected import Preview
    from s2s_tui.services.uploads import Receipt


@command(
    "chase",
    N_(
        "One secure message a school, with the files' names and how long they wait: where {files} stands in "
        "the template, else below its text. Without --template it is the ready one, in each school's "
        "language. Where one of the files doesn't wait at a school, nobody is asked. Exit code 1 also: of a "
        "school no e-mail address is held."
    ),
)
@IDS
@option(
    "--template",
    metavar="T",
    type=TEXT,
    default="",
    help=N_("Ask in its words, by id or title; see “s2s-tui templates list”."),
)
@option("--dry-run", is_flag=True, help=N_("Show the first message, send nothing."))
@click.pass_obj
def chase(asked: Asked, ids: tuple[str, ...], template: str, dry_run: bool) -> int:
    """Ask schools to collect; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import NOBODYS, as_given, numbers
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import uncollected

    wanted = numbers(ids)
    with logged_on(asked) as (actor, site):
        try:
            if dry_run:
                return _show(asked, uncollected.preview(actor, site, list(wanted.values()), template))
            done = uncollected.chase(actor, site, list(wanted.values()), template)
        except S2SError as error:
            strange = next((given for given, number in wanted.items() if number == NOBODYS), "")
            raise as_given(error, strange) from error
    if asked.as_json:
        out.document(
            {
                "schools": list(done.schools),
                "files": done.files,
                "without_address": list(done.without_address),
            }
        )
    elif done.schools:
        said = _("Asked: {schools} (files: {files})")
        out.line(said.format(files=done.files, schools=", ".join(done.schools)))
    if done.without_address:
        names = ", ".join(done.without_address)
        out.complain(_("No e-mail address is held of: {names}. Ask by telephone.").format(names=names))
    return 1 if done.without_address else 0


def _show(asked: Asked, preview: "Preview | None") -> int:
    from dataclasses import asdict

    from s2s_tui.base.text import printable_lines
    from s2s_tui.cli import out

    if asked.as_json:
        out.document(asdict(preview) if preview is not None else {})
    elif preview is not None:
        out.line(_("To {who}").format(who=f"{preview.school} {preview.name}"))
        out.line(_("Subject: {subject}").format(subject=preview.subject))
        out.put(f"\n{printable_lines(preview.text)}\n")
    return 0


@command(
    "forward",
    N_(
        "It goes byte for byte the same, under a name of the new destination, and is collected at your "
        "mailbox. Only a CTF that was sent to the authority itself can be forwarded, to any open school."
    ),
)
@click.argument("file_id", metavar="ID", type=TEXT)
@option("--school", metavar="N", type=TEXT, required=True, help=N_("The school's number, seven digits."))
@click.pass_obj
def forward(asked: Asked, file_id: str, school: str) -> int:
    """Pass a file on; see the help."""
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import forwarding

    with logged_on(asked) as (actor, site):
        try:
            receipt = forwarding.forward(actor, site, number(file_id), school)
        except S2SError as error:
            raise as_given(error, file_id) from error
    return show_forwarded(asked, receipt)


def show_forwarded(asked: Asked, receipt: "Receipt") -> int:
    """Show the receipt of the new file.

    Returns:
        The exit code.
    """
    from s2s_tui.cli import out, receipts
    from s2s_tui.services.uploads import SENT

    is_sent = receipt.status == SENT
    if asked.as_json:
        out.document(receipts.receipt_json(receipt))
    elif is_sent:
        said = _("Forwarded to {school} as {file}.")
        out.line(said.format(school=receipt.destination, file=receipt.file))
    else:
        receipts.show([receipt], as_json=False)
    return 0 if is_sent else 1
