"""Download: what came, what is on its way, what became of it (R-DWN-1…4)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from s2s_tui.base import reach
from s2s_tui.base.errors import Refused
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.rules.names import LEFT, LOST
from s2s_tui.rules.roles import mailboxes
from s2s_tui.services import downloads, transfers
from s2s_tui.services.checking import AWAITING, COLLECTED
from s2s_tui.services.downloads import Saved
from s2s_tui.services.listing import MINE, SENT
from s2s_tui.services.transfers import Outcome
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import passing_on, saving
from s2s_tui.tui.screens.download_lists import DownloadLists
from s2s_tui.tui.screens.download_rows import downloadable
from s2s_tui.tui.screens.outcomes import in_steps
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.foot import Progress

ONE_BY_ONE = N_(
    "Generic zips are downloaded one at a time: Esc drops the marks, d then takes the one under the cursor."
)


class DownloadPane(DownloadLists):
    """The lists of one kind of file, and what can be done to the files.

    Args:
        kind: a `rules.names.Kind`.
    """

    COUNTED = frozenset({"download", "reject", "recall", "forward"})
    TITLE = N_("Download")
    HELP = N_(
        "Mark some with Space, then download or reject them. Only your yes to “downloaded correctly?” "
        "collects a file; the sender is told. w changes between what waits, what was collected, and what was "
        "rejected or deleted. ! marks what has waited past a week."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="download",
            key="d",
            title=N_("download"),
            help=N_("Save the marked files, or this one; several become one zip, but not generic ones."),
            rank=12,
        ),
        Action(id="reject", key="x", title=N_("reject"), help=N_("Send files back, with a reason."), rank=25),
        Action(
            id="recall",
            key="c",
            title=N_("call back"),
            help=N_("Call back what you sent to the wrong place."),
            rank=26,
        ),
        Action(
            id="forward",
            key="f",
            title=N_("forward"),
            help=N_("Pass files that came to your authority on to a school."),
            permission="ctf.monitor",
            rank=24,
        ),
    )

    def can(self, action: Action) -> bool:
        """What makes sense in this list, for this role."""
        if not super().can(action):
            return False
        some = bool(self.table.marked) or self.here is not None
        if action.id == "download":
            return some and downloadable(self.tab, self.view) and self.may(f"{self.kind}.download")
        if action.id == "reject":
            permission = "ctf.reject" if self.kind == "ctf" else f"{self.kind}.download"
            return some and self.tab == MINE and self.view == AWAITING and self.may(permission)
        if action.id == "recall":
            return self.view in (AWAITING, COLLECTED) and self._may_recall()
        if action.id == "forward":
            ours = self.kind == "ctf" and self.tab == MINE and self.view in (AWAITING, COLLECTED)
            return some and ours and self.may("ctf.upload")
        return True

    def _may_recall(self) -> bool:
        if not self.may(f"{self.kind}.upload"):
            return False
        if self.tab == SENT:
            return bool(self.table.marked) or self.here is not None
        own = mailboxes(self.actor.role, self.actor.organisation, self.kind)
        item = self.here
        if item is None or item.destination in (LOST, LEFT):
            return False
        # Also what was sent in a school's name (§7.4); what came to oneself is rejected instead.
        return item.source in own or (item.sender == self.actor.organisation and item.destination not in own)

    def title_of(self, action: Action) -> str:
        """`download 2`, but of what comes one at a time."""
        if action.id == "download" and self.words.one_by_one:
            return _(action.title)
        return super().title_of(action)

    def about(self) -> str:
        """What the lists hold, and what can be done."""
        return f"{_(self.words.lists)} {super().about()}\n\n{_(self.words.about)}"

    def _is_one_too_many(self) -> bool:
        return self.words.one_by_one and len(self.table.chosen) > 1

    def on_virtual_table_marks_changed(self) -> None:
        """Say at the second mark, not after a folder was chosen, that these come one at a time."""
        if self.words.one_by_one and len(self.table.marked) == 2:
            self.tell(_(ONE_BY_ONE))

    # Downloading

    async def do_download(self) -> None:
        """Save, ask whether it came out well, confirm (R-DWN-3)."""
        if self._is_one_too_many():
            self.tell(_(ONE_BY_ONE), "warning")
            return
        ids = self.chosen_ids
        available = await in_thread(downloads.available, self.actor, self.site, ids)
        refused = [outcome for outcome in available if not outcome.ok]
        ids = [outcome.id for outcome in available if outcome.ok]
        if not ids:
            self.sum_up(refused, "")
            self.reload()
            return
        saved = await self._save(ids)
        if saved is None:
            return
        self.table.set_marks(self.table.marked - frozenset(ids))
        where = _("Saved as {path}.").format(path=reach.told(saved.path))
        if not saved.to_confirm:
            again = _("A copy changes nothing: the files wait for the school as before.")
            if self.view != AWAITING:
                again = _("A copy changes nothing for the school.")
            if self.tab == MINE:
                again = _("Downloaded again; the files stay as they are.")
            self.sum_up(refused, f"{where} {again}")
            return
        self.tell(where, "done")
        count = len(saved.to_confirm)
        question = ngettext(
            "Saved {count} file. Downloaded correctly?", "Saved {count} files. Downloaded correctly?", count
        ).format(count=count)
        if not await self.app.ask(question):
            self.sum_up(refused, f"{where} " + _("Not confirmed: still waiting for you."))
            return
        outcomes = await in_steps(
            self.app,
            _("Confirming"),
            saved.to_confirm,
            lambda part: in_thread(transfers.confirm, self.actor, self.site, part),
        )
        done = sum(outcome.ok for outcome in outcomes)
        said = ngettext(
            "{count} collected; the sender is told.", "{count} collected; the senders are told.", done
        ).format(count=done)
        self.sum_up([*refused, *outcomes], f"{said} {where}")
        self.reload()

    async def _save(self, ids: Sequence[int]) -> Saved | None:
        """Ask where, and save; asked again where such a file is there already (R-DWN-6)."""
        count = len(ids)
        title = ngettext(
            "Where is the file saved?", "Where are the {count} files saved, as one zip?", count
        ).format(count=count)

        async def write(folder: Path) -> Saved:
            with self.app.progress(_("Saving"), count if count > 1 else 0) as progress:
                steps = _stepping(progress)
                download = downloads.download
                return await in_thread(download, self.actor, self.site, ids, folder, on_progress=steps)

        try:
            return await saving.save(self, title, write)
        except Refused:
            self.reload()
            raise

    # Rejecting and calling back

    async def do_reject(self) -> None:
        """Send files back; the sender is told the reason (R-DWN-4)."""
        ids = self.chosen_ids
        label = ngettext("Reject {count} file. Reason", "Reject {count} files. Reason", len(ids))
        reason = await self.app.prompt(label.format(count=len(ids)), check=transfers.required_reason)
        if reason is None:
            return
        outcomes = await in_steps(
            self.app,
            _("Rejecting"),
            ids,
            lambda part: in_thread(transfers.reject, self.actor, self.site, part, reason),
        )
        done = sum(outcome.ok for outcome in outcomes)
        said = _("{count} rejected, e-mails on their way.").format(count=done)
        self.sum_up(outcomes, said if done else "", len(ids))
        self.reload()

    async def do_recall(self) -> None:
        """Call back what was sent to the wrong place (R-SYS-7)."""
        ids = self.chosen_ids if self.tab == SENT else [self.here.id] if self.here else []
        label = ngettext("Call back {count} file. Reason", "Call back {count} files. Reason", len(ids))
        reason = await self.app.prompt(label.format(count=len(ids)), check=transfers.required_reason)
        if reason is None:
            return
        withdrawn = 0

        async def one(part: Sequence[int]) -> Sequence[Outcome]:
            nonlocal withdrawn
            outcomes = []
            for transfer_id in part:
                known = self.records.get(transfer_id)
                name = known.name if known else str(transfer_id)
                try:
                    withdrawn += await in_thread(transfers.recall, self.actor, self.site, transfer_id, reason)
                    outcomes.append(Outcome(transfer_id, name))
                except Refused as error:
                    outcomes.append(Outcome(transfer_id, name, error))
            return outcomes

        outcomes = await in_steps(self.app, _("Calling back"), ids, one)
        told = sum(outcome.ok for outcome in outcomes) - withdrawn
        said = []
        if withdrawn:
            said.append(_("{count} withdrawn before collection.").format(count=withdrawn))
        if told:
            said.append(
                _("{count} had been collected: both sides and their DBAs are told.").format(count=told)
            )
        self.sum_up(outcomes, " ".join(said), len(ids))
        self.reload()

    async def do_forward(self) -> None:
        """Pass what came to the authority on to a school, which collects it here (R-UPL-5)."""
        items = self.chosen
        school = await passing_on.asked_school(self, items) if items else None
        if school is None:
            return
        outcomes = await passing_on.pass_on(self, items, school)
        self.sum_up(outcomes, passing_on.said_of(outcomes, school), len(items))
        self.reload()


def _stepping(progress: Progress) -> Callable[[int, int], None]:
    def step(done: int, total: int) -> None:
        if progress.cancelled:
            raise Refused("stopped")
        progress.step(done, total)

    return step
