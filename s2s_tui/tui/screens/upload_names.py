"""What the Upload screen does about names: mend one by renaming, build one and copy the file under it."""

from pathlib import Path
from typing import ClassVar

from s2s_tui.base.translation import N_, _
from s2s_tui.rules.roles import Actor
from s2s_tui.services import files, naming
from s2s_tui.services.naming import Draft
from s2s_tui.services.site import Site
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.naming import NameForm
from s2s_tui.tui.screens.upload_folder import Folder
from s2s_tui.tui.screens.upload_table import PickTable
from s2s_tui.tui.threads import in_thread


class FolderNames(Pane):
    """The two ways to a right name. A pane built on it has a list, `table`, over a `folder`."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="name",
            key="m",
            title=N_("name it"),
            help=N_("Build the right name, and copy the file under it."),
            rank=20,
        ),
        Action(id="rename", key="r", title=N_("rename"), help=N_("Give the file another name."), rank=50),
    )
    kind: str
    folder: Folder | None
    table: PickTable

    def reload_to(self, name: str) -> None:
        """Show the folder's list again, with the cursor on a file; the pane that has the list does it."""

    async def do_name(self) -> None:
        """Build a name for the file under the cursor; the copy stands under the cursor then."""
        folder, row = self.folder, self.table.row
        if folder is None or row is None:
            return
        path = folder.path / str(row.key)
        draft = await in_thread(_begin, self.actor, self.site, self.kind, path)
        new = await self.app.push_screen_wait(NameForm(self.site, self.actor, draft, path))
        if new is None:
            return
        await in_thread(folder.scan)
        self.reload_to(new)
        said = _("Copied as {new}; {name} stays as it is.")
        self.tell(said.format(name=path.name, new=new), "done")

    async def do_rename(self) -> None:
        """Offer the mended name, or take a typed one."""
        folder, row = self.folder, self.table.row
        if folder is None or row is None:
            return
        name = str(row.key)
        look = folder.look(name)
        new = await self.app.prompt(_("Rename to"), (look.mended if look else None) or name)
        if new is None or new.strip() in ("", name):
            return
        new = new.strip()
        await in_thread(folder.rename, name, new)
        await in_thread(folder.scan)
        self.table.set_marks(self.table.marked - {name})
        self.reload_to(new)
        self.tell(_("{name} is called {new} now.").format(name=name, new=new), "done")


def _begin(actor: Actor, site: Site, kind: str, path: Path) -> Draft:
    return naming.begin(actor, site, kind, files.read(path))
