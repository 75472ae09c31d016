"""`password`, `language`: one's own."""

import click

from s2s_tui.base.errors import WrongUse
from s2s_tui.base.translation import LANGUAGES, N_, _, speak
from s2s_tui.cli.parts import Asked, command


@command(
    "password",
    N_(
        "It asks for the old one, then for the new one twice. With --password-stdin standard input has three "
        "lines: the old one, the new one, the new one again. Your other sessions end."
    ),
)
@click.pass_obj
def password(asked: Asked) -> int:
    """Change one's own password; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import began, logged_on_as
    from s2s_tui.services import accounts, passwords

    site, logon, old = began(asked)
    new, again = _new(asked)
    if accounts.NEW_PASSWORD in logon.owed:
        accounts.set_first_password(site, logon, new, again)
    else:
        with logged_on_as(site, logon) as actor:
            passwords.change_password(actor, site, old, new, again)
    if asked.as_json:
        return out.document({"user": logon.username, "changed": True})
    out.line(_("The password of {user} is changed.").format(user=logon.username))
    return 0


@command(
    "language",
    N_("Commands and the app speak it from then on, unless settings or --language say another."),
)
@click.argument("own", metavar="[en|cy]", type=click.Choice(list(LANGUAGES)))
@click.pass_obj
def language(asked: Asked, own: str) -> int:
    """Keep one's own language; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import logged_on
    from s2s_tui.services import accounts

    with logged_on(asked) as (actor, site):
        accounts.set_language(actor, site, own)
    if asked.as_json:
        return out.document({"user": actor.user, "language": own})
    speak(asked.language or own)
    out.line(_("From now on the program speaks English to you."))
    return 0


def _new(asked: Asked) -> tuple[str, str]:
    from s2s_tui.cli.site import line_of_input, typed_password

    if not asked.password_stdin:
        return typed_password(_("New password: ")), typed_password(_("Again: "))
    new, again = line_of_input(), line_of_input()
    if new is None or again is None:
        raise WrongUse("password-lines")
    return new, again
