"""Upload: the list is the picker, and each file is checked before it is sent (R-UPL-1, R-UPL-9).

The files of the person's folder, checked as they come into view; there is nothing to browse for.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from s2s_tui.base import reach
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services.uploads import SENT, Receipt
from s2s_tui.services.wording import say
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.folders import FolderPicker, remember, remembered
from s2s_tui.tui.screens.kinds import KINDS
from s2s_tui.tui.screens.panel import Beside, Para
from s2s_tui.tui.screens.upload_folder import Folder, Verdict
from s2s_tui.tui.screens.upload_names import FolderNames
from s2s_tui.tui.screens.upload_table import PickTable
from s2s_tui.tui.screens.upload_words import paragraphs, question, summary, way_in
from s2s_tui.tui.text import REFUSED
from s2s_tui.tui.threads import in_thread, instead
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.source import Key

AGAIN = 2.0
"""Seconds between two looks at the folder; nothing is painted unless something is different."""
FIRST = 0.25
"""Seconds of checking before a folder is first shown, so that most of it is known by then."""

NEVER = 10_000
"""The width of a terminal that a column which is never shown wants."""

COLUMNS = (
    Column(id="name", title=N_("Name"), width=30, grow=2),
    Column(id="to", title=N_("To"), width=15, grow=3, sortable=False),
    Column(id="pupils", title=N_("Pupils"), width=6, align="right", sortable=False),
    Column(id="size", title=N_("Size"), width=8, align="right", sortable=False, wide=150),
    Column(id="verdict", title="", width=4, tinted=True),
)


class UploadPane(FolderNames):
    """Send the files of a folder.

    Args:
        kind: a `rules.names.Kind`.
    """

    TITLE = N_("Upload")
    HELP = N_(
        "The files of your folder, each checked before it is sent: ✓ fits, ~ look at it first, ✗ can't be "
        "sent; the reason and what to do stand beside it. Mark some with Space, or all that fit with a, then "
        "send them with u. Nothing in your folder is deleted or moved; m builds the right name for a file "
        "and copies it under that."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="upload", key="u", title=N_("upload"), help=N_("Send the marked files, or this one."), rank=12
        ),
        Action(id="folder", key="g", title=N_("other folder"), help=N_("Show another folder."), rank=30),
        Action(
            id="others",
            key="o",
            title=N_("all files"),
            help=N_("Show the folder's other files too, or no longer."),
            rank=75,
        ),
    )

    def __init__(self, kind: str = "ctf") -> None:
        super().__init__()
        self.kind = kind
        self.words = KINDS[kind]
        self.folder: Folder | None = None
        self._checking = False
        self._busy = False
        self._next_look = 0.0

    def compose(self) -> ComposeResult:
        """Title, list, details."""
        yield Line(classes="upload--title")
        columns = tuple(
            column if self.words.has_pupils or column.id != "pupils" else replace(column, wide=NEVER)
            for column in COLUMNS
        )
        self.table = PickTable(columns, self._may_mark, empty=self.words.none_here, sort="name")
        self.table.pane = self
        self.beside = Beside(self.table)
        yield self.beside

    def on_mount(self) -> None:
        """Look at the folder now and then, as files are exported into it while it is shown."""
        self.set_interval(AGAIN, self._look_again)

    def start(self) -> Widget:
        """The list."""
        return self.table

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Look at the folder again; `wish` may name one (`folder`)."""
        if "folder" in wish:
            self._show(Path(wish["folder"]))
        elif self.folder is None:
            actor = self.actor
            self._show(remembered(actor.session, "upload", self.app.settings, actor.organisation))
        else:
            self.rescan()

    def about(self) -> str:
        """What can be done, and what such files are."""
        parts = (super().about(), _(self.words.about), *(para.text for para in way_in()))
        return "\n\n".join(parts)

    # The folder

    def _show(self, path: Path, *, everything: bool = False) -> None:
        self.folder = Folder(self.actor, self.site, path, self.kind, everything=everything)
        self._title()
        instead(self, "scan", self._begin, self.folder)

    async def _begin(self, folder: Folder) -> None:
        def first() -> None:
            folder.scan()
            names = [row.key for row in folder.page(0, 50, self.table.sort, self.table.descending)]
            if names:
                folder.check([str(name) for name in names], FIRST)
            folder.arrange()

        await self._tried(first)
        self.beside.show(folder)
        self._title()
        self._details()
        self.refresh_bindings()

    async def _tried(self, work: Callable[[], object]) -> bool:
        try:
            await in_thread(work)
        except Exception as error:
            self.app.fail(error)
            return False
        return True

    def rescan(self) -> None:
        """List the folder again in the background."""
        if self.folder is not None and not self._busy:
            instead(self, "scan", self._scan, self.folder)

    async def _scan(self, folder: Folder) -> None:
        if await in_thread(folder.scan) and folder is self.folder:
            self._reload()

    def _look_again(self) -> None:
        folder = self.folder
        if folder is None or not self.display or self.app.session is None or monotonic() < self._next_look:
            return
        # A folder of many thousands takes its time: then it is looked at less often.
        self._next_look = monotonic() + 40 * folder.took
        self.rescan()

    def reload_to(self, name: str) -> None:
        """Show the list again, with the cursor on a file."""
        self._reload(name)

    def _reload(self, to: str = "") -> None:
        place = (
            self.folder.position(to, self.table.sort, self.table.descending) if to and self.folder else None
        )
        if place is not None:
            self.table.pages.clear()
            self.table.cursor = place
        self.table.reload()
        self._title()
        self._details()
        self.refresh_bindings()

    def _title(self) -> None:
        folder = self.folder
        if folder is None or not self.is_mounted:
            return
        total, fit, sent, checked = folder.tally()
        right = ""
        if folder.error is None:
            right = ngettext("{count} file", "{count} files", total).format(count=f"{total:,}")
            if total:
                text = _("{count} fit") if checked == total else _("{count} fit so far")
                right += ", " + text.format(count=f"{fit:,}")
            if sent:
                right += ", " + _("{count} sent").format(count=f"{sent:,}")
            if folder.others:
                right += " · " + ngettext("{count} other", "{count} others", folder.others).format(
                    count=f"{folder.others:,}"
                )
        left = f"{_('Upload')} › {_(self.words.title)}   "
        room = (self.size.width or 60) - len(left) - len(right) - 3
        self.query_one(Line).say(left + (words.short_path(folder.path, room) if room > 7 else ""), right)

    def on_resize(self) -> None:
        """The path is cut otherwise."""
        self._title()

    # Checking

    def on_virtual_table_highlighted(self) -> None:
        """Another file is under the cursor: say what is known of it, and check what came into view."""
        self._details()
        self.refresh_bindings()
        self._check()

    def _check(self) -> None:
        if not self._checking and self.folder is not None:
            self._checking = True
            self.run_worker(self._check_on(), group="check", exit_on_error=False)

    async def _check_on(self) -> None:
        try:
            while (folder := self.folder) is not None and self.app.session is not None:
                at = self.table.cursor

                def near(name: str, folder: Folder = folder, at: int = at) -> int:
                    place = folder.position(name, self.table.sort, self.table.descending)
                    return abs((place if place is not None else 10**6) - at)

                names = sorted(folder.unchecked(folder.wanted), key=near)
                if not names:
                    return
                if not await self._tried(lambda folder=folder, names=names: folder.check(names)):  # type: ignore[misc]
                    return
                if folder is self.folder:
                    self._reload()
        finally:
            self._checking = False

    def _details(self) -> None:
        if self.folder is None:
            return
        if self.folder.error is not None:
            self.beside.panel.show([Para(say(self.folder.error), REFUSED, "error")])
            return
        row = self.table.row
        name = str(row.key) if row is not None else ""
        self.beside.panel.show(paragraphs(name, self.folder.look(name)) if name else way_in())

    def _may_mark(self, key: Key) -> bool:
        return self.folder is not None and self.folder.may_go(str(key))

    def say_why(self, name: str) -> None:
        """Say why a file can't be marked."""
        look = self.folder.look(name) if self.folder else None
        if look is None:
            self.tell(_("{name} is still being checked.").format(name=name))
        elif look.verdict is Verdict.SENT:
            self.tell(_("{name} was sent already.").format(name=name))
        else:
            first = say(look.problems[0]) if look.problems else ""
            self.tell(_("{name} can't be sent. {reason}").format(name=name, reason=first), "warning")

    async def mark_all(self) -> None:
        """Check what is still unchecked, then mark all that fits, or unmark it where it is marked."""
        folder = self.folder
        if folder is None or not await self._check_all(folder):
            return
        fitting = frozenset(name for name in folder.names if folder.may_go(name))
        if not fitting:
            self.tell(_("No file of this folder can be sent."), "warning")
        self.table.set_marks(() if fitting <= self.table.marked else fitting)

    async def _check_all(self, folder: Folder) -> bool:
        names = folder.unchecked(folder.names)
        if not names:
            return True
        with self.app.progress(_("Checking"), len(names)) as progress:
            done = 0
            while done < len(names) and not progress.cancelled:
                done += await in_thread(folder.check, names[done:])
                progress.step(done)
        self._reload()
        return not progress.cancelled

    # What can be done

    def on_virtual_table_marks_changed(self) -> None:
        """The foot counts the marks."""
        self.refresh_bindings()

    def can(self, action: Action) -> bool:
        """Sending and renaming where there is something under the cursor."""
        if action.id == "folder":
            return True
        if self.folder is None or not self.is_mounted or not self.may(f"{self.kind}.upload"):
            return False
        if action.id == "others":
            return self.folder.everything or self.folder.others > 0
        if action.id == "upload":
            return bool(self.table.marked) or (
                self.table.row is not None and self.folder.may_go(str(self.table.row.key))
            )
        return self.table.row is not None

    def title_of(self, action: Action) -> str:
        """`upload 2`; `fewer files` where all are shown."""
        if action.id == "upload" and self.table.marked:
            return f"{_(action.title)} {len(self.table.marked):,}"
        if action.id == "others" and self.folder is not None and self.folder.everything:
            return _("fewer files")
        return _(action.title)

    def on_virtual_table_opened(self) -> None:
        """Enter: all that is known of the file."""
        self.beside.open()

    def step_back(self) -> bool:
        """Close the details; then drop the marks."""
        if self.beside.close():
            return True
        had = bool(self.table.marked)
        self.table.clear_marks()
        return had

    async def do_upload(self) -> None:
        """Ask, send one after the other, sum up (R-UPL-9)."""
        folder = self.folder
        if folder is None:
            return
        names = [str(key) for key in self.table.chosen if folder.may_go(str(key))]
        looks = [look for name in names if (look := folder.look(name)) is not None]
        if not looks:
            if self.table.row is not None:
                self.say_why(str(self.table.row.key))
            return
        names.sort()
        if not await self.app.ask(question(looks)):
            return
        receipts: list[tuple[str, Receipt | None]] = []
        self._busy = True
        try:
            with self.app.progress(_("Sending"), len(names)) as progress:
                for name in names:
                    if progress.cancelled:
                        break
                    receipts.append((name, await in_thread(folder.send, name)))
                    progress.step(len(receipts))
        finally:
            self._busy = False
            await self._after_sending(folder, [name for name, _receipt in receipts])
        said, all_went = summary(receipts, len(names))
        if any(receipt is not None and receipt.status == SENT for _name, receipt in receipts):
            said = f"{said} {_(self.words.sent)}" if self.words.sent else said
        self.tell(said, "done" if all_went else "warning")

    async def _after_sending(self, folder: Folder, names: list[str]) -> None:
        def again() -> None:
            folder.scan()
            waiting = folder.unchecked(names)
            if waiting:
                folder.check(waiting)
            folder.arrange()

        await self._tried(again)
        self.table.set_marks(self.table.marked - set(names))
        # What was sent goes to the end of the list; the cursor stays with what is left to do.
        total, _fit, sent, _checked = folder.tally()
        row = self.table.row
        stays = row is not None and row.key not in names
        place = max(0, min(self.table.cursor, total - sent - 1))
        self._reload("" if stays else folder.name_at(place, self.table.sort, self.table.descending))

    async def do_folder(self) -> None:
        """Choose another folder; it is remembered until the session ends."""
        start = self.folder.path if self.folder else reach.start()
        picker = FolderPicker(start, _("Which folder are the files in?"), _("Show this folder"))
        chosen = await self.app.push_screen_wait(picker)
        if chosen is not None:
            remember(self.actor.session, "upload", chosen)
            self._show(chosen)

    def do_others(self) -> None:
        """Show the files of other kinds too, or no longer."""
        if self.folder is not None:
            self._show(self.folder.path, everything=not self.folder.everything)
