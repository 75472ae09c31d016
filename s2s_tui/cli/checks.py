"""`check`: what an upload would say, without an account."""

from contextlib import nullcontext
from pathlib import Path

import click

from s2s_tui.base.translation import N_
from s2s_tui.cli.parts import Asked, command
from s2s_tui.cli.paths import PATH


@command(
    "check",
    N_(
        "FILE is a file, or a folder whose files are checked. It needs no account. It reads a database only "
        "where the option --database names one (S2S_DATABASE doesn't count here): does the destination "
        "exist, was this name sent before; never pupils. Exit code 1: a file would be refused."
    ),
)
@click.argument("paths", metavar="FILE...", type=PATH, nargs=-1, required=True)
@click.pass_obj
def check(asked: Asked, paths: tuple[Path, ...]) -> int:
    """Check files; see the help."""
    from s2s_tui.base.clock import local_date, utc_now
    from s2s_tui.cli import out, receipts
    from s2s_tui.cli.site import settings_of
    from s2s_tui.services import checking, files, uploads
    from s2s_tui.services.site import open_reading

    settings = settings_of(asked)
    site = open_reading(settings) if asked.database else None
    today = local_date(utc_now())
    wanted = list(files.listed(paths))
    done = []
    with out.bar() as bar, site.store.connection() if site else nullcontext():
        for number, path in enumerate(wanted):
            bar.step(number, len(wanted), path.name)
            checked = checking.check(files.read(path), today, site)
            status = uploads.CHECKED if checked.sent_as is None else uploads.ALREADY_SENT
            done.append(uploads.receipt(checked, status))
    return receipts.show(done, as_json=asked.as_json)
