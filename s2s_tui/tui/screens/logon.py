"""Logging on: username and password, the first own password, another language, a demo's accounts (R-LOG)."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Center, Vertical
from textual.widgets import Input

from s2s_tui.base.translation import LANGUAGES, N_, _, language, speak
from s2s_tui.demo import world
from s2s_tui.rules.roles import TITLES, Role
from s2s_tui.services import directory, second_factor
from s2s_tui.services.accounts import NEW_PASSWORD, Logon
from s2s_tui.tui.acting import Acting
from s2s_tui.tui.entering import Attempt, Door, session_of
from s2s_tui.tui.form import Field
from s2s_tui.tui.help import Help, help_page
from s2s_tui.tui.palette import Choice, Palette
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.first_password import FirstPassword
from s2s_tui.tui.screens.forgotten import ForgottenScreen
from s2s_tui.tui.screens.said import Said
from s2s_tui.tui.screens.second_factor import CodeForm, EnrolForm, left_words
from s2s_tui.tui.session import Reason
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.foot import Foot
from s2s_tui.tui.widgets.line import Line, Rule
from s2s_tui.tui.widgets.quiet import QuietScreen
from s2s_tui.tui.widgets.status import Status

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp

NAME = "s2s"
WHAT = N_("school to school secure transfer")
TRAINING = N_("Training world. Nothing here is real.")
NOTE = N_("Training world")
"""What the top line says in a demo, from logging on to logging off."""
PARTING: Mapping[Reason, str] = {
    "logoff": N_("You are logged off."),
    "idle": N_("No key was pressed for too long, so you were logged off."),
}
"""What is said after a session; one that others ended is explained by the app."""
NOT_YET: Mapping[str, str] = {
    NEW_PASSWORD: N_("You are not logged on: a new password is needed first."),
    second_factor.CODE: N_("You are not logged on: a code is needed, too."),
    second_factor.ENROL: N_("You are not logged on: your second factor has to be set up first."),
}
"""What is said where a step was left."""


class LogonScreen(Acting, QuietScreen[None]):
    """What is seen before and after each session.

    Args:
        door: where to.
    """

    DEFAULT_CSS = """
    LogonScreen {
        layout: vertical; layers: base above; overflow: hidden;
        & > .gap { height: 1fr; width: 1fr; }
        & > .rest { height: 2fr; width: 1fr; }
        & > Center > Vertical { width: 46; max-width: 100%; height: 5; }
        & #what { padding: 0 1; color: $primary; text-style: bold; }
        & Field > Line { width: 17; }
        & > .training { padding: 0 1; color: $accent; text-style: bold; }
    }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar = [Binding("enter,tab", "advance", show=False, priority=True)]
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="log-on", key="enter", title=N_("log on"), help=N_("Log on."), rank=1),
        Action(
            id="language",
            key="f2",
            title=N_("language"),
            help=N_("The other language, Welsh or English."),
            rank=20,
        ),
        Action(
            id="forgotten",
            key="f3",
            title=N_("forgotten?"),
            help=N_("Whom to ask for new details."),
            rank=30,
        ),
        Action(
            id="pick",
            key="f4",
            title=N_("demo accounts"),
            help=N_("Pick one; its password is filled in."),
            rank=10,
        ),
        Action(id="help", key="f1", title=N_("help"), help=N_("This page."), rank=50),
        Action(id="leave", key="escape", title=N_("leave"), help=N_("Leave the program."), rank=40),
    )
    HELP = N_(
        "Type your username and password and press Enter; both are case-sensitive. "
        "After five failed tries in a row you have to wait a little before the next one; after twenty the "
        "account is locked, and your DBA can open it. "
        "With a temporary password you choose your own before anything else."
    )

    if TYPE_CHECKING:
        app: S2SApp

    def __init__(self, door: Door) -> None:
        super().__init__()
        self.door = door
        door.speak()

    def compose(self) -> ComposeResult:
        """The fields, what is said of them, the demo's banner, the keys."""
        yield Line(classes="gap")
        with Center(), Vertical():
            yield Line(id="what")
            yield Rule()
            yield Line()
            yield Field(N_("Username"), self.door.username, id="username")
            yield Field(N_("Password"), password=True, id="password")
        yield Said("─")
        yield Line(classes="rest")
        if self.door.training:
            yield Line(id="training", classes="training")
        yield Foot()
        yield Palette()

    def on_mount(self) -> None:
        """The cursor goes where something is still to be typed."""
        self._word()
        self._input("password" if self.door.username else "username").focus()
        parting, self.door.parting = self.door.parting, None
        if parting is not None and parting in PARTING:
            self.app.tell(_(PARTING[parting]))

    def on_resize(self) -> None:
        """The demo's accounts lie over the lower half."""
        palette = self.query_one(Palette)
        palette.styles.width = min(76, self.size.width)
        palette.styles.offset = (max(0, (self.size.width - 76) // 2), max(0, self.size.height - 14))

    def _input(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    def _word(self) -> None:
        """Everything that is words, in the language in force; what was typed stays."""
        self.query_one("#what", Line).say(f"{NAME} · {_(WHAT)}")
        for field, label in zip(self.query(Field), (N_("Username"), N_("Password")), strict=True):
            field.query_one(Line).say(_(label))
        if self.door.training:
            self.query_one("#training", Line).say(_(TRAINING))
        self.query_one(Foot).update_keys()

    def can(self, action: Action) -> bool:
        """A list of accounts is only in a demo; while it is open it has the keys."""
        if self.is_mounted and self.query(Palette) and self.query_one(Palette).display:
            return False
        return action.id != "pick" or self.door.training

    def title_of(self, action: Action) -> str:
        """F2 is named by the language that it speaks."""
        return LANGUAGES[_other()] if action.id == "language" else super().title_of(action)

    def action_advance(self) -> None:
        """Enter or Tab in the username: to the password, before another key is looked at.

        On a slow line all keys come in one burst. Handled as other keys are, the focus would move too late,
        and the password would stand in the open as part of the username.
        """
        self.set_focus(self._input("password"), scroll_visible=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Those keys are only meant in the username."""
        if action == "advance":
            return isinstance(self.focused, Input) and self.focused.id == "username"
        return super().check_action(action, parameters)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the password logs on."""
        event.stop()
        self.action_act("log-on")

    async def do_log_on(self) -> None:
        """Check, let a first password be chosen, open the session (R-LOG-1, 2)."""
        username, password = self._input("username"), self._input("password")
        typed = username.value.strip()
        if not typed:
            username.focus()
            self.app.tell(_("Type your username and password."))
            return
        self.app.tell(_("Checking…"))
        attempt = Attempt(self.door)
        try:
            try:
                logon = await in_thread(attempt.check, typed, password.value)
            except Exception:
                # What was typed next meanwhile is not thrown away with it.
                if username.value.strip() == typed:
                    password.value = ""
                    password.focus()
                raise
            await self._enter(attempt, logon)
        except asyncio.CancelledError:
            attempt.abandon()
            raise

    async def _enter(self, attempt: Attempt, logon: Logon) -> None:
        if not self.door.settings.language and logon.language:
            speak(logon.language)
        left: int | None = None
        while logon.owed:
            self.query_one(Status).clear()
            done = await self._step(logon)
            if done is None:
                self._input("password").value = ""
                self.door.speak()
                self._word()
                self.app.tell(_(NOT_YET[logon.owed[0]]), "warning")
                return
            logon, left = done, done.recovery_left if done.recovery_left is not None else left
        actor, organisation = await in_thread(attempt.finish, logon)
        note = _(NOTE) if self.door.training else ""
        self.app.begin(session_of(self.door, actor, organisation, note))
        if left is not None:
            self.app.call_later(self.app.tell, left_words(left), "warning")

    async def _step(self, logon: Logon) -> Logon | None:
        """Do the step that is owed next, in a form of its own; None: not now."""
        site, step = self.door.site, logon.owed[0]
        if step == second_factor.CODE:
            return await self.app.push_screen_wait(CodeForm(site, logon))
        if step == second_factor.ENROL:
            given = await in_thread(second_factor.enrol, site, logon)
            return await self.app.push_screen_wait(EnrolForm(site, logon, given))
        return await self.app.push_screen_wait(FirstPassword(site, logon))

    def do_language(self) -> None:
        """F2: the other language, at once."""
        self.door.chosen = _other()
        self.door.speak()
        self.query_one(Status).clear()
        self._word()

    def do_forgotten(self) -> None:
        """F3."""
        self.app.push_screen(ForgottenScreen(self.door.site))

    async def do_pick(self) -> None:
        """F4: the demo's accounts, by role (R-SYS-5)."""
        site = self.door.site
        palette = self.query_one(Palette)
        palette.query_one(Input).placeholder = _("Part of a role, place or name")
        palette.show(None)

        def known() -> tuple[tuple[world.Account, ...], dict[str, str]]:
            found = world.accounts(site)
            return found, directory.names(site, {account.organisation for account in found}, language())

        found, names = await in_thread(known)
        sizes = Counter(account.organisation for account in found)
        choices = []
        # The largest organisation, one of each role, before the many that have a single account.
        for account in sorted(found, key=lambda one: (-sizes[one.organisation], one.organisation)):
            parts = (_(TITLES[Role(account.role)]), names.get(account.organisation, ""), account.name)
            choices.append(
                Choice(
                    " · ".join(part for part in parts if part),
                    account.username,
                    lambda account=account: self._fill(account),  # type: ignore[misc]
                )
            )
        palette.fill(choices)

    def _fill(self, account: world.Account) -> None:
        self._input("username").value = account.username
        self._input("password").value = account.password
        self._input("password").focus()
        self.app.tell(_("Filled in. Enter logs on."))

    def do_help(self) -> None:
        """F1."""
        self.app.push_screen(Help(help_page(_("Log on"), _(self.HELP), [(_("Here"), self.offered())])))

    async def do_leave(self) -> None:
        """Esc: leave, after asking."""
        if await self.app.ask(_("Leave the program?")):
            self.app.run_quit()


def _other() -> str:
    return "en" if language() == "cy" else "cy"
