"""Forgotten your details? Whom to ask (R-LOG-3). No username is asked for, so none can be tried out."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from s2s_tui.base.translation import N_, _, language
from s2s_tui.rules.people import name_key
from s2s_tui.services.contacts import Contact, dba_contacts
from s2s_tui.services.site import Site
from s2s_tui.tui.acting import Acting
from s2s_tui.tui.form import Field
from s2s_tui.tui.registry import Action
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.foot import Foot
from s2s_tui.tui.widgets.line import Line, Literal, Part
from s2s_tui.tui.widgets.quiet import QuietScreen
from s2s_tui.tui.widgets.status import Status

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp


class ForgottenScreen(Acting, QuietScreen[None]):
    """How to get new details, and the DBAs' contacts, narrowed down as one types.

    Args:
        site: the site.
    """

    DEFAULT_CSS = """
    ForgottenScreen {
        layout: vertical; overflow: hidden;
        & > .title { background: $panel; padding: 0 1; text-style: bold; }
        & > Literal { padding: 1 1; }
        & > Field > Line { width: 24; }
        & > VerticalScroll { height: 1fr; padding: 1 1 0 1; scrollbar-size-vertical: 1; }
    }
    """
    AUTO_FOCUS = "Input"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="close", key="escape,f3", title=N_("back"), help=N_("Back to logging on."), rank=1),
    )

    if TYPE_CHECKING:
        app: S2SApp

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site
        self._contacts: tuple[Contact, ...] | None = None

    def compose(self) -> ComposeResult:
        """What to do, and the contacts."""
        settings = self._site.settings
        yield Line(_("Forgotten your details?"), classes="title")
        yield Literal(
            _(
                "The DBA of your local authority can tell you your username and give you a new password; "
                "a school asks the DBA of its authority."
            ),
            "\n\n",
            _("No DBA there, or you are one? Write to {mailbox} or use the service request form:").format(
                mailbox=settings.national_mailbox
            ),
            "\n",
            (settings.service_form, "bold"),
        )
        yield Field(N_("Your authority"), id="authority")
        with VerticalScroll(can_focus=False):
            yield Literal(_("Looking…"), id="contacts")
        yield Status("─")
        yield Foot()

    def on_mount(self) -> None:
        """Read the contacts."""
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        try:
            self._contacts = await in_thread(dba_contacts, self._site)
        except Exception as error:
            self.query_one("#contacts", Literal).say("")
            self.app.fail(error)
            return
        self._show(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow down."""
        event.stop()
        self._show(event.value)

    def do_close(self) -> None:
        """Esc."""
        self.dismiss()

    def _show(self, typed: str) -> None:
        if self._contacts is None:
            return
        found = [contact for contact in self._contacts if _fits(contact, name_key(typed))]
        parts: list[Part] = []
        for contact in found:
            name = (language() == "cy" and contact.name_cy) or contact.name
            reach = ", ".join(part for part in (contact.person, contact.email, contact.phone) if part)
            parts += [(f"{contact.code} {name}", "bold"), "  ", reach or _("no contact is kept"), "\n"]
        self.query_one("#contacts", Literal).say(*parts or (_("No authority is called that."),))


def _fits(contact: Contact, typed: str) -> bool:
    if typed.isdigit():
        return contact.code.startswith(typed[:3])
    return typed in name_key(contact.name, contact.name_cy)
