"""Find: schools and authorities by number, name or town, while one types."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.translation import N_, _, language
from s2s_tui.services import directory
from s2s_tui.services.directory import Place
from s2s_tui.tui.form import Field
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.panel import Beside, Para
from s2s_tui.tui.text import REFUSED, WARNING
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

PAUSE = 0.15
"""Seconds without a key before it is looked for."""

COLUMNS = (
    Column(id="number", title=N_("Number"), width=7),
    Column(id="name", title=N_("Name"), width=16, grow=3),
    Column(id="town", title=N_("Town"), width=8, grow=1),
    Column(id="authority", title=N_("Authority"), width=8, grow=1),
    Column(id="state", title="", width=8, sortable=False, tinted=True),
)
STATES: Mapping[str, str] = {"open": "", "closed": N_("closed"), "inactive": N_("inactive")}
_MARKS = {"closed": REFUSED, "inactive": WARNING}


class FindPane(Pane):
    """A field, and what is found while one types."""

    TITLE = N_("Find")
    HELP = N_(
        "Type part of a number, a name in either language, or a town; small slips are forgiven. Enter or ↓ "
        "goes to the list; the details of the line under the cursor stand beside it."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="search", key="slash", title=N_("look for another"), help=N_("Back to the field."), rank=30
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[str, Place] = {}

    def compose(self) -> ComposeResult:
        """Field, list, card."""
        self._field = Field(N_("Find"), id="place")
        self._field.input.placeholder = _("a school or authority: number, name or town")
        yield self._field
        self.table = VirtualTable(COLUMNS, flagged=True, empty=N_("Type above whom you look for."))
        self.beside = Beside(self.table)
        yield self.beside

    def start(self) -> Widget:
        """The field."""
        return self._field.input

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """`wish` may say what to look for (`text`)."""
        if wish.get("text"):
            self._field.input.value = str(wish["text"])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look once nobody has typed for a moment; what is under way for an older text is dropped."""
        event.stop()
        instead(self, "find", self._find, event.value)

    async def _find(self, text: str) -> None:
        await asyncio.sleep(PAUSE)
        try:
            found = await in_thread(directory.find, self.actor, self.site, text)
        except Exception as error:
            self.app.fail(error)
            return
        self._places = {place.number: place for place in found}
        self.table.empty = N_("No school or authority is called so.") if text.strip() else N_("Type above.")
        rows = [
            Row(
                place.number,
                (
                    place.number,
                    _named(place),
                    place.town,
                    place.authority_name,
                    _(STATES.get(place.state, place.state)) if STATES.get(place.state, "x") else "",
                ),
                style="" if place.state == "open" else "warning",
                flag=_MARKS.get(place.state, ""),
            )
            for place in found
        ]
        self.beside.show(ListSource(rows, [column.id for column in COLUMNS]))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the list."""
        event.stop()
        self._to_list()

    def on_key(self, event: events.Key) -> None:
        """Down goes from the field to the list."""
        if event.key == "down" and self.screen.focused is self._field.input:
            event.stop()
            self._to_list()

    def _to_list(self) -> None:
        if self.table.total:
            self.screen.set_focus(self.table)

    def on_virtual_table_highlighted(self) -> None:
        """The card of what is under the cursor."""
        row = self.table.row
        place = self._places.get(str(row.key)) if row is not None else None
        self.beside.panel.show(card(place) if place is not None else ())
        self.refresh_bindings()

    def on_virtual_table_opened(self) -> None:
        """Enter: the whole card."""
        self.beside.open()

    def do_search(self) -> None:
        """To the field."""
        self.beside.close()
        self.screen.set_focus(self._field.input)

    def can(self, action: Action) -> bool:  # noqa: ARG002 - it has one
        """A slash is a slash in the field."""
        return self.is_mounted and self.screen.focused is not self._field.input

    def step_back(self) -> bool:
        """From the card to the list, from there to the field."""
        if self.beside.close():
            return True
        if self.screen.focused is self.table:
            self.screen.set_focus(self._field.input)
            return True
        return False


def _named(place: Place) -> str:
    return (place.name_cy if language() == "cy" else "") or place.name


def card(place: Place) -> Iterator[Para]:
    """What the directory says of a school or authority."""
    yield Para(f"{place.number} {_named(place)}", style="head")
    other = place.name if _named(place) != place.name else place.name_cy
    if other and other != _named(place):
        yield Para(other)
    if place.state != "open":
        text = _(STATES.get(place.state, place.state))
        if place.successor:
            text += "; " + _("its files go to {successor}").format(successor=place.successor)
        yield Para(text, _MARKS.get(place.state, WARNING), "warning")
    school = len(place.number) == 7
    if school:
        where = [place.town, f"{place.authority} {place.authority_name}"]
        yield Para(" · ".join(part for part in where if part))
    else:
        yield Para(_("Local authority"))
    reach = [part for part in (place.phone, place.email) if part]
    if reach:
        yield Para(" · ".join(reach))
    if not school:
        boxes = ", ".join(f"{place.number}{box}" for box in ("LLLL", "PLAS", "ADMS"))
        yield Para(_("Its mailboxes: {boxes}").format(boxes=boxes), style="dim")
