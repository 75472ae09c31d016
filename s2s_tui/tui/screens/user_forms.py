"""The forms of user maintenance: add, correct, another role, a temporary password (R-USR-1, 2, 3)."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.errors import Refused, S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.rules.roles import TITLES, Role
from s2s_tui.services import user_changes, user_passwords
from s2s_tui.services.user_changes import NewUser
from s2s_tui.services.user_choices import AuthorityChoice, SchoolChoice
from s2s_tui.services.user_reach import Done
from s2s_tui.services.users import Account
from s2s_tui.services.wording import say
from s2s_tui.tui.form import Field, Form
from s2s_tui.tui.screens.lost_fields import Tick
from s2s_tui.tui.text import REFUSED
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.drop_down import DropDown, Option
from s2s_tui.tui.widgets.line import Line, Literal
from s2s_tui.tui.widgets.status import Status

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp

AROUND = 6
"""Lines of a form that its fields can't have: title, status, foot."""
ROLE_NOTES = {
    Role.USER: N_("CTFs, generic files"),
    Role.LA_SCHOOL: N_("as a school; one a LA"),
    Role.LOST_PUPIL: N_("finds lost pupils"),
    Role.LOST_PUPIL_TRANSFER: N_("finds and forwards them"),
    Role.DBA_VIEW: N_("sees users and schools"),
    Role.PLASC: N_("PLASC files"),
    Role.ADMISSIONS: N_("admissions files"),
    Role.SCHOOL: N_("a school's own account"),
    Role.DBA: N_("looks after users"),
}
"""What a role is for, beside its name in the list."""


class MailTick(Tick):
    """An e-mail to tick with Space; Enter goes on, as in the fields above it."""

    BINDINGS: ClassVar = [Binding("enter", "go_on", show=False)]

    class Passed(Message):
        """Enter."""

        def __init__(self, tick: "MailTick") -> None:
            super().__init__()
            self.tick = tick

    def __init__(self, name: str, title: str) -> None:
        super().__init__(title)
        self.id = f"tick-{name}"

    def action_go_on(self) -> None:
        """To what comes next."""
        self.post_message(self.Passed(self))


class UserForm(Form[Done]):
    """The base: fields that scroll where the terminal is low, and a word at the field that is wrong."""

    DEFAULT_CSS = """
    UserForm {
        & VerticalScroll { height: auto; scrollbar-size-vertical: 1; }
        & Field > Line { width: 20; }
        & Tick { width: 1fr; margin-left: 20; }
        & .users--note { padding: 0 1; color: $text-muted; }
        & .users--gap { height: 1; }
    }
    """
    if TYPE_CHECKING:
        app: S2SApp

    def __init__(self, actor: Any, site: Any, title: str) -> None:
        super().__init__()
        self._actor, self._site = actor, site
        self._title = title
        self._at_first: list[str] = []

    def fields(self) -> Iterable[Widget]:
        """All of them in one part that scrolls."""
        self._scroll = VerticalScroll(*self.parts(), can_focus=False)
        yield self._scroll

    def parts(self) -> Iterable[Widget]:
        """What is to be filled in; a hook."""
        return ()

    def on_mount(self) -> None:
        """Say whom it is about, and begin."""
        self.query_one(".form--title", Line).say(self._title)
        self._fit()
        first = next((field for field in self.query(Input) if field.focusable), None)
        self.set_focus(first or self.query_one(Tick))
        self._at_first = self._filled()

    def on_resize(self, _event: events.Resize) -> None:
        """As high as there is room."""
        self._fit()

    def _fit(self) -> None:
        self._scroll.styles.max_height = max(3, self.app.size.height - AROUND)

    async def done(self, act: Callable[[], Done]) -> None:
        """Do it in a thread and close; what is wrong is said, at its field."""
        self.query_one(Status).tell(_("Saving…"))
        try:
            done = await in_thread(act)
        except S2SError as error:
            self._complain(error)
            return
        self.dismiss(done)

    def _complain(self, error: S2SError) -> None:
        if error.code == "session-ended":
            raise error
        self.query_one(Status).tell(say(error), "error")
        field = str(error.params.get("field") or "")
        found = self.query(f"#{field}") if field.isalpha() else None
        if found:
            self.set_focus(found.first(Input))

    def after(self, field: Widget) -> Widget | None:
        """Enter goes on, after the last field to the ticks, after the last of these it saves."""
        parts = [part for part in self.query("Input, MailTick") if _is_shown(part)]
        return parts[parts.index(field) + 1] if field is not parts[-1] else None

    def on_mail_tick_passed(self, message: MailTick.Passed) -> None:
        """Enter on a tick."""
        message.stop()
        self.go_on(message.tick)

    def _filled(self) -> list[str]:
        typed = [field.value for field in self.query(Input) if isinstance(field.parent, Field)]
        return typed + [choice.key for choice in self.query(DropDown)]

    async def do_close(self) -> None:  # type: ignore[override]
        """Esc: what was typed is not thrown away by a slip."""
        if self._filled() == self._at_first or await self.app.ask(_("Throw away what you typed?")):
            self.dismiss(None)

    def text_of(self, name: str) -> str:
        """What is typed in a field."""
        return self.query_one(f"#{name}", Input).value

    def ticked(self, *names: str) -> tuple[str, ...]:
        """Those of the ticks that are set."""
        return tuple(name for name in names if self.query_one(f"#tick-{name}", Tick).on)


def _mails() -> list[Widget]:
    return [
        Line(_("By e-mail, if you wish; Space ticks:"), classes="users--note"),
        MailTick("name", N_("the username")),
        MailTick("password", N_("the password, in another e-mail")),
    ]


def _passwords() -> list[Widget]:
    again = Field(N_("Once more"), password=True, id="again")
    first = Field(N_("Temporary password"), password=True, id="password")
    first.input.placeholder = _("leave empty: one is made that is easy to read out")
    return [first, again]


class AddUser(UserForm):
    """Gives the account that was made, or None.

    Args:
        actor: who makes it.
        site: the site.
        roles: that can be given.
        schools: without an account, for a DBA.
        authorities: for WG.
    """

    def __init__(
        self,
        actor: Any,
        site: Any,
        roles: Sequence[Role],
        schools: Sequence[SchoolChoice],
        authorities: Sequence[AuthorityChoice],
    ) -> None:
        super().__init__(actor, site, _("Add an authority's DBA") if authorities else _("Add a user"))
        self._roles = [*roles, *([Role.SCHOOL] if schools else [])]
        self._dbas = {one.code: one.dba for one in authorities}
        note = _("has no DBA")
        self._role = DropDown(N_("Role"), role_options(self._roles), id="role")
        self._place = DropDown(
            N_("Authority") if authorities else N_("School"),
            [Option(one.code, f"{one.code} {one.name}", one.dba or f"! {note}") for one in authorities]
            or [Option(one.number, f"{one.number} {one.name}", one.town) for one in schools],
            id="organisation",
        )
        self._is_wg = bool(authorities)

    def parts(self) -> Iterable[Widget]:
        """Username, role, whose, contact, password, e-mails."""
        name = Field(N_("Username"), id="username")
        name.input.placeholder = _("letters and digits, such as {example}").format(
            example=f"{self._actor.authority or '680'}bjones"
        )
        yield name
        if not self._is_wg:
            yield self._role
        self._place.display = self._is_wg
        yield self._place
        yield Field(N_("Contact name"), id="contact")
        yield Field(N_("E-mail"), id="email")
        yield Field(N_("Telephone"), id="phone")
        yield from _passwords()
        yield from _mails()

    def on_drop_down_chosen(self, message: DropDown.Chosen) -> None:
        """A school is asked for where the role is a school's."""
        message.stop()
        self._show_place()

    def _show_place(self) -> None:
        self._place.display = self._is_wg or self._role.key == Role.SCHOOL

    def after(self, field: Widget) -> Widget | None:
        """A school comes next where the role, just typed, is a school's."""
        self._show_place()
        return super().after(field)

    async def do_save(self) -> None:
        """Make it; a DBA that is there already is replaced only after a yes."""
        role = str(Role.DBA) if self._is_wg else self._role.settle()
        if not role:
            self._complain(Refused("role-choose", field="role"))
            return
        asked = self._is_wg or role == Role.SCHOOL
        organisation = self._place.settle() if asked else self._actor.organisation
        if not organisation:
            code = "authority-choose" if self._is_wg else "school-choose"
            self._complain(Refused(code, field="organisation"))
            return
        new = NewUser(
            username=self.text_of("username"),
            role=role,
            organisation=organisation,
            email=self.text_of("email"),
            contact=self.text_of("contact"),
            phone=self.text_of("phone"),
        )
        former = self._dbas.get(organisation, "") if self._is_wg else ""
        if former:
            question = _("{user} is the DBA there. Shall this account take its place?").format(user=former)
            if not await self.app.ask(question):
                return
        await self.done(
            partial(
                user_changes.add,
                self._actor,
                self._site,
                new,
                password=self.text_of("password"),
                again=self.text_of("again"),
                tell=self.ticked("name", "password"),
                replace=bool(former),
            )
        )


class EditUser(UserForm):
    """Gives the account as it is now, or None; another's change meanwhile is told (R-USR-2)."""

    def __init__(self, actor: Any, site: Any, account: Account) -> None:
        super().__init__(actor, site, _("Correct {user}").format(user=account.username))
        self._account = account

    def parts(self) -> Iterable[Widget]:
        """What may be corrected."""
        account = self._account
        yield Field(N_("Contact name"), account.contact, id="contact")
        yield Field(N_("E-mail"), account.email, id="email")
        yield Field(N_("Telephone"), account.phone, id="phone")
        yield MailTick("tell", N_("tell its holder by e-mail"))

    async def do_save(self) -> None:
        """Keep it."""
        await self.done(
            partial(
                user_changes.update,
                self._actor,
                self._site,
                self._account.username,
                contact=self.text_of("contact"),
                email=self.text_of("email"),
                phone=self.text_of("phone"),
                seen=self._account,
                tell=bool(self.ticked("tell")),
            )
        )


class RoleForm(UserForm):
    """Gives the account with its other role, or None."""

    def __init__(self, actor: Any, site: Any, account: Account, roles: Sequence[Role]) -> None:
        title = _("{user} is {role}").format(user=account.username, role=_(TITLES[account.role]))
        super().__init__(actor, site, title)
        self._account = account
        self._role = DropDown(N_("New role"), role_options(roles), str(account.role), id="role")

    def parts(self) -> Iterable[Widget]:
        """The role."""
        yield self._role
        yield Literal(_("Whoever is logged on with it logs on anew."), classes="users--note")
        yield MailTick("tell", N_("tell its holder by e-mail"))

    async def do_save(self) -> None:
        """Give it."""
        role = self._role.settle()
        if not role:
            self._complain(Refused("role-choose", field="role"))
            return
        await self.done(
            partial(
                user_changes.set_role,
                self._actor,
                self._site,
                self._account.username,
                role,
                seen=self._account,
                tell=bool(self.ticked("tell")),
            )
        )


class PasswordForm(UserForm):
    """Gives the account with its temporary password, or None."""

    def __init__(self, actor: Any, site: Any, account: Account) -> None:
        super().__init__(actor, site, _("A temporary password for {user}").format(user=account.username))
        self._account = account

    def parts(self) -> Iterable[Widget]:
        """Typed twice, or made."""
        yield from _passwords()
        text = _("Its sessions end, and it is unlocked. At the next entry another password is asked for.")
        yield Literal(text, classes="users--note")
        if self._account.mail_to:
            yield from _mails()
        else:
            text = _("No e-mail address is held: tell it yourself.")
            yield Literal(f"{REFUSED} {text}", classes="users--note")

    async def do_save(self) -> None:
        """Give it."""
        await self.done(
            partial(
                user_passwords.reset,
                self._actor,
                self._site,
                self._account.username,
                password=self.text_of("password"),
                again=self.text_of("again"),
                seen=self._account,
                tell=self.ticked("name", "password") if self._account.mail_to else (),
            )
        )


def _is_shown(widget: Widget) -> bool:
    return widget.focusable and all(
        node.display for node in widget.ancestors_with_self if isinstance(node, Widget)
    )


def role_options(roles: Sequence[Role]) -> list[Option]:
    """Roles to choose from, by name."""
    return [Option(str(role), _(TITLES[role]), _(ROLE_NOTES[role])) for role in roles]
