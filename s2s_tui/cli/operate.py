"""`init`, `migrate`, `remind`, `backup`, `verify`: what operators do, without an account."""

from pathlib import Path

import click

from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import Asked, command
from s2s_tui.cli.paths import PATH


@command(
    "init",
    N_(
        "The account's first, temporary password is printed once and kept nowhere. Also made: the audit key, "
        "a file of your own beside the database; keep a safe copy of it elsewhere."
    ),
)
@click.pass_obj
def init(asked: Asked) -> int:
    """Make the database; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import settings_of
    from s2s_tui.services import upkeep

    settings = settings_of(asked)
    made = upkeep.init(settings)
    if asked.as_json:
        return out.document(
            {
                "database": made.database,
                "username": made.username,
                "password": made.password,
                "key": str(settings.key_path),
            }
        )
    out.line(_("Database:  {database}").format(database=made.database))
    out.line(_("Audit key: {file}").format(file=settings.key_path))
    out.line(_("Username:  {username}").format(username=made.username))
    out.line(_("Password:  {password}").format(password=made.password))
    out.line(_("This password is shown only now, and a new one is asked for at the first entry."))
    return 0


@command("migrate", N_("Back the database up first: there is no way back but the backup."))
@click.pass_obj
def migrate(asked: Asked) -> int:
    """Bring the database up to date; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import settings_of
    from s2s_tui.services import upkeep

    applied = upkeep.migrate(settings_of(asked))
    if asked.as_json:
        return out.document({"applied": list(applied)})
    said = _("Applied: {names}").format(names=", ".join(applied)) if applied else _("It is up to date.")
    out.line(said)
    return 0


@command(
    "remind",
    N_(
        "For once a week: run twice in a week, it reminds each once. “s2s-tui mail send” then brings the "
        "e-mails on their way. Whose e-mail address isn't held is named, and reminded once there is one."
    ),
)
@click.pass_obj
def remind(asked: Asked) -> int:
    """Write the weekly reminders; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import site_of
    from s2s_tui.services import reminders

    done = reminders.remind(site_of(asked))
    if asked.as_json:
        return out.document(
            {
                "week": done.week,
                "schools": done.schools,
                "authorities": done.authorities,
                "already": done.already,
                "without_address": list(done.without_address),
                "user_audit": list(done.audits),
            }
        )
    out.line(
        _("{week}: reminded schools: {schools}, authorities: {authorities}; before: {already}.").format(
            week=done.week, schools=done.schools, authorities=done.authorities, already=done.already
        )
    )
    if done.without_address:
        out.line(_("Without an e-mail address: {names}").format(names=", ".join(done.without_address)))
    if done.audits:
        out.line(_("Reminded of the user audit: {names}").format(names=", ".join(done.audits)))
    return 0


@command(
    "backup",
    N_(
        "FILE must not be there yet. The audit key is not in the copy: keep it elsewhere. A database on a "
        "server is backed up with the server's own tools."
    ),
)
@click.argument("target", metavar="FILE", type=PATH)
@click.pass_obj
def backup(asked: Asked, target: Path) -> int:
    """Copy the database; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import settings_of
    from s2s_tui.services import upkeep

    size = upkeep.backup(settings_of(asked), target)
    if asked.as_json:
        return out.document({"path": str(target), "size": size})
    out.line(_("Saved: {path}, {size}").format(path=target, size=out.size(size)))
    return 0


@command("verify", N_("It mends nothing. Exit code 1: something is not as it was written."))
@click.pass_obj
def verify(asked: Asked) -> int:
    """Check audit log and contents; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import site_of
    from s2s_tui.services import upkeep
    from s2s_tui.services.wording import say

    with out.bar() as bar:
        verdict = upkeep.verify(site_of(asked), on_progress=bar.step)
    problems = [(code, say(upkeep.tells((code, params)))) for code, params in verdict.problems]
    if asked.as_json:
        out.document(
            {
                "ok": verdict.ok,
                "files": verdict.files,
                "audit_entries": verdict.audit_entries,
                "problems": [{"code": code, "message": message} for code, message in problems],
            }
        )
    else:
        for _code, message in problems:
            out.line(message)
        out.line(
            _("{files} files and {entries} audit entries read, {problems} problems.").format(
                files=verdict.files, entries=verdict.audit_entries, problems=len(problems)
            )
        )
    return 0 if verdict.ok else 1
