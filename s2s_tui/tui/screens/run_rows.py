"""The annual matchings as a list, and what is said of each (R-LPD-8)."""

from collections.abc import Iterator
from datetime import datetime

from s2s_tui.base.translation import N_, _
from s2s_tui.services.annual_roll import COLUMNS as ROLL_COLUMNS
from s2s_tui.services.annual_roll import RollWrong
from s2s_tui.services.annual_runs import Run
from s2s_tui.services.wording import say
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE, NEW, REFUSED, WARNING
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Row

COLUMNS = (
    Column(id="roll", title=N_("Roll"), width=12, grow=2),
    Column(id="begun", title=N_("Begun"), width=11, sortable=False),
    Column(id="by", title=N_("By"), width=8, wide=90, sortable=False),
    Column(id="pupils", title=N_("On roll"), width=8, align="right", wide=90, sortable=False),
    Column(id="certain", title=N_("Certain"), width=7, align="right", sortable=False),
    Column(id="check", title=N_("Check"), width=6, align="right", sortable=False),
    Column(id="is", title=N_("Is"), width=13, grow=1, sortable=False, tinted=True),
)


def _day(moment: datetime) -> str:
    return words.whole_day(moment.date())


def row(run: Run) -> Row:
    """A matching as a row."""
    flag, style, stands = WARNING, "warning", _("stopped")
    if run.published:
        flag, style, stands = DONE, "dim", _("published")
    elif run.finished:
        flag, style, stands = NEW, "new", _("to review")
    elif run.is_running:
        flag, style, stands = "", "", _("running")
    return Row(
        run.id,
        (
            *(run.roll, _day(run.started), run.made_by, f"{run.pupils:,}"),
            *(f"{run.certain:,}", f"{run.check:,}", stands),
        ),
        style=style,
        flag=flag,
    )


def about(run: Run) -> Iterator[Para]:
    """How a matching stands."""
    yield Para(run.roll, style="head")
    said = _("{pupils} on roll, {records} lost pupils; finds at schools of {count} authorities.")
    yield Para(
        said.format(pupils=f"{run.pupils:,}", records=f"{run.records:,}", count=run.authorities)
        if run.finished
        else _("{pupils} on roll.").format(pupils=f"{run.pupils:,}")
    )
    yield Para(_("Begun {day} by {name}").format(day=_day(run.started), name=run.made_by), style="dim")
    if run.published:
        yield Para(_("Published {day}").format(day=_day(run.published)), DONE)
    elif run.finished:
        yield Para(_("Not published: no authority sees anything yet."), NEW)
    elif not run.is_running:
        yield Para(_("Stopped: match the same roll again (g) to go on, or discard it (x)."), WARNING)


def wrong_rows(wrong: RollWrong) -> Iterator[Para]:
    """Rows that can't be used, each with its line and what is wrong."""
    yield Para(say(wrong), style="head")
    for each in wrong.rows:
        yield Para(_("Line {line}: {said}").format(line=each.line, said=say(each.error)), REFUSED, "error")
    if len(wrong.rows) < int(str(wrong.params["count"])):
        yield Para(_("And more."), style="dim")


def first_words() -> Iterator[Para]:
    """What a roll is, while there is none."""
    yield Para(_("A roll is a CSV with a header row:"), style="head")
    yield Para(",".join(ROLL_COLUMNS), indent=2)
    yield Para(
        _("In any order; school may stand for establishment; upn, gender, town and postcode may miss.")
    )
