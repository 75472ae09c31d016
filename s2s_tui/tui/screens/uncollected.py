"""Uncollected: files that schools don't collect, deleted, passed on or asked about (R-DWN-5)."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.rules.mailboxes import is_school
from s2s_tui.services import ready_templates, templates, transfers, uncollected
from s2s_tui.services.listing import Item
from s2s_tui.services.uncollected import Chase, Preview
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import passing_on, uncollected_rows, words
from s2s_tui.tui.screens.message_rows import text_of
from s2s_tui.tui.screens.outcomes import in_steps
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.picking import PickOne
from s2s_tui.tui.screens.uncollected_list import UncollectedList
from s2s_tui.tui.text import WARNING
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Row

WEEK = 7
"""Days within which a school that was asked is named in the question, before it is asked again."""
TEMPLATE_COLUMNS = (
    Column(id="title", title=N_("Template"), width=24, grow=2, sortable=False),
    Column(id="kind", title="", width=26, grow=1, sortable=False, tinted=True),
)


class UncollectedPane(UncollectedList):
    """What waits at one's schools, from them, and at one's own authority, with the pupils."""

    COUNTED = frozenset({"chase", "delete", "forward"})
    TITLE = N_("Uncollected")
    HELP = N_(
        "Every CTF that waits at your schools, that your schools sent, or that waits at your authority "
        "itself, with its pupils; that they are shown is on record. o shows only older ones, / only those of "
        "a school. x deletes files, with a reason that the sender is told; c asks the schools to collect "
        "theirs, one secure message a school, in the words of a template that you choose and see before; "
        "f passes on what was sent to your authority itself. ! marks "
        "what has waited past a week, more of them past 30 and 60 days; ? what was asked about."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="chase",
            key="c",
            title=N_("chase"),
            help=N_("Ask the schools to collect the marked files, or this one."),
            permission="ctf.delete",
            rank=12,
        ),
        Action(
            id="delete",
            key="x",
            title=N_("delete"),
            help=N_("Delete the marked files, or this one, with a reason for the sender."),
            permission="ctf.delete",
            rank=13,
        ),
        Action(
            id="forward",
            key="f",
            title=N_("forward"),
            help=N_("Pass on what was sent to your authority itself, to a school."),
            permission="ctf.upload",
            rank=14,
        ),
    )

    # What can be done

    def can(self, action: Action) -> bool:
        """What makes sense for the files chosen."""
        if not self.is_mounted or self.app.session is None or self.source is None:
            return False
        if action.id in ("older", "filter", "again"):
            return True
        chosen = self.chosen
        if action.id == "forward":
            return any(self._is_ours(item) for item in chosen)
        if action.id == "chase":
            return any(is_school(item.destination) for item in chosen)
        return bool(chosen)

    def title_of(self, action: Action) -> str:
        """`over 30 days`."""
        if action.id == "older":
            return uncollected_rows.age(self._next_age()).casefold()
        return super().title_of(action)

    def _is_ours(self, item: Item) -> bool:
        return item.destination == f"{self.actor.organisation}LLLL"

    # Deleting

    async def do_delete(self) -> None:
        """Ask, then why; the sender is told."""
        ids = [item.id for item in self.chosen]
        count = len(ids)
        question = ngettext(
            "Delete {count} file? Its sender is told.", "Delete {count} files? Their senders are told.", count
        ).format(count=f"{count:,}")
        if not ids or not await self.app.ask(question):
            return
        label = ngettext("Delete {count} file. Why", "Delete {count} files. Why", count)
        reason = await self.app.prompt(label.format(count=f"{count:,}"), check=transfers.required_reason)
        if reason is None:
            return

        def delete(part: Sequence[int]) -> Any:
            return in_thread(uncollected.delete, self.actor, self.site, part, reason)

        outcomes = await in_steps(self.app, _("Deleting"), ids, delete)
        done = sum(outcome.ok for outcome in outcomes)
        said = ngettext(
            "{count} deleted; its sender is told.", "{count} deleted; their senders are told.", done
        ).format(count=f"{done:,}")
        self.sum_up(outcomes, said if done else "", count)
        self.reload()

    # Forwarding

    async def do_forward(self) -> None:
        """Pass files on to a school, which collects them here (R-UPL-5)."""
        chosen = self.chosen
        ours = [item for item in chosen if self._is_ours(item)]
        school = await passing_on.asked_school(self, ours) if ours else None
        if school is None:
            return
        outcomes = await passing_on.pass_on(self, ours, school)
        said = passing_on.said_of(outcomes, school)
        left = len(chosen) - len(ours)
        if left and said:
            said += " " + ngettext(
                "{count} is not addressed to your authority and stays.",
                "{count} are not addressed to your authority and stay.",
                left,
            ).format(count=f"{left:,}")
        self.sum_up(outcomes, said, len(ours))
        self.reload()

    # Chasing

    async def do_chase(self) -> None:
        """Ask the schools to collect, in a template's words: one secure message a school, seen before."""
        chosen = self.chosen
        wanted = [item for item in chosen if is_school(item.destination)]
        if not wanted:
            return
        template = await self._template()
        if template is None:
            return
        ids = [item.id for item in wanted]
        try:
            preview = await in_thread(uncollected.preview, self.actor, self.site, ids, template)
            if preview is not None:
                self.hold(_letter(preview))
            agreed = await self.app.ask(self._chase_question(wanted))
            self.release()
            if not agreed:
                return
            chase = await in_thread(uncollected.chase, self.actor, self.site, ids, template)
        except (Refused, NotFound):
            self.reload()
            raise
        self.table.clear_marks()
        self._say_chase(chase, wanted, len(chosen) - len(wanted))
        self.reload()

    async def _template(self) -> str | None:
        """The id of the template that is chosen, empty for the ready one; None: Esc."""
        found = await in_thread(templates.templates, self.actor, self.site)
        own = [one for one in found if not one.is_ready]
        if not own:
            return ""
        ready = _(ready_templates.READY[ready_templates.CHASE].title)
        rows = [Row("", (ready, _("in each school's language")))]
        rows += [Row(one.id, (one.title, _("your template"))) for one in own]
        form = PickOne(
            _("In which words are the schools asked?"),
            TEMPLATE_COLUMNS,
            rows,
            placeholder=_("part of its title"),
            empty=N_("No template is called so."),
        )
        picked = await self.app.push_screen_wait(form)
        return None if picked is None else str(picked)

    def _chase_question(self, wanted: Sequence[Item]) -> str:
        schools = len({item.destination for item in wanted})
        asked = ngettext("Ask {count} school", "Ask {count} schools", schools).format(count=f"{schools:,}")
        files = ngettext("to collect {count} file?", "to collect {count} files?", len(wanted))
        text = f"{asked} {files.format(count=f'{len(wanted):,}')}"
        now = self.site.clock()
        lately = sum(item.chased is not None and (now - item.chased).days < WEEK for item in wanted)
        if lately:
            text += " " + ngettext(
                "{count} was asked about this week.", "{count} were asked about this week.", lately
            ).format(count=f"{lately:,}")
        return text

    def _say_chase(self, chase: Chase, wanted: Sequence[Item], ours: int) -> None:
        said = []
        if chase.schools:
            schools = len(chase.schools)
            asked = ngettext("{count} school was asked", "{count} schools were asked", schools)
            files = ngettext("to collect {count} file.", "to collect {count} files.", chase.files)
            said.append(asked.format(count=f"{schools:,}") + " " + files.format(count=f"{chase.files:,}"))
        if ours:
            said.append(
                ngettext(
                    "{count} waits at your authority itself.", "{count} wait at your authority itself.", ours
                ).format(count=f"{ours:,}")
            )
        if chase.without_address:
            named = {item.destination: item.destination_name for item in wanted}
            unknown = [words.who(number, named.get(number, "")) for number in chase.without_address]
            if len(unknown) == 1:
                said.append(_("No e-mail address is held of {school}.").format(school=unknown[0]))
            else:
                head = ngettext(
                    "Of {count} school no e-mail address is held.",
                    "Of {count} schools no e-mail address is held.",
                    len(unknown),
                ).format(count=f"{len(unknown):,}")
                said.append(head)
                lines = [Para(school, WARNING, "warning") for school in unknown]
                self.hold([Para(head, style="head"), *lines])
        good = bool(chase.schools) and not chase.without_address
        self.tell(" ".join(said), "done" if good else "warning")


def _letter(preview: Preview) -> Iterator[Para]:
    """The message as it goes to the first of the schools."""
    yield Para(_("To {who}").format(who=words.who(preview.school, preview.name)), style="dim")
    yield Para(preview.subject, style="head")
    yield Para("")
    yield from text_of(preview.text)
