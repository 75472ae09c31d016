"""Messaging › Groups: recipients under one name (R-MSG-4)."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import groups, message_recipients
from s2s_tui.services.groups import Group
from s2s_tui.services.message_page import who
from s2s_tui.services.message_recipients import Chosen
from s2s_tui.services.wording import say
from s2s_tui.tui.form import Field, Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.recipients import Recipients, advice
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Rule
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.status import Status
from s2s_tui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column(id="title", title=N_("Group"), width=24, grow=1),
    Column(id="count", title=N_("Recipients"), width=10, align="right"),
    Column(id="by", title=N_("Changed by"), width=12),
)
_IDS = [column.id for column in COLUMNS]


class GroupTable(VirtualTable):
    """The groups."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("members"),
            help=N_("Who is in the group, by name."),
            rank=8,
            run="open",
        ),
    )


class GroupsPane(ListPane[Group]):
    """The organisation's groups."""

    TITLE = N_("Groups")
    HELP = N_(
        "Recipients under one name, for messages that go to the same inboxes again and again; all accounts "
        "of your organisation share them. When you send, g among the recipients adds a group."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="add", key="a", title=N_("add"), help=N_("Make a new group."), rank=10),
        Action(id="edit", key="e", title=N_("change"), help=N_("Change its name or members."), rank=12),
        Action(id="copy", key="c", title=N_("copy"), help=N_("Make a copy."), rank=14),
        Action(id="write", key="n", title=N_("write to it"), help=N_("Write a message to it."), rank=13),
        Action(
            id="delete",
            key="x",
            title=N_("delete"),
            help=N_("Delete the group; it can't be brought back."),
            rank=16,
        ),
    )

    def compose(self) -> ComposeResult:
        """List and details."""
        yield self.lay(GroupTable(COLUMNS, empty=N_("No groups. a makes one.")))

    async def read(self) -> None:
        """All of them."""
        found = await in_thread(groups.groups, self.actor, self.site)
        rows = [Row(one.id, (one.title, f"{one.count:,}", one.changed_by)) for one in found]
        counts = {one.id: one.count for one in found}
        source = ListSource(
            rows,
            _IDS,
            lambda row, column: counts[str(row.key)] if column == "count" else row.cells[_IDS.index(column)],
        )
        self.show(source, {one.id: one for one in found}, again=True)

    def details_of(self, record: Group) -> Iterator[Para]:
        """How many, and who changed it last."""
        yield Para(record.title, style="head")
        count = ngettext("{count} recipient", "{count} recipients", record.count)
        yield Para(count.format(count=f"{record.count:,}") + ". " + _("Enter names them."))
        said = _("Changed {when} by {who}.")
        yield Para(said.format(when=words.whole_moment(record.changed), who=record.changed_by), style="dim")

    def can(self, action: Action) -> bool:
        """All but adding needs a group."""
        return super().can(action) and (action.id == "add" or self.here is not None)

    async def on_virtual_table_opened(self) -> None:
        """Enter: the members."""
        if self.here is None:
            return
        group, chosen = await in_thread(self._members, self.here.id)
        self.hold(_members_of(group, chosen))

    def _members(self, group_id: str) -> tuple[Group, Chosen]:
        group = groups.show(self.actor, self.site, group_id)
        return group, message_recipients.chosen(self.actor, self.site, group.members)

    async def do_add(self) -> None:
        """A new one."""
        await self._edited(None)

    async def do_edit(self) -> None:
        """Another name, other members."""
        if self.here is not None:
            await self._edited(await in_thread(groups.show, self.actor, self.site, self.here.id))

    async def _edited(self, group: Group | None) -> None:
        made = await self.app.push_screen_wait(GroupForm(self.site, self.actor, group))
        if made is not None:
            self.tell(_("“{title}” is kept.").format(title=made.title), "done")
            self.release()
            self.seek(made.id)

    async def do_copy(self) -> None:
        """A copy under the next free name."""
        if self.here is not None:
            made = await in_thread(groups.copy, self.actor, self.site, self.here.id)
            self.tell(_("Copied as “{title}”; e changes it.").format(title=made.title), "done")
            self.seek(made.id)

    async def do_write(self) -> None:
        """A message to its members."""
        if self.here is not None:
            group = await in_thread(groups.show, self.actor, self.site, self.here.id)
            await self.app.open("messaging.send", to=group.members)

    async def do_delete(self) -> None:
        """Delete it, after asking."""
        here = self.here
        if here is None:
            return
        question = _("Delete “{title}”? It can't be brought back.").format(title=here.title)
        if await self.app.ask(question):
            await in_thread(groups.delete, self.actor, self.site, here.id)
            self.tell(_("“{title}” is deleted.").format(title=here.title), "done")
            self.release()
            self.reload()


class GroupForm(Form[Group]):
    """A name, and recipients as one picks them for a message. F9 keeps it.

    Args:
        site: the site.
        actor: who makes it.
        group: the one to change, with its members; None for a new one.
    """

    TITLE_TEXT = N_("Group of recipients")
    DEFAULT_CSS = "GroupForm { & Recipients { height: 16; } }"

    def __init__(self, site: Any, actor: Any, group: Group | None) -> None:
        super().__init__()
        self._site = site
        self._actor = actor
        self._group = group

    def fields(self) -> Iterable[Widget]:
        """Title and recipients."""
        self.title_field = Field(N_("Title"), self._group.title if self._group else "", id="title")
        self.recipients = Recipients(self._site, self._actor)
        return (self.title_field, Rule("─"), self.recipients)

    async def on_mount(self) -> None:
        """Those who are in it."""
        await self.recipients.put(self._group.members if self._group is not None else ())

    def after(self, field: Widget) -> Widget:  # noqa: ARG002 - a hook
        """Enter: to the recipients."""
        return self.recipients.table

    async def do_close(self) -> None:  # type: ignore[override]
        """Esc: what was typed or picked is not thrown away by a slip."""
        before = (self._group.title, self._group.members) if self._group is not None else ("", ())
        now = (self.title_field.value, self.recipients.picked)
        if now == before or await self.app.ask(_("Throw away what you typed?")):  # type: ignore[attr-defined]
            self.dismiss(None)

    async def do_save(self) -> None:
        """Keep it; what is wrong is said here, and nothing picked is lost."""
        title, members = self.title_field.value, self.recipients.picked
        try:
            if self._group is None:
                made = await in_thread(groups.add, self._actor, self._site, title, members)
            else:
                made = await in_thread(
                    groups.update,
                    self._actor,
                    self._site,
                    self._group.id,
                    title=title,
                    members=members,
                    seen=self._group,
                )
        except S2SError as error:
            self.query_one(Status).tell(say(error), "error")
            return
        self.dismiss(made)


def _members_of(group: Group, chosen: Chosen) -> Iterator[Para]:
    yield Para(group.title, style="head")
    yield from advice(chosen)
    for one in chosen.recipients:
        yield Para(who(one.inbox, one.name, one.role), "·")
