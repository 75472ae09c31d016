"""The step after a temporary password: one's own, typed twice (R-LOG-2)."""

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from s2s_tui.base.translation import N_, _
from s2s_tui.rules.passwords import SHORTEST
from s2s_tui.services import accounts
from s2s_tui.services.accounts import Logon
from s2s_tui.services.site import Site
from s2s_tui.tui.form import Field, Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.line import Literal

RULES = N_(
    "At least {least} characters, and your username not among them. Three or four words that don't belong "
    "together make a good one."
)


def rules() -> str:
    """What a password must be, in the language in force."""
    return _(RULES).format(least=SHORTEST)


class FirstPassword(Form[Logon]):
    """Gives the logon with the step done; None: not now.

    Args:
        site: the site.
        logon: a logon that owes this step.
    """

    TITLE_TEXT = N_("Choose your own password")
    DEFAULT_CSS = """
    FirstPassword Literal { padding: 0 1; margin-bottom: 1; }
    FirstPassword Field > Line { width: 24; }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="save", key="f9", title=N_("save"), help=N_("Keep the password and go on."), rank=5),
        Action(id="close", key="escape", title=N_("not now"), help=N_("Back, without logging on."), rank=6),
    )

    def __init__(self, site: Site, logon: Logon) -> None:
        super().__init__()
        self._site = site
        self._logon = logon

    def fields(self) -> Iterable[Widget]:
        """The rules, then the password twice."""
        yield Literal(_("Your password is a temporary one; only you should know the next.") + "\n" + rules())
        yield Field(N_("New password"), password=True, id="new")
        yield Field(N_("The same once more"), password=True, id="again")

    async def do_save(self) -> None:
        """Keep it; what is wrong with it is said here."""
        new, again = (field.value for field in self.query(Field))
        self.app.tell(_("Checking…"))  # type: ignore[attr-defined]
        self.dismiss(await in_thread(accounts.set_first_password, self._site, self._logon, new, again))
