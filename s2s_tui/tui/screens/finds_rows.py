"""Finds of the annual matching as a list, and their details: why, on whose roll, what became of it."""

from collections.abc import Iterator

from s2s_tui.base.translation import N_, _
from s2s_tui.services.finds import CERTAIN, FindState, Found
from s2s_tui.services.lost import State
from s2s_tui.services.wording import matching
from s2s_tui.services.wording.reasons import why
from s2s_tui.tui.screens import lost_words, words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE, NEW, WARNING
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import Records, Row

_PERCENT = Column(id="probability", title="%", width=3, align="right", tinted=True)
_PUPIL = Column(id="surname", title=N_("Pupil"), width=14, grow=3)
_BORN = Column(id="born", title=N_("Born"), width=10, sortable=False)
_AT = Column(id="school", title=N_("On roll"), width=7)
_NAMED = Column(id="named", title="", width=12, grow=2, wide=150, sortable=False)
_AS = Column(id="as", title=N_("As"), width=14, grow=2, wide=100, sortable=False)
_FROM = Column(id="from", title=N_("From"), width=7, wide=90, sortable=False)
_STATE = Column(id="state", title=N_("Is"), width=13)
COLUMNS = (_PERCENT, _PUPIL, _BORN, _AT, _NAMED, _AS, _FROM, _STATE)
"""Ids that can be sorted by are those of `finds.SORTS`."""


class Finds(Records[Found]):
    """Finds; that pupils were named is on record."""

    ORDER = "probability"

    def row_of(self, record: Found) -> Row:
        """A find, and how it stands."""
        return _row(record)


def _row(one: Found) -> Row:
    waits = one.state == FindState.NEW
    likely = one.band == CERTAIN
    record = one.record
    return Row(
        one.id,
        (
            matching.percent(one.probability).rstrip("%"),
            f"{record.surname}, {record.forename}",
            words.born(record.dob),
            one.school,
            one.school_name,
            f"{one.surname}, {one.forename}",
            record.school,
            matching.state(one.state),
        ),
        style=("new" if likely else "warning") if waits else "dim",
        flag=(NEW if likely else WARNING) if waits else DONE,
    )


def paragraphs(one: Found, *, apart: bool) -> Iterator[Para]:
    """Why it may be the pupil, whose roll that is, and how it stands.

    Args:
        one: the find.
        apart: whether there is room for a reason each line.
    """
    head = _("{band}, {percent}").format(
        band=matching.band(one.band), percent=matching.percent(one.probability)
    )
    if apart:
        yield Para(head, style="head")
        for reason in one.why:
            yield Para(why(reason), lost_words.sign(reason))
    else:
        yield Para(f"{head}: " + " · ".join(map(why, one.why)))
    born = words.born(one.dob) if one.dob else lost_words.NONE
    roll = _("On roll at {school} as {name}, {born}, UPN {upn}")
    name = f"{one.forename} {one.surname}"
    school = words.who(one.school, one.school_name)
    yield Para(roll.format(school=school, name=name, born=born, upn=one.upn or lost_words.NONE))
    if one.said_at is not None:
        said = _("LA {la} says: {state} ({day})").format(
            la=one.authority, state=matching.state(one.said), day=words.whole_day(one.said_at.date())
        )
        yield Para(said, DONE)
    if one.record.state != State.LOST:
        yield Para(*lost_words.state(one.record))
    record = one.record
    uploaded = words.whole_day(record.uploaded.date())
    where = _("Lost: LA {la} · {school} · uploaded {day} · UPN {upn}")
    sender = words.who(record.school, record.school_name)
    yield Para(where.format(la=record.la, school=sender, day=uploaded, upn=record.upn), style="dim")
