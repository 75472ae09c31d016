"""Messaging › Templates: view, copy, change, add, delete (R-MSG-4)."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import LANGUAGES, N_, _
from s2s_tui.services import templates
from s2s_tui.services.drafts import Draft
from s2s_tui.services.templates import Template
from s2s_tui.services.wording import say
from s2s_tui.tui.form import Field, Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.message_rows import text_of
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Line, Rule
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.status import Status
from s2s_tui.tui.widgets.virtual_table import VirtualTable
from s2s_tui.tui.widgets.writing import Writing

COLUMNS = (
    Column(id="title", title=N_("Title"), width=25, grow=1),
    Column(id="subject", title=N_("Subject"), width=18, grow=3),
    Column(id="kind", title=N_("From"), width=12, tinted=True),
)
_IDS = [column.id for column in COLUMNS]


class TemplatesPane(ListPane[Template]):
    """The organisation's templates, and those that come with the program."""

    TITLE = N_("Templates")
    HELP = N_(
        "Texts that your organisation uses again; all of its accounts share them. {school}, {la} and {date} "
        "fill themselves in. Those that come with s2s can be used and copied; change the copy. Enter writes "
        "a message with the template."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="add", key="a", title=N_("add"), help=N_("Write a new template."), rank=10),
        Action(id="edit", key="e", title=N_("change"), help=N_("Change this template."), rank=12),
        Action(id="copy", key="c", title=N_("copy"), help=N_("Make a copy that can be changed."), rank=14),
        Action(
            id="delete",
            key="x",
            title=N_("delete"),
            help=N_("Delete the template; it can't be brought back."),
            rank=16,
        ),
    )

    def compose(self) -> ComposeResult:
        """List and preview."""
        yield self.lay(TemplateTable(COLUMNS, empty=N_("No templates. a adds one.")))

    async def read(self) -> None:
        """All of them."""
        found = await in_thread(templates.templates, self.actor, self.site)
        rows = [_row(one) for one in found]
        self.show(ListSource(rows, _IDS), {one.id: one for one in found}, again=True)

    def details_of(self, record: Template) -> Iterator[Para]:
        """The text."""
        yield Para(record.title, style="head")
        if record.changed is not None:
            said = _("Changed {when} by {who}.")
            when = words.whole_moment(record.changed)
            yield Para(said.format(when=when, who=record.changed_by), style="dim")
        yield Para(_("Subject: {subject}").format(subject=record.subject))
        yield Para("")
        yield from text_of(record.text)

    def can(self, action: Action) -> bool:
        """What comes with the program stays as it is."""
        if not super().can(action) or action.id == "add":
            return super().can(action)
        if action.id in ("edit", "delete"):
            return self.here is not None and not self.here.is_ready
        return self.here is not None

    async def on_virtual_table_opened(self) -> None:
        """Enter: write with it."""
        if self.here is not None:
            draft = Draft(subject=self.here.subject, text=self.here.text, template=self.here.id)
            await self.app.open("messaging.send", draft=draft)

    async def do_add(self) -> None:
        """A new one."""
        await self._edited(None)

    async def do_edit(self) -> None:
        """Another text."""
        if self.here is not None:
            await self._edited(self.here)

    async def _edited(self, template: Template | None) -> None:
        made = await self.app.push_screen_wait(TemplateForm(self.site, self.actor, template))
        if made is not None:
            self.tell(_("“{title}” is kept.").format(title=made.title), "done")
            self.seek(made.id)

    async def do_copy(self) -> None:
        """A copy under the next free title."""
        if self.here is not None:
            made = await in_thread(templates.copy, self.actor, self.site, self.here.id)
            self.tell(_("Copied as “{title}”; e changes it.").format(title=made.title), "done")
            self.seek(made.id)

    async def do_delete(self) -> None:
        """Delete it, after asking."""
        here = self.here
        if here is None:
            return
        question = _("Delete “{title}”? It can't be brought back.").format(title=here.title)
        if await self.app.ask(question):
            await in_thread(templates.delete, self.actor, self.site, here.id)
            self.tell(_("“{title}” is deleted.").format(title=here.title), "done")
            self.reload()


class TemplateTable(VirtualTable):
    """The templates."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("write with it"),
            help=N_("Write a message with it."),
            rank=8,
            run="open",
        ),
    )


class TemplateForm(Form[Template]):
    """Title, subject and text of a template. F9 keeps it.

    Args:
        site: the site.
        actor: who writes.
        template: the one to change; None for a new one.
    """

    TITLE_TEXT = N_("Template")
    DEFAULT_CSS = "TemplateForm { & Writing { height: 12; } & .template--fields { padding: 0 1; } }"

    def __init__(self, site: Any, actor: Any, template: Template | None) -> None:
        super().__init__()
        self._site = site
        self._actor = actor
        self._template = template

    def fields(self) -> Iterable[Widget]:
        """Title, subject, text."""
        one = self._template
        self.title_field = Field(N_("Title"), one.title if one else "", id="title")
        self.subject_field = Field(N_("Subject"), one.subject if one else "", id="subject")
        self.text_field = Writing(one.text if one else "", placeholder=_("Text"), id="text")
        fills = Line(
            _("{school}, {la} and {date} fill themselves in; {files} in a chase."), classes="template--fields"
        )
        return (self.title_field, self.subject_field, Rule("─"), self.text_field, fills)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: to the next one."""
        event.stop()
        self.focus_next()

    @property
    def _given(self) -> tuple[str, str, str]:
        return self.title_field.value, self.subject_field.value, self.text_field.text

    async def do_close(self) -> None:  # type: ignore[override]
        """Esc: what was typed is not thrown away by a slip."""
        one = self._template
        before = (one.title, one.subject, one.text) if one is not None else ("", "", "")
        if self._given == before or await self.app.ask(_("Throw away what you typed?")):  # type: ignore[attr-defined]
            self.dismiss(None)

    async def do_save(self) -> None:
        """Keep it; what is wrong is said here, and nothing typed is lost."""
        given = self._given
        try:
            if self._template is None:
                made = await in_thread(templates.add, self._actor, self._site, *given)
            else:
                made = await in_thread(
                    templates.update,
                    self._actor,
                    self._site,
                    self._template.id,
                    title=given[0],
                    subject=given[1],
                    text=given[2],
                    seen=self._template,
                )
        except S2SError as error:
            self.query_one(Status).tell(say(error), "error")
            return
        self.dismiss(made)


def _row(one: Template) -> Row:
    kind = f"s2s, {LANGUAGES.get(one.language, '')}" if one.is_ready else one.changed_by
    return Row(one.id, (one.title, one.subject, kind), "dim" if one.is_ready else "")
