"""Naming a file: a form that builds the right name, live, and copies the file under it (R-NAM).

The kind is the pane's, the source mostly one's own; what is to be said is where it goes, and a text or a
number. What can be guessed is filled in already.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base import reach
from s2s_tui.base.errors import Refused, S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.rules.mailboxes import LEFT, LOST, Mailbox, is_school, mailbox_kind
from s2s_tui.rules.names import LONGEST_LABEL, BadName, Kind
from s2s_tui.services import directory, naming
from s2s_tui.services.directory import Place
from s2s_tui.services.naming import LOST_BOXES, Draft, Named
from s2s_tui.services.wording import say
from s2s_tui.tui.form import Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.text import DONE, ELLIPSIS, REFUSED
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.line import Line, Literal
from s2s_tui.tui.widgets.line_input import LineInput
from s2s_tui.tui.widgets.source import Row

PAUSE = 0.12
"""Seconds without a key before names and numbers are looked up."""

_LOST_SHORT = {LOST: N_("Lost pupils: destination unknown"), LEFT: N_("Lost pupils: left the sector")}
TEXT_RULE = N_('No space, no brackets, none of / \\ : * ? " < > |; small and capital letters are one.')


class MailboxFinder(SchoolFinder):
    """A field and the mailboxes that fit it: schools, authorities, the lost pupil database's two codes.

    Args:
        site: the site.
        actor: who looks.
        title: what it is for; translated.
        text: what is typed already.
        allowed: the kinds of mailbox that can be taken.
        within: only those of this authority; empty: any.
    """

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="save",
            key="enter,f9",
            title=N_("this one"),
            help=N_("Take what is under the cursor."),
            rank=5,
        ),
    )

    def __init__(
        self, site: Any, actor: Any, title: str, text: str, allowed: frozenset[Mailbox], within: str = ""
    ) -> None:
        super().__init__(site, actor, title, likely={}, near=[actor.authority])
        self._text = text
        self._allowed = allowed
        self._within = within

    def on_mount(self) -> None:
        """Begin with what was typed."""
        if self._text:
            self._field.value = self._text
            self._look_for(self._text, 0.0)

    def _found(self, text: str) -> tuple[list[Row], dict[str, Place]]:
        typed = text.strip()
        # 680LLLL is looked for by its digits: the directory knows the authority as 680.
        wanted = typed[:3] if re.fullmatch(r"[0-9]{3}[A-Za-z]+", typed) else typed
        rows = [
            Row(box, (box, _(_LOST_SHORT[box]), "", ""))
            for box in LOST_BOXES
            if Mailbox.LPD in self._allowed and (not typed or box.startswith(typed.upper()))
        ]
        places: dict[str, Place] = {}
        for each in [wanted] if wanted else self._near:
            for place in directory.find(self._actor, self._site, each):
                places |= {box: replace(place, number=box) for box in self._boxes(place)}
        # Files mostly go to schools, and seldom to another authority.
        own = self._actor.authority
        found = sorted(
            places.values(), key=lambda place: not is_school(place.number) and place.authority != own
        )
        return rows + [self._row(place) for place in found], places

    def _boxes(self, place: Place) -> Iterator[str]:
        if self._within and place.authority != self._within:
            return
        if is_school(place.number):
            if Mailbox.SCHOOL in self._allowed:
                yield place.number
            return
        for kind in (Mailbox.GENERAL, Mailbox.PLASC, Mailbox.ADMISSIONS):
            if kind in self._allowed:
                yield f"{place.number}{kind}"


class NameForm(Form[str]):
    """Gives the name of the copy that was made, or None.

    Args:
        site: the site.
        actor: who names it.
        draft: what is known already.
        path: the file.
    """

    TITLE_TEXT = N_("Name it")
    DEFAULT_CSS = """
    NameForm {
        & > Vertical > Horizontal { height: 1; width: 1fr; padding: 0 1; }
        & > Vertical > Horizontal > Line { width: 1fr; }
        & > Vertical > Horizontal > .naming--label { width: 8; }
        & > Vertical > Horizontal > LineInput { width: 19; margin-right: 1; padding: 0; }
        & > Vertical > Horizontal > LineInput:focus { width: 19; padding: 0; }
        & > Vertical > .naming--name { margin: 1 1 0 1; text-style: bold; }
        & > Vertical > .naming--name.good { color: $success; }
        & > Vertical > .naming--name.bad { color: $error; }
        & > Vertical > .naming--rule { margin: 1 1 0 1; color: $text-muted; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="save",
            key="f9",
            title=N_("copy"),
            help=N_("Copy the file under this name; the original stays."),
            rank=5,
        ),
        Action(id="find", key="f3", title=N_("find"), help=N_("Find the school or authority."), rank=7),
    )

    def __init__(self, site: Any, actor: Any, draft: Draft, path: Path) -> None:
        super().__init__()
        self._site, self._actor, self._path = site, actor, path
        self._draft = draft
        self._own = naming.sources(actor, draft.kind, draft.extension)
        for_schools = naming.acts_for_schools(actor, draft.kind)
        self._may_choose = not draft.passed_on and (for_schools or len(self._own) > 1)
        self._filled = draft.what
        """What was filled in; what differs from it was typed, and stays."""

    def fields(self) -> Iterable[Widget]:
        """From, to, form, text or number; the name; the rule."""
        draft = self._draft
        self._source = LineInput(draft.source, id="source")
        self._source_name = Line()
        self._to = LineInput(draft.destination, placeholder=_("number or name"), id="to")
        self._to_name = Line(_("Enter finds"))
        self._form = LineInput(draft.form, id="form")
        self._form_name = Line()
        self._what = LineInput(draft.what, id="what")
        self._what_name = Line()
        self._form_row = _row(N_("Form"), self._form, self._form_name)
        self._result = Literal(classes="naming--name")
        self._rule = Literal(classes="naming--rule")
        is_text = draft.kind is Kind.GENERIC
        return (
            _row(N_("File"), Line(self._path.name)),
            _row(N_("From"), *([self._source] if self._may_choose else []), self._source_name),
            _row(N_("To"), self._to, self._to_name),
            self._form_row,
            _row(N_("Text") if is_text else N_("Number"), self._what, self._what_name),
            self._result,
            self._rule,
        )

    def on_mount(self) -> None:
        """To what is still to be said."""
        self._form_row.display = False
        self.set_focus(self._what if self._draft.destination else self._to)
        self._say()
        self._look(0.0)

    # What is typed

    @property
    def draft(self) -> Draft:
        """What is typed, as it is."""
        draft = self._draft
        source = self._source.value.strip().upper() if self._may_choose else draft.source
        draft = replace(draft, source=source, destination=self._to.value.strip().upper())
        if len(draft.forms) > 1 and self._form_row.display:
            form = self._form.value.strip().upper()
        else:
            form = draft.form if draft.form in draft.forms else next(iter(draft.forms), "")
        return replace(draft, form=form, what=self._what.value.strip())

    @property
    def _is_filled(self) -> bool:
        return self._what.value.strip() in ("", self._filled)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say the name anew, and look up who that is."""
        event.stop()
        self._say()
        self._look(PAUSE)

    def _say(self) -> None:
        """The name as far as it can be told without looking anything up."""
        draft = self.draft
        several = len(draft.forms) > 1
        if self._form_row.display != several:
            self._form.value = draft.form
            self._form_row.display = several
        self._form_name.say(" ".join(draft.forms))
        if draft.kind is Kind.GENERIC:
            left = _("{count} of {limit} characters")
            self._what_name.say(left.format(count=len(draft.what), limit=LONGEST_LABEL))
        else:
            self._what_name.say(_("the next free one") if self._is_filled else "")
        lost = [f"{box}  {_(words.LOST_RULES[box])}" for box in LOST_BOXES]
        to_lost = draft.destination in LOST_BOXES
        generic = _(TEXT_RULE) if draft.kind is Kind.GENERIC else ""
        self._rule.say("\n".join(lost) if to_lost else generic)
        self._rule.display = to_lost or bool(generic)
        if mailbox_kind(draft.destination) is None:
            self._show(f"{ELLIPSIS} " + _("Say who it goes to."), "")
            return
        try:
            self._show(f"  {draft.name}", "")
        except BadName as error:
            self._show(f"{REFUSED} {say(error.problem)}", "bad" if draft.what else "")

    def _show(self, text: str, how: str) -> None:
        self._result.say(text)
        self._result.set_class(how == "good", "good")
        self._result.set_class(how == "bad", "bad")

    # What is looked up

    def _look(self, pause: float) -> None:
        instead(self, "look", self._later, pause)

    async def _later(self, pause: float) -> None:
        await asyncio.sleep(pause)
        draft = self.draft
        try:
            named = await in_thread(self._complete, draft, self._is_filled)
        except S2SError as error:
            self._show(f"{REFUSED} {say(error)}", "bad")
            return
        except Exception as error:
            self.app.fail(error)  # type: ignore[attr-defined]
            return
        if draft == self.draft:
            self._take(named)

    def _complete(self, draft: Draft, fill: bool) -> Named:
        try:
            found = reach.contents(self._path.parent)
            beside = [*found.folders, *found.files, *found.others]
        except (OSError, Refused):
            beside = []
        return naming.complete(self._actor, self._site, draft, beside, fill=fill)

    def _take(self, named: Named) -> None:
        draft = named.draft
        who = words.who(draft.source, named.source_name)
        if draft.passed_on:
            who = _("{school}, passed on").format(school=who)
        self._source_name.say(named.source_name if self._may_choose else who)
        known = mailbox_kind(draft.destination)
        self._to_name.say(named.destination_name if known else _("Enter finds"))
        if draft.what != self._what.value.strip():
            self._filled = draft.what
            with self.prevent(Input.Changed):
                self._what.value = draft.what
                self._what.cursor_position = len(draft.what)
            self._say()
        if known is not None and (draft.what or not named.problem):
            problem = named.problem
            self._show(
                *((f"{REFUSED} {say(problem)}", "bad") if problem else (f"{DONE} {draft.name}", "good"))
            )

    # What can be done

    def can(self, action: Action) -> bool:
        """Finding, where a mailbox is typed."""
        return action.id != "find" or self.focused in (self._to, self._source)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Other keys make sense then."""
        self.refresh_bindings()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on, finds what is no mailbox yet, and in the last field copies."""
        event.stop()
        event.prevent_default()  # a form would go on in any case
        fields = [field for field in self.query(Input) if field.focusable and field.display]
        is_mailbox = event.input in (self._source, self._to)
        if is_mailbox and mailbox_kind(event.value.strip()) is None:
            self.action_act("find")
        elif event.input is fields[-1]:
            self.action_act("save")
        else:
            self.set_focus(fields[fields.index(event.input) + 1])

    async def do_find(self) -> None:
        """Find a mailbox by name; it is typed in."""
        field = self._source if self.focused is self._source else self._to
        if field is self._source:
            kinds = {found for box in self._own if (found := mailbox_kind(box)) is not None}
            if naming.acts_for_schools(self._actor, self._draft.kind):
                kinds.add(Mailbox.SCHOOL)
            title, allowed, within = _("Who sends it?"), frozenset(kinds), self._actor.organisation
        else:
            title, allowed, within = _("Who does it go to?"), naming.receivers(self._actor, self.draft), ""
        finder = MailboxFinder(self._site, self._actor, title, field.value.strip(), allowed, within)
        chosen = await self.app.push_screen_wait(finder)
        if chosen is not None:
            field.value = chosen.number
            self.set_focus(self._to if field is self._source else self._what)

    async def do_save(self) -> None:
        """Copy the file under the name shown."""
        draft = self.draft
        named = await in_thread(self._complete, draft, self._is_filled)
        if named.problem is not None:
            self._take(named)
            raise Refused(named.problem.code, **named.problem.params)
        path = await in_thread(naming.copy, self._actor, self._site, draft.kind, self._path, named.draft.name)
        self.dismiss(path.name)


def _row(label: str, *parts: Widget) -> Widget:
    return Horizontal(Line(_(label), classes="naming--label"), *parts)
