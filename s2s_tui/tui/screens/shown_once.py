"""A temporary password, shown this once: written down before anything else goes on (R-USR-1, R-USR-3)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from s2s_tui.base.translation import N_, _
from s2s_tui.services.user_reach import Done
from s2s_tui.tui.form import Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.widgets.line import Line, Literal

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp


class ShownOnce(Form[bool]):
    """Gives True once the person says that the password is written down.

    Args:
        done: of whom, and the password.
    """

    TITLE_TEXT = N_("Write it down")
    DEFAULT_CSS = """
    ShownOnce {
        & > Vertical > Literal { padding: 0 1; }
        & > Vertical > .once--password { padding: 1 4; text-style: bold; color: $primary; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="save",
            # Not Enter: pressed once more than it was meant, it would take the password away.
            key="w,f9",
            title=N_("it is written down"),
            help=N_("Close; the password is shown nowhere any more."),
            rank=4,
        ),
        Action(id="close", key="escape", title=N_("close"), help=N_("The same, but it asks."), rank=6),
    )

    if TYPE_CHECKING:
        app: S2SApp

    def __init__(self, done: Done) -> None:
        super().__init__()
        self._done = done

    def fields(self) -> Iterable[Widget]:
        """The password, between what it is and what becomes of it."""
        account = self._done.account
        yield Line(" " + _("Temporary password of {user}").format(user=account.username))
        yield Literal(self._done.password, classes="once--password")
        until = words.whole_moment(account.temporary_until) if account.temporary_until else ""
        text = _(
            "It is shown this once and kept nowhere. It lasts until {until}; at the first logon with it "
            "another is chosen."
        ).format(until=until)
        if self._done.told:
            told = _("E-mails go to {addresses}.").format(addresses=", ".join(self._done.told))
        else:
            told = _("Tell it to its holder yourself, and the username apart from it.")
        yield Literal(f"{text}\n{told}")

    def on_mount(self) -> None:
        """Nothing to type: the keys are the form's."""
        self.set_focus(None)

    async def do_save(self) -> None:
        """It is written down."""
        self.dismiss(True)

    async def do_close(self) -> None:  # type: ignore[override]
        """Esc: a slip must not lose it."""
        if await self.app.ask(_("Is it written down? It can't be shown again.")):
            self.dismiss(True)
