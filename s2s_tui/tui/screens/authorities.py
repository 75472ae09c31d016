"""DBA › LA details: the own authority; for WG, Administration › Authorities: all of them (R-LEA)."""

from collections.abc import Iterator
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base.clock import local_date
from s2s_tui.base.translation import N_, _
from s2s_tui.rules.people import name_key
from s2s_tui.services import authorities
from s2s_tui.services.authorities import Details
from s2s_tui.services.wording import schools as wording
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.school_forms import LABELS, AddAuthority, EditAuthority
from s2s_tui.tui.screens.typed_list import DetailsTable, TypedPane
from s2s_tui.tui.text import DONE, LATE, REFUSED, WARNING
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import ListSource, Row

COLUMNS = (
    Column(id="code", title=N_("LA"), width=3),
    Column(id="name", title=N_("Name"), width=18, grow=2),
    Column(id="schools", title=N_("Schools"), width=8, align="right"),
    Column(id="dba", title=N_("DBA"), width=10, grow=1),
    Column(id="copies", title=N_("Copies"), width=7),
    Column(id="state", title="", width=8, sortable=False, tinted=True),
)
IDS = [column.id for column in COLUMNS]


def _act(action: str, key: str, title: str, text: str, rank: int, permission: str) -> Action:
    return Action(id=action, key=key, title=title, help=text, permission=permission, rank=rank)


class AuthoritiesPane(TypedPane[Details]):
    """The list and the details; who has one authority sees its details only."""

    TITLE = N_("LA details")
    HELP = N_(
        "What s2s holds of an authority: its name, its e-mail addresses, and whether it receives copies of "
        "the CTFs sent to and by its schools. While copies are on, its address hears of every such file, and "
        "a copy can be downloaded; off, movements are still listed. Files to the Lost Pupil Database are "
        "never copied. ! is an authority of Wales without a DBA."
    )
    DEFAULT_CSS = """
    AuthoritiesPane.own Beside > VirtualTable { display: none; }
    AuthoritiesPane.own Beside > Rule { display: none; }
    AuthoritiesPane.own Beside > Panel { width: 1fr; max-width: 100%; height: 1fr; }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        _act("edit", "e", N_("edit"), N_("Change its details."), 10, "authority.update"),
        _act("holidays", "h", N_("holidays"), N_("Its days without school."), 11, "authority.view"),
        _act("add", "a", N_("add"), N_("Add an authority."), 12, "schools.open"),
        _act("close", "c", N_("close"), N_("Close it; it must have no open schools."), 14, "schools.open"),
    )
    LOOKED_FOR = N_("a code or words of a name")

    def __init__(self) -> None:
        super().__init__()
        self._own: Details | None = None

    def compose(self) -> ComposeResult:
        """Field, list, details."""
        self.set_class(not self.may("schools.open"), "own")
        yield self.lay_field()
        yield self.lay(DetailsTable(COLUMNS, flagged=True, empty=N_("No authority is called so.")))

    def start(self) -> Any:
        """The list; the details where there is one authority."""
        return self.beside.panel if self.has_class("own") else self.table

    async def read(self) -> None:
        """All that the person may see."""
        found = await in_thread(authorities.authorities, self.actor, self.site)
        if self.has_class("own"):
            (self._own,) = found
            self.beside.panel.show(details(self._own))
            self.refresh_bindings()
            return
        wanted = name_key(self.text).split()
        shown: dict[Any, Details] = {
            one.code: one
            for one in found
            if all(word in name_key(one.code, one.name, one.name_cy) for word in wanted)
        }
        self.show(ListSource([_row(one) for one in shown.values()], IDS, _order(shown)), shown, again=True)

    @property
    def here(self) -> Details | None:
        """The authority under the cursor, or the only one."""
        return self._own or super().here

    def details_of(self, record: Details) -> Iterator[Para]:
        """All that is held of it."""
        return details(record)

    def tell_details(self) -> None:
        """Of the only authority they stay."""
        if not self.has_class("own"):
            super().tell_details()

    def can(self, action: Action) -> bool:
        """What is about an authority needs one that is open."""
        if not self.is_mounted or self.app.session is None or self.is_typing:
            return False
        if action.id == "filter":
            return not self.has_class("own")
        return action.id == "add" or bool(self.here and self.here.closed is None)

    async def do_edit(self) -> None:
        """The form."""
        if self.here is not None:
            saved: Any = await self.app.push_screen_wait(EditAuthority(self.actor, self.site, self.here))
            await self.read()
            if saved is not None:
                self.tell(_("{name} is up to date.").format(name=saved.authority.title), "done")

    async def do_holidays(self) -> None:
        """Their list."""
        if self.here is not None:
            await self.app.open("dba.holidays", of=self.here.code)

    async def do_add(self) -> None:
        """The form of a new one."""
        added: Any = await self.app.push_screen_wait(AddAuthority(self.actor, self.site))
        if added is not None:
            await self.read()
            said = _("{code} {name} is added. Under Users it gets its DBA.")
            self.tell(said.format(code=added.code, name=added.title), "done")

    async def do_close(self) -> None:
        """Ask, and close."""
        here = self.here
        if here is None:
            return
        question = _("Close {authority} today? Its accounts are shut, and nothing is sent to it any more.")
        if await self.app.ask(question.format(authority=words.who(here.code, here.title))):
            today = local_date(self.site.clock())
            try:
                await in_thread(authorities.close, self.actor, self.site, here.code, today)
            finally:
                await self.read()
            self.tell(_("{code} is closed.").format(code=here.code), "done")


def _row(one: Details) -> Row:
    without = one.country == "Wales" and not one.dba and one.closed is None
    said = _("closed") if one.closed else _("no DBA") if without else ""
    copies = wording.value("copies", "on" if one.copies else "off")
    return Row(
        one.code,
        (one.code, one.title, f"{one.schools:,}", one.dba, copies, said),
        style="dim" if one.closed else "late" if without else "",
        flag=REFUSED if one.closed else LATE if without else "",
    )


def _order(found: dict[Any, Details]) -> Any:
    def order(row: Row, column: str) -> object:
        one = found[row.key]
        return one.schools if column == "schools" else row.cells[IDS.index(column)].casefold()

    return order


def details(one: Details) -> Iterator[Para]:
    """All that is held of an authority."""
    yield Para(words.who(one.code, one.title), style="head")
    other = one.name if one.title != one.name else one.name_cy
    if other and other != one.title:
        yield Para(other)
    if one.closed is not None:
        yield Para(_("Closed {day}").format(day=words.whole_day(one.closed)), REFUSED, "error")
    for name in ("email", "data_email", "lost_email", "admissions_email"):
        address = getattr(one, name) or ("–" if name == "email" else _("its own"))
        yield Para(f"{_(LABELS[name])}: {address}", style="" if getattr(one, name) else "dim")
    yield Para(_("E-mails in {language}").format(language=wording.value("language", one.language)))
    if one.copies:
        yield Para(_("Copies are on: it hears of every CTF to and from its schools."), DONE, "done")
    else:
        yield Para(_("Copies are off: movements are listed, without copies."), WARNING, "warning")
    if one.second_factor:
        yield Para(_("Its accounts and its schools' need a code at each logon."), DONE, "done")
    yield Para(_("Open schools: {count}").format(count=f"{one.schools:,}"))
    yield Para(_("DBA: {username}").format(username=one.dba or "–"))
    if one.changed_at is not None and one.changed_by:
        said = _("Changed by {user} {day}")
        day = words.whole_day(local_date(one.changed_at))
        yield Para(said.format(user=one.changed_by, day=day), style="dim")
