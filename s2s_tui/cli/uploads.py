"""`upload`: files and folders of files, each on its own."""

from collections.abc import Sequence
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
    from s2s_tui.services import uploads

    done: list[Receipt] = []
    try:
        with out.bar() as bar, between() as wish:
            for receipt in uploads.upload_all(actor, site, wanted, dry_run=dry_run):
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
