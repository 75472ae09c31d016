"""Messaging › Send, in three steps one can go back through: begin, recipients, write (R-MSG-2)."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Input, TextArea

from s2s_tui.base import reach
from s2s_tui.base.clock import to_local
from s2s_tui.base.errors import NotFound, S2SError
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.rules.messages import left_open
from s2s_tui.services import draft_pages, drafts, message_sending, templates
from s2s_tui.services.drafts import Draft
from s2s_tui.services.message_sending import Answer
from s2s_tui.services.wording import say
from s2s_tui.tui.acting import Hint
from s2s_tui.tui.form import Field
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import saving
from s2s_tui.tui.screens.message_rows import named
from s2s_tui.tui.screens.recipients import Recipients
from s2s_tui.tui.screens.send_begin import Begin
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.line import Line, Rule
from s2s_tui.tui.widgets.writing import Writing

PAUSE = 1.5
"""Seconds without a key before what is written is saved as a draft."""
BEGIN, TO, WRITE = "begin", "to", "write"
STEPS = (BEGIN, TO, WRITE)
TITLES = {BEGIN: N_("1 Begin"), TO: N_("2 Recipients"), WRITE: N_("3 Write and send")}


class SendPane(Pane):
    """A message being written; it is saved as a draft whenever one pauses."""

    TITLE = N_("Send a message")
    HELP = N_(
        "Three steps: begin with a template, a draft or a blank page; say who gets it; write and send. F9 "
        "goes on to the next step and at last sends, Esc goes one step back. What you write is kept as a "
        "draft by itself. Recipients hear by e-mail only that a message waits, never what it says."
    )
    DEFAULT_CSS = """
    SendPane {
        & ContentSwitcher { height: 1fr; width: 1fr; }
        & #step-write { height: 1fr; }
        & #step-write Field > Line { width: 11; padding: 0 1; }
        & #step-write > .send--to { padding: 0 1; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="on", key="f9", title=N_("go on"), help=N_("To the next step; at last: send."), rank=4),
        Action(
            id="print",
            key="f8",
            title=N_("print"),
            help=N_("Save what is written as a text file, before it is sent."),
            rank=30,
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.draft = Draft()
        self.step = BEGIN
        self._begun = ("", "")
        """Subject and text as the template gave them: filled in anew while nobody has changed them."""
        self._saved = Draft()
        self._keeping = asyncio.Lock()
        """One saving or sending at a time: each knows the draft that the one before it made."""

    def compose(self) -> ComposeResult:
        """The steps, one of them shown."""
        self.steps = Tabs()
        yield self.steps
        with ContentSwitcher(initial="step-begin"):
            self.begin = Begin(self.site, self.actor, id="step-begin")
            yield self.begin
            self.recipients = Recipients(self.site, self.actor)
            self.recipients.id = "step-to"
            yield self.recipients
            with Vertical(id="step-write"):
                self.to_line = Line(classes="send--to")
                yield self.to_line
                self.subject = Field(N_("Subject"), id="subject")
                yield self.subject
                yield Rule("─")
                self.text = Writing(placeholder=_("Write here."), id="text")
                yield self.text

    def start(self) -> Widget:
        """Where the step begins."""
        if self.step == BEGIN:
            return self.begin.table
        if self.step == TO:
            return self.recipients.table
        return self.text if self.subject.value else self.subject.input

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Go on where one was; `new`, `draft`, `to` (recipients), `answer` with `answers` begin something."""
        answer: Answer | None = wish.get("answer")
        if "draft" in wish:
            self.run_worker(self._take(wish["draft"], TO), group="take", exit_on_error=False)
        elif answer is not None:
            draft = Draft(answer.to, answer.subject, f"\n\n{answer.quoted}\n", answers=wish.get("answers"))
            self.run_worker(self._take(draft, WRITE), group="take", exit_on_error=False)
        elif "to" in wish:
            self.run_worker(self._take(Draft(tuple(wish["to"])), BEGIN), group="take", exit_on_error=False)
        elif wish.get("new") or self.step == BEGIN:
            self.run_worker(self._take(Draft(), BEGIN), group="take", exit_on_error=False)
        else:
            self._say_steps()

    # The steps

    async def _take(self, draft: Draft, step: str) -> None:
        """Write on this one; what was being written before stays as a draft."""
        try:
            await self._keep()
            self.draft = self._saved = draft
            self._begun = (draft.subject, draft.text)
            self.subject.input.value, self.text.text = draft.subject, draft.text
            await self.recipients.put(draft.to)
            await self._go(step)
        except Exception as error:
            self.app.fail(error)

    async def _go(self, step: str) -> None:
        self.step = step
        self.query_one(ContentSwitcher).current = f"step-{step}"
        if step == BEGIN:
            self.begin.reload()
        elif step == WRITE:
            await self._fill()
            self._say_to()
        elif step == TO:
            self.recipients.words = (self.subject.value, self.text.text)
            await self.recipients.look()
        self._say_steps()
        if self.app.screen.focused is None or self.app.screen.focused in self.walk_children(Widget):
            self.screen.set_focus(self.start())
        self.refresh_bindings()

    async def _fill(self) -> None:
        """Fill a template's fields in for these recipients, while nobody has changed its text."""
        if not self.draft.template or (self.subject.value, self.text.text) != self._begun:
            return
        found = await in_thread(
            templates.filled, self.actor, self.site, self.draft.template, self.recipients.picked
        )
        self._begun = (found.subject, found.text)
        self.subject.input.value, self.text.text = self._begun
        if found.problems:
            self.tell(say(found.problems[0]))

    def _say_steps(self) -> None:
        count = len(self.recipients.picked)
        said = [(step, _(TITLES[step]) + (f" · {count:,}" if step == TO and count else "")) for step in STEPS]
        saved = self._saved.saved
        right = _("kept {time}").format(time=f"{to_local(saved):%H:%M}") if saved is not None else ""
        self.steps.say(said, self.step, right)

    def _say_to(self) -> None:
        nobody = _("nobody yet: Esc goes back to the recipients")
        said = "; ".join(named(self.recipients.chosen.recipients)) or nobody
        self.to_line.say(f"{_('To'):<10}{said}")

    async def on_begin_chosen(self, message: Begin.Chosen) -> None:
        """A template, a draft or a blank page was chosen."""
        message.stop()
        draft = message.draft
        if draft.id is None and self.draft.to and not draft.to:
            draft = replace(draft, to=self.draft.to)  # begun for somebody
        await self._take(draft, WRITE if draft.id is not None and draft.to else TO)

    async def on_virtual_table_opened(self) -> None:
        """Enter in the recipients: on to the text."""
        if self.step == TO:
            self.action_act("on")

    async def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        """A click on a step: back to it, or on where that is possible."""
        if self.step != BEGIN or message.tab == BEGIN:
            await self._go(message.tab)

    async def on_recipients_changed(self, message: Recipients.Changed) -> None:
        """Others get it: kept in the draft."""
        message.stop()
        self._say_steps()
        self._keep_soon()
        self.refresh_bindings()

    @property
    def back_title(self) -> str:
        """The step before."""
        return "" if self.step == BEGIN else _("back")

    def step_back(self) -> bool:
        """One step back; from the first one to the menu."""
        if self.step == BEGIN:
            return False
        self.run_worker(self._back(), group="take", exit_on_error=False)
        return True

    async def _back(self) -> None:
        try:
            await self._keep()
            await self._go(STEPS[STEPS.index(self.step) - 1])
        except Exception as error:
            self.app.fail(error)

    # Drafts

    def on_input_changed(self, event: Input.Changed) -> None:
        """The subject is another."""
        event.stop()
        self._keep_soon()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The text is another."""
        event.stop()
        self._keep_soon()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the subject: to the text."""
        event.stop()
        self.screen.set_focus(self.text)

    @property
    def written(self) -> Draft:
        """What is written now."""
        return replace(self.draft, to=self.recipients.picked, subject=self.subject.value, text=self.text.text)

    def _keep_soon(self) -> None:
        instead(self, "keep", self._keep_later)

    async def _keep_later(self) -> None:
        await asyncio.sleep(PAUSE)
        # In a worker that the next key doesn't cancel: what it has saved would be saved again as another.
        self.run_worker(self._keep_now(), group="kept", exit_on_error=False)

    async def _keep_now(self) -> None:
        try:
            await self._keep()
        except S2SError as error:
            self.app.fail(error)

    async def _keep(self) -> None:
        """Keep it as a draft, if there is anything new in it that somebody wrote or picked."""
        async with self._keeping:
            await self._save()

    async def _save(self) -> None:
        written = self.written
        same = (self._saved.to, self._saved.subject, self._saved.text)
        if (written.to, written.subject, written.text) == same:
            return
        if not written.to and (written.subject, written.text) == self._begun:
            return
        try:
            kept = await in_thread(drafts.save, self.actor, self.site, written)
        except NotFound as error:
            self._go_on_without(error)
            await self._save()
            return
        if (self.draft.id, self.draft.answers) == (written.id, written.answers):
            self.draft = replace(self.draft, id=kept.id, saved=kept.saved)
            self._saved = kept
            self._say_steps()

    def _go_on_without(self, error: NotFound) -> None:
        """What is written stays, whatever became elsewhere of its draft or of what it answers."""
        if error.code == "draft-unknown":
            self.draft = replace(self.draft, id=None, saved=None)
            self.tell(_("Its draft was sent, dropped or changed elsewhere. F9 sends this."), "warning")
        elif error.code == "message-unknown":
            self.draft = replace(self.draft, answers=None)
            self.tell(_("What it answers is gone from your inbox. F9 sends it all the same."), "warning")
        else:
            raise error

    # Going on, printing

    def can(self, action: Action) -> bool:
        """Printing needs something written."""
        return self.is_mounted and (action.id != "print" or self.step == WRITE)

    def hints(self) -> list[Hint]:
        """Where one begins, Enter chooses: F9, which does the same, need not be named."""
        return [one for one in super().hints() if one.key != "f9" or self.step != BEGIN]

    def title_of(self, action: Action) -> str:
        """The last step sends."""
        return _("send") if action.id == "on" and self.step == WRITE else super().title_of(action)

    async def do_on(self) -> None:
        """The next step; at last send."""
        if self.step == BEGIN:
            self.begin.choose()
        elif self.step == TO:
            if not self.recipients.picked:
                self.tell(_("First add somebody: a adds authorities and roles, s a school."), "warning")
                return
            await self._go(WRITE)
        else:
            await self._send()

    async def _send(self) -> None:
        self.recipients.words = (self.subject.value, self.text.text)
        await self.recipients.look()
        chosen = self.recipients.chosen
        wrong = next((one for one in chosen.problems if one.severity == "refuse"), None)
        if wrong is not None or not chosen.recipients:
            await self._go(TO)
            self.tell(say(wrong) if wrong else _("First say who gets it."), "warning")
            return
        count = len({one.lies_in for one in chosen.recipients})
        left = ", ".join(left_open(f"{self.subject.value} {self.text.text}"))
        if left and not await self.app.ask(_("{field} still stands in it. Send it so?").format(field=left)):
            return
        question = ngettext("Send it to {count} inbox?", "Send it to {count} inboxes?", count)
        if count < len(chosen.recipients):
            question = ngettext(
                "Send it to {picked} recipients, in {count} inbox?",
                "Send it to {picked} recipients, in {count} inboxes?",
                count,
            )
        if not await self.app.ask(question.format(count=f"{count:,}", picked=f"{len(chosen.recipients):,}")):
            return
        if chosen.asks_twice:
            problem = next(one for one in chosen.problems if one.code == "message-list-to-all")
            again = _(
                "A list of pupils ({pupils}) to all authorities is poor practice: most will ignore it. "
                "Send it all the same?"
            )
            if not await self.app.ask(again.format(pupils=problem.params["pupils"])):
                return
        async with self._keeping:
            written = self.written
            options: dict[str, Any] = {"draft": written.id, "confirmed": 2 if chosen.asks_twice else 1}
            try:
                receipt = await in_thread(
                    message_sending.send,
                    self.actor,
                    self.site,
                    written.to,
                    written.subject,
                    written.text,
                    template=written.template,
                    answers=written.answers,
                    **options,
                )
            except NotFound as error:
                self._go_on_without(error)
                return
            self.draft = self._saved = Draft()
            self._begun = ("", "")
            self.subject.input.value, self.text.text = "", ""
            await self.recipients.put(())
        await self._go(BEGIN)
        await self.app.open("messaging.sent")
        sent = ngettext("Sent to {count} inbox;", "Sent to {count} inboxes;", count)
        told = ngettext(
            "{count} e-mail says that it waits.", "{count} e-mails say that it waits.", receipt.told
        )
        said = sent.format(count=f"{count:,}") + " " + told.format(count=f"{receipt.told:,}")
        self.tell(said, "done")

    async def do_print(self) -> None:
        """Save what is written as a text file (R-MSG-2)."""
        written = self.written

        async def write(folder: Path) -> Path:
            return await in_thread(draft_pages.save_text, self.actor, self.site, written, folder)

        path = await saving.save(self, _("Where is the text saved?"), write)
        if path is not None:
            self.tell(_("Saved as {path}.").format(path=reach.told(path)), "done")
