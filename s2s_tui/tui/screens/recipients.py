"""The Message Recipients box: who will get it, added by authority and role, school, group or WG (R-MSG-2)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.rules.inboxes import unique
from s2s_tui.rules.roles import WALES
from s2s_tui.services import groups, message_recipients
from s2s_tui.services.message_recipients import NO_EMAIL, NO_USER, NOBODY, Chosen, Recipient
from s2s_tui.services.wording import say
from s2s_tui.tui.acting import Acting
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens.panel import Beside, Para
from s2s_tui.tui.screens.picking import PickMany, PickOne
from s2s_tui.tui.screens.recipient_forms import ROLE_KEYS, AuthorityRoles, SchoolList, authority_rows
from s2s_tui.tui.screens.school_finder import SchoolFinder
from s2s_tui.tui.text import REFUSED, WARNING
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Key, ListSource, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column(id="name", title=N_("Recipient"), width=20, grow=3),
    Column(id="role", title=N_("Role"), width=14, grow=1),
    Column(id="inbox", title=N_("Inbox"), width=12, grow=1, tinted=True),
)
_IDS = [column.id for column in COLUMNS]
MARKS = {
    NO_USER: N_("Nobody at {inbox} has this role: it goes to the DBA."),
    NOBODY: N_("Nobody reads at {inbox} yet; the message waits there."),
    NO_EMAIL: N_("No e-mail address is known for {inbox}: nobody is told that a message waits."),
}
"""What a recipient's marks mean."""
GROUP_COLUMNS = (
    Column(id="title", title=N_("Group"), width=30, grow=1),
    Column(id="count", title=N_("Recipients"), width=10, align="right"),
)
FIRST = N_("Nobody yet: a adds authorities and roles, s a school.")
WAYS = N_(
    "a adds roles of one, several or all authorities; s one school by number or name; l several schools of "
    "an authority's list; g the members of a group; w the WG Administrator."
)


class Recipients(Acting, Widget):
    """The list, its advice, and the keys that add to it. `picked` are the inboxes, in their order."""

    DEFAULT_CSS = "Recipients { layout: vertical; height: 1fr; width: 1fr; }"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="authorities",
            key="a",
            title=N_("authorities"),
            help=N_("Add roles of one, several or all authorities."),
            rank=11,
        ),
        Action(
            id="school", key="s", title=N_("school"), help=N_("Add one school, by number or name."), rank=12
        ),
        Action(
            id="list",
            key="l",
            title=N_("list"),
            help=N_("Add several schools from an authority's list."),
            rank=14,
        ),
        Action(id="group", key="g", title=N_("group"), help=N_("Add the members of a group."), rank=16),
        Action(id="wg", key="w", title=N_("WG"), help=N_("Add the WG Administrator."), rank=18),
        Action(
            id="out", key="x", title=N_("take out"), help=N_("Take out what is marked, or this one."), rank=13
        ),
    )

    class Changed(Message):
        """The recipients are others."""

        def __init__(self, recipients: "Recipients") -> None:
            super().__init__()
            self.recipients = recipients

    def __init__(self, site: Any, actor: Any, *, with_groups: bool = True) -> None:
        super().__init__()
        self._site = site
        self._actor = actor
        self._with_groups = with_groups
        self.picked: tuple[str, ...] = ()
        self.chosen = Chosen((), (), ())
        self.words: tuple[str, str] = ("", "")
        """Subject and text, which the advice looks at."""

    def compose(self) -> ComposeResult:
        """List and advice."""
        self.table = RecipientTable(COLUMNS, markable=True, flagged=True, empty=FIRST)
        self.beside = Beside(self.table)
        yield self.beside

    # What is chosen

    async def put(self, picked: Iterable[str]) -> None:
        """Have these recipients and no others; they are looked up, marked and advised on."""
        self.picked = unique(picked)
        await self.look()
        self.post_message(self.Changed(self))

    async def look(self) -> None:
        """Look the recipients up again; the text may be another by now."""
        subject, text = self.words
        self.chosen = await in_thread(
            message_recipients.chosen, self._actor, self._site, self.picked, subject, text
        )
        rows = [_row(one) for one in self.chosen.recipients]
        self.table.show(ListSource(rows, _IDS), keep_marks=True)
        self._advise()
        self.refresh_bindings()

    async def _add(self, more: Iterable[str]) -> None:
        before = len(self.picked)
        await self.put((*self.picked, *more))
        added = len(self.picked) - before
        said = ngettext("{count} added.", "{count} added.", added).format(count=added)
        self.app.tell(said, "done")  # type: ignore[attr-defined]

    @property
    def here(self) -> Recipient | None:
        """The recipient under the cursor."""
        row = self.table.row
        return next((one for one in self.chosen.recipients if row and one.inbox == row.key), None)

    def on_virtual_table_highlighted(self) -> None:
        """What is to be known of this one stands first."""
        self._advise()

    def on_virtual_table_marks_changed(self) -> None:
        """The foot counts."""
        self.refresh_bindings()

    def _advise(self) -> None:
        self.beside.panel.show(self._advice())

    def _advice(self) -> Iterator[Para]:
        here = self.here
        if here is not None:
            yield Para(f"{here.name} · {_(here.role)}" if here.role else here.name, style="head")
            for mark in here.marks:
                yield Para(_(MARKS[mark]).format(inbox=here.inbox), WARNING, "warning")
        yield from advice(self.chosen)
        yield Para(_(WAYS), style="dim")

    # Adding and taking out

    def can(self, action: Action) -> bool:
        """Out goes what is there."""
        if action.id == "out":
            return self.is_mounted and self.table.total > 0
        return action.id != "group" or self._with_groups

    def title_of(self, action: Action) -> str:
        """`take out 3`."""
        marked = len(self.table.marked) if self.is_mounted else 0
        return f"{_(action.title)} {marked:,}" if action.id == "out" and marked else super().title_of(action)

    async def do_authorities(self) -> None:
        """Authorities × roles."""
        found = await in_thread(message_recipients.authorities, self._actor, self._site)
        picked = await self.app.push_screen_wait(AuthorityRoles(found, ROLE_KEYS))
        if picked is not None:
            await self._add(message_recipients.of_authorities(picked.authorities, picked.roles))

    async def do_school(self) -> None:
        """One school."""
        own = self._actor.authority
        title = _("Which school is it for?")
        finder = SchoolFinder(self._site, self._actor, title, likely={}, near=[own] if own else [])
        school = await self.app.push_screen_wait(finder)
        if school is not None:
            await self._add([school.number])

    async def do_list(self) -> None:
        """Several schools of an authority: the own one's, or of another that is asked for."""
        authority: str | None = self._actor.authority or await self._authority()
        while authority:
            schools = await in_thread(message_recipients.schools, self._actor, self._site, authority)
            picked = await self.app.push_screen_wait(SchoolList(authority, schools))
            if picked is None:
                return
            if picked != SchoolList.OTHER:
                await self._add(map(str, picked))
                return
            authority = await self._authority() or authority

    async def _authority(self) -> str | None:
        found = await in_thread(message_recipients.authorities, self._actor, self._site)
        form = PickOne(
            _("Which authority's schools?"),
            *authority_rows(found),
            placeholder=_("number or name"),
            empty=N_("No authority is called so."),
        )
        picked = await self.app.push_screen_wait(form)
        return str(picked) if picked is not None else None

    async def do_group(self) -> None:
        """The members of groups."""
        found = await in_thread(groups.groups, self._actor, self._site)
        rows = [Row(one.id, (one.title, f"{one.count:,}")) for one in found]
        form = PickMany(
            _("Which groups?"),
            GROUP_COLUMNS,
            rows,
            placeholder=_("part of its name"),
            empty=N_("There is no such group. Groups are made under Messaging › Groups."),
        )
        picked: Sequence[Key] | None = await self.app.push_screen_wait(form)
        if picked is None:
            return
        members: list[str] = []
        for group_id in picked:
            members += (await in_thread(groups.show, self._actor, self._site, str(group_id))).members
        await self._add(members)

    async def do_wg(self) -> None:
        """The national administrator."""
        await self._add([WALES])

    async def do_out(self) -> None:
        """Take recipients out."""
        gone = {str(key) for key in self.table.chosen}
        self.table.clear_marks()
        await self.put(inbox for inbox in self.picked if inbox not in gone)


class RecipientTable(VirtualTable):
    """Recipients: `s` adds a school here, so nothing sorts; Enter goes on, which the pane does."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="open", key="enter", title=N_("go on"), help=N_("On to the text."), rank=99, run="open"),
    )

    def can(self, action: Action) -> bool:
        """No sorting; going on is always possible where somebody is there."""
        return action.id != "sort" and super().can(action)


def _row(one: Recipient) -> Row:
    return Row(
        one.inbox,
        (one.name, _(one.role) if one.role else "", one.inbox),
        style="warning" if one.marks else "",
        flag=WARNING if one.marks else "",
    )


def advice(chosen: Chosen) -> Iterator[Para]:
    """What is wrong with some, and what to think of."""
    for problem in chosen.problems:
        if problem.severity == "refuse":
            yield Para(say(problem), REFUSED, "error")
        else:
            yield Para(say(problem), WARNING if problem.severity == "warn" else "·", "warning")
