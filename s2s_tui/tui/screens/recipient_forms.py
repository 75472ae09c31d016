"""The forms by which recipients are picked: authorities by roles, and schools of a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

from textual import events
from textual.containers import Horizontal
from textual.widget import Widget

from s2s_tui.base.translation import N_, _
from s2s_tui.rules.roles import Role
from s2s_tui.services import message_recipients
from s2s_tui.services.message_recipients import AuthorityChoice, SchoolChoice
from s2s_tui.services.wording import schools as wording
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.picking import Narrowing, PickTable
from s2s_tui.tui.text import WARNING
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Line, Rule
from s2s_tui.tui.widgets.source import Key, ListSource, Row
from s2s_tui.tui.widgets.status import Status

ROLE_KEYS = (str(Role.USER), str(Role.LOST_PUPIL))
"""The roles that are marked at first: who chooses one of them should choose both (§6.4)."""
AUTHORITY_COLUMNS = (
    Column(id="code", title=N_("Number"), width=6),
    Column(id="name", title=N_("Authority"), width=18, grow=1),
)
ROLE_COLUMNS = (Column(id="role", title=N_("Role"), width=18, grow=1),)
SCHOOL_COLUMNS = (
    Column(id="number", title=N_("Number"), width=7),
    Column(id="name", title=N_("School"), width=24, grow=3),
    Column(id="town", title=N_("Town"), width=10, grow=1),
    Column(id="phase", title=N_("Phase"), width=10),
)


Schools: TypeAlias = list[Key] | Literal["other"]
"""Numbers of schools, or that another authority's are wanted."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Authorities and roles, each with each."""

    authorities: tuple[str, ...]
    roles: tuple[str, ...]


def authority_rows(found: Iterable[AuthorityChoice]) -> tuple[tuple[Column, ...], list[Row]]:
    """Columns and rows to pick authorities from."""
    return AUTHORITY_COLUMNS, [Row(one.code, (one.code, one.name)) for one in found]


class AuthorityRoles(Narrowing[Picked]):
    """Authorities at the left, roles at the right; the recipients are each with each."""

    DEFAULT_CSS = """
    AuthorityRoles {
        & Horizontal { height: auto; }
        & > Vertical VirtualTable { height: 13; }
        & .roles--note { color: $warning; }
        & Horizontal > VirtualTable { width: 1fr; }
        & Horizontal > #roles { width: 28; margin-left: 2; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="save", key="f9", title=N_("add"), help=N_("Add each marked role of each authority."), rank=4
        ),
        Action(
            id="wales",
            key="f3",
            title=N_("all of Wales"),
            help=N_("Mark all authorities of Wales, or none."),
            rank=5,
        ),
    )

    def __init__(self, found: Sequence[AuthorityChoice], marked_roles: Sequence[str]) -> None:
        super().__init__(
            _("Which authorities, and which roles there?"),
            *authority_rows(found),
            placeholder=_("number or name; Enter marks, Tab goes to the roles"),
            empty=N_("No authority is called so."),
            many=True,
        )
        self._welsh = frozenset(one.code for one in found if one.is_welsh)
        self._without = {one.code: set(one.without) for one in found}
        self._names = {one.code: one.name for one in found}
        self._marked_roles = tuple(marked_roles)
        self.note = Line(classes="roles--note")
        self.roles = PickTable(ROLE_COLUMNS, markable=True, flagged=True, id="roles")

    def fields(self) -> Iterable[Widget]:
        """The field, both lists, and what the marks of the roles mean."""
        return (self.field, Rule("─"), Horizontal(self.table, self.roles), self.note)

    def on_mount(self) -> None:
        """The usual roles are marked."""
        self._show_roles()
        self.roles.set_marks(self._marked_roles)

    def on_key(self, event: events.Key) -> None:
        """Tab goes from the field to the roles: the list is moved in from the field."""
        if self.focused is self.field and event.key == "tab":
            event.stop()
            event.prevent_default()
            self.set_focus(self.roles)

    def on_virtual_table_marks_changed(self) -> None:
        """A role that a marked authority has nobody for says so."""
        self._show_roles()
        self.refresh_bindings()

    def _show_roles(self) -> None:
        marked = [str(key) for key in self.table.marked]
        rows = []
        for key, title in message_recipients.roles():
            lacks = any(key in self._without.get(code, ()) for code in marked)
            rows.append(Row(key, (title,), style="warning" if lacks else "", flag=WARNING if lacks else ""))
        self.roles.show(ListSource(rows, ["role"]), keep_marks=True)
        lacking = ", ".join(self._names[code] for code in marked if self._without.get(code))
        said = _("{mark} nobody has these roles there, the DBA gets it: {these}")
        self.note.say(said.format(mark=WARNING, these=lacking) if lacking else "")

    def do_wales(self) -> None:
        """All of Wales, or none of it."""
        marked = frozenset(self.table.marked)
        self.table.set_marks(marked - self._welsh if self._welsh <= marked else marked | self._welsh)

    async def do_save(self) -> None:
        """Add them."""
        roles = [key for key, _title in message_recipients.roles() if key in self.roles.marked]
        if not roles:
            self.query_one(Status).tell(_("Mark a role, too: Tab goes there, Space marks."), "warning")
            return
        if not self.picked:
            self.query_one(Status).tell(_(self.table.empty), "warning")
            return
        self.dismiss(Picked(tuple(map(str, self.picked)), tuple(roles)))


class SchoolList(Narrowing[Schools]):
    """*Populate School List*: the schools of an authority, to mark. Gives their numbers, or `OTHER`."""

    OTHER: ClassVar[Literal["other"]] = "other"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="save", key="f9", title=N_("add"), help=N_("Add the marked schools."), rank=4),
        Action(
            id="other",
            key="f3",
            title=N_("other authority"),
            help=N_("The schools of another authority."),
            rank=5,
        ),
    )

    def __init__(self, authority: str, schools: Sequence[SchoolChoice], **options: Any) -> None:
        rows = [
            Row(one.number, (one.number, one.name, one.town, wording.phase(one.phase))) for one in schools
        ]
        super().__init__(
            _("Which schools of {authority}?").format(authority=authority),
            SCHOOL_COLUMNS,
            rows,
            placeholder=_("number, name, town or phase; Enter marks, Ctrl+A in the list marks all"),
            empty=N_("No school is called so."),
            many=True,
            **options,
        )

    def do_other(self) -> None:
        """Another authority's."""
        self.dismiss(self.OTHER)

    async def do_save(self) -> None:
        """Add them."""
        if not self.picked:
            self.query_one(Status).tell(_(self.table.empty), "warning")
            return
        self.dismiss(self.picked)
