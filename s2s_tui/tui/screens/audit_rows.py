"""The audit log as a list, what is said of an entry, and the form that narrows it (R-SYS-3)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from textual.widget import Widget
from textual.widgets import Input

from s2s_tui.base.clock import to_local
from s2s_tui.base.translation import N_, _
from s2s_tui.rules.roles import TITLES, Role
from s2s_tui.services.audit import DONE as WAS_DONE
from s2s_tui.services.audit_log import Entry, Log, Wanted
from s2s_tui.services.wording import sentence
from s2s_tui.services.wording.acts import act
from s2s_tui.tui.form import Field, Form
from s2s_tui.tui.registry import Action
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE, REFUSED
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.line import Literal
from s2s_tui.tui.widgets.source import Key, Row

COLUMNS = (
    Column(id="at", title=N_("When"), width=12),
    Column(id="username", title=N_("User"), width=11, grow=1, sortable=False),
    Column(id="organisation", title=N_("Of"), width=7, wide=120, sortable=False),
    Column(id="action", title=N_("Act"), width=17, grow=2, sortable=False),
    Column(id="subject", title=N_("What or whom"), width=14, grow=3, sortable=False),
)
FIELDS = {
    "pupil": N_("Pupil (UPN)"),
    "user": N_("Username"),
    "action": N_("Act"),
    "organisation": N_("School or LA"),
    "since": N_("From"),
    "until": N_("To"),
}
"""What the log can be narrowed by, in the order of the form."""
_ABOUT_AT_MOST = 40


@dataclass
class Entries:
    """A `Source` over the log; what it has read is kept for the details."""

    log: Log
    found: dict[Key, Entry] = field(default_factory=dict)

    def count(self) -> int:
        """How many there are."""
        return self.log.count()

    def page(self, offset: int, limit: int, sort: str, descending: bool) -> Sequence[Row]:  # noqa: ARG002
        """A page of rows."""
        page = self.log.page(offset, limit, descending=descending)
        self.found.update((entry.id, entry) for entry in page)
        return [_row(entry) for entry in page]

    def position(self, key: Key, sort: str, descending: bool) -> int | None:  # noqa: ARG002
        """Where an entry stands."""
        return self.log.position(int(str(key)), descending=descending)


def _row(entry: Entry) -> Row:
    local = to_local(entry.at)
    when = f"{local.day:02} {_(words.MONTHS[local.month - 1])} {local:%H:%M}"
    refused = not _went_well(entry)
    cells = (when, entry.username, entry.organisation, act(entry.action), entry.subject)
    return Row(entry.id, cells, style="error" if refused else "", flag=REFUSED if refused else "")


def details(entry: Entry) -> Iterator[Para]:
    """All that is kept of an act."""
    done = act(entry.action)
    yield Para(f"{done} · {entry.subject}" if entry.subject else done, style="head")
    role = _(TITLES[Role(entry.role)]) if entry.role in TITLES else entry.role
    yield Para(f"{words.whole_moment(entry.at)} · {entry.username} · {role} · {entry.organisation}")
    if _went_well(entry):
        yield Para(entry.outcome if entry.outcome != WAS_DONE else _("done"), DONE, "done")
    else:
        yield Para(_outcome(entry), REFUSED, "error")
    yield Para(entry.action, style="dim", indent=2)
    for name, value in entry.details.items():
        if isinstance(value, list):
            shown = ", ".join(map(str, value[:_ABOUT_AT_MOST]))
            value = shown + (f" … ({len(value):,})" if len(value) > _ABOUT_AT_MOST else "")
        elif isinstance(value, dict):
            value = ", ".join(f"{key} {_changed(each)}" for key, each in value.items())
        yield Para(f"{name}: {value}", style="dim", indent=2)


def _changed(value: object) -> str:
    """`off → on`, of what was changed."""
    return " → ".join(str(one) or "–" for one in value) if isinstance(value, list) else str(value)


def _went_well(entry: Entry) -> bool:
    """Whether it was done: how a session ended is an outcome, too."""
    return entry.outcome == WAS_DONE or entry.action == "logoff"


def _outcome(entry: Entry) -> str:
    """Why not: the code, and its sentence where that needs nothing more."""
    try:
        said = sentence(entry.outcome, entry.details)
    except (KeyError, IndexError, ValueError):
        return entry.outcome
    return entry.outcome if said == entry.outcome else f"{entry.outcome}: {said}"


def said_of(wanted: Wanted) -> str:
    """What the log is narrowed to: `Username 680user · From 1/11/2026`."""
    parts: dict[str, Any] = {name: getattr(wanted, name) for name in FIELDS}
    return " · ".join(f"{_(FIELDS[name])} {value}" for name, value in parts.items() if value)


class Narrow(Form[Wanted]):
    """Gives what to narrow the log to; None: as before.

    Args:
        wanted: what it is narrowed to now.
    """

    TITLE_TEXT = N_("Show only")
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            id="save", key="f9", title=N_("show"), help=N_("Show only what fits all that is typed."), rank=5
        ),
    )
    DEFAULT_CSS = "Narrow { & > Vertical > Literal { padding: 0 1; margin-bottom: 1; } }"

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self._wanted = wanted

    def fields(self) -> Iterable[Widget]:
        """What is left empty narrows nothing."""
        yield Literal(
            _(
                "A UPN shows who looked for the pupil, saw the record or moved a file that holds it. Of an "
                "act some words will do, or the beginning of its key: lost is all that was done with lost "
                "pupils."
            )
        )
        for name, title in FIELDS.items():
            yield Field(title, getattr(self._wanted, name), id=name)

    async def do_save(self) -> None:
        """Take it."""
        typed = {name: self.query_one(f"#{name}", Input).value.strip() for name in FIELDS}
        self.dismiss(Wanted(**typed))
