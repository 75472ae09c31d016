"""Phase transfer: the pupils of bulk CTFs, each assigned to a school, sent on as one CTF a school (R-PHA)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from s2s_tui.base.errors import S2SError
from s2s_tui.base.translation import N_, _
from s2s_tui.services import phase, uploads
from s2s_tui.services.phase import Seat, Step
from s2s_tui.services.phase_folders import allocation_lines
from s2s_tui.services.wording import say
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import phase_words, words
from s2s_tui.tui.screens.folders import FolderPicker, remember, remembered
from s2s_tui.tui.screens.outcomes import reasons, why_not
from s2s_tui.tui.screens.phase_board import TOP, PhaseBoard
from s2s_tui.tui.screens.phase_rows import Seats, named
from s2s_tui.tui.screens.school_finder import School, SchoolFinder
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.foot import Progress

LEVELS = 50
"""How many assignments can be undone, one after the other."""
SECONDARY = ("4", "5")
"""How the numbers of schools begin that pupils go on to, after the authority's code; offered unasked."""
LISTS = (".csv", ".txt")
"""The endings of allocation lists."""


@dataclass(frozen=True, slots=True)
class Change:
    """An assignment that can be undone: where each pupil was before (empty: nowhere)."""

    before: Mapping[int, str]


class PhasePane(PhaseBoard):
    """The board, and what can be done on it."""

    COUNTED = frozenset({"assign", "unassign"})
    TITLE = N_("Phase transfer")
    HELP = N_(
        "The pupils of the CTFs that schools sent to your authority, those without a school first. Mark some "
        "with Space and assign them to a school, or import a list; z takes the last assignments back. Then u "
        "sends one CTF to each school; Esc stops between two schools, and u goes on with the rest. ! marks a "
        "pupil who is in two files, ✓ one who was sent on: c sends such a pupil to another school and tells "
        "the first one to discard. Colleagues may work on the board at the same time; r reads it again."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="assign",
            key="a",
            title=N_("assign"),
            help=N_("Choose the school of the marked pupils, or of this one."),
            permission="phase",
            rank=11,
        ),
        Action(
            id="send",
            key="u",
            title=N_("send"),
            help=N_("Send one CTF to each school; goes on where it was stopped."),
            permission="phase",
            rank=12,
        ),
        Action(
            id="change",
            key="c",
            title=N_("change place"),
            help=N_("Send a pupil who was sent on to another school; the first is told to discard."),
            permission="phase",
            rank=13,
        ),
        Action(
            id="undo",
            key="z",
            title=N_("undo"),
            help=N_("Take the last assignment back, then the one before."),
            permission="phase",
            rank=22,
        ),
        Action(
            id="unassign",
            key="n",
            title=N_("no school"),
            help=N_("Take the school away from the marked pupils, or from this one."),
            permission="phase",
            rank=40,
        ),
        Action(
            id="import",
            key="i",
            title=N_("import"),
            help=N_("Assign by a list: a CSV with the columns upn and school."),
            permission="phase",
            rank=30,
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._changes: list[Change] = []
        self._busy = False
        """Whether something is being sent."""

    def can(self, action: Action) -> bool:
        """What makes sense for the pupils chosen; nothing is changed while sending goes on."""
        if not self.is_mounted or self.app.session is None:
            return False
        if self.seats is None:
            return action.id == "again"
        if action.id in ("counts", "filter", "again"):
            return True
        if self._busy or not self.seats.seats:
            return False
        match action.id:
            case "assign":
                return any(seat.sent_as is None for seat in self.chosen)
            case "unassign":
                return any(seat.sent_as is None and seat.school for seat in self.chosen)
            case "change":
                here = self.here
                return here is not None and here.sent_as is not None
            case "undo":
                return bool(self._changes)
            case _:
                return True

    def title_of(self, action: Action) -> str:
        """`send 150`."""
        count = self.seats.tally().waiting if action.id == "send" and self.seats is not None else 0
        return f"{_(action.title)} {count:,}" if count else super().title_of(action)

    async def _act(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do something in a thread; where it is refused the board is read again before that is said."""
        try:
            return await in_thread(work, self.actor, self.site, *args)
        except S2SError:
            await self.load()
            raise

    async def _find(self, title: str) -> School | None:
        """Let a school be chosen; those that pupils of the board go to stand first."""
        likely: dict[str, str] = {}
        if self.seats is not None:
            totals = dict(self.seats.counts)
            for number, sent in self.seats.sent.items():
                totals[number] = totals.get(number, 0) + sent
            ranked = sorted(totals, key=lambda number: (-totals[number], number))
            likely = {number: words.pupils(totals[number]) for number in ranked}
        near = tuple(self.actor.organisation + digit for digit in SECONDARY)
        finder = SchoolFinder(self.site, self.actor, title, likely=likely, near=near)
        return await self.app.push_screen_wait(finder)

    # Assigning

    async def do_assign(self) -> None:
        """Choose a school for the marked pupils, or for this one."""
        wanted, skipped = self._unsent(self.chosen)
        if not wanted:
            return
        count = len(wanted)
        if count == 1:
            title = _("Which school does {pupil} go to?").format(pupil=named(wanted[0]))
        else:
            title = _("Which school do the {count} pupils go to?").format(count=f"{count:,}")
        school = await self._find(title)
        if school is not None:
            done = await self._assign(wanted, school.number)
            self.tell(phase_words.assigned(done, str(school), skipped), "done")

    async def do_unassign(self) -> None:
        """Take the school away again."""
        wanted, skipped = self._unsent(self.chosen)
        if not wanted:
            return
        done = await self._assign([seat for seat in wanted if seat.school], None)
        self.tell(phase_words.unassigned(done, skipped), "done" if done else "said")

    async def _assign(self, wanted: list[Seat], school: str | None) -> int:
        if not wanted:
            return 0
        ids = [seat.id for seat in wanted]
        before = await self._act(phase.assign, ids, school)
        self._remember(before)
        to = self.next_after(set(ids))
        self.table.clear_marks()
        await self.load(to)
        return len(before)

    def _remember(self, before: Mapping[int, str]) -> None:
        if before:
            self._changes = [*self._changes, Change(before)][-LEVELS:]
            self.refresh_bindings()

    def _unsent(self, chosen: list[Seat]) -> tuple[list[Seat], int]:
        wanted = [seat for seat in chosen if seat.sent_as is None]
        return wanted, len(chosen) - len(wanted)

    async def do_undo(self) -> None:
        """Put the pupils of the last assignment back, but those that others have dealt with since."""
        if not self._changes:
            return
        change = self._changes.pop()
        was = await self.load()
        sent = [key for key in change.before if key in was.seats and was.seats[key].sent_as is not None]
        back = {key: school for key, school in change.before.items() if key in was.seats and key not in sent}
        await self._act(phase.restore, back)
        first = next(iter(back), None)
        now = await self.load(first)
        moved = sum(now.seats[key].school == school for key, school in back.items() if key in now.seats)
        said = phase_words.undone(moved, len(sent), len(back) - moved)
        self.tell(said, "done" if moved else "warning")

    async def do_import(self) -> None:
        """Assign by a list, and say which of its lines did nothing."""
        folder = remembered(self.actor.session, "upload", self.app.settings)
        title, notice = _("Which list? A CSV with the columns upn and school."), ""
        while True:
            picker = FolderPicker(folder, title, "", notice=notice, files=LISTS)
            path = await self.app.push_screen_wait(picker)
            if path is None:
                return
            folder = path.parent
            try:
                was, done = await in_thread(self._allocate, path)
            except S2SError as error:
                notice = f"{path.name}: {say(error)}"
                continue
            break
        remember(self.actor.session, "upload", folder)
        now = await self.load(TOP)
        before = _moved(was, now)
        self._remember(before)
        said, kind, paras = phase_words.imported(done, path.name, len(before))
        if paras:
            self.hold(paras)
        self.tell(said, kind)

    def _allocate(self, path: Path) -> tuple[dict[int, str], phase.Allocated]:
        lines = allocation_lines(path)
        was = {seat.id: seat.school for seat in phase.board(self.actor, self.site).seats}
        return was, phase.allocate(self.actor, self.site, lines)

    # Sending

    async def do_send(self) -> None:
        """Ask, send one CTF a school, sum up; what was stopped or refused stays to be sent."""
        tally = (await self.load()).tally()
        if not tally.waiting:
            self.tell(_("Nobody waits to be sent: assign pupils to schools first."), "warning")
            return
        if not await self.app.ask(phase_words.send_question(tally)):
            return
        steps: list[Step] = []
        self._busy = True
        self.refresh_bindings()
        try:
            with self.app.progress(_("Sending, school by school"), tally.schools) as progress:
                try:
                    await in_thread(self._send, steps, progress)
                    stopped = progress.cancelled
                finally:
                    progress.cancelled = True  # of somebody who logs off meanwhile no more is sent
        except S2SError:
            await self.load()
            raise
        finally:
            self._busy = False
        seats = await self.load()
        unsent = {key for key, seat in seats.seats.items() if seat.sent_as is None}
        self._changes = [change for change in self._changes if not unsent.isdisjoint(change.before)]
        said, kind, paras = phase_words.after_sending(steps, max(progress.total, len(steps)), stopped, seats)
        if paras:
            self.hold(paras)
        self.tell(said, kind)

    def _send(self, steps: list[Step], progress: Progress) -> None:
        for step in phase.send(self.actor, self.site, progress.step):
            steps.append(step)
            if progress.cancelled:
                return

    async def do_change(self) -> None:
        """Send a pupil to another school; the first one is told to discard (R-PHA-2)."""
        seat = self.here
        if seat is None or self.seats is None or seat.sent_as is None:
            return
        old = self.seats.school(seat.school)
        school = await self._find(_("Which school does {pupil} go to now?").format(pupil=named(seat)))
        if school is None:
            return
        question = _("Send {pupil} to {new}, and tell {old} to discard?")
        if not await self.app.ask(question.format(pupil=named(seat), new=school.number, old=seat.school)):
            return
        receipt = await self._act(phase.change_place, seat.id, school.number)
        await self.load()
        if receipt.status != uploads.SENT:
            self.tell(say(why_not(receipt)), "error")
            self.hold(reasons(receipt))
            return
        said = _("Sent to {new} as {file}; {old} is told to discard.")
        self.tell(said.format(new=school, file=receipt.file, old=old), "done")


def _moved(was: Mapping[int, str], now: Seats) -> dict[int, str]:
    """Where pupils were whose school is another now."""
    return {
        seat.id: was[seat.id]
        for seat in now.seats.values()
        if seat.id in was and was[seat.id] != seat.school and seat.sent_as is None
    }
