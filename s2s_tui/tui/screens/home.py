"""Home: what needs the person now, and how the last seven days went (R-SYS-1, R-LOG-6)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base.errors import NotLoggedOn, S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.services import home, sessions
from s2s_tui.services.home import Overview
from s2s_tui.services.sessions import LastLogon
from s2s_tui.services.wording import say
from s2s_tui.tui.messages import Failed
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.home_words import week
from s2s_tui.tui.screens.needs import Needs
from s2s_tui.tui.screens.words import whole_moment
from s2s_tui.tui.text import REFUSED
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.line import Line, Literal


class HomePane(Pane):
    """Needs, the last days as numbers and as a picture, the last logon. Read again at each visit."""

    TITLE = N_("Home")
    HELP = N_(
        "What waits for you, the most pressing first; a letter or Enter goes there. ! marks what has waited "
        "for more than a week. Below, the CTFs of the last seven days. The page is read again whenever you "
        "come back to it."
    )
    DEFAULT_CSS = """
    HomePane {
        & > .home--heading { text-style: bold; color: $primary; }
        & > #week-heading { margin-top: 1; }
        & > #last { margin-top: 1; color: $text-muted; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="again", key="r", title=N_("read again"), help=N_("Read the page again."), rank=60),
    )

    def __init__(self) -> None:
        super().__init__()
        self._overview: Overview | None = None
        self._last: LastLogon | None = None

    def compose(self) -> ComposeResult:
        """Three parts, one under the other."""
        yield Line(_("Needs you"), classes="home--heading")
        yield Needs()
        yield Line(id="week-heading", classes="home--heading")
        yield Literal(id="week")
        yield Line(id="last")

    def start(self) -> Widget:
        """The list of needs."""
        return self.query_one(Needs)

    def arrive(self, wish: Mapping[str, Any]) -> None:  # noqa: ARG002 - nobody wishes for anything here
        """Read again."""
        self._begin()

    def do_again(self) -> None:
        """R."""
        self._begin()

    def _begin(self) -> None:
        instead(self, "read", self._read)

    async def _read(self) -> None:
        needs = self.query_one(Needs)
        try:
            overview, self._last = await in_thread(_read, self.actor, self.site)
        except NotLoggedOn as error:
            self.post_message(Failed(error))
        except S2SError as error:
            needs.say(f"{REFUSED} {say(error)}", "error")
        except Exception as error:
            needs.say(f"{REFUSED} " + _("This can't be read just now; r tries again."), "error")
            self.post_message(Failed(error))
        else:
            self._overview = overview
            needs.show(overview.needs)
            self._word()

    def on_resize(self) -> None:
        """From 96 cells on, each day has its own numbers."""
        self._word()

    def _word(self) -> None:
        overview = self._overview
        if overview is None:
            return
        has_week = self.may("ctf.download")
        for part in ("#week-heading", "#week"):
            self.query_one(part).display = has_week
        if has_week:
            whole = self.may("ctf.monitor")
            self.query_one("#week-heading", Line).say(
                _("CTFs in the last seven days, of your authority and its schools")
                if whole
                else _("CTFs in the last seven days")
            )
            self.query_one("#week", Literal).say(*week(overview, self.size.width))
        self.query_one("#last", Line).say(_last_words(self._last))


def _read(actor: Any, site: Any) -> tuple[Overview, LastLogon | None]:
    return home.overview(actor, site), sessions.last_logon(actor, site)


def _last_words(last: LastLogon | None) -> str:
    if last is None:
        return _("This is your first time here. Welcome.")
    when = whole_moment(last.at)
    if last.origin:
        return _("Last logon {when} from {origin}").format(when=when, origin=last.origin)
    return _("Last logon {when}").format(when=when)
