"""DBA › Users: the accounts of the authority and its schools; for WG, the authorities' DBAs (R-USR)."""

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.rules.roles import TITLES, Role
from s2s_tui.services import user_changes, user_choices, user_passwords, users
from s2s_tui.services.user_reach import Done
from s2s_tui.services.users import AUTHORITIES, DBAS, SCHOOLS, Account, Missing
from s2s_tui.tui.form import Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import user_rows
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.shown_once import ShownOnce
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.screens.typed_list import DetailsTable, TypedPane
from s2s_tui.tui.screens.user_forms import AddUser, EditUser, PasswordForm, RoleForm
from s2s_tui.tui.text import LATE
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Line

TABS = {AUTHORITIES: N_("Authority"), SCHOOLS: N_("Schools"), DBAS: N_("DBAs")}
WALES_TABS = {AUTHORITIES: N_("Authorities"), SCHOOLS: N_("Schools"), DBAS: N_("DBAs")}
MANAGE = "users.manage"


def _act(action: str, key: str, title: str, text: str, rank: int) -> Action:
    return Action(id=action, key=key, title=title, help=text, permission=MANAGE, rank=rank)


class UsersPane(TypedPane[Account]):
    """A field that narrows the list as one types, the list, the details; forms and questions change it."""

    TITLE = N_("Users")
    HELP = N_(
        "The accounts of your authority and of its schools; WG looks after the authorities' DBAs. / narrows "
        "the list as you type: a username, a name, an address, a role, a school. A temporary password is "
        "shown once, in a form that waits until it is written down; e-mails go out only where you tick them, "
        "the username in one and the password in another. Of a password only its state is ever shown. ~ is "
        "a temporary one, ! is locked, ✗ is inactive. Who is deleted, or given another role or password, is "
        "logged off at once."
    )
    DEFAULT_CSS = """
    UsersPane > .users--missing { color: $error; text-style: bold; display: none; }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        _act("add", "a", N_("add"), N_("Make an account, with a temporary password."), 10),
        _act("edit", "e", N_("edit"), N_("Correct contact name, e-mail or telephone."), 12),
        _act("role", "r", N_("role"), N_("Give it another role."), 14),
        _act("password", "p", N_("password"), N_("Give it a temporary password."), 16),
        _act("unlock", "u", N_("unlock"), N_("Let it try again at once, after wrong passwords."), 24),
        _act("delete", "x", N_("delete"), N_("End it for good; its history stays."), 18),
        _act("active", "o", N_("off/on"), N_("Make it inactive for the time being, or active again."), 45),
        _act("factor", "k", N_("second factor"), N_("Its telephone is lost: let it set up a new one."), 99),
        Action(id="tab", key="right,left,1,2,3", title=N_("other list"), help=N_("The next list."), rank=30),
    )
    LOOKED_FOR = N_("a username, name, address, role or school")

    def __init__(self) -> None:
        super().__init__()
        self.which = ""
        self._shown: tuple[str, str] = ("", "")
        self._missing: tuple[Missing, ...] = ()

    def compose(self) -> ComposeResult:
        """Tabs, what is missing, field, list, details."""
        self.tabs = Tabs()
        yield self.tabs
        self.missing_line = Line(classes="users--missing")
        yield self.missing_line
        yield self.lay_field()
        columns = user_rows.columns(AUTHORITIES, of_all=False)
        yield self.lay(DetailsTable(columns, flagged=True, empty=N_("No accounts."), sort="username"))

    # Reading

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists that the person has."""
        return users.lists(self.actor)

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Read again; `tab` may ask for one of the lists, `text` for what to narrow it to."""
        if wish.get("tab") in self.lists:
            self._turn(str(wish["tab"]))
        if "text" in wish:
            self.narrow_to(str(wish["text"]))
        self.reload()

    @property
    def _is_wg(self) -> bool:
        return DBAS in self.lists

    def _columns(self, which: str) -> tuple[Column, ...]:
        return user_rows.columns(which, of_all=self._is_wg)

    def _turn(self, which: str) -> None:
        if which != self.which:
            self.which = which
            self.table.lay_out(self._columns(which))

    async def read(self) -> None:
        """The list, how many each has, and for WG which authorities have no DBA."""
        if not self.which:
            self._turn(self.lists[0])
        which, text = self.which, self.text

        def look() -> tuple[dict[str, int], tuple[Missing, ...]]:
            counts = {one: users.accounts(self.actor, self.site, one, text).count() for one in self.lists}
            return counts, users.without_dba(self.actor, self.site)

        counts, self._missing = await in_thread(look)
        if (which, text) != (self.which, self.text):
            return
        again, self._shown = self._shown == (which, text), (which, text)
        titles = WALES_TABS if self._is_wg else TABS
        self.tabs.say([(one, f"{_(titles[one])} {counts[one]:,}") for one in self.lists], which, "")
        self._say_missing()
        self.table.empty = N_("Nobody like that here.") if text.strip() else N_("No accounts.")
        if which == DBAS and not text.strip() and self.may(MANAGE):
            self.table.empty = N_("No authority has a DBA yet: a makes one.")
        listed = users.accounts(self.actor, self.site, which, text)
        source = user_rows.Accounts(listed, [column.id for column in self._columns(which)])
        self.show(source, source.found, again=again)

    def _say_missing(self) -> None:
        count = len(self._missing)
        self.missing_line.display = bool(count) and self.which == DBAS
        said = ngettext(
            "{count} authority has no active DBA: {names}",
            "{count} authorities have no active DBA: {names}",
            count,
        )
        names = ", ".join(one.name for one in self._missing)
        self.missing_line.say(f"{LATE} " + said.format(count=count, names=names))

    def details_of(self, record: Account) -> Iterator[Para]:
        """All that is shown of it; keys are named to those who have them."""
        return user_rows.details(record, may_change=users.may_change(self.actor, record))

    def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        """A click on a tab."""
        self._go(event.tab)

    def _go(self, which: str) -> None:
        self.release()
        self._turn(which)
        self.reload()

    def do_tab(self) -> None:
        """The next list."""
        here = self.lists.index(self.which) if self.which in self.lists else 0
        self._go(self.lists[(here + 1) % len(self.lists)])

    # What can be done

    def can(self, action: Action) -> bool:
        """What is about an account needs one that the person looks after."""
        if not self.is_mounted or self.app.session is None or self.is_typing:
            return False
        if action.permission != MANAGE or action.id == "add":
            return True
        here = self.here
        if here is None:
            return False
        wg_makes_dba = action.id == "role" and self._is_wg and len(here.organisation) == 3
        if action.id == "role" and (here.role is Role.SCHOOL or here.role is Role.DBA):
            return False
        if not users.may_change(self.actor, here) and not wg_makes_dba:
            return False
        own = here.username == self.actor.user
        return action.id == "edit" or not own

    def title_of(self, action: Action) -> str:
        """`off`, or `on` for one that is inactive."""
        if action.id == "active" and self.is_mounted and self.here is not None:
            return _("off") if self.here.active else _("on")
        if action.id == "role" and self.is_mounted and self._is_wg:
            return _("make DBA")
        return super().title_of(action)

    async def do_add(self) -> None:
        """Make an account."""

        def look() -> tuple[Any, ...]:
            return (
                users.roles_for(self.actor, self.site),
                user_choices.schools(self.actor, self.site),
                user_choices.authorities(self.actor, self.site),
            )

        roles, schools, authorities = await in_thread(look)
        done = await self._form(AddUser(self.actor, self.site, roles, schools, authorities))
        if done is not None:
            self._turn(SCHOOLS if done.account.role is Role.SCHOOL else self.which)
            await self._say(done, _("{user} is added."))
            await self._go_to(done.account.username)

    async def _go_to(self, username: str) -> None:
        while self.table.busy:
            await asyncio.sleep(0.01)
        source, sort, descending = self.table.source, self.table.sort, self.table.descending
        at = await in_thread(source.position, username, sort, descending) if source is not None else None
        if at is not None:
            self.table.go_to(at)

    async def do_edit(self) -> None:
        """Correct contact details."""
        if self.here is not None:
            done = await self._form(EditUser(self.actor, self.site, self.here))
            if done is not None:
                await self._say(done, _("{user} is up to date."))

    async def do_role(self) -> None:
        """Another role; WG makes an account the DBA's."""
        here = self.here
        if here is None:
            return
        if self._is_wg:
            await self._promote(here)
            return
        roles = await in_thread(users.roles_for, self.actor, self.site)
        roles = tuple(dict.fromkeys((*roles, here.role)))
        done = await self._form(RoleForm(self.actor, self.site, here, roles))
        if done is not None:
            said = _("{user} is {role} now.").format(
                user=done.account.username, role=_(TITLES[done.account.role])
            )
            await self._say(done, said)

    async def _promote(self, here: Account) -> None:
        question = _("Make {user} the DBA of {place}? Another DBA there becomes inactive.")
        if await self.app.ask(question.format(user=here.username, place=here.organisation_name)):
            act = partial(user_changes.set_role, role=str(Role.DBA), replace=True)
            await self._do(act, here, _("{user} is the DBA now."))

    async def do_password(self) -> None:
        """A temporary password."""
        if self.here is not None:
            done = await self._form(PasswordForm(self.actor, self.site, self.here))
            if done is not None:
                await self._say(done, _("{user} has a temporary password."))

    async def do_unlock(self) -> None:
        """Undo a lock."""
        if self.here is not None:
            username = self.here.username
            had = await in_thread(user_passwords.unlock, self.actor, self.site, username)
            await self.read()
            said = _("{user} can try again at once.") if had else _("{user} was not locked.")
            self.tell(said.format(user=username), "done")

    async def do_factor(self) -> None:
        """Take a second factor away."""
        if self.here is None:
            return
        username = self.here.username
        if await self.app.ask(_("Let {user} set up a second factor anew?").format(user=username)):
            had = await in_thread(user_passwords.forget_second_factor, self.actor, self.site, username)
            said = _("{user} sets up a second factor anew.") if had else _("{user} had no second factor.")
            await self.read()
            self.tell(said.format(user=username), "done")

    async def do_delete(self) -> None:
        """End an account."""
        here = self.here
        if here is not None:
            question = _("Delete {user} ({who}) for good?")
            who = here.contact or _(TITLES[here.role])
            if await self.app.ask(question.format(user=here.username, who=who)):
                await self._do(user_changes.delete, here, _("{user} is deleted; the history stays."))

    async def do_active(self) -> None:
        """Off or on."""
        here = self.here
        if here is None:
            return
        if here.active:
            question, said = _("Make {user} inactive? It can't log on then."), _("{user} is inactive.")
        else:
            question, said = _("Make {user} active again?"), _("{user} is active again.")
        if await self.app.ask(question.format(user=here.username)):
            await self._do(partial(user_changes.set_active, active=not here.active), here, said)

    async def _do(self, act: Any, here: Account, said: str) -> None:
        """Ask whether its holder is told, and do it."""
        tell = bool(here.mail_to) and await self.app.ask(
            _("Tell its holder by e-mail ({address})?").format(address=here.mail_to)
        )
        work = partial(act, self.actor, self.site, here.username, seen=here, tell=tell)
        try:
            done = await in_thread(work)
        except (Refused, NotFound):
            await self.read()
            raise
        await self._say(done, said)

    async def _form(self, form: Form[Done]) -> Done | None:
        done = await self.app.push_screen_wait(form)
        if done is None:
            # What somebody else has changed meanwhile is seen when the form is closed.
            await self.read()
        elif done.password:
            await self.app.push_screen_wait(ShownOnce(done))
        return done

    async def _say(self, done: Done, said: str) -> None:
        await self.read()
        text = [said.format(user=done.account.username)]
        if done.replaced:
            text.append(_("{user}, the DBA before, is inactive now.").format(user=done.replaced))
        if done.told:
            text.append(_("E-mails go to {addresses}.").format(addresses=", ".join(done.told)))
        self.tell(" ".join(text), "done")
