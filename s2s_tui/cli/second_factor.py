"""`second-factor`: set up what is asked for or chosen, where there is no app to do it in (R-LOG-7)."""

import click

from s2s_tui.base.errors import NotLoggedOn
from s2s_tui.base.translation import N_, _
from s2s_tui.cli.parts import TEXT, Asked, command, option


@command(
    "second-factor",
    N_(
        "It shows a secret for the authenticator on your telephone, with a picture where the terminal is "
        "large enough, asks for the first code, and prints the recovery codes once. A first password has to "
        "be set before: see “s2s-tui password”. The Welsh Government's account may choose to have one."
    ),
)
@option(
    "--forget",
    metavar="NAME",
    type=TEXT,
    default="",
    help=N_("An operator, without an account: take away that of WG's account NAME, whose telephone is lost."),
)
@click.pass_obj
def second_factor(asked: Asked, forget: str) -> int:
    """Set up one's own second factor; see the help."""
    from s2s_tui.cli import out
    from s2s_tui.cli.site import began, is_terminal, logged_on_as, site_of, typed_password
    from s2s_tui.services import second_factor as services

    if forget:
        had = services.forget(site_of(asked), forget)
        if asked.as_json:
            return out.document({"username": forget, "changed": had})
        said = _("{user} has no second factor any more.") if had else _("{user} had no second factor.")
        out.line(said.format(user=forget))
        return 0
    site, logon, _password = began(asked)
    logon = services.choose(site, logon)
    if not is_terminal():
        raise NotLoggedOn("enrol-terminal")
    given = services.enrol(site, logon)
    _show_picture(given.uri)
    out.complain(_("Secret: {secret}").format(secret=given.secret))
    logon, codes = services.prove(site, logon, typed_password(_("The code that the app shows now: ")))
    with logged_on_as(site, logon):
        if asked.as_json:
            return out.document({"user": logon.username, "recovery_codes": list(codes)})
        out.line(_("Your second factor is set up. These recovery codes are shown only now; each works once:"))
        for code in codes:
            out.line(f"  {code}")
    return 0


def _show_picture(uri: str) -> None:
    import shutil
    import sys

    import segno

    code = segno.make(uri, error="l", boost_error=False, micro=False)
    size = shutil.get_terminal_size()
    width, height = code.symbol_size(border=1)
    encoding = (getattr(sys.stderr, "encoding", None) or "").lower()
    if sys.stderr is not None and "utf" in encoding and width <= size.columns and height / 2 <= size.lines:
        code.terminal(out=sys.stderr, border=1, compact=True)
