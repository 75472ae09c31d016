"""`users audit …`: WG opens a round, each DBA answers for its authority's accounts (R-USR-6)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from s2s_tui.base.errors import WrongUse
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.cli.parts import TEXT, Asked, Group, option, subcommand
from s2s_tui.cli.paths import PATH
from s2s_tui.cli.school_parts import DAY

if TYPE_CHECKING:
    from s2s_tui.services.user_audit_rows import Round

ROUND = option("--round", "round_id", metavar="ID", type=TEXT, default="", help=N_("Else the open one."))


@click.group(
    "audit",
    cls=Group,
    help="\n\n".join(
        (
            N_("The annual audit of users: is each account still right?"),
            N_(
                "The Welsh Government opens a round, and each authority's DBA is told. It confirms or "
                "removes every account of the authority and its schools; who has not answered is reminded "
                "once a week by “s2s-tui remind”."
            ),
        )
    ),
)
def audit() -> None:
    """The user audit; see the help."""


@subcommand("open", N_("WG: open a round; the DBAs are told by e-mail."))
@click.argument("name", metavar="NAME", type=TEXT)
@option("--until", type=DAY, required=True, help=N_("The day by which to answer."))
@click.pass_obj
def open_round(asked: Asked, name: str, until: Any) -> int:
    """Open a round; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_audit

    with logged_on(asked) as (actor, site):
        found = user_audit.open_round(actor, site, name, until.date())
    if asked.as_json:
        return out.document(_as_json(found))
    out.line(
        _("Round {id} is open: {users} accounts of {authorities} authorities, to answer by {day}.").format(
            id=found.id, users=found.users, authorities=found.authorities, day=found.deadline.isoformat()
        )
    )
    return 0


@subcommand(
    "answer",
    N_("DBA: confirm accounts, or remove them, which ends them for good."),
    N_("Without names, --confirm confirms every account that nothing was said of yet."),
)
@click.argument("names", metavar="[NAME]...", type=TEXT, nargs=-1)
@option("--confirm", is_flag=True, help=N_("They are right."))
@option("--remove", is_flag=True, help=N_("They are not: delete them."))
@click.pass_obj
def answer(asked: Asked, names: tuple[str, ...], confirm: bool, remove: bool) -> int:
    """Answer; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_audit
    from s2s_tui.services.wording import say

    if confirm == remove or (remove and not names):
        raise WrongUse("user-audit-answer")
    with logged_on(asked) as (actor, site):
        waiting = [one.username for one in user_audit.entries(actor, site) if not one.answer]
        what = user_audit.CONFIRM if confirm else user_audit.REMOVE
        done = user_audit.answer(actor, site, names or waiting, what)
        left = sum(not one.answer for one in user_audit.entries(actor, site))
    if asked.as_json:
        out.document(
            [
                {
                    "username": one.username,
                    "ok": one.ok,
                    "code": one.error.code if one.error else "",
                    "message": say(one.error) if one.error else "",
                }
                for one in done
            ]
        )
    for one in done:
        if one.error:
            out.complain(f"{one.username}: {say(one.error)}")
    if not asked.as_json:
        count = sum(one.ok for one in done)
        said = (
            ngettext("{count} account confirmed", "{count} accounts confirmed", count)
            if confirm
            else ngettext("{count} account removed", "{count} accounts removed", count)
        )
        out.line(_("{said}, {left} still to answer.").format(said=said.format(count=count), left=left))
    return 0 if all(one.ok for one in done) else 1


@subcommand("status", N_("WG: how far each authority is; a DBA: its accounts, and what was said of each."))
@ROUND
@click.pass_obj
def status(asked: Asked, round_id: str) -> int:
    """How far it is; see the help."""
    from s2s_tui.cli.site import logged_on
    from s2s_tui.rules.roles import may

    with logged_on(asked) as (actor, site):
        show = _parts if may(actor, "useraudit.run") else _entries
        return show(asked, actor, site, _number(round_id))


@subcommand("rounds", N_("WG: list the rounds, the latest first."))
@click.pass_obj
def rounds(asked: Asked) -> int:
    """List rounds; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_audit

    with logged_on(asked) as (actor, site):
        found = user_audit.rounds(actor, site)
    if asked.as_json:
        return out.document([_as_json(one) for one in found])
    columns = (
        Column(_("Id"), right=True),
        Column(_("Round"), yields=True),
        Column(_("Opened")),
        Column(_("Answer by")),
        Column(_("Accounts"), right=True),
        Column(_("To answer"), right=True),
        Column(_("Closed")),
    )
    out.table(
        columns,
        [
            (
                *(one.id, one.name, out.day(one.opened_at), one.deadline, one.users, one.waiting),
                out.day(one.closed_at),
            )
            for one in found
        ],
    )
    return 0


@subcommand("remind", N_("WG: remind authorities that have not answered: all, or those named."))
@click.argument("codes", metavar="[LA]...", type=TEXT, nargs=-1)
@click.pass_obj
def remind(asked: Asked, codes: tuple[str, ...]) -> int:
    """Remind; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_audit

    with logged_on(asked) as (actor, site):
        told = user_audit.remind(actor, site, codes)
    if asked.as_json:
        return out.document({"told": list(told)})
    out.line(
        _("Reminded: {codes}").format(codes=", ".join(told)) if told else _("Nobody has to be reminded.")
    )
    return 0


@subcommand("certificate", N_("Save what was said of each account as a CSV, never over a file."))
@ROUND
@option("--la", metavar="680", type=TEXT, default="", help=N_("Of one authority; a DBA: of its own."))
@option("--to", "target", metavar="FILE", type=PATH, required=True, help=N_("Where."))
@click.pass_obj
def certificate(asked: Asked, round_id: str, la: str, target: Path) -> int:
    """Save a certificate; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_audit

    with logged_on(asked) as (actor, site):
        saved = user_audit.certificate(actor, site, target.parent, target.name, _number(round_id), la)
    if asked.as_json:
        return out.document({"path": str(saved)})
    out.line(_("Saved: {path}").format(path=saved))
    return 0


@subcommand("close", N_("WG: close a round: it takes no more answers, and is kept."))
@ROUND
@click.pass_obj
def close(asked: Asked, round_id: str) -> int:
    """Close a round; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import user_audit

    with logged_on(asked) as (actor, site):
        found = user_audit.close_round(actor, site, _number(round_id))
    if asked.as_json:
        return out.document(_as_json(found))
    out.line(
        _("The round {name} is closed; {count} accounts without an answer.").format(
            name=found.name, count=found.waiting
        )
    )
    return 0


for _one in (open_round, answer, status, rounds, remind, certificate, close):
    audit.add_command(_one)


def _number(given: str) -> int:
    from s2s_tui.cli.ids import number

    return (number(given) or -1) if given else 0


def _parts(asked: Asked, actor: Any, site: Any, round_id: int) -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column, moment
    from s2s_tui.services import user_audit

    found = user_audit.parts(actor, site, round_id)
    if asked.as_json:
        return out.document(
            [
                {
                    "la": one.code,
                    "name": one.name,
                    "dba": one.dba,
                    "users": one.users,
                    "confirmed": one.confirmed,
                    "removed": one.removed,
                    "gone": one.gone,
                    "waiting": one.waiting,
                    "told": moment(one.told_at) if one.told_at else None,
                    "answered": moment(one.answered_at) if one.answered_at else None,
                }
                for one in found
            ]
        )
    columns = (
        Column(_("LA")),
        Column(_("Name"), yields=True),
        Column(_("DBA")),
        Column(_("Accounts"), right=True),
        Column(_("Confirmed"), right=True),
        Column(_("Removed"), right=True),
        Column(_("To answer"), right=True),
        Column(_("Told")),
    )
    rows = [
        (
            *(one.code, one.name, one.dba or "-", one.users, one.confirmed, one.removed + one.gone),
            *(one.waiting, out.day(one.told_at)),
        )
        for one in found
    ]
    out.table(columns, rows)
    return 0


def _entries(asked: Asked, actor: Any, site: Any, round_id: int) -> int:
    from s2s_tui.cli import out
    from s2s_tui.cli.out import Column, moment
    from s2s_tui.rules.roles import TITLES
    from s2s_tui.services import user_audit
    from s2s_tui.services.wording.schools import answer as in_words

    found = user_audit.entries(actor, site, round_id)
    if asked.as_json:
        return out.document(
            [
                {
                    "username": one.username,
                    "role": str(one.role),
                    "organisation": one.organisation,
                    "contact": one.contact,
                    "last_logon": moment(one.last_on) if one.last_on else None,
                    "answer": one.answer,
                    "answered": moment(one.answered_at) if one.answered_at else None,
                    "answered_by": one.answered_by,
                }
                for one in found
            ]
        )
    columns = (
        Column(_("Username")),
        Column(_("Contact"), yields=True),
        Column(_("Role"), yields=True),
        Column(_("Of"), yields=True),
        Column(_("Last logon")),
        Column(_("Answer")),
    )
    rows = [
        (
            *(
                one.username,
                one.contact or "-",
                _(TITLES[one.role]),
                f"{one.organisation} {one.organisation_name}",
            ),
            *(out.day(one.last_on), in_words(one.answer)),
        )
        for one in found
    ]
    out.table(columns, rows)
    return 0


def _as_json(found: "Round") -> dict[str, Any]:
    from s2s_tui.cli.out import moment

    return {
        "id": str(found.id),
        "name": found.name,
        "deadline": found.deadline.isoformat(),
        "opened": moment(found.opened_at),
        "opened_by": found.opened_by,
        "closed": moment(found.closed_at) if found.closed_at else None,
        "users": found.users,
        "waiting": found.waiting,
        "authorities": found.authorities,
        "late": found.late,
    }
