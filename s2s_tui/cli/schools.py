"""`schools …`: an authority's schools, for its DBA and for WG; opening and closing them, for WG (R-SCH)."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.errors import WrongUse
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.cli.parts import TEXT, Asked, group, option, subcommand
from s2s_tui.cli.school_import import bring_in
from s2s_tui.cli.school_parts import DAY, change_json, change_lines

if TYPE_CHECKING:
    from s2s_tui.services.school_changes import Saved
    from s2s_tui.services.schools import School

LISTS = ("open", "closed", "all")
SORTS = ("number", "name", "town", "state")
DETAILS = ("name", "name_cy", "town", "phone", "email", "language", "username")
NUMBER = click.argument("number", metavar="N", type=TEXT)


@group(
    "schools",
    N_(
        "A DBA looks after the schools of its authority, the Welsh Government after all, and opens, merges "
        "and closes them."
    ),
)
def schools() -> None:
    """Schools; see the help."""


@subcommand("list", N_("List schools; inactive ones are among the open."))
@option("--which", type=click.Choice(LISTS), default="open", help=N_("Which list."))
@option("--text", metavar="TEXT", type=TEXT, default="", help=N_("Only those with these words."))
@option("--sort", type=click.Choice(SORTS), default="number", help=N_("By which column."))
@click.pass_obj
def listed(asked: Asked, which: str, text: str, sort: str) -> int:
    """List schools; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import schools as services
    from s2s_tui.services.wording.schools import state

    with logged_on(asked) as (actor, site):
        found = services.schools(actor, site, which, text).page(sort=sort)
    if asked.as_json:
        return out.document([_as_json(school) for school in found])
    if not found:
        out.line(_("No schools."))
        return 0
    columns = (
        Column(_("Number")),
        Column(_("Name"), yields=True),
        Column(_("Town"), yields=True),
        Column(_("Phone"), extra=True),
        Column(_("E-mail"), yields=True, extra=True),
        Column(_("Account"), extra=True),
        Column(_("State")),
    )
    rows = [
        (
            *(
                one.number,
                one.title,
                one.town or "-",
                one.phone or "-",
                one.email or "-",
                one.username or "-",
            ),
            state(one.state) + (f" → {one.successor}" if one.successor else ""),
        )
        for one in found
    ]
    out.table(columns, rows)
    return 0


@subcommand("show", N_("Show a school."))
@NUMBER
@click.pass_obj
def show(asked: Asked, number: str) -> int:
    """Show a school; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import schools as services
    from s2s_tui.services.wording.schools import field, state, value

    with logged_on(asked) as (actor, site):
        school = services.show(actor, site, number)
    if asked.as_json:
        return out.document(_as_json(school))
    out.line(
        f"{school.number} {school.title}, {school.authority} {school.authority_name}: {state(school.state)}"
    )
    for name in DETAILS:
        out.line(f"{field(name)}: {value(name, getattr(school, name))}")
    if school.closed:
        out.line(_("closed: {day}").format(day=school.closed.isoformat()))
    if school.successor:
        out.line(_("its files go to {school}").format(school=school.successor))
    return 0


@subcommand(
    "update",
    N_("Change details of a school, and whether it is active; what changed is listed."),
    N_(
        "To an inactive school nothing is sent, and its account can't be used. As use of s2s is a statutory "
        "requirement there should be no need to make any school inactive."
    ),
)
@NUMBER
@option("--name", metavar="TEXT", type=TEXT, help=N_("Its name."))
@option("--name-cy", metavar="TEXT", type=TEXT, help=N_("Its Welsh name."))
@option("--town", metavar="TEXT", type=TEXT, help=N_("Its town."))
@option("--phone", metavar="P", type=TEXT, help=N_("Its telephone number."))
@option("--email", metavar="E", type=TEXT, help=N_("Its e-mail address."))
@option("--mail-language", "speaks", type=click.Choice(("en", "cy")), help=N_("The language of its e-mails."))
@option("--username", metavar="NAME", type=TEXT, help=N_("The username of its account."))
@option("--active", type=click.Choice(("on", "off")), help=N_("Whether it is active."))
@option("--dry-run", is_flag=True, help=N_("Only list what would change."))
@option("--mail", is_flag=True, help=N_("Tell the school by e-mail which details changed."))
@click.pass_obj
def update(asked: Asked, /, **given: Any) -> int:
    """Change a school; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import school_changes as services
    from s2s_tui.services import schools as reading

    number, active = given["number"], given["active"]
    given["language"] = given.pop("speaks")
    typed = {name: given[name] for name in DETAILS if given[name] is not None}
    if not typed and not active:
        raise WrongUse("nothing-to-change")
    with logged_on(asked) as (actor, site):
        if given["dry_run"]:
            changes = services.preview(actor, site, number, typed)
            state = {"on": "open", "off": "inactive"}.get(active or "", "")
            school = reading.show(actor, site, number)
            if state and state != school.state:
                changes += (services.Change("state", school.state, state),)
            return _changed(asked, services.Saved(school, changes), ())

        def change() -> services.Saved:
            saved = services.update(actor, site, number, typed) if typed else None
            if active:
                switched = services.set_active(actor, site, number, active == "on")
                changes = (saved.changes if saved else ()) + switched.changes
                return services.Saved(switched.school, changes, switched.shut)
            assert saved is not None
            return saved

        saved = site.store.write(change)
        told = services.tell(actor, site, saved) if given["mail"] and saved.changes else ()
    return _changed(asked, saved, told, offers=not given["mail"])


@subcommand(
    "open",
    N_("WG: open a school, with its account; one that has closed opens again."),
    N_("The account has no password until its DBA gives it one: “s2s-tui users password”."),
)
@NUMBER
@option("--name", metavar="TEXT", type=TEXT, help=N_("Its name."))
@option("--name-cy", metavar="TEXT", type=TEXT, help=N_("Its Welsh name."))
@option("--town", metavar="TEXT", type=TEXT, help=N_("Its town."))
@option("--phone", metavar="P", type=TEXT, help=N_("Its telephone number."))
@option("--email", metavar="E", type=TEXT, help=N_("Its e-mail address."))
@option("--mail-language", "speaks", type=click.Choice(("en", "cy")), help=N_("The language of its e-mails."))
@option("--phase", metavar="TEXT", type=TEXT, help=N_("Primary, secondary…"))
@option("--on", "day", type=DAY, help=N_("The day of opening; else today."))
@click.pass_obj
def open_one(asked: Asked, /, **given: Any) -> int:
    """Open a school; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import establishments

    given["language"] = given.pop("speaks")
    typed = {name: given[name] for name in establishments.OPENED if given[name] is not None}
    with logged_on(asked) as (actor, site):
        on = given["day"].date() if given["day"] else None
        opened = establishments.open_school(actor, site, given["number"], typed, on)
    if asked.as_json:
        return out.document({"number": opened.number, "username": opened.username, "again": opened.again})
    said = (
        _("{number} is open again; its account is {username}.")
        if opened.again
        else _("{number} is open; its account is {username}, which waits for its first password.")
    )
    out.line(said.format(number=opened.number, username=opened.username))
    return 0


@subcommand("close", N_("WG: close a school; what waits for it stays for its authority to clear."))
@NUMBER
@option("--on", "day", type=DAY, help=N_("The day of closing; else today."))
@click.pass_obj
def close(asked: Asked, number: str, day: Any) -> int:
    """Close a school; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import establishments

    with logged_on(asked) as (actor, site):
        waiting = establishments.waiting(actor, site, number)
        establishments.close(actor, site, number, _day(day, site))
    if asked.as_json:
        return out.document({"number": number, "waiting": waiting})
    said = ngettext(
        "{number} is closed; {count} file still waits for it.",
        "{number} is closed; {count} files still wait for it.",
        waiting,
    )
    out.line(said.format(number=number, count=waiting))
    return 0


@subcommand("merge", N_("WG: close a school for another, which gets the files and messages that wait."))
@NUMBER
@option("--into", metavar="M", type=TEXT, required=True, help=N_("Which school takes it over."))
@option("--on", "day", type=DAY, help=N_("The day of closing; else today."))
@click.pass_obj
def merge(asked: Asked, number: str, into: str, day: Any) -> int:
    """Merge a school; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import establishments

    with logged_on(asked) as (actor, site):
        moved = establishments.merge(actor, site, number, into, _day(day, site))
    if asked.as_json:
        return out.document({"number": number, "into": into, "moved": moved})
    said = ngettext(
        "{number} has merged into {into}; {count} file moved on.",
        "{number} has merged into {into}; {count} files moved on.",
        moved,
    )
    out.line(said.format(number=number, into=into, count=moved))
    return 0


for _one in (listed, show, update, open_one, close, merge, bring_in):
    schools.add_command(_one)


def _day(given: Any, site: Any) -> date:
    from s2s_tui.base.clock import local_date

    return given.date() if given else local_date(site.clock())


def _changed(asked: Asked, saved: "Saved", told: Sequence[str], *, offers: bool = False) -> int:
    from s2s_tui.cli import out

    if saved.shut:
        said = _("The account {user} stays shut: it was made inactive by itself, under users.")
        out.complain(said.format(user=saved.shut))
    if asked.as_json:
        changes = [change_json(one) for one in saved.changes]
        return out.document({**_as_json(saved.school), "changes": changes, "told": list(told)})
    for line in change_lines(saved.changes):
        out.line(line)
    if not saved.changes:
        out.line(_("Nothing is other than it was."))
    elif told:
        out.line(_("E-mail to: {addresses}").format(addresses=", ".join(told)))
    elif offers and saved.school.email:
        out.line(_("{address} was not told; --mail does.").format(address=saved.school.email))
    return 0


def _as_json(school: "School") -> dict[str, Any]:
    from s2s_tui.cli.out import moment

    return {
        "number": school.number,
        "name": school.name,
        "name_cy": school.name_cy,
        "town": school.town,
        "phone": school.phone,
        "email": school.email,
        "language": school.language,
        "phase": school.phase,
        "la": school.authority,
        "la_name": school.authority_name,
        "state": school.state,
        "active": school.state == "open",
        "opened": school.opened.isoformat() if school.opened else None,
        "closed": school.closed.isoformat() if school.closed else None,
        "successor": school.successor or None,
        "username": school.username,
        "changed": moment(school.changed_at) if school.changed_at else None,
        "changed_by": school.changed_by,
    }
