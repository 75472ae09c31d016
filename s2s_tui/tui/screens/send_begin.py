"""Send, step 1: a blank page, a draft, or a template with its preview."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from s2s_tui.base.translation import LANGUAGES, N_, _
from s2s_tui.services import drafts, message_recipients, templates
from s2s_tui.services.drafts import Draft
from s2s_tui.services.templates import Template
from s2s_tui.tui.acting import Acting
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.message_rows import named, text_of
from s2s_tui.tui.screens.panel import Beside, Para
from s2s_tui.tui.text import NEW
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Key, ListSource, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column(id="title", title=N_("Begin with"), width=28, grow=2, sortable=False),
    Column(id="kind", title="", width=23, grow=1, sortable=False, tinted=True),
)
_IDS = [column.id for column in COLUMNS]
BLANK = "blank"


class BeginTable(VirtualTable):
    """What to begin with."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="open", key="enter", title=N_("choose"), help=N_("Begin with this."), rank=10, run="open"),
    )


class Begin(Acting, Widget):
    """The list and its preview."""

    DEFAULT_CSS = "Begin { layout: vertical; height: 1fr; width: 1fr; }"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="drop", key="x", title=N_("throw away"), help=N_("Throw this draft away."), rank=20),
    )

    class Chosen(Message):
        """This is what is begun with."""

        def __init__(self, draft: Draft) -> None:
            super().__init__()
            self.draft = draft

    def __init__(self, site: Any, actor: Any, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._site = site
        self._actor = actor
        self._found: dict[Key, Draft | Template] = {}
        self._to: Mapping[int | None, str] = {}

    def compose(self) -> ComposeResult:
        """List and preview."""
        self.table = BeginTable(COLUMNS, flagged=True)
        self.beside = Beside(self.table)
        yield self.beside

    def reload(self) -> None:
        """Read drafts and templates again."""
        instead(self, "list", self._read)

    def _look(self) -> tuple[Sequence[Draft], Sequence[Template], Mapping[int | None, str]]:
        own = drafts.drafts(self._actor, self._site)
        chosen = {one.id: message_recipients.chosen(self._actor, self._site, one.to) for one in own}
        to = {number: "; ".join(named(each.recipients)) for number, each in chosen.items()}
        return own, templates.templates(self._actor, self._site), to

    async def _read(self) -> None:
        try:
            own, ready, self._to = await in_thread(self._look)
        except Exception as error:
            self.app.fail(error)  # type: ignore[attr-defined]
            return
        self._found = {f"draft-{one.id}": one for one in own} | {f"template-{one.id}": one for one in ready}
        rows = [Row(BLANK, (_("A blank page"), ""))]
        for one in own:
            saved = words.whole_moment(one.saved) if one.saved is not None else ""
            title = one.subject or _("(no subject yet)")
            rows.append(Row(f"draft-{one.id}", (title, _("draft, {when}").format(when=saved)), "new", NEW))
        for each in ready:
            ready_made = ", ".join((_("comes with s2s"), LANGUAGES.get(each.language, "")))
            kind = ready_made if each.is_ready else _("your template")
            rows.append(Row(f"template-{each.id}", (each.title, kind), "dim" if each.is_ready else ""))
        self.table.source = ListSource(rows, _IDS)
        self.table.reload()

    @property
    def here(self) -> Draft | Template | None:
        """The draft or template under the cursor."""
        return self._found.get(self.table.row.key) if self.table.row is not None else None

    def on_virtual_table_highlighted(self) -> None:
        """Its preview."""
        self.beside.panel.show(self._preview())
        self.refresh_bindings()

    def _preview(self) -> Iterator[Para]:
        here = self.here
        if here is None:
            yield Para(_("Write from the beginning. Drafts and templates are listed below it."))
            return
        yield Para(here.subject or _("(no subject yet)"), style="head")
        if isinstance(here, Draft):
            yield Para(_("To {who}").format(who=self._to.get(here.id) or _("nobody yet")), style="dim")
        yield from text_of(here.text)

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Enter."""
        message.stop()
        self.choose()

    def choose(self) -> None:
        """Begin with what is under the cursor."""
        here = self.here
        if isinstance(here, Template):
            here = Draft(subject=here.subject, text=here.text, template=here.id)
        if self.table.row is not None:
            self.post_message(self.Chosen(replace(here) if here is not None else Draft()))

    def can(self, action: Action) -> bool:
        """Drafts are thrown away here; templates have their own place."""
        return action.id != "drop" or isinstance(self.here, Draft)

    async def do_drop(self) -> None:
        """Throw a draft away."""
        here = self.here
        if not isinstance(here, Draft) or here.id is None:
            return
        if await self.app.ask(_("Throw this draft away?")):  # type: ignore[attr-defined]
            await in_thread(drafts.drop, self._actor, self._site, [here.id])
            await self._read()
