"""Pupil: which of our files held this pupil, and what became of each (R-DWN-8, R-SYS-7)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base import reach
from s2s_tui.base.clock import to_local
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import pupils
from s2s_tui.services.pupils import Event, Known
from s2s_tui.tui.acting import Hint
from s2s_tui.tui.form import Field
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import saving, words
from s2s_tui.tui.screens.panel import Beside, Para
from s2s_tui.tui.text import DONE, REFUSED
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column(id="surname", title=N_("Surname"), width=10, grow=1),
    Column(id="forename", title=N_("Forename"), width=10, grow=1),
    Column(id="born", title=N_("Born"), width=10),
    Column(id="upn", title=N_("UPN"), width=13),
    Column(id="files", title=N_("Files"), width=5, align="right"),
    Column(id="latest", title=N_("Latest"), width=8, align="right", wide=140),
)
WHAT: Mapping[str, str] = {
    "uploaded": N_("sent"),
    "downloaded": N_("downloaded"),
    "copied": N_("copy taken"),
    "collected": N_("collected"),
    "rejected": N_("rejected"),
    "deleted": N_("deleted"),
    "recalled": N_("called back"),
}
_ENDS = {"collected": (DONE, "done"), "rejected": (REFUSED, "error"), "deleted": (REFUSED, "error")}
_DATE = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4})\s*")


class PupilPane(Pane):
    """One field, the pupils found, and the timeline of one of them."""

    TITLE = N_("Pupil")
    HELP = N_(
        "Type a UPN, a name (surname first), a date of birth, a school's number or a file's name, and press "
        "Enter. Enter on a pupil shows which of your files held them: who sent, collected or rejected each, "
        "and when. e saves everything held on the pupil, for a subject access request. What you look for is "
        "on record."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="search", key="slash", title=N_("look for another"), help=N_("Back to the field."), rank=30
        ),
        Action(
            id="export",
            key="e",
            title=N_("export"),
            help=N_("Save all that your files hold on the pupil."),
            permission="pupil.timeline",
            rank=20,
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[int, Known] = {}

    def compose(self) -> ComposeResult:
        """Field, list, details."""
        self._field = Field(N_("Pupil"), id="pupil")
        self._field.input.placeholder = _("UPN, surname, born, school or file")
        yield self._field
        self.table = VirtualTable(COLUMNS, empty=N_("Nobody yet: type above whom you look for."))
        self.beside = Beside(self.table)
        yield self.beside

    def start(self) -> Widget:
        """The field."""
        return self._field.input

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """`wish` may say whom to look for (`text`)."""
        if wish.get("text"):
            self._field.input.value = str(wish["text"])
            self._look_for(str(wish["text"]))

    def do_search(self) -> None:
        """To the field."""
        self.beside.close()
        self.screen.set_focus(self._field.input)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter looks."""
        event.stop()
        self._look_for(event.value)

    def _look_for(self, text: str) -> None:
        self.beside.close()
        instead(self, "find", self._find, text)

    async def _find(self, text: str) -> None:
        try:
            found = await in_thread(pupils.find, self.actor, self.site, as_asked(text))
        except Exception as error:
            self.app.fail(error)
            return
        self._known = dict(enumerate(found))
        self.table.empty = N_("No file of yours holds such a pupil.") if text.strip() else N_("Type above.")
        now = self.site.clock()
        rows = [
            Row(
                key,
                (
                    known.surname,
                    known.forename,
                    words.born(known.dob),
                    known.upn,
                    f"{known.files:,}",
                    words.day(known.latest, now),
                ),
            )
            for key, known in self._known.items()
        ]
        self.beside.show(ListSource(rows, [column.id for column in COLUMNS], self._order))
        if rows:
            self.screen.set_focus(self.table)
        if len(rows) >= pupils.FOUND_AT_MOST:
            self.tell(_("Only the {count} latest are listed. Type more of the name.").format(count=len(rows)))

    def _order(self, row: Row, column: str) -> object:
        known = self._known[int(str(row.key))]
        keys: dict[str, object] = {"born": known.dob, "files": known.files, "latest": known.latest}
        at = [each.id for each in COLUMNS].index(column)
        return keys.get(column, row.cells[at].casefold())

    @property
    def known(self) -> Known | None:
        """The pupil under the cursor."""
        row = self.table.row
        return self._known.get(int(str(row.key))) if row is not None else None

    def on_virtual_table_highlighted(self) -> None:
        """Say who is under the cursor."""
        known = self.known
        self.refresh_bindings()
        if known is None:
            self.beside.panel.show(())
            return
        self.beside.panel.show([*_who(known), Para(_("Enter shows what became of each file."), style="dim")])

    async def on_virtual_table_opened(self) -> None:
        """Enter: the timeline, on one screen."""
        known = self.known
        if known is None:
            return
        events = await in_thread(pupils.timeline, self.actor, self.site, known.upn)
        self.beside.panel.show([*_who(known), *story(events)])
        self.beside.open()

    def step_back(self) -> bool:
        """From the timeline to the list, from there to the field."""
        if self.beside.close():
            self.on_virtual_table_highlighted()
            return True
        if self.screen.focused is self.table:
            self.screen.set_focus(self._field.input)
            return True
        return False

    def can(self, action: Action) -> bool:
        """Exporting where there is a pupil; letters are letters in the field."""
        typing = self.is_mounted and self.screen.focused is self._field.input
        return not typing and (action.id == "search" or self.known is not None)

    def hints(self) -> list[Hint]:
        """Enter, which the field knows."""
        typing = self.is_mounted and self.screen.focused is self._field.input
        return [*([Hint("Enter", _("search"), 5)] if typing else []), *super().hints()]

    async def do_export(self) -> None:
        """Save the timeline and the pupil's own part of each file as a zip."""
        known = self.known
        if known is None:
            return
        name = f"s2s_{known.upn}_{to_local(self.site.clock()):%Y%m%d}.zip"
        path = await saving.save(
            self,
            _("Where is {name} saved?").format(name=name),
            lambda folder: in_thread(pupils.export, self.actor, self.site, known.upn, folder / name),
        )
        if path is not None:
            said = _("Saved as {path}: the timeline, and the pupil's own part of each file.")
            self.tell(said.format(path=reach.told(path)), "done")


def as_asked(text: str) -> str:
    """A day typed as people do (3/12/2014) as the service reads it; anything else as it is."""
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return text


def _who(known: Known) -> Iterator[Para]:
    yield Para(f"{known.surname}, {known.forename}", style="head")
    files = ngettext("in {count} file", "in {count} files", known.files).format(count=known.files)
    born = _("born {day}").format(day=words.born(known.dob))
    yield Para(f"{born} · {known.upn} · {files}", style="dim")


def story(events: Sequence[Event]) -> Iterator[Para]:
    """A timeline, file by file in the order they were sent: what happened, when, by whom, why."""
    by_file: dict[int, list[Event]] = {}
    for event in events:
        by_file.setdefault(event.file_id, []).append(event)
    for steps in by_file.values():
        first, last = steps[0], steps[-1]
        end = next((step for step in reversed(steps) if step.what in _ENDS), None)
        yield Para("")
        yield Para(first.file, style="head")
        way = f"{words.who(first.source, first.source_name)} → "
        yield Para(way + words.who(first.destination, first.destination_name), indent=2)
        for step in steps:
            mark, style = _ENDS.get(step.what, ("·", ""))
            said = f"{words.whole_moment(step.at)}  {_(WHAT.get(step.what, step.what))}"
            if step.by:
                said += "  " + _("by {who}").format(who=step.by)
            if step.reason:
                said += f": {step.reason}"
            yield Para(said, mark, style, indent=2)
        if end is None and last.what != "recalled":
            yield Para(_("It still waits to be collected."), "!", "warning", indent=2)
