"""What a report is made of: its entry, what was asked of it, its picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from typing import Any

from s2s_tui.base.clock import day_end, day_start
from s2s_tui.base.translation import N_
from s2s_tui.rules.leavers import Leaver

Cells = tuple[Any, ...]
"""A row: text, whole numbers, days as `2026-11-24`; None where there is nothing to say."""


class Given(StrEnum):
    """What a report can be given; the value is its key in saved sets, and its option without the dashes."""

    START = "from"
    END = "to"
    SCHOOLS = "school"
    AUTHORITIES = "la"
    ALL_WALES = "all-wales"
    WHICH = "which"
    NOW_DOWNLOADED = "now-downloaded"
    LEAVERS = "leavers"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as screens and help show it."""

    key: Given
    title: str
    says: str
    choices: Mapping[str, str] = field(default_factory=dict)
    """Key → title, where it is one of a few."""
    default: str = ""
    """What blank means, in words."""


WHICH = {"missing": N_("Missing pupils"), "left": N_("Left the maintained sector"), "both": N_("Both")}

PARAMETERS: dict[Given, Parameter] = {
    one.key: one
    for one in (
        Parameter(Given.START, N_("From"), N_("The first day; blank is all records."), default=N_("all")),
        Parameter(Given.END, N_("To"), N_("The last day; blank is today."), default=N_("today")),
        Parameter(
            Given.SCHOOLS,
            N_("Schools"),
            N_("Establishment numbers; blank is all schools."),
            default=N_("all"),
        ),
        Parameter(Given.AUTHORITIES, N_("Authorities"), N_("Codes of authorities."), default=N_("your own")),
        Parameter(Given.ALL_WALES, N_("All of Wales"), N_("Every authority of Wales; only as a CSV.")),
        Parameter(
            Given.WHICH, N_("Which"), N_("Which pupils: missing, left, or both."), WHICH, default=N_("both")
        ),
        Parameter(
            Given.NOW_DOWNLOADED, N_("Now downloaded"), N_("Only pupils whose file was downloaded since.")
        ),
        Parameter(
            Given.LEAVERS,
            N_("Leavers"),
            N_("A CSV of leavers to compare with: upn, surname, forename, dob, school, leaving date."),
            default=N_("none"),
        ),
    )
}
"""In the order in which they are asked for."""


class Of(StrEnum):
    """What a column holds."""

    TEXT = "text"
    WORD = "word"
    """A key of the column's `words`."""
    NUMBER = "number"
    DAY = "day"
    """A day."""
    MOMENT = "moment"
    """A naive UTC moment, shown as its day in London."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        id: its name in CSV and JSON.
        title: its heading on screen.
        files: its numbers lead to the files behind them (`running.files_behind`).
        sums: its numbers can be added up over the rows.
        yields: it is shortened first where there is no room.
        extra: it is shown only where there is room for it.
        words: what its keys are called on screen.
        names: of a long report: the column of mailboxes whose schools' or authorities' names it tells.
    """

    id: str
    title: str
    of: Of = Of.TEXT
    files: bool = False
    sums: bool = False
    yields: bool = False
    extra: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    names: str = ""


class Shape(StrEnum):
    """What a picture is drawn as."""

    LINES = "lines"
    """Over months."""
    BARS = "bars"
    HEAT = "heat"
    """A table of numbers, the more the darker: a series is a row."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The numbers of a report as a picture.

    Attributes:
        labels: along the bottom, or the columns of a heat table; raw text.
        series: (name, one number a label).
        x: what the labels are; `y` what the numbers are.
    """

    shape: Shape
    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    x: str = ""
    y: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked of a report, checked: every part of it is the actor's to ask.

    Attributes:
        own: the actor's organisation.
        start: the first day; None is all records.
        end: the last day.
        today: in London.
        authorities: whose numbers; empty is all there are (WG).
        schools: establishment numbers; empty is all schools of the authorities.
        is_whole: every authority was asked for, so it goes to a CSV only.
        leavers: the leavers to compare with; None where there is nothing to compare.
    """

    report: "Report"
    site: Any
    language: str
    own: str
    today: date
    start: date | None
    end: date
    authorities: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    all_wales: bool = False
    is_whole: bool = False
    which: str = "both"
    now_downloaded: bool = False
    leavers: tuple[Leaver, ...] | None = None

    @cached_property
    def begins(self) -> datetime | None:
        """The moment (UTC) at which the first day begins; None is all records."""
        return day_start(self.start) if self.start else None

    @cached_property
    def ends(self) -> datetime:
        """The moment at which the day after the last begins."""
        return day_end(self.end)

    def within(self, moment: Any) -> Any:
        """The condition that a field's moment is in the range."""
        before = moment < self.ends
        return before if self.begins is None else before & (moment >= self.begins)

    def of(self, authority: str) -> "Asked":
        """The same, of one authority only."""
        mine = tuple(school for school in self.schools if school[:3] == authority)
        return replace(self, authorities=(authority,), schools=mine)


Step = Callable[[int, int], None]
"""Told how far a report has come: so many parts of so many. What it raises ends the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: the one place where it is described.

    Its numbers come from the module of `s2s_tui.services.reports` that it names, from functions called so:
    `rows(asked)` works all rows out; or, where it is long, `query(asked, names)` is a select of the columns,
    with the transfer's id as a last one, that is read a page at a time; `names` says whether it fills the
    columns of names itself: only to sort by them. `picture(asked)` fills its shape. `behind(asked, row,
    column)` selects the ids of the transfers that a number counts. `compare(asked)` gives the rows where
    there are leavers. `prepare(site, step)` counts what has to be counted first.

    Attributes:
        key: its name in commands.
        module: what works it out.
        title: as the portal names it.
        says: what it answers, in a sentence or two.
        permission: what is asked for before anything else.
        takes: its parameters, in order.
        columns: of its rows; where leavers are given, `compared`.
        sorted_by: ids of columns.
        is_long: it lists files, not numbers.
        shape: of its picture; None where it has none.
        whole: what comes of all authorities at once: `screen`, or `csv` (only as a CSV: it is too long).
        by_authority: its rows are those of each authority, one after the other.
        most: authorities that an authority may choose at once, its own among them.
        is_prepared: something has to be counted before the first row.
    """

    key: str
    module: str
    title: str
    says: str
    permission: str
    takes: tuple[Given, ...]
    columns: tuple[Column, ...]
    sorted_by: tuple[str, ...]
    is_long: bool = False
    shape: Shape | None = None
    compared: tuple[Column, ...] = ()
    whole: str = "csv"
    by_authority: bool = True
    most: int = 1
    is_prepared: bool = False

    @property
    def work(self) -> Any:
        """The module that works it out, loaded."""
        return import_module(f"{__package__}.{self.module}")

    def columns_of(self, asked: Asked) -> tuple[Column, ...]:
        """The columns that the rows have."""
        return self.compared if asked.leavers is not None else self.columns
