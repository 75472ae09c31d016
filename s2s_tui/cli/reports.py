"""`report`: the reports, each a command made from its entry, and kept sets of parameters."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, Command, command, group, option
from s2s_tui.cli.paths import PATH
from s2s_tui.cli.report_holidays import holidays
from s2s_tui.rules.ranges import RANGES
from s2s_tui.services.reports.model import PARAMETERS, WHICH, Column, Given, Of, Report
from s2s_tui.services.reports.registry import REPORTS

if TYPE_CHECKING:
    from s2s_tui.rules.roles import Actor
    from s2s_tui.services.reports.asking import Wanted
    from s2s_tui.services.reports.running import Run
    from s2s_tui.services.site import Site

SHOWN = 1000
"""Rows that a table for people has at most; a CSV has them all."""


@group(
    "report",
    N_(
        "Each event counts on its own day; what waits is as it was at the end of the last day. Without "
        "--from a report is of all records, without --to up to today. “s2s-tui report list” says which "
        "reports your role has; “s2s-tui report usage --help” what one takes."
    ),
    N_(
        "In a timer: keep a set with --save, its range relative, and run it: “s2s-tui report run NAME --csv "
        "FILE”. A file that is there is never written over: exit code 1."
    ),
)
def report() -> None:
    """Reports; see the help."""


def _options(entry: Report) -> list[click.Parameter]:
    """The options of a report, from its entry."""
    made: list[Any] = []
    for given in entry.takes:
        says = PARAMETERS[given].says
        name = f"--{given}"
        if given in (Given.START, Given.END):
            made.append(option(name, f"given_{given}", metavar="D", type=TEXT, default="", help=says))
        elif given in (Given.SCHOOLS, Given.AUTHORITIES):
            made.append(option(name, metavar="N", type=TEXT, multiple=True, help=says))
        elif given is Given.WHICH:
            made.append(option(name, type=click.Choice(list(WHICH)), help=says))
        elif given is Given.LEAVERS:
            made.append(option(name, metavar="CSV", type=PATH, help=says))
        else:
            made.append(option(name, is_flag=True, help=says))
    if Given.START in entry.takes:
        help_ = N_("A range of days, as it is when the report is run, in place of --from and --to.")
        made.append(option("--range", "span", type=click.Choice(RANGES), help=help_))
    made += _outputs(entry.shape is not None)
    made.append(option("--save", "keep", metavar="NAME", type=TEXT, help=N_("Keep these parameters too.")))

    def nothing() -> int:
        return 0

    for decorate in reversed(made):
        nothing = decorate(nothing)
    parameters: list[click.Parameter] = list(reversed(nothing.__click_params__))  # type: ignore[attr-defined]
    return parameters


def _outputs(has_picture: bool) -> list[Any]:
    csv = option("--csv", "to_csv", metavar="FILE", type=PATH, help=N_("Save all rows as a CSV."))
    chart = option("--chart", metavar="FILE.svg", type=PATH, help=N_("Save its picture too."))
    return [csv, chart] if has_picture else [csv]


def _made(entry: Report) -> Command:
    """The command of a report."""

    @click.pass_obj
    def run(asked: Asked, /, **given: Any) -> int:
        from s2s_tui.cli.site import logged_on

        wanted = _wanted(given)
        with logged_on(asked) as (actor, site):
            if given["keep"]:
                from s2s_tui.services.reports import saved

                saved.save(actor, site, given["keep"], entry.key, wanted)
            return _run(asked, actor, site, entry.key, wanted, given["to_csv"], given.get("chart"))

    return Command(entry.key, callback=run, help=f"{entry.title}\n\n{entry.says}", params=_options(entry))


def _wanted(given: dict[str, Any]) -> "Wanted":
    from s2s_tui.services.reports.asking import Wanted, leaver_lines

    leavers = given.get("leavers")
    return Wanted(
        start=given.get("given_from") or "",
        end=given.get("given_to") or "",
        span=given.get("span") or "",
        schools=tuple(given.get("school") or ()),
        authorities=tuple(given.get("la") or ()),
        all_wales=given.get("all_wales") or False,
        which=given.get("which") or "",
        now_downloaded=given.get("now_downloaded") or False,
        leavers=leaver_lines(leavers) if leavers else None,
    )


for _entry in REPORTS.values():
    report.add_command(_made(_entry))


def _run(
    asked: Asked,
    actor: "Actor",
    site: "Site",
    key: str,
    wanted: "Wanted",
    to_csv: Path | None,
    chart: Path | None,
) -> int:
    from s2s_tui.cli import out
    from s2s_tui.services.reports import output, running

    with out.bar() as bar:
        run = running.ask(actor, site, key, wanted, bar.step)
        if chart is not None:
            _save_chart(run, chart)
        rows = output.save_csv(run, to_csv, bar.step) if to_csv is not None else 0
    if asked.as_json:
        for text in output.json_blocks(run):
            out.put(text)
    elif to_csv is not None:
        out.line(_("{count} rows are in {path}.").format(count=rows, path=to_csv))
    else:
        _show(run)
    if chart is not None and not asked.as_json:
        out.line(_("The picture is in {path}.").format(path=chart))
    return 0


def _save_chart(run: "Run", path: Path) -> None:
    from s2s_tui.base.errors import Refused
    from s2s_tui.services import files
    from s2s_tui.services.reports import pictures

    picture = run.picture()
    if picture is None:
        raise Refused("report-picture")
    drawn = pictures.svg(picture).encode()

    def write(file: BinaryIO) -> None:
        file.write(drawn)

    files.save(path.parent, path.name, write)


def _show(run: "Run") -> None:
    from s2s_tui.cli import out

    lines = run.page(0, SHOWN)
    if not lines:
        out.line(_("Nothing on these days."))
        return
    totals = run.totals()
    rows = [_cells(run.columns, line.cells) for line in lines]
    if len(lines) > 1 and any(total is not None for total in totals):
        rows.append([_("All together"), *("" if cell is None else cell for cell in totals[1:])])
    out.table([_column(column) for column in run.columns], rows)
    count = run.count()
    if count > len(lines):
        out.complain(
            _("There are {count} rows; these are the first {shown}. Use --csv for all.").format(
                count=count, shown=len(lines)
            )
        )


def _column(column: Column) -> Any:
    from s2s_tui.cli import out

    return out.Column(_(column.title), right=column.of is Of.NUMBER, yields=column.yields, extra=column.extra)


def _cells(columns: Sequence[Column], cells: Sequence[Any]) -> list[Any]:
    return [
        "-" if cell is None else _(column.words.get(cell, cell)) if column.of is Of.WORD else cell
        for column, cell in zip(columns, cells, strict=True)
    ]


@command("list", N_("The reports that your role has, and the sets of parameters that you keep."))
@click.pass_obj
def show_list(asked: Asked) -> int:
    """List reports; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column as Shown
    from s2s_tui.cli.site import logged_on
    from s2s_tui.rules.roles import may
    from s2s_tui.services.reports import saved

    with logged_on(asked) as (actor, site):
        kept = saved.listed(actor, site)
        mine = [entry for entry in REPORTS.values() if may(actor, entry.permission)]
    if asked.as_json:
        reports = [{"report": entry.key, "title": _(entry.title)} for entry in mine]
        sets = [{"name": one.name, "report": one.report, "parameters": saved.described(one)} for one in kept]
        return out.document({"reports": reports, "saved": sets})
    out.table((Shown(_("Report")), Shown(_("Title"))), [(entry.key, _(entry.title)) for entry in mine])
    if kept:
        out.line("")
        columns = (Shown(_("Kept as")), Shown(_("Report")), Shown(_("Parameters"), yields=True))
        out.table(columns, [(one.name, one.report, saved.described(one)) for one in kept])
    return 0


@command("run", N_("Run a set of parameters that you keep; a relative range is as of today."))
@click.argument("name", metavar="NAME", type=TEXT)
@option("--csv", "to_csv", metavar="FILE", type=PATH, help=N_("Save all rows as a CSV."))
@option("--chart", metavar="FILE.svg", type=PATH, help=N_("Save its picture too."))
@click.pass_obj
def run_saved(asked: Asked, name: str, to_csv: Path | None, chart: Path | None) -> int:
    """Run a kept set; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services.reports import saved

    with logged_on(asked) as (actor, site):
        one = saved.load(actor, site, name)
        return _run(asked, actor, site, one.report, one.wanted, to_csv, chart)


@command("forget", N_("Keep a set of parameters no longer."))
@click.argument("name", metavar="NAME", type=TEXT)
@click.pass_obj
def forget(asked: Asked, name: str) -> int:
    """Forget a kept set; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services.reports import saved

    with logged_on(asked) as (actor, site):
        saved.remove(actor, site, name)
    if asked.as_json:
        return out.document({"name": name, "kept": False})
    out.line(_("“{name}” is kept no longer.").format(name=name))
    return 0


report.add_command(holidays)
for _command in (show_list, run_saved, forget):
    report.add_command(_command)
