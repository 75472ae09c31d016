"""What the Lost Pupil screens say of records: their rows, why they fit, their details."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from s2s_tui.base.translation import N_, _
from s2s_tui.matching.fields import Reason
from s2s_tui.services.lost import Record, State
from s2s_tui.services.search import Found, Hit, LookedFor
from s2s_tui.services.wording.reasons import why
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.text import DONE, REFUSED, WARNING, shown
from s2s_tui.tui.widgets.columns import Column
from s2s_tui.tui.widgets.source import ListSource, Row

LIKELY, POSSIBLE = 90, 50
"""Scores from which a record is very likely the pupil, or at least as likely as not."""
SAME, ALIKE, DIFFERENT = "=", WARNING, REFUSED
"""How a field compares with what was typed; beside the field, so that it needs no colour."""
FIELDS = ("surname", "forename", "dob", "gender", "town", "upn")
NONE = "–"

COLUMNS = (
    Column(id="score", title="%", width=3, align="right", tinted=True),
    Column(id="surname", title=N_(" Surname"), width=12, grow=2),
    Column(id="forename", title=N_(" Forename"), width=9, grow=2),
    Column(id="born", title=N_(" Born"), width=11),
    Column(id="gender", title=N_(" G"), width=2),
    Column(id="town", title=N_(" Town"), width=9, grow=1),
    Column(id="uploaded", title=N_("Uploaded"), width=9),
    Column(id="why", title=N_("Why"), width=40, grow=4, wide=180, sortable=False),
)
STATES = {
    State.LOST: N_("lost"),
    State.DOWNLOADED: N_("downloaded"),
    State.FORWARDED: N_("forwarded to a school"),
    State.REMOVED: N_("removed"),
}


def band(hit: Hit) -> str:
    """A score in words; translated."""
    if hit.score >= LIKELY:
        return _("very likely")
    if hit.score >= POSSIBLE:
        return _("possible")
    return _("one of several") if hit.equal else _("unlikely")


def sign(reason: Reason) -> str:
    """Whether a field is the same, alike or different."""
    if reason.code.endswith(("-different", "-unheld")):
        return DIFFERENT
    return SAME if reason.code.endswith("-same") and not reason.via else ALIKE


def source(found: Found, now: datetime) -> ListSource:
    """A search's hits as rows, which can be sorted by any column.

    Args:
        found: the hits, best first.
        now: the moment that days are told from; naive UTC.
    """
    hits = {hit.record.id: (place, hit) for place, hit in enumerate(found.hits)}

    def order(row: Row, column: str) -> object:
        place, hit = hits[int(str(row.key))]
        record = hit.record
        if column == "score":
            return (hit.score, -place)
        return {"born": record.dob, "uploaded": record.uploaded}.get(column) or _field(record, column)

    return ListSource([_row(hit, now) for hit in found.hits], [c.id for c in COLUMNS], order)


def _field(record: Record, column: str) -> tuple[str, str]:
    return (str(getattr(record, column)).casefold(), record.forename.casefold())


def _row(hit: Hit, now: datetime) -> Row:
    record = hit.record
    signs = {reason.field: shown(sign(reason)) for reason in hit.why}
    resolved = record.state != State.LOST
    mark, style = (DONE, "done") if hit.score >= LIKELY else (WARNING, "warning")
    if hit.score < POSSIBLE:
        mark, style = "", ""
    return Row(
        record.id,
        (
            str(hit.score),
            signs.get("surname", " ") + record.surname,
            signs.get("forename", " ") + record.forename,
            signs.get("born", " ") + words.born(record.dob),
            signs.get("gender", " ") + record.gender,
            signs.get("town", " ") + record.town,
            _("resolved") if resolved else words.day(record.uploaded, now),
            " · ".join(map(why, hit.why)),
        ),
        style="dim" if resolved else style,
        flag=NONE if resolved else mark,
    )


def reasons(hit: Hit, *, apart: bool) -> Iterator[Para]:
    """Why a record fits: a line each, or all in one paragraph.

    Args:
        hit: the record.
        apart: whether there is room for a line each.
    """
    said = [(sign(reason), why(reason)) for reason in hit.why]
    head = _("Why {score}, {band}").format(score=hit.score, band=band(hit))
    if apart:
        yield Para(head, style="head")
        styles = {SAME: "done", ALIKE: "", DIFFERENT: "warning"}
        yield from (Para(text, mark, styles[mark]) for mark, text in said)
    else:
        yield Para(head + ": " + " · ".join(text for _mark, text in said))
    if hit.equal:
        yield Para(_("{count} others fit just as well.").format(count=hit.equal), WARNING, "warning")


def details(record: Record, *, whole: bool = False) -> Iterator[Para]:
    """A record's further details (R-LPD-2).

    Args:
        record: the record.
        whole: with all that is held, a line each.
    """
    names = (
        (_("UPN"), record.upn),
        (_("Former UPN"), record.former_upn),
        (_("Former surname"), record.former_surname),
        (_("Middle names"), record.middle_names),
    )
    school = words.who(record.school, record.school_name)
    uploaded = words.whole_day(record.uploaded.date())
    if not whole:
        where = _("LA {la} · {school} · uploaded {day}")
        yield Para(where.format(la=record.la, school=school, day=uploaded))
        yield Para(" · ".join(f"{title} {text or NONE}" for title, text in names))
        if record.state != State.LOST:
            yield Para(*state(record))
        return
    full = f"{record.forename} {record.middle_names}".strip() + f" {record.surname}"
    preferred = f"{record.preferred_forename} {record.preferred_surname}".strip()
    if preferred == f"{record.forename} {record.surname}":
        preferred = ""
    yield Para(full, style="head")
    born = (_("Born"), f"{words.born(record.dob)} {record.gender}")
    lines = (
        (born, (_("Town"), record.town)),
        names[:2],
        (*names[2:], (_("Preferred name"), preferred)),
        ((_("LA"), f"{record.la} {record.la_name}"),),
        ((_("School"), school),),
        ((_("Uploaded"), uploaded), (_("File"), record.file)),
        ((_("Leaving age"), words.whole_day(record.leaves)),),
    )
    yield from (Para(" · ".join(f"{title}: {text or NONE}" for title, text in line)) for line in lines)
    left = _("Has left the state schools.") if record.left_sector else _("The destination was unknown.")
    text, mark, style = state(record)
    yield Para(f"{left} {text}", mark, style)


def state(record: Record) -> tuple[str, str, str]:
    """What has become of a record: text, mark and style of a paragraph."""
    text = _("Is {state}.").format(state=_(STATES[State(record.state)]))
    if record.state_at is not None:
        by = _("Was {state} on {day} by LA {la}.") if record.taken_by else _("Was {state} on {day}.")
        text = by.format(
            state=_(STATES[State(record.state)]),
            day=words.whole_day(record.state_at.date()),
            la=record.taken_by,
        )
    return (text, "" if record.state == State.LOST else DONE, "")


def said(looked: LookedFor) -> str:
    """What was looked for, in one line; raw."""
    text = " ".join(filter(None, (getattr(looked, name).strip() for name in FIELDS)))
    return _("{text} (surname begins)").format(text=text) if looked.begins else text


def summary(found: Found, looked: LookedFor, limit: int) -> str:
    """How many were found, how quickly, and what tells them apart."""
    text = _("{count} of {searched} records, in {ms} ms.").format(
        count=len(found.hits), searched=f"{found.searched:,}", ms=f"{found.took_ms:.0f}"
    )
    if len(found.hits) >= limit:
        text = _("The best {count} of {searched} records.").format(
            count=len(found.hits), searched=f"{found.searched:,}"
        )
    if found.better:
        # It must fit in a line of 80 columns.
        text = _("{count} of {searched}.").format(count=len(found.hits), searched=f"{found.searched:,}")
        return f"{text} {better(found.better)} (h)"
    if found.hits and found.hits[0].equal:
        more = _missing(looked)
        tied = _("{count} fit equally well").format(count=found.hits[0].equal + 1)
        text += f" {tied}: {more}" if more else f" {tied}."
    return text


def better(records: Sequence[Record]) -> str:
    """That a resolved record fits better than all that is shown; translated."""
    record = records[0]
    text = (
        _("One that fits better was forwarded on {day}.")
        if record.state == State.FORWARDED
        else _("One that fits better was downloaded on {day}.")
    )
    return text.format(day=words.whole_day(record.state_at.date()) if record.state_at else NONE)


def _missing(looked: LookedFor) -> str:
    wanted = (
        ("dob", N_("add a date of birth.")),
        ("forename", N_("add a forename.")),
        ("surname", N_("add a surname.")),
        ("town", N_("add a town.")),
        ("gender", N_("add the gender.")),
    )
    return next((_(text) for name, text in wanted if not getattr(looked, name).strip()), "")


def tries(looked: LookedFor, *, resolved: bool, better_ones: Sequence[Record] = ()) -> Sequence[Para]:
    """What to try where nobody was found, the likeliest first."""
    if better_ones:
        return [Para(better(better_ones) + " " + _("h shows it."), WARNING, "warning")]
    filled = [name for name in FIELDS if getattr(looked, name).strip()]
    told = []
    if looked.begins:
        told.append(_("Untick “Surname begins” (b): then other spellings are found, too."))
    if len(filled) > 1 and "upn" in filled:
        told.append(_("Leave the UPN out: pupils get other ones."))
    if len(filled) == 1:
        told.append(_("Say one thing more: a year of birth or a forename finds misspelt names."))
    else:
        told.append(_("Leave something out: a forename and the year of birth are often enough."))
    if "surname" in filled:
        told.append(_("Try a surname the pupil may have had before."))
    if not resolved:
        told.append(_("See whether the record is resolved already (h)."))
    told.append(_("Keep the search (k): your authority is told when a file arrives that fits."))
    head = Para(_("Nobody like that. What to try:"), style="head")
    return [head, *(Para(text, "·") for text in told)]
