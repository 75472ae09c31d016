"""The main screen: top line, sidebar, the pane, status and foot."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from s2s_tui.base.translation import N_, _
from s2s_tui.services import inbox
from s2s_tui.tui.acting import Acting, Hint
from s2s_tui.tui.help import Help, help_page
from s2s_tui.tui.in_hand import InHand, in_hand
from s2s_tui.tui.messages import Failed, Told
from s2s_tui.tui.palette import Choice, Palette
from s2s_tui.tui.pane import Later, Pane, focus_of
from s2s_tui.tui.registry import Action, Entry, find, key_name, opens, parent_of, visible
from s2s_tui.tui.session import Session
from s2s_tui.tui.text import NEW
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.foot import Foot
from s2s_tui.tui.widgets.head import Head
from s2s_tui.tui.widgets.line import Rule
from s2s_tui.tui.widgets.menu import Item, Menu
from s2s_tui.tui.widgets.quiet import QuietScreen
from s2s_tui.tui.widgets.status import Status

if TYPE_CHECKING:
    from s2s_tui.tui.app import S2SApp

LOGOFF = "logoff"
"""The entry that the app does itself."""
MESSAGING = "messaging"
"""The entry that counts what is unread."""
LOOK_EVERY = 60
"""Seconds between two looks for new messages; nothing is sent to the terminal unless there are some."""


class Shell(Acting, QuietScreen[None]):
    """What a person sees from logging on to logging off."""

    DEFAULT_CSS = """
    Shell {
        layout: vertical; layers: base above; overflow: hidden;
        & > Horizontal { height: 1fr; }
        & ContentSwitcher { width: 1fr; height: 1fr; }
    }
    """
    AUTO_FOCUS = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="back", key="escape", title=N_("menu"), help=N_("One step back."), rank=70),
        Action(id="help", key="f1", title=N_("help"), help=N_("What can be done here."), rank=10),
        Action(
            id="palette",
            key="ctrl+p,f2",
            title=N_("anything"),
            help=N_("Find anything by its name."),
            rank=65,
            run="palette",
        ),
    )

    if TYPE_CHECKING:
        app: S2SApp

    def __init__(self, session: Session, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.session = session
        self.entries = tuple(entries)
        self.first = ""
        """The id of the entry to open first; empty: the first of the menu."""
        self.current = ""
        """The id of the entry whose pane is shown."""

    def compose(self) -> ComposeResult:
        """The frame, with no pane yet."""
        session = self.session
        parents = {child.id: entry.id for entry in self.entries for child in entry.children}
        items = [
            Item(entry.id, entry.title_for(session.may), entry.key, parents.get(entry.id, ""), entry.apart)
            for entry, _depth in visible(self.entries, session.may)
        ]
        yield Head(session.organisation, session.role, session.user, note=session.note)
        yield Rule("┬")
        with Horizontal():
            yield Menu(items)
            yield ContentSwitcher()
        yield Status("┴")
        yield from in_hand(self.app)
        yield Foot()
        yield Palette()

    async def on_mount(self) -> None:
        """Join the frame and open the first entry."""
        menu = self.query_one(Menu)
        self.query_one(Rule).join(menu.inner)
        self.query_one(Status).join(menu.inner)
        if menu.items:
            await self.open(self.first or menu.items[0].id)
        if self.session.may("messages"):
            self.set_interval(LOOK_EVERY, self.look_for_news)

    def on_resize(self) -> None:
        """The palette lies over the pane."""
        edge = self.query_one(Menu).inner + 1
        palette = self.query_one(Palette)
        palette.styles.offset = (edge, 2)
        palette.styles.width = max(20, min(76, self.size.width - edge))

    @property
    def pane(self) -> Widget | None:
        """The pane shown."""
        return self.query_one(ContentSwitcher).visible_content

    async def open(self, entry_id: str, **wish: Any) -> None:
        """Show an entry's pane, mounted now if it is the first visit, and put the focus in it.

        Args:
            entry_id: the entry; of one that only holds others, its first child is opened.
            wish: handed to the pane's `arrive`.
        """
        entry = find(self.entries, entry_id)
        if entry is None or not entry.allowed(self.session.may):
            return
        entry = opens(entry, self.session.may)
        if entry.id == LOGOFF:
            instead(self, "logoff", self._ask_to_log_off)
            return
        switcher = self.query_one(ContentSwitcher)
        pane_id = "pane-" + entry.id.replace(".", "-")
        found = switcher.query(f"#{pane_id}")
        with self.app.batch_update():  # one painting instead of three
            try:
                if found:
                    pane = found.first(Widget)
                    switcher.current = pane_id
                else:
                    pane = entry.pane() if entry.pane else Later(entry.later)
                    pane.id = pane_id
                    await switcher.add_content(pane, set_current=True)
                if isinstance(pane, Pane):
                    pane.arrive(wish)
            except Exception as error:
                self.post_message(Failed(error))
                return
            self.query_one(Menu).show(entry.id)
        self.current = entry.id
        self.look_for_news()
        self.look_for_task()
        self.query_one(Status).clear_if_read()
        self.set_focus(focus_of(pane) or self.query_one(Menu))
        self.refresh_bindings()

    def on_news_changed(self) -> None:
        """Messages were read or deleted."""
        self.look_for_news()

    def look_for_news(self) -> None:
        """See whether messages are unread, and say so in the top line and the menu (R-MSG-1)."""
        site, session = self.app.site, self.session
        if site is not None and session.may("messages") and self.app.session is session:
            instead(self, "news", self._look_for_news)

    async def _look_for_news(self) -> None:
        try:
            unread = (await in_thread(inbox.news, self.session.actor, self.app.site)).unread
        except Exception as error:
            self.post_message(Failed(error))
            return
        head = self.query_one(Head)
        if unread != head.unread:
            head.set_unread(unread)
            self.query_one(Menu).set_count(MESSAGING, f"{NEW}{unread:,}" if unread else "")

    def on_told(self, message: Told) -> None:
        """Something was done: perhaps what a task asks for. The app says it."""
        if message.kind == "done":
            self.look_for_task()

    def look_for_task(self) -> None:
        """See how the guided task in hand stands (R-SYS-5)."""
        for line in self.query(InHand):
            line.look(self.current)

    async def on_menu_opened(self, message: Menu.Opened) -> None:
        """The sidebar opens."""
        await self.open(message.entry)

    async def drop(self) -> None:
        """Take away a pane that can't be drawn, so that the rest goes on."""
        pane = self.pane
        if pane is not None and not isinstance(pane, Later):
            await pane.remove()
            later = Later(N_("This part can't be shown just now."))
            await self.query_one(ContentSwitcher).add_content(later, id="pane-dropped", set_current=True)
            self.set_focus(self.query_one(Menu))

    def can(self, action: Action) -> bool:
        """Esc is named where there is somewhere to go back to."""
        return action.id != "back" or not isinstance(self.focused, Menu)

    @property
    def _back_title(self) -> str:
        """What Esc leads to inside the pane; empty where it leads to the menu."""
        return self.pane.back_title if isinstance(self.pane, Pane) else ""

    def title_of(self, action: Action) -> str:
        """Esc says where it leads."""
        return (action.id == "back" and self._back_title) or super().title_of(action)

    def hints(self) -> list[Hint]:
        """A step back inside the pane is named before most other keys."""
        is_back = bool(self._back_title)
        return [replace(one, rank=9) if is_back and one.key == "escape" else one for one in super().hints()]

    async def _ask_to_log_off(self) -> None:
        """Ask once, then end the session (R-LOG-5)."""
        if await self.query_one(Foot).ask(_("Log off?")):
            await self.app.end("logoff")
        else:
            self.query_one(Menu).show(self.current)

    def do_back(self) -> None:
        """Esc: stop what is under way, else a step inside the pane, else to the sidebar."""
        if self.query_one(Foot).cancel():
            return
        self.query_one(Status).clear()
        if isinstance(self.focused, Menu) or not (isinstance(self.pane, Pane) and self.pane.step_back()):
            self.set_focus(self.query_one(Menu))

    def do_help(self) -> None:
        """F1."""
        pane = self.pane
        sections: list[tuple[str, list[Action]]] = []
        if isinstance(pane, Acting):
            sections.append((_("Here"), pane.offered()))
        focused = self.focused
        if isinstance(focused, Acting) and focused is not pane:
            sections.append((_("In this part"), focused.offered()))
        about = pane.about() if isinstance(pane, Pane) else ""
        self.app.push_screen(Help(help_page(self._title(self.current), about, sections)))

    def action_palette(self) -> None:
        """Ctrl+P."""
        self.query_one(Palette).show(self.choices())

    def choices(self) -> list[Choice]:
        """What can be done here, then everything that can be opened."""
        found: list[Choice] = []
        acting = [node for node in (self.pane, self.focused) if isinstance(node, Acting)]
        for node in dict.fromkeys(acting):
            for action in node.offered():
                key = action.key.split(",")[0]
                title = node.title_of(action)
                found.append(
                    Choice(
                        f"{title} – {_(action.help)}" if action.help else title,
                        key_name(key),
                        lambda node=node, action=action: self._run(node, action),  # type: ignore[misc]
                    )
                )
        for entry, _depth in visible(self.entries, self.session.may):
            if opens(entry, self.session.may) is entry:
                found.append(
                    Choice(
                        self._title(entry.id),
                        _("menu"),
                        lambda entry=entry: self.call_later(self.open, entry.id),  # type: ignore[misc]
                    )
                )
        found.append(Choice(_("Help"), "F1", self.do_help))
        found.append(Choice(_("Leave the program"), "Ctrl+Q", lambda: self.app.run_quit()))
        return found

    def _run(self, node: Acting, action: Action) -> None:
        self.call_later(self.app.run_action, action.run or f"act({action.id!r})", node)

    def _title(self, entry_id: str) -> str:
        entry, parent = find(self.entries, entry_id), parent_of(self.entries, entry_id)
        titles = [e.title_for(self.session.may) for e in (parent, entry) if e is not None]
        return " › ".join(titles)
