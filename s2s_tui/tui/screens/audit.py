"""Audit: who did what, and who has seen a pupil's file (R-SYS-3, R-DWN-8)."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base import reach
from s2s_tui.base.clock import to_local
from s2s_tui.base.translation import N_, _
from s2s_tui.services import audit_log
from s2s_tui.services.audit_log import Entry, Log, Wanted
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import audit_rows
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.saving import save
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.virtual_table import VirtualTable

NOTHING = N_("Nothing is on record.")
NONE_SUCH = N_("Nothing like that is on record.")


class AuditPane(ListPane[Entry]):
    """The log, the latest first, and what is kept of the act under the cursor."""

    TITLE = N_("Audit")
    HELP = N_(
        "Everything that was done or refused in your authority and its schools, the latest first; ✗ was "
        "refused. / shows only some: of a user, a day, an act, a school, or of a pupil by the UPN, which "
        "tells who looked for the pupil, saw the record or moved a file that holds it. c saves what is shown "
        "as a CSV. That you look is on record, too."
    )
    DEFAULT_CSS = "AuditPane > .list--filter { color: $accent; text-style: bold; }"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="filter",
            key="slash",
            title=N_("show only"),
            help=N_("Of a user, a day, an act, a school, a pupil."),
            permission="audit.view",
            rank=20,
        ),
        Action(
            id="pupil",
            key="u",
            title=N_("pupil"),
            help=N_("Who has seen a pupil's file, by the UPN."),
            permission="audit.view",
            rank=25,
        ),
        Action(
            id="save",
            key="c",
            title=N_("CSV"),
            help=N_("Save what is shown as a CSV."),
            permission="audit.view",
            rank=30,
        ),
        Action(
            id="again", key="r", title=N_("again"), help=N_("Read again what was done meanwhile."), rank=60
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Wanted()
        self._log: Log | None = None

    def compose(self) -> ComposeResult:
        """What it is narrowed to, the list, the details."""
        self.filter_line = Line(classes="list--filter")
        self.filter_line.display = False
        yield self.filter_line
        yield self.lay(
            VirtualTable(audit_rows.COLUMNS, flagged=True, empty=NOTHING, sort="at", descending=True)
        )

    def arrive(self, wish: Mapping[str, Any]) -> None:
        """Read at the first visit, and when a `pupil` is asked for; else it stays as it was read."""
        if wish.get("pupil"):
            self.wanted = Wanted(pupil=str(wish["pupil"]))
        if wish.get("pupil") or self._log is None:
            self.reload()

    async def read(self) -> None:
        """Ask for the log anew: what was done meanwhile is in it."""
        wanted = self.wanted

        def ask() -> Log:
            if wanted.pupil:
                return audit_log.pupil(self.actor, self.site, wanted.pupil, wanted)
            return audit_log.entries(self.actor, self.site, wanted)

        self._log = await in_thread(ask)
        said = audit_rows.said_of(wanted)
        self.filter_line.display = bool(said)
        self.filter_line.say(said, _("Esc shows all"))
        self.table.empty = NONE_SUCH if said else NOTHING
        source = audit_rows.Entries(self._log)
        self.show(source, source.found, again=False)

    def details_of(self, record: Entry) -> Iterator[Para]:
        """What is kept of it."""
        return audit_rows.details(record)

    def on_virtual_table_opened(self) -> None:
        """Enter: the details with the room."""
        if self.here is not None:
            self.hold(audit_rows.details(self.here))

    async def do_filter(self) -> None:
        """Ask what to show."""
        wanted = await self.app.push_screen_wait(audit_rows.Narrow(self.wanted))
        if wanted is not None and wanted != self.wanted:
            await self._turn(wanted)

    async def do_pupil(self) -> None:
        """Ask for a UPN alone."""
        upn = await self.app.prompt(_("UPN"), self.wanted.pupil)
        if upn is not None and upn.strip():
            await self._turn(Wanted(pupil=upn.strip()))

    async def _turn(self, wanted: Wanted) -> None:
        """Show another part of the log; where there is none such, the one before stays."""
        before, self.wanted = self.wanted, wanted
        try:
            await self.read()
        except Exception:
            self.wanted = before
            raise
        self.screen.set_focus(self.table)

    def do_again(self) -> None:
        """Read again."""
        self.reload()

    async def do_save(self) -> None:
        """Save what is shown."""
        log = self._log
        if log is None:
            return
        name = f"s2s_audit_{to_local(self.site.clock()):%Y%m%d_%H%M}.csv"

        async def write(folder: Path) -> Path:
            with self.app.progress(_("Saving {name}").format(name=name)):
                return await in_thread(partial(log.save, folder / name))

        path = await save(self, _("Where is {name} saved?").format(name=name), write)
        if path is not None:
            self.tell(_("Saved as {path}.").format(path=reach.told(path)), "done")

    def widen(self) -> bool:
        """Show all."""
        if self.wanted == Wanted():
            return False
        self.wanted = Wanted()
        self.reload()
        return True
