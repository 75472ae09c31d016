"""Administration › User audit: the rounds, and how far each authority is (R-USR-6)."""

from collections.abc import Iterator
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base.clock import local_date
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import user_audit
from s2s_tui.services.user_audit_rows import Part, Round
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.school_forms import OpenRound
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.screens.typed_list import DetailsTable
from s2s_tui.tui.screens.user_audit import save_certificate
from s2s_tui.tui.text import DONE, LATE
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import ListSource, Row

PARTS = (
    Column(id="code", title=N_("LA"), width=3),
    Column(id="name", title=N_("Name"), width=14, grow=2),
    Column(id="waiting", title=N_("To answer"), width=10, align="right", tinted=True),
    Column(id="users", title=N_("Of"), width=5, align="right"),
    Column(id="removed", title=N_("Removed"), width=8, align="right", wide=100),
    Column(id="told", title=N_("Told"), width=11, wide=60),
)
RUN = "useraudit.run"


class RoundsPane(ListPane[Part]):
    """How far each authority is in a round; the rounds before are tabs."""

    TITLE = N_("User audit")
    HELP = N_(
        "Once a year each authority's DBA confirms or removes every account of it and its schools. n opens "
        "a round, and the DBAs are told; those that have not answered are reminded once a week, and with r "
        "now. t saves a certificate, a CSV with what was said of each account. ← → show the rounds before. "
        "! has something to answer, ✓ has answered for all."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="new", key="n", title=N_("new round"), help=N_("Open a round."), permission=RUN, rank=10),
        Action(
            id="remind",
            key="r",
            title=N_("remind"),
            help=N_("Remind the marked, or all that have not answered."),
            permission=RUN,
            rank=12,
        ),
        Action(
            id="certificate",
            key="t",
            title=N_("certificate"),
            help=N_("Save what was said of each account as a CSV."),
            permission=RUN,
            rank=14,
        ),
        Action(
            id="finish",
            key="c",
            title=N_("close round"),
            help=N_("Take no more answers; the round is kept."),
            permission=RUN,
            rank=30,
        ),
        Action(id="tab", key="right,left", title=N_("other round"), help=N_("A round before."), rank=40),
    )

    def __init__(self) -> None:
        super().__init__()
        self.rounds: tuple[Round, ...] = ()
        self.round_id = 0

    def compose(self) -> ComposeResult:
        """Rounds, list, details."""
        self.tabs = Tabs()
        yield self.tabs
        empty = N_("There has been no round yet. n opens one.")
        yield self.lay(DetailsTable(PARTS, markable=True, flagged=True, empty=empty))

    @property
    def round(self) -> Round | None:
        """The round that is shown."""
        return next((one for one in self.rounds if one.id == self.round_id), None)

    async def read(self) -> None:
        """The rounds, and how far the authorities are in the one shown."""
        self.rounds = await in_thread(user_audit.rounds, self.actor, self.site)
        if self.round is None:
            self.round_id = self.rounds[0].id if self.rounds else 0
        found: dict[Any, Part] = {}
        if self.round is not None:
            parts = await in_thread(user_audit.parts, self.actor, self.site, self.round_id)
            found = {one.code: one for one in parts}
        self.tabs.say([(str(one.id), one.name) for one in self.rounds], str(self.round_id), self._stand())
        rows = [self._row(one) for one in found.values()]

        def order(row: Row, column: str) -> object:
            numbers = {"waiting": "waiting", "users": "users", "removed": "removed"}
            if column in numbers:
                return getattr(found[row.key], numbers[column])
            return str(found[row.key].told_at or "") if column == "told" else row.cells[column == "name"]

        self.show(ListSource(rows, [column.id for column in PARTS], order), found, again=True)

    def _stand(self) -> str:
        one = self.round
        if one is None:
            return ""
        if one.closed_at is not None:
            return _("closed {day}").format(day=words.whole_day(local_date(one.closed_at)))
        return _("{late} of {all} still to answer, by {day}").format(
            late=one.late, all=one.authorities, day=words.whole_day(one.deadline)
        )

    def _row(self, one: Part) -> Row:
        told = words.whole_day(local_date(one.told_at)) if one.told_at else _("no address")
        cells = (
            one.code,
            one.name,
            f"{one.waiting:,}",
            f"{one.users:,}",
            f"{one.removed + one.gone:,}",
            told,
        )
        return Row(one.code, cells, "late" if one.waiting else "done", LATE if one.waiting else DONE)

    def details_of(self, record: Part) -> Iterator[Para]:
        """How far an authority is."""
        yield Para(words.who(record.code, record.name), style="head")
        counts = _("{confirmed} confirmed, {removed} removed, {gone} deleted otherwise, {waiting} to answer")
        yield Para(
            counts.format(
                confirmed=record.confirmed, removed=record.removed, gone=record.gone, waiting=record.waiting
            )
        )
        if record.dba:
            yield Para(_("DBA: {username}").format(username=record.dba))
        else:
            yield Para(_("It has no DBA: its own address was told. Set one up under Users."), LATE, "error")
        if record.told_at is None:
            yield Para(_("Nobody was told: no e-mail address is held."), LATE, "error")
        if record.answered_at is not None:
            yield Para(_("Latest answer {when}").format(when=words.whole_moment(record.answered_at)))

    def on_virtual_table_opened(self) -> None:
        """Enter: the details with the room."""
        if self.here is not None:
            self.hold(self.details_of(self.here))

    def can(self, action: Action) -> bool:
        """What is about a round needs one."""
        if not self.is_mounted or self.app.session is None:
            return False
        is_open = self.round is not None and self.round.closed_at is None
        some_open = any(one.closed_at is None for one in self.rounds)
        return {
            "new": not some_open,
            "remind": is_open and self.round is not None and self.round.late > 0,
            "finish": is_open,
            "certificate": self.round is not None,
            "tab": len(self.rounds) > 1,
        }.get(action.id, True)

    def title_of(self, action: Action) -> str:
        """`remind 3`, where three are marked."""
        marked = len(self.table.marked) if self.is_mounted and action.id == "remind" else 0
        return f"{_(action.title)} {marked:,}" if marked else super().title_of(action)

    def on_tabs_chosen(self, event: Tabs.Chosen) -> None:
        """A click on a round."""
        self._go(int(event.tab))

    def _go(self, round_id: int) -> None:
        self.release()
        self.table.clear_marks()
        self.round_id = round_id
        self.reload()

    def do_tab(self) -> None:
        """The next round."""
        ids = [one.id for one in self.rounds]
        if ids:
            self._go(ids[(ids.index(self.round_id) + 1) % len(ids)])

    async def do_new(self) -> None:
        """The form of a new round."""
        year = str(local_date(self.site.clock()).year)
        opened: Any = await self.app.push_screen_wait(OpenRound(self.actor, self.site, year))
        if opened is not None:
            self.round_id = opened.id
            await self.read()
            said = _("The round is open: {users} accounts of {authorities} authorities; the DBAs are told.")
            self.tell(said.format(users=f"{opened.users:,}", authorities=opened.authorities), "done")

    async def do_remind(self) -> None:
        """Remind the marked, or all."""
        codes = [str(code) for code in self.table.marked]
        count = len(codes) or (self.round.late if self.round else 0)
        question = ngettext("Remind {count} authority?", "Remind {count} authorities?", count)
        if await self.app.ask(question.format(count=count)):
            told = await in_thread(user_audit.remind, self.actor, self.site, codes)
            self.table.clear_marks()
            await self.read()
            self.tell(_("Reminded: {codes}").format(codes=", ".join(told) or "–"), "done")

    async def do_certificate(self) -> None:
        """Save a certificate."""
        if self.round is not None:
            await save_certificate(self, self.round)

    async def do_finish(self) -> None:
        """Close the round."""
        one = self.round
        if one is None:
            return
        question = ngettext(
            "Close the round {name}? {count} account is without an answer.",
            "Close the round {name}? {count} accounts are without an answer.",
            one.waiting,
        )
        if await self.app.ask(question.format(name=one.name, count=f"{one.waiting:,}")):
            await in_thread(user_audit.close_round, self.actor, self.site, one.id)
            await self.read()
            self.tell(_("The round {name} is closed and kept.").format(name=one.name), "done")
