"""Messaging › Inbox: read, reply, print, delete (R-MSG-1)."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base.errors import NotFound
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import inbox, message_sending, messages
from s2s_tui.services.inbox import Item
from s2s_tui.services.messages import Shown
from s2s_tui.tui.messages import NewsChanged
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import message_acts, message_rows
from s2s_tui.tui.screens.list_pane import NarrowedPane
from s2s_tui.tui.screens.message_rows import INBOX_COLUMNS, Received
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.virtual_table import VirtualTable


class InboxTable(VirtualTable):
    """The messages."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("read"),
            help=N_("Open the message; that it was read is on record."),
            rank=8,
            run="open",
        ),
    )


class InboxPane(NarrowedPane[Item]):
    """The messages of one's inbox, the newest first, and the one that is open."""

    TITLE = N_("Inbox")
    HELP = N_(
        "Messages to your inbox, which all accounts of your role share: ● and red are unread. Enter opens "
        "one. Unread messages are deleted after 31 days, read ones 14 days after they were first opened; "
        "“Days left” counts. s or a click on a heading sorts."
    )
    COUNTED = frozenset({"delete"})
    FILTERS = N_("Sender or subject")
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="reply", key="r", title=N_("reply"), help=N_("Answer the sender."), rank=12),
        Action(
            id="reply-all",
            key="R",
            title=N_("to all"),
            help=N_("Answer the sender and all other recipients."),
            rank=40,
        ),
        Action(id="new", key="n", title=N_("new"), help=N_("Write a new message."), rank=14),
        Action(id="print", key="p", title=N_("print"), help=N_("Save the message as a text file."), rank=24),
        Action(
            id="delete",
            key="x",
            title=N_("delete"),
            help=N_("Delete the marked messages, or this one, for your whole inbox."),
            rank=20,
        ),
        Action(
            id="filter", key="slash", title=N_("filter"), help=N_("By sender, number or subject."), rank=35
        ),
        Action(id="unread", key="w", title=N_("unread"), help=N_("Only what is unread, or all."), rank=36),
        Action(
            id="next",
            key="right",
            title=N_("next"),
            help=N_("While reading: the next message of the list."),
            rank=38,
        ),
        Action(
            id="previous",
            key="left",
            title=N_("one back"),
            help=N_("While reading: the message before."),
            rank=99,
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.unread_only = False
        self.shown: Shown | None = None
        """The message that is open."""
        self._wanted: tuple[str, bool] | None = None

    def compose(self) -> ComposeResult:
        """List and details."""
        yield from self.lay_filter()
        yield self.lay(
            InboxTable(
                INBOX_COLUMNS,
                markable=True,
                flagged=True,
                empty=N_("No messages. n writes one."),
                sort="received",
                descending=True,
            )
        )

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Read again; `unread` asks for what is unread only."""
        if "unread" in wish:
            self.unread_only = bool(wish["unread"])
            self.filter = ""
        self._say()
        super().arrive(wish)

    async def read(self) -> None:
        """The inbox as the filter says, and what is new in it."""
        wanted = (self.filter, self.unread_only)
        found = await in_thread(
            inbox.received, self.actor, self.site, self.filter, unread_only=self.unread_only
        )
        again, self._wanted = self._wanted == wanted, wanted
        source = Received(found)
        self.show(source, source.found, again=again)
        self.post_message(NewsChanged())

    def _say(self) -> None:
        text = _("Only unread messages") if self.unread_only else ""
        if self.filter:
            text = f"{text} · " * bool(text) + _("Only with “{text}”").format(text=self.filter)
        self.filter_line.display = bool(text)
        self.filter_line.say(text, _("Esc shows all"))

    def narrow(self) -> None:
        """The list is another."""
        self._say()
        self.table.clear_marks()
        self.reload()

    def widen(self) -> bool:
        """Show all."""
        if not (self.filter or self.unread_only):
            return False
        self.filter, self.unread_only = "", False
        self.narrow()
        return True

    def details_of(self, record: Item) -> Iterator[Para]:
        """Who wrote and when; its text is read by opening it."""
        return message_rows.about(record)

    # Reading

    async def on_virtual_table_opened(self) -> None:
        """Enter: read."""
        await self._open()

    async def _open(self) -> None:
        if self.here is None:
            return
        was_read = self.here.is_read
        try:
            self.shown = await in_thread(messages.show, self.actor, self.site, self.here.id)
        except NotFound:
            self.reload()
            raise
        self.hold(message_rows.opened(self.shown))
        if not was_read:
            self.reload()
        self.refresh_bindings()

    def release(self) -> bool:
        """Close the message."""
        self.shown = None
        return super().release()

    async def do_next(self) -> None:
        """The next message, opened."""
        await self._turn(1)

    async def do_previous(self) -> None:
        """The message before, opened."""
        await self._turn(-1)

    async def _turn(self, step: int) -> None:
        index = self.table.cursor + step
        if not 0 <= index < self.table.total:
            self.tell(_("That was the last one.") if step > 0 else _("That was the first one."))
            return
        self.table.go_to(index)
        if self.here is not None:
            await self._open()

    # What can be done

    def can(self, action: Action) -> bool:
        """What is about a message needs one."""
        if not super().can(action):
            return False
        if action.id in ("next", "previous"):
            return self.is_held
        if action.id in ("reply", "reply-all"):
            return self._current is not None and (self.shown is None or self.shown.may_answer)
        if action.id == "print":
            return self._current is not None
        return not (action.id in ("filter", "unread") and self.is_held)

    def title_of(self, action: Action) -> str:
        """What `w` changes to."""
        if action.id == "unread" and self.unread_only:
            return _("all messages")
        return super().title_of(action)

    @property
    def _current(self) -> int | None:
        """The message that an act is about: the open one, else the one under the cursor."""
        if self.shown is not None:
            return self.shown.id
        return self.here.id if self.here is not None else None

    def do_unread(self) -> None:
        """Only the unread, or all."""
        self.unread_only = not self.unread_only
        self.narrow()

    async def do_new(self) -> None:
        """Write."""
        await self.app.open("messaging.send", new=True)

    async def do_reply(self) -> None:
        """Answer the sender."""
        await self._answer(to_all=False)

    async def do_reply_all(self) -> None:
        """Answer all."""
        await self._answer(to_all=True)

    async def _answer(self, *, to_all: bool) -> None:
        current = self._current
        if current is None:
            return
        if self.shown is None:
            # Who answers has read: it is opened, and so on record, before it is quoted.
            await in_thread(messages.show, self.actor, self.site, current)
        answer = await in_thread(message_sending.begin_answer, self.actor, self.site, current, to_all=to_all)
        await self.app.open("messaging.send", answer=answer, answers=current)

    async def do_print(self) -> None:
        """Save as text where the person chooses, never over another file (R-MSG-1)."""
        current = self._current
        if current is not None and await message_acts.print_message(self, current):
            self.reload()

    async def do_delete(self) -> None:
        """Delete the marked ones, or the open one."""
        ids = [self.shown.id] if self.shown is not None else self.chosen_ids
        question = ngettext(
            "Delete this message for your whole inbox?",
            "Delete {count} messages for your whole inbox?",
            len(ids),
        )
        if not await self.app.ask(question.format(count=f"{len(ids):,}")):
            return
        outcomes = await in_thread(messages.delete, self.actor, self.site, ids)
        done = sum(outcome.ok for outcome in outcomes)
        said = ngettext("{count} message deleted.", "{count} messages deleted.", done)
        self.release()
        self.sum_up(outcomes, said.format(count=f"{done:,}") if done else "")
        self.reload()
