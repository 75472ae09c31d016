"""Registers of schools: the rows of a CSV like those that England and Wales publish (R-SCH-3).

England's is *Get Information about Schools* (`edubasealldata….csv`), Wales' the address list of schools. What
a column is called decides what it holds, so both are read in one way, and lists of one's own too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from s2s_tui.base.errors import Refused, S2SError
from s2s_tui.rules import contacts, emails
from s2s_tui.rules.allocations import plain_cell

NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "school number", "establishment", "school", "laestab", "rhif yr ysgol"),
    "la": ("la (code)", "la code", "la", "cod all"),
    "establishment": ("establishmentnumber", "establishment number"),
    "name": ("name", "school name", "establishmentname", "enw'r ysgol"),
    "name_cy": ("name_cy", "welsh name", "name (welsh)"),
    "town": ("town",),
    "phone": ("phone", "phone number", "telephone", "telephonenum", "rhif ffôn"),
    "email": ("email", "e-mail", "email address"),
    "phase": ("phase", "phaseofeducation (name)", "sector"),
    "kind": ("typeofestablishment (name)",),
    "group": ("establishmenttypegroup (name)", "sector"),
    "language": ("language", "welsh medium type - see notes", "welsh medium type"),
    "status": ("status", "establishmentstatus (name)"),
    "opened": ("opened", "opendate", "open date"),
    "closed": ("closed", "closedate", "close date"),
    "successor": ("successor",),
}
"""What a column is for, and what it may be called, in any case; other columns are passed over."""
ADDRESS = ("address 1", "address 2", "address 3", "address 4")
"""Wales' list has no column for the town: it is the last of these lines that is no county."""
COUNTIES = frozenset(
    """anglesey|isle of anglesey|ynys môn|ynys mon|sir fôn|gwynedd|clwyd|dyfed|gwent|powys|denbighshire|
    sir ddinbych|flintshire|sir y fflint|ceredigion|pembrokeshire|sir benfro|carmarthenshire|sir gâr|
    sir gaerfyrddin|rhondda cynon taf|rhondda cynon taff|vale of glamorgan|bro morgannwg|mid glamorgan|
    south glamorgan|west glamorgan|glamorgan|neath port talbot|castell-nedd port talbot|blaenau gwent|torfaen|
    monmouthshire|sir fynwy|wales|cymru""".replace("\n    ", "").split("|")
)
OPEN_STATES = frozenset({"", "open", "open, but proposed to close", "agored"})
CLOSED_STATES = frozenset({"closed", "wedi cau"})
COMING_STATES = frozenset({"proposed to open", "pending approval"})
INDEPENDENT = re.compile("independent|annibynnol|universit|college", re.IGNORECASE)
"""Groups of establishments whose pupils' files go to the lost pupil database, not to them (§1.3)."""
LONGEST_NAME, LONGEST_TOWN, LONGEST_PHASE = 150, 60, 20
FIELDS = ("name", "name_cy", "town", "phone", "email", "phase")
"""What a register may change of a school that is known."""

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d\d?)[-/.](\d\d?)[-/.](\d{4})")
_PHASES = {
    **{"nursery": "nursery", "primary": "primary", "middle deemed primary": "middle", "infants": "primary"},
    **{"secondary": "secondary", "middle deemed secondary": "middle", "16 plus": "16 plus"},
    **{"all-through": "middle", "middle": "middle", "special": "special", "not applicable": ""},
    **{"meithrin": "nursery", "cynradd": "primary", "uwchradd": "secondary", "canol": "middle"},
    **{"arbennig": "special"},
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A school as a register has it.

    Attributes:
        line: where it stands, from 1.
        fields: what is said of it, by the names of `FIELDS`; what is empty there says nothing.
        language: `cy` where the register says that it is a Welsh-medium school, else `en`.
        is_open: whether it is.
        closed: when it closed, where that is said.
        successor: the establishment that took it over, or empty.
    """

    line: int
    number: str
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    is_open: bool = True
    opened: date | None = None
    closed: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell that can't be used: its line, its column as the header names it, and why."""

    line: int
    column: str
    error: S2SError


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A row that is no school of s2s; `why`: `no-number`, `independent`, `coming` or `authority` (`what`)."""

    line: int
    why: str
    what: str = ""


Row = Listed | WrongCell | PassedOver
_Cell = Callable[[str], str]


def read(
    rows: Iterable[tuple[int, list[str]]], authorities: frozenset[str], banned: Sequence[str] = ()
) -> Iterator[Row]:
    """The schools of a register, in its order.

    Args:
        rows: a CSV's rows with their lines, the header first (`rules.tables.rows`).
        authorities: the codes that there are.
        banned: the council's own list of domains of e-mail addresses that are refused.

    Raises:
        Refused: `register-columns`, the header lacks what tells a school's number or its name; `table-empty`.
    """
    columns: _Columns | None = None
    for line, cells in rows:
        if columns is None:
            columns = _Columns(cells)
        else:
            yield _row(line, cells, columns, authorities, banned)
    if columns is None:
        raise Refused("table-empty")


class _Columns:
    """Where a header has what."""

    def __init__(self, header: list[str]) -> None:
        self.header = [plain_cell(cell) for cell in header]
        named = [" ".join(cell.replace("’", "'").casefold().split()) for cell in self.header]
        self.places = {
            what: next(named.index(name) for name in names if name in named)
            for what, names in NAMES.items()
            if any(name in named for name in names)
        }
        self.address = [named.index(name) for name in ADDRESS if name in named]
        has_number = "number" in self.places or {"la", "establishment"} <= set(self.places)
        missing = [name for name, has in (("number", has_number), ("name", "name" in self.places)) if not has]
        if missing:
            raise Refused("register-columns", missing=", ".join(missing))

    def title(self, what: str) -> str:
        """What the header calls a column."""
        return self.header[self.places[what]] if what in self.places else what


class _Wrong(Exception):
    """Never leaves this module."""

    def __init__(self, what: str, error: S2SError) -> None:
        super().__init__(what)
        self.what = what
        self.error = error


def _row(
    line: int, cells: list[str], columns: _Columns, authorities: frozenset[str], banned: Sequence[str]
) -> Row:
    def cell(what: str) -> str:
        at = columns.places.get(what, len(cells))
        return plain_cell(cells[at]) if at < len(cells) else ""

    try:
        number = _number(cell, authorities, whole="number" in columns.places)
        if isinstance(number, PassedOver):
            return PassedOver(line, number.why, number.what)
        if INDEPENDENT.search(cell("group")):
            return PassedOver(line, "independent")
        state = cell("status").casefold()
        if state in COMING_STATES:
            return PassedOver(line, "coming")
        if state not in OPEN_STATES | CLOSED_STATES:
            raise _Wrong("status", Refused("register-status", typed=cell("status")[:40]))
        opened, closed = _date(cell("opened"), "opened"), _date(cell("closed"), "closed")
        successor = re.sub(r"[\s/-]", "", cell("successor"))
        if successor and not _is_number(successor):
            raise _Wrong("successor", Refused("school-number", number=successor[:40]))
        # Where a state is told, a closing date of an open school says that it is going to close.
        is_open = state in OPEN_STATES and not (closed and not state)
        lines = [plain_cell(cells[at]) for at in columns.address if at < len(cells)]
        fields = _fields(cell, lines, banned, is_checked=is_open)
    except _Wrong as wrong:
        return WrongCell(line, columns.title(wrong.what), wrong.error)
    return Listed(line, number, fields, _language(cell("language")), is_open, opened, closed, successor)


def _number(cell: _Cell, authorities: frozenset[str], *, whole: bool) -> str | PassedOver:
    if whole:
        typed = cell("number")
        plain = re.sub(r"[\s/-]", "", typed)
    else:
        code, typed = cell("la"), cell("establishment")
        if not typed:
            return PassedOver(0, "no-number")
        plain = typed if len(typed) == 7 else code + typed.zfill(4)
        if _is_number(plain) and plain[:3] not in authorities:
            # The public register names bodies abroad and the like, which no authority of s2s stands for.
            return PassedOver(0, "authority", plain[:3])
    if not _is_number(plain):
        raise _Wrong("number" if whole else "establishment", Refused("school-number", number=typed[:40]))
    if plain[:3] not in authorities:
        raise _Wrong("number", Refused("authority-unknown", la=plain[:3]))
    return plain


def _is_number(text: str) -> bool:
    return len(text) == 7 and text.isascii() and text.isdigit()


def _fields(cell: _Cell, lines: list[str], banned: Sequence[str], *, is_checked: bool) -> dict[str, str]:
    """What a row says of a school; of a closed one only its name, as the rest is of no use."""
    found = {"name": _checked("name", cell("name"), LONGEST_NAME)}
    if not found["name"]:
        raise _Wrong("name", Refused("register-name"))
    if is_checked:
        found["name_cy"] = _checked("name_cy", cell("name_cy"), LONGEST_NAME)
        town = cell("town") or _town(lines)
        found["town"] = _checked("town", town, LONGEST_TOWN)
        found["phase"] = _checked("phase", _phase(cell("phase"), cell("kind")), LONGEST_PHASE)
        checks: tuple[tuple[str, _Cell], ...] = (
            ("phone", contacts.phone),
            ("email", lambda text: emails.address(text, banned)),
        )
        for what, check in checks:
            text = cell(what)
            if what == "phone" and re.fullmatch("[1-9][0-9]{9}", text):
                text = f"0{text}"  # a spreadsheet took it for a number
            try:
                found[what] = check(text)
            except S2SError as error:
                raise _Wrong(what, error) from error
    return {what: text for what, text in found.items() if text}


def _checked(what: str, text: str, most: int) -> str:
    try:
        return contacts.contact(text, what, most)
    except S2SError as error:
        raise _Wrong(what, error) from error


def _town(lines: list[str]) -> str:
    named = [line for line in lines if line and line.casefold() not in COUNTIES]
    return named[-1] if named else ""


def _phase(phase: str, kind: str) -> str:
    if "special" in kind.casefold():
        return "special"
    plain = phase.casefold()
    return _PHASES.get(plain, plain[:LONGEST_PHASE])


def _language(text: str) -> str:
    plain = text.casefold()
    welsh = plain in ("cy", "wm", "cymraeg") or plain.startswith(("welsh medium", "cyfrwng cymraeg"))
    return "cy" if welsh else "en"


def _date(text: str, what: str) -> date | None:
    if not text:
        return None
    parts = _DATE.fullmatch(text)
    try:
        if parts is None:
            raise ValueError(text)
        year, month, day, day_first, month_second, year_last = parts.groups()
        if year:
            return date(int(year), int(month), int(day))
        return date(int(year_last), int(month_second), int(day_first))
    except ValueError:
        raise _Wrong(what, Refused("register-date", typed=text[:40])) from None
