"""Practice: the guided tasks of a made-up world, how far one is, and hints one at a time (R-SYS-5)."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual.app import ComposeResult

from s2s_tui.base.translation import N_, _
from s2s_tui.demo import practice
from s2s_tui.demo.practice import STATES, State, Told
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.typed_list import DetailsTable
from s2s_tui.tui.text import DONE, WARNING
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import ListSource, Row

COLUMNS = (
    Column(id="title", title=N_("Task"), width=30, grow=1, sortable=False),
    Column(id="state", title=N_("State"), width=10, tinted=True, sortable=False),
)
FLAGS: Mapping[State, str] = {State.DONE: DONE, State.GONE: WARNING}


class PracticePane(ListPane[Told]):
    """The tasks of the person's role, in the order in which they are learnt."""

    TITLE = N_("Practice")
    HELP = N_(
        "Tasks to learn by, in this made-up world only. Begin one, then leave here and do it on the real "
        "screens: the line above the foot says what is wanted. Whether it is done is seen by itself. A hint "
        "is given at each press of its key, the first one gentle, the last one with every key."
    )
    DEFAULT_CSS = """
    PracticePane Beside {
        & > VirtualTable { height: 7; }
        & > Panel { height: 1fr; }
        &.wide > VirtualTable { height: 1fr; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="begin", key="b", title=N_("begin"), help=N_("Begin this task."), rank=6),
        Action(id="hint", key="h", title=N_("hint"), help=N_("Show the next hint."), rank=7),
    )

    def __init__(self) -> None:
        super().__init__()
        self._hints: dict[str, int] = {}
        """How many hints of each task are shown."""

    def compose(self) -> ComposeResult:
        """List and panel."""
        empty = N_("There is no task for your role. F4 on the logon screen picks another account.")
        yield self.lay(DetailsTable(COLUMNS, flagged=True, empty=empty))

    async def read(self) -> None:
        """Read the tasks; those that were done meanwhile are done now."""
        found = await in_thread(practice.tasks, self.actor, self.site)
        rows = [_row(one) for one in found]
        order = {one.id: place for place, one in enumerate(found)}
        self.show(
            ListSource(rows, [column.id for column in COLUMNS], lambda row, _column: order[str(row.key)]),
            {one.id: one for one in found},
            again=True,
        )

    def details_of(self, record: Told) -> Iterator[Para]:
        """The story, the hints that were asked for, and how it stands."""
        yield Para(record.title, style="head")
        if record.state is State.NONE:
            yield Para(
                _("This world holds nothing for it, or nothing more. The demo's --reset makes a new one.")
            )
            return
        yield Para(record.story)
        for number, hint in enumerate(record.hints[: self._hints.get(record.id, 0)], 1):
            yield Para(hint, f"{number}.")
        if record.state is State.DONE:
            yield Para(_("Done. b begins it anew."), DONE, "done")
            if all(one.state in (State.DONE, State.NONE) for one in self.records.values()):
                own = self.actor.role
                others = ", ".join(one.user for one in practice.learners() if one.role is not own)
                said = _("All of yours are done. F4 on the logon screen picks another account: {accounts}.")
                yield Para(said.format(accounts=others), style="head")
        elif record.state is State.GONE:
            yield Para(
                _("It can't be done any more: somebody was first, or it went another way. b begins it anew."),
                WARNING,
                "warning",
            )
        elif record.state is State.NEW:
            yield Para(_("b begins it; h gives a hint."), style="dim")

    def details_of_none(self) -> Iterator[Para]:
        """Nothing to practise."""
        return iter(())

    def on_virtual_table_opened(self) -> None:
        """Enter: the details with the room."""
        if self.here is not None:
            self.hold(self.details_of(self.here))

    def can(self, action: Action) -> bool:
        """There must be something to begin, and a hint left."""
        here = self.here if self.is_mounted else None
        if here is None:
            return False
        if action.id == "hint":
            return self._hints.get(here.id, 0) < len(here.hints)
        return super().can(action) and here.state is not State.NONE

    def title_of(self, action: Action) -> str:
        """What was begun can be begun anew."""
        here = self.here if self.is_mounted else None
        if action.id == "begin" and here is not None and here.state is not State.NEW:
            return _("begin anew")
        return super().title_of(action)

    async def do_begin(self) -> None:
        """Begin, after asking where it is in hand still."""
        here = self.here
        if here is None:
            return
        if here.state is State.BEGUN and not await self.app.ask(_("Begin it anew? It is begun already.")):
            return
        await in_thread(practice.begin, self.actor, self.site, here.id)
        if here.state is not State.NEW:  # another child or file: other hints
            self._hints.pop(here.id, None)
        self.release()
        self.reload()
        self.tell(_("Begun. Esc leads to the menu; come back when it is done."), "done")

    def do_hint(self) -> None:
        """One more hint."""
        here = self.here
        if here is None:
            return
        self._hints[here.id] = self._hints.get(here.id, 0) + 1
        if self.is_held:
            self.hold(self.details_of(here))
        else:
            self.tell_details()
        self.refresh_bindings()


def _row(one: Told) -> Row:
    words = STATES[one.state]
    style = {State.DONE: "done", State.GONE: "warning", State.NONE: "dim"}.get(one.state, "")
    return Row(one.id, (one.title, _(words) if words else ""), style=style, flag=FLAGS.get(one.state, ""))
