"""`lost match|runs|finds`: the annual matching, from WG's roll to what the authorities do (R-LPD-8)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.cli.acts import IDS
from s2s_tui.cli.parts import TEXT, Asked, command, group, option
from s2s_tui.cli.paths import PATH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s2s_tui.services.annual_runs import Run
    from s2s_tui.services.finds import Found

BANDS = ("certain", "check")
STATES = ("new", "downloaded", "school-has", "forwarded", "not-ours")
LISTS = ("ours", "elsewhere", "all")
RUN = click.argument("run_id", metavar="ID", type=TEXT)


@command(
    "match",
    N_("WG: match the lost pupils with the roll, each with at most one pupil on it."),
    N_(
        "ROLL is a CSV with a header row: upn, surname, forename, dob, gender, town, postcode, establishment "
        "(or school), in any order; upn, gender, town and postcode may be missing. Rows that can't be used "
        "are named by line, and then nothing is done."
    ),
    N_(
        "Stopped, or killed, it goes on when the same roll is matched again. Authorities see nothing until "
        "it is published: look it through with “s2s-tui lost runs show”, then “s2s-tui lost runs publish”."
    ),
)
@click.argument("roll", metavar="ROLL", type=PATH)
@click.pass_obj
def match(asked: Asked, roll: Path) -> int:
    """Match a roll; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.cli.stopping import between
    from s2s_tui.services import annual
    from s2s_tui.services.annual_roll import RollWrong
    from s2s_tui.services.wording import matching, say

    with logged_on(asked) as (actor, site), between() as wish:
        try:
            with out.bar() as bar:
                run = annual.match(
                    actor,
                    site,
                    roll,
                    on_progress=lambda stage, done, of: bar.step(done, of, matching.stage(stage)),
                    should_stop=lambda: bool(wish.reason),
                )
        except RollWrong as wrong:
            for row in wrong.rows:
                out.complain(_("Line {line}: {said}").format(line=row.line, said=say(row.error)))
            raise
    if asked.as_json:
        return out.document(_run_json(run))
    out.line(
        _(
            "Run {id}: {certain} certain, {check} to check; of {records} lost pupils and {pupils} on roll."
        ).format(id=run.id, certain=run.certain, check=run.check, records=run.records, pupils=run.pupils)
    )
    out.line(_("Look it through: s2s-tui lost runs show {id}").format(id=run.id))
    return 0


@group("runs", N_("WG: list the matchings, look one through, publish or discard it."))
@click.pass_obj
def runs(asked: Asked) -> int:
    """List matchings; see the help."""
    if click.get_current_context().invoked_subcommand is not None:
        return 0
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import annual_runs

    with logged_on(asked) as (actor, site):
        found = annual_runs.runs(actor, site)
    if asked.as_json:
        return out.document([_run_json(run) for run in found])
    if not found:
        out.line(_("Nothing has been matched yet."))
        return 0
    columns = (
        Column(_("Id"), right=True),
        Column(_("Roll"), yields=True),
        Column(_("By")),
        Column(_("Begun")),
        Column(_("On roll"), right=True),
        Column(_("Lost"), right=True, extra=True),
        Column(_("Certain"), right=True),
        Column(_("To check"), right=True),
        Column(_("Is")),
    )
    rows = [
        (
            *(run.id, run.roll, run.made_by, out.day(run.started), run.pupils, run.records),
            *(run.certain, run.check, _stands(run)),
        )
        for run in found
    ]
    out.table(columns, rows)
    return 0


runs.invoke_without_command = True


def _stands(run: "Run") -> str:
    from s2s_tui.cli import out

    if run.published:
        return _("published {day}").format(day=out.day(run.published))
    if run.finished:
        return _("to review")
    return _("running") if run.is_running else _("stopped")


@command("show", N_("Show what a matching found, the likeliest first, with the reasons."))
@RUN
@option("--class", "band", type=click.Choice(BANDS), default=None, help=N_("Only those of a class."))
@click.pass_obj
def show(asked: Asked, run_id: str, band: str | None) -> int:
    """Show a run's finds; see the help."""
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import annual_runs

    with logged_on(asked) as (actor, site):
        try:
            found = annual_runs.review(actor, site, number(run_id), band or "").page()
        except S2SError as error:
            raise as_given(error, run_id) from error
    return _show(asked, found)


@command("drop", N_("Take finds out of a matching before it is published: they are not the pupils."))
@IDS
@click.pass_obj
def drop(asked: Asked, ids: tuple[str, ...]) -> int:
    """Take finds out; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import numbers
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import annual_runs

    with logged_on(asked) as (actor, site):
        dropped = annual_runs.drop(actor, site, list(numbers(ids).values()))
    if asked.as_json:
        return out.document({"dropped": dropped})
    out.line(ngettext("{count} find taken out.", "{count} finds taken out.", dropped).format(count=dropped))
    return 0


@command(
    "publish",
    N_("Show the finds to the authorities that they concern, and tell each once by secure message."),
    N_("Those whose schools have the pupils on roll, and those whose schools uploaded the records."),
)
@RUN
@click.pass_obj
def publish(asked: Asked, run_id: str) -> int:
    """Publish a run; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import annual_runs

    with logged_on(asked) as (actor, site):
        try:
            told = annual_runs.publish(actor, site, number(run_id))
        except S2SError as error:
            raise as_given(error, run_id) from error
    if asked.as_json:
        return out.document({"id": run_id, "told": list(told)})
    if not told:
        out.line(_("Published. Nothing was found, so nobody is told."))
    else:
        out.line(_("Published. Told: {authorities}").format(authorities=", ".join(told)))
    return 0


@command("discard", N_("Throw a matching away that is not published, with all its finds."))
@RUN
@click.pass_obj
def discard(asked: Asked, run_id: str) -> int:
    """Discard a run; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import annual_runs

    with logged_on(asked) as (actor, site):
        try:
            annual_runs.discard(actor, site, number(run_id))
        except S2SError as error:
            raise as_given(error, run_id) from error
    if asked.as_json:
        return out.document({"id": run_id, "discarded": True})
    out.line(_("Discarded."))
    return 0


for _command in (show, drop, publish, discard):
    runs.add_command(_command)


@group(
    "finds",
    N_("List the lost pupils whom the annual matching found, or say how one stands."),
    N_(
        "Those on roll at your schools are yours to work on: download or forward the record, then say how "
        "it stands. Those whom your schools uploaded and others have on roll are to close your cases."
    ),
)
@option("--list", "which", type=click.Choice(LISTS), default=None, help=N_("Which; WG sees all."))
@click.pass_obj
def finds(asked: Asked, which: str | None) -> int:
    """List finds; see the help."""
    if click.get_current_context().invoked_subcommand is not None:
        return 0
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import finds as services

    with logged_on(asked) as (actor, site):
        found = services.finds(actor, site, which or "").page()
    return _show(asked, found)


finds.invoke_without_command = True


@command(
    "set",
    N_("Say how a find stands; only the authority whose school has the pupil on roll does."),
    N_("A record that is downloaded or forwarded through s2s shows that by itself."),
)
@click.argument("find_id", metavar="ID", type=TEXT)
@click.argument("state", metavar="STATE", type=click.Choice(STATES))
@click.pass_obj
def set_state(asked: Asked, find_id: str, state: str) -> int:
    """Say how a find stands; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import finds as services
    from s2s_tui.services.wording import matching

    with logged_on(asked) as (actor, site):
        try:
            services.set_state(actor, site, number(find_id), state)
        except S2SError as error:
            raise as_given(error, find_id) from error
    if asked.as_json:
        return out.document({"id": find_id, "state": state})
    out.line(_("Find {id}: {state}.").format(id=find_id, state=matching.state(state)))
    return 0


finds.add_command(set_state)


def _show(asked: Asked, found: "Sequence[Found]") -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.services.wording import matching
    from s2s_tui.services.wording.reasons import why

    if asked.as_json:
        return out.document([_find_json(one) for one in found])
    if not found:
        out.line(_("No finds."))
        return 0
    columns = (
        Column(_("Id"), right=True),
        Column(_("Lost pupil"), yields=True),
        Column(_("Born")),
        Column(_("Record"), right=True),
        Column(_("Uploaded by"), extra=True),
        Column(_("On roll as"), yields=True),
        Column(_("At")),
        Column(_("Class")),
        Column(_("Likely"), right=True),
        Column(_("Is")),
        Column(_("Why"), yields=True),
    )
    rows = [
        (
            *(one.id, f"{one.record.surname}, {one.record.forename}", one.record.dob, one.record.id),
            *(one.record.school, f"{one.surname}, {one.forename}", one.school, matching.band(one.band)),
            *(matching.percent(one.probability), matching.state(one.state), "; ".join(map(why, one.why))),
        )
        for one in found
    ]
    out.table(columns, rows)
    return 0


def _run_json(run: "Run") -> dict[str, Any]:
    from s2s_tui.cli.out import moment

    return {
        "id": str(run.id),
        "roll": run.roll,
        "made_by": run.made_by,
        "started": moment(run.started),
        "finished": moment(run.finished) if run.finished else None,
        "published": moment(run.published) if run.published else None,
        "running": run.is_running,
        "pupils": run.pupils,
        "records": run.records,
        "certain": run.certain,
        "check": run.check,
    }


def _find_json(one: "Found") -> dict[str, Any]:
    from s2s_tui.cli.out import moment
    from s2s_tui.services.lost_lists import record_json
    from s2s_tui.services.wording.reasons import why

    return {
        "id": str(one.id),
        "run": str(one.run),
        "class": one.band,
        "probability": round(one.probability, 4),
        "why": [why(reason) for reason in one.why],
        "state": one.state,
        "said": one.said,
        "said_by": one.said_by,
        "said_at": moment(one.said_at) if one.said_at else None,
        "la": one.authority,
        "school": one.school,
        "school_name": one.school_name,
        "upn": one.upn,
        "surname": one.surname,
        "forename": one.forename,
        "dob": one.dob.isoformat() if one.dob else None,
        "gender": one.gender,
        "town": one.town,
        "record": record_json(one.record),
    }


COMMANDS = (match, runs, finds)
