"""`download`: files saved to a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command, option
from s2s_tui.cli.paths import PATH

if TYPE_CHECKING:
    from s2s_tui.services.transfers import Outcome


@command(
    "download",
    N_(
        "One file is saved under its own name, several CTFs as one zip; never over a file that is there. "
        "What can't be had doesn't stop the rest. Nothing is collected until it is confirmed: with --confirm "
        "or, once the files are seen to be good, with “s2s-tui confirm”. An authority's copy stays a copy."
    ),
)
@click.argument("ids", metavar="ID...", type=TEXT, nargs=-1, required=True)
@option("--to", metavar="DIR", type=PATH, help=N_("Where to; else the folder of the settings, or this one."))
@option("--confirm", is_flag=True, help=N_("Say that they were downloaded correctly; this collects them."))
@click.pass_obj
def download(asked: Asked, ids: tuple[str, ...], to: Path | None, confirm: bool) -> int:
    """Save files; see the help."""
    from s2s_tui.base.errors import S2SError
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, numbers
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import downloads, listing, transfers
    from s2s_tui.services.wording import say

    wanted = numbers(ids)
    with logged_on(asked) as (actor, site):
        outcomes = {one.id: one for one in downloads.available(actor, site, list(wanted.values()))}
        missing: list[S2SError] = []
        for given, number in wanted.items():
            error = outcomes[number].error
            if error is not None:
                missing.append(as_given(error, given))
        good = [one.id for one in outcomes.values() if one.ok]
        if not good:
            for error in missing:
                out.complain(say(error))
            return max(error.exit_code for error in missing)
        folder = to or Path(site.settings.folder or ".")
        with out.bar() as bar:
            saved = downloads.download(actor, site, good, folder, on_progress=bar.step)
        confirmed = transfers.confirm(actor, site, saved.to_confirm) if confirm and saved.to_confirm else ()
        names = {item.id: item.name for item in listing.items(site, saved.ids)}
    _show(asked, saved.path, names, confirmed, to_confirm=saved.to_confirm)
    missing += [one.error for one in confirmed if one.error is not None]
    for error in missing:
        out.complain(say(error))
    return 1 if missing else 0


def _show(
    asked: Asked,
    path: Path,
    names: dict[int, str],
    confirmed: "Sequence[Outcome]",
    *,
    to_confirm: Sequence[int],
) -> None:
    from s2s_tui.cli import out

    collected = {one.id for one in confirmed if one.ok}
    if asked.as_json:
        listed: list[dict[str, Any]] = [
            {"id": str(number), "name": name, "collected": number in collected}
            for number, name in names.items()
        ]
        out.document({"path": str(path), "files": listed})
        return
    out.line(_("Saved: {path}").format(path=path))
    if len(names) > 1:
        for name in names.values():
            out.line(f"  {name}")
    if collected:
        out.line(_("{count} collected.").format(count=len(collected)))
    elif to_confirm:
        ids = " ".join(map(str, to_confirm))
        out.line(_("When it is seen to be good: s2s-tui confirm {ids}").format(ids=ids))
