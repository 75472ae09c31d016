"""`lost search|show|past-leaving-age`: looking for a pupil who came without a CTF (R-LPD-1, 2, 5, 6, 7)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from s2s_tui.base.errors import S2SError, WrongUse
from s2s_tui.base.translation import N_, _
from s2s_tui.cli import annual, lost_acts, lost_standing
from s2s_tui.cli.lost_standing import FIELDS
from s2s_tui.cli.parts import TEXT, Asked, command, group, option
from s2s_tui.cli.paths import PATH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s2s_tui.rules.roles import Actor
    from s2s_tui.services.lost import Record
    from s2s_tui.services.search import Answer, Found
    from s2s_tui.services.site import Site

SORTS = ("score", "surname", "forename", "dob", "gender", "town", "uploaded", "upn")
RESOLVED = {"downloaded": N_("downloaded"), "forwarded": N_("forwarded")}
SHOWN, SHOWN_EACH = 50, 5
"""Candidates unless --limit says otherwise: of one search, and of each row of a batch."""


@group(
    "lost",
    N_(
        "For the roles LEA Lost Pupil and LEA Lost Pupil Transfer. Every search, and whom it showed, is on "
        "record. Nothing resolves a record but a confirmed download or a forward."
    ),
)
def lost() -> None:
    """Lost pupils; see the help."""


@command(
    "search",
    N_("Look for a pupil, the likeliest first, with the reasons; or for all of a list."),
    N_(
        "Typing slips, swapped days and months, other spellings, Welsh and English forms, short and former "
        "names are found too; with --begins only surnames that begin exactly so. Case and accents never "
        "matter. A date is typed as 12/3/2014, 12 March 2014 or 2014."
    ),
    N_(
        "--batch takes a CSV with a header row: ref,upn,surname,forename,dob,gender,town, in any order. A "
        "row that can't be understood is said, and the rest is looked for: exit code 1."
    ),
)
@option("--upn", metavar="UPN", type=TEXT, default="", help=N_("Its UPN."))
@option("--surname", metavar="TEXT", type=TEXT, default="", help=N_("Surname."))
@option("--forename", metavar="TEXT", type=TEXT, default="", help=N_("Forename."))
@option("--dob", metavar="DATE", type=TEXT, default="", help=N_("Date of birth, or its month or year."))
@option("--gender", metavar="M|F", type=TEXT, default="", help=N_("Gender."))
@option("--town", metavar="TEXT", type=TEXT, default="", help=N_("Town, in English or Welsh."))
@option("--begins", is_flag=True, help=N_("Only surnames that begin exactly so."))
@option("--sort", type=click.Choice(SORTS), default="score", help=N_("By which field; else by the score."))
@option("--limit", metavar="N", type=click.IntRange(1, 1000), help=N_("At most so many; else 50."))
@option("--include-resolved", is_flag=True, help=N_("Downloaded and forwarded records too."))
@option("--keep", is_flag=True, help=N_("Keep the search; you are told when a file that fits arrives."))
@option("--batch", metavar="CSV", type=PATH, help=N_("Look for each pupil of a list; else 5 each."))
@option("--csv", "to_csv", metavar="FILE", type=PATH, help=N_("With --batch: save the candidates too."))
@click.pass_obj
def search(asked: Asked, /, **given: Any) -> int:
    """Look for pupils; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import search as services
    from s2s_tui.services import standing

    typed = {name: given[name] for name in FIELDS}
    if given["batch"] and (any(typed.values()) or given["begins"] or given["keep"]):
        raise WrongUse("batch-both")
    if given["batch"] and given["sort"] != "score":
        raise WrongUse("batch-sort")
    if given["to_csv"] and not given["batch"]:
        raise WrongUse("batch-csv")
    with logged_on(asked) as (actor, site):
        if given["batch"]:
            return _batch(asked, actor, site, given["batch"], given)
        looked = services.LookedFor(**typed, begins=given["begins"])
        found = services.search(
            actor,
            site,
            looked,
            include_resolved=given["include_resolved"],
            sort=given["sort"],
            limit=given["limit"] or SHOWN,
        )
        kept = standing.keep(actor, site, looked) if given["keep"] else None
    return _show_found(asked, found, kept)


def _show_found(asked: Asked, found: "Found", kept: int | None) -> int:
    from s2s_tui.cli import out
    from s2s_tui.services.lost_lists import hit_json

    if asked.as_json:
        return out.document(
            {
                "count": len(found.hits),
                "took_ms": round(found.took_ms, 1),
                "results": [hit_json(hit) for hit in found.hits],
                **({"better": [str(record.id) for record in found.better]} if found.better else {}),
                **({"kept": str(kept)} if kept is not None else {}),
            }
        )
    if found.hits:
        _show_hits([("", hit) for hit in found.hits])
        equal = max(hit.equal for hit in found.hits[:1])
        if equal:
            out.line(
                _("{count} fit equally well: say more, such as the date of birth.").format(count=equal + 1)
            )
    else:
        out.line(_("Nobody like that. Try less, such as only the year of birth, or --keep the search."))
    for record in found.better[:1]:
        said = _("One that fits better was {state} on {day}: --include-resolved shows it.")
        out.line(said.format(state=_(RESOLVED[record.state]), day=out.day(record.state_at)))
    if kept is not None:
        out.line(_("Kept as {id}; you are told when a file that fits arrives.").format(id=kept))
    return 0


def _show_hits(hits: "Sequence[tuple[str, Any]]", *, with_ref: bool = False) -> None:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.services.wording.reasons import why

    ref = [Column(_("Ref"))] if with_ref else []
    columns = [
        *ref,
        Column(_("Score"), right=True),
        Column(_("Id"), right=True),
        Column(_("Surname"), yields=True),
        Column(_("Forename"), yields=True),
        Column(_("Born")),
        Column(_("Gender")),
        Column(_("Town"), yields=True),
        Column(_("School")),
        Column(_("Uploaded"), extra=True),
        Column(_("Why"), yields=True),
    ]
    rows: list[tuple[object, ...]] = []
    for label, hit in hits:
        own = (label,) if with_ref else ()
        if hit is None:
            rows.append((*own, "-", "", "", "", "", "", "", "", "", _("nobody like that")))
            continue
        record = hit.record
        rows.append(
            (
                *own,
                hit.score,
                record.id,
                record.surname,
                record.forename,
                record.dob,
                record.gender,
                record.town,
                record.school,
                out.day(record.uploaded),
                "; ".join(map(why, hit.why)),
            )
        )
    out.table(columns, rows)


def _batch(asked: Asked, actor: "Actor", site: "Site", path: Path, given: dict[str, Any]) -> int:
    from s2s_tui.cli import out
    from s2s_tui.services import files, lost_lists
    from s2s_tui.services import search as services
    from s2s_tui.services.phase_folders import allocation_lines
    from s2s_tui.services.wording import say

    lines = allocation_lines(path)
    total = sum(1 for _row in services.read_batch(lines))
    answers: list[Answer] = []

    def look() -> None:
        with out.bar() as bar:
            found = services.batch(
                actor,
                site,
                lines,
                include_resolved=given["include_resolved"],
                limit=given["limit"] or SHOWN_EACH,
                on_progress=lambda done: bar.step(done, total),
            )
            answers.extend(found)

    def write(file: BinaryIO) -> None:
        look()
        file.write(lost_lists.as_csv(answers))

    to_csv: Path | None = given["to_csv"]
    if to_csv:
        # Within the saving: that a file can't be saved there is said before all is looked for.
        files.save(to_csv.parent, to_csv.name, write)
    else:
        look()
    if asked.as_json:
        out.document([lost_lists.answer_json(answer) for answer in answers])
    else:
        found = [
            (answer.ref if rank == 0 else "", hit)
            for answer in answers
            if answer.error is None
            for rank, hit in enumerate(answer.hits or (None,))
        ]
        _show_hits(found, with_ref=True)
        without = sum(not answer.hits and answer.error is None for answer in answers)
        said = _("{count} looked for, {without} without a candidate.")
        out.line(said.format(count=len(answers), without=without))
        resolved = sum(bool(answer.better) for answer in answers)
        if resolved:
            said = _("For {count} of them a resolved record fits better; a search of one shows it.")
            out.line(said.format(count=resolved))
        if to_csv:
            out.line(_("Saved: {path}").format(path=to_csv))
    unknown = services.unknown_columns(lines)
    if unknown:
        said = _("Not looked at: {columns}. A list of arrivals has {known}.")
        out.complain(said.format(columns=", ".join(unknown), known=", ".join(services.COLUMNS)))
    wrong = [answer for answer in answers if answer.error is not None]
    for answer in wrong:
        assert answer.error is not None
        out.complain(_("Line {line}: {said}").format(line=answer.line, said=say(answer.error)))
    return 1 if wrong else 0


@command("show", N_("Show a record with its details; that it was shown is on record."))
@lost_acts.ID
@click.pass_obj
def show(asked: Asked, lost_id: str) -> int:
    """Show a record; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.ids import as_given, number
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import lost as services

    with logged_on(asked) as (actor, site):
        try:
            record = services.show(actor, site, number(lost_id))
        except S2SError as error:
            raise as_given(error, lost_id) from error
    if asked.as_json:
        return out.document(details_json(record))
    for title, value in _details(record):
        out.line(f"{title}: {value or '-'}")
    return 0


def details_json(record: "Record") -> dict[str, Any]:
    """A record with what became of it."""
    from s2s_tui.cli.out import moment
    from s2s_tui.services.lost_lists import record_json

    return record_json(record) | {
        "file": record.file,
        "la_name": record.la_name,
        "preferred_surname": record.preferred_surname,
        "preferred_forename": record.preferred_forename,
        "left_sector": record.left_sector,
        "leaves": record.leaves.isoformat(),
        "state": str(record.state),
        "state_at": moment(record.state_at) if record.state_at else None,
    }


def _details(record: "Record") -> "list[tuple[str, object]]":
    from s2s_tui.cli import out

    state = _(lost_acts.STATES[record.state])
    return [
        (_("Name"), f"{record.forename} {record.middle_names}".strip() + f" {record.surname}"),
        (_("UPN"), record.upn),
        (_("Born"), record.dob),
        (_("Gender"), record.gender),
        (_("Town"), record.town),
        (_("Former UPN"), record.former_upn),
        (_("Former surname"), record.former_surname),
        (_("Preferred name"), f"{record.preferred_forename} {record.preferred_surname}".strip()),
        (_("Authority"), f"{record.la} {record.la_name}"),
        (_("School"), f"{record.school} {record.school_name}"),
        (_("Uploaded"), out.day(record.uploaded)),
        (_("File"), record.file),
        (_("Is"), f"{state} {out.day(record.state_at)}" if record.state_at else state),
        (_("Leaving age"), record.leaves),
    ]


@command(
    "past-leaving-age",
    N_("List the records of your schools whose pupils have passed statutory leaving age."),
    N_("That is the last Friday of June in the school year of the 16th birthday."),
)
@click.pass_obj
def past_leaving_age(asked: Asked) -> int:
    """List leavers; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import lost as services

    with logged_on(asked) as (actor, site):
        found = services.past_leaving_age(actor, site)
    if asked.as_json:
        return out.document([details_json(record) for record in found])
    if not found:
        out.line(_("Nobody."))
        return 0
    columns = (
        Column(_("Id"), right=True),
        Column(_("Surname"), yields=True),
        Column(_("Forename"), yields=True),
        Column(_("Born")),
        Column(_("Leaving age")),
        Column(_("School"), yields=True),
        Column(_("Uploaded"), extra=True),
        Column(_("Is")),
    )
    out.table(
        columns,
        [
            (
                record.id,
                record.surname,
                record.forename,
                record.dob,
                record.leaves,
                f"{record.school} {record.school_name}",
                out.day(record.uploaded),
                _(lost_acts.STATES[record.state]),
            )
            for record in found
        ],
    )
    return 0


for _command in (
    search,
    show,
    *lost_acts.COMMANDS,
    past_leaving_age,
    lost_standing.standing,
    *annual.COMMANDS,
):
    lost.add_command(_command)
