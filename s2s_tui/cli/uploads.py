"""`upload`: files and folders of files, each on its own."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from s2s_tui.base.translation import N_
from s2s_tui.cli.parts import Asked, command, option
from s2s_tui.cli.paths import PATH

if TYPE_CHECKING:
    from s2s_tui.rules.roles import Actor
    from s2s_tui.services.site import Site
    from s2s_tui.services.uploads import Receipt


@command(
    "upload",
    N_(
        "Each file is checked and sent on its own; what is refused doesn't stop the rest. Ctrl+C stops after "
        "the file that is on its way. A file that was sent before isn't sent twice, so an upload that was "
        "stopped is simply run again. Exit code 1: something was refused, or it was stopped."
    ),
)
@click.argument("paths", metavar="PATH...", type=PATH, nargs=-1, required=True)
@option("--dry-run", is_flag=True, help=N_("Check as the upload would, and send nothing."))
@click.pass_obj
def upload(asked: Asked, paths: tuple[Path, ...], dry_run: bool) -> int:
    """Send files; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import files

    with logged_on(asked) as (actor, site):
        return send(asked, actor, site, list(files.listed(paths)), dry_run=dry_run)


def send(asked: Asked, actor: "Actor", site: "Site", wanted: Sequence[Path], *, dry_run: bool = False) -> int:
    """Send files one by one and show the receipts; a signal ends it between two files.

    Returns:
        The exit code, as `receipts.show` has it.

    Raises:
        Refused: `stopped-between`.
    """
    from s2s_tui.base.errors import Refused, S2SError
    from s2s_tui.cli import out, receipts
    from s2s_tui.cli.stopping import between

    done: list[Receipt] = []
    try:
        with site.store.connection(), out.bar() as bar, between() as wish:
            for receipt in _each(actor, site, wanted, dry_run=dry_run):
                done.append(receipt)
                bar.step(len(done), len(wanted), receipt.file)
                if wish.reason:
                    break
    except S2SError:
        # What went is told, whatever ended it.
        receipts.show(done, as_json=asked.as_json, was_stopped=True)
        raise
    was_stopped = len(done) < len(wanted)
    code = receipts.show(done, as_json=asked.as_json, was_stopped=was_stopped)
    if was_stopped:
        raise Refused("stopped-between", done=len(done), total=len(wanted))
    return code


def _each(actor: "Actor", site: "Site", paths: Sequence[Path], *, dry_run: bool) -> "Iterator[Receipt]":
    """A receipt for each file; one that the role may not send is a refusal like others."""
    from s2s_tui.base.errors import NotAllowed
    from s2s_tui.rules.problems import Problem, Severity
    from s2s_tui.services import checking, files, uploads

    for path in paths:
        offered = files.read(path)
        try:
            if not dry_run:
                yield uploads.upload(actor, site, offered)
                continue
            checked = uploads.check(actor, site, offered)
            status = uploads.CHECKED if checked.sent_as is None else uploads.ALREADY_SENT
            yield uploads.receipt(checked, status, checked.sent_as)
        except NotAllowed as error:
            said = {key: str(value) for key, value in error.params.items()}
            problem = Problem(Severity.REFUSE, error.code, said)
            name = checking.name_or_none(offered.name)
            yield uploads.receipt(checking.Checked(offered.name, name, (problem,)), uploads.REFUSED)
