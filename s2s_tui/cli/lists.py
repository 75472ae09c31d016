"""`files`: the lists of the Download screen."""

from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.errors import WrongUse
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command, option

if TYPE_CHECKING:
    from s2s_tui.rules.roles import Actor
    from s2s_tui.services.listing import Item

KINDS = ("ctf", "generic", "plasc", "admissions")
TABS = ("mine", "sent", "within", "incoming", "outgoing", "uncollected")
VIEWS = ("awaiting", "collected", "closed")


@command(
    "files",
    N_(
        "Without options: the files that were sent to you and await collection. An authority's tabs are "
        "mine, within, incoming and outgoing, a school's mine and sent. An authority's tab uncollected holds "
        "every CTF that waits at it, or at or from its schools, with the pupils: to delete, to chase or to "
        "forward."
    ),
)
@option("--kind", type=click.Choice(KINDS), help=N_("What kind of file; else the first that your role has."))
@option("--tab", type=click.Choice(TABS), help=N_("Which list; else mine."))
@option("--view", type=click.Choice(VIEWS), help=N_("Which states: closed is rejected or deleted."))
@option("--collected", is_flag=True, help=N_("The same as --view collected."))
@option("--with-pupils", is_flag=True, help=N_("Name the pupils in each file."))
@option("--pupil", metavar="UPN-OR-NAME", type=TEXT, help=N_("Only files that hold this pupil."))
@option("--school", metavar="N", type=TEXT, help=N_("Only files from or to this school."))
@option(
    "--older-than",
    metavar="DAYS",
    type=click.IntRange(0, 36_500),
    help=N_("Only files that were uploaded more days ago."),
)
@click.pass_obj
def files(asked: Asked, /, **options: Any) -> int:
    """List files; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import listing

    view = options["view"] or ("collected" if options["collected"] else "awaiting")
    is_clearing = options["tab"] == "uncollected"
    with_pupils = options["with_pupils"] or is_clearing
    if options["collected"] and view != "collected":
        raise WrongUse("view-twice")
    with logged_on(asked) as (actor, site):
        kind = options["kind"] or ("ctf" if is_clearing else _first_kind(actor))
        narrowed = listing.Filter(
            pupil=options["pupil"] or "",
            school=options["school"] or "",
            older_than=options["older_than"] or 0,
        )
        found = listing.files(
            actor,
            site,
            kind,
            options["tab"] or listing.tabs(actor, kind)[0],
            view=view,
            narrowed=narrowed,
            with_pupils=with_pupils,
        ).page()
        if asked.as_json:
            shown = [_as_json(item, with_pupils=with_pupils, is_clearing=is_clearing) for item in found]
            return out.document(shown)
        _show(found, with_pupils=with_pupils, is_clearing=is_clearing)
    return 0


def _first_kind(actor: "Actor") -> str:
    """The first kind of file that the role has; one without any hears of it for a CTF."""
    from s2s_tui.rules.roles import may

    return next((kind for kind in KINDS if may(actor, f"{kind}.download")), KINDS[0])


def _as_json(item: "Item", *, with_pupils: bool, is_clearing: bool) -> dict[str, Any]:
    people = [
        {"upn": one.upn, "surname": one.surname, "forename": one.forename, "dob": one.dob}
        for one in item.people
    ]
    return {
        "id": str(item.id),
        "name": item.name,
        "kind": item.kind,
        "source": item.source,
        "destination": item.destination,
        "pupils": item.pupils,
        "size": item.size,
        "uploaded": item.uploaded,
        "collected": item.collected,
        "state": item.state,
        **({"chased": item.chased, "chased_by": item.chased_by} if is_clearing else {}),
        **({"people": people} if with_pupils else {}),
    }


def _show(found: "tuple[Item, ...]", *, with_pupils: bool, is_clearing: bool) -> None:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column

    if not found:
        out.line(_("No files."))
        return
    awaiting = found[0].state == "awaiting"
    columns = [
        Column(_("Id"), right=True),
        Column(_("File")),
        Column(_("From"), yields=True),
        Column(_("To"), yields=True),
        Column(_("Pupils"), right=True),
        Column(_("Size"), right=True, extra=True),
        Column(_("Uploaded")),
        Column(_("Days"), right=True) if awaiting else Column(_("State")),
    ]
    chased = (Column(_("Chased"), extra=True),) if is_clearing else ()
    rows: list[tuple[object, ...]] = []
    for item in found:
        rows.append(
            (
                item.id,
                item.name,
                item.source_name or item.source,
                item.destination_name or item.destination,
                item.pupils or "-",
                out.size(item.size),
                out.day(item.uploaded),
                item.waiting_days if awaiting else f"{_(STATES[item.state])} {out.day(item.state_at)}",
                *([out.day(item.chased)] if is_clearing else []),
            )
        )
        if with_pupils:
            rows += [
                ("", f"  {one.upn}", one.surname, one.forename, "", "", one.dob, "", *([""] * len(chased)))
                for one in item.people
            ]
    out.table([*columns, *chased], rows)


STATES = {"collected": N_("collected"), "rejected": N_("rejected"), "deleted": N_("deleted")}
