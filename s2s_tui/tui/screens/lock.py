"""The cover over the app while nobody is there: the screen beneath stays as it is (R-LOG-6)."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Center, Vertical
from textual.widgets import Input

from s2s_tui.base.errors import NotLoggedOn, Refused, Unreachable
from s2s_tui.base.translation import N_, _
from s2s_tui.services.wording import say
from s2s_tui.tui.acting import Acting
from s2s_tui.tui.form import Field
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.said import Said
from s2s_tui.tui.session import Session
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.foot import Foot
from s2s_tui.tui.widgets.line import Line, Rule
from s2s_tui.tui.widgets.quiet import QuietScreen

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp


class LockScreen(Acting, QuietScreen[None]):
    """Who is logged on, and a field for the password; Esc logs off.

    Args:
        session: whose app it covers.
    """

    DEFAULT_CSS = """
    LockScreen {
        layout: vertical; overflow: hidden;
        & > .gap { height: 1fr; width: 1fr; }
        & > .rest { height: 2fr; width: 1fr; }
        & > Center > Vertical { width: 46; max-width: 100%; height: 5; }
        & #what { padding: 0 1; color: $primary; text-style: bold; }
        & #who { padding: 0 1; }
        & Field > Line { width: 17; }
    }
    """
    AUTO_FOCUS = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="unlock", key="enter", title=N_("go on"), help=N_("Go on where you were."), rank=1),
        Action(id="log-off", key="escape", title=N_("log off"), help=N_("End the session."), rank=5),
    )

    if TYPE_CHECKING:
        app: S2SApp

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """Nothing of what lies beneath."""
        session = self._session
        yield Line(classes="gap")
        with Center(), Vertical():
            yield Line(_("Locked: no key was pressed for a while."), id="what")
            yield Rule()
            yield Line(f"{session.user} · {session.organisation}", id="who")
            yield Line()
            yield Field(N_("Password"), password=True, id="password")
        yield Said("─")
        yield Line(classes="rest")
        yield Foot()

    def on_mount(self) -> None:
        """Ready to type."""
        self._input.focus()

    @property
    def _input(self) -> Input:
        return self.query_one("#password", Input)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_act("unlock")

    async def do_unlock(self) -> None:
        """Go on, where the password is right; what is wrong is said here, not beneath."""
        typed, self._input.value = self._input.value, ""
        said = self.query_one(Said)
        if not typed or self._session.prove is None:
            said.tell(_("Type your password."))
            return
        said.tell(_("Checking…"))
        try:
            await in_thread(self._session.prove, typed)
        except NotLoggedOn as error:
            self.app.fail(error)
            return
        except (Refused, Unreachable) as error:
            said.tell(say(error), "error")
            self._input.focus()
            return
        self.app.uncover()

    async def do_log_off(self) -> None:
        """Esc: what was typed is taken back first; then the session ends, after asking."""
        foot = self.query_one(Foot)
        if foot.cancel():
            return
        if self._input.value:
            self._input.value = ""
        elif await foot.ask(_("Log off? What is open is closed.")):
            await self.app.end("logoff")
