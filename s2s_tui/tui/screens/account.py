"""Account: one's own password and language (R-LOG-2, R-SYS-5)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rich.segment import Segment
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.translation import LANGUAGES, N_, _, language, speak
from s2s_tui.demo import world
from s2s_tui.rules.roles import WALES
from s2s_tui.services import accounts, passwords, second_factor
from s2s_tui.services.accounts import Logon
from s2s_tui.services.second_factor import Enrolment
from s2s_tui.tui.acting import Acting
from s2s_tui.tui.entering import organisation_of, renamed
from s2s_tui.tui.form import Field
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.first_password import rules
from s2s_tui.tui.screens.second_factor import EnrolForm
from s2s_tui.tui.text import HERE, cell
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.line import Line, Literal
from s2s_tui.tui.widgets.quiet import QuietFocus

LABEL = 24


class LanguageLine(Acting, QuietFocus, Widget, can_focus=True):
    """`Language   ▸ English   Cymraeg`: left and right choose, Enter keeps."""

    DEFAULT_CSS = """
    LanguageLine {
        height: 1; width: 1fr;
        & > .language--chosen { color: $primary; text-style: bold; }
        & > .language--cursor { color: $primary; background: $background; text-style: reverse; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"language--chosen", "language--cursor"}
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="other", key="space,left,right", title=N_("other language"), help=N_("Choose."), rank=10),
        Action(
            id="keep",
            key="enter",
            title=N_("keep"),
            help=N_("Speak this language, now and whenever you log on."),
            rank=5,
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.chosen = language()

    def focus_changed(self) -> None:
        """The choice is marked with the focus."""
        self.refresh()

    def do_other(self) -> None:
        """Left, right or Space."""
        self.chosen = next(code for code in LANGUAGES if code != self.chosen)
        self.refresh()

    async def do_keep(self) -> None:
        """Enter: the screen is made anew in that language, and says so."""
        app: Any = self.app
        actor, site, chosen = app.session.actor, app.site, self.chosen

        def keep() -> tuple[str, bool]:
            accounts.set_language(actor, site, chosen)
            speak(chosen)
            return organisation_of(site, actor), world.is_demo(site)

        organisation, training = await in_thread(keep)
        if app.session is None:
            return
        app.session = renamed(app.session, organisation, _("Training world") if training else "")
        app.change_language(chosen)
        app.call_later(app.tell, _("From now on the program speaks English to you."), "done")

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - it has one line
        """The languages, each in its own name."""
        segments = [Segment(cell(" " + _("Language"), LABEL + 1), self.rich_style)]
        for code, name in LANGUAGES.items():
            here = code == self.chosen
            which = "cursor" if here and self.has_focus else "chosen"
            style = self.get_component_rich_style(f"language--{which}") if here else self.rich_style
            text = f"{HERE if here else ' '} {name} "
            segments.append(Segment(cell(text, len(text) + 1), style))
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)


class AccountPane(Pane):
    """Three fields for a new password, and the language."""

    TITLE = N_("Account")
    HELP = N_(
        "Change your own password: the old one, then the new one twice. Wherever else you are logged on, "
        "that session ends. And choose the language that the program speaks to you."
    )
    DEFAULT_CSS = """
    AccountPane {
        overflow-y: auto; scrollbar-size-vertical: 1;
        & > .account--heading { text-style: bold; color: $primary; }
        & Field > Line { width: 25; padding: 0 1; }
        & > .account--rules { padding: 0 1; margin-bottom: 1; color: $text-muted; }
        & > .account--next { margin-top: 1; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="save",
            key="f9",
            title=N_("change password"),
            help=N_("Change the password; Enter in the last field does the same."),
            rank=20,
        ),
        Action(
            id="factor",
            key="f4",
            title=N_("second factor"),
            help=N_("Have a code of your telephone asked for at each logon, too."),
            rank=25,
        ),
    )

    def compose(self) -> ComposeResult:
        """Whose account, password, language."""
        session = self.app.session
        who = f"{session.user} · {session.role} · {session.organisation}" if session else ""
        yield Line(who, classes="account--heading")
        yield Line(_("Change your password"), classes="account--heading account--next")
        yield Literal(rules(), classes="account--rules")
        yield Field(N_("Old password"), password=True, id="old")
        yield Field(N_("New password"), password=True, id="new")
        yield Field(N_("The same once more"), password=True, id="again")
        yield Line(_("The language of your screens and e-mails"), classes="account--heading account--next")
        yield LanguageLine()

    def arrive(self, wish: Mapping[str, Any]) -> None:  # noqa: ARG002 - nobody wishes for anything here
        """What was typed and not kept is gone."""
        self._clear()

    def step_back(self) -> bool:
        """Esc: first the fields are emptied."""
        return self._clear()

    def _clear(self) -> bool:
        fields = [field.input for field in self.query(Field)]
        typed = any(field.value for field in fields)
        for field in fields:
            field.value = ""
        if typed:
            fields[0].focus()
        return typed

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the next field; in the last one it changes the password."""
        event.stop()
        fields = [field.input for field in self.query(Field)]
        if event.input is fields[-1]:
            self.action_act("save")
        else:
            fields[fields.index(event.input) + 1].focus()

    def can(self, action: Action) -> bool:
        """Whether there is a second factor is the authority's to say; only WG has nobody who does."""
        return action.id != "factor" or (self.app.session is not None and self.actor.organisation == WALES)

    async def do_factor(self) -> None:
        """F4: set it up, once the password shows that it is the account's holder who wants it."""
        password = await self.app.prompt(_("Your password"), password=True)
        if not password:
            return
        self.tell(_("Checking…"))

        def begin() -> tuple[Logon, Enrolment]:
            logon = second_factor.choose(self.site, accounts.again(self.actor, self.site, password))
            return logon, second_factor.enrol(self.site, logon)

        logon, given = await in_thread(begin)
        if await self.app.push_screen_wait(EnrolForm(self.site, logon, given)) is None:
            self.tell(_("Nothing was changed."))
        else:
            self.tell(_("From now on a code is asked for at each logon."), "done")

    async def do_save(self) -> None:
        """Change the password."""
        old, new, again = (field.value for field in self.query(Field))
        if not old:
            self.query_one("#old", Input).focus()
            self.tell(_("First type your old password."))
            return
        self.tell(_("Checking…"))
        await in_thread(passwords.change_password, self.actor, self.site, old, new, again)
        self._clear()
        self.tell(
            _("Your password is changed. Wherever else you were logged on, that session ended."), "done"
        )
