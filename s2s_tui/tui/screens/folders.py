"""Choosing a folder by keyboard: where files come from, and where they are saved."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.input import Selection

from s2s_tui.base import reach
from s2s_tui.base.errors import Refused, Unreachable, WrongUse
from s2s_tui.base.settings import Settings
from s2s_tui.base.translation import N_, _
from s2s_tui.tui.acting import Hint
from s2s_tui.tui.form import Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.text import DONE
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.foot import Foot
from s2s_tui.tui.widgets.line import Line, Rule
from s2s_tui.tui.widgets.line_input import LineInput
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.status import Status
from s2s_tui.tui.widgets.virtual_table import VirtualTable

HERE_KEY = "\0here"
UP_KEY = "\0up"
"""Keys of the two rows that are no folders' names; no folder can be called so."""
MOST = 20_000
"""Folders listed of one folder."""

COLUMNS = (Column(id="name", title=N_("Folder"), width=20, grow=1, sortable=False),)

_chosen: dict[tuple[str, str], Path] = {}


def remembered(session: str, purpose: str, settings: Settings, organisation: str = "") -> Path:
    """The folder last chosen in a session for a purpose; before that the settings' one, else the current.

    Args:
        session: the id of the actor's session.
        purpose: `upload` or `save`.
        settings: name the folder to begin with.
        organisation: where that holds a folder called so, such as a shared root's `6804012`, it begins there.
    """
    if (session, purpose) in _chosen:
        return _chosen[session, purpose]
    start = reach.start(settings.folder)
    own = start / organisation
    return own if organisation and reach.is_folder(own) else start


def remember(session: str, purpose: str, folder: Path) -> None:
    """Keep a choice until the session ends."""
    _chosen[session, purpose] = folder


def folders_in(folder: Path) -> list[str]:
    """The names of the folders in a folder, hidden ones apart.

    Raises:
        Refused: `folder-missing` or `folder-unreadable`.
    """
    try:
        found = reach.contents(folder).folders
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refused("folder-missing", folder=reach.told(folder)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused("folder-unreadable", folder=reach.told(folder), reason=reason) from error
    return sorted(found, key=lambda name: (name.casefold(), name))[:MOST]


def files_in(folder: Path, endings: Iterable[str]) -> list[str]:
    """The names of the files in a folder that end in one of some endings (small letters), hidden ones apart.

    Raises:
        Refused: `folder-unreadable`.
    """
    wanted = tuple(endings)
    try:
        found = [name for name in reach.contents(folder).files if name.casefold().endswith(wanted)]
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused("folder-unreadable", folder=reach.told(folder), reason=reason) from error
    return sorted(found, key=lambda name: (name.casefold(), name))[:MOST]


class FolderPicker(Form[Path]):
    """A list of folders with the path above it. Gives the folder chosen, or None.

    With `files` it lists such files, too, and gives the file chosen.

    Args:
        start: the folder to begin with.
        title: what it is for; translated.
        here: what choosing it means (`Save here`); translated.
        making: whether a folder can be made.
        notice: said at first: why it is asked again; translated.
        files: endings (`.csv`) of the files that one of is wanted, not a folder.
    """

    DEFAULT_CSS = """
    FolderPicker {
        & > Vertical > VirtualTable { height: 14; max-height: 60vh; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="save", key="f9", title=N_("this folder"), help=N_("Take the folder shown."), rank=5),
        Action(id="up", key="left,backspace", title=N_("up"), help=N_("The folder above."), rank=20),
        Action(id="make", key="n", title=N_("new folder"), help=N_("Make a folder here."), rank=30),
        Action(id="type", key="slash", title=N_("type a path"), help=N_("Type where to go."), rank=40),
    )

    def __init__(
        self,
        start: Path,
        title: str,
        here: str,
        *,
        making: bool = False,
        notice: str = "",
        files: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self._files = files
        self._notice = notice
        self.folder = start
        self._title = title
        self._here = here
        self._making = making

    def fields(self) -> Iterable[Widget]:
        """Path and list."""
        self._path = LineInput(reach.told(self.folder))
        self._table = VirtualTable(COLUMNS, empty=N_("No folders."))
        return (self._path, Rule("─"), self._table)

    def on_mount(self) -> None:
        """Show the folder."""
        self.query_one(".form--title", Line).say(self._title)
        if self._notice:
            self.query_one(Status).tell(self._notice, "warning")
        self.set_focus(self._table)
        self.run_worker(self._begin(), exit_on_error=False)

    async def _begin(self) -> None:
        # Where the folder is gone, the nearest one above it that is left is shown.
        for folder in (self.folder, *self.folder.parents):
            try:
                await self._go(folder)
            except Refused:
                continue
            return

    async def _go(self, folder: Path, back_to: str = "") -> None:
        names = await in_thread(folders_in, folder)
        files = await in_thread(files_in, folder, self._files) if self._files else []
        self.folder = folder
        self._path.value = reach.told(folder)
        rows = [Row(name, (name,), "new") for name in files]
        if not self._files:
            rows = [Row(HERE_KEY, (f"{DONE} {self._here}",), "done")]
        if not reach.is_top(folder):
            rows.append(Row(UP_KEY, ("../",)))
        rows += [Row(name, (f"{name}/",)) for name in names]
        index = next((at for at, row in enumerate(rows) if row.key == back_to), 0)
        self._table.pages.clear()
        self._table.source = ListSource(rows, ["name"])
        self._table.cursor = index
        self._table.reload()
        self.refresh_bindings()

    def can(self, action: Action) -> bool:
        """Letters are letters while the path is typed."""
        typing = self.focused is self._path
        if action.id == "save" and self._files:
            return False
        if action.id == "make":
            return self._making and not typing
        if action.id == "up":
            return not typing and not reach.is_top(self.folder)
        return not (typing and action.id == "type")

    def hints(self) -> list[Hint]:
        """Enter, while the path is typed."""
        typing = self.focused is self._path
        return [*([Hint("Enter", _("go there"), 4)] if typing else []), *super().hints()]

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Other keys make sense then."""
        self.refresh_bindings()

    async def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Enter: take this folder, go up, or go into one."""
        message.stop()
        key = message.row.key
        if key == HERE_KEY:
            await self.do_save()
        elif key == UP_KEY:
            self.action_act("up")
        elif not self._took(self.folder / str(key)):
            await self._go(self.folder / str(key))

    def _took(self, path: Path) -> bool:
        """Give a file where one is wanted."""
        found = bool(self._files) and reach.is_file(path)
        if found:
            self.dismiss(path)
        return found

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter on a typed path goes there."""
        event.stop()
        event.prevent_default()  # a form would save now
        if self._took(self._typed(event.value)):
            return
        await self._go(self._typed(event.value))
        self.set_focus(self._table)

    def _typed(self, text: str) -> Path:
        return reach.typed(text, self.folder)

    async def do_save(self) -> None:
        """Take the folder shown; a path that was typed and not gone to counts."""
        if self._files:
            if not self._took(self._typed(self._path.value)):
                await self._go(self._typed(self._path.value))
            return
        if self._path.value != reach.told(self.folder):
            await self._go(self._typed(self._path.value))
        await in_thread(folders_in, self.folder)
        self.dismiss(self.folder)

    async def do_up(self) -> None:
        """The folder above, with the cursor where one came from."""
        if not reach.is_top(self.folder):
            await self._go(self.folder.parent, self.folder.name)

    def do_type(self) -> None:
        """To the path, all of it marked: what is typed takes its place."""
        self.set_focus(self._path)
        self._path.selection = Selection(0, len(self._path.value))

    async def do_make(self) -> None:
        """Make a folder and go into it."""
        name = await self.query_one(Foot).prompt(_("Name of the new folder"))
        if not name:
            return
        if Path(name).name != name or "\0" in name or name == "..":
            raise WrongUse("save-name", name=name)
        target = self.folder / name
        try:
            await in_thread(reach.make_folder, target)
        except OSError as error:
            raise Unreachable("disk", path=reach.told(target), reason=error.strerror or str(error)) from error
        await self._go(target)
