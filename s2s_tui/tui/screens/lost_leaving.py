"""Lost Pupil › Leaving age: records of the own schools whose pupils are past it, to remove (R-LPD-7, 9)."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult

from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import lost, transfers
from s2s_tui.services.lost import Record, State
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import lost_words, outcomes, words
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column(id="leaves", title=N_("Past since"), width=11),
    Column(id="surname", title=N_("Surname"), width=11, grow=1),
    Column(id="forename", title=N_("Forename"), width=9, grow=1),
    Column(id="born", title=N_("Born"), width=10),
    Column(id="school", title=N_("School"), width=13, grow=2),
    Column(id="uploaded", title=N_("Uploaded"), width=12, wide=120),
)


class LeavingTable(VirtualTable):
    """The records."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("details"),
            help=N_("All that is held on the pupil; that it was shown is on record."),
            rank=30,
            run="open",
        ),
    )


class LeavingPane(ListPane[Record]):
    """Who has passed statutory leaving age, the longest ago first."""

    TITLE = N_("Past leaving age")
    HELP = N_(
        "Records that schools of your authority sent, whose pupils have passed statutory leaving age: the "
        "last Friday of June in the school year of the 16th birthday. Nobody will look for them any more. "
        "Mark some with Space or all with A, then remove them; their history stays."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="remove",
            key="x",
            title=N_("remove"),
            help=N_("Remove the marked records, or this one, with a reason."),
            permission="lost.remove",
            rank=12,
        ),
    )

    COUNTED = frozenset({"remove"})

    def compose(self) -> ComposeResult:
        """List and panel."""
        empty = N_("No record of your schools is past leaving age.")
        yield self.lay(LeavingTable(COLUMNS, markable=True, flagged=True, empty=empty, sort="leaves"))

    async def read(self) -> None:
        """The records of the authority's schools."""
        found = await in_thread(lost.past_leaving_age, self.actor, self.site)
        rows = ListSource([_row(record) for record in found], [column.id for column in COLUMNS], self._order)
        self.show(rows, {record.id: record for record in found}, again=True)

    def _order(self, row: Row, column: str) -> object:
        record = self.records[row.key]
        values = {"leaves": record.leaves, "born": record.dob, "uploaded": record.uploaded}
        return (values.get(column) or str(getattr(record, column)).casefold(), record.dob, record.id)

    def details_of(self, record: Record) -> Iterator[Para]:
        """Who it is."""
        return lost_words.details(record, whole=False)

    async def on_virtual_table_opened(self) -> None:
        """Enter: all of it; that it was shown is on record."""
        if self.here is not None:
            record = await in_thread(lost.show, self.actor, self.site, self.here.id)
            self.hold(lost_words.details(record, whole=True))

    async def do_remove(self) -> None:
        """Reason, question, gone (R-LPD-9)."""
        ids = self.chosen_ids
        label = ngettext("Remove {count} record. Why", "Remove {count} records. Why", len(ids))
        reason = await self.app.prompt(
            label.format(count=len(ids)), _("Past statutory leaving age"), check=transfers.required_reason
        )
        if reason is None:
            return
        question = ngettext("Remove {count} record for good?", "Remove {count} records for good?", len(ids))
        if not await self.app.ask(question.format(count=len(ids))):
            self.tell(_("Nothing was removed."))
            return
        done = await outcomes.in_steps(
            self.app,
            _("Removing"),
            ids,
            lambda part: in_thread(lost.remove, self.actor, self.site, part, reason),
        )
        good = sum(outcome.ok for outcome in done)
        said = ngettext("{count} removed; the history stays.", "{count} removed; their history stays.", good)
        self.sum_up(done, said.format(count=good) if good else "", len(ids))
        self.reload()


def _row(record: Record) -> Row:
    return Row(
        record.id,
        (
            words.whole_day(record.leaves),
            record.surname,
            record.forename,
            words.born(record.dob),
            words.who(record.school, record.school_name),
            words.whole_day(record.uploaded.date()),
        ),
        style="" if record.state == State.LOST else "dim",
        flag="" if record.state == State.LOST else DONE,
    )
