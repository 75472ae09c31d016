"""Messaging › Sent: who has read what was sent from one's inbox, and taking it back (R-MSG-3)."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult

from s2s_tui.base.translation import N_, ngettext
from s2s_tui.services import messages, sent_messages
from s2s_tui.services.sent_messages import SentItem
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import message_acts, message_rows
from s2s_tui.tui.screens.list_pane import NarrowedPane
from s2s_tui.tui.screens.message_rows import SENT_COLUMNS, SentOnes
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.virtual_table import VirtualTable


class SentTable(VirtualTable):
    """What was sent."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="open", key="enter", title=N_("read"), help=N_("Open what was sent."), rank=15, run="open"),
    )


class SentPane(NarrowedPane[SentItem]):
    """What was sent from one's inbox, the newest first, with who has read it."""

    TITLE = N_("Sent")
    HELP = N_(
        "Messages sent from your inbox, by anybody of it. “Unread” counts the inboxes that have yet to open "
        "one; its details name them. c takes a message back from those who have not opened it."
    )
    COUNTED = frozenset({"delete"})
    FILTERS = N_("Subject")
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="who", key="w", title=N_("who read it"), help=N_("Who has read it, and who not."), rank=10),
        Action(
            id="recall",
            key="c",
            title=N_("recall"),
            help=N_("Take it back from those who have not opened it."),
            rank=12,
        ),
        Action(id="print", key="p", title=N_("print"), help=N_("Save it as a text file."), rank=24),
        Action(
            id="delete",
            key="x",
            title=N_("delete"),
            help=N_("Delete your copy; those of the recipients stay."),
            rank=20,
        ),
        Action(id="new", key="n", title=N_("new"), help=N_("Write a new message."), rank=14),
        Action(id="filter", key="slash", title=N_("filter"), help=N_("By subject."), rank=35),
    )

    def __init__(self) -> None:
        super().__init__()
        self._wanted: str | None = None

    def compose(self) -> ComposeResult:
        """List and details."""
        yield from self.lay_filter()
        yield self.lay(
            SentTable(
                SENT_COLUMNS,
                markable=True,
                flagged=True,
                empty=N_("Nothing was sent from here. n writes a message."),
                sort="sent",
                descending=True,
            )
        )

    async def read(self) -> None:
        """What was sent, as the filter says."""
        wanted = self.filter
        found = await in_thread(sent_messages.sent, self.actor, self.site, wanted)
        again, self._wanted = self._wanted == wanted, wanted
        source = SentOnes(found)
        self.show(source, source.found, again=again)

    def details_of(self, record: SentItem) -> Iterator[Para]:
        """When, and how many have read it."""
        return message_rows.read_by(record, ())

    def can(self, action: Action) -> bool:
        """What is about a message needs one; nothing is recalled that all have read."""
        if not super().can(action):
            return False
        if action.id == "recall":
            return self.here is not None and self.here.unread > 0 and self.here.recalled is None
        return action.id not in ("who", "print") or self.here is not None

    async def on_virtual_table_opened(self) -> None:
        """Enter: the message itself."""
        if self.here is not None:
            shown = await in_thread(messages.show, self.actor, self.site, self.here.id)
            self.hold(message_rows.opened(shown))

    async def do_who(self) -> None:
        """Who has read it."""
        if self.here is not None:
            found = await in_thread(messages.readings, self.actor, self.site, self.here.id)
            self.hold(message_rows.read_by(self.here, found))

    async def do_recall(self) -> None:
        """Take it back from those who have not read it."""
        item = self.here
        if item is None:
            return
        question = ngettext(
            "Take it back from {count} inbox that has not read it?",
            "Take it back from {count} inboxes that have not read it?",
            item.unread,
        )
        if not await self.app.ask(question.format(count=f"{item.unread:,}")):
            return
        done = await in_thread(messages.recall, self.actor, self.site, item.id)
        said = ngettext(
            "Taken back from {count} inbox;", "Taken back from {count} inboxes;", done.recalled
        ).format(count=f"{done.recalled:,}")
        read = ngettext("{count} has read it.", "{count} have read it.", done.read)
        self.tell(f"{said} {read.format(count=f'{done.read:,}')}", "done")
        self.release()
        self.reload()

    async def do_new(self) -> None:
        """Write."""
        await self.app.open("messaging.send", new=True)

    async def do_print(self) -> None:
        """Save as text."""
        if self.here is not None:
            await message_acts.print_message(self, self.here.id)

    async def do_delete(self) -> None:
        """Delete the sender's copies."""
        ids = self.chosen_ids
        question = ngettext(
            "Delete your copy of this message?", "Delete your copies of {count} messages?", len(ids)
        )
        if not await self.app.ask(question.format(count=f"{len(ids):,}")):
            return
        outcomes = await in_thread(messages.delete, self.actor, self.site, ids)
        done = sum(outcome.ok for outcome in outcomes)
        said = ngettext("{count} copy deleted.", "{count} copies deleted.", done)
        self.release()
        self.sum_up(outcomes, said.format(count=f"{done:,}") if done else "")
        self.reload()
