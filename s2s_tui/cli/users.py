"""`users …`: accounts, for an authority's DBA and for WG (R-USR)."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.errors import WrongUse
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, Group, option, subcommand
from s2s_tui.cli.table import COMMANDS

if TYPE_CHECKING:
    from s2s_tui.services.user_reach import Done
    from s2s_tui.services.users import Account

LISTS = ("authority", "schools", "dbas")
SORTS = ("username", "contact", "role", "organisation", "last")
LETTERS = ("name", "password")
STATES = {
    "none": N_("none yet"),
    "temporary": N_("temporary until {day}"),
    "expired": N_("expired on {day}"),
    "own": N_("set on {day}"),
}


@dataclass(frozen=True, slots=True)
class Later:
    """A subcommand whose module is loaded when it is called; it has the command as an attribute.

    Attributes:
        module: of `s2s_tui.cli`.
        says: the first line of its help.
    """

    module: str
    says: str


LATER: Mapping[str, Later] = {
    "audit": Later("user_audit", N_("The annual audit of users: is each account still right?")),
}
"""Name → subcommands that are groups of their own."""


class _Users(Group):
    """The commands of this module, and those of `LATER`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order in which they were added."""
        return [*self.commands, *LATER]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command, its module loaded."""
        if name not in LATER:
            return super().get_command(ctx, name)
        module = importlib.import_module(f"s2s_tui.cli.{LATER[name].module}")
        found: click.Command = getattr(module, name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, no module loaded for it."""
        own = [(name, one.get_short_help_str(90)) for name, one in self.commands.items()]
        with formatter.section(_("Commands")):
            formatter.write_dl([*own, *((name, _(entry.says)) for name, entry in LATER.items())])


@click.group(
    "users",
    cls=_Users,
    help="\n\n".join(
        (
            COMMANDS["users"].says,
            N_(
                "A DBA looks after the accounts of its authority and its schools, the Welsh Government "
                "after the authorities' DBAs. A temporary password is printed once and kept nowhere; "
                "e-mails go out only where --mail asks for them, a username and a password never in one."
            ),
        )
    ),
)
def users() -> None:
    """Accounts; see the help."""


@subcommand("list", N_("List accounts: your authority's, or with --which schools its schools'."))
@option("--which", type=click.Choice(LISTS), help=N_("Which list; dbas is the Welsh Government's."))
@option("--text", metavar="TEXT", type=TEXT, default="", help=N_("Only those with these words."))
@option("--sort", type=click.Choice(SORTS), default="username", help=N_("By which column."))
@click.pass_obj
def listed(asked: Asked, which: str | None, text: str, sort: str) -> int:
    """List accounts; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import users as services

    with logged_on(asked) as (actor, site):
        found = services.accounts(actor, site, which or "", text).page(sort=sort)
        if asked.as_json:
            return out.document([_as_json(account) for account in found])
    if not found:
        out.line(_("No accounts."))
        return 0
    columns = (
        Column(_("Username")),
        Column(_("Contact"), yields=True),
        Column(_("Role"), yields=True),
        Column(_("Of"), yields=True),
        Column(_("E-mail"), yields=True, extra=True),
        Column(_("Password"), extra=True),
        Column(_("Last logon")),
        Column(_("State")),
    )
    rows = [
        (
            one.username,
            one.contact or "-",
            _title(one),
            f"{one.organisation} {one.organisation_name}",
            one.email or "-",
            _password_words(one),
            out.day(one.last_on),
            _state(one),
        )
        for one in found
    ]
    out.table(columns, rows)
    return 0


@subcommand("show", N_("Show an account."))
@click.argument("name", metavar="NAME", type=TEXT)
@click.pass_obj
def show(asked: Asked, name: str) -> int:
    """Show an account; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import users as services

    with logged_on(asked) as (actor, site):
        account = services.show(actor, site, name)
    return _told(asked, account)


@subcommand(
    "add",
    N_("Make an account with a temporary password, which is printed once."),
    N_(
        "ROLE is a key of the table of roles: user, la-school, lost-pupil, lost-pupil-transfer, dba-view, "
        "plasc or admissions; school with --school; dba, for the Welsh Government, with --la."
    ),
)
@click.argument("name", metavar="NAME", type=TEXT)
@option("--role", metavar="ROLE", type=TEXT, required=True, help=N_("What it is for."))
@option("--email", metavar="E", type=TEXT, default="", help=N_("Its holder's address at work."))
@option("--contact", metavar="C", type=TEXT, default="", help=N_("Its holder's name."))
@option("--phone", metavar="P", type=TEXT, default="", help=N_("Its holder's telephone number."))
@option("--la", metavar="680", type=TEXT, help=N_("Of which authority; else of yours."))
@option("--school", metavar="N", type=TEXT, help=N_("Of which school."))
@option("--replace", is_flag=True, help=N_("A new DBA: the present one's account becomes inactive."))
@option("--typed", is_flag=True, help=N_("Choose the temporary password: it is asked for twice."))
@option("--mail", type=click.Choice(LETTERS), multiple=True, help=N_("E-mail this to its holder."))
@click.pass_obj
def add(asked: Asked, /, **given: Any) -> int:
    """Make an account; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_changes

    if given["la"] and given["school"]:
        raise WrongUse("users-both")
    with logged_on(asked) as (actor, site):
        new = user_changes.NewUser(
            username=given["name"],
            role=given["role"],
            organisation=given["school"] or given["la"] or actor.authority,
            email=given["email"],
            contact=given["contact"],
            phone=given["phone"],
        )
        password, again = _typed(asked) if given["typed"] else ("", "")
        done = user_changes.add(
            actor,
            site,
            new,
            password=password,
            again=again,
            tell=given["mail"],
            replace=given["replace"],
        )
    return _done(asked, done, _("{user} is added."))


@subcommand("update", N_("Correct an account's contact name, e-mail address or telephone number."))
@click.argument("name", metavar="NAME", type=TEXT)
@option("--email", metavar="E", type=TEXT, help=N_("Its holder's address at work."))
@option("--contact", metavar="C", type=TEXT, help=N_("Its holder's name."))
@option("--phone", metavar="P", type=TEXT, help=N_("Its holder's telephone number."))
@option("--active", type=click.Choice(("on", "off")), help=N_("Whether it can be used."))
@option("--mail", is_flag=True, help=N_("Tell its holder by e-mail."))
@click.pass_obj
def update(asked: Asked, /, **given: Any) -> int:
    """Correct an account; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_changes

    name: str = given["name"]
    fields = {field: given[field] for field in ("email", "contact", "phone") if given[field] is not None}
    if not fields and not given["active"]:
        raise WrongUse("users-nothing")
    with logged_on(asked) as (actor, site):
        if fields:
            done = user_changes.update(actor, site, name, **fields, tell=given["mail"])
        if given["active"]:
            done = user_changes.set_active(actor, site, name, given["active"] == "on", tell=given["mail"])
    return _done(asked, done, _("{user} is up to date."))


@subcommand("role", N_("Give an account another role; its sessions end."))
@click.argument("name", metavar="NAME", type=TEXT)
@click.argument("role", metavar="ROLE", type=TEXT)
@option("--replace", is_flag=True, help=N_("A new DBA: the present one's account becomes inactive."))
@option("--mail", is_flag=True, help=N_("Tell its holder by e-mail."))
@click.pass_obj
def role_of(asked: Asked, name: str, role: str, replace: bool, mail: bool) -> int:
    """Change a role; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_changes

    with logged_on(asked) as (actor, site):
        done = user_changes.set_role(actor, site, name, role, replace=replace, tell=mail)
    return _done(asked, done, _("{user} has another role."))


@subcommand("delete", N_("End an account for good; its history stays, and its sessions end."))
@click.argument("name", metavar="NAME", type=TEXT)
@option("--mail", is_flag=True, help=N_("Tell its holder by e-mail."))
@click.pass_obj
def delete(asked: Asked, name: str, mail: bool) -> int:
    """Delete an account; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_changes

    with logged_on(asked) as (actor, site):
        done = user_changes.delete(actor, site, name, tell=mail)
    return _done(asked, done, _("{user} is deleted."))


@subcommand(
    "password",
    N_("Give an account a temporary password, which is printed once."),
    N_(
        "The account's sessions end, and it is unlocked. Its holder is asked for a new one at the next entry."
    ),
)
@click.argument("name", metavar="NAME", type=TEXT)
@option("--typed", is_flag=True, help=N_("Choose the temporary password: it is asked for twice."))
@option("--mail", type=click.Choice(LETTERS), multiple=True, help=N_("E-mail this to its holder."))
@click.pass_obj
def password_of(asked: Asked, name: str, typed: bool, mail: tuple[str, ...]) -> int:
    """Reset a password; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_passwords

    with logged_on(asked) as (actor, site):
        password, again = _typed(asked) if typed else ("", "")
        done = user_passwords.reset(actor, site, name, password=password, again=again, tell=mail)
    return _done(asked, done, _("{user} has a temporary password."))


@subcommand("unlock", N_("Let an account that was guessed at too often try again at once."))
@click.argument("name", metavar="NAME", type=TEXT)
@option("--second-factor", is_flag=True, help=N_("Its telephone is lost: let it set up a new one."))
@click.pass_obj
def unlock(asked: Asked, name: str, second_factor: bool) -> int:
    """Unlock an account; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_passwords

    with logged_on(asked) as (actor, site):
        act = user_passwords.forget_second_factor if second_factor else user_passwords.unlock
        changed = act(actor, site, name)
    if asked.as_json:
        return out.document({"username": name, "changed": changed})
    if second_factor:
        said = _("{user} sets up a second factor anew.") if changed else _("{user} had no second factor.")
    else:
        said = _("{user} can try again at once.") if changed else _("{user} was not locked.")
    out.line(said.format(user=name))
    return 0


for _one in (listed, show, add, update, role_of, delete, password_of, unlock):
    users.add_command(_one)


def _typed(asked: Asked) -> tuple[str, str]:
    """The temporary password, asked for twice; with --password-stdin its next two lines."""
    from s2s_tui.cli.site import line_of_input, typed_password

    if not asked.password_stdin:
        return typed_password(_("Temporary password: ")), typed_password(_("Again: "))
    password, again = line_of_input(), line_of_input()
    if password is None or again is None:
        raise WrongUse("users-lines")
    return password, again


def _done(asked: Asked, done: "Done", said: str) -> int:
    from s2s_tui.cli import out

    if asked.as_json:
        shown = {**_as_json(done.account), "told": list(done.told)}
        if done.password:
            shown["password"] = done.password
        if done.replaced:
            shown["replaced"] = done.replaced
        return out.document(shown)
    out.line(said.format(user=done.account.username))
    if done.replaced:
        out.line(_("{user}, the DBA before, is inactive now.").format(user=done.replaced))
    if done.password:
        out.line(_("Temporary password, shown this once: {password}").format(password=done.password))
    if done.told:
        out.line(_("E-mails go to {addresses}.").format(addresses=", ".join(done.told)))
    return 0


def _told(asked: Asked, account: "Account") -> int:
    from s2s_tui.cli import out

    if asked.as_json:
        return out.document(_as_json(account))
    for title, value in (
        (_("Username"), account.username),
        (_("Role"), _title(account)),
        (_("Of"), f"{account.organisation} {account.organisation_name}"),
        (_("Contact"), account.contact),
        (_("E-mail"), account.email),
        (_("Telephone"), account.phone),
        (_("Password"), _password_words(account)),
        (_("State"), _state(account)),
        (_("Last logon"), out.shown(account.last_on)),
    ):
        out.line(f"{title}: {value or '-'}")
    return 0


def _title(account: "Account") -> str:
    from s2s_tui.rules.roles import TITLES

    return _(TITLES[account.role])


def _state(account: "Account") -> str:
    if account.is_locked:
        return _("locked")
    return _("active") if account.active else _("inactive")


def _password_words(account: "Account") -> str:
    from s2s_tui.cli import out

    at = account.password_at if account.password == "own" else account.temporary_until  # noqa: S105 - a state
    return _(STATES[account.password]).format(day=out.day(at))


def _as_json(account: "Account") -> dict[str, Any]:
    return {
        "username": account.username,
        "role": str(account.role),
        "organisation": account.organisation,
        "organisation_name": account.organisation_name,
        "contact": account.contact,
        "email": account.email,
        "phone": account.phone,
        "active": account.active,
        "locked": account.is_locked,
        "password_state": account.password,
        "temporary_until": account.temporary_until,
        "password_set": account.password_at,
        "last_logon": account.last_on,
        "created": account.created_at,
        "changed": account.changed_at,
        "changed_by": account.changed_by,
    }
