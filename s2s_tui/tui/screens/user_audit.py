"""DBA › User audit: the accounts of the authority and its schools, confirmed or removed (R-USR-6)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult

from s2s_tui.base import reach
from s2s_tui.base.clock import local_date
from s2s_tui.base.errors import Refused
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.rules.roles import TITLES
from s2s_tui.services import user_audit
from s2s_tui.services.user_audit_rows import CONFIRMED, GONE, REMOVED, Entry, Round
from s2s_tui.services.wording import say
from s2s_tui.services.wording import schools as wording
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import saving, words
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.tabs import Tabs
from s2s_tui.tui.screens.typed_list import DetailsTable
from s2s_tui.tui.text import DONE, NEW, REFUSED, WARNING
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import ListSource, Row

ENTRIES = (
    Column(id="username", title=N_("Username"), width=12, grow=1),
    Column(id="contact", title=N_("Contact"), width=10, grow=2),
    Column(id="role", title=N_("Role"), width=12, grow=1),
    Column(id="last", title=N_("Last logon"), width=11),
    Column(id="answer", title=N_("Answer"), width=10, tinted=True),
)
ANSWER = "useraudit.answer"


class AnswersPane(ListPane[Entry]):
    """The accounts of one's authority and its schools, to confirm or to remove."""

    TITLE = N_("User audit")
    HELP = N_(
        "Once a year the Welsh Government asks whether each account is still right. y confirms the marked "
        "accounts, or this one; A marks all. x removes them: they are deleted, and whoever is logged on with "
        "one is logged off. ● is to be answered, ✓ confirmed, ✗ removed. t saves what was said as a CSV."
    )
    COUNTED = frozenset({"confirm", "remove"})
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="confirm",
            key="y",
            title=N_("confirm"),
            help=N_("Say that the account is right."),
            permission=ANSWER,
            rank=10,
        ),
        Action(
            id="remove",
            key="x",
            title=N_("remove"),
            help=N_("Delete the account: nobody should have it any more."),
            permission=ANSWER,
            rank=12,
        ),
        Action(
            id="certificate",
            key="t",
            title=N_("certificate"),
            help=N_("Save what was said of each account as a CSV."),
            permission=ANSWER,
            rank=14,
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.round: Round | None = None

    def compose(self) -> ComposeResult:
        """How far it is, list, details."""
        self.tabs = Tabs()
        yield self.tabs
        empty = N_("No round is open. You are told by e-mail when one is.")
        yield self.lay(DetailsTable(ENTRIES, markable=True, flagged=True, empty=empty))

    async def read(self) -> None:
        """The accounts, if a round is open."""
        self.round = await in_thread(user_audit.current, self.actor, self.site)
        found: dict[Any, Entry] = {}
        if self.round is not None:
            try:
                entries = await in_thread(user_audit.entries, self.actor, self.site, self.round.id)
            except Refused:
                entries = ()
            found = {one.username: one for one in entries}
            waiting = sum(not one.answer for one in found.values())
            left = _("{count} of {all} to answer, by {day}").format(
                count=f"{waiting:,}", all=f"{len(found):,}", day=words.whole_day(self.round.deadline)
            )
            self.tabs.say([("round", self.round.name)], "round", left)
        else:
            self.tabs.say([], "", "")
        rows = [_entry_row(one) for one in found.values()]

        def order(row: Row, column: str) -> object:
            if column == "last":
                return str(found[row.key].last_on or "")
            return row.cells[[each.id for each in ENTRIES].index(column)].casefold()

        self.show(ListSource(rows, [column.id for column in ENTRIES], order), found, again=True)

    def details_of(self, record: Entry) -> Iterator[Para]:
        """Whose account it is."""
        yield Para(f"{record.username} · {_(TITLES[record.role])}", style="head")
        yield Para(words.who(record.organisation, record.organisation_name))
        if record.contact:
            yield Para(record.contact)
        if record.last_on is not None:
            yield Para(_("Last logon {when}").format(when=words.whole_moment(record.last_on)))
        else:
            yield Para(_("Never logged on."), WARNING, "warning")
        if record.answered_at is not None:
            said = _("{answer} by {user} {when}").format(
                answer=wording.answer(record.answer),
                user=record.answered_by,
                when=words.whole_moment(record.answered_at),
            )
            yield Para(said, DONE)

    def on_virtual_table_opened(self) -> None:
        """Enter: the details with the room."""
        if self.here is not None:
            self.hold(self.details_of(self.here))

    def can(self, action: Action) -> bool:
        """What was removed is gone."""
        if not super().can(action) or self.app.session is None:
            return False
        if action.id == "certificate":
            return self.round is not None
        gone = (REMOVED, GONE)
        if action.id == "confirm":
            return bool(self.table.marked) or bool(self.here and not self.here.answer)
        if action.id == "remove":
            return bool(self.table.marked) or bool(self.here and self.here.answer not in gone)
        return True

    async def do_confirm(self) -> None:
        """Confirm the marked, or this one."""
        names = [one.username for one in self.chosen if not one.answer]
        question = ngettext("Confirm {count} account?", "Confirm {count} accounts?", len(names))
        if len(names) < 2 or await self.app.ask(question.format(count=f"{len(names):,}")):
            await self._answer(names, user_audit.CONFIRM)

    async def do_remove(self) -> None:
        """Remove the marked, or this one."""
        names = [one.username for one in self.chosen if one.answer not in (REMOVED, GONE)]
        question = ngettext(
            "Remove {name}? The account is deleted for good.",
            "Remove {count} accounts? They are deleted for good.",
            len(names),
        )
        shown = {"count": f"{len(names):,}", "name": names[0] if names else ""}
        if names and await self.app.ask(question.format(**shown)):
            await self._answer(names, user_audit.REMOVE)

    async def _answer(self, names: list[str], what: str) -> None:
        try:
            done = await in_thread(user_audit.answer, self.actor, self.site, names, what)
        finally:
            self.table.clear_marks()
            await self.read()
        wrong = [one for one in done if one.error is not None]
        count = len(done) - len(wrong)
        said = (
            ngettext("{count} account confirmed.", "{count} accounts confirmed.", count)
            if what == user_audit.CONFIRM
            else ngettext("{count} account removed.", "{count} accounts removed.", count)
        ).format(count=f"{count:,}")
        if wrong:
            paras = [
                Para(f"{one.username}: {say(one.error)}", REFUSED, "error") for one in wrong if one.error
            ]
            if len(wrong) > 1:
                self.hold(paras)
            self.tell(f"{said} {say(wrong[0].error)}" if count and wrong[0].error else paras[0].text, "error")
        else:
            self.tell(said, "done")

    async def do_certificate(self) -> None:
        """Save a certificate."""
        if self.round is not None:
            await save_certificate(self, self.round)


async def save_certificate(pane: Any, one: Round) -> None:
    """Ask where, and save what was said of each account of a round."""
    name = f"user-audit-{one.id}.csv"

    async def write(folder: Path) -> Path:
        return await in_thread(user_audit.certificate, pane.actor, pane.site, folder, name, one.id)

    saved = await saving.save(pane, _("Save the certificate {name} where?").format(name=name), write)
    if saved is not None:
        pane.tell(_("Saved: {path}").format(path=reach.told(saved)), "done")


def _entry_row(one: Entry) -> Row:
    flags = {"": NEW, CONFIRMED: DONE}
    styles = {"": "new", CONFIRMED: "done"}
    last = words.whole_day(local_date(one.last_on)) if one.last_on else _("never")
    return Row(
        one.username,
        (one.username, one.contact, _(TITLES[one.role]), last, wording.answer(one.answer)),
        style=styles.get(one.answer, "dim"),
        flag=flags.get(one.answer, REFUSED),
    )
