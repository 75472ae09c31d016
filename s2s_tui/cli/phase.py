"""`phase gather|split|send|change`: phase transfers with files on disk (R-PHA)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command, group, option
from s2s_tui.cli.paths import PATH

if TYPE_CHECKING:
    from s2s_tui.services.downloads import Saved
    from s2s_tui.services.phase_files import Division
    from s2s_tui.services.phase_folders import Left
    from s2s_tui.services.transfers import Outcome


@group(
    "phase",
    N_(
        "In this order: gather the bulk CTFs that schools sent to the authority, split them by an allocation "
        "list into one CTF a school, look at these, and send them."
    ),
)
def phase() -> None:
    """Phase transfers; see the help."""


@command(
    "gather",
    N_("Save the bulk CTFs that wait at your authority, each as itself."),
    N_(
        "Never over a file that is there: what was gathered before is left as it is, so a gathering that was "
        "stopped is simply run again. Nothing is collected until it is confirmed: with --confirm or, once "
        "the files are seen to be good, with “s2s-tui confirm”. Exit code 1: another file of a name is there."
    ),
)
@option("--to", metavar="DIR", type=PATH, required=True, help=N_("Where to; it must exist."))
@option("--confirm", is_flag=True, help=N_("Say that they were downloaded correctly; this collects them."))
@click.pass_obj
def gather(asked: Asked, to: Path, confirm: bool) -> int:
    """Save bulk CTFs; see the help."""
    from s2s_tui.base.errors import Refused
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.cli.stopping import between
    from s2s_tui.services import phase_files, phase_folders, transfers

    with logged_on(asked) as (actor, site):
        with out.bar() as bar, between() as wish:

            def step(done: int, total: int) -> None:
                bar.step(done, total)
                if wish.reason and done < total:
                    raise Refused("stopped-between", done=done, total=total)

            saved = phase_files.gather(actor, site, to, step)
        left = phase_folders.left_out(actor, site, to, saved)
        good = [one.ids[0] for one in saved] + [one.id for one in left if one.same]
        confirmed = transfers.confirm(actor, site, good) if confirm and good else ()
    return _show_gathered(asked, saved, left, {one.id: one for one in confirmed})


def _show_gathered(
    asked: Asked, saved: "Sequence[Saved]", left: "Sequence[Left]", confirmed: "dict[int, Outcome]"
) -> int:
    from s2s_tui.base.errors import Refused, S2SError
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.services.wording import say

    known = [(one.ids[0], one.path, "saved") for one in saved]
    known += [(one.id, one.path, "there" if one.same else "refused") for one in left]
    result: list[dict[str, Any]] = []
    for number, path, status in sorted(known):
        outcome = confirmed.get(number)
        error: S2SError | None = outcome.error if outcome else None
        if status == "refused":
            error = Refused("file-exists", path=str(path))
        result.append(
            {
                "id": str(number),
                "name": path.name,
                "path": str(path),
                "status": status,
                "collected": outcome is not None and outcome.ok,
                "code": error.code if error else "",
                "message": say(error) if error else "",
            }
        )
    if asked.as_json:
        out.document(result)
    elif not result:
        out.line(_("No files."))
    else:
        columns = (Column(_("Id"), right=True), Column(_("File")), Column(_("Is")))
        out.table(columns, [(one["id"], one["name"], _gathered(one)) for one in result])
    failed = sum(bool(one["code"]) for one in result)
    if failed:
        out.complain(_("{failed} of {total} could not be done.").format(failed=failed, total=len(result)))
    return 1 if failed else 0


def _gathered(one: dict[str, Any]) -> str:
    if one["message"]:
        return str(one["message"])
    status = _("saved") if one["status"] == "saved" else _("there already")
    return _("{status}, collected").format(status=status) if one["collected"] else status


@command(
    "split",
    N_("Write one CTF a school from bulk CTFs and an allocation list."),
    N_(
        "FILE is a bulk CTF, or a folder of them. The list is a CSV with the columns upn and school, as a "
        "spreadsheet saves it. Every element of a pupil arrives unchanged; the authority is the sender. "
        "Nothing is sent, and nothing is written over. Exit code 1: a pupil, a line or a file was left out; "
        "the rest is written."
    ),
)
@click.argument("paths", metavar="FILE...", type=PATH, nargs=-1, required=True)
@option("--allocation", metavar="CSV", type=PATH, required=True, help=N_("Which pupil goes to which school."))
@option("--to", metavar="DIR", type=PATH, required=True, help=N_("Where the new CTFs go; it must exist."))
@click.pass_obj
def split(asked: Asked, paths: tuple[Path, ...], allocation: Path, to: Path) -> int:
    """Split bulk CTFs; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import files, phase_files, phase_folders

    with logged_on(asked) as (actor, site):
        wanted = list(dict.fromkeys(files.listed(paths)))
        lines = phase_folders.allocation_lines(allocation)
        done = phase_files.split(actor, site, wanted, lines, to)
    left_out = bool(done.unallocated or done.unknown or done.wrong or done.unread)
    if asked.as_json:
        _put_division(done)
        if left_out:
            out.complain(_summed(done))
    else:
        _show_division(done)
    return 1 if left_out else 0


def _put_division(done: "Division") -> None:
    from s2s_tui.cli import out

    out.document(
        {
            "written": [
                {"file": one.path.name, "path": str(one.path), "school": one.school, "pupils": one.pupils}
                for one in done.written
            ],
            "unallocated": [{"file": file, "upn": upn} for file, upn in done.unallocated],
            "unknown": [{"line": line, "upn": upn} for line, upn in done.unknown],
            "wrong": [{"line": line, "text": text} for line, text in done.wrong],
            "twice": list(done.twice),
            "unread": list(done.unread),
        }
    )


def _show_division(done: "Division") -> None:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column

    if done.written:
        columns = (Column(_("File")), Column(_("To")), Column(_("Pupils"), right=True))
        out.table(columns, [(one.path.name, one.school, one.pupils) for one in done.written])
    told = [
        (
            _("Pupils that the list allocates to no school:"),
            [f"{upn}  {file}" for file, upn in done.unallocated],
        ),
        (_("Lines of the list whose UPN no file holds:"), [f"{line}: {upn}" for line, upn in done.unknown]),
        (
            _("Lines of the list without a UPN and one school that is open:"),
            [f"{line}: {text}" for line, text in done.wrong],
        ),
        (_("Several pupils have this UPN; each goes to the school:"), done.twice),
        (_("Files that are no good CTF (see “s2s-tui check”), left out:"), done.unread),
    ]
    for title, lines in told:
        if lines:
            out.put("\n")
            out.line(title)
            for line in lines:
                out.line(f"  {line}")
    out.put("\n")
    out.line(_summed(done))


def _summed(done: "Division") -> str:
    return _("Files written: {files}. Pupils in them: {pupils}; left out: {left}.").format(
        files=len(done.written), pupils=sum(one.pupils for one in done.written), left=len(done.unallocated)
    )


@command(
    "send",
    N_("Send all files of a folder."),
    N_(
        "As “s2s-tui upload”: each is checked and sent on its own, what was sent before isn't sent twice and "
        "is said so. Ctrl+C stops after the file that is on its way; run again, it sends the rest."
    ),
)
@click.argument("folder", metavar="DIR", type=PATH)
@click.pass_obj
def send(asked: Asked, folder: Path) -> int:
    """Send a folder; see the help."""
    from s2s_tui.cli import uploads
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import phase_folders

    with logged_on(asked) as (actor, site):
        return uploads.send(asked, actor, site, phase_folders.ready(actor, site, folder))


@command(
    "change",
    N_("Send a pupil who has another place now to the new school, and tell the old one to discard."),
    N_("For pupils who were sent from the app's board. The new school gets the pupil's own CTF."),
)
@click.argument("upn", metavar="UPN", type=TEXT)
@option("--school", metavar="N", type=TEXT, required=True, help=N_("The new school, seven digits."))
@click.pass_obj
def change(asked: Asked, upn: str, school: str) -> int:
    """Change a place; see the help."""
    from s2s_tui.base.errors import NotFound, Refused
    from s2s_tui.cli.clearing import show_forwarded
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import phase as services

    with logged_on(asked) as (actor, site):
        wanted = upn.strip().upper()
        seats = [one for one in services.board(actor, site).seats if one.upn == wanted]
        if not seats:
            raise NotFound("seat-unknown", id=upn)
        if len(seats) > 1:
            raise Refused("seat-several", upn=upn, count=len(seats))
        return show_forwarded(asked, services.change_place(actor, site, seats[0].id, school))


for _command in (gather, split, send, change):
    phase.add_command(_command)
