"""Choosing a school by keyboard: the likeliest are listed already, typing looks for others."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.translation import N_, _, language
from s2s_tui.rules.mailboxes import is_school
from s2s_tui.services import directory
from s2s_tui.services.directory import Place
from s2s_tui.tui.form import Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.text import REFUSED, WARNING
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Line, Rule
from s2s_tui.tui.widgets.line_input import LineInput
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.status import Status
from s2s_tui.tui.widgets.virtual_table import VirtualTable

PAUSE = 0.12
"""Seconds without a key before it is looked for."""
COLUMNS = (
    Column(id="number", title=N_("Number"), width=7, sortable=False),
    Column(id="name", title=N_("Name"), width=20, grow=3, sortable=False),
    Column(id="town", title=N_("Town"), width=10, grow=1, sortable=False),
    Column(id="note", title="", width=11, align="right", sortable=False, tinted=True),
)
_IDS = [column.id for column in COLUMNS]
_STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class School:
    """The school that was chosen."""

    number: str
    name: str

    def __str__(self) -> str:
        return f"{self.number} {self.name}".rstrip()


class SchoolFinder(Form[School]):
    """A field and the schools that fit it. Gives the school chosen, or None.

    Args:
        site: the site.
        actor: who looks.
        title: what it is for; translated.
        likely: numbers that stand first, each with what is said of it (`24 pupils`), or nothing.
        near: what is looked for while nothing is typed, such as the beginning of a number.
        but: the number of a school that can't be chosen.
    """

    DEFAULT_CSS = """
    SchoolFinder {
        & > Vertical > VirtualTable { height: 14; max-height: 60vh; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="save",
            key="enter,f9",
            title=N_("this school"),
            help=N_("Take the school under the cursor."),
            rank=5,
        ),
    )

    def __init__(
        self,
        site: Any,
        actor: Any,
        title: str,
        *,
        likely: Mapping[str, str],
        near: Sequence[str],
        but: str = "",
    ) -> None:
        super().__init__()
        self._site = site
        self._actor = actor
        self._title = title
        self._likely = dict(likely)
        self._near = tuple(near)
        self._but = but
        self._places: dict[str, Place] = {}
        self._shown: str | None = None
        """The text that the list shown belongs to; None: none yet."""

    def fields(self) -> Iterable[Widget]:
        """Field and list."""
        self._field = LineInput(placeholder=_("number, name or town"), id="school")
        self._table = VirtualTable(COLUMNS, flagged=True, empty=N_("No school is called so."))
        return (self._field, Rule("─"), self._table)

    def on_mount(self) -> None:
        """Begin with the likely ones."""
        self.query_one(".form--title", Line).say(self._title)
        self.set_focus(self._field)
        self._look_for("", 0.0)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look once nobody has typed for a moment."""
        event.stop()
        self._look_for(event.value, PAUSE)

    def _look_for(self, text: str, pause: float) -> None:
        instead(self, "find", self._later, text, pause)

    async def _later(self, text: str, pause: float) -> None:
        await asyncio.sleep(pause)
        if text != self._shown:
            try:
                await self._look(text)
            except Exception as error:
                self.app.fail(error)  # type: ignore[attr-defined]

    async def _look(self, text: str) -> None:
        rows, places = await in_thread(self._found, text)
        if text != self._field.value:
            return  # typed on meanwhile: what was found is of no use
        self._places |= places
        self._shown = text
        self._table.pages.clear()
        self._table.cursor = 0
        self._table.show(ListSource(rows, _IDS))

    def _found(self, text: str) -> tuple[list[Row], dict[str, Place]]:
        wanted = [text] if text.strip() else self._near
        found = [place for each in wanted for place in directory.find(self._actor, self._site, each)]
        schools = {
            place.number: place for place in found if is_school(place.number) and place.number != self._but
        }
        if text.strip():
            return [self._row(place) for place in schools.values()], schools
        named = directory.names(self._site, self._likely, language())
        rows = [Row(number, (number, named[number], "", note)) for number, note in self._likely.items()]
        rows += [self._row(place) for number, place in schools.items() if number not in self._likely]
        return rows, schools

    def _row(self, place: Place) -> Row:
        notes = {"closed": _("closed"), "inactive": _("inactive")}
        fits = place.state == "open"
        return Row(
            place.number,
            (
                place.number,
                _named(place),
                place.town,
                self._likely.get(place.number, "") if fits else notes.get(place.state, place.state),
            ),
            style="" if fits else "warning",
            flag="" if fits else REFUSED if place.state == "closed" else WARNING,
        )

    def on_key(self, event: events.Key) -> None:
        """Up and down move in the list while one types."""
        if self.focused is self._field and event.key in _STEPS:
            event.stop()
            self._table.action_cursor(_STEPS[event.key])

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Enter in the list."""
        message.stop()
        self.action_act("save")

    async def do_save(self) -> None:
        """Take the school under the cursor; of one that is closed it says where its files go."""
        if self._shown != self._field.value:
            await self._look(self._field.value)
        row = await self._arrived()
        if row is None:
            self.query_one(Status).tell(_(self._table.empty), "warning")
            return
        number, name = row.cells[:2]
        place = self._places.get(number)
        if place is not None and place.state != "open":
            self.query_one(Status).tell(_refusal(place), "warning")
            return
        self.dismiss(School(number, name))

    async def _arrived(self) -> Row | None:
        while self._table.busy:
            await asyncio.sleep(0.01)
        return self._table.row


def _named(place: Place) -> str:
    return (place.name_cy if language() == "cy" else "") or place.name


def _refusal(place: Place) -> str:
    who = f"{place.number} {_named(place)}"
    if place.state == "closed" and place.successor:
        return _("{school} has closed; choose its successor {successor}.").format(
            school=who, successor=place.successor
        )
    if place.state == "closed":
        return _("{school} has closed. Choose another.").format(school=who)
    return _("{school} is inactive on s2s: nothing can be sent there now.").format(school=who)
