"""DBA › Holidays: the days without school, by which a leaver's file is overdue (R-REP-5)."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar, cast

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base.errors import Refused
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services.reports import holidays
from s2s_tui.services.reports.holidays import Holiday
from s2s_tui.tui.form import Field
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.user_forms import UserForm
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Literal
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column(id="first", title=N_("First day"), width=11),
    Column(id="last", title=N_("Last day"), width=11),
    Column(id="days", title=N_("Days"), width=5, align="right"),
    Column(id="title", title=N_("Called"), width=16, grow=1),
)
_IDS = [column.id for column in COLUMNS]


class HolidaysPane(ListPane[Holiday]):
    """An authority's holidays; the Welsh Government opens them from its list of authorities."""

    TITLE = N_("Holidays")
    HELP = N_(
        "The days on which the schools don't teach. The School Report counts the days to a leaver's file "
        "without them and without weekends: give them once a year. Until then only weekends are free."
    )
    COUNTED = frozenset({"remove"})
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="add",
            key="a",
            title=N_("add"),
            help=N_("Add days without school."),
            permission="authority.update",
            rank=10,
        ),
        Action(
            id="remove",
            key="x",
            title=N_("remove"),
            help=N_("Remove the marked, or the one under the cursor."),
            permission="authority.update",
            rank=12,
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._authority = ""

    def compose(self) -> ComposeResult:
        """List and details."""
        empty = N_("No holidays yet: only weekends are free.")
        yield self.lay(VirtualTable(COLUMNS, markable=True, empty=empty))

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Those of the authority that is named, else of the own one."""
        self._authority = wish.get("of", self._authority)
        self.reload()

    async def read(self) -> None:
        """All of them; who has no authority of their own is told where to choose one."""
        try:
            found = await in_thread(holidays.listed, self.actor, self.site, self._authority)
        except Refused as error:
            if error.code != "report-la-missing":
                raise
            self.table.empty = N_("Choose an authority under Authorities: h shows its holidays.")
            found = ()
        rows = [
            Row(one.id, (words.whole_day(one.first), words.whole_day(one.last), str(_days(one)), one.title))
            for one in found
        ]
        records: dict[Any, Holiday] = {one.id: one for one in found}

        def order(row: Row, column: str) -> Any:
            one = records[row.key]
            return {"first": one.first, "last": one.last, "days": _days(one)}.get(
                column, one.title.casefold()
            )

        self.show(ListSource(rows, _IDS, order), records, again=True)

    def details_of(self, record: Holiday) -> Iterator[Para]:
        """Which days."""
        yield Para(record.title or _("Holiday"), style="head")
        yield Para(_span(record))
        days = _days(record)
        yield Para(ngettext("{count} day", "{count} days", days).format(count=days), style="dim")
        yield Para(_("Authority {code}").format(code=record.authority), style="dim")

    def on_virtual_table_opened(self) -> None:
        """Enter: the details with the room."""
        if self.here is not None:
            self.hold(self.details_of(self.here))

    def can(self, action: Action) -> bool:
        """Adding needs an authority."""
        own = self.actor.authority if self.actor is not None else ""
        return super().can(action) and (action.id != "add" or bool(self._authority or own))

    async def do_add(self) -> None:
        """The form."""
        added: Any = await self.app.push_screen_wait(AddHoliday(self.actor, self.site, self._authority))
        if added is not None:
            self.tell(_("Free of school: {days}.").format(days=_span(added)), "done")
            self.seek(added.id)

    async def do_remove(self) -> None:
        """Ask, and remove."""
        chosen = self.chosen
        if not chosen:
            return
        question = ngettext(
            "Remove {days}? Those are school days then.",
            "Remove {count} holidays? Those are school days then.",
            len(chosen),
        )
        if await self.app.ask(question.format(days=_span(chosen[0]), count=len(chosen))):
            try:
                await in_thread(holidays.remove, self.actor, self.site, [one.id for one in chosen])
            finally:
                self.table.clear_marks()
                self.reload()
            said = ngettext("{count} holiday is removed.", "{count} holidays are removed.", len(chosen))
            self.tell(said.format(count=len(chosen)), "done")


class AddHoliday(UserForm):
    """Gives the holiday that was added (`holidays.Holiday`), or None."""

    def __init__(self, actor: Any, site: Any, authority: str) -> None:
        super().__init__(actor, site, _("Days without school"))
        self._authority = authority

    def parts(self) -> Iterable[Widget]:
        """The days, and what they are called."""
        yield Field(N_("First day"), id="first")
        yield Field(N_("Last day"), id="last")
        yield Field(N_("Called"), id="title")
        yield Literal(
            _("Both days are within; a last day left empty is the first one."), classes="users--note"
        )

    async def do_save(self) -> None:
        """Add them."""
        typed = (self.text_of("first"), self.text_of("last"), self.text_of("title"))
        await self.done(cast("Any", partial(holidays.add, self._actor, self._site, *typed, self._authority)))


def _days(one: Holiday) -> int:
    return (one.last - one.first).days + 1


def _span(one: Holiday) -> str:
    if one.first == one.last:
        return words.whole_day(one.first)
    return f"{words.whole_day(one.first)} – {words.whole_day(one.last)}"
