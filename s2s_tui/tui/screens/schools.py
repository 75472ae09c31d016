"""DBA › Schools: the authority's schools; for WG all, which it opens, closes, merges, takes in (R-SCH)."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base.clock import local_date
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import establishments, school_changes, school_import, schools
from s2s_tui.services.establishments import Opened
from s2s_tui.services.school_changes import Saved
from s2s_tui.services.school_import import Plan, RegisterWrong
from s2s_tui.services.schools import CLOSED, OPEN, School
from s2s_tui.services.wording import say
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import school_rows, words
from s2s_tui.tui.screens.folders import FolderPicker, remember, remembered
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.screens.school_forms import EditSchool, OpenSchool, PlanForm
from s2s_tui.tui.screens.school_rows import COLUMNS, Schools
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.screens.typed_list import DetailsTable, TypedPane
from s2s_tui.tui.text import REFUSED
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.foot import Progress

LISTS = {OPEN: N_("Open"), CLOSED: N_("Closed")}
STAGES = {
    school_import.READING: N_("Reading the register"),
    school_import.WRITING: N_("Opening and changing schools"),
}
UPDATE, RUN = "schools.update", "schools.open"


def _act(action: str, key: str, title: str, text: str, rank: int, permission: str = UPDATE) -> Action:
    return Action(id=action, key=key, title=title, help=text, permission=permission, rank=rank)


class SchoolsPane(TypedPane[School]):
    """A field that narrows the list as one types, the list, the details; forms and questions change it."""

    TITLE = N_("Schools")
    HELP = N_(
        "The schools of your authority; the Welsh Government's are all. / narrows the list as you type: a "
        "number, words of the name in either language, the town. What would change is shown before it is "
        "saved; then the school can be told by e-mail. ~ is an inactive school: its account can't be used, "
        "and nothing is sent to it. ✗ is a closed one. When a school opens, merges or closes, the Welsh "
        "Government enters it here, one by one or from a register (a CSV), which is shown first."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        _act("edit", "e", N_("edit"), N_("Change name, town, telephone, e-mail, username."), 10),
        _act("active", "i", N_("inactive"), N_("Make it inactive, or active again."), 30),
        _act("open-school", "o", N_("open"), N_("Open a school, with its account."), 12, RUN),
        _act("close", "c", N_("close"), N_("Close it; what waits for it stays for its authority."), 14, RUN),
        _act(
            "merge",
            "g",
            N_("merge"),
            N_("Close it for another, which gets its waiting files and messages."),
            16,
            RUN,
        ),
        _act("register", "m", N_("import"), N_("Take in a register of schools, a CSV."), 18, RUN),
        Action(
            id="account",
            key="u",
            title=N_("account"),
            help=N_("Go to its account: password, contact, unlock."),
            permission="users.view",
            rank=35,
        ),
        Action(id="tab", key="right,left,1,2", title=N_("other list"), help=N_("Open, or closed."), rank=50),
    )
    LOOKED_FOR = N_("a number, words of a name, a town")

    def __init__(self) -> None:
        super().__init__()
        self.which = OPEN
        self._shown: tuple[str, str] = ("", "")

    def compose(self) -> ComposeResult:
        """Tabs, field, list, details."""
        self.tabs = Tabs()
        yield self.tabs
        yield self.lay_field()
        yield self.lay(DetailsTable(COLUMNS, flagged=True, empty=N_("No schools."), sort="number"))

    # Reading

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Read again; `text` may say what to narrow the list to."""
        if "text" in wish:
            self.narrow_to(str(wish["text"]))
        self.reload()

    async def read(self) -> None:
        """The list, and how many each has."""
        which, text = self.which, self.text

        def look() -> dict[str, int]:
            return {one: schools.schools(self.actor, self.site, one, text).count() for one in LISTS}

        counts = await in_thread(look)
        if (which, text) != (self.which, self.text):
            return
        again, self._shown = self._shown == (which, text), (which, text)
        self.tabs.say([(one, f"{_(title)} {counts[one]:,}") for one, title in LISTS.items()], which, "")
        self.table.empty = N_("No school is called so.") if text.strip() else N_("No schools.")
        if not counts[OPEN] and not text.strip() and which == OPEN and self.may(RUN):
            self.table.empty = N_("No schools yet. m imports a register (a CSV), o opens one.")
        source = Schools(schools.schools(self.actor, self.site, which, text))
        self.show(source, source.found, again=again)

    def details_of(self, record: School) -> Iterator[Para]:
        """All that is held of it."""
        return school_rows.details(record)

    def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        """A click on a tab."""
        self._go(event.tab)

    def _go(self, which: str) -> None:
        self.release()
        self.which = which
        self.reload()

    def do_tab(self) -> None:
        """The other list."""
        self._go(CLOSED if self.which == OPEN else OPEN)

    def can(self, action: Action) -> bool:
        """What is about a school needs one; nothing is done to a closed one."""
        if not self.is_mounted or self.app.session is None or self.is_typing:
            return False
        if action.id in ("edit", "active", "close", "merge"):
            return self.here is not None and self.here.state != "closed"
        return action.id != "account" or bool(self.here and self.here.username)

    def title_of(self, action: Action) -> str:
        """`active`, of one that is inactive."""
        if action.id == "active" and self.is_mounted and self.here and self.here.state == "inactive":
            return _("active")
        return super().title_of(action)

    # Changing

    async def do_edit(self) -> None:
        """The form, then whom to tell."""
        if self.here is not None:
            saved: Any = await self.app.push_screen_wait(EditSchool(self.actor, self.site, self.here))
            await self.read()
            if saved is not None:
                await self._offer(saved)

    async def do_active(self) -> None:
        """Inactive, with the notes' warning, or active again."""
        here = self.here
        if here is None:
            return
        name = words.who(here.number, here.title)
        if here.state == "open":
            question = _(
                "Use of s2s is a statutory requirement: no school should have to be inactive. Make {school} "
                "inactive? Its account is shut."
            )
        else:
            question = _("Make {school} active? Files can be sent to it, and its account works as before.")
        if await self.app.ask(question.format(school=name)):
            act = partial(school_changes.set_active, active=here.state != "open", seen=here)
            try:
                saved = await in_thread(act, self.actor, self.site, here.number)
            finally:
                await self.read()
            await self._offer(saved)
            if saved.shut:
                said = _("Saved. The account {user} stays shut: it was made inactive by itself, under Users.")
                self.tell(said.format(user=saved.shut), "warning")

    async def _offer(self, saved: Saved) -> None:
        """Offer the e-mail that tells the school."""
        school = saved.school
        name = words.who(school.number, school.title)
        if not school.email:
            self.tell(
                _("Saved. No e-mail address is held of {school}: tell it yourself.").format(school=name),
                "done",
            )
            return
        question = _("Saved. Tell {school} by e-mail, {address}, which details changed?")
        if await self.app.ask(question.format(school=name, address=school.email)):
            told = await in_thread(school_changes.tell, self.actor, self.site, saved)
            said = _("Saved; e-mails go to {addresses}.").format(addresses=", ".join(told))
            self.tell(said, "done")
        else:
            self.tell(_("Saved. Don't forget to tell {school}.").format(school=name), "done")

    async def do_account(self) -> None:
        """To Users, with this school's account."""
        if self.here is not None:
            await self.app.open("dba.users", tab="schools", text=self.here.username)

    # WG

    async def do_open_school(self) -> None:
        """The form of a new school."""
        opened: Any = await self.app.push_screen_wait(OpenSchool(self.actor, self.site))
        if opened is not None:
            await self._opened(opened)

    async def _opened(self, opened: Opened) -> None:
        await self.read()
        said = _("{number} is open; its account is {username}. Its DBA gives it a temporary password.")
        self.tell(said.format(number=opened.number, username=opened.username), "done")

    async def do_close(self) -> None:
        """Ask, and close."""
        here = self.here
        if here is None:
            return
        count = await in_thread(establishments.waiting, self.actor, self.site, here.number)
        question = ngettext(
            "Close {school} today? {count} file waits for it, and stays for its authority to clear.",
            "Close {school} today? {count} files wait for it, and stay for its authority to clear.",
            count,
        )
        if await self.app.ask(question.format(school=words.who(here.number, here.title), count=count)):
            await self._end(partial(establishments.close, self.actor, self.site, here.number))
            self.tell(_("{number} is closed.").format(number=here.number), "done")

    async def do_merge(self) -> None:
        """Which school takes it over? Ask, and merge."""
        here = self.here
        if here is None:
            return
        name = words.who(here.number, here.title)
        title = _("Which school takes {school} over?").format(school=name)
        near = [here.number[:4], here.authority]
        chosen = await self.app.push_screen_wait(
            SchoolFinder(self.site, self.actor, title, likely={}, near=near, but=here.number)
        )
        if chosen is None:
            return
        count = await in_thread(establishments.waiting, self.actor, self.site, here.number)
        question = ngettext(
            "Merge {school} into {other} today? {count} waiting file goes there.",
            "Merge {school} into {other} today? {count} waiting files go there.",
            count,
        )
        if await self.app.ask(question.format(school=name, other=chosen, count=count)):
            moved = await self._end(
                partial(establishments.merge, self.actor, self.site, here.number, chosen.number)
            )
            said = ngettext("{count} file moved on.", "{count} files moved on.", moved)
            merged = _("{number} has merged into {other}.").format(number=here.number, other=chosen.number)
            self.tell(f"{merged} {said.format(count=moved)}", "done")

    async def _end(self, act: Callable[..., Any]) -> Any:
        try:
            return await in_thread(act, on=local_date(self.site.clock()))
        finally:
            await self.read()

    async def do_register(self) -> None:
        """Choose a register, look through what would change, do it with a bar; Esc stops all of it."""
        folder = remembered(self.actor.session, "register", self.app.settings)
        picker = FolderPicker(folder, _("Which register?"), "", files=(".csv", ".txt"))
        chosen = await self.app.push_screen_wait(picker)
        if chosen is None:
            return
        path = Path(chosen)
        remember(self.actor.session, "register", path.parent)
        try:
            plan = await self._bring_in(path, dry_run=True, close_missing=False)
        except RegisterWrong as wrong:
            self.hold(_wrong(wrong))
            raise

        def again(closes: bool) -> Plan:
            return school_import.bring_in(self.actor, self.site, path, dry_run=True, close_missing=closes)

        form = PlanForm(plan, again)
        plan_chosen = await self.app.push_screen_wait(form)
        if plan_chosen is None:
            self.tell(_("Nothing was changed."))
            return
        try:
            done = await self._bring_in(
                path, dry_run=False, close_missing=form.closes_missing, seen=plan_chosen
            )
        finally:
            await self.read()
        counts = {act: f"{len(done.of(act)):,}" for act in school_import.ACTS}
        said = _("Opened {open}, reopened {reopen}, changed {change}, merged {merge}, closed {close}.")
        self.tell(said.format(**counts), "done")

    async def _bring_in(
        self, path: Path, *, dry_run: bool, close_missing: bool, seen: Plan | None = None
    ) -> Plan:
        with self.app.progress(_(STAGES[school_import.READING]), 0) as progress:
            act = partial(school_import.bring_in, dry_run=dry_run, close_missing=close_missing, seen=seen)
            return await in_thread(_with_bar, act, self.actor, self.site, path, progress)


def _with_bar(act: Callable[..., Plan], actor: Any, site: Any, path: Path, progress: Progress) -> Plan:
    def step(stage: str, done: int, of: int) -> None:
        progress.title = _(STAGES[stage])
        progress.step(min(done, of), of)

    return act(actor, site, path, on_progress=step, should_stop=lambda: progress.cancelled)


def _wrong(wrong: RegisterWrong) -> Iterator[Para]:
    yield Para(say(wrong), style="head")
    for cell in wrong.cells:
        place = _("Line {line}, column {column}: {said}")
        yield Para(place.format(line=cell.line, column=cell.column, said=say(cell.error)), REFUSED, "error")
