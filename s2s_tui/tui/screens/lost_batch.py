"""Lost Pupil › Batch: a list of arrivals in, candidates out, on screen and as CSV or JSON (R-LPD-6)."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult

from s2s_tui.base import reach
from s2s_tui.base.translation import N_, _, ngettext
from s2s_tui.services import lost_lists, search, standing
from s2s_tui.services.phase_folders import allocation_lines
from s2s_tui.services.search import Answer
from s2s_tui.services.wording import say
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import lost_words, saving, words
from s2s_tui.tui.screens.folders import FolderPicker, remember, remembered
from s2s_tui.tui.screens.list_pane import ListPane
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE, REFUSED, WARNING
from s2s_tui.tui.threads import in_thread
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.foot import Progress
from s2s_tui.tui.widgets.line import Line
from s2s_tui.tui.widgets.source import ListSource, Row
from s2s_tui.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column(id="ref", title=N_("Ref"), width=6),
    Column(id="looked", title=N_("Looked for"), width=18, grow=3),
    Column(id="score", title="%", width=3, align="right", tinted=True),
    Column(id="candidate", title=N_("Likeliest"), width=14, grow=2, tinted=True),
    Column(id="born", title=N_("Born"), width=10, wide=100),
    Column(id="more", title=N_("More"), width=4, align="right"),
)
SAVED_AS = "{name}-candidates.{ending}"


class AnswerTable(VirtualTable):
    """The rows of the list."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="open",
            key="enter",
            title=N_("search"),
            help=N_("Look for this pupil in the search, to download or forward the record."),
            rank=10,
            run="open",
        ),
    )


class BatchPane(ListPane[Answer]):
    """A list of arrivals, and who each may be."""

    TITLE = N_("Batch")
    HELP = N_(
        "g chooses a list: a CSV as a spreadsheet saves it, with a header row of ref, upn, surname, "
        "forename, dob, gender and town, in any order. Each row is looked for as in the search. ✓ very "
        "likely, ~ possible, ✗ a row that can't be understood. Enter takes a row to the search; c saves all "
        "candidates."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="choose", key="g", title=N_("list"), help=N_("Choose a list of arrivals."), rank=12),
        Action(id="csv", key="c", title=N_("save CSV"), help=N_("Save the candidates as a CSV."), rank=14),
        Action(id="json", key="j", title=N_("JSON"), help=N_("Save the candidates as JSON."), rank=40),
        Action(
            id="keep",
            key="k",
            title=N_("keep"),
            help=N_("Keep the marked rows, or this one, as searches: you are told when a file fits."),
            permission="lost.search",
            rank=16,
        ),
    )
    COUNTED = frozenset({"keep"})
    DEFAULT_CSS = "BatchPane > Line { text-style: bold; }"

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self.answers: list[Answer] = []

    def compose(self) -> ComposeResult:
        """What the list is called, its rows, the candidates of one."""
        self._line = Line(_("No list yet"))
        yield self._line
        empty = N_("g chooses a list of arrivals (a CSV).")
        yield self.lay(AnswerTable(COLUMNS, markable=True, flagged=True, empty=empty))

    def on_mount(self) -> None:
        """Nothing yet."""
        self.table.show(ListSource([], [column.id for column in COLUMNS]))
        self.tell_details()

    def reload(self) -> None:
        """What was found for a list stays; the list is chosen again for newer answers."""

    async def do_choose(self) -> None:
        """Choose a list and look for all of it."""
        folder = remembered(self.actor.session, "batch", self.app.settings)
        picker = FolderPicker(folder, _("Which list of arrivals?"), "", files=(".csv", ".txt"))
        chosen = await self.app.push_screen_wait(picker)
        if chosen is None:
            return
        remember(self.actor.session, "batch", Path(chosen).parent)
        await self.look_for(Path(chosen))

    async def look_for(self, path: Path) -> None:
        """Look for each row of a list, with a bar; Esc stops between two, and what was found stays."""
        lines = await in_thread(allocation_lines, path)
        total = sum(1 for _row in search.read_batch(lines))
        with self.app.progress(_("Looking"), total) as progress:
            answers = await in_thread(self._all, lines, progress)
        self.path, self.answers = path, answers
        self._show_answers(stopped=progress.cancelled)
        unknown = search.unknown_columns(lines)
        if unknown and not progress.cancelled:
            said = _("Not looked at: {columns}. A list of arrivals has {known}.")
            self.tell(said.format(columns=", ".join(unknown), known=", ".join(search.COLUMNS)), "warning")

    def _all(self, lines: Sequence[str], progress: Progress) -> list[Answer]:
        answers = []
        for answer in search.batch(self.actor, self.site, lines, on_progress=progress.step):
            answers.append(answer)
            if progress.cancelled:
                break
        return answers

    def _show_answers(self, *, stopped: bool) -> None:
        rows = [_row(place, answer) for place, answer in enumerate(self.answers)]
        likely = sum(_best(answer) >= lost_words.LIKELY for answer in self.answers)
        none = sum(not answer.hits for answer in self.answers)
        assert self.path is not None
        counts = _("{count} rows · {likely} very likely · {none} nobody").format(
            count=f"{len(rows):,}", likely=f"{likely:,}", none=f"{none:,}"
        )
        self._line.say(self.path.name, counts)
        self.table.empty = N_("The list has no rows.")
        source = ListSource(rows, [column.id for column in COLUMNS], self._order)
        self.show(source, dict(enumerate(self.answers)), again=False)
        if stopped:
            self.tell(_("Stopped; what was looked for until then is listed."), "warning")

    def _order(self, row: Row, column: str) -> object:
        answer = self.records[row.key]
        if column == "score":
            return _best(answer)
        if column == "more":
            return len(answer.hits)
        if column == "born":
            return answer.hits[0].record.dob.isoformat() if answer.hits else ""
        return row.cells[[c.id for c in COLUMNS].index(column)].casefold()

    def details_of(self, record: Answer) -> Iterator[Para]:
        """The candidates."""
        return _candidates(record, wide=self.is_wide)

    def details_of_none(self) -> Sequence[Para]:
        """What a list looks like, until there is one."""
        return () if self.answers else _first_words()

    async def on_virtual_table_opened(self) -> None:
        """Enter: to the search."""
        if self.here is not None:
            await self.app.open("lost.search", looked=self.here.looked, back="lost.batch")

    def can(self, action: Action) -> bool:
        """Saving and keeping need answers; whoever is found needs no keeping."""
        if action.id == "choose":
            return True
        if not self.is_mounted or not self.answers:
            return False
        return action.id != "keep" or bool(self.table.marked) or self._found_nobody()

    def _found_nobody(self) -> bool:
        answer = self.here
        return answer is not None and answer.error is None and _best(answer) < standing.FITS

    async def do_csv(self) -> None:
        """Save all candidates for a spreadsheet."""
        await self._save("csv", lost_lists.as_csv)

    async def do_json(self) -> None:
        """Save all candidates for a program."""
        await self._save("json", lost_lists.as_json)

    async def _save(self, ending: str, made: Callable[[Sequence[Answer]], bytes]) -> None:
        assert self.path is not None
        name = SAVED_AS.format(name=self.path.stem, ending=ending)
        content = made(self.answers)
        saved = await saving.save(
            self,
            _("Where is {name} saved?").format(name=name),
            lambda folder: in_thread(lost_lists.save, folder, name, content),
        )
        if saved is not None:
            self.tell(_("Saved as {path}.").format(path=reach.told(saved)), "done")

    async def do_keep(self) -> None:
        """Keep rows as searches (R-LPD-6)."""
        wanted = [answer.looked for answer in self.chosen if answer.error is None]
        if len(wanted) > 1:
            question = _("Keep {count} searches?").format(count=len(wanted))
            if not await self.app.ask(question):
                return
        for looked in wanted:
            await in_thread(standing.keep, self.actor, self.site, looked)
        self.table.clear_marks()
        said = ngettext("{count} search is kept.", "{count} searches are kept.", len(wanted))
        self.tell(said.format(count=len(wanted)), "done" if wanted else "warning")


def _best(answer: Answer) -> int:
    return answer.hits[0].score if answer.hits else -1


def _row(place: int, answer: Answer) -> Row:
    best = answer.hits[0] if answer.hits else None
    flag, style = "", ""
    if answer.error is not None:
        flag, style = REFUSED, "error"
    elif best and best.score >= lost_words.POSSIBLE:
        flag, style = (DONE, "done") if best.score >= lost_words.LIKELY else (WARNING, "warning")
    record = best.record if best else None
    return Row(
        place,
        (
            answer.ref or str(answer.line),
            lost_words.said(answer.looked),
            str(best.score) if best else "",
            f"{record.surname}, {record.forename}" if record else _("nobody") if not answer.error else _("?"),
            words.born(record.dob) if record else "",
            f"+{len(answer.hits) - 1}" if len(answer.hits) > 1 else "",
        ),
        style=style,
        flag=flag,
    )


def _candidates(answer: Answer, *, wide: bool) -> Iterator[Para]:
    if answer.error is not None:
        yield Para(
            _("Line {line}: {said}").format(line=answer.line, said=say(answer.error)), REFUSED, "error"
        )
        return
    if answer.better:
        yield Para(lost_words.better(answer.better), WARNING, "warning")
    if not answer.hits:
        yield from lost_words.tries(answer.looked, resolved=True)
        return
    for hit in answer.hits:
        record = hit.record
        parts = (
            f"{record.forename} {record.surname}",
            words.born(record.dob),
            record.town,
            f"LA {record.la}",
            words.who(record.school, record.school_name),
        )
        yield Para(" · ".join(filter(None, parts)), style="head")
        yield from lost_words.reasons(hit, apart=wide)


def _first_words() -> Sequence[Para]:
    return (
        Para(_("A list of arrivals is a CSV with a header row:"), style="head"),
        Para(",".join(search.COLUMNS), indent=2),
        Para(_("Columns may be missing or in another order; ref is your own number for the pupil.")),
    )
