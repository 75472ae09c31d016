"""What a report is asked: a field for each parameter that it takes, with a word where one is wrong."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base import reach
from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _, language
from s2s_tui.rules.roles import Role
from s2s_tui.services import directory
from s2s_tui.services.phase_folders import allocation_lines
from s2s_tui.services.reports import asking
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.reports.model import PARAMETERS, WHICH, Given, Report
from s2s_tui.services.wording import say
from s2s_tui.tui.form import Field, Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.folders import FolderPicker, remember, remembered
from s2s_tui.tui.screens.picking import PickMany
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.one_of import OneOf
from s2s_tui.tui.widgets.source import Row
from s2s_tui.tui.widgets.status import Status

YES_NO_KEYS = {"": N_("no"), "yes": N_("yes")}
_LISTS = (Given.SCHOOLS, Given.AUTHORITIES)
_TICKS = (Given.ALL_WALES, Given.NOW_DOWNLOADED)
_PARTS = re.compile(r"[\s,;]+")
_AUTHORITY_COLUMNS = (
    Column(id="code", title=N_("Number"), width=6),
    Column(id="name", title=N_("Authority"), width=30, grow=1),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked, and the file that the leavers came from, to be named."""

    wanted: Wanted
    leavers: Path | None = None


class ReportForm(Form[Answered]):
    """The parameters of one report. F9 runs it.

    Args:
        site: the site.
        actor: who asks.
        report: which.
        answered: what was asked before.
        settings: name the folder that lists of leavers are looked for in at first.
        takes_schools: whether schools can be chosen (a school's report is of itself).
    """

    TITLE_TEXT = N_("Report")
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="save", key="f9", title=N_("run"), help=N_("Run the report with these."), rank=5),
        Action(
            id="pick",
            key="f4",
            title=N_("pick"),
            help=N_("Pick a school, authorities or a list of leavers, whichever field you are in."),
            rank=7,
        ),
    )

    def __init__(
        self,
        site: Any,
        actor: Any,
        report: Report,
        answered: Answered,
        settings: Any,
        takes: Sequence[Given],
    ) -> None:
        super().__init__()
        self._site = site
        self._actor = actor
        self._report = report
        self._before = answered
        self._settings = settings
        self._takes = tuple(takes)
        self._texts: dict[Given, Field] = {}
        self._choices: dict[Given, OneOf] = {}

    def fields(self) -> Iterable[Widget]:
        """A field each, in the order of the report."""
        wanted = self._before.wanted
        values = {
            Given.START: wanted.start,
            Given.END: wanted.end,
            Given.SCHOOLS: " ".join(wanted.schools),
            Given.AUTHORITIES: " ".join(wanted.authorities),
            Given.LEAVERS: str(self._before.leavers or ""),
        }
        ticked = {Given.ALL_WALES: wanted.all_wales, Given.NOW_DOWNLOADED: wanted.now_downloaded}
        for key in self._takes:
            one = PARAMETERS[key]
            if key is Given.WHICH:
                self._choices[key] = OneOf(one.title, WHICH, wanted.which or "both", id=str(key))
                yield self._choices[key]
            elif key in _TICKS:
                chosen = "yes" if ticked[key] else ""
                self._choices[key] = OneOf(one.title, YES_NO_KEYS, chosen, id=str(key))
                yield self._choices[key]
            else:
                field = Field(one.title, values[key], id=str(key))
                everywhere = key is Given.AUTHORITIES and self._actor.role is Role.WG
                field.input.placeholder = _("all") if everywhere else _(one.default)
                self._texts[key] = field
                yield field

    def on_mount(self) -> None:
        """Which report it is."""
        self.query_one(".form--title", Line).say(_(self._report.title))
        first = next(iter(self._texts.values()), None)
        if first is not None:
            self.set_focus(first.input)

    def about(self) -> str:
        """What each field takes."""
        return "\n".join(f"{_(PARAMETERS[key].title)}: {_(PARAMETERS[key].says)}" for key in self._takes)

    def can(self, action: Action) -> bool:
        """Picking is for the fields that take more than days."""
        if action.id != "pick":
            return super().can(action)
        focused = self.focused
        return isinstance(focused, Input) and focused.id in (*map(str, _LISTS), str(Given.LEAVERS))

    async def do_pick(self) -> None:
        """Pick for the field that has the focus."""
        focused = self.focused
        if not isinstance(focused, Input):
            return
        if focused.id == str(Given.SCHOOLS):
            own = self._actor.authority
            finder = SchoolFinder(
                self._site, self._actor, _("Which school?"), likely={}, near=[own] if own else []
            )
            school = await self.app.push_screen_wait(finder)
            if school is not None:
                focused.value = f"{focused.value} {school.number}".strip()
        elif focused.id == str(Given.AUTHORITIES):
            await self._pick_authorities(focused)
        else:
            folder = remembered(self._actor.session, "leavers", self._settings)
            picker = FolderPicker(folder, _("Which list of leavers?"), "", files=(".csv", ".txt"))
            chosen = await self.app.push_screen_wait(picker)
            if chosen is not None:
                remember(self._actor.session, "leavers", Path(chosen).parent)
                focused.value = reach.told(chosen)

    async def _pick_authorities(self, field: Input) -> None:
        found = await in_thread(directory.authorities, self._actor, self._site)
        cy = language() == "cy"
        rows = [
            Row(place.number, (place.number, place.name_cy if cy and place.name_cy else place.name))
            for place in found
        ]
        form = PickMany(
            _("Which authorities?"),
            _AUTHORITY_COLUMNS,
            rows,
            placeholder=_("number or name; Enter marks"),
            empty=N_("No authority is called so."),
            marked=frozenset(_PARTS.split(field.value)),
        )
        picked = await self.app.push_screen_wait(form)
        if picked is not None:
            field.value = " ".join(map(str, picked))

    async def do_save(self) -> None:
        """Run it; what is wrong is said, in the field that it is wrong in."""
        text = self._text(Given.LEAVERS)
        try:
            path = reach.typed(text, reach.start()) if text else None
            lines = await in_thread(allocation_lines, path) if path is not None else None
            wanted = Wanted(
                start=self._text(Given.START),
                end=self._text(Given.END),
                schools=self._list(Given.SCHOOLS),
                authorities=self._list(Given.AUTHORITIES),
                all_wales=self._choice(Given.ALL_WALES) == "yes",
                which=self._choice(Given.WHICH),
                now_downloaded=self._choice(Given.NOW_DOWNLOADED) == "yes",
                leavers=tuple(lines) if lines is not None else None,
            )
            await in_thread(asking.check, self._actor, self._site, self._report.key, wanted)
        except S2SError as error:
            self.query_one(Status).tell(say(error), "error")
            wrong = str(error.params.get("field", ""))
            for key, field in self._texts.items():
                if str(key) == wrong:
                    self.set_focus(field.input)
            for key, choice in self._choices.items():
                if str(key) == wrong:
                    self.set_focus(choice)
            return
        self.dismiss(Answered(wanted, path))

    def _text(self, key: Given) -> str:
        return self._texts[key].value.strip() if key in self._texts else ""

    def _list(self, key: Given) -> tuple[str, ...]:
        return tuple(part for part in _PARTS.split(self._text(key)) if part)

    def _choice(self, key: Given) -> str:
        return self._choices[key].value if key in self._choices else ""
