"""`schools import`: schools as a register has them (R-SCH-3)."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import Asked, option, subcommand
from s2s_tui.cli.paths import PATH
from s2s_tui.cli.school_parts import change_json, change_lines

if TYPE_CHECKING:
    from s2s_tui.services.school_import import Plan


@subcommand(
    "import",
    N_("WG: open, change, merge and close schools as a register has them: all of it, or nothing."),
    N_(
        "CSV is like the public registers': England's edubasealldata (LA (code), EstablishmentNumber, "
        "EstablishmentName…), Wales' address list (School Number, School Name…), or a list of your own with "
        "some of the columns number, name, name_cy, town, phone, email, phase, language, status, opened, "
        "closed, successor. UTF-8 or Windows-1252. What is empty in it changes nothing here."
    ),
    N_("Each new school gets an account, which has no password until its DBA gives it one."),
)
@click.argument("register", metavar="CSV", type=PATH)
@option("--dry-run", is_flag=True, help=N_("Only list what would change."))
@option("--close-missing", is_flag=True, help=N_("Close the schools of its authorities that it lacks."))
@click.pass_obj
def bring_in(asked: Asked, register: Path, dry_run: bool, close_missing: bool) -> int:
    """Bring schools in; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.cli.stopping import between
    from s2s_tui.services import school_import
    from s2s_tui.services.wording import say

    with logged_on(asked) as (actor, site), between() as wish:
        try:
            with out.bar() as bar:
                plan = school_import.bring_in(
                    actor,
                    site,
                    register,
                    dry_run=dry_run,
                    close_missing=close_missing,
                    on_progress=lambda _stage, done, of: bar.step(min(done, of), of),
                    should_stop=lambda: bool(wish.reason),
                )
        except school_import.RegisterWrong as wrong:
            for cell in wrong.cells:
                place = _("Line {line}, column {column}: {said}")
                out.complain(place.format(line=cell.line, column=cell.column, said=say(cell.error)))
            raise
    return _planned(asked, plan)


def _planned(asked: Asked, plan: "Plan") -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.services.wording import schools as wording

    if asked.as_json:
        return out.document(
            {
                "file": plan.file,
                "done": plan.done,
                "same": plan.same,
                "missing": list(plan.missing),
                "passed": dict(plan.passed),
                "schools": [
                    {
                        "act": item.act,
                        "number": item.number,
                        "name": item.name,
                        "line": item.line or None,
                        "changes": [change_json(one) for one in item.changes],
                        "on": item.on.isoformat() if item.on else None,
                        "into": item.into or None,
                    }
                    for item in plan.items
                ],
            }
        )
    if plan.items and not plan.done:
        columns = (Column(_("School")), Column(_("Name"), yields=True), Column(_("What"), yields=True))
        rows = [
            (
                item.number,
                item.name,
                "; ".join([_(wording.ACTS[item.act]).format(into=item.into), *change_lines(item.changes)]),
            )
            for item in plan.items
        ]
        out.table(columns, rows)
    counts = {act: len(plan.of(act)) for act in wording.ACTS}
    said = _("Opened: {open}, opened again: {reopen}, changed: {change}, merged: {merge}, closed: {close}.")
    would = _(
        "To open: {open}, to open again: {reopen}, to change: {change}, to merge: {merge}, to close: {close}."
    )
    out.line((said if plan.done else would).format(**counts))
    out.line(_("As they were: {count}.").format(count=plan.same))
    for why, count in plan.passed.items():
        out.line(_("Passed over, {why}: {count}.").format(why=_(wording.PASSED[why]), count=count))
    if plan.missing and not plan.of("close"):
        shown = ", ".join(plan.missing[:10]) + (" …" if len(plan.missing) > 10 else "")
        out.line(
            _("Not in the register, left open: {count} ({numbers}); --close-missing closes them.").format(
                count=len(plan.missing), numbers=shown
            )
        )
    return 0
