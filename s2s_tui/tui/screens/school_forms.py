"""Forms for schools and authorities: details changed or given; a register looked through first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import authorities, establishments, school_changes, user_audit
from s2s_tui.services.authorities import Details
from s2s_tui.services.school_changes import Change
from s2s_tui.services.school_import import CLOSE, MERGE, Plan
from s2s_tui.services.schools import School
from s2s_tui.services.wording import say
from s2s_tui.tui.form import Field, Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import school_rows
from s2s_tui.tui.screens.typed_day import typed_day
from s2s_tui.tui.screens.user_forms import UserForm
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.drop_down import DropDown, Option
from s2s_tui.tui.widgets.line import Line, Literal
from s2s_tui.tui.widgets.source import ListSource
from s2s_tui.tui.widgets.status import Status
from s2s_tui.tui.widgets.virtual_table import VirtualTable

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp

LABELS = {
    "number": N_("Number"),
    "code": N_("Code"),
    "name": N_("Name"),
    "name_cy": N_("Welsh name"),
    "town": N_("Town"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "data_email": N_("E-mail data team"),
    "lost_email": N_("E-mail lost pupils"),
    "admissions_email": N_("E-mail admissions"),
    "language": N_("E-mails in"),
    "copies": N_("Copies of CTFs"),
    "second_factor": N_("Code at logon"),
    "username": N_("Username"),
    "deadline": N_("Answer by"),
}
LANGUAGES = (Option("en", "English"), Option("cy", "Cymraeg"))


class DetailsForm(UserForm):
    """Fields for some details; those that are chosen from a list are told by their names."""

    DEFAULT_CSS = "DetailsForm .details--changes { padding: 0 1; margin-top: 1; color: $accent; }"

    def __init__(self, actor: Any, site: Any, title: str, values: Mapping[str, str], note: str = "") -> None:
        super().__init__(actor, site, title)
        self._values = dict(values)
        self._note = note

    def parts(self) -> Iterable[Widget]:
        """A field for each detail."""
        for name, value in self._values.items():
            if name == "language" or name in authorities.SWITCHES:
                switch = (Option("on", _("on")), Option("off", _("off")))
                yield DropDown(LABELS[name], LANGUAGES if name == "language" else switch, value, id=name)
            else:
                yield Field(LABELS[name], value, id=name)
        if self._note:
            yield Literal(_(self._note), classes="users--note")
        self._changes = Literal("", classes="details--changes")
        self._changes.display = False
        yield self._changes

    @property
    def typed(self) -> dict[str, str]:
        """What is other than it was at first."""
        now = {name: self.query_one(f"#{name}", Input).value for name in self._values}
        for drop_down in self.query(DropDown):
            now[str(drop_down.input.id)] = drop_down.key
        return {name: text for name, text in now.items() if text != self._values[name]}

    def _complain(self, error: S2SError) -> None:
        if error.code == "session-ended":
            raise error
        self.query_one(Status).tell(say(error), "error")
        field = str(error.params.get("field") or "")
        if field in self._values:
            self.set_focus(self.query_one(f"#{field}", Input))

    async def save(
        self, preview: Callable[[dict[str, str]], Sequence[Change]], keep: Callable[[dict[str, str]], object]
    ) -> None:
        """Show what would change, ask, keep it and close.

        Args:
            preview: tells what would change.
            keep: changes it; what it gives is what the form gives.
        """
        try:
            changes = await in_thread(preview, self.typed)
        except S2SError as error:
            self._complain(error)
            return
        if not changes:
            self.query_one(Status).tell(_("Nothing is other than it was."), "warning")
            return
        self._changes.say("\n".join(school_rows.changed(changes)))
        self._changes.display = True
        self.query_one(Status).tell(_("Look whether that is what you mean."))
        self._scroll.scroll_end(animate=False)
        question = ngettext("Save this change?", "Save these {count} changes?", len(changes))
        if await self.app.ask(question.format(count=len(changes))):
            await self.keep(partial(keep, self.typed))
        else:
            self._changes.display = False

    async def keep(self, act: Callable[[], object]) -> None:
        """Do it in a thread and close with what it gives."""
        await self.done(cast("Callable[[], Any]", act))


class EditSchool(DetailsForm):
    """Gives what was saved (`school_changes.Saved`), or None."""

    def __init__(self, actor: Any, site: Any, school: School) -> None:
        names = [name for name in school_changes.EDITED if name != "username" or school.username]
        values = {name: str(getattr(school, name)) for name in names}
        super().__init__(actor, site, f"{school.number} {school.title}", values)
        self._school = school

    async def do_save(self) -> None:
        """See, ask, save."""
        of = (self._actor, self._site, self._school.number)
        await self.save(
            lambda typed: school_changes.preview(*of, typed, self._school),
            lambda typed: school_changes.update(*of, typed, self._school),
        )


class OpenSchool(DetailsForm):
    """Gives the school that was opened (`establishments.Opened`), or None."""

    def __init__(self, actor: Any, site: Any) -> None:
        names = ("number", *(name for name in establishments.OPENED if name != "phase"))
        note = N_("Its account is made with it, and waits until its DBA gives it a temporary password.")
        super().__init__(actor, site, _("Open a school"), dict.fromkeys(names, "") | {"language": "en"}, note)

    async def do_save(self) -> None:
        """Open it."""
        typed = {**self.typed}
        number = typed.pop("number", "").strip()
        act = partial(establishments.open_school, self._actor, self._site, number, typed)
        await self.keep(act)


class EditAuthority(DetailsForm):
    """Gives what was saved (`authorities.Saved`), or None."""

    def __init__(self, actor: Any, site: Any, found: Details) -> None:
        values = {name: str(getattr(found, name)) for name in authorities.EDITED}
        values |= {each: "on" if getattr(found, each) else "off" for each in authorities.SWITCHES}
        super().__init__(actor, site, f"{found.code} {found.title}", values, COPIES)
        self._found = found

    async def do_save(self) -> None:
        """See, ask, save."""
        of = (self._actor, self._site, self._found.code)
        await self.save(
            lambda typed: authorities.preview(*of, typed, self._found),
            lambda typed: authorities.update(*of, typed, self._found),
        )


COPIES = N_(
    "While copies are on, the authority is told of every CTF sent to or by its schools, and can download a "
    "copy. Addresses by purpose are used for what they are for; without one the authority's own is. A code "
    "at logon comes from an app on the telephone; who has none yet sets it up at the next logon."
)


class AddAuthority(DetailsForm):
    """Gives the authority that was added, or None."""

    def __init__(self, actor: Any, site: Any) -> None:
        values = dict.fromkeys(("code", *authorities.EDITED), "") | {"language": "en", "copies": "on"}
        values["second_factor"] = "off"
        super().__init__(actor, site, _("Add an authority"), values, COPIES)

    async def do_save(self) -> None:
        """Add it."""
        typed = {**self.typed}
        code = typed.pop("code", "").strip()
        await self.keep(partial(authorities.add, self._actor, self._site, code, typed))


class OpenRound(DetailsForm):
    """Gives the round of the user audit that was opened, or None."""

    def __init__(self, actor: Any, site: Any, name: str) -> None:
        note = N_("Each authority's DBA is told by e-mail, and reminded once a week until it has answered.")
        super().__init__(actor, site, _("Open a round of the user audit"), {"name": "", "deadline": ""}, note)
        self._suggested = name

    def on_mount(self) -> None:
        """A name, which may be typed over."""
        self.query_one("#deadline", Input).placeholder = _("a day, such as 30/1/2027")
        self.query_one("#name", Input).value = self._suggested

    async def do_save(self) -> None:
        """Open it."""
        typed = self.typed
        try:
            day = typed_day(typed.get("deadline", ""), "deadline")
        except S2SError as error:
            self._complain(error)
            return
        name = typed.get("name", "")
        await self.keep(partial(user_audit.open_round, self._actor, self._site, name, day))


class PlanTable(VirtualTable):
    """What becomes of each school; there is nothing to open."""

    def can(self, action: Action) -> bool:
        """All but opening."""
        return action.id != "open" and super().can(action)


class PlanForm(Form[Plan]):
    """What a register would change, to look through. Gives the plan to do, or None.

    Args:
        plan: what would be.
        again: plans anew, with the schools closed that the register lacks.
    """

    TITLE_TEXT = N_("What the register changes")
    DEFAULT_CSS = """
    PlanForm {
        & > Vertical { width: 110; }
        & > Vertical > VirtualTable { height: 14; max-height: 60vh; }
        & > Vertical > Literal { padding: 0 1; margin-bottom: 1; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="save", key="f9", title=N_("do it"), help=N_("Do all of it, at once."), rank=5),
        Action(
            id="missing",
            key="m",
            title=N_("close missing"),
            help=N_("Close the schools, too, that the register lacks; or don't."),
            rank=20,
        ),
    )

    if TYPE_CHECKING:
        app: S2SApp

    def __init__(self, plan: Plan, again: Callable[[bool], Plan]) -> None:
        super().__init__()
        self._plan = plan
        self._again = again
        self._missing = bool(plan.missing)
        self._closes = False

    def fields(self) -> Iterable[Widget]:
        """What it comes to, and each school."""
        self._summary = Literal(school_rows.summed_up(self._plan))
        empty = N_("Nothing: all schools are as the register has them.")
        self._table = PlanTable(school_rows.PLAN_COLUMNS, flagged=True, empty=empty)
        return (self._summary, self._table)

    def on_mount(self) -> None:
        """Show it."""
        self.query_one(".form--title", Line).say(f"{_(self.TITLE_TEXT)} · {self._plan.file}")
        self._show()
        self.set_focus(self._table)

    def _show(self) -> None:
        self._summary.say(school_rows.summed_up(self._plan))
        rows = [school_rows.planned(item) for item in self._plan.items]
        self._table.pages.clear()
        self._table.show(ListSource(rows, [column.id for column in school_rows.PLAN_COLUMNS]))
        self.refresh_bindings()

    def can(self, action: Action) -> bool:
        """Only where there is something."""
        if action.id == "missing":
            return self._missing
        return action.id != "save" or bool(self._plan.items)

    def title_of(self, action: Action) -> str:
        """`leave missing`, where they are to be closed."""
        return _("leave missing") if action.id == "missing" and self._closes else super().title_of(action)

    async def do_missing(self) -> None:
        """With the missing ones, or without."""
        self._closes = not self._closes
        self._plan = await in_thread(self._again, self._closes)
        self._show()

    async def do_save(self) -> None:
        """Ask, and give the plan."""
        ends = len(self._plan.of(CLOSE)) + len(self._plan.of(MERGE))
        question = ngettext(
            "Do all of it? {count} school ends, and its account is shut.",
            "Do all of it? {count} schools end, and their accounts are shut.",
            ends,
        )
        said = question.format(count=f"{ends:,}") if ends else _("Do all of it?")
        if await self.app.ask(said):
            self.dismiss(self._plan)

    @property
    def closes_missing(self) -> bool:
        """Whether the schools that the register lacks are to be closed."""
        return self._closes
