"""The second factor at the logon: its code, setting it up, the codes for recovery (R-LOG-7)."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from s2s_tui.base.errors import NotLoggedOn
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import second_factor
from s2s_tui.services.accounts import Logon
from s2s_tui.services.second_factor import Enrolment
from s2s_tui.services.site import Site
from s2s_tui.services.wording import say
from s2s_tui.tui.form import Field, Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.text import is_plain
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.line import Literal
from s2s_tui.tui.widgets.qr import QrCode

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp

_ACTIONS = (
    Action(id="save", key="f9", title=N_("go on"), help=N_("Check the code and go on."), rank=5),
    Action(id="close", key="escape", title=N_("not now"), help=N_("Back, without logging on."), rank=6),
)


class _Step(Form[Logon]):
    """A step of logging on that asks for a code; what is wrong with it is said here."""

    ACTIONS: ClassVar[tuple[Action, ...]] = _ACTIONS

    if TYPE_CHECKING:
        app: S2SApp

    def __init__(self, site: Site, logon: Logon) -> None:
        super().__init__()
        self._site = site
        self._logon = logon

    async def do_save(self) -> None:
        """Check it."""
        field = self.query_one(Field)
        typed, field.input.value = field.value, ""
        if not typed.strip():
            self.app.tell(_("Type the code."))
            return
        self.app.tell(_("Checking…"))
        try:
            await self.give(typed)
        except NotLoggedOn as error:
            self.app.tell(say(error), "error")
            field.input.focus()

    async def give(self, code: str) -> None:
        """Do the step, and `dismiss`; to be overridden."""


class CodeForm(_Step):
    """Gives the logon with the step done; None: not now."""

    TITLE_TEXT = N_("A code, too")
    DEFAULT_CSS = """
    CodeForm Literal { padding: 0 1; margin-bottom: 1; }
    CodeForm Field > Line { width: 24; }
    """

    def fields(self) -> Iterable[Widget]:
        """What is asked for, and where it goes."""
        yield Literal(
            _(
                "Open the app on your telephone and type the six digits that it shows for s2s. "
                "Telephone lost? Type one of your recovery codes; without any, ask your DBA."
            )
        )
        yield Field(N_("Code"), id="code")

    async def give(self, code: str) -> None:
        """Check it."""
        self.dismiss(await in_thread(second_factor.check, self._site, self._logon, code))


class EnrolForm(_Step):
    """Gives the logon with the second factor set up and its recovery codes shown; None: not now.

    Args:
        site: the site.
        logon: a logon that owes this step.
        given: the secret.
    """

    TITLE_TEXT = N_("Set up your second factor")
    DEFAULT_CSS = """
    EnrolForm {
        & > Vertical { width: 78; }
        & Horizontal { height: auto; }
        & Horizontal > QrCode { margin-right: 2; }
        & Horizontal > Vertical { height: auto; width: 1fr; }
        & Literal { margin-bottom: 1; }
        & .secret { text-style: bold; color: $primary; }
        & Field > Line { width: 8; padding: 0; }
        & > Vertical > .form--title { margin-bottom: 0; }
        & > Vertical > Status { margin-top: 0; }
    }
    """

    def __init__(self, site: Site, logon: Logon, given: Enrolment) -> None:
        super().__init__(site, logon)
        self._given = given

    def fields(self) -> Iterable[Widget]:
        """The picture, the secret for who can't take it, a field for the first code."""
        groups = self._given.secret.split(" ")
        half = len(groups) // 2
        told = Vertical(
            Literal(
                _(
                    "From now on a code is asked for at each logon. An app on your telephone shows it: any "
                    "authenticator will do."
                )
            ),
            Literal(_("1  Let it take the picture, or type this secret into it:")),
            Literal(" ".join(groups[:half]) + "\n" + " ".join(groups[half:]), classes="secret"),
            Literal(_("2  Type the six digits that it shows:")),
            Field(N_("Code"), id="code"),
        )
        # A picture needs half blocks; without UTF-8 there is the secret.
        yield Horizontal(*([] if is_plain() else [QrCode(self._given.uri)]), told)

    async def give(self, code: str) -> None:
        """Check the first code; then the recovery codes are shown."""
        logon, codes = await in_thread(second_factor.prove, self._site, self._logon, code)
        await self.app.push_screen_wait(RecoveryCodes(codes))
        self.dismiss(logon)


class RecoveryCodes(Form[bool]):
    """Gives True once the person says that the codes are written down.

    Args:
        codes: shown this once.
    """

    TITLE_TEXT = N_("Write these down")
    DEFAULT_CSS = """
    RecoveryCodes {
        & > Vertical > Literal { padding: 0 1; }
        & > Vertical > .codes { padding: 1 4; text-style: bold; color: $primary; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="save",
            # Not Enter: pressed once more than it was meant, it would take the codes away.
            key="w,f9",
            title=N_("they are written down"),
            help=N_("Go on; the codes are shown nowhere any more."),
            rank=4,
        ),
        Action(id="close", key="escape", title=N_("go on"), help=N_("The same, but it asks."), rank=6),
    )

    if TYPE_CHECKING:
        app: S2SApp

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__()
        self._codes = codes

    def fields(self) -> Iterable[Widget]:
        """The codes in two columns."""
        yield Literal(_("Your second factor is set up. These codes are for the day the telephone is lost."))
        half = (len(self._codes) + 1) // 2
        columns = zip(self._codes[:half], [*self._codes[half:], ""], strict=False)
        yield Literal("\n".join(f"{left}      {right}" for left, right in columns), classes="codes")
        yield Literal(
            _(
                "Each stands for a code once. They are shown now and never again: keep them apart from the "
                "telephone."
            )
        )

    def on_mount(self) -> None:
        """Nothing to type: the keys are the form's."""
        self.set_focus(None)

    async def do_save(self) -> None:
        """They are written down."""
        self.dismiss(True)

    async def do_close(self) -> None:  # type: ignore[override]
        """Esc: a slip must not lose them."""
        if await self.app.ask(_("Are they written down? They can't be shown again.")):
            self.dismiss(True)


def left_words(left: int) -> str:
    """What is said after a recovery code was used."""
    return ngettext(
        "A recovery code was used; {count} is left.", "A recovery code was used; {count} are left.", left
    ).format(count=left)
