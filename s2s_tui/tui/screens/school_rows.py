"""Schools as a list, and what is said of one (R-SCH-1); what a register changes, as a list (R-SCH-3)."""

from collections.abc import Iterator, Sequence

from s2s_tui.base.clock import local_date
from s2s_tui.base.translation import N_, _
from s2s_tui.services.school_changes import Change
from s2s_tui.services.school_import import CLOSE, MERGE, Plan, Planned
from s2s_tui.services.schools import School
from s2s_tui.services.wording import schools as wording
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import REFUSED, WARNING
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Records, Row

COLUMNS = (
    Column(id="number", title=N_("Number"), width=7),
    Column(id="name", title=N_("Name"), width=18, grow=3),
    Column(id="town", title=N_("Town"), width=10, grow=1),
    Column(id="state", title="", width=9, tinted=True),
)
PLAN_COLUMNS = (
    Column(id="number", title=N_("Number"), width=7, sortable=False),
    Column(id="name", title=N_("Name"), width=16, grow=2, sortable=False),
    Column(id="what", title=N_("What"), width=20, grow=4, sortable=False, tinted=True),
)


class Schools(Records[School]):
    """Schools, for the details and the forms."""

    ORDER = "number"

    def row_of(self, record: School) -> Row:
        """A school, and whether it is open."""
        return _row(record)


def _row(one: School) -> Row:
    said = "" if one.state == "open" else f"→ {one.successor}" if one.successor else wording.state(one.state)
    flag = {"inactive": WARNING, "closed": REFUSED}.get(one.state, "")
    style = {"inactive": "warning", "closed": "dim"}.get(one.state, "")
    return Row(one.number, (one.number, one.title, one.town, said), style=style, flag=flag)


def details(one: School) -> Iterator[Para]:
    """All that is held of a school."""
    yield Para(f"{one.number} {one.title}", style="head")
    other = one.name if one.title != one.name else one.name_cy
    if other and other != one.title:
        yield Para(other)
    where = [one.town, words.who(one.authority, one.authority_name), wording.phase(one.phase)]
    yield Para(" · ".join(part for part in where if part))
    if one.state == "inactive":
        yield Para(_("Inactive: its account can't be used, and nothing is sent to it."), WARNING, "warning")
    if one.closed is not None:
        said = _("Closed {day}").format(day=words.whole_day(one.closed))
        if one.successor:
            said += "; " + _("its files go to {successor}").format(successor=one.successor)
        yield Para(said, REFUSED, "error")
    yield Para(" · ".join(part for part in (one.phone, one.email) if part) or _("No contact is held."))
    if one.email:
        yield Para(_("E-mails in {language}").format(language=wording.value("language", one.language)))
    account = _("Account {username}").format(username=one.username) if one.username else _("No account.")
    yield Para(account, "" if one.username else WARNING, "" if one.username else "warning")
    if one.opened is not None:
        yield Para(_("Opened {day}").format(day=words.whole_day(one.opened)), style="dim")
    if one.changed_at is not None and one.changed_by:
        said = _("Changed by {user} {day}")
        day = words.whole_day(local_date(one.changed_at))
        yield Para(said.format(user=one.changed_by, day=day), style="dim")


def changed(changes: Sequence[Change]) -> list[str]:
    """`town: Newport → Casnewydd`, a line each; raw."""
    return [
        f"{wording.field(one.field)}: {wording.value(one.field, one.before)} "
        f"→ {wording.value(one.field, one.after)}"
        for one in changes
    ]


def planned(item: Planned) -> Row:
    """What becomes of one school."""
    said = "; ".join([_(wording.ACTS[item.act]).format(into=item.into), *changed(item.changes)])
    ends = item.act in (CLOSE, MERGE)
    return Row(
        item.number,
        (item.number, item.name, said),
        style="warning" if ends else "",
        flag=REFUSED if ends else "",
    )


def summed_up(plan: Plan) -> str:
    """A register in a line or two."""
    counts = {act: len(plan.of(act)) for act in wording.ACTS}
    said = _(
        "Opens {open}, reopens {reopen}, changes {change}, merges {merge}, closes {close}; same: {same}."
    )
    text = said.format(**counts, same=plan.same)
    for why, count in plan.passed.items():
        text += " " + _("Passed over, {why}: {count}.").format(why=_(wording.PASSED[why]), count=f"{count:,}")
    if plan.missing and not plan.of(CLOSE):
        lacks = _("It lacks {count} schools that are open here: m closes them, too.")
        text += " " + lacks.format(count=f"{len(plan.missing):,}")
    return text
