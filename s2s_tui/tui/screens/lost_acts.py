"""What is done with a lost pupil's record: downloaded, forwarded, put back, removed (R-LPD-3, 4, 9, 10)."""

from s2s_tui.base import reach
from s2s_tui.base.translation import _
from s2s_tui.services import lost, transfers
from s2s_tui.services.lost import Record, SavedRecord, State
from s2s_tui.tui.pane import Pane
from s2s_tui.tui.screens import outcomes, saving
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.text import cut
from s2s_tui.tui.threads import in_thread

NAME = 14
"""Cells of a forename within a question, which must keep room for its end."""


class LostActs(Pane):
    """A pane whose records can be acted on. Each act says in the status line what came of it.

    They give whether anything was changed, so that the list is read again.
    """

    async def _on_roll(self, record: Record) -> bool:
        """The tick (R-LPD-3)."""
        name = cut(record.forename, NAME)
        question = _("Have reasonable steps shown that {name} is on roll at a school of yours?")
        if await self.app.ask(question.format(name=name)):
            return True
        self.tell(_("Then nothing is done: first make sure of it."))
        return False

    async def download(self, record: Record) -> bool:
        """Tick, folder, save, "downloaded correctly?"; only a yes resolves the record."""
        if not await self._on_roll(record):
            return False
        saved: SavedRecord | None = await saving.save(
            self,
            _("Where is the file of {name} saved?").format(name=_name(record)),
            lambda folder: in_thread(lost.download, self.actor, self.site, record.id, folder, on_roll=True),
        )
        if saved is None:
            self.tell(_("Nothing was downloaded."))
            return False
        if not await self.app.ask(_("Saved as {file}. Downloaded correctly?").format(file=saved.path.name)):
            said = _("Saved as {path}. Not confirmed: the record stays among the lost.")
            self.tell(said.format(path=reach.told(saved.path)), "warning")
            return False
        await in_thread(lost.confirm, self.actor, self.site, record.id)
        self.tell(
            _("{name} is resolved, LA {la} is told. Saved as {path}.").format(
                name=_name(record), la=record.la, path=reach.told(saved.path)
            ),
            "done",
        )
        return True

    async def forward(self, record: Record) -> bool:
        """Tick, school, send: in one step (R-LPD-4)."""
        if not await self._on_roll(record):
            return False
        title = _("Which school of yours has {name} on roll?").format(name=_name(record))
        near = [self.actor.organisation]
        finder = SchoolFinder(self.site, self.actor, title, likely={}, near=near)
        school = await self.app.push_screen_wait(finder)
        if school is None:
            self.tell(_("Nothing was forwarded."))
            return False
        question = _("Send the file of {name} to {school}?").format(name=_name(record), school=school)
        if not await self.app.ask(question):
            self.tell(_("Nothing was forwarded."))
            return False
        receipt = await in_thread(lost.forward, self.actor, self.site, record.id, school.number, on_roll=True)
        if not receipt.ok:
            raise outcomes.why_not(receipt)
        told = _("Sent to {school} as {file}; the school and LA {la} are told.")
        self.tell(told.format(school=school.number, file=receipt.file, la=record.la), "done")
        return True

    async def put_back(self, record: Record) -> bool:
        """Put one taken by mistake back among the lost (R-LPD-10)."""
        question = (
            _("Was {name} forwarded by mistake? Put the record back?")
            if record.state == State.FORWARDED
            else _("Was {name} downloaded by mistake? Put the record back?")
        ).format(name=_name(record))
        if not await self.app.ask(question):
            return False
        await in_thread(lost.put_back, self.actor, self.site, record.id)
        self.tell(_("{name} is among the lost again.").format(name=_name(record)), "done")
        return True

    async def remove_own(self, record: Record) -> bool:
        """Remove a record of the own authority's schools, with a reason (R-LPD-9)."""
        label = _("Remove {name}. Why").format(name=_name(record))
        reason = await self.app.prompt(label, check=transfers.required_reason)
        if reason is None:
            return False
        if not await self.app.ask(_("Remove {name} for good?").format(name=_name(record))):
            return False
        done = await in_thread(lost.remove, self.actor, self.site, [record.id], reason)
        said = _("{name} is removed; the history stays.").format(name=_name(record))
        text, kind, _paras = outcomes.summed_up(done, said if done[0].ok else "")
        self.tell(text, kind)
        return done[0].ok


def _name(record: Record) -> str:
    return f"{record.forename} {record.surname}"
